"""Children named by where they belong: guardian, list number, group, village, household."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from domain.reading.folding import NUMBER, fold, number
from domain.reading.name_tiers import by_sound, everywhere, one_of, other_surname
from domain.reading.people import (
    GUARDIAN,
    OnRoster,
    Spoken,
    born,
    group_of,
    guardian_name,
    guardian_names,
    household_of,
    is_girl,
    list_number,
)
from domain.reading.sounds import sound_of
from domain.reading.words import COMMON_PHRASES


def guardians(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A guardian's name: all roster children of that guardian."""
    by_guardian: dict[str, list[str]] = {}
    for child in roster:
        for name in guardian_names(child):
            by_guardian.setdefault(name, []).append(child.id)
    for name, ids in by_guardian.items():
        for start in everywhere(folded, name):
            if name not in COMMON_PHRASES or not re.match(r"[他她我你娃]", folded[start + len(name) :]):
                yield Spoken(start, start + len(name), tuple(ids), GUARDIAN)
    for found in by_sound(folded, {name: name for name in by_guardian if len(name) >= 3}, GUARDIAN, nearly=False):
        yield Spoken(found.start, found.end, tuple(dict.fromkeys(i for name in found.ids for i in by_guardian[name])), GUARDIAN)
    for name, ids in by_guardian.items():
        given = sound_of(name).given
        if len(name) >= 3:
            for start in everywhere(folded, given):  # 去德福家
                end = start + len(given)
                if folded[end : end + 1] in ("家", "叔", "婶", "爷", "哥", "嫂", "姨") and not other_surname(folded, start, []):
                    yield Spoken(start, end, tuple(ids), GUARDIAN)


