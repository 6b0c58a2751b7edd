"""Plain questions get their answer, each person within their own posts (domain.md 3.6a)."""

from __future__ import annotations

import pytest

from tests.cast import ADMIN, GUIXIANG, HEJING, JIANGUO, LEADER, LUOLAOSHI, MAGUANG, XIAOHU, YULAN, Person
from tests.house import TestHouse

ASKED_BY_A_DIRECTOR = {
    "这个月还差谁": "还差 3 个孩子",
    "明天我该跑哪几家": "殷小虎、殷小雨（王秀英家）",
    "暖泉村有几个娃": "有3个孩子",
    "六一村有几个娃": "不归您管",
    "协议快到期的有哪些": "3 个孩子要有",
    "督导员电话多少": "10000000201",
    "小虎奶奶电话多少": "10012345678",
    "红色的有几个": "红色的孩子有 1 个",
    "哪些村还没走完": "还差 3 个孩子",
    "汇总 上个月": "2026年10月",
    "报告咋样了": "没有案件",
    "怎么报警": "110",
    "怎么记走访": "写一句就行",
    "残疾两补要啥材料": "12345",
    "王家老二满16了不": "现在8岁，2034年2月1日满16岁",
    "上次啥时候去的小虎家": "还没有联系或走访的记录",
    "小虎家啥情况": XIAOHU.file_no,
    "这表又要报一遍?": "导出",
    "今天要干啥": "【超期】3 个",
    "哪些超期了": "超期 3 名",
    "我们村一共多少娃": "有3个孩子",
    "有没有红色的娃": "红色的孩子有 1 个",
    "委托照护书啥时候到期": "3 个孩子要有",
    "小虎能享受啥政策": "殷小虎：档案里有的不再问",
    "盛建国电话": "10000000201",
    "哪些水塘没人管": "危险点",
    "我提的那个需求怎么样了": "还没有转介的事",
    "哪些任务快到期": "【超期】3 个",
}


@pytest.mark.parametrize(("words", "answer"), ASKED_BY_A_DIRECTOR.items())
async def test_a_directors_question_is_answered_and_nothing_is_recorded(
    house: TestHouse, words: str, answer: str
) -> None:
    phone = house.phone(YULAN)
    assert answer in await phone.send(words)
    assert not phone.has_button("✅ 确认")
    assert "罗一诺" not in phone.everything and "祁沐宸" not in phone.everything


@pytest.mark.parametrize(
    ("person", "words", "answer"),
    [
        (JIANGUO, "红色的有几个", "红色的孩子有 1 个"),
        (JIANGUO, "这个月还差谁", "2 个地方，4 个孩子"),
        (JIANGUO, "哪些村还没走完", "2 个地方"),
        (JIANGUO, "汇总 上个月", "在册 4 名"),
        (HEJING, "红色的有几个", "红色的孩子有 1 个"),
        (HEJING, "这个月还差谁", "2 个地方，5 个孩子"),
        (HEJING, "汇总 黑泉镇 上个月", "在册 1 名"),
        (HEJING, "暖泉村儿童主任电话多少", YULAN.phone),
        (MAGUANG, "红色的有几个", "您的岗位看不到"),
        (LUOLAOSHI, "今天要干啥", "📋"),
        (LEADER, "红色的有几个", "＊"),
        (ADMIN, "这个月还差谁", "答不上来"),
        (HEJING, "第9项进展怎么样", "任务9"),
        (LEADER, "我提的那个需求怎么样了", "答不上来"),
        (GUIXIANG, "小虎家啥情况", "祁沐宸"),  # her own list: of somebody else's child she learns nothing
    ],
)
async def test_everybody_gets_the_answer_of_their_own_post(
    house: TestHouse, person: Person, words: str, answer: str
) -> None:
    phone = house.phone(person)
    said = await phone.send(words)
    assert answer in said + "".join(phone.last.labels)
    if person is not JIANGUO:
        assert "小虎" not in phone.everything.replace(words, "")


async def test_a_question_in_the_middle_of_a_card_is_answered_and_the_card_comes_back(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天给小虎打了电话，奶奶接的，都好")
    await phone.send("督导员电话多少")
    assert "10000000201" in phone.everything and "核对" in phone.text
    await phone.send("走访 浩然")
    for tap in ("上门", "孩子和大人都在", "身体", "选好了"):
        await phone.press(tap)
    await phone.send("这个月还差谁")  # words are wanted just now, and this is none of them
    assert "还差 3 个孩子" in phone.everything and "具体怎么回事" in phone.text


async def test_a_question_nobody_can_answer_says_so_and_can_be_kept(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "答不上来" in await phone.send("为啥今年这么冷呢？")
    assert phone.has_button("记到工作日志")
