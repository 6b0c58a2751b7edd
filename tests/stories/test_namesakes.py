"""Two children of one name in one village, through everything a director does in a day: always asked, never mixed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot import likeness_night
from db import child_changes, contacts
from domain.children import Guardian, Relation
from domain.policy import COUNTY_DEFAULTS
from tests.cast import HAORAN, YULAN
from tests.house import TestHouse

pytestmark = pytest.mark.slow

OTHER = replace(
    HAORAN, id="00000000-0000-7000-8000-000000000009", file_no=HAORAN.file_no[:-1] + "9", birth_date=date(2016, 3, 3),
    guardians=(Guardian(Relation.MATERNAL_GRANDPARENT, "朱菊香", "10000000555", carer=True),),
)  # fmt: skip
TWO = ["蒋浩然·蒋万福", "蒋浩然·朱菊香"]


async def test_who_is_meant_is_asked_wherever_a_name_is_said(house: TestHouse) -> None:
    await house.db.run(
        lambda conn: child_changes.add_child(conn, OTHER, house.now, COUNTY_DEFAULTS, by=None, source="cast", demo=True)
    )
    assert await likeness_night.look(house.db, house.tree, house.now) == 0  # nobody calls them one child
    yulan = house.phone(YULAN)
    # a visit in a sentence: the words are kept, the child is asked
    await yulan.send("昨天去了浩然家，奶奶在，都好")
    await yulan.press("蒋浩然 暖泉村 朱菊香")
    await yulan.press("确认")
    kept = await house.look(lambda conn: {key: len(contacts.latest(conn, key)) for key in (HAORAN.id, OTHER.id)})
    assert kept == {HAORAN.id: 0, OTHER.id: 1}
    # a visit by the form
    await yulan.send("走访")
    assert [label.removesuffix(" ⏰") for label in yulan.last.labels if "浩然" in label] == TWO
    said = await yulan.send("浩然")
    assert "蒋浩然·蒋万福（0003）、蒋浩然·朱菊香（0009）" in said and "哪个孩子" in said
    assert "0009" in await yulan.send("蒋浩然 朱菊香")
    await yulan.send("取消")
    # looked up, printed, an agreement, the day's list
    for words in ("儿童 浩然", "打印 浩然"):
        await yulan.send(words)
        assert yulan.last.labels[:2] == [f"{TWO[0]}（0003）", f"{TWO[1]}（0009）"]
    await yulan.send("协议 浩然")
    assert [label.removeprefix("📄 ") for label in yulan.last.labels if "浩然" in label] == TWO
    said = await yulan.send("今天")
    assert all(name in said for name in TWO)
    # a report holds the one that was tapped
    await yulan.send("浩然身上有伤，被打的")
    await yulan.press("登记报告")
    await yulan.press("安全")
    assert {"蒋浩然 0003", "蒋浩然 0009"} <= set(yulan.last.labels)
