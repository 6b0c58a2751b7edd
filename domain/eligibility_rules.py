"""Rules of age and eligibility that fire by themselves: they propose with their reasons, a person decides.

Never a conclusion: 可能符合. Each rule is a pure function of the file and a day, so the same facts give the same
proposals; what a person has answered is kept with a digest of those facts and is not asked again until they change.
Source: county plan (留守: both parents away three months, under 16), 民发〔2019〕62号 and 〔2020〕125号 (事实无人抚养),
未成年人保护法 art. 21 (8), 个人信息保护法 art. 28 (14); domain.md 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import DAY, add_months
from domain.children import Capacity, Child, Guardian, Label, Relation

PARENTS = (Relation.FATHER, Relation.MOTHER)
AWAY_MONTHS = 3  # county plan: working outside the county for three months running
LEFT_BEHIND_UNTIL, ADULT = 16, 18
LONG_TERM = 6  # months: of a sentence or treatment, and of having no contact
NOTE_DAYS = 60  # how long turning 8 or 14 is spoken of on the card
LOST = ("死亡", "失踪")
UNABLE = (
    "重残",
    "重病",
    "服刑在押",
    "强戒",
    "限制人身自由",
    "失联",
    "撤销资格",
    "遣送出境",
)  # the eight of 事实无人抚养
TERMED = ("服刑在押", "强戒", "限制人身自由")
OUT_OF_CONTACT = "失联"
HOME = "正常"
FUND_FROM = 17  # those who finish school within the year are told as well
FUND_OPENS = ((1, 15), (7, 1))  # month and day: asked before the spring and before the autumn term
FUND_BY = ((2, 15), (8, 20))  # until then the papers should be in: PROPOSAL, the year's notice decides
FUND_LABELS = (Label.ORPHAN, Label.DE_FACTO_UNATTENDED)
DROPPED_OUT, NO_SCHOOL = "辍学", "不在学"
NOT_STUDYING = (DROPPED_OUT, NO_SCHOOL)
STATUTORY = (6, 16)  # 义务教育: from six, nine years
TERM_OPENS = ((2, 1), (8, 1))  # as domain.child_file.term_of counts them
COUNTY_WORDS = ("高台",)  # a work place inside the county is not 跨县域


class Rule(StrEnum):
    """What asks. The words are in locales/ under rule.<value>."""

    LEFT_BEHIND = "left_behind"  # may be 留守
    NOT_LEFT_BEHIND = "not_left_behind"  # a parent is back
    LEFT_BEHIND_OVER = "left_behind_over"  # 16
    DE_FACTO = "de_facto"  # may be 事实无人抚养
    NOT_DE_FACTO = "not_de_facto"
    ORPHAN = "orphan"
    ADULT = "adult"  # 18: leaves 困境, look at benefits, close the file
    CARD_EXPIRED = "card_expired"  # 残疾人证
    TERM_OVER = "term_over"  # a sentence or treatment is over: how is it now?
    OUT_OF_SCHOOL = "out_of_school"  # the file says so of a child who should be there (plan task 11)
    DREAM_FUND = "dream_fund"  # 福彩圆梦: the two funds for those who study on after 18 (plan task 11)
    AGE_8 = "age_8"
    AGE_14 = "age_14"


class Act(StrEnum):
    """What a yes does."""

    ADD = "add"  # the label begins
    END = "end"  # the label ends
    CLOSE = "close"  # opens the closing of the file
    LOOK = "look"  # opens the fact that has to be looked at
    APPLY = "apply"  # opens the request for the benefit
    KNOW = "know"  # nothing to be done: seen


@dataclass(frozen=True)
class Reason:
    """One fact a proposal rests on: `key` under rule.why.<key> in locales/, and what stands in it."""

    key: str
    who: str | None = None  # father | mother
    state: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Proposed:
    """One thing a person is asked. `since` is the day from which it would hold, if that is known."""

    rule: Rule
    act: Act
    label: Label | None
    reasons: tuple[Reason, ...]
    since: date | None = None
    path: str | None = None  # of Act.LOOK: the fact to look at

    @property
    def facts(self) -> str:
        """A digest of the facts it rests on: another one when they change."""
        said = "|".join(f"{one.key}/{one.who}/{one.state}/{one.day}" for one in self.reasons)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def presses(self) -> bool:
        """Whether it belongs on somebody's list, not only on the card."""
        return self.act is not Act.KNOW


Answered = Collection[tuple[str, str]]  # (rule, facts) that a person has answered


def proposals(child: Child, today: date, answered: Answered = ()) -> tuple[Proposed, ...]:
    """What the rules ask about this child today, answered ones left out. Nothing for a closed file."""
    if child.closed_on is not None:
        return ()
    return tuple(one for one in _all(child, today) if (one.rule.value, one.facts) not in answered)


