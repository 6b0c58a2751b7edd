"""What the chat page asks for and hears of."""

from __future__ import annotations

import json

import pytest

from gateway.settings import Rate, Settings
from gateway.store import tidy
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Running


async def test_the_page_learns_who_is_who(gateway: Running, bot: BotSide, phone: Phone) -> None:
    me = await phone.me()
    assert me.pop("signed_in_until") == int(gateway.clock()) + gateway.gateway.settings.sign_in_seconds
    assert me.pop("other_devices") == []
    assert me.pop("csrf")
    assert me.pop("device")["pin"] is False
    assert me.pop("push")["key"]
    assert me.pop("limits") == {"text": 4096, "photo_bytes": 10 << 20, "file_bytes": 20 << 20, "voice_seconds": 300}
    assert me == {
        "user": {"id": XIUYING, "first_name": "王秀英"},
        "bot": {
            "id": 7_000_000_001,
            "username": "xiaomiao_bot",
            "first_name": "小苗",
            "description": "",
            "short_description": "",
        },
        "menu_button": {"type": "commands"},
        "pinned": None,
        "chat_id": XIUYING,
        "chat": {"id": XIUYING, "type": "private"},
        "chats": [
            {"id": XIUYING, "type": "private", "title": "小苗", "url": f"/c/{XIUYING}/xiaomiao_bot", "unread": 0}
        ],
        "blocked": False,
        "commands": [],
        "reply_keyboard": None,
        "demo": False,
        "persona": False,
        "last_event_id": 0,
    }


async def test_older_messages_come_page_by_page(bot: BotSide, phone: Phone) -> None:
    for number in range(1, 8):
        await bot.call("sendMessage", chat_id=XIUYING, text=str(number))
    newest = await phone.history(limit=3)
    assert ([message["text"] for message in newest["messages"]], newest["more"]) == (["5", "6", "7"], True)
    older = await phone.history(limit=3, before=newest["messages"][0]["message_id"])
    assert ([message["text"] for message in older["messages"]], older["more"]) == (["2", "3", "4"], True)
    oldest = await phone.history(limit=3, before=older["messages"][0]["message_id"])
    assert ([message["text"] for message in oldest["messages"]], oldest["more"]) == (["1"], False)


