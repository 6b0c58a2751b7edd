"""儿童档案 (一人一档, plan task 9): one page in front with who the child is, the record behind it, as PDF.

The five parts of the plan: 基本信息, 走访记录, 工作日志, 关爱帮扶记录, 发现问题和解决方案. The Word version is made from the
same `Record` (files/word_templates.py). Reports stand in neither, but for a last table of numbers and states in a PDF
that somebody of the case team asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from files import press
from files.child_record import Facts, Record
from files.grid import COLUMNS, Cell, Frame, Row, Sheet, data_of, head, pairs, table, wide

TEMPLATE = "child_file.typ"
TITLE = "儿童关爱保护档案"
SIGNATURES = ("建档人", "儿童督导员", "日期")
NOTHING = "没有记录"
PEOPLE = 6  # rows on the first page; further guardians stand behind

# title, the columns with their width in mm (0: what is left), the keys of the facts
Behind = tuple[str, tuple[tuple[str, int], ...], tuple[str, ...]]
VISITS: Behind = (
    "走访记录", (("日期", 21), ("走访人", 18), ("见到", 24), ("情况", 0), ("安全教育", 26), ("需要", 20), ("心愿和备注", 34)),
    ("日期", "走访人", "见到", "情况", "安全教育", "需要", "心愿和备注"),
)  # fmt: skip
CONTACTS: Behind = (
    "联系记录", (("日期", 21), ("方式", 22), ("联系人", 18), ("结果", 38), ("情况", 0), ("父母联系", 18)),
    ("日期", "方式", "走访人", "结果", "情况和备注", "父母联系"),
)  # fmt: skip
LOG: Behind = ("工作日志", (("日期", 21), ("做了什么", 0), ("经办", 20)), ("日期", "内容", "经办"))
HELPS: Behind = (
    "关爱帮扶记录", (("日期", 21), ("类别", 20), ("内容", 0), ("提供方", 38), ("价值", 20)), ("日期", "类别", "内容", "提供方", "价值"),
)  # fmt: skip
PROBLEMS: Behind = (
    "发现问题和解决方案",
    (("发现日期", 21), ("类别", 18), ("问题", 0), ("状态", 16), ("解决日期", 21), ("解决方案", 50)),
    ("发现日期", "类别", "问题", "状态", "解决日期", "解决方案"),
)
REPORTS: Behind = (
    "强制报告（仅限办案人员，不入村级档案）", (("编号", 40), ("报告时间", 36), ("情形", 0), ("状态", 40)),
    ("编号", "报告时间", "情形", "状态"),
)  # fmt: skip


def front(record: Record, unit: str, made: str) -> Sheet:
    """The first page: basic facts, guardians, carer and agreement, labels, tier, benefits, consents."""
    facts = record.facts
    school = f"{facts['学校']}{facts['年级']}"
    rows: list[Row] = [
        head("一、基本信息"),
        (
            Cell("姓名", 3, "label"), Cell(facts["姓名"], 5), Cell("性别", 2, "label"), Cell(facts["性别"], 2),
            Cell("民族", 2, "label"), Cell(facts["民族"], 3), Cell("出生日期", 3, "label"), Cell(facts["出生日期"], 4),
        ),
        pairs(("身份证号", facts["身份证号"]), ("年龄", facts["年龄"]), ("户口", facts["户口登记"]), widths=(3, 8, 2, 3, 2, 6)),
        pairs(("户籍地", facts["户籍地"]), ("与谁同住", facts["与谁同住"]), widths=(3, 12, 3, 6)),
        wide("现居住地", "　".join(one for one in (facts["所在村"], facts["现居住地"]) if one), narrow=3),
        pairs(("学校年级", school), ("就学", facts["就学状况"]), ("寄宿", facts["是否寄宿"]), widths=(3, 11, 2, 3, 2, 3)),
        pairs(("健康状况", facts["健康状况"]), ("患病类型", facts["患病类型"]), widths=(3, 9, 3, 9)),
        pairs(("残疾类别等级", facts["残疾类别等级"]), ("残疾证号", _cert(facts)), widths=(4, 6, 3, 11)),
        pairs(("心理行为", facts["心理行为"]), ("同户儿童", facts["同户儿童"]), widths=(3, 9, 3, 9)),
        pairs(("风险等级", _since(facts["风险等级"], facts["风险等级起"])), ("建档日期", facts["建档日期"]), widths=(3, 12, 3, 6)),
        head("二、儿童类别"),
        *table((("类别", 6), ("起", 4), ("止", 4), ("依据", 10)), _lines(record.labels, "类别", "起", "止", "依据"), NOTHING),
        head("三、监护人和照护人"),
        *table(
            (("关系", 3), ("姓名", 3), ("身份证号", 6), ("电话", 4), ("状况、能力", 4), ("务工地、返乡", 4)),
            [_person(one) for one in record.people[:PEOPLE]], NOTHING,
        ),
        head("四、委托照护协议"),
        pairs(
            ("照护人", f"{facts['照护人姓名']}　{facts['照护人关系']}".strip("　")), ("电话", facts["照护人电话"]),
            ("协议", facts["委托照护协议"]), widths=(3, 7, 2, 5, 2, 5),
        ),
        pairs(
            ("签订日期", facts["协议签订日期"]), ("起止", " 至 ".join(one for one in (facts["协议起"], facts["协议止"]) if one)),
            ("编号", facts["协议编号"]), widths=(3, 4, 2, 8, 2, 5),
        ),
        wide("每周联系约定", facts["每周联系约定"]),
        head("五、享受救助和知情同意"),
        *table(
            (("项目", 8), ("状态", 4), ("起", 4), ("止", 4), ("金额", 4)),
            _lines(record.benefits, "项目", "状态", "起", "止", "金额"), NOTHING,
        ),
        wide("告知和同意", "；".join(f"{one['事项']}：{one['结果']}（{one['日期']}）" for one in record.consents)),
    ]  # fmt: skip
    if facts["结案日期"]:
        rows.append(pairs(("结案日期", facts["结案日期"]), ("结案原因", facts["结案原因"]), widths=(3, 9, 3, 9)))
    return Sheet(TITLE, f"建档单位：{unit}", f"档案号：{facts['档案号']}　{made}", tuple(rows), SIGNATURES)


def _since(words: str, day: str) -> str:
    return f"{words}　自{day}起" if day else words


def _cert(facts: Facts) -> str:
    until = facts["残疾证有效期"]
    return facts["残疾证号"] + (f"（有效期至{until}）" if until else "")


def _lines(rows: Sequence[Facts], *keys: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(key, "") for key in keys) for row in rows]


def _person(one: Facts) -> tuple[str, ...]:
    """A row of the guardians: what belongs together shares a cell."""

    def joined(*parts: str) -> str:
        return "\n".join(part for part in parts if part)

    relation = f"{one['关系']}（照护人）" if one["照护人"] else one["关系"]
    able = f"监护能力{one['监护能力']}" if one["监护能力"] else ""
    home = f"{one['返乡']}返乡" if one["返乡"] else ""
    call = f"{one['最近与孩子联系']}联系" if one["最近与孩子联系"] else ""
    return (
        relation, one["姓名"], one["身份证号"], one["电话"], joined(one["状况"], able, one["行业"]),
        joined(one["务工地"], one["外出时间"] and f"{one['外出时间']}起", home, call),
    )  # fmt: skip


def parts(record: Record) -> list[dict[str, Any]]:
    """The record behind the first page, block by block, as plain values."""
    lists = (record.visits, record.contacts, record.log, record.helps, record.problems)
    behind = [_part(kind, rows) for kind, rows in zip((VISITS, CONTACTS, LOG, HELPS, PROBLEMS), lists, strict=True)]
    if record.reports:
        behind.append(_part(REPORTS, record.reports))
    further = record.people[PEOPLE:]
    if further:
        columns = ("关系", "姓名", "身份证号", "电话", "状况")
        people: Behind = ("其他监护人", tuple((name, 0) for name in columns), columns)
        behind.insert(0, _part(people, further))
    return behind


def _part(behind: Behind, rows: Sequence[Facts]) -> dict[str, Any]:
    title, columns, keys = behind
    return {
        "title": f"{title}（{len(rows)}条）" if rows else title, "columns": [name for name, _ in columns],
        "widths": [width for _, width in columns], "rows": _lines(rows, *keys), "nothing": NOTHING,
    }  # fmt: skip


def child_file_pdf(record: Record, unit: str, made: str, frame: Frame) -> bytes:
    """The file as a PDF without a password: seal it (files/report_form.py `sealed`) before it leaves the house."""
    return press.pdf(TEMPLATE, _data(record, unit, made, frame), strict=True)


def pictures(record: Record, unit: str, made: str, frame: Frame, ppi: float = 72.0) -> list[bytes]:
    """The same pages as PNG, for looking at; never sent."""
    return press.pictures(TEMPLATE, _data(record, unit, made, frame), ppi)


def _data(record: Record, unit: str, made: str, frame: Frame) -> dict[str, Any]:
    [sheet] = data_of([front(record, unit, made)], frame)["sheets"]
    return {"frame": asdict(frame), "columns": COLUMNS, "front": sheet, "parts": parts(record)}
