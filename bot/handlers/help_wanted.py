"""求助: one key, what for by buttons; the supervisor has it at once and the answer comes back.

Pushes carry places and codes, the words are read behind a button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import flow, harm
from bot.asked import of_child
from bot.buttons import do
from bot.help_view import about, county_chats, put_reply, reasons, request_of, tell_asker
from bot.referral_lines import child_lines, child_name
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_rows_of, in_twos
from db import children, help_requests, people
from db.drafts import Kept
from domain.access import Action, allowed, may
from domain.calendar import local_day
from domain.forms import Answers, World
from domain.help_requests import HELP_ANSWER, HELP_MORE, HELP_WANTED, OFFERED, Act, Request, Sort, Waits
from domain.people import Post, Role
from domain.referrals import asked
from domain.units import COUNTY

SHOWN, LINES = 5, 6


# --- asking ---


def ask_help(work: Work, words: str) -> None:
    """What for. A family's own trouble goes to whoever can help it; departments have only that way."""
    work.demand(Action.REFER)
    if not may(work.me, Action.ASK_HELP) or (words and asked.request_in(words)):
        work.go("need", words)
        return
    if words:  # 求助 后面写了话: nothing of it is lost
        harm.hear(work, words)
        flow.begin(work, "helpwanted", {"sort": Sort.OTHER.value, "text": words[:500]}, fresh=True)
        return
    cells: list[Cell] = [(work.say(f"help_wanted.sort.{one.value}"), do("hw.sort", one.value)) for one in OFFERED]
    rows: list[Sequence[Cell]] = [[(work.say("help_wanted.family"), do("go", "need"))], *in_twos(cells)]
    if help_requests.of_person(work.conn, work.demand(Action.ASK_HELP).person_id, 1):
        rows.append([(work.say("help_wanted.mine"), do("go", "help_wanted"))])
    village = work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR) is not None
    work.reply(work.say("help_wanted.what_for" if village else "help_wanted.what_for_county"), rows)


def sort(work: Work, code: str) -> None:
    """Its words, or none."""
    work.demand(Action.ASK_HELP)
    work.toast()
    known = code if code in {one.value for one in OFFERED} else Sort.OTHER.value
    flow.begin(work, "helpwanted", {"sort": known}, fresh=True)


def _asked(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.ASK_HELP)
    post = me.with_role(Role.CHILD_DIRECTOR) or me.with_role(Role.SUPERVISOR)
    if post is None:
        raise Refused("access.denied")
    desk, chats = _desk(work, post)
    child = None
    if answers.get("child"):
        entry = children.by_file_no(work.conn, answers["child"], work.visible(Action.ASK_HELP))
        child, post = (entry.child, _post_of(work, entry.child.unit) or post) if entry else (None, post)
    one = help_requests.put(
        work.conn, Sort(answers["sort"]), child.unit if child else post.unit.code, me.person_id, desk, work.now,
        text=answers.get("text"), child=child.id if child else None, demo=work.demo,
    )  # fmt: skip
    work.note("help.asked", f"help:{one.id}", sort=one.sort.value)
    _tell_above(work, one, chats, "help_wanted.came")
    key = "sent" if desk != COUNTY else "sent_county"
    work.show(work.say(f"help_wanted.{key}"), [[(work.say("help_wanted.mine"), do("go", "help_wanted"))]])


def _post_of(work: Work, unit: str) -> Post | None:
    return next((post for post in (work.me.posts if work.me else ()) if post.unit.code == unit), None)


def _desk(work: Work, post: Post) -> tuple[str, list[int]]:
    """Where it goes: the post above; the county where nobody sits there."""
    above = people.posts_above(work.conn, post)
    chats = [chat for one in above for chat in people.chats_of_post(work.conn, one) if chat != work.chat_id]
    if chats and above and above[0].role is Role.SUPERVISOR:
        return above[0].unit.code, chats
    return COUNTY, county_chats(work)


def _tell_above(work: Work, one: Request, chats: Sequence[int], key: str) -> None:
    for chat in chats:
        if chat != work.chat_id:
            work.tell(
                chat, work.say(key, about=about(work, one)), _above_buttons(work, one, to_county=one.desk != COUNTY)
            )


def _above_buttons(work: Work, one: Request, *, to_county: bool) -> Rows:
    cells: list[Cell] = [
        (work.say("help_wanted.read"), do("hw.open", one.id)),
        (work.say("help_wanted.call"), do("hw.call", one.id)),
        (work.say("help_wanted.answer"), do("hw.answer", one.id)),
    ]
    if one.taken_by is None:
        cells.append((work.say("help_wanted.take"), do("hw.take", one.id)))
    if to_county:
        cells.append((work.say("help_wanted.pass"), do("hw.pass", one.id)))
    return in_twos(cells)


# --- reading ---


