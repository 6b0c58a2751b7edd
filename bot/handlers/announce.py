"""通知: to everybody of a town or the county, within quiet hours and the day's number unless it is urgent; 知道了 as a count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot import flow
from bot.announcement_view import brief, buttons_of, day_said, received, text_of
from bot.buttons import do
from bot.child_card import dial
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_rows_of, inline
from db import announcements, outbox, people, reminder_people
from db.drafts import Kept
from db.outbox import Urgency
from domain.access import Action, granting, may
from domain.announcements import (
    ANNOUNCE,
    ANNOUNCE_EDIT,
    ANNOUNCE_REPLY,
    EVERYBODY,
    LONGEST,
    Announcement,
    problem_of,
)
from domain.calendar import quiet_until
from domain.forms import Answers, World
from domain.people import Post, Role
from domain.units import COUNTY

SHOWN = 12


def announce(work: Work, words: str) -> None:
    """What I sent and how it was received; for everybody else, what came to me."""
    me = work.demand(Action.GIVE_FEEDBACK)
    if not may(work.me, Action.ANNOUNCE):
        received(work)
        return
    if words:
        if problem := problem_of(words, _names(work)):
            raise Refused(problem.key, **problem.params)
        flow.begin(work, "announce", {**_known_scope(work), "text": words[:LONGEST]}, fresh=True)
        return
    sent = announcements.lately(work.conn, me.person_id)
    if not sent:
        flow.begin(work, "announce", _known_scope(work))
        return
    counts = announcements.counts(work.conn, [one.id for one in sent])
    lines, rows = [work.say("announce.mine")], list[Sequence[Cell]]()
    for place, one in enumerate(sent, 1):
        knows, total = counts.get(one.id, (0, 0))
        key = "announce.line_withdrawn" if one.withdrawn else "announce.line"
        lines.append(
            work.say(key, place=place, day=day_said(work, one), text=brief(one.text), known=knows, count=total)
        )
        if not one.withdrawn:
            rows.append([(work.say("announce.open_nth", place=place), do("an.open", one.id))])
    rows = [[cell for row in few for cell in row] for few in in_rows_of(3, rows)]
    work.reply("\n".join(lines), [*rows, [(work.say("announce.new"), do("an.new"))]])


def new(work: Work) -> None:
    work.demand(Action.ANNOUNCE)
    work.toast()
    flow.begin(work, "announce", _known_scope(work))


# --- writing one ---


def _senders_post(work: Work) -> Post:
    found = granting(work.me, Action.ANNOUNCE)
    if not found:
        raise Refused("access.denied")
    return next((post for post in found if post.role is Role.COUNTY), found[0])


def _known_scope(work: Work) -> Answers:
    scopes = _scopes(work)
    known: Answers = {"scope": next(iter(scopes))} if len(scopes) == 1 else {}
    roles = _roles(work)
    return known | ({"role": roles[0]} if len(roles) == 1 else {})


def _scopes(work: Work) -> dict[str, str]:
    """The county and its towns; for a supervisor the town."""
    post = _senders_post(work)
    if post.role is Role.COUNTY:
        return {COUNTY: work.say("announce.whole_county"), **{town.code: town.name for town in work.tree.towns}}
    return {one.unit.code: one.unit.name for one in granting(work.me, Action.ANNOUNCE)}


def _roles(work: Work) -> tuple[str, ...]:
    return (
        ("directors", EVERYBODY, "supervisors", "offices")
        if _senders_post(work).role is Role.COUNTY
        else ("directors",)
    )


def _facts(work: Work) -> Mapping[str, Any]:
    return {"scopes": lambda: _scopes(work), "roles": lambda: _roles(work), "names": lambda: _names(work)}


def _names(work: Work) -> list[str]:
    """Of children and their families; not of those who work here and may be named as whom to call."""
    return announcements.family_names(work.conn, work.visible(Action.ANNOUNCE))


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "scope":
        return _scopes(work).get(str(value), str(value))
    if key == "role":
        count = len(_readers(work, str(answers["scope"]), str(value)))
        return work.say("announce.to", role=work.say(f"announce.role.{value}"), count=count)
    return "" if key in ("announcement", "word") else None


def _readers(work: Work, scope: str, role: str) -> dict[str, str]:
    """{person: unit} of everybody it goes to, the sender not."""
    found: dict[str, str] = {}
    for post in announcements.posts_in(work.conn, work.tree, scope, role):
        for person in (post.holder, post.deputy):
            if person and (work.me is None or person != work.me.person_id):
                found.setdefault(person, post.unit.code)
    return found


def _sent(work: Work, answers: Answers, kept: Kept) -> None:
    me, post = work.demand(Action.ANNOUNCE), _senders_post(work)
    scope, role = str(answers["scope"]), str(answers["role"])
    if scope not in _scopes(work) or role not in _roles(work):
        raise Refused("access.denied")
    units = _readers(work, scope, role)
    chats = reminder_people.recipients(work.conn, set(units))
    if not units:
        raise Refused("announce.nobody")
    one = announcements.put(
        work.conn, post.unit.code, me.person_id, scope, role, answers["text"], work.now,
        [(person, unit, person in chats and chats[person].chat_id is not None) for person, unit in units.items()],
        urgent=answers["urgent"] == "yes", demo=work.demo,
    )  # fmt: skip
    work.note("announce.sent", f"announcement:{one.id}", scope=scope, role=role, people=len(units), urgent=one.urgent)
    reached = _carry(work, one, text_of(work, one), buttons_of(work, one))
    later = not one.urgent and quiet_until(work.now, work.policy.quiet_hours) > work.now
    lines = [work.say("announce.sent_later" if later else "announce.sent", count=reached)]
    if reached < len(units):
        lines.append(work.say("announce.not_reached", count=len(units) - reached))
    work.show("\n".join(lines), [[(work.say("announce.how"), do("an.open", one.id))]])


def _carry(work: Work, one: Announcement, text: str, rows: Rows, only: set[str] | None = None) -> int:
    """Queue it for everybody it went to; how many have a chat."""
    there = {reader.person for reader in announcements.readers(work.conn, one.id)}
    readers = reminder_people.recipients(work.conn, there if only is None else there & only)
    params: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if rows:
        params["reply_markup"] = inline(rows)
    count = 0
    for reader in readers.values():
        if reader.chat_id is None:
            continue
        count += 1
        outbox.put(
            work.conn, reader.chat_id, "sendMessage", params, work.now,
            urgency=Urgency.EMERGENCY if one.urgent else Urgency.NOTICE,
            not_before=None if one.urgent else quiet_until(work.now, work.policy.quiet_hours),
        )  # fmt: skip
    return count


# --- answering a question ---


def reply(work: Work, word_id: str) -> None:
    _own_word(work, word_id)
    work.toast()
    flow.begin(work, "announcereply", {"word": word_id}, fresh=True)


def _own_word(work: Work, word_id: str) -> announcements.Word:
    me, word = work.demand(Action.ANNOUNCE), announcements.word(work.conn, word_id)
    one = announcements.get(work.conn, word.announcement) if word else None
    if word is None or one is None or one.by != me.person_id:
        raise Refused("announce.gone")
    return word


def _replied(work: Work, answers: Answers, kept: Kept) -> None:
    word, me = _own_word(work, answers["word"]), work.demand(Action.ANNOUNCE)
    made = announcements.put_word(work.conn, word.announcement, word.person, me.person_id, answers["text"], work.now)
    reader = people.person(work.conn, word.person)
    if reader is not None and reader.chat_id is not None and reader.left_on is None:
        work.tell(reader.chat_id, work.say("announce.replied"), [[(work.say("help_wanted.read"), do("an.word", made))]])
    work.show(work.say("announce.reply_sent"))


# --- the sender's own view ---


def _mine(work: Work, announcement: str) -> Announcement:
    me, one = work.demand(Action.ANNOUNCE), announcements.get(work.conn, announcement)
    if one is None or one.by != me.person_id:
        raise Refused("announce.gone")
    return one


def open_one(work: Work, announcement: str) -> None:
    """How many know it; the rest is help."""
    one = _mine(work, announcement)
    work.toast()
    there = announcements.readers(work.conn, one.id)
    knows = sum(reader.known for reader in there)
    lines = [text_of(work, one), "", work.say("announce.count", known=knows, count=len(there))]
    if one.withdrawn:
        work.show("\n".join([*lines, work.say("announce.was_withdrawn")]))
        return
    rows: list[Sequence[Cell]] = []
    if knows < len(there):
        rows.append(
            [
                (work.say("announce.not_yet"), do("an.rest", one.id)),
                (work.say("announce.again"), do("an.again", one.id)),
            ]
        )
    rows.append(
        [(work.say("announce.edit"), do("an.edit", one.id)), (work.say("announce.withdraw"), do("an.withdraw", one.id))]
    )
    work.show("\n".join(lines), rows)


def rest(work: Work, announcement: str) -> None:
    """Whom to call, in the order of the county's list: their phone may be off, or the mountain in between."""
    one = _mine(work, announcement)
    work.toast()
    missing = [reader for reader in announcements.readers(work.conn, one.id) if not reader.known]
    work.note("announce.rest", f"announcement:{one.id}", count=len(missing))
    found = people.persons(work.conn, [reader.person for reader in missing[:SHOWN]])
    lines = [escape(work.say("announce.rest", count=len(missing)))]
    for reader in missing[:SHOWN]:
        person = found.get(reader.person)
        number = dial(work, person.phone) if person and person.phone else escape(work.say("child.no_phone"))
        place = escape(work.tree.path_name(reader.unit))
        note = "" if reader.reached else escape(work.say("announce.no_chat"))
        lines.append(work.say("announce.rest_line", place=place, number=number, note=note))
    if len(missing) > SHOWN:
        lines.append(escape(work.say("announce.rest_more", count=len(missing) - SHOWN)))
    work.reply("\n".join(lines), html=True)


