"""Messages received and not yet worked. A row is here, committed, before its update is confirmed to the server."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, update

from db.models import chats, inbox
from db.rows import add, opened
from db.types import new_id

TRIES = 3


@dataclass(frozen=True)
class Received:
    """One update, as the server gave it."""

    id: str
    chat_id: int
    update_id: int
    received_at: datetime
    tries: int
    body: dict[str, Any]


def put(conn: Connection, bot_id: int, updates: list[dict[str, Any]], now: datetime) -> int:
    """Keep these updates; how many were new. One delivered again is already here and changes nothing."""
    ids = [entry["update_id"] for entry in updates]
    known = set(
        conn.execute(select(inbox.c.update_id).where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(ids))).scalars()
    )
    new = [entry for entry in updates if entry["update_id"] not in known]
    for entry in new:
        chat_id = chat_of(entry)
        add(
            conn, inbox, id=new_id(), bot_id=bot_id, update_id=entry["update_id"], chat_id=chat_id,
            received_at=now, state="waiting", tries=0, body=entry,
        )  # fmt: skip
        _see_message(conn, chat_id, entry)
    return len(new)


def chat_of(entry: dict[str, Any]) -> int:
    """The chat an update belongs to; 0 for the few kinds that have none."""
    for kind in ("message", "edited_message", "my_chat_member", "channel_post"):
        if kind in entry:
            return int(entry[kind]["chat"]["id"])
    if "callback_query" in entry:
        query = entry["callback_query"]
        return int(query["message"]["chat"]["id"] if query.get("message") else query["from"]["id"])
    return 0


def _see_message(conn: Connection, chat_id: int, entry: dict[str, Any]) -> None:
    message = entry.get("message")
    if message:
        note_message(conn, chat_id, message["message_id"])


def note_message(conn: Connection, chat_id: int, message_id: int) -> None:
    """Remember the newest message of a chat: a pressed button on an older one is answered below, not in place."""
    ensure_chat(conn, chat_id)
    conn.execute(
        update(chats)
        .where(chats.c.chat_id == chat_id, func.coalesce(chats.c.last_message_id, 0) < message_id)
        .values(last_message_id=message_id)
    )


def ensure_chat(conn: Connection, chat_id: int) -> None:
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    conn.execute(upsert(chats).values(chat_id=chat_id).on_conflict_do_nothing())


def ready(conn: Connection, now: datetime, without: Collection[int] = (), most: int = 20) -> list[int]:
    """The chats whose oldest waiting row may be worked now, the one that waits longest first."""
    heads = select(func.min(inbox.c.id).label("id")).where(inbox.c.state == "waiting")
    if without:
        heads = heads.where(inbox.c.chat_id.not_in(list(without)))
    oldest = heads.group_by(inbox.c.chat_id).subquery()
    return list(
        conn.execute(
            select(inbox.c.chat_id)
            .join(oldest, oldest.c.id == inbox.c.id)
            .where(or_(inbox.c.not_before.is_(None), inbox.c.not_before <= now))
            .order_by(inbox.c.id)
            .limit(most)
        ).scalars()
    )


def first_of(conn: Connection, chat_id: int, now: datetime) -> Received | None:
    """The oldest waiting row of this chat, the chat being ours until the transaction ends; None if it cannot be had.

    On PostgreSQL the chat's lock is taken first and the row selected in a second statement: in one statement a stale
    snapshot could hand out a row already worked.
    """
    if not lock_chat(conn, chat_id):
        return None
    row = conn.execute(
        select(inbox).where(inbox.c.chat_id == chat_id, inbox.c.state == "waiting").order_by(inbox.c.id).limit(1)
    ).first()
    if row is None or (row.not_before is not None and row.not_before > now):
        return None
    values = opened(conn, inbox, row)
    return Received(
        values["id"], chat_id, values["update_id"], values["received_at"], values["tries"], values["body"]
    )


def lock_chat(conn: Connection, chat_id: int) -> bool:
    """Whether the chat is ours until the transaction ends. SQLite has one writer, so it always is."""
    if conn.dialect.name == "sqlite":
        return True
    return bool(conn.execute(text("SELECT pg_try_advisory_xact_lock(71001, hashint8(:chat))"), {"chat": chat_id}).scalar())


def words_of(conn: Connection, chat_id: int, message_id: int, most: int = 200) -> str | None:
    """What a message of this chat says, as last edited, while it is still kept; None when it is not."""
    rows = conn.execute(
        select(inbox).where(inbox.c.chat_id == chat_id, inbox.c.body.is_not(None)).order_by(inbox.c.id.desc()).limit(most)
    )
    for row in rows:
        body = opened(conn, inbox, row)["body"]
        message = body.get("edited_message") or body.get("message")
        if message and message["message_id"] == message_id:
            return str(message.get("text") or message.get("caption") or "").strip() or None
    return None


def done(conn: Connection, row_id: str, now: datetime) -> None:
    conn.execute(update(inbox).where(inbox.c.id == row_id).values(state="done", done_at=now, not_before=None))


def failed(conn: Connection, row: Received, reference: str, now: datetime) -> bool:
    """Count a failed try; whether the row is now put aside (after three)."""
    tries = row.tries + 1
    aside = tries >= TRIES
    conn.execute(
        update(inbox)
        .where(inbox.c.id == row.id)
        .values(
            tries=tries,
            state="aside" if aside else "waiting",
            trouble=reference,
            not_before=None if aside else now + timedelta(seconds=2**tries),
        )
    )
    return aside


def later(conn: Connection, row_id: str, when: datetime) -> None:
    """Come back to this row later, without counting a try: the trouble is not the message's."""
    conn.execute(update(inbox).where(inbox.c.id == row_id).values(not_before=when))


def again(conn: Connection, row_id: str) -> bool:
    """Take a row that was put aside back to work."""
    return (
        conn.execute(
            update(inbox)
            .where(inbox.c.id == row_id, inbox.c.state == "aside")
            .values(state="waiting", tries=0, not_before=None)
        ).rowcount
        == 1
    )


def aside(conn: Connection) -> list[dict[str, Any]]:
    """What was put aside: ids, times and references only, no content."""
    rows = conn.execute(
        select(inbox.c.id, inbox.c.chat_id, inbox.c.received_at, inbox.c.trouble)
        .where(inbox.c.state == "aside")
        .order_by(inbox.c.id)
    )
    return [dict(row._mapping) for row in rows]


def waiting(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(inbox).where(inbox.c.state == "waiting")).scalar_one()


def last_update_id(conn: Connection, bot_id: int) -> int | None:
    """The highest update id kept: what may be confirmed to the server."""
    return conn.execute(select(func.max(inbox.c.update_id)).where(inbox.c.bot_id == bot_id)).scalar()


def still_waiting(conn: Connection, row_id: str) -> bool:
    return conn.execute(select(inbox.c.state).where(inbox.c.id == row_id)).scalar() == "waiting"
