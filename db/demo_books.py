"""The demo county's night numbers, postings, online clues, and what visits of this term heard about phones."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from db import jobs, night_contacts, online_clues
from db.models import phone_talks
from db.rows import add_many
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.child_file import term_of
from domain.demo.books import CLUES, JOBS, phone_answer
from domain.demo.county import County
from domain.people import UnitKind
from domain.units import COUNTY, UnitTree
from domain.visits import PHONE_AGES

OFFICES = ("police", "civil_affairs", "health")


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Everything from a stream of its own, the same for the same seed."""
    rng, today = Random(f"{county.seed}/books"), local_day(at)
    for seat in county.staff.seats:
        unit = tree.get(seat.unit)
        here = unit is not None and (
            unit.kind is UnitKind.TOWN or seat.unit in (COUNTY, *(f"{COUNTY}.{one}" for one in OFFICES))
        )
        if here and seat.holder is not None and rng.random() < 0.85:
            night_contacts.put(conn, seat.unit, seat.holder.name, seat.holder.phone, at - 40 * DAY, by=None, demo=True)
    villages = [place.unit.code for place in county.places if place.children and place.director.holder is not None]
    for kind, words, ahead, spread in JOBS:
        made = jobs.put(
            conn, f"{COUNTY}.human_resources", kind, words, today + ahead * DAY, at - 6 * DAY, by=None, demo=True
        )
        for code in rng.sample(villages, min(spread, len(villages))):
            jobs.passed(conn, made, code, today - rng.randint(0, 5) * DAY, None)
    for kind, place, ago, answer, after in CLUES:
        day = today - ago * DAY
        office = f"{COUNTY}.cyberspace" if ago % 2 else f"{COUNTY}.education"
        made = online_clues.put(conn, office, kind, place, day, at - timedelta(days=ago), by=None, demo=True)
        if answer is not None:
            online_clues.answer(conn, made, answer, day + after * DAY)
    _phones(conn, rng, county, at)


def _phones(conn: Connection, rng: Random, county: County, at: datetime) -> None:
    """About half of the children of an age were asked about this term."""
    today, rows = local_day(at), []
    for place in county.places:
        for child in place.children:
            age = child.age_on(today)
            if age in PHONE_AGES and child.closed_on is None and rng.random() < 0.5:
                day = today - rng.randint(4, 60) * DAY
                rows.append(
                    {
                        "id": new_id(), "child_id": child.id,
                        "term": term_of(today), "answer": phone_answer(rng), "day": day, "by_person": None, "at": at - 4 * DAY,
                        "demo": True,
                    }
                )  # fmt: skip
    add_many(conn, phone_talks, rows)
