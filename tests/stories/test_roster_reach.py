"""How far a roster reaches: whose rows touch which children, and who may send none."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from sqlalchemy import Connection, select, update

from db import people
from db.models import attachments, posts
from domain.people import Role
from tests.cast import (
    ADMIN,
    CUIFANG,
    HEJING,
    JIANGUO,
    LEADER,
    MAGUANG,
    NUANQUAN,
    XIAOBA,
    XINGOU,
    YINUO,
    YULAN,
    Person,
)
from tests.house import TestHouse
from tests.stories.rosters import BOY, GIRL, NO_ID, OTHER_TOWN, how_many, named, workbook

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def test_a_director_imports_her_own_village_and_no_other(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    said = await phone.send_file(workbook(BOY, NO_ID), "名册.xlsx")
    assert "新的孩子1人" in said
    assert "有问题1行" in said
    assert "第3行「村/社区」" in said


async def test_an_empty_village_column_means_the_directors_own_village(house: TestHouse) -> None:
    phone = house.phone(CUIFANG)
    row = list(NO_ID)
    row[4] = row[5] = None
    await phone.send_file(workbook(row), "名册.xlsx")
    await phone.press("确认导入")
    assert (await named(house, "何梓涵")).unit == XINGOU


async def test_a_child_on_file_in_another_village_is_not_moved_over_by_a_directors_roster(house: TestHouse) -> None:
    await house.phone(JIANGUO).send_file(workbook(BOY), "名册.xlsx")
    await house.phone(JIANGUO).press("确认导入")
    phone = house.phone(CUIFANG)
    said = await phone.send_file(workbook((*BOY[:5], "新沟村", *BOY[6:])), "名册.xlsx")
    assert "没有能导入的行" in said
    copy = next(message.document for message in reversed(phone.messages) if message.document)
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(copy))["儿童名册"] for cell in row]
    assert any("不在您管的范围" in cell and "暖泉村" in cell for cell in cells)
    assert (await named(house, "王思源")).unit == NUANQUAN


async def test_the_supervisor_moves_a_child_within_the_town(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY, GIRL), "名册.xlsx")
    await phone.press("确认导入")
    await phone.send_file(workbook((*BOY[:5], "小坝村", *BOY[6:])), "名册.xlsx")
    await phone.press("确认导入1人")
    boy = await named(house, "王思源")
    assert (boy.unit, boy.file_no, boy.household) == (XIAOBA, "GT-106-001-0004", None)


async def test_a_supervisor_cannot_import_another_town_but_the_county_can(house: TestHouse) -> None:
    assert "没有能导入的行" in await house.phone(JIANGUO).send_file(workbook(OTHER_TOWN), "名册.xlsx")
    county = house.phone(HEJING)
    assert "新的孩子1人" in await county.send_file(workbook(OTHER_TOWN), "名册.xlsx")
    assert "新建1人" in await county.press("确认导入")


async def test_somebody_elses_preview_cannot_be_confirmed(house: TestHouse) -> None:
    phone, other, before = house.phone(JIANGUO), house.phone(HEJING), await how_many(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    _, button = phone.find_button("确认导入")
    await other.send("菜单")
    assert "已经导入过或取消了" in await other.press_raw(button["callback_data"], other.last.id)
    assert await how_many(house) == before
    assert "新建1人" in await phone.press("确认导入")


@pytest.mark.parametrize("person", [MAGUANG, LEADER, ADMIN], ids=lambda person: person.role.value)
async def test_others_cannot_import_and_their_file_is_not_kept(house: TestHouse, person: Person) -> None:
    phone = house.phone(person)
    said = await phone.send_file(workbook(BOY), "名册.xlsx")
    # a department's workbook is compared by ID number and never imported (名单核对)
    assert ("名单本身没有保存" if person is MAGUANG else "您的岗位不能导入") in said
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.content)).scalars().all())
    assert kept == [None]
    await phone.send("/import")
    assert phone.last.document is None


@pytest.mark.parametrize(
    "row",
    [
        (*BOY[:1], "11010519491231002X", *BOY[2:]),
        (*BOY[:1], "110105 1949 1231 0021", *BOY[2:]),
        (*BOY[:9], "138 1234 5678", *BOY[10:]),
        (*BOY[:12], "打孩子爸爸电话13812345678"),
    ],
    ids=["id", "id with a slip", "phone", "phone in the note"],
)
async def test_the_demo_refuses_a_real_roster_and_keeps_nothing_of_it(house: TestHouse, row: Sequence[str]) -> None:
    phone, before = house.phone(JIANGUO), await how_many(house)
    said = await phone.send_file(workbook(GIRL, row), "名册.xlsx")
    assert "不收真实的名册" in said
    assert not phone.has_button("确认导入")
    assert await how_many(house) == before
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.content)).scalars().all())
    assert kept == [None]


async def test_the_county_refuses_demo_numbers(house: TestHouse) -> None:
    house.worker.house.demo = False
    phone = house.phone(JIANGUO)
    assert "不能混进正式数据" in await phone.send_file(workbook(BOY), "名册.xlsx")
    real = ("王思源", None, "2016-05-08", "男", "新坝镇", "暖泉村", None, "王万福", "爷爷", "13912345678", None, None, None)  # fmt: skip
    assert "新的孩子1人" in await phone.send_file(workbook(real), "名册.xlsx")


async def test_a_strangers_workbook_is_answered_like_any_stranger(house: TestHouse) -> None:
    said = await house.stranger().send_file(workbook(BOY), "名册.xlsx")
    assert "110" in said
    assert "名册" not in said


async def test_a_person_of_two_villages_imports_into_both(house: TestHouse) -> None:
    def second_post(conn: Connection) -> None:
        own, other = (people.posts_at(conn, Role.CHILD_DIRECTOR, unit)[0] for unit in (NUANQUAN, XINGOU))
        conn.execute(update(posts).where(posts.c.id == other.id).values(deputy=own.holder))

    await house.db.run(second_post)
    phone = house.phone(YULAN)
    said = await phone.send_file(workbook(BOY, NO_ID), "名册.xlsx")
    assert "新的孩子2人" in said, said
    assert YINUO.name not in said
