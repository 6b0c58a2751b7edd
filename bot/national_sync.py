"""How the children of some villages stand with the national system, for the list, the table and the child's card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection

from bot import child_papers as papers
from bot.reminders.rules import day_words
from bot.work import Work
from db import children, national_ticks
from db.children import Entry
from domain.calendar import local_day
from domain.children import Child
from domain.people import UnitKind
from domain.units import COUNTY, UnitTree
from files.national import Line, Standing, changes, row_of, standing

OPEN_STANDINGS = (Standing.NEW, Standing.CHANGED, Standing.CLOSED)
DEMO_TICKED, DEMO_STALE = 0.86, 0.09  # shares of the demo county's children entered at all, and of those out of date
DEMO_FIELDS = ("照护人电话", "学校", "年级", "现居住地", "父亲务工地", "就学状况")


@dataclass(frozen=True)
class Synced:
    """One child with its line."""

    child: Child
    line: Line


def of_units(conn: Connection, tree: UnitTree, today: date, codes: Collection[str]) -> list[Synced]:
    """Every child of these units, by file number; closed ones too: whoever was entered once must be taken out."""
    return _of(conn, tree, today, children.in_units(conn, codes, closed=True))


def of_child(conn: Connection, tree: UnitTree, today: date, entry: Entry) -> Synced:
    return _of(conn, tree, today, [entry])[0]


def _of(conn: Connection, tree: UnitTree, today: date, filed: Collection[Entry]) -> list[Synced]:
    ticks = national_ticks.latest(conn, [one.child.id for one in filed])
    found = []
    for record in papers.many(conn, tree, today, filed):
        child, tick = record.child, ticks.get(record.child.id)
        row = row_of(record, *_places(tree, child.unit))
        state = standing(tick.content if tick else None, row)
        changed = changes(tick.content, row) if tick else ()
        found.append(Synced(child, Line(row, state, changed, local_day(tick.at) if tick else None)))
    return found


def _places(tree: UnitTree, code: str) -> tuple[str, str]:
    unit = tree.get(code)
    town = tree.get(unit.parent or "") if unit else None
    return (town.name if town and town.kind is UnitKind.TOWN else ""), unit.name if unit else ""


def card_line(work: Work, entry: Entry) -> str:
    """A line for the child's card: when it was last carried over, or what is still to be; empty where nobody ever began.

    A county that enters nothing over there must not read on every card that nothing is entered.
    """
    line = of_child(work.conn, work.tree, work.today, entry).line
    if line.standing is Standing.SAME and line.ticked_on:
        return work.say("sync.card.same", day=day_words(work.words, line.ticked_on, work.today))
    if line.standing is Standing.CHANGED:
        return work.say("sync.card.changed", count=len(line.changed))
    return work.say("sync.card.closed") if line.standing is Standing.CLOSED else ""


def measure_national_sync(conn: Connection, tree: UnitTree, today: date, codes: Collection[str]) -> dict[str, int]:
    """How many children are carried over, to be entered, to be changed, to be taken out (plan tasks 9 and 19)."""
    counts = Counter(one.line.standing for one in of_units(conn, tree, today, codes))
    return {state.value: counts[state] for state in (Standing.SAME, *OPEN_STANDINGS)}


def seed_demo(conn: Connection, tree: UnitTree, at: datetime, seed: int) -> int:
    """Ticks for a demo county: most children entered, a few since changed, some never. How many were ticked."""
    rng, today = Random(f"{seed} national"), local_day(at)
    rows: dict[str, dict[str, str]] = {}
    for one in of_units(conn, tree, today, tree.under(COUNTY)):
        draws = rng.random(), rng.random(), rng.choice(DEMO_FIELDS)
        if one.line.standing is not Standing.NEW or draws[0] > DEMO_TICKED:
            continue
        row = dict(one.line.row)
        if draws[1] < DEMO_STALE and row.get(draws[2]):
            row[draws[2]] = ""  # not known yet when it was entered
        rows[one.child.id] = row
    for part in range(3):  # entered over three afternoons of the last weeks
        chosen = {child: row for place, (child, row) in enumerate(rows.items()) if place % 3 == part}
        national_ticks.put(conn, chosen, at - timedelta(days=9 * part + 6), by=None, source="demo")
    return len(rows)
