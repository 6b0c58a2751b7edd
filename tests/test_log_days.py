"""The log keeps every line for its half year, also where intake, workers and sender write into one folder."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from bot.logs import DAYS_KEPT, OneFileADay

EVENING = datetime(2026, 11, 23, 12, tzinfo=UTC)


def say(hand: OneFileADay, words: str) -> None:
    hand.handle(logging.LogRecord("bot", logging.INFO, __file__, 1, words, None, None))


def test_processes_that_share_a_log_lose_no_line_at_midnight(tmp_path: Path) -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        hands = [OneFileADay(tmp_path / "xiaomiao.log") for _ in range(3)]
        for hand in hands:
            say(hand, "yesterday")
        clock.move_to(EVENING + timedelta(days=1))
        for hand in hands:
            say(hand, "today")
            say(hand, "today")
    for hand in hands:
        hand.close()
    now, before = sorted(tmp_path.iterdir())
    assert now.read_text().split() == ["today"] * 6
    assert before.read_text().split() == ["yesterday"] * 3 and before.name.startswith("xiaomiao.log.2026-11-2")


def test_a_log_is_kept_for_more_than_six_months_and_not_for_ever(tmp_path: Path) -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        hand = OneFileADay(tmp_path / "xiaomiao.log")
        for day in range(DAYS_KEPT + 5):
            clock.move_to(EVENING + timedelta(days=day))
            say(hand, "a day")
    hand.close()
    assert len([*tmp_path.glob("xiaomiao.log.*")]) == DAYS_KEPT > 183
