"""Which children of the worker's own roster a message is about (label rules of the reading data).

Names are looked for in tiers, surest first: as written, by sound, by given name, by nickname, by guardian, by list
number, by household. What a surer tier has read, a weaker one does not read again. A tie is asked, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.reading import passing
from domain.reading.days import Mention
from domain.reading.folding import NUMBER, fold, number
from domain.reading.sounds import near, readings, sound_of
from domain.reading.words import COMMON_WORDS, WORDY_NAMES


class OnRoster(Protocol):
    """A child as the reader needs to know it. `guardian` may carry the relation before the name: 爷爷马德福."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def guardian(self) -> str: ...
    @property
    def village(self) -> str: ...


@dataclass(frozen=True)
class Spoken:
    """Words of the text that name children. More than one id: all of them, or, where `tie`, one of them."""

    start: int
    end: int
    ids: tuple[str, ...]
    tier: int
    tie: bool = False


@dataclass(frozen=True)
class Children:
    """Whom the message concerns; `ties` are groups of ids of which the worker must pick; `denied` an identity refused."""

    ids: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    ties: tuple[tuple[str, ...], ...] = ()
    denied: bool = False
    planned: tuple[str, ...] = ()  # named only as still to be visited


_RELATION = re.compile(
    r"^(?:爷爷|奶奶|姥姥|姥爷|外公|外婆|爸爸|妈妈|父亲|母亲|姑姑|姑妈|姨妈|小姨|大姨|姨姨|姨|大伯|伯伯|伯父|叔叔|舅舅|舅妈|婶婶|婶子|大姑|二姑|二叔|三叔|大舅|哥哥|姐姐|继父|继母|养父|养母|祖父|祖母|外祖父|外祖母|监护人|大娘|大妈|伯母|姑父|姨父|太爷|太奶|爷|奶|爸|妈|伯|叔|舅|姑)[:\s]?"
)
_KIN = r"(?:爷|奶|爸|妈|姥|姑|姨|舅|叔|伯|婶|嫂|哥|姐|弟|妹|爹|娘|外公|外婆|他|她|父|母|老师|班主任)"
_NAME_BEFORE = re.compile(r"(?:^|[\s，。、；：,.;:!！?？（(“\"]|[去到看找给见和跟与把对问了叫让访是家过里在的及、为向还]|联系|碰到|遇到|电话|视频|入户|走访|家访|娃|孩子|同学|村|今早|昨天|今天|前天|下午|上午|早上|晚上|号|日|趟|圈|次|[点时]钟?|半)$")
_NAME_AFTER = re.compile(rf"^(?:$|[\s，。、；：,.;:!！?？）)”\"]|家|的|{_KIN}|那|这|娃|同学|屋|也|都|和|跟|在|今|昨|前|夜|上|说|没|不|去|电话|视频|身|最近|老|就|有|挺|很|学|一(?!下)|两|俩|是|被|让|给|想|要|考|得|把|感|发|病|生|长|又|还|已|正|刚|自|跑|哭|笑|打|放|脸|手|胳膊|额|来|告诉|情况|状)")
_SIBLINGS = re.compile(r"(?:[哥弟姐妹姊兄]{1,2}|兄弟|姐弟|兄妹|姐妹|姊妹|父子|娃|孩子|[两俩仨])(?:俩|两个|两人|仨|三个|几个|们)|(?:俩|两个|两|仨|三个|几个)(?:娃|孩子|兄弟|姐妹|姊妹|都|丫头|小子|孙子|学生)|(?:他|她)?(?:弟弟|妹妹|哥哥|姐姐)(?:也|都)")
_SURNAME_LIKE = frozenset("王李张刘陈杨赵黄吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏吕魏蒋田杜丁沈姜范傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔安殷颜庄章鲁倪庞邢俞翟聂齐葛柴权辛闫冶虎买鲜喇宗卜祁兰关")


