"""Half-told reports: whose they are, whether they lie silent, and who takes them up when their writer is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from db import people as people_rows
from db.models import chats, drafts, people, posts, reminders
from db.rows import opened
from domain.people import Role
from domain.reports.conflict import Conflict, town_of
from domain.reports.crew import Crew
from domain.reports.silence import Begun, To, listener

FORM = "report"


@dataclass(frozen=True)
class Kept:
    """A report draft with its owner's chat. `gone`: its writer has left, holds no post any more, or has no chat."""

    begun: Begun
    chat_id: int
    unit: str | None
    gone: bool


def begun(conn: Connection) -> list[Kept]:
    """Every report draft of the county. Its answers are looked at for one thing: whether somebody is involved."""
    rows = conn.execute(
        select(drafts, people.c.left_on, people.c.chat_id.label("owner_chat"))
        .outerjoin(people, people.c.id == drafts.c.person_id)
        .where(drafts.c.form == FORM)
        .order_by(drafts.c.started_at, drafts.c.id)
    ).all()
    if not rows:
        return []
    held, found = _holders(conn), []
    for row in rows:
        content = opened(conn, drafts, {"id": row.id, "content": row.content})["content"]
        if content["answers"].get("drill"):
            continue  # an exercise that was not begun alarms nobody
        said = content["answers"].get("involved")
        gone = row.person_id is None or row.left_on is not None or row.person_id not in held
        conflict = Conflict(said) if said else None
        found.append(
            Kept(
                Begun(row.id, row.person_id or "", bool(row.suggested), conflict, row.touched_at),
                row.chat_id,
                row.unit,
                gone,
            )
        )
    return found


def _holders(conn: Connection) -> set[str]:
    rows = conn.execute(select(posts.c.holder, posts.c.deputy))
    return {one for row in rows for one in row if one}


def hearers(kept: Kept, to: To, crew: Crew) -> tuple[str, ...]:
    """The persons who hear of a draft's silence. Nobody at the supervisor's post: the county's duty officer."""
    if to is To.WORKER:
        return (kept.begun.person,)
    town = town_of(kept.unit or "") if to is To.SUPERVISOR else None
    if town is not None and (found := _reached(crew, Role.SUPERVISOR, town, kept)):
        return found
    return _reached(crew, Role.COUNTY, crew.county, kept)


def _reached(crew: Crew, role: Role, unit: str, kept: Kept) -> tuple[str, ...]:
    people_there = [one for post in crew.at(role, unit) for one in (post.holder, post.deputy) if one]
    return tuple(dict.fromkeys(one for one in people_there if one not in crew.deaf and one != kept.begun.person))


def heir(kept: Kept, crew: Crew) -> str | None:
    """Who takes up a draft whose writer is gone: the supervisor where nobody was said to be involved, else the county."""
    return next(iter(hearers(kept, listener(kept.begun.conflict), crew)), None)


def same_person(conn: Connection, kept: Kept, crew: Crew) -> str | None:
    """Whoever sits where the writer sat and has the same name: the writer, with another telephone."""
    here = [post for post in crew.posts if post.unit.code == kept.unit]
    ids = [one for post in here for one in (post.holder, post.deputy) if one and one not in crew.deaf]
    known = people_rows.persons(conn, [*ids, kept.begun.person])
    writer = known.get(kept.begun.person)
    return next((one for one in ids if writer is not None and known[one].name == writer.name), None)


def pass_on(conn: Connection, kept: Kept, person: str, now: datetime) -> int | None:
    """Give the draft to somebody else's chat; that chat, or None if it was taken meanwhile."""
    chat: int | None = conn.execute(select(people.c.chat_id).where(people.c.id == person)).scalar()
    if chat is None:
        return None
    conn.execute(update(chats).where(chats.c.in_hand == kept.begun.id).values(in_hand=None))
    moved = conn.execute(
        update(drafts)
        .where(drafts.c.id == kept.begun.id, or_(drafts.c.chat_id == kept.chat_id, drafts.c.chat_id.is_(None)))
        .values(chat_id=chat, person_id=person, message_id=None, suggested=False, touched_at=now)
    )
    return chat if moved.rowcount == 1 else None


def was_told(conn: Connection, draft_id: str, person: str) -> bool:
    """Whether this person was told that the draft lies silent."""
    row = conn.execute(
        select(reminders.c.id).where(
            reminders.c.subject == f"draft:{draft_id}", reminders.c.person_id == person,
            reminders.c.rule.startswith("clock.draft.tell", autoescape=True),
        )
    ).first()  # fmt: skip
    return row is not None
