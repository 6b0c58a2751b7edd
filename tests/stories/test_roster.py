"""A roster sent into the chat: read, previewed, confirmed, and never half imported."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from db import child_changes, children
from db.models import child_history, imports, journal
from db.rows import opened
from domain.children import Label, Relation
from tests.cast import (
    JIANGUO,
    NUANQUAN,
    XIAOHU,
    YULAN,
)
from tests.house import TestHouse
from tests.kept import stored
from tests.stories.rosters import BAD, BOY, GIRL, HEAD, NO_ID, all_children, how_many, named, workbook

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def test_a_preview_writes_nothing_and_a_confirmed_roster_is_all_there(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    said = await phone.send_file(workbook(BOY, GIRL, NO_ID), "名册.xlsx")
    assert "3行" in said
    assert "新的孩子3人，有变化0人，没变化0人" in said
    assert await how_many(house) == before
    said = await phone.press("确认导入3人")
    assert "新建3人" in said
    assert await how_many(house) == before + 3
    boy = await named(house, "王思源")
    assert (boy.file_no, boy.unit, boy.tier, boy.birth_date) == ("GT-106-001-0004", NUANQUAN, "yellow", date(2016, 5, 8))  # fmt: skip
    assert boy.labels == (Label.LEFT_BEHIND, Label.LOW_INCOME)
    assert [(one.relation, one.name, one.carer) for one in boy.guardians] == [
        (Relation.FATHER, "王磊", False),
        (Relation.PATERNAL_GRANDPARENT, "王万福", True),
    ]
    assert boy.added_on == house.today
    entry = await house.look(lambda conn: children.by_file_no(conn, boy.file_no, {NUANQUAN}))
    assert entry.contact_due is not None


async def test_children_of_one_carer_share_a_household(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY, GIRL, NO_ID), "名册.xlsx")
    await phone.press("确认导入")
    boy, girl, other = await named(house, "王思源"), await named(house, "王欣怡"), await named(house, "何梓涵")
    assert boy.household is not None
    assert boy.household == girl.household
    assert other.household is None


async def test_a_sibling_who_comes_later_joins_the_household_on_file(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    await phone.press("确认导入")
    assert (await named(house, "王思源")).household is None
    await phone.send_file(workbook(GIRL), "名册.xlsx")
    await phone.press("确认导入")
    boy, girl = await named(house, "王思源"), await named(house, "王欣怡")
    assert boy.household == girl.household
    assert boy.household is not None


async def test_the_same_file_twice_changes_nothing(house: TestHouse) -> None:
    phone, file = house.phone(JIANGUO), workbook(BOY, GIRL, NO_ID)
    await phone.send_file(file, "名册.xlsx")
    await phone.press("确认导入")
    count = await how_many(house)
    said = await phone.send_file(file, "名册.xlsx")
    assert "一样的，没有变化" in said
    assert not phone.last.buttons
    assert await how_many(house) == count


async def test_the_same_file_with_numbers_of_its_own_and_no_id_numbers_changes_nothing_the_second_time(
    house: TestHouse,
) -> None:
    head = ("编号", *HEAD)
    file = workbook(("1", *NO_ID), ("GT-106-002-0777", "马静", None, "2014-01-01", *NO_ID[3:]), head=head)
    phone = house.phone(JIANGUO)
    await phone.send_file(file, "名册.xlsx")
    assert "新建2人" in await phone.press("确认导入")
    assert (await named(house, "马静")).file_no == "GT-106-002-0003"
    assert "没有变化" in await phone.send_file(file, "名册.xlsx")


async def test_confirming_twice_or_a_stale_preview_imports_once(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    message, button = phone.find_button("确认导入")
    await phone.send_file(workbook(BOY, GIRL), "名册2.xlsx")
    assert "新建2人" in await phone.press("确认导入2人")
    # the older preview is compared anew: its child is there by now
    assert "没有变化" in await phone.press_raw(button["callback_data"], message.id)
    assert "已经导入过" in await phone.press_raw(button["callback_data"], message.id)
    assert await how_many(house) == before + 2


async def test_cancel_forgets_the_rows(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    _, button = phone.find_button("确认导入")
    assert "没有导入" in await phone.press("取消")
    assert "已经导入过或取消了" in await phone.press_raw(button["callback_data"], phone.last.id)
    assert await how_many(house) == before
    assert await house.look(lambda conn: conn.execute(select(imports.c.rows)).scalars().all()) == [None]


async def test_bad_rows_are_named_by_row_and_column_and_come_back_in_a_workbook(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    said = await phone.send_file(workbook(BOY, BAD), "名册.xlsx")
    assert "有问题1行" in said
    assert "第3行「姓名、身份证号、照护人电话」" in said
    assert "李x3" not in said
    sheet = next(message for message in reversed(phone.messages) if message.document)
    assert sheet.document is not None
    book = openpyxl.load_workbook(io.BytesIO(sheet.document))
    first = [cell.value for cell in book["儿童名册"][2]]
    assert "校验不对" in str(first[0])
    assert "李x3" in first
    await phone.press("确认导入1人")
    assert "李x3" not in [child.name for child in await all_children(house)]


async def test_the_corrected_copy_is_imported_as_it_is(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY, BAD), "名册.xlsx")
    await phone.press("确认导入1人")
    copy = next(message.document for message in reversed(phone.messages) if message.document)
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book["儿童名册"]
    for cell in sheet[2]:
        if cell.value == "李x3":
            cell.value = "李晓"
        elif cell.value == "620799201311020285":
            cell.value = "620799201311020284"
        elif cell.value == "123":
            cell.value = "10000000009"
    stream = io.BytesIO()
    book.save(stream)
    said = await phone.send_file(stream.getvalue(), "改好.xlsx")
    assert "新的孩子1人，有变化0人，没变化1人" in said
    assert "新建1人" in await phone.press("确认导入1人")


async def test_a_roster_with_bad_rows_only_offers_nothing_to_confirm(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    said = await phone.send_file(workbook(BAD), "名册.xlsx")
    assert "没有能导入的行" in said
    assert not phone.last.buttons


async def test_a_changed_row_corrects_the_file_and_keeps_what_was_before(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    row = ("殷小虎", XIAOHU.id_no, None, None, "新坝镇", "暖泉村", "留守", "王秀英", "奶奶", "10012345678", None, "红", None)  # fmt: skip
    assert "有变化1人" in await phone.send_file(workbook(row), "名册.xlsx")
    assert "改了1人" in await phone.press("确认导入1人")
    child = await named(house, "殷小虎")
    assert (child.file_no, child.tier, child.household) == (XIAOHU.file_no, "red", "h1")
    assert len(child.guardians) == 2
    rows = await house.look(
        lambda conn: [
            opened(conn, child_history, row)["change"]
            for row in conn.execute(select(child_history).where(child_history.c.source.like("import:%")))
        ]
    )
    assert rows == [{"tier": ["green", "red"]}]


async def test_what_was_entered_between_preview_and_confirmation_is_seen(house: TestHouse) -> None:
    """The village's director imports the child while the supervisor's preview waits."""
    supervisor, director = house.phone(JIANGUO), house.phone(YULAN)
    await supervisor.send_file(workbook(BOY, GIRL), "名册.xlsx")
    await director.send_file(workbook(BOY), "名册.xlsx")
    await director.press("确认导入1人")
    assert "新建1人，改了0人，1人没有变化" in await supervisor.press("确认导入2人")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 nothing", "名册.pdf", "不是表格文件"),
        (b"PK\x03\x04broken", "名册.xlsx", "打不开"),
        (b" ", "名册.csv", "空的"),
        (workbook(head=("序号", "物品")), "物品.xlsx", "没有找到表头"),
        (workbook(), "名册.xlsx", "没有孩子的信息"),
    ],
    ids=["pdf", "broken", "empty", "no header", "no rows"],
)
async def test_a_file_that_is_no_roster_gets_a_clear_sentence(
    house: TestHouse, content: bytes, name: str, words: str
) -> None:
    assert words in await house.phone(YULAN).send_file(content, name)


async def test_import_hands_out_the_template_and_says_what_to_do(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send("导入名册")
    assert "新坝镇暖泉村" in said
    sheet = next(message.document for message in reversed(phone.messages) if message.document)
    head = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(sheet))["儿童名册"][1]]
    assert "身份证号" in head


async def test_imports_are_journaled_by_counts_and_no_name_lies_in_the_open(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    await phone.press("确认导入")
    rows = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action.like("roster.%"))).all())
    assert [row.action for row in rows] == ["roster.previewed", "roster.imported"]
    assert rows[1].detail == {"new": 1, "changed": 0, "same": 0, "bad": 0}
    await house.close()
    raw = stored(house)
    assert b"roster.imported" in raw and "王思源".encode() not in raw
    await house.open()


async def test_an_import_that_breaks_half_way_leaves_nothing_and_can_be_confirmed_again(
    house: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    changed = ("殷小虎", XIAOHU.id_no, None, None, "新坝镇", "暖泉村", "留守", "王秀英", "奶奶", "10012345678", None, "红", None)  # fmt: skip
    await phone.send_file(workbook(BOY, changed), "名册.xlsx")
    message, button = phone.find_button("确认导入2人")

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(child_changes, "change_child", breaks)  # the new children are written before
        await phone.press_raw(button["callback_data"], message.id)
        for _ in range(3):
            house.pass_time(minutes=1)
            await house.settle()
    assert "没办成" in phone.text
    assert await how_many(house) == before
    said = await phone.press_raw(button["callback_data"], message.id)
    assert "新建1人，改了1人" in said
    assert await how_many(house) == before + 1
