"""The library of cards as the county words it now: versions, the card of a month, which village passed one on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from db.models import card_forwards, card_months, card_versions, card_weeks
from db.rows import add
from db.types import new_id
from domain.calendar import DAY, month_start
from domain.cards_library import Card, cards, of_week


@dataclass(frozen=True)
class Version:
    """One wording of a card; number 0 is as delivered."""

    number: int
    title: str
    text: str
    day: datetime | None = None


def library(conn: Connection) -> list[Card]:
    """Every card in its newest wording."""
    found = dict(cards())
    for row in conn.execute(select(card_versions).order_by(card_versions.c.version)):
        if row.card in found:
            found[row.card] = replace(found[row.card], title=row.title, text=row.text, version=row.version)
    return list(found.values())


def get(conn: Connection, code: str) -> Card | None:
    return next((one for one in library(conn) if one.code == code), None)


def history(conn: Connection, code: str) -> list[Version]:
    """Every wording of a card, the newest first."""
    first = cards().get(code)
    if first is None:
        return []
    rows = conn.execute(
        select(card_versions).where(card_versions.c.card == code).order_by(card_versions.c.version.desc())
    )
    return [*(Version(row.version, row.title, row.text, row.at) for row in rows), Version(0, first.title, first.text)]


def put_version(conn: Connection, code: str, title: str, text: str, now: datetime, by: str | None) -> int:
    """A new wording; its number. Older ones stay."""
    number = history(conn, code)[0].number + 1
    add(conn, card_versions, id=new_id(), card=code, version=number, title=title, text=text, at=now, by_person=by)
    return number


def pick_of_month(conn: Connection, code: str, month: date, now: datetime, by: str | None) -> None:
    add(conn, card_months, id=new_id(), month=month_start(month), card=code, at=now, by_person=by)


def of_month(conn: Connection, day: date) -> str | None:
    """The code of the card the county picked for that day's month."""
    query = select(card_months.c.card).where(card_months.c.month == month_start(day)).order_by(card_months.c.at.desc())
    found: str | None = conn.execute(query.limit(1)).scalar()
    return found


def of_the_week(conn: Connection, today: date) -> Card | None:
    """The card of this week, the same for everybody."""
    return of_week(today - today.weekday() * DAY, library(conn), of_month(conn, today))


def brings(conn: Connection, person: str, today: date, card: Card) -> bool:
    """Whether this digest carries the card: the first of the week, for one person. The caller holds the heartbeat's lock."""
    monday = today - today.weekday() * DAY
    where = (card_weeks.c.person_id == person, card_weeks.c.monday == monday)
    if conn.execute(select(card_weeks.c.id).where(*where)).first() is not None:
        return False
    add(conn, card_weeks, id=new_id(), person_id=person, monday=monday, card=card.code)
    return True


def forwarded(
    conn: Connection, code: str, unit: str, today: date, now: datetime, *, by: str | None, demo: bool = False
) -> bool:
    """已转发: once a day for a card and a village; False where it was tapped before."""
    where = (card_forwards.c.card == code, card_forwards.c.unit == unit, card_forwards.c.day == today)
    if conn.execute(select(card_forwards.c.id).where(*where)).first() is not None:
        return False
    add(conn, card_forwards, id=new_id(), card=code, unit=unit, day=today, by_person=by, at=now, demo=demo)
    return True


def villages(
    conn: Connection, codes: Collection[str], first: date, last: date, card: str | None = None
) -> dict[str, int]:
    """{village: how often it passed a card on} in these days."""
    table = card_forwards.c
    where = [table.unit.in_(list(codes)), table.day >= first, table.day <= last]
    if card is not None:
        where.append(table.card == card)
    query = select(table.unit, func.count()).where(*where).group_by(table.unit)
    found: dict[str, int] = dict(conn.execute(query).tuples().all())
    return found


def measure_card_forwards(conn: Connection, codes: Collection[str], first: date, last: date) -> dict[str, int]:
    """How often cards were passed on, and by how many villages (plan tasks 1, 6, 14)."""
    found = villages(conn, codes, first, last)
    return {"villages": len(found), "forwards": sum(found.values())}
