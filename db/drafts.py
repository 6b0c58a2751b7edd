"""Half-filled forms. Several per chat, one in hand; a draft is gone only when it was submitted or thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from db.inbox import ensure_chat
from db.models import chats, drafts
from db.rows import add, change, opened
from db.types import new_id
from domain.forms import Draft


@dataclass(frozen=True)
class Kept:
    """A draft as it rests in the database."""

    id: str
    chat_id: int
    draft: Draft
    message_id: int | None
    started_at: datetime
    touched_at: datetime


def start(conn: Connection, chat_id: int, person_id: str | None, draft: Draft, now: datetime) -> Kept:
    """Keep a new draft and take it in hand; what was in hand before stays kept."""
    row_id = new_id()
    add(
        conn, drafts, id=row_id, chat_id=chat_id, person_id=person_id, form=draft.form, content=_content(draft),
        started_at=now, touched_at=now,
    )  # fmt: skip
    take_in_hand(conn, chat_id, row_id)
    return Kept(row_id, chat_id, draft, None, now, now)


def put(conn: Connection, kept: Kept, draft: Draft, now: datetime) -> None:
    change(conn, drafts, kept.id, content=_content(draft), touched_at=now)


def get(conn: Connection, draft_id: str) -> Kept | None:
    row = conn.execute(select(drafts).where(drafts.c.id == draft_id)).first()
    return _kept(conn, row) if row else None


def of_chat(conn: Connection, chat_id: int) -> list[Kept]:
    """Every draft of a chat, the last touched first."""
    rows = conn.execute(select(drafts).where(drafts.c.chat_id == chat_id).order_by(drafts.c.touched_at.desc()))
    return [_kept(conn, row) for row in rows]


def in_hand(conn: Connection, chat_id: int) -> Kept | None:
    row = conn.execute(
        select(drafts).join(chats, chats.c.in_hand == drafts.c.id).where(chats.c.chat_id == chat_id)
    ).first()
    return _kept(conn, row) if row else None


def take_in_hand(conn: Connection, chat_id: int, draft_id: str | None) -> None:
    ensure_chat(conn, chat_id)
    conn.execute(update(chats).where(chats.c.chat_id == chat_id).values(in_hand=draft_id))


def take_away(conn: Connection, draft_id: str) -> bool:
    """Remove the draft; whether it was us who did. Submitting is winning this: a double tap saves once."""
    conn.execute(update(chats).where(chats.c.in_hand == draft_id).values(in_hand=None))
    return conn.execute(delete(drafts).where(drafts.c.id == draft_id)).rowcount == 1


def _content(draft: Draft) -> dict[str, Any]:
    return {"answers": draft.answers, "editing": draft.editing, "picked": draft.picked}


def _kept(conn: Connection, row: Any) -> Kept:
    values = opened(conn, drafts, row)
    content = values["content"]
    draft = Draft(values["form"], content["answers"], content["editing"], content["picked"])
    return Kept(
        values["id"], values["chat_id"], draft, values["message_id"], values["started_at"], values["touched_at"]
    )
