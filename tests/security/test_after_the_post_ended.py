"""What was begun before a post ended, a phone changed hands or a child moved: it opens nothing of what is no longer
one's own, and what must not be lost is not lost with it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, select, update

from bot.buttons import short
from db import drafts, people, team
from db.drafts import Kept
from db.models import children, contacts, inbox, posts
from domain.people import Role
from tests.cast import DINGAN, GUIXIANG, MAGUANG, NUANQUAN, XIAOBA, XIAOHU, YULAN, Person
from tests.house import TestHouse
from tests.phone import Phone
from tests.stories.report_told import all_reports, fill

pytestmark = pytest.mark.slow

SEEN = "胳膊上有三道烫伤"


async def move_person(house: TestHouse, person: Person, unit: str) -> None:
    """The same person is director of another village from now on."""

    def move(conn: Connection) -> None:
        me = people.me_of(conn, person.chat_id)
        assert me is not None
        conn.execute(update(posts).where(posts.c.holder == me.person_id).values(holder=None))
        post = people.ensure_post(conn, Role.CHILD_DIRECTOR, unit, house.today)
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=me.person_id))

    await house.db.run(move)


async def leave(house: TestHouse, unit: str = NUANQUAN) -> None:
    await house.db.run(
        lambda conn: team.vacate(conn, people.posts_at(conn, Role.CHILD_DIRECTOR, unit)[0], house.today, house.now)
    )


async def change_post(house: TestHouse, role: Role) -> None:
    """The director holds no village any more, and stands in for somebody of another role."""

    def change(conn: Connection) -> None:
        me = people.me_of(conn, YULAN.chat_id)
        assert me is not None
        conn.execute(update(posts).where(posts.c.holder == me.person_id).values(holder=None))
        conn.execute(update(posts).where(posts.c.role == role.value).values(deputy=me.person_id))

    await house.db.run(change)


async def give_back(house: TestHouse) -> None:
    """The village is the director's again."""

    def give(conn: Connection) -> None:
        me = people.me_of(conn, YULAN.chat_id)
        assert me is not None
        post = people.posts_at(conn, Role.CHILD_DIRECTOR, NUANQUAN)[0]
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=me.person_id))

    await house.db.run(give)


async def card_in_hand(house: TestHouse) -> Kept:
    """A visit read out of words: all is answered, the review card waits for 确认."""
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶在，都好")
    assert "殷小虎" in phone.text and phone.has_button("确认")
    [kept] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    return kept


async def change_words(phone: Phone, to: str) -> None:
    """Edit the first message of this chat that the person wrote."""
    mine = next(message for message in phone.messages if message.out)
    await phone.house.receive({"edited_message": phone._message(mine.id, text=to) | {"edit_date": 2}})


async def move_child(house: TestHouse, unit: str) -> None:
    await house.db.run(lambda conn: conn.execute(update(children).where(children.c.id == XIAOHU.id).values(unit=unit)))


async def code_for(house: TestHouse, name: str, unit: str) -> str:
    def make(conn: Connection) -> str:
        return people.invite(
            conn, people.ensure_post(conn, Role.CHILD_DIRECTOR, unit, house.today), name, house.now
        ).code

    found: str = await house.db.run(make)
    return found


def texts(phone: Phone) -> list[str]:
    return [message.text for message in phone.messages]


def new_words(phone: Phone, before: list[str]) -> str:
    """What was said or changed into since then."""
    known = dict(enumerate(before))
    fresh = [one for place, one in enumerate(phone.messages) if not one.out and one.text != known.get(place)]
    return "\n".join(one.text for one in fresh)


async def test_whoever_has_left_reads_no_form_that_was_left_open(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    button = phone.find_button("电话")[1]["callback_data"]
    await fill(phone, seen=SEEN)
    tails = [short(one.id) for one in await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))]
    assert len(tails) == 2
    await leave(house)
    said = texts(phone)
    for tail in tails:
        for form in ("report", "visit"):
            for data in (f"r:{tail}:{form}", f"x:{tail}:{form}", f"ok:{tail}:{form}", f"e:{tail}:{form}:seen"):
                await phone.press_raw(data, phone.last.id)
    await phone.press_raw(button, phone.last.id)
    for words in ("昨天去的，奶奶在", "确认", "修改", "返回", "没填完的", "小虎"):
        await phone.send(words)
    assert "还没有登记" in phone.text
    assert SEEN not in new_words(phone, said) and "小虎" not in new_words(phone, said)
    assert await all_reports(house) == []


