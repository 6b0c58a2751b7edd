"""The unit tree of the county: county ⊃ towns ⊃ villages and communities, and the departments beside them.

Codes: county 6 digits, town 9 (the national list), village or community = town code + 3-digit serial in listing
order, department = county code + "." + slug. The county's own desk (县民政局 as the one that runs the work) is the
county unit itself; `….civil_affairs` is the same bureau as a receiver of reports.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pypinyin import lazy_pinyin

from domain.people import Unit, UnitKind

COUNTY = "620724"
_FILE = Path(__file__).with_name("data") / "county.json"

# slug → the name on the plan's list, and other names people write. Plan 高民发〔2024〕10号, tasks 1-19.
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "police": ("县公安局", "派出所", "公安机关"),
    "education": ("县教育局", "教体局", "教育和体育局"),
    "civil_affairs": ("县民政局",),
    "health": ("县卫健局", "卫生健康局", "卫健委"),
    "procuratorate": ("县检察院", "人民检察院"),
    "court": ("县法院", "人民法院"),
    "justice": ("县司法局",),
    "women": ("县妇联", "妇女联合会"),
    "youth": ("团县委", "共青团县委"),
    "disabled": ("县残联", "残疾人联合会"),
    "human_resources": ("县人社局", "人力资源和社会保障局", "人力资源社会保障局"),
    "cyberspace": ("县委网信办", "网信办"),
    "finance": ("县财政局",),
    "emergency": ("县应急局", "应急管理局"),
    "water": ("县水务局",),
    "fire": ("县消防救援大队", "消防队", "消防大队"),
    "children_office": ("县妇儿工委办", "妇女儿童工作委员会办公室"),
}

_DEMO = (
    Unit("620724900", UnitKind.TOWN, "示范镇", COUNTY),
    Unit("620724900001", UnitKind.VILLAGE, "甲村", "620724900"),
)

_PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
# 村民小组 is below our smallest unit: 小坝村三社 is in 小坝村. Only after 村, so that 五一社 is not cut to nothing.
_GROUP = re.compile(r"(?<=村)第?[一二三四五六七八九十\d]{1,3}(?:社|组|队)$")
_SUFFIX = re.compile(r"(?:社区居民委员会|社区居委会|村民委员会|居民委员会|村委会|居委会|社区|村)$")
_ABOVE = re.compile(r"^(?:甘肃省|甘肃)?(?:张掖市|张掖)?(?:高台县|高台)?(?=.)")
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")


def _compact(text: str) -> str:
    return re.sub(r"[\s·,,、/／\\>→-]+", "", unicodedata.normalize("NFKC", text))


def _bare(name: str, kind: UnitKind | None = None) -> str:
    """The name without its kind: 小坝村, 小坝村委会 → 小坝; 新坝镇 → 新坝; 县公安局 → 公安局."""
    if kind is UnitKind.DEPARTMENT:
        return name.removeprefix("县委").removeprefix("县")
    if kind in (UnitKind.TOWN, UnitKind.COUNTY):
        return name.rstrip("镇乡县")
    previous = ""
    while previous != name:  # 新建东村社区 → 新建东村 → 新建东
        previous, name = name, _SUFFIX.sub("", name) or name
    return name


def _sound(text: str) -> str:
    """Pinyin without tones, each character alone (no phrase table: names are not phrases)."""
    return "".join(lazy_pinyin(list(text))).lower()


class UnitTree:
    """All units of one county, in listing order. Immutable after making; look-ups by code are by dictionary."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}
        self._children: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit)
        self._order = {code: place for place, code in enumerate(self._units)}
        self._spellings: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            for spelling in self._spellings_of(unit):
                self._spellings.setdefault(spelling, []).append(unit)

    @cached_property
    def _sounds(self) -> dict[str, list[Unit]]:
        """Made when somebody is first looked for by sound: it is most of the work, and most trees are never asked."""
        found: dict[str, list[Unit]] = {}
        for unit in self._units.values():
            for sound in {_sound(spelling) for spelling in self._spellings_of(unit)}:
                found.setdefault(sound, []).append(unit)
        return found

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)

    def get(self, code: str) -> Unit | None:
        """The unit with this code, or None."""
        return self._units.get(code)

    def children_of(self, code: str) -> tuple[Unit, ...]:
        """The units directly below, in listing order; under the county: its towns, then its departments."""
        return tuple(self._children.get(code, ()))

    @property
    def towns(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self if unit.kind is UnitKind.TOWN)

    @property
    def departments(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self if unit.kind is UnitKind.DEPARTMENT)

    def town_of(self, code: str) -> Unit | None:
        """The town a village or community belongs to, a town itself, else None."""
        unit = self._units.get(code)
        while unit is not None and unit.kind is not UnitKind.TOWN:
            unit = self._units.get(unit.parent) if unit.parent else None
        return unit

    def under(self, code: str) -> frozenset[str]:
        """Every code within this unit's scope, itself included. The county covers all, a department only itself.

        An unknown code covers nothing: a post whose unit was taken off the list sees no child.
        """
        if code not in self._units:
            return frozenset()
        found, waiting = {code}, [code]
        while waiting:
            below = [unit.code for unit in self._children.get(waiting.pop(), ())]
            found.update(below)
            waiting.extend(below)
        return frozenset(found)

    def path_name(self, code: str) -> str:
        """新坝镇小坝村: the name that is unique in the county (小坝村 alone is not). Unknown code: the code."""
        unit = self._units.get(code)
        if unit is None:
            return code
        town = self.town_of(code)
        return unit.name if town is None or town is unit else town.name + unit.name

    def exact(self, text: str) -> list[Unit]:
        """The units whose name, bare name or path name this is. Empty when none; no guessing by sound."""
        said = _GROUP.sub("", _compact(text))
        for form in (said, _ABOVE.sub("", said)):
            for spelling in (form, _bare(form), form.translate(_DIGITS), _bare(form.translate(_DIGITS))):
                if units := self._spellings.get(spelling):
                    return list(units)
        return []

    def find(self, text: str, home: Unit | None = None) -> list[Unit]:
        """The units a person may mean by this text, the likeliest first; empty when none.

        First whole names (with or without 村/镇/社区, alone or as a path: 新坝小坝), then the same sound (also typed
        as pinyin: xiaoba), then a part of the name. `home` is the asking person's unit: its own village comes first,
        then its town's. More than one unit is a question to the person, never a guess.
        """
        said = _GROUP.sub("", _compact(text))
        if not said:
            return []
        found = self.exact(said)
        if not found:
            local = _ABOVE.sub("", said)
            for form in (local, _bare(local)):
                found = found or self._sounds.get(_sound(form), [])
        if not found and len(said) > 1:
            part = _bare(said)
            found = [unit for unit in self if part in unit.name]
        return sorted(found, key=lambda unit: (self._distance(unit, home), self._order[unit.code]))

    def mentioned(self, text: str) -> Unit | None:
        """The one village, else the one town, named inside a longer text (a sheet's title); None when not clear."""
        said = _compact(text)
        towns = [unit for unit in self.towns if unit.name in said]
        places = [unit for unit in self if unit.kind in _PLACES and len(unit.name) > 2 and unit.name in said]
        places += [unit for unit in self if unit.kind in _PLACES and len(unit.name) == 2 and said.endswith(unit.name)]
        if towns:
            places = [unit for unit in places if unit.parent in {town.code for town in towns}]
        longest = max((len(unit.name) for unit in places), default=0)
        places = [unit for unit in places if len(unit.name) == longest]
        if len(places) == 1:
            return places[0]
        return towns[0] if len(towns) == 1 else None

    def _spellings_of(self, unit: Unit) -> set[str]:
        if unit.kind is UnitKind.DEPARTMENT:
            names = (unit.name, *DEPARTMENTS.get(unit.code.partition(".")[2], ()))
            return {form for name in names for form in (name, _bare(name, unit.kind), "县" + _bare(name, unit.kind))}
        own = {unit.name, _bare(unit.name, unit.kind)}
        town = self._units.get(unit.parent or "") if unit.kind in _PLACES else None
        if town is None:
            return own
        return own | {above + name for above in (town.name, _bare(town.name, town.kind)) for name in own}

    def _distance(self, unit: Unit, home: Unit | None) -> int:
        if home is None:
            return 0
        if unit.code == home.code:
            return 0
        home_town, town = self.town_of(home.code), self.town_of(unit.code)
        return 1 if home_town is not None and town == home_town else 2


def load(demo: bool = False) -> UnitTree:
    """The county's tree from `data/county.json`. `demo` adds 示范镇·甲村, the only place for invented abuse stories."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    units = [Unit(COUNTY, UnitKind.COUNTY, data["county"]["name"], None)]
    for town in data["towns"]:
        code = town["code"]
        units.append(Unit(code, UnitKind.TOWN, town["town"], COUNTY))
        listed = [(UnitKind.VILLAGE, name) for name in town["villages"]]
        listed += [(UnitKind.COMMUNITY, name) for name in town["communities"]]
        units += [Unit(f"{code}{serial:03d}", kind, name, code) for serial, (kind, name) in enumerate(listed, 1)]
    if demo:
        units += _DEMO
    units += [Unit(f"{COUNTY}.{slug}", UnitKind.DEPARTMENT, names[0], COUNTY) for slug, names in DEPARTMENTS.items()]
    return UnitTree(units)
