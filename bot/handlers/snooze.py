"""晚点再提醒: why it has to wait, until when, and taking that back. 延期: the supervisor gives somebody more time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.buttons import do
from bot.reminders import rules
from bot.subject import Press, Subject
from bot.work import Refused, Rows, Work
from db import children, duties, people, reminder_people, snoozes
from db.children import Entry
from domain.access import Action, allowed
from domain.calendar import DAY, month_end
from domain.duties import OpenDuty
from domain.people import Role
from domain.reminders import owing
from domain.snoozes import OFFERS, Item, Reason, offers, refusal, used_up

AHEAD = timedelta(days=3)


def ask(work: Work, file_no: str) -> None:
    """Why it has to wait."""
    entry, _ = _mine(work, file_no)
    work.toast()
    work.show(work.say("snooze.why", child=_code(work, entry)), _reasons(work, "snooze.until", file_no))


def until(work: Work, file_no: str, reason: str) -> None:
    """Until when, by the county's number."""
    entry, _ = _mine(work, file_no)
    work.toast()
    work.show(work.say("snooze.until", child=_code(work, entry)), _days(work, "snooze.put", file_no, reason))


def put(work: Work, file_no: str, reason: str, days: str) -> None:
    """Keep it: what is owed to this child waits for me, the due days stay."""
    me, day = work.demand(Action.SEE_DUTIES), _day(work, days)
    entry, owed = _mine(work, file_no)
    for duty in owed:
        snoozes.put(work.conn, _item(duty, me.person_id), duty.due, day, _reason(reason), work.now)
    work.note("snooze.made", f"child:{entry.child.id}", reason=_reason(reason), until=day.isoformat(), count=len(owed))
    work.toast()
    said = work.say("snooze.kept", child=_code(work, entry), day=rules.day_words(work.words, day, work.today))
    back = [(work.say("snooze.back"), do("snooze.back", file_no)), (work.say("visit.to_today"), do("go", "today"))]
    work.show(said, [back])


def back(work: Work, file_no: str) -> None:
    """收回: remind me again after all."""
    me = work.demand(Action.SEE_DUTIES)
    entry = _entry(work, file_no)
    taken = 0
    for (_, _, person), found in snoozes.current(work.conn, work.today, f"child:{entry.child.id}").items():
        for one in found:
            if work.today < one.until and me.person_id in (person, one.by):
                taken += snoozes.take_back(work.conn, one.id, work.now)
    if taken:
        work.note("snooze.taken_back", f"child:{entry.child.id}", count=taken)
    work.toast()
    key = "snooze.taken_back" if taken else "snooze.nothing_to_take_back"
    work.show(work.say(key, child=_code(work, entry)), [[(work.say("visit.to_today"), do("go", "today"))]])


# --- 延期 ---


def extend(work: Work, file_no: str) -> None:
    """The same for those who owe it, by somebody above."""
    entry, _ = _theirs(work, file_no)
    work.toast()
    work.reply(work.say("snooze.extend_why", child=_code(work, entry)), _reasons(work, "snooze.extend_until", file_no))


def extend_until(work: Work, file_no: str, reason: str) -> None:
    entry, _ = _theirs(work, file_no)
    work.toast()
    work.show(work.say("snooze.extend_until", child=_code(work, entry)), _days(work, "snooze.give", file_no, reason))


def give(work: Work, file_no: str, reason: str, days: str) -> None:
    """Keep it, and tell those who have the time now."""
    entry, owed = _theirs(work, file_no)
    me, day, rota = work.demand(Action.SEE_OVERDUE), _day(work, days), reminder_people.rota(work.conn)
    persons: set[str] = set()
    for duty in owed:
        for person in owing(duty, rota):
            snoozes.put(work.conn, _item(duty, person), duty.due, day, _reason(reason), work.now, by=me.person_id)
            persons.add(person)
    work.note("snooze.given", f"child:{entry.child.id}", reason=_reason(reason), until=day.isoformat(), count=len(owed))
    holes = {"child": _code(work, entry), "day": rules.day_words(work.words, day, work.today)}
    for one in people.persons(work.conn, sorted(persons)).values():
        if one.chat_id is not None and one.chat_id != work.chat_id and one.left_on is None:
            work.tell(one.chat_id, work.say("snooze.told", **holes))
    work.toast()
    work.show(work.say("snooze.given", **holes), [[(work.say("snooze.back"), do("snooze.back", file_no))]])


