"""The promises of a message's life, each kept while the real process is killed with SIGKILL at that very point."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db.crypto import load_keyring
from db.models import contacts, feedback, inbox, outbox
from db.session import Database
from tests.cast import CUIFANG, YULAN
from tests.far_side import TOKEN, FarSide
from tests.house import KEYS, copy_template

pytestmark = pytest.mark.slow

POINTS = (
    "received_not_committed", "committed_not_confirmed", "worked_not_committed", "committed_not_sent",
    "sent_not_marked",
)  # fmt: skip


class RealBot:
    """`./run bot` as a process of its own, on a data directory with the cast in it."""

    def __init__(self, folder: Path, url: str, point: str) -> None:
        self.folder, self.point = folder, point
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XIAOMIAO")},
            "DATA_DIR": str(folder), "BOT_TOKEN": TOKEN, "BOT_API_URL": url, "ENV_FILE": str(folder / "empty.env"),
        }  # fmt: skip
        self.environment.pop("COUNTY", None)
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.die_at", self.point, str(self.folder / "died"),
            env=self.environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def dead(self) -> int:
        assert self.process is not None
        async with asyncio.timeout(40):
            await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.dead()


@asynccontextmanager
async def running(template: Path, folder: Path, point: str = "never") -> AsyncIterator[tuple[FarSide, RealBot]]:
    copy_template(template, folder / "xiaomiao.db")
    (folder / "keys.json").write_text(KEYS.to_json())
    (folder / "empty.env").write_text("")
    async with FarSide() as far:
        bot = RealBot(folder, far.url, point)
        try:
            yield far, bot
        finally:
            await bot.stop(signal.SIGKILL)


async def look(folder: Path, query: Any) -> Any:
    async with Database(f"sqlite:///{folder / 'xiaomiao.db'}", load_keyring(folder / "keys.json", make=False)) as db:
        return await db.read(query)


def count(table: Any, *where: Any) -> Any:
    return lambda conn: conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


async def all_sent(folder: Path) -> None:
    """Until nothing waits to be sent any more; fails after half a minute."""
    async with asyncio.timeout(30):
        while await look(folder, count(outbox, outbox.c.state == "waiting")):
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_this_point_nothing_is_lost_and_nothing_done_twice(
    template: Path, tmp_path: Path, point: str
) -> None:
    async with running(template, tmp_path, point) as (far, bot):
        for words in ("意见反馈", "字太小了"):
            await far.put(YULAN.chat_id, words)
        await bot.start()
        assert await bot.dead() == -signal.SIGKILL
        await bot.start()
        await far.until(lambda: any("字太小了" in text for _, text in far.said) and not far.updates)
        await bot.stop()
    said = [text for chat, text in far.said if chat == YULAN.chat_id]
    asked = [text for text in said if "想说什么" in text]
    assert len(asked) == (2 if point == "sent_not_marked" else 1), said  # at least once, and only there twice
    assert said.index(asked[0]) < next(i for i, text in enumerate(said) if "字太小了" in text)
    assert await look(tmp_path, count(inbox)) == 2
    assert await look(tmp_path, count(inbox, inbox.c.state != "done")) == 0
    assert await look(tmp_path, count(outbox, outbox.c.state == "waiting")) == 0


async def test_killed_again_and_again_while_people_talk_every_message_is_worked_once_in_order(
    template: Path, tmp_path: Path
) -> None:
    async with running(template, tmp_path) as (far, bot):
        for round_ in range(4):
            for number in range(6):
                for person in (YULAN, CUIFANG):
                    await far.put(person.chat_id, f"第{round_}轮{number}句")
            await bot.start()
            heard = len(far.said)
            await far.until(lambda heard=heard: len(far.said) >= heard + 3)  # type: ignore[misc]
            await bot.stop(signal.SIGKILL)
        await bot.start()
        await far.until(lambda: not far.updates and len(far.said) >= 48, 60)
        await all_sent(tmp_path)
        await bot.stop()
    assert await look(tmp_path, count(inbox, inbox.c.state == "done")) == 48
    rows = await look(tmp_path, lambda conn: conn.execute(select(outbox.c.chat_id, outbox.c.state)).all())
    assert len(rows) == 48 and {row.state for row in rows} == {"sent"}
    for person in (YULAN, CUIFANG):
        ids = await look(
            tmp_path,
            lambda conn, person=person: conn.execute(
                select(inbox.c.update_id).where(inbox.c.chat_id == person.chat_id).order_by(inbox.c.done_at, inbox.c.id)
            ).scalars().all(),
        )  # fmt: skip
        assert ids == sorted(ids)


async def test_a_broken_handler_rolls_everything_back_is_tried_three_times_and_put_aside(house: Any) -> None:
    from bot.handlers import feedback as handler

    phone, tries = house.phone(YULAN), []
    talk = handler.SUBJECT.conversations[0]

    def breaks(work: Any, answers: Any, kept: Any) -> None:
        talk.submit(work, answers, kept)
        tries.append(1)
        raise RuntimeError("殷小虎 must not reach a log")

    from dataclasses import replace

    from bot import flow

    flow.register(replace(talk, submit=breaks))
    try:
        await phone.send("意见反馈")
        await phone.send("字太小了")
        await phone.press("确认")
        for _ in range(4):
            house.pass_time(seconds=30)
            await house.settle()
    finally:
        flow.register(talk)
    assert len(tries) == 3
    assert "已经存好" in phone.text and "编号" in phone.text
    assert await house.look(count(feedback)) == 0
    assert await house.look(count(inbox, inbox.c.state == "aside")) == 1
    assert "小苗" in await phone.send("/start")  # the chat goes on


async def test_the_same_update_delivered_twice_is_worked_once(house: Any) -> None:
    from db import inbox as inbox_rows

    phone = house.phone(YULAN)
    await phone.send("/start")
    body = await house.look(lambda conn: inbox_rows.opened(conn, inbox, conn.execute(select(inbox)).first()))
    new = await house.db.run(lambda conn: inbox_rows.put(conn, 1, [body["body"]], house.now))
    await house.settle()
    assert new == 0
    assert len([message for message in phone.messages if not message.out]) == 1


async def test_a_passing_failure_comes_back_and_order_holds(house: Any) -> None:
    phone = house.phone(YULAN)
    house.line.failures = [
        (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
        (429, {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 2}}),
    ]
    await house.receive({"message": phone._message(5, text="意见反馈")}, work=False)
    await house.receive({"message": phone._message(6, text="取消")}, work=False)
    await house.settle()
    assert [message.text for message in phone.messages] == []
    for _ in range(3):
        house.pass_time(seconds=10)
        await house.settle()
    texts = [message.text for message in phone.messages]
    assert "想说什么" in texts[0] and "不记了" in texts[-1]


async def test_who_blocked_the_bot_is_marked_and_the_supervisor_is_told_by_post(house: Any) -> None:
    from tests.cast import JIANGUO

    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    house.line.blocked.add(YULAN.chat_id)
    await phone_send_blind(house, phone, "/start")
    await house.settle()
    assert "暖泉村" in supervisor.text and "收不到消息" in supervisor.text and "柴玉兰" not in supervisor.text
    calls = len(house.line.calls)
    house.pass_time(hours=5)
    await house.settle()
    assert len(house.line.calls) == calls  # nobody keeps trying
    house.line.blocked.clear()
    assert "柴玉兰" in await phone.send("/start")  # writing again lifts it


async def phone_send_blind(house: Any, phone: Any, text: str) -> None:
    await house.receive({"message": phone._message(3, text=text)})


async def test_the_database_file_holds_no_name_and_no_word_in_the_clear(house: Any) -> None:
    phone = house.phone(YULAN)
    await phone.send("走访 小虎")
    for tap in ("电话", "孩子本人"):
        await phone.press(tap)
    await phone.send("黄杨木梳子找到了")
    await phone.press("确认")
    await house.close()
    for file in house.path.parent.glob(house.path.name + "*"):
        raw = file.read_bytes()
        for words in ("殷小虎", "小虎", "王秀英", "620799201605080119", "10012345678", "柴玉兰", "黄杨木", "昌吉"):
            assert words.encode() not in raw, (file.name, words)
            assert words.encode("utf-16-le") not in raw
    await house.open()
    assert await house.look(count(contacts)) == 1
