"""A plan as a file: read from Excel or JSON with the line of everything, written as a workbook that can be edited.

The workbook has three sheets: 方案 (名称, 文号, 开始, 结束), 任务 (a row each), 里程碑. Which rows make a plan is for
domain/plan_file.py; here only what cannot be opened at all is refused.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import python_calamine

from domain.plan_file import (
    HEAD,
    HEAD_KEYS,
    HEADINGS,
    MILESTONE_KEYS,
    MILESTONES,
    TASK_KEYS,
    TASKS,
    BadPlan,
    Fault,
    Line,
    RawPlan,
    from_data,
)
from files.workbook import Cell, Sheet, sheets_workbook

BIGGEST = 5 * 1024 * 1024
LOOK_FOR_HEADING = 10  # rows
_KEY = {heading: key for key, heading in HEADINGS.items()}


def read_plan(content: bytes, name: str) -> RawPlan:
    """The rows of a plan file. Raises BadPlan where it cannot be opened, or its sheets are not there."""
    if len(content) > BIGGEST:
        raise BadPlan([Fault("too_big", {"most": BIGGEST // (1024 * 1024)})])
    if content.lstrip()[:1] == b"{" or name.lower().endswith(".json"):
        return _json(content)
    return _workbook(content)


def _json(content: bytes) -> RawPlan:
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text)
    except UnicodeDecodeError:
        raise BadPlan([Fault("unreadable", {})]) from None
    except json.JSONDecodeError as problem:
        raise BadPlan([Fault("json", {"line": problem.lineno, "place": problem.colno})]) from None
    if not isinstance(data, dict) or not isinstance(data.get("tasks"), list):
        raise BadPlan([Fault("no_sheet", {"sheet": TASKS})])
    # the n-th task begins on the line of the n-th "no"; good enough to find it in an editor
    lines = {"tasks": _lines_of(text, '"no"'), "milestones": _lines_of(text, '"day"')}
    return from_data(data, lines if len(lines["tasks"]) == len(data["tasks"]) else None)


def _lines_of(text: str, key: str) -> list[int]:
    return [text.count("\n", 0, match.start()) + 1 for match in re.finditer(re.escape(key) + r"\s*:", text)]


def _workbook(content: bytes) -> RawPlan:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = {name.strip(): book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except Exception:  # whatever a reader of foreign files may raise
        raise BadPlan([Fault("unreadable", {})]) from None
    if missing := [sheet for sheet in (HEAD, TASKS) if sheet not in sheets]:
        raise BadPlan([Fault("no_sheet", {"sheet": sheet}) for sheet in missing])
    head = {
        _KEY[str(row[0]).strip()]: row[1]
        for row in sheets[HEAD]
        if len(row) > 1 and str(row[0]).strip() in _KEY and str(row[1]).strip()
    }
    there: dict[str, frozenset[str]] = {HEAD: frozenset(head)}
    tasks, there[TASKS] = _rows(sheets[TASKS], TASK_KEYS)
    milestones: list[Line] = []
    if MILESTONES in sheets:
        milestones, there[MILESTONES] = _rows(sheets[MILESTONES], MILESTONE_KEYS)
    return RawPlan(Line(1, head), tasks, milestones, there)


def _rows(sheet: Sequence[Sequence[Any]], keys: Sequence[str]) -> tuple[list[Line], frozenset[str]]:
    """The rows below the heading, with their numbers as Excel shows them; empty ones left out."""
    wanted = {HEADINGS[key]: key for key in keys}

    def found(row: Sequence[Any]) -> dict[int, str]:
        return {place: wanted[title] for place, cell in enumerate(row) if (title := str(cell).strip()) in wanted}

    heads = [(len(found(row)), -place) for place, row in enumerate(sheet[:LOOK_FOR_HEADING])]
    best = -max(heads)[1] if heads else 0
    columns = found(sheet[best]) if sheet else {}
    lines = [
        Line(number, {key: row[place] for place, key in columns.items() if place < len(row)})
        for number, row in enumerate(sheet[best + 1 :], start=best + 2)
        if any(str(cell).strip() for cell in row)
    ]
    return lines, frozenset(columns.values())


def plan_workbook(data: Mapping[str, Any], title: str, note: str, day: date) -> bytes:
    """A plan as the workbook it can be edited in and loaded from again."""
    head = [(HEADINGS[key], str(data.get(key) or "")) for key in HEAD_KEYS]
    tasks = [tuple(_cell(task.get(key), key) for key in TASK_KEYS) for task in data["tasks"]]
    milestones = [tuple(_cell(one.get(key), key) for key in MILESTONE_KEYS) for one in data["milestones"]]
    return sheets_workbook(
        [
            Sheet(HEAD, ("项目", "填写"), head),
            Sheet(TASKS, tuple(HEADINGS[key] for key in TASK_KEYS), tasks),
            Sheet(MILESTONES, tuple(HEADINGS[key] for key in MILESTONE_KEYS), milestones),
        ],
        title, note, day,
    )  # fmt: skip


def _cell(value: Any, key: str) -> Cell:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if key == "routine":
        return "是" if value else ""
    if isinstance(value, datetime | date | int) and not isinstance(value, bool):
        return value
    return str(value or "")
