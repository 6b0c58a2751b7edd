"""Reminders: whom to remind of what, in which digest, and the proof that none was lost (design.md 5).

A reminder is a row under UNIQUE(rule, subject, person, day), where day is the day of a *step*, never that of sending:
planning twice is harmless. Nothing here ranks or counts people; overdue work is a call for help.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import IntEnum, StrEnum

from domain.calendar import DAY, at, local, next_working_day, quiet, quiet_until, working_day
from domain.children import Tier
from domain.duties import RECEIPT, OpenDuty
from domain.people import Post, Role, Unit
from domain.policy import Policy
from domain.reminder_steps import latest_step
from domain.snoozes import NONE, Snoozes, in_force, step

# Who receives the work of a vacant post, and who is asked for help.
NEXT_ABOVE = {Role.CHILD_DIRECTOR: Role.SUPERVISOR, Role.SUPERVISOR: Role.COUNTY, Role.DEPARTMENT: Role.COUNTY}
TIER_ORDER = {Tier.RED: 0, Tier.YELLOW: 1, Tier.GREEN: 2, None: 3}


class Urgency(IntEnum):
    """How soon something must reach its reader. The numbers are those of the outbox: the smaller goes first."""

    EMERGENCY = 0
    ANSWER = 1
    NOTICE = 2
    REMINDER = 3


class State(StrEnum):
    """Where a reminder stands. All but PLANNED and HELD are final."""

    PLANNED = "planned"
    HELD = "held"  # by quiet hours, a holiday or the digest hour; becomes sent or moot
    SENT = "sent"
    MOOT = "moot"  # done meanwhile, or a later step of the same duty took its place
    UNREACHABLE = "unreachable"  # the person has no chat; somebody above is told


Key = tuple[str, str, str, date]  # rule, subject, person, day of the step


class Rota:
    """Who answers for a duty at a unit. Made from the unit tree and all posts; look-ups do not grow with the county."""

    def __init__(self, units: Iterable[Unit], posts: Iterable[Post]) -> None:
        self._parent = {unit.code: unit.parent for unit in units}
        self._posts: dict[tuple[Role, str], list[Post]] = {}
        for post in posts:
            if post.holder or post.deputy:
                self._posts.setdefault((post.role, post.unit.code), []).append(post)

    def posts(self, role: Role, unit: str) -> tuple[Post, ...]:
        """The filled posts of that role at the unit or, where it has none, at the nearest unit above."""
        code: str | None = unit
        while code is not None:
            if found := self._posts.get((role, code)):
                return tuple(found)
            code = self._parent.get(code)
        return ()

    def persons(self, role: Role, unit: str) -> tuple[str, ...]:
        """Who receives what that role owes there: holders, else deputies, else the role above; empty if nobody."""
        above: Role | None = role
        while above is not None:
            if found := self.posts(above, unit):
                return tuple(dict.fromkeys(post.holder or post.deputy or "" for post in found))
            above = NEXT_ABOVE.get(above)
        return ()

    def helpers(self, unit: str) -> tuple[str, ...]:
        """Ids of the filled posts that can help at a village, the nearest first: its own, the town's, the county's."""
        roles = (Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.COUNTY)
        return tuple(post.id for role in roles for post in self.posts(role, unit))


# --- what is owed to whom --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """A reminder that is owed: its key, and the duty it is about."""

    rule: str
    subject: str
    person: str
    day: date
    late: bool  # the day it should have gone out on has passed: the message says so
    duty: OpenDuty

    @property
    def key(self) -> Key:
        """What the database holds unique."""
        return (self.rule, self.subject, self.person, self.day)

    @property
    def urgency(self) -> Urgency:
        """A report without receipt does not wait for a working day."""
        return Urgency.NOTICE if self.rule == RECEIPT.code else Urgency.REMINDER


def owed(
    duties: Iterable[OpenDuty], rota: Rota, today: date, policy: Policy, snoozes: Snoozes = NONE
) -> tuple[Owed, ...]:
    """The reminders owed on this day, one for each rule, subject and person: that of the latest step.

    What a person has put off is not owed until the day they chose, which is then a step like any other.

    Steps missed before that (the program was down) are not made up one by one; the latest says that it is late. Asked
    again for a single duty just before sending: nothing, or another key, means the planned one is moot.
    """
    found = []
    for duty in duties:
        rule = duty.duty.code
        latest = latest_step(duty.due, policy, today, rule)
        if latest is None:
            continue
        for person in owing(duty, rota):
            put_off = in_force(snoozes, (rule, duty.subject, person), duty.due, today) if snoozes else None
            day = step(put_off, latest, today)
            if day is not None:
                goes_out = day if rule == RECEIPT.code else next_working_day(day, policy.calendar)
                found.append(Owed(rule, duty.subject, person, day, goes_out < today, duty))
    return tuple(found)


def owing(duty: OpenDuty, rota: Rota) -> tuple[str, ...]:
    """Who owes it: the persons at the post, without those the matter goes around."""
    return tuple(person for person in rota.persons(duty.duty.who, duty.unit) if person not in duty.hidden)


def urgency(duties: Sequence[OpenDuty], today: date) -> tuple[int, int, date, str]:
    """The place of a child on every list: overdue, today, then soon; within that by tier and by how long it waits."""
    first = min(duties, key=lambda duty: duty.due)
    state = 0 if first.due < today else 1 if first.due == today else 2
    return state, TIER_ORDER[first.tier], first.due, first.child.file_no if first.child else first.subject


# --- the morning digest ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Digest:
    """All reminders of one person for one morning, in the order they are read out."""

    person: str
    items: tuple[Owed, ...]

    @property
    def urgency(self) -> Urgency:
        return min(item.urgency for item in self.items)

    @property
    def late(self) -> bool:
        return any(item.late for item in self.items)


def digests(rows: Iterable[Owed]) -> tuple[Digest, ...]:
    """One digest for each person: receipts first, then overdue (longest first), due today, due soon; red before green."""
    by_person: dict[str, list[Owed]] = {}
    for row in rows:
        by_person.setdefault(row.person, []).append(row)

    def place(row: Owed) -> tuple[bool, date, int, str, str]:
        # receipts first; then by due day, which puts overdue before today before soon
        return (row.rule != RECEIPT.code, row.duty.due, TIER_ORDER[row.duty.tier], row.rule, row.subject)

    return tuple(Digest(person, tuple(sorted(items, key=place))) for person, items in sorted(by_person.items()))


def may_send(now: datetime, urgency: Urgency, policy: Policy, hour: time | None = None) -> bool:
    """It may go out at this moment (aware; read on the county's clock).

    Emergencies and answers always. A notice not in quiet hours. A reminder on working days only, from the digest
    hour (the person's own `hour`, if set) on, and not in quiet hours.
    """
    if urgency <= Urgency.ANSWER:
        return True
    if quiet(now, policy.quiet_hours):
        return False
    clock = local(now)
    if urgency is Urgency.NOTICE:
        return True
    return working_day(clock.date(), policy.calendar) and clock.time() >= _digest_hour(policy, hour)


def may_send_from(now: datetime, urgency: Urgency, policy: Policy, hour: time | None = None) -> datetime:
    """The first moment, now or later, at which it may go out: when a held one is looked at again."""
    moment = local(now)
    while not may_send(moment, urgency, policy, hour):
        if urgency is Urgency.NOTICE or quiet(moment, policy.quiet_hours):
            moment = quiet_until(moment, policy.quiet_hours)
            continue
        opens = at(moment.date(), _digest_hour(policy, hour))
        moment = opens if working_day(moment.date(), policy.calendar) and moment < opens else _morning_after(moment)
    return moment


def _digest_hour(policy: Policy, own: time | None) -> time:
    """A person's own hour, unless the county has since made it a quiet one: then nothing would ever go out."""
    return policy.digest_hour if own is None or any(own in span for span in policy.quiet_hours) else own


def _morning_after(moment: datetime) -> datetime:
    return at(moment.date() + DAY, time(0, 0))


# --- settling and proof ----------------------------------------------------------------------------------------------


def settle(*, still_owed: bool, reachable: bool, may_go_now: bool) -> State:
    """What becomes of a planned or held reminder when its turn comes. The rule is asked again first."""
    if not still_owed:
        return State.MOOT
    if not reachable:
        return State.UNREACHABLE
    return State.SENT if may_go_now else State.HELD


@dataclass(frozen=True)
class Reconciliation:
    """The daily line: due = sent + moot + unreachable + held, nothing twice, nothing missed."""

    due: int
    sent: int
    moot: int
    unreachable: int
    held: int
    duplicates: int
    missed: tuple[Key, ...] = field(default=())

    @property
    def balanced(self) -> bool:
        """Every reminder that was due is accounted for exactly once."""
        accounted = self.sent + self.moot + self.unreachable + self.held
        return self.due == accounted and not self.duplicates and not self.missed


def reconcile(expected: Iterable[Key], rows: Iterable[tuple[Key, State]]) -> Reconciliation:
    """Compare what the rules expected with what the rows say. A row nobody expected is due as well: it was planned.

    Missed: expected without a row, or a row still merely planned though its day is over.
    """
    expected = set(expected)
    states: dict[Key, State] = {}
    times: Counter[Key] = Counter()
    for key, state in rows:
        states[key] = state
        times[key] += 1
    settled = Counter(state for state in states.values() if state is not State.PLANNED)
    due = expected | set(states)
    missed = sorted(key for key in due if states.get(key, State.PLANNED) is State.PLANNED)
    return Reconciliation(
        due=len(due),
        sent=settled[State.SENT],
        moot=settled[State.MOOT],
        unreachable=settled[State.UNREACHABLE],
        held=settled[State.HELD],
        duplicates=sum(times.values()) - len(times),
        missed=tuple(missed),
    )
