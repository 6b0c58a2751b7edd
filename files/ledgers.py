"""台账 and 一人一表 of a village or a town, as Excel that a bureau takes on paper.

One sheet for each village, so that each is printed, checked and signed by itself; a town has its 汇总 in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.children import Label, Tier
from files.bureau_book import Book, Column, Ledger
from files.child_record import Facts, Record, day_of
from files.grid import Frame, grid_pdf
from files.register_form import registers
from files.sheet_style import Style

TITLE = "农村留守儿童和困境儿童台账"
NEVER = "—"
COLUMNS = (
    Column("序号", 4), Column("档案号", 9), Column("姓名", 8), Column("性别", 4), Column("出生日期", 10), Column("身份证号", 19),
    Column("儿童类别", 9), Column("风险等级", 4), Column("家庭住址", 14), Column("父亲", 12), Column("母亲", 12),
    Column("照护人", 12), Column("学校年级", 12), Column("健康状况", 8), Column("委托照护协议", 8),
    Column("最近联系\n最近走访", 10), Column("未解决问题", 6), Column("备注", 8),
)  # fmt: skip
# counts of the town's 汇总: heading → whether a child counts
COUNTS: tuple[tuple[str, Callable[[Record], bool]], ...] = (
    ("儿童数", lambda one: True),
    ("留守儿童", lambda one: Label.LEFT_BEHIND in one.child.labels),
    ("困境儿童", lambda one: any(label is not Label.LEFT_BEHIND for label in one.child.labels)),
    ("红", lambda one: one.child.tier is Tier.RED),
    ("黄", lambda one: one.child.tier is Tier.YELLOW),
    ("绿", lambda one: one.child.tier is Tier.GREEN),
    ("协议有效", lambda one: one.facts["委托照护协议"].startswith(("有效", "将到期"))),
    ("协议未签或过期", lambda one: one.facts["委托照护协议"] in ("未签", "过期", "终止")),
    ("有未解决问题", lambda one: bool(one.facts["未解决问题"])),
)


@dataclass(frozen=True)
class Village:
    """The open files of one village, by file number; `path` is town and village."""

    name: str
    path: str
    records: Sequence[Record]


def ledger_workbook(unit: str, villages: Sequence[Village], today: date, style: Style, mark: str = "") -> bytes:
    """台账. `unit` names the town, or the one village."""
    book = Book(f"{unit}台账", today, style, mark)
    if len(villages) > 1:
        book.ledger(_summary(unit, villages, today, style))
    for village in villages:
        if village.records or len(villages) == 1:  # one without children stands in the 汇总 and needs no empty page
            book.ledger(_ledger(village, today, style))
    return book.bytes()


def forms_workbook(unit: str, villages: Sequence[Village], today: date, style: Style, mark: str = "") -> bytes:
    """一人一表: the registration form of every child, a page each."""
    book = Book(f"{unit}一人一表", today, style, mark)
    for village in villages:
        if village.records:
            book.forms(village.name, registers(village.records, village.path, day_of(today)))
    return book.bytes()


def registers_pdf(villages: Sequence[Village], today: date, frame: Frame) -> bytes:
    """登记表 of every child, a page each, to be printed in one go: the same forms as the workbook's."""
    sheets = [sheet for one in villages for sheet in registers(one.records, one.path, day_of(today))]
    return grid_pdf(sheets, frame)


def _ledger(village: Village, today: date, style: Style) -> Ledger:
    rows = [_row(number, one.facts, one) for number, one in enumerate(village.records, start=1)]
    return Ledger(
        village.name, style.county + TITLE, f"填报单位：{village.path}", f"截至{day_of(today)}　共{len(rows)}名",
        COLUMNS, rows, freeze=3,
    )  # fmt: skip


def _row(number: int, facts: Facts, record: Record) -> tuple[str | int, ...]:
    by_relation = {one["关系"]: one for one in reversed(record.people)}
    carer = next((one for one in record.people if one["照护人"]), None)
    away = f"随父母外出至{facts['随父母外出至']}" if facts["随父母外出至"] else ""
    return (
        number, facts["档案号"], facts["姓名"], facts["性别"], record.child.birth_date.isoformat() if record.child.birth_date else "",
        facts["身份证号"], facts["儿童类别"], facts["风险等级"][:1], facts["现居住地"], _parent(by_relation.get("父亲")),
        _parent(by_relation.get("母亲")), _carer(carer), _lined((facts["学校"], facts["年级"])),
        _lined((facts["健康状况"], facts["患病类型"], facts["残疾类别等级"])), facts["委托照护协议"].replace("（", "\n").rstrip("）"),
        f"{facts['最近联系'] or NEVER}\n{facts['最近走访'] or NEVER}", facts["未解决问题"], away,
    )  # fmt: skip


def _parent(one: Facts | None) -> str:
    if one is None:
        return ""
    state = one["状况"] if one["状况"] not in ("", "正常", "外出务工") else ""
    return _lined((one["姓名"], one["电话"], one["务工地"], state))


def _carer(one: Facts | None) -> str:
    return _lined((one["姓名"], one["关系"], one["电话"])) if one else ""


def _lined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def _summary(unit: str, villages: Sequence[Village], today: date, style: Style) -> Ledger:
    """汇总 of a town: a line a village, in the county's own order, and the sum of them."""

    def counts(records: Sequence[Record]) -> list[int]:
        return [sum(1 for one in records if holds(one)) for _, holds in COUNTS]

    rows: list[tuple[str | int, ...]] = [
        (number, one.name, *counts(one.records)) for number, one in enumerate(villages, start=1)
    ]
    total: tuple[str | int, ...] = ("", "合计", *counts([record for one in villages for record in one.records]))
    columns = (Column("序号", 6), Column("村（社区）", 18), *(Column(name, 12) for name, _ in COUNTS))
    return Ledger(
        "汇总",
        f"{style.county}{TITLE}（汇总）",
        f"填报单位：{unit}",
        f"截至{day_of(today)}",
        columns,
        rows,
        total,
        freeze=2,
    )
