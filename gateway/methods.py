"""The table of Bot API methods for docs/gateway.md, made from the dispatch table so that it cannot be wrong."""

from gateway import spec
from gateway.api import METHODS


def table() -> str:
    """Every method of the Bot API, and whether it works here."""
    known = spec.load()
    works = [name for name in known.methods if name.lower() in METHODS]
    refused = [name for name in known.methods if name.lower() not in METHODS]
    lines = [
        f"Bot API {known.version.removeprefix('Bot API ')}: {len(works)} of {len(known.methods)} methods work; "
        "the others answer 404.",
        "",
        "| method | here |",
        "|---|---|",
        *(f"| `{name}` | works |" for name in works),
        *(f"| `{name}` | 404 |" for name in refused),
    ]
    return "\n".join(lines) + "\n"
