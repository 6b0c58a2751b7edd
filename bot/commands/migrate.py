"""`./run migrate`: make the data folder or bring it to this version: keys, schema, units."""

from __future__ import annotations

import asyncio
import json
import sys

import click
from sqlalchemy import Connection

from bot.commands._open import is_new, mark, open_database
from bot.settings import Settings, load
from db import people
from db.migrate import newest
from domain import units


@click.command("migrate", help="Make the data folder, or upgrade it to this version. Run again at will.")
def command() -> None:
    settings = load()
    fresh = is_new(settings)
    kind = asyncio.run(_migrate(settings))
    sys.stdout.write(json.dumps({"revision": newest(), "kind": kind}) + "\n")
    if fresh:
        click.echo(f"已建好 {settings.data_dir}。请另外保管好钥匙 {settings.key_file}。 / Made; keep the keys in a second place too.", err=True)
    else:
        click.echo("数据库已是当前版本。 / The database is up to date.", err=True)


async def _migrate(settings: Settings) -> str:
    db = await open_database(settings, make=True)
    try:
        return await db.run(lambda conn: _settle(conn, settings))
    finally:
        await db.close()


def _settle(conn: Connection, settings: Settings) -> str:
    """What the folder is for, and the units as this version lists them."""
    kind = mark(conn, settings)
    people.put_units(conn, list(units.load(demo=kind == "demo")))
    return kind
