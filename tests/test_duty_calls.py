"""The gateway's call list reaches the duty officer's chat once, and what was answered goes back."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from aiohttp import web

from bot.duty_calls import look
from tests.cast import HEJING, MAGUANG
from tests.house import TestHouse


class Gateway:
    """The far side: a list of calls, and which were reported as made."""

    def __init__(self, since: int) -> None:
        self.calls = [{"id": 7, "user_id": MAGUANG.chat_id, "code": 12, "since": since}]
        self.done: list[str] = []

    async def every(self, request: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls})

    async def mark(self, request: web.Request) -> web.Response:
        self.done.append(request.match_info["id"])
        self.calls = []
        return web.json_response({})


async def test_an_officer_who_did_not_see_an_urgent_message_is_to_be_called_and_the_call_is_handed_back(house: TestHouse) -> None:
    far = Gateway(int((house.now - timedelta(minutes=11)).timestamp()))
    app = web.Application()
    app.add_routes([web.get("/admin/calls", far.every), web.post("/admin/calls/{id}/done", far.mark)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    woken: list[bool] = []
    county, officer = house.phone(HEJING), house.phone(MAGUANG)
    async with aiohttp.ClientSession() as http:
        for _ in range(2):
            await look(http, house.db, url, lambda: woken.append(True), house.now)
            await house.settle()
        assert len(county.messages) == 1 and len(woken) == 1
        assert "马光（县公安局" in county.text and "11分钟" in county.text
        assert MAGUANG.phone in county.text
        assert officer.messages == []
        await county.press("已打电话")
        assert far.done == []
        await look(http, house.db, url, lambda: woken.append(True), house.now)
    assert far.done == ["7"]
    await runner.cleanup()
