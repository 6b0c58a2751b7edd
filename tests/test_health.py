"""The bot's own health page, the heartbeat file, the beat for a watcher outside, and who is told when reminders stop."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from sqlalchemy import Connection

from bot import health
from bot.reminders.tick import Scheduler
from bot.worker import House
from db import journal, outbox
from domain.calendar import at
from tests.cast import HEJING, XIAOHU, YULAN
from tests.house import TestHouse
from tests.stories.mornings import beat_at

pytestmark = pytest.mark.slow
FRIDAY = date(2026, 11, 20)


async def ask(house: TestHouse, path: str) -> httpx.Response:
    app = health.application(house.db, now=lambda: house.now)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        return await http.get(path)


async def test_it_is_well_while_the_reminders_beat_and_not_when_they_have_stopped(quiet_house: TestHouse) -> None:
    await beat_at(quiet_house, FRIDAY)
    quiet_house.pass_time(minutes=14)
    assert (await ask(quiet_house, "/healthz")).status_code == 200
    quiet_house.pass_time(minutes=2)
    answer = await ask(quiet_house, "/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)


async def test_the_numbers_hold_queues_beat_and_books_and_nobody(quiet_house: TestHouse) -> None:
    await beat_at(quiet_house, FRIDAY)
    await beat_at(quiet_house, FRIDAY + timedelta(days=3))
    said = (await ask(quiet_house, "/metrics")).text
    assert 'xiaomiao_queue_length{queue="outbox"} 0.0' in said
    assert "xiaomiao_last_beat_timestamp_seconds" in said
    assert 'xiaomiao_reminders{state="sent"} 1.0' in said and 'xiaomiao_reminders{state="missed"} 0.0' in said
    assert XIAOHU.name not in said and YULAN.name not in said and str(YULAN.chat_id) not in said


async def test_lines_the_sealer_leaves_lying_are_seen_to_wait(quiet_house: TestHouse) -> None:
    while await quiet_house.db.run(journal.seal):
        pass
    await quiet_house.db.run(lambda conn: journal.note(conn, quiet_house.now, "tested"))
    quiet_house.pass_time(minutes=11)
    assert 'xiaomiao_queue_age_seconds{queue="journal"} 660.0' in (await ask(quiet_house, "/metrics")).text
    await quiet_house.db.run(journal.seal)
    assert 'xiaomiao_queue_age_seconds{queue="journal"} 0.0' in (await ask(quiet_house, "/metrics")).text


async def test_it_is_served_on_this_machine_and_a_port_in_use_disturbs_nothing(quiet_house: TestHouse) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        await health.serve(quiet_house.db, port)  # said in the log, and over
    serving = asyncio.create_task(health.serve(quiet_house.db, port))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http, asyncio.timeout(10):
        while True:
            try:
                answer = await http.get("/healthz")
                break
            except httpx.ConnectError:
                await asyncio.sleep(0)
        assert (answer.status_code, "xiaomiao_queue_length" in (await http.get("/metrics")).text) == (200, True)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_message_with_an_hour_of_its_own_is_not_old_before_it(quiet_house: TestHouse) -> None:
    def queue(conn: Connection) -> None:
        later = quiet_house.now + timedelta(minutes=30)
        outbox.put(conn, 5, "sendMessage", {"text": "好"}, quiet_house.now, not_before=later)

    await quiet_house.db.run(queue)
    quiet_house.pass_time(minutes=31)
    state = await quiet_house.db.read(lambda conn: health.look(conn, quiet_house.now))
    assert (state.waiting["outbox"], state.oldest["outbox"]) == (1, 60.0)


async def test_every_beat_is_written_into_the_file(quiet_house: TestHouse, tmp_path: Path) -> None:
    file = tmp_path / "heartbeat"
    quiet_house.now = at(FRIDAY, time(9)).astimezone(UTC)
    scheduler = Scheduler(
        quiet_house.db, House(quiet_house.tree, demo=True), now=lambda: quiet_house.now, heartbeat=file
    )
    await scheduler.once()
    assert datetime.fromisoformat(file.read_text().strip()) == quiet_house.now
    scheduler.heartbeat = tmp_path / "nowhere" / "heartbeat"
    await scheduler.once()  # a place that cannot be written stops no reminder


async def test_the_watcher_outside_is_called_without_any_content_and_its_failure_disturbs_nothing() -> None:
    calls: list[tuple[str, bytes]] = []

    async def hear(request: web.Request) -> web.Response:
        calls.append((request.path_qs, await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_get("/beat", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/beat"
    assert await health.beat_out(url)
    await runner.cleanup()
    assert not await health.beat_out(url)
    assert calls == [("/beat", b"")]


async def test_when_reminders_have_stopped_for_two_hours_the_county_hears_of_it_once_a_day(
    quiet_house: TestHouse,
) -> None:
    await beat_at(quiet_house, FRIDAY)
    county, director = quiet_house.phone(HEJING), quiet_house.phone(YULAN)
    quiet_house.pass_time(hours=1)
    await director.send("菜单")
    assert county.messages == []
    quiet_house.now = at(FRIDAY, time(15)).astimezone(UTC)
    await director.send("菜单")
    await director.send("菜单")
    assert len(county.messages) == 1 and "从 11-20 09:00 起没有再发提醒" in county.text
    quiet_house.pass_time(days=1)
    await director.send("菜单")
    assert len(county.messages) == 2


async def test_the_county_sees_the_books_in_its_overview(quiet_house: TestHouse) -> None:
    await beat_at(quiet_house, FRIDAY)
    await beat_at(quiet_house, FRIDAY + timedelta(days=3))
    said = await quiet_house.phone(HEJING).send("全县")
    assert "提醒核对（11-23 09:00，近30天）：应发1=已发1+已办0+送不到0+等着0；漏0" in said
