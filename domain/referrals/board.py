"""需要帮助 without names: what may stand on the need board (plan task 18; 未成年人保护法 art. 103).

A need is read by organisations and volunteers who know the village. Names, numbers, addresses and schools are held back
and the writer is asked to say it without them; nothing is put on the board half-blackened.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.reading.folding import fold

NEEDS = ("clothes", "study_things", "company", "tutoring", "bedding", "medical_aid", "house_repair", "other")
BLANK = "□"
_NUMBER = re.compile(r"\d[\d\- ]{5,}[\dxX]")
_GROUP = re.compile(r"[一二三四五六七八九十\d]{1,3}(?:组|社|队|号院?|号楼|单元)(?![长里])")
_SCHOOL = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:小学|中学|幼儿园|学校)")
_FAMILY = re.compile(
    r"(?<![由关对至经平时])([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹窦章云苏潘葛范彭郎鲁韦马苗方任袁柳史唐薛雷贺倪汤滕殷罗毕郝安常于傅卞齐康伍余顾孟黄穆萧尹姚邵汪毛米贝明臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林刁钟徐丘骆高夏蔡田胡霍万柯卢莫房缪解应宗丁宣邓郁单洪包左石崔吉龚程邢裴陆荣翁荀甄曲封段焦侯车祁武符刘景詹龙叶司黎白蒲卓池乔闫阎柴雒])(?:家(?![庭里长中人务具访电教乡校])|姓|某|老大|老二|老三|娃|奶奶|爷爷)"
)
_GENERIC = ("小学", "中学", "幼儿园", "学校", "本村小学", "村里小学", "上学校")


@dataclass(frozen=True)
class Held:
    """Something in the words that could tell who it is. `kind`: name | place | number | school."""

    kind: str
    start: int
    end: int
    words: str


def held_back(text: str, names: Iterable[str], places: Collection[str]) -> list[Held]:
    """What must not stand on the board, in order. `names` of children and guardians, `places` of villages and homes."""
    found: list[Held] = []
    folded = fold(text)
    read = folded if len(folded) == len(text) else text
    for name in names:
        found += _at(read, "name", name)
        if len(name) >= 3:
            found += _at(read, "name", name[1:])  # 小虎: as everybody calls him
    for place in places:
        if len(place) >= 2:
            found += _at(read, "place", place)
    for kind, pattern in (("number", _NUMBER), ("place", _GROUP), ("school", _SCHOOL), ("name", _FAMILY)):
        found += [Held(kind, m.start(), m.end(), m[0]) for m in pattern.finditer(read) if m[0] not in _GENERIC]
    return _without_overlaps(found)


def masked(text: str, held: Iterable[Held]) -> str:
    """The same words with what was held back blanked: an example of what could be sent."""
    for one in sorted(held, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + BLANK * min(3, one.end - one.start) + text[one.end :]
    return text


def _at(text: str, kind: str, words: str) -> list[Held]:
    if len(words) < 2:
        return []
    return [Held(kind, m.start(), m.end(), m[0]) for m in re.finditer(re.escape(words), text)]


def _without_overlaps(found: list[Held]) -> list[Held]:
    kept: list[Held] = []
    for one in sorted(found, key=lambda one: (one.start, -(one.end - one.start))):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
