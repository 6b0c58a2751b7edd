"""The facts of a child's file as data: each field's block, how it is read, what it may hold (domain.md 2.3, 2.8).

A fact is named by its path: `school` is the child's, `g:1a2b3c4d.phone` that of the guardian whose row id ends so. The
same paths stand in buttons, in the history of the file and in what is still missing, so one mechanism reads, changes
and takes back all of them. Values in history are plain JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from domain.child_file import DISABILITY_GRADES, DISABILITY_KINDS
from domain.children import Capacity, Child, Guardian, Label, Relation, Returns, Sex


class Block(StrEnum):
    """One screen of the file."""

    BASIC = "basic"
    SCHOOL = "school"
    HEALTH = "health"
    PERSON = "person"


class Reads(StrEnum):
    """How an answer is read."""

    WORDS = "words"
    CHOICE = "choice"  # one of `choices`
    OPEN_CHOICE = "open_choice"  # one of `choices`, or words of one's own
    YES_NO = "yes_no"
    DAY = "day"  # in the past, or today
    LATER_DAY = "later_day"  # any day: the end of something
    PHONE = "phone"
    ID_NO = "id_no"
    NAME = "name"


@dataclass(frozen=True)
class FileField:
    """One fact. Choices of an enum are its values, of a plain column the words themselves (as in a roster)."""

    key: str
    block: Block
    reads: Reads = Reads.WORDS
    choices: tuple[str, ...] = ()
    most: int = 60
    sensitive: bool = False  # shown masked


HUKOU = ("农村户口", "城镇户口", "没上户口")
LIVING_WITH = ("父母", "父亲", "母亲", "祖父母", "外祖父母", "亲戚", "兄姐", "邻居", "学校")
PEOPLES = ("汉族", "回族", "藏族", "裕固族", "蒙古族", "东乡族", "土族", "满族")
SCHOOLING = ("未入园", "幼儿园", "小学", "初中", "高中", "中职", "特教学校", "辍学", "不在学")
HEALTH = ("健康", "患病", "残疾")
PSYCH = ("没有异常", "要多留意", "已看过医生")
STATES = (
    "正常", "外出务工", "重残", "重病", "服刑在押", "强戒", "限制人身自由", "失联", "死亡", "失踪", "撤销资格",
    "遣送出境", "离异不履责",
)  # fmt: skip
TRADES = ("建筑", "工厂", "种地摘棉花", "餐饮", "运输", "家政", "做生意")
DISABILITIES = tuple(f"{kind}{grade}" for kind in DISABILITY_KINDS for grade in DISABILITY_GRADES)

FIELDS: tuple[FileField, ...] = (
    FileField("name", Block.BASIC, Reads.NAME, most=20),
    FileField("id_no", Block.BASIC, Reads.ID_NO, sensitive=True),
    FileField("birth_date", Block.BASIC, Reads.DAY),
    FileField("sex", Block.BASIC, Reads.CHOICE, tuple(Sex)),
    FileField("ethnicity", Block.BASIC, Reads.OPEN_CHOICE, PEOPLES, 12),
    FileField("hukou_status", Block.BASIC, Reads.CHOICE, HUKOU),
    FileField("hukou_place", Block.BASIC),
    FileField("address", Block.BASIC, sensitive=True),
    FileField("living_with", Block.BASIC, Reads.OPEN_CHOICE, LIVING_WITH, 20),
    FileField("no_help_needed", Block.BASIC, Reads.YES_NO),
    FileField("school_status", Block.SCHOOL, Reads.CHOICE, SCHOOLING),
    FileField("school", Block.SCHOOL, most=40),
    FileField("grade", Block.SCHOOL, most=20),
    FileField("boarding", Block.SCHOOL, Reads.YES_NO),
    FileField("health", Block.HEALTH, Reads.OPEN_CHOICE, HEALTH, 40),
    FileField("disease", Block.HEALTH, sensitive=True),
    FileField("disability", Block.HEALTH, Reads.CHOICE, DISABILITIES),
    FileField("disability_cert", Block.HEALTH, most=30, sensitive=True),
    FileField("disability_until", Block.HEALTH, Reads.LATER_DAY),
    FileField("psych", Block.HEALTH, Reads.CHOICE, PSYCH),
)
PERSON_FIELDS: tuple[FileField, ...] = (
    FileField("name", Block.PERSON, Reads.NAME, most=20),
    FileField("relation", Block.PERSON, Reads.CHOICE, tuple(Relation)),
    FileField("phone", Block.PERSON, Reads.PHONE, sensitive=True),
    FileField("id_no", Block.PERSON, Reads.ID_NO, sensitive=True),
    FileField("carer", Block.PERSON, Reads.YES_NO),
    FileField("state", Block.PERSON, Reads.CHOICE, STATES),
    FileField("state_since", Block.PERSON, Reads.DAY),
    FileField("state_until", Block.PERSON, Reads.LATER_DAY),
    FileField("capacity", Block.PERSON, Reads.CHOICE, tuple(Capacity)),
    FileField("capacity_why", Block.PERSON, most=80, sensitive=True),
    FileField("away_since", Block.PERSON, Reads.DAY),
    FileField("work_place", Block.PERSON, most=40),
    FileField("trade", Block.PERSON, Reads.OPEN_CHOICE, TRADES, 24),
    FileField("returns", Block.PERSON, Reads.CHOICE, tuple(Returns)),
    FileField("last_call", Block.PERSON, Reads.DAY),
)
_CHILD = {one.key: one for one in FIELDS}
_PERSON = {one.key: one for one in PERSON_FIELDS}
# what belongs to the one child rather than to the person: not spread over the person's other children
OF_THE_LINK = ("relation", "carer", "last_call")
PERSONAL = (*(one.key for one in PERSON_FIELDS if one.key not in OF_THE_LINK), "away", "province", "city")
GONE_FOR_GOOD = ("死亡", "失踪", "遣送出境")
AWAY = "外出务工"
CONFINED = ("服刑在押", "强戒", "限制人身自由")  # what has an end
_TYPES: dict[str, Any] = {
    "sex": Sex, "relation": Relation, "capacity": Capacity, "returns": Returns, "birth_date": date.fromisoformat,
    "disability_until": date.fromisoformat, "state_since": date.fromisoformat, "state_until": date.fromisoformat,
    "away_since": date.fromisoformat, "last_call": date.fromisoformat, "paused_until": date.fromisoformat,
    "closed_on": date.fromisoformat,
}  # fmt: skip


class NoSuchFact(KeyError):
    """The path names nothing in this file (any more)."""


def tail(guardian: Guardian) -> str:
    """The end of a guardian's row id, as it stands in paths."""
    return (guardian.id or "")[-8:]