def mine(work: Work, words: str) -> None:
    """What waits for my word, and what I asked."""
    me = work.demand(Action.REFER)
    lines: list[str] = []
    cells: list[Cell] = []
    desks = {post.unit.code for post in me.posts if post.role in (Role.SUPERVISOR, Role.COUNTY)}
    waiting = help_requests.open_at(work.conn, desks) if desks else []
    own = [one for one in help_requests.of_person(work.conn, me.person_id) if one not in waiting]
    if waiting:
        lines.append(work.say("help_wanted.waiting", count=len(waiting)))
    listed = [*waiting[:SHOWN], *own[:SHOWN]]
    for place, one in enumerate(listed, 1):
        if place == len(waiting[:SHOWN]) + 1:
            lines.append(work.say("help_wanted.yours"))
        day = day_words(work.words, one.since, work.today)
        state = work.say(f"help_wanted.state.{_state(one)}")
        lines.append(work.say("help_wanted.line", place=place, about=about(work, one), day=day, state=state))
        cells.append((work.say("help_wanted.open_nth", place=place), do("hw.open", one.id)))
    if not listed:
        lines.append(work.say("help_wanted.nothing"))
    rows = in_rows_of(3, cells)
    if may(work.me, Action.ASK_HELP):
        rows.append([(work.say("help_wanted.ask"), do("go", "ask_help"))])
    work.reply("\n".join(lines), rows)


def _state(one: Request) -> str:
    if one.waits is Waits.VILLAGE:
        return "village"
    if one.waits is None:
        return "answered"
    return "taken" if one.taken_by else "county" if one.desk == COUNTY else "above"


def open_one(work: Work, request: str) -> None:
    """Everything said on it, and what may be done next. Journaled: it may speak of a child."""
    one = request_of(work, request)
    me = work.demand(Action.REFER)
    work.toast()
    work.note("help.read", f"help:{one.id}")
    lines = [work.say("help_wanted.title", about=about(work, one), state=work.say(f"help_wanted.state.{_state(one)}"))]
    if one.child and (entry := children.by_id(work.conn, one.child, work.visible(Action.SEE_CHILD))):
        work.note("child.read", f"child:{one.child}")
        lines.append(work.say("help_wanted.child", name=entry.child.name))
    for word in help_requests.words(work.conn, one.id)[-LINES:]:
        day = day_words(work.words, local_day(word.at), work.today)
        who = work.say(
            "help_wanted.who." + ("none" if word.by is None else "me" if word.by == me.person_id else "other")
        )
        said = work.words.find(f"help_wanted.reason.{word.text}") or word.text or ""
        plain = word.act is Act.ASKED and not said
        key = f"plain_{'question' if one.sort is Sort.ASKED else 'asked'}" if plain else word.act.value
        lines.append(work.say(f"help_wanted.said.{key}", day=day, who=who, text=said).rstrip("：: "))
    work.show("\n".join(lines), _buttons(work, one))


def _buttons(work: Work, one: Request) -> Rows:
    me = work.demand(Action.REFER)
    if one.to == me.person_id and one.waits is Waits.VILLAGE:
        return reasons(work, one)
    if _answers(work, one) and one.waits is Waits.ABOVE:
        rows = _above_buttons(work, one, to_county=one.desk != COUNTY)
        return [[cell for cell in row if cell[0] != work.say("help_wanted.read")] for row in rows]
    if one.asker == me.person_id and one.sort is not Sort.ASKED and one.waits is None:
        return [
            [
                (work.say("help_wanted.solved"), do("hw.solved", one.id)),
                (work.say("help_wanted.not_yet"), do("hw.more", one.id)),
            ]
        ]
    if one.asker == me.person_id and one.sort is Sort.ASKED:
        return [[(work.say("help_wanted.call"), do("hw.call", one.id))]]
    return []


def _answers(work: Work, one: Request) -> bool:
    return allowed(work.me, Action.ANSWER_HELP, one.unit) and one.sort is not Sort.ASKED


def _to_answer(work: Work, request: str) -> Request:
    one = request_of(work, request)
    if not _answers(work, one):
        raise Refused("access.denied")
    if one.waits is None:
        raise Refused("help_wanted.answered_already")
    return one


# --- answering ---


def call(work: Work, request: str) -> None:
    """The number of whoever it came from (or was put to), to tap."""
    one = request_of(work, request)
    work.demand_in(Action.ANSWER_HELP, one.unit)
    work.toast()
    work.note("help.phone", f"unit:{one.unit}")
    unit = work.tree.get(one.unit)
    of_child.say_numbers(work, "", [unit] if unit else [])


def answer(work: Work, request: str) -> None:
    """回话: in one's own words."""
    one = _to_answer(work, request)
    work.toast()
    flow.begin(work, "helpanswer", {"request": one.id}, fresh=True)


def _answered(work: Work, answers: Answers, kept: Kept) -> None:
    one, me = _to_answer(work, answers["request"]), work.demand(Action.ANSWER_HELP)
    if not help_requests.answered(work.conn, one, answers["text"], work.now, me.person_id):
        raise Refused("help_wanted.answered_already")
    work.note("help.answered", f"help:{one.id}")
    tell_asker(work, one, "help_wanted.answer_came", [(work.say("help_wanted.read"), do("hw.open", one.id))])
    work.show(work.say("help_wanted.answer_sent"))


