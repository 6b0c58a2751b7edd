"""Who may open a report: a desk for each post, the reporter, and nobody whom it goes around.

A report is found through a desk or by its reporter, never by place: access.Scope.ADDRESSED.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from db import outbox, people
from db.models import people as people_table
from db.models import posts, report_desks, reports
from db.reports.records import Report, events, events_of, listed_report, lock, mark_over, put_event
from db.rows import add, change
from db.types import new_id
from domain.people import Me, Post, Role
from domain.reports import case
from domain.reports.case import Act, DeskState, Event, Impossible, Part, Seat
from domain.reports.conflict import Conflict, gone_around, persons_around
from domain.reports.life import life

PROCURATORATE = "procuratorate"
_RANK = {Part.REPORTER: 0, Part.OVERSEER: 1, Part.WATCHER: 2, Part.RECEIVER: 3}
GIVEN_UP = (DeskState.RETURNED, DeskState.REFUSED, DeskState.RELEASED)


@dataclass(frozen=True)
class Listed:
    """A report as somebody sees it in a list: through which seat, and what happened so far (notes left closed)."""

    report: Report
    seat: Seat
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Listener:
    """Somebody to be told of news about a report."""

    chat_id: int
    person_id: str
    seat: Seat


def act(
    conn: Connection, report: Report, seat: Seat, event: Event, *, post: str | None = None, demo: bool = False
) -> tuple[Event, ...]:
    """Take one step, if it may be taken; all events afterwards. Raises Impossible.

    The report's row is locked first, so of two officers who sign at once the second one is told so.
    """
    lock(conn, report.id)
    before = life(events(conn, report.id, notes=False))
    case.take(before, event, seat)
    if event.kind is Act.FORWARDED:
        assert event.to is not None
        if not seat_unit(conn, report, event.to, event.at):
            raise Impossible("nobody_there")
    put_event(conn, report, event, post=post, demo=demo)
    happened = events(conn, report.id, notes=False)
    now = life(happened)
    for unit, desk in now.desks.items():
        if desk.state in GIVEN_UP:
            _release(conn, report, unit, event.at)
    if not now.open:
        mark_over(conn, report.id, event.at)
    return happened


def posts_of_unit(conn: Connection, unit: str) -> list[Post]:
    """The receiving posts of a department; of the county bureau for the county's own code."""
    role = Role.DEPARTMENT if "." in unit else Role.COUNTY
    return people.posts_at(conn, role, unit)


def staffed(conn: Connection, units: Iterable[str]) -> list[str]:
    """Those of the units where somebody can be reached just now."""
    return [unit for unit in units if any(_reachable(conn, post, frozenset()) for post in posts_of_unit(conn, unit))]


def _reachable(conn: Connection, post: Post, hidden: Collection[str]) -> bool:
    if all(one in hidden for one in (post.holder, post.deputy) if one):
        return False
    return any(not outbox.is_unreachable(conn, chat) for chat in people.chats_of_post(conn, post))


def seat_unit(conn: Connection, report: Report, unit: str, now: datetime) -> bool:
    """Give the posts of a unit the receiver's desk; whether anybody there can be reached."""
    found, hidden = posts_of_unit(conn, unit), hidden_from(conn, report)
    for post in found:
        seat_post(conn, report, post, Part.RECEIVER, now)
    return any(_reachable(conn, post, hidden) for post in found)


def seat_post(conn: Connection, report: Report, post: Post, part: Part, now: datetime) -> None:
    """Let a post see the report. A receiver stays one; a desk given up before is taken up again."""
    where = (report_desks.c.report_id == report.id, report_desks.c.post_id == post.id)
    row = conn.execute(select(report_desks).where(*where)).first()
    if row is None:
        add(conn, report_desks, id=new_id(), report_id=report.id, post_id=post.id, part=part.value, since=now)
    elif row.until is not None or _RANK[part] > _RANK[Part(row.part)]:
        change(conn, report_desks, row.id, part=part.value, until=None)


def _release(conn: Connection, report: Report, unit: str, now: datetime) -> None:
    """A department that gave the report up no longer opens it. The county and the procuratorate go on watching."""
    ids = [post.id for post in posts_of_unit(conn, unit)]
    here = update(report_desks).where(
        report_desks.c.report_id == report.id, report_desks.c.post_id.in_(ids), report_desks.c.until.is_(None)
    )
    if "." not in unit:
        conn.execute(here.values(part=Part.WATCHER.value))
    elif unit.endswith(f".{PROCURATORATE}"):
        conn.execute(here.values(part=Part.OVERSEER.value))
    else:
        conn.execute(here.values(until=now))