def path_of(guardian: Guardian, key: str) -> str:
    return f"g:{tail(guardian)}.{key}"


def field_of(path: str) -> FileField:
    """The field a path names. Raises NoSuchFact."""
    known = _PERSON if path.startswith("g:") else _CHILD
    try:
        return known[path.rpartition(".")[2]]
    except KeyError:
        raise NoSuchFact(path) from None


def guardian_of(child: Child, path: str) -> Guardian | None:
    """The guardian a path speaks of; None for the child's own facts. Raises NoSuchFact if that person is gone."""
    if not path.startswith("g:"):
        return None
    wanted = path[2:].partition(".")[0]
    for one in child.guardians:
        if tail(one) == wanted:
            return one
    raise NoSuchFact(path)


def plain(value: Any) -> Any:
    """A value as it stands in the history: JSON."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value


def typed(key: str, value: Any) -> Any:
    """The value of a field from its plain form."""
    if key == "labels":
        return tuple(Label(one) for one in value or ())
    return _TYPES[key](value) if value is not None and key in _TYPES else value


def value_at(child: Child, path: str) -> Any:
    """The fact as it stands, in plain form. Raises NoSuchFact."""
    person, key = guardian_of(child, path), path.rpartition(".")[2]
    return plain(getattr(person or child, key))


def with_value(child: Child, path: str, value: Any) -> Child:
    """The child with this fact (in plain form) put in its place, and what follows from it.

    Only one person can be the carer. Working away is a state and a yes at once; coming back ends both.
    """
    person, key = guardian_of(child, path), path.rpartition(".")[2]
    said = typed(key, value)
    if person is None:
        return replace(child, **{key: said})
    changed = replace(person, **{key: said})
    if key == "state":
        away = True if said == AWAY else False if said == "正常" or said in GONE_FOR_GOOD else person.away
        changed = replace(changed, away=away, state_since=None, state_until=None)
        if away is False:
            changed = replace(changed, away_since=None)
    elif key == "away_since" and said is not None:
        changed = replace(changed, away=True, state=AWAY if person.state in (None, "正常") else person.state)
    elif key == "work_place":
        province, city = place_of(said)
        changed = replace(changed, province=province, city=city)
    people = tuple(
        changed if one is person else replace(one, carer=False) if key == "carer" and said else one
        for one in child.guardians
    )
    return replace(child, guardians=people)


_PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建",
    "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆", "香港", "澳门", "台湾",
)  # fmt: skip
_GANSU = (
    "兰州", "嘉峪关", "金昌", "白银", "天水", "武威", "张掖", "平凉", "酒泉", "庆阳", "定西", "陇南", "临夏", "甘南", "敦煌",
    "玉门", "高台", "临泽", "山丹", "民乐", "肃南",
)  # fmt: skip


_CITY = re.compile(r"[㐀-鿿]{2,8}?(?:市|州|盟|地区|县|区|旗)(?![市区县旗])|[㐀-鿿]{2,6}")
_ENDS = tuple("市州盟区县旗")
_NEARER = re.compile(r"[乡镇村社组路街巷道号院楼厂店园]")  # what tells more than a city
_NO_NEARER = re.compile("景德镇|新乡|萍乡|桐乡|宁乡|湘乡|驻马店|瓦房店|普兰店|张店|周村")  # cities with such a sign in their names


def place_of(words: str | None) -> tuple[str | None, str | None]:
    """新疆昌吉 → (新疆, 昌吉); 兰州 → (甘肃, 兰州).

    Nothing nearer than a city or county, and nothing that may be somebody's name: both rest unsealed for the figures,
    while people type whole addresses with a number behind.
    """
    said = (words or "").strip()
    if not said:
        return None, None
    for province in _PROVINCES:
        if said.startswith(province):
            rest = re.sub(r"^(?:省|市|(?:维吾尔|回族|壮族)?自治区)", "", said[len(province) :])
            return province, _city(rest.strip())
    here = said.startswith(_GANSU)
    city = _city(said)
    return ("甘肃" if here else None), city if here or (city or "").endswith(_ENDS) else None


def _city(words: str) -> str | None:
    found = _CITY.match(words)
    if found is None or _NEARER.search(_NO_NEARER.sub("", found[0])):
        return None
    return found[0] if found[0] == words or found[0].endswith(_ENDS) else None


def personal_changes(before: Guardian, after: Guardian) -> dict[str, Any]:
    """What changed about the person, and so holds for every child of theirs."""
    return {
        one.name: getattr(after, one.name)
        for one in fields(Guardian)
        if one.name in PERSONAL and getattr(before, one.name) != getattr(after, one.name)
    }


def differences(before: Child, after: Child) -> dict[str, list[Any]]:
    """{path: [before, after]} of every fact that changed, for the history. Guardians added or gone are `g:…` whole."""
    found: dict[str, list[Any]] = {}
    for one in fields(Child):
        if one.name in ("id", "guardians", "age_on"):
            continue
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            found[one.name] = [plain(old), plain(new)]
    old_people = {tail(one): one for one in before.guardians}
    new_people = {tail(one): one for one in after.guardians}
    for key in [*old_people, *(key for key in new_people if key not in old_people)]:
        was, now = old_people.get(key), new_people.get(key)
        if was is None or now is None:
            found[f"g:{key}"] = [_whole(was), _whole(now)]
            continue
        for part in fields(Guardian):
            if part.name not in ("id", "kin_id") and getattr(was, part.name) != getattr(now, part.name):
                found[f"g:{key}.{part.name}"] = [plain(getattr(was, part.name)), plain(getattr(now, part.name))]
    return found


def _whole(one: Guardian | None) -> dict[str, Any] | None:
    return None if one is None else {each.name: plain(getattr(one, each.name)) for each in fields(Guardian)}


def guardian_from(values: dict[str, Any]) -> Guardian:
    """A guardian from the whole line of the history that took them away."""
    return Guardian(**{key: typed(key, value) for key, value in values.items()})


def taken_back(child: Child, changed: dict[str, list[Any]]) -> Child:
    """The child with these changes undone. Raises NoSuchFact where a person is no longer there."""
    for path, (before, _after) in changed.items():
        if path.startswith("g:") and "." not in path:
            others = tuple(one for one in child.guardians if tail(one) != path[2:])
            back = (guardian_from(before),) if before is not None else ()
            child = replace(child, guardians=(*others, *back))
            continue
        person, key = guardian_of(child, path), path.rpartition(".")[2]
        if person is None:
            child = replace(child, **{key: typed(key, before)})
        else:
            put = replace(person, **{key: typed(key, before)})
            child = replace(child, guardians=tuple(put if one is person else one for one in child.guardians))
    return child
