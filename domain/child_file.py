"""一人一档: the records of a child's file beside its facts, as others may read them (domain.md 2.3, plan task 9).

The facts themselves are `domain.children.Child` with its guardians; each of them has an entry in domain/file_fields.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.children import Child, Label
from domain.consent import Consent


class BenefitKind(StrEnum):
    """What a child or its family may receive by right."""

    LOW_INCOME = "low_income"  # 低保
    NEAR_LOW_INCOME = "near_low_income"  # 低保边缘
    DESTITUTE = "destitute"  # 特困供养
    ORPHAN = "orphan"  # 孤儿基本生活费
    DE_FACTO_UNATTENDED = "de_facto_unattended"  # 事实无人抚养儿童基本生活补贴
    DISABLED_LIVING = "disabled_living"  # 困难残疾人生活补贴
    DISABLED_CARE = "disabled_care"  # 重度残疾人护理补贴
    TEMPORARY = "temporary"  # 临时救助
    MEDICAL = "medical"  # 医疗救助
    EDUCATION = "education"  # 教育资助
    HOUSING = "housing"  # 住房救助
    OTHER = "other"


BENEFIT_WORDS: dict[BenefitKind, str] = {
    BenefitKind.LOW_INCOME: "低保", BenefitKind.NEAR_LOW_INCOME: "低保边缘", BenefitKind.DESTITUTE: "特困供养",
    BenefitKind.ORPHAN: "孤儿基本生活费", BenefitKind.DE_FACTO_UNATTENDED: "事实无人抚养补贴",
    BenefitKind.DISABLED_LIVING: "困难残疾人生活补贴", BenefitKind.DISABLED_CARE: "重度残疾人护理补贴",
    BenefitKind.TEMPORARY: "临时救助", BenefitKind.MEDICAL: "医疗救助", BenefitKind.EDUCATION: "教育资助",
    BenefitKind.HOUSING: "住房救助", BenefitKind.OTHER: "其他",
}  # fmt: skip


class BenefitStatus(StrEnum):
    APPLIED = "applied"  # 已申请
    GRANTED = "granted"  # 享受中
    REFUSED = "refused"  # 没批
    STOPPED = "stopped"  # 已停


BENEFIT_STATUS_WORDS: dict[BenefitStatus, str] = {
    BenefitStatus.APPLIED: "已申请", BenefitStatus.GRANTED: "享受中", BenefitStatus.REFUSED: "没批",
    BenefitStatus.STOPPED: "已停",
}  # fmt: skip


class HelpKind(StrEnum):
    """What somebody did for a child (domain.md 2.8, help_type)."""

    GOODS = "goods"  # 物资
    MONEY = "money"  # 资金
    ERRAND = "errand"  # 政策代办
    COMPANY = "company"  # 陪伴
    MIND = "mind"  # 心理
    LEARNING = "learning"  # 学业
    REHAB = "rehab"  # 康复
    REFERRAL = "referral"  # 转介
    WORK = "work"  # 就业


HELP_WORDS: dict[HelpKind, str] = {
    HelpKind.GOODS: "物资", HelpKind.MONEY: "资金", HelpKind.ERRAND: "政策代办", HelpKind.COMPANY: "陪伴",
    HelpKind.MIND: "心理", HelpKind.LEARNING: "学业", HelpKind.REHAB: "康复", HelpKind.REFERRAL: "转介",
    HelpKind.WORK: "就业",
}  # fmt: skip


@dataclass(frozen=True)
class Benefit:
    """One benefit from application to its end. Dates are calendar dates; `amount` is yuan a month."""

    id: str
    child_id: str
    kind: BenefitKind
    status: BenefitStatus
    applied_on: date | None = None
    since: date | None = None
    until: date | None = None
    amount: int | None = None
    by: str | None = None


@dataclass(frozen=True)
class Help:
    """One line of 关爱帮扶记录: what, from whom, when; `value` in yuan if known."""

    id: str
    child_id: str
    day: date
    kind: HelpKind
    what: str | None = None
    giver: str | None = None
    value: int | None = None
    by: str | None = None


@dataclass(frozen=True)
class LabelSpan:
    """One category of a child with its days and its proof; `until` None: it still holds."""

    label: Label
    since: date | None = None
    until: date | None = None
    proof: str | None = None


@dataclass(frozen=True)
class SchoolTerm:
    """How it stood with school in one half-year: '2026-2' is autumn 2026, '2027-1' spring 2027."""

    term: str
    status: str | None = None
    school: str | None = None
    grade: str | None = None
    boarding: bool | None = None


@dataclass(frozen=True)
class ChildFile:
    """Everything of a file that is not a contact, a visit, an issue, an agreement or a report (those have their own)."""

    child: Child
    spans: tuple[LabelSpan, ...] = ()  # the present and the past ones
    benefits: tuple[Benefit, ...] = ()
    helps: tuple[Help, ...] = ()  # the newest first
    consents: tuple[Consent, ...] = ()  # notices among them
    terms: tuple[SchoolTerm, ...] = ()  # the newest first
    household: tuple[Child, ...] = field(default=())  # the other children of the household


def term_of(day: date) -> str:
    """The school term a day belongs to: autumn from August to January, spring from February to July."""
    if day.month >= 8:
        return f"{day.year}-2"
    return f"{day.year - 1}-2" if day.month == 1 else f"{day.year}-1"


def disability_parts(words: str | None) -> tuple[str | None, str | None]:
    """智力三级 → (智力, 三级); what is not said is None."""
    said = words or ""
    kind = next((one for one in DISABILITY_KINDS if one in said), None)
    grade = next((one for one in DISABILITY_GRADES if one in said), None)
    return kind, grade


DISABILITY_KINDS = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DISABILITY_GRADES = ("一级", "二级", "三级", "四级")


def severe(words: str | None) -> bool:
    """重残: grade 1 or 2 of any kind, or grade 3 or 4 of the mind (智力 精神) (domain.md 2.1)."""
    kind, grade = disability_parts(words)
    return grade in ("一级", "二级") or (kind in ("智力", "精神") and grade in ("三级", "四级"))
