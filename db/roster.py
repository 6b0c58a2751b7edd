"""Rosters coming in: compared with what is on file, kept sealed until 确认, then taken over in one transaction.

A preview writes nothing into children. Confirming compares again with the database as it is then, so an old preview
cannot overwrite what somebody entered meanwhile unseen: it only does what still differs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from db import children as files
from db.households import shared
from db.models import child_labels, children, guardians, imports
from db.rows import add, change, keys_of, opened
from db.types import new_id
from domain.children import Child, Label, Relation, Sex, Tier
from domain.identity import is_demo_id
from domain.people import Unit
from domain.policy import Policy
from domain.roster import (
    Bad,
    CheckedRow,
    Good,
    ImportPlan,
    Problem,
    RosterRow,
    SheetRow,
    check_rows,
    judged,
    plan_import,
)
from domain.roster.values import text_of
from domain.units import UnitTree

IN = 900


@dataclass(frozen=True)
class Scope:
    """Who imports, and how far: `home` fills an empty village, `codes` are the units whose children may be touched."""

    tree: UnitTree
    home: Unit
    codes: Collection[str]


@dataclass(frozen=True)
class Preview:
    """What a file would do. `rows` are the rows as judged, for the corrected copy."""

    rows: tuple[CheckedRow, ...]
    plan: ImportPlan

    @property
    def changes(self) -> int:
        return len(self.plan.new) + len(self.plan.changed)

    @property
    def counts(self) -> dict[str, int]:
        plan = self.plan
        return {
            "rows": plan.rows, "new": len(plan.new), "changed": len(plan.changed), "same": len(plan.same),
            "bad": len(plan.bad), "repeated": len(plan.repeated), "warnings": len(plan.warnings),
            "not_in_file": len(plan.missing_from_file),
        }  # fmt: skip


def look(conn: Connection, rows: Iterable[SheetRow], scope: Scope, today: date) -> Preview:
    """Check every row and compare with the files of the scope. Writes nothing."""
    checked = check_rows([_with_our_number_only(row) for row in rows], scope.tree, scope.home, today)
    plan, checked, _ = _compare(conn, checked, scope)
    return Preview(judged(checked, plan), plan)


def keep(conn: Connection, preview: Preview, digest: bytes, by: str | None, now: datetime) -> str:
    """Put the good rows away, sealed, until they are confirmed; the id of the import."""
    good = [
        [row.source.sheet, row.source.line, _as_json(row.result.row)]
        for row in preview.rows
        if isinstance(row.result, Good)
    ]
    import_id = new_id()
    add(conn, imports, id=import_id, digest=digest, by_person=by, at=now, counts=preview.counts, rows=good)
    return import_id


def drop(conn: Connection, import_id: str, by: str | None) -> bool:
    """取消: forget the rows of a preview; whether there was one of this person."""
    return change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.rows.is_not(None),
        imports.c.by_person == by, rows=None,
    )  # fmt: skip


def apply(
    conn: Connection, import_id: str, scope: Scope, by: str | None, now: datetime, today: date, policy: Policy, *, demo: bool
) -> dict[str, int] | None:
    """Take a kept preview over; the counts of what was done, None if it was taken over or dropped before.

    New files get their numbers here. `bad` counts the rows that fitted at the preview and no longer do.
    """
    row = conn.execute(select(imports).where(imports.c.id == import_id, imports.c.by_person == by)).first()
    kept = opened(conn, imports, row)["rows"] if row is not None else None
    won = kept is not None and change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.rows.is_not(None), applied_at=now, rows=None
    )
    if kept is None or not won:
        return None
    checked = tuple(
        CheckedRow(SheetRow(sheet, line, {}), Good(_from_json(values))) for sheet, line, values in kept
    )
    plan, _, existing = _compare(conn, checked, scope)
    new = [_fresh(each.row, today) for each in plan.new]
    after = {each.child.id: _corrected(each.row, each.child) for each in plan.changed}
    changed = {each.child.id: {key: [_plain(one) for one in pair] for key, pair in each.fields.items()} for each in plan.changed}
    standing = [after.get(child.id, child) for child in existing if child.closed_on is None]
    homes = shared([*standing, *new])
    for child in standing:
        if child.id in homes and child.household is None:
            after[child.id] = replace(child, household=homes[child.id])
            changed.setdefault(child.id, {})["household"] = [None, homes[child.id]]
    source = f"import:{import_id}"
    numbered = _numbered(conn, [replace(child, household=homes.get(child.id)) for child in new])
    files.add_children(conn, numbered, now, policy, by=by, source=source, demo=demo)
    for child_id, child in after.items():
        files.change_child(conn, child, now, policy, by=by, source=source, changed=changed[child_id])
    return {"new": len(new), "changed": len(plan.changed), "same": len(plan.same), "bad": len(plan.bad)}


# --- comparing ---


def _compare(
    conn: Connection, checked: Sequence[CheckedRow], scope: Scope
) -> tuple[ImportPlan, tuple[CheckedRow, ...], list[Child]]:
    """The plan within this scope: a child whose file lies elsewhere is refused, never moved over by a roster."""
    inside = [entry.child for entry in files.in_units(conn, scope.codes, closed=True)]
    known = {child.id for child in inside}
    outside = [child for child in _found_by_number(conn, checked) if child.id not in known]
    numbers = {child.file_no.upper() for child in (*inside, *outside)}
    checked = tuple(_within(_without_unknown_number(each, numbers), scope) for each in checked)
    plan = plan_import(checked, [*inside, *outside])
    elsewhere = {child.id for child in outside}
    if any(each.child.id in elsewhere for each in plan.changed):
        refused = tuple(
            CheckedRow(each.source, Bad((_outside("id_no", each.child.unit, scope, "档案所在的村"),)))
            for each in plan.changed
            if each.child.id in elsewhere
        )
        at = {(each.source.sheet, each.source.line) for each in refused}
        plan = replace(
            plan,
            changed=tuple(each for each in plan.changed if each.child.id not in elsewhere),
            bad=(*plan.bad, *refused),
            warnings=tuple(each for each in plan.warnings if (each.source.sheet, each.source.line) not in at),
        )
    return plan, checked, inside


def _found_by_number(conn: Connection, checked: Iterable[CheckedRow]) -> list[Child]:
    """The files, wherever they lie, that carry an ID number or file number of these rows."""
    rows = [each.result.row for each in checked if isinstance(each.result, Good)]
    keys = keys_of(conn)
    ids = [keys.blind("id_no", row.id_no) for row in rows if row.id_no]
    numbers = [row.file_no for row in rows if row.file_no]
    found: set[str] = set()
    for column, wanted in ((children.c.id_no_index, ids), (children.c.file_no, numbers)):
        for start in range(0, len(wanted), IN):
            found.update(conn.execute(select(children.c.id).where(column.in_(wanted[start : start + IN]))).scalars())
    return [entry.child for entry in files.by_ids(conn, found).values()]


def _with_our_number_only(row: SheetRow) -> SheetRow:
    """A county's own 编号 (1, 2, 3 …) is no file number of ours: it stays beside the row, untouched."""
    said = text_of(row.cells.get("file_no"))
    if not said or said.upper().startswith("GT"):
        return row
    cells = {key: cell for key, cell in row.cells.items() if key != "file_no"}
    return replace(row, cells=cells, extra={**row.extra, "编号": row.cells["file_no"]})


