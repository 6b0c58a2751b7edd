"""What people are expected to type (domain.md 3.6a) ends in the right screen; questions are in test_asked.py."""

from __future__ import annotations

import pytest

from tests.cast import YULAN
from tests.house import TestHouse
from tests.phone import Phone

EMERGENCY, HAZARD = "孩子可能受到了伤害", "对孩子有危险的地方"


@pytest.fixture
def phone(house: TestHouse) -> Phone:
    return house.phone(YULAN)


async def test_a_sentence_about_a_contact_becomes_a_card_with_everything_filled_in(phone: Phone) -> None:
    for words, filled in {
        "3号娃今天打了电话 都好": ("（0003）", "📞 电话", "联系上了"),
        "去了殷家庄小虎家 奶奶在 娃在学校没见着": ("殷小虎", "🏠 上门家访", "只见到大人"),
        "昨儿个后晌去了小虎屋里他婆在娃上学去了没见上婆说腿疼得很": ("殷小虎", "11月17日", "只见到大人", "腿疼"),
    }.items():
        card = await phone.send(words)
        assert all(one in card for one in ("请核对", *filled)), card
        assert EMERGENCY not in phone.everything
        await phone.send("取消")


async def test_a_sign_of_harm_brings_up_the_emergency_card_although_nobody_is_named(phone: Phone) -> None:
    for words in (
        "刚看见娃胳膊上有皮带印",
        "娃两天没回家",
        "奶奶住院了娃没人做饭",
        "娃说活着没意思",
        "五年级那个不来上学了",
    ):
        said = await phone.send(words)
        assert EMERGENCY in said and "110" in said, words
        assert phone.has_button("为什么提示")


async def test_a_dangerous_place_is_a_hazard_and_no_harm_done(phone: Phone) -> None:
    said = await phone.send("涝坝边没有救生圈")
    assert HAZARD in said and EMERGENCY not in said
    await phone.send("小虎掉涝坝里了")
    assert EMERGENCY in phone.everything


async def test_news_of_a_family_is_offered_as_a_contact_and_a_number_nobody_has_is_asked(phone: Phone) -> None:
    assert "新情况" in await phone.send("小雨她爸从新疆回来了")
    assert "哪个孩子" in await phone.send("三十二号娃 打了电话没接")


async def test_taking_back_what_was_never_noted_says_so(phone: Phone) -> None:
    assert "还没有记过走访" in await phone.send("上次记错了 删掉")


async def test_more_children_spoken_of_than_read_is_said_before_the_card(phone: Phone) -> None:
    await phone.send("今天给他们都打了电话 就小雨没接")
    assert "好像不止这些孩子" in phone.everything
