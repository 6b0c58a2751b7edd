"""Many rows together: the file against itself, and against the children already on file.

A row is the child with the same ID number, else the same file number, else the same name, birth date and village where
the people around the child do not speak against it. So the same file twice changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date

from domain.children import Child, Label
from domain.people import Unit, UnitKind
from domain.roster.columns import BY_KEY
from domain.roster.record import RosterRow
from domain.roster.row import Bad, Good, read_row
from domain.roster.values import Cell, Problem
from domain.units import UnitTree

# The note has no place in a child's file, and the file number is ours to give.
_NOT_COMPARED = {"note", "file_no"}
# The column of the corrected copy in which a person chooses between rows that contradict each other, and its words.
TAKE, TAKE_THIS, TAKE_ALL = "取舍", "用这行", "合起来"
# Why a file was closed: its import was taken back, or it was another file of the same child.
UNDONE, DUPLICATE = "undone", "duplicate"
_TABLE = re.compile(
    r"(?:农村)?(?:留守|困境|重点|关爱)?(?:和困境)?(?:儿童|孩子|未成年人)?(?:基本)?(?:信息|情况|摸底|排查)?"
    r"(?:花?名册|花名|统计表|登记表|汇总表|名单|台账|表)?(?:[\d(（.].*)?$"
)
_YEAR = re.compile(r"^20\d\d年?度?")


@dataclass(frozen=True)
class SheetRow:
    """One row as it stood in the workbook: where, its cells by column key, and the cells of columns not ours."""

    sheet: str
    line: int  # as the workbook program numbers it
    cells: Mapping[str, Cell]
    extra: Mapping[str, Cell] = field(default_factory=dict)
    place: str = ""  # the sheet's name and title, where a village may be named
    take: str = ""  # what stands in 取舍: which of the rows that contradict each other counts


@dataclass(frozen=True)
class CheckedRow:
    source: SheetRow
    result: Good | Bad

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.result.problems if isinstance(self.result, Bad) else ()


@dataclass(frozen=True)
class NewChild:
    source: SheetRow
    row: RosterRow


@dataclass(frozen=True)
class ChangedChild:
    """`fields` maps a column key (or "unit") to (what is on file, what the row says)."""

    source: SheetRow
    row: RosterRow
    child: Child
    fields: Mapping[str, tuple[object, object]]


@dataclass(frozen=True)
class Warned:
    source: SheetRow
    problem: Problem


@dataclass(frozen=True)
class ImportPlan:
    """What taking this file over would do. Nothing happens to `missing_from_file`; they are shown."""

    new: tuple[NewChild, ...] = ()
    changed: tuple[ChangedChild, ...] = ()
    same: tuple[Child, ...] = ()
    bad: tuple[CheckedRow, ...] = ()
    repeated: tuple[SheetRow, ...] = ()  # the same row again: nothing to take over from it
    warnings: tuple[Warned, ...] = ()
    missing_from_file: tuple[Child, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.new) + len(self.changed) + len(self.same) + len(self.bad) + len(self.repeated)


def check_rows(rows: Iterable[SheetRow], tree: UnitTree, home: Unit | None, today: date) -> tuple[CheckedRow, ...]:
    """Every row read and checked by itself, then against the others of the file; in the file's order."""
    hints: dict[str, Unit | None] = {}
    checked = []
    for source in rows:
        if source.place not in hints:
            hints[source.place] = _hint(source, tree)
        checked.append(CheckedRow(source, read_row(source.cells, tree, home, today, hints[source.place])))
    return _against_each_other(_chosen(checked))


def _chosen(checked: Sequence[CheckedRow]) -> list[CheckedRow]:
    """Rows of one ID number of which a person has chosen (取舍) all say what was chosen: each counts once, as that.

    用这行 on one of them takes that one; 合起来 fills it up from the others. Two chosen ones are no choice.
    """
    claims: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(checked):
        if isinstance(each.result, Good) and each.result.row.id_no:
            claims[each.result.row.id_no].append(place)
    told = list(checked)
    for places in claims.values():
        wanted = [place for place in places if checked[place].source.take in (TAKE_THIS, TAKE_ALL)]
        together = any(checked[place].source.take == TAKE_ALL for place in wanted)
        if len(places) < 2 or not wanted or (len(wanted) > 1 and not together):
            continue
        first = next((place for place in wanted if checked[place].source.take == TAKE_THIS), wanted[0])
        rows = [row for place in (first, *(one for one in places if one != first)) if (row := _row(checked[place]))]
        chosen = joined(rows) if together else rows[0]
        for place in places:
            result = checked[place].result
            told[place] = replace(checked[place], result=Good(chosen, getattr(result, "warnings", ())))
    return told


