"""Dangerous places and what is to be mended: waters with their 四个一, stoves, roads, unlicensed care (plan task 15, H16).

A hazard is reported in one message, goes to the office whose it is, is mended, and is closed only once the village has
looked. A look at a water that finds something missing is such a report too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DAY
from domain.forms import (
    Answers,
    Choice,
    Form,
    Invalid,
    Question,
    Said,
    World,
    by_button,
    choice,
    given,
    one_of,
    text,
)
from domain.reading.folding import fold

FOUR = ("sign", "ring", "rope", "pole")  # 四个一: 警示牌 救生圈 救生绳 救生杆 (H16)
ITEMS = (*FOUR, "fence")
FIX_DAYS, URGENT_DAYS, LOOK_DAYS = 14, 3, 7
LOOK_EVERY = 7  # days between two looks at a water in the season
SEASON = (5, 9)  # 防溺水: May to September (domain.md 6.1)
MOST_PHOTOS = 6


@dataclass(frozen=True)
class Kind:
    """A sort of dangerous place: the words it is known by, the slug of whose it is to mend, how soon."""

    code: str
    owner: str
    words: str
    water: bool = False
    days: int = FIX_DAYS


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("pond", "water", r"涝坝|池塘|鱼塘|蓄水池|水塘|坑塘|水坑", True),
        Kind("canal", "water", r"水渠|渠边|渠上|干渠|支渠|渠", True),
        Kind("reservoir", "water", r"水库|大坝", True),
        Kind("river", "water", r"河边|河滩|黑河|河", True),
        Kind("well", "water", r"机井|水窖|枯井|废井|井盖|井", True, URGENT_DAYS),
        Kind("stove", "emergency", r"炉子|煤烟|煤气|烟筒|烟囱|土炕|取暖"),
        Kind("fire", "fire", r"消防|灭火器|柴草|草垛|起火|堵.{0,3}通道|充电"),
        Kind("wire", "emergency", r"电线|插座|漏电|变压器|电闸|线路|高压线", False, URGENT_DAYS),
        Kind("house", "emergency", r"危房|墙|房顶|屋顶|塌|裂缝", False, URGENT_DAYS),
        Kind("road", "police", r"马路|公路|国道|路口|红绿灯|减速带|斑马线|大车|路灯|路"),
        Kind("bus", "education", r"校车|接送车|面包车|超载"),
        Kind("school", "education", r"学校|教室|操场|幼儿园|校门"),
        Kind("care", "education", r"托管|补习|小饭桌|午托|黑园"),
        Kind("other", "emergency", r"(?!)"),
    )
}
WATERS = tuple(code for code, kind in KINDS.items() if kind.water)
LEDGER = (*WATERS, "stove", "road", "care", "other")
OWNERS = ("water", "education", "emergency", "police", "fire")
MARKS: dict[str, str] = {
    "sign": r"警示牌|警示标|警告牌|牌子",
    "ring": r"救生圈",
    "rope": r"救生绳|绳",
    "pole": r"救生杆|杆",
    "fence": r"护栏|围栏|栏杆|铁丝网|防护网",
}
_PLACE = re.compile(
    r"(?:(?:[\u4e00-\u9fff]{1,8}(?:村|社|组|队|家|小学|中学|幼儿园)[\u4e00-\u9fff]{0,6}?)?[\u4e00-\u9fff]{0,4}?)"
    r"(?:涝坝|池塘|鱼塘|蓄水池|水塘|水渠|干渠|支渠|渠|水库|大坝|河边|河滩|机井|水窖|枯井|废井|井|马路|路口|公路|校门口?|教室|操场|托管班|小饭桌|变压器|炉子|危房|桥)"
)
# a pit on the road is the road's, a wire over the school the wire's: the first in this order that is named
_ORDER = (
    "well",
    "pond",
    "reservoir",
    "canal",
    "river",
    "bus",
    "care",
    "wire",
    "stove",
    "fire",
    "house",
    "school",
    "road",
)


def kind_of(words: str) -> str | None:
    """The sort of place these words speak of; None where they name none."""
    said = fold(words)
    return next((code for code in _ORDER if re.search(KINDS[code].words, said)), None)


def place_of(words: str) -> str | None:
    """The place as told: 涝坝, 村东头水渠; None where none is named."""
    found = _PLACE.search(fold(words))
    return words[found.start() : found.end()] if found else None


_BROKEN = re.compile(
    r"断|坏|倒了|歪|裂|塌|垮|漏|堵|松了|掉了|丢了|没了|耷拉|露(?:着|出)|缺|超(?:载|员)"
    r"|没(?:有|见)?(?:人管|警示|牌子|救生|护栏|围栏|栏杆|盖|灭火器|证|照|减速带|路灯|红绿灯|斑马线)"
)
# stoves, houses and haystacks are somebody's home
_OPEN_PLACES = tuple(code for code in _ORDER if code not in ("stove", "house", "fire"))
_OF_A_FAMILY = re.compile(
    r"家|去了|去过|走访|入户|联系|电话|视频|奶|爷|爸|妈|姥|外公|外婆|叔|伯|姑|舅|姨|婶|娃|孩|学生|丫头|小子|他|她|我|弟|妹|哥|姐"
    r"|[?？]|吗|呢|怎么|咋|手机|修好|换(?:好|了)|已经|没去|去不|耽搁|耽误|路上|车坏"
)
LONGEST_WORD = 30


def told(words: str) -> bool:
    """Whether a short sentence tells of a place that is out of order and of nobody: 北渠边护栏断了. Families are another matter."""
    said = fold(words.strip())
    if len(said) > LONGEST_WORD or _OF_A_FAMILY.search(said) or not _BROKEN.search(said):
        return False
    return kind_of(words) in _OPEN_PLACES


def missing(items: Mapping[str, bool]) -> tuple[str, ...]:
    """What of the 四个一 a look found missing, in their order."""
    return tuple(item for item in FOUR if items.get(item) is False)


def is_complete(items: Mapping[str, bool]) -> bool:
    """4/4: all four were seen there."""
    return all(items.get(item) is True for item in FOUR)


def in_season(day: date) -> bool:
    return SEASON[0] <= day.month <= SEASON[1]


def owner_of(kind: str) -> str:
    return KINDS[kind].owner


def due_day(kind: str, today: date) -> date:
    """By when it should be mended. No law sets these days; the county signs its own list."""
    return today + KINDS[kind].days * DAY


LOOK_SPAN = timedelta(days=LOOK_DAYS)


# --- forms ---------------------------------------------------------------------------------------------------------


def read_unit(said: Said, world: World, answers: Answers) -> str:
    """The village it lies in: by button, or its name typed."""
    if said.choice is not None and said.choice in {code for code, _ in world.facts["units"]}:
        return said.choice
    code = world.facts["find_unit"](said.text or "") if said.text else None
    if code is None:
        raise Invalid("hazard.problem.village")
    return str(code)


def unit_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["units"][:10])


def read_place(said: Said, world: World, answers: Answers) -> str:
    words = (said.text or "").strip()
    if len(words) < 2:
        raise Invalid("hazard.problem.place")  # nobody can go to a hazard without a place
    if len(words) > 60:
        raise Invalid("form.problem.too_long", most=60, length=len(words))
    return words


def _photos(said: Said, world: World, answers: Answers) -> list[str]:
    found = [*(answers.get("photos") or []), *said.files]
    if not said.files:
        raise Invalid("hazard.problem.photo")
    if len(found) > MOST_PHOTOS:
        raise Invalid("visit.problem.photos", most=MOST_PHOTOS)
    return found


HAZARD = Form(
    "hazard",
    (
        Question("unit", read_unit, choices=unit_choices),
        choice("kind", *KINDS, columns=3),
        Question("place", read_place),
        Question("words", text(500, 2)),
        Question("photos", _photos, aside=True, files=True),
    ),
)


def _owner_reader(said: Said, world: World, answers: Answers) -> str:
    return str(one_of(*OWNERS)(said, world, answers))


def _yes_or_no(item: str) -> Question:
    return choice(item, "yes", "no", when=given("kind", *WATERS))


POINT = Form(
    "point",
    (
        Question("unit", read_unit, choices=unit_choices),
        choice("kind", *LEDGER, columns=3),
        Question("place", read_place),
        *(_yes_or_no(item) for item in ITEMS),
        Question(
            "owner", _owner_reader, choices=lambda world, answers: tuple(Choice(one) for one in OWNERS), aside=True
        ),
    ),
)
LOOK = Form(
    "look",
    (
        Question("point", by_button),
        Question("kind", by_button, aside=True),
        choice("all", "yes", "no", when=given("kind", *WATERS)),
        *(choice(item, "yes", "no", when=given("all", "no")) for item in ITEMS),
        Question("words", text(300, 2), when=given("kind", *(one for one in LEDGER if one not in WATERS)), skip=True),
    ),
)
FIXED = Form(
    "fixed",
    (
        Question("hazard", by_button),
        Question("what", text(300, 2)),
        Question("photos", _photos, aside=True, files=True),
    ),
)
CHECKED = Form(
    "checked",
    (
        Question("hazard", by_button),
        choice("good", "yes", "no"),
        Question("why", text(300, 2), when=given("good", "no")),
    ),
)