def find_children(text: str, roster: Sequence[OnRoster], days: Sequence[Mention] = ()) -> Children:
    """The children a message concerns, in the order they are named, with the words that named them.

    `days` are the date expressions of the text: 国庆那天 is not a child called 国庆.
    """
    folded = fold(text)
    spoken: list[Spoken] = []
    view = _without_villages(folded, roster)
    for tier in (_written, _sounded, _given, _given_sounded, _guardians, _numbers, _nicknames, _nearly, _households):
        for _ in range(2):  # a name may stand right after another: 小虎小雨家
            before = len(spoken)
            for found in tier(view, roster):
                is_day = found.tier > 2 and any(d.start <= found.start and found.end <= d.end and d.end - d.start > found.end - found.start for d in days)
                if not is_day and all(found.end <= s.start or found.start >= s.end for s in spoken):
                    spoken.append(found)
            for each in spoken[before:]:
                view = view[: each.start] + "、" * (each.end - each.start) + view[each.end :]
            if len(spoken) == before:
                break
    spoken.sort(key=lambda s: s.start)
    spoken = [_settled_by_village(folded, s, roster) for s in spoken]
    judged = [(s, passing.judge(folded, s.start, s.end, [(o.start, o.end) for o in spoken if o is not s])) for s in spoken]
    denied = any(verdict is passing.Verdict.DENIED for _, verdict in judged)
    meant = [s for s, verdict in judged if verdict is passing.Verdict.MEANT]
    if not meant:  # everybody only in passing: then it is still about them
        meant = [s for s, verdict in judged if verdict is passing.Verdict.IN_PASSING]
    refused = {s.ids for s, verdict in judged if verdict is passing.Verdict.DENIED}
    meant = [s for s in meant if s.ids not in refused]
    named = [s for s in meant if s.tier != _GUARDIAN]
    ids: list[str] = []
    ties: list[tuple[str, ...]] = []
    for each in meant:
        if each.tie:
            ties.append(each.ids)
        elif each.tier == _GUARDIAN and any(set(n.ids) & set(each.ids) for n in named):
            continue  # 给小禾爷爷马德福打了电话: the child is named, the brother is not meant
        else:
            ids += [i for i in each.ids if i not in ids]
    ties = [tie for tie in ties if not set(tie) & set(ids)]
    if not ties and len(ids) == 1:
        ids = _with_siblings(folded, ids[0], roster)
    planned = [i for s, verdict in judged if verdict is passing.Verdict.NOT_DONE and not s.tie for i in s.ids]
    return Children(tuple(ids), tuple(meant), tuple(ties), denied, tuple(dict.fromkeys(planned)))


def _without_villages(folded: str, roster: Sequence[OnRoster]) -> str:
    """去了殷家庄小虎家: the village lends nobody its 殷家 nor its 庄; unless a child is called like it."""
    given = {sound_of(child.name).given for child in roster} | {fold(child.name) for child in roster}
    villages = {fold(child.village) for child in roster}
    names = {short for v in villages for short in (v, re.sub(r"(?:村|社区)$", "", v)) if len(short) > 1 and short not in given}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        folded = folded.replace(name, "、" * len(name))
    return folded


_GUARDIAN = 5
_FESTIVE = {"国庆", "立春", "春节", "元旦", "中秋", "重阳", "端午", "建军"}


