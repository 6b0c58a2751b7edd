"""抽查: drawn once, looked at child by child, mended by the village, looked at again, put on paper."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from domain.sampling import draw
from tests.cast import HEJING, JIANGUO, LEADER, XIAOHU, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow


async def test_the_county_draws_looks_the_village_mends_and_it_is_done_with(house: TestHouse) -> None:
    county, yulan = house.phone(HEJING), house.phone(YULAN)
    said = await county.send("抽查 种子 abc123")
    assert "种子：abc123" in said and "同一个种子谁来抽都一样" in said
    await county.press("🎲")
    frame = json.loads(next(one.document for one in reversed(county.messages) if one.document))
    assert draw([tuple(one) for one in frame["frame"]], frame["towns"], "abc123", frame["count"]).places
    assert XIAOHU.name not in str(frame)
    await county.press("暖泉村")
    await county.press(XIAOHU.name)
    assert "档案五部分齐不齐" in county.text
    for answer in ("要补", "记得", "见到了", "好"):
        await county.press(answer)
    if "协议" in county.text:
        await county.press("在，签了")
    await county.press("跳过")
    await county.press("确认")
    assert "有 1 项要补" in county.text
    assert "请您补一补" in yulan.everything and XIAOHU.name not in yulan.everything
    assert XIAOHU.name in await yulan.send("要补的")
    house.pass_time(days=12)  # three days before its day it is in the list
    assert "抽查要补的" in await yulan.send("今天")
    await yulan.send("要补的")
    await yulan.press("✅")
    await yulan.send("补了学校和健康情况")
    await yulan.press("确认")
    assert "没有要补的" in await yulan.send("要补的")
    await county.send("抽查")
    await county.press("等复查")
    assert "补了学校和健康情况" in county.text
    await county.press("还差一点")
    assert XIAOHU.name in await yulan.send("要补的")
    await yulan.press("✅")
    await yulan.send("都补齐了")
    await yulan.press("确认")
    await county.send("抽查")
    await county.press("等复查")
    await county.press("行，清了")
    assert "没有要补的" in await yulan.send("要补的")


async def test_of_two_who_draw_at_once_one_draw_stands(house: TestHouse) -> None:
    county = house.phone(HEJING)
    await county.send("抽查 种子 1")
    first = county.last
    again = next(button["callback_data"] for row in first.buttons for button in row if "🎲" in button["text"])
    await county.press("🎲")
    await county.press_raw(again, first.id)
    assert "已经有人先抽了" in county.everything


async def test_the_report_names_no_child_and_small_counts_are_not_given_by_place(house: TestHouse) -> None:
    county = house.phone(HEJING)
    await county.send("抽查 种子 1")
    await county.press("🎲")
    await county.press("📄 报告")
    pdf, book = [one.document for one in county.messages if one.document][-2:]
    assert pdf and book
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "档案抽查报告" in words and "暖泉村" in words and XIAOHU.name not in words
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert "暖泉村" in str([cell.value for row in sheet.iter_rows() for cell in row])


async def test_a_town_checks_itself_and_whoever_may_not_is_told_so(house: TestHouse) -> None:
    supervisor = house.phone(JIANGUO)
    assert "抽查" in await supervisor.send("自查") and "🎲 抽 2 个村" in str(supervisor.last.labels)
    assert "不能做这个" in await house.phone(YULAN).send("抽查")
    assert "不能做这个" in await house.phone(LEADER).send("抽查")
