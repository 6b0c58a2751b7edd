"""The pages of docs/ops/alarms: every number they speak of is one that /metrics really says, every command one there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from bot.commands import COMMANDS
from bot.health import State, metrics
from bot.reminders.proof import NOTHING, Kept
from gateway.meter import Meter

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs/ops/alarms/README.md"
PAGES = sorted(set(INDEX.parent.glob("*.md")) - {INDEX})
PARTS = ("**What it means.**", "**Whom it hurts.**", "**Look.**", "**Do.**", "**It is over when**")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def names() -> set[str]:
    """Every name either program gives a number."""
    waiting = {"inbox": 0, "outbox": 0, "aside": 0, "held": 0}
    state = State(NOW, waiting, {"inbox": 0.0, "outbox": 0.0}, 0, Kept(NOW, NOTHING, 0), NOW)
    said = (metrics(state, NOW) + generate_latest(Meter().registry)).decode()
    in_code = (ROOT / "gateway/health.py").read_text(encoding="utf-8")
    gauges = [*re.findall(r"^        (\w+)=\(", in_code, re.MULTILINE), "overdue_messages"]  # forget.numbers
    typed = {line.split(" ")[2] for line in said.splitlines() if line.startswith("# TYPE")}
    return typed | {f"gateway_{name}" for name in gauges}


def told_truly(words: str) -> bool:
    numbers = set(re.findall(r"\b(?:xiaomiao|gateway)_[a-z_]+", words))
    return numbers <= names() and set(re.findall(r"`\./run ([a-z-]+)", words)) <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_alarm_speaks_of_numbers_and_commands_there_are(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    assert all(part in words for part in PARTS)
    assert told_truly(words)


def test_every_alarm_stands_on_the_first_page_with_the_number_that_rings_it() -> None:
    words = INDEX.read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\w+)\.md\)", words)) == {page.stem for page in PAGES}
    assert told_truly(words)


def test_what_rings_by_its_increase_stands_at_nought_before_the_first_time() -> None:
    """A number that appears at 150 has not increased for a watcher: the first burst of guesses would ring nowhere."""
    said = generate_latest(Meter().registry).decode()
    for what in ("bot token", "admin key", "link"):
        assert f'gateway_wrong_secrets_total{{what="{what}"}} 0.0' in said
