"""People, their posts, and the one-time links that bind a chat to a post."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from db.models import drafts, invites, people, posts, units
from db.prepared import Prepared
from db.rows import add, change, keys_of, opened
from db.types import new_id
from domain.people import Me, Post, Role, Unit, UnitKind

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread aloud
CODE_LENGTH = 12


def put_units(conn: Connection, tree: list[Unit]) -> None:
    """Write the unit tree: new ones added, renamed ones changed, none removed."""
    known = {row.code: row for row in conn.execute(select(units))}
    for position, unit in enumerate(tree):
        values = {"kind": unit.kind.value, "name": unit.name, "parent": unit.parent, "position": position}
        if unit.code not in known:
            add(conn, units, code=unit.code, **values)
        elif any(getattr(known[unit.code], key) != value for key, value in values.items()):
            conn.execute(update(units).where(units.c.code == unit.code).values(**values))


def all_units(conn: Connection) -> list[Unit]:
    rows = conn.execute(select(units).order_by(units.c.position))
    return [Unit(row.code, UnitKind(row.kind), row.name, row.parent) for row in rows]


@dataclass(frozen=True)
class Person:
    """Somebody with a post, as far as others need to know."""

    id: str
    name: str
    chat_id: int | None
    phone: str | None
    language: str
    digest_hour: str | None
    left_on: date | None


def person(conn: Connection, person_id: str) -> Person | None:
    row = conn.execute(select(people).where(people.c.id == person_id)).first()
    return _person(conn, row) if row else None


def persons(conn: Connection, ids: list[str] | None = None) -> dict[str, Person]:
    query = select(people) if ids is None else select(people).where(people.c.id.in_(ids))
    return {row.id: _person(conn, row) for row in conn.execute(query)}


def _person(conn: Connection, row: Any) -> Person:
    values = opened(conn, people, row)
    return Person(*(values[key] for key in ("id", "name", "chat_id", "phone", "language", "digest_hour", "left_on")))


def me_of(conn: Connection, chat_id: int) -> Me | None:
    """The person a chat is bound to, with the posts held or stood in for; None for a stranger or who has left."""
    return who_is(conn, chat_id)[0]


def who_is(conn: Connection, chat_id: int) -> tuple[Me | None, str | None]:
    """The same, and the language to be spoken there: also with somebody who has left."""
    row = _BOUND.first(conn, chat=chat_id)
    if row is None:
        return None, None
    held = posts_of(conn, row.id) if row.left_on is None else ()
    return Me(row.id, opened(conn, people, row)["name"], chat_id, held) if held else None, row.language


_BOUND = Prepared(
    select(people.c.id, people.c.name, people.c.language, people.c.left_on).where(people.c.chat_id == bindparam("chat"))
)


def language_of(conn: Connection, chat_id: int) -> str | None:
    language: str | None = _LANGUAGE.scalar(conn, chat=chat_id)
    return language


_LANGUAGE = Prepared(select(people.c.language).where(people.c.chat_id == bindparam("chat")))


def posts_of(conn: Connection, person_id: str) -> tuple[Post, ...]:
    return tuple(_post(row) for row in _POSTS_OF.all(conn, person=person_id))


def find_posts(conn: Connection, *where: Any) -> list[Post]:
    """The posts for which these conditions hold, in the order of the unit tree."""
    return [_post(row) for row in conn.execute(_POSTS.where(*where))]


_POSTS = (
    select(posts, units.c.kind, units.c.name, units.c.parent)
    .join(units, units.c.code == posts.c.unit)
    .order_by(units.c.position, posts.c.role)
)
_POSTS_OF = Prepared(_POSTS.where(or_(posts.c.holder == bindparam("person"), posts.c.deputy == bindparam("person"))))


def _post(row: Any) -> Post:
    unit = Unit(row.unit, UnitKind(row.kind), row.name, row.parent)
    return Post(row.id, Role(row.role), unit, row.holder, row.deputy)


def post(conn: Connection, post_id: str) -> Post | None:
    return next(iter(find_posts(conn, posts.c.id == post_id)), None)


def posts_at(conn: Connection, role: Role, unit: str) -> list[Post]:
    return find_posts(conn, posts.c.role == role.value, posts.c.unit == unit)


def ensure_post(conn: Connection, role: Role, unit: str, since: date) -> Post:
    """The post of this role at this unit, made if there is none yet."""
    found = posts_at(conn, role, unit)
    if found:
        return found[0]
    add(conn, posts, id=new_id(), role=role.value, unit=unit, since=since)
    return posts_at(conn, role, unit)[0]


def set_deputy(conn: Connection, post_id: str, person_id: str | None) -> None:
    """Let somebody stand in for the post, or nobody any more. Whether they may is the caller's business."""
    conn.execute(update(posts).where(posts.c.id == post_id).values(deputy=person_id))


