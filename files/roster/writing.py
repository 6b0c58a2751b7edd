"""The roster as a workbook of ours: the empty template, and the corrected copy of a file with bad rows.

Every cell is written as a string in a text column: ID numbers keep all digits, and what begins with = stays words.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter

from domain.roster import BY_KEY, COLUMNS, TAKE, TAKE_ALL, TAKE_THIS, Bad, CheckedRow, Problem, disagreements
from domain.roster.values import text_of
from domain.units import UnitTree

Say = Callable[[str, Mapping[str, object]], str]  # key of the words, params → the sentence

_TEMPLATE_ROWS = 3_000
_FIRST = (("问题", 46), ("原位置", 16))
_HOW_TO_TAKE = f"在「{TAKE}」里选一行「{TAKE_THIS}」；或者选「{TAKE_ALL}」，空着的由另一行补上。选好再导入。"
_GENERAL = (
    "一个孩子填一行，从第3行开始填；第2行是示例，不会导入。",
    "红色表头的列必填，其他的知道多少填多少；空着的格子不会改动系统里已有的内容。",
    "所有格子都是文本格式。身份证号不要用数字格式，否则 Excel 只保留前15位，后3位会变成0。",
    "日期写成 2016-05-08 或 2016年5月8日，用公历。农历生日请换成公历。",
    "儿童类别可以填几个，中间用顿号隔开，如：留守、低保。",
    "两个孩子不能用同一个身份证号；同一份名册再导入一次，不会重复建档。",
    "名册里是未成年人的信息：不要发到微信群，用完及时删除。",
)


def template(tree: UnitTree) -> bytes:
    """An empty roster (xlsx) for this county: text columns, drop-downs, an example row that is never imported."""
    stream = io.BytesIO()
    with _workbook(stream) as book:
        sheet = book.add_worksheet("儿童名册")
        _head(book, sheet, [], last_row=_TEMPLATE_ROWS, extra=[])
        example = book.add_format({"num_format": "@", "italic": True, "font_color": "#808080", "bg_color": "#F2F2F2"})
        for place, column in enumerate(COLUMNS):
            _put(sheet, 1, place, column.example, example)
        sheet.freeze_panes(1, 1)
        _drop_downs(book, sheet, tree, first_column=0, rows=(2, _TEMPLATE_ROWS))
        _instructions(book)
        sheet.activate()
    return stream.getvalue()


def corrected_copy(rows: Sequence[CheckedRow], tree: UnitTree, say: Say) -> bytes:
    """The file given back (xlsx): bad rows first with every reason in words, wrong cells red, then the good rows.

    Columns not ours stand at the end, as they were. The copy can be corrected and imported as it is.
    """
    stream = io.BytesIO()
    groups = disagreements(rows)
    asked = {id(row) for group in groups for row in group}
    ordered = [
        *(row for group in groups for row in group),  # side by side, to be chosen from
        *(row for row in rows if isinstance(row.result, Bad) and id(row) not in asked),
        *(row for row in rows if not isinstance(row.result, Bad)),
    ]
    before = [*_FIRST, (TAKE, 12)] if groups else _FIRST
    extra = list(dict.fromkeys(heading for row in rows for heading in row.source.extra))
    with _workbook(stream) as book:
        sheet = book.add_worksheet("儿童名册")
        first = _head(book, sheet, before, last_row=len(rows) + 200, extra=extra)
        plain = book.add_format({"num_format": "@", "valign": "top"})
        wrong = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        reason = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#9C0006"})
        choice = book.add_format({"num_format": "@", "valign": "top", "bg_color": "#FFEB9C", "border": 1})
        doubt = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#7F6000"})
        for line, row in enumerate(ordered, 1):
            bad = row.problems
            told = bad or getattr(row.result, "warnings", ())
            reasons = [say(each.key, each.params) for each in told] + ([_HOW_TO_TAKE] if id(row) in asked else [])
            _put(sheet, line, 0, "\n".join(reasons), reason if bad else doubt)
            if id(row) in asked:
                _put(sheet, line, len(_FIRST), row.source.take, choice)
                sheet.data_validation(line, len(_FIRST), line, len(_FIRST), {"validate": "list", "source": [TAKE_THIS, TAKE_ALL]})
            sheet.write_string(line, 1, f"{row.source.sheet} 第{row.source.line}行", plain)
            marked = {each.column for each in bad}
            for place, column in enumerate(COLUMNS, first):
                style = wrong if column.key in marked else plain
                _put(sheet, line, place, text_of(row.source.cells.get(column.key)), style)
            for place, heading in enumerate(extra, first + len(COLUMNS)):
                _put(sheet, line, place, text_of(row.source.extra.get(heading)), plain)
        sheet.freeze_panes(1, first + 1)
        sheet.autofilter(0, 0, max(len(rows), 1), first + len(COLUMNS) + len(extra) - 1)
        _drop_downs(book, sheet, tree, first_column=first, rows=(1, len(rows) + 200))
        _counts(book, rows, say)
        sheet.activate()
    return stream.getvalue()


def _put(sheet: Any, line: int, place: int, text: str, style: Any) -> None:
    """A string cell, or an empty one in that style: a string of no characters is not empty to a filter."""
    if text:
        sheet.write_string(line, place, text, style)
    else:
        sheet.write_blank(line, place, None, style)


def _workbook(stream: io.BytesIO) -> Any:
    # no formula, no link and no number is ever made out of a stranger's text
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.formats[0].set_font_name("宋体")
    return book


def _head(book: Any, sheet: Any, before: Sequence[tuple[str, int]], last_row: int, extra: Sequence[str]) -> int:
    """The header row, widths, text format and print layout; gives the place of the first roster column."""
    text = book.add_format({"num_format": "@"})
    style = {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True}
    normal = book.add_format({**style, "bg_color": "#DDEBF7"})
    required = book.add_format({**style, "bg_color": "#DDEBF7", "font_color": "#C00000"})
    for place, (heading, width) in enumerate(before):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, normal)
    for place, column in enumerate(COLUMNS, len(before)):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(
            0, place, column.heading + ("*" if column.required else ""), required if column.required else normal
        )
    for place, heading in enumerate(extra, len(before) + len(COLUMNS)):
        sheet.set_column(place, place, 14, text)
        sheet.write_string(0, place, heading, normal)
    sheet.set_row(0, 32)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3: 28 columns do not fit on A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C第&P页 共&N页")
    # silence the green corners on ID numbers kept as text
    sheet.ignore_errors({"number_stored_as_text": f"A1:AZ{last_row + 1}"})
    return len(before)


def _drop_downs(book: Any, sheet: Any, tree: UnitTree, first_column: int, rows: tuple[int, int]) -> None:
    """Lists to choose from. The village list follows the town in the same row; other words may still be typed."""
    lists = book.add_worksheet("选项")
    lists.hide()
    towns = tree.towns
    for place, town in enumerate(towns):
        villages = [unit.name for unit in tree.children_of(town.code)]
        lists.write_column(0, place + 1, villages)
        letter = xlsxwriter.utility.xl_col_to_name(place + 1)
        book.define_name(town.name, f"=选项!${letter}$1:${letter}${max(len(villages), 1)}")
    lists.write_column(0, 0, [town.name for town in towns])
    places = {column.key: first_column + place for place, column in enumerate(COLUMNS)}
    for column in COLUMNS:
        rule: dict[str, object]
        if column.key == "town":
            rule = {"validate": "list", "source": f"=选项!$A$1:$A${len(towns)}"}
        elif column.key == "village":
            town_cell = xlsxwriter.utility.xl_rowcol_to_cell(rows[0], places["town"], col_abs=True)
            rule = {"validate": "list", "source": f"=INDIRECT({town_cell})"}
        elif column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
        elif column.hint:
            rule = {"validate": "any"}
        else:
            continue
        rule |= {"input_title": column.heading, "input_message": column.hint, "show_error": False}
        sheet.data_validation(rows[0], places[column.key], rows[1], places[column.key], rule)


def _instructions(book: Any) -> None:
    sheet = book.add_worksheet("填写说明")
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 48)
    sheet.set_column(3, 3, 60)
    for line, sentence in enumerate(_GENERAL):
        sheet.write_string(line, 0, f"{line + 1}. {sentence}")
    top = len(_GENERAL) + 1
    for place, heading in enumerate(("列", "必填", "怎么填", "可选内容")):
        sheet.write_string(top, place, heading, bold)
    for line, column in enumerate(COLUMNS, top + 1):
        cells = (column.heading, "是" if column.required else "", column.hint, "、".join(column.choices))
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text, wrap)
    sheet.freeze_panes(top + 1, 0)


def _counts(book: Any, rows: Sequence[CheckedRow], say: Say) -> None:
    """How many rows, and how often each reason: one example sentence for each kind."""
    sheet = book.add_worksheet("汇总")
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    number = book.add_format({"valign": "top", "border": 1})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 70)
    bad = [row for row in rows if row.problems]
    for line, (name, count) in enumerate(
        (("总行数", len(rows)), ("可以导入", len(rows) - len(bad)), ("要改的", len(bad)))
    ):
        sheet.write_string(line, 0, name, bold)
        sheet.write_number(line, 1, count, number)
    for place, heading in enumerate(("列", "行数", "例子")):
        sheet.write_string(4, place, heading, bold)
    kinds: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Problem] = {}
    for row in bad:
        for kind in {(each.column, each.code) for each in row.problems}:
            kinds[kind] += 1
        for each in row.problems:
            examples.setdefault((each.column, each.code), each)
    for line, (kind, count) in enumerate(kinds.most_common(), 5):
        sheet.write_string(line, 0, BY_KEY[kind[0]].heading, wrap)
        sheet.write_number(line, 1, count, number)
        sheet.write_string(line, 2, say(examples[kind].key, examples[kind].params), wrap)
