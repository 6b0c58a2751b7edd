"""When the machine's clock has gone back: what was to wait for seconds must not wait for the hours it went back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from db.models import inbox, outbox

LONGEST = timedelta(minutes=10)  # nothing that failed waits longer than five for its next try (bot/outbox.py PAUSES)


def put_right(conn: Connection, now: datetime) -> int:
    """Let rows that wait for their next try at an impossible hour be tried at once; how many there were.

    What has its own hour on purpose (quiet hours, a message that changes later) carries no trouble and is left alone.
    """
    count = 0
    for table, failed in ((inbox, inbox.c.state == "waiting"), (outbox, outbox.c.trouble.is_not(None))):
        late = update(table).where(table.c.state == "waiting", failed, table.c.not_before > now + LONGEST)
        count += conn.execute(late.values(not_before=None)).rowcount
    return count
