"""What goes on in a village: deeds of its units, activities and who came, dangerous places, hazards, lists of departments, early warnings."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

deeds = Table(
    "deeds",  # what a unit did: a sweep, a training, a lecture (domain.unit_duties)
    metadata,
    own_id(),
    Column("duty", String(24), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("reached", Integer),  # how many people or children
    Column("note", Secret()),
    Column("by_person", ID),
    Column("entered_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_deeds_duty_unit_day", "duty", "unit", "day"),
)

activities = Table(
    "activities",  # one that was held, or one to come with its seats (plan tasks 1, 3, 14)
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),  # for whom: a village, a town, the county
    Column("by_unit", CODE, nullable=False),  # the unit that entered it
    Column("day", Date, nullable=False),
    Column("theme", String(16), nullable=False),
    Column("site", String(16), nullable=False),
    Column("helpers", Json, nullable=False),  # codes of who came to hold it
    Column("reached", Integer),  # children; null: not held yet
    Column("seats", Integer),  # of one to come; null: as many as like
    Column("clock", String(5)),
    Column("words", Secret()),  # what it was, as typed
    Column("by_person", ID),
    Column("entered_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_activities_unit_day", "unit", "day"),
    Index("ix_activities_day", "day"),
)

activity_children = Table(
    "activity_children",  # a seat, a place on the waiting list, or that the child was there
    metadata,
    own_id(),
    Column("activity_id", ID, ForeignKey("activities.id"), nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("state", String(8), nullable=False),  # seat | waiting | came | absent | off
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    UniqueConstraint("activity_id", "child_id"),
    Index("ix_activity_children_child_id", "child_id", "state"),
)

danger_points = Table(
    "danger_points",  # the ledger: waters with their 四个一, stoves, roads, unlicensed care (plan task 15, H16)
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("place", Secret(), nullable=False),
    Column("owner", CODE, nullable=False),
    Column(
        "items", Json, nullable=False
    ),  # sign, ring, rope, pole, fence: true or false; what was not looked at is missing
    Column("looked_on", Date),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("closed_on", Date),  # filled in, torn down: no danger any more
    Column("demo", Boolean, nullable=False),
    Index("ix_danger_points_unit", "unit", "closed_on"),
)

point_looks = Table(
    "point_looks",  # every look at a place, kept
    metadata,
    own_id(),
    Column("point_id", ID, ForeignKey("danger_points.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("items", Json, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Index("ix_point_looks_point_id", "point_id", "day"),
)

hazards = Table(
    "hazards",  # something that needs mending: reported → with its owner → fixed → looked at by the village → closed
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("place", Secret(), nullable=False),
    Column("words", Secret(), nullable=False),
    Column("point_id", ID, ForeignKey("danger_points.id")),
    Column("owner", CODE, nullable=False),  # whose it is to mend
    Column("desk", CODE, nullable=False),  # who has it: the owner, or the county where nobody is registered there
    Column("raised_at", Moment, nullable=False),
    Column("by_person", ID),
    Column("due", Date, nullable=False),  # of the next step: mending, or looking at it
    Column("fixed_at", Moment),
    Column("fixed_by", ID),
    Column("fixed", Secret()),
    Column("again", Integer, nullable=False),  # how often it was not good yet
    Column("closed_at", Moment),
    Column("closed_by", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_hazards_open", "closed_at", "due"),
    Index("ix_hazards_unit", "unit"),
)

inspections = Table(
    "inspections",  # a look at a 校车 or a 托管 place by a checklist (plan task 15)
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),
    Column("by_unit", CODE, nullable=False),
    Column("kind", String(12), nullable=False),  # bus | care
    Column("place", Secret(), nullable=False),
    Column("day", Date, nullable=False),
    Column("results", Json, nullable=False),  # item: good | lacks | unknown
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    Index("ix_inspections_unit_day", "unit", "day"),
)

schools = Table(
    "schools",  # the schools of the county with their 法治副校长 (plan task 1)
    metadata,
    own_id(),
    Column("name", String(60), nullable=False, unique=True),
    Column("added_at", Moment, nullable=False),
    Column("closed_on", Date),
    Column("demo", Boolean, nullable=False),
)

law_deputies = Table(
    "law_deputies",  # 法治副校长: who, from which unit, from a day until another
    metadata,
    own_id(),
    Column("school_id", ID, ForeignKey("schools.id"), nullable=False, index=True),
    Column("name", Secret(), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
)

data_checks = Table(
    "data_checks",  # a department's list that was compared by hashed ID numbers; the list itself is not kept (task 19)
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),
    Column("kind", String(12)),  # null until the department said what the list is
    Column("counts", Json, nullable=False),  # rows, unreadable, twice, unknown, closed, hits
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    Index("ix_data_checks_unit", "unit", "at"),
)

data_check_hits = Table(
    "data_check_hits",  # one child the village is asked to look in on
    metadata,
    own_id(),
    Column("check_id", ID, ForeignKey("data_checks.id"), nullable=False, index=True),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("due", Date, nullable=False),
    Column("answer", String(8)),  # true | false | seen
    Column("note", Secret()),
    Column("answered_at", Moment),
    Column("answered_by", ID),
    Index("ix_data_check_hits_open", "open", "due"),
)

early_warnings = Table(
    "early_warnings",  # what rules noticed, with the reasons; a person looks and says so (task 19)
    metadata,
    own_id(),
    Column("rule", String(24), nullable=False),
    Column("mark", String(120), nullable=False, unique=True),  # rule, subject and newest fact: noticed once
    Column("unit", CODE, nullable=False),
    Column("child_id", ID, ForeignKey("children.id")),
    Column("grounds", Json, nullable=False),  # counts and days, never words
    Column("raised_at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("answer", String(8)),  # seen | nothing
    Column("answered_at", Moment),
    Column("answered_by", ID),
    Index("ix_early_warnings_open", "answer", "due"),
)