async def test_a_form_whose_post_has_ended_is_closed_to_whoever_holds_another_post_now(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    [kept] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))

    await change_post(house, Role.LEADER)
    said = texts(phone)
    await phone.press_raw(f"r:{short(kept.id)}:visit", phone.last.id)
    assert "不能做这个" in phone.text
    await phone.send("昨天上门去了")
    await phone.send("确认")
    assert "小虎" not in new_words(phone, said)
    assert not any("取消" in label for message in phone.messages[len(said) :] for label in message.labels)  # not asked on
    assert (await house.look(lambda conn: drafts.get(conn, kept.id))).draft == kept.draft


async def test_no_words_photo_or_changed_message_open_or_alter_a_card_whose_post_has_ended(house: TestHouse) -> None:
    phone, kept = house.phone(YULAN), await card_in_hand(house)
    tail = short(kept.id)
    await change_post(house, Role.LEADER)
    said = texts(phone)
    further = ("不对，是前天去的", "奶奶还说娃晚上咳嗽", "小雨也在", "还有浩然家也去了")
    for words in (*further, "对", "不对", "修改", "返回", "删掉"):
        await phone.send(words)
    await phone.send_photo()
    await phone.send_photo(caption="奶奶家的灶房")
    await change_words(phone, "昨天去了小虎家，爷爷在，都好")
    for data in (f"do:note.into_card:{tail}|3", f"do:note.evidence:{tail}", f"do:visit.saw:{tail}", f"f:{tail}:visit"):
        await phone.press_raw(data, phone.last.id)
    heard = new_words(phone, said)
    assert "小虎" not in heard and XIAOHU.file_no not in heard and "和上面这张卡无关" not in heard
    assert not any("确认" in label for message in phone.messages[len(said) :] for label in message.labels)
    now = await house.look(lambda conn: drafts.get(conn, kept.id))
    assert (now.draft, now.heard) == (kept.draft, kept.heard)


