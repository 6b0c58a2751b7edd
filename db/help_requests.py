"""Requests for help and what was answered (domain.help_requests)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from db import policy as policy_rows
from db.models import help_requests, help_words
from db.rows import add, opened
from db.types import new_id
from domain.calendar import local_day
from domain.help_requests import Act, Request, Sort, Waits
from domain.tasks import Task
from domain.units import COUNTY

TOWN_TASK, COUNTY_TASK, VILLAGE_TASK = "help_wanted", "help_risen", "help_question"
LIST = 30


@dataclass(frozen=True)
class Word:
    """One line of a request."""

    at: datetime
    by: str | None
    act: Act
    text: str | None


def _request(row: Any) -> Request:
    return Request(
        row.id, row.unit, Sort(row.sort), row.child_id, row.asker, row.to_person, row.desk,
        Waits(row.waits) if row.waits else None, local_day(row.waits_since or row.at), row.taken_by, row.risen_at is not None,
    )  # fmt: skip


def put(
    conn: Connection, sort: Sort, unit: str, asker: str, desk: str, now: datetime, *, text: str | None = None,
    child: str | None = None, to: str | None = None, demo: bool = False,
) -> Request:  # fmt: skip
    """Keep a request; a question from above (`to`) waits for the village."""
    made = new_id()
    waits = Waits.VILLAGE if to else Waits.ABOVE
    add(
        conn, help_requests, id=made, unit=unit, sort=sort.value, child_id=child, asker=asker, to_person=to, at=now, desk=desk,
        waits=waits.value, waits_since=now, demo=demo,
    )  # fmt: skip
    say(conn, made, Act.ASKED, now, asker, text)
    found = get(conn, made)
    assert found is not None
    return found


def say(conn: Connection, request: str, act: Act, now: datetime, by: str | None, text: str | None = None) -> None:
    """Write one more line."""
    add(conn, help_words, id=new_id(), request_id=request, at=now, by_person=by, act=act.value, text=text)


def get(conn: Connection, request: str) -> Request | None:
    row = conn.execute(select(help_requests).where(help_requests.c.id == request)).first()
    return _request(row) if row else None


def words(conn: Connection, request: str) -> list[Word]:
    """What was said and done, in order. Whoever shows it journals it."""
    rows = conn.execute(
        select(help_words).where(help_words.c.request_id == request).order_by(help_words.c.at, help_words.c.id)
    )
    return [
        Word(one["at"], one["by_person"], Act(one["act"]), one["text"])
        for one in (opened(conn, help_words, row) for row in rows)
    ]


def open_at(conn: Connection, codes: Collection[str]) -> list[Request]:
    """What waits for a word from one of these desks, the oldest first."""
    where = (help_requests.c.waits == Waits.ABOVE.value, help_requests.c.desk.in_(list(codes)))
    rows = conn.execute(select(help_requests).where(*where).order_by(help_requests.c.waits_since, help_requests.c.id))
    return [_request(row) for row in rows]


def of_person(conn: Connection, person: str, most: int = LIST) -> list[Request]:
    """What somebody asked, or was asked, the newest first."""
    mine = or_(help_requests.c.asker == person, help_requests.c.to_person == person)
    rows = conn.execute(
        select(help_requests).where(mine).order_by(help_requests.c.at.desc(), help_requests.c.id).limit(most)
    )
    return [_request(row) for row in rows]


def question_open(conn: Connection, unit: str) -> Request | None:
    """A question from above that this village has not answered yet."""
    where = (help_requests.c.unit == unit, help_requests.c.waits == Waits.VILLAGE.value)
    row = conn.execute(select(help_requests).where(*where).limit(1)).first()
    return _request(row) if row else None


def answered(conn: Connection, one: Request, text: str, now: datetime, by: str) -> bool:
    """A word from whoever it waited for; False where it is closed."""
    return _move(conn, one, Act.ANSWERED, now, by, text, waits=None)


def taken(conn: Connection, one: Request, now: datetime, by: str) -> bool:
    """我来办: it waits for what the one who took it does."""
    return _move(conn, one, Act.TAKEN, now, by, waits=Waits.ABOVE.value, waits_since=now, taken_by=by)


def passed(conn: Connection, one: Request, now: datetime, by: str | None) -> bool:
    """The county has it: handed over by the town, or (`by` None) because nobody there answered in time."""
    act = Act.PASSED if by else Act.RISEN
    more: dict[str, Any] = {} if by else {"risen_at": now}
    return _move(conn, one, act, now, by, waits=Waits.ABOVE.value, waits_since=now, desk=COUNTY, taken_by=None, **more)


def not_solved(conn: Connection, one: Request, text: str, now: datetime, by: str) -> None:
    """The one who asked has more to say: it waits above again."""
    values = {"waits": Waits.ABOVE.value, "waits_since": now, "taken_by": None}
    conn.execute(update(help_requests).where(help_requests.c.id == one.id).values(**values))
    say(conn, one.id, Act.MORE, now, by, text)


def closed(conn: Connection, one: Request, now: datetime, by: str) -> None:
    """解决了: said by the one who asked."""
    conn.execute(update(help_requests).where(help_requests.c.id == one.id).values(waits=None))
    say(conn, one.id, Act.CLOSED, now, by)


def _move(
    conn: Connection, one: Request, act: Act, now: datetime, by: str | None, text: str | None = None, **values: Any
) -> bool:
    won = conn.execute(
        update(help_requests).where(help_requests.c.id == one.id, help_requests.c.waits.is_not(None)).values(**values)
    )
    if won.rowcount:
        say(conn, one.id, act, now, by, text)
    return won.rowcount == 1


def waiting(conn: Connection) -> list[Request]:
    """Everything that waits for a word from above, in the whole county."""
    return [
        _request(row) for row in conn.execute(select(help_requests).where(help_requests.c.waits == Waits.ABOVE.value))
    ]


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """A request to be answered is a task of the desk it lies with, a question from above one of the village."""
    if child is not None:
        return
    rows = conn.execute(select(help_requests).where(help_requests.c.waits.is_not(None))).all()
    calendar = policy_rows.base(conn).calendar if rows else None
    for row in rows:
        one = _request(row)
        assert calendar is not None
        above = one.waits is Waits.ABOVE
        unit = one.desk if above else one.unit
        kind = (COUNTY_TASK if one.desk == COUNTY else TOWN_TASK) if above else VILLAGE_TASK
        due = one.due(calendar)
        if due <= last and (codes is None or unit in codes):
            yield Task(kind, unit, due, one.since)


def measure_help(conn: Connection, codes: Collection[str], first: date, last: date) -> dict[str, int]:
    """Requests of these units in these days, how many have an answer, how many had to go on to the county."""
    rows = conn.execute(
        select(help_requests.c.id, help_requests.c.at, help_requests.c.risen_at).where(
            help_requests.c.unit.in_(list(codes)), help_requests.c.sort != Sort.ASKED.value
        )
    ).all()
    mine = [row for row in rows if first <= local_day(row.at) <= last]
    said = select(help_words.c.request_id).where(help_words.c.act == Act.ANSWERED.value)
    answered_ones = set(conn.execute(said.distinct()).scalars()) if mine else set()
    return {
        "asked": len(mine), "answered": sum(row.id in answered_ones for row in mine),
        "risen": sum(row.risen_at is not None for row in mine),
    }  # fmt: skip
