"""The daily backup of the running program: made after half past two at night, read back to its end, the oldest removed.

Whoever runs parts apart gets one backup all the same (a lease). When the last good one is older than two days, the
administrator and the county bureau are told, once a day and not at night.
"""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.commands import backup as making
from bot.errors import Refusal, in_words
from bot.settings import Settings
from bot.words import Words
from db import backup, journal, leases, outbox, people
from db import policy as policy_rows
from db.migrate import get_meta, put_meta
from db.outbox import Urgency
from db.session import Database
from domain.calendar import at, local, local_day, quiet
from domain.people import Role
from domain.units import COUNTY

log = structlog.get_logger("backup")

NIGHT = time(2, 30)  # after the nightly sweep, so that what had to go is not kept for another two weeks
LOOK_EVERY = timedelta(minutes=10)
LEASE = timedelta(minutes=10)
OLD = timedelta(days=2)
TOLD, SINCE = "backup.told", "backup.since"


def folder_of(settings: Settings, kind: str) -> Path | None:
    """Where the daily backups go; None where none are made: switched off, or a demo whose data nobody needs."""
    if settings.backup_keep == 0 or (kind == "demo" and settings.backup_dir is None):
        return None
    return settings.backup_dir or settings.data_dir / "backups"


def is_due(last: datetime | None, now: datetime) -> bool:
    """Whether no good backup was made since half past two of the newest night. The very first is due at once."""
    today = at(local_day(now), NIGHT)
    night = today if now >= today else today - timedelta(days=1)
    return last is None or last < night


def daily(folder: Path) -> list[Path]:
    """Our own daily backups there, the oldest first."""
    return sorted(path for path in folder.iterdir() if backup.DAILY.fullmatch(path.name)) if folder.is_dir() else []


def tidy(folder: Path, keep: int) -> int:
    """Remove all but the newest so many of our own daily backups; how many went. Other files are left alone."""
    ours = daily(folder)
    for path in ours[:-keep]:
        path.unlink(missing_ok=True)
    return max(0, len(ours) - keep)


async def watch(settings: Settings, db: Database, folder: Path) -> None:
    """Until cancelled. A backup that fails is said in the log and tried again at the next look."""
    while True:
        now = datetime.now(UTC)
        try:
            await once(settings, db, folder, now)
        except Refusal as refusal:
            log.error("backup", advice=str(refusal))
        except Exception as problem:
            words = in_words(problem)  # a folder that cannot be written, a full disk: what to do, not only that it failed
            log.error("backup", trouble=type(problem).__name__, **({"advice": words} if words else {}))
        try:
            await db.run(lambda conn: warn(conn, datetime.now(UTC)))
        except Exception as problem:
            log.error("backup_warning", trouble=type(problem).__name__)
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def once(settings: Settings, db: Database, folder: Path, now: datetime) -> Path | None:
    """Today's backup, if it is due and nobody else is at it; where it lies.

    It is due as well where there is none at all: one that somebody removed or made elsewhere by hand helps nobody here.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:backup"
    none = not await asyncio.to_thread(daily, folder)

    def mine(conn: Connection) -> bool:
        return (none or is_due(backup.last_good(conn, now), now)) and leases.take(conn, "backup", me, now, LEASE)

    if not await db.run(mine):
        return None
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        file = folder / f"xiaomiao-{local(now):%Y%m%d-%H%M%S}.backup"
        manifest = await making.take(settings, file, now)
        gone = tidy(folder, settings.backup_keep)
        log.info("backup", bytes=file.stat().st_size, parts=len(manifest.parts), removed=gone)
        return file
    finally:
        await db.run(lambda conn: leases.release(conn, "backup", me))


def warn(conn: Connection, now: datetime) -> int:
    """Tell the administrator and the county bureau that there is no good backup of the last two days; how many were told."""
    if get_meta(conn, SINCE) is None:
        put_meta(conn, SINCE, now.isoformat())
    last = backup.last_good(conn, now)
    began = last or datetime.fromisoformat(get_meta(conn, SINCE) or now.isoformat())
    today = str(local_day(now))
    if now - began <= OLD or get_meta(conn, TOLD) == today or quiet(now, policy_rows.current(conn, now).quiet_hours):
        return 0
    put_meta(conn, TOLD, today)
    days = (now - began).days
    log.error("backup_old", days=days)
    journal.note(conn, now, "backup.old", days=days)
    posts = [*people.posts_at(conn, Role.ADMIN, COUNTY), *people.posts_at(conn, Role.COUNTY, COUNTY)]
    chats = list(dict.fromkeys(chat for post in posts for chat in people.chats_of_post(conn, post)))
    for chat in chats:
        words = Words(people.language_of(conn, chat) or "zh_CN")
        moment = local(last).strftime("%m-%d %H:%M") if last else ""
        text = words("backup.old" if last else "backup.never", days=days, moment=moment)
        outbox.put(conn, chat, "sendMessage", {"text": text}, now, urgency=Urgency.NOTICE, at_any_rate=True)
    return len(chats)
