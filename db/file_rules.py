"""What the rules of age and eligibility ask about the children, and what people answered (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from db import child_file, kin
from db import children as child_rows
from db.child_file import Hand
from db.models import (
    children,
    guardians,
    proposal_answers,
)
from db.parts import parts
from db.rows import add
from db.types import new_id
from domain.calendar import local_day
from domain.children import Child
from domain.eligibility_rules import Act, Proposed, next_day, proposals


def asked(conn: Connection, child: Child, today: date) -> tuple[Proposed, ...]:
    """What the rules ask about this child and nobody has answered yet."""
    return proposals(child, today, child_rows.answered(conn, [child.id])[child.id])


def answer(conn: Connection, child: Child, one: Proposed, hand: Hand, *, yes: bool) -> None:
    """Keep what a person said. A no is not asked again until the facts change; a yes does what was proposed."""
    add(
        conn, proposal_answers, id=new_id(), child_id=child.id, rule=one.rule.value, facts=one.facts,
        answer="yes" if yes else "no", by_person=hand.by, at=hand.now,
    )  # fmt: skip
    if yes and one.act is Act.ADD and one.label is not None:
        child_file.put_label(conn, child, one.label, hand, since=one.since, evidence=None, rule=one.rule.value)
    elif yes and one.act is Act.END and one.label is not None:
        child_file.put(
            conn, child, replace(child, labels=tuple(label for label in child.labels if label is not one.label)), hand
        )
    refresh_asking(conn, [child.id], hand.today)


def refresh_asking(conn: Connection, ids: Collection[str], today: date) -> int:
    """Write anew from which day on the rules ask something of these children; how many changed."""
    given, changed = child_rows.answered(conn, ids), 0
    stored = {
        row.id: row.proposes_on
        for part in parts(ids)
        for row in conn.execute(select(children.c.id, children.c.proposes_on).where(children.c.id.in_(part)))
    }
    for child_id, entry in child_rows.by_ids(conn, ids).items():
        day = next_day(entry.child, today, given[child_id])
        if day != stored[child_id]:
            conn.execute(update(children).where(children.c.id == child_id).values(proposes_on=day))
            changed += 1
    return changed


def link_and_ask(conn: Connection, now: datetime) -> int:
    """For files written before this was kept: guardians joined to the people they are, and from which day on the rules ask.

    `./run recompute`. Harmless twice; how many files changed.
    """
    unlinked = conn.execute(
        select(guardians.c.child_id).where(guardians.c.kin_id.is_(None), guardians.c.name.is_not(None))
    )
    ids, changed = sorted(set(unlinked.scalars())), 0
    for part in parts(ids):
        for child in kin.joined(conn, [entry.child for entry in child_rows.by_ids(conn, part).values()], now):
            linked = [one for one in child.guardians if one.kin_id is not None]
            for one in linked:
                conn.execute(update(guardians).where(guardians.c.id == one.id).values(kin_id=one.kin_id))
            changed += bool(linked)
    everybody = list(conn.execute(select(children.c.id).where(children.c.closed_on.is_(None))).scalars())
    return changed + refresh_asking(conn, everybody, local_day(now))


def asking(conn: Connection, codes: Collection[str], today: date) -> list[tuple[Child, tuple[Proposed, ...]]]:
    """The children of these units about whom the rules ask something today. An index finds them, nothing is scanned."""
    query = select(children.c.id).where(
        children.c.proposes_on <= today, children.c.closed_on.is_(None), children.c.unit.in_(list(codes))
    )
    found = child_rows.by_ids(conn, list(conn.execute(query).scalars()))
    given = child_rows.answered(conn, list(found))
    made = [
        (entry.child, tuple(one for one in proposals(entry.child, today, given[child_id]) if one.presses))
        for child_id, entry in found.items()
    ]
    return sorted(((child, asks) for child, asks in made if asks), key=lambda one: one[0].file_no)


def count_asking(conn: Connection, codes: Collection[str], today: date) -> int:
    """How many children that is, from the index alone."""
    return int(
        conn.execute(
            select(func.count()).where(
                children.c.proposes_on <= today, children.c.closed_on.is_(None), children.c.unit.in_(list(codes))
            )
        ).scalar_one()
    )
