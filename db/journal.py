"""Who did what to whose data: append-only, hash-chained.

Workers only append. One sealer numbers and chains the rows afterwards in commit order, so the chain never makes two
units of work wait for each other. A row changed, taken out or slipped in behind the seal breaks the chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from db.models import journal
from db.rows import keys_of
from db.types import new_id

START = b"\0" * 32


def note(
    conn: Connection,
    now: datetime,
    action: str,
    *,
    person: str | None = None,
    subject: str | None = None,
    **detail: Any,
) -> None:
    """Write one line: codes, ids and counts only, never a name, number, address or what was said."""
    conn.execute(
        insert(journal).values(
            id=new_id(), at=now, person_id=person, action=action, subject=subject, detail=detail or None
        )
    )


def seal(conn: Connection, most: int = 1000) -> int:
    """Chain the rows that are not in the chain yet; how many there were."""
    last = conn.execute(
        select(journal.c.seq, journal.c.hash).where(journal.c.seq.is_not(None)).order_by(journal.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, START)
    rows = conn.execute(
        select(journal).where(journal.c.seq.is_(None)).order_by(journal.c.at, journal.c.id).limit(most)
    ).all()
    for row in rows:
        seq, previous = seq + 1, _link(conn, previous, seq + 1, row._mapping)
        conn.execute(update(journal).where(journal.c.id == row.id).values(seq=seq, hash=previous))
    return len(rows)


@dataclass(frozen=True)
class Verdict:
    """What `audit verify` found. `broken_at` is the first link that does not fit."""

    links: int
    unsealed: int
    broken_at: int | None


def verify(conn: Connection) -> Verdict:
    """Walk the whole chain."""
    previous, expected, unsealed = START, 0, 0
    for row in conn.execute(select(journal).order_by(journal.c.seq.is_(None), journal.c.seq)):
        if row.seq is None:
            unsealed += 1
            continue
        expected += 1
        if row.seq != expected or row.hash != _link(conn, previous, row.seq, row._mapping):
            return Verdict(expected - 1, unsealed, expected)
        previous = row.hash
    return Verdict(expected, unsealed, None)


def _link(conn: Connection, previous: bytes, seq: int, row: Any) -> bytes:
    # keyed, so that whoever can rewrite the table but lacks the key cannot make a fitting chain
    line = json.dumps(
        [seq, row["id"], row["at"].isoformat(), row["person_id"], row["action"], row["subject"], row["detail"]],
        ensure_ascii=True,
        sort_keys=True,
    )
    return hashlib.sha256(keys_of(conn).index + previous + line.encode()).digest()
