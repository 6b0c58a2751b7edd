"""Duties: what the plan asks of whom for each child, and when it is next due (domain.md 2.6, 6.2).

A due day is a function of facts alone. Facts may come late, back-dated or corrected, in any order: the same facts give
the same days. Whether something is *overdue* is asked with a day in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import add_months, add_working_days, month_end, period_end
from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.people import Role
from domain.policy import PLAN_SUPERVISOR_MONTHS, PLAN_VISIT_MONTHS, Frequency, Policy


class SubjectKind(StrEnum):
    """What a duty is about."""

    CHILD = "child"
    REPORT = "report"
    UNIT = "unit"


class Per(StrEnum):
    """How a duty's interval is counted."""

    CALENDAR_MONTH = "calendar_month"
    CALENDAR_PERIOD = "calendar_period"  # so many months: quarter, half-year, year
    DAYS = "days"
    MONTHS = "months"  # rolling, from the last one
    WORKING_DAYS = "working_days"
    AT_ONCE = "at_once"
    AGE = "age"  # years
    OCCASION = "occasion"  # domain.unit_duties
    TERM = "term"  # the days an agreement was made for
    REFERRAL = "referral"  # the day that was agreed when help was asked for


class FactKind(StrEnum):
    """What a due day was counted from."""

    ADDED = "added"
    CONTACT = "contact"
    VISIT = "visit"
    SUPERVISOR_CONTACT = "supervisor_contact"
    REPORT_SENT = "report_sent"
    DEED = "deed"  # a unit's own work, e.g. this year's training
    BIRTHDAY = "birthday"
    TIER_SET = "tier_set"
    MISSED = "missed"  # an attempt that reached nobody
    LEFT_BEHIND = "left_behind"  # since when the parents are away, as far as the file says
    AGREEMENT = "agreement"  # signed
    AGREEMENT_ENDED = "agreement_ended"
    REFERRAL = "referral"  # raised, or its last step
    RESULT = "result"  # of a referral
    TASK = "task"  # somebody named the day (domain.tasks)


@dataclass(frozen=True)
class Duty:
    """A rule as data: who owes it, about what, where it is written, and the key of its reason in words."""

    code: str
    who: Role
    subject: SubjectKind
    source: str
    explain: str


