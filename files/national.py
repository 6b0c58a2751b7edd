"""全国儿童福利信息系统: the columns an officer types over there, and what has changed since somebody last did.

The national system offers no interface (domain.md 2.2), so we give a table in the order of its form and a tick for each
child. What was true at the tick is kept; the difference to today is what is still to be entered, field by field.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.agreements import both_away, parents_of
from domain.children import Relation
from files.bureau_book import Book, Column, Ledger
from files.child_record import Facts, Record, day_of, iso, person, yes_no
from files.sheet_style import Style

TITLE = "全国儿童福利信息系统录入表"
OPEN, CLOSED = "在册", "已结案"
_PLAIN = (
    "档案号", "姓名", "性别", "民族", "身份证号", "户口登记", "户籍地", "现居住地", "健康状况", "患病类型", "残疾类别等级", "残疾证号",
    "是否寄宿", "就学状况", "学校", "年级", "儿童类别", "救助享受",
)  # fmt: skip
_CARER = ("照护人姓名", "照护人身份证号", "照护人电话", "照护人关系", "照护人住址")
_WIDTHS = {"身份证号": 20, "现居住地": 24, "户籍地": 24, "学校": 18, "档案号": 17, "儿童类别": 14}


class Standing(StrEnum):
    """How a child stands with the national system."""

    NEW = "new"  # never entered
    CHANGED = "changed"
    CLOSED = "closed"  # closed here, still open over there
    SAME = "same"
    NONE = "none"  # closed here and never entered: nothing to do


@dataclass(frozen=True)
class FieldChange:
    """One field: what stands over there, what stands here."""

    field: str
    before: str
    after: str


def row_of(record: Record, town: str, village: str) -> dict[str, str]:
    """One child in the national form's order. The keys are the headings, and stay the same from release to release."""
    child, facts = record.child, record.facts
    found = {name: facts[name] for name in _PLAIN[:4]}
    found["出生日期"] = iso(child.birth_date)
    found |= {name: facts[name] for name in _PLAIN[4:7]}
    found |= {"乡镇": town, "村（社区）": village}
    found |= {name: facts[name] for name in _PLAIN[7:]}
    for relation, word in ((Relation.PATERNAL_GRANDPARENT, "祖父母"), (Relation.MATERNAL_GRANDPARENT, "外祖父母")):
        people = [person(one) for one in child.guardians if one.relation is relation]
        found[word] = "、".join(one["姓名"] + (f"（{one['出生日期']}）" if one["出生日期"] else "") for one in people)
    for relation, word in ((Relation.FATHER, "父亲"), (Relation.MOTHER, "母亲")):
        one: Facts = next((person(each) for each in child.guardians if each.relation is relation), {})
        for key in ("姓名", "出生日期", "身份证号", "电话", "状况", "监护能力", "务工地"):
            found[f"{word}{key}"] = one.get(key, "")
    found["父母双方外出"] = yes_no(both_away(child) if parents_of(child) else None)
    found["委托照护协议"] = _agreement(facts["委托照护协议"])
    found |= {name: facts[name] for name in _CARER}
    found["状态"] = CLOSED if child.closed_on else OPEN
    found["结案日期"], found["结案原因"] = iso(child.closed_on), facts["结案原因"]
    return found


def _agreement(state: str) -> str:
    """Whether one stands: 将到期 and 待补 are the office's own affair and would change by themselves."""
    return "已签订" if state.startswith(("有效", "将到期")) else "未签订" if state else ""


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """What to enter over there. A column that is new since the tick counts only where it holds something."""
    return tuple(
        FieldChange(name, before.get(name, ""), value) for name, value in after.items() if before.get(name, "") != value
    )


def standing(before: Mapping[str, str] | None, after: Mapping[str, str]) -> Standing:
    """How this child stands, from what stood at the last tick."""
    closed = after["状态"] == CLOSED
    if before is None:
        return Standing.NONE if closed else Standing.NEW
    if not changes(before, after):
        return Standing.SAME
    return Standing.CLOSED if closed and before.get("状态") != CLOSED else Standing.CHANGED


STANDINGS = {
    Standing.NEW: "新增", Standing.CHANGED: "变更", Standing.CLOSED: "减少（结案）", Standing.SAME: "已同步", Standing.NONE: "",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One child of the export: its row, how it stands, what changed, and the day of the last tick."""

    row: Mapping[str, str]
    standing: Standing
    changed: tuple[FieldChange, ...]
    ticked_on: date | None


def national_workbook(unit: str, lines: Sequence[Line], today: date, style: Style, mark: str = "") -> bytes:
    """Three sheets: 录入表 (all open files), 变动清单 (field by field), 减少人员 (closed here)."""
    book = Book(f"{unit}{TITLE}", today, style, mark)
    left, right = f"填报单位：{unit}", f"截至{day_of(today)}"
    entered = [one for one in lines if one.row["状态"] == OPEN]
    heads = list(next(iter((*entered, *lines))).row) if lines else ["档案号", "姓名"]
    columns = tuple(Column(name, _width(name)) for name in heads)
    columns += (Column("本次", 10), Column("上次同步", 12))
    rows = [(*one.row.values(), STANDINGS[one.standing], iso(one.ticked_on)) for one in entered]
    book.ledger(
        Ledger(
            "录入表",
            style.county + TITLE,
            left,
            f"{right}　共{len(rows)}名",
            columns,
            rows,
            freeze=2,
            signed=False,
            across=4,
        )
    )
    changed = [
        (one.row["档案号"], one.row["姓名"], each.field, each.before, each.after, iso(one.ticked_on))
        for one in lines if one.standing in (Standing.CHANGED, Standing.CLOSED)
        for each in one.changed
    ]  # fmt: skip
    heads_changed = (
        Column("档案号", 17), Column("姓名", 12), Column("项目", 16), Column("国家系统里是", 30), Column("应改为", 30), Column("上次同步", 12),
    )  # fmt: skip
    book.ledger(
        Ledger("变动清单", f"{style.county}与国家系统不一致的项目", left, right, heads_changed, changed, freeze=2)
    )
    gone = [
        (one.row["档案号"], one.row["姓名"], one.row["身份证号"], one.row["乡镇"] + one.row["村（社区）"], one.row["结案日期"],
         one.row["结案原因"], STANDINGS[one.standing])
        for one in lines if one.row["状态"] == CLOSED and one.ticked_on is not None
    ]  # fmt: skip
    heads_gone = (
        Column("档案号", 17), Column("姓名", 12), Column("身份证号", 20), Column("村（社区）", 18), Column("结案日期", 12),
        Column("结案原因", 16), Column("本次", 14),
    )  # fmt: skip
    book.ledger(Ledger("减少人员", f"{style.county}国家系统中应减少的儿童", left, right, heads_gone, gone, freeze=2))
    return book.bytes()


def _width(name: str) -> int:
    return next((width for key, width in _WIDTHS.items() if name.endswith(key)), max(10, 2 * len(name) + 2))


def national_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """The same columns as CSV. A value that a spreadsheet would take for a formula is led by an apostrophe."""
    out = io.StringIO()
    listed = list(rows)
    if listed:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(listed[0].keys())
        writer.writerows([_inert(value) for value in row.values()] for row in listed)
    return out.getvalue()


def _inert(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
