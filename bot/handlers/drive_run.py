"""Beginning and ending a campaign, and its list as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow, sharing
from bot.buttons import do
from bot.drive_view import day_said, is_county, the_drive
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work
from db import children, drives, people
from db.drafts import Kept
from domain.access import Action, granting
from domain.drives import DRIVE, Sort, Whom
from domain.forms import Answers, World
from domain.people import Role
from domain.units import COUNTY
from files.workbook import Sheet, sheets_workbook


def new(work: Work) -> None:
    work.demand(Action.RUN_DRIVE)
    work.toast()
    scopes = _scopes(work)
    flow.begin(work, "drive", {"scope": next(iter(scopes))} if len(scopes) == 1 else {})


def _scopes(work: Work) -> dict[str, str]:
    if is_county(work):
        return {COUNTY: work.say("announce.whole_county"), **{town.code: town.name for town in work.tree.towns}}
    return {post.unit.code: post.unit.name for post in granting(work.me, Action.RUN_DRIVE)}


def _facts(work: Work) -> Mapping[str, Any]:
    return {"scopes": lambda: _scopes(work)}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "scope":
        return _scopes(work).get(str(value), str(value))
    if key == "until":
        return day_said(work, date.fromisoformat(str(value)))
    return None


def _made(work: Work, answers: Answers, kept: Kept) -> None:
    me, scope = work.demand_in(Action.RUN_DRIVE, answers["scope"]), str(answers["scope"])
    name = work.say("drive.name", sort=work.say(f"drive.sort.{answers['sort']}"), year=answers["until"][:4])
    made = drives.put(
        work.conn, Sort(answers["sort"]), name, scope, work.today, date.fromisoformat(answers["until"]), Whom(answers["whom"]),
        work.now, gift=answers.get("gift"), giver=answers.get("giver"), by=me.person_id, demo=work.demo,
    )  # fmt: skip
    _go(work, made)


def start(work: Work, drive_id: str) -> None:
    """The county says yes to what the calendar proposes."""
    me = work.demand_in(Action.RUN_DRIVE, COUNTY)
    one = the_drive(work, drive_id)
    work.toast()
    if not drives.start(work.conn, one.id, me.person_id):
        raise Refused("drive.gone")
    _go(work, one.id)


def _go(work: Work, drive_id: str) -> None:
    """The list is made and everybody on whose list it stands hears of it once."""
    one = the_drive(work, drive_id)
    homes = drives.fill(work.conn, one.id, work.tree.under(one.unit))
    work.note("drive.begun", f"drive:{one.id}", homes=homes)
    units = set(drives.progress(work.conn, one.id, work.tree.under(one.unit)))
    for post in people.find_posts(work.conn):
        if post.role is Role.CHILD_DIRECTOR and post.unit.code in units:
            for chat in people.chats_of_post(work.conn, post):
                text = work.say("drive.begins", name=one.name, last=day_said(work, one.last))
                work.tell(chat, text, [[(work.say("drive.see_list"), do("dr.open", one.id))]])
    work.show(
        work.say("drive.begun", name=one.name, homes=homes, places=len(units)),
        [[(work.say("drive.see"), do("dr.open", one.id))]],
    )


def decline(work: Work, drive_id: str) -> None:
    work.demand_in(Action.RUN_DRIVE, COUNTY)
    one = the_drive(work, drive_id)
    work.toast()
    drives.end(work.conn, one.id, work.now, declined=True)
    work.note("drive.declined", f"drive:{one.id}")
    work.show(work.say("drive.declined", name=one.name))


def end(work: Work, drive_id: str) -> None:
    """结束: nothing more is owed; the list stays."""
    one = the_drive(work, drive_id)
    work.demand_in(Action.RUN_DRIVE, one.unit)
    work.toast()
    drives.end(work.conn, one.id, work.now)
    work.note("drive.ended", f"drive:{one.id}")
    work.show(work.say("drive.ended", name=one.name), [[(work.say("drive.book"), do("dr.book", one.id))]])


def book(work: Work, drive_id: str) -> None:
    """The list as a workbook: codes instead of names, so that it may be laid before others.

    Where an organisation gives, a column says whose family agreed to its being told; of the others no code is given either.
    """
    one = the_drive(work, drive_id)
    work.demand(Action.RUN_DRIVE)
    work.toast()
    codes = work.visible(Action.RUN_DRIVE)
    rows = drives.rows_of(work.conn, one.id, codes)
    work.note("drive.book", f"drive:{one.id}", rows=len(rows))
    files = children.by_ids(work.conn, [row.child for row in rows])
    told = sharing.agreed_ones(work, (each.child for each in files.values()), one.giver) if one.giver else set(files)
    states = {state: work.say(f"drive.state.{state}") for state in ("open", "done", "not")}
    per = drives.progress(work.conn, one.id, codes)
    cells = [
        (
            work.tree.path_name(row.unit), files[row.child].child.file_no if row.child in told else "", states[row.state],
            row.what or "", row.giver or "", row.done_at.astimezone(work.local.tzinfo).date() if row.done_at else None,
            work.say(f"drive.agreed.{'yes' if row.child in told else 'no'}") if one.giver else "",
        )
        for row in rows
    ]  # fmt: skip
    columns = tuple(work.say(f"drive.column.{name}") for name in ("place", "file", "state", "what", "giver", "day", "agreed"))
    places = [(work.tree.path_name(unit.code), *per[unit.code]) for unit in work.tree if unit.code in per]
    heads = tuple(work.say(f"drive.column.{name}") for name in ("place", "done", "homes"))
    content = sheets_workbook(
        (Sheet(work.say("drive.sheet_places"), heads, places), Sheet(work.say("drive.sheet_list"), columns, cells)),
        one.name, work.say("drive.note", day=work.today), work.today,
    )  # fmt: skip
    work.document(content, f"{one.name}.xlsx", work.say("drive.book_caption"))


SUBJECT = Subject(
    "drive_run",
    conversations=(Conversation(DRIVE, _made, Action.RUN_DRIVE, facts=_facts, value=_value),),
    presses={
        "dr.new": Press(new, Action.RUN_DRIVE),
        "dr.start": Press(start, Action.RUN_DRIVE),
        "dr.decline": Press(decline, Action.RUN_DRIVE),
        "dr.end": Press(end, Action.RUN_DRIVE),
        "dr.book": Press(book, Action.RUN_DRIVE),
    },
)
