"""What a person's own units owe the plan: who sees it, and how it is said. Shared by 任务, 今天 and the digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.reminders.rules import day_words
from bot.words import Words
from bot.work import Work
from db import deeds
from domain.calendar import DAY
from domain.duties import OpenDuty
from domain.people import Me
from domain.unit_duties import UNIT_DUTIES

SHOWN_AHEAD = 60  # days: what is due later is not put before anybody unasked


def mine(work: Work, ahead: int | None = SHOWN_AHEAD) -> list[OpenDuty]:
    """What my units owe, the earliest first; with `ahead` only what is due within so many days."""
    if work.me is None:
        return []
    until = None if ahead is None else work.today + ahead * DAY
    return of(work.me, deeds.open_duties(work.conn, work.now, work.tree, until))


def of(me: Me, found: Iterable[OpenDuty]) -> list[OpenDuty]:
    held = {(post.role, post.unit.code) for post in me.posts}
    return sorted((one for one in found if (one.duty.who, one.unit) in held), key=lambda one: (one.due, one.duty.code))


def line(words: Words, one: OpenDuty, today: date) -> str:
    """全面摸底排查：12月31日前，还有 39 天"""
    left = (one.due - today).days
    state = "overdue" if left < 0 else "today" if left == 0 else "soon"
    return words(
        f"deed.when.{state}", duty=words(f"deed.duty.{one.duty.code}"), day=day_words(words, one.due, today), days=abs(left)
    )


def source(words: Words, one: OpenDuty) -> str:
    return words(f"why.source.{UNIT_DUTIES[one.duty.code].duty.source}")
