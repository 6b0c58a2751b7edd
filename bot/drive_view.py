"""A campaign as it is shown: its title, and the homes of a place that still wait, those never helped first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Cell, Refused, Work
from db import child_file, children, drives
from db.drives import Drive, Row
from domain.access import Action, may
from domain.child_file import Help
from domain.drives import Sort, had_already
from domain.people import Role

HOMES, NAMES = 4, 3


def is_county(work: Work) -> bool:
    return work.me is not None and work.me.with_role(Role.COUNTY) is not None


def day_said(work: Work, day: date) -> str:
    return day_words(work.words, day, work.today)


def the_drive(work: Work, drive_id: str) -> Drive:
    """A campaign; one that is only proposed is there for the county alone."""
    one = drives.get(work.conn, drive_id)
    if one is None or (one.state == "proposed" and not is_county(work)):
        raise Refused("drive.gone")
    return one


def title(work: Work, one: Drive) -> str:
    """Its name, its last day, and what it brings."""
    lines = [work.say("drive.title", name=one.name, last=day_said(work, one.last))]
    if one.gift:
        lines.append(work.say("drive.brings", gift=one.gift, giver=one.giver or work.say("drive.own")))
    return "\n".join(lines)


def show_homes(work: Work, one: Drive, codes: frozenset[str] | set[str]) -> None:
    """Who is still to be gone to: those never helped first; what they have had lately stands with them."""
    rows = drives.rows_of(work.conn, one.id, codes)
    homes: dict[str, list[Row]] = {}
    for row in rows:
        homes.setdefault(row.home, []).append(row)
    waiting = [home for home in homes.values() if any(row.state == "open" for row in home)]
    finished = [home for home in homes.values() if all(row.state == "done" for row in home)]
    total = len(waiting) + len(finished)
    of_town = bool(rows) and all(row.by_town for row in rows)
    key = "drive.left" if waiting else "drive.all_done"
    lines = [title(work, one), work.say(key, left=len(waiting), done=len(finished), count=total)]
    ids = [row.child for home in waiting[:HOMES] for row in home]
    files = children.by_ids(work.conn, ids)
    work.note("child.list", count=len(ids))
    had: dict[str, list[Help]] = {}
    for each in child_file.helps_of(work.conn, ids):
        had.setdefault(each.child_id, []).append(each)
    cells: list[Sequence[Cell]] = []
    for home in waiting[:HOMES]:
        names = work.say("reminders.comma").join(
            files[row.child].child.name for row in home[:NAMES] if row.child in files
        )
        lines.append("• " + names + goes_said(work, home[0], of_town=of_town) + _had(work, one, home, had))
        if one.sort is Sort.HOMECOMING:
            cells.append([(work.say("drive.do_home", name=names), do("dr.home", home[0].home))])
        else:
            cells.append(
                [
                    (work.say("drive.done", name=names), do("dr.done", home[0].home)),
                    (work.say("drive.other"), do("dr.home", home[0].home)),
                ]
            )
    if len(waiting) > HOMES:
        lines.append(work.say("drive.more", count=len(waiting) - HOMES))
    if finished:
        cells.append([(work.say("drive.finished"), do("dr.list", one.id))])
    unit = next(iter(codes)) if len(codes) == 1 else ""
    if unit and may(work.me, Action.RUN_DRIVE):
        cells.append([(work.say("drive.director_goes" if of_town else "drive.i_go"), do("dr.town", one.id, unit))])
    work.show("\n".join(lines), cells)


def goes_said(work: Work, row: Row, *, of_town: bool = False) -> str:
    """Who goes to this home, where it is not who goes to the others of the village."""
    if row.goes:
        return work.say("drive.goes_name", name=row.goes)
    return work.say("drive.goes_town") if row.by_town and not of_town else ""


def _had(work: Work, one: Drive, home: Sequence[Row], had: Mapping[str, list[Help]]) -> str:
    """已有: what this home had lately, or from the same giver; nobody ever: said as such."""
    everything = [each for row in home for each in had.get(row.child, [])]
    if not everything:
        return work.say("drive.never")
    found = had_already(everything, one.giver, work.today)
    if not found:
        return ""
    newest = max(found, key=lambda each: each.day)
    return work.say("drive.had", day=day_said(work, newest.day), giver=newest.giver or "", what=newest.what or "")
