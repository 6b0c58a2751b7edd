"""How a county wants its printed Excel to look: type, size, who signs. One small workbook that the county edits itself.

表格样式.xlsx has the columns 项目, 填写, 说明. A row that says nothing keeps our own; a row that says nonsense is answered
with the row and what may stand there, and no sheet is made until it is right: a county must not find out on paper.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import python_calamine
from xlsxwriter import Workbook

FILE_NAME = "表格样式.xlsx"


@dataclass(frozen=True)
class Style:
    """The county's choices; these are ours."""

    font: str = "宋体"
    title_font: str = "黑体"
    size: int = 10
    title_size: int = 18
    county: str = ""  # in front of the titles: 高台县
    signatures: tuple[str, ...] = ("填表人", "审核人", "负责人", "填表日期")
    footer: str = ""


class BadStyle(ValueError):
    """What is wrong in which row; `faults` are whole sentences for the county's clerk."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


_ITEMS: tuple[tuple[str, str, str], ...] = (
    ("正文字体", "font", "电脑上有的字体,如 宋体、仿宋、微软雅黑"),
    ("标题字体", "title_font", "如 黑体、方正小标宋简体"),
    ("正文字号", "size", "8 到 14 的整数"),
    ("标题字号", "title_size", "14 到 26 的整数"),
    ("标题前加的县名", "county", "如 高台县;空着就不加"),
    ("签字栏", "signatures", "用、隔开,最多 5 个"),
    ("页脚左边的字", "footer", "空着就写表名"),
)
_SIZES = {"size": (8, 14), "title_size": (14, 26)}
MOST = 40


def default_workbook() -> bytes:
    """The workbook a county takes and edits: every item with what holds now."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("表格样式")
    look = {"border": 1, "valign": "vcenter", "num_format": "@", "font_size": 11}
    head, body = book.add_format({**look, "bold": True, "bg_color": "#EDEFEF"}), book.add_format(look)
    hint = book.add_format({**look, "font_color": "#525A5D"})
    for place, (title, width) in enumerate((("项目", 18), ("填写", 36), ("说明", 48))):
        sheet.write_string(0, place, title, head)
        sheet.set_column(place, place, width)
    style = Style()
    for row, (title, name, says) in enumerate(_ITEMS, start=1):
        value = getattr(style, name)
        sheet.write_string(row, 0, title, body)
        sheet.write_string(row, 1, "、".join(value) if isinstance(value, tuple) else str(value), body)
        sheet.write_string(row, 2, says, hint)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def read_style(content: bytes) -> Style:
    """The county's style. Raises BadStyle with a sentence for each row that cannot be."""
    try:
        rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except Exception:
        raise BadStyle([f"{FILE_NAME} 打不开：不是 Excel 文件，或者存坏了。"]) from None
    style, faults = Style(), []
    by_title = {title: name for title, name, _ in _ITEMS}
    for number, row in enumerate(rows, start=1):
        title, said = (str(cell).strip() for cell in (*row, "", "")[:2])
        if title in ("", "项目") or (title in by_title and not said):
            continue
        if title not in by_title:
            faults.append(f"{FILE_NAME} 第{number}行：没有“{title[:20]}”这一项。")
            continue
        value, fault = _value(by_title[title], said)
        if fault:
            faults.append(f"{FILE_NAME} 第{number}行“{title}”：{fault}")
        else:
            style = replace(style, **{by_title[title]: value})
    if faults:
        raise BadStyle(faults)
    return style


def _value(name: str, said: str) -> tuple[Any, str]:
    if name in _SIZES:
        least, most = _SIZES[name]
        number = said.removesuffix(".0")
        if not number.isdecimal() or not least <= int(number) <= most:
            return None, f"要写{least}到{most}的整数。"
        return int(number), ""
    if name == "signatures":
        who = tuple(one.strip() for one in said.replace(",", "、").replace("，", "、").split("、") if one.strip())
        return (who, "") if 0 < len(who) <= 5 else (None, "要写1到5个，用、隔开。")
    return (said, "") if len(said) <= MOST else (None, f"最多{MOST}个字。")