def _without_unknown_number(each: CheckedRow, numbers: Collection[str]) -> CheckedRow:
    """A number we never gave names nobody; with it the same file would make the same child twice."""
    if isinstance(each.result, Good) and each.result.row.file_no and each.result.row.file_no not in numbers:
        return replace(each, result=replace(each.result, row=replace(each.result.row, file_no=None)))
    return each


def _within(each: CheckedRow, scope: Scope) -> CheckedRow:
    if isinstance(each.result, Good) and each.result.row.unit not in scope.codes:
        return replace(each, result=Bad((_outside("village", each.result.row.unit, scope, "村/社区"),)))
    return each


def _outside(column: str, unit: str, scope: Scope, heading: str) -> Problem:
    names = {"value": scope.tree.path_name(unit), "home": scope.tree.path_name(scope.home.code)}
    return Problem(column, "village.outside", {"column": heading, **names})


# --- writing ---


def _fresh(row: RosterRow, today: date) -> Child:
    return row.apply_to(Child(new_id(), "", row.name, row.unit, added_on=today))


def _corrected(row: RosterRow, child: Child) -> Child:
    after = replace(row.apply_to(child), file_no=child.file_no)
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


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _as_json(row: RosterRow) -> dict[str, Any]:
    return {key: _plain(value) for key, value in vars(row).items() if value not in (None, ())}


