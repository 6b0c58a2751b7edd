"""Mandatory reports: the report, who may open it (a desk each), and what happened to it. Rows are only ever added.

A report is found through a desk or by its reporter, never by place: access.Scope.ADDRESSED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, cast, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from db import outbox, people
from db.models import attachments, posts, report_desks, report_events, reports
from db.models import people as people_table
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import LOCAL
from domain.duties import WaitingReport
from domain.people import Me, Post, Role
from domain.reports import case
from domain.reports.case import Act, DeskState, Event, Impossible, Part, Seat
from domain.reports.conflict import Conflict, gone_around

IN = 900
GIVEN_UP = (DeskState.RETURNED, DeskState.REFUSED, DeskState.RELEASED)


@dataclass(frozen=True)
class Report:
    """What was reported. `content` holds the answers of the form and `places`, the units it may have to go around."""

    id: str
    number: str
    child_id: str | None
    unit: str | None
    reporter: str
    filed_at: datetime
    situation: str
    urgent: bool
    conflict: Conflict
    content: dict[str, Any]


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


@dataclass(frozen=True)
class Waiting:
    """A desk that has not signed for a report yet. `posts` are the ids of the posts that could."""

    id: str
    number: str
    department: str
    sent_at: datetime
    posts: tuple[str, ...]
    urgent: bool

    @property
    def sent_on(self) -> date:
        """The local day it reached them."""
        return self.sent_at.astimezone(LOCAL).date()

    @property
    def owed(self) -> WaitingReport:
        """The same, as domain.duties.receipts_due takes it."""
        return WaitingReport(self.id, self.department, self.sent_on)


# --- filing -------------------------------------------------------------------------------------------------------


def file(
    conn: Connection,
    reporter: str,
    content: dict[str, Any],
    now: datetime,
    *,
    situation: str,
    urgent: bool,
    conflict: Conflict,
    child_id: str | None = None,
    unit: str | None = None,
    demo: bool = False,
) -> Report:
    """Write a report down under the next number of the year. The number says neither place nor person."""
    report = Report(new_id(), "", child_id, unit, reporter, now, situation, urgent, conflict, content)
    year = now.astimezone(LOCAL).year
    for _ in range(8):
        number = _next_number(conn, year)
        try:
            with conn.begin_nested():
                add(
                    conn, reports, id=report.id, number=number, child_id=child_id, unit=unit, reporter=reporter,
                    filed_at=now, situation=situation, urgent=urgent, conflict=conflict.value, content=content,
                    demo=demo,
                )  # fmt: skip
        except IntegrityError:  # another report took the number in the meantime
            continue
        return Report(report.id, number, *_rest(report))
    raise RuntimeError("no report number was free in eight tries")


def _rest(report: Report) -> tuple[Any, ...]:
    return (
        report.child_id, report.unit, report.reporter, report.filed_at, report.situation, report.urgent,
        report.conflict, report.content,
    )  # fmt: skip


def _next_number(conn: Connection, year: int) -> str:
    prefix = f"BG-{year}-"
    serial = func.max(cast(func.substr(reports.c.number, len(prefix) + 1), Integer))
    last = conn.execute(select(serial).where(reports.c.number.like(prefix + "%"))).scalar()
    return f"{prefix}{(last or 0) + 1:04}"


def keep_papers(conn: Connection, ids: Collection[str], report_id: str) -> None:
    """These files belong to the report from now on."""
    conn.execute(update(attachments).where(attachments.c.id.in_(list(ids))).values(subject=f"report:{report_id}"))


def drop_files(conn: Connection, ids: Collection[str]) -> None:
    """A picture that was refused is not kept (未成年人保护法 art. 103)."""
    conn.execute(delete(attachments).where(attachments.c.id.in_(list(ids)), attachments.c.subject.is_(None)))


@dataclass(frozen=True)
class Paper:
    """A paper sent along with a report."""

    name: str
    kind: str
    content: bytes


def papers(conn: Connection, report_id: str) -> list[Paper]:
    rows = conn.execute(
        select(attachments).where(attachments.c.subject == f"report:{report_id}").order_by(attachments.c.id)
    )
    found = [opened(conn, attachments, row) for row in rows]
    return [Paper(one["name"], one["kind"], one["content"]) for one in found if one["content"]]


# --- what happened ------------------------------------------------------------------------------------------------


def put_event(conn: Connection, report: Report, event: Event, *, post: str | None = None, demo: bool = False) -> None:
    """Write down one thing that happened."""
    detail = {"at": event.unit, "to": event.to, **(event.detail or {})}
    add(
        conn, report_events, id=new_id(), report_id=report.id, at=event.at, kind=event.kind.value,
        by_person=event.person, by_post=post, note=event.note,
        detail={key: value for key, value in detail.items() if value} or None, demo=demo,
    )  # fmt: skip


def events(conn: Connection, report_id: str, *, notes: bool = True) -> tuple[Event, ...]:
    """All that happened to a report, the earliest first; `notes` opens what was written."""
    return tuple(_events(conn, [report_id], notes)[report_id])


def _events(conn: Connection, ids: Sequence[str], notes: bool) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for start in range(0, len(ids), IN):
        rows = conn.execute(
            select(report_events)
            .where(report_events.c.report_id.in_(list(ids[start : start + IN])))
            .order_by(report_events.c.at, report_events.c.id)
        ).all()
        for row in rows:
            values = opened(conn, report_events, row) if notes else row._mapping
            detail = dict(values["detail"] or {})
            found[values["report_id"]].append(
                Event(
                    Act(values["kind"]), values["at"], detail.pop("at", None), values["by_person"],
                    detail.pop("to", None), values["note"] if notes else None, detail,
                )
            )  # fmt: skip
    return found


def act(
    conn: Connection, report: Report, seat: Seat, event: Event, *, post: str | None = None, demo: bool = False
) -> tuple[Event, ...]:
    """Take one step, if it may be taken; all events afterwards. Raises Impossible.

    The report's row is locked first, so of two officers who sign at once the second one is told so.
    """
    conn.execute(select(reports.c.id).where(reports.c.id == report.id).with_for_update())
    before = events(conn, report.id, notes=False)
    case.check(before, seat, event.kind, event.note, event.to)
    if event.kind is Act.FORWARDED:
        assert event.to is not None
        if not seat_unit(conn, report, event.to, event.at):
            raise Impossible("nobody_there")
    put_event(conn, report, event, post=post, demo=demo)
    after = events(conn, report.id, notes=False)
    for unit, state in case.desks(after).items():
        if state in GIVEN_UP:
            _release(conn, report, unit, event.at)
    return after


# --- who may see --------------------------------------------------------------------------------------------------


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
    elif part is Part.RECEIVER or row.until is not None:
        change(conn, report_desks, row.id, part=part.value, until=None)


def _release(conn: Connection, report: Report, unit: str, now: datetime) -> None:
    """A department that gave the report up no longer opens it. The county bureau goes on watching."""
    ids = [post.id for post in posts_of_unit(conn, unit)]
    here = update(report_desks).where(
        report_desks.c.report_id == report.id, report_desks.c.post_id.in_(ids), report_desks.c.until.is_(None)
    )
    conn.execute(here.values(until=now) if "." in unit else here.values(part=Part.WATCHER.value))


def hidden_from(conn: Connection, report: Report, everyone: list[Post] | None = None) -> frozenset[str]:
    """Whom the report goes around, by person; the reporter never."""
    if report.conflict is Conflict.NONE:
        return frozenset()
    everyone = everyone if everyone is not None else people.find_posts(conn)
    places = {report.unit, *report.content.get("places", ())} - {None}
    return gone_around(report.conflict, places, everyone) - {report.reporter}  # type: ignore[arg-type]


def get(conn: Connection, report_id: str) -> Report | None:
    row = conn.execute(select(reports).where(reports.c.id == report_id)).first()
    return _report(conn, row) if row else None


def _report(conn: Connection, row: Any) -> Report:
    values = opened(conn, reports, row)
    return Report(
        values["id"], values["number"], values["child_id"], values["unit"], values["reporter"], values["filed_at"],
        values["situation"], values["urgent"], Conflict(values["conflict"]), values["content"],
    )  # fmt: skip


def desk_of(conn: Connection, report: Report, me: Me) -> Seat | None:
    """As what this person may open the report; None if not at all. A receiver's desk goes before a watcher's."""
    if me.person_id in hidden_from(conn, report):
        return None
    return _seats(conn, [report], me).get(report.id)


def _seats(conn: Connection, found: Sequence[Report], me: Me) -> dict[str, Seat]:
    seats = {one.id: Seat(Part.REPORTER) for one in found if one.reporter == me.person_id}
    units = {post.id: post.unit.code for post in me.posts}
    rows = conn.execute(
        select(report_desks.c.report_id, report_desks.c.post_id, report_desks.c.part)
        .where(
            report_desks.c.report_id.in_([one.id for one in found]),
            report_desks.c.post_id.in_(list(units)),
            report_desks.c.until.is_(None),
        )
        .order_by(report_desks.c.part.desc())  # watcher before receiver: the receiver's desk is kept
    )
    for row in rows:
        seats[row.report_id] = Seat(Part(row.part), units[row.post_id])
    return seats


def of_me(conn: Connection, me: Me) -> list[Listed]:
    """Every report on one of my desks or filed by me, the newest first."""
    mine = select(report_desks.c.report_id).where(
        report_desks.c.post_id.in_([post.id for post in me.posts]), report_desks.c.until.is_(None)
    )
    rows = conn.execute(
        select(reports)
        .where(or_(reports.c.id.in_(mine), reports.c.reporter == me.person_id))
        .order_by(reports.c.filed_at.desc(), reports.c.id.desc())
    ).all()
    everyone = people.find_posts(conn)
    found = [_report(conn, row) for row in rows]
    found = [one for one in found if me.person_id not in hidden_from(conn, one, everyone)]
    happened, seats = _events(conn, [one.id for one in found], notes=False), _seats(conn, found, me)
    return [Listed(one, seats[one.id], tuple(happened[one.id])) for one in found if one.id in seats]


def audience(conn: Connection, report: Report) -> list[Listener]:
    """Everybody who hears of news: desks and the reporter, each person once, without those gone around."""
    hidden, found = hidden_from(conn, report), dict[str, Listener]()
    rows = conn.execute(
        select(report_desks.c.part, posts.c.unit, posts.c.holder, posts.c.deputy)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .where(report_desks.c.report_id == report.id, report_desks.c.until.is_(None))
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


# --- for the scheduler and the figures ----------------------------------------------------------------------------


def waiting(conn: Connection) -> list[Waiting]:
    """Every desk that still owes a receipt (签收), the longest waiting first."""
    rows = conn.execute(select(reports.c.id, reports.c.number, reports.c.urgent)).all()
    happened = _events(conn, [row.id for row in rows], notes=False)
    owing = [
        (row, unit, since)
        for row in rows
        for unit, state in case.desks(happened[row.id]).items()
        if state is DeskState.WAITING and (since := case.waiting_since(happened[row.id], unit)) is not None
    ]
    seated: dict[tuple[str, str], list[str]] = defaultdict(list)
    for desk in conn.execute(
        select(report_desks.c.report_id, report_desks.c.post_id, posts.c.unit)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .where(report_desks.c.part == Part.RECEIVER.value, report_desks.c.until.is_(None))
    ):
        seated[desk.report_id, desk.unit].append(desk.post_id)
    found = [
        Waiting(row.id, row.number, unit, since, tuple(seated[row.id, unit]), row.urgent) for row, unit, since in owing
    ]
    return sorted(found, key=lambda one: one.sent_at)


def open_by_unit(conn: Connection, me: Me | None = None) -> dict[str, int]:
    """How many open reports each unit has. With `me`, only those this person may open: a report that goes around the
    town office must not be guessed from a count."""
    if me is not None:
        listed = [(one.report.unit, one.events) for one in of_me(conn, me)]
    else:
        rows = conn.execute(select(reports.c.id, reports.c.unit)).all()
        happened = _events(conn, [row.id for row in rows], notes=False)
        listed = [(row.unit, tuple(happened[row.id])) for row in rows]
    found: dict[str, int] = defaultdict(int)
    for unit, what in listed:
        if unit is not None and case.is_open(what):
            found[unit] += 1
    return dict(found)
