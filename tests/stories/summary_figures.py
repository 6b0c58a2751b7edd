"""What the stories of 汇总 share: its figures as said, drawn and printed, and a county in which something happened."""

from __future__ import annotations

import io
import re
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import Connection

from bot.words import Words
from db import child_changes, children, people, reports
from db.types import new_id
from domain.children import Child, Tier
from domain.contacts import Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from domain.reports.case import Act, Event, Part
from domain.reports.conflict import Conflict
from files.workbook import HEADING_ROW
from tests import cast
from tests.cast import MAGUANG, YULAN
from tests.done import done
from tests.house import TestHouse
from tests.phone import Phone

NUMBER = r"(\d+|＊)"


def figures_in(text: str) -> dict[str, str]:
    """The figures of a summary in words, by the names of the summary's columns."""
    found: dict[str, str] = {}
    for pattern, *names in (
        (rf"在册 {NUMBER} 名：🔴红 {NUMBER}　🟡黄 {NUMBER}　🟢绿 {NUMBER}", "children", "tier.red", "tier.yellow", "tier.green"),
        (rf"本月联系（.*）：{NUMBER}/{NUMBER} 名，超期 {NUMBER} 名", "contacts_done", "contacts_due", "contacts_overdue"),
        (rf"本季走访（.*）：{NUMBER}/{NUMBER} 名，超期 {NUMBER} 名", "visits_done", "visits_due", "visits_overdue"),
        (rf"督导员今年联系：{NUMBER}/{NUMBER} 名", "supervisor_done", "supervisor_due"),
        (rf"未结报告 {NUMBER} 件", "open_reports"),
        (rf"未了问题 {NUMBER} 个", "open_issues"),
        (rf"需要帮助：{NUMBER} 名", "help_wanted"),
    ):  # fmt: skip
        if match := re.search(pattern, text):
            found |= dict(zip(names, match.groups(), strict=True))
    return found


def figures_drawn(data: dict[str, Any]) -> dict[str, str]:
    """The figures a chart prints, from what was given to the typesetter."""
    contacts_, visits, late = data["figures"]
    found = {
        "contacts_done": contacts_["value"], "contacts_due": contacts_["of"].strip(" /"),
        "visits_done": visits["value"], "visits_due": visits["of"].strip(" /"),
        "visits_overdue": late["value"], "contacts_overdue": late["note"].rpartition(" ")[2],
    }  # fmt: skip
    found |= {f"tier.{part['tier']}": part["text"] for part in data["tiers"]["parts"]}
    found["children"] = re.search(rf"在册儿童 {NUMBER} 名", data["scope"][1])[1]  # type: ignore[index]
    help_, report, issue, supervisor = data["facts"]
    found["help_wanted"] = re.search(NUMBER, help_)[1]  # type: ignore[index]
    found["open_reports"], found["open_issues"] = report.rpartition(" ")[2], issue.rpartition(" ")[2]
    found["supervisor_done"], _, found["supervisor_due"] = supervisor.rpartition(" ")[2].partition("/")
    return found


def figures_printed(content: bytes) -> tuple[dict[str, str], list[str]]:
    """The total line of 汇总, by the same names; and the names of the sheets."""
    book = load_workbook(io.BytesIO(content))
    heading, *_, total = book["汇总"].iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    words = Words()
    names = {words(f"workbook.{name}"): name for name in WORKBOOK_NAMES}
    return {names[head]: str(cell) for head, cell in zip(heading, total, strict=True) if head in names}, book.sheetnames


WORKBOOK_NAMES = (
    "children", "tier.red", "tier.yellow", "tier.green", "contacts_due", "contacts_done", "contacts_overdue",
    "visits_due", "visits_done", "visits_overdue", "supervisor_due", "supervisor_done", "open_reports", "open_issues",
    "help_wanted",
)  # fmt: skip


async def meet(house: TestHouse, child: Child, kind: Kind, role: Role = Role.CHILD_DIRECTOR) -> None:
    """Somebody was reached today, the child was seen if it was at home."""
    await done(house, child, house.today, kind, role)


async def file_report(house: TestHouse, *watchers: cast.Person, conflict: Conflict = Conflict.NONE) -> None:
    """An open report about a child of 暖泉村 on the desks of the police and of these people."""

    def put(conn: Connection) -> None:
        by = people.me_of(conn, YULAN.chat_id)
        assert by is not None
        report = reports.file(
            conn, by.person_id, {"what": "…"}, house.now, situation="R4", urgent=False, conflict=conflict,
            child_id=cast.XIAOHU.id, unit=cast.NUANQUAN,
        )  # fmt: skip
        reports.put_event(conn, report, Event(Act.FILED, house.now, person=by.person_id))
        reports.put_event(conn, report, Event(Act.SENT, house.now, to=cast.POLICE))
        for one in (MAGUANG, *watchers):
            post = people.posts_at(conn, one.role, one.unit)[0]
            part = Part.RECEIVER if one is MAGUANG else Part.WATCHER
            reports.seat_post(conn, report, post, part, house.now)

    await house.db.run(put)


async def add_children(house: TestHouse, *units: str, tier: Tier = Tier.GREEN) -> list[Child]:
    """Children on file since last year whom nobody has met."""
    new = [
        Child(new_id(), f"{children.file_prefix(unit)}{900 + n}", f"孙若溪{n}", unit, tier=tier, added_on=cast.XIAOHU.added_on)
        for n, unit in enumerate(units)
    ]  # fmt: skip
    await house.db.run(
        lambda conn: child_changes.add_children(
            conn, new, house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True
        )
    )
    return new


async def all_three(phone: Phone, drawn: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The figures in words, in the chart and in the workbook of the summary on the screen."""
    words, on_screen = phone.text, phone.last
    await phone.press("📈 图", on_screen)
    assert phone.last.photo is not None
    assert phone.last.photo.startswith(b"\x89PNG")
    await phone.press("📗 Excel", on_screen)
    assert phone.last.document is not None
    return figures_in(words), figures_drawn(drawn[-1]), figures_printed(phone.last.document)[0]
