"""Campaigns, announcements, cards to read aloud, and help asked for (bot/handlers/{drive,announce,cards,help_wanted}.py)."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

help_requests = Table(
    "help_requests",
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # the village (or town) it is about
    Column("sort", String(16), nullable=False),
    Column("child_id", ID),
    Column("asker", ID, nullable=False),  # who asked first; for a question from above the one who asks
    Column("to_person", ID),  # a question from above: whom it is put to
    Column("at", Moment, nullable=False),
    Column("desk", CODE, nullable=False),  # the unit it lies with: a town, else the county
    Column("waits", String(8)),  # whose word is awaited: above | village | none once it is closed
    Column("waits_since", Moment),
    Column("risen_at", Moment),
    Column("taken_by", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_help_requests_waits", "waits", "waits_since"),
    Index("ix_help_requests_asker", "asker"),
)

help_words = Table(
    "help_words",  # what was said and done on one, in order
    metadata,
    own_id(),
    Column("request_id", ID, ForeignKey("help_requests.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("act", String(12), nullable=False),
    Column("text", Secret()),
)

announcements = Table(
    "announcements",
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # of the sender
    Column("by_person", ID, nullable=False),
    Column("scope", CODE, nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Secret(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("changed_at", Moment),
    Column("withdrawn_at", Moment),
    Column("reminded_on", Date),
    Column("demo", Boolean, nullable=False),
    Index("ix_announcements_unit", "unit", "at"),
)

announcement_people = Table(
    "announcement_people",  # one row for each person it went to
    metadata,
    own_id(),
    Column("announcement_id", ID, ForeignKey("announcements.id"), nullable=False),
    Column("person_id", ID, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("reached", Boolean, nullable=False),  # has a chat; who has none is called
    Column("known_at", Moment),
    UniqueConstraint("announcement_id", "person_id"),
)

announcement_words = Table(
    "announcement_words",  # a question to the sender, and the answer to that one person
    metadata,
    own_id(),
    Column("announcement_id", ID, ForeignKey("announcements.id"), nullable=False, index=True),
    Column("person_id", ID, nullable=False),  # whose conversation with the sender it is
    Column("by_person", ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Secret(), nullable=False),
)

card_versions = Table(
    "card_versions",  # how the county words a card, each change a row
    metadata,
    own_id(),
    Column("card", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    UniqueConstraint("card", "version"),
)

card_months = Table(
    "card_months",  # the card of a month, as picked; the newest row of a month holds
    metadata,
    own_id(),
    Column("month", Date, nullable=False, index=True),
    Column("card", String(24), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
)

card_weeks = Table(
    "card_weeks",  # a card that came with somebody's digest: one a week
    metadata,
    own_id(),
    Column("person_id", ID, nullable=False),
    Column("monday", Date, nullable=False),
    Column("card", String(24), nullable=False),
    UniqueConstraint("person_id", "monday"),
)

card_forwards = Table(
    "card_forwards",  # 已转发: a village passed a card on; once a day each
    metadata,
    own_id(),
    Column("card", String(24), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    UniqueConstraint("card", "unit", "day"),
    Index("ix_card_forwards_day", "day"),
)

drives = Table(
    "drives",
    metadata,
    own_id(),
    Column("sort", String(16), nullable=False),
    Column("name", String(60), nullable=False),
    Column("unit", CODE, nullable=False),  # the county's, a town's
    Column("occasion", String(32), unique=True),  # proposed by the calendar: kind and year, once
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("picks", Json, nullable=False),  # how the list was made
    Column("gift", Secret()),  # what is brought, and from whom, unless said otherwise at a home
    Column("giver", Secret()),
    Column("state", String(10), nullable=False),  # proposed | running | over | declined
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("asked_gone", Boolean, nullable=False),  # 走了吗 was asked after 元宵
    Column("demo", Boolean, nullable=False),
    Index("ix_drives_state", "state", "last"),
)

drive_rows = Table(
    "drive_rows",  # a child on the list; those of one home are done together
    metadata,
    own_id(),
    Column("drive_id", ID, ForeignKey("drives.id"), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("place", Integer, nullable=False),
    Column("home", ID, nullable=False),  # the id of the row of the home's first child
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("state", String(8), nullable=False),  # open | done | not (no longer needed)
    Column("ticks", Json, nullable=False),  # what of a list of things is done: {"paper": "yes"}
    Column("by_town", Boolean, nullable=False),  # the supervisor goes
    Column("goes", Secret()),  # somebody else who goes, by name
    Column("done_at", Moment),
    Column("done_by", ID),
    Column("help_id", ID),  # the line of 帮扶记录 it became
    Column("what", Secret()),
    Column("giver", Secret()),
    UniqueConstraint("drive_id", "child_id"),
    Index("ix_drive_rows_open", "drive_id", "unit", "state"),
    Index("ix_drive_rows_child", "child_id"),
)
