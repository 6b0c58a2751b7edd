"""What is to be said, committed together with the facts it answers, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text, update

from db import inbox as inbox_rows
from db import policy as policy_rows
from db.models import chats, drafts, outbox, people, reminders
from db.prepared import Prepared
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import at, local_day

AFTERWARDS = "_afterwards"
"""Among the params of a message: what it becomes, {text, reply_markup, seconds}, so long after it was sent. Never on the wire."""

HIDES = "_hides"
"""Among the params of that later change. Whatever begins with `_` is never on the wire."""

NO_CONNECTION, ASKED_TO_WAIT = "no connection", "retry_after"
CERTAINLY_NOT_SENT = (NO_CONNECTION, ASKED_TO_WAIT)
"""Troubles after which a message has not arrived; after any other it may have."""


class Urgency(IntEnum):
    """Lower goes first when the permitted rate is the bottleneck."""

    EMERGENCY = 0
    ANSWER = 1
    NOTICE = 2
    REMINDER = 3


@dataclass(frozen=True)
class Outgoing:
    """One call of the Bot API to be made."""

    id: str
    chat_id: int
    urgency: Urgency
    method: str
    params: dict[str, Any]
    tries: int
    file: bytes | None = None
    file_name: str | None = None
    draft_id: str | None = None
    digest_id: str | None = None
    created_at: datetime | None = None


def put(
    conn: Connection,
    chat_id: int,
    method: str,
    params: dict[str, Any],
    now: datetime,
    *,
    urgency: Urgency = Urgency.ANSWER,
    file: bytes | None = None,
    file_name: str | None = None,
    draft_id: str | None = None,
    digest_id: str | None = None,
    not_before: datetime | None = None,
    at_any_rate: bool = False,
) -> str:
    """Queue one call; it exists when the transaction commits. Returns its id, which is its idempotency key.

    A notice to somebody who has had enough of them today is held and joined with others (bot/reminders/joining.py).
    """
    row_id = new_id()
    waits = urgency >= Urgency.NOTICE and method == "sendMessage" and not at_any_rate and not has_room(conn, chat_id, now)
    add(
        conn, outbox, id=row_id, seq=_next_seq(conn), chat_id=chat_id, urgency=int(urgency), method=method,
        params=params, file=file, file_name=file_name, state="held" if waits else "waiting", created_at=now, tries=0,
        draft_id=draft_id, digest_id=digest_id, not_before=not_before,
    )  # fmt: skip
    return row_id


def has_room(conn: Connection, chat_id: int, now: datetime) -> bool:
    """Whether one notice more may go there today. One place of the county's number is kept for the morning's digest."""
    most = policy_rows.current(conn, now).messages_a_day - 1
    today = at(local_day(now), time(0))
    had = conn.execute(
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.chat_id == chat_id, outbox.c.created_at >= today, outbox.c.urgency == int(Urgency.NOTICE),
            outbox.c.state.not_in(("withdrawn", "held", "joined")),
        )
    ).scalar_one()  # fmt: skip
    return had < most


def held(conn: Connection) -> dict[int, list[Outgoing]]:
    """What is held because its reader had had enough, by chat, in order."""
    found: dict[int, list[Outgoing]] = {}
    for row in conn.execute(select(outbox).where(outbox.c.state == "held").order_by(outbox.c.seq)):
        values = opened(conn, outbox, row)
        found.setdefault(row.chat_id, []).append(_outgoing(values))
    return found


def join(conn: Connection, rows: Sequence[Outgoing], params: dict[str, Any], now: datetime) -> None:
    """Say these held messages of one chat in one; the reminders they carry go with it."""
    of_reminders = [row.digest_id for row in rows if row.digest_id]
    digest_id = new_id() if of_reminders else None
    put(
        conn, rows[0].chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE, digest_id=digest_id, at_any_rate=True
    )
    conn.execute(
        update(reminders)
        .where(reminders.c.digest_id.in_(of_reminders), reminders.c.state.in_(("planned", "held")))
        .values(digest_id=digest_id)
    )
    conn.execute(
        update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(state="joined", sent_at=now, params=None)
    )


def _next_seq(conn: Connection) -> int:
    # on SQLite one writer: nobody can come between
    return int((_NEXT_SEQ if conn.dialect.name == "sqlite" else _NEXT_ORDER).scalar(conn))


_NEXT_SEQ = Prepared(select(func.coalesce(func.max(outbox.c.seq), 0) + 1))
_NEXT_ORDER = Prepared(text("SELECT nextval('outbox_order')"))


def next_waiting(conn: Connection, now: datetime, busy: Collection[int], most: int = 16) -> list[Outgoing]:
    """The first waiting row of each chat that is not busy, most urgent first. Order within a chat is never broken.

    What has its own hour (`not_before`, and nothing went wrong yet) keeps nobody waiting until then.
    """
    # a few more are asked for, instead of saying which are busy: the statement stays the same
    free = _NEXT_WAITING.all_but(conn, "chat_id", busy, now=now, most=most + len(busy))[:most]
    return [_outgoing(opened(conn, outbox, row)) for row in free]


def _next_waiting() -> Prepared:
    has_its_hour = and_(outbox.c.not_before > bindparam("now"), outbox.c.trouble.is_(None))
    heads = (
        select(func.min(outbox.c.seq).label("seq"), func.min(outbox.c.urgency).label("urgency"))
        .where(outbox.c.state == "waiting", or_(outbox.c.not_before.is_(None), ~has_its_hour))
        .group_by(outbox.c.chat_id)
        .subquery()
    )
    # a chat is as urgent as the most urgent thing waiting in it: what stands before that must go first
    return Prepared(
        select(outbox)
        .join(heads, heads.c.seq == outbox.c.seq)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= bindparam("now")))
        .order_by(heads.c.urgency, outbox.c.seq)
        .limit(bindparam("most"))
    )


_NEXT_WAITING = _next_waiting()


def _outgoing(values: dict[str, Any]) -> Outgoing:
    return Outgoing(
        values["id"], values["chat_id"], Urgency(values["urgency"]), values["method"], values["params"],
        values["tries"], values["file"], values["file_name"], values["draft_id"], values["digest_id"],
        values["created_at"],
    )  # fmt: skip


def sent(conn: Connection, row: Outgoing, message_id: int | None, now: datetime) -> None:
    """The server has it. The draft it shows learns its message; the reminders it carries are settled."""
    _SENT.run(conn, row=row.id, at=now, message=message_id)
    if message_id is not None:
        inbox_rows.note_message(conn, row.chat_id, message_id)
        if row.draft_id:
            _SHOWN.run(conn, draft=row.draft_id, message=message_id)
    if row.digest_id:
        _settle_reminders(conn, row.digest_id, "sent", now)
    if AFTERWARDS in row.params:
        _hide_later(conn, row, message_id, now)


_SENT = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state="sent", sent_at=bindparam("at"), message_id=bindparam("message"), not_before=None, file=None)
)
_SHOWN = Prepared(update(drafts).where(drafts.c.id == bindparam("draft")).values(message_id=bindparam("message")))


def _hide_later(conn: Connection, row: Outgoing, message_id: int | None, now: datetime) -> None:
    """What was shown for a while is not kept here either; the change of the message waits for its hour."""
    then = dict(row.params[AFTERWARDS])
    when = now + timedelta(seconds=then.pop("seconds"))
    change(conn, outbox, row.id, params=then)
    if message_id is not None:
        put(conn, row.chat_id, "editMessageText", then | {"message_id": message_id, HIDES: True}, now, not_before=when)


def later(conn: Connection, row: Outgoing, when: datetime, trouble: str, *, count: bool = True) -> None:
    """A passing failure: come back then."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(tries=row.tries + count, not_before=when, trouble=trouble[:120])
    )