def hidden_from(conn: Connection, report: Report, everyone: list[Post] | None = None) -> frozenset[str]:
    """Whom the report goes around, by person; the reporter never."""
    if report.conflict is Conflict.NONE or report.around == frozenset():
        return frozenset()
    everyone = everyone if everyone is not None else people.find_posts(conn)
    if report.around is not None:
        return persons_around(report.around, everyone) - {report.reporter}
    places = {report.unit, *report.content.get("places", ())} - {None}
    return gone_around(report.conflict, places, everyone) - {report.reporter}  # type: ignore[arg-type]


def desk_of(conn: Connection, report: Report, me: Me) -> Seat | None:
    """As what this person may open the report; None if not at all. A receiver's desk goes before a watcher's."""
    if me.person_id in hidden_from(conn, report):
        return None
    return _seats(conn, [report], me).get(report.id)


def _seats(conn: Connection, found: Sequence[Report], me: Me) -> dict[str, Seat]:
    seats = {one.id: Seat(Part.REPORTER) for one in found if one.reporter == me.person_id}
    units = {post.id: post.unit.code for post in me.posts}
    rows = conn.execute(
        select(report_desks.c.report_id, report_desks.c.post_id, report_desks.c.part).where(
            report_desks.c.report_id.in_([one.id for one in found]),
            report_desks.c.post_id.in_(list(units)),
            report_desks.c.until.is_(None),
        )
    )
    for row in rows:
        seat, known = Seat(Part(row.part), units[row.post_id]), seats.get(row.report_id)
        if known is None or _RANK[seat.part] >= _RANK[known.part]:
            seats[row.report_id] = seat
    return seats


def desk_reports(conn: Connection, post_ids: Collection[str]) -> set[str]:
    """The reports that lie on these posts' desks now, as receiver or watcher."""
    mine = select(report_desks.c.report_id).where(
        report_desks.c.post_id.in_(list(post_ids)), report_desks.c.until.is_(None)
    )
    return set(conn.execute(mine).scalars())


def of_me(conn: Connection, me: Me, child_id: str | None = None) -> list[Listed]:
    """Every report on one of my desks or filed by me, the newest first; with a child, those about it alone.

    What was said in them stays sealed.
    """
    mine = select(report_desks.c.report_id).where(
        report_desks.c.post_id.in_([post.id for post in me.posts]), report_desks.c.until.is_(None)
    )
    about = () if child_id is None else (reports.c.child_id == child_id,)
    rows = conn.execute(
        select(reports)
        .where(or_(reports.c.id.in_(mine), reports.c.reporter == me.person_id), *about)
        .order_by(reports.c.filed_at.desc(), reports.c.id.desc())
    ).all()
    if not rows:
        return []
    everyone = people.find_posts(conn)
    found = [listed_report(conn, row) for row in rows]
    found = [one for one in found if me.person_id not in hidden_from(conn, one, everyone)]
    happened, seats = events_of(conn, [one.id for one in found]), _seats(conn, found, me)
    return [Listed(one, seats[one.id], tuple(happened[one.id])) for one in found if one.id in seats]


def audience(conn: Connection, report: Report) -> list[Listener]:
    """Everybody who hears of news: desks and the reporter, each person once, without those gone around."""
    hidden, found = hidden_from(conn, report), dict[str, Listener]()
    rows = conn.execute(
        select(report_desks.c.part, posts.c.unit, posts.c.holder, posts.c.deputy)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .where(
            report_desks.c.report_id == report.id,
            report_desks.c.until.is_(None),
            report_desks.c.part != Part.OVERSEER.value,  # reads when it likes; clocks rise to it
        )
        .order_by(report_desks.c.part)  # receivers first
    ).all()
    seated = [(who, Seat(Part(row.part), row.unit)) for row in rows for who in (row.holder, row.deputy) if who]
    chats = _chats(conn, [report.reporter, *(who for who, _ in seated)])
    for who, seat in (*seated, (report.reporter, Seat(Part.REPORTER))):
        if who in chats and who not in hidden:
            found.setdefault(who, Listener(chats[who], who, seat))
    return list(found.values())


def _chats(conn: Connection, ids: list[str]) -> dict[str, int]:
    rows = conn.execute(
        select(people_table.c.id, people_table.c.chat_id).where(
            people_table.c.id.in_(ids), people_table.c.left_on.is_(None), people_table.c.chat_id.is_not(None)
        )
    )
    return {row.id: row.chat_id for row in rows}
