"""Spot checks of files and visits: the draw, the sheets, what is to be mended (bot/handlers/spotcheck.py)."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

spot_checks = Table(
    "spot_checks",
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # the county's, or a town's check of itself
    Column("running", CODE, unique=True),  # the unit as long as it runs: two people never draw side by side
    Column("seed", String(40), nullable=False),
    Column("frame", Json, nullable=False),  # [code, town, weight] of every place that could be drawn
    Column("digest", String(64), nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("by_person", ID),
    Column("closed_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_spot_checks_unit", "unit", "drawn_at"),
)

spot_check_rows = Table(
    "spot_check_rows",  # a child drawn; done once its sheet is filled in
    metadata,
    own_id(),
    Column("check_id", ID, ForeignKey("spot_checks.id"), nullable=False, index=True),
    Column("unit", CODE, nullable=False),
    Column("place", Integer, nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("done_at", Moment),
    Column("by_person", ID),
    Column("note", Secret()),
)

spot_check_findings = Table(
    "spot_check_findings",  # one item of a sheet; open while it lacks something and nobody has looked again
    metadata,
    own_id(),
    Column("row_id", ID, ForeignKey("spot_check_rows.id"), nullable=False, index=True),
    Column("child_id", ID, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("item", String(16), nullable=False),
    Column("result", String(8), nullable=False),
    Column("due", Date),
    Column("open", Boolean, nullable=False),
    Column("mended_at", Moment),
    Column("mended_by", ID),
    Column("mended", Secret()),
    Column("closed_at", Moment),
    Column("closed_by", ID),
    Column("again", Integer, nullable=False),
    Index("ix_spot_check_findings_open", "open", "due"),
)
