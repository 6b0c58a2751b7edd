"""Posts with their holders and terms; ending a post, and moving somebody to a new phone (plan task 17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import outbox, people
from db.models import invites, newcomers, post_terms, posts
from db.models import people as people_table
from db.people import Person
from db.rows import add, change, opened
from db.types import new_id
from domain.people import Post, Role, UnitKind
from domain.team import Filled
from domain.units import UnitTree

WEEK = 5  # messages of a newcomer's first week


@dataclass(frozen=True)
class Seat:
    """A post, who holds it, and what the town noted of it."""

    post: Post
    holder: Person | None
    deputy: Person | None
    until: date | None
    allowance: str | None
    in_national: bool | None


def seats(conn: Connection, found: Sequence[Post]) -> list[Seat]:
    """The posts with their people, in the same order."""
    ids = [one for post in found for one in (post.holder, post.deputy) if one]
    known = people.persons(conn, ids)
    rows = conn.execute(select(post_terms).where(post_terms.c.post_id.in_([post.id for post in found])))
    terms = {row.post_id: opened(conn, post_terms, row) for row in rows}
    made = []
    for post in found:
        term = terms.get(post.id, {})
        made.append(
            Seat(
                post,
                known.get(post.holder or ""),
                known.get(post.deputy or ""),
                term.get("until"),
                term.get("allowance"),
                term.get("in_national"),
            )
        )
    return made


def note_term(
    conn: Connection,
    post: Post,
    now: datetime,
    *,
    by: str,
    until: date | None,
    allowance: str | None,
    in_national: bool,
) -> None:
    """What the town says of a post; it takes the place of what was said before."""
    values: dict[str, Any] = {
        "until": until, "allowance": allowance, "in_national": in_national, "noted_by": by, "noted_at": now,
    }  # fmt: skip
    known = conn.execute(select(post_terms.c.id).where(post_terms.c.post_id == post.id)).scalar()
    if known is None:
        add(conn, post_terms, id=new_id(), post_id=post.id, **values)
    else:
        change(conn, post_terms, known, **values)


def set_phone(conn: Connection, person: str, phone: str) -> None:
    change(conn, people_table, person, phone=phone)


def vacate(conn: Connection, post: Post, today: date, now: datetime) -> Person | None:
    """Nobody holds the post from now on; who held it. With no other post the person is out of the system at once."""
    if post.holder is None:
        return None
    won = conn.execute(update(posts).where(posts.c.id == post.id, posts.c.holder == post.holder).values(holder=None))
    left = people.person(conn, post.holder)
    if won.rowcount != 1 or left is None:
        return None
    if not people.posts_of(conn, left.id):
        change(conn, people_table, left.id, left_on=today)
        _silence(conn, left, now)
    return left


def unbind(conn: Connection, person: Person, now: datetime) -> None:
    """Somebody's old phone is worth nothing from now on; the person keeps the post and comes back by a new link."""
    change(conn, people_table, person.id, chat_id=None)
    _silence(conn, person, now)


def _silence(conn: Connection, person: Person, now: datetime) -> None:
    """What still waits to be said there is not said any more, and a link made for the person no longer works."""
    conn.execute(
        update(invites).where(invites.c.person_id == person.id, invites.c.used_at.is_(None)).values(expires_at=now)
    )
    if person.chat_id is not None:
        outbox.silence(conn, person.chat_id, now)
    conn.execute(newcomers.delete().where(newcomers.c.person_id == person.id))


def measure_posts_filled(conn: Connection, tree: UnitTree, day: date, codes: Collection[str] | None = None) -> Filled:
    """Plan task 17, H14: a director in every village and community. A place without any post counts as vacant."""
    found = {post.unit.code: post for post in people.find_posts(conn, posts.c.role == Role.CHILD_DIRECTOR.value)}
    places = [
        unit.code
        for unit in tree
        if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY) and (codes is None or unit.code in codes)
    ]
    vacant = tuple(code for code in places if code not in found or found[code].holder is None)
    stand_in = sum(code in found and found[code].deputy is not None for code in vacant)
    return Filled(len(places), len(places) - len(vacant), stand_in, vacant)


def vacated(conn: Connection, codes: Collection[str]) -> list[str]:
    """Villages whose director left and where nobody stands in. A place nobody was ever invited for is no news."""
    role, held = posts.c.role == Role.CHILD_DIRECTOR.value, posts.c.holder.is_not(None) | posts.c.deputy.is_not(None)
    return [post.unit.code for post in people.find_posts(conn, role, ~held) if post.unit.code in codes]


# --- the first week ---


def welcome(conn: Connection, person: str, today: date) -> None:
    """Begin a newcomer's first week, unless it was begun before."""
    if conn.execute(select(newcomers.c.id).where(newcomers.c.person_id == person)).first() is None:
        add(conn, newcomers, id=new_id(), person_id=person, next=0, last_on=today)


def newcomers_today(conn: Connection, today: date) -> list[tuple[str, str, int]]:
    """(row, person, number of the message) of those who have had none today."""
    rows = conn.execute(
        select(newcomers.c.id, newcomers.c.person_id, newcomers.c.next).where(newcomers.c.last_on < today)
    )
    return list(rows.tuples().all())


def said_to_newcomer(conn: Connection, row: str, number: int, today: date) -> None:
    """One more was said; after the last the row goes."""
    if number + 1 >= WEEK:
        conn.execute(newcomers.delete().where(newcomers.c.id == row))
    else:
        conn.execute(update(newcomers).where(newcomers.c.id == row).values(next=number + 1, last_on=today))


def stop_week(conn: Connection, person: str) -> bool:
    return conn.execute(newcomers.delete().where(newcomers.c.person_id == person)).rowcount == 1
