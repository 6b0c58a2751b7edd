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

from sqlalchemy import Connection, bindparam, insert, select, update

from db.models import journal
from db.prepared import Prepared
from db.rows import keys_of
from db.types import new_id

START = b"\0" * 32
_to_line = json.JSONEncoder(ensure_ascii=True, sort_keys=True).encode


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
    _NOTE.run(conn, id=new_id(), at=now, person_id=person, action=action, subject=subject, detail=detail or None)


_NOTE = Prepared(
    insert(journal).values(
        **{name: bindparam(name) for name in ("id", "at", "person_id", "action", "subject", "detail")}
    )
)


def seal(conn: Connection, most: int = 1000) -> int:
    """Chain the rows that are not in the chain yet; how many there were."""
    last = _LAST.first(conn)
    seq, previous = (last.seq, last.hash) if last else (0, START)
    rows = _UNSEALED.all(conn, most=most)
    links = []
    for row in rows:
        seq, previous = seq + 1, _link(conn, previous, seq + 1, row)
        links.append({"row": row.id, "number": seq, "link": previous})
    _SEAL.many(conn, links)
    return len(rows)


_LAST = Prepared(
    select(journal.c.seq, journal.c.hash).where(journal.c.seq.is_not(None)).order_by(journal.c.seq.desc()).limit(1)
)
_UNSEALED = Prepared(
    select(journal).where(journal.c.seq.is_(None)).order_by(journal.c.at, journal.c.id).limit(bindparam("most"))
)
_SEAL = Prepared(
    update(journal).where(journal.c.id == bindparam("row")).values(seq=bindparam("number"), hash=bindparam("link"))
)


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
        if row.seq != expected or row.hash != _link(conn, previous, row.seq, row):
            return Verdict(expected - 1, unsealed, expected)
        previous = row.hash
    return Verdict(expected, unsealed, None)


def _link(conn: Connection, previous: bytes, seq: int, row: Any) -> bytes:
    # keyed, so that whoever can rewrite the table but lacks the key cannot make a fitting chain
    line = _to_line([seq, row.id, row.at.isoformat(), row.person_id, row.action, row.subject, row.detail])
    return hashlib.sha256(keys_of(conn).index + previous + line.encode()).digest()