def refused(conn: Connection, row: Outgoing, trouble: str, now: datetime) -> None:
    """The server will never take this one; the chat goes on."""
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(state="refused", sent_at=now, trouble=trouble[:120]))
    if row.digest_id:
        _settle_reminders(conn, row.digest_id, "unreachable", now)


def unreachable(conn: Connection, chat_id: int, why: str, now: datetime) -> bool:
    """Nobody can be reached there (blocked, gone): stop trying. Whether this is news."""
    inbox_rows.ensure_chat(conn, chat_id)
    news = (
        conn.execute(
            update(chats)
            .where(chats.c.chat_id == chat_id, chats.c.unreachable_since.is_(None))
            .values(unreachable_since=now, unreachable_why=why[:120])
        ).rowcount
        == 1
    )
    digests = conn.execute(
        select(outbox.c.digest_id).where(
            outbox.c.chat_id == chat_id, outbox.c.state.in_(("waiting", "held")), outbox.c.digest_id.is_not(None)
        )
    ).scalars()
    for digest_id in digests.all():
        _settle_reminders(conn, str(digest_id), "unreachable", now)
    conn.execute(
        update(outbox)
        .where(outbox.c.chat_id == chat_id, outbox.c.state.in_(("waiting", "held")))
        .values(state="unreachable", trouble=why[:120])
    )
    return news


