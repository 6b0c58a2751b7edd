"""What a demo must contain on purpose: the edge cases of domain.md 7.11, and villages worth opening first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.calendar import add_months
from domain.children import Child, Guardian, Label, Relation, Sex, Tier
from domain.demo import names
from domain.demo.families import Household, Maker
from domain.demo.staff import DEMO_VILLAGE, LARGE, ORDINARY, OWN_CHILD, Staff
from domain.people import Role
from domain.policy import Policy
from domain.units import UnitTree

XIAOBA = ("620724106009", "620724107007")  # two villages of one name in two towns
XINGOU, GUOYUAN, SANQIAO, DINGAN = "620724106002", "620724103002", "620724103004", "620724107001"
LEAST_AT = {DEMO_VILLAGE: 14, ORDINARY: 9, LARGE: 33}


@dataclass(frozen=True)
class Ending:
    """How a household's history ends: the last contact and the last completed home visit."""

    contact: date
    visit: date


def households(maker: Maker, tree: UnitTree, staff: Staff) -> dict[str, list[Household]]:
    """Village → the households that are there on purpose."""
    found: dict[str, list[Household]] = defaultdict(list)
    day = maker.day

    def put(code: str, home: Household) -> None:
        found[code].append(home)

    def one(code: str, name: str, sex: Sex, born: date, kind: Label = Label.LEFT_BEHIND, size: int = 1) -> Household:
        unit, town = tree.get(code), tree.town_of(code)
        assert unit is not None
        assert town is not None
        home = maker.household(unit, town.name, size, kind, None if "·" in name else name[0])
        first = maker.born(replace(home.children[0], name=name), town.name, born, sex)
        return replace(home, children=(first, *home.children[1:]))

    def years(age: float) -> date:
        return day - timedelta(days=round(age * 365.25))

    boy, girl = Sex.MALE, Sex.FEMALE
    put(ORDINARY, _siblings(one(ORDINARY, "殷小虎", boy, years(10.5), size=2), maker, ("殷小虎", "殷小雨"), years(8.7)))
    put(ORDINARY, _tier(one(ORDINARY, "蒋浩然", boy, years(13.1), Label.DE_FACTO_UNATTENDED), Tier.RED))
    # one name twice in a village, once more in each 小坝村
    for age in (9.2, 11.6):
        put(LARGE, one(LARGE, "王梓涵", girl, years(age)))
    for code in XIAOBA:
        put(code, one(code, "李佳怡", girl, years(8.4), Label.SINGLE_PARENT))
    # names that fonts and input methods stumble over, and one without ID number
    for place, name in enumerate(names.RARE):
        sex = girl if place % 2 else boy
        code = GUOYUAN if place < 4 else SANQIAO
        home = one(code, name, sex, years(5.4 + place))
        put(code, _first(home, ethnicity="维吾尔族") if "·" in name else home)
    put(XINGOU, _first(one(XINGOU, "罗佳明", boy, years(7.3), Label.LOW_INCOME), id_no=None))
    put(XINGOU, _twins(one(XINGOU, "朱雨桐", girl, years(9.9), size=2), maker, "朱雨萌"))
    put(XINGOU, _old_carer(one(XINGOU, "祁晨阳", boy, years(11.3), size=3), maker))
    put(XINGOU, one(XINGOU, "段闰生", boy, _leap_day(day), Label.LOW_INCOME))
    put(DINGAN, one(DINGAN, "何志远", boy, add_months(day + timedelta(days=1), -16 * 12)))  # 16 tomorrow
    put(DINGAN, one(DINGAN, "许沐瑶", girl, day - timedelta(days=58), Label.LOW_INCOME))
    # files closed, one for each reason
    put(DINGAN, _closed(_back_home(one(DINGAN, "任家兴", boy, years(12.2))), "parents_returned", day - timedelta(days=41)))
    put(DINGAN, _closed(one(DINGAN, "万心怡", girl, years(10.1)), "moved", day - timedelta(days=77)))
    put(XINGOU, _closed(one(XINGOU, "盛乐怡", girl, years(5.2), Label.ILL_OR_DISABLED), "death", day - timedelta(days=120)))
    put(XINGOU, _closed(one(XINGOU, "孙博文", boy, years(18.2), Label.LOW_INCOME), "age_18", years(0.2)))
    put(DINGAN, _first(one(DINGAN, "贾诗涵", girl, years(7.7)), paused_until=day + timedelta(days=24)))  # with the parents
    put(DINGAN, _first(one(DINGAN, "陈睿阳", boy, years(6.9)), added_on=day - timedelta(days=2)))  # first visit owed
    # whom the invented reports of 甲村 are about (domain/demo/cases.py)
    for name, sex, age in (("马雪莹", girl, 12.3), ("李承泽", boy, 13.6)):
        home = _tier(one(DEMO_VILLAGE, name, sex, years(age), Label.IMPROPER_GUARDIANSHIP), Tier.RED)
        put(DEMO_VILLAGE, _first(home, added_on=day - timedelta(days=480)))
    for name, sex, age in (("赵嘉乐", boy, 8.8), ("许若兰", girl, 10.4)):
        put(DEMO_VILLAGE, _first(one(DEMO_VILLAGE, name, sex, years(age)), added_on=day - timedelta(days=480)))
    put(OWN_CHILD, _of_director(one(OWN_CHILD, "田文静", girl, years(9.0), Label.OTHER), staff))
    return found


