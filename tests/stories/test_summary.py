"""汇总 and 全县: who sees which figures, and that text, chart and workbook say the same."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db import issues
from db.models import journal
from domain.contacts import Kind
from domain.people import Role
from domain.reports.conflict import Conflict
from files import charts
from tests import cast
from tests.cast import HEJING, JIANGUO, LEADER, MAGUANG, YULAN
from tests.house import TestHouse
from tests.stories.summary_figures import (
    add_children,
    all_three,
    figures_drawn,
    figures_in,
    figures_printed,
    file_report,
    meet,
)

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


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
