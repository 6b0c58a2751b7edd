"""安全卡: short texts a director reads aloud or passes on to parents, by season (domain.md 6.1, plan tasks 1, 14).

They are data (domain/data/cards); the county words them anew in the chat. A card names nobody and takes a minute aloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.calendar import DAY
from domain.festivals import EVE, LANTERN, LITTLE_NEW_YEAR, festivals
from domain.forms import Form, Question, by_button, text
from domain.reading.folding import fold

_FOLDER = Path(__file__).with_name("data") / "cards"
LONGEST = 260  # characters: about a minute read aloud
SHORTEST = 60
_RETURN = "return"  # from ten days before 小年 to 元宵


class Topic(StrEnum):
    """What a card is about, for the shelf it lies on."""

    SAFETY = "safety"
    LAW = "law"
    MIND = "mind"
    HOME = "home"


@dataclass(frozen=True)
class Card:
    """One card. `spans` are its seasons as MM-DD pairs, `window` a season that moves with the lunar new year."""

    code: str
    topic: Topic
    title: str
    text: str
    spans: tuple[tuple[str, str], ...] = ()
    window: str | None = None
    words: tuple[str, ...] = ()  # by which people ask for it
    version: int = 0

    def in_season(self, day: date) -> bool:
        here = day.strftime("%m-%d")
        spans = any(
            first <= here <= last if first <= last else here >= first or here <= last for first, last in self.spans
        )
        return spans or (self.window == _RETURN and _returning(day))


def _returning(day: date) -> bool:
    days = festivals(day.year)
    return days[LITTLE_NEW_YEAR] - 10 * DAY <= day <= days[LANTERN] if EVE in days else False


@cache
def cards() -> dict[str, Card]:
    """Every card as delivered, by code, in the order of the file."""
    found: dict[str, Card] = {}
    for path in sorted(_FOLDER.glob("*.json")):
        for one in json.loads(path.read_text(encoding="utf-8")):
            found[one["code"]] = Card(
                one["code"], Topic(one["topic"]), one["title"], one["text"],
                tuple((first, last) for first, last in one.get("spans", ())), one.get("window"), tuple(one.get("words", ())),
            )  # fmt: skip
    return found


def in_season(day: date, among: Iterable[Card]) -> list[Card]:
    """The cards whose time it is, in the order of the library."""
    return [one for one in among if one.in_season(day)]


def of_week(monday: date, among: Iterable[Card], of_month: str | None) -> Card | None:
    """The card of a week: that of the month in its first week, else those in season by turns."""
    listed = list(among)
    first = next((one for one in listed if one.code == of_month), None)
    if first is not None and monday.day <= 7:
        return first
    season = in_season(monday, listed)
    return season[monday.toordinal() // 7 % len(season)] if season else first


def asked_for(words: str, among: Iterable[Card]) -> Card | None:
    """The card somebody names: by a word of its title or one of its own words."""
    said = fold(words)
    if not said:
        return None
    for one in among:
        if any(word in said for word in one.words) or said in one.title:
            return one
    return None


CARD_EDIT = Form(
    "cardedit",
    (
        Question("card", by_button),
        Question("text", text(LONGEST, SHORTEST)),
        Question("title", text(20, 2), aside=True),
    ),
)