def next_day(child: Child, today: date, answered: Answered = ()) -> date | None:
    """From which day on somebody is asked something; today for what waits already. What the index holds."""
    for day in sorted({today, *(one for one in _days(child) if one > today)}):
        if any(one.presses for one in proposals(child, day, answered)):
            return day
    return None


def reached(child: Child, years: int, today: date) -> bool:
    """已满: from the day after the birthday; a birthday on 29 February is 28 February in other years."""
    return child.birth_date is not None and today > add_months(child.birth_date, 12 * years)


def _days(child: Child) -> Iterable[date]:
    """Every later day on which a rule may change its mind although no fact does."""
    if child.birth_date is not None:
        for years in (LEFT_BEHIND_UNTIL, ADULT):
            yield add_months(child.birth_date, 12 * years) + DAY
        if any(label in child.labels for label in FUND_LABELS):
            for year in range(child.birth_date.year + FUND_FROM, child.birth_date.year + FUND_FROM + 8):
                yield from (date(year, month, day) for month, day in FUND_OPENS)
        if child.school_status in NOT_STUDYING:
            for year in range(child.birth_date.year + STATUTORY[0], child.birth_date.year + ADULT + 1):
                yield from (date(year, month, day) for month, day in TERM_OPENS)
    if child.disability_until is not None:
        yield child.disability_until + DAY
    for one in _parents(child):
        if one.away_since is not None:
            yield add_months(one.away_since, AWAY_MONTHS)
        if one.state_since is not None:
            yield add_months(one.state_since, LONG_TERM)
        if one.state_until is not None:
            yield one.state_until + DAY


def _all(child: Child, today: date) -> Iterable[Proposed]:
    yield from _dream_fund(child, today)
    if reached(child, ADULT, today):
        assert child.birth_date is not None
        yield Proposed(Rule.ADULT, Act.CLOSE, None, (Reason("turned", day=add_months(child.birth_date, 12 * ADULT)),))
        return
    if out_of_school(child, today):
        why = (Reason("out_of_school", state=child.school_status, day=_term(today)),)
        yield Proposed(Rule.OUT_OF_SCHOOL, Act.APPLY, None, why)
    yield from _left_behind(child, today)
    yield from _parents_unable(child, today)
    if child.disability_until is not None and child.disability_until < today:
        why = (Reason("card", day=child.disability_until),)
        yield Proposed(Rule.CARD_EXPIRED, Act.LOOK, None, why, path="disability_until")
    for one in _parents(child):
        if one.state in TERMED and one.state_until is not None and one.state_until < today:
            why = (Reason("term_over", one.relation.value, one.state, one.state_until),)
            yield Proposed(Rule.TERM_OVER, Act.LOOK, None, why, path=f"g:{(one.id or '')[-8:]}.state")
    for years, rule in ((8, Rule.AGE_8), (14, Rule.AGE_14)):
        if child.birth_date is not None:
            day = add_months(child.birth_date, 12 * years)
            if day < today <= day + NOTE_DAYS * DAY:
                yield Proposed(rule, Act.KNOW, None, (Reason("turned", day=day),))


def fund_term(today: date) -> tuple[date, date]:
    """福彩圆梦: from which day the coming (or running) term is asked about, and until when its papers should be in."""
    opens = [date(year, *day) for year in (today.year - 1, today.year) for day in FUND_OPENS]
    opened = max(day for day in opens if day <= today)
    month, day = FUND_BY[FUND_OPENS.index((opened.month, opened.day))]
    return opened, date(opened.year, month, day)


def out_of_school(child: Child, today: date) -> bool:
    """辍学, or 不在学 at an age at which school is compulsory."""
    if child.school_status == DROPPED_OUT:
        return not reached(child, ADULT, today)
    first, end = STATUTORY
    return child.school_status == NO_SCHOOL and reached(child, first, _term(today)) and not reached(child, end, today)


def _term(today: date) -> date:
    """The first day of the half-year of school: a new one asks anew."""
    return max(
        date(year, *day) for year in (today.year - 1, today.year) for day in TERM_OPENS if date(year, *day) <= today
    )


def _dream_fund(child: Child, today: date) -> Iterable[Proposed]:
    """孤儿, 事实无人抚养: studying on after 18, the fund is asked for anew before each term."""
    opened, by = fund_term(today)
    if (
        any(label in child.labels for label in FUND_LABELS)
        and child.school_status not in NOT_STUDYING
        and reached(child, FUND_FROM, opened)
    ):
        yield Proposed(Rule.DREAM_FUND, Act.APPLY, None, (Reason("fund", day=by),))


# --- 留守 ---


