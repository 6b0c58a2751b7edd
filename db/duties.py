"""What is owed for the children of the county, read from the facts. Nothing sensitive is opened for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select

from db import agreements_owed as agreement_rows
from db import contacts as contact_rows
from db import referrals as referral_rows
from db import reports as report_rows
from db import tasks as task_rows
from db.models import child_labels, children, contacts, reports
from db.parts import parts
from db.skeletons import COLUMNS, by_ids, skeleton, skeletons
from domain.calendar import DAY, add_months, local_day
from domain.children import Child, Label
from domain.contacts import Contact
from domain.duties import (
    AGREEMENT_ENDS,
    AGREEMENT_MISSING,
    BENEFIT_ENDS,
    LOOK_AGAIN,
    TELL_FAMILY,
    DueDays,
    Fact,
    FactKind,
    OpenDuty,
    WaitingReport,
    after_misses,
    age_duties,
    due_days,
    open_duties,
)
from domain.policy import Policy
from domain.reminder_steps import AGREEMENT_STEPS, BENEFIT_STEPS, longest_ahead
from domain.reports import case

EVER = 100_000  # days: beyond any due day


def until(
    conn: Connection, last: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """Everything owed on or before `last` (overdue work included), in these units, or in the whole county.

    The indexed due columns find the children; the days themselves are counted from the facts anew, so that a reminder
    never rests on a column alone.
    """
    due = or_(children.c.contact_due <= last, children.c.visit_due <= last, children.c.supervisor_due <= last)
    found = skeletons(conn, children.c.closed_on.is_(None), due, codes=codes)
    return _open(conn, found, today, policy, (last - today).days)


def of_child(conn: Connection, child_id: str, today: date, policy: Policy) -> list[OpenDuty]:
    """Each next duty of one child, however far ahead."""
    return [
        *_open(conn, skeletons(conn, children.c.id == child_id), today, policy, EVER),
        *agreement_rows.of_child(conn, child_id, today, policy),
        *referrals_until(conn, date.max, today, policy, child=child_id),
        *tasks_until(conn, date.max, child=child_id),
    ]


def as_of(conn: Connection, day: date, policy: Policy) -> list[OpenDuty]:
    """Each next duty of every child from the facts dated up to that day, as known today.

    Contacts of later days are left out, a file closed later is still open, a child added later is not there yet.
    """
    found = [
        replace(child, closed_on=None) if child.closed_on is not None and child.closed_on > day else child
        for child in skeletons(conn, or_(children.c.added_on.is_(None), children.c.added_on <= day))
    ]
    return _open(conn, found, day, policy, EVER, lambda contact: contact.day <= day)


def everything_until(
    conn: Connection, last: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """Everything owed for children on or before `last`: contacts and visits, attempts to be made again, age events."""
    return [
        *until(conn, last, today, policy, codes),
        *retries_until(conn, last, today, policy, codes),
        *ages_until(conn, max(last, today + longest_ahead(policy) * DAY), codes),
        *agreements_until(conn, last, today, policy, codes),
        *referrals_until(conn, last, today, policy, codes),
        *tasks_until(conn, last, codes),
    ]


def retries_until(
    conn: Connection, last: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """Attempts that reached nobody and are to be made again by `last`; only those of the past year are looked at."""
    missed = and_(contacts.c.reached.is_(False), contacts.c.replaced_by.is_(None))
    recent = (
        select(contacts.c.child_id, func.max(contacts.c.day).label("day"))
        .where(missed, contacts.c.day > add_months(today, -12), contacts.c.day <= today)
        .group_by(contacts.c.child_id)
        .subquery()
    )
    reached = (
        select(func.max(contacts.c.day))
        .where(
            contacts.c.child_id == recent.c.child_id, contacts.c.reached.is_(True), contacts.c.replaced_by.is_(None),
            contacts.c.day <= today,
        )
        .scalar_subquery()
    )  # fmt: skip
    still = select(recent.c.child_id, recent.c.day, reached.label("reached")).subquery()
    rows = conn.execute(
        select(still.c.child_id, still.c.day, func.count(contacts.c.id))
        .join(contacts, contacts.c.child_id == still.c.child_id)
        .where(
            missed, contacts.c.day <= today,
            or_(still.c.reached.is_(None), and_(still.c.reached < still.c.day, contacts.c.day > still.c.reached)),
        )
        .group_by(still.c.child_id, still.c.day)
    ).tuples().all()  # fmt: skip
    found = {child: (day, count) for child, day, count in rows}
    there = by_ids(conn, found, codes)
    owed = [after_misses(one, found[one.id][1], found[one.id][0], policy) for one in there.values()]
    return [one for one in owed if one is not None and one.due <= last]


def ages_until(conn: Connection, last: date, codes: Collection[str] | None = None) -> list[OpenDuty]:
    """The age events (16, 18) that fall due on or before `last` and are not settled. Finds children by birth date."""
    left_behind = (
        select(child_labels.c.child_id)
        .where(child_labels.c.label == Label.LEFT_BEHIND.value, child_labels.c.until.is_(None))
        .scalar_subquery()
    )
    oldest = add_months(last, -12 * 16)
    query = select(*COLUMNS, children.c.id.in_(left_behind).label("left_behind")).where(
        children.c.closed_on.is_(None), children.c.birth_date < oldest
    )
    if codes is not None:
        query = query.where(children.c.unit.in_(list(codes)))
    found = [
        duty
        for row in conn.execute(query.order_by(children.c.file_no))
        for duty in age_duties(skeleton(row), bool(row.left_behind))
    ]
    return [duty for duty in found if duty.due <= last]


def agreements_until(
    conn: Connection, last: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """The care agreements to be signed or renewed by `last`, or spoken of by today at the latest (domain.agreements)."""
    missing, ends = (
        max(last, today + max(AGREEMENT_STEPS[one.code].before) * DAY) for one in (AGREEMENT_MISSING, AGREEMENT_ENDS)
    )
    return agreement_rows.open_until(conn, missing, ends, today, policy, codes)


def referrals_until(
    conn: Connection, last: date, today: date, policy: Policy, codes: Collection[str] | None = None, *, child: str | None = None
) -> list[OpenDuty]:
    """Days that were named with a referral: to look again, to tell the family, to renew what was granted."""
    runs_out = max(last, today + BENEFIT_STEPS.before[0] * DAY) if last < date.max else last
    owed = referral_rows.days_named(conn, runs_out, today, child)
    if not owed:
        return []
    there = by_ids(conn, {one.child for one in owed}, codes)
    duties = {"look_again": LOOK_AGAIN, "tell_family": TELL_FAMILY, "benefit_ends": BENEFIT_ENDS}
    found: dict[tuple[str, str], OpenDuty] = {}
    for one in owed:
        who, duty = there.get(one.child), duties[one.what]
        if who is None or who.closed_on is not None:
            continue
        due = one.day + policy.referrals.tell_days * DAY if duty is TELL_FAMILY else one.day
        fact = Fact(FactKind.RESULT if duty is not LOOK_AGAIN else FactKind.REFERRAL, one.since)
        key = (duty.code, who.id)
        if due <= (runs_out if duty is BENEFIT_ENDS else last) and (key not in found or due < found[key].due):  # the first of several is the one spoken of
            found[key] = OpenDuty(duty, f"{duty.subject}:{who.id}", who.unit, due, fact, who)
    return list(found.values())


def tasks_until(
    conn: Connection, last: date, codes: Collection[str] | None = None, *, child: str | None = None
) -> list[OpenDuty]:
    """Days that people named for a child (domain.tasks)."""

    def files(ids: list[str]) -> dict[str, Child]:
        return {key: one for key, one in by_ids(conn, ids, codes).items() if one.closed_on is None}

    return task_rows.of_children(conn, last, files, codes, child)


def reports_as_of(conn: Connection, moment: datetime) -> list[WaitingReport]:
    """The receipts owed at that moment, from what had happened to each report until then."""
    found = []
    for report_id in conn.execute(select(reports.c.id).where(reports.c.filed_at <= moment)).scalars().all():
        until_then = [one for one in report_rows.events(conn, report_id, notes=False) if one.at <= moment]
        for department, state in case.desks(until_then).items():
            since = case.waiting_since(until_then, department)
            if state is case.DeskState.WAITING and since is not None:
                found.append(WaitingReport(report_id, department, local_day(since)))
    return found


def _open(
    conn: Connection,
    found: list[Child],
    today: date,
    policy: Policy,
    horizon: int,
    counts: Callable[[Contact], bool] = lambda contact: True,
) -> list[OpenDuty]:
    owed: list[OpenDuty] = []
    for part in parts(found):  # five years' contacts of few at once
        known = contact_rows.of_children(conn, [child.id for child in part])
        for child in part:
            due: DueDays = due_days(child, filter(counts, known.get(child.id, ())), policy)
            owed.extend(open_duties(child, due, today, horizon))
    return owed