def endings(homes: Sequence[Household], day: date, policy: Policy) -> dict[str, Ending]:
    """For a village a visitor opens first: a handful due this morning or overdue, everything else done.

    By household, under the id of its first child. Two calls where the tier counts days, two visits, one visit soon.
    """
    found: dict[str, Ending] = {}
    calls, visits = [0, 2], [0, 4, -3]  # days overdue
    for home in homes:
        lead = strictest(home.children)
        added = lead.added_on or day
        frequency = policy.frequency(lead.tier)
        recent = day - timedelta(days=1 + len(found) % 3)
        ending = Ending(recent, max(added, recent - timedelta(days=3 + len(found) % 12)))
        if added > day - timedelta(days=150):
            pass  # its first visits are still to come in their own time
        elif frequency.contact_days is not None and calls:
            called = day - timedelta(days=frequency.contact_days + calls.pop(0))
            ending = Ending(called, called - timedelta(days=6))
        elif frequency.contact_days is None and visits and len(home.children) == 1:
            ending = Ending(recent, add_months(day - timedelta(days=visits.pop(0)), -frequency.visit_months))
        found[home.children[0].id] = ending
    return found


def strictest(children: Sequence[Child]) -> Child:
    """The child of a household by whom its visits are timed: one trip for all."""
    order = list(Tier)
    return min(children, key=lambda child: order.index(child.tier))


# --- how a household is made special ---


def _first(home: Household, **changes: object) -> Household:
    return replace(home, children=(replace(home.children[0], **changes), *home.children[1:]))  # type: ignore[arg-type]


def _tier(home: Household, tier: Tier) -> Household:
    return replace(home, children=tuple(replace(one, tier=tier) for one in home.children))


def _siblings(home: Household, maker: Maker, called: tuple[str, str], born: date) -> Household:
    elder, younger = home.children
    younger = maker.born(replace(younger, name=called[1]), "新坝镇", born, Sex.FEMALE)
    return replace(home, children=(replace(elder, name=called[0]), younger))


def _twins(home: Household, maker: Maker, name: str) -> Household:
    first, second = home.children
    assert first.birth_date is not None
    assert first.sex is not None
    return replace(home, children=(first, maker.born(replace(second, name=name), "新坝镇", first.birth_date, first.sex)))


def _old_carer(home: Household, maker: Maker) -> Household:
    """奶奶 is 71 and has three grandchildren to look after."""
    born = add_months(maker.day, -12 * 71 - 3)
    carer = Guardian(
        Relation.PATERNAL_GRANDPARENT, "张秀兰", maker.numbers.phone(), maker.numbers.id_no(born, Sex.FEMALE), carer=True
    )
    parents = tuple(replace(one, carer=False) for one in home.children[0].guardians if not one.carer)
    first, *others = home.children
    others = [
        maker.born(one, "新坝镇", maker.day - timedelta(days=days), one.sex or Sex.MALE)
        for one, days in zip(others, (3240, 2210), strict=True)
    ]
    children = tuple(replace(one, guardians=(carer, *parents), tier=Tier.YELLOW) for one in (first, *others))
    return Household(children, 71)


def _back_home(home: Household) -> Household:
    people = tuple(
        replace(one, state="正常", away=False, work_place=None) if one.state == "外出务工" else one
        for one in home.children[0].guardians
    )
    return _first(home, guardians=people)


def _closed(home: Household, reason: str, on: date) -> Household:
    child = home.children[0]
    added = min(child.added_on or on, on - timedelta(days=150))
    return _first(home, closed_on=on, close_reason=reason, added_on=max(added, child.birth_date or added))


def _of_director(home: Household, staff: Staff) -> Household:
    """The director's own child: somebody else looks after it (利益冲突, domain.md 7.11)."""
    worker = staff.at(Role.CHILD_DIRECTOR, OWN_CHILD).holder
    assert worker is not None
    people = tuple(
        replace(one, name=worker.name, phone=worker.phone, state="正常", away=False, carer=True)
        if one.relation is Relation.MOTHER
        else replace(one, carer=False)
        for one in home.children[0].guardians
        if one.relation in (Relation.FATHER, Relation.MOTHER)
    )
    return _first(home, guardians=people)


def _leap_day(day: date) -> date:
    year = day.year - 7
    while year % 4:
        year -= 1
    return date(year, 2, 29)
