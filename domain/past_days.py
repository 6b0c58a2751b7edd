"""The day of something that has happened already: typed in any way, or one of the likely days on a button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from domain.forms import Answers, Choice, Invalid, Said, World
from domain.reading.dates import read_day
from domain.reading.days import Future, Impossible, Vague

EARLIEST = timedelta(days=3 * 366)  # older facts belong into the file by workbook, not into today's chat


def past_day(said: Said, world: World, answers: Answers) -> str:
    """A day that has come, from a button or typed; ISO. Raises Invalid with the reason."""
    if said.choice is not None:
        try:
            day = date.fromisoformat(said.choice)
        except ValueError:
            raise Invalid("form.problem.choose") from None
    else:
        read = read_day(said.text or "", world.now)
        if isinstance(read, Future):
            raise Invalid("visit.problem.future")
        if isinstance(read, Impossible):
            raise Invalid("visit.problem.impossible", words=read.words)
        if isinstance(read, Vague):
            raise Invalid("visit.problem.vague")
        if not isinstance(read, date):
            raise Invalid("visit.problem.no_date")
        day = read
    today = world.now.date()
    if day > today:
        raise Invalid("visit.problem.future")
    if day < today - EARLIEST:
        raise Invalid("visit.problem.too_early")
    return day.isoformat()


def day_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """The days a vague word may mean (the answer `days`), else today and the three before."""
    today = world.now.date()
    likely = [day for day in answers.get("days") or () if day <= today.isoformat()]
    if likely:
        return tuple(Choice(day, _likely_label(world, date.fromisoformat(day))) for day in likely)
    return tuple(Choice((today - timedelta(days=back)).isoformat(), _day_label(world, back)) for back in range(4))


def _day_label(world: World, back: int) -> str | None:
    labels: Sequence[str] = world.facts.get("day_labels", ())
    return labels[back] if back < len(labels) else (world.now.date() - timedelta(days=back)).isoformat()


def _likely_label(world: World, day: date) -> str:
    say: Callable[[date], str] = world.facts.get("day_words", date.isoformat)
    return say(day)