def again(work: Work, announcement: str) -> None:
    """Once more to those who have not tapped; once a day at most."""
    one = _mine(work, announcement)
    if one.withdrawn:
        raise Refused("announce.was_withdrawn")
    work.toast()
    missing = {reader.person for reader in announcements.readers(work.conn, one.id) if not reader.known}
    if not announcements.reminds(work.conn, one, work.today):
        raise Refused("announce.again_already")
    count = _carry(work, one, text_of(work, one), buttons_of(work, one), missing)
    work.note("announce.again", f"announcement:{one.id}", count=count)
    work.reply(work.say("announce.again_sent", count=count))


def edit(work: Work, announcement: str) -> None:
    one = _mine(work, announcement)
    work.toast()
    if one.withdrawn:
        raise Refused("announce.was_withdrawn")
    flow.begin(work, "announceedit", {"announcement": one.id}, fresh=True)


def _edited(work: Work, answers: Answers, kept: Kept) -> None:
    one = _mine(work, answers["announcement"])
    if not announcements.change_text(work.conn, one, answers["text"], work.now):
        raise Refused("announce.gone")
    work.note("announce.changed", f"announcement:{one.id}", version=one.version + 1)
    now = _mine(work, one.id)
    count = _carry(work, now, text_of(work, now), buttons_of(work, now))
    work.show(work.say("announce.edited", count=count), [[(work.say("announce.how"), do("an.open", one.id))]])


