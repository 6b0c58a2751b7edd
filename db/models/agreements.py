"""Care agreements (委托照护协议): what a family agreed, and each child's paper in all its versions."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import ID, metadata, own_id
from db.types import Moment, Secret

agreements = Table(
    "agreements",  # 委托照护协议: what was agreed, for the children of one household in one pass; never changed
    metadata,
    own_id(),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("content", Secret("json"), nullable=False),  # parents, carer, money, weekly promise, declaration …
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
)

agreement_children = Table(
    "agreement_children",  # one child's paper (一人一份) as it stands; a change is a new version, the old one is kept
    metadata,
    own_id(),
    Column("paper_id", ID, nullable=False),  # the same through all versions; scans belong to 'agreement:<paper_id>'
    Column("version", Integer, nullable=False),
    Column("agreement_id", ID, ForeignKey("agreements.id"), nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("heard", String(12)),  # yes | unwilling: the child was asked
    Column("school_told", Boolean, nullable=False),
    Column("village_told", Boolean, nullable=False),
    Column("signed_on", Date),
    Column("signers", Json, nullable=False),  # codes of domain.agreements.Signer
    Column("ended_on", Date),
    Column("ended_why", String(16)),
    Column("content", Secret("json"), nullable=False),  # archive number, the child's words, why it ended in words
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("replaced_by", ID),  # the next version
    Column("demo", Boolean, nullable=False),
    Column("carer_fits", Boolean),  # the carer named here is one of the child's file; NULL: not compared since a change
    UniqueConstraint("paper_id", "version"),
    Index("ix_agreement_children_child_id", "child_id", "replaced_by"),
    Index("ix_agreement_children_agreement_id", "agreement_id"),
)
