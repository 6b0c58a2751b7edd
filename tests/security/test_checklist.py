"""docs/security.md and docs/asvs.md keep their word: each test and place in the code they name is there, every number
of the standard is walked, and what they say no code does, no code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = (ROOT / "docs/security.md").read_text(encoding="utf-8")
WALK = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
VERDICTS = ("met", "weaker", "not met", "not applicable")
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


def _walked() -> list[tuple[str, str, str]]:
    """Number, verdict with its reason, where; of every line of docs/asvs.md."""
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in WALK.splitlines() if line[:3] != "| #"]
    return [(row[0], row[2], row[3].strip(" |")) for row in rows if re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", row[0])]


def test_every_number_of_the_standard_is_walked_once_and_in_order() -> None:
    listed = (Path(__file__).parent / "asvs_4_0_3.txt").read_text(encoding="utf-8").splitlines()
    asked = [line.split()[0] for line in listed if not line.startswith("#")]
    assert len(asked) == 259  # 278 in all, 19 of them of level 3 alone
    assert [number for number, _, _ in _walked()] == asked


def test_every_verdict_is_one_of_four_with_a_reason_or_a_place() -> None:
    for number, verdict, where in _walked():
        kind = next((one for one in sorted(VERDICTS, key=len, reverse=True) if verdict.startswith(one)), "")
        reason = verdict.removeprefix(kind).lstrip(":, ")
        assert kind and (reason or "`" in where), number
        assert kind != "met" or "`" in where, f"{number} is said to be met and names no place"
        assert kind == "met" or reason, f"{number} gives no reason"


def test_every_place_the_walk_names_is_there() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for number, _, where in _walked():
        for named in re.findall(r"`([^`]+)`", where):
            path, _, inside = named.partition(":")
            if path.startswith("test_"):
                assert f"def {path}(" in tests, f"{number}: {path}"
                continue
            assert (ROOT / path).is_file(), f"{number}: {path}"
            code = (ROOT / path).read_text(encoding="utf-8")
            known = re.search(rf"^\s*(?:async )?(?:def|class) {inside}\b|^{inside}\b", code, re.MULTILINE)
            assert not inside or known, f"{number}: {named}"


def test_the_short_story_counts_the_verdicts_as_the_walk_gives_them() -> None:
    counted = dict.fromkeys(VERDICTS, 0)
    for _, verdict, _ in _walked():
        counted[next(one for one in sorted(VERDICTS, key=len, reverse=True) if verdict.startswith(one))] += 1
    met, weaker, not_met, none = (counted[one] for one in VERDICTS)
    assert f"{met} met, {weaker} weaker, {not_met} not met, {none} not applicable" in WORDS


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
