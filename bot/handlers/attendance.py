"""签到: by the digits read out in the room; who was there, put down by hand where there is no phone, and the sheet."""

from __future__ import annotations

import re

from bot import training_done
from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.training_session import session_of
from bot.work import Cell, Refused, Work, in_twos
from db import people, training
from domain.access import Action
from domain.calendar import local
from domain.people import Role, UnitKind
from domain.training import code_in
from files.workbook import Sheet, sheets_workbook

PEOPLE = 32


LONGEST_CODE = 8  # characters of a message that is a code and nothing else


_SIGN_IN = re.compile(r"签\s*到\D{0,6}[0-9０-９]")


def sign_in(work: Work, words: str) -> None:
    """签到 4821: I am here. The trainer reads the digits out in the room."""
    me = work.demand(Action.LEARN)
    code = code_in(words)
    if code is None:
        work.reply(work.say("training.how_to_sign"))
        return
    one = training.by_code(work.conn, code, work.today)
    if one is None:
        work.note("training.wrong_code")
        raise Refused("training.wrong_code")
    fresh = training.sign(work.conn, one.id, me.person_id, "code", work.now)
    if fresh:
        work.note("training.signed", f"unit:{one.unit}", training=one.id)
    work.reply(work.say("training.signed" if fresh else "training.signed_already", topic=one.topic))
    training_done.settle(work)


def hears_code(work: Work) -> bool:
    """签到4821, 我要签到：4821: signed in whatever form is open, for nothing else is written like that."""
    if work.me is None or not _SIGN_IN.search(work.said):
        return False
    sign_in(work, work.said)
    return True


def hears_digits(work: Work) -> bool:
    """Only the four digits, while a session with them is open."""
    code = code_in(work.said) if len(work.said.strip()) <= LONGEST_CODE else None
    if work.me is None or code is None or training.by_code(work.conn, code, work.today) is None:
        return False
    sign_in(work, work.said)
    return True


def who(work: Work, training_id: str, unit: str = "") -> None:
    """Who was there: a county's session by town, a town's by village. A tap puts somebody down, or takes them off again."""
    one = session_of(work, training_id)
    work.toast()
    there = training.seats(work.conn, one.id)
    posts = [post for post in training.directors(work.conn, set(work.tree.under(unit or one.unit))) if post.holder]
    place = work.tree.get(unit or one.unit)
    if place is not None and place.kind is UnitKind.COUNTY:
        cells: list[Cell] = []
        for town in work.tree.towns:
            mine = [post for post in posts if post.unit.parent == town.code]
            if mine:
                here = sum(post.holder in there for post in mine)
                cells.append((f"{town.name} {here}/{len(mine)}", do("tr.who", one.id, town.code)))
        work.show(
            work.say("training.by_town"), [*in_twos(cells), [(work.say("training.to_session"), do("tr.open", one.id))]]
        )
        return
    names = people.persons(work.conn, [post.holder for post in posts if post.holder])
    cells = [
        (
            ("✅ " if post.holder in there else "▫️ ") + f"{post.unit.name} {names[post.holder].name}",
            do("tr.hand", one.id, post.unit.code),
        )
        for post in posts[:PEOPLE]
        if post.holder in names
    ]
    work.show(
        work.say("training.by_village"), [*in_twos(cells), [(work.say("training.to_session"), do("tr.open", one.id))]]
    )


def by_hand(work: Work, training_id: str, unit: str) -> None:
    """Somebody without a phone was there, or somebody was put down by mistake."""
    one, me = session_of(work, training_id), work.demand_in(Action.TRAIN, unit)
    post = next((post for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit) if post.holder), None)
    if post is None or post.holder is None or one.day > work.today:
        raise Refused("training.gone")
    if training.sign(work.conn, one.id, post.holder, "hand", work.now, me.person_id):
        work.note("training.by_hand", f"post:{post.id}", training=one.id)
        training_done.settle(work)
    elif training.strike(work.conn, one.id, post.holder):
        work.note("training.struck", f"post:{post.id}", training=one.id)
    who(work, training_id, post.unit.parent or one.unit)


def sheet(work: Work, training_id: str) -> None:
    """The attendance list as a workbook, for the file."""
    one = session_of(work, training_id)
    work.toast()
    there = training.seats(work.conn, one.id)
    posts = [post for post in training.directors(work.conn, set(work.tree.under(one.unit))) if post.holder]
    names = people.persons(work.conn, [post.holder for post in posts if post.holder])
    rows = []
    for post in posts:
        if post.holder not in names:
            continue
        at, how = there.get(post.holder or "", (None, ""))
        when = local(at).strftime("%m-%d %H:%M") if at else ""
        rows.append(
            (
                work.tree.path_name(post.unit.code),
                names[post.holder].name,
                work.say(f"training.how.{how}") if how else work.say("training.how.none"),
                when,
            )
        )
    heads = tuple(work.say(f"training.column.{name}") for name in ("place", "name", "how", "when"))
    title = work.say("training.sheet_title", day=one.day.isoformat(), topic=one.topic)
    note = work.say("training.sheet_note", here=len(there), wanted=len(rows), place=one.place)
    work.note("training.sheet", f"unit:{one.unit}", training=one.id)
    book = sheets_workbook([Sheet(work.say("training.sheet_name"), heads, rows)], title, note, work.today)
    work.document(book, work.say("training.sheet_file", day=one.day.isoformat()))


SUBJECT = Subject(
    "attendance",
    commands=(Command("signin", sign_in, Action.LEARN, ("签到", "培训签到"), menu=False),),
    presses={
        "tr.who": Press(who, Action.TRAIN),
        "tr.hand": Press(by_hand, Action.TRAIN),
        "tr.sheet": Press(sheet, Action.TRAIN),
    },
    first=hears_code,
    free=hears_digits,
)
