"""One child of the demo county entered twice: what 查重 shows a visitor. The two 王梓涵 of the same village stay apart.

Nothing is drawn: of a county that is made, one file becomes a second one of another child, written down by ear and
without an ID number, as it happens where two people keep a list.
"""

from __future__ import annotations

from dataclasses import replace

from domain.children import Child, Label, Tier
from domain.demo.county import County, Place
from domain.demo.families import Household
from domain.demo.staff import LARGE

# characters of the invented names, and what another pen makes of the same sound
_BY_EAR = {
    "涵": "晗", "轩": "宣", "宇": "雨", "桐": "彤", "怡": "仪", "欣": "馨", "馨": "欣", "明": "鸣", "鸣": "明", "阳": "杨",
    "泽": "择", "辰": "晨", "萌": "盟", "瑶": "遥", "楷": "凯", "哲": "喆", "诗": "师", "琪": "琦", "清": "青", "雨": "宇",
}  # fmt: skip


def by_ear(name: str) -> str | None:
    """The name with its last character written otherwise; None where we know no other."""
    other = _BY_EAR.get(name[-1])
    return name[:-1] + other if other else None


def entered_twice(county: County) -> County:
    """The same county, in which one child of 渠口村 has two files. The same for the same county; unchanged where none fits."""
    place = next((one for one in county.places if one.unit.code == LARGE), None)
    if place is None:
        return county
    alone = [home for home in place.homes if len(home.children) == 1 and _plain(home.children[0])]
    known = next((child for home in alone if by_ear((child := home.children[0]).name) and child.id_no and child.guardians), None)
    others = [home for home in alone if home.children[0] is not known]
    if known is None or known.birth_date is None or not others:
        return county
    born = known.birth_date  # of the same age, so that what was noted on the visits fits
    second = min(others, key=lambda home: abs(((home.children[0].birth_date or born) - born).days))
    places = tuple(_with(one, second, known) if one is place else one for one in county.places)
    return replace(county, places=places)


def _plain(child: Child) -> bool:
    """An ordinary open file without agreement: nothing on it names people who would be others afterwards."""
    away = any(one.away for one in child.guardians)
    apart = {Label.LEFT_BEHIND, Label.ILL_OR_DISABLED} & set(child.labels)
    return child.closed_on is None and child.tier is Tier.GREEN and not apart and not away


def _with(place: Place, second: Household, known: Child) -> Place:
    """The place in which the child of `second` is `known` once more; it keeps its own number, address and history."""
    own = second.children[0]
    again = replace(
        own, name=by_ear(known.name) or known.name, sex=known.sex, birth_date=known.birth_date, id_no=None,
        guardians=known.guardians, labels=known.labels, ethnicity=known.ethnicity, school=known.school, grade=None,
        boarding=known.boarding, school_status=known.school_status, health=known.health, disease=known.disease,
        added_on=max(filter(None, (own.added_on, known.added_on)), default=None),
    )  # fmt: skip
    homes = tuple(replace(home, children=(again,)) if home is second else home for home in place.homes)
    return replace(place, homes=homes)
