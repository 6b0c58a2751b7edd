"""Long imports, the way back, rows that contradict each other, and columns that have no place. Invented people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.handlers import roster as handler
from db import child_changes, roster_jobs, roster_notes
from db import roster as rosters
from db.models import children as child_table
from db.models import imports
from domain.policy import COUNTY_DEFAULTS
from tests.cast import HEJING, JIANGUO, YULAN
from tests.house import TestHouse
from tests.stories.rosters import BOY, GIRL, HEAD, NO_ID, all_children, how_many, named, workbook

pytestmark = pytest.mark.slow

BIG = [("儿童" + "甲乙丙丁戊己庚辛"[at], None, f"2015-06-0{at + 1}", "女", "新坝镇", "暖泉村", *[None] * 7) for at in range(8)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight rows are a long import here, written three at a time."""
    monkeypatch.setattr(handler, "AT_ONCE", 5)
    monkeypatch.setattr(roster_jobs, "PART", 3)


async def test_a_long_import_goes_on_beside_the_messages_and_says_when_it_is_done(house: TestHouse, small: None) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    await phone.send_file(workbook(*BIG), "名册.xlsx")
    assert "8行都读过了" in phone.everything  # the line that showed how far it is, changed in place
    assert "新的孩子8人" in phone.last.text
    assert await how_many(house) == before
    await phone.press("确认导入8人")
    assert "新建8人" in phone.last.text
    assert await how_many(house) == before + 8
    assert "没有变化" in await phone.send_file(workbook(*BIG), "名册.xlsx")


async def test_an_import_killed_half_way_goes_on_behind_its_last_part(house: TestHouse, small: None) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    await phone.send_file(workbook(*BIG), "名册.xlsx")
    part, calls = roster_jobs.part, 0

    def dies(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise RuntimeError
        return part(*given, **named)

    roster_jobs.part = dies  # type: ignore[assignment]
    try:
        with pytest.raises(RuntimeError):
            await phone.press("确认导入8人")
    finally:
        roster_jobs.part = part
    assert await how_many(house) == before + 6
    await house.restart()
    await house.settle()
    assert await how_many(house) == before + 8
    assert "新建8人" in phone.last.text
    state = await house.look(lambda conn: conn.execute(select(imports.c.stage, imports.c.rows)).all())
    assert [tuple(row) for row in state] == [(None, None)]


async def test_a_preview_killed_before_it_was_said_is_made_anew(house: TestHouse, small: None) -> None:
    phone = house.phone(JIANGUO)
    check, rosters.check = rosters.check, _dies
    try:
        with pytest.raises(RuntimeError):
            await phone.send_file(workbook(*BIG), "名册.xlsx")
    finally:
        rosters.check = check
    await house.restart()
    await house.settle()
    assert "新的孩子8人" in phone.last.text


def _dies(*_: Any) -> Any:
    raise RuntimeError


async def test_a_whole_import_is_taken_back_but_what_somebody_changed_since_stays_and_is_named(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY, GIRL), "名册.xlsx")
    await phone.press("确认导入")
    changed = (*BOY[:6], "留守", *BOY[7:])
    await phone.send_file(workbook(changed, (*GIRL[:11], "红", None), NO_ID), "名册2.xlsx")
    await phone.press("确认导入")
    girl = await named(house, "王欣怡")
    assert girl.tier == "red"
    later = replace(girl, address="暖泉村二社")
    await house.db.run(
        lambda conn: child_changes.change_child(
            conn, later, house.now, COUNTY_DEFAULTS, by=None, source="chat", changed={"address": [None, "暖泉村二社"]}
        )
    )
    said = await phone.press("撤销这次导入")
    assert "新建的1份" in said
    said = await phone.press("确定撤销")
    assert girl.file_no in said
    boy, other = await named(house, "王思源"), await named(house, "何梓涵")
    assert [label.value for label in boy.labels] == ["left_behind", "low_income"]
    assert (other.close_reason, other.closed_on) == ("undone", house.today)
    assert (await named(house, "王欣怡")).tier == "red"
    assert "已撤销" in await phone.send("导入记录")
    # the same roster again opens the closed file anew instead of making a second one
    await phone.send_file(workbook(NO_ID), "名册.xlsx")
    await phone.press("确认导入")
    assert (await named(house, "何梓涵")).closed_on is None


async def test_a_long_import_is_taken_back_in_parts(house: TestHouse, small: None) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(*BIG), "名册.xlsx")
    await phone.press("确认导入")
    await phone.press("撤销这次导入")
    await phone.press("确定撤销")
    assert "8份档案变回了导入前" in phone.last.text
    query = select(func.count()).where(child_table.c.close_reason == "undone")
    assert await house.look(lambda conn: conn.execute(query).scalar_one()) == 8


async def test_nobody_takes_back_somebody_elses_import_but_the_county(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    await phone.press("确认导入")
    message, button = phone.find_button("撤销这次导入")
    director = house.phone(YULAN)
    assert "确定撤销" not in await director.press_raw(button["callback_data"], message.id)
    assert "撤销第1次" in str((await _said(house, HEJING, "导入记录")).buttons)


async def _said(house: TestHouse, who: Any, words: str) -> Any:
    phone = house.phone(who)
    await phone.send(words)
    return phone.last


async def test_rows_that_contradict_each_other_are_shown_side_by_side_and_chosen(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    other = (*BOY[:6], "单亲", "王万福", "爷爷", "10000000009", "王磊", "黄", None)
    said = await phone.send_file(workbook(BOY, other, GIRL), "名册.xlsx")
    assert "有1个孩子，两处写的不一样" in said
    said = await phone.press("看不一样的1个")
    assert "照护人电话：10000000001" in said
    assert "照护人电话：10000000009" in said
    assert "父亲姓名" not in said  # the same in both
    said = await phone.press("合起来")
    assert "可以导入的一共2行" in said
    assert "新建2人" in await phone.press("确认导入")
    boy = await named(house, "王思源")
    assert {label.value for label in boy.labels} == {"left_behind", "low_income", "single_parent"}


async def test_an_unknown_column_is_listed_and_kept_as_a_note_if_wanted(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    head, row = (*HEAD, "微信群"), (*BOY[:12], "爱画画", "暖泉一群")
    said = await phone.send_file(workbook(row, head=head), "名册.xlsx")
    assert "没用上的列1个：微信群" in said
    await phone.press("没用上的列记成备注")
    await phone.press("确认导入")
    boy = await named(house, "王思源")
    notes = await house.look(lambda conn: roster_notes.notes_of(conn, [boy.id]))
    assert notes == {boy.id: [("备注", "爱画画"), ("微信群", "暖泉一群")]}
    assert "没有变化" in await phone.send_file(workbook(row, head=head), "名册.xlsx")
    assert len(await all_children(house)) == len({child.id for child in await all_children(house)})


async def test_a_new_row_that_sounds_like_a_child_on_file_is_doubted(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(NO_ID), "名册.xlsx")
    await phone.press("确认导入")
    said = await phone.send_file(workbook(("何子涵", *NO_ID[1:])), "名册.xlsx")
    assert "提醒" in said
