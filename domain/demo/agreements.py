"""Care agreements of invented families: one pass for each household, in every state (domain.md 7.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from domain.agreements import PARENTS, Ending, Paper, Person, Signer, State, Terms, needs_agreement, parents_of
from domain.calendar import DAY, add_months
from domain.children import Child
from domain.demo.county import County, Place
from domain.demo.families import Household
from domain.demo.ids import Ids
from domain.demo.staff import ORDINARY

# Of a hundred families that need one; ENDED: the parents came home, and whether they leave again is not known yet.
SHARES = {
    State.VALID: 61, State.TO_COMPLETE: 10, State.EXPIRING: 9, State.UNSIGNED: 11, State.EXPIRED: 4, State.ENDED: 5,
}  # fmt: skip
DRAFTED = 0.3  # of the unsigned: filled in and printed, waiting for the parents
PROMISES = ("每周六晚上，视频", "每周日晚上，视频", "每周五晚上，电话", "每周三、周日晚上，电话或视频")
MONEY = ("每月600元，微信转", "每月800元，微信转", "每月1000元，打到老人卡上", "不另给", None)
WISHES = ("想跟奶奶住", "想让妈妈常打视频", "爷爷做饭好吃", "过年想跟爸妈去", None, None)
_GONE = ("死亡", "失踪", "撤销资格", "遣送出境")
Pass = tuple[Terms, list[Paper]]


def of_place(county: County, place: Place) -> list[Pass]:
    """The agreements of one village, by household. The same county gives the same."""
    rng = Random(f"{county.seed}/agreements/{place.unit.code}")
    ids = Ids(Random(f"{county.seed}/agreement-ids/{place.unit.code}"), county.day)
    states = _states(rng, place.unit.code == ORDINARY)
    found = []
    for home in place.homes:
        here = [one for one in home.children if needs_agreement(one, county.day)]
        carer = next((one for one in home.children[0].guardians if one.carer and one.relation not in PARENTS), None)
        if here and carer is not None and carer.name:
            made = _pass(rng, ids, county.day, home, here, next(states))
            if made is not None:
                found.append(made)
    return found


def _states(rng: Random, opened_first: bool) -> Iterator[State]:
    """By chance; in the village a visitor opens first every state once before that."""
    if opened_first:
        yield from (State.EXPIRING, State.UNSIGNED, State.TO_COMPLETE, State.VALID)
    while True:
        yield rng.choices(list(SHARES), weights=list(SHARES.values()))[0]


def _pass(rng: Random, ids: Ids, day: date, home: Household, here: Sequence[Child], state: State) -> Pass | None:
    if state is State.UNSIGNED and rng.random() > DRAFTED:
        return None  # nothing there at all
    last = {
        State.EXPIRING: day + DAY * rng.randint(2, 30),
        State.EXPIRED: day - DAY * rng.randint(3, 40),
    }.get(state, day + DAY * rng.randint(60, 340))
    signed = None if state is State.UNSIGNED else min(add_months(last, -12) + DAY, day - DAY * 3)
    terms = _terms(rng, ids, home, here[0], signed or day, last)
    whole = state is not State.TO_COMPLETE
    parents = [Signer(one.relation.value) for one in terms.parents]
    if not whole and len(parents) > 1 and rng.random() < 0.5:
        parents = parents[:1]  # signed by one parent
    else:
        whole = whole or rng.random() < 0.2
    papers = []
    for one in here:
        age = one.age_on(signed or day)
        heard = age is None or age >= 8
        papers.append(
            Paper(
                ids.new(), ids.new(), one.id, terms, heard="yes" if heard else None,
                wish=rng.choice(WISHES) if heard else None, school_told=whole, village_told=True, signed_on=signed,
                signers=(*parents, Signer.CARER, Signer.VILLAGE, Signer.DIRECTOR) if signed else (),
                number=f"{signed.year}-{one.file_no[3:]}" if signed and (whole or len(parents) == 1) else None,
                ended_on=day - DAY * rng.randint(5, 50) if state is State.ENDED else None,
                ended_why=Ending.PARENTS_BACK if state is State.ENDED else None,
            )
        )  # fmt: skip
    return terms, papers


def _terms(rng: Random, ids: Ids, home: Household, child: Child, first: date, last: date) -> Terms:
    carer = next(one for one in child.guardians if one.carer and one.relation not in PARENTS)
    parents = tuple(
        Person(one.name, one.relation, one.phone, one.id_no, one.work_place, state=one.state)
        for one in parents_of(child)
        if one.name and one.state not in _GONE
    )
    reached = next((one for one in parents if one.phone), None)
    return Terms(
        ids.new(), parents,
        Person(carer.name, carer.relation, carer.phone, carer.id_no, address=child.address, age=home.carer_age), first,
        last, rng.choice(MONEY), rng.choice(PROMISES), f"{reached.name} {reached.phone}" if reached else None,
        f"{last.year}年春节",
    )  # fmt: skip
