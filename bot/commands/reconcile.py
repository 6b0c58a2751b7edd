"""`./run reconcile`: the daily proof that no reminder was lost or sent twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from bot.commands._open import run_with_database
from bot.reminders.proof import Proof, prove
from bot.words import Words
from domain.calendar import local
from domain.reminders import Reconciliation

MOST_KEYS = 50


@click.command()
@click.option("--json", "as_json", is_flag=True, help="一行 JSON。 / One JSON line.")
def command(as_json: bool) -> int:
    """核对提醒:应发 = 已发 + 已办 + 送不到 + 等着发。对不上退出码为 1,并列出缺的。"""
    now = datetime.now(UTC)
    proof = run_with_database(lambda conn: prove(conn, now))
    click.echo(as_line(proof) if as_json else in_words(proof))
    missed = (*proof.books.missed, *proof.clocks.missed)
    for rule, subject, person, day in missed[:MOST_KEYS]:
        click.echo(f"missed {rule} {subject} {person} {day}", err=as_json)
    if len(missed) > MOST_KEYS:
        click.echo(f"… {len(missed) - MOST_KEYS}", err=True)
    return 0 if proof.balanced else 1


def in_words(proof: Proof) -> str:
    words = Words()
    lines = [words("reconcile.line", **_counts(proof.books))]
    if proof.clocks.due:
        lines.append(words("reconcile.clocks", **_counts(proof.clocks)))
    if proof.surveyed_at is None:
        lines.append(words("reconcile.never"))
    else:
        lines.append(words("reconcile.last", moment=local(proof.surveyed_at).strftime("%Y-%m-%d %H:%M")))
    return "\n".join(lines)


def as_line(proof: Proof) -> str:
    return json.dumps({**_counts(proof.books), "clocks": _counts(proof.clocks)})


def _counts(books: Reconciliation) -> dict[str, int]:
    return {
        "due": books.due, "sent": books.sent, "moot": books.moot, "unreachable": books.unreachable,
        "held": books.held, "duplicates": books.duplicates, "missed": len(books.missed),
    }  # fmt: skip
