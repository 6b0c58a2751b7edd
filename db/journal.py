"""Who did what to whose data: append-only, hash-chained.

Workers only append, each line with a tag that only the holder of the county's keys can make. One sealer numbers and
chains the lines afterwards in commit order, so the chain never makes two units of work wait for each other, and notes
where the chain ends, under such a tag as well. A line changed, taken out (the newest, too) or written in by somebody
else, before the sealer came by or behind it, is found.

What the database alone cannot tell is that all of it was put back to an earlier day: `Verdict.head` written down
elsewhere tells that.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db.models import journal, meta
from db.prepared import Prepared
from db.rows import keys_of
from db.types import new_id

START = b"\0" * 32
HEAD = "journal.head"
_TAG = 16  # bytes
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
    line = [new_id(), now.astimezone(UTC).isoformat(), person, action, subject, _as_stored(detail)]
    _NOTE.run(
        conn, id=line[0], at=now, person_id=person, action=action, subject=subject, detail=detail or None,
        mac=_tag(conn, b"line", line),
    )  # fmt: skip


_NOTE = Prepared(
    insert(journal).values(
        **{name: bindparam(name) for name in ("id", "at", "person_id", "action", "subject", "detail", "mac")}
    )
)


def _as_stored(detail: dict[str, Any]) -> Any:
    """What the database will give back: JSON knows no tuples, and no keys but words."""
    if any(isinstance(value, dict | list | tuple) for value in detail.values()):
        return json.loads(_to_line(detail))
    return detail or None


def _tag(conn: Connection, what: bytes, content: Any) -> bytes:
    return hmac.digest(keys_of(conn).index, b"journal " + what + b"\0" + _to_line(content).encode(), "sha256")[:_TAG]


# --- the chain ---


@dataclass(frozen=True)
class _Head:
    """Where the chain ends, and from which place on every line has its tag (older programs wrote none)."""

    seq: int
    hash: bytes
    signed: int


def begin(conn: Connection) -> None:
    """Note where the chain ends now: once for a new database, and once when one of an older program comes to have tags.

    Never afterwards: a head that is missing is what somebody left who took lines out.
    """
    last = _LAST.first(conn)
    seq, end = (last.seq, last.hash) if last else (0, START)
    untagged = select(func.count()).select_from(journal).where(journal.c.seq.is_(None), journal.c.mac.is_(None))
    conn.execute(delete(meta).where(meta.c.key == HEAD))
    conn.execute(insert(meta).values(key=HEAD, value=""))
    _put_head(conn, _Head(seq, end, seq + conn.execute(untagged).scalar_one() + 1))


def seal(conn: Connection, most: int = 1000) -> int:
    """Chain the rows that are not in the chain yet; how many there were."""
    if _UNSEALED.first(conn, most=1) is None:
        return 0
    _HOLD_HEAD.first(conn)  # a sealer that slept through the end of its lease numbers nothing its successor has
    rows = _UNSEALED.all(conn, most=most)
    head, last = _head(conn), _LAST.first(conn)
    seq, previous = (last.seq, last.hash) if last else (0, START)
    if head is not None:  # after it, also where the newest lines were taken out: that must be seen
        seq, previous = max(seq, head.seq), head.hash
    links = []
    for row in rows:
        seq, previous = seq + 1, _link(conn, previous, seq + 1, row)
        links.append({"row": row.id, "number": seq, "link": previous})
    _SEAL.many(conn, links)
    if head is not None:
        _put_head(conn, _Head(seq, previous, head.signed))
    return len(rows)


_LAST = Prepared(
    select(journal.c.seq, journal.c.hash).where(journal.c.seq.is_not(None)).order_by(journal.c.seq.desc()).limit(1)
)
_UNSEALED = Prepared(
    select(journal)
    .where(journal.c.seq.is_(None))
    .order_by(journal.c.mac.is_not(None), journal.c.at, journal.c.id)
    .limit(bindparam("most"))
)
_SEAL = Prepared(
    update(journal).where(journal.c.id == bindparam("row"), journal.c.seq.is_(None)).values(seq=bindparam("number"), hash=bindparam("link"))
)
_GET_HEAD = Prepared(select(meta.c.value).where(meta.c.key == HEAD))
_HOLD_HEAD = Prepared(select(meta.c.value).where(meta.c.key == HEAD).with_for_update())
_SET_HEAD = Prepared(update(meta).where(meta.c.key == HEAD).values(value=bindparam("said")))


def _put_head(conn: Connection, head: _Head) -> None:
    content = [head.seq, head.hash.hex(), head.signed]
    _SET_HEAD.run(conn, said=json.dumps([*content, _tag(conn, b"head", content).hex()]))


def _head(conn: Connection) -> _Head | None:
    """None where there is none, or one that was not written with our keys."""
    row = _GET_HEAD.first(conn)
    if row is None:
        return None
    try:
        seq, end, signed, tag = json.loads(row.value)
        if hmac.compare_digest(bytes.fromhex(tag), _tag(conn, b"head", [seq, end, signed])):
            return _Head(int(seq), bytes.fromhex(end), int(signed))
    except (ValueError, TypeError):
        pass
    return None


# --- the proof ---


@dataclass(frozen=True)
class Verdict:
    """What `audit verify` found. `broken_at` is the first link that does not fit; `head` the last that does."""

    links: int
    unsealed: int
    broken_at: int | None
    head: str = ""


def verify(conn: Connection, noted: str = "") -> Verdict:
    """Walk the whole chain. `noted` is a head written down earlier, which must still be in it."""
    wanted, _, ending = noted.partition(":")
    head = _head(conn)  # before the rows: a line sealed meanwhile only lies beyond it
    signed = head.signed if head else 1
    previous, links, unsealed, untagged, fits = START, 0, 0, 0, True
    for row in _lines(conn):
        if row is None:
            fits = False
            break
        if row.seq is None:
            unsealed += 1
            untagged += row.mac is None
            fits = _is_tagged(conn, row) or (row.mac is None and links + untagged < signed)
            if fits:
                continue
            break
        said = _is_tagged(conn, row) or (row.mac is None and row.seq < signed)
        fits = said and row.seq == links + 1 and row.hash == _link(conn, previous, row.seq, row)
        fits = fits and not (str(row.seq) == wanted and not row.hash.hex().startswith(ending))
        fits = fits and not (head and row.seq == head.seq and row.hash != head.hash)
        if not fits:
            break
        previous, links = row.hash, row.seq
    whole = fits and head is not None and links >= head.seq and links >= int(wanted or 0)
    return Verdict(links, unsealed, None if whole else links + 1, f"{links}:{previous.hex()[:16]}")


def _lines(conn: Connection) -> Iterator[Any]:
    """The sealed in their order and then the others; None in place of one that cannot even be read."""
    query = select(journal).order_by(journal.c.seq.is_(None), journal.c.seq)
    if conn.dialect.name != "sqlite":  # which gives row by row anyway; PostgreSQL's driver would hold all of them
        query = query.execution_options(yield_per=1000)
    try:
        yield from conn.execute(query)
    except (ValueError, TypeError):  # no moment, no JSON
        yield None


def _is_tagged(conn: Connection, row: Any) -> bool:
    line = [row.id, row.at.isoformat(), row.person_id, row.action, row.subject, row.detail]
    return row.mac is not None and hmac.compare_digest(row.mac, _tag(conn, b"line", line))


def _link(conn: Connection, previous: bytes, seq: int, row: Any) -> bytes:
    # keyed, so that whoever can rewrite the table but lacks the key cannot make a fitting chain
    line = _to_line([seq, row.id, row.at.isoformat(), row.person_id, row.action, row.subject, row.detail])
    return hashlib.sha256(keys_of(conn).index + previous + line.encode()).digest()
