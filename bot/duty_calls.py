"""The gateway's call list in the duty officer's chat: urgent messages nobody acknowledged are told to the county bureau.

The gateway knows numbers only; who they are is known here. Told and answered are lines of the journal, so that looking
twice, or from two processes, says nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import aiohttp
import structlog
from sqlalchemy import Connection, select

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import journal, outbox, people
from db.models import journal as lines
from db.models import people as people_table
from db.rows import opened
from db.session import Database
from domain.people import Role
from domain.units import COUNTY

log = structlog.get_logger("calls")

EVERY = 60.0  # seconds
TOLD, DONE = "call.told", "call.done"


@dataclass(frozen=True)
class Call:
    """An urgent message one person has not acknowledged: the gateway's number for it, whose, since when."""

    id: int
    chat_id: int
    since: datetime


def tell(conn: Connection, calls: Sequence[Call], now: datetime) -> int:
    """Tell the county's posts of calls they have not been told of; how many messages were queued."""
    told = set(conn.execute(select(lines.c.subject).where(lines.c.action == TOLD)).scalars())
    count = 0
    for call in calls:
        if f"call:{call.id}" in told:
            continue
        journal.note(conn, now, TOLD, subject=f"call:{call.id}")
        row = conn.execute(select(people_table).where(people_table.c.chat_id == call.chat_id)).first()
        if row is None:
            continue
        person = opened(conn, people_table, row)
        posts = people.posts_of(conn, person["id"])
        for chat in county_chats(conn, call.chat_id):
            words = Words(people.language_of(conn, chat) or "zh_CN")
            where = words("calls.post", unit=posts[0].unit.name, role=words(f"role.{posts[0].role.value}")) if posts else ""
            phone = escape(person["phone"] or "")
            text = words(
                "calls.tell", name=escape(person["name"]), post=where, minutes=int((now - call.since).total_seconds() // 60),
                phone=f'<a href="tel:{phone}">{phone}</a>' if phone else words("calls.no_phone"),
            )  # fmt: skip
            params = {"text": text, "parse_mode": "HTML", "reply_markup": inline([[(words("calls.called"), do("calls.done", str(call.id)))]])}
            outbox.put(conn, chat, "sendMessage", params, now, urgency=outbox.Urgency.EMERGENCY)
            count += 1
    return count


def county_chats(conn: Connection, but: int) -> list[int]:
    """The chats of the county bureau's posts, without that of whoever is to be called."""
    found = [chat for post in people.posts_at(conn, Role.COUNTY, COUNTY) for chat in people.chats_of_post(conn, post)]
    return [chat for chat in dict.fromkeys(found) if chat != but]


def answered(conn: Connection) -> set[int]:
    """The calls somebody says to have made."""
    subjects = conn.execute(select(lines.c.subject).where(lines.c.action == DONE)).scalars()
    return {int(subject.removeprefix("call:")) for subject in subjects if subject}


async def watch(
    db: Database, url: str, key: str, wake: Callable[[], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Ask the gateway every minute until cancelled. One that does not answer is asked again; nothing else waits for it."""
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=20)) as http:
        while True:
            try:
                await look(http, db, url, wake, now())
            except (aiohttp.ClientError, OSError, ValueError, KeyError, TimeoutError) as problem:
                log.warning("calls", trouble=type(problem).__name__)
            await asyncio.sleep(EVERY)


async def look(
    http: aiohttp.ClientSession, db: Database, url: str, wake: Callable[[], None], now: datetime
) -> None:
    """One look at the list: tell what is new, hand back what was answered."""
    async with http.get(f"{url}/admin/calls") as answer:
        answer.raise_for_status()
        found = [
            Call(one["id"], one["user_id"], datetime.fromtimestamp(one["since"], UTC)) for one in (await answer.json())["calls"]
        ]
    if not found:
        return
    made = await db.read(answered)
    for call in found:
        if call.id in made:
            async with http.post(f"{url}/admin/calls/{call.id}/done") as answer:
                await answer.read()
    if await db.run(lambda conn: tell(conn, [one for one in found if one.id not in made], now)):
        wake()