# --- what it is about ---


def _mine(work: Work, file_no: str) -> tuple[Entry, list[OpenDuty]]:
    """What I owe this child and may put off. Raises Refused with the reason where nothing may wait."""
    me = work.demand(Action.SEE_DUTIES)
    entry, rota = _entry(work, file_no), reminder_people.rota(work.conn)
    owed = [one for one in _open(work, entry) if me.person_id in owing(one, rota)]
    return entry, _that_may_wait(work, entry, [(one, me.person_id) for one in owed], by=None)


def _theirs(work: Work, file_no: str) -> tuple[Entry, list[OpenDuty]]:
    """What others owe this child and is overdue; for those above them."""
    me = work.demand(Action.SEE_OVERDUE)
    entry = _entry(work, file_no)
    if me.with_role(Role.SUPERVISOR, Role.COUNTY) is None or not allowed(me, Action.SEE_OVERDUE, entry.child.unit):
        raise Refused("access.denied")
    rota = reminder_people.rota(work.conn)
    late = [one for one in _open(work, entry) if one.due < work.today and one.duty.who is Role.CHILD_DIRECTOR]
    return entry, _that_may_wait(work, entry, [(one, who) for one in late for who in owing(one, rota)], by=me.person_id)


def _that_may_wait(work: Work, entry: Entry, owed: Sequence[tuple[OpenDuty, str]], *, by: str | None) -> list[OpenDuty]:
    if not owed:
        raise Refused("snooze.nothing", child=_code(work, entry))
    refusals = [no for one, _ in owed if (no := refusal(one, work.today))]
    if refusals:  # with one thing that must not wait, the child is not put off at all
        raise Refused(f"snooze.no.{refusals[0]}", child=_code(work, entry))
    there = snoozes.current(work.conn, work.today, f"child:{entry.child.id}")
    left = [one for one, who in owed if not used_up(there, _item(one, who), one.due, by)]
    if not left:
        raise Refused("snooze.no.again", child=_code(work, entry))
    return list(dict.fromkeys(left))


def _open(work: Work, entry: Entry) -> list[OpenDuty]:
    last = max(month_end(work.today), work.today + AHEAD)
    found = duties.everything_until(work.conn, last, work.today, work.policy, {entry.child.unit})
    return [one for one in found if one.subject == f"child:{entry.child.id}" and one.due <= last]


def _entry(work: Work, file_no: str) -> Entry:
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.SEE_CHILD))
    if entry is None:
        raise Refused("today.child_gone")
    return entry


def _item(duty: OpenDuty, person: str) -> Item:
    return duty.duty.code, duty.subject, person


# --- buttons ---


def _reasons(work: Work, press: str, file_no: str) -> Rows:
    cells = [(work.say(f"snooze.reason.{one.value}"), do(press, file_no, one.value)) for one in Reason]
    return [cells[:2], cells[2:]]


def _days(work: Work, press: str, file_no: str, reason: str) -> Rows:
    """明天 · 3天后 · 一周后, never beyond the county's number."""
    cells = []
    for day in offers(work.today, work.policy):
        days = (day - work.today).days
        label = work.words.find(f"snooze.days.{days}") or work.say("snooze.days", count=days)
        cells.append((label, do(press, file_no, _reason(reason), str(days))))
    return [cells]


def _reason(said: str) -> str:
    return said if said in set(Reason) else Reason.OTHER.value


def _day(work: Work, days: str) -> date:
    """An old button may ask for more than is allowed by now."""
    count = int(days) if days.isdecimal() else OFFERS[0]
    return work.today + max(1, min(count, work.policy.snooze_days)) * DAY


def _code(work: Work, entry: Entry) -> str:
    several = len(work.visible(Action.SEE_CHILD)) > 1
    return rules.child_code(work.words, entry.child, work.tree, several=several)


SUBJECT = Subject(
    "snooze",
    presses={
        "snooze.ask": Press(ask, Action.SEE_DUTIES),
        "snooze.until": Press(until, Action.SEE_DUTIES),
        "snooze.put": Press(put, Action.SEE_DUTIES),
        "snooze.back": Press(back, Action.SEE_DUTIES),
        "snooze.extend": Press(extend, Action.SEE_OVERDUE),
        "snooze.extend_until": Press(extend_until, Action.SEE_OVERDUE),
        "snooze.give": Press(give, Action.SEE_OVERDUE),
    },
)
