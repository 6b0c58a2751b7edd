"""Mandatory reports: what was reported, whose desks it lies on, what was done about it."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

reports = Table(
    "reports",  # mandatory reports; append-only, the life is in report_events
    metadata,
    own_id(),
    Column("number", String(24), nullable=False, unique=True),
    Column("child_id", ID, ForeignKey("children.id")),
    Column("unit", CODE, ForeignKey("units.code")),  # where it happened, as far as known
    Column("reporter", ID, ForeignKey("people.id"), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("situation", String(8), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("conflict", String(12), nullable=False),  # none | village | town | family | colleague | unsaid
    Column("content", Secret("json"), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("unsafe", Boolean),  # the child was not known to be safe; null: filed before this was kept, counts as yes
    Column("around", Json),  # unit codes it goes around, decided when it was filed; null: to be read from the content
    Column("drill", Boolean),  # 演练: runs like any other and is counted nowhere
    Column("over_at", Moment),  # since when it needs nobody any more; null: open, or not looked at yet
    Index("ix_reports_over_at", "over_at"),
    Index("ix_reports_child_id", "child_id"),
)

report_desks = Table(
    "report_desks",  # who must see a report: a post each
    metadata,
    own_id(),
    Column("report_id", ID, ForeignKey("reports.id"), nullable=False),
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("part", String(12), nullable=False),  # receiver | watcher
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("report_id", "post_id", "since"),
    Index("ix_report_desks_post_id", "post_id"),
)

report_events = Table(
    "report_events",
    metadata,
    own_id(),
    Column("report_id", ID, ForeignKey("reports.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),  # domain.reports.events.Act
    Column("by_person", ID),
    Column("by_post", ID),
    Column("note", Secret()),
    Column("detail", Json),  # codes only: from, to, action
    Column("demo", Boolean, nullable=False),
    Column("seq", Integer),  # order within the report: a clock that is put back must not put events in another order
    Index("uq_report_events_report_id", "report_id", "seq", unique=True),
)
