"""The oracle: which reminders are owed on a day, from the plain facts, slowly and simply.

Written from domain.md 2.6, 6.1 and 6.2 and design.md section 5, not from the program: it shares no line, no number and
no import with domain/duties.py, domain/reminders.py or domain/calendar.py. Where it could be clever it counts days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from bot.simulation import papers, yearly
from bot.simulation.facts import Facts, File

Key = tuple[str, str, str, date]  # rule, subject, person, day of the step
DAY = timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))

# domain.md 2.6, plan task 9: days between contacts (beside one in each calendar month), months between home visits
CONTACT_EVERY = {"red": 7, "yellow": 14, "green": None}
VISIT_EVERY = {"red": 1, "yellow": 2, "green": 3}
SUPERVISOR_EVERY = {"red": 1, "yellow": 3, "green": 12}
FIRST_VISIT_WORKING_DAYS = 5
LAST_DAYS_OF_A_MONTH = 7  # a child added in these wants no contact in that month yet
SETTLING_IN = 7  # days after a child is back
DIGEST = time(9, 0)
UNSIGNED = timedelta(minutes=30)  # domain.md 1.4 and our own half hour: a report whose child is not known to be safe
HELP = (("supervisor", 7), ("county", 21))  # who hears of it, once overdue by more than so many days
ABOVE = {"child_director": ("supervisor", "county"), "supervisor": ("county",), "department": ("county",), "county": ()}


@dataclass(frozen=True)
class Open:
    """Somebody owes something."""

    rule: str
    subject: str
    role: str
    unit: str
    due: date
    named: bool = False  # its day was set, not counted out


def owed(facts: Facts, today: date) -> set[Key]:
    """Every reminder that is owed on this day, calls for help included."""
    duties = list(all_open(facts, today))
    return {*single(facts, duties, today), *calls_for_help(facts, duties, today)}


def overtaken(facts: Facts, first: date, today: date) -> set[Key]:
    """The steps of the days from `first` to yesterday, on which nobody looked: they are in the books, too."""
    duties = list(all_open(facts, today))
    now, found, day = owed(facts, today), set[Key](), first
    while day < today:
        found |= {key for key in single(facts, duties, day) if key[3] >= first}
        day += DAY
    return found - now


def single(facts: Facts, duties: list[Open], today: date) -> set[Key]:
    """Of each duty the newest step that has come, for everybody who owes it and has not put it off."""
    found = set()
    for duty in duties:
        day = newest_step(duty, today)
        if day is None:
            continue
        for person in who(facts, duty.role, duty.unit):
            waits = until(facts, duty, person, today)
            if waits is None or waits <= today:
                found.add((duty.rule, duty.subject, person, day if waits is None or waits < day else waits))
    return found


def until(facts: Facts, duty: Open, person: str, today: date) -> date | None:
    """The day somebody last put this very item off to, as far as they had by today."""
    days = [
        one.until
        for one in facts.put_off
        if (one.rule, one.subject, one.person, one.due) == (duty.rule, duty.subject, person, duty.due) and one.made <= today
    ]
    return days[-1] if days else None


def newest_step(duty: Open, today: date) -> date | None:
    """Three days before, the day itself, then every third day; a receipt: every day from the day after."""
    if duty.subject.startswith("unit:") and not duty.named:
        return yearly.newest_step(duty.rule, duty.due, today)
    if duty.rule in papers.AHEAD:
        return papers.newest_step(duty.rule, duty.due, today)
    day = today
    while day >= duty.due - 3 * DAY:
        past = (day - duty.due).days
        if duty.rule == "receipt":
            if past >= 1:
                return day
        elif (past == -3 and duty.rule not in ("retry", "lost")) or (past >= 0 and past % 3 == 0):
            return day
        day -= DAY
    return None


def calls_for_help(facts: Facts, duties: list[Open], today: date) -> set[Key]:
    """What is overdue for longer rises: one call for each place and level, dated when the newest of it rose."""
    found = set()
    for level, days in HELP:
        newest: dict[str, date] = {}
        for duty in duties:
            if level in ABOVE[duty.role] and (today - duty.due).days > days:
                newest[duty.unit] = max(duty.due, newest.get(duty.unit, duty.due))
        for unit, due in newest.items():
            day = due + (days + 1) * DAY
            for person in who(facts, level, unit):
                call = (f"help_needed.{level}", f"unit:{unit}", person)
                told = facts.told.get(call)  # what was called out since is no news when part of it is done
                found.add((*call, told if told is not None and told > day else day))
    return found


# --- who ---


def who(facts: Facts, role: str, unit: str) -> list[str]:
    """The people at that post or, up the places, at the next one filled; failing that those of the role above."""
    for one in (role, *ABOVE.get(role, ())):
        place: str | None = unit
        while place is not None:
            here = [
                person
                for seat in facts.seats
                if (seat.role, seat.unit) == (one, place)
                if (person := sitting(facts, seat.holder, seat.deputy))
            ]
            if here:
                return here
            place = facts.above.get(place)
    return []


def sitting(facts: Facts, holder: str | None, deputy: str | None) -> str | None:
    for person in (holder, deputy):
        if person is not None and not facts.humans[person].left:
            return person
    return None


# --- what and when ---


def all_open(facts: Facts, today: date) -> Iterator[Open]:
    """Everything anybody owes that falls due no later than three days from today."""
    for file in facts.files.values():
        if file.closed is not None:
            continue
        subject = f"child:{file.id}"
        visits = [one.day for one in file.met if one.home_visit and one.reached and one.child_seen]
        calls = [one.day for one in file.met if one.reached and one.by_supervisor]
        any_contact = [one.day for one in file.met if one.reached]
        rule, visit = (
            ("visit", visit_due(file, visits, facts))
            if counted(file, visits, facts)
            else ("first_visit", first_visit_due(file, facts))
        )
        for name, role, due in (
            ("contact", "child_director", contact_due(file, any_contact)),
            (rule, "child_director", visit),
            ("supervisor_contact", "supervisor", supervisor_due(file, calls)),
        ):
            if file.away_until is not None:
                due = max(due, file.away_until + SETTLING_IN * DAY)
            if due <= today + 3 * DAY:
                yield Open(name, subject, role, file.village, due)
        yield from tried_again(file, today)
        for rule, due in papers.owed(facts, file, today):
            yield Open(rule, subject, "child_director", file.village, due)
    for rule, unit, role, due in yearly.owed(facts, today):
        yield Open(rule, f"unit:{unit}", role, unit, due)
    for case in facts.cases.values():
        for department, since in case.waiting.items():
            yield Open("receipt", f"report:{case.id}", "department", department, since)
    for one in facts.named:
        yield Open(*one, named=True)


def tried_again(file: File, today: date) -> Iterator[Open]:
    """Nobody reached: once more within two days; the third failure in a row is the supervisor's."""
    answered = [one.day for one in file.met if one.reached]
    failed = [one.day for one in file.met if not one.reached and all(one.day > day for day in answered)]
    if not failed or (file.away_until is not None and file.away_until >= max(failed)):
        return
    due = max(failed) + 2 * DAY
    if max(failed) > a_year_before(today) and due <= today + 3 * DAY:
        rule, role = ("lost", "supervisor") if len(failed) > 2 else ("retry", "child_director")
        yield Open(rule, f"child:{file.id}", role, file.village, due)