def withdraw(work: Work, announcement: str) -> None:
    """撤回: everybody hears that it no longer holds."""
    one = _mine(work, announcement)
    work.toast()
    if not announcements.withdraw(work.conn, one, work.now):
        raise Refused("announce.was_withdrawn")
    work.note("announce.withdrawn", f"announcement:{one.id}")
    count = _carry(work, one, work.say("announce.withdrawn_told", day=day_said(work, one), text=brief(one.text)), [])
    work.show(work.say("announce.withdrawn", count=count))


SUBJECT = Subject(
    "announce",
    commands=(Command("announce", announce, Action.GIVE_FEEDBACK, ("通知", "发通知", "公告"), menu=False),),
    conversations=(
        Conversation(ANNOUNCE, _sent, Action.ANNOUNCE, facts=_facts, value=_value),
        Conversation(ANNOUNCE_EDIT, _edited, Action.ANNOUNCE, facts=_facts, value=_value),
        Conversation(ANNOUNCE_REPLY, _replied, Action.ANNOUNCE, value=_value, at_once=lambda answers: True),
    ),
    presses={
        "an.new": Press(new, Action.ANNOUNCE),
        "an.reply": Press(reply, Action.ANNOUNCE),
        "an.open": Press(open_one, Action.ANNOUNCE),
        "an.rest": Press(rest, Action.ANNOUNCE),
        "an.again": Press(again, Action.ANNOUNCE),
        "an.edit": Press(edit, Action.ANNOUNCE),
        "an.withdraw": Press(withdraw, Action.ANNOUNCE),
    },
)
