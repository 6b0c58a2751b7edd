"""What the gateway forgets by itself."""

import asyncio

from gateway.settings import DAY, Settings
from gateway.store import events, files, links, once, sessions
from gateway.store.database import Database, Tx


async def once_over(db: Database, blobs: files.Blobs, settings: Settings, now: int) -> None:
    """Forget what has had its time, and remove blobs whose message was never committed (a kill in between)."""

    def forget(tx: Tx) -> None:
        events.forget_before(tx, now - settings.keep_events_seconds)
        once.forget_before(tx, now - settings.keep_answers_seconds)
        sessions.forget_before(tx, now - settings.session_seconds, now - settings.sign_in_seconds)
        links.forget_before(tx, now - DAY)

    await db.write(forget)
    # list the blobs first: one that is saved meanwhile is then not in the list
    candidates = await asyncio.to_thread(blobs.older_than, now - DAY)
    if candidates:
        known = await db.read(files.known)
        for file_id in candidates - known:
            await asyncio.to_thread(blobs.drop, file_id)