def _from_json(values: dict[str, Any]) -> RosterRow:
    made: dict[str, Any] = dict(values, labels=tuple(Label(one) for one in values.get("labels", ())))
    for key, read in (("birth_date", date.fromisoformat), ("sex", Sex), ("carer_relation", Relation), ("tier", Tier)):
        if key in made:
            made[key] = read(made[key])  # type: ignore[operator]
    return RosterRow(**made)


# --- demo and county are never mixed ---

_ID = re.compile(r"(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")
_REAL_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DEMO_MOBILE = re.compile(r"(?<!\d)100\d{8}(?!\d)")


def out_of_place(rows: Iterable[SheetRow], *, demo: bool) -> bool:
    """Whether the file holds what must not lie here: real-looking numbers in a demo, demo numbers in a county.

    Every cell counts, of columns we have no use for too. An ID number with a wrong check digit is real-looking still.
    """
    return any(_misplaced(text_of(cell), demo) for row in rows for cell in (*row.cells.values(), *row.extra.values()))


def _misplaced(said: str, demo: bool) -> bool:
    if len(said) < 11:
        return False
    said = unicodedata.normalize("NFKC", said)
    for text in (said, re.sub(r"[\s-]", "", said)):
        if any(is_demo_id(found) is not demo for found in _ID.findall(text)):
            return True
        if (_REAL_MOBILE if demo else _DEMO_MOBILE).search(text):
            return True
    return False


# --- the roster as it stands: as little of it as a question needs ---


@dataclass(frozen=True)
class Line:
    """One child as far as finding it by words goes (domain.reading.names.Named)."""

    id: str
    name: str
    file_no: str
    unit: str
    guardian_names: tuple[str, ...]


def lines(conn: Connection, codes: Collection[str]) -> list[Line]:
    """The open files of these units, by file number; only names are opened."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    carers: dict[str, list[str]] = {}
    for row in conn.execute(
        select(guardians.c.id, guardians.c.child_id, guardians.c.name)
        .join(children, children.c.id == guardians.c.child_id)
        .where(*here)
    ):
        values = opened(conn, guardians, dict(row._mapping))
        carers.setdefault(values["child_id"], []).append(values["name"])
    rows = conn.execute(
        select(children.c.id, children.c.name, children.c.file_no, children.c.unit).where(*here).order_by(children.c.file_no)
    )
    return [
        Line(row["id"], row["name"], row["file_no"], row["unit"], tuple(name for name in carers.get(row["id"], ()) if name))
        for row in (opened(conn, children, dict(each._mapping)) for each in rows)
    ]


def count_by_unit(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """Open files per village."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    return {row[0]: row[1] for row in conn.execute(select(children.c.unit, func.count()).where(*here).group_by(children.c.unit))}


def count_by_unit_and_tier(conn: Connection, codes: Collection[str], tier: Tier) -> dict[str, int]:
    """Open files of this tier per village."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), children.c.tier == tier.value)
    return {row[0]: row[1] for row in conn.execute(select(children.c.unit, func.count()).where(*here).group_by(children.c.unit))}


def count_by_tier(conn: Connection, codes: Collection[str], label: Label | None = None) -> dict[Tier, int]:
    """Open files per tier; with `label` only those that carry it."""
    query = select(children.c.tier, func.count()).where(
        children.c.unit.in_(list(codes)), children.c.closed_on.is_(None)
    )
    if label is not None:
        with_label = select(child_labels.c.child_id).where(
            child_labels.c.label == label.value, child_labels.c.until.is_(None)
        )
        query = query.where(children.c.id.in_(with_label))
    return {Tier(row[0]): row[1] for row in conn.execute(query.group_by(children.c.tier))}
