"""问问怎么了: a question from above that blames nobody, answered in one tap or in one's own words."""

from __future__ import annotations

from bot import flow
from bot.help_view import put_reply, reasons, request_of
from bot.subject import Press, Subject
from bot.work import Refused, Work
from db import help_requests, people
from domain.access import Action
from domain.help_requests import REASONS, Sort
from domain.people import Role


def ask_why(work: Work, unit: str) -> None:
    """问问怎么了, from a place where something has been overdue for long: a question, with answers to tap."""
    me = work.demand_in(Action.ANSWER_HELP, unit)
    work.toast()
    holders = people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit)
    holder = next((people.person(work.conn, one.holder) for one in holders if one.holder), None)
    place = work.tree.path_name(unit)
    if holder is None or holder.chat_id is None or holder.left_on is not None:
        raise Refused("help_wanted.nobody_there", place=place)
    if help_requests.question_open(work.conn, unit) is not None:
        raise Refused("help_wanted.asked_already", place=place)
    one = help_requests.put(work.conn, Sort.ASKED, unit, me.person_id, unit[:9], work.now, to=holder.id, demo=work.demo)
    work.note("help.question", f"unit:{unit}")
    work.tell(holder.chat_id, work.say("help_wanted.question"), reasons(work, one))
    work.reply(work.say("help_wanted.question_sent", place=place))


def why(work: Work, request: str, reason: str) -> None:
    """One tap says what is in the way."""
    one = request_of(work, request)
    work.toast()
    put_reply(work, one, reason if reason in REASONS else REASONS[0])


def own_words(work: Work, request: str) -> None:
    one = request_of(work, request)
    work.toast()
    flow.begin(work, "helpmore", {"request": one.id}, fresh=True)


SUBJECT = Subject(
    "help_question",
    presses={
        "hw.ask": Press(ask_why, Action.ANSWER_HELP),
        "hw.why": Press(why, Action.ASK_HELP),
        "hw.words": Press(own_words, Action.ASK_HELP),
    },
)
