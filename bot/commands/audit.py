"""`./run audit`: whether the journal is whole, and the journal itself for the auditor."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection, select

from bot.commands._open import run_with_database
from bot.errors import Refusal
from bot.words import Words
from db import audit_pack, journal
from db.models import journal as journal_table
from domain.audit_pack import Pack
from domain.calendar import LOCAL
from files.audit_pack import workbook


@click.group("audit", help="The journal of who did what: append-only and hash-chained.")
def command() -> None:
    pass


@command.command("verify", help="Walk the whole chain; exits 1 where a line was changed, taken out or slipped in.")
@click.option(
    "--noted",
    default="",
    metavar="HEAD",
    help="以前记下的 head，现在还要在链里。 / A head written down earlier, which must still be in the chain.",
)
def verify(noted: str) -> None:
    if noted and not re.fullmatch(r"\d{1,18}:[0-9a-f]{16}", noted):
        raise click.UsageError("--noted 要照抄以前打印的 head，如 1234:0f…。 / --noted takes a head as printed before.")
    verdict = run_with_database(lambda conn: journal.verify(conn, noted))
    found = {
        "links": verdict.links, "unsealed": verdict.unsealed, "broken_at": verdict.broken_at, "head": verdict.head,
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")
    if verdict.broken_at is not None:
        raise Refusal(
            f"日志从第 {verdict.broken_at} 行起对不上，被改动过。 / The journal was tampered with from line {verdict.broken_at} on."
        )
    click.echo("日志完整。 / The journal is whole.", err=True)


@command.command(
    "export", help="The journal as JSON lines: ids, codes and counts, never what was said. Itself journaled."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Up to this day, itself included.")
def export(since: datetime | None, until: datetime | None) -> None:
    now = datetime.now(UTC)

    def work(conn: Connection) -> int:
        query = select(journal_table).order_by(journal_table.c.at, journal_table.c.id)
        if since:
            query = query.where(journal_table.c.at >= since.replace(tzinfo=LOCAL))
        if until:
            query = query.where(journal_table.c.at < until.replace(tzinfo=LOCAL) + timedelta(days=1))
        count = 0
        for row in conn.execute(query):
            line = {
                "seq": row.seq, "at": row.at.isoformat(), "person": row.person_id, "action": row.action,
                "subject": row.subject, "detail": row.detail,
            }  # fmt: skip
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
        journal.note(conn, now, "audit.exported", by="command", lines=count)
        return count

    count = run_with_database(work, write=True)
    click.echo(f"{count} 行 / {count} lines", err=True)


@command.command(
    "pack", help="审计包：一年的未成年人个人信息审计数字，Excel。 / The figures of the yearly audit, as Excel."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--year", type=int, help="哪一年；默认去年。 / Which year; last year by default.")
def pack(file: Path, year: int | None) -> None:
    now = datetime.now(UTC)
    this = now.astimezone(LOCAL).year
    wanted = year or this - 1
    if not 2020 <= wanted <= this:
        raise click.UsageError(f"--year 要在 2020 到 {this} 之间。 / --year must be 2020 to {this}.")
    if not file.parent.is_dir():  # before the journal says that it was made
        raise Refusal(f"没有 {file.parent} 这个文件夹,先建好它。 / There is no such folder; make it first.")

    def work(conn: Connection) -> Pack:
        journal.note(conn, now, "audit.packed", by="command", year=wanted)
        return audit_pack.collect(conn, wanted, now)

    found = run_with_database(work, write=True)
    file.write_bytes(workbook(found, Words("zh_CN")))
    click.echo(f"{file}：{wanted} 年审计包。 / The audit pack of {wanted}.", err=True)


@command.command(
    "incident",
    help="登记一起个人信息安全事件，审计包里会数到。 / Note an incident; the audit pack counts it. A code and a day only.",
)
@click.argument("kind", type=click.Choice(["leak", "loss", "tampering", "misuse", "other"]))
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="哪天发现的；默认今天。 / The day it was found; today by default."
)
def incident(kind: str, on: datetime | None) -> None:
    now = datetime.now(UTC)
    found = on.date() if on else now.astimezone(LOCAL).date()
    if found > now.astimezone(LOCAL).date():
        raise click.UsageError("--on 不能是以后的日子。 / --on cannot lie in the future.")
    run_with_database(
        lambda conn: journal.note(conn, now, "incident.noted", by="command", kind=kind, on=str(found)), write=True
    )
    click.echo("登记好了。接着照 docs/privacy/incident.md 做。 / Noted; go on with docs/privacy/incident.md.", err=True)
