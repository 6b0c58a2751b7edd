"""How the clockwork of the reminders runs: one beat at a time, when it last beat, and the days on which nobody looked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from db.migrate import get_meta, put_meta

GAP = "reminders.gap"
BEAT = "reminders.beat_at"
BEAT_KEPT = timedelta(minutes=10)
BEAT_LOCK = 71002  # no other advisory lock of ours has this number


def one_at_a_time(conn: Connection) -> None:
    """Wait for any other beat to commit; what follows sees its rows. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(BEAT_LOCK)))


def beat_at(conn: Connection) -> datetime | None:
    """When the clockwork last beat, to ten minutes."""
    said = get_meta(conn, BEAT)
    return datetime.fromisoformat(said) if said else None


def has_beaten(conn: Connection, now: datetime) -> None:
    """Keep that it beats; written every ten minutes only, because it beats every half."""
    last = beat_at(conn)
    if last is None or not timedelta(0) <= now - last < BEAT_KEPT:
        put_meta(conn, BEAT, now.isoformat())


def gap(conn: Connection) -> tuple[date, date] | None:
    """The newest days on which nobody looked, the first and the last."""
    said = get_meta(conn, GAP)
    first, _, last = (said or "").partition("/")
    return (date.fromisoformat(first), date.fromisoformat(last)) if last else None


def keep_gap(conn: Connection, first: date, last: date) -> None:
    put_meta(conn, GAP, f"{first}/{last}")