def take(work: Work, request: str) -> None:
    """我来办: the one who asked hears that somebody is on it."""
    one, me = _to_answer(work, request), work.demand(Action.ANSWER_HELP)
    work.toast()
    if one.taken_by is None and help_requests.taken(work.conn, one, work.now, me.person_id):
        work.note("help.taken", f"help:{one.id}")
        tell_asker(work, one, "help_wanted.taken_told", [])
    rows = [[(work.say("help_wanted.answer_done"), do("hw.answer", one.id))]]
    if one.child and (entry := children.by_id(work.conn, one.child, work.visible(Action.SEE_CHILD))):
        rows.append([(work.say("mend.open"), do("child.open", entry.child.file_no))])
    work.show(work.say("help_wanted.taken", about=about(work, one)), rows)


def pass_on(work: Work, request: str) -> None:
    """转县里."""
    one, me = _to_answer(work, request), work.demand(Action.ANSWER_HELP)
    work.toast()
    if one.desk == COUNTY:
        raise Refused("help_wanted.county_has_it")
    if help_requests.passed(work.conn, one, work.now, me.person_id):
        work.note("help.passed", f"help:{one.id}")
        now = request_of(work, one.id)
        _tell_above(work, now, county_chats(work), "help_wanted.passed_on")
        tell_asker(work, now, "help_wanted.passed_told", [])
    work.show(work.say("help_wanted.passed"))


def solved(work: Work, request: str) -> None:
    """解决了."""
    one, me = request_of(work, request), work.demand(Action.ASK_HELP)
    if one.asker != me.person_id:
        raise Refused("access.denied")
    work.toast()
    if all(word.act is not Act.CLOSED for word in help_requests.words(work.conn, one.id)):
        help_requests.closed(work.conn, one, work.now, me.person_id)
    work.show(work.say("help_wanted.good"))


def more(work: Work, request: str) -> None:
    """还没解决: what is still in the way."""
    one, me = request_of(work, request), work.demand(Action.ASK_HELP)
    if one.asker != me.person_id or one.sort is Sort.ASKED:
        raise Refused("access.denied")
    work.toast()
    flow.begin(work, "helpmore", {"request": one.id}, fresh=True)


def _more(work: Work, answers: Answers, kept: Kept) -> None:
    """More words on my own request, or my own words to a question from above."""
    one, me = request_of(work, answers["request"]), work.demand(Action.ASK_HELP)
    if one.sort is Sort.ASKED:
        put_reply(work, one, answers["text"])
        return
    if one.asker != me.person_id:
        raise Refused("access.denied")
    help_requests.not_solved(work.conn, one, answers["text"], work.now, me.person_id)
    now = request_of(work, one.id)
    chats = county_chats(work) if now.desk == COUNTY else work.chats_above(Action.ASK_HELP)
    _tell_above(work, now, chats, "help_wanted.more_came")
    work.show(work.say("help_wanted.sent" if now.desk != COUNTY else "help_wanted.sent_county"))


# --- forms ---


def _facts(work: Work) -> Mapping[str, Any]:
    return {"roster": lambda: child_lines(work)}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "request":
        return ""
    if key == "sort":
        return work.say(f"help_wanted.sort.{value}")
    return child_name(work, str(value)) if key == "child" and value else None


def _of_request(work: Work, world: World, answers: Answers) -> str:
    """Above the question: what was asked, so that the answer fits."""
    one = request_of(work, answers["request"])
    said = [
        word.text for word in help_requests.words(work.conn, one.id) if word.text and word.act in (Act.ASKED, Act.MORE)
    ]
    work.note("help.read", f"help:{one.id}")
    return about(work, one) + (f"\n「{said[-1][:200]}」" if said else "")


def _at_once(answers: Answers) -> bool:
    return True  # a second message may follow, and nothing here is a record of a child


SUBJECT = Subject(
    "help_wanted",
    commands=(
        Command("ask_help", ask_help, Action.REFER, ("求助", "帮帮我", "我要求助"), menu=False),
        Command("help_wanted", mine, Action.REFER, ("我的求助", "求助记录"), menu=False),
    ),
    conversations=(
        Conversation(
            HELP_WANTED, _asked, Action.ASK_HELP, facts=_facts, value=_value, hears=harm.hear, at_once=_at_once,
        ),
        Conversation(HELP_ANSWER, _answered, Action.ANSWER_HELP, value=_value, heading=_of_request, at_once=_at_once),
        Conversation(HELP_MORE, _more, Action.ASK_HELP, value=_value, hears=harm.hear, at_once=_at_once),
    ),
    presses={
        "hw.sort": Press(sort, Action.ASK_HELP),
        "hw.open": Press(open_one, Action.REFER),
        "hw.call": Press(call, Action.ANSWER_HELP),
        "hw.answer": Press(answer, Action.ANSWER_HELP),
        "hw.take": Press(take, Action.ANSWER_HELP),
        "hw.pass": Press(pass_on, Action.ANSWER_HELP),
        "hw.solved": Press(solved, Action.ASK_HELP),
        "hw.more": Press(more, Action.ASK_HELP),
    },
)  # fmt: skip
