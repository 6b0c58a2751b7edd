"""The demo county's campaigns (one over, one coming), two announcements, three requests for help, cards passed on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection, update

from db import announcements, cards_library, drives, help_requests
from db.models import drive_rows, helps
from db.rows import add_many, sealed
from db.types import new_id
from domain.calendar import DAY, local_day
from domain.demo.county import County
from domain.demo.drives import (
    ANNOUNCEMENTS,
    AUTUMN_GIFT,
    AUTUMN_GIVER,
    BRIDGE,
    NEW_YEAR_GIFT,
    NEW_YEAR_GIVER,
    REQUESTS,
)
from domain.drives import Sort, Whom
from domain.festivals import MID_AUTUMN, festivals
from domain.help_requests import Sort as Wanted
from domain.people import Role
from domain.units import COUNTY, UnitTree


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """All of it from a stream of its own."""
    rng = Random(f"{county.seed}/drives")
    holder = next((seat.holder.id for seat in county.staff.seats if seat.role is Role.COUNTY and seat.holder), None)
    if holder is None:
        return
    _autumn(conn, rng, county, at, holder, tree)
    day = local_day(at)
    new_year = date(day.year + 1, 1, 1)
    coming = drives.put(
        conn, Sort.NEW_YEAR, f"{new_year.year}年元旦走访慰问", COUNTY, new_year - BRIDGE * DAY, new_year, Whom.NEVER, at,
        gift=NEW_YEAR_GIFT, giver=NEW_YEAR_GIVER, by=holder, demo=True,
    )  # fmt: skip
    drives.fill(conn, coming, tree.under(COUNTY))
    _announced(conn, rng, at, holder, tree)
    _asked(conn, county, at)
    season = cards_library.of_the_week(conn, day)
    for place in county.places:
        if season is not None and rng.random() < 0.35:
            when = at - rng.randint(1, 12) * DAY
            cards_library.forwarded(conn, season.code, place.unit.code, local_day(when), when, by=None, demo=True)


def _autumn(conn: Connection, rng: Random, county: County, at: datetime, holder: str, tree: UnitTree) -> None:
    """The last 中秋 before that day: done nearly everywhere, with its lines in the files."""
    today = local_day(at)
    last = max(day for year in (today.year - 1, today.year) if (day := festivals(year)[MID_AUTUMN]) + 10 * DAY < today)
    began = at - (today - last + 14 * DAY)
    made = drives.put(
        conn, Sort.AUTUMN, f"{last.year}年中秋国庆走访", COUNTY, last - 14 * DAY, last + 6 * DAY, Whom.URGENT, began,
        gift=AUTUMN_GIFT, giver=AUTUMN_GIVER, by=holder, demo=True,
    )  # fmt: skip
    drives.fill(conn, made, tree.under(COUNTY))
    gifts = []
    for row in drives.rows_of(conn, made, tree.under(COUNTY)):
        if rng.random() < 0.06:  # away with the parents, or moved
            conn.execute(update(drive_rows).where(drive_rows.c.id == row.id).values(state="not"))
            continue
        day = last - rng.randint(0, 12) * DAY
        help_id, when = new_id(), at - (today - day)
        gifts.append(
            {
                "id": help_id, "child_id": row.child, "day": day, "kind": "goods", "what": AUTUMN_GIFT,
                "giver": AUTUMN_GIVER, "value": None, "by_person": None, "at": when, "demo": True,
            }
        )  # fmt: skip
        told = sealed(conn, drive_rows, row.id, {"what": AUTUMN_GIFT, "giver": AUTUMN_GIVER})
        conn.execute(
            update(drive_rows)
            .where(drive_rows.c.id == row.id)
            .values(state="done", done_at=when, help_id=help_id, **told)
        )
    add_many(conn, helps, gifts)
    drives.end(conn, made, at - (today - last - 7 * DAY))


def _announced(conn: Connection, rng: Random, at: datetime, holder: str, tree: UnitTree) -> None:
    for ago, urgent, role, text, share in ANNOUNCEMENTS:
        when = at - timedelta(days=ago)
        readers = [
            (post.holder, post.unit.code, True)
            for post in announcements.posts_in(conn, tree, COUNTY, role)
            if post.holder and post.holder != holder
        ]
        one = announcements.put(
            conn, COUNTY, holder, COUNTY, role, text, when, list({each[0]: each for each in readers}.values()), urgent=urgent,
            demo=True,
        )  # fmt: skip
        for reader in announcements.readers(conn, one.id):
            if rng.random() < share:
                announcements.known(conn, one.id, reader.person, when + timedelta(hours=rng.randint(1, 9)))


def _asked(conn: Connection, county: County, at: datetime) -> None:
    """Three villages with a director and a supervisor ask; one has its answer, one is taken on, one waits."""
    places = [place for place in county.places if place.director.holder and place.supervisor.holder and place.children]
    for serial, (ago, sort, words, answer, taken) in enumerate(REQUESTS):
        place = places[(serial * 7 + 3) % len(places)]
        asker, above = place.director.holder, place.supervisor.holder
        assert asker is not None
        assert above is not None
        when = at - timedelta(days=ago)
        one = help_requests.put(
            conn, Wanted(sort), place.unit.code, asker.id, place.town.code, when, text=words, demo=True
        )
        if answer is not None:
            help_requests.answered(conn, one, answer, when + timedelta(hours=5), above.id)
        elif taken:
            help_requests.taken(conn, one, when + timedelta(hours=20), above.id)
