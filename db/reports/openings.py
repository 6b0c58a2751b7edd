"""Why a case was opened today: read back from the journal, so that nobody is asked twice a day about one case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from db.models import journal

READ = "case.read"


def reason_since(conn: Connection, report_id: str, person: str, since: datetime) -> str | None:
    """The reason this person last opened the case for, `since` then; None if it was not opened."""
    rows = conn.execute(
        select(journal.c.detail)
        .where(
            journal.c.subject == f"report:{report_id}", journal.c.person_id == person, journal.c.action == READ,
            journal.c.at >= since,
        )
        .order_by(journal.c.at.desc(), journal.c.id.desc())
    ).scalars()  # fmt: skip
    return next((detail["reason"] for detail in rows if detail and detail.get("reason")), None)
