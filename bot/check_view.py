"""A spot check that runs, village by village."""

from __future__ import annotations

from collections import defaultdict

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Cell, Refused, Work, in_twos
from db import spot_checks
from db.spot_checks import Check, Line
from domain.access import Action
from domain.people import Role


def unit_of(work: Work) -> str:
    """The county, or the supervisor's own town."""
    me = work.demand(Action.SPOT_CHECK)
    post = me.with_role(Role.COUNTY) or me.with_role(Role.SUPERVISOR)
    if post is None:
        raise Refused("access.denied")
    return post.unit.code


def check_of(work: Work, check_id: str) -> Check:
    """A check of my own unit, or of the county for a supervisor's own villages."""
    found, unit = spot_checks.get(work.conn, check_id), unit_of(work)
    if found is None or (found.unit != unit and unit not in work.tree.under(found.unit)):
        raise Refused("spotcheck.gone")
    return found


def show_progress(work: Work, found: Check) -> None:
    """How far it is in each village of mine, and what can be done next."""
    own = work.visible(Action.SPOT_CHECK)
    by_place: dict[str, list[Line]] = defaultdict(list)
    for line in spot_checks.lines(work.conn, found.id):
        if line.unit in own:
            by_place[line.unit].append(line)
    done = sum(line.done for there in by_place.values() for line in there)
    everything = sum(map(len, by_place.values()))
    lines = [
        work.say("spotcheck.running", day=day_words(work.words, found.drawn_at.date(), work.today), seed=found.seed)
    ]
    lines.append(work.say("spotcheck.done", done=done, count=everything))
    cells: list[Cell] = []
    for unit, there in by_place.items():
        ready = sum(line.done for line in there)
        mark = "✅" if ready == len(there) else f"{ready}/{len(there)}"
        place = work.tree.get(unit)
        cells.append((f"{place.name if place else unit} {mark}", do("sc.place", found.id, unit)))
    again = spot_checks.to_look_again(work.conn, found.id)
    last: list[Cell] = [(work.say("spotcheck.paper"), do("sc.paper", found.id))]
    if again:
        last.insert(0, (work.say("spotcheck.again", count=len(again)), do("sc.again", found.id)))
    if found.running and found.unit == unit_of(work):
        last.append((work.say("spotcheck.close"), do("sc.close", found.id)))
    work.show("\n".join(lines), [*in_twos(cells), *in_twos(last)])
