"""委托照护协议: who needs one, what it holds, whether it stands, and when it is owed (plan task 5; domain.md 2.7, H9).

Parents who work away entrust a child's daily care to an able adult, in writing, and the village keeps it
(未成年人保护法 art. 22, 23, 43). Guardianship itself is not handed over: the title says 照护, not 监护. One paper for
each child, also where several children of a household are written in one pass. States are computed from facts and a
day; nothing stores them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.calendar import DAY
from domain.children import Child, Guardian, Label, Relation
from domain.identity import IdNumber, read_id

EXPIRING = 30  # days before the last day from which it is 将到期 (domain.md 2.7)
FIRST_WITHIN = 30  # days after a child was added, or became 留守, by which the first is signed
NEXT_WITHIN = 7  # days after one ended before its time
BACK_FOR = 3  # months after the parents came home: only then would the child be 留守 again (county plan)
HEARD_FROM = 8  # the age from which the child's own wish is asked
LONGEST = 3  # years one paper may run: a household changes
OLD, MANY = 65, 3  # a carer of that age, or with that many children, is pointed out
ADULT, LEAVES_AT = 18, 16
WINDOW_BEFORE = 10 * DAY  # before 小年: parents begin to come home
PARENTS = (Relation.FATHER, Relation.MOTHER)
AWAY = "外出务工"
ABLE = (None, "正常", AWAY)  # guardian states (domain.md 2.8) that leave a person able to look after a child


class State(StrEnum):
    """Where a child's agreement stands. The words are in locales/ under agreement.state.<value>."""

    UNSIGNED = "unsigned"  # 未签
    TO_COMPLETE = "to_complete"  # 待补: signed and in force, but something is missing
    VALID = "valid"  # 有效
    EXPIRING = "expiring"  # 将到期
    EXPIRED = "expired"  # 过期
    ENDED = "ended"  # 终止


class Declared(StrEnum):
    """The four things that bar a person from being a carer (未成年人保护法 art. 22), in the law's order."""

    CRIME = "crime"  # 性侵害、虐待、遗弃、拐卖、暴力伤害等违法犯罪行为
    HABIT = "habit"  # 吸毒、酗酒、赌博等恶习
    NEGLECT = "neglect"  # 曾拒不履行或者长期怠于履行监护、照护职责
    UNFIT = "unfit"  # 其他不适宜担任被委托人的情形


class Signer(StrEnum):
    """Whose signature stands on the paper."""

    FATHER = "father"
    MOTHER = "mother"
    CARER = "carer"
    VILLAGE = "village"
    DIRECTOR = "director"


class Ending(StrEnum):
    """Why one ended before its time."""

    PARENTS_BACK = "parents_back"
    CARER_CHANGED = "carer_changed"
    CARER_UNABLE = "carer_unable"
    MOVED = "moved"
    AGREED = "agreed"
    REPLACED = "replaced"  # a new one took its place; set by us
    OTHER = "other"


class Lack(StrEnum):
    """What a signed paper is still missing."""

    PARENT = "parent"  # a parent who could sign has not
    CARER = "carer"
    PAPER = "paper"  # neither archive number nor scan
    OPINION = "opinion"  # the child's, from 8 on
    SCHOOL = "school"  # told in writing (art. 22 ¶3)
    VILLAGE = "village"


class Fault(StrEnum):
    """What is wrong with a carer. The first ones bar the person, the rest are pointed out."""

    MINOR = "minor"
    A_CHILD_ON_FILE = "a_child_on_file"
    A_PARENT = "a_parent"
    UNABLE = "unable"  # no capacity by the file: 重残 重病 …
    AGE_UNKNOWN = "age_unknown"
    OLD = "old"
    MANY = "many"


BARRING = (Fault.MINOR, Fault.A_CHILD_ON_FILE, Fault.A_PARENT, Fault.UNABLE)


@dataclass(frozen=True)
class Person:
    """甲方, or 乙方 with `relation` to the child."""

    name: str
    relation: Relation
    phone: str | None = None
    id_no: str | None = None
    work_place: str | None = None
    address: str | None = None
    age: int | None = None
    state: str | None = None

    def age_on(self, day: date) -> int | None:
        """Full years by the ID number, else as it was said."""
        number = read_id(self.id_no) if self.id_no else None
        if not isinstance(number, IdNumber):
            return self.age
        born = number.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class Terms:
    """What was agreed, for one child or for all of a household in one pass. Never changed: another text is another row."""

    id: str
    parents: tuple[Person, ...]
    carer: Person
    first: date
    last: date
    money: str | None = None
    promise: str | None = None  # on which day and how the parents call each week (plan task 5: at least once)
    emergency: str | None = None
    returns: str | None = None  # when the parents expect to be back
    extra: str | None = None
    declared: tuple[Declared, ...] = ()  # what applies to the carer; a paper is made only where nothing does


@dataclass(frozen=True)
class Brief:
    """As much of a paper as duties need: nothing sensitive is opened for arithmetic."""

    signed_on: date | None
    last: date
    ended_on: date | None = None
    ended_why: Ending | None = None