def _hint(source: SheetRow, tree: UnitTree) -> Unit | None:
    """The village the sheet's own name, its title line or both together name; else the town."""
    clear = [
        units[0]
        for text in (source.sheet, *source.place.split())
        if (bare := _TABLE.sub("", _YEAR.sub("", text))) and len(units := tree.exact(bare)) == 1
    ]
    found = [unit for unit in clear if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)]
    return found[0] if len({unit.code for unit in found}) == 1 else tree.mentioned(source.place)


def _against_each_other(checked: Sequence[CheckedRow]) -> tuple[CheckedRow, ...]:
    """Rows that claim one ID number or file number and differ are all refused: we cannot know which one is right."""
    problems: dict[int, list[Problem]] = defaultdict(list)
    for column in ("id_no", "file_no"):
        claims: dict[str, list[int]] = defaultdict(list)
        for place, each in enumerate(checked):
            if isinstance(each.result, Good) and (number := getattr(each.result.row, column)):
                claims[number].append(place)
        for places in claims.values():
            if len({_row(checked[place]) for place in places}) > 1:
                for place in places:
                    other = next(there for there in places if _row(checked[there]) != _row(checked[place]))
                    problems[place].append(_problem(column, f"{column}.twice", checked[other].source))
    return tuple(
        replace(each, result=Bad(tuple(problems[place]), _row(each))) if place in problems else each
        for place, each in enumerate(checked)
    )


def plan_import(rows: Sequence[CheckedRow], existing: Iterable[Child]) -> ImportPlan:
    """Compare checked rows with the children on file (closed ones too, so that they are recognised)."""
    children = list(existing)
    known = _Known(children)
    new: list[NewChild] = []
    changed: list[ChangedChild] = []
    same: list[Child] = []
    bad: list[CheckedRow] = []
    repeated: list[SheetRow] = []
    warnings: list[Warned] = []
    seen_rows: dict[RosterRow, SheetRow] = {}
    seen_children: dict[str, SheetRow] = {}
    seen_people: dict[tuple[object, ...], list[NewChild]] = defaultdict(list)
    for each in rows:
        if isinstance(each.result, Bad):
            bad.append(each)
            continue
        row, source = each.result.row, each.source
        warnings += [Warned(source, problem) for problem in each.result.warnings]
        if row in seen_rows:
            repeated.append(source)
            warnings.append(Warned(source, _problem("name", "row.repeated", seen_rows[row])))
            continue
        seen_rows[row] = source
        found = known.child_of(row)
        if isinstance(found, Problem):
            bad.append(CheckedRow(source, Bad((found,))))
            continue
        if found is not None and found.id in seen_children:
            bad.append(CheckedRow(source, Bad((_problem("name", "row.same_child", seen_children[found.id]),))))
            continue
        if found is None:
            alike = [other for other in seen_people[_sort(row)] if _agree(row.people, other.row.people)]
            # without any number the two could never be told apart afterwards
            if any(_weak(row) or _weak(other.row) for other in alike):
                bad.append(CheckedRow(source, Bad((_problem("name", "row.same_child", alike[0].source),))))
                continue
            if alike:
                warnings.append(Warned(source, _problem("name", "row.maybe_duplicate", alike[0].source)))
            elif twin := known.alike(row):
                warnings.append(Warned(source, _on_file("name", "child.maybe_duplicate", twin)))
            fresh = NewChild(source, row)
            new.append(fresh)
            seen_people[_sort(row)].append(fresh)
            continue
        seen_children[found.id] = source
        differences = _differences(row, found)
        if found.close_reason == UNDONE:
            differences["closed_on"] = (found.closed_on, None)
            warnings.append(Warned(source, _on_file("name", "child.reopens", found)))
        if differences:
            changed.append(ChangedChild(source, row, found, differences))
            if "unit" in differences:
                warnings.append(Warned(source, _on_file("village", "child.moves", found)))
            if "name" in differences:
                warnings.append(Warned(source, _on_file("name", "child.renamed", found)))
        else:
            same.append(found)
        if found.closed_on is not None and found.close_reason != UNDONE:
            warnings.append(Warned(source, _on_file("name", "child.closed", found)))
    villages = {each.result.row.unit for each in rows if isinstance(each.result, Good)}
    missing = [
        child for child in children
        if child.closed_on is None and child.unit in villages and child.id not in seen_children
    ]  # fmt: skip
    return ImportPlan(
        tuple(new), tuple(changed), tuple(same), tuple(bad), tuple(repeated), tuple(warnings), tuple(missing)
    )


def disagreements(rows: Sequence[CheckedRow]) -> tuple[tuple[CheckedRow, ...], ...]:
    """Rows that say different things about one child and could each be read: a person chooses, side by side.

    Only what one ID number holds together, so that nothing is joined on a likeness.
    """
    groups: dict[str, list[CheckedRow]] = defaultdict(list)
    for each in rows:
        row = each.result.row if [problem.code for problem in each.problems] == ["id_no.twice"] else None
        if row is not None and row.id_no:
            groups[row.id_no].append(each)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def differing(rows: Sequence[RosterRow]) -> tuple[str, ...]:
    """The keys in which these rows say different things; what a row leaves empty differs from nothing."""
    return tuple(
        each.name
        for each in fields(RosterRow)
        if len({_comparable(said) for row in rows if (said := getattr(row, each.name)) not in (None, ())}) > 1
    )


