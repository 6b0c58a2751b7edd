"""A request for help as it is told: where and what for, without a name in any push."""

from __future__ import annotations

from collections.abc import Sequence

from bot.buttons import do
from bot.reminders import rules
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import children, help_requests, people
from domain.access import Action, allowed
from domain.help_requests import REASONS, Request, Waits
from domain.people import Role
from domain.units import COUNTY


def county_chats(work: Work) -> list[int]:
    posts = people.posts_at(work.conn, Role.COUNTY, COUNTY)
    return list(dict.fromkeys(chat for one in posts for chat in people.chats_of_post(work.conn, one)))


def about(work: Work, one: Request) -> str:
    """Where and what for, without a name: what a push may say."""
    entry = children.by_ids(work.conn, [one.child]).get(one.child) if one.child else None
    code = rules.child_code(work.words, entry.child, work.tree, several=False) if entry else ""
    child = work.say("help_wanted.child_code", child=code) if code else ""
    return work.say(
        "help_wanted.about", place=work.tree.path_name(one.unit), what=work.say(f"help_wanted.sort.{one.sort.value}"),
        child=child,
    )  # fmt: skip


def tell_asker(work: Work, one: Request, key: str, cells: Sequence[Cell]) -> None:
    found = people.person(work.conn, one.asker)
    if found is not None and found.chat_id is not None and found.left_on is None:
        work.tell(found.chat_id, work.say(key, about=about(work, one)), [cells] if cells else [], at_any_rate=True)


def request_of(work: Work, request: str) -> Request:
    """One of mine, or of the places I answer for."""
    me, one = work.demand(Action.REFER), help_requests.get(work.conn, request)
    if one is None or not (me.person_id in (one.asker, one.to) or allowed(work.me, Action.ANSWER_HELP, one.unit)):
        raise Refused("help_wanted.gone")
    return one


def reasons(work: Work, one: Request) -> Rows:
    cells: list[Cell] = [(work.say(f"help_wanted.reason.{why}"), do("hw.why", one.id, why)) for why in REASONS]
    return in_twos([*cells, (work.say("help_wanted.own_words"), do("hw.words", one.id))])


def put_reply(work: Work, one: Request, text: str) -> None:
    """The answer to a question from above, to whoever asked it."""
    me = work.demand(Action.ASK_HELP)
    if one.to != me.person_id or one.waits is not Waits.VILLAGE:
        raise Refused("help_wanted.answered_already")
    help_requests.answered(work.conn, one, text, work.now, me.person_id)
    work.note("help.question_answered", f"help:{one.id}")
    cells: list[Cell] = [
        (work.say("help_wanted.read"), do("hw.open", one.id)),
        (work.say("weekly.open", place=_place(work, one.unit)), do("help.place", one.unit)),
    ]
    tell_asker(work, one, "help_wanted.why_came", cells)
    work.show(work.say("help_wanted.thanks"), [[(work.say("help_wanted.ask"), do("go", "ask_help"))]])


def _place(work: Work, unit: str) -> str:
    found = work.tree.get(unit)
    return found.name if found else unit
