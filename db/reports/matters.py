"""Open reports as the clocks see them: codes, times and people, nothing of what was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from db import people
from db import policy as policies
from db.models import chats, contacts, reminders, reports
from db.models import people as people_table
from db.reports.desks import hidden_from
from db.reports.records import Report, events_of, get, life_of, listed_report, lock, mark_over, put
from domain.calendar import local_day
from domain.contacts import Kind
from domain.people import Post, Role
from domain.policy import Policy
from domain.reports import situations
from domain.reports.clocks import Responsible, Running, clocks, next_responsible
from domain.reports.conflict import tells_supervisor
from domain.reports.crew import Crew, Matter
from domain.reports.events import Act, Event, Impossible
from domain.reports.life import Life, life
from domain.reports.rising import Signal
from domain.units import COUNTY

ALL = "all"
CLOCK_RULE = "clock."  # every reminder row about a clock or a silent draft begins so


@dataclass(frozen=True)
class OpenReport:
    """A report that still needs somebody."""

    matter: Matter
    life: Life


def crew(conn: Connection) -> Crew:
    """All posts, and who cannot be reached: left, no chat, or blocked the bot."""
    rows = conn.execute(
        select(people_table.c.id, people_table.c.chat_id, people_table.c.left_on, chats.c.unreachable_since)
        .outerjoin(chats, chats.c.chat_id == people_table.c.chat_id)
        .where(
            or_(
                people_table.c.left_on.is_not(None),
                people_table.c.chat_id.is_(None),
                chats.c.unreachable_since.is_not(None),
            )
        )
    )
    return Crew(tuple(people.find_posts(conn)), COUNTY, frozenset(row.id for row in rows))


def open_reports(conn: Connection) -> list[OpenReport]:
    """Every report that is not over, the oldest first. Those found to be over are marked so."""
    rows = conn.execute(select(reports).where(reports.c.over_at.is_(None)).order_by(reports.c.filed_at)).all()
    if not rows:
        return []
    happened = events_of(conn, [row.id for row in rows])
    everyone, found = people.find_posts(conn), []
    for row in rows:
        events = happened[row.id]
        now = life(events)
        if now.open and now.filed_at is not None:
            found.append(OpenReport(_matter(conn, listed_report(conn, row), everyone), now))
        elif events:
            mark_over(conn, row.id, events[-1].at)
    return found


def matter_of(conn: Connection, report: Report) -> Matter:
    """The same for one report."""
    return _matter(conn, report, people.find_posts(conn))


def _matter(conn: Connection, report: Report, everyone: list[Post]) -> Matter:
    return Matter(
        report.id, report.number, report.situation, report.reporter, report.unit, report.child_id, report.unsafe,
        situations.any_hour(report.situation, report.unsafe), report.around or frozenset(),
        hidden_from(conn, report, everyone), tells_supervisor(report.conflict), report.drill,
    )  # fmt: skip


def running(conn: Connection, report: Report, now: datetime, policy: Policy) -> list[Running]:
    """The clocks that run on a report, the one with least time left first."""
    return clocks(life_of(conn, report.id), matter_of(conn, report), now, policy)


def responsible(conn: Connection, report: Report, now: datetime, policy: Policy) -> Responsible | None:
    """Who has to act next; None only for a report that is over."""
    return next_responsible(life_of(conn, report.id), matter_of(conn, report), crew(conn), now, policy)


# --- rising and being seen ---


def detail_of(run: Running) -> dict[str, str]:
    """How an event names one run of one clock."""
    return {"clock": run.clock.code, "desk": run.desk, "since": run.since.isoformat()}


def subject_of(report_id: str, signal: Signal) -> str:
    """How a reminder row names what was said about it."""
    return f"report:{report_id}:{signal.running.token}.{signal.nth}"


def rise(conn: Connection, signal: Signal, report_id: str, now: datetime) -> None:
    """A clock has risen to a rung: a fact of the report."""
    put(conn, report_id, Event(Act.ESCALATED, now, detail={**detail_of(signal.running), "rung": signal.step}))


def acknowledge(conn: Connection, report_id: str, token: str, person: str, now: datetime) -> list[Running]:
    """我知道了: somebody a clock has risen to has seen it; which runs. Raises Impossible. The token "all": every run
    this person was told of.

    Only who was told may say so ("not_found" for everybody else); a second time, or once the clock has stopped, it is
    kindly refused ("seen_already", "settled").
    """
    told = _told(conn, report_id, person)
    report = get(conn, report_id) if (told if token == ALL else token in told) else None
    if report is None:
        raise Impossible("not_found")
    lock(conn, report_id)
    now_life = life_of(conn, report_id)
    running_now = clocks(now_life, matter_of(conn, report), now, policies.current(conn, now))
    wanted = told if token == ALL else {token}
    runs = [one for one in running_now if one.token in wanted and one.rise is not None]
    if not runs:
        raise Impossible("settled")
    unseen = [one for one in runs if one.rise is not None and one.rise.seen_at is None]
    if not unseen:
        raise Impossible("seen_already")
    for run in unseen:
        put(conn, report_id, Event(Act.ACKNOWLEDGED, now, person=person, detail=detail_of(run)))
    return unseen


def _told(conn: Connection, report_id: str, person: str) -> set[str]:
    """The tokens of the runs this person was told of."""
    subjects = conn.execute(
        select(reminders.c.subject).where(
            reminders.c.subject.startswith(f"report:{report_id}:", autoescape=True),
            reminders.c.person_id == person,
            reminders.c.rule.startswith(CLOCK_RULE, autoescape=True),
        )
    ).scalars()
    return {subject.split(":")[2].partition(".")[0] for subject in subjects}


# --- the same matter, told twice ---


def same_matter(conn: Connection, report: Report) -> list[Report]:
    """Other open reports about the same child, the newest first: linked with this one, never merged."""
    if report.child_id is None:
        return []
    rows: Sequence[Any] = conn.execute(
        select(reports)
        .where(
            reports.c.child_id == report.child_id,
            reports.c.id != report.id,
            reports.c.over_at.is_(None),
            reports.c.drill.is_(True) if report.drill else or_(reports.c.drill.is_(None), reports.c.drill.is_(False)),
        )
        .order_by(reports.c.filed_at.desc())
    ).all()
    found = [listed_report(conn, row) for row in rows]
    return [one for one in found if life_of(conn, one.id).open]


def link(
    conn: Connection, one: Report, other: Report, now: datetime, *, by: str | None = None, guess: bool = False,
    demo: bool = False,
) -> None:  # fmt: skip
    """Say on both that they are about the same matter, or (`guess`) may be. Each keeps its own life, reporter and desks."""
    for report, to in ((one, other), (other, one)):
        if to.id not in life_of(conn, report.id).linked:
            detail = {"report": to.id, "guess": "yes"} if guess else {"report": to.id}
            put(conn, report.id, Event(Act.LINKED, now, person=by, detail=detail), demo=demo)


# --- the visit after closing ---


def visit_after(conn: Connection, child_id: str, closed_at: datetime) -> tuple[str | None, datetime] | None:
    """A home visit that saw the child, made and entered after the report was closed: by whom, entered when."""
    row = conn.execute(
        select(contacts.c.by_person, contacts.c.entered_at)
        .where(
            contacts.c.child_id == child_id, contacts.c.kind == Kind.HOME_VISIT.value, contacts.c.reached.is_(True),
            contacts.c.child_seen.is_(True), contacts.c.replaced_by.is_(None), contacts.c.entered_at > closed_at,
            contacts.c.day >= local_day(closed_at),
        )
        .order_by(contacts.c.entered_at)
    ).first()  # fmt: skip
    return (row.by_person, row.entered_at) if row else None


# --- posts nobody holds ---


def vacant_offices(conn: Connection, found: Crew | None = None) -> list[str]:
    """Departments some situation is sent to, in which nobody can be reached: an alarm long before a report comes.

    县民政局 as a receiver is the county bureau itself and never counts as vacant while somebody sits there.
    """
    here = found or crew(conn)
    wanted = {slug for one in situations.SITUATIONS.values() for slug in (*one.route, *one.copies)}
    wanted = (wanted | {situations.PROCURATORATE}) - {situations.CIVIL_AFFAIRS}
    anybody = Matter("", "", "", "", None)
    codes = [f"{here.county}.{slug}" for slug in sorted(wanted)]
    return [code for code in codes if not here.desk_hears(anybody, code)]


def vacant_heads(conn: Connection, found: Crew | None = None) -> list[str]:
    """Where a late clock finds nobody above the officers: departments reports are first sent to that have no head who
    can be reached, and the county's own code where there is no leader in charge."""
    here = found or crew(conn)
    wanted = {slug for one in situations.SITUATIONS.values() for slug in one.route} - {situations.CIVIL_AFFAIRS}
    codes = [here.county, *(f"{here.county}.{slug}" for slug in sorted(wanted))]
    led = {
        post.unit.code for post in here.posts
        if post.role is Role.LEADER and any(one and one not in here.deaf for one in (post.holder, post.deputy))
    }  # fmt: skip
    return [code for code in codes if code not in led]