def posts_above(conn: Connection, below: Post) -> list[Post]:
    """Who answers for a post's work: a director's supervisor, everybody else's county bureau."""
    if below.role is Role.CHILD_DIRECTOR and below.unit.parent:
        return posts_at(conn, Role.SUPERVISOR, below.unit.parent)
    return posts_at(conn, Role.COUNTY, below.unit.code.split(".")[0][:6])


def chats_of_post(conn: Connection, found: Post) -> list[int]:
    """Where to say something to a post: its holder's chat and its deputy's."""
    ids = [one for one in (found.holder, found.deputy) if one]
    rows = conn.execute(select(people.c.chat_id).where(people.c.id.in_(ids), people.c.left_on.is_(None)))
    return [chat for chat in rows.scalars() if chat is not None]


# --- binding ---


@dataclass(frozen=True)
class Invitation:
    """A fresh invitation; the only moment its code is known."""

    code: str
    post: Post
    expires_at: datetime


def invite(
    conn: Connection,
    found: Post,
    name: str,
    now: datetime,
    *,
    by: str | None = None,
    as_deputy: bool = False,
    valid_hours: int = 72,
    person: str | None = None,
) -> Invitation:
    """Make a one-time, expiring code for a post. Only a keyed digest of it is kept.

    With `person` it brings somebody known back on a new phone: who uses it is that person, not a new one.
    """
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    expires = now + timedelta(hours=valid_hours)
    add(
        conn, invites, id=new_id(), code=keys_of(conn).blind("invite", code), post_id=found.id, as_deputy=as_deputy,
        name=name, made_by=by, made_at=now, expires_at=expires, person_id=person,
    )  # fmt: skip
    return Invitation(code, found, expires)


class InviteTrouble(Exception):
    """Why a code does not work: unknown, used or expired."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def bind(conn: Connection, code: str, chat_id: int, language: str, now: datetime, *, demo: bool = False) -> Post:
    """Use a code: the person of this chat now holds the post (or stands in for it). Raises InviteTrouble."""
    row = conn.execute(
        select(invites).where(invites.c.code == keys_of(conn).blind("invite", code.strip().lower()))
    ).first()
    if row is None:
        raise InviteTrouble("unknown")
    values = opened(conn, invites, row)
    if values["used_at"] is not None:
        raise InviteTrouble("used")
    if values["expires_at"] <= now:
        raise InviteTrouble("expired")
    known = values["person_id"]
    person_id = _still_there(conn, chat_id, values["name"], known)
    if person_id is None and known is not None and change(conn, people, known, people.c.chat_id.is_(None), chat_id=chat_id):
        person_id = known
        change(conn, people, known, left_on=None, bound_at=now)
        conn.execute(update(drafts).where(drafts.c.person_id == known).values(chat_id=chat_id, message_id=None))
    elif person_id is None:
        person_id = new_id()
        add(
            conn, people, id=person_id, name=values["name"], chat_id=chat_id, language=language, bound_at=now, demo=demo
        )
    else:
        change(conn, people, person_id, left_on=None, bound_at=now)
    won = conn.execute(
        update(invites)
        .where(invites.c.id == values["id"], invites.c.used_at.is_(None))
        .values(used_at=now, used_by=person_id)
    )
    if won.rowcount != 1:
        raise InviteTrouble("used")
    column = "deputy" if values["as_deputy"] else "holder"
    conn.execute(update(posts).where(posts.c.id == values["post_id"]).values(**{column: person_id}))
    bound = post(conn, values["post_id"])
    assert bound is not None
    return bound


def _still_there(conn: Connection, chat_id: int, name: str, known: str | None) -> str | None:
    """The person of this chat. A phone handed on by somebody who has left belongs to the newcomer, who is nobody's heir:
    neither the forms nor the own reports of whoever had it before are theirs."""
    row = conn.execute(select(people).where(people.c.chat_id == chat_id)).first()
    if row is None:
        return None
    before = _person(conn, row)
    if before.left_on is None or before.id == known or (known is None and before.name == name):
        return before.id
    change(conn, people, before.id, chat_id=None)
    return None


def post_of_code(conn: Connection, code: str) -> Post | None:
    """The post an unused code is for, as it stands before it is used; None for a code that is none."""
    blind = keys_of(conn).blind("invite", code.strip().lower())
    row = conn.execute(select(invites.c.post_id).where(invites.c.code == blind, invites.c.used_at.is_(None))).first()
    return post(conn, row.post_id) if row is not None else None