CONTACT = Duty("contact", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.t9.h1", "why.contact")
VISIT = Duty("visit", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.t9.h2", "why.visit")
FIRST_VISIT = Duty("first_visit", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "standard.first_visit", "why.first_visit")
SUPERVISOR_CONTACT = Duty(
    "supervisor_contact", Role.SUPERVISOR, SubjectKind.CHILD, "plan.t9.h3", "why.supervisor_contact"
)
RECEIPT = Duty("receipt", Role.DEPARTMENT, SubjectKind.REPORT, "opinion.art8.h17", "why.receipt")

AGE_16 = Duty("age_16", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "standard.age_16", "why.age_16")
AGE_18 = Duty("age_18", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "standard.age_18", "why.age_18")
AGES = {AGE_16.code: 16, AGE_18.code: 18}
# The failed-contact ladder: another way in two days, then another person; the third failure is the supervisor's.
RETRY = Duty("retry", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "standard.retry", "why.retry")
LOST = Duty("lost", Role.SUPERVISOR, SubjectKind.CHILD, "standard.lost", "why.lost")
MISSES_TO_SUPERVISOR = 3
# 委托照护协议 (domain.agreements): signed within 30 days, renewed by its last day
AGREEMENT_MISSING = Duty(
    "agreement_missing", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.t5.h9", "why.agreement_missing"
)
AGREEMENT_ENDS = Duty(
    "agreement_ends", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.t5.h9.term", "why.agreement_ends"
)
AGREEMENTS = (AGREEMENT_MISSING.code, AGREEMENT_ENDS.code)
# Referrals (domain.referrals): a day the village named itself, a result the family has not heard, a benefit that runs out
LOOK_AGAIN = Duty("look_again", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.referral", "why.look_again")
TELL_FAMILY = Duty("tell_family", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.referral.tell", "why.tell_family")
BENEFIT_ENDS = Duty("benefit_ends", Role.CHILD_DIRECTOR, SubjectKind.CHILD, "plan.t10", "why.benefit_ends")
REFERRALS = (LOOK_AGAIN.code, TELL_FAMILY.code, BENEFIT_ENDS.code)

DUTIES: dict[str, Duty] = {
    duty.code: duty
    for duty in (
        CONTACT, VISIT, FIRST_VISIT, SUPERVISOR_CONTACT, RECEIPT, AGE_16, AGE_18, RETRY, LOST, AGREEMENT_MISSING,
        AGREEMENT_ENDS, LOOK_AGAIN, TELL_FAMILY, BENEFIT_ENDS,
    )
}
MORE_OFTEN = "plan.t9.h4"  # 加大频次: the source when the tier asks for more than the plan's minimum


@dataclass(frozen=True, slots=True)
class Fact:
    """The fact a due day was counted from, and the pause that moved the day, if one did."""

    kind: FactKind
    day: date
    how: Kind | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class DueDays:
    """A child's next due days, each with the fact it came from; None where nothing is owed.

    `visit` is the first visit's due day as long as nobody has visited.
    """

    contact: date | None = None
    visit: date | None = None
    supervisor: date | None = None
    contact_since: Fact | None = None
    visit_since: Fact | None = None
    supervisor_since: Fact | None = None


NOTHING_DUE = DueDays()
Rule = Callable[[Fact, Frequency, Policy], date]


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """One thing somebody owes. `subject` is 'child:…', 'report:…' or 'unit:<code>'; `unit` is where the post sits."""

    duty: Duty
    subject: str
    unit: str
    due: date
    since: Fact
    child: Child | None = None
    hidden: frozenset[str] = frozenset()  # persons who must not hear of it, whatever post they hold

    def overdue_days(self, today: date) -> int:
        """Days past the due day; 0 on the day itself and before."""
        return max(0, (today - self.due).days)

    @property
    def tier(self) -> Tier | None:
        return self.child.tier if self.child else None


@dataclass(frozen=True)
class WaitingReport:
    """A report that reached a department's post and has not been acknowledged (签收)."""

    id: str
    department: str
    sent_on: date
    hidden: frozenset[str] = frozenset()  # persons the report goes around


@dataclass(frozen=True)
class Why:
    """为什么到期, as values; the words are in locales/ under `key`."""

    key: str
    duty: str
    due: date
    since: Fact
    every: int
    per: Per
    source: str
    tier: Tier | None


def due_days(child: Child, contacts: Iterable[Contact], policy: Policy) -> DueDays:
    """When this child's contact, home visit and supervisor contact are next due.

    A function of the facts alone: their order does not matter and no clock is read. A closed child owes nothing. A
    child away with its parents (`paused_until`) is due no earlier than some days after it is back. Facts older than
    the child's file count, but never make anything due earlier than for a child nobody has met yet.
    """
    if child.closed_on is not None:
        return NOTHING_DUE
    reached = [contact for contact in contacts if contact.child_id == child.id and contact.counts_as_contact]
    first_known = child.added_on or min((contact.day for contact in reached), default=None)
    if first_known is None:
        return NOTHING_DUE
    added = Fact(FactKind.ADDED, first_known)
    frequency = policy.frequency(child.tier)

    def next_due(last: Fact | None, rule: Rule) -> tuple[date, Fact]:
        since = last or added
        day = rule(since, frequency, policy)
        if since.day < added.day and day < (from_file := rule(added, frequency, policy)):
            day, since = from_file, added
        if child.paused_until is not None:
            settled_in = child.paused_until + timedelta(days=policy.after_pause_days)
            if day < settled_in:
                return settled_in, replace(since, paused_until=child.paused_until)
        return day, since

    visits = (contact for contact in reached if contact.counts_as_visit)
    calls = (contact for contact in reached if contact.by_role is Role.SUPERVISOR)
    contact, contact_since = next_due(_latest(reached, FactKind.CONTACT), _contact_by)
    visit, visit_since = next_due(_latest(visits, FactKind.VISIT), _visit_by)
    supervisor, supervisor_since = next_due(_latest(calls, FactKind.SUPERVISOR_CONTACT), _supervisor_by)
    if child.tier is Tier.RED and child.tier_since is not None:
        visit, visit_since = _soon_after_red(child.tier_since, policy.red_visit_days, visit, visit_since)
        supervisor, supervisor_since = _soon_after_red(
            child.tier_since, policy.red_supervisor_days, supervisor, supervisor_since
        )
    return DueDays(contact, visit, supervisor, contact_since, visit_since, supervisor_since)


def _soon_after_red(since_red: date, within: int, due: date, since: Fact) -> tuple[date, Fact]:
    """A child that became red is visited within two days and looked at by the supervisor within seven (domain.md 2.6).

    Settled by the first visit (contact) from that day on; a pause keeps its own day.
    """
    by = since_red + timedelta(days=within)
    if since.paused_until is not None or due <= by or (since.kind is not FactKind.ADDED and since.day >= since_red):
        return due, since
    return by, Fact(FactKind.TIER_SET, since_red)


def _latest(contacts: Iterable[Contact], kind: FactKind) -> Fact | None:
    last = max(contacts, key=lambda contact: (contact.day, contact.kind), default=None)
    return Fact(kind, last.day, last.kind) if last else None


def _contact_by(since: Fact, frequency: Frequency, policy: Policy) -> date:
    """The end of the next month that wants a contact, or sooner where the tier counts days."""
    in_grace = since.day > month_end(since.day) - timedelta(days=policy.grace_days)
    this_month_wants_one = since.kind is FactKind.ADDED and not in_grace
    by = month_end(since.day) if this_month_wants_one else month_end(add_months(since.day, 1))
    if frequency.contact_days is None:
        return by
    return min(by, since.day + timedelta(days=frequency.contact_days))


def _visit_by(since: Fact, frequency: Frequency, policy: Policy) -> date:
    """Rolling from the last completed visit; for a child nobody has visited, some working days after it was added."""
    if since.kind is FactKind.ADDED:
        return add_working_days(since.day, policy.first_visit_working_days, policy.calendar)
    return add_months(since.day, frequency.visit_months)


def _supervisor_by(since: Fact, frequency: Frequency, policy: Policy) -> date:
    """The end of the first calendar period without a supervisor's contact; the one it was added in counts."""
    end = period_end(since.day, frequency.supervisor_months)
    if since.kind is FactKind.ADDED:
        return end
    return period_end(end + timedelta(days=1), frequency.supervisor_months)


def open_duties(child: Child, due: DueDays, today: date, horizon: int = 0) -> tuple[OpenDuty, ...]:
    """What is owed for this child up to `horizon` days from today, overdue work included, the earliest first.

    `due` is what `due_days` gave for the child: its facts tell a first visit from a later one and give the reasons.
    """
    last_day = today + timedelta(days=horizon)
    visit_duty = FIRST_VISIT if due.visit_since and due.visit_since.kind is FactKind.ADDED else VISIT
    found = (
        (CONTACT, due.contact, due.contact_since),
        (visit_duty, due.visit, due.visit_since),
        (SUPERVISOR_CONTACT, due.supervisor, due.supervisor_since),
    )
    return tuple(
        sorted(
            (
                OpenDuty(duty, f"{duty.subject}:{child.id}", child.unit, day, since, child)
                for duty, day, since in found
                if day is not None and since is not None and day <= last_day
            ),
            key=lambda open_duty: open_duty.due,
        )
    )


def age_duties(child: Child, left_behind: bool) -> tuple[OpenDuty, ...]:
    """At 16 a child is no longer 留守, at 18 no longer a minor: the label ends, the file closes (domain.md 2.1).

    "已满" holds from the day after the birthday. Settled when a person ends the label (16) or closes the file (18);
    nothing ends by itself. A child without birth date has none.
    """
    if child.birth_date is None or child.closed_on is not None:
        return ()
    found = []
    for duty, years, owed in ((AGE_16, 16, left_behind), (AGE_18, 18, True)):
        birthday = add_months(child.birth_date, 12 * years)
        if owed:
            since = Fact(FactKind.BIRTHDAY, birthday)
            found.append(OpenDuty(duty, f"{duty.subject}:{child.id}", child.unit, birthday + timedelta(days=1), since, child))
    return tuple(found)


def after_misses(child: Child, misses: int, last: date, policy: Policy) -> OpenDuty | None:
    """What so many attempts in a row without reaching anybody ask for; `last` is the day of the newest.

    First and second: again within two days, by another way or through another person. From the third on the
    supervisor looks for the family. Settled by the next contact that reaches somebody. A pause asks for nothing.
    """
    if misses < 1 or child.closed_on is not None or (child.paused_until is not None and child.paused_until >= last):
        return None
    duty = LOST if misses >= MISSES_TO_SUPERVISOR else RETRY
    by = last + timedelta(days=policy.retry_days)
    return OpenDuty(duty, f"{duty.subject}:{child.id}", child.unit, by, Fact(FactKind.MISSED, last), child)


def receipts_due(reports: Iterable[WaitingReport]) -> tuple[OpenDuty, ...]:
    """The receipts (签收) departments owe: at once, so due on the day the report reached them."""
    return tuple(
        OpenDuty(
            RECEIPT,
            f"{RECEIPT.subject}:{report.id}",
            report.department,
            report.sent_on,
            Fact(FactKind.REPORT_SENT, report.sent_on),
            hidden=report.hidden,
        )
        for report in reports
    )


def why(open_duty: OpenDuty, policy: Policy) -> Why:
    """The reason for a due day: rule, last fact, tier and source, ready to be put into words."""
    duty, tier, since = open_duty.duty, open_duty.tier, open_duty.since
    every, per, source = 0, Per.AT_ONCE, duty.source
    if duty.code in AGES:
        every, per = AGES[duty.code], Per.AGE
    elif duty.subject is SubjectKind.UNIT:
        per = Per.OCCASION
    elif duty in (RETRY, LOST):
        every, per = policy.retry_days, Per.DAYS
    elif duty.code in AGREEMENTS:
        per, tier = Per.TERM, None  # the tier has no say in it
    elif duty.code in REFERRALS or since.kind is FactKind.TASK:
        per, tier = Per.REFERRAL, None
    elif tier is not None:
        frequency = policy.frequency(tier)
        if since.kind is FactKind.TIER_SET:
            every = policy.red_visit_days if duty in (VISIT, FIRST_VISIT) else policy.red_supervisor_days
            per, source = Per.DAYS, MORE_OFTEN
        elif duty is FIRST_VISIT:
            every, per = policy.first_visit_working_days, Per.WORKING_DAYS
        elif duty is VISIT:
            every, per = frequency.visit_months, Per.MONTHS
            source = MORE_OFTEN if every < PLAN_VISIT_MONTHS else source
        elif duty is SUPERVISOR_CONTACT:
            every, per = frequency.supervisor_months, Per.CALENDAR_PERIOD
            source = MORE_OFTEN if every < PLAN_SUPERVISOR_MONTHS else source
        elif frequency.contact_days is not None:
            every, per, source = frequency.contact_days, Per.DAYS, MORE_OFTEN
        else:
            every, per = 1, Per.CALENDAR_MONTH
    return Why(duty.explain, duty.code, open_duty.due, since, every, per, source, tier)
