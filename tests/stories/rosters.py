"""Rosters that the stories send: their rows, the workbook made of them, and who is on file afterwards. All invented."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from sqlalchemy import func, select

from db import children
from db.models import children as children_table
from domain.children import Child
from tests.house import TestHouse

HEAD = ("姓名", "身份证号", "出生日期", "性别", "乡镇", "村/社区", "儿童类别", "照护人姓名", "照护人关系", "照护人电话", "父亲姓名", "风险等级", "备注")  # fmt: skip
BOY = ("王思源", "620799201605080135", None, None, "新坝镇", "暖泉村", "留守、低保", "王万福", "爷爷", "10000000001", "王磊", "黄", None)  # fmt: skip
GIRL = ("王欣怡", "620799201311020284", None, None, "新坝镇", "暖泉村", "留守", "王万福", "爷爷", "10000000001", "王磊", None, None)  # fmt: skip
NO_ID = ("何梓涵", None, "2015-06-01", "女", "新坝镇", "新沟村", "单亲", "何桂兰", "奶奶", "10000000002", None, None, None)  # fmt: skip
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


async def all_children(house: TestHouse) -> list[Child]:
    codes = {unit.code for unit in house.tree}
    return [entry.child for entry in await house.look(lambda conn: children.in_units(conn, codes, closed=True))]


async def named(house: TestHouse, name: str) -> Child:
    found = [child for child in await all_children(house) if child.name == name]
    assert len(found) == 1
    return found[0]


async def how_many(house: TestHouse) -> int:
    return await house.look(lambda conn: conn.execute(select(func.count()).select_from(children_table)).scalar_one())
