"""`./run demo-seed`: an invented county with a year of history, into an empty data directory."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime, time

import click
from sqlalchemy import Connection

from bot import national_sync
from bot.commands._open import is_new, mark, open_database, tree_of
from bot.errors import Refusal
from bot.settings import Settings, load
from db import demo
from db.migrate import get_meta
from domain import calendar

# What may lie in a data directory before its database is made: the gateway's folder and accounts of failures.
_OURS = ("gateway", "logs", "running.lock")


@click.command("demo-seed")
@click.option("--children", type=click.IntRange(demo.FEWEST, demo.MOST), default=1300, show_default=True, help="造多少个孩子")
@click.option("--seed", type=int, default=1, show_default=True, help="同一个种子造出同一个县")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="历史写到哪一天的早上，默认今天(北京时间)")
def command(children: int, seed: int, at: datetime | None) -> None:
    """在空的数据文件夹里造一个演示县，人和事都是编的。 / Make a demo county in an empty data folder; all of it invented."""
    settings = load()
    if settings.county:
        raise Refusal(
            "这里写着 COUNTY，是正式使用的县，不能造演示数据。请换一个 DATA_DIR 并去掉 COUNTY。 / "
            "COUNTY is set: this is for real work. Use another DATA_DIR without COUNTY for a demo."
        )
    demand_empty(settings)
    today = at.date() if at else calendar.local_day(datetime.now(UTC))
    made = asyncio.run(_make(settings, children, seed, today))
    say(
        f"演示县造好了：{made.children} 个孩子，{made.contacts} 条记录，{made.issues} 个问题，{made.reports} 个报告，"
        f"{made.people} 个人。全是编的。 / The demo county is ready; all of it is invented."
    )


def demand_empty(settings: Settings) -> None:
    """Raises Refusal if anything not ours lies where a new database would be made."""
    if not is_new(settings) or not settings.data_dir.exists():
        return
    others = [path for path in settings.data_dir.iterdir() if path.name not in _OURS]
    if others:
        raise Refusal(
            f"数据文件夹 {settings.data_dir} 不是空的。请换一个空的 DATA_DIR。 / The data folder is not empty; choose another."
        )


async def _make(settings: Settings, children: int, seed: int, today: date) -> demo.Counts:
    db = await open_database(settings, make=True)
    try:
        return await db.run(lambda conn: fill(conn, settings, children, seed, today))
    finally:
        await db.close()


def fill(conn: Connection, settings: Settings, children: int, seed: int, today: date) -> demo.Counts:
    """Seed the database, if it is a demo's and empty. Raises Refusal."""
    if get_meta(conn, "kind") == "county":
        raise Refusal(
            "这个数据文件夹是正式数据，不能造演示数据。请换一个 DATA_DIR。 / This folder holds county data; choose another DATA_DIR."
        )
    mark(conn, settings)
    try:
        now = datetime.now(UTC)
        day_is_here = today == calendar.local_day(now)
        at = calendar.at(today, time(6))
        made = demo.seed(conn, children=children, seed=seed, at=at, now=now if day_is_here else None, progress=say)
        national_sync.seed_demo(conn, tree_of(conn), at, seed)
        return made
    except demo.NotEmpty:
        raise Refusal(
            "这个数据文件夹里已经有数据，没有动它。请换一个空的 DATA_DIR。 / There is data here already, untouched; choose an empty DATA_DIR."
        ) from None


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
