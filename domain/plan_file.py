"""Reading a plan from rows: what is missing or wrong is said by sheet, line and column, and nothing is taken in half.

The rows come from an Excel workbook or a JSON file (files/plan_table.py): the same columns, the same checks.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.calendar import month_end
from domain.people import UnitKind
from domain.plan_desk import Milestone, Plan, PlanTask
from domain.plan_measures import CODES
from domain.units import UnitTree

HEAD, TASKS, MILESTONES = "方案", "任务", "里程碑"
HEADINGS = {  # key in JSON → heading in Excel
    "no": "序号", "title": "任务", "part": "行动", "lead": "牵头单位", "responsible": "责任单位", "due": "完成时限",
    "goal": "目标", "measures": "指标", "routine": "常态化", "day": "日期", "words": "内容",
    "name": "名称", "short": "简称", "number": "文号", "first": "开始", "last": "结束",
}  # fmt: skip
HEAD_KEYS = ("name", "short", "number", "first", "last")
TASK_KEYS = ("no", "title", "part", "lead", "responsible", "due", "goal", "measures", "routine")
MILESTONE_KEYS = ("day", "words")
NEEDED = {
    HEAD: ("name", "number", "first", "last"),
    TASKS: ("no", "title", "lead", "due"),
    MILESTONES: ("day", "words"),
}
MOST_TASKS, MOST_FAULTS = 60, 12
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})(?:\D{1,2}(\d{1,2}))?(?!\d)")
_YES = {"是", "对", "√", "✓", "true", "True", "1", "yes"}


@dataclass(frozen=True)
class Line:
    """One row of a file: where it stands, and its cells by key."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class RawPlan:
    """A file as it was read. `columns` are the keys each sheet has; a file without one of them can never be a plan."""

    head: Line
    tasks: Sequence[Line]
    milestones: Sequence[Line] = ()
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What is wrong: `plan.fault.<key>` with the sheet, the line, the column, and what stands there."""

    key: str
    holes: dict[str, Any]


class BadPlan(ValueError):
    """This is no plan yet. `faults` in the order they stand in the file, at most MOST_FAULTS."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")  # no words of the file in a log
        self.faults = tuple(faults[:MOST_FAULTS])
        self.more = max(0, len(faults) - MOST_FAULTS)


def check(raw: RawPlan, tree: UnitTree) -> Plan:
    """The plan of a file. Raises BadPlan with everything that is wrong in it."""
    reader = _Reader(tree)
    for sheet, needed in NEEDED.items():
        there = raw.columns.get(sheet)
        missing = [key for key in needed if there is not None and key not in there]
        for key in missing:
            reader.fault("column", sheet, 1, key)
    if reader.faults:
        raise BadPlan(reader.faults)
    first, last = (reader.day(HEAD, raw.head, key) for key in ("first", "last"))
    name, number = (reader.words(HEAD, raw.head, key) for key in ("name", "number"))
    if first and last and last <= first:
        reader.fault("backwards", HEAD, raw.head.number, "last", value=last.isoformat())
    if not raw.tasks:
        reader.fault("empty", TASKS, 1, "no")
    if len(raw.tasks) > MOST_TASKS:
        reader.fault("too_many", TASKS, MOST_TASKS + 1, "no", value=str(len(raw.tasks)))
    tasks = [reader.task(line, first, last) for line in raw.tasks[:MOST_TASKS]]
    milestones = []
    for line in raw.milestones:
        day, words = reader.day(MILESTONES, line, "day"), reader.words(MILESTONES, line, "words")
        if day and words:
            milestones.append(Milestone(day, words))
    if reader.faults or first is None or last is None:
        raise BadPlan(reader.faults)
    return Plan(
        f"{first.year}-{last.year}", name, _text(raw.head.cells.get("short")) or name[:12], number, first, last,
        tuple(sorted(milestones, key=lambda one: one.day)), tuple(task for task in tasks if task is not None),
    )  # fmt: skip


