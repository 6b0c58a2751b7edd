"""What has its own hour: a message that changes a minute after it was sent, and keeps nobody waiting until then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from db import outbox
from db.models import outbox as table
from db.rows import opened
from tests.house import TestHouse

CHAT = 100_101
NAMES = {"text": "殷小虎", outbox.AFTERWARDS: {"text": "收起来了", "seconds": 60}}


def rows(conn: Connection) -> list[dict[str, Any]]:
    return [opened(conn, table, row) for row in conn.execute(select(table).order_by(table.c.seq))]


async def say(house: TestHouse, params: dict[str, Any], **more: Any) -> None:
    await house.db.run(lambda conn: outbox.put(conn, CHAT, "sendMessage", params, house.now, **more))
    await house.sender.drain()


async def test_the_change_counts_from_the_sending_not_from_the_saying(house: TestHouse) -> None:
    house.line.failures.append((502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}))
    await say(house, NAMES)
    assert house.line.chats.get(CHAT, []) == []
    house.pass_time(seconds=90)
    await house.sender.drain()
    [message] = house.line.chats[CHAT]
    assert message.text == "殷小虎"
    house.pass_time(seconds=61)
    await house.sender.drain()
    assert message.text == "收起来了"


async def test_what_is_said_meanwhile_goes_at_once_and_the_change_still_comes(house: TestHouse) -> None:
    await say(house, NAMES)
    await say(house, {"text": "别的"})
    assert [message.text for message in house.line.chats[CHAT]] == ["殷小虎", "别的"]
    house.pass_time(seconds=61)
    await house.sender.drain()
    assert [message.text for message in house.line.chats[CHAT]] == ["收起来了", "别的"]


async def test_a_change_whose_hour_has_come_keeps_its_place_when_the_server_is_away(house: TestHouse) -> None:
    await say(house, NAMES)
    house.pass_time(seconds=61)
    house.line.failures.append((502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}))
    await say(house, {"text": "后来的"})
    assert [message.text for message in house.line.chats[CHAT]] == ["殷小虎"]  # order in the chat holds
    house.pass_time(seconds=5)
    await house.sender.drain()
    assert [message.text for message in house.line.chats[CHAT]] == ["收起来了", "后来的"]


async def test_nothing_of_what_was_shown_is_kept(house: TestHouse) -> None:
    await say(house, NAMES)
    kept = await house.look(rows)
    assert [one["params"].get("text") for one in kept] == ["收起来了", "收起来了"]
    assert [one["state"] for one in kept] == ["sent", "waiting"]
    assert kept[1]["not_before"] == house.now + timedelta(seconds=60)


async def test_whoever_blocked_the_bot_meanwhile_finds_the_names_hidden_on_coming_back(house: TestHouse) -> None:
    await say(house, NAMES)
    house.line.blocked.add(CHAT)
    house.pass_time(seconds=61)
    await house.sender.drain()
    house.line.blocked.clear()
    await house.db.run(lambda conn: outbox.reachable(conn, CHAT))
    await house.sender.drain()
    assert [message.text for message in house.line.chats[CHAT]] == ["收起来了"]


async def test_names_shown_on_a_phone_that_is_reported_lost_are_hidden_at_once(house: TestHouse) -> None:
    await say(house, NAMES)
    await say(house, {"text": "晚上说的"}, not_before=house.now + timedelta(hours=9))
    await house.db.run(lambda conn: outbox.silence(conn, CHAT, house.now))
    await house.sender.drain()
    assert [message.text for message in house.line.chats[CHAT]] == ["收起来了"]
    assert [one["state"] for one in await house.look(rows)] == ["sent", "sent", "withdrawn"]


async def test_who_gets_a_handed_on_phone_hears_nothing_that_was_for_the_one_before(house: TestHouse) -> None:
    house.line.blocked.add(CHAT)
    await say(house, {"text": "殷小虎的事"})
    await say(house, {"text": "急事"}, urgency=outbox.Urgency.EMERGENCY)
    await house.db.run(lambda conn: outbox.silence(conn, CHAT, house.now))
    house.line.blocked.clear()
    await house.db.run(lambda conn: outbox.reachable(conn, CHAT))
    await house.sender.drain()
    assert house.line.chats.get(CHAT, []) == []
    assert [one["params"] for one in await house.look(rows) if one["chat_id"] == CHAT] == [None, None]