def numbers(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """3号娃, 我名单上的5号: the number at the end of the file number, else the place on the list."""
    for match in re.finditer(rf"(?:(?:名单|花名册|册子|表)上?(?:的)?(?:第)?({NUMBER})\s*(?:号|个)|(?<!月)(?<!月份)({NUMBER})\s*号\s*(?:的?(?:娃|孩子|儿童|学生)|家(?!访)))", folded):
        count = number(match[1] or match[2])
        ids = [c.id for c in roster if list_number(c) == count]
        if len(ids) != 1 and count and count <= len(roster):
            ids = [roster[count - 1].id]
        yield from one_of(match.start(), match.end(), ids, 6)


_ALL = r"(?:(?P<n>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:个|名|户|家)|所有|全部|全体|几个|这几个|那几个)(?:的)?(?:娃娃?|孩子|儿童|学生|人家|家)?"


def places(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """三组四个娃, 沙泉村几个娃都: everybody of that group or village, where the number said is theirs."""
    homes: dict[str, list[str]] = {}
    for child in roster:
        village = re.sub(r"(?:村|社区)$", "", fold(child.village))
        if len(village) > 1:
            homes.setdefault(village, []).append(child.id)
        if group := group_of(child):
            homes.setdefault(group, []).append(child.id)
            homes.setdefault(_other_digits(group), []).append(child.id)
    for home, ids in homes.items():
        for match in re.finditer(rf"{re.escape(home)}(?:村|社区)?(?:里|上)?(?:的|把|那|这)?(?:我(?:管|包)的)?{_ALL}", folded):
            count = number(match["n"]) if match["n"] else None
            houses = len({(guardian_name(c.guardian) or c.id) for c in roster if c.id in ids})
            if count == len(ids) or (count == houses and re.search(r"户|家", match[0][len(home) :])) or (count is None and re.match(r"[^。；]{0,12}[都全]|[^。；]{0,8}挨个", folded[match.end() :])):
                yield Spoken(match.start(), match.end(), tuple(ids), 6)


def _other_digits(group: str) -> str:
    """3组 for 三组 and back."""
    match = re.match(NUMBER, group)
    count = number(match[0]) if match else None
    if match is None or count is None or not 0 < count < 11:
        return group
    return (str(count) if not match[0].isdecimal() else "零一二三四五六七八九十"[count]) + group[match.end() :]


_RANK = {"大": 0, "二": 1, "三": 2, "四": 3}
_CHILD_OF_HOUSE = r"(?:(?:的|那)?(?:老[大二三四小幺]|(?:大|小|碎|尕)?(?:孙子|孙女|外孙女?|娃|孩子|丫头|闺女|女子|女娃|男娃|小子|儿子|女儿)|[两俩几三仨]个?(?:娃|孩子)|碎娃|尕娃|碎的|小的|大的))"
_ONE = re.compile(r"老[大二三四小幺]|孙|丫头|闺女|女子|女娃|男娃|小子|儿子|女儿|碎|尕|小的|大的")


def households(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """老权家大孙子, 王家老二, 冶家: the one roster family of that surname."""
    for match in re.finditer(rf"老?([\u4e00-\u9fff])(?:家(?![庄村湾沟营寨台滩圈堡墩渠集镇桥坡河长庭])|老汉|大爷|大娘|奶奶家|爷爷家){_CHILD_OF_HOUSE}?|老([\u4e00-\u9fff])(?=屋|他|的)", folded):
        surname = match[1] or match[2]
        if match[0] == f"{surname}家" and not re.search(r"(?:^|[\s，。、:：去到在给从了访和跟户]|[去跑到走](?:的|过))$", folded[: match.start()]):
            continue
        family = [c for c in roster if surname in (c.name[0], *(name[0] for name in guardian_names(c)))]
        own = [c for c in family if c.name[0] == surname] or family
        if not own or re.match(r"[大人全国]|自", surname):
            continue
        houses = {household_of(c) for c in own}
        if len(own) > 1 and len(houses) == 1 and not _ONE.search(match[0]):
            yield Spoken(match.start(), match.end(), tuple(c.id for c in own), 9)
        else:
            yield from one_of(match.start(), match.end(), [c.id for c in _which(match[0], own)], 9)


def _which(words: str, own: list[OnRoster]) -> list[OnRoster]:
    """The 老二, the granddaughter, where sex and birth tell; else all who may be meant."""
    if re.search(r"孙女|丫头|闺女|女子|女娃|女儿", words):
        own = [c for c in own if is_girl(c) is not False] or own
    elif re.search(r"孙子|小子|男娃|儿子", words):
        own = [c for c in own if is_girl(c) is not True] or own
    rank = re.search(r"老([大二三四小幺])|([大小碎尕])(?=孙|外孙|娃|孩子|丫头|闺女|女子|小子|儿子|女儿|的)", words)
    if rank is None or len(own) < 2 or any(born(c) is None for c in own) or len({household_of(c) for c in own}) > 1:
        return own
    elder_first = sorted(own, key=lambda c: born(c) or date.max)
    which = rank[1] or rank[2]
    place = len(own) - 1 if which in "小幺碎尕" else _RANK[which]
    return [elder_first[place]] if place < len(own) else own


_SIBLINGS = re.compile(r"[他她]们(?:姐弟|兄妹|姐妹|兄弟|姊妹|哥俩|姐俩)|[他她](?:们)?(?:俩|两个|仨)(?=都|也|在|各|一人|好|挺|写|正|今天|说)|(?:[哥弟姐妹姊兄]{1,2}|兄弟|姐弟|兄妹|姐妹|姊妹|父子|娃|孩子|[两俩仨])(?:俩|两个|两人|仨|三个|几个|们)|(?:俩|两个|两|仨|三个|几个)(?:碎|尕|小|男|女)?(?:娃|孩子|兄弟|姐妹|姊妹|都|丫头|小子|孙子|孙女|外孙|学生)|(?:他|她)?(?:弟弟|妹妹|哥哥|姐姐)(?:也|都)")


def with_siblings(folded: str, child_id: str, roster: Sequence[OnRoster]) -> list[str]:
    """小禾家俩娃都好: the brother is meant too, where the roster has one household of that size."""
    child = next(c for c in roster if c.id == child_id)
    house = [c.id for c in roster if household_of(c) == household_of(child) and (c.name[0] == child.name[0] or guardian_name(c.guardian) == guardian_name(child.guardian))]
    match = _SIBLINGS.search(folded)
    if match is None or len(house) < 2:
        return [child_id]
    count = 3 if re.search(r"仨|三个", match[0]) else 2 if re.search(r"俩|两", match[0]) else None
    if count is not None and count != len(house):
        return [child_id]
    return [child_id, *(i for i in house if i != child_id)]
