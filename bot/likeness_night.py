"""Once a night: look through all files for those that may be one child's, and tell whoever can see both.

Names are opened a village at a time in short reads, compared outside any transaction, and only what is new is written.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import duplicates, journal, outbox, people
from db.migrate import get_meta, put_meta
from db.retention import NIGHT
from db.session import Database
from domain.calendar import local, local_day
from domain.duplicates import Traits, pairs
from domain.people import Post, Role
from domain.units import UnitTree

LOOKED = "duplicates.looked_on"


async def nightly(db: Database, tree: UnitTree, now: Callable[[], datetime]) -> int | None:
    """The look, once for each local day; how many pairs are new, None if it is not its time or was done today."""
    moment = now()
    if local(moment).time() < NIGHT or await db.read(_looked) == local_day(moment).isoformat():
        return None
    return await look(db, tree, moment)


def _looked(conn: Connection) -> str | None:
    return get_meta(conn, LOOKED)


async def look(db: Database, tree: UnitTree, now: datetime) -> int:
    """Look through the county; how many pairs are new."""
    known: dict[str, Traits] = {}
    for unit in tree:
        known |= {each.id: each for each in await db.read(partial(_traits, {unit.code}))}
    found = await asyncio.to_thread(pairs, list(known.values()))

    def write(conn: Connection) -> int:
        new = duplicates.remember(conn, found, known, now)
        tell(conn, tree, now)
        put_meta(conn, LOOKED, local_day(now).isoformat())
        journal.note(conn, now, "duplicates.looked", files=len(known), found=len(found), new=len(new))
        return len(new)

    return await db.run(write)


def _traits(codes: Collection[str], conn: Connection) -> list[Traits]:
    return duplicates.traits(conn, codes)


def tell(conn: Connection, tree: UnitTree, now: datetime) -> int:
    """One notice, with a number and no name, to each who may see both files of a new pair; how many notices."""
    counts: dict[int, int] = defaultdict(int)
    settled = []
    for pair_id, one, other in duplicates.untold(conn):
        chats = {chat for post in _who(conn, tree, one, other) for chat in people.chats_of_post(conn, post)}
        for chat in chats:
            counts[chat] += 1
        if chats:
            settled.append(pair_id)
    duplicates.told(conn, settled, now)
    for chat, count in counts.items():
        words = Words(people.language_of(conn, chat) or "zh_CN")
        keyboard = inline([[(words("duplicates.look"), do("go", "duplicates", ""))]])
        params = {"text": words("duplicates.news", count=count), "reply_markup": keyboard}
        outbox.put(conn, chat, "sendMessage", params, now, urgency=outbox.Urgency.NOTICE)
    return len(counts)


def _who(conn: Connection, tree: UnitTree, one: str, other: str) -> list[Post]:
    """Whoever may see both: the village's own director, else the town's supervisor, else the county."""
    towns = {town.code for unit in (one, other) if (town := tree.town_of(unit)) is not None}
    ladder = [people.posts_at(conn, Role.CHILD_DIRECTOR, one)] if one == other else []
    if len(towns) == 1:
        ladder.append(people.posts_at(conn, Role.SUPERVISOR, towns.pop()))
    ladder += [people.posts_at(conn, Role.COUNTY, unit.code) for unit in tree if unit.parent is None]
    return next((posts for posts in ladder if any(post.holder or post.deputy for post in posts)), [])
