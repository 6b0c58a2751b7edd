"""When a child is due, as the files keep it: days counted anew from the facts, nothing sensitive opened for arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from db import contacts as contact_rows
from db import stretches, yearly
from db.models import children
from db.prepared import Prepared
from domain.children import Child, Tier
from domain.duties import due_days
from domain.policy import Policy

IN = 900  # ids in one IN (...), below every database's limit


def refresh_due(conn: Connection, ids: Iterable[str], policy: Policy) -> int:
    """Write the due days of these files anew, from their facts; how many changed."""
    ids, changed = list(ids), []
    for part in (ids[start : start + IN] for start in range(0, len(ids), IN)):
        few = len(part) <= contact_rows.FEW  # as with a contact's own child: the statements are kept
        known = contact_rows.latest_of(conn, part) if few else contact_rows.of_children(conn, part)
        if few:
            rows: Iterable[Any] = [row for child_id in part for row in _DUE_OF.all(conn, row=child_id)]
        else:
            rows = conn.execute(select(*_DUE_PARTS).where(children.c.id.in_(part))).all()
        changed += [
            {"row": row.id, "contact": due.contact, "visit": due.visit, "supervisor": due.supervisor}
            for row in rows
            if (due := due_days(_skeleton(row), known.get(row.id, ()), policy)) is not None
            and (due.contact, due.visit, due.supervisor) != (row.contact_due, row.visit_due, row.supervisor_due)
        ]
    _PUT_DUE.many(conn, changed)
    return len(changed)


def _skeleton(row: Any) -> Child:
    """As much of a child as the due rules need: nothing sensitive is opened for arithmetic."""
    return Child(
        row.id, row.file_no, "", row.unit, tier=Tier(row.tier), tier_since=row.tier_since, added_on=row.added_on,
        paused_until=row.paused_until, closed_on=row.closed_on, birth_date=row.birth_date,
    )  # fmt: skip


def skeletons(conn: Connection, codes: Collection[str] | None = None, *, closed: bool = False) -> list[Child]:
    """Children without anything sensitive: for counting and for due rules."""
    query = select(children).order_by(children.c.file_no)
    if codes is not None:
        query = query.where(children.c.unit.in_(list(codes)))
    if not closed:
        query = query.where(children.c.closed_on.is_(None))
    return [_skeleton(row) for row in conn.execute(query)]


def recompute(conn: Connection, policy: Policy) -> int:
    """`./run recompute`: every file's due days and rolled-up months from the facts; how many were not as they should be."""
    count = 0
    for stretch in stretches.of_children(conn):
        known = contact_rows.latest_of_all(conn, stretch)
        rows = conn.execute(select(*_DUE_PARTS).where(stretches.within(children.c.id, stretch))).all()
        changed = [
            {"row": row.id, "contact": due.contact, "visit": due.visit, "supervisor": due.supervisor}
            for row in rows
            if (due := due_days(_skeleton(row), known.get(row.id, ()), policy)) is not None
            and (due.contact, due.visit, due.supervisor) != (row.contact_due, row.visit_due, row.supervisor_due)
        ]
        _PUT_DUE.many(conn, changed)
        count += len(changed)
    return count + yearly.recompute(conn)


_DUE_PARTS = (
    children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.tier_since, children.c.added_on,
    children.c.paused_until, children.c.closed_on, children.c.birth_date, children.c.contact_due, children.c.visit_due, children.c.supervisor_due,
)  # fmt: skip
_DUE_OF = Prepared(select(*_DUE_PARTS).where(children.c.id == bindparam("row")))
_PUT_DUE = Prepared(
    update(children)
    .where(children.c.id == bindparam("row"))
    .values(contact_due=bindparam("contact"), visit_due=bindparam("visit"), supervisor_due=bindparam("supervisor"))
)
