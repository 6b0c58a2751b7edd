"""The plan desk: plans loaded beside the built-in one, what units said, who was asked, the yearly inspection."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

PLAN = String(16)  # 2024-2026

plans = Table(
    "plans",  # a plan as its file held it; loading the same years again replaces it
    metadata,
    own_id(),
    Column("code", PLAN, nullable=False, unique=True),
    Column("content", Json, nullable=False),
    Column("loaded_at", Moment, nullable=False),
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
)

plan_progress = Table(
    "plan_progress",  # what a unit said about a task, or the county about a milestone; withdrawn, never deleted
    metadata,
    own_id(),
    Column("plan", PLAN, nullable=False),
    Column("task", Integer, nullable=False),  # 0: a milestone
    Column("unit", CODE, nullable=False),
    Column("kind", String(12), nullable=False),  # lead | answer | milestone
    Column("percent", Integer),
    Column("milestone", Date),
    Column("text", Secret()),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("withdrawn_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_plan_progress_plan_task_at", "plan", "task", "at"),
)

plan_asks = Table(
    "plan_asks",  # a unit was asked: a responsible one once a year, a lead one once a month
    metadata,
    own_id(),
    Column("plan", PLAN, nullable=False),
    Column("task", Integer, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("period", String(8), nullable=False),  # 2026 or 2026-11
    Column("asked_at", Moment, nullable=False),
    Column("by_person", ID),
    Column("answered_at", Moment),
    Column("demo", Boolean, nullable=False),
    UniqueConstraint("plan", "task", "unit", "period"),
    Index("ix_plan_asks_open", "answered_at", "unit"),
)

plan_inspections = Table(
    "plan_inspections",  # H13: a yearly look at how the plan is carried out, a survey, a meeting, a third party's report
    metadata,
    own_id(),
    Column("plan", PLAN, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("towns", Json, nullable=False),
    Column("found", Secret()),
    Column("due", Date),  # what was found is to be put right by then
    Column("mended_at", Moment),
    Column("mended", Secret()),
    Column("deed", ID),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_plan_inspections_plan_day", "plan", "day"),
)
