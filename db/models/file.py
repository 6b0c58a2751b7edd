"""The file of one child beyond its first sheet: who is whose guardian, benefits, help, notice and consent, school terms,
what the rules proposed and what a person answered (domain.md 2.3)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import Moment, Secret

kin = Table(
    "kin",  # one person, however many children they are guardian of: what makes them the same, and nothing readable
    metadata,
    own_id(),
    Column("id_no_index", LargeBinary(20)),  # blind index of the ID number
    Column("name_index", LargeBinary(20)),  # blind index of name and phone, or of name and household
    Column("at", Moment, nullable=False),
    Index("ix_kin_id_no_index", "id_no_index"),
    Index("ix_kin_name_index", "name_index"),
)

benefits = Table(
    "benefits",  # what the child or the family receives by right: applied for, granted, stopped
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("kind", String(24), nullable=False),  # domain.child_file.BenefitKind
    Column("status", String(12), nullable=False),  # applied | granted | refused | stopped
    Column("applied_on", Date),
    Column("since", Date),
    Column("until", Date),
    Column("amount", Integer),  # yuan a month, if known
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),  # entered by mistake
    Column("demo", Boolean, nullable=False),
    Index("ix_benefits_child_id", "child_id"),
    Index("ix_benefits_kind_status", "kind", "status"),
)

helps = Table(
    "helps",  # 关爱帮扶记录: what somebody did for the child, from whom, when
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),  # domain.child_file.HelpKind
    Column("what", Secret()),
    Column("giver", Secret()),  # from whom
    Column("value", Integer),  # yuan, if known
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_helps_child_id_day", "child_id", "day"),
)

consents = Table(
    "consents",  # the notice to guardians and each consent; the newest line of a kind holds, none is ever changed
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # notice | photo | audio | sharing
    Column("state", String(12), nullable=False),  # given | refused | withdrawn
    Column("day", Date, nullable=False),
    Column("whose", String(16), nullable=False),  # who said so: father | mother | carer | guardian | child
    Column("how", String(12), nullable=False),  # aloud | paper | wechat | phone
    Column("organisation", Secret()),  # of `sharing`: with whom; null: any that the county works with
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),  # entered by mistake
    Column("demo", Boolean, nullable=False),
    Index("ix_consents_child_id_kind", "child_id", "kind"),
)

child_terms = Table(
    "child_terms",  # how it stood with school in each half-year
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("term", String(8), nullable=False),  # 2026秋 as '2026-2', 2027春 as '2027-1'
    Column("status", String(16)),
    Column("content", Secret("json")),  # school, grade, boarding
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    UniqueConstraint("child_id", "term"),
    Index("ix_child_terms_status", "status"),  # who is out of school (db/school_terms.py)
)

proposal_answers = Table(
    "proposal_answers",  # what a person said to what the rules proposed; asked again only when the facts are others
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("rule", String(24), nullable=False),  # domain.eligibility_rules.Rule
    Column("facts", String(32), nullable=False),  # a digest of the facts it rested on
    Column("answer", String(8), nullable=False),  # yes | no
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    UniqueConstraint("child_id", "rule", "facts"),
)

file_asks = Table(
    "file_asks",  # the one small question a day about something missing: to whom, about what
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("field", String(40), nullable=False),
    Column("unit", CODE, nullable=False),
    UniqueConstraint("person_id", "day"),
    Index("ix_file_asks_child_id", "child_id"),
)
