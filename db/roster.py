"""Rosters coming in: compared with what is on file, kept sealed until 确认, then taken over in one transaction.

A preview writes nothing into children. Confirming compares again with the database as it is then, so an old preview
cannot overwrite what somebody entered meanwhile unseen: it only does what still differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import children as files
from db.households import shared
from db.models import children, import_children, imports
from db.roster_lines import Line as Line
from db.roster_lines import count_by_tier as count_by_tier
from db.roster_lines import count_by_unit as count_by_unit
from db.roster_lines import count_by_unit_and_tier as count_by_unit_and_tier
from db.roster_lines import lines as lines
from db.roster_notes import notes_of as notes_of
from db.roster_notes import put_notes, slices
from db.rows import add, add_many, change, keys_of, opened
from db.snapshots import as_json
from db.types import new_id
from domain.children import Child, Label, Relation, Sex, Tier
from domain.duplicates import sounding_alike
from domain.people import Unit
from domain.policy import Policy
from domain.roster import (
    UNDONE,
    Bad,
    CheckedRow,
    Good,
    ImportPlan,
    Problem,
    RosterRow,
    SheetRow,
    check_rows,
    disagreements,
    joined,
    judged,
    plan_import,
)
from domain.roster.values import is_blank, text_of
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
    return sorted_out([entry.child for entry in files.in_units(conn, units, closed=True)], found_by_number(conn, checked), scope)


def sorted_out(here: Iterable[Child], found: Iterable[Child], scope: Scope) -> OnFile:
    """The files of the villages and those found by number, each once, by whether they lie in the scope."""
    known = {child.id: child for child in (*here, *found)}
    inside = tuple(child for child in known.values() if child.unit in scope.codes)
    return OnFile(inside, tuple(child for child in known.values() if child.unit not in scope.codes))


def previewed(checked: Sequence[CheckedRow], on_file: OnFile, scope: Scope) -> Preview:
    """What these rows would do. Pure: needs no database."""
    plan, checked = _compare(checked, on_file, scope)
    told = sounding_alike(plan, on_file.inside)
    plan = replace(plan, warnings=(*plan.warnings, *told))
    return Preview(judged(checked, plan), plan)


def keep(
    conn: Connection, preview: Preview, digest: bytes, by: str | None, now: datetime, *, import_id: str | None = None
) -> str:
    """Put the good rows away, sealed, until they are confirmed; the id of the import.

    Rows that contradict each other are kept beside them: `answer` takes one of them over. `import_id` is one that was
    received before (`receive`) and gets its result now.
    """
    wanted = {id(new.source) for new in preview.plan.new} | {id(each.source) for each in preview.plan.changed}
    good = [
        _kept(row)
        for row in preview.rows
        # what is the same already is kept only for the words that stand beside it
        if isinstance(row.result, Good) and (id(row.source) in wanted or row.result.row.note or row.source.extra)
    ]
    # village by village: an import in parts then looks at few files at a time
    good.sort(key=lambda row: (row[2]["unit"], row[0], row[1]))
    asked = [[_kept(row) for row in group] for group in disagreements(preview.rows)]
    rows = {"good": good, "asked": asked, "notes": False}
    if import_id is None:
        import_id = new_id()
        add(conn, imports, id=import_id, digest=digest, by_person=by, at=now, counts=preview.counts, rows=rows)
    else:
        change(conn, imports, import_id, rows=rows, counts=preview.counts, stage=None, worked=None)
    return import_id


def _kept(row: CheckedRow) -> list[Any]:
    said = row.result.row
    assert said is not None
    extra = {key: words for key, cell in row.source.extra.items() if not is_blank(cell) and (words := text_of(cell))}
    return [row.source.sheet, row.source.line, _as_json(said), extra]


@dataclass(frozen=True)
class Asked:
    """Rows of one file that contradict each other about one child: where they stand and what each says."""

    place: int  # which of the questions
    rows: tuple[tuple[str, int, RosterRow], ...]
    left: int  # how many questions are open, this one included
    ready: int  # rows that would be taken over on 确认 now


def _waiting(conn: Connection, import_id: str, by: str | None) -> dict[str, Any] | None:
    row = conn.execute(
        select(imports).where(
            imports.c.id == import_id, imports.c.by_person == by, imports.c.applied_at.is_(None), imports.c.stage.is_(None)
        )
    ).first()
    rows = opened(conn, imports, row)["rows"] if row is not None else None
    return None if rows is None else _laid(rows)


def _laid(rows: Any) -> dict[str, Any]:
    return rows if isinstance(rows, dict) else {"good": [[*row, {}] for row in rows], "asked": [], "notes": False}


def question(conn: Connection, import_id: str, by: str | None) -> Asked | None:
    """The next open question of a kept preview; None when nothing is open (or the preview is over)."""
    rows = _waiting(conn, import_id, by)
    open_ones = [place for place, group in enumerate(rows["asked"]) if group] if rows else []
    if rows is None or not open_ones:
        return None
    group = rows["asked"][open_ones[0]]
    said = tuple((sheet, line, _from_json(values)) for sheet, line, values, _ in group)
    return Asked(open_ones[0], said, len(open_ones), len(rows["good"]))


def answer(conn: Connection, import_id: str, by: str | None, place: int, take: int | None, *, join: bool = False) -> bool:
    """Take one row of a question over (`take` counts from 0; with `join` filled up from the others), or none of them."""
    rows = _waiting(conn, import_id, by)
    if rows is None or not 0 <= place < len(rows["asked"]) or not (group := rows["asked"][place]):
        return False
    if take is not None:
        if not 0 <= take < len(group):
            return False
        first, *others = [group[take], *(row for row in group if row is not group[take])]
        said = [_from_json(row[2]) for row in (first, *others)]
        row = joined(said) if join else said[0]
        extra = {key: words for one in (*reversed(others), first) for key, words in one[3].items()} if join else first[3]
        rows["good"].append([first[0], first[1], _as_json(row), extra])
    rows["asked"][place] = []
    return change(conn, imports, import_id, rows=rows)


def keep_notes(conn: Connection, import_id: str, by: str | None, wanted: bool) -> bool:
    """Whether what stands in columns without a field is kept beside each file; False when the preview is over."""
    rows = _waiting(conn, import_id, by)
    return rows is not None and change(conn, imports, import_id, rows=rows | {"notes": wanted})


def ready(conn: Connection, import_id: str, by: str | None) -> tuple[int, bool] | None:
    """How many rows 确认 would take over, and whether further columns are kept as notes; None when it is over."""
    rows = _waiting(conn, import_id, by)
    return None if rows is None else (len(rows["good"]), bool(rows["notes"]))


def drop(conn: Connection, import_id: str, by: str | None) -> bool:
    """取消: forget the rows of a preview; whether there was one of this person."""
    return change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.rows.is_not(None),
        imports.c.stage.is_distinct_from("going"), imports.c.by_person == by, rows=None, stage=None,
    )  # fmt: skip


def apply(
    conn: Connection, import_id: str, scope: Scope, by: str | None, now: datetime, today: date, policy: Policy, *, demo: bool
) -> dict[str, int] | None:
    """Take a kept preview over at once; the counts of what was done, None if it was taken over or dropped before.

    New files get their numbers here. `bad` counts the rows that fitted at the preview and no longer do.
    """
    rows = _waiting(conn, import_id, by)
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
    conn: Connection, import_id: str, kept: Sequence[list[Any]], notes: bool, scope: Scope, by: str | None, now: datetime,
    today: date, policy: Policy, demo: bool,
) -> dict[str, int]:  # fmt: skip
    """Write these rows: compared anew with what is on file now, so that only what still differs is done."""
    checked = tuple(
        CheckedRow(SheetRow(sheet, line, {}, extra), Good(_from_json(values))) for sheet, line, values, extra in kept
    )
    on_file = gather(conn, checked, scope)
    plan, checked = _compare(checked, on_file, scope)
    new = [_fresh(each.row, today) for each in plan.new]
    before = {each.child.id: each.child for each in plan.changed}
    after = {each.child.id: _corrected(each.row, each.child) for each in plan.changed}
    changed = {each.child.id: {key: [_plain(one) for one in pair] for key, pair in each.fields.items()} for each in plan.changed}
    standing = [after.get(child.id, child) for child in on_file.inside if child.closed_on is None]
    homes = shared([*standing, *new])
    for child in standing:
        if child.id in homes and child.household is None:
            before.setdefault(child.id, child)
            after[child.id] = replace(child, household=homes[child.id])
            changed.setdefault(child.id, {})["household"] = [None, homes[child.id]]
    source = f"import:{import_id}"
    opened_files = _numbered(conn, [replace(child, household=homes.get(child.id)) for child in new])
    files.add_children(conn, opened_files, now, policy, by=by, source=source, demo=demo)
    for child_id, child in after.items():
        files.change_child(conn, child, now, policy, by=by, source=source, changed=changed[child_id])
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
        for part in slices(list(before))
        for row in conn.execute(
            select(import_children.c.child_id).where(
                import_children.c.import_id == import_id, import_children.c.child_id.in_(part)
            )
        )
    }
    rows: list[dict[str, Any]] = [{"child_id": child.id, "before": None} for child in new]
    rows += [{"child_id": key, "before": as_json(child)} for key, child in before.items() if key not in known]
    add_many(conn, import_children, [{"id": new_id(), "import_id": import_id, "result": None, **row} for row in rows])


# --- comparing ---


def _compare(
    checked: Sequence[CheckedRow], on_file: OnFile, scope: Scope
) -> tuple[ImportPlan, tuple[CheckedRow, ...]]:
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
