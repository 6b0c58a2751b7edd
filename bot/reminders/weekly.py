"""Once a week the supervisors, once a month the county: where help is needed and what can be done about it.

Places and children's codes, never people; silent where nobody needs help. Each is said once under a key of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from bot import burden
from bot.buttons import Button, do
from bot.reminders import proof, rules
from bot.words import Words
from bot.work import inline
from db import outbox, reminder_people, reminders
from db.outbox import Urgency
from db.types import new_id
from domain.calendar import DAY, local, local_day, month_start, quiet, working_day
from domain.duties import OpenDuty
from domain.help_needed import HelpNeeded
from domain.people import Role
from domain.policy import Policy
from domain.units import UnitTree

MOST_PLACES, MOST_CHILDREN = 5, 4
WEEKLY, MONTHLY = "clock.weekly", "clock.monthly"
Buttons = Sequence[Sequence[tuple[str, Button]]]


def say(conn: Connection, now: datetime, found: Iterable[HelpNeeded], tree: UnitTree, policy: Policy) -> int:
    """On the first working morning of the week and of the month; how many messages were queued."""
    today = local_day(now)
    if (
        not working_day(today, policy.calendar)
        or local(now).time() < policy.digest_hour
        or quiet(now, policy.quiet_hours)
    ):
        return 0
    wanted, count = list(found), 0
    monday = today - today.weekday() * DAY
    if not any(working_day(monday + n * DAY, policy.calendar) for n in range(today.weekday())):
        for person in sorted({one.person for one in wanted if one.level is Role.SUPERVISOR}):
            mine = [one for one in wanted if one.person == person]
            count += _weekly(conn, now, person, mine, tree, monday)
    first = month_start(today)
    if not any(working_day(first + n * DAY, policy.calendar) for n in range(today.day - 1)):
        county = tree.towns[0].parent if tree.towns else None
        people = reminder_people.rota(conn).persons(Role.COUNTY, county) if county else ()
        loads = burden.measure(conn, now, tree) if people else {}
        for person in people:
            mine = [one for one in wanted if one.person == person]
            count += _monthly(conn, now, person, mine, tree, first, [burden.total(loads.values())])
    return count


def said_on(conn: Connection, person: str, today: date) -> bool:
    """Whether somebody's message of the week went out that very day."""
    monday = today - today.weekday() * DAY
    return reminders.planned_on(conn, (WEEKLY, f"week:{monday}", person, monday)) == today


def places(wanted: Iterable[HelpNeeded]) -> dict[str, list[OpenDuty]]:
    """What needs help by place, the longest overdue first: a way to go, no ranking of anybody."""
    found: dict[str, dict[OpenDuty, None]] = {}
    for one in wanted:
        found.setdefault(one.unit, {}).update(dict.fromkeys(one.duties))
    return dict(
        sorted(((unit, list(duties)) for unit, duties in found.items()), key=lambda at: min(d.due for d in at[1]))
    )


def _weekly(
    conn: Connection, now: datetime, person: str, wanted: Sequence[HelpNeeded], tree: UnitTree, monday: date
) -> int:
    words, today = _words(conn, person), local_day(now)
    there = places(wanted)
    lines = [words("weekly.title", count=len(there))]
    rows = []
    for unit, duties in list(there.items())[:MOST_PLACES]:
        lines.append(place_line(words, unit, duties, tree, today))
        place = tree.get(unit)
        rows.append([(words("weekly.open", place=place.name if place else unit), do("help.place", unit))])
    if len(there) > MOST_PLACES:
        lines.append(words("reminders.help_more", count=len(there) - MOST_PLACES))
    return _tell(conn, now, (WEEKLY, f"week:{monday}", person, monday), "\n".join(lines), rows)


def place_line(words: Words, unit: str, duties: Sequence[OpenDuty], tree: UnitTree, today: date) -> str:
    """暖泉村：3号、5号 共 3 件，最久超12天"""
    children = {duty.subject: duty.child for duty in duties if duty.child is not None}
    codes = [rules.child_code(words, child, tree, several=False) for child in list(children.values())[:MOST_CHILDREN]]
    more = words("weekly.more_children", count=len(children)) if len(children) > MOST_CHILDREN else ""
    return words(
        "weekly.place", place=tree.path_name(unit), children=words("reminders.comma").join(codes) + more,
        count=len(duties), days=max(duty.overdue_days(today) for duty in duties),
    )  # fmt: skip


def _monthly(
    conn: Connection, now: datetime, person: str, wanted: Sequence[HelpNeeded], tree: UnitTree, first: date,
    loads: Collection[burden.Load],
) -> int:  # fmt: skip
    words, there = _words(conn, person), places(wanted)
    lines = [words("monthly.title", month=first.month)]
    for town in tree.towns:
        here = [unit for unit in tree.under(town.code) if unit in there]
        if here:
            lines.append(
                words("monthly.town", town=town.name, places=len(here), count=sum(len(there[one]) for one in here))
            )
    if len(lines) == 1:
        lines.append(words("monthly.nobody"))
    kept = proof.kept(conn)
    if kept is not None:
        books = kept.books
        lines.append(
            words(
                "monthly.books", due=books.due, sent=books.sent, moot=books.moot, unreachable=books.unreachable,
                held=books.held, missed=kept.missed,
            )
        )  # fmt: skip
    lines += [burden.in_words(words, load) for load in loads if load.people]
    rows = [[(words("reminders.see_overdue"), do("go", "overdue")), (words("burden.button"), do("burden.show"))]]
    return _tell(conn, now, (MONTHLY, f"month:{first}", person, first), "\n".join(lines), rows)


def _words(conn: Connection, person: str) -> Words:
    found = reminder_people.recipients(conn, {person}).get(person)
    return Words(found.language if found else "zh_CN")


def _tell(conn: Connection, now: datetime, key: tuple[str, str, str, date], text: str, rows: Buttons) -> int:
    reader = reminder_people.recipients(conn, {key[2]}).get(key[2])
    if reader is None or reader.chat_id is None:
        return 0
    digest_id = new_id()
    if not reminders.carry(conn, key, key[3], now, digest_id):
        return 0
    params = {"text": text, "link_preview_options": {"is_disabled": True}, "reply_markup": inline(rows)}
    outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE, digest_id=digest_id)
    return 1
