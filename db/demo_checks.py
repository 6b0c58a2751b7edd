"""The demo county's spot checks: last year's, done with, and one that runs since three days."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from db import spot_checks
from db.spot_checks import Line
from domain.calendar import local_day
from domain.demo.county import County
from domain.people import Role, UnitKind
from domain.sampling import LEAST_VILLAGES, draw, frame_of
from domain.spot_checks import Item, Result
from domain.units import COUNTY, UnitTree

LAST_YEAR, RUNNING_SINCE = timedelta(days=390), timedelta(days=3)
WORDS = ("学校那栏补好了。", "协议重新签了，拍了照。", "又去了一趟，奶奶在家，都问到了。")


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Two checks, drawn and filled in from a stream of their own."""
    rng = Random(f"{county.seed}/checks")
    checker = next((seat.holder.id for seat in county.staff.seats if seat.role is Role.COUNTY and seat.holder), None)
    if checker is None:
        return
    villages = [one.code for one in tree if one.kind is UnitKind.VILLAGE]
    towns = [town.code for town in tree.towns]
    for drawn_at, share, over in ((at - LAST_YEAR, 1.0, True), (at - RUNNING_SINCE, 0.4, False)):
        day = local_day(drawn_at)
        frame = frame_of(spot_checks.places(conn, villages, tree, day), day)
        seed = f"{day:%Y%m%d}-{county.seed}"
        drawn = draw(frame, towns, seed, LEAST_VILLAGES)
        if not drawn.places:
            continue
        made = spot_checks.put(conn, COUNTY, seed, frame, drawn, drawn_at, by=checker, demo=True)
        there = spot_checks.lines(conn, made)
        for line in there[: round(len(there) * share)]:
            _fill(conn, rng, line, drawn_at + timedelta(days=1), checker, mended=over)
        if over:
            spot_checks.close(conn, made, drawn_at + timedelta(days=40))


def _fill(conn: Connection, rng: Random, line: Line, when: datetime, checker: str, *, mended: bool) -> None:
    results: dict[Item, Result] = {
        item: Result.LACKS if rng.random() < 0.1 else Result.GOOD for item in Item if item is not Item.AGREEMENT
    }
    for one in spot_checks.fill_in(conn, line, results, None, when, checker) or []:
        if mended:
            spot_checks.mend(conn, one.id, rng.choice(WORDS), when + timedelta(days=9), checker)
            spot_checks.settle(conn, one.id, True, when + timedelta(days=12), checker)