def _written(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """The full name as it is written."""
    for child in roster:
        name = fold(child.name)
        for start in _all(folded, name):
            if name not in COMMON_WORDS or _stands_as_name(folded, start, start + len(name)):
                yield from _one(folded, start, start + len(name), [c.id for c in roster if fold(c.name) == name], 1)


def _sounded(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A full name in other characters of the same sound: what voice input writes."""
    yield from _by_sound(folded, {c.id: c.name for c in roster}, 2, nearly=False)


def _given(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """The given name alone, unless it follows another surname (somebody else) or is only a word here."""
    by_given: dict[str, list[OnRoster]] = {}
    for child in roster:
        given = sound_of(child.name).given
        if len(given) > 1:
            by_given.setdefault(given, []).append(child)
    for given, children in by_given.items():
        for start in _all(folded, given):
            if _other_surname(folded, start, children):
                continue
            if given in WORDY_NAMES and not _person_here(folded, start, start + len(given)):
                continue
            yield from _one(folded, start, start + len(given), [c.id for c in children], 3)


def _given_sounded(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A given name by its sound, only where a name can stand."""
    names = {c.id: sound_of(c.name).given for c in roster if len(sound_of(c.name).given) > 1}
    for found in _by_sound(folded, names, 4, nearly=False):
        children = [c for c in roster if c.id in found.ids]
        if not _other_surname(folded, found.start, children):
            yield found


def _guardians(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A guardian's name: all roster children of that guardian."""
    by_guardian: dict[str, list[str]] = {}
    for child in roster:
        by_guardian.setdefault(guardian_name(child.guardian), []).append(child.id)
    for name, ids in by_guardian.items():
        if len(name) < 2:
            continue
        for start in _all(folded, name):
            yield Spoken(start, start + len(name), tuple(ids), _GUARDIAN)
    for name, ids in by_guardian.items():
        if len(name) >= 3:
            for found in _by_sound(folded, {name: name}, _GUARDIAN, nearly=False):
                yield Spoken(found.start, found.end, tuple(ids), _GUARDIAN)
            for start in _all(folded, sound_of(name).given):  # 去德福家
                end = start + len(sound_of(name).given)
                if folded[end : end + 1] in ("家", "叔", "婶", "爷") and not _other_surname(folded, start, []):
                    yield Spoken(start, end, tuple(ids), _GUARDIAN)


def _numbers(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """3号娃: the number at the end of the file number, else the place on the list."""
    for match in re.finditer(rf"({NUMBER})\s*号\s*(?:的?(?:娃|孩子|儿童|学生)|家(?!访))", folded):
        count = number(match[1])
        ids = [c.id for c in roster if (tail := re.search(r"(\d+)\D*$", c.id)) and int(tail[1]) == count]
        if len(ids) != 1 and count and count <= len(roster):
            ids = [roster[count - 1].id]
        yield from _one(folded, match.start(), match.end(), ids, 6)


def _nicknames(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """小磊, 朵朵, 虎娃, 虎子 for 石磊, 杨云朵, 王虎: only where a name can stand."""
    forms: dict[str, list[str]] = {}
    for child in roster:
        given = sound_of(child.name).given
        for char in dict.fromkeys(given):
            pet = [f"{char}{char}", f"小{char}", f"阿{char}", f"尕{char}", f"{char}娃", f"{char}子", f"{char}儿"]
            for form in pet if char == given[-1] or len(given) == 1 else pet[:2]:
                forms.setdefault(form, []).append(child.id)
    for form, ids in forms.items():
        for start in _all(folded, form):
            if form not in COMMON_WORDS and _stands_as_name(folded, start, start + len(form)) and not _other_surname(folded, start, []):
                yield from _one(folded, start, start + len(form), list(dict.fromkeys(ids)), 7)


def _nearly(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """Full names of three and more with near sounds (n/l, zh/z, -ng/-n)."""
    yield from _by_sound(folded, {c.id: c.name for c in roster if len(c.name) > 2}, 8, nearly=True)


_CHILD_OF_HOUSE = r"(?:老[大二三小幺]|大?(?:孙子|孙女|娃|孩子|丫头|闺女|女子|小子|儿子|女儿)|[两俩几]个?娃|碎娃|尕娃)"


def _households(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """老权家大孙子, 王家老二, 冶家: the one roster family of that surname."""
    for match in re.finditer(rf"老?([\u4e00-\u9fff])(?:家(?![庄村湾沟营寨台滩圈堡墩渠集镇桥坡河])|老汉)的?{_CHILD_OF_HOUSE}?|老([\u4e00-\u9fff])(?=屋|他|的)", folded):
        surname = match[1] or match[2]
        if match[0] == f"{surname}家" and not re.search(r"(?:^|[\s，。去到在给从了])$", folded[: match.start()]):
            continue
        family = [c for c in roster if surname in (c.name[0], guardian_name(c.guardian)[:1])]
        own = [c for c in family if c.name[0] == surname] or family
        if not own or re.match(r"[大人全国]|自", surname):
            continue
        houses = {guardian_name(c.guardian) for c in own}
        if len(own) > 1 and len(houses) == 1 and not re.search(r"老[大二三小幺]|孙子|孙女|丫头|闺女|小子|儿子|女儿", match[0]):
            yield Spoken(match.start(), match.end(), tuple(c.id for c in own), 9)
        else:
            yield from _one(folded, match.start(), match.end(), [c.id for c in own], 9)


def guardian_name(guardian: str) -> str:
    """The name without the relation before it."""
    bare = _RELATION.sub("", fold(guardian).strip())
    return bare if len(bare) > 1 else fold(guardian).strip()


def _by_sound(folded: str, names: dict[str, str], tier: int, nearly: bool) -> Iterable[Spoken]:
    wanted: dict[tuple[int, str], list[str]] = {}
    for child_id, name in names.items():
        sound = sound_of(name)
        for spelled in sound.near if nearly else sound.spelled:
            wanted.setdefault((len(sound.name), spelled), []).append(child_id)
    for length in {length for length, _ in wanted}:
        for start in range(len(folded) - length + 1):
            window = folded[start : start + length]
            if not all("\u3400" <= c <= "\U0003ffff" for c in window) or window in COMMON_WORDS:
                continue
            spelled = "".join(near(readings(c)[0]) if nearly else readings(c)[0] for c in window)
            spellings = {spelled, *(sound_of(window).near if nearly else sound_of(window).spelled)}
            ids = [i for s in spellings for i in wanted.get((length, s), [])]
            if ids and ((length > 2 and tier == 2) or _stands_as_name(folded, start, start + length)):
                yield from _one(folded, start, start + length, list(dict.fromkeys(ids)), tier)


def _one(folded: str, start: int, end: int, ids: list[str], tier: int) -> Iterable[Spoken]:
    if ids:
        yield Spoken(start, end, tuple(ids), tier, tie=len(ids) > 1)


def _all(folded: str, word: str) -> Iterable[int]:
    start = folded.find(word) if word else -1
    while start >= 0:
        yield start
        start = folded.find(word, start + 1)


def _stands_as_name(folded: str, start: int, end: int) -> bool:
    """Whether a person's name can stand here, judged by what comes before and after."""
    return bool(_NAME_BEFORE.search(folded[:start]) and _NAME_AFTER.match(folded[end:]))


_WORD_AFTER = re.compile(r"天|转|停|中到|夹|下了|下个|收|熟|地里?|价|种|苗|面|公园|路|节|放?假|期间|长假|那天|当天|雪|花开|茶|学校|小学|广场|得很")


def _person_here(folded: str, start: int, end: int) -> bool:
    """Whether a given name that is also a word (小雨, 天佑, 国庆) is a person here."""
    if folded[start:end] in _FESTIVE:
        return _stands_as_name(folded, start, end)
    return bool(_NAME_BEFORE.search(folded[:start])) and not _WORD_AFTER.match(folded[end:])


def _other_surname(folded: str, start: int, children: Sequence[OnRoster]) -> bool:
    """Whether the words before make it somebody else's name: 张佳佳 where the roster knows 李佳佳."""
    if start == 0:
        return False
    before = folded[start - 1]
    if before not in _SURNAME_LIKE or any(near(r) in {near(x) for x in sound_of(c.name).syllables[0]} for c in children for r in readings(before)):
        return False
    return bool(re.search(r"(?:^|[\s，。、；,;]|[去到看找给见和跟与把对问了叫让是家的为])$", folded[: start - 1]))


def _settled_by_village(folded: str, spoken: Spoken, roster: Sequence[OnRoster]) -> Spoken:
    """A tie ends where the message names the village, or the guardian, of just one of them."""
    if not spoken.tie:
        return spoken
    for key in ("village", "guardian"):
        fitting = []
        for child in roster:
            value = child.village if key == "village" else guardian_name(child.guardian)
            short = re.sub(r"(?:村|社区)$", "", fold(value))
            if child.id in spoken.ids and len(short) > 1 and short in folded:
                fitting.append(child.id)
        if len(fitting) == 1:
            return Spoken(spoken.start, spoken.end, (fitting[0],), spoken.tier)
    return spoken


def _with_siblings(folded: str, child_id: str, roster: Sequence[OnRoster]) -> list[str]:
    """小禾家俩娃都好: the brother is meant too, where the roster has one household of that size."""
    child = next(c for c in roster if c.id == child_id)
    house = [c.id for c in roster if c.guardian == child.guardian and c.village == child.village and c.name[0] == child.name[0]]
    match = _SIBLINGS.search(folded)
    if match is None or len(house) < 2:
        return [child_id]
    count = 3 if re.search(r"仨|三个", match[0]) else 2 if re.search(r"俩|两", match[0]) else None
    if count is not None and count != len(house):
        return [child_id]
    return [child_id, *(i for i in house if i != child_id)]