def joined(rows: Sequence[RosterRow]) -> RosterRow:
    """All of them in one: of what they contradict each other in, the first one's; categories of all."""
    said = {
        each.name: next((value for row in rows if (value := getattr(row, each.name)) not in (None, ())), None)
        for each in fields(RosterRow)
    }
    said["labels"] = tuple(label for label in Label if any(label in row.labels for row in rows))
    return RosterRow(**said)  # type: ignore[arg-type]


def judged(rows: Sequence[CheckedRow], plan: ImportPlan) -> tuple[CheckedRow, ...]:
    """The rows with what the plan found out about them besides: for the copy given back to the person."""
    bad = {(each.source.sheet, each.source.line): each for each in plan.bad}
    warned: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for warning in plan.warnings:
        warned[warning.source.sheet, warning.source.line].append(warning.problem)
    told = []
    for each in rows:
        at = (each.source.sheet, each.source.line)
        if at not in bad and isinstance(each.result, Good):
            each = replace(each, result=Good(each.result.row, tuple(warned[at])))
        told.append(bad.get(at, each))
    return tuple(told)


class _Known:
    """The children on file, by everything a row can be recognised by."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._by_id_no = {child.id_no: child for child in children if child.id_no}
        self._by_file_no = {child.file_no.upper(): child for child in children}
        self._by_sort: dict[tuple[object, ...], list[Child]] = defaultdict(list)
        for child in children:
            self._by_sort[child.name, child.birth_date, child.unit].append(child)

    def child_of(self, row: RosterRow) -> Child | Problem | None:
        """The child this row is about, None for a new one, or why it cannot be said."""
        by_id = self._by_id_no.get(row.id_no or "")
        by_file = self._by_file_no.get(row.file_no or "")
        if by_file is not None and row.id_no and by_file.id_no and by_file.id_no != row.id_no:
            return _on_file("file_no", "file_no.other_child", by_file)
        if by_id is not None:
            if row.file_no and by_id.file_no.upper() != row.file_no:
                return _on_file("file_no", "file_no.other_child", by_id)
            if by_id.name != row.name and not row.people & RosterRow.of(by_id).people:
                return _on_file("id_no", "id_no.other_child", by_id)
            return by_id
        if by_file is not None:
            if by_file.name != row.name and by_file.birth_date != row.birth_date:
                return _on_file("file_no", "file_no.other_child", by_file)
            return by_file
        candidates = [child for child in self._by_sort[_sort(row)] if self._may_be(row, child)]
        if len(candidates) > 1:
            return Problem("name", "child.several", {"column": BY_KEY["name"].heading, "count": len(candidates)})
        return candidates[0] if candidates else None

    def alike(self, row: RosterRow) -> Child | None:
        """Another child of this name, birth date and village with a guardian in common: perhaps the same one."""
        children = self._by_sort[_sort(row)]
        return next((child for child in children if _agree(row.people, RosterRow.of(child).people)), None)

    def _may_be(self, row: RosterRow, child: Child) -> bool:
        if row.file_no or (row.id_no and child.id_no):
            return False  # both have a number, and it was not the same one
        return _agree(row.people, RosterRow.of(child).people)


def _row(each: CheckedRow) -> RosterRow | None:
    return each.result.row if isinstance(each.result, Good) else None


def _sort(row: RosterRow) -> tuple[object, ...]:
    return row.name, row.birth_date, row.unit


def _weak(row: RosterRow) -> bool:
    return row.id_no is None and row.file_no is None


def _agree(some: frozenset[str], others: frozenset[str]) -> bool:
    return not some or not others or bool(some & others)


def _differences(row: RosterRow, child: Child) -> dict[str, tuple[object, object]]:
    on_file = RosterRow.of(child)
    return {
        key: (getattr(on_file, key), said)
        for key in (each.name for each in fields(row))
        if key not in _NOT_COMPARED
        and (said := getattr(row, key)) not in (None, ())
        and _comparable(said) != _comparable(getattr(on_file, key))
    }


def _comparable(value: object) -> object:
    return frozenset(value) if isinstance(value, tuple) else value


def _problem(column: str, code: str, other: SheetRow) -> Problem:
    return Problem(column, code, {"column": BY_KEY[column].heading, "sheet": other.sheet, "line": other.line})


def _on_file(column: str, code: str, child: Child) -> Problem:
    return Problem(column, code, {"column": BY_KEY[column].heading, "file_no": child.file_no})
