"""The invented requests for help, worked through the same functions as real ones (db/referrals.py)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import Connection

from db import deeds, helpers, referrals, reports
from domain.calendar import at, local_day
from domain.demo.county import County
from domain.demo.referrals import GUIDED, HELPERS, PAIRS, PUBLICITY, PUBLICITY_WORDS, SUGGESTIONS, Asked, asked
from domain.policy import COUNTY_DEFAULTS
from domain.referrals.clocks import signal
from domain.referrals.events import Act, Event
from domain.referrals.steps import Impossible, Part, Seat
from domain.units import COUNTY


def put(conn: Connection, county: County, now: datetime) -> int:
    """Raise every one and take its steps, each on its own day, up to this moment; how many there were."""
    there = [
        helpers.put(
            conn, kind, name, COUNTY, now - timedelta(days=300), declared_on=county.day - timedelta(days=290) if ready else None,
            demo=True,
        )
        for kind, name, ready in HELPERS
    ]  # fmt: skip
    found = asked(county)
    for one in found:
        _put(conn, one, county, now, there)
    for serial, (kind, helper, days) in enumerate(PAIRS):
        helpers.pair(conn, found[serial].child.id, there[helper], kind, county.day - timedelta(days=days), demo=True)
    _suggestions(conn, county)
    _publicity(conn, county, now)
    rng = Random(f"{county.seed}/guided")
    for place in county.places:
        for child in place.children[:1]:
            if child.closed_on is None and rng.random() < 0.4:
                day = county.day - timedelta(days=rng.randint(3, 200))
                helpers.guided(
                    conn, rng.choice(GUIDED), place.unit.code, child.household or child.id, day, "read", demo=True
                )
    _reminded(conn, now)
    return len(found)


def _suggestions(conn: Connection, county: County) -> None:
    for slug, to, about, days, answered in SUGGESTIONS:
        unit, began = f"{COUNTY}.{slug}", at(county.day - timedelta(days=days), time(10))
        issuer = next((post.holder for post in reports.posts_of_unit(conn, unit) if post.holder), None)
        if issuer is None:
            continue
        content = {"about": about, "to_unit": f"{COUNTY}.{to}"}
        made = referrals.raise_(conn, "suggestion", unit, issuer, content, began, demo=True)
        if answered is not None:
            _take(conn, made, county, began + timedelta(days=2), "accepted", "", {}, issuer)
            said: dict[str, object] = {"outcome": "replied"}
            _take(conn, made, county, began + timedelta(days=answered), "result", "已整改，书面回复。", said, issuer)


def _publicity(conn: Connection, county: County, now: datetime) -> None:
    for way, reached, days in PUBLICITY:
        moment = now - timedelta(days=days)
        deeds.put(
            conn,
            "publicity",
            COUNTY,
            local_day(moment),
            moment,
            by=None,
            reached=reached,
            note=PUBLICITY_WORDS[way],
            demo=True,
        )


def _reminded(conn: Connection, now: datetime) -> None:
    """Whoever is late was reminded the day before: a fresh county wakes up to a calm morning."""
    for one, life in referrals.open_ones(conn):
        found = signal(life, one.kind_code, local_day(now), COUNTY_DEFAULTS)
        if found is not None:
            detail = {"clock": found.clock.code, "since": found.clock.since.isoformat()}
            referrals.put(conn, one, Event(Act.NUDGED, now - timedelta(hours=20), detail=detail))


def _put(conn: Connection, one: Asked, county: County, now: datetime, there: list[str]) -> None:
    story, director = one.story, one.place.director.holder
    assert director is not None
    began = at(county.day - timedelta(days=story.days_ago), time(10))
    next_on = county.day + timedelta(days=story.next_in) if story.next_in is not None else None
    made = referrals.raise_(
        conn, story.kind, one.place.unit.code, director.id, dict(story.answers), began, child_id=one.child.id,
        next_on=next_on, demo=True,
    )  # fmt: skip
    steps = list(story.steps)
    if story.helper is not None:
        steps.insert(1, (1.5, "claimed", "", {"helper": there[story.helper]}))
    for days, act, note, detail in steps:
        moment = began + timedelta(days=days)
        if moment >= now:
            break
        _take(conn, made, county, moment, act, note, dict(detail), director.id)


def _take(
    conn: Connection, made: referrals.Referral, county: County, moment: datetime, act: str, note: str, said: dict[str, object],
    director: str,
) -> None:  # fmt: skip
    life, kind = referrals.life_of(conn, made), Act(act)
    for key in ("next_in", "until_in"):
        if key in said:
            said[key.removesuffix("_in")] = (county.day + timedelta(days=int(str(said.pop(key))))).isoformat()
    to = f"{COUNTY}.{said.pop('to')}" if "to" in said else COUNTY if kind is Act.RETURNED else None
    home = kind is Act.TOLD or life.by_village
    unit = made.unit if home else life.desk or COUNTY
    person = (
        director if home else next((post.holder for post in reports.posts_of_unit(conn, unit) if post.holder), None)
    )
    seat = Seat(Part.LEAD if life.by_village or not home else Part.HOME, unit)
    event = Event(
        kind, moment, person, unit, to, note or None, {key: str(value) for key, value in said.items()} or None
    )
    try:
        referrals.act(conn, made, seat, event)
    except Impossible:  # of an office nobody sits in: it lies with the county, as it would
        assert local_day(moment) <= county.day
