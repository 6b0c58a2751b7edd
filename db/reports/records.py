"""A report as it was made, what happened to it since, and the papers sent along. Rows are only ever added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, cast, func, select, update

from db import people
from db.models import attachments, report_events, reports, units
from db.parts import parts
from db.rows import add, opened
from db.types import new_id
from domain.calendar import LOCAL
from domain.reports import situations
from domain.reports.case import Act, Event
from domain.reports.conflict import Conflict, units_around
from domain.reports.life import Life, life

REAL, DRILL = "BG", "YL"  # 报告, 演练: each with numbers of its own, so that a drill leaves no gap


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
    unsafe: bool = True
    around: frozenset[str] | None = None  # unit codes it goes around; None: filed before they were kept
    drill: bool = False


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
    drill: bool = False,
    demo: bool = False,
) -> Report:
    """Write a report down under the next number of the year. The number says neither place nor person.

    Whom it goes around is decided here, once, as unit codes; nothing has to be opened later to know it.
    """
    number = _next_number(conn, now.astimezone(LOCAL).year, DRILL if drill else REAL)
    offices = [post.unit.code for post in people.posts_of(conn, reporter)] if conflict is Conflict.COLLEAGUE else []
    around = units_around(conflict, {unit, *content.get("places", ())} - {None}, offices)  # type: ignore[arg-type]
    unsafe = situations.in_danger(content)
    report = Report(
        new_id(), number, child_id, unit, reporter, now, situation, urgent, conflict, content, unsafe, around, drill
    )
    add(
        conn, reports, id=report.id, number=number, child_id=child_id, unit=unit, reporter=reporter, filed_at=now,
        situation=situation, urgent=urgent, conflict=conflict.value, content=content, unsafe=unsafe,
        around=sorted(around), drill=drill, demo=demo,
    )  # fmt: skip
    return report


def _next_number(conn: Connection, year: int, kind: str) -> str:
    # one at a time: the county's row is held until the commit (SQLite has one writer anyway)
    conn.execute(select(units.c.code).where(units.c.parent.is_(None)).with_for_update(key_share=True))
    prefix = f"{kind}-{year}-"
    serial = func.max(cast(func.substr(reports.c.number, len(prefix) + 1), Integer))
    last = conn.execute(select(serial).where(reports.c.number.like(prefix + "%"))).scalar()
    return f"{prefix}{(last or 0) + 1:04}"


def keep_papers(conn: Connection, ids: Collection[str], report_id: str) -> None:
    """These files belong to the report from now on."""
    conn.execute(update(attachments).where(attachments.c.id.in_(list(ids))).values(subject=f"report:{report_id}"))


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


def get(conn: Connection, report_id: str) -> Report | None:
    row = conn.execute(select(reports).where(reports.c.id == report_id)).first()
    return opened_report(conn, row) if row else None


def opened_report(conn: Connection, row: Any) -> Report:
    """A row of `reports`, opened."""
    return listed_report(conn, row, opened(conn, reports, row)["content"])


def listed_report(conn: Connection, row: Any, content: dict[str, Any] | None = None) -> Report:
    """A row of `reports` as lists need it: what was said stays sealed (`content` is empty).

    One from before the codes were kept has to be opened to know whom it goes around.
    """
    if content is None and row.around is None:
        content = opened(conn, reports, row)["content"]
    return Report(
        row.id, row.number, row.child_id, row.unit, row.reporter, row.filed_at, row.situation, row.urgent,
        Conflict(row.conflict), content or {}, row.unsafe is not False,
        None if row.around is None else frozenset(row.around), bool(row.drill),
    )  # fmt: skip


def put_event(conn: Connection, report: Report, event: Event, *, post: str | None = None, demo: bool = False) -> None:
    """Write down one thing that happened."""
    put(conn, report.id, event, post=post, demo=demo)


def put(conn: Connection, report_id: str, event: Event, *, post: str | None = None, demo: bool = False) -> None:
    """The same, by the report's id. Events keep the order in which they were written, whatever the clock did."""
    last = conn.execute(select(func.max(report_events.c.seq)).where(report_events.c.report_id == report_id)).scalar()
    detail = {"at": event.unit, "to": event.to, **(event.detail or {})}
    add(
        conn, report_events, id=new_id(), report_id=report_id, at=event.at, kind=event.kind.value,
        by_person=event.person, by_post=post, note=event.note,
        detail={key: value for key, value in detail.items() if value} or None, demo=demo, seq=(last or 0) + 1,
    )  # fmt: skip


def lock(conn: Connection, report_id: str) -> None:
    """Nobody else takes a step on this report until the commit (SQLite has one writer anyway)."""
    conn.execute(select(reports.c.id).where(reports.c.id == report_id).with_for_update())


def life_of(conn: Connection, report_id: str) -> Life:
    """Where a report stands; nothing that was written is opened."""
    return life(events(conn, report_id, notes=False))


def mark_over(conn: Connection, report_id: str, now: datetime) -> None:
    """The report needs nobody any more: the clockwork need not look at it again."""
    over = update(reports).where(reports.c.id == report_id, reports.c.over_at.is_(None))
    conn.execute(over.values(over_at=now))


def events(conn: Connection, report_id: str, *, notes: bool = True) -> tuple[Event, ...]:
    """All that happened to a report, the earliest first; `notes` opens what was written."""
    return tuple(events_of(conn, [report_id], notes)[report_id])


def events_of(conn: Connection, ids: Sequence[str], notes: bool = False) -> dict[str, list[Event]]:
    """The same for many reports, by report id."""
    found: dict[str, list[Event]] = defaultdict(list)
    for part in parts(ids):
        rows = conn.execute(
            select(report_events)
            .where(report_events.c.report_id.in_(part))
            .order_by(func.coalesce(report_events.c.seq, 0), report_events.c.at, report_events.c.id)
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
