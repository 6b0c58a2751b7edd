"""`./run import`: a roster from a file, by the same rules and in the same steps as in the chat."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection

from bot.commands._open import kind_of, open_database, tree_of
from bot.commands._pick import unit_named
from bot.errors import Refusal
from bot.settings import load
from bot.words import Words
from db import journal, roster_jobs
from db import policy as policy_rows
from db import roster as rosters
from db.roster import Preview, Scope
from db.roster_jobs import Job
from db.session import Database
from domain.calendar import LOCAL
from domain.people import UnitKind
from domain.roster import BY_KEY, TAKE, TAKE_ALL, TAKE_THIS, disagreements
from domain.roster.misplaced import out_of_place
from files.roster import MAX_BYTES, Roster, RosterFileError, corrected_copy, read_roster

MOST_LINES = 20


@click.command("import", help="Import a roster (xlsx, xls, ods, csv). Counts go to stdout as one JSON line.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--corrected", type=click.Path(dir_okay=False, path_type=Path), help="Write a copy with the reason beside each bad row.")
@click.option("--unit", metavar="CODE", help="Only children of this town or village; also fills in an empty village.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows although there are bad ones.")
def command(file: Path, dry_run: bool, corrected: Path | None, unit: str | None, skip_bad: bool) -> None:
    found = _read(file)
    _say(f"读到 {len(found.rows)} 行，正在核对…… / {len(found.rows)} rows read, checking …")
    done = asyncio.run(_import(file.read_bytes(), found, dry_run=dry_run, corrected=corrected, unit=unit, skip_bad=skip_bad))
    sys.stdout.write(json.dumps(done) + "\n")
    if done["bad"] and not skip_bad:
        raise Refusal(
            f"有 {done['bad']} 行有问题，什么都没有导入。改好再来，或用 --skip-bad 先导入其余的。 / "
            f"{done['bad']} rows have problems; nothing was imported. Correct them, or import the rest with --skip-bad."
        )


def _read(file: Path) -> Roster:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RosterFileError("too_large", most=MAX_BYTES // (1024 * 1024))
        return read_roster(file.read_bytes(), file.name)
    except RosterFileError as problem:
        raise Refusal(_both(problem.key, problem.params)) from None


async def _import(
    content: bytes, found: Roster, *, dry_run: bool, corrected: Path | None, unit: str | None, skip_bad: bool
) -> dict[str, Any]:
    """Looked at in a read, written in short parts: a bot that runs on the same data is never kept waiting."""
    db = await open_database(load())
    try:
        demo, tree = await db.read(lambda conn: (kind_of(conn) == "demo", tree_of(conn)))
        if out_of_place(found.rows, demo=demo):
            raise Refusal(_both("roster.real_in_demo" if demo else "roster.demo_in_county", {}))
        now = datetime.now(UTC)
        home = unit_named(tree, unit) if unit else next(one for one in tree if one.kind is UnitKind.COUNTY)
        scope = Scope(tree, home, tree.under(home.code))
        digest = hashlib.sha256(content + home.code.encode()).digest()
        if not dry_run and (begun := await db.read(lambda conn: roster_jobs.unfinished(conn, digest))):
            _say("上次没有导完，接着导。 / The last import of this file was interrupted; going on with it.")
            counts: dict[str, Any] = await _write_parts(db, begun, scope, now, demo)
            return {"rows": len(found.rows), "bad": 0, **counts, "imported": True}
        checked = rosters.check(found.rows, scope, now.astimezone(LOCAL).date())
        preview = await db.read(lambda conn: rosters.previewed(checked, rosters.gather(conn, checked, scope), scope))
        _tell(found, preview)
        if corrected:
            words = Words()
            _write(corrected, corrected_copy(preview.rows, tree, lambda key, params: words(key, **params)))
        counts = {**preview.counts, "imported": False}
        if dry_run or (counts["bad"] and not skip_bad) or not preview.changes:
            return counts
        job = await db.run(lambda conn: roster_jobs.keep_and_start(conn, preview, digest, now))
        await _write_parts(db, job, scope, now, demo)
        return counts | {"imported": True}
    finally:
        await db.close()


async def _write_parts(db: Database, job: Job, scope: Scope, now: datetime, demo: bool) -> dict[str, int]:
    """Part by part with a bar on stderr; killed at any point, the same command goes on behind the last part."""
    rows, notes = await db.read(lambda conn: roster_jobs.good_rows(conn, job.id))
    today, worked, counts = now.astimezone(LOCAL).date(), job.worked, dict[str, int]()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("正在导入 / importing", total=len(rows), completed=worked)
        while worked < len(rows):
            done = await db.run(partial(_part, job=job, rows=rows, notes=notes, worked=worked, scope=scope, now=now, today=today, demo=demo))
            if done is None:
                raise Refusal("另一个程序正在导入同一份名册。 / Another program is importing this roster just now.")
            worked, counts = done
            bar.update(task, completed=worked)
    return counts


def _part(
    conn: Connection, *, job: Job, rows: Sequence[Any], notes: bool, worked: int, scope: Scope, now: datetime, today: date,
    demo: bool,
) -> tuple[int, dict[str, int]] | None:  # fmt: skip
    policy = policy_rows.current(conn, now)
    done = roster_jobs.part(conn, job.id, rows, notes, worked, scope, None, now, today, policy, demo=demo)
    if done is not None and done[0] >= len(rows):
        detail: dict[str, Any] = {"by": "command", **done[1]}
        journal.note(conn, now, "roster.imported", subject=f"import:{job.id}", **detail)
    return done


def _tell(found: Roster, preview: Preview) -> None:
    """Row numbers and columns only: what the cells said stands in the corrected copy."""
    if found.missing:
        columns = "、".join(BY_KEY[key].heading for key in found.missing)
        _say(_both("roster.missing", {"columns": columns}))
    if asked := len(disagreements(preview.rows)):
        _say(_both("roster.command.asked", {"count": asked, "column": TAKE, "this": TAKE_THIS, "all": TAKE_ALL}))
    for place, row in enumerate(preview.plan.bad):
        if place == MOST_LINES:
            _say(f"……还有 {len(preview.plan.bad) - place} 行，见 --corrected 的表。 / and more; see the corrected copy.")
            break
        columns = "、".join(dict.fromkeys(BY_KEY[problem.column].heading for problem in row.problems))
        _say(f"{row.source.sheet} 第{row.source.line}行：{columns} / line {row.source.line}")


def _write(path: Path, content: bytes) -> None:
    """For the owner's eyes only: the copy holds what the roster holds."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)


def _both(key: str, params: Mapping[str, object]) -> str:
    return f"{Words('zh_CN')(key, **params)} / {Words('en')(key, **params)}"


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
