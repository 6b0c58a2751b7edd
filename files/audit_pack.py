"""审计包 as an Excel workbook: one sheet a question of the audit, each figure with where it comes from."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import xlsxwriter

from domain.audit_pack import Pack

NOTE = "只有数量、代码和日期，没有任何人的姓名、号码、地址。/ Counts, codes and days only."

def workbook(pack: Pack, say: Callable[[str], str]) -> bytes:
    """The pack; numbers stay numbers. `say` gives what the bot calls a thing too, by its key in locales/."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], note: str = "") -> None:
        page = book.add_worksheet(name)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.write(
            0,
            0,
            f"{pack.year}年 未成年人个人信息保护合规审计 · {name}",
            book.add_format({"bold": True, "font_size": 13}),
        )
        page.write(1, 0, note or NOTE)
        for place, (title, width) in enumerate(columns):
            page.set_column(place, place, width)
            page.write(3, place, title, head)
        for number, row in enumerate(rows, 4):
            for place, value in enumerate(row):
                page.write(number, place, value, wrap)
        page.freeze_panes(4, 0)

    sheet("一 孩子", (("年龄段", 14), ("档案", 12), ("人数", 10)), _children(pack))
    sheet(
        "二 处理的字段", (("表", 24), ("字段", 24), ("是否加密存放", 14)),
        ((table, column, "加密" if sealed else "明码（代码、日期）") for table, column, sealed in pack.fields),
    )  # fmt: skip
    names = {
        "read": "查看",
        "export": "导出、打印",
        "share": "报告、转介、交办",
        "change": "登记、修改",
        "refused": "被拒绝的访问",
        "other": "其他",
    }
    sheet("三 访问", (("种类", 24), ("次数", 12)), ((names[key], count) for key, count in pack.access.items()))
    sheet("三附 日志明细", (("日志动作", 32), ("次数", 12)), pack.actions.items())
    sheet(
        "四 提供和同意", (("事项", 32), ("数量", 12)),
        [("转介", pack.shares["referrals"]), ("强制报告", pack.shares["reports"]), ("紧急查看", pack.openings)]
        + [(f"告知、同意：{say(f'consent.kind.{kind}')}", count) for kind, count in sorted(pack.consents.items())],
    )  # fmt: skip
    asked = {"see": "查阅", "copy": "复制", "correct": "更正", "delete": "删除"}
    answered = {"granted": "同意", "refused": "不同意", "open": "未答复"}
    sheet(
        "五 家长的申请", (("申请", 14), ("答复", 14), ("件数", 10)),
        ((asked[key.split()[0]], answered[key.split()[1]], count) for key, count in sorted(pack.requests.items())),
    )  # fmt: skip
    sheet(
        "六 保存和删除", (("种类", 24), ("保存天数", 10), ("本年已删", 10), ("到期未删", 10), ("依据", 70)),
        (
            (say(f"keeping.what.{name}"), days, pack.deletions.get(name, 0), pack.overdue.get(name, 0), why)
            for name, days, why in pack.keeping
        ),
        "“到期未删”都应为 0：每晚自动清理，日志里有每晚的数。",
    )  # fmt: skip
    sheet("六附 长期保存", (("表", 44), ("为什么", 90)), pack.stays.items())
    whole = "完整" if pack.journal_broken is None else f"从第 {pack.journal_broken} 行起对不上"
    sheet(
        "七 日志和事件", (("事项", 30), ("结果", 24)),
        (("日志链长度", pack.journal_links), ("日志链核对", whole), ("登记的安全事件", pack.incidents)),
    )  # fmt: skip
    book.close()
    return out.getvalue()


def _children(pack: Pack) -> list[tuple[str, str, int]]:
    states = {"open": "在用", "closed": "已结"}
    bands = {"<14": "不满14周岁", "14-17": "14至17周岁", "18+": "已满18周岁", "unknown": "生日不详"}
    return [(bands[key.split()[0]], states[key.split()[1]], count) for key, count in pack.children.items()]
