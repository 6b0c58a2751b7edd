"""工作日志 of one person for one month, a line a day, as Excel and as PDF: the same rows in both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from domain.work_days import Act, What, by_day
from files import press
from files.bureau_book import Book, Column, Ledger
from files.child_record import day_of
from files.grid import Frame
from files.sheet_style import Style

TEMPLATE = "rows.typ"
WEEKDAYS = "一二三四五六日"
WORDS = {
    What.VISIT: "上门走访", What.CONTACT: "电话、见面等联系", What.MISSED: "联系了、没联系上", What.OPENED: "新建档案",
    What.CHANGED: "更新档案", What.ISSUE: "发现问题", What.SOLVED: "解决问题", What.HELP: "关爱帮扶", What.AGREEMENT: "委托照护协议",
    What.TIER: "调整风险等级", What.DEED: "专项工作", What.NOTE: "其他工作",
}  # fmt: skip
COLUMNS = (
    Column("日期", 12),
    Column("星期", 6),
    Column("工作内容", 62, left=True),
    Column("走访\n人次", 7),
    Column("联系\n人次", 7),
)
WIDTHS = (24, 13, 0, 17, 17)
SIGNATURES = ("记录人", "审核人", "日期")
MOST_NAMES = 12


@dataclass(frozen=True)
class Month:
    """Whose month it is, and everything done in it."""

    who: str
    post: str  # 新坝镇暖泉村 儿童主任
    first: date
    acts: Sequence[Act]

    @property
    def title(self) -> str:
        return f"{self.first.year}年{self.first.month}月工作日志"


def lines_of(day: Mapping[What, Sequence[Act]]) -> list[str]:
    """A day in sentences: what is one and the same is said once, with how many and whom."""
    return [line for what, acts in day.items() for line in _lines(what, acts)]


def _lines(what: What, acts: Sequence[Act]) -> list[str]:
    if what is What.NOTE:
        return [act.words for act in acts]
    if what in (What.VISIT, What.CONTACT, What.MISSED, What.OPENED, What.CHANGED, What.AGREEMENT):
        return [f"{WORDS[what]}{len(acts)}人次：{_names(acts)}" if len(acts) > 1 else f"{WORDS[what]}：{_names(acts)}"]
    return [f"{WORDS[what]}：{_joined(act)}" for act in acts]


def _names(acts: Iterable[Act]) -> str:
    names = list(dict.fromkeys(act.child for act in acts))
    more = f"等{len(names)}名" if len(names) > MOST_NAMES else ""
    return "、".join(names[:MOST_NAMES]) + more


def _joined(act: Act) -> str:
    return "，".join(part for part in (act.child, act.words) if part)


def rows_of(month: Month) -> list[tuple[str | int, ...]]:
    """A row for each day on which something was done."""
    return [
        (
            day.isoformat(), f"周{WEEKDAYS[day.weekday()]}",
            "\n".join(f"{place}. {line}" for place, line in enumerate(lines_of(kinds), 1)),
            len(kinds.get(What.VISIT, ())), len(kinds.get(What.CONTACT, ())),
        )
        for day, kinds in by_day(month.acts).items()
    ]  # fmt: skip


def _total(rows: Sequence[Sequence[str | int]]) -> tuple[str | int, ...]:
    return ("合计", "", f"有记录{len(rows)}天", sum(int(row[3]) for row in rows), sum(int(row[4]) for row in rows))


def work_log_workbook(month: Month, today: date, style: Style, mark: str = "") -> bytes:
    """The month as Excel, upright A4."""
    rows = rows_of(month)
    book = Book(month.title, today, style, mark)
    book.ledger(
        Ledger(
            month.title, f"{month.post} {month.title}", f"记录人：{month.who}", f"打印：{day_of(today)}", COLUMNS, rows, _total(rows),
            upright=True,
        )
    )  # fmt: skip
    return book.bytes()


def work_log_pdf(month: Month, today: date, frame: Frame) -> bytes:
    """The same as PDF, without a password: seal it before it leaves the house."""
    return press.pdf(TEMPLATE, data_of(month, today, frame), strict=True)


def data_of(month: Month, today: date, frame: Frame) -> dict[str, Any]:
    """What the template prints, as plain values."""
    rows = rows_of(month)
    said = [[str(value) for value in row] for row in (*rows, _total(rows))] if rows else []
    return {
        "frame": asdict(frame), "title": f"{month.post} {month.title}", "left": f"记录人：{month.who}",
        "right": f"打印：{day_of(today)}", "signatures": SIGNATURES,
        "part": {
            "title": month.title, "columns": [column.heading for column in COLUMNS], "widths": WIDTHS, "rows": said,
            "nothing": "这个月没有记录",
        },
    }  # fmt: skip
