"""Who is told of a move: the receiver when it is proposed, the sender when it is answered, both when the day has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.buttons import do
from bot.words import Words
from bot.work import inline
from db import children, following, moves, outbox, people, reminder_people
from db import policy as policies
from db.following import Along
from db.moves import Move
from db.outbox import Urgency
from domain.calendar import local_day
from domain.people import Role
from domain.units import UnitTree

NOTHING = Along()


def in_charge(conn: Connection, unit: str) -> tuple[str, ...]:
    """The persons who answer for a village: its director, else the supervisor, else the county."""
    return reminder_people.rota(conn).persons(Role.CHILD_DIRECTOR, unit)


def tell(
    conn: Connection,
    persons: tuple[str, ...],
    key: str,
    now: datetime,
    *,
    but: str | None = None,
    about: str = "",
    along: Along = NOTHING,
    **holes: object,
) -> int:
    """Say it to these persons, each once, with the way to the list of moves, or to the one it is `about`. Codes only.

    `along` is what went over with the child: how many things are not done yet.
    """
    count = 0
    for reader in reminder_people.recipients(conn, set(persons)).values():
        if reader.chat_id is None or reader.id == but:
            continue
        words = Words(reader.language)
        look = (
            (words("move.look", number=""), do("move.see", about))
            if about
            else (words("more.moves"), do("go", "moves"))
        )
        rows = [[look]]
        lines = [words(key, **holes), *said_of(along, words, "move.along.there")]
        params = {"text": "\n".join(lines), "reply_markup": inline(rows)}
        outbox.put(conn, reader.chat_id, "sendMessage", params, now, urgency=Urgency.NOTICE)
        count += 1
    return count


def left_open(conn: Connection, ids: Iterable[str]) -> Along:
    """What is still open with these children."""
    found = NOTHING
    for child_id in ids:
        found += following.open_with(conn, child_id)
    return found


def said_of(along: Along, words: Words, key: str) -> list[str]:
    """One line of it, or none: 没办完的事跟着孩子走：问题 2 个、转介 1 件。"""
    counts = {"issues": along.issues, "referrals": along.referrals, "others": along.others}
    parts = [words(f"move.along.{kind}", count=count) for kind, count in counts.items() if count]
    return [words(key, what="、".join(parts))] if parts else []


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
            places: dict[str, str] = {"number": number_of(conn, move), "to": tree.path_name(move.to_unit)}
            open_still = following.open_with(conn, move.child)
            count += tell(conn, before, "move.gone_over", now, along=open_still, **places)
            count += tell(conn, in_charge(conn, move.to_unit), "move.come_over", now, along=open_still, **places)
    return count


def number_of(conn: Connection, move: Move) -> str:
    entry = children.by_ids(conn, [move.child]).get(move.child)
    return entry.child.file_no if entry else ""
