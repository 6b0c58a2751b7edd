"""The rest of an invented child's file: what makes 55 of a hundred files whole, benefits, help, consents, parents' states
with their days, and a few families about whom the rules ask something (domain.md 7.8, 7.10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.calendar import DAY, add_months
from domain.child_file import Benefit, BenefitKind, BenefitStatus, Help, HelpKind
from domain.children import Capacity, Child, Guardian, Label, Relation, Returns
from domain.consent import Consent, ConsentKind, ConsentState, How, Whose
from domain.demo.families import Household
from domain.demo.ids import Ids
from domain.file_fields import AWAY, CONFINED, PSYCH, TRADES, place_of

WHOLE = 0.72  # of the homes: with what is missing elsewhere (a number, a notice), 55 of a hundred files
_GONE = ("死亡", "失踪")
_RECEIVES = {
    Label.LOW_INCOME: BenefitKind.LOW_INCOME, Label.NEAR_LOW_INCOME: BenefitKind.NEAR_LOW_INCOME,
    Label.DESTITUTE: BenefitKind.DESTITUTE, Label.ORPHAN: BenefitKind.ORPHAN,
    Label.DE_FACTO_UNATTENDED: BenefitKind.DE_FACTO_UNATTENDED,
}  # fmt: skip
_GIVEN = (
    (HelpKind.GOODS, "书包和文具一套", "县妇联"), (HelpKind.GOODS, "冬衣一件", "镇民政办"), (HelpKind.MONEY, "春节慰问金", "县民政局"),
    (HelpKind.LEARNING, "每周补课一次", "镇中心小学老师"), (HelpKind.COMPANY, "周末陪伴", "大学生志愿者"),
    (HelpKind.ERRAND, "帮着办低保材料", "村委会"), (HelpKind.MIND, "心理疏导一次", "学校心理老师"),
)  # fmt: skip
_LIVES = {
    Relation.PATERNAL_GRANDPARENT: "祖父母", Relation.MATERNAL_GRANDPARENT: "外祖父母", Relation.FATHER: "父亲",
    Relation.MOTHER: "母亲", Relation.RELATIVE: "亲戚", Relation.NEIGHBOUR: "邻居",
}  # fmt: skip


@dataclass(frozen=True)
class Records:
    """What is written beside the facts of some children."""

    benefits: tuple[Benefit, ...] = ()
    helps: tuple[Help, ...] = ()
    consents: tuple[Consent, ...] = ()


def filled(homes: tuple[Household, ...], seed: str, day: date) -> tuple[Household, ...]:
    """The households with the rest of their facts: whole for a little more than half, with gaps for the others."""
    rng = Random(f"{seed}/file")
    return tuple(_home(rng, home, day) for home in homes)


def _home(rng: Random, home: Household, day: date) -> Household:
    whole = rng.random() < WHOLE
    shown: dict[str, Guardian] = {}
    children = []
    for one in home.children:
        people = tuple(
            shown.setdefault(f"{each.relation}{each.name}", _person(rng, each, day, whole)) for each in one.guardians
        )
        carer = next((each for each in people if each.carer), None)
        known = {
            "hukou_status": "农村户口" if rng.random() < 0.93 else "城镇户口",
            "living_with": _LIVES.get(carer.relation, "亲戚") if carer else None,
            "no_help_needed": True if whole and rng.random() < 0.3 else None,
            "psych": rng.choices(PSYCH, (92, 7, 1))[0],
            "disability_until": day + DAY * rng.randint(-20, 2600) if one.disability else None,
            "disability_cert": one.id_no and one.disability and f"{one.id_no}{rng.randint(11, 44)}",
            "disease": one.health if one.health not in (None, "健康", "残疾", "患病") else None,
        }
        said = {key: value for key, value in known.items() if value is not None and (whole or rng.random() < 0.6)}
        children.append(replace(one, guardians=people, **said))  # type: ignore[arg-type]
    return replace(home, children=tuple(children))


def _person(rng: Random, one: Guardian, day: date, whole: bool) -> Guardian:
    """What is known of a parent or carer beside name and phone."""
    if one.state == AWAY:
        back = rng.randint(4, 60)
        since = add_months(day, -back) if whole or rng.random() < 0.6 else None
        province, city = place_of(one.work_place)
        more = {
            "away_since": since, "province": province, "city": city, "trade": rng.choice(TRADES),
            "returns": rng.choices(list(Returns), (70, 6, 16, 8))[0], "last_call": day - timedelta(days=rng.randint(1, 30)),
        }  # fmt: skip
        known: dict[str, Any] = {key: value for key, value in more.items() if whole or rng.random() < 0.7}
        return replace(one, **known)
    if one.state in CONFINED:
        return replace(
            one, state_since=add_months(day, -rng.randint(8, 30)), state_until=add_months(day, rng.randint(1, 40))
        )
    if one.state not in (None, "正常"):
        return replace(
            one, state_since=add_months(day, -rng.randint(7, 70)),
            capacity=None if one.state in _GONE else Capacity.NONE if one.state in ("重残", "重病") else None,
        )  # fmt: skip
    return replace(one, capacity=Capacity.FULL) if one.carer and whole else one


def records(homes: tuple[Household, ...], seed: str, day: date, ids: Ids) -> Records:
    """Benefits, help, notices and consents of these households."""
    rng = Random(f"{seed}/records")
    benefits, helps, consents = list[Benefit](), list[Help](), list[Consent]()
    for home in homes:
        told = rng.random() < 0.95
        photo = rng.choices((ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN, None), (35, 8, 2, 55))[0]
        shares = rng.random() < 0.15
        for one in home.children:
            benefits += _benefits(rng, one, day, ids)
            for _ in range(0 if one.no_help_needed else rng.choices((0, 1, 2, 3), (8, 57, 25, 10))[0]):
                kind, what, giver = rng.choice(_GIVEN)
                value = 300 if kind is HelpKind.MONEY else None
                helps.append(Help(ids.new(), one.id, day - DAY * rng.randint(1, 300), kind, what, giver, value))
            since = max(one.added_on or day, day - DAY * 500)
            whose = Whose.CARER if rng.random() < 0.8 else Whose.MOTHER
            for asked, state in (
                (ConsentKind.NOTICE, ConsentState.GIVEN if told else None), (ConsentKind.PHOTO, photo),
                (ConsentKind.SHARING, ConsentState.GIVEN if shares else None),
            ):  # fmt: skip
                if state is not None:
                    how = How.ALOUD if asked is ConsentKind.NOTICE else How.PAPER
                    consents.append(
                        Consent(ids.new(), one.id, asked, state, min(day, since + DAY * rng.randint(0, 20)), whose, how)
                    )
    return Records(tuple(benefits), tuple(helps), tuple(consents))


def _benefits(rng: Random, one: Child, day: date, ids: Ids) -> list[Benefit]:
    found = [kind for label, kind in _RECEIVES.items() if label in one.labels]
    if one.disability:
        found.append(
            BenefitKind.DISABLED_CARE if one.disability.endswith(("一级", "二级")) else BenefitKind.DISABLED_LIVING
        )
    made = []
    for kind in found:
        applied = day - DAY * rng.randint(60, 900)
        status = rng.choices(list(BenefitStatus), (9, 80, 6, 5))[0]
        granted = status in (BenefitStatus.GRANTED, BenefitStatus.STOPPED)
        made.append(
            Benefit(
                ids.new(), one.id, kind, status, applied, applied + DAY * 45 if granted else None,
                day - DAY * rng.randint(1, 14) if status is BenefitStatus.STOPPED else None,
                rng.choice((350, 480, 1100)) if granted else None,
            )
        )  # fmt: skip
    return made


def candidates(homes: tuple[Household, ...], day: date) -> tuple[Household, ...]:
    """One family of a village whose parents' states meet the test of 事实无人抚养, though nobody has said so yet."""
    done, found = False, []
    for home in homes:
        people = {one.relation: one for one in home.children[0].guardians}
        father, mother = people.get(Relation.FATHER), people.get(Relation.MOTHER)
        fits = father is not None and mother is not None and mother.state in ("重病", "重残") and father.state == AWAY
        if fits and not done and Label.LEFT_BEHIND in home.children[0].labels:
            done = True
            gone = {
                "state": "失联",
                "away": None,
                "away_since": None,
                "work_place": None,
                "state_since": add_months(day, -8),
            }
            home = replace(
                home,
                children=tuple(
                    replace(
                        one,
                        guardians=tuple(
                            replace(each, **gone) if each.relation is Relation.FATHER else each  # type: ignore[arg-type]
                            for each in one.guardians
                        ),
                    )
                    for one in home.children
                ),
            )
        found.append(home)
    return tuple(found)
