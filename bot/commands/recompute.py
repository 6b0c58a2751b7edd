"""`./run recompute`: the due days of every child, anew from the facts."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from sqlalchemy import Connection

from bot.commands._open import run_with_database
from bot.words import Words
from db import child_due, file_rules
from db import policy as policy_rows


@click.command()
def command() -> None:
    """按记录重算每个孩子的到期日;标准输出是改正了几个(应该是 0)。"""

    def work(conn: Connection) -> int:
        now = datetime.now(UTC)
        file_rules.link_and_ask(conn, now)  # days pass by themselves: what the rules ask is no mistake to be counted
        return child_due.recompute(conn, policy_rows.current(conn, now))

    changed = run_with_database(work, write=True)
    click.echo(Words()("recompute.done", count=changed), err=True)
    click.echo(changed)
