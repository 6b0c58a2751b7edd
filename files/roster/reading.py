"""A county's real roster files → rows by meaning: any workbook or csv, headings found wherever they stand."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath

from domain.roster import BY_KEY, TAKE, SheetRow, column_for
from domain.roster.columns import normal_heading
from domain.roster.values import Cell, is_blank, text_of
from files.roster.sheets import RawCell, RawSheet, SheetsError, read_sheets

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 30_000
MAX_UNPACKED = 300 * 1024 * 1024  # what a workbook of that many rows never comes to
_HEADER_WITHIN = 15
_CONFIRMS = {"village", "town", "id_no", "birth_date", "sex", "labels"}  # 姓名 alone may be a list of anything
_OURS_ALONE = {"问题", "原位置", "序号", "序", "编次", TAKE}  # written by us or worth nothing: not carried along
_EXAMPLE = re.compile(r"示例|样例|范例")
_TOTALS = re.compile(r"合计|总计|小计|共计|填表|制表|审核|复核|单位负责人")  # nobody's name
_FOOTER = re.compile(r"负责人|说明|填报|经办|盖章|注[:：]|备注[:：]|日期[:：]")
# People for whom the roster has no columns: their 姓名 and 电话 are not the child's or the carer's.
_OTHERS = re.compile(r"爷|奶|祖|公|婆|姥|兄|姐|哥|叔|伯|姑|舅|姨|老师|班主任|干部|主任|督导|填表|联系人|帮扶|结对")


# code → the names of its params
FILE_PROBLEMS: Mapping[str, tuple[str, ...]] = {
    "too_large": ("most",),
    "bomb": (),
    "too_many_rows": ("most",),
    "empty": (),
    "encrypted": (),
    "damaged": (),
    "not_a_workbook": (),
    "web_page": (),
    "no_header": ("rows",),
    "no_rows": (),
}


class RosterFileError(Exception):
    """This file cannot be read as a roster. `key` names its words in locales, `params` fills them."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.key = f"roster.file.{code}"
        self.params: Mapping[str, object] = params


@dataclass(frozen=True)
class Roster:
    """What a file held. `missing` are required columns that no sheet has; `ignored` the headings we have no use for."""

    rows: tuple[SheetRow, ...]
    sheets: tuple[str, ...]
    sheets_without_roster: tuple[str, ...]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Header:
    first: int  # index of the first row under the header
    columns: Mapping[int, str]  # column index → our key
    others: Mapping[int, str]  # column index → a heading not ours
    title: str
    take: int | None = None  # column index of 取舍, in a copy we gave out


def read_roster(data: bytes, filename: str) -> Roster:
    """Read an xlsx, xls, xlsb, ods or csv file. Raises RosterFileError with one of FILE_PROBLEMS."""
    rows: list[SheetRow] = []
    found: list[tuple[str, _Header]] = []
    without: list[str] = []
    for sheet in _sheets(data, filename):
        header = _header(sheet)
        if header is None:
            without.append(sheet.name)
            continue
        found.append((sheet.name, header))
        rows += _rows(sheet, header)
        if len(rows) > MAX_ROWS:
            raise RosterFileError("too_many_rows", most=MAX_ROWS)
    if not found:
        raise RosterFileError("no_header", rows=_HEADER_WITHIN)
    if not rows:
        raise RosterFileError("no_rows")
    keys = {key for _, header in found for key in header.columns.values()}
    missing = tuple(key for key, column in BY_KEY.items() if column.required and key not in keys)
    ignored = dict.fromkeys(heading for _, header in found for heading in header.others.values())
    return Roster(tuple(rows), tuple(name for name, _ in found), tuple(without), missing, tuple(ignored))