class _Reader:
    """Reads cells and remembers what was wrong."""

    def __init__(self, tree: UnitTree) -> None:
        self.tree, self.faults, self._numbers = tree, list[Fault](), dict[int, int]()

    def fault(self, key: str, sheet: str, line: int, column: str, **holes: Any) -> None:
        self.faults.append(Fault(key, {"sheet": sheet, "line": line, "column": HEADINGS[column], **holes}))

    def words(self, sheet: str, line: Line, key: str) -> str:
        found = _text(line.cells.get(key))
        if not found:
            self.fault("nothing", sheet, line.number, key)
        return found

    def day(self, sheet: str, line: Line, key: str) -> date | None:
        value = line.cells.get(key)
        found = day_of(value)
        if found is None:
            self.fault("nothing" if not _text(value) else "day", sheet, line.number, key, value=_text(value)[:20])
        return found

    def task(self, line: Line, first: date | None, last: date | None) -> PlanTask | None:
        before = len(self.faults)
        said = _text(line.cells.get("no")).removesuffix(".0")
        no = int(said) if said.isascii() and said.isdecimal() and 0 < int(said) < 1000 else 0
        if not no:
            self.fault("number", TASKS, line.number, "no", value=said[:20])
        elif no in self._numbers:
            self.fault("twice", TASKS, line.number, "no", value=no, other=self._numbers[no])
        self._numbers.setdefault(no, line.number)
        title, due = self.words(TASKS, line, "title"), self.day(TASKS, line, "due")
        if due and first and last and not first <= due <= last:
            self.fault("outside", TASKS, line.number, "due", value=due.isoformat(), last=last.isoformat())
        lead = self.units(line, "lead")
        responsible = tuple(code for code in self.units(line, "responsible") if code not in lead)
        if not lead and not _names(line.cells.get("lead")):
            self.fault("nothing", TASKS, line.number, "lead")
        measures = tuple(_names(line.cells.get("measures")))
        for code in measures:
            if code not in CODES:
                near = difflib.get_close_matches(code, CODES, n=1)
                self.fault(
                    "measure", TASKS, line.number, "measures", value=code[:20], near=near[0] if near else CODES[0]
                )
        if len(self.faults) > before or due is None:
            return None
        cells = line.cells
        return PlanTask(
            no, title, _text(cells.get("part")), lead, responsible, due, _text(cells.get("goal")), measures,
            cells.get("routine") is True or _text(cells.get("routine")) in _YES,
        )  # fmt: skip

    def units(self, line: Line, key: str) -> tuple[str, ...]:
        found = []
        for name in _names(line.cells.get(key)):
            units = [one for one in self.tree.exact(name) if one.kind in (UnitKind.DEPARTMENT, UnitKind.TOWN)]
            if len(units) == 1:
                found.append(units[0].code)
                continue
            known = [one.name for one in (*self.tree.departments, *self.tree.towns)]
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
            self.fault("unit", TASKS, line.number, key, value=name[:20], near=near[0] if near else known[0])
        return tuple(dict.fromkeys(found))


def day_of(value: Any) -> date | None:
    """2026-12, 2026年12月, 2026/12/31: a month means its last day."""
    if isinstance(value, date):
        return value
    match = _DAY.fullmatch(_text(value).removesuffix("日").removesuffix("月").removesuffix("底"))
    if match is None:
        return None
    try:
        year, month, day = int(match[1]), int(match[2]), match[3]
        return date(year, month, int(day)) if day else month_end(date(year, month, 1))
    except ValueError:
        return None


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _names(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [_text(one) for one in value if _text(one)]
    return [one for one in re.split(r"[、,，;；\s]+", _text(value)) if one]


def as_data(plan: Plan, tree: UnitTree) -> dict[str, Any]:
    """The plan as its JSON file would hold it: what is kept in the database, and read again by `check`."""

    def names(codes: Sequence[str]) -> list[str]:
        return [unit.name if (unit := tree.get(code)) else code for code in codes]

    return {
        "name": plan.name, "short": plan.short, "number": plan.number, "first": plan.first.isoformat(),
        "last": plan.last.isoformat(),
        "milestones": [{"day": one.day.isoformat(), "words": one.words} for one in plan.milestones],
        "tasks": [
            {
                "no": task.no, "title": task.title, "part": task.part, "lead": names(task.lead),
                "responsible": names(task.responsible), "due": task.due.isoformat(), "goal": task.goal,
                "measures": list(task.measures), "routine": task.routine,
            }
            for task in plan.tasks
        ],
    }  # fmt: skip


def from_data(data: Mapping[str, Any], lines: Mapping[str, Sequence[int]] | None = None) -> RawPlan:
    """The rows of a JSON plan. `lines` are the line numbers of its tasks and milestones, where the file has them."""

    def rows(key: str) -> list[Line]:
        found = data.get(key)
        numbers = (lines or {}).get(key, ())
        return [
            Line(numbers[place] if place < len(numbers) else place + 1, one if isinstance(one, dict) else {})
            for place, one in enumerate(found if isinstance(found, list) else [])
        ]

    there: dict[str, frozenset[str]] = {HEAD: frozenset(data)}
    for sheet, key in ((TASKS, "tasks"), (MILESTONES, "milestones")):
        if found := rows(key):
            there[sheet] = frozenset[str]().union(*(one.cells for one in found))
    return RawPlan(Line(1, data), rows("tasks"), rows("milestones"), there)
