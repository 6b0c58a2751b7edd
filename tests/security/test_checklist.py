"""docs/security.md keeps its word: each test it names is there, and what it says no code does, no code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = (ROOT / "docs/security.md").read_text(encoding="utf-8")
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]
SHIPPED = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
}
NEVER = {
    "unpacks objects": re.compile(r"^\s*(?:import|from) (?:pickle|marshal|shelve|dill|yaml)\b", re.MULTILINE),
    "runs words": re.compile(r"(?<![\w.])(?:eval|exec|__import__)\("),
    "starts a shell": re.compile(r"\bshell=|\bos\.(?:system|popen)\("),
}


def test_every_test_and_file_the_list_names_is_there() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"`(test_\w+)`", WORDS))
    assert len(named) > 30 and {name for name in named if f"def {name}(" not in tests} == set()
    paths = set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|md|conf))`", WORDS)) | {"docs/ops/Caddyfile"}
    assert {path for path in paths if not (ROOT / path).exists() and not [*ROOT.glob(f"*/**/{path}")]} == set()


def test_nothing_that_was_sent_is_ever_run_or_unpickled() -> None:
    found = [f"{path} {what}" for path, code in SHIPPED.items() for what, known in NEVER.items() if known.search(code)]
    assert found == []


def test_sql_is_put_together_from_our_own_names_only() -> None:
    """Ruff looks at every statement (S608). What is exempted stands in the gateway's store, over its own tables."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S608" in lint["select"] and not any("S608" in rules for name, rules in lint["per-file-ignores"].items() if name[:5] not in ("tests", "bench"))  # fmt: skip
    exempted = {path for path, code in SHIPPED.items() if "S608" in code}
    assert {path for path in exempted if not path.startswith(("gateway/store/", "gateway/health.py"))} == set()


def test_the_container_holds_every_package_and_the_words() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "docs/ops/Containerfile").read_text(), re.MULTILINE))
    assert copied == {*PACKAGES, "locales"}
