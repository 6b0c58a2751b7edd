"""名单核对: a department's list is compared by hashed ID and forgotten; villages look in and answer in one tap."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import select

from db import child_changes, children, data_checks
from db.models import attachments
from domain.children import Guardian, Relation
from domain.data_checks import find_ids
from domain.identity import check_digit
from domain.policy import COUNTY_DEFAULTS
from tests.cast import EDUCATION, HEJING, LUOLAOSHI, XIAOHU, YINUO, YULAN
from tests.house import TestHouse


def an_id(serial: int, born: str = "20120101") -> str:
    first = f"620799{born}{serial % 1000:03}"
    return first + check_digit(first)


def workbook(rows: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return stream.getvalue()


def test_numbers_are_found_wherever_they_stand_and_lost_digits_are_counted() -> None:
    good = an_id(7)
    found = find_ids(
        [
            "序号",
            1,
            good,
            f"身份证{good}",
            6.20799201605081e17,
            "6.20799E+17",
            good[:17] + ("1" if good[17] != "1" else "2"),
        ]
    )
    assert (found.numbers, found.twice, found.lost, found.wrong) == ((good,), 1, 2, 1)


@pytest.mark.parametrize("rows", [[["姓名", "村"], ["殷小虎", "暖泉村"]], []])
async def test_a_workbook_without_an_id_column_is_refused_kindly_and_not_kept(
    house: TestHouse, rows: list[list[object]]
) -> None:
    teacher = house.phone(LUOLAOSHI)
    said = await teacher.send_file(workbook(rows), "名单.xlsx")
    assert "没找到身份证号" in said or "没有" in said
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.content)).scalars().all())
    assert kept == [None]


async def test_five_thousand_unknown_numbers_are_counted_and_dropped_and_one_child_is_looked_in_on(
    house: TestHouse,
) -> None:
    assert XIAOHU.id_no is not None
    strangers = [an_id(n, f"20{n // 1000 + 10:02}0{n % 7 + 1}{n % 18 + 10}") for n in range(5000)]
    table = "\n".join(["姓名,身份证号", *(f"某某,{one}" for one in [*strangers, XIAOHU.id_no])])
    teacher, yulan = house.phone(LUOLAOSHI), house.phone(YULAN)
    said = await teacher.send_file(table.encode("utf-8-sig"), "未到校学生.csv")
    count = len(set(strangers))
    assert "对上在册孩子 1 个" in said and f"不在册的 {count} 个" in said and "没有保存" in said
    kept = await house.look(lambda conn: conn.execute(select(attachments.c.content, attachments.c.name)).one())
    assert tuple(kept) == (None, None)
    assert yulan.messages == []
    await teacher.press("没到校的")
    assert "1 个村" in teacher.text and "小虎" not in teacher.everything
    assert "县教育局" in yulan.text and "小虎" not in yulan.text
    await yulan.press("请去看看")
    assert "殷小虎" in yulan.text and "上学的情况" in yulan.text and "没到校" not in yulan.text
    await yulan.press("不属实")
    assert "都看完了" in teacher.text
    assert "不属实 1" in await teacher.send("名单核对")
    assert "没有要去看的" in await yulan.send("请去看看")
    counts = await house.look(lambda conn: data_checks.measure_checks_done_false_alerts(conn, house.tree, house.today))
    assert (counts["asked"], counts["done"], counts["false_alerts"], counts["unknown"]) == (1, 1, 1, count)


async def test_a_parents_number_leads_to_the_child_and_a_second_list_does_not_ask_twice(house: TestHouse) -> None:
    number = an_id(3, "19850505")

    def give(conn: object) -> None:
        before = children.by_id(conn, YINUO.id, {YINUO.unit})  # type: ignore[arg-type]
        assert before is not None
        father = Guardian(Relation.FATHER, "罗建军", "10012340000", number)
        after = replace(before.child, guardians=(*before.child.guardians, father))
        child_changes.change_child(conn, after, house.now, COUNTY_DEFAULTS, by=None, source="test", changed={})  # type: ignore[arg-type]

    await house.db.run(give)
    county = house.phone(HEJING)
    for asked in (1, 0):
        said = await county.send_file(
            workbook([["姓名", "身份证号"], ["罗某", number]]), "名册.xlsx", caption="核对 司法局给的"
        )
        assert "对上在册孩子 1 个" in said, said
        await county.press("父母服刑强戒")
        assert f"去看 {asked} 个" in county.text
    owed = await house.look(lambda conn: list(data_checks.tasks(conn, date(2026, 12, 31), None, None)))
    assert [(one.kind, one.child) for one in owed] == [("look_in", YINUO.id)]


async def test_a_list_nobody_named_goes_after_a_week_and_a_wrong_file_at_once(house: TestHouse) -> None:
    assert XIAOHU.id_no is not None
    teacher = house.phone(LUOLAOSHI)
    book = workbook([["身份证号"], [XIAOHU.id_no]])
    await teacher.send_file(book, "a.xlsx")
    await teacher.press("发错了")
    assert "没有通知任何人" in teacher.text
    await teacher.send_file(book, "a.xlsx")
    house.pass_time(days=8)
    assert await house.db.run(lambda conn: data_checks.drop_unsaid(conn, house.now)) == 1
    assert await house.look(lambda conn: data_checks.lists(conn, {EDUCATION})) == []
