"""Referrals, who helps, whom they look after, what families were told, and what the county says a benefit is worth."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

referrals = Table(
    "referrals",  # 转介: append-only, the life is in referral_events
    metadata,
    own_id(),
    Column("number", String(24), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # domain.referrals.types.KINDS
    Column("child_id", ID, ForeignKey("children.id")),
    Column("issue_id", ID, ForeignKey("issues.id")),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),  # the village; of a suggestion, who issued it
    Column("raised_by", ID, ForeignKey("people.id"), nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("content", Secret("json"), nullable=False),  # the answers
    Column("topic", String(24)),  # the one answer figures are counted by (which benefit, what is the matter …)
    # written with every event from domain.referrals.life; facts alone decide
    Column("desk", CODE),  # the unit it lies with
    Column("again_on", Date),  # when somebody looks again, or what was granted ends
    Column("over_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_referrals_desk", "desk", "over_at"),
    Index("ix_referrals_unit", "unit"),
    Index("ix_referrals_child_id", "child_id"),
    Index("ix_referrals_again_on", "again_on"),
)

referral_events = Table(
    "referral_events",
    metadata,
    own_id(),
    Column("referral_id", ID, ForeignKey("referrals.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),  # domain.referrals.events.Act
    Column("by_person", ID),
    Column("unit", CODE),
    Column("to", CODE),
    Column("note", Secret()),
    Column("detail", Json),  # codes and days only
    UniqueConstraint("referral_id", "seq"),
)

helpers = Table(
    "helpers",  # who helps: organisations, volunteers, 爱心妈妈, teachers
    metadata,
    own_id(),
    Column("kind", String(12), nullable=False),  # organisation | volunteer | mother | teacher
    Column("name", Secret(), nullable=False),
    Column("phone", Secret()),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),  # which office answers for them
    Column("declared_on", Date),  # the written declaration (no offence against minors …) lies with that office
    Column("added_at", Moment, nullable=False),
    Column("by_person", ID),
    Column("left_on", Date),
    Column("demo", Boolean, nullable=False),
)

pairs = Table(
    "pairs",  # 结对: one helper looks after one child, from a day until another
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("helper_id", ID, ForeignKey("helpers.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # tutor | mother | companion
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
)

guidance_given = Table(
    "guidance_given",  # a family heard one of the texts (domain.referrals.guidance); which, never what was said back
    metadata,
    own_id(),
    Column("text", String(24), nullable=False),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("household", String(36), nullable=False),  # of the child, else the child's id
    Column("day", Date, nullable=False),
    Column("how", String(8), nullable=False),  # read | sent
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_guidance_given_day", "day"),
)

benefit_amounts = Table(
    "benefit_amounts",  # what the county itself entered; the newest line of a benefit holds
    metadata,
    own_id(),
    Column("benefit", String(24), nullable=False),
    Column("words", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
)
