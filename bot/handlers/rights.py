"""查阅/更正申请: a guardian asks to see, copy, correct or delete; the supervisor or the county answers in writing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import entry_of
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import children, people, rights, roster_lines
from db.drafts import Kept
from db.rights import Request
from domain.access import Action, allowed
from domain.calendar import local_day
from domain.forms import Answers, World
from domain.people import Role
from domain.reading.names import search
from domain.rights import ANSWER, DAYS, REQUEST, Kind, blocked
from files import letter as letters
from files.letter import Letter

MOST_FOUND = 6


def start(work: Work, words: str) -> None:
    """查阅更正: what waits; 查阅更正 小虎: a new request for that child."""
    work.demand(Action.TAKE_RIGHTS)
    if not words:
        everything(work)
        return
    lines = roster_lines.lines(work.conn, work.visible(Action.TAKE_RIGHTS))
    hits = search(words, lines, limit=MOST_FOUND)
    by_id = {line.id: line for line in lines}
    if not hits:
        work.reply(work.say("child.nobody", words=words[:20]))
    elif len(hits) == 1:
        _begin(work, by_id[hits[0].id].file_no)
    else:
        work.note("child.searched", None, hits=len(hits))
        cells = [
            (work.say("child.hit", name=by_id[hit.id].name, number=by_id[hit.id].file_no[-4:]), do("rights.new", by_id[hit.id].file_no))
            for hit in hits
        ]  # fmt: skip
        work.reply(work.say("rights.which"), in_twos(cells))


def everything(work: Work) -> None:
    """Requests of one's own place: numbers, kinds and days, no names."""
    found = rights.of_units(work.conn, work.visible(Action.TAKE_RIGHTS))
    lines = [work.say("rights.title" if found else "rights.none", days=DAYS)]
    rows = []
    for one in found[:MOST_FOUND]:
        lines.append(
            work.say(
                "rights.line",
                number=one.number,
                what=work.say(f"rights.kind.{one.kind.value}"),
                state=_state(work, one),
            )
        )
        rows.append([(one.number, do("rights.open", one.id))])
    work.reply("\n".join(lines), rows)


def new(work: Work, file_no: str) -> None:
    work.toast()
    _begin(work, file_no)


def _begin(work: Work, file_no: str) -> None:
    one = entry_of(work, file_no).child
    work.note("rights.begun", f"child:{one.id}")
    flow.begin(work, "rights", {"file_no": file_no})


def _taken(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.TAKE_RIGHTS)
    one = entry_of(work, answers["file_no"]).child
    work.demand_in(Action.TAKE_RIGHTS, one.unit)
    content = {key: answers.get(key) for key in ("who", "name", "what", "proof")}
    request = rights.take(
        work.conn, one.id, one.unit, Kind(answers["kind"]), content, me.person_id, work.now, demo=work.demo
    )
    work.note("rights.taken", f"child:{one.id}", number=request.number, kind=request.kind.value)
    day = day_words(work.words, request.due, work.today)
    town = work.tree.town_of(one.unit)
    for post in people.posts_at(work.conn, Role.SUPERVISOR, town.code) if town else []:
        for chat in people.chats_of_post(work.conn, post):
            if chat != work.chat_id:
                words = work.say(
                    "rights.news", number=request.number, what=work.say(f"rights.kind.{request.kind.value}"), day=day
                )
                work.tell(chat, words, [[(work.say("rights.look"), do("rights.open", request.id))]])
    work.show(work.say("rights.taken", number=request.number, day=day))


def open_(work: Work, request_id: str) -> None:
    """One request, with what may be answered."""
    one = _request(work, request_id, Action.TAKE_RIGHTS)
    child = children.by_ids(work.conn, [one.child_id])[one.child_id].child
    work.note("rights.read", f"child:{one.child_id}", number=one.number)
    work.toast()
    content = one.content
    lines = [
        work.say("rights.head", number=one.number, what=work.say(f"rights.kind.{one.kind.value}"), state=_state(work, one)),
        work.say("rights.child", name=child.name, number=child.file_no),
        work.say(
            "rights.asker", who=work.say(f"rights.who.{content['who']}"), name=content["name"],
            proof=work.say(f"rights.proof.{content['proof']}"),
        ),
    ]  # fmt: skip
    if content.get("what"):
        lines.append(work.say("rights.what", words=content["what"]))
    cells: list[Any] = []
    if one.decision is None and allowed(work.me, Action.DECIDE_RIGHTS, one.unit):
        why = _blocked(work, one)
        if why is not None:
            lines.append(work.say(f"rights.blocked.{why}"))
        elif content["proof"] != "seen":
            lines.append(work.say("rights.blocked.proof"))
        else:
            cells.append((work.say("rights.grant"), do("rights.grant", one.id)))
        cells.append((work.say("rights.refuse"), do("rights.refuse", one.id)))
    elif one.decision is not None:
        cells += _after(work, one, child.file_no)
        cells.append((work.say("rights.letter"), do("rights.letter", one.id)))
    work.reply("\n".join(lines), in_twos(cells))


def _after(work: Work, one: Request, file_no: str) -> list[Any]:
    """What a granted request is carried out with."""
    if one.decision != "granted":
        return []
    if one.kind in (Kind.SEE, Kind.COPY):
        return [(work.say("rights.paper"), do("print.choose", file_no))]
    return [(work.say("rights.mend"), do("file.open", file_no))]