def _left_behind(child: Child, today: date) -> Iterable[Proposed]:
    labelled = Label.LEFT_BEHIND in child.labels
    if reached(child, LEFT_BEHIND_UNTIL, today):
        if labelled:
            assert child.birth_date is not None
            day = add_months(child.birth_date, 12 * LEFT_BEHIND_UNTIL)
            yield Proposed(
                Rule.LEFT_BEHIND_OVER, Act.END, Label.LEFT_BEHIND, (Reason("turned", day=day),), since=day + DAY
            )
        return
    if labelled:
        back = [one for one in _parents(child) if at_home(one)]
        if back:
            why = tuple(Reason("home", one.relation.value, day=one.state_since) for one in back)
            yield Proposed(Rule.NOT_LEFT_BEHIND, Act.END, Label.LEFT_BEHIND, why)
        return
    reasons = left_behind_reasons(child, today)
    if reasons and child.birth_date is not None:
        known = [one.day for one in reasons if one.key == "away" and one.day]
        since = add_months(max(known), AWAY_MONTHS) if known else None
        yield Proposed(Rule.LEFT_BEHIND, Act.ADD, Label.LEFT_BEHIND, reasons, since=since)


def left_behind_reasons(child: Child, today: date) -> tuple[Reason, ...]:
    """The county's test of the parents: both away three months, or one away and the other unable. () if it fails.

    A parent away since an unknown day may well be away three months: it is asked, with that said.
    """
    parents = _parents(child)
    away = [one for one in parents if away_long(one, today)]
    if len(parents) == 2 and len(away) == 2:
        return tuple(_away_reason(one) for one in away)
    if len(parents) == 2 and len(away) == 1:
        other = next(one for one in parents if one is not away[0])
        if unable_to_care(other):
            return _away_reason(away[0]), _unable_reason(other)
    return ()


def away_long(one: Guardian, today: date) -> bool:
    """Works outside the county, and not known to have left less than three months ago."""
    place = (one.work_place or "") + (one.city or "")
    if not one.away or any(word in place for word in COUNTY_WORDS):
        return False
    return one.away_since is None or today >= add_months(one.away_since, AWAY_MONTHS)


def unable_to_care(one: Guardian) -> bool:
    """No guardianship capacity: said so, or the state says so."""
    return one.capacity is Capacity.NONE or one.state in (*UNABLE, *LOST)


def at_home(one: Guardian) -> bool:
    """Known to be there and able: only what was said counts, an empty field is no return."""
    return one.state == HOME and one.away is False and one.capacity is not Capacity.NONE


def _away_reason(one: Guardian) -> Reason:
    return Reason("away" if one.away_since else "away_unknown", one.relation.value, day=one.away_since)


def _unable_reason(one: Guardian) -> Reason:
    if one.state in (*UNABLE, *LOST):
        return Reason("state", one.relation.value, one.state, one.state_since)
    return Reason("no_capacity", one.relation.value)


# --- 孤儿, 事实无人抚养 ---


def _parents_unable(child: Child, today: date) -> Iterable[Proposed]:
    parents = _parents(child)
    if len(parents) != 2:
        return
    lost = [one for one in parents if one.state in LOST]
    reasons = tuple(_unable_reason(one) for one in parents)
    orphan, de_facto = Label.ORPHAN in child.labels, Label.DE_FACTO_UNATTENDED in child.labels
    if len(lost) == 2:
        if not orphan:
            yield Proposed(Rule.ORPHAN, Act.ADD, Label.ORPHAN, reasons)
        return
    test = all(one in lost or long_unable(one, today) for one in parents)
    if test and not de_facto and not orphan:
        known = [one.state_since for one in parents if one.state_since]
        since = max(known) if len(known) == 2 else None
        yield Proposed(Rule.DE_FACTO, Act.ADD, Label.DE_FACTO_UNATTENDED, reasons, since=since)
    if de_facto:
        able = [one for one in parents if one.state in (HOME, "外出务工") and one.capacity is not Capacity.NONE]
        if able:
            why = tuple(Reason("able", one.relation.value, one.state, one.state_since) for one in able)
            yield Proposed(Rule.NOT_DE_FACTO, Act.END, Label.DE_FACTO_UNATTENDED, why)


def long_unable(one: Guardian, today: date) -> bool:
    """In one of the eight states, and not known to be too short for it (six months of sentence, or without contact)."""
    if one.state not in UNABLE:
        return False
    if one.state in TERMED and one.state_since and one.state_until:
        return one.state_until >= add_months(one.state_since, LONG_TERM)
    if one.state == OUT_OF_CONTACT and one.state_since:
        return today >= add_months(one.state_since, LONG_TERM)
    return True


def _parents(child: Child) -> list[Guardian]:
    return [one for one in child.guardians if one.relation in PARENTS]
