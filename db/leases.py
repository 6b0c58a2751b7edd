"""Who alone may do a job just now."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update

from db.models import leases


def take(conn: Connection, name: str, holder: str, now: datetime, length: timedelta) -> bool:
    """Take or prolong the lease; whether it is ours now."""
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    until = now + length
    won = conn.execute(
        update(leases)
        .where(leases.c.name == name, or_(leases.c.holder == holder, leases.c.until <= now))
        .values(holder=holder, until=until)
    )
    if won.rowcount == 1:
        return True
    made = conn.execute(upsert(leases).values(name=name, holder=holder, until=until).on_conflict_do_nothing())
    return made.rowcount == 1


def holder(conn: Connection, name: str) -> str | None:
    """Who holds it, or held it last."""
    found: str | None = conn.execute(select(leases.c.holder).where(leases.c.name == name)).scalar()
    return found


def release(conn: Connection, name: str, holder: str) -> None:
    conn.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