def _sheets(data: bytes, filename: str) -> list[RawSheet]:
    if len(data) > MAX_BYTES:
        raise RosterFileError("too_large", most=MAX_BYTES // (1024 * 1024))
    if not data.strip(b" \t\r\n\0"):
        raise RosterFileError("empty")
    ole, zipped = data.startswith(b"\xd0\xcf\x11\xe0"), data.startswith(b"PK")
    if ole and "EncryptedPackage".encode("utf-16-le") in data:
        raise RosterFileError("encrypted")
    if not (ole or zipped):
        return [RawSheet(PurePath(filename).stem, _csv_rows(data), None)]
    if zipped and _swells(data):
        raise RosterFileError("bomb")
    try:
        return read_sheets(data, MAX_ROWS + 1_000)
    except SheetsError as error:
        params = {"most": MAX_ROWS} if error.code == "too_many_rows" else {}
        raise RosterFileError(error.code, **params) from None


def _swells(data: bytes) -> bool:
    """Whether the workbook says of itself that it unpacks to more than any roster. One that lies about it is stopped
    by the little memory of the process that reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            return sum(part.file_size for part in pack.infolist()) > MAX_UNPACKED
    except zipfile.BadZipFile:
        return False


def _csv_rows(data: bytes) -> list[list[RawCell]]:
    text = _decoded(data)
    head = text.lstrip()[:200].lower()
    if head.startswith("<") and re.search(r"<(?:html|table|\?xml|!doctype)", head):
        raise RosterFileError("web_page")  # other systems export a web page and call it .xls
    first = "\n".join(text.splitlines()[:_HEADER_WITHIN])
    delimiter = max(",\t;，|", key=first.count)
    try:
        rows: list[list[RawCell]] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise RosterFileError("not_a_workbook") from None
    if len(rows) > MAX_ROWS + 1_000:
        raise RosterFileError("too_many_rows", most=MAX_ROWS)
    return rows


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text) and not text.startswith("%PDF"):
            return text
    raise RosterFileError("not_a_workbook")


def _header(sheet: RawSheet) -> _Header | None:
    """The header among the first rows: one row, or two where the upper one names groups (父亲 over 姓名, 电话)."""
    top = sheet.rows[:_HEADER_WITHIN]
    texts = [[text_of(cell) for cell in row] for row in top]
    candidates = [(place, place + 1, _one_row(row)) for place, row in enumerate(texts)]
    candidates += [
        (place, place + 2, _two_rows(texts[place], texts[place + 1], _spread(sheet, place)))
        for place in range(len(texts) - 1)
    ]
    best: tuple[int, int, list[tuple[str, str | None]]] | None = None
    best_score = 1
    for first, after, headings in candidates:
        keys = {found[0].key for _, name in headings if name and (found := column_for(name))}
        if "name" in keys and keys & _CONFIRMS and len(keys) > best_score:
            best, best_score = (first, after, headings), len(keys)
    if best is None:
        return None
    first, after, headings = best
    title = " ".join([sheet.name, *(text for row in texts[:first] for text in row if text)])
    columns, others = _assign(headings)
    take = next((place for place, (written, _) in enumerate(headings) if normal_heading(written) == TAKE), None)
    return _Header(after, columns, others, title, take)


def _one_row(row: Sequence[str]) -> list[tuple[str, str | None]]:
    return [(text, text or None) for text in row]


def _two_rows(upper: list[str], lower: list[str], spread: Mapping[int, int] | None) -> list[tuple[str, str | None]]:
    """For each column what is written there and the heading it amounts to."""
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    headings: list[tuple[str, str | None]] = []
    group = ""
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if spread is not None:
            group = upper[spread.get(place, place)]
        elif above or not below:
            group = above
        both = group + below
        if not below:
            meant: str | None = above or None
        elif column_for(both):
            meant = both
        elif _OTHERS.search(group):
            meant = None
        else:
            meant = below
        headings.append((both, meant))
    return headings


def _spread(sheet: RawSheet, row: int) -> dict[int, int] | None:
    """Column → the column whose text a merged cell spreads to it; None where the file does not tell."""
    if sheet.merged is None:
        return None
    return {
        column: left
        for (top, left), (bottom, right) in sheet.merged
        if top <= row <= bottom
        for column in range(left, right + 1)
    }


def _assign(headings: Sequence[tuple[str, str | None]]) -> tuple[dict[int, str], dict[int, str]]:
    """One column for each key: its own heading before a synonym, the left before the right."""
    meanings = {place: found for place, (_, name) in enumerate(headings) if name and (found := column_for(name))}
    columns: dict[int, str] = {}
    for own in (True, False):
        for place, (column, is_own) in meanings.items():
            if is_own is own and column.key not in columns.values():
                columns[place] = column.key
    others = {
        place: written
        for place, (written, _) in enumerate(headings)
        if written and place not in columns and normal_heading(written) not in _OURS_ALONE
    }
    return columns, others


def _rows(sheet: RawSheet, header: _Header) -> list[SheetRow]:
    filled = _with_merged(sheet, header)
    rows = []
    for place in range(header.first, len(filled)):
        row = filled[place]
        cells = {key: row[column] for column, key in header.columns.items() if column < len(row)}
        if _is_child(cells, row):
            extra = {name: row[column] for column, name in header.others.items() if column < len(row)}
            take = text_of(row[header.take]) if header.take is not None and header.take < len(row) else ""
            rows.append(SheetRow(sheet.name, place + 1, cells, extra, header.title, take))
    return rows


def _with_merged(sheet: RawSheet, header: _Header) -> list[list[Cell]]:
    """A cell merged over several children (乡镇, 村, the father of siblings) counts for each of them."""
    rows: list[list[Cell]] = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged or ():
        key = header.columns.get(left)
        if top < header.first or left != right or key in (None, "name", "id_no", "file_no"):
            continue
        for place in range(top + 1, min(bottom + 1, len(rows))):
            rows[place][left] = rows[top][left]
    return rows


def _is_child(cells: Mapping[str, Cell], row: Sequence[Cell]) -> bool:
    """Not a blank line, our example, a header printed again, a line of column numbers, or the foot of the sheet."""
    said = {key: text_of(cell) for key, cell in cells.items() if not is_blank(cell)}
    if not said:
        return False
    name = said.get("name", "")
    if _EXAMPLE.match(name) or normal_heading(name) in ("姓名", "儿童姓名"):
        return False
    written = [text_of(cell) for cell in row if text_of(cell)]
    if len(written) > 3 and all(text.isdecimal() for text in written):
        numbers = [int(text) for text in written]
        if all(after == before + 1 for before, after in pairwise(numbers)):
            return False
    if _TOTALS.match(written[0]):
        return False
    return bool(said.keys() & {"id_no", "birth_date"}) or not _FOOTER.match(written[0])


def tables(data: bytes, filename: str) -> list[RawSheet]:
    """Every visible sheet as it is, headings or none: for lists that are no roster. Raises RosterFileError."""
    return _sheets(data, filename)