def a_year_before(day: date) -> date:
    back = day - 365 * DAY
    return back if (back.month, back.day) == (day.month, day.day) else back - DAY


def contact_due(file: File, days: list[date]) -> date:
    """One in each calendar month, and more often for red and yellow."""
    into_month = end_of_month(file.added) - file.added
    new = end_of_month(file.added) if into_month >= LAST_DAYS_OF_A_MONTH * DAY else end_of_next_month(file.added)
    every = CONTACT_EVERY[file.tier]
    if every is not None:
        new = min(new, file.added + every * DAY)
    if not days:
        return new
    due = end_of_next_month(max(days))
    if every is not None:
        due = min(due, max(days) + every * DAY)
    return max(due, new) if max(days) < file.added else due


def counted(file: File, visits: list[date], facts: Facts) -> bool:
    """Whether the visits made set the due day; before the file was opened they never make it earlier."""
    return bool(visits) and (
        max(visits) >= file.added or months_on(max(visits), VISIT_EVERY[file.tier]) >= first_visit_due(file, facts)
    )


def visit_due(file: File, visits: list[date], facts: Facts) -> date:
    return months_on(max(visits), VISIT_EVERY[file.tier])


def first_visit_due(file: File, facts: Facts) -> date:
    day, left = file.added, FIRST_VISIT_WORKING_DAYS
    while left:
        day += DAY
        left -= working(facts, day)
    return day


def supervisor_due(file: File, calls: list[date]) -> date:
    """Once in each month for red, each quarter for yellow, each calendar year for the rest."""
    months = SUPERVISOR_EVERY[file.tier]
    new = end_of_period(file.added, months)
    if not calls:
        return new
    due = end_of_period(end_of_period(max(calls), months) + DAY, months)
    return max(due, new) if max(calls) < file.added else due


def end_of_period(day: date, months: int) -> date:
    day = end_of_month(day)
    while day.month % months:
        day = end_of_next_month(day)
    return day


def end_of_month(day: date) -> date:
    while (day + DAY).month == day.month:
        day += DAY
    return day


def end_of_next_month(day: date) -> date:
    return end_of_month(end_of_month(day) + DAY)


def months_on(day: date, months: int) -> date:
    """The same day so many months later; where that month is too short, its last day."""
    last = end_of_month(day)
    for _ in range(months):
        last = end_of_next_month(last)
    return last.replace(day=min(day.day, last.day))


# --- when it may go out ---


def working(facts: Facts, day: date) -> bool:
    return day in facts.make_up or (day.isoweekday() <= 5 and day not in facts.holidays)


def at_night_or_noon(moment: datetime) -> bool:
    """21:00-07:30 and 12:00-14:30 (domain.md 6.1)."""
    clock = moment.astimezone(BEIJING).time()
    return clock >= time(21) or clock < time(7, 30) or time(12) <= clock < time(14, 30)


def may_go(facts: Facts, key: Key, moment: datetime) -> bool:
    """A receipt outside of the quiet hours; the rest on working days, from the person's own hour on."""
    if at_night_or_noon(moment):
        return False
    clock = moment.astimezone(BEIJING)
    if key[0] == "receipt":
        return True
    return working(facts, clock.date()) and clock.time() >= (facts.humans[key[2]].hour or DIGEST)
