"""A confirmed roster taken over: only what still differs is written, and what each file was before is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import child_changes, roster
from db import children as files
from db.households import shared
from db.models import import_children, imports
from db.parts import parts
from db.roster_notes import put_notes
from db.roster_waiting import plain, row_of, waiting
from db.rows import add_many, change
from db.snapshots import as_json
from db.types import new_id
from domain.children import Child
from domain.policy import Policy
from domain.roster import UNDONE, CheckedRow, Good, ImportPlan, RosterRow, SheetRow
from domain.roster.values import text_of


def apply(
    conn: Connection,
    import_id: str,
    scope: roster.Scope,
    by: str | None,
    now: datetime,
    today: date,
    policy: Policy,
    *,
    demo: bool,
) -> dict[str, int] | None:
    """Take a kept preview over at once; the counts of what was done, None if it was taken over or dropped before.

    New files get their numbers here. `bad` counts the rows that fitted at the preview and no longer do.
    """
    rows = waiting(conn, import_id, by)
    won = rows is not None and change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.stage.is_(None), imports.c.rows.is_not(None),
        applied_at=now, rows=None,
    )  # fmt: skip
    if rows is None or not won:
        return None
    done = take_over(conn, import_id, rows["good"], rows["notes"], scope, by, now, today, policy, demo)
    conn.execute(update(imports).where(imports.c.id == import_id).values(counts={**done}))
    return done


def take_over(
    conn: Connection, import_id: str, kept: Sequence[list[Any]], notes: bool, scope: roster.Scope, by: str | None, now: datetime,
    today: date, policy: Policy, demo: bool,
) -> dict[str, int]:  # fmt: skip
    """Write these rows: compared anew with what is on file now, so that only what still differs is done."""
    checked = tuple(
        CheckedRow(SheetRow(sheet, line, {}, extra), Good(row_of(values))) for sheet, line, values, extra in kept
    )
    on_file = roster.gather(conn, checked, scope)
    plan, checked = roster.compare(checked, on_file, scope)
    new = [_fresh(each.row, today) for each in plan.new]
    before = {each.child.id: each.child for each in plan.changed}
    after = {each.child.id: _corrected(each.row, each.child) for each in plan.changed}
    changed = {
        each.child.id: {key: [plain(one) for one in pair] for key, pair in each.fields.items()} for each in plan.changed
    }
    standing = [after.get(child.id, child) for child in on_file.inside if child.closed_on is None]
    homes = shared([*standing, *new])
    for child in standing:
        if child.id in homes and child.household is None:
            before.setdefault(child.id, child)
            after[child.id] = replace(child, household=homes[child.id])
            changed.setdefault(child.id, {})["household"] = [None, homes[child.id]]
    source = f"import:{import_id}"
    opened_files = _numbered(conn, [replace(child, household=homes.get(child.id)) for child in new])
    child_changes.add_children(conn, opened_files, now, policy, by=by, source=source, demo=demo)
    for child_id, child in after.items():
        child_changes.change_child(conn, child, now, policy, by=by, source=source, changed=changed[child_id])
    _remember(conn, import_id, opened_files, before)
    put_notes(conn, import_id, _told(checked, plan, opened_files, notes), now)
    return {"new": len(new), "changed": len(plan.changed), "same": len(plan.same), "bad": len(plan.bad)}


def _told(
    checked: Iterable[CheckedRow], plan: ImportPlan, opened_files: Sequence[Child], notes: bool
) -> dict[str, dict[str, str]]:
    """Child id → what stood in 备注 and, if wanted, in the columns we have no field for."""
    by_row = {id(each.row): child.id for each, child in zip(plan.new, opened_files, strict=True)}
    by_row |= {id(each.row): each.child.id for each in plan.changed}
    by_id: dict[str | None, str] = {child.id_no: child.id for child in plan.same if child.id_no}
    by_name = {(child.name, child.birth_date, child.unit): child.id for child in plan.same}
    told: dict[str, dict[str, str]] = {}
    for each in checked:
        if not isinstance(each.result, Good):
            continue
        row = each.result.row
        child = by_row.get(id(row)) or by_id.get(row.id_no) or by_name.get((row.name, row.birth_date, row.unit))
        words: dict[str, Any] = {"备注": row.note} if row.note else {}
        if notes:
            words |= each.source.extra
        if child and words:
            told[child] = {key: text_of(cell) for key, cell in words.items()}
    return told


def _remember(conn: Connection, import_id: str, new: Iterable[Child], before: dict[str, Child]) -> None:
    """What each file was before, sealed: an undo puts it back whole."""
    known = {
        row.child_id
        for part in parts(before)
        for row in conn.execute(
            select(import_children.c.child_id).where(
                import_children.c.import_id == import_id, import_children.c.child_id.in_(part)
            )
        )
    }
    rows: list[dict[str, Any]] = [{"child_id": child.id, "before": None} for child in new]
    rows += [{"child_id": key, "before": as_json(child)} for key, child in before.items() if key not in known]
    add_many(conn, import_children, [{"id": new_id(), "import_id": import_id, "result": None, **row} for row in rows])


def _fresh(row: RosterRow, today: date) -> Child:
    return row.apply_to(Child(new_id(), "", row.name, row.unit, added_on=today))


def _corrected(row: RosterRow, child: Child) -> Child:
    after = replace(row.apply_to(child), file_no=child.file_no)
    if child.close_reason == UNDONE:  # the same roster comes again after its import was taken back
        after = replace(after, closed_on=None, close_reason=None)
    return after if after.unit == child.unit else replace(after, household=None)


def _numbered(conn: Connection, new: Iterable[Child]) -> list[Child]:
    """The same children with the next free file numbers of their villages."""
    serials: dict[str, int] = {}
    done = []
    for child in new:
        prefix = files.file_prefix(child.unit)
        serial = serials[prefix] if prefix in serials else files.next_serial(conn, prefix)
        serials[prefix] = serial + 1
        done.append(replace(child, file_no=f"{prefix}{serial:04}"))
    return done
