"""A roster sent into the chat: read, previewed, confirmed, and never half imported."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from sqlalchemy import Connection, func, select, update

from db import children, people
from db.models import attachments, child_history, imports, journal, posts
from db.models import children as children_table
from db.rows import opened
from domain.children import Child, Label, Relation
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
    XIAOHU,
    XINGOU,
    YINUO,
    YULAN,
    Person,
)
from tests.house import TestHouse

pytestmark = pytest.mark.slow  # left out of ./test --fast

HEAD = ("姓名", "身份证号", "出生日期", "性别", "乡镇", "村/社区", "儿童类别", "照护人姓名", "照护人关系", "照护人电话", "父亲姓名", "风险等级", "备注")
BOY = ("王思源", "620799201605080135", None, None, "新坝镇", "暖泉村", "留守、低保", "王万福", "爷爷", "10000000001", "王磊", "黄", None)
GIRL = ("王欣怡", "620799201311020284", None, None, "新坝镇", "暖泉村", "留守", "王万福", "爷爷", "10000000001", "王磊", None, None)
NO_ID = ("何梓涵", None, "2015-06-01", "女", "新坝镇", "新沟村", "单亲", "何桂兰", "奶奶", "10000000002", None, None, None)
BAD = ("李x3", "620799201311020285", None, None, "新坝镇", "暖泉村", None, None, None, "123", None, None, None)
OTHER_TOWN = ("祁若溪", None, "2014-09-09", "女", "黑泉镇", "定安村", None, "祁生财", "爷爷", None, None, None, None)


def workbook(*rows: Sequence[str | None], head: Sequence[str] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


async def _all(house: TestHouse) -> list[Child]:
    codes = {unit.code for unit in house.tree}
    return [entry.child for entry in await house.look(lambda conn: children.in_units(conn, codes, closed=True))]


async def _named(house: TestHouse, name: str) -> Child:
    found = [child for child in await _all(house) if child.name == name]
    assert len(found) == 1
    return found[0]


async def _count(house: TestHouse) -> int:
    return await house.look(lambda conn: conn.execute(select(func.count()).select_from(children_table)).scalar_one())


async def test_a_preview_writes_nothing_and_a_confirmed_roster_is_all_there(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await _count(house)
    said = await phone.send_file(workbook(BOY, GIRL, NO_ID), "名册.xlsx")
    assert "3行" in said
    assert "新的孩子3人，有变化0人，没变化0人" in said
    assert await _count(house) == before
    said = await phone.press("确认导入3人")
    assert "新建3人" in said
    assert await _count(house) == before + 3
    boy = await _named(house, "王思源")
    assert (boy.file_no, boy.unit, boy.tier, boy.birth_date) == ("GT-106-001-0004", NUANQUAN, "yellow", date(2016, 5, 8))
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
    boy, girl, other = await _named(house, "王思源"), await _named(house, "王欣怡"), await _named(house, "何梓涵")
    assert boy.household is not None
    assert boy.household == girl.household
    assert other.household is None


async def test_a_sibling_who_comes_later_joins_the_household_on_file(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    await phone.press("确认导入")
    assert (await _named(house, "王思源")).household is None
    await phone.send_file(workbook(GIRL), "名册.xlsx")
    await phone.press("确认导入")
    boy, girl = await _named(house, "王思源"), await _named(house, "王欣怡")
    assert boy.household == girl.household
    assert boy.household is not None


async def test_the_same_file_twice_changes_nothing(house: TestHouse) -> None:
    phone, file = house.phone(JIANGUO), workbook(BOY, GIRL, NO_ID)
    await phone.send_file(file, "名册.xlsx")
    await phone.press("确认导入")
    count = await _count(house)
    said = await phone.send_file(file, "名册.xlsx")
    assert "一样的，没有变化" in said
    assert not phone.last.buttons
    assert await _count(house) == count


async def test_the_same_file_with_numbers_of_its_own_and_no_id_numbers_changes_nothing_the_second_time(house: TestHouse) -> None:
    head = ("编号", *HEAD)
    file = workbook(("1", *NO_ID), ("GT-106-002-0777", "马静", None, "2014-01-01", *NO_ID[3:]), head=head)
    phone = house.phone(JIANGUO)
    await phone.send_file(file, "名册.xlsx")
    assert "新建2人" in await phone.press("确认导入")
    assert (await _named(house, "马静")).file_no == "GT-106-002-0003"
    assert "没有变化" in await phone.send_file(file, "名册.xlsx")


async def test_confirming_twice_or_a_stale_preview_imports_once(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await _count(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    message, button = phone.find_button("确认导入")
    await phone.send_file(workbook(BOY, GIRL), "名册2.xlsx")
    assert "新建2人" in await phone.press("确认导入2人")
    # the older preview is compared anew: its child is there by now
    assert "没有变化" in await phone.press_raw(button["callback_data"], message.id)
    assert "已经导入过" in await phone.press_raw(button["callback_data"], message.id)
    assert await _count(house) == before + 2


async def test_cancel_forgets_the_rows(house: TestHouse) -> None:
    phone, before = house.phone(JIANGUO), await _count(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    _, button = phone.find_button("确认导入")
    assert "没有导入" in await phone.press("取消")
    assert "已经导入过或取消了" in await phone.press_raw(button["callback_data"], phone.last.id)
    assert await _count(house) == before
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
    assert "李x3" not in [child.name for child in await _all(house)]


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
    row = ("殷小虎", XIAOHU.id_no, None, None, "新坝镇", "暖泉村", "留守", "王秀英", "奶奶", "10012345678", None, "红", None)
    assert "有变化1人" in await phone.send_file(workbook(row), "名册.xlsx")
    assert "改了1人" in await phone.press("确认导入1人")
    child = await _named(house, "殷小虎")
    assert (child.file_no, child.tier, child.household) == (XIAOHU.file_no, "red", "h1")
    assert len(child.guardians) == 2
    rows = await house.look(
        lambda conn: [
            opened(conn, child_history, row)["change"]
            for row in conn.execute(select(child_history).where(child_history.c.source.like("import:%")))
        ]
    )
    assert rows == [{"tier": ["green", "red"]}]


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
    assert (await _named(house, "何梓涵")).unit == XINGOU


async def test_a_child_on_file_in_another_village_is_not_moved_over_by_a_directors_roster(house: TestHouse) -> None:
    await house.phone(JIANGUO).send_file(workbook(BOY), "名册.xlsx")
    await house.phone(JIANGUO).press("确认导入")
    phone = house.phone(CUIFANG)
    said = await phone.send_file(workbook((*BOY[:5], "新沟村", *BOY[6:])), "名册.xlsx")
    assert "没有能导入的行" in said
    copy = next(message.document for message in reversed(phone.messages) if message.document)
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(copy))["儿童名册"] for cell in row]
    assert any("不在您管的范围" in cell and "暖泉村" in cell for cell in cells)
    assert (await _named(house, "王思源")).unit == NUANQUAN


async def test_the_supervisor_moves_a_child_within_the_town(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send_file(workbook(BOY, GIRL), "名册.xlsx")
    await phone.press("确认导入")
    await phone.send_file(workbook((*BOY[:5], "小坝村", *BOY[6:])), "名册.xlsx")
    await phone.press("确认导入1人")
    boy = await _named(house, "王思源")
    assert (boy.unit, boy.file_no, boy.household) == (XIAOBA, "GT-106-001-0004", None)


async def test_a_supervisor_cannot_import_another_town_but_the_county_can(house: TestHouse) -> None:
    assert "没有能导入的行" in await house.phone(JIANGUO).send_file(workbook(OTHER_TOWN), "名册.xlsx")
    county = house.phone(HEJING)
    assert "新的孩子1人" in await county.send_file(workbook(OTHER_TOWN), "名册.xlsx")
    assert "新建1人" in await county.press("确认导入")


async def test_somebody_elses_preview_cannot_be_confirmed(house: TestHouse) -> None:
    phone, other, before = house.phone(JIANGUO), house.phone(HEJING), await _count(house)
    await phone.send_file(workbook(BOY), "名册.xlsx")
    _, button = phone.find_button("确认导入")
    await other.send("菜单")
    assert "已经导入过或取消了" in await other.press_raw(button["callback_data"], other.last.id)
    assert await _count(house) == before
    assert "新建1人" in await phone.press("确认导入")


async def test_what_was_entered_between_preview_and_confirmation_is_seen(house: TestHouse) -> None:
    """The village's director imports the child while the supervisor's preview waits."""
    supervisor, director = house.phone(JIANGUO), house.phone(YULAN)
    await supervisor.send_file(workbook(BOY, GIRL), "名册.xlsx")
    await director.send_file(workbook(BOY), "名册.xlsx")
    await director.press("确认导入1人")
    assert "新建1人，改了0人，1人没有变化" in await supervisor.press("确认导入2人")


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
    phone, before = house.phone(JIANGUO), await _count(house)
    said = await phone.send_file(workbook(GIRL, row), "名册.xlsx")
    assert "不收真实的名册" in said
    assert not phone.has_button("确认导入")
    assert await _count(house) == before
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.content)).scalars().all())
    assert kept == [None]


async def test_the_county_refuses_demo_numbers(house: TestHouse) -> None:
    house.worker.house.demo = False
    phone = house.phone(JIANGUO)
    assert "不能混进正式数据" in await phone.send_file(workbook(BOY), "名册.xlsx")
    real = ("王思源", None, "2016-05-08", "男", "新坝镇", "暖泉村", None, "王万福", "爷爷", "13912345678", None, None, None)
    assert "新的孩子1人" in await phone.send_file(workbook(real), "名册.xlsx")


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
async def test_a_file_that_is_no_roster_gets_a_clear_sentence(house: TestHouse, content: bytes, name: str, words: str) -> None:
    assert words in await house.phone(YULAN).send_file(content, name)


async def test_a_strangers_workbook_is_answered_like_any_stranger(house: TestHouse) -> None:
    said = await house.stranger().send_file(workbook(BOY), "名册.xlsx")
    assert "110" in said
    assert "名册" not in said


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
    for suffix in ("", "-wal"):
        raw = house.path.with_name(house.path.name + suffix)
        assert not raw.exists() or "王思源".encode() not in raw.read_bytes()
    await house.open()


async def test_a_person_of_two_villages_imports_into_both(house: TestHouse) -> None:
    def second_post(conn: Connection) -> None:
        own, other = (people.posts_at(conn, Role.CHILD_DIRECTOR, unit)[0] for unit in (NUANQUAN, XINGOU))
        conn.execute(update(posts).where(posts.c.id == other.id).values(deputy=own.holder))

    await house.db.run(second_post)
    phone = house.phone(YULAN)
    said = await phone.send_file(workbook(BOY, NO_ID), "名册.xlsx")
    assert "新的孩子2人" in said, said
    assert YINUO.name not in said


async def test_an_import_that_breaks_half_way_leaves_nothing_and_can_be_confirmed_again(
    house: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, before = house.phone(JIANGUO), await _count(house)
    changed = ("殷小虎", XIAOHU.id_no, None, None, "新坝镇", "暖泉村", "留守", "王秀英", "奶奶", "10012345678", None, "红", None)
    await phone.send_file(workbook(BOY, changed), "名册.xlsx")
    message, button = phone.find_button("确认导入2人")

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(children, "change_child", breaks)  # the new children are written before
        await phone.press_raw(button["callback_data"], message.id)
        for _ in range(3):
            house.pass_time(minutes=1)
            await house.settle()
    assert "没办成" in phone.text
    assert await _count(house) == before
    said = await phone.press_raw(button["callback_data"], message.id)
    assert "新建1人，改了1人" in said
    assert await _count(house) == before + 1
