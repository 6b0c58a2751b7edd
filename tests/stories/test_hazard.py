"""隐患: told in one message, handed to whose it is, mended, looked at, closed; waters with their 四个一."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from db import hazards, inspections
from db.models import attachments
from domain.hazards import kind_of, missing, place_of, told
from tests.cast import CUIFANG, HEJING, JIANGUO, LUOLAOSHI, MAGUANG, NUANQUAN, YULAN
from tests.house import TestHouse


@pytest.mark.parametrize(
    ("words", "kind", "place"),
    [
        ("涝坝边没有救生圈", "pond", "涝坝"),
        ("村东头水渠边护栏断了", "canal", "村东头水渠"),
        ("机井没盖盖子", "well", "机井"),
        ("学校门口的路没有减速带", "school", None),
        ("今天天气好", None, None),
    ],
)
def test_one_sentence_tells_the_sort_of_place_and_where(words: str, kind: str | None, place: str | None) -> None:
    assert kind_of(words) == kind
    assert place is None or place_of(words) == place


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("北渠边护栏断了", True), ("校门口托管班没证", True), ("去了小虎家，房顶漏了", False), ("路坏了没去成", False),
        ("奶奶说水渠护栏断了", False), ("北渠护栏断了吗", False), ("涝坝护栏修好了", False),
    ],
)  # fmt: skip
def test_a_place_out_of_order_is_told_in_a_sentence_and_a_family_is_none(words: str, tells: bool) -> None:
    assert told(words) is tells


def test_only_what_was_seen_missing_is_missing() -> None:
    assert missing({"sign": True, "ring": False, "rope": False}) == ("ring", "rope")
    assert missing({}) == ()


async def test_a_sentence_about_a_pond_goes_to_the_county_while_nobody_is_registered_at_the_water_office(
    house: TestHouse,
) -> None:
    phone, county = house.phone(YULAN), house.phone(HEJING)
    assert "对孩子有危险的地方" in await phone.send("涝坝边没有救生圈")
    await phone.press("报成隐患")
    assert "涝坝" in phone.text and "请核对" in phone.text
    await phone.press("确认")
    assert "直接交县里" in phone.text
    assert "县水务局还没有人登记" in county.text and "暖泉村" in county.text and "救生圈" not in county.text
    await county.press("打开看看")
    assert "没有救生圈" in county.text
    await county.press("转给单位")
    await county.press("县公安局")
    police = house.phone(MAGUANG)
    assert "请县公安局安排整改" in police.text
    await police.send("隐患")
    await police.press("涝坝")
    await police.press("整改好了")
    await police.send("装了两个救生圈")
    await police.press("确认")
    assert "请去看一眼" in phone.text
    await phone.press("打开看看")
    await phone.press("去看过了")
    await phone.press("还不行")
    await phone.send("圈是破的")
    await phone.press("确认")
    assert "还不行" in police.text
    await police.press("打开看看")
    await police.press("整改好了")
    await police.send("换新的了")
    await police.press("确认")
    await phone.send("隐患")
    await phone.press("涝坝")
    await phone.press("去看过了")
    await phone.press("行，销号")
    await phone.press("确认")
    assert "销号了" in phone.text and "已销号" in police.text
    counts = await house.look(lambda conn: hazards.measure_hazards_closed(conn, house.tree, house.today))
    assert (counts["reported"], counts["closed"], counts["late"]) == (1, 1, 0)


async def test_a_photo_with_a_caption_is_kept_with_the_hazard_and_other_towns_cannot_open_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send_photo(caption="隐患 校车超载 娃挤着站")
    assert "哪里" in phone.text
    assert "写清楚在哪里" in await phone.send("。")
    await phone.send("村口上车点")
    assert "照片 1 张" in phone.text
    await phone.press("确认")
    teacher = house.phone(LUOLAOSHI)
    assert "请县教育局安排整改" in teacher.text
    await teacher.press("打开看看")
    await teacher.press("照片 1")
    assert teacher.last.photo is not None
    made = await house.look(lambda conn: hazards.open_ones(conn, {NUANQUAN}))
    stranger = house.phone(MAGUANG)
    await stranger.send("隐患")
    assert "没有没销号的隐患" in stranger.text
    await stranger.press_raw(f"do:hz.open:{made[0].id}", stranger.last.id)
    assert "没找到" in stranger.text
    subjects = await house.look(lambda conn: [row.subject for row in conn.execute(attachments.select())])
    assert subjects == [f"hazard:{made[0].id}"]


async def test_a_look_at_a_water_reports_what_is_missing_once(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("危险点")
    await phone.press("记一处")
    await phone.press("水渠")
    await phone.send("村西大渠")
    for answer in ("有", "没有", "有", "有", "没有"):
        await phone.press(answer)
    await phone.press("确认")
    assert "缺救生圈" in phone.text
    await phone.press("危险点台账")
    assert "❌圈" in phone.text and "四个一齐的 0 处" in phone.text
    await phone.press("看 村西大渠")
    await phone.press("我去看了")
    await phone.press("有缺的")
    for answer in ("有", "没有", "有", "有", "没有"):
        await phone.press(answer)
    await phone.press("确认")
    assert "以前报过" in phone.text
    await phone.press("危险点台账")
    await phone.press("看 村西大渠")
    await phone.press("我去看了")
    await phone.press("四样都在")
    await phone.press("确认")
    counts = await house.look(lambda conn: hazards.measure_water_points(conn, house.tree, house.today))
    assert (counts["points"], counts["complete"]) == (1, 1)
    above, other = house.phone(JIANGUO), house.phone(CUIFANG)
    assert "村西大渠" in await above.send("危险点")
    assert "还没有危险点" in await other.send("危险点")


async def test_in_the_season_a_water_nobody_looked_at_is_a_task_of_its_village_and_in_winter_it_is_not(
    house: TestHouse,
) -> None:
    now = datetime(2026, 6, 1, 2, tzinfo=UTC)

    def put(conn: object) -> None:
        hazards.put_point(
            conn, NUANQUAN, "pond", "村东涝坝", "620724.water", {}, now, by=None, looked_on=date(2026, 5, 20)
        )  # type: ignore[arg-type]

    await house.db.run(put)
    owed = await house.look(lambda conn: list(hazards.tasks(conn, date(2026, 6, 1), None, None)))
    assert [(one.kind, one.unit, one.due) for one in owed] == [("point_look", NUANQUAN, date(2026, 5, 27))]
    assert await house.look(lambda conn: list(hazards.tasks(conn, date(2026, 12, 1), None, None))) == []


async def test_a_check_of_a_care_place_reports_what_lacks_to_the_education_bureau_by_itself(house: TestHouse) -> None:
    phone, teacher = house.phone(YULAN), house.phone(LUOLAOSHI)
    await phone.send("托管检查")
    await phone.press("查托管")
    await phone.send("校门口午托")
    await phone.press("有不行的")
    for answer in ("不行", "好", "不行", "好", "好", "没看到", "好"):
        await phone.press(answer)
    await phone.press("确认")
    assert "不行的：证照、灭火器" in phone.text and "教育局" in phone.text
    assert "请县教育局安排整改" in teacher.text
    assert "2 项不行" in await phone.send("校车检查")
    counts = await house.look(lambda conn: inspections.measure_inspections(conn, house.tree, house.today))
    assert counts == {"bus": 0, "care": 1, "lacking": 1}


async def test_the_roster_of_law_deputy_heads_names_the_schools_without_one_first(house: TestHouse) -> None:
    teacher, director = house.phone(LUOLAOSHI), house.phone(YULAN)
    await teacher.send("法治副校长")
    for name in ("新坝中学", "黑泉小学"):
        await teacher.send("法治副校长")
        await teacher.press("加学校")
        await teacher.send(name)
        await teacher.press("确认")
    await teacher.press("给黑泉小学定一位")
    await teacher.send("马民警")
    await teacher.press("公安局")
    await teacher.send("2026年9月1日")
    await teacher.press("确认")
    said = await director.send("法治副校长")
    assert said.index("新坝中学：还没有") < said.index("黑泉小学：马民警（县公安局") and "没有法治副校长的 1 所" in said
    assert "加学校" not in str(director.last.labels)
    counts = await house.look(lambda conn: inspections.measure_law_deputies(conn, house.tree, house.today))
    assert counts == {"schools": 2, "with": 1, "without": 1}
