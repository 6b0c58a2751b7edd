"""The demo county's activities, dangerous places, hazards, checks, one list of a department and its early warnings."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import Connection

from db import activities, data_checks, early_warning, hazards, inspections, reports
from domain.activities import MANY
from domain.calendar import at as moment_of
from domain.calendar import local_day
from domain.data_checks import find_ids
from domain.demo.county import County, Place
from domain.demo.staff import ORDINARY
from domain.demo.village import (
    ACTIVITIES,
    COMING,
    HAZARDS,
    SCHOOLS,
    WATERS,
    items_of,
)
from domain.hazards import owner_of
from domain.inspections import CHECKLISTS
from domain.policy import COUNTY_DEFAULTS
from domain.units import COUNTY, UnitTree

LIST_AGO, WARNED_AGO = 9, 2


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Everything from a stream of its own, the same for the same seed."""
    rng = Random(f"{county.seed}/village")
    places = [one for one in county.places if one.children and one.director.holder is not None]
    _activities(conn, rng, places, at)
    _waters(conn, rng, places, at)
    _hazards(conn, rng, places, at)
    _schools(conn, rng, places, at)
    _list(conn, county, at)
    early_warning.look(conn, at - timedelta(days=WARNED_AGO), COUNTY_DEFAULTS.warnings)


def _activities(conn: Connection, rng: Random, places: list[Place], at: datetime) -> None:
    for place in places:
        for theme, site, helpers, words in rng.sample(ACTIVITIES, rng.choice((0, 1, 1, 2))):
            day = local_day(at) - timedelta(days=rng.randint(2, 170))
            own = [child.id for child in place.children if rng.random() < 0.6]
            assert place.director.holder is not None
            by, now = place.director.holder.id, moment_of(day, time(17))
            made = activities.put(
                conn, place.unit.code, place.unit.code, day, theme, site, now, by=by, helpers=helpers,
                reached=min(len(own) + rng.randint(0, 6), MANY), words=words, demo=True,
            )  # fmt: skip
            one = activities.get(conn, made)
            if one is not None and own:
                activities.attended(conn, one, own, now, by, [place.unit.code])
    for theme, site, days, clock, seats, words in COMING:
        home = [one for one in places if one.unit.code == ORDINARY]  # where a visitor begins, there is one to sign up for
        place = home[0] if theme == "law" and home else places[len(words) % len(places)]
        activities.put(
            conn, place.town.code, place.town.code, local_day(at) + timedelta(days=days), theme, site, at, by=None, clock=clock,
            seats=seats, words=words, demo=True,
        )  # fmt: skip


def _waters(conn: Connection, rng: Random, places: list[Place], at: datetime) -> None:
    for place in places:
        if rng.random() < 0.4:
            kind, spot = rng.choice(WATERS)
            looked = local_day(at) - timedelta(days=rng.randint(3, 60))
            items = items_of(rng)
            hazards.put_point(
                conn, place.unit.code, kind, spot, f"{COUNTY}.{owner_of(kind)}", items,
                at - timedelta(days=200), by=None, looked_on=looked, demo=True,
            )  # fmt: skip


def _hazards(conn: Connection, rng: Random, places: list[Place], at: datetime) -> None:
    """In every state: just told, with its office, mended and waiting for a look, closed."""
    for place, (kind, spot, words, days, state) in zip(
        rng.sample(places, min(len(places), len(HAZARDS))), HAZARDS, strict=False
    ):
        owner = f"{COUNTY}.{owner_of(kind)}"
        desk = owner if any(post.holder for post in reports.posts_of_unit(conn, owner)) else COUNTY
        now = at - timedelta(days=days)
        assert place.director.holder is not None
        by = place.director.holder.id
        made = hazards.report(conn, place.unit.code, kind, spot, words, owner, desk, now, by=by, demo=True)
        if state != "open":
            hazards.fix(conn, made, "已经整改，现场看过。", now + timedelta(days=min(days, 6)), by)
        if state == "closed":
            hazards.check(conn, made, True, now + timedelta(days=min(days, 9)), by)


def _schools(conn: Connection, rng: Random, places: list[Place], at: datetime) -> None:
    for name, who, slug in SCHOOLS:
        school = inspections.add_school(conn, name, at - timedelta(days=90), demo=True)
        if school is not None and who:
            since = local_day(at) - timedelta(days=rng.randint(60, 400))
            inspections.appoint(
                conn, school, who, f"{COUNTY}.{slug}", since, at - timedelta(days=60), by=None, demo=True
            )
    for place, kind, lacks in zip(places, ("bus", "care", "bus"), (0, 1, 0), strict=False):
        items = CHECKLISTS[kind]
        results = {item: "lacks" if serial < lacks else "good" for serial, item in enumerate(items)}
        day, spot = local_day(at) - timedelta(days=20), "小学校车" if kind == "bus" else "校门口午托"
        education = f"{COUNTY}.education"
        inspections.put(
            conn, place.unit.code, education, kind, spot, day, results, at - timedelta(days=20), by=None, demo=True
        )


def _list(conn: Connection, county: County, at: datetime) -> None:
    """One list of the education bureau: six children found, four looked in on, one of them a false alarm."""
    children = [child for child in county.children if child.id_no and child.closed_on is None]
    found = find_ids(child.id_no for child in children[:: max(len(children) // 6, 1)][:6])
    now = at - timedelta(days=LIST_AGO)
    office = f"{COUNTY}.education"
    holder = next((post.holder for post in reports.posts_of_unit(conn, office) if post.holder), None)
    made = data_checks.hand_in(conn, office, found, now, by=holder, demo=True)
    there = data_checks.say_kind(conn, made.id, "low_income", now) or []
    for one, said in zip(there, ("true", "seen", "false", "true"), strict=False):
        data_checks.answer(conn, one.id, said, now + timedelta(days=4), holder or "demo")
