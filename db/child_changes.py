"""Files opened and changed: row, labels, guardians and due days together, each change with its line of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import child_columns, kin
from db import contacts as contact_rows
from db.children import answered, by_ids, of_kin
from db.locks import hold_children
from db.models import agreement_children, child_history, child_labels, child_terms, children, guardians
from db.rows import add, add_many, change
from db.types import new_id
from domain.calendar import local_day
from domain.child_file import term_of
from domain.children import Child, Guardian
from domain.duties import due_days
from domain.eligibility_rules import NOT_STUDYING
from domain.file_fields import differences, personal_changes
from domain.policy import Policy

SCHOOL = ("school", "grade", "boarding", "school_status")


def add_child(
    conn: Connection, child: Child, now: datetime, policy: Policy, *, by: str | None, source: str, demo: bool = False
) -> None:
    """Open a file. Raises IntegrityError if its number is taken."""
    add_children(conn, [child], now, policy, by=by, source=source, demo=demo)


def add_children(
    conn: Connection,
    new: Sequence[Child],
    now: datetime,
    policy: Policy,
    *,
    by: str | None,
    source: str,
    demo: bool = False,
) -> None:
    """Open many files in a few statements, each with its history line and its first due days.

    Guardians who are known already (by ID number, or name and phone) become the same person here too.
    """
    new, today = kin.joined(conn, new, now), local_day(now)
    add_many(
        conn,
        children,
        [child_columns.values_of(conn, child, due_days(child, (), policy), today) | {"demo": demo} for child in new],
    )
    add_many(conn, child_labels, [row for child in new for row in child_columns.label_rows(child)])
    add_many(conn, guardians, [row for child in new for row in child_columns.guardian_rows(child)])
    add_many(
        conn,
        child_history,
        [
            {
                "id": new_id(),
                "child_id": child.id,
                "at": now,
                "by_person": by,
                "source": source,
                "change": {"opened": 1},
            }
            for child in new
        ],
    )
    for child in new:
        if child.school_status in NOT_STUDYING:  # the alarm reads terms (db/school_terms.py)
            put_term(conn, child, now, by)


def change_child(
    conn: Connection, child: Child, now: datetime, policy: Policy, *, by: str | None, source: str, changed: dict[str, Any],
    spread: bool = False,
) -> None:  # fmt: skip
    """Write the file anew and keep what it was before: `changed` is {field: [before, after]}.

    With `spread`, what changed about a guardian as a person is written into the files of their other children too,
    each with its own line of history. Without it (a roster) another name or ID number makes another person.
    """
    hold_children(conn, [child.id])
    before = by_ids(conn, [child.id])[child.id].child
    people = {one.id: one for one in before.guardians if one.id}
    if not spread:
        child = replace(
            child, guardians=tuple(_another_person(one, people.get(one.id or "")) for one in child.guardians)
        )
    child = kin.joined(conn, [child], now)[0]
    known = contact_rows.of_children(conn, [child.id])
    values = child_columns.values_of(
        conn,
        child,
        due_days(child, known.get(child.id, ()), policy),
        local_day(now),
        answered(conn, [child.id])[child.id],
    )
    change(conn, children, child.id, **{key: value for key, value in values.items() if key != "id"})
    _change_labels(conn, child, local_day(now))
    if _people_of(before) != _people_of(child):
        conn.execute(guardians.delete().where(guardians.c.child_id == child.id))
        add_many(conn, guardians, child_columns.guardian_rows(child))
        papers = agreement_children.c
        compared = update(agreement_children).where(papers.child_id == child.id, papers.carer_fits.is_not(None))
        conn.execute(compared.values(carer_fits=None))
    if any(getattr(before, key) != getattr(child, key) for key in SCHOOL):
        put_term(conn, child, now, by)
    add(conn, child_history, id=new_id(), child_id=child.id, at=now, by_person=by, source=source, change=changed)
    if spread:
        _spread(conn, before, child, now, policy, by, source)


def _another_person(one: Guardian, was: Guardian | None) -> Guardian:
    """Who got another name or ID number from a roster is not the person of the other children any more."""
    if was is None or one.kin_id is None:
        return one
    renamed = one.name != was.name
    renumbered = None not in (one.id_no, was.id_no) and one.id_no != was.id_no
    return replace(one, kin_id=None) if renamed or renumbered else one


def _people_of(child: Child) -> list[tuple[Guardian, str | None, str | None]]:
    return [(one, one.id, one.kin_id) for one in child.guardians]


def _spread(
    conn: Connection, before: Child, after: Child, now: datetime, policy: Policy, by: str | None, source: str
) -> None:
    """The same change for every other child of the person it is true of."""
    people = {one.id: one for one in before.guardians}
    for one in after.guardians:
        was = people.get(one.id)
        changed = personal_changes(was, one) if was is not None else {}
        if not changed or one.kin_id is None:
            continue
        kin.keep(conn, one, after.household)
        for other in of_kin(conn, one.kin_id):
            if other.id == after.id:
                continue
            put = replace(
                other,
                guardians=tuple(
                    replace(each, **changed) if each.kin_id == one.kin_id else each for each in other.guardians
                ),
            )
            if said := differences(other, put):
                # the same person by intent: the copy must not be taken for somebody else
                change_child(conn, put, now, policy, by=by, source=source, changed=said, spread=True)


def _change_labels(conn: Connection, child: Child, today: date) -> None:
    """Labels that went are ended, not deleted; new ones begin today; those that stay keep their first day."""
    running = {
        row.label: row.id
        for row in conn.execute(
            select(child_labels).where(child_labels.c.child_id == child.id, child_labels.c.until.is_(None))
        )
    }
    wanted = {label.value for label in child.labels}
    gone = [row for label, row in running.items() if label not in wanted]
    if gone:
        conn.execute(update(child_labels).where(child_labels.c.id.in_(gone)).values(until=today))
    add_many(
        conn,
        child_labels,
        [
            {"id": new_id(), "child_id": child.id, "label": label.value, "since": today}
            for label in child.labels
            if label.value not in running
        ],
    )


def put_term(conn: Connection, child: Child, now: datetime, by: str | None) -> None:
    """How it stands with school this half-year; a later word of the same term replaces the earlier one."""
    term = term_of(local_day(now))
    content = {"school": child.school, "grade": child.grade, "boarding": child.boarding}
    said: dict[str, Any] = {"status": child.school_status, "content": content, "by_person": by, "at": now}
    row = conn.execute(
        select(child_terms.c.id).where(child_terms.c.child_id == child.id, child_terms.c.term == term)
    ).scalar()
    if row is None:
        add(conn, child_terms, id=new_id(), child_id=child.id, term=term, **said)
    else:
        change(conn, child_terms, row, **said)
