"""When a child is due, as the files keep it: days counted anew from the facts, nothing sensitive opened for arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from db import contacts as contact_rows
from db import stretches, yearly
from db.locks import hold_children, hold_stretch
from db.models import children
from db.parts import parts
from db.prepared import Prepared
from db.skeletons import COLUMNS, skeleton
from domain.contacts import Contact
from domain.duties import due_days
from domain.policy import Policy


def refresh_due(conn: Connection, ids: Iterable[str], policy: Policy) -> int:
    """Write the due days of these files anew, from their facts; how many changed."""
    count = 0
    for part in parts(ids):
        hold_children(conn, part)
        few = len(part) <= contact_rows.FEW  # as with a contact's own child: the statements are kept
        known = contact_rows.latest_of(conn, part) if few else contact_rows.of_children(conn, part)
        if few:
            rows: Iterable[Any] = [row for child_id in part for row in _DUE_OF.all(conn, row=child_id)]
        else:
            rows = conn.execute(select(*_DUE_PARTS).where(children.c.id.in_(part))).all()
        count += _put(conn, rows, known, policy)
    return count


def recompute(conn: Connection, policy: Policy) -> int:
    """`./run recompute`: every file's due days and rolled-up months from the facts; how many were not as they should be."""
    count = 0
    for stretch in stretches.of_children(conn):
        hold_stretch(conn, stretch)
        known = contact_rows.latest_of_all(conn, stretch)
        rows = conn.execute(select(*_DUE_PARTS).where(stretches.within(children.c.id, stretch))).all()
        count += _put(conn, rows, known, policy)
    return count + yearly.recompute(conn)


def _put(conn: Connection, rows: Iterable[Any], known: Mapping[str, Sequence[Contact]], policy: Policy) -> int:
    changed = [
        {"row": row.id, "contact": due.contact, "visit": due.visit, "supervisor": due.supervisor}
        for row in rows
        if (due := due_days(skeleton(row), known.get(row.id, ()), policy)) is not None
        and (due.contact, due.visit, due.supervisor) != (row.contact_due, row.visit_due, row.supervisor_due)
    ]
    _PUT_DUE.many(conn, changed)
    return len(changed)


_DUE_PARTS = (*COLUMNS, children.c.contact_due, children.c.visit_due, children.c.supervisor_due)
_DUE_OF = Prepared(select(*_DUE_PARTS).where(children.c.id == bindparam("row")))
_PUT_DUE = Prepared(
    update(children)
    .where(children.c.id == bindparam("row"))
    .values(contact_due=bindparam("contact"), visit_due=bindparam("visit"), supervisor_due=bindparam("supervisor"))
)
