"""Photos kept with a visit can be looked at again: by those who may see the child's address, journaled, protected."""

from __future__ import annotations

from sqlalchemy import select

from db.models import journal
from tests.cast import CUIFANG, GUIXIANG, HEJING, JIANGUO, LEADER, XIAOHU, YULAN
from tests.house import TestHouse

PICTURE = b"\xff\xd8\xffthe paper form"


async def test_the_photos_of_a_visit_are_on_the_childs_card_and_in_its_records(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send_photo(PICTURE, caption="昨天去了小虎家，奶奶和娃都在，都好")
    await phone.send_photo(PICTURE + b" 2")
    await phone.press("确认")
    assert "2张照片先没留" in phone.text  # nobody was asked whether the child may be photographed
    await phone.press("📄 只拍了表，留下")
    await phone.send("儿童 小虎")
    await phone.press("看照片 11月17日（2张）")
    shown = [message for message in phone.messages if message.photo and not message.out]
    assert len(shown) == 2 and all(XIAOHU.name not in message.text for message in shown)
    sent = [params for name, params in house.line.calls if name == "sendPhoto"]
    assert [params["protect_content"] for params in sent] == [True, True]
    notes = await house.look(lambda conn: conn.execute(select(journal).where(journal.c.action == "child.photos")).all())
    assert [(note.subject, note.detail) for note in notes] == [(f"child:{XIAOHU.id}", {"count": 2})]
    await phone.send("儿童 小虎")
    await phone.press("📜 记录")
    assert phone.has_button("看照片 11月17日（2张）")


async def test_only_those_who_look_after_the_child_see_them(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send_photo(PICTURE, caption="昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("确认")
    await phone.press("📄 只拍了表，留下")
    await phone.send("儿童 小虎")
    message, button = phone.find_button("看照片")
    for person in (CUIFANG, GUIXIANG, LEADER):
        other = house.phone(person)
        await other.send("/start")
        await other.press_raw(button["callback_data"], other.last.id)
        assert not [one for one in other.messages if one.photo]
    for person in (JIANGUO, HEJING):
        above = house.phone(person)
        await above.send("/start")
        await above.press_raw(button["callback_data"], above.last.id)
        assert [one for one in above.messages if one.photo]


async def test_the_photos_stay_with_the_record_when_it_is_corrected(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send_photo(PICTURE, caption="昨天去了小虎家，奶奶和娃都在，都好")
    await phone.press("确认")
    await phone.press("📄 只拍了表，留下")
    await phone.send("上次记错了 是10号去的")
    await phone.press("确认")
    await phone.send("儿童 小虎")
    await phone.press("看照片 11月10日（1张）")
    assert [one for one in phone.messages if one.photo and not one.out]


async def test_a_photo_without_a_word_waits_for_the_visit_it_belongs_to(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    assert "哪个孩子" in await phone.send_photo(PICTURE)
    await phone.send_photo(PICTURE + b" 2")  # the second of an album
    card = await phone.send("今天去了小虎家，奶奶在，娃也在，都好")
    assert "殷小虎" in card and "2 张" in card
    assert "2张照片先没留" in await phone.press("确认")
    another = await phone.send_photo(PICTURE + b" 3")  # a moment later: of the visit just noted
    assert "殷小虎" in another and "改的是上一次的记录" in another
    await phone.press("取消")
    house.pass_time(hours=2)
    assert "哪个孩子" in await phone.send_photo(PICTURE + b" 4")
    await phone.press("取消")


async def test_a_photo_without_a_word_from_somebody_who_visits_nobody_is_not_kept(house: TestHouse) -> None:
    assert "没有在填的表" in await house.phone(LEADER).send_photo(PICTURE)
