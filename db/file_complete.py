"""How complete the files are, and the figures of the plan desk about them (plan tasks 9 and 19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from db import children as child_rows
from db.models import (
    benefits,
    consents,
    contacts,
    helps,
    issues,
)
from db.parts import parts
from domain.children import Child
from domain.completeness import Completeness, Records, completeness
from domain.consent import ConsentKind
from domain.contacts import Kind

OLD_ISSUE = timedelta(days=90)


def records_of(conn: Connection, ids: Collection[str], today: date) -> dict[str, Records]:
    """What there is beside the facts of these children: counts, nothing opened."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for part in parts(ids):
        seen = (
            (contacts.c.kind == Kind.HOME_VISIT.value) & contacts.c.reached.is_(True) & contacts.c.child_seen.is_(True)
        )
        valid = (contacts.c.child_id.in_(part), contacts.c.replaced_by.is_(None))
        for key, table, where in (
            ("visits", contacts, (*valid, seen)),
            ("contacts", contacts, (*valid, contacts.c.reached.is_(True))),
            ("helps", helps, (helps.c.child_id.in_(part), helps.c.withdrawn_at.is_(None))),
            ("benefits", benefits, (benefits.c.child_id.in_(part), benefits.c.withdrawn_at.is_(None))),
            (
                "old_issues", issues,
                (issues.c.child_id.in_(part), issues.c.closed_on.is_(None), issues.c.opened_on < today - OLD_ISSUE),
            ),
            (
                "notice", consents,
                (
                    consents.c.child_id.in_(part), consents.c.withdrawn_at.is_(None),
                    consents.c.kind == ConsentKind.NOTICE.value,
                ),
            ),
        ):  # fmt: skip
            for row in conn.execute(select(table.c.child_id, func.count()).where(*where).group_by(table.c.child_id)):
                counts[row[0]][key] = row[1]
    return {
        one: Records(
            got.get("visits", 0), got.get("contacts", 0), got.get("helps", 0) + got.get("benefits", 0),
            got.get("old_issues", 0), bool(got.get("notice")),
        )
        for one in ids
        for got in (counts[one],)
    }  # fmt: skip


def completeness_of(conn: Connection, child: Child, today: date) -> Completeness:
    """How complete one file is."""
    return completeness(child, records_of(conn, [child.id], today)[child.id], child.age_on(today))


def measure_file_completeness(conn: Connection, codes: Collection[str], today: date) -> dict[str, int]:
    """Open files of these units, how many are whole, how many reach 80 and 60 percent, and the mean (plan task 9)."""
    found = [entry.child for entry in child_rows.in_units(conn, codes)]
    known = records_of(conn, [child.id for child in found], today)
    shares = [completeness(child, known[child.id], child.age_on(today)).percent for child in found]
    return {
        "files": len(shares), "whole": sum(one == 100 for one in shares), "at_80": sum(one >= 80 for one in shares),
        "at_60": sum(one >= 60 for one in shares), "mean": sum(shares) // len(shares) if shares else 0,
    }  # fmt: skip
