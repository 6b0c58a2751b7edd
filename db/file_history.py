"""The lines of a file's history: who changed what when, from which source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from db.models import child_history
from db.rows import opened


@dataclass(frozen=True)
class Change:
    """One line of a file's history: {field: [before, after]}."""

    at: datetime
    by: str | None
    source: str
    changed: dict[str, Any]
    id: str = ""


def last_change(conn: Connection, child_id: str) -> Change | None:
    """The newest line of a file's history."""
    return next(iter(history(conn, child_id, 1)), None)


def history(conn: Connection, child_id: str, most: int) -> list[Change]:
    """The newest lines of a file's history."""
    query = (
        select(child_history)
        .where(child_history.c.child_id == child_id)
        .order_by(child_history.c.id.desc())
        .limit(most)
    )
    rows = [opened(conn, child_history, row) for row in conn.execute(query)]
    return [Change(row["at"], row["by_person"], row["source"], row["change"], row["id"]) for row in rows]
