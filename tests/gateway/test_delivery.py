"""Blocking, deep links, who wants which updates, and whoever guesses secrets."""

from __future__ import annotations

import logging
import re

import pytest

from gateway.deep_links import to_open
from gateway.settings import Rate, Settings
from gateway.store import bots
from gateway.store.bots import Bot
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running

XIAOMIAO = Bot(7_000_000_001, "xiaomiao_bot", "小苗", (), {})


async def test_a_person_stops_the_bot_and_takes_it_back_on_the_page(bot: BotSide, phone: Phone) -> None:
    assert (await phone.post("block", {"blocked": True})).json() == {"blocked": True}
    assert (await phone.me())["blocked"] is True
    with pytest.raises(Refused, match=r"^Forbidden: bot was blocked by the user$") as refused:
        await bot.call("sendMessage", chat_id=XIUYING, text="在吗")
    assert refused.value.code == 403
    assert (await phone.post("messages", {"text": "你好"})).json()["error"]["code"] == "stopped"
    assert (await phone.post("block", {"blocked": False})).status_code == 200
    assert await bot.call("sendMessage", chat_id=XIUYING, text="欢迎回来")
    changes = [update["my_chat_member"] for update in await bot.updates()]
    statuses = [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert changes[0]["from"]["id"] == XIUYING
    assert (await phone.post("block", {"blocked": "x"})).status_code == 400


async def test_whom_the_operator_stopped_cannot_come_back_alone(gateway: Running, bot: BotSide, phone: Phone) -> None:
    order = {"user_id": XIUYING, "bot": bot.username, "blocked": True, "by_operator": True}
    await gateway.admin("block", order)
    for path, body in (("messages", {"text": "/start"}), ("block", {"blocked": False})):
        answer = await phone.post(path, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "barred")
    await phone.open(await gateway.link(XIUYING, bot, start="again"))
    assert [set(update) - {"update_id"} for update in await bot.updates()] == [{"my_chat_member"}]
    with pytest.raises(Refused, match="blocked by the user"):
        await bot.call("sendMessage", chat_id=XIUYING, text="在吗")
    await gateway.admin("block", {**order, "blocked": False})
    await phone.send("我回来了")


async def test_update_kinds_that_do_not_exist_are_ignored(bot: BotSide, phone: Phone) -> None:
    await bot.updates(allowed_updates=["nonsense"])  # nothing left: as if the list were empty
    await phone.send("听到了吗")
    assert len(await bot.updates()) == 1
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook", allowed_updates=["callback_query", "nonsense"])
    assert (await bot.call("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook")  # left out: as it was
    assert (await bot.call("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook", allowed_updates=[])
    assert "allowed_updates" not in await bot.call("getWebhookInfo")


async def test_a_bot_that_is_too_fast_is_told_how_long_to_wait(start: Start) -> None:
    gateway = await start(Settings(bot_send=None, bot_send_per_chat=Rate(2, 0.1)))
    bot = await new_bot(gateway)
    await new_phone(gateway, bot)
    for _ in range(2):
        await bot.call("sendMessage", chat_id=XIUYING, text="一")
    with pytest.raises(Refused, match=r"^Too Many Requests: retry after \d+$") as refused:
        await bot.call("sendMessage", chat_id=XIUYING, text="三")
    assert (refused.value.code, refused.value.parameters) == (429, {"retry_after": 10})


@pytest.mark.parametrize("code", ["甲", "a b", "a" * 65, "a/b", "a=b"])
async def test_a_start_code_that_telegram_would_not_carry_is_refused(gateway: Running, phone: Phone, code: str) -> None:
    answer = await gateway.admin("links", {"user_id": XIUYING, "bot": "xiaomiao_bot", "start": code})
    assert answer.status_code == 400
    assert (await phone.http.get("/b/xiaomiao_bot", params={"start": code})).status_code == 404


async def test_a_deep_link_starts_the_bot_after_one_tap(bot: BotSide, phone: Phone) -> None:
    page = await phone.http.get("/b/xiaomiao_bot?start=invite-7_A")
    assert page.status_code == 200
    assert await bot.updates() == []  # looking at the link does nothing
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert csrf
    refused = await phone.http.post("/b/xiaomiao_bot?start=invite-7_A", data={"csrf": "wrong"})
    assert refused.status_code == 403
    opened = await phone.http.post("/b/xiaomiao_bot?start=invite-7_A", data={"csrf": csrf[1]})
    assert (opened.status_code, opened.headers["location"]) == (303, phone.base)
    (update,) = await bot.updates()
    assert update["message"]["text"] == "/start invite-7_A"


async def test_a_deep_link_on_a_strangers_device_asks_for_a_sign_in_link(bot: BotSide, gateway: Running) -> None:
    stranger = Phone(gateway.url)
    for method in ("GET", "POST"):
        answer = await stranger.http.request(method, "/b/xiaomiao_bot?start=a")
        assert answer.status_code == 401
    assert await bot.updates() == []


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://t.me/xiaomiao_bot?start=abc", "/b/xiaomiao_bot?start=abc"),
        ("t.me/xiaomiao_bot?start=abc", None),
        ("tg://resolve?domain=Xiaomiao_bot&start=abc", "/b/xiaomiao_bot?start=abc"),
        ("https://chat.example.cn/b/xiaomiao_bot?start=abc", "/b/xiaomiao_bot?start=abc"),
        ("https://t.me/other_bot?start=abc", None),
        ("https://t.me/xiaomiao_bot", None),
        ("https://t.me/xiaomiao_bot?start=a%20b", None),
        ("https://evil.example/b/xiaomiao_bot?start=abc", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
    ],
)
def test_a_button_opens_only_this_very_bot(url: str, path: str | None) -> None:
    assert to_open(url, XIAOMIAO, "https://chat.example.cn") == path


async def test_the_answer_to_a_button_may_carry_such_a_link_only(bot: BotSide, phone: Phone) -> None:
    markup = {"inline_keyboard": [[{"text": "开", "callback_data": "open"}]]}
    asked = await bot.call("sendMessage", chat_id=XIUYING, text="开吗", reply_markup=markup)

    async def pressed() -> str:
        await phone.press(asked["message_id"], "open")
        updates = await bot.updates()
        await bot.updates(offset=updates[-1]["update_id"] + 1)
        return str(updates[-1]["callback_query"]["id"])

    with pytest.raises(Refused, match=r"^Bad Request: URL_INVALID$"):
        await bot.call("answerCallbackQuery", callback_query_id=await pressed(), url="https://evil.example/")
    async with phone.listen() as stream:
        link = "https://t.me/xiaomiao_bot?start=more"
        await bot.call("answerCallbackQuery", callback_query_id=await pressed(), url=link)
        assert (await stream.next()).data["url"] == "/b/xiaomiao_bot?start=more"


async def test_whoever_guesses_tokens_is_slowed_and_noted_but_running_bots_go_on(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await start(Settings(wrong_tokens=Rate(2, 0.01)))
    bot, late = await new_bot(gateway), await new_bot(gateway, "late_bot")
    await bot.call("getMe")
    guess = BotSide(gateway.url, f"{XIAOMIAO.id}:" + "A" * 35, "xiaomiao_bot")
    with caplog.at_level(logging.WARNING, "gateway"):
        for code in (401, 401, 429):
            with pytest.raises(Refused) as refused:
                await guess.call("getMe")
            assert refused.value.code == code
    assert refused.value.parameters["retry_after"] > 0
    assert caplog.text.count("a wrong bot token from 127.0.0.1") == 2
    assert "AAAA" not in caplog.text
    assert (await bot.call("getMe"))["username"] == "xiaomiao_bot"
    with pytest.raises(Refused, match="retry after"):
        await late.call("getMe")  # a right one is not looked at either: a guess learns nothing


async def test_whoever_guesses_the_admin_key_is_slowed_too(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    gateway = await start(Settings(wrong_tokens=Rate(2, 0.01)))
    bot = await new_bot(gateway)
    assert await gateway.person("王秀英", bot)
    answers = [(await gateway.admin("users", {}, key="wrong")).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert "a wrong admin key from 127.0.0.1" in caplog.text
    assert await gateway.person("李建国", bot)


async def test_a_link_that_opens_nothing_is_noted_without_its_code(
    gateway: Running, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await phone.http.post("/l/not-a-code", headers={"Origin": gateway.url})).status_code == 410
    assert "a link that opens nothing, from 127.0.0.1" in caplog.text
    assert "not-a-code" not in caplog.text


async def test_a_revoked_bot_is_shut_out_in_the_middle_of_its_poll(gateway: Running, bot: BotSide) -> None:
    import asyncio

    poll = asyncio.create_task(bot.updates(timeout=30))
    while not gateway.gateway.polls:
        await asyncio.sleep(0)

    def revoke(tx: object) -> None:
        known = bots.named(tx, "xiaomiao_bot")  # type: ignore[arg-type]
        assert known
        bots.revoke(tx, known, 0)  # type: ignore[arg-type]

    await gateway.gateway.db.write(revoke)
    for call in (poll, bot.call("getMe")):
        with pytest.raises(Refused, match=r"^Unauthorized$"):
            await call


async def test_the_clock_of_the_phone_does_not_matter(gateway: Running, bot: BotSide, phone: Phone) -> None:
    body: Json = {"text": "你好", "date": 1, "client_id": "1970-01-01T00:00"}
    headers = {"X-CSRF": phone.csrf, "Date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    sent = await phone.http.post(f"{phone.base}/api/messages", json=body, headers=headers)
    assert sent.json()["message"]["date"] == int(gateway.clock.seconds)
    cookie = (await phone.http.post(await gateway.link(XIUYING, bot), headers={"Origin": gateway.url})).headers
    assert "max-age" in cookie["set-cookie"].lower()
    assert "expires" not in cookie["set-cookie"].lower()  # a date would be read with the phone's clock