def reachable(conn: Connection, chat_id: int) -> None:
    """The person wrote to us: they can be reached again, and what could not be said waits its turn once more."""
    if _BACK.run(conn, chat=chat_id):
        conn.execute(
            update(outbox)
            .where(outbox.c.chat_id == chat_id, outbox.c.state == "unreachable", outbox.c.urgency <= Urgency.NOTICE)
            .values(state="waiting", not_before=None)
        )


_BACK = Prepared(
    update(chats)
    .where(chats.c.chat_id == bindparam("chat"), chats.c.unreachable_since.is_not(None))
    .values(unreachable_since=None, unreachable_why=None)
)


def silence(conn: Connection, chat_id: int, now: datetime) -> None:
    """This phone is nobody's any more, or lost: what waits to be said there is not said, and does not come back to life
    for whoever writes from it next; what was shown for a minute is hidden now."""
    unsaid = (
        outbox.c.chat_id == chat_id, outbox.c.state.in_(("waiting", "held", "unreachable")),
        or_(outbox.c.urgency >= int(Urgency.ANSWER), outbox.c.state == "unreachable"),
    )  # fmt: skip
    nothing: dict[str, Any] = {"state": "withdrawn", "params": None, "file": None, "file_name": None}
    for _ in range(2):  # what is marked as sent meanwhile leaves what hides it: once more
        for row in conn.execute(select(outbox).where(*unsaid)).all():
            hides = row.method == "editMessageText" and HIDES in opened(conn, outbox, row)["params"]
            values = {"not_before": now} if hides else nothing
            conn.execute(update(outbox).where(outbox.c.id == row.id, *unsaid).values(**values))


def is_unreachable(conn: Connection, chat_id: int) -> bool:
    return (
        conn.execute(select(chats.c.unreachable_since).where(chats.c.chat_id == chat_id)).scalar() is not None
    )


def unreachable_person(conn: Connection, chat_id: int) -> str | None:
    person: str | None = conn.execute(select(people.c.id).where(people.c.chat_id == chat_id)).scalar()
    return person


def waiting(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")).scalar_one()


def _settle_reminders(conn: Connection, digest_id: str, state: str, now: datetime) -> None:
    conn.execute(
        update(reminders)
        .where(reminders.c.digest_id == digest_id, reminders.c.state.in_(("planned", "held")))
        .values(state=state, settled_at=now)
    )


def put_off(conn: Connection, chat_id: int, *, until: datetime) -> list[Outgoing]:
    """What waits for an hour of its own later than `until`: nobody sends it before, so it may still be changed."""
    rows = conn.execute(
        select(outbox)
        .where(
            outbox.c.chat_id == chat_id, outbox.c.state == "waiting", outbox.c.method == "sendMessage",
            outbox.c.not_before > until, outbox.c.tries == 0,
        )
        .order_by(outbox.c.seq)
    ).all()  # fmt: skip
    return [_outgoing(opened(conn, outbox, row)) for row in rows]


def rewrite(conn: Connection, row: Outgoing, params: dict[str, Any]) -> bool:
    """Say something else instead; False if it is on its way already."""
    return change(conn, outbox, row.id, outbox.c.state == "waiting", params=params)


def put_back_to(conn: Connection, row_id: str, until: datetime) -> None:
    """It waits until then, and what is said to the chat meanwhile does not wait for it."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "waiting")
        .values(not_before=until, trouble=None)
    )


def withdraw(conn: Connection, row: Outgoing) -> None:
    """It need not be said any more. Its words are not kept."""
    conn.execute(
        update(outbox).where(outbox.c.id == row.id, outbox.c.state == "waiting").values(state="withdrawn", params=None)
    )
