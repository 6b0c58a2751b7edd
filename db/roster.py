"""Rosters coming in: every row checked and compared with what is on file, as it would be taken over. Writes nothing.

Confirming compares again with the database as it is then, so an old preview cannot overwrite what somebody entered
meanwhile unseen: it only does what still differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from db import children as files
from db.models import children
from db.parts import parts
from db.rows import keys_of
from domain.children import Child
from domain.duplicates import sounding_alike
from domain.people import Unit
from domain.roster import Bad, CheckedRow, Good, ImportPlan, Problem, SheetRow, check_rows, judged, plan_import
from domain.roster.values import text_of
from domain.units import UnitTree


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
    checked = check(rows, scope, today)
    return previewed(checked, gather(conn, checked, scope), scope)


def check(rows: Iterable[SheetRow], scope: Scope, today: date) -> tuple[CheckedRow, ...]:
    """Every row read and checked, by itself and against the others. Pure: needs no database."""
    return check_rows([_with_our_number_only(row) for row in rows], scope.tree, scope.home, today)


@dataclass(frozen=True)
class OnFile:
    """The files these rows may be about: those of the scope, and those elsewhere that carry one of their numbers."""

    inside: tuple[Child, ...]
    outside: tuple[Child, ...] = ()


def gather(conn: Connection, checked: Sequence[CheckedRow], scope: Scope) -> OnFile:
    """Only the villages that these rows name, and whoever carries their numbers: never the whole county for ten rows."""
    units = {each.result.row.unit for each in checked if isinstance(each.result, Good)} & set(scope.codes)
    return sorted_out(
        [entry.child for entry in files.in_units(conn, units, closed=True)], found_by_number(conn, checked), scope
    )


def sorted_out(here: Iterable[Child], found: Iterable[Child], scope: Scope) -> OnFile:
    """The files of the villages and those found by number, each once, by whether they lie in the scope."""
    known = {child.id: child for child in (*here, *found)}
    inside = tuple(child for child in known.values() if child.unit in scope.codes)
    return OnFile(inside, tuple(child for child in known.values() if child.unit not in scope.codes))


def previewed(checked: Sequence[CheckedRow], on_file: OnFile, scope: Scope) -> Preview:
    """What these rows would do. Pure: needs no database."""
    plan, checked = compare(checked, on_file, scope)
    told = sounding_alike(plan, on_file.inside)
    plan = replace(plan, warnings=(*plan.warnings, *told))
    return Preview(judged(checked, plan), plan)


def compare(checked: Sequence[CheckedRow], on_file: OnFile, scope: Scope) -> tuple[ImportPlan, tuple[CheckedRow, ...]]:
    """The plan within this scope: a child whose file lies elsewhere is refused, never moved over by a roster."""
    numbers = {child.file_no.upper() for child in (*on_file.inside, *on_file.outside)}
    checked = tuple(_within(_without_unknown_number(each, numbers), scope) for each in checked)
    plan = plan_import(checked, [*on_file.inside, *on_file.outside])
    elsewhere = {child.id for child in on_file.outside}
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
    return plan, checked


def found_by_number(conn: Connection, checked: Iterable[CheckedRow]) -> list[Child]:
    """The files, wherever they lie, that carry an ID number or file number of these rows."""
    rows = [each.result.row for each in checked if isinstance(each.result, Good)]
    keys = keys_of(conn)
    ids = [keys.blind("id_no", row.id_no) for row in rows if row.id_no]
    numbers = [row.file_no for row in rows if row.file_no]
    found: set[str] = set()
    for column, wanted in ((children.c.id_no_index, ids), (children.c.file_no, numbers)):
        for part in parts(wanted):
            found.update(conn.execute(select(children.c.id).where(column.in_(part))).scalars())
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
