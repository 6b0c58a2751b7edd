"""汇总 and 全县: who sees which figures, and that text, chart and workbook say the same."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, select

from bot.words import Words
from db import child_due, children, contacts, issues, people, reports
from db.models import journal
from db.types import new_id
from domain.children import Child, Tier
from domain.contacts import Contact, Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from domain.reports.case import Act, Event, Part
from domain.reports.conflict import Conflict
from files import charts
from files.workbook import HEADING_ROW
from tests import cast
from tests.cast import HEJING, JIANGUO, LEADER, MAGUANG, YULAN
from tests.house import TestHouse
from tests.phone import Phone

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
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
    contact = Contact(new_id(), child.id, house.today, kind, True, kind is Kind.HOME_VISIT, role)

    def put(conn: Connection) -> None:
        contacts.put(conn, contact, {}, house.now, batch=new_id())
        child_due.refresh_due(conn, [child.id], COUNTY_DEFAULTS)

    await house.db.run(put)


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
        lambda conn: children.add_children(conn, new, house.now, COUNTY_DEFAULTS, by=None, source="test", demo=True)
    )
    return new


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the typesetter was given for each chart, which is drawn all the same."""
    given: list[dict[str, Any]] = []
    typeset = charts._typeset

    def listen(template: str, data: str) -> bytes:
        given.append(json.loads(data))
        return typeset(template, data)

    monkeypatch.setattr(charts, "_typeset", listen)
    return given