async def test_a_repeated_send_is_one_message(bot: BotSide, phone: Phone) -> None:
    first = await phone.send("你好", client_id="c-1")
    assert await phone.send("你好", client_id="c-1") == first
    assert len(await bot.updates()) == 1
    assert len((await phone.history())["messages"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 400, "empty"),
        ({"text": " \n\t"}, 400, "empty"),
        ({}, 400, "empty"),
        ({"text": "字" * 10_000}, 400, "too_long"),
        ({"text": 5}, 400, "bad_request"),
        ({"text": "a", "client_id": 5}, 400, "bad_request"),
        ({"text": "\ud800"}, 400, "bad_request"),
        ([], 400, "bad_request"),
    ],
)
async def test_bad_messages_are_refused_with_kind_words(
    bot: BotSide, phone: Phone, body: object, status: int, code: str
) -> None:
    headers = {"X-CSRF": phone.csrf, "Content-Type": "application/json"}
    answer = await phone.http.post(f"{phone.base}/api/messages", content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert await bot.updates() == []


@pytest.mark.parametrize("path", ["{base}/api/messages", "{base}/api/push", "/devices/api/lock"])
async def test_json_far_too_long_is_called_so_and_none_at_all_is_an_empty_object(phone: Phone, path: str) -> None:
    headers = {"X-CSRF": phone.csrf, "Content-Type": "application/json"}
    url = path.format(base=phone.base)
    long = await phone.http.post(url, content=json.dumps({"text": "字" * 100_000}), headers=headers)
    assert (long.status_code, long.json()["error"]["code"]) == (413, "too_long")
    empty = await phone.http.post(url, headers=headers)
    named = await phone.http.post(url, json={}, headers=headers)
    assert (empty.status_code, empty.json()) == (named.status_code, named.json())


async def test_html_in_names_and_texts_is_just_text(gateway: Running, bot: BotSide) -> None:
    phone = await new_phone(gateway, bot, "<script>alert(1)</script>")
    await phone.send("<b>不是粗体</b>")
    (update,) = await bot.updates()
    assert update["message"]["text"] == "<b>不是粗体</b>"
    assert "entities" not in update["message"]
    assert "<script>" not in (await phone.http.get("/nothing")).text


async def test_both_devices_of_a_person_see_everything(gateway: Running, bot: BotSide, phone: Phone) -> None:
    tablet = Phone(gateway.url)
    await tablet.open(await gateway.link(XIUYING, bot))
    async with phone.listen() as one, tablet.listen() as two:
        await phone.send("从手机")
        await tablet.send("从平板")
        await bot.call("sendMessage", chat_id=XIUYING, text="收到")
        seen = [await one.take(3), await two.take(3)]
    assert seen[0] == seen[1]
    assert [event.data["message"]["text"] for event in seen[0]] == ["从手机", "从平板", "收到"]


async def test_a_stream_resumes_without_a_gap_or_a_double(bot: BotSide, phone: Phone) -> None:
    sent = (await bot.call("sendMessage", chat_id=XIUYING, text="一"))["message_id"]
    async with phone.listen(after=0) as stream:
        first = await stream.next()
    await bot.call("sendMessage", chat_id=XIUYING, text="二")
    await bot.call("editMessageText", chat_id=XIUYING, message_id=sent, text="一改")
    async with phone.listen(last_event_id=first.id) as stream:
        missed = await stream.take(2)
        await bot.call("sendMessage", chat_id=XIUYING, text="三")
        live = await stream.next()
    assert [event.name for event in (first, *missed, live)] == ["message", "message", "edited", "message"]
    assert [event.id for event in (first, *missed, live)] == [1, 2, 3, 4]
    assert missed[1].data["message"]["text"] == "一改"
    # the browser's own header goes before the address the page opened with
    async with phone.listen(after=0, last_event_id=3) as stream:
        assert (await stream.next()).id == 4


async def test_a_page_that_missed_very_much_gets_all_of_it_in_order(bot: BotSide, phone: Phone) -> None:
    for number in range(120):  # more than the stream reads at once
        await bot.call("sendMessage", chat_id=XIUYING, text=str(number))
    async with phone.listen(after=0) as stream:
        missed = await stream.take(120)
        await bot.call("sendMessage", chat_id=XIUYING, text="120")
        missed.append(await stream.next())
    assert [event.id for event in missed] == list(range(1, 122))
    assert [event.data["message"]["text"] for event in missed] == [str(number) for number in range(121)]


async def test_a_message_deleted_meanwhile_is_not_told_on_resuming(bot: BotSide, phone: Phone) -> None:
    number = (await bot.call("sendMessage", chat_id=XIUYING, text="秘密"))["message_id"]
    await bot.call("deleteMessage", chat_id=XIUYING, message_id=number)
    async with phone.listen(after=0) as stream:
        event = await stream.next()
    assert (event.id, event.name, event.data) == (2, "deleted", {"message_ids": [number]})


async def test_a_page_that_was_away_too_long_is_told_to_load_anew(gateway: Running, bot: BotSide, phone: Phone) -> None:
    for text in "一二":
        await bot.call("sendMessage", chat_id=XIUYING, text=text)
    gateway.clock.forward(31 * 86400)
    await tidy.once_over(gateway.gateway.db, gateway.gateway.blobs, QUICK, gateway.gateway.now())
    async with phone.listen(after=1) as stream:
        event = await stream.next()
        assert (event.id, event.name) == (2, "reset")
        await bot.call("sendMessage", chat_id=XIUYING, text="三")
        assert (await stream.next()).id == 3
    assert len((await phone.history())["messages"]) == 3


async def test_an_open_page_looks_its_session_up_once_at_each_wake(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    asked: list[str] = []
    async with phone.listen() as stream:
        connection = gateway.gateway.db._here  # the one open streams read with
        assert connection is not None
        connection.set_trace_callback(asked.append)
        await bot.call("sendMessage", chat_id=XIUYING, text="在吗")
        assert (await stream.next()).name == "message"
    wakes = sum("FROM events" in one for one in asked)
    assert wakes and sum("FROM sessions WHERE" in one for one in asked) == wakes


async def test_a_quiet_stream_has_a_heartbeat(start: Start) -> None:
    gateway = await start(Settings(heartbeat_seconds=0.02))
    phone = await new_phone(gateway, await new_bot(gateway))
    async with phone.http.stream("GET", f"{phone.base}/api/events") as response:
        lines = response.aiter_lines()
        assert [await anext(lines) for _ in range(4)] == ["retry: 2000", "", ": ", ""]


async def test_writing_too_fast_is_slowed_down_with_a_waiting_time(start: Start) -> None:
    gateway = await start(Settings(people_send=Rate(2, 0.1)))
    phone = await new_phone(gateway, await new_bot(gateway))
    for text in "一二":
        await phone.send(text)
    answer = await phone.post("messages", {"text": "三"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
    error = answer.json()["error"]
    assert (error["code"], error["retry_after"]) == ("too_fast", 10)
    assert "10 秒" in error["message"]


async def test_a_failure_of_ours_is_one_plain_sentence(
    gateway: Running, phone: Phone, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("秘密")

    monkeypatch.setattr("gateway.carry.to_bot", broken)
    answer = await phone.post("messages", {"text": "你好"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "our_fault")
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text


async def test_the_pages_files_are_served_and_nothing_beside_them(phone: Phone) -> None:
    css = await phone.http.get("/web/pages.css")
    assert (css.status_code, css.headers["cache-control"]) == (200, "no-cache")
    for path in ("/web/../server.py", "/web/%2e%2e/server.py", "/web/", "/web/..%2fserver.py"):
        assert (await phone.http.get(path)).status_code in (404, 405)
