"""Posts and who fills them, the yearly training, micro-lessons and a newcomer's first week (plan task 17)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

post_terms = Table(
    "post_terms",  # what the town knows of a post besides who holds it
    metadata,
    own_id(),
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False, unique=True),
    Column("until", Date),  # end of the term of office
    Column("allowance", Secret()),  # in the town's own words
    Column("in_national", Boolean),  # entered in the national system (plan task 17)
    Column("noted_by", ID),
    Column("noted_at", Moment, nullable=False),
)

trainings = Table(
    "trainings",  # one session; the county's or a town's
    metadata,
    own_id(),
    Column("unit", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("hour", String(5)),
    Column("place", String(60), nullable=False),
    Column("topic", String(120), nullable=False),
    Column("code", String(4)),  # read out by the trainer; null while nobody can sign in
    Column("held_at", Moment),
    Column("cancelled_at", Moment),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("demo", Boolean, nullable=False),
    Index("ix_trainings_day", "day"),
    Index("ix_trainings_code", "code"),
)

training_seats = Table(
    "training_seats",  # who was there
    metadata,
    own_id(),
    Column("training_id", ID, ForeignKey("trainings.id"), nullable=False),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("how", String(8), nullable=False),  # code | hand
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    UniqueConstraint("training_id", "person_id", name="uq_training_seats_training_id"),
)

training_talks = Table(
    "training_talks",  # the talk that, with the lessons, makes up for a session missed
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    UniqueConstraint("person_id", "year", name="uq_training_talks_person_id"),
)

lessons_learnt = Table(
    "lessons_learnt",  # where somebody is in a lesson; how many answers were right is sealed, for the learner alone
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("lesson", String(24), nullable=False),
    Column("step", Integer, nullable=False),
    Column("right", Secret()),
    Column("begun_at", Moment, nullable=False),
    Column("finished_on", Date),
    UniqueConstraint("person_id", "lesson", name="uq_lessons_learnt_person_id"),
    Index("ix_lessons_learnt_lesson", "lesson", "finished_on"),
)

newcomers = Table(
    "newcomers",  # the short messages of somebody's first week; the row goes when they are over
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False, unique=True),
    Column("next", Integer, nullable=False),
    Column("last_on", Date, nullable=False),
)
