"""Who is told of a move: the receiver when it is proposed, the sender when it is answered, both when the day has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import children, moves, outbox, people, reminders
from db import policy as policies
from db.moves import Move
from db.outbox import Urgency
from domain.calendar import local_day
from domain.people import Role
from domain.units import UnitTree


def in_charge(conn: Connection, unit: str) -> tuple[str, ...]:
    """The persons who answer for a village: its director, else the supervisor, else the county."""
    return reminders.rota(conn).persons(Role.CHILD_DIRECTOR, unit)


def tell(
    conn: Connection,
    persons: tuple[str, ...],
    key: str,
    now: datetime,
    *,
    but: str | None = None,
    about: str = "",
    **holes: object,
) -> int:
    """Say it to these persons, each once, with the way to the list of moves, or to the one it is `about`. Codes only."""
    count = 0
    for reader in reminders.recipients(conn, set(persons)).values():
        if reader.chat_id is None or reader.id == but:
            continue
        words = Words(reader.language)
        look = (
            (words("move.look", number=""), do("move.see", about))
            if about
            else (words("more.moves"), do("go", "moves"))
        )
        rows = [[look]]
        params = {"text": words(key, **holes), "reply_markup": inline(rows)}
        outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
        count += 1
    return count


def senders(conn: Connection, move: Move) -> tuple[str, ...]:
    """Who proposed it, and who answers for the village it leaves."""
    writer = people.person(conn, move.by) if move.by else None
    own = (writer.id,) if writer is not None and writer.left_on is None else ()
    return tuple(dict.fromkeys((*own, *in_charge(conn, move.from_unit))))


def keep(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Carry over what was accepted for a day that has come; how many messages were queued."""
    count, policy = 0, policies.current(conn, now)
    for move in moves.falling_due(conn, local_day(now)):
        before = senders(conn, move)
        if moves.carry_over(conn, move, now, policy):
            places = {"number": number_of(conn, move), "to": tree.path_name(move.to_unit)}
            count += tell(conn, before, "move.gone_over", now, **places)
            count += tell(conn, in_charge(conn, move.to_unit), "move.come_over", now, **places)
    return count


def number_of(conn: Connection, move: Move) -> str:
    entry = children.by_ids(conn, [move.child]).get(move.child)
    return entry.child.file_no if entry else ""
