"""Messages received and not yet worked. A row is here, committed, before its update is confirmed to the server."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from db.models import chats, inbox
from db.prepared import Prepared
from db.rows import add_each, opened
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
    new = {entry["update_id"]: entry for entry in updates if entry["update_id"] not in known}
    add_each(
        conn,
        inbox,
        [
            {
                "id": row_id, "bot_id": bot_id, "update_id": update_id, "chat_id": chat_of(entry), "received_at": now,
                "state": "waiting", "tries": 0, "body": entry,
            }
            for row_id, (update_id, entry) in zip(_ids(conn, len(new)), new.items(), strict=True)
        ],
    )  # fmt: skip
    newest: dict[int, int] = {}
    for entry in new.values():
        number = (entry.get("message") or {}).get("message_id")
        if isinstance(number, int):  # whatever a broken server sends, taking it in must not fail
            chat_id = chat_of(entry)
            newest[chat_id] = max(newest.get(chat_id, 0), number)
    note_messages(conn, newest)
    return len(new)


def _ids(conn: Connection, count: int) -> list[str]:
    """Ids that sort behind all there are and behind each other: the order of work is theirs, whatever the clock does."""
    last = _LAST_ID.scalar(conn)
    first = UUID(new_id()).int if last is None else max(UUID(new_id()).int, UUID(last).int + 1)
    return [str(UUID(int=first + step)) for step in range(count)]


_LAST_ID = Prepared(select(func.max(inbox.c.id)))


def chat_of(entry: dict[str, Any]) -> int:
    """The chat an update belongs to; 0 for the few kinds that have none."""
    for kind in ("message", "edited_message", "my_chat_member", "channel_post"):
        if kind in entry:
            return int(entry[kind]["chat"]["id"])
    if "callback_query" in entry:
        query = entry["callback_query"]
        return int(query["message"]["chat"]["id"] if query.get("message") else query["from"]["id"])
    return 0


def note_message(conn: Connection, chat_id: int, message_id: int) -> None:
    """Remember the newest message of a chat: a pressed button on an older one is answered below, not in place."""
    note_messages(conn, {chat_id: message_id})


def note_messages(conn: Connection, newest: Mapping[int, int]) -> None:
    """The same for many chats: {chat: message}."""
    # in one order, so that two workers never wait for each other's chats crosswise
    rows = [{"chat": chat_id, "message": message_id} for chat_id, message_id in sorted(newest.items())]
    (_NOTE_SQLITE if conn.dialect.name == "sqlite" else _NOTE_POSTGRES).many(conn, rows)


def _note(upsert: Any) -> Prepared:
    made = upsert(chats).values(chat_id=bindparam("chat"), last_message_id=bindparam("message"))
    return Prepared(
        made.on_conflict_do_update(
            index_elements=[chats.c.chat_id],
            set_={"last_message_id": made.excluded.last_message_id},
            where=func.coalesce(chats.c.last_message_id, 0) < made.excluded.last_message_id,
        )
    )


_NOTE_SQLITE, _NOTE_POSTGRES = _note(sqlite_insert), _note(postgres_insert)


def newest_message(conn: Connection, chat_id: int) -> int | None:
    newest: int | None = _NEWEST.scalar(conn, chat=chat_id)
    return newest


_NEWEST = Prepared(select(chats.c.last_message_id).where(chats.c.chat_id == bindparam("chat")))


def ensure_chat(conn: Connection, chat_id: int) -> None:
    (_ENSURE_SQLITE if conn.dialect.name == "sqlite" else _ENSURE_POSTGRES).run(conn, chat=chat_id)


_ENSURE_SQLITE = Prepared(sqlite_insert(chats).values(chat_id=bindparam("chat")).on_conflict_do_nothing())
_ENSURE_POSTGRES = Prepared(postgres_insert(chats).values(chat_id=bindparam("chat")).on_conflict_do_nothing())


def take(conn: Connection, now: datetime, without: Collection[int], most: int) -> list[Received]:
    """The oldest waiting row of each chat that may be worked now, the chats being ours until the transaction ends."""
    if conn.dialect.name == "sqlite":  # one writer: nobody can be on them
        rows = _READY.all(conn, now=now, most=most + len(without))
        return [_received(opened(conn, inbox, row)) for row in rows if row.chat_id not in without][:most]
    taken: list[Received] = []
    seen = set(without)
    while len(taken) < most and (chats_ready := ready(conn, now, seen, most - len(taken))):
        ours = conn.execute(_LOCK_MANY, {"chats": chats_ready}).scalars().all()  # the others have another worker
        if ours:
            rows = conn.execute(_FIRST_OF_MANY, {"chats": ours}).all()
            free = [row for row in rows if row.not_before is None or row.not_before <= now]
            taken += [_received(opened(conn, inbox, row)) for row in sorted(free, key=lambda row: row.id)]
        seen.update(chats_ready)
    return taken


# the locks first, then the rows in a second statement, as in `first_of`, for all the chats of a batch at once
_LOCK_MANY = text(
    "SELECT chat FROM unnest(CAST(:chats AS bigint[])) AS chat WHERE pg_try_advisory_xact_lock(71001, hashint8(chat))"
)
_FIRST_OF_MANY = (
    select(inbox)
    .distinct(inbox.c.chat_id)
    .where(inbox.c.chat_id.in_(bindparam("chats", expanding=True)), inbox.c.state == "waiting")
    .order_by(inbox.c.chat_id, inbox.c.id)
)


def ready(conn: Connection, now: datetime, without: Collection[int] = (), most: int = 20) -> list[int]:
    """The chats whose oldest waiting row may be worked now, the one that waits longest first."""
    # a few more are asked for, instead of saying which are to be left out: the statement stays the same
    rows = _READY_CHATS.all(conn, now=now, most=most + len(without))
    return [row.chat_id for row in rows if row.chat_id not in without][:most]


def _ready(*columns: Any) -> Prepared:
    heads = select(func.min(inbox.c.id).label("id")).where(inbox.c.state == "waiting").group_by(inbox.c.chat_id)
    oldest = heads.subquery()
    return Prepared(
        select(*columns)
        .join(oldest, oldest.c.id == inbox.c.id)
        .where(or_(inbox.c.not_before.is_(None), inbox.c.not_before <= bindparam("now")))
        .order_by(inbox.c.id)
        .limit(bindparam("most"))
    )


_READY, _READY_CHATS = _ready(inbox), _ready(inbox.c.chat_id)


def first_of(conn: Connection, chat_id: int, now: datetime) -> Received | None:
    """The oldest waiting row of this chat, the chat being ours until the transaction ends; None if it cannot be had.

    On PostgreSQL the chat's lock is taken first and the row selected in a second statement: in one statement a stale
    snapshot could hand out a row already worked.
    """
    if not lock_chat(conn, chat_id):
        return None
    row = _FIRST.first(conn, chat=chat_id)
    if row is None or (row.not_before is not None and row.not_before > now):
        return None
    return _received(opened(conn, inbox, row))


_FIRST = Prepared(
    select(inbox).where(inbox.c.chat_id == bindparam("chat"), inbox.c.state == "waiting").order_by(inbox.c.id).limit(1)
)


def _received(values: dict[str, Any]) -> Received:
    return Received(
        values["id"], values["chat_id"], values["update_id"], values["received_at"], values["tries"], values["body"]
    )


def lock_chat(conn: Connection, chat_id: int) -> bool:
    """Whether the chat is ours until the transaction ends. SQLite has one writer, so it always is."""
    if conn.dialect.name == "sqlite":
        return True
    return bool(conn.execute(_LOCK, {"chat": chat_id}).scalar())


_LOCK = text("SELECT pg_try_advisory_xact_lock(71001, hashint8(:chat))")


def words_of(conn: Connection, chat_id: int, message_id: int, most: int = 200) -> str | None:
    """What a message of this chat says, as last edited, while it is still kept; None when it is not."""
    rows = conn.execute(
        select(inbox).where(inbox.c.chat_id == chat_id, inbox.c.body.is_not(None)).order_by(inbox.c.id.desc()).limit(most)
    )
    for row in rows:
        body = opened(conn, inbox, row)["body"]
        message = body.get("edited_message") or body.get("message")
        if message and message.get("message_id") == message_id:
            return str(message.get("text") or message.get("caption") or "").strip() or None
    return None


def done(conn: Connection, row_id: str, now: datetime) -> None:
    _DONE.run(conn, row=row_id, at=now)


_DONE = Prepared(
    update(inbox).where(inbox.c.id == bindparam("row")).values(state="done", done_at=bindparam("at"), not_before=None)
)


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


def set_aside(conn: Connection, row_id: str, reference: str) -> None:
    """Out of the way at once, for a person to look at."""
    conn.execute(update(inbox).where(inbox.c.id == row_id).values(state="aside", trouble=reference, not_before=None))


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
    last: int | None = _LAST.scalar(conn, bot=bot_id)
    return last


_LAST = Prepared(select(func.max(inbox.c.update_id)).where(inbox.c.bot_id == bindparam("bot")))


def still_waiting(conn: Connection, row_id: str) -> bool:
    return conn.execute(select(inbox.c.state).where(inbox.c.id == row_id)).scalar() == "waiting"
