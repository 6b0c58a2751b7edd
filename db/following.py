"""What hangs on a child and names its village: when the child moves, it goes along, and so does who answers for it.

Issues, agreements, contacts and the lists of other offices are found by the child and follow by themselves. What
belongs to the village as a place (sign-ups to an activity, hazards, the sweep) stays there, and a running report stays
with the desks that have it: it is theirs until it is closed, wherever the child lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, func, or_, select, update

from db import referrals
from db.models import (
    children,
    data_check_hits,
    drive_rows,
    drives,
    early_warnings,
    help_requests,
    issues,
    rights_requests,
    spot_check_findings,
)
from db.models import referrals as referral_rows
from domain.calendar import local_day
from domain.help_requests import Waits
from domain.referrals.events import Act, Event


@dataclass(frozen=True)
class Along:
    """What is open with a child: counts, never words."""

    issues: int = 0
    referrals: int = 0
    others: int = 0  # findings to mend, a visit of a campaign, something to look in on, a guardian's request

    def __add__(self, other: Along) -> Along:
        return Along(self.issues + other.issues, self.referrals + other.referrals, self.others + other.others)

    def __bool__(self) -> bool:
        return bool(self.issues or self.referrals or self.others)


def open_with(conn: Connection, child_id: str) -> Along:
    """What the receiver finds waiting with this child."""

    def count(table: FromClause, *where: ColumnElement[bool]) -> int:
        return int(conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    others = (
        count(spot_check_findings, spot_check_findings.c.child_id == child_id, spot_check_findings.c.open.is_(True)),
        count(drive_rows.join(drives), drive_rows.c.child_id == child_id, drive_rows.c.state == "open", drives.c.state == "running"),
        count(data_check_hits, data_check_hits.c.child_id == child_id, data_check_hits.c.open.is_(True)),
        count(early_warnings, early_warnings.c.child_id == child_id, early_warnings.c.answer.is_(None)),
        count(rights_requests, rights_requests.c.child_id == child_id, rights_requests.c.decision.is_(None)),
    )  # fmt: skip
    return Along(
        count(issues, issues.c.child_id == child_id, issues.c.closed_on.is_(None)),
        count(referral_rows, referral_rows.c.child_id == child_id, referral_rows.c.over_at.is_(None)),
        sum(others),
    )


def carry(conn: Connection, child_id: str, before: str, after: str, now: datetime, by: str | None) -> None:
    """Hand everything open from the one village to the other; `by` accepted the child."""
    _referrals(conn, child_id, before, after, now, by)
    findings, warnings, rights, asked = (each.c for each in (spot_check_findings, early_warnings, rights_requests, help_requests))
    conn.execute(
        update(spot_check_findings).where(findings.child_id == child_id, findings.open.is_(True)).values(unit=after)
    )
    conn.execute(
        update(early_warnings).where(warnings.child_id == child_id, warnings.answer.is_(None)).values(unit=after)
    )
    conn.execute(
        update(rights_requests).where(rights.child_id == child_id, rights.decision.is_(None)).values(unit=after)
    )
    if before[:9] != after[:9]:
        # a call for help that waits above: the child's own town answers it, unless the county has it already
        waits = (asked.child_id == child_id, asked.waits == Waits.ABOVE.value, asked.desk == before[:9])
        conn.execute(update(help_requests).where(*waits).values(desk=after[:9], unit=after, taken_by=None))
    _campaigns(conn, child_id, after)


def _referrals(conn: Connection, child_id: str, before: str, after: str, now: datetime, by: str | None) -> None:
    """The new village is the home of what is under way; what the old one held itself lies on the new one's desk."""
    table = referral_rows.c
    running = or_(table.over_at.is_(None), table.again_on >= local_day(now))
    for one, _ in referrals.with_lives(conn, table.child_id == child_id, table.unit == before, running):
        conn.execute(update(referral_rows).where(table.id == one.id).values(unit=after))
        referrals.put(conn, one, Event(Act.MOVED, now, by, before, after))
        referrals.follow(conn, one)


def _campaigns(conn: Connection, child_id: str, after: str) -> None:
    """A household still to be visited is visited where it lives now; a town's own campaign ends at its border."""
    query = (
        select(drive_rows.c.id, drive_rows.c.home, drive_rows.c.drive_id, drives.c.unit)
        .join(drives, drives.c.id == drive_rows.c.drive_id)
        .where(drive_rows.c.child_id == child_id, drive_rows.c.state == "open", drives.c.state.in_(("proposed", "running")))
    )
    for row in conn.execute(query).all():
        if not after.startswith(row.unit):
            conn.execute(update(drive_rows).where(drive_rows.c.id == row.id).values(state="not"))
            continue
        # those of the home who moved before stand together again; the others stay a home of their own
        there = conn.execute(
            select(drive_rows.c.id, drive_rows.c.home)
            .join(children, children.c.id == drive_rows.c.child_id)
            .where(
                drive_rows.c.drive_id == row.drive_id, drive_rows.c.unit == after, drive_rows.c.id != row.id,
                children.c.household.is_not(None),
                children.c.household == select(children.c.household).where(children.c.id == child_id).scalar_subquery(),
            )
        ).first()  # fmt: skip
        home = there.home if there is not None else row.id
        if there is None:
            _left_behind(conn, row.id)
        conn.execute(update(drive_rows).where(drive_rows.c.id == row.id).values(unit=after, home=home))


def _left_behind(conn: Connection, row_id: str) -> None:
    """Where the home is called by the row that leaves, those who stay are called by one of their own."""
    stay = conn.execute(
        select(drive_rows.c.id).where(drive_rows.c.home == row_id, drive_rows.c.id != row_id).order_by(drive_rows.c.place)
    ).scalars().all()  # fmt: skip
    if stay:
        conn.execute(update(drive_rows).where(drive_rows.c.id.in_(stay)).values(home=stay[0]))
