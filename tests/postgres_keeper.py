"""The parent of the tests' PostgreSQL: starts it, says `ready`, and stops it once nobody holds users.lock any more.

    python postgres_keeper.py HOME BINARIES UID GID

A process of its own, because no test worker may outlive the others and any of them may be killed.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

# Tests want speed: what they write need not survive a power cut.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")


def main(home: Path, binaries: Path, uid: int, gid: int) -> None:
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.chdir(home)
    server = make(home, binaries)
    try:
        wait_until_ready(server, home / "data")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        with (home / "users.lock").open("r+") as users:
            fcntl.flock(users, fcntl.LOCK_EX)  # granted when the last user has let go or died
            server.send_signal(signal.SIGQUIT)  # at once, whoever is connected
            server.wait()
            shutil.rmtree(home, ignore_errors=True)
    finally:
        server.kill()


def make(home: Path, binaries: Path) -> "subprocess.Popen[bytes]":
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}
    data = home / "data"
    with (home / "server.log").open("w") as log:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )
        settings = [word for option in (*OPTIONS, f"unix_socket_directories={home}") for word in ("-c", option)]
        return subprocess.Popen(
            [binaries / "postgres", "-D", data, *settings],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def wait_until_ready(server: "subprocess.Popen[bytes]", data: Path) -> None:
    """The last line of postmaster.pid says when connections are taken."""
    pid_file = data / "postmaster.pid"
    while server.poll() is None:
        if pid_file.exists() and pid_file.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)  # the server offers nothing to wait on before it listens
    raise RuntimeError("the server ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
