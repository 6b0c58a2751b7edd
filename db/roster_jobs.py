"""Imports too long for one message's transaction: received sealed, worked in parts, each part with its mark.

Killed at any point, the next start finds the stage and the mark and goes on: a preview is made anew from the sealed
rows, a part of an import was written with its mark or was not written at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import roster, roster_taking, roster_waiting
from db.models import imports, outbox
from db.rows import add, change, opened
from db.types import new_id
from domain.policy import Policy
from domain.roster import Cell, SheetRow

PART = 250  # rows written in one transaction: about a second
STAGES = ("sent", "going", "undoing")


@dataclass(frozen=True)
class Job:
    """One import somebody waits for."""

    id: str
    stage: str
    by: str | None  # None: the command line
    chat_id: int  # 0: the command line
    worked: int
    progress_id: str | None
    digest: bytes


def receive(
    conn: Connection, rows: Sequence[SheetRow], about: Mapping[str, Any], digest: bytes, by: str, chat_id: int,
    progress_id: str, now: datetime,
) -> str:  # fmt: skip
    """Put the rows of a file away, sealed, to be looked at beside the messages; `about` is kept with them."""
    import_id = new_id()
    kept = {"raw": [_raw(row) for row in rows], "about": dict(about)}
    add(
        conn, imports, id=import_id, digest=digest, by_person=by, at=now, counts={}, rows=kept, stage="sent",
        chat_id=chat_id, worked=0, progress_id=progress_id,
    )  # fmt: skip
    return import_id


def start(conn: Connection, import_id: str, by: str, chat_id: int, progress_id: str | None) -> bool:
    """确认 for a long one: from now on its parts are written; False if it is over or running."""
    return change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.stage.is_(None), imports.c.rows.is_not(None),
        imports.c.by_person == by, stage="going", chat_id=chat_id, progress_id=progress_id, worked=0, counts={},
    )  # fmt: skip


def keep_and_start(conn: Connection, preview: roster.Preview, digest: bytes, now: datetime) -> Job:
    """For the command line: kept and begun in one, worked by the command itself and by nobody else."""
    import_id = roster_waiting.keep(conn, preview, digest, None, now)
    change(conn, imports, import_id, stage="going", worked=0, counts={})
    return Job(import_id, "going", None, 0, 0, None, digest)


def unfinished(conn: Connection, digest: bytes) -> Job | None:
    """The import of this very file that a command began and did not finish."""
    row = conn.execute(
        select(imports.c.id, imports.c.worked)
        .where(imports.c.digest == digest, imports.c.stage == "going", imports.c.chat_id.is_(None))
        .order_by(imports.c.id.desc())
    ).first()
    return Job(row.id, "going", None, 0, row.worked or 0, None, digest) if row is not None else None


def waiting(conn: Connection) -> Job | None:
    """The oldest import that waits to be worked."""
    row = conn.execute(
        select(
            imports.c.id, imports.c.stage, imports.c.by_person, imports.c.undone_by, imports.c.chat_id, imports.c.worked,
            imports.c.progress_id, imports.c.digest,
        )
        .where(imports.c.stage.in_(STAGES), imports.c.chat_id.is_not(None))
        .order_by(imports.c.id)
        .limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    by = row.undone_by if row.stage == "undoing" else row.by_person
    return Job(row.id, row.stage, by, row.chat_id, row.worked or 0, row.progress_id, row.digest)


def received(conn: Connection, import_id: str) -> tuple[list[SheetRow], dict[str, Any]]:
    """The rows of a file as they were sent, and what was kept with them."""
    kept = _rows(conn, import_id)
    return [_unraw(row) for row in kept["raw"]], kept["about"]


def good_rows(conn: Connection, import_id: str) -> tuple[list[Any], bool]:
    """The rows of a confirmed import, and whether further columns are kept as notes."""
    kept = _rows(conn, import_id)
    return kept["good"], kept["notes"]


def _rows(conn: Connection, import_id: str) -> dict[str, Any]:
    row = conn.execute(select(imports.c.id, imports.c.rows).where(imports.c.id == import_id)).one()
    rows: dict[str, Any] = opened(conn, imports, row)["rows"]
    return rows


def part(
    conn: Connection, import_id: str, rows: Sequence[Any], notes: bool, worked: int, scope: roster.Scope, by: str | None,
    now: datetime, today: date, policy: Policy, *, demo: bool,
) -> tuple[int, dict[str, int]] | None:  # fmt: skip
    """Write the next rows behind the mark `worked`; (the new mark, the counts so far), None if somebody else did.

    Whoever moves the mark has written these rows: both are one transaction. With the last part the rows are let go.
    """
    chunk = rows[worked : worked + PART]
    mark, over = worked + len(chunk), worked + len(chunk) >= len(rows)
    won = conn.execute(
        update(imports)
        .where(imports.c.id == import_id, imports.c.stage == "going", imports.c.worked == worked)
        .values(worked=mark)
    )
    if won.rowcount != 1:
        return None
    done = roster_taking.take_over(conn, import_id, chunk, notes, scope, by, now, today, policy, demo)
    before = conn.execute(select(imports.c.counts).where(imports.c.id == import_id)).scalar() or {}
    counts = {key: before.get(key, 0) + count for key, count in done.items()}
    if over:
        change(conn, imports, import_id, counts=counts, applied_at=now, rows=None, stage=None)
    else:
        change(conn, imports, import_id, counts=counts)
    return mark, counts


def give_up(conn: Connection, import_id: str) -> None:
    """Stop working it: whoever sent it holds no post for it any more, or it cannot be read."""
    conn.execute(update(imports).where(imports.c.id == import_id).values(stage=None, rows=None))


def message_of(conn: Connection, progress_id: str | None) -> int | None:
    """The message that shows how far it is, once the server has it."""
    found: int | None = conn.execute(select(outbox.c.message_id).where(outbox.c.id == progress_id)).scalar()
    return found


def _raw(row: SheetRow) -> list[Any]:
    return [row.sheet, row.line, _cells(row.cells), _cells(row.extra), row.place, row.take]


def _unraw(row: list[Any]) -> SheetRow:
    sheet, line, cells, extra, place, *take = row  # what was received before there was 取舍 has five parts
    return SheetRow(sheet, line, _uncells(cells), _uncells(extra), place, *take)


def _cells(cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Plain values as they are, days as [text]: a list is nothing a cell can be."""
    return {
        key: value if value is None or isinstance(value, str | int | float) else [_kind(value), _text(value)]
        for key, value in cells.items()
    }


def _kind(value: Any) -> str:
    return "datetime" if isinstance(value, datetime) else "date" if isinstance(value, date) else "text"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _uncells(cells: dict[str, Any]) -> dict[str, Cell]:
    read: dict[str, Any] = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "text": str}
    return {key: read[value[0]](value[1]) if isinstance(value, list) else value for key, value in cells.items()}
