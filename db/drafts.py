"""Half-filled forms. Several per chat, one in hand; a draft is gone only when it was submitted or thrown away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, select, update

from db import people
from db.inbox import ensure_chat
from db.models import chats, drafts
from db.models import people as people_table
from db.prepared import Prepared
from db.rows import add, change, opened
from db.types import new_id
from domain.forms import Draft


@dataclass(frozen=True)
class Kept:
    """A draft as it rests in the database. `heard` is what it was read from, where it was (bot/heard.py)."""

    id: str
    chat_id: int
    draft: Draft
    message_id: int | None
    started_at: datetime
    touched_at: datetime
    heard: dict[str, Any] = field(default_factory=dict)


def start(
    conn: Connection, chat_id: int, person_id: str | None, draft: Draft, now: datetime, heard: dict[str, Any] | None = None
) -> Kept:
    """Keep a new draft and take it in hand; what was in hand before stays kept.

    A report's draft remembers where its writer works: should the writer leave, somebody above takes it up.
    """
    row_id = new_id()
    add(
        conn, drafts, id=row_id, chat_id=chat_id, person_id=person_id, form=draft.form,
        content=_content(draft, heard or {}), started_at=now, touched_at=now,
        unit=_place(conn, person_id) if draft.form == "report" else None,
    )  # fmt: skip
    take_in_hand(conn, chat_id, row_id)
    return Kept(row_id, chat_id, draft, None, now, now, heard or {})


def put(conn: Connection, kept: Kept, draft: Draft, now: datetime) -> None:
    """Keep the draft as it is now, together with what `kept` says it was read from."""
    change(conn, drafts, kept.id, content=_content(draft, kept.heard), touched_at=now)


def get(conn: Connection, draft_id: str) -> Kept | None:
    row = conn.execute(select(drafts).where(drafts.c.id == draft_id)).first()
    return _kept(conn, row) if row else None


def of_chat(conn: Connection, chat_id: int) -> list[Kept]:
    """Every draft of whoever the chat belongs to now, the last touched first.

    Somebody who has left, or whose phone was lost, has none there any more: neither has whoever gets the phone next.
    """
    rows = conn.execute(select(drafts).where(*_mine(chat_id)).order_by(drafts.c.touched_at.desc()))
    return [_kept(conn, row) for row in rows]


def _mine(chat_id: Any) -> tuple[ColumnElement[bool], ...]:
    owner = select(people_table.c.id).where(people_table.c.chat_id == chat_id, people_table.c.left_on.is_(None))
    return drafts.c.chat_id == chat_id, drafts.c.person_id.in_(owner)


def in_hand(conn: Connection, chat_id: int) -> Kept | None:
    row = _IN_HAND.first(conn, chat=chat_id)
    return _kept(conn, row) if row else None


_IN_HAND = Prepared(
    select(drafts)
    .join(chats, chats.c.in_hand == drafts.c.id)
    .where(chats.c.chat_id == bindparam("chat"), *_mine(bindparam("chat")))
)


def _place(conn: Connection, person_id: str | None) -> str | None:
    """Where somebody works: a village or town before an office."""
    codes = [post.unit.code for post in people.posts_of(conn, person_id)] if person_id else []
    return min(codes, key=lambda code: ("." in code, len(code) == 6), default=None)


def take_in_hand(conn: Connection, chat_id: int, draft_id: str | None, now: datetime | None = None) -> None:
    """Take a draft in hand. One that was only suggested is opened by it, and its silence is counted from `now`."""
    ensure_chat(conn, chat_id)
    conn.execute(update(chats).where(chats.c.chat_id == chat_id).values(in_hand=draft_id))
    if draft_id is not None:
        opened_now = {"suggested": False} | ({"touched_at": now} if now is not None else {})
        conn.execute(update(drafts).where(drafts.c.id == draft_id, drafts.c.suggested.is_(True)).values(**opened_now))


def suggest(conn: Connection, draft_id: str) -> None:
    """This draft holds words the bot read as a sign; its writer has not opened it, and nobody hears of it."""
    conn.execute(update(drafts).where(drafts.c.id == draft_id).values(suggested=True))


def take_away(conn: Connection, draft_id: str) -> bool:
    """Remove the draft; whether it was us who did. Submitting is winning this: a double tap saves once."""
    conn.execute(update(chats).where(chats.c.in_hand == draft_id).values(in_hand=None))
    return conn.execute(delete(drafts).where(drafts.c.id == draft_id)).rowcount == 1


def _content(draft: Draft, heard: dict[str, Any]) -> dict[str, Any]:
    content = {"answers": draft.answers, "editing": draft.editing, "picked": draft.picked}
    return content | {"heard": heard} if heard else content


def _kept(conn: Connection, row: Any) -> Kept:
    values = opened(conn, drafts, row)
    content = values["content"]
    draft = Draft(values["form"], content["answers"], content["editing"], content["picked"])
    return Kept(
        values["id"], values["chat_id"], draft, values["message_id"], values["started_at"], values["touched_at"],
        content.get("heard") or {},
    )  # fmt: skip
