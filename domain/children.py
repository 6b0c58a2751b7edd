"""A child and what the county must know about it (domain: 一人一档, plan task 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Tier(StrEnum):
    """Risk tier; the county sets how often each is contacted and visited."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Label(StrEnum):
    """Why a child is on the roster. One child may carry several."""

    LEFT_BEHIND = "left_behind"  # 农村留守儿童
    ORPHAN = "orphan"  # 孤儿
    DE_FACTO_UNATTENDED = "de_facto_unattended"  # 事实无人抚养儿童
    LOW_INCOME = "low_income"  # 低保家庭
    NEAR_LOW_INCOME = "near_low_income"  # 低保边缘家庭
    DESTITUTE = "destitute"  # 特困
    ILL_OR_DISABLED = "ill_or_disabled"  # 病残
    SINGLE_PARENT = "single_parent"  # 单亲
    IMPROPER_GUARDIANSHIP = "improper_guardianship"  # 监护不当
    MIGRANT = "migrant"  # 流动
    OTHER = "other"


class Relation(StrEnum):
    FATHER = "father"
    MOTHER = "mother"
    PATERNAL_GRANDPARENT = "paternal_grandparent"
    MATERNAL_GRANDPARENT = "maternal_grandparent"
    RELATIVE = "relative"  # 伯叔姑舅姨
    SIBLING = "sibling"  # 兄姐(≥18)
    NEIGHBOUR = "neighbour"
    OTHER = "other"


class Capacity(StrEnum):
    """Whether somebody is able to be a guardian (监护能力)."""

    FULL = "full"  # 有
    LIMITED = "limited"  # 受限
    NONE = "none"  # 无


class Returns(StrEnum):
    """When a parent who works away comes home."""

    SPRING_FESTIVAL = "spring_festival"
    HARVEST = "harvest"
    NOW_AND_THEN = "now_and_then"  # 不定
    RARELY = "rarely"  # not for a year or longer


@dataclass(frozen=True)
class Guardian:
    """A parent, guardian or carer (被委托人) of a child.

    One person may be guardian of several children: their rows then carry the same `kin_id`, and what is true of the
    person (everything but relation, carer and last_call) is changed on all of them at once. `id` is this row's own.
    """

    relation: Relation
    name: str
    phone: str | None = None
    id_no: str | None = None
    away: bool | None = None
    work_place: str | None = None
    state: str | None = None  # guardian_state of domain.md 2.8, e.g. 外出务工
    carer: bool = False  # the one the child lives with
    state_since: date | None = None
    state_until: date | None = None  # the end of a sentence or of compulsory treatment
    capacity: Capacity | None = None
    capacity_why: str | None = None
    away_since: date | None = None
    province: str | None = None
    city: str | None = None
    trade: str | None = None
    returns: Returns | None = None
    last_call: date | None = None  # last spoke with the child
    id: str | None = field(default=None, compare=False)
    kin_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Child:
    """One child's file, basic part. Dates are calendar dates; `unit` is the village's code."""

    id: str
    file_no: str
    name: str
    unit: str
    sex: Sex | None = None
    birth_date: date | None = None
    id_no: str | None = None
    ethnicity: str | None = None
    address: str | None = None
    school: str | None = None
    grade: str | None = None
    boarding: bool | None = None
    school_status: str | None = None
    health: str | None = None
    disability: str | None = None
    labels: tuple[Label, ...] = ()
    tier: Tier = Tier.GREEN
    tier_since: date | None = None  # the day somebody set it; None: since the file was opened
    guardians: tuple[Guardian, ...] = field(default=())
    household: str | None = None
    added_on: date | None = None
    paused_until: date | None = None  # 随迁: with the parents for a while
    closed_on: date | None = None
    close_reason: str | None = None
    hukou_status: str | None = None  # domain.file_fields.HUKOU
    hukou_place: str | None = None
    living_with: str | None = None
    disease: str | None = None
    disability_cert: str | None = None
    disability_until: date | None = None
    psych: str | None = None
    no_help_needed: bool | None = None  # the family said that it needs nothing for now

    def age_on(self, day: date) -> int | None:
        """Full years on that day; a birthday on 29 February counts from 1 March in other years."""
        if self.birth_date is None:
            return None
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday
