"""Webhook calls and a full disk, at the real bot: an unsigned call gets nothing, and nothing received is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from db import inbox as inbox_rows
from db.models import inbox
from db.session import is_full
from tests.cast import YULAN
from tests.house import TestHouse
from tests.ports import free_port
from tests.test_message_life import count, look, running

SECRET = "a-secret-of-the-tests"


def _update(number: int) -> dict[str, Any]:
    chat = {"id": YULAN.chat_id, "type": "private", "first_name": "x"}
    person = {"id": YULAN.chat_id, "is_bot": False, "first_name": "x"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": "意见反馈"}
    return {"update_id": number, "message": message}


@pytest.mark.slow
async def test_a_signed_webhook_call_is_kept_before_it_is_answered_and_an_unsigned_one_is_refused(
    template: Path, tmp_path: Path
) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    async with running(template, tmp_path) as (far, bot), aiohttp.ClientSession() as http:
        bot.environment |= {"WEBHOOK_URL": hook, "WEBHOOK_PORT": str(port), "WEBHOOK_SECRET": SECRET}
        await bot.start()
        async with asyncio.timeout(30):
            while True:
                try:
                    async with http.get(hook):
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)

        async def call(body: Any, secret: str | None) -> int:
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {}
            async with http.post(hook, json=body, headers=headers) as answer:
                assert "Traceback" not in await answer.text()
                return answer.status

        assert await call(_update(1), None) == 403
        assert await call(_update(1), "wrong") == 403
        assert await call({"nonsense": 1}, SECRET) == 400

        async def endless() -> AsyncIterator[bytes]:  # announces no length
            for _ in range(40):
                yield b" " * 65_536

        with suppress(aiohttp.ClientError):  # it may hang up on us half way
            async with http.post(hook, data=endless(), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as answer:
                assert answer.status == 413
        assert await look(tmp_path, count(inbox)) == 0
        assert await call(_update(1), SECRET) == 200
        assert await look(tmp_path, count(inbox)) == 1
        assert await call(_update(1), SECRET) == 200  # delivered again: still one
        await far.until(lambda: any("想说什么" in text for _, text in far.said))
        await bot.stop()
    assert await look(tmp_path, count(inbox)) == 1
    assert len(far.said) == 1


async def _limit(house: TestHouse, spare_pages: int | None) -> None:
    """Let the database file grow by so many pages only; None lifts the limit."""
    lane = house.db._writer
    assert lane is not None and lane.driver is not None
    used = (await (await lane.driver.execute("PRAGMA page_count")).fetchone())[0]  # type: ignore[index]
    most = 1_073_741_823 if spare_pages is None else used + spare_pages
    await (await lane.driver.execute(f"PRAGMA max_page_count={most}")).fetchone()


async def test_with_a_full_disk_nothing_is_confirmed_half_done_or_lost(house: TestHouse) -> None:
    phone = house.phone(YULAN)
    await house.receive({"message": phone._message(1, text="/start")}, work=False)
    await _limit(house, 0)
    many = [_update(number) for number in range(2, 400)]
    with pytest.raises(OperationalError) as stopped:  # what cannot be kept is not confirmed either
        await house.db.run(lambda conn: inbox_rows.put(conn, 1, many, house.now))
    assert is_full(stopped.value)
    kept = await house.look(count(inbox))
    assert kept == 1
    assert phone.messages == []
    await _limit(house, None)
    await house.settle()
    assert await house.look(count(inbox, inbox.c.state == "done")) == kept
    assert "柴玉兰" in phone.everything
