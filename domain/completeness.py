"""How complete a file is, in percent, and what is missing next: the five parts of plan task 9 (一人一档).

A share of a hundred is a help to see what to ask next time, not a mark: nobody is ranked by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.children import Child, Guardian, Relation
from domain.file_fields import AWAY, GONE_FOR_GOOD, path_of

REQUIRED, WISHED = 3, 1
PARENTS = (Relation.FATHER, Relation.MOTHER)
STATUTORY = range(6, 16)


class Part(StrEnum):
    """The five parts the plan names."""

    BASIC = "basic"  # 基本信息
    VISITS = "visits"  # 走访记录
    LOG = "log"  # 工作日志
    HELP = "help"  # 关爱帮扶记录
    ISSUES = "issues"  # 发现问题和解决方案


# what each part is worth: what is entered once carries most
SHARES = {Part.BASIC: 60, Part.VISITS: 15, Part.LOG: 10, Part.HELP: 10, Part.ISSUES: 5}
COUNTED = ("home_visit", "contact", "help", "issue")  # missing things that are no field of the file


@dataclass(frozen=True)
class Records:
    """What there is beside the facts. Counts only: nothing of it is opened for this."""

    visits: int = 0  # home visits at which the child was seen
    contacts: int = 0
    helps: int = 0  # help received, and benefits
    old_issues: int = 0  # found more than 90 days ago and neither solved nor passed on
    notice: bool = False  # the guardians were told what is kept and why


@dataclass(frozen=True)
class Missing:
    """One thing that is not known yet. `key` is a path of domain.file_fields, or one of COUNTED, or `notice`."""

    key: str
    part: Part
    weight: int


@dataclass(frozen=True)
class Completeness:
    """The share in percent, each part's own, and what is missing, the weightiest first."""

    percent: int
    parts: dict[Part, int]
    missing: tuple[Missing, ...]

    @property
    def whole(self) -> bool:
        return self.percent == 100

    def next(self, not_now: Collection[str] = ()) -> Missing | None:
        """The next thing worth asking a person: a fact of the file that nobody put off."""
        return next((one for one in self.missing if one.key not in COUNTED and one.key not in not_now), None)


def completeness(child: Child, records: Records, age: int | None) -> Completeness:
    """How complete the file is. `age` is the child's on the day of asking."""
    wanted = list(_basic(child, records, age))
    total = sum(weight for _, weight, _ in wanted)
    have = sum(weight for _, weight, known in wanted if known)
    parts = {
        Part.BASIC: 100 * have // total,
        Part.VISITS: 100 if records.visits else 0,
        Part.LOG: 100 if records.contacts else 0,
        Part.HELP: 100 if records.helps or child.no_help_needed else 0,
        Part.ISSUES: 0 if records.old_issues else 100,
    }
    missing = [Missing(key, Part.BASIC, weight) for key, weight, known in wanted if not known]
    for part, key in (
        (Part.VISITS, "home_visit"), (Part.LOG, "contact"), (Part.HELP, "no_help_needed"), (Part.ISSUES, "issue"),
    ):  # fmt: skip
        if not parts[part]:
            missing.append(Missing(key, part, WISHED))
    missing.sort(key=lambda one: -one.weight)
    percent = sum(SHARES[part] * share for part, share in parts.items()) // 100
    return Completeness(percent, parts, tuple(missing))


def _basic(child: Child, records: Records, age: int | None) -> list[tuple[str, int, bool]]:
    """(path, weight, known) of what the file of this very child should hold; what cannot apply is not asked."""
    wanted = [
        ("name", REQUIRED, bool(child.name)),
        ("birth_date", REQUIRED, child.birth_date is not None),
        ("sex", REQUIRED, child.sex is not None),
        ("labels", REQUIRED, bool(child.labels)),
        ("id_no", REQUIRED, child.id_no is not None),
        ("address", REQUIRED, bool(child.address)),
        ("notice", REQUIRED, records.notice),
        ("ethnicity", WISHED, bool(child.ethnicity)),
        ("hukou_status", WISHED, bool(child.hukou_status)),
        ("living_with", WISHED, bool(child.living_with)),
        ("health", WISHED, bool(child.health)),
        ("psych", WISHED, bool(child.psych)),
    ]
    if age is None or age >= 3:
        wanted.append(("school_status", REQUIRED if age in STATUTORY else WISHED, bool(child.school_status)))
    if child.school_status not in (None, "未入园", "辍学", "不在学"):
        wanted += [("school", WISHED, bool(child.school)), ("grade", WISHED, bool(child.grade))]
        if age is None or age >= 6:
            wanted.append(("boarding", WISHED, child.boarding is not None))
    if child.health == "患病":
        wanted.append(("disease", WISHED, bool(child.disease)))
    if child.disability or child.health == "残疾":
        wanted += [
            ("disability", REQUIRED, bool(child.disability)),
            ("disability_cert", WISHED, bool(child.disability_cert)),
            ("disability_until", WISHED, child.disability_until is not None),
        ]
    return wanted + _people(child)


def _people(child: Child) -> list[tuple[str, int, bool]]:
    carer = next((one for one in child.guardians if one.carer), None)
    wanted = [("carer", REQUIRED, carer is not None and bool(carer.name))]
    if carer is not None:
        wanted.append((path_of(carer, "phone"), REQUIRED, bool(carer.phone)))
        if carer.relation not in PARENTS:
            wanted.append((path_of(carer, "id_no"), WISHED, bool(carer.id_no)))
    for relation in PARENTS:
        one = next((each for each in child.guardians if each.relation is relation), None)
        if one is None:
            wanted.append((relation.value, REQUIRED, False))
            continue
        wanted += _parent(one)
    return wanted


def _parent(one: Guardian) -> list[tuple[str, int, bool]]:
    wanted = [(path_of(one, "state"), REQUIRED, one.state is not None or one.away is True)]
    if one.state in GONE_FOR_GOOD:
        return wanted
    if one.away or one.state == AWAY:
        wanted += [
            (path_of(one, "away_since"), WISHED, one.away_since is not None),
            (path_of(one, "work_place"), WISHED, bool(one.work_place)),
            (path_of(one, "returns"), WISHED, one.returns is not None),
        ]
    elif one.state not in (None, "正常"):
        wanted.append((path_of(one, "state_since"), WISHED, one.state_since is not None))
    return wanted
