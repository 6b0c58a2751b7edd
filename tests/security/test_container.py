"""docs/ops/Containerfile without an engine: its own COPY, RUN, ENV, ENTRYPOINT, CMD and HEALTHCHECK, carried out in a folder.

The image itself is built by hand (docs/security.md says how, when and with what); this is what would break it unseen.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
OPS = ROOT / "docs" / "ops"
LINES = [
    (line.split(" ", 1)[0], line.split(" ", 1)[1].strip())
    for line in re.sub(r"^#.*\n", "", (OPS / "Containerfile").read_text(), flags=re.MULTILINE)
    .replace("\\\n", " ")
    .splitlines()
    if line.strip()
]
COPIED = [(sources, to) for word, rest in LINES if word == "COPY" for *sources, to in [rest.split()]]
HOME = next(rest for word, rest in LINES if word == "WORKDIR")


def given(word: str) -> str:
    """What stands behind the one instruction of that name."""
    (rest,) = (rest for name, rest in LINES if name == word)
    return rest


def test_whoever_builds_is_given_what_is_copied_and_nothing_else() -> None:
    """No data, no keys, no .env, no history, no tests, however full the folder is in which it is built."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    allowed = {rule[1:] for rule in rules if rule[0] == "!"}
    assert allowed == {source for sources, _ in COPIED for source in sources}
    assert {"**/__pycache__", "**/*.pyc"} == set(rules[1:]) - {f"!{one}" for one in allowed}


def test_every_package_comes_with_its_hash() -> None:
    installs = [one for word, rest in LINES if word == "RUN" for one in rest.split("&&") if "pip install" in one]
    assert installs and all("--require-hashes" in one for one in installs)


class Box:
    """What the image holds, in a folder, with a data folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.data, self.tmp = folder / "opt", folder / "data", folder / "tmp"
        for one in (self.tree, self.data, self.tmp, folder / "bin"):
            one.mkdir()
        for sources, to in COPIED:
            for source in sources:
                place = self.tree / to / Path(source).name if to.endswith("/") else self.tree / to
                place.parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
                else:
                    shutil.copy(ROOT / source, place)
        python = folder / "bin" / "python"  # the image's only Python; here the one of the tests
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        env = {name: self._here(value) for one in shlex.split(given("ENV")) for name, value in [one.split("=", 1)]}
        self.env = {
            **env, "PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": "/nonexistent", "TMPDIR": str(self.tmp),
            "GATEWAY_PORT": str(free_port()), "METRICS_PORT": str(free_port()), "WALL_PORT": "0",
            "COUNTY": "高台县", "BASE_URL": "https://chat.example.cn",
        }  # fmt: skip
        (finish,) = (rest for word, rest in LINES if word == "RUN" and "compileall" in rest)
        (self.tree / "bot" / "settings.py").chmod(0o600)  # as out of a checkout under umask 077
        subprocess.run(["sh", "-c", finish], cwd=self.tree, env=self.env, check=True, timeout=120)

    def _here(self, value: str) -> str:
        return {HOME: str(self.tree), "/data": str(self.data)}.get(value, value)

    def command(self, *arguments: str) -> list[str]:
        (entry,) = json.loads(given("ENTRYPOINT"))
        return [entry.replace(HOME, str(self.tree)), *(arguments or json.loads(given("CMD")))]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.tree, env=self.env, capture_output=True, text=True, timeout=60)

    def well(self) -> bool:
        """What HEALTHCHECK says."""
        return self.run(*json.loads(given("HEALTHCHECK").partition("CMD ")[2])).returncode == 0

    def looks(self) -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in self.tree.rglob("*")
            if path.is_file() or path.is_dir()
        }


@pytest.fixture(autouse=True, scope="module")
def everyday_umask() -> Iterator[None]:
    """A builder's own; another test of this process may have left the one of the program, under which nobody else reads."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    yield Box(tmp_path)
    shutil.rmtree(tmp_path / "opt")


def test_what_the_image_holds_starts_is_well_answers_and_ends(box: Box) -> None:
    assert not [path for path in box.tree.rglob("*") if not path.stat().st_mode & 0o004]
    before = box.looks()
    running = subprocess.Popen(
        box.command(), cwd=box.tree, env=box.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 90
        while not box.well():
            assert running.poll() is None and time.monotonic() < until
        page = httpx.get(f"http://127.0.0.1:{box.env['GATEWAY_PORT']}/")
        assert page.headers["content-type"].startswith("text/html") and page.status_code == 401
        verified = box.run(*box.command("audit", "verify"))
        assert (verified.returncode, json.loads(verified.stdout)["broken_at"]) == (0, None)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    finally:
        running.kill()
        running.communicate()
    assert not box.well()
    assert box.looks() == before, "something was written outside of the data"
    assert list(box.tmp.iterdir()) == [] and (box.data / "xiaomiao.db").exists()
    assert {path.stat().st_mode & 0o077 for path in box.data.rglob("*") if path.is_file()} == {0}


def test_the_commands_of_a_server_work_on_what_the_service_works_on() -> None:
    """The unit, the nightly check of the journal and `xiaomiao …` agree; without its settings no county becomes a demo."""
    unit, audit, command = (
        (OPS / name).read_text() for name in ("xiaomiao.service", "xiaomiao-audit.service", "xiaomiao")
    )
    for where in ("DATA_DIR=/var/lib/xiaomiao", "ENV_FILE=/etc/xiaomiao/settings"):
        assert all(where in text.replace("Environment=", "").split() for text in (unit, audit)) and where in command
    assert "EnvironmentFile" not in unit and os.access(OPS / "xiaomiao", os.X_OK)


def test_all_units_keep_the_program_in_the_same_narrow_place() -> None:
    kept = [
        sorted(re.findall(r"^(?:Protect|Private|Restrict|System|Lock|NoNew|Cap|Ambient|Remove|Proc|Memory|Tasks|Limit)\w*=.*$", path.read_text(), re.MULTILINE))
        for path in sorted(OPS.glob("*.service"))
    ]  # fmt: skip
    assert len(kept) == 3 and len(kept[0]) > 25 and kept[0] == kept[1] == kept[2]
