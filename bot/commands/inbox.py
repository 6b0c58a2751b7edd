"""`./run inbox`: messages that broke three times and were put aside, and taking one back to work."""

from __future__ import annotations

import json
import sys

import click
from sqlalchemy import Connection

from bot.commands._open import run_with_database
from bot.errors import Refusal
from db import inbox


@click.command("inbox", help="What waits and what was put aside: ids, times and references, never content.")
@click.option("--aside", is_flag=True, help="List what was put aside, one JSON line each.")
@click.option("--again", metavar="ID", help="Take this one back to work.")
def command(aside: bool, again: str | None) -> None:
    if again:
        if not run_with_database(lambda conn: inbox.again(conn, again), write=True):
            raise Refusal(f"没有放在一边的 {again}。用 --aside 看有哪些。 / Nothing with this id was put aside; see --aside.")
        click.echo("好了，机器人会再处理一次。 / The bot will work it once more.", err=True)
        return
    if aside:
        for row in run_with_database(inbox.aside):
            row["received_at"] = row["received_at"].isoformat()
            sys.stdout.write(json.dumps(row) + "\n")
        return
    sys.stdout.write(json.dumps(run_with_database(_counts)) + "\n")


def _counts(conn: Connection) -> dict[str, int]:
    return {"waiting": inbox.waiting(conn), "aside": len(inbox.aside(conn))}