async def test_the_words_of_the_new_post_are_taken_though_an_old_card_is_in_hand(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await card_in_hand(house)
    await change_post(house, Role.LEADER)
    assert "不客气" in await phone.send("谢谢")
    assert "您的岗位不用记" in await phone.send("今天去了浩然家，爷爷在，都好")
    await change_words(phone, "昨天去了小虎家，娃胳膊上有烫伤")  # a sign of harm is heard, whoever writes it
    assert "110" in phone.text


async def test_with_the_post_the_half_filled_form_comes_back_as_it_was(house: TestHouse) -> None:
    phone, kept = house.phone(YULAN), await card_in_hand(house)
    await change_post(house, Role.LEADER)
    await phone.send("不对，是前天去的")
    await phone.send("没填完的")
    await give_back(house)
    await phone.send("没填完的")
    await phone.press("走访")
    assert "殷小虎" in phone.text and phone.last.labels
    assert (await house.look(lambda conn: drafts.get(conn, kept.id))).draft == kept.draft
    await phone.send("不对，是前天去的")
    assert "11月16日" in phone.text
    await phone.press("确认")
    [day] = await house.look(lambda conn: conn.execute(select(contacts.c.day)).scalars().all())
    assert day.isoformat() == "2026-11-16"


@pytest.mark.parametrize(("role", "lists"), [(Role.LEADER, ["没填完的"]), (Role.COUNTY, ["没填完的", "今天"])])
async def test_the_lists_of_half_filled_forms_offer_none_that_can_only_be_refused(
    house: TestHouse, role: Role, lists: list[str]
) -> None:
    phone, _ = house.phone(YULAN), await card_in_hand(house)
    await fill(phone, seen=SEEN)  # a report is everybody's, in every post
    assert sum("走访" in label for label in await labels_of(phone, "没填完的")) == 1
    await change_post(house, role)
    for words in lists:
        shown = [label for label in await labels_of(phone, words) if "走访" in label or "强制报告" in label]
        assert len(shown) == 1 and "强制报告" in shown[0]


async def labels_of(phone: Phone, words: str) -> list[str]:
    await phone.send(words)
    return phone.last.labels


@pytest.mark.parametrize("typed", [True, False])
async def test_a_form_whose_post_has_ended_can_still_be_thrown_away(house: TestHouse, typed: bool) -> None:
    phone, kept = house.phone(YULAN), await card_in_hand(house)
    card = phone.last
    await change_post(house, Role.LEADER)
    said = texts(phone)
    await (phone.send("取消") if typed else phone.press("取消", card))
    assert "不记了" in phone.text and "小虎" not in new_words(phone, said)
    assert card.labels == []
    assert await house.look(lambda conn: drafts.get(conn, kept.id)) is None


async def test_throwing_one_card_away_opens_no_other_of_a_post_that_has_ended(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("昨天去了小虎家，奶奶在，都好。今天给浩然打了电话，没接")
    first, card = await house.look(lambda conn: drafts.in_hand(conn, YULAN.chat_id)), phone.last
    await change_post(house, Role.LEADER)
    said = texts(phone)
    await phone.press("取消", card)
    assert await house.look(lambda conn: drafts.get(conn, first.id)) is None
    await phone.send("取消")  # and a second time throws away nothing that was not in hand
    left = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    assert len(left) == 1 and left[0].id != first.id
    assert "浩然" not in new_words(phone, said) and "浩然" not in phone.text


async def test_a_phone_handed_on_belongs_to_the_newcomer_and_not_to_whoever_had_it(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await fill(phone, seen=SEEN)
    [old] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    await leave(house)
    said = texts(phone)
    await phone.send(f"/start {await code_for(house, '何秀', NUANQUAN)}")
    for data in (f"r:{short(old.id)}:report", f"f:{short(old.id)}:report", f"x:{short(old.id)}:report"):
        await phone.press_raw(data, phone.last.id)
    for words in ("没填完的", "今天", "案件", "好的"):
        await phone.send(words)
    assert SEEN not in new_words(phone, said) and "柴玉兰" not in new_words(phone, said)
    assert "何秀" in new_words(phone, said)
    assert (
        len(await house.look(lambda conn: conn.execute(select(drafts.drafts.c.id)).all())) == 1
    )  # for whoever takes it up


async def test_whoever_comes_back_to_the_own_phone_is_the_same_person(house: TestHouse) -> None:
    before = await house.look(lambda conn: people.me_of(conn, YULAN.chat_id))
    await leave(house)
    await house.phone(YULAN).send(f"/start {await code_for(house, YULAN.name, NUANQUAN)}")
    assert (await house.look(lambda conn: people.me_of(conn, YULAN.chat_id))).person_id == before.person_id


async def test_half_filled_forms_come_along_to_the_new_phone_and_leave_the_lost_one(house: TestHouse) -> None:
    old, new = house.phone(YULAN), house.stranger(777_010)
    await fill(old, seen=SEEN)
    code = await house.db.run(_new_phone(house))
    said = texts(old)
    await old.send("没填完的")
    assert SEEN not in new_words(old, said) and not re.search("没填完", new_words(old, said))
    await new.send(f"/start {code}")
    await new.send("没填完的")
    await new.press("强制报告")
    await new.press("先交上去")
    assert SEEN in new.text


def _new_phone(house: TestHouse):  # type: ignore[no-untyped-def]
    def work(conn: Connection) -> str:
        me = people.me_of(conn, YULAN.chat_id)
        assert me is not None
        known = people.person(conn, me.person_id)
        assert known is not None
        team.unbind(conn, known, house.now)
        return people.invite(conn, me.posts[0], known.name, house.now, person=known.id).code

    return work


async def test_a_report_names_its_child_though_the_child_moved_before_it_was_sent(house: TestHouse) -> None:
    phone, officer = house.phone(YULAN), house.phone(MAGUANG)
    await fill(phone, seen="背上有伤")
    await move_child(house, DINGAN)
    await phone.press("先交上去")
    assert XIAOHU.file_no in phone.text and "殷小虎" not in phone.text
    await phone.press("确认")
    [report] = await all_reports(house)
    assert report.child_id == XIAOHU.id and report.unit == DINGAN
    await officer.send(f"/cases {report.number}")
    assert XIAOHU.file_no in officer.text
    await officer.press("显示姓名")
    await officer.press("办案")
    assert "殷小虎" in officer.text and "10012345678" in officer.text


async def test_whoever_reported_reads_no_names_and_numbers_of_a_child_that_is_no_longer_theirs(
    house: TestHouse,
) -> None:
    phone = house.phone(YULAN)
    await fill(phone, seen="背上有伤")
    await phone.press("先交上去")
    await phone.press("确认")
    [report] = await all_reports(house)
    await phone.send(f"/cases {report.number}")
    assert phone.has_button("显示姓名")
    await phone.press("显示姓名")
    assert "殷小虎" in phone.text and "10012345678" in phone.text
    await move_person(house, YULAN, XIAOBA)
    said = texts(phone)
    await phone.send(f"/cases {report.number}")
    assert report.number in phone.text and not any("显示姓名" in label for label in phone.last.labels)
    for data in (f"do:names.why:{report.id}", f"do:names.show:{report.id}|own", f"do:papers.ask:form|{report.id}"):
        await phone.press_raw(data, phone.last.id)
    assert "殷小虎" not in new_words(phone, said) and "10012345678" not in new_words(phone, said)
    assert "不归您打印" in phone.text


async def test_a_record_is_out_of_reach_once_the_child_is_somebody_elses(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("今天去了小虎家，奶奶在，都好")
    await phone.press("确认")
    batch = await house.look(lambda conn: conn.execute(select(contacts.c.batch)).scalar_one())
    await move_person(house, YULAN, XIAOBA)
    said = texts(phone)
    for words in ("上次记错了", "上次记错了，是昨天去的", "日志表"):
        await phone.send(words)
    for press in ("fix", "drop", "dropped"):
        await phone.press_raw(f"do:visit.{press}:{batch}", phone.last.id)
    assert "小虎" not in new_words(phone, said)
    assert XIAOHU.file_no in new_words(phone, said)  # the month's own work stays, by number
    standing = await house.look(lambda conn: conn.execute(select(contacts.c.replaced_by)).scalar_one())
    assert standing is None


async def test_a_button_that_names_a_draft_as_another_forms_is_refused(house: TestHouse) -> None:
    phone = house.phone(GUIXIANG)
    await phone.send("意见反馈")
    await phone.send("群里太吵")
    [kept] = await house.look(lambda conn: drafts.of_chat(conn, GUIXIANG.chat_id))
    for data in (f"f:{short(kept.id)}:report", f"ok:{short(kept.id)}:report", f"e:{short(kept.id)}:visit:day"):
        await phone.press_raw(data, phone.last.id)
    [still] = await house.look(lambda conn: drafts.of_chat(conn, GUIXIANG.chat_id))
    assert still.draft == kept.draft and await all_reports(house) == []
    await phone.press("确认")
    assert "收到" in phone.text


async def test_what_only_the_program_answers_is_not_opened_by_a_made_up_button(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    [kept] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    asked = phone.text
    await phone.press_raw(f"e:{short(kept.id)}:visit:replaces", phone.last.id)
    assert phone.text == asked
    for data in ("do:child.page:²", "do:file.block:" + XIAOHU.file_no + "|x",
                 "do:feedback.page:99999999999999999999", "do:guidance.menu:" + kept.id, "do:logmonth.show:0001-01"):  # fmt: skip
        await phone.press_raw(data, phone.last.id)
    broken = await house.look(lambda conn: conn.execute(select(inbox.c.tries).where(inbox.c.tries > 0)).all())
    assert broken == []
    [still] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))
    assert still.draft == kept.draft


async def test_whoever_stood_in_and_holds_no_post_any_more_is_a_stranger_to_the_own_forms_too(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    [kept] = await house.look(lambda conn: drafts.of_chat(conn, YULAN.chat_id))

    def nothing_left(conn: Connection) -> None:  # not gone: only no post any more
        conn.execute(update(posts).where(posts.c.unit == NUANQUAN).values(holder=None, deputy=None))

    await house.db.run(nothing_left)
    said = texts(phone)
    for words in ("/cancel", "取消", "返回", "昨天去的", "确认"):
        await phone.send(words)
    for tag in ("r", "x", "c", "ok"):
        await phone.press_raw(f"{tag}:{short(kept.id)}:visit", phone.last.id)
    assert "小虎" not in new_words(phone, said) and "走访" not in new_words(phone, said)
    assert (await house.look(lambda conn: drafts.get(conn, kept.id))).draft == kept.draft
