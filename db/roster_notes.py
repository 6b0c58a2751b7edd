"""What stood in 备注 and in columns of a roster that have no place in the file: kept beside it, sealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from db.models import roster_notes
from db.parts import parts
from db.rows import add_many, opened
from db.types import new_id


def put_notes(conn: Connection, import_id: str, told: dict[str, dict[str, str]], now: datetime) -> int:
    """Keep these words beside the files, each once however often the same roster comes; how many files got one."""
    known = notes_of(conn, told)
    rows = [
        {"id": new_id(), "child_id": child_id, "import_id": import_id, "at": now, "content": fresh}
        for child_id, words in told.items()
        if (fresh := {key: said for key, said in words.items() if (key, said) not in known.get(child_id, ())})
    ]
    add_many(conn, roster_notes, rows)
    return len(rows)


def notes_of(conn: Connection, ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Child id → (heading, words) from the rosters it came with, the oldest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for part in parts(ids):
        for row in conn.execute(select(roster_notes).where(roster_notes.c.child_id.in_(part)).order_by(roster_notes.c.id)):
            found.setdefault(row.child_id, []).extend(opened(conn, roster_notes, row)["content"].items())
    return found
