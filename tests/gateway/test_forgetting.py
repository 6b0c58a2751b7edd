"""Life spans: what is forgotten when, and that nothing of it is left anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway import forget
from gateway.errors import CannotServe
from gateway.settings import DAY, from_environment
from gateway.store import reseal
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Refused, Running
from tests.gateway.test_files import png


async def say(bot: BotSide, text: str, life: str | None = None, key: str | None = None, **more: Any) -> int:
    headers = {**({"X-Message-Class": life} if life else {}), **({"X-Idempotency-Key": key} if key else {})}
    answer = await bot.http.post("sendMessage", json={"chat_id": XIUYING, "text": text, **more}, headers=headers)
    return int(answer.json()["result"]["message_id"])


async def pass_days(gateway: Running, days: float) -> None:
    gateway.clock.forward(days * DAY)
    await forget.once_over(gateway.gateway)


async def texts(phone: Phone) -> list[str]:
    return [message.get("text") or message.get("caption", "") for message in (await phone.history())["messages"]]


async def numbers(gateway: Running) -> dict[str, int]:
    return await gateway.gateway.db.read(lambda tx: forget.numbers(tx, gateway.gateway))


async def test_every_class_of_message_is_forgotten_in_its_time(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await say(bot, "登录链接", "login")
    await say(bot, "本月报表", "report")
    await say(bot, "受保护的", protect_content=True)
    await say(bot, "敏感的", "sensitive")
    await say(bot, "平常的")
    await phone.send("我写的")
    everything = ["登录链接", "本月报表", "受保护的", "敏感的", "平常的", "我写的"]
    for days, left in ((0.9, 6), (0.2, 5), (6, 4), (20, 4), (3, 2), (149, 2), (2, 0)):
        await pass_days(gateway, days)
        assert await texts(phone) == everything[6 - left :]
    found = await numbers(gateway)
    assert {name: number for name, number in found.items() if "messages" in name} == {
        "forgotten_messages_chat": 2,
        "forgotten_messages_sensitive": 2,
        "forgotten_messages_report": 1,
        "forgotten_messages_login": 1,
        "overdue_messages": 0,
    }


async def test_an_open_page_is_told(gateway: Running, bot: BotSide, phone: Phone) -> None:
    number = await say(bot, "登录链接", "login")
    async with phone.listen() as stream:
        await pass_days(gateway, 2)
        event = await stream.next()
    assert (event.name, event.data) == ("deleted", {"message_ids": [number]})


async def test_a_forgotten_message_takes_its_file_with_it(gateway: Running, bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload("sendPhoto", {"photo": ("a.png", png(200, 100))}, chat_id=XIUYING, protect_content="true")
    document = await bot.upload("sendDocument", {"document": ("a.txt", b"123")}, chat_id=XIUYING)
    again = await bot.call("sendDocument", chat_id=XIUYING, document=document["document"]["file_id"])
    blobs = gateway.gateway.blobs.folder
    assert len(list(blobs.glob("*/*"))) == 3  # two sizes of the photo, one document
    await pass_days(gateway, 31)
    assert len(list(blobs.glob("*/*"))) == 1
    with pytest.raises(Refused, match="invalid file_id"):
        await bot.call("getFile", file_id=sent["photo"][0]["file_id"])
    # a file stays as long as any message shows it
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=again["message_id"])
    assert (await bot.call("getFile", file_id=document["document"]["file_id"]))["file_size"] == 3
    await pass_days(gateway, 150)
    assert list(blobs.glob("*/*")) == []
    assert (await numbers(gateway))["forgotten_files"] == 3


async def test_a_file_whose_message_was_deleted_can_be_sent_again_for_a_week(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    first = await bot.upload("sendDocument", {"document": ("a.txt", b"123")}, chat_id=XIUYING)
    file_id = first["document"]["file_id"]
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=first["message_id"])
    await pass_days(gateway, 0)
    await pass_days(gateway, 6)
    again = await bot.call("sendDocument", chat_id=XIUYING, document=file_id)
    await pass_days(gateway, 2)
    assert (await bot.call("getFile", file_id=file_id))["file_size"] == 3
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=again["message_id"])
    await pass_days(gateway, 0)
    await pass_days(gateway, 8)
    with pytest.raises(Refused, match="invalid file_id"):
        await bot.call("getFile", file_id=file_id)


async def test_its_words_are_gone_from_answers_to_it_and_from_pins(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    secret = await say(bot, "殷小虎", "sensitive")
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=secret)
    await phone.post("messages", {"text": "收到", "reply_to_message_id": secret})
    assert "殷小虎" in str(await phone.history())
    await pass_days(gateway, 31)
    assert "殷小虎" not in str(await phone.history())
    assert (await phone.history())["messages"][-1]["text"] == "收到"
    assert (await phone.me())["pinned"] is None


async def test_a_deleted_message_is_gone_from_answers_to_it_at_once(bot: BotSide, phone: Phone) -> None:
    secret = await say(bot, "殷小虎")
    await phone.post("messages", {"text": "收到", "reply_to_message_id": secret})
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=secret)
    assert "殷小虎" not in str(await phone.history())


async def test_a_call_repeated_after_its_message_was_forgotten_sends_nothing_and_tells_nothing(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    number = await say(bot, "登录链接", "login", key="k")
    first = await bot.call("sendMessage", key="k", chat_id=XIUYING, text="登录链接")
    assert (first["message_id"], first["text"]) == (number, "登录链接")
    await pass_days(gateway, 2)
    again = await bot.call("sendMessage", key="k", chat_id=XIUYING, text="登录链接")
    assert (again["message_id"], "text" in again) == (number, False)
    assert await texts(phone) == []


async def test_nothing_of_a_forgotten_message_can_be_opened_any_more(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    """Every sealed value is opened with the right key and looked at."""
    await say(
        bot, "殷小虎", "login", key="k", reply_markup={"inline_keyboard": [[{"text": "殷小虎", "callback_data": "a"}]]}
    )
    number = await say(bot, "殷小虎", "login")
    await bot.call("editMessageText", chat_id=XIUYING, message_id=number, text="殷小虎二")
    await pass_days(gateway, 2)

    def look(tx: Any) -> list[bytes]:
        return [
            tx.vault.unseal(one.where(row), row[one.column])
            for one in reseal.SEALED
            if one.table != "meta"
            for row in tx.all(f"SELECT * FROM {one.table} WHERE {one.column} IS NOT NULL")
        ]

    opened = await gateway.gateway.db.read(look)
    assert opened
    assert "殷小虎".encode() not in b"".join(opened)


async def test_updates_no_bot_ever_fetched_are_forgotten_too(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await phone.send("给谁看")
    await pass_days(gateway, 179)
    assert len(await bot.updates()) == 1
    await pass_days(gateway, 2)
    assert await bot.updates() == []
    assert (await numbers(gateway))["forgotten_updates"] == 1


async def test_what_is_overdue_is_counted_until_it_is_gone(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await say(bot, "登录链接", "login")
    gateway.clock.forward(2 * DAY)
    assert (await numbers(gateway))["overdue_messages"] == 1
    await pass_days(gateway, 0)
    assert (await numbers(gateway))["overdue_messages"] == 0


async def test_many_messages_are_forgotten_in_steps(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "AT_ONCE", 3)
    gateway = await start(replace(QUICK, keep_chat_seconds=DAY))
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    for number in range(10):
        await say(bot, str(number))
    gateway.clock.forward(DAY / 2)
    await say(bot, "新的")
    await pass_days(gateway, 0.6)
    assert await texts(phone) == ["新的"]


def test_an_operator_sets_the_life_spans_in_the_environment() -> None:
    set_by = from_environment(
        {"GATEWAY_KEEP_CHAT_DAYS": "90", "GATEWAY_CALL_AFTER_MINUTES": "5", "GATEWAY_HOOK_URL": "http://10.0.0.8/sms"}
    )
    assert (set_by.kept("chat"), set_by.kept("login")) == (90 * DAY, DAY)
    assert (set_by.call_after_seconds, set_by.hook_url, set_by.hook_secret) == (300, "http://10.0.0.8/sms", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_KEEP_CHAT_DAYS", "0"),
        ("GATEWAY_KEEP_LOGIN_DAYS", "soon"),
        ("GATEWAY_LOCK_AFTER_MINUTES", "-5"),
        ("GATEWAY_HOOK_URL", "sms.example"),
        ("GATEWAY_PUSH_CONTACT", "nobody"),
    ],
)
def test_nonsense_in_the_environment_is_refused(name: str, value: str) -> None:
    with pytest.raises(CannotServe, match=name):
        from_environment({name: value})


async def test_the_numbers_are_in_the_metrics(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await say(bot, "登录链接", "login")
    await pass_days(gateway, 2)
    shown = (await gateway.admin("../metrics", {}, "GET")).text
    assert "gateway_forgotten_messages_login 1.0" in shown
    assert "gateway_overdue_messages 0.0" in shown


async def test_what_is_forgotten_is_not_left_in_the_write_ahead_log(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await say(bot, "登录链接", "login")
    log = gateway.gateway.db.path.with_name(gateway.gateway.db.path.name + "-wal")
    assert log.stat().st_size
    await pass_days(gateway, 2)
    assert log.stat().st_size == 0
