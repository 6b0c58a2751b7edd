"""Is it well? Asks both halves on this machine: the page with its store, and the bot's reminders and database.

For the container (HEALTHCHECK), which brings no curl; exits 0 or 1, and says which half it was. Standard library only.
"""

import http.client
import os
import sys

HALVES = ("GATEWAY_PORT", "METRICS_PORT")


def trouble(name: str) -> str | None:
    """What is wrong with the half whose port that setting holds; None if nothing is, or if it is turned off (0)."""
    port = int(os.environ.get(name) or 0)
    if not port:
        return None
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        server.request("GET", "/healthz")
        status = server.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        return f"{name} {port}: {type(problem).__name__}"
    finally:
        server.close()
    return None if status == 200 else f"{name} {port}: {status}"


if __name__ == "__main__":
    found = [words for words in map(trouble, HALVES) if words]
    print("; ".join(found) or "ok")
    sys.exit(bool(found))
