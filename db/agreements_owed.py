"""Which care agreements are owed: the children who need one, their papers as far as arithmetic wants them, the days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from db.deeds import begun
from db.models import agreement_children as papers_table
from db.models import agreements as terms_table
from db.models import child_labels, children, guardians
from db.parts import parts
from domain.agreement_days import owed
from domain.agreements import AWAY, FIRST_WITHIN, PARENTS, Brief, Ending
from domain.calendar import DAY
from domain.children import Child, Guardian, Label, Relation, Tier
from domain.duties import AGREEMENT_ENDS, OpenDuty
from domain.policy import Policy


def open_until(
    conn: Connection, missing: date, ends: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """Agreements to be signed by `missing` and renewed by `ends`, from the facts dated up to today.

    The database leaves out who has one in force beyond `ends`: only what is owed, or soon will be, comes to us.
    """
    in_force = (
        select(papers_table.c.id)
        .join(terms_table, terms_table.c.id == papers_table.c.agreement_id)
        .where(
            papers_table.c.child_id == children.c.id, papers_table.c.replaced_by.is_(None),
            papers_table.c.signed_on <= today, terms_table.c.last > max(missing, ends),
            or_(papers_table.c.ended_on.is_(None), papers_table.c.ended_on > today),
        )
    )  # fmt: skip
    where = [~in_force.exists()]
    first = begun(conn, today)
    if first + FIRST_WITHIN * DAY > missing:
        # nobody owes a first one yet: only who had one can owe anything
        had = select(papers_table.c.id).where(papers_table.c.child_id == children.c.id)
        where.append(had.exists())
    found = _owed(conn, where, first, today, policy, codes)
    return [one for one in found if one.due <= (ends if one.duty is AGREEMENT_ENDS else missing)]


def of_child(conn: Connection, child_id: str, today: date, policy: Policy) -> list[OpenDuty]:
    """What this child is owed next, however far ahead; nothing where it needs none."""
    return _owed(conn, [children.c.id == child_id], begun(conn, today), today, policy, None)


def _owed(
    conn: Connection, where: Sequence[Any], first: date, today: date, policy: Policy, codes: Collection[str] | None
) -> list[OpenDuty]:
    """Nothing sensitive is opened: labels, who is away, and days."""
    labelled = select(child_labels.c.child_id).where(
        child_labels.c.label == Label.LEFT_BEHIND.value, child_labels.c.until.is_(None)
    )
    with_parent_away = select(guardians.c.child_id).where(
        guardians.c.relation.in_([one.value for one in PARENTS]),
        or_(guardians.c.away.is_(True), guardians.c.state == AWAY),
    )
    query = select(*_PLAIN).where(
        children.c.closed_on.is_(None), or_(children.c.added_on.is_(None), children.c.added_on <= today),
        or_(children.c.id.in_(labelled), children.c.id.in_(with_parent_away)), *where,
    )  # fmt: skip
    if codes is not None:
        query = query.where(children.c.unit.in_(list(codes)))
    rows = conn.execute(query.order_by(children.c.file_no)).all()
    ids = [row.id for row in rows]
    since, people, papers = _labels(conn, ids), _guardians(conn, ids), briefs(conn, ids)
    found = []
    for row in rows:
        child = Child(
            row.id, row.file_no, "", row.unit, birth_date=row.birth_date, tier=Tier(row.tier), tier_since=row.tier_since,
            added_on=row.added_on, paused_until=row.paused_until, guardians=tuple(people.get(row.id, ())),
            labels=(Label.LEFT_BEHIND,) if row.id in since else (), household=row.household,
        )  # fmt: skip
        start = max(row.added_on or first, since.get(row.id) or first, first)
        duty = owed(child, start, papers.get(row.id, ()), today, policy)
        if duty is not None:
            found.append(duty)
    return found


_PLAIN = (
    children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.tier_since, children.c.added_on,
    children.c.paused_until, children.c.birth_date, children.c.household,
)  # fmt: skip


def _labels(conn: Connection, ids: list[str]) -> dict[str, date | None]:
    """Since when each is 留守."""
    found: dict[str, date | None] = {}
    for part in parts(ids):
        query = select(child_labels.c.child_id, child_labels.c.since).where(
            child_labels.c.child_id.in_(part), child_labels.c.label == Label.LEFT_BEHIND.value,
            child_labels.c.until.is_(None),
        )  # fmt: skip
        found.update(conn.execute(query).tuples().all())  # type: ignore[arg-type]
    return found


def _guardians(conn: Connection, ids: list[str]) -> dict[str, list[Guardian]]:
    """The parents without their names."""
    found: dict[str, list[Guardian]] = defaultdict(list)
    for part in parts(ids):
        query = select(
            guardians.c.child_id, guardians.c.relation, guardians.c.away, guardians.c.state, guardians.c.carer
        ).where(guardians.c.child_id.in_(part))
        for row in conn.execute(query):
            found[row.child_id].append(
                Guardian(Relation(row.relation), "", away=row.away, state=row.state, carer=row.carer)
            )
    return found


def briefs(conn: Connection, ids: list[str]) -> dict[str, list[Brief]]:
    """The papers of these children as far as duties need them."""
    found: dict[str, list[Brief]] = defaultdict(list)
    for part in parts(ids):
        query = (
            select(
                papers_table.c.child_id, papers_table.c.signed_on, terms_table.c.last, papers_table.c.ended_on,
                papers_table.c.ended_why,
            )
            .join(terms_table, terms_table.c.id == papers_table.c.agreement_id)
            .where(papers_table.c.child_id.in_(part), papers_table.c.replaced_by.is_(None))
        )  # fmt: skip
        for row in conn.execute(query):
            why = Ending(row.ended_why) if row.ended_why else None
            found[row.child_id].append(Brief(row.signed_on, row.last, row.ended_on, why))
    return found


def overdue_ones(conn: Connection, ids: Collection[str], today: date, policy: Policy) -> set[str]:
    """Of these children the ids of those whose agreement is overdue: never signed in time, ended, or run out."""
    wanted, yesterday = set(ids), today - DAY
    return {
        duty.child.id
        for duty in open_until(conn, yesterday, yesterday, today, policy)
        if duty.child is not None and duty.child.id in wanted
    }
