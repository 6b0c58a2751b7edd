"""走访记录表: one home visit on one page, in the groups of the visit's own questions (domain.md 2.5).

Filled from what was entered; what was not asked stays blank, so that the same page can be finished by pen at the door.
"""

from __future__ import annotations

from files.child_record import CHECKS, NEEDS, TALKS, Facts, Record
from files.grid import Cell, Row, Sheet, head, pairs, ticks, wide

TITLE = "农村留守儿童和困境儿童走访记录表"
FINE = ("正常", "有情况")
SIGNATURES = ("走访人", "照护人（家长）", "儿童督导员", "日期")
CHECKED = {
    "居住": "床铺、卫生、用火用电煤烟、附近水域和道路",
    "吃穿钱": "三餐、衣物、生活费到没到",
    "身体": "生病、外伤、接种和用药",
    "学习": "到校、作业、寄宿",
    "情绪行为": "情绪、朋友、手机使用、异常表现",
    "大人照看": "照护人能不能照看、每周联系、饮酒或打骂",
    "安全": "周边隐患、独自在家、交通",
}


def visit_form(record: Record, visit: Facts | None, unit: str) -> Sheet:
    """The page of one visit; without one an empty page for this child, to be taken along."""
    facts, said = record.facts, (visit or {}).get
    school = f"{facts['学校']}{facts['年级']}"
    rows: list[Row] = [
        (
            Cell("儿童姓名", 3, "label"), Cell(facts["姓名"], 5), Cell("性别", 2, "label"), Cell(facts["性别"], 2),
            Cell("年龄", 2, "label"), Cell(facts["年龄"], 3), Cell("档案号", 3, "label"), Cell(facts["档案号"], 4),
        ),
        pairs(("儿童类别", facts["儿童类别"]), ("风险等级", facts["风险等级"]), widths=(3, 12, 3, 6)),
        pairs(("家庭住址", facts["现居住地"]), ("学校年级", school), widths=(3, 10, 3, 8)),
        pairs(
            ("照护人", f"{facts['照护人姓名']}　{facts['照护人关系']}".strip("　")), ("电话", facts["照护人电话"]), widths=(3, 10, 3, 8)
        ),
        pairs(("走访日期", said("日期", "")), ("走访人", " ".join(one for one in (said("走访人", ""), said("岗位", "")) if one)), widths=(3, 10, 3, 8)),
        pairs(("在家的人", said("见到", "")), ("见到孩子本人", ticks(("是", "否"), said("见到孩子"))), widths=(3, 9, 4, 8)),
        head("走访情况"),
        (Cell("内容", 4, "label"), Cell("看什么", 12, "label"), Cell("情况", 8, "label")),
    ]  # fmt: skip
    for name in CHECKS.values():
        rows.append((Cell(name, 4, "label"), Cell(CHECKED[name], 12), Cell(ticks(FINE, said(name)), 8)))
    rows += [
        wide("有情况的说明", _worries(visit), tall=14),
        wide("父母上周联系", ticks(("联系过", "没有联系", "不知道"), said("父母联系"))),
        wide("讲了安全教育", ticks(tuple(TALKS.values()), _several(said("安全教育", "")))),
        wide("孩子的心愿", said("孩子心愿", ""), tall=8),
        wide("家里的需要", ticks(tuple(NEEDS.values()), _several(said("需要", "")))),
        wide("发现的问题", said("问题", ""), tall=14),
        wide("处理和解决", "；".join(one for one in (said("求助", ""), said("处理", "")) if one), tall=14),
        wide("备注", said("备注", ""), tall=8),
    ]
    return Sheet(TITLE, f"走访单位：{unit}", "", tuple(rows), SIGNATURES)


def _several(said: str) -> list[str]:
    return said.split("、") if said else []


def _worries(visit: Facts | None) -> str:
    return "" if visit is None or visit["情况"] == "都正常" else visit["情况"]
