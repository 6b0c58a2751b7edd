"""部门名单核对: an office hands in a list, it is compared by hashed ID number and forgotten; villages are asked to look in.

The office learns counts, never where a child lives; the village learns from whom the word came and what to ask about.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from sqlalchemy import update

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import children, data_checks, people
from db.data_checks import Hit, List
from db.drafts import Kept
from db.models import attachments
from domain.access import Action, granting, may
from domain.data_checks import ANSWERS, KINDS, MOST_IDS, find_ids
from domain.forms import Answers, Form, Question, World, by_button, text
from domain.people import Role
from domain.units import COUNTY
from files.roster import RosterFileError, tables

WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".et"}
_WANTED = re.compile(r"核对|比对|核查|对一下|名单")
SHOWN = 6


def document(work: Work) -> bool:
    """A workbook of an office; the county's own only with 核对 under it, else it is a roster."""
    file = work.files[0]
    if (
        file.kind != "document"
        or PurePath(file.name).suffix.lower() not in WORKBOOKS
        or not may(work.me, Action.HAND_LIST)
    ):
        return False
    if may(work.me, Action.IMPORT_ROSTER) and not _WANTED.search(work.said):
        return False
    content, name = file.content, file.name
    work.conn.execute(  # the list itself is not kept, whatever comes of it
        update(attachments).where(attachments.c.id == file.id).values(content=None, name=None, file_id=None)
    )
    if content is None:
        work.reply(work.say("roster.not_fetched"))
        return True
    try:
        sheets = tables(content, name)
    except RosterFileError as problem:
        work.reply(work.say(problem.key, **problem.params))
        return True
    ids = find_ids(cell for sheet in sheets for row in sheet.rows for cell in row)
    if not ids.numbers:
        work.reply(work.say("datacheck.lost" if ids.lost else "datacheck.no_ids", count=ids.lost))
        return True
    if len(ids.numbers) > MOST_IDS:
        work.reply(work.say("datacheck.too_many", most=MOST_IDS))
        return True
    me = work.demand(Action.HAND_LIST)
    made = data_checks.hand_in(work.conn, _unit(work), ids, work.now, by=me.person_id, demo=work.demo)
    work.note("datacheck.handed_in", f"datacheck:{made.id}", **made.counts)
    lines = [work.say("datacheck.compared", rows=made.counts["rows"], hits=made.counts["hits"])]
    lines += [
        work.say(f"datacheck.count.{key}", count=made.counts[key])
        for key in ("unknown", "closed", "twice", "lost", "wrong")
        if made.counts[key]
    ]
    lines.append(work.say("datacheck.not_kept"))
    if not made.counts["hits"]:
        data_checks.drop(work.conn, made.id)
        work.reply("\n".join([*lines, work.say("datacheck.nobody")]))
        return True
    lines.append(work.say("datacheck.what"))
    cells: list[Cell] = [(work.say(f"datacheck.kind.{kind}"), do("dc.kind", made.id, kind)) for kind in KINDS]
    work.reply("\n".join(lines), [*in_twos(cells), [(work.say("datacheck.drop"), do("dc.drop", made.id))]])
    return True


def _unit(work: Work) -> str:
    post = next(iter(granting(work.me, Action.HAND_LIST)), None)
    if post is None:
        raise Refused("access.denied")
    return post.unit.code


def _of_mine(work: Work, check_id: str) -> None:
    if data_checks.unit_of(work.conn, check_id) not in {post.unit.code for post in granting(work.me, Action.HAND_LIST)}:
        raise Refused("datacheck.gone")


def kind(work: Work, check_id: str, said: str) -> None:
    """The office says what its list is; now the villages are asked."""
    _of_mine(work, check_id)
    if said not in KINDS:
        raise Refused("datacheck.gone")
    found = data_checks.say_kind(work.conn, check_id, said, work.now)
    if found is None:
        raise Refused("datacheck.gone")
    work.note("datacheck.sent", f"datacheck:{check_id}", kind=said, hits=len(found))
    work.toast()
    for unit in dict.fromkeys(one.unit for one in found):
        _ask(work, unit, sum(one.unit == unit for one in found))
    places = len({one.unit for one in found})
    work.show(
        work.say("datacheck.sent", count=len(found), places=places), [[(work.say("more.lists"), do("go", "lists"))]]
    )


def _ask(work: Work, unit: str, count: int) -> None:
    """The village's director; a village without one is its supervisor's."""
    posts = people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit)
    chats = [chat for post in posts for chat in people.chats_of_post(work.conn, post)]
    if not chats:
        town = work.tree.town_of(unit)
        above = people.posts_at(work.conn, Role.SUPERVISOR, town.code) if town else []
        chats = [chat for post in above for chat in people.chats_of_post(work.conn, post)]
    words = work.say(
        "datacheck.please", place=work.tree.path_name(unit), count=count, unit=work.tree.path_name(_unit(work))
    )
    for chat in dict.fromkeys(chats):
        work.tell(chat, words, [[(work.say("more.lookin"), do("go", "lookin"))]])


def drop(work: Work, check_id: str) -> None:
    _of_mine(work, check_id)
    if not data_checks.drop(work.conn, check_id):
        raise Refused("datacheck.gone")
    work.note("datacheck.dropped", f"datacheck:{check_id}")
    work.toast()
    work.show(work.say("datacheck.dropped"))


