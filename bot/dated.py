"""The words of charts and workbooks with their days written out: files/ gives dates, readers get 11月18日."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.words import Words


def dated(words: Words, today: date) -> Callable[..., str]:
    """`words`, with every date among the holes in the reader's language.

    `day`, the day a table speaks of, always has its year: printed tables lie about for longer than that.
    """

    def shown(name: str, value: object) -> object:
        if not isinstance(value, date):
            return value
        key = "day.short" if name != "day" and value.year == today.year else "day.full"
        return words(key, year=value.year, month=value.month, day=value.day, name=words(f"day.month.{value.month}"))

    def say(key: str, /, **holes: object) -> str:
        return words(key, **{name: shown(name, value) for name, value in holes.items()})

    return say
