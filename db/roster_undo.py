"""Taking a whole import back: each file as it was before, except those somebody has changed or used since.

A file the import opened is closed, not deleted: its number is never given to another child, and the same roster sent
again opens it anew. Worked in parts, each a transaction of its own with a mark, so that a restart goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from db import child_changes
from db import children as files
from db.links import in_use
from db.models import child_history, children, import_children, imports, roster_notes
from db.rows import opened
from db.snapshots import as_json, from_json
from domain.policy import Policy
from domain.roster import UNDONE

PART = 100
FOR = timedelta(days=90)  # PROPOSAL: later than that, too much rests on it


@dataclass(frozen=True)
class Done:
    """An import that was taken over. `new` and `changed` are files; `kept` those an undo left as they are."""

    id: str
    by: str | None
    at: datetime
    new: int
    changed: int
    undone_at: datetime | None
    stage: str | None = None


def recent(conn: Connection, by: str | None, now: datetime, most: int = 5) -> list[Done]:
    """The newest imports of this person (of everybody for None) that can be taken back or were."""
    query = select(imports).where(imports.c.applied_at.is_not(None), imports.c.applied_at >= now - FOR)
    if by is not None:
        query = query.where(imports.c.by_person == by)
    return [_done(row) for row in conn.execute(query.order_by(imports.c.applied_at.desc()).limit(most))]


def one(conn: Connection, import_id: str) -> Done | None:
    row = conn.execute(select(imports).where(imports.c.id == import_id, imports.c.applied_at.is_not(None))).first()
    return _done(row) if row is not None else None


def _done(row: Any) -> Done:
    counts = row.counts or {}
    return Done(
        row.id, row.by_person, row.applied_at, counts.get("new", 0), counts.get("changed", 0), row.undone_at, row.stage
    )


def outside(conn: Connection, import_id: str, codes: Collection[str]) -> bool:
    """Whether it touched a file that lies elsewhere by now: then somebody above must take it back."""
    units = conn.execute(
        select(children.c.unit)
        .join(import_children, import_children.c.child_id == children.c.id)
        .where(import_children.c.import_id == import_id)
        .distinct()
    ).scalars()
    return any(unit not in codes for unit in units)


def begin(conn: Connection, import_id: str, by: str | None, chat_id: int | None, progress_id: str | None) -> bool:
    """Start taking it back; False if somebody has, or it was never taken over."""
    return (
        conn.execute(
            update(imports)
            .where(
                imports.c.id == import_id, imports.c.applied_at.is_not(None), imports.c.undone_at.is_(None),
                imports.c.stage.is_(None),
            )
            .values(stage="undoing", undone_by=by, chat_id=chat_id, progress_id=progress_id, worked=0)
        ).rowcount
        == 1
    )  # fmt: skip


def part(conn: Connection, import_id: str, now: datetime, today: date, policy: Policy) -> bool:
    """Put the next files back; whether there is more to do. The last part sets the mark that it is undone."""
    by = conn.execute(
        select(imports.c.undone_by).where(imports.c.id == import_id, imports.c.stage == "undoing")
    ).first()
    if by is None:
        return False
    rows = conn.execute(
        select(import_children)
        .where(import_children.c.import_id == import_id, import_children.c.result.is_(None))
        .order_by(import_children.c.id)
        .limit(PART)
    ).all()
    if not rows:
        conn.execute(
            update(imports).where(imports.c.id == import_id, imports.c.stage == "undoing").values(stage=None, undone_at=now)
        )
        return False
    kept = _changed_since(conn, import_id, [row.child_id for row in rows])
    new = [row.child_id for row in rows if row.before is None]
    kept |= in_use(conn, new)
    now_on_file = files.by_ids(conn, [row.child_id for row in rows])
    for row in rows:
        if row.child_id not in kept and row.child_id in now_on_file:
            before = opened(conn, import_children, row)["before"]
            _put_back(conn, now_on_file[row.child_id].child, before, import_id, by[0], now, today, policy)
    undone = [row.child_id for row in rows if row.child_id not in kept]
    conn.execute(
        delete(roster_notes).where(roster_notes.c.import_id == import_id, roster_notes.c.child_id.in_(undone))
    )
    for result, ids in (("undone", undone), ("kept", sorted(kept))):
        conn.execute(
            update(import_children)
            .where(import_children.c.import_id == import_id, import_children.c.child_id.in_(ids))
            .values(result=result)
        )
    conn.execute(update(imports).where(imports.c.id == import_id).values(worked=imports.c.worked + len(rows)))
    return True


def _put_back(
    conn: Connection, child: Any, before: Any, import_id: str, by: str | None, now: datetime, today: date, policy: Policy
) -> None:
    if before is None:
        after = replace(child, closed_on=today, close_reason=UNDONE)
    else:
        # the rows of the people around the child were written anew meanwhile: they are new persons' rows again
        was = from_json(before)
        after = replace(was, guardians=tuple(replace(person, id=None) for person in was.guardians))
    said, was_said = as_json(after), as_json(child)
    keys = sorted(key for key in {*said, *was_said} if key not in ("guardians",) and said.get(key) != was_said.get(key))
    changed: dict[str, Any] = {key: [was_said.get(key), said.get(key)] for key in keys}
    child_changes.change_child(conn, after, now, policy, by=by, source=f"undo:{import_id}", changed=changed)


def _changed_since(conn: Connection, import_id: str, ids: Sequence[str]) -> set[str]:
    """The files with a line of history behind this import's own."""
    own, line = f"import:{import_id}", child_history
    last = (
        select(line.c.child_id, func.max(line.c.id).label("last"))
        .where(line.c.child_id.in_(ids), or_(line.c.source == own, line.c.source == f"undo:{import_id}"))
        .group_by(line.c.child_id)
        .subquery()
    )
    rows = conn.execute(
        select(line.c.child_id).join(last, last.c.child_id == line.c.child_id).where(line.c.id > last.c.last).distinct()
    )
    return set(rows.scalars())


def results(conn: Connection, import_id: str) -> tuple[int, list[str]]:
    """How many files were put back, and the numbers of those that were kept because somebody changed them since."""
    rows = conn.execute(
        select(children.c.file_no, import_children.c.result)
        .join(import_children, import_children.c.child_id == children.c.id)
        .where(import_children.c.import_id == import_id)
        .order_by(children.c.file_no)
    ).all()
    return sum(row.result == "undone" for row in rows), [row.file_no for row in rows if row.result == "kept"]
