"""Where the torture takes place: a small demo county on a folder of its own, and who of its people takes part."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from sqlalchemy import Connection, select

from bot.torture.people import Somebody
from bot.torture.phone import Phone
from db import demo, people
from db.crypto import load_keyring
from db.migrate import check_keys, migrate, put_meta
from db.models import children, posts
from db.models import people as people_table
from db.rows import opened
from db.session import Database
from domain import units
from domain.people import Role
from gateway.store import bots
from gateway.store.database import opened as gateway_store

BOT = "torture_bot"
RECEIVING = ("police", "civil_affairs")  # the offices most reports go to
STRANGER = 880_000_000  # chats of people who have no post here


@asynccontextmanager
async def database(folder: Path, url: str | None = None, *, make: bool = False) -> AsyncIterator[Database]:
    """The bot's database: a file in the folder, or `url` where it is a PostgreSQL."""
    url = url or f"sqlite:///{folder / 'xiaomiao.db'}"
    async with Database(url, load_keyring(folder / "keys.json", make=make)) as db:
        yield db


def children_for(crowd: int) -> int:
    """As many as it takes for most directors who talk to have children of their own."""
    return 100 if crowd <= 60 else 400


async def make(
    folder: Path, seed: int, crowd: int, url: str | None = None
) -> tuple[list[tuple[int, str]], list[Somebody]]:
    """A demo county; everybody with a chat, and those who will talk. Where posts do not suffice, strangers come in."""

    def work(conn: Connection) -> tuple[list[tuple[int, str]], list[Somebody]]:
        migrate(conn)
        check_keys(conn)
        put_meta(conn, "kind", "demo")
        people.put_units(conn, list(units.load(demo=True)))
        demo.seed(conn, children=children_for(crowd), seed=seed, at=datetime.now(UTC))
        rows = conn.execute(
            select(people_table, posts.c.role, posts.c.unit)
            .join(posts, posts.c.holder == people_table.c.id)
            .where(people_table.c.chat_id.is_not(None))
            .order_by(people_table.c.chat_id)
        )
        names = defaultdict(list)
        for row in conn.execute(select(children).where(children.c.closed_on.is_(None)).order_by(children.c.file_no)):
            names[row.unit].append(opened(conn, children, row)["name"])
        held = [opened(conn, people_table, row) for row in rows]
        talkers = _talkers(held, names, seed, crowd)
        strangers = [Somebody(STRANGER + number, f"生人{number}", None, ()) for number in range(crowd - len(talkers))]
        chats = [(one["chat_id"], one["name"]) for one in held] + [(one.chat_id, one.name) for one in strangers]
        return chats, [*talkers, *strangers]

    os.umask(0o077)
    async with database(folder, url, make=True) as db:
        return await db.run(work)


def _talkers(held: list[dict[str, Any]], names: dict[str, list[str]], seed: int, crowd: int) -> list[Somebody]:
    """Directors who have children first, then the offices that receive reports, supervisors and the other offices, then
    whoever is left."""
    everybody = [
        Somebody(one["chat_id"], one["name"], Role(one["role"]), tuple(names.get(one["unit"], ())), one["unit"])
        for one in held
    ]
    Random(f"{seed}:crowd").shuffle(everybody)
    first = [one for one in everybody if one.children]
    then = [one for one in everybody if one.role in (Role.SUPERVISOR, Role.DEPARTMENT, Role.COUNTY)]
    then.sort(key=lambda one: one.unit.partition(".")[2] not in RECEIVING)  # somebody must be there to sign
    rest = [one for one in everybody if one not in first and one not in then]
    most = crowd * 2 // 3
    chosen = [*first[:most], *then[: crowd // 4]]
    others = [one for one in (*first, *then, *rest) if one not in chosen]
    return (chosen + others)[:crowd]


def bot_token(folder: Path) -> str:
    with gateway_store(folder) as tx:
        return bots.add(tx, "小苗", BOT)


async def phones(
    http: aiohttp.ClientSession, base: str, data: Path, everybody: list[tuple[int, str]], talkers: list[Somebody]
) -> list[Phone]:
    """Everybody gets a chat, those who talk a signed-in phone."""
    admin = {"Authorization": f"Bearer {(data / 'admin.key').read_text().strip()}"}

    async def ask(path: str, body: dict[str, Any]) -> Any:
        async with http.post(f"{base}/admin/{path}", json=body, headers=admin) as answer:
            answer.raise_for_status()
            return await answer.json()

    for chat_id, name in everybody:
        await ask("users", {"id": chat_id, "first_name": name, "bot": BOT})
    made = []
    for who in talkers:
        phone = Phone(http, base, who.chat_id)
        await phone.sign_in((await ask("links", {"user_id": who.chat_id, "bot": BOT}))["url"])
        made.append(phone)
    return made