def grant(work: Work, request_id: str) -> None:
    one = _request(work, request_id, Action.DECIDE_RIGHTS)
    if _blocked(work, one) is not None or one.content["proof"] != "seen":
        raise Refused("rights.cannot")
    _decide(work, one, "granted")


def refuse(work: Work, request_id: str) -> None:
    """Only with a reason, in words that go into the letter."""
    one = _request(work, request_id, Action.DECIDE_RIGHTS)
    work.toast()
    flow.begin(work, "rights_no", {"request": one.id})


def _refused(work: Work, answers: Answers, kept: Kept) -> None:
    one = _request(work, answers["request"], Action.DECIDE_RIGHTS)
    _decide(work, one, "refused", why=answers["why"], words=answers["words"])


def _decide(work: Work, one: Request, decision: str, *, why: str | None = None, words: str = "") -> None:
    me = work.demand(Action.DECIDE_RIGHTS)
    if not rights.decide(work.conn, one, decision, me.person_id, work.now, why=why, words=words):
        raise Refused("rights.answered")
    work.note("rights.decided", f"child:{one.child_id}", number=one.number, decision=decision, why=why)
    work.toast()
    told = people.person(work.conn, one.taken_by)
    if told is not None and told.chat_id is not None and told.chat_id != work.chat_id:
        button = (work.say("rights.look"), do("rights.open", one.id))
        work.tell(told.chat_id, work.say(f"rights.told.{decision}", number=one.number), [[button]])
    button = (work.say("rights.look"), do("rights.open", one.id))
    work.show(work.say(f"rights.done.{decision}", number=one.number), [[button]])


def letter(work: Work, request_id: str) -> None:
    """The answer in writing, to be copied out or printed and handed over: what was decided, why, and where to complain."""
    one = _request(work, request_id, Action.TAKE_RIGHTS)
    if one.decision is None:
        raise Refused("rights.open_still")
    work.note("rights.letter", f"child:{one.child_id}", number=one.number)
    work.toast()
    key = "rights.letter_no" if one.decision == "refused" else "rights.letter_yes"
    decided = one.decided_at
    assert decided is not None
    why = work.say(f"rights_no.why.{one.why}") if one.why else ""
    text = work.say(
        key, number=one.number, name=one.content["name"], what=work.say(f"rights.kind.{one.kind.value}"), why=why,
        words=one.content.get("words", ""), day=day_words(work.words, decided.date(), work.today),
    )  # fmt: skip
    work.reply(text)
    name = work.say("rights.letter_file", number=one.number)
    work.document(_paper(work, one, why), name, work.say("rights.letter_caption"))


def _paper(work: Work, one: Request, why: str) -> bytes:
    """The same answer as Word, with the day it was asked and the law it rests on."""
    assert one.decided_at is not None
    answered, yes = local_day(one.decided_at), one.decision == "granted"
    what = work.say(f"rights.kind.{one.kind.value}")
    body = [work.say("rights.letter_body_yes" if yes else "rights.letter_body_no", asked=_long(work, one.taken_at), what=what)]
    if not yes:
        body.append(work.say("rights.letter_why", why=why, words=one.content.get("words", "")))
        body.append(work.say("rights.letter_complain"))
    body.append(work.say("rights.letter_law"))
    return letters.letter(
        Letter(
            work.say("rights.letter_title"), one.number, work.say("rights.letter_to", name=one.content["name"]), tuple(body),
            work.say("rights.letter_office"), _long(work, one.decided_at), answered,
            work.say("rights.letter_mark") if work.demo else "",
        )
    )  # fmt: skip


def _long(work: Work, moment: datetime) -> str:
    day = local_day(moment)
    return work.say("rights.letter_day", year=day.year, month=day.month, day=day.day)


def _request(work: Work, request_id: str, action: Action) -> Request:
    """The request, if it is of a place where I may do this; a stranger's number looks like one that never was."""
    work.demand(action)
    one = rights.get(work.conn, request_id)
    if one is None or not allowed(work.me, action, one.unit):
        raise Refused("rights.gone")
    return one


def _blocked(work: Work, one: Request) -> str | None:
    child = children.by_ids(work.conn, [one.child_id])[one.child_id].child
    return blocked(one.kind, file_open=child.closed_on is None, has_reports=rights.has_reports(work.conn, one.child_id))


def _state(work: Work, one: Request) -> str:
    if one.decision is not None:
        return work.say(f"rights.state.{one.decision}")
    return work.say("rights.state.open", day=day_words(work.words, one.due, work.today))


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    return str(answer) if key == "file_no" else work.say("rights.this_one") if key == "request" else None


SUBJECT = Subject(
    "rights",
    commands=(Command("rights", start, Action.TAKE_RIGHTS, ("查阅更正", "更正申请", "查阅申请"), menu=False),),
    conversations=(
        Conversation(REQUEST, _taken, Action.TAKE_RIGHTS, value=_value),
        Conversation(ANSWER, _refused, Action.DECIDE_RIGHTS, value=_value),
    ),
    presses={
        "rights.new": Press(new, Action.TAKE_RIGHTS),
        "rights.open": Press(open_, Action.TAKE_RIGHTS),
        "rights.grant": Press(grant, Action.DECIDE_RIGHTS),
        "rights.refuse": Press(refuse, Action.DECIDE_RIGHTS),
        "rights.letter": Press(letter, Action.TAKE_RIGHTS),
    },
)