async def all_three(phone: Phone, drawn: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The figures in words, in the chart and in the workbook of the summary on the screen."""
    words, on_screen = phone.text, phone.last
    await phone.press("📈 图", on_screen)
    assert phone.last.photo is not None
    assert phone.last.photo.startswith(b"\x89PNG")
    await phone.press("📗 Excel", on_screen)
    assert phone.last.document is not None
    return figures_in(words), figures_drawn(drawn[-1]), figures_printed(phone.last.document)[0]


async def test_text_chart_and_workbook_of_a_town_say_the_same(house: TestHouse, drawn: list[dict[str, Any]]) -> None:
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    await meet(house, cast.XIAOYU, Kind.PHONE)
    await meet(house, cast.HAORAN, Kind.PHONE, Role.SUPERVISOR)
    await file_report(house, JIANGUO)
    await house.db.run(
        lambda conn: issues.put(conn, cast.YINUO.id, "school", "不想上学", None, house.today, help_wanted=True)
    )
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    words, chart, book = await all_three(phone, drawn)
    assert words == chart == book
    assert words == {
        "children": "4", "tier.red": "1", "tier.yellow": "1", "tier.green": "2", "contacts_done": "3",
        "contacts_due": "4", "contacts_overdue": "1", "visits_done": "1", "visits_due": "4", "visits_overdue": "3",
        "supervisor_done": "1", "supervisor_due": "4", "open_reports": "1", "open_issues": "1", "help_wanted": "3",
    }  # fmt: skip


async def test_text_chart_and_workbook_of_the_county_say_the_same(
    house: TestHouse, drawn: list[dict[str, Any]]
) -> None:
    await meet(house, cast.MUCHEN, Kind.HOME_VISIT)
    phone = house.phone(HEJING)
    await phone.send("/county")
    words, chart, book = await all_three(phone, drawn)
    assert words == chart == book
    assert (words["children"], words["visits_done"], words["visits_due"]) == ("5", "1", "5")


async def test_the_chart_is_of_the_moment_of_pressing(house: TestHouse, drawn: list[dict[str, Any]]) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    house.pass_time(days=1)
    await phone.press("📈 图")
    assert figures_drawn(drawn[-1])["visits_done"] == "1"
    assert "2026年11月19日" in drawn[-1]["scope"][0]
    assert "2026年11月19日" in phone.text


async def test_a_director_sees_the_own_village_and_no_number_of_reports(
    house: TestHouse, drawn: list[dict[str, Any]]
) -> None:
    await file_report(house, JIANGUO)
    phone = house.phone(YULAN)
    said = await phone.send("/town")
    assert "暖泉村" in said
    assert "报告" not in said
    words, chart, book = await all_three(phone, drawn)
    assert words["children"] == chart["children"] == book["children"] == "3"
    assert chart["open_reports"] == book["open_reports"] == "＊"


async def test_a_report_that_goes_around_the_town_is_not_counted_for_it(house: TestHouse) -> None:
    await file_report(house, HEJING, conflict=Conflict.TOWN)
    assert figures_in(await house.phone(JIANGUO).send("汇总"))["open_reports"] == "0"
    assert figures_in(await house.phone(HEJING).send("汇总新坝镇"))["open_reports"] == "1"


async def test_no_summary_is_longer_than_ten_lines(house: TestHouse) -> None:
    for who, words in ((YULAN, "汇总"), (JIANGUO, "汇总"), (HEJING, "全县"), (LEADER, "全县"), (LEADER, "汇总 新坝镇")):
        said = await house.phone(who).send(words)
        assert len(said.split("\n")) <= 10
        assert "截至2026年11月18日" in said
        assert "演示数据" in said


async def test_at_most_five_villages_are_named_for_help(house: TestHouse) -> None:
    await add_children(house, *(f"{cast.XINBA}{n:03}" for n in range(3, 8)))
    said = await house.phone(JIANGUO).send("汇总")
    assert "等 7 处" in said
    assert said.count("村") == 5


async def test_the_way_down_to_a_child_and_back(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    before = len(phone.messages)
    await phone.press("看各村")
    assert phone.last.labels == ["🤝暖泉村", "🤝新沟村", "📋 全部 30 处", "↩️ 新坝镇"]  # thirty villages, one message
    await phone.press("全部")
    assert "顺德村" in phone.last.labels
    assert "🤝暖泉村" in phone.last.labels
    await phone.press("暖泉村")
    assert figures_in(phone.text)["children"] == "3"
    await phone.press("↩️ 新坝镇")
    assert figures_in(phone.text)["children"] == "4"
    assert len(phone.messages) == before  # one message, changed in place
    await phone.press("看各村")
    await phone.press("暖泉村")
    await phone.press("看孩子")
    assert "殷小虎（0001）" in phone.last.labels


async def test_the_county_chooses_a_town_or_names_one(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("汇总")
    assert {"城关镇", "新坝镇", "罗城镇"} <= set(phone.last.labels)
    assert figures_in(await phone.press("新坝镇"))["children"] == "4"
    assert "暖泉村" in await phone.send("汇总暖泉村")
    await phone.send("/town 小坝村")  # there is one in each of two towns
    assert phone.last.labels == ["新坝镇小坝村", "黑泉镇小坝村"]
    assert "黑泉镇小坝村" in await phone.press("黑泉镇小坝村")
    assert "没找到" in await phone.send("/town 桃花岛")


async def test_a_supervisor_sees_no_other_town_and_not_the_county(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    assert "不在您的范围内" in await phone.send("汇总 黑泉镇")
    assert "不能做这个" in await phone.send("全县")
    assert "不能做这个" in await phone.press_raw("do:summary.show:620724107", phone.last.id)
    assert "新坝镇小坝村" in await phone.send("汇总 小坝村")  # only one of the two is theirs


async def test_a_leader_gets_no_cell_under_five_no_village_and_no_name(
    house: TestHouse, drawn: list[dict[str, Any]]
) -> None:
    await add_children(house, *[cast.DINGAN] * 6)
    phone = house.phone(LEADER)
    await phone.send("全县")
    words, chart, book = await all_three(phone, drawn)
    assert words["children"] == chart["children"] == book["children"] == "10"  # eleven, to the nearest five
    assert "数字取到最近的5" in phone.everything
    assert words["tier.red"] == chart["tier.red"] == book["tier.red"] == "＊"
    content = phone.last.document
    assert content is not None
    assert figures_printed(content)[1] == ["汇总", "说明"]  # no list of children
    assert not phone.has_button("超期名单")
    assert "看不了村里的" in await phone.send("汇总 暖泉村")
    said = await phone.send("全县 10月3号到10月20号")  # two ranges that differ by a day could be subtracted
    assert said.startswith("给您看的是整月的数。\n📊 高台县　2026年10月\n")
    assert "10月3日" not in await phone.press("📈 图")
    for child in cast.CHILDREN:
        assert child.name not in phone.everything


async def test_a_leaders_line_of_a_town_is_that_of_the_countys_table(house: TestHouse) -> None:
    await add_children(house, *[cast.DINGAN] * 6)
    phone = house.phone(LEADER)
    # 黑泉镇 has seven, but shown beside the county's eleven it would tell how few there are in 新坝镇
    assert figures_in(await phone.send("汇总 黑泉镇"))["children"] == "＊"


async def test_the_workbook_lists_overdue_children_masked_and_the_journal_knows(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    await phone.press("Excel")
    assert phone.last.file_name == "新坝镇汇总-2026-11-18.xlsx"
    book = load_workbook(io.BytesIO(phone.last.document or b""))
    cells = [str(cell) for row in book["超期名单"].iter_rows(values_only=True) for cell in row]
    assert "殷*虎" in cells
    assert "GT-106-001-0001" in cells
    assert "殷小虎" not in cells
    lines = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "export")).all())
    assert [(line.subject, line.detail["what"]) for line in lines] == [("unit:620724106", "summary")]


async def test_departments_and_admins_have_no_summary(house: TestHouse) -> None:
    for who in (MAGUANG, cast.ADMIN, cast.AUDITOR):
        assert "不能做这个" in await house.phone(who).send("汇总")


async def test_days_gone_by_by_any_words_with_chart_and_workbook_of_the_same_table(
    house: TestHouse, drawn: list[dict[str, Any]]
) -> None:
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    house.pass_time(days=20)  # 8 December: what was done in November is last month's
    await meet(house, cast.XIAOYU, Kind.PHONE)
    phone = house.phone(JIANGUO)
    for words in ("汇总 新坝镇 上个月", "汇总新坝镇11月", "上个月汇总", "汇总 2026-11-01 到 2026-11-30"):
        said = await phone.send(words)
        assert said.startswith("📊 新坝镇　2026年11月\n在册 4 名，联系到 1 名\n家访见到过 1 名"), words
        assert "再往前（2026年10月）：在册 4，联系到 0" in said  # only its own past
        assert len(said.split("\n")) <= 10
    on_screen = phone.last
    await phone.press("📈 图", on_screen)
    assert [figure["value"] + figure["of"] for figure in drawn[-1]["figures"]] == ["1 / 4", "1", "0"]
    await phone.press("📗 Excel", on_screen)
    total = list(load_workbook(io.BytesIO(phone.last.document or b""))["汇总"].iter_rows(values_only=True))[-1]
    assert total[1:] == (4, 4, 1, 1, 0, 0, 1, 0)
    said = await phone.press("往前一期", on_screen)
    assert "2026年10月" in said
    assert "12月1日至12月31日" in await phone.press("看现在的")


async def test_days_that_are_not_there_are_answered_plainly(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    assert "2027年3月还没到" in await phone.send("汇总 明年3月")
    assert "没有「2月30日」这样的日子" in await phone.send("汇总 2月30日")
    assert "没找到「桃花岛」" in await phone.send("汇总 桃花岛 上个月")
    assert "2026年" in await phone.send("汇总 顺德村 今年")  # a village with nobody on file
    assert figures_in(await phone.press_raw("do:summary.show:620724106|x", phone.last.id))["children"] == "4"
    assert "还没到" in await phone.press_raw("do:summary.show:620724106|300101-300131", phone.last.id)


async def test_two_villages_of_one_name_are_two_buttons_that_keep_the_days(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("汇总 小坝村 上个月")
    assert phone.last.labels == ["新坝镇小坝村", "黑泉镇小坝村"]
    assert "黑泉镇小坝村　2026年10月" in await phone.press("黑泉镇小坝村")


async def test_from_a_number_to_the_list_to_the_child_and_back(house: TestHouse) -> None:
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    phone = house.phone(JIANGUO)
    await phone.send("汇总")
    await phone.press("没联系 3")
    assert "殷小雨（0002） 暖泉村" in "".join(phone.last.labels)
    listed = phone.last
    assert "殷小雨" in await phone.press("殷小雨")
    await phone.press("别的数", listed)
    assert {"本月没联系到 3", "🔴 红色 1", "在册 4"} <= set(phone.last.labels)
    await phone.press("↩️ 新坝镇")
    assert figures_in(phone.text)["children"] == "4"
    noted = await house.look(
        lambda conn: conn.execute(select(journal.c.detail).where(journal.c.action == "behind.read")).scalars().all()
    )
    assert noted == [{"count": 3}]


async def test_the_county_goes_down_by_places_and_sees_numbers_not_names(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    await phone.send("全县")
    await phone.press("没联系 5")
    assert phone.last.labels[:2] == ["新坝镇 4", "黑泉镇 1"]
    await phone.press("新坝镇 4")
    assert any("GT-106-001-0001" in label for label in phone.last.labels)
    await phone.press("↩️ 高台县")
    assert "新坝镇 4" in phone.last.labels
    for child in cast.CHILDREN:
        assert child.name not in phone.everything


async def test_whom_a_month_gone_by_missed(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("汇总 上个月")
    await phone.press("没做到的")
    assert "一次没联系到 3" in phone.last.labels
    await phone.press("一次没联系到")
    assert any("殷小虎" in label for label in phone.last.labels)


async def test_leaders_have_no_lists_and_are_told_so_when_they_ask_for_names(house: TestHouse) -> None:
    phone = house.phone(LEADER)
    for words in ("哪些孩子没走访", "暖泉村有哪些娃", "小虎家啥情况"):
        before = len(phone.messages)
        await phone.send(words)
        assert "不看孩子的名字" in phone.messages[before + 1].text, words
    assert "不能做这个" in await phone.press_raw("do:behind.list:contacts|620724106", phone.last.id)
    assert "不能做这个" in await phone.press_raw("do:behind.all:620724", phone.last.id)
    await phone.send("全县 上个月")
    assert not phone.has_button("没做到的")
    for child in cast.CHILDREN:
        assert child.name not in phone.everything


async def test_every_picture_of_the_county_comes_and_leaders_get_none_of_the_villages(house: TestHouse) -> None:
    await file_report(house, HEJING)
    phone = house.phone(HEJING)
    await phone.send("图表")
    wanted = phone.last
    assert wanted.labels == ["本月联系", "近12个月", "往后几周", "风险等级", "各村一张图", "报告时限", "19项任务"]
    for label in wanted.labels:
        await phone.press(label, wanted)
        assert (phone.last.photo or b"").startswith(b"\x89PNG"), label
    leader = house.phone(LEADER)
    await leader.send("图表")
    assert "各村一张图" not in leader.last.labels
    assert "没有汇总数字" in await leader.press_raw("do:pictures.draw:squares|620724", leader.last.id)
    await leader.send("图表 新坝镇")  # months of a town beside the county's would give small cells away
    assert leader.last.labels == ["本月联系", "风险等级"]


async def test_what_is_missing_in_a_file_is_a_reason_to_call(house: TestHouse) -> None:
    phone = house.phone(HEJING)
    said = await phone.send("资料核对")
    assert "也不是谁的错" in said
    await phone.press("新坝镇")
    await phone.press("暖泉村")
    assert "殷小虎" not in phone.text
    phone = house.phone(YULAN)
    said = await phone.send("资料核对")
    assert re.search(r"\d\. .{1,2}殷小虎：", said)
    assert phone.has_button("📞 打电话")
    assert "不能做这个" in await house.phone(LEADER).send("资料核对")
