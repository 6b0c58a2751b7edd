"""Raw cells out of a workbook, in a process of its own with little memory and time.

A workbook is a stranger's file: twenty kilobytes can name a cell at row 1,048,576, column XFD, and a reader that lays
the sheet out in memory then takes the whole bot down with it. So this file is also a script: bytes in on stdin, JSON
out on stdout; whatever goes wrong there is one refused file here. Formulas are never computed: the reader takes the
value that was saved with them. Macros are never looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 2 << 30
SECONDS = 60
MAX_COLUMNS = 400
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")

RawCell = str | int | float | bool | date | datetime | None
Range = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column), counted from 0


@dataclass(frozen=True)
class RawSheet:
    """A visible sheet from its first row on. `merged` is None where the format does not tell."""

    name: str
    rows: list[list[RawCell]]
    merged: list[Range] | None


class SheetsError(Exception):
    """The file could not be read: `code` is encrypted, damaged or too_many_rows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_sheets(data: bytes, most_rows: int) -> list[RawSheet]:
    """All visible sheets of an xlsx, xls, xlsb or ods file. Takes about 0.2 s more than reading it here would."""
    command = [sys.executable, "-P", __file__, str(most_rows)]
    environment = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}  # no keys of ours in there
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise SheetsError("damaged") from None
    if done.returncode != 0:
        raise SheetsError("damaged")
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise SheetsError(answer["error"])
    return [
        RawSheet(name, [[_cell(cell) for cell in row] for row in rows], merged)
        for name, rows, merged in answer["sheets"]
    ]


def _cell(value: object) -> RawCell:
    if isinstance(value, list):
        kind, text = value
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    return value  # type: ignore[return-value]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _main(most_rows: int) -> dict[str, object]:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold names
    except ImportError:  # not on Windows
        pass
    from io import BytesIO

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        sheets = []
        for place, about in enumerate(book.sheets_metadata):
            if about.visible is not SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_index(place)
            if sheet.total_height > most_rows or sheet.total_width > MAX_COLUMNS:
                return {"error": "too_many_rows"}
            rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            sheets.append((about.name, rows, sheet.merged_cell_ranges))
    except PasswordError:
        return {"error": "encrypted"}
    except CalamineError:
        return {"error": "damaged"}
    return {"sheets": sheets}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(int(sys.argv[1]))))