def lists(work: Work, words: str) -> None:
    """What came of the lists: counts only. The county sees everybody's."""
    me = work.demand(Action.HAND_LIST)
    units = None if me.with_role(Role.COUNTY) else {post.unit.code for post in granting(me, Action.HAND_LIST)}
    found = [one for one in data_checks.lists(work.conn, units) if one.kind is not None]
    lines = [work.say("datacheck.lists" if found else "datacheck.no_lists")]
    lines += [_of_list(work, one) for one in found]
    work.show("\n".join([*lines, work.say("datacheck.how")]))


def _of_list(work: Work, one: List) -> str:
    counts = {key: one.answers.get(key, 0) for key in (*ANSWERS, "open")}
    return work.say(
        "datacheck.list_of", day=day_words(work.words, one.at.date(), work.today), unit=work.tree.path_name(one.unit),
        kind=work.say(f"datacheck.kind.{one.kind}"), hits=sum(one.answers.values()), yes=counts["true"], no=counts["false"],
        seen=counts["seen"], open=counts["open"],
    )  # fmt: skip


# --- the village ---------------------------------------------------------------------------------------------------


def look_in(work: Work, words: str) -> None:
    """请去看看: whom to look in on, from whom the word came, what to ask about; three answers, one tap each."""
    work.demand(Action.LOG_CONTACT)
    found = data_checks.to_look_in(work.conn, work.visible(Action.LOG_CONTACT))
    if not found:
        work.show(work.say("lookin.nothing"))
        return
    one = found[0]
    entry = children.by_id(work.conn, one.child, work.visible(Action.SEE_CHILD))
    if entry is None:  # the file moved on to another village since
        raise Refused("child.not_yours")
    work.note("child.read", f"child:{one.child}")
    text_ = work.say(
        "lookin.one", left=len(found), name=entry.child.name, place=work.tree.path_name(entry.child.unit), unit=work.tree.path_name(one.source),
        about=work.say(f"datacheck.ask.{one.kind}"), day=day_words(work.words, one.due, work.today),
    )  # fmt: skip
    rows: Rows = [
        [(work.say(f"lookin.answer.{said}"), do("dc.answer", one.id, said)) for said in ANSWERS],
        [
            (work.say("lookin.visit"), do("go", "visit", entry.child.file_no)),
            (work.say("lookin.card"), do("child.open", entry.child.file_no)),
        ],
    ]
    work.show(text_, rows)


def _hit(work: Work, hit_id: str) -> Hit:
    one = data_checks.hit(work.conn, hit_id)
    if one is None or one.unit not in work.visible(Action.LOG_CONTACT):
        raise Refused("lookin.gone")
    return one


def answer(work: Work, hit_id: str, said: str) -> None:
    me, one = work.demand(Action.LOG_CONTACT), _hit(work, hit_id)
    if said not in ANSWERS or not data_checks.answer(work.conn, one.id, said, work.now, me.person_id):
        raise Refused("lookin.gone")
    work.note("datacheck.answered", f"child:{one.child}", answer=said)
    work.toast(work.say("lookin.saved"))
    check = data_checks.lists(work.conn, {one.source}, most=30)
    left = len(data_checks.to_look_in(work.conn, work.visible(Action.LOG_CONTACT)))
    if not any(each.kind == one.kind and each.answers.get("open") for each in check):
        _all_answered(work, one)
    rows: Rows = [[(work.say("lookin.note"), do("dc.note", one.id))]]
    if left:
        rows = [*rows, [(work.say("lookin.next", left=left), do("go", "lookin"))]]
    if said == "true":
        rows = [*rows, [(work.say("more.need"), do("go", "need")), (work.say("more.eligible"), do("go", "eligible"))]]
    work.show(work.say(f"lookin.thanks.{said}"), rows)


def _all_answered(work: Work, one: Hit) -> None:
    role = Role.COUNTY if one.source == COUNTY else Role.DEPARTMENT
    for post in people.posts_at(work.conn, role, one.source):
        for chat in people.chats_of_post(work.conn, post):
            work.tell(
                chat,
                work.say("datacheck.answered", kind=work.say(f"datacheck.kind.{one.kind}")),
                [[(work.say("more.lists"), do("go", "lists"))]],
            )


NOTE = Form("lookednote", (Question("hit", by_button), Question("words", text(300, 2))))


def note(work: Work, hit_id: str) -> None:
    one = _hit(work, hit_id)
    work.toast()
    flow.begin(work, "lookednote", {"hit": one.id})


def _noted(work: Work, answers: Answers, kept: Kept) -> None:
    one = _hit(work, answers["hit"])
    data_checks.add_note(work.conn, one.id, answers["words"])
    work.show(work.say("lookin.noted"), [[(work.say("more.lookin"), do("go", "lookin"))]])


def _value(work: Work, world: World, key: str, answer: object, answers: Answers) -> str | None:
    if key != "hit":
        return None
    entry = children.by_id(work.conn, _hit(work, str(answer)).child, work.visible(Action.SEE_CHILD))
    return entry.child.name if entry else ""


SUBJECT = Subject(
    "data_check",
    commands=(
        Command("lists", lists, Action.HAND_LIST, ("名单核对", "核对名单", "部门名单"), menu=False),
        Command("lookin", look_in, Action.LOG_CONTACT, ("请去看看", "要去看看的"), menu=False),
    ),
    conversations=(Conversation(NOTE, _noted, Action.LOG_CONTACT, value=_value),),
    presses={
        "dc.kind": Press(kind, Action.HAND_LIST),
        "dc.drop": Press(drop, Action.HAND_LIST),
        "dc.answer": Press(answer, Action.LOG_CONTACT),
        "dc.note": Press(note, Action.LOG_CONTACT),
    },
    document=document,
)
