"""A row of a roster that is right in every cell, and what is read of it with some cells changed."""

from __future__ import annotations

from datetime import date

from domain.roster import (
    Bad,
    Cell,
    Good,
    RosterRow,
    read_row,
)
from domain.units import load

TREE = load()
TODAY = date(2026, 7, 1)
XINBA, HEIQUAN = "620724106009", "620724107007"
ROW: dict[str, Cell] = {
    "name": "王小苗",
    "town": "新坝镇",
    "village": "小坝村",
    "id_no": "620799201605080119",
    "labels": "农村留守儿童、低保家庭儿童",
    "father_name": "王建国",
    "father_state": "打工",
    "carer_name": "张桂兰",
    "carer_relation": "奶奶",
    "carer_phone": "100-1234-5670",
    "carer_id_no": "620799195803192463",
    "boarding": "走读",
}


def good(home: str | None = None, **cells: Cell) -> RosterRow:
    result = read_row({**ROW, **cells}, TREE, TREE.get(home) if home else None, TODAY)
    assert isinstance(result, Good), result
    return result.row


def codes(home: str | None = None, **cells: Cell) -> list[str]:
    result = read_row({**ROW, **cells}, TREE, TREE.get(home) if home else None, TODAY)
    problems = result.problems if isinstance(result, Bad) else ()
    return [problem.code for problem in problems]


def warnings(**cells: Cell) -> list[str]:
    result = read_row({**ROW, **cells}, TREE, None, TODAY)
    assert isinstance(result, Good), result
    return [problem.code for problem in result.warnings]


# one row
