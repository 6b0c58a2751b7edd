"""What the gateway forgets by itself, and the numbers that prove it.

Every message has a class and every class a life span (settings). When it is over the message goes from the store and
from open pages, and with it its files, its pin and its poll, and its words inside answers to it. Forgetting goes in
small steps, so that nobody waits for it.
"""

import asyncio
from collections import defaultdict

from gateway import carry
from gateway.context import Gateway
from gateway.marks import LIVES
from gateway.store import bots, groups, lifespan, messages, people, tidy
from gateway.store.database import Tx
from gateway.store.lifespan import Row
from gateway.store.people import Chat

AT_ONCE = 100


async def once_over(gateway: Gateway) -> None:
    """Everything that has had its time."""
    now, settings = gateway.now(), gateway.settings
    await tidy.once_over(gateway.db, gateway.blobs, settings, now)
    for life in LIVES:
        while await _forget_messages(gateway, life, now):
            await asyncio.sleep(0)
    while await _note_lonely_files(gateway, now):
        await asyncio.sleep(0)
    while await _forget_lonely_files(gateway, now):
        await asyncio.sleep(0)

    def drop_updates(tx: Tx) -> None:
        lifespan.count(tx, "updates", lifespan.drop_updates(tx, now - settings.kept("chat")), now)

    await gateway.db.write(drop_updates)
    await gateway.db.fold()


def numbers(tx: Tx, gateway: Gateway) -> dict[str, int]:
    """For /metrics: what was forgotten since the beginning, and what should be gone but is not (0, but for the hour
    between two rounds)."""
    now = gateway.now()
    found = {f"forgotten_{what}": 0 for what in (*(f"messages_{life}" for life in LIVES), "files", "updates")}
    found |= {f"forgotten_{what}": number for what, number in lifespan.counted(tx).items()}
    found["overdue_messages"] = sum(lifespan.overdue(tx, life, now - gateway.settings.kept(life)) for life in LIVES)
    return found


async def _forget_messages(gateway: Gateway, life: str, now: int) -> bool:
    """Some of one class; whether there may be more."""

    def work(tx: Tx) -> tuple[int, list[str]]:
        due = lifespan.due(tx, life, now - gateway.settings.kept(life), AT_ONCE)
        shown = lifespan.files_of(tx, due)
        for bot_id, chat_id, numbers in _by_chat(due):
            _remove(tx, bot_id, chat_id, numbers, now)
        dropped = lifespan.drop_files(tx, shown)
        lifespan.count(tx, f"messages_{life}", len(due), now)
        lifespan.count(tx, "files", len(dropped), now)
        return len(due), dropped

    number, dropped = await gateway.db.write(work)
    await _drop_blobs(gateway, dropped)
    return number == AT_ONCE


def _by_chat(rows: list[Row]) -> list[tuple[int, int, list[int]]]:
    chats: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in rows:
        chats[row.bot_id, row.chat_id].append(row.message_id)
    return [(*key, numbers) for key, numbers in chats.items()]


def _remove(tx: Tx, home_bot: int, chat_id: int, numbers: list[int], now: int) -> None:
    chat = _chat(tx, home_bot, chat_id)
    if chat is None:  # nobody is there any more to be told
        for number in numbers:
            messages.delete(tx, home_bot, chat_id, number)
        return
    carry.remove(tx, bots.by_id(tx, chat.bot_id), chat, numbers, now)


def _chat(tx: Tx, home_bot: int, chat_id: int) -> Chat | None:
    if chat_id > 0:
        return people.chat(tx, home_bot, chat_id)
    inside = groups.bots_in(tx, chat_id)
    return people.chat(tx, inside[0].bot_id, chat_id) if inside else None


async def _note_lonely_files(gateway: Gateway, now: int) -> bool:
    alone, again = await gateway.db.read(lambda tx: lifespan.shown_or_not(tx, AT_ONCE))

    def mark(tx: Tx) -> None:
        lifespan.mark_alone(tx, alone, now)
        lifespan.mark_alone(tx, again, None)

    if alone or again:
        await gateway.db.write(mark)
    return AT_ONCE in (len(alone), len(again))


async def _forget_lonely_files(gateway: Gateway, now: int) -> bool:
    def work(tx: Tx) -> list[str]:
        lonely = lifespan.lonely_files(tx, now - gateway.settings.keep_lonely_files_seconds, AT_ONCE)
        dropped = lifespan.drop_files(tx, lonely)
        lifespan.count(tx, "files", len(dropped), now)
        return dropped

    dropped = await gateway.db.write(work)
    await _drop_blobs(gateway, dropped)
    return len(dropped) == AT_ONCE


async def _drop_blobs(gateway: Gateway, file_ids: list[str]) -> None:
    """After the commit: a kill in between leaves bytes nobody knows, which the next round removes."""

    def drop() -> None:
        for file_id in file_ids:
            gateway.blobs.drop(file_id)

    if file_ids:
        await asyncio.to_thread(drop)