@dataclass(frozen=True)
class Paper:
    """One child's agreement in its newest version. `paper_id` stays the same through all versions."""

    id: str
    paper_id: str
    child_id: str
    terms: Terms
    version: int = 1
    heard: str | None = None  # yes | unwilling: what the child said; None: not asked yet
    wish: str | None = None  # in the child's words
    school_told: bool = False
    village_told: bool = False
    signed_on: date | None = None
    signers: tuple[Signer, ...] = ()
    number: str | None = None  # in the village's paper archive
    scans: int = 0
    ended_on: date | None = None
    ended_why: Ending | None = None
    ended_words: str | None = None
    at: datetime | None = None
    by: str | None = None

    @property
    def brief(self) -> Brief:
        return Brief(self.signed_on, self.terms.last, self.ended_on, self.ended_why)


# --- who needs one -------------------------------------------------------------------------------------------------


def parents_of(child: Child) -> list[Guardian]:
    return [one for one in child.guardians if one.relation in PARENTS]


def is_away(parent: Guardian) -> bool:
    return bool(parent.away) or parent.state == AWAY


def parent_at_home(child: Child) -> bool:
    """A parent who is there and able by the file. What the file does not say speaks for nobody."""
    return any(
        not is_away(one) and one.state in ABLE and (one.away is False or one.state == "正常" or one.carer)
        for one in parents_of(child)
    )


def both_away(child: Child) -> bool:
    parents = parents_of(child)
    return len(parents) > 1 and all(is_away(one) for one in parents)


def needs_agreement(child: Child, day: date) -> bool:
    """An open file, under 16, and 留守: by its label or because both parents are away. Not where a parent is home."""
    age = child.age_on(day)
    if child.closed_on is not None or (age is not None and age >= LEAVES_AT):
        return False
    return not parent_at_home(child) and (Label.LEFT_BEHIND in child.labels or both_away(child))


# --- where one stands ----------------------------------------------------------------------------------------------


def lacks(paper: Paper, age: int | None) -> tuple[Lack, ...]:
    """What a signed paper is still missing, the most important first. One parent's signature is not both parents'."""
    wanted = {Signer(one.relation.value) for one in paper.terms.parents if one.state in ABLE}
    found = {
        Lack.PARENT: not wanted <= set(paper.signers),
        Lack.CARER: Signer.CARER not in paper.signers,
        Lack.PAPER: not paper.number and not paper.scans,
        Lack.OPINION: age is not None and age >= HEARD_FROM and paper.heard is None,
        Lack.SCHOOL: not paper.school_told and (age is None or age >= 3),
        Lack.VILLAGE: not paper.village_told,
    }
    return tuple(lack for lack, holds in found.items() if holds)


def state_of(paper: Paper, day: date, age: int | None = None) -> State:
    """The state on that day. 将到期 comes before 待补: what ends soon is renewed, not completed."""
    if paper.ended_on is not None and paper.ended_on <= day:
        return State.ENDED
    if paper.signed_on is None or paper.signed_on > day:
        return State.UNSIGNED
    if paper.terms.last < day:
        return State.EXPIRED
    if paper.terms.last - day <= EXPIRING * DAY:
        return State.EXPIRING
    return State.TO_COMPLETE if lacks(paper, age) else State.VALID


def current_of(papers: Iterable[Paper], day: date) -> Paper | None:
    """The paper that counts: the one in force longest, else an unsigned draft, else the newest of the past."""
    order = {
        State.VALID: 0, State.TO_COMPLETE: 0, State.EXPIRING: 0, State.UNSIGNED: 1, State.EXPIRED: 2, State.ENDED: 3,
    }  # fmt: skip
    return min(
        papers, key=lambda one: (order[state_of(one, day)], -one.terms.last.toordinal(), one.paper_id), default=None
    )


def standing_of(papers: Iterable[Paper], day: date, age: int | None = None) -> State:
    """The state of a child: 未签 where there is no paper at all. An expired one stays 过期 beside a new draft."""
    papers = list(papers)
    states = {state_of(one, day, age) for one in papers}
    found = current_of(papers, day)
    if found is None or states == {State.ENDED}:
        return State.UNSIGNED
    state = state_of(found, day, age)
    return State.EXPIRED if state is State.UNSIGNED and State.EXPIRED in states else state


# --- the carer -----------------------------------------------------------------------------------------------------


def carer_faults(
    carer: Person, children: Sequence[Child], on_file: Iterable[Child], day: date, cares_for: int = 0
) -> tuple[Fault, ...]:
    """What speaks against this person as the carer of these children (art. 22; domain.md 2.3), those that bar first.

    `on_file` are children of the roster the name could mean; `cares_for` how many others the person looks after.
    """
    age = carer.age_on(day)
    same_number = carer.id_no and any(one.id_no == carer.id_no for one in on_file)
    named = any(one.name == carer.name and age is not None and age < ADULT for one in on_file)
    parents = {one.name for child in children for one in parents_of(child)}
    found = {
        Fault.MINOR: age is not None and age < ADULT,
        Fault.A_CHILD_ON_FILE: bool(same_number) or named or any(one.name == carer.name for one in children),
        Fault.A_PARENT: carer.relation in PARENTS or carer.name in parents,
        Fault.UNABLE: carer.state not in ABLE,
        Fault.AGE_UNKNOWN: age is None,
        Fault.OLD: age is not None and age >= OLD,
        Fault.MANY: cares_for + len(children) >= MANY,
    }
    return tuple(fault for fault, holds in found.items() if holds)
