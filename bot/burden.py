"""What the county asks of its directors, in words for the county; the newest average is kept for `/county`."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection

from bot.words import Words
from db import burden
from db.migrate import get_meta, put_meta
from domain.burden import Load, loads, total
from domain.units import UnitTree
from domain.visits import VISIT

KEPT = "reminders.burden"
QUESTIONS_OF_A_VISIT = sum(not one.aside for one in VISIT.questions)


def by_town(conn: Connection, now: datetime, tree: UnitTree) -> dict[str, Load]:
    towns = {code: town.code for town in tree.towns for code in tree.under(town.code)}
    return loads(burden.of_directors(conn, now), QUESTIONS_OF_A_VISIT, towns)


def measure(conn: Connection, now: datetime, tree: UnitTree) -> dict[str, Load]:
    """Work it out and keep the county's average."""
    found = by_town(conn, now, tree)
    whole = total(found.values())
    put_meta(conn, KEPT, json.dumps([whole.people, whole.messages, whole.characters, whole.questions]))
    return found


def kept(conn: Connection) -> Load | None:
    """The newest average; None before the first."""
    said = get_meta(conn, KEPT)
    return Load(*json.loads(said)) if said else None


def in_words(words: Words, load: Load, key: str = "burden.county", **holes: str) -> str:
    """县里给每位主任平均每天发 1.2 条、85 字，要填 4 题"""
    return words(
        key, messages=f"{load.a_day(load.messages):.1f}", characters=round(load.a_day(load.characters)),
        questions=f"{load.a_day(load.questions):.1f}", **holes,
    )  # fmt: skip
