"""Hand-overs of a director's village: the reading list, and who has signed for what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from db import agreements, duties, issues, moves, people
from db import children as files
from db.models import handover_items, handovers, invites, posts, report_desks, reports
from db.rows import add, add_many, change
from db.types import new_id
from domain.agreements import State, needs_agreement, standing_of
from domain.calendar import DAY, local_day
from domain.children import Tier
from domain.handover import AHEAD, LEAVING, Handed, Side
from domain.people import Post, Role
from domain.policy import Policy


class RunsAlready(Exception):
    """One is under way for this village."""


@dataclass(frozen=True)
class Handover:
    id: str
    unit: str
    giver: str | None
    taker: str | None
    at: datetime
    running: bool


@dataclass(frozen=True)
class Item:
    """One thing on the list: `subject` is child:<id>, report:<id>, issue:<id> or move:<id>."""

    id: str
    handover: str
    kind: Handed
    subject: str
    given: bool
    taken: bool

    @property
    def of(self) -> str:
        return self.subject.partition(":")[2]


def start(
    conn: Connection, post: Post, now: datetime, policy: Policy, *, giver: str | None, taker: str | None, by: str | None,
    demo: bool = False,
) -> str:  # fmt: skip
    """Begin one with everything open today. Raises RunsAlready."""
    made, unit = new_id(), post.unit.code
    try:
        with conn.begin_nested():
            add(
                conn, handovers, id=made, unit=unit, running=unit, giver=giver, taker=taker, by_person=by, at=now, demo=demo,
            )  # fmt: skip
    except IntegrityError:
        raise RunsAlready from None
    rows = [
        {"id": new_id(), "handover_id": made, "kind": kind.value, "subject": subject, "place": place}
        for place, (kind, subject) in enumerate(open_things(conn, post, now, policy, giver))
    ]
    add_many(conn, handover_items, rows)
    return made


def open_things(
    conn: Connection, post: Post, now: datetime, policy: Policy, giver: str | None
) -> list[tuple[Handed, str]]:
    """Everything that lies with this post today, each once, in the order in which it is read."""
    unit, today = post.unit.code, local_day(now)
    there = [entry.child for entry in files.in_units(conn, [unit])]
    order = {Tier.RED: 0, Tier.YELLOW: 1}
    risky = sorted((one for one in there if one.tier in order), key=lambda one: (order[one.tier], one.file_no))
    found = [(Handed.CHILD, f"child:{one.id}") for one in risky]
    owed = duties.everything_until(conn, today + AHEAD * DAY, today, policy, {unit})
    owed = [one for one in owed if one.duty.who is Role.CHILD_DIRECTOR and one.child is not None]
    found += [(Handed.DUTY, f"child:{one.child.id}") for one in sorted(owed, key=lambda one: one.due) if one.child]
    on_desk = select(report_desks.c.report_id).where(report_desks.c.post_id == post.id, report_desks.c.until.is_(None))
    mine = or_(reports.c.id.in_(on_desk), reports.c.reporter == giver) if giver else reports.c.id.in_(on_desk)
    running = select(reports.c.id).where(
        reports.c.over_at.is_(None), or_(reports.c.drill.is_(None), ~reports.c.drill), mine
    )
    found += [(Handed.REPORT, f"report:{one}") for one in conn.execute(running.order_by(reports.c.filed_at)).scalars()]
    needing = [one for one in there if needs_agreement(one, today)]
    papers = agreements.of_children(conn, [one.id for one in needing])
    found += [
        (Handed.AGREEMENT, f"child:{one.id}")
        for one in needing
        if standing_of(papers.get(one.id, ()), today, one.age_on(today)) is not State.VALID
    ]
    found += [(Handed.ISSUE, f"issue:{one.id}") for one in issues.open_within(conn, [unit])]
    found += [(Handed.MOVE, f"move:{one.id}") for one in moves.open_within(conn, [unit])]
    return list(dict.fromkeys(found))


def get(conn: Connection, handover_id: str) -> Handover | None:
    return next(iter(_handovers(conn, handovers.c.id == handover_id)), None)


def running_of(conn: Connection, codes: Collection[str], person: str) -> list[Handover]:
    """Those under way in these units, and those this person gives or takes."""
    mine = or_(handovers.c.running.in_(list(codes)), handovers.c.giver == person, handovers.c.taker == person)
    return _handovers(conn, handovers.c.running.is_not(None), mine)


def at_unit(conn: Connection, unit: str) -> Handover | None:
    return next(iter(_handovers(conn, handovers.c.running == unit)), None)


def items(conn: Connection, handover_id: str) -> list[Item]:
    rows = conn.execute(
        select(handover_items).where(handover_items.c.handover_id == handover_id).order_by(handover_items.c.place)
    )
    return [_item(row) for row in rows]


def item(conn: Connection, item_id: str) -> Item | None:
    row = conn.execute(select(handover_items).where(handover_items.c.id == item_id)).first()
    return _item(row) if row is not None else None


def sign(conn: Connection, ids: Collection[str], side: Side, now: datetime, by: str | None) -> None:
    """已交 or 已接 for these items; `by` None takes it back."""
    stamp: dict[str, Any] = {f"{_STEM[side]}_at": now if by else None, f"{_STEM[side]}_by": by}
    conn.execute(update(handover_items).where(handover_items.c.id.in_(list(ids))).values(**stamp))


_STEM = {Side.GIVE: "given", Side.TAKE: "taken"}


def comes(
    conn: Connection, post: Post, giver: str | None, taker: str, now: datetime, policy: Policy, *, demo: bool = False
) -> Handover | None:
    """A new holder is bound: the one under way gets its taker, else one begins. None where there is nothing to hand over."""
    found = at_unit(conn, post.unit.code)
    if found is not None:
        change(conn, handovers, found.id, taker=taker)
        return replace(found, taker=taker)
    if giver == taker or not _was_held(conn, post, giver) or not open_things(conn, post, now, policy, giver):
        return None
    return get(conn, start(conn, post, now, policy, giver=giver, taker=taker, by=taker, demo=demo))


def _was_held(conn: Connection, post: Post, giver: str | None) -> bool:
    """Whether somebody was here before: the first holder of a post takes nothing over."""
    used = select(func.count()).where(
        invites.c.post_id == post.id, invites.c.used_at.is_not(None), ~invites.c.as_deputy
    )
    return giver is not None or int(conn.execute(used).scalar_one()) > 1


def keep_leaver(conn: Connection, post: Post, one: Handover, now: datetime) -> str | None:
    """Who held the post until just now stands in for a while, to sign what is handed over; the chat it is to be said in.

    None where there is nobody to keep: gone from the service, without a chat, everything signed, somebody stands in
    already, or the list is old.
    """
    leaver = people.person(conn, one.giver) if one.giver and one.giver != one.taker else None
    unsigned = any(not item.given for item in items(conn, one.id))
    if leaver is None or leaver.left_on is not None or leaver.chat_id is None or not unsigned:
        return None
    if post.deputy is not None or one.at + LEAVING * DAY < now:
        return None
    people.set_deputy(conn, post.id, leaver.id)
    return leaver.id


def let_go(conn: Connection, one: Handover) -> None:
    """Whoever left and still stood in to sign does so no longer."""
    stands_in = (posts.c.unit == one.unit, posts.c.role == Role.CHILD_DIRECTOR.value, posts.c.deputy == one.giver)
    conn.execute(update(posts).where(*stands_in, posts.c.holder == one.taker).values(deputy=None))


def let_go_late(conn: Connection, now: datetime) -> None:
    """The same for every hand-over that has run for too long: the supervisor signs for who has left."""
    for one in _handovers(conn, handovers.c.running.is_not(None), handovers.c.at < now - LEAVING * DAY):
        if one.giver is not None and one.taker is not None:
            let_go(conn, one)


def finish(conn: Connection, one: Handover, now: datetime) -> bool:
    """It is over. Where nobody took the post and the giver still holds it, the post is vacant from now on: what it owes
    falls to the supervisor. False where somebody else has finished it."""
    if not change(conn, handovers, one.id, handovers.c.running.is_not(None), running=None, ended_at=now):
        return False
    let_go(conn, one)
    if one.taker is None and one.giver is not None:
        held = (posts.c.unit == one.unit, posts.c.role == Role.CHILD_DIRECTOR.value, posts.c.holder == one.giver)
        conn.execute(update(posts).where(*held).values(holder=None))
    return True


def _handovers(conn: Connection, *where: Any) -> list[Handover]:
    rows = conn.execute(select(handovers).where(*where).order_by(handovers.c.id))
    return [Handover(row.id, row.unit, row.giver, row.taker, row.at, row.running is not None) for row in rows]


def _item(row: Any) -> Item:
    return Item(
        row.id, row.handover_id, Handed(row.kind), row.subject, row.given_at is not None, row.taken_at is not None
    )
