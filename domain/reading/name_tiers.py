"""Children named by their own names: written, by sound, given name alone, nickname, near sound. Surest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from domain.reading.folding import fold
from domain.reading.people import OnRoster, Spoken, nicknames
from domain.reading.sounds import near, readings, sound_of, sounds_of_window
from domain.reading.words import COMMON_WORDS, ONLY_A_WORD, WORDY_NAMES

_KIN = r"(?:爷|奶|爸|妈|姥|姑|姨|舅|叔|伯|婶|嫂|哥|姐|弟|妹|爹|娘|大(?=说|在|也|今|昨|电|不)|达|婆|外公|外婆|他|她|父|母|老师|班主任)"
_NAME_BEFORE = re.compile(r"(?:^|[\s，。、；：,.;:!！?？（(“\"]|[是去到看找给见和跟与把对问了叫让访是家过里在的及、为向还有就只除差独帮陪替送接教约同说讲夸嫌骂]|联系|碰到|遇到|[看见访望]了?(?:一?下|过|看|望)|电话|视频|入户|走访|家访|娃|孩子|同学|村|今早|昨天|今天|前天|下午|上午|早上|晚上|号|日|趟|圈|次|[点时]钟?|半)$")
_NAME_AFTER = re.compile(rf"^(?:$|[0-9]{{1,2}}岁|[一二三四五六七八九十]{{1,2}}岁|[\s，。、；：,.;:!！?？）)”\"]|家|的|{_KIN}|那|这|娃|同学|屋|也|都|和|跟|在|今|昨|前|夜|上|说|没|不|去|电话|视频|身|最近|老|就|有|挺|很|学|一(?!下)|两|俩|是|被|让|给|想|要|考|得|把|感|发|病|生|长|又|还|已|正|刚|自|跑|哭|笑|打|放|脸|手|胳膊|额|来|告诉|情况|状|接|拉|拿|穿|吃|睡|写|玩|爱|会|跳|唱|瘦|胖|高|比|回|转|住|半|突|悄|偷|这|抱|坐|站|躲|嫌|怕|爬|摔|骑|背|帮|参|领|个|受|挨|遭|没|理|剪|买|送|带|做|量|洗|掉|喊|叫|请|急|逃|割|问|发|流|吐|咳|烧|饿|冷|热)")
_SURNAME_LIKE = frozenset("王李张刘陈杨赵黄吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏吕魏蒋田杜丁沈姜范傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔安殷颜庄章鲁倪庞邢俞翟聂齐葛柴权辛闫冶虎买鲜喇宗卜祁兰关江盛申祝屈蔺巩脱妥麻管包连单仇解区查曲")  # fmt: skip
_FESTIVE = {"国庆", "立春", "春节", "元旦", "中秋", "重阳", "端午", "建军", "立夏", "立秋", "立冬", "冬至", "夏至", "谷雨", "清明", "白露"}
_WORD_AFTER = re.compile(r"天|转|停|中到|夹|下了|下个|收|熟|地里?|价|种|苗|面|公园|路|节|放?假|期间|长假|那天|当天|雪|花开|茶|学校|小学|广场|得很|那日|前后|快乐")


_OF_A_PERSON = re.compile(r"(?:他|她)?(?:爷爷|奶奶|爸爸?|妈妈?|姥[姥爷]|外[公婆]|姑姑?|舅舅?|大伯|婶婶?)|家(?!庭|乡|长)")  # 静静姥姥: no adverb


def written(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """The full name as it is written."""
    for child in roster:
        name = fold(child.name)
        for start in everywhere(folded, name):
            if ONLY_A_WORD.match(folded, start):
                continue  # 祝福大家, 平安到家
            if name not in COMMON_WORDS or stands_as_name(folded, start, start + len(name)):
                yield from one_of(start, start + len(name), [c.id for c in roster if fold(c.name) == name], 1)


def sounded(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A full name in other characters of the same sound: what voice input writes."""
    by_id = {c.id: fold(c.name) for c in roster}
    for found in by_sound(folded, by_id, 2, nearly=False):
        same = [i for i in found.ids if by_id[i][0] == folded[found.start]]
        others = [i for i in found.ids if i not in same]
        shared = {i: sum(a == b for a, b in zip(by_id[i], folded[found.start : found.end], strict=False)) for i in found.ids}
        if len(same) == 1 and others and shared[same[0]] > max(shared[i] for i in others):
            yield Spoken(found.start, found.end, (same[0],), 2)  # 蒋雨轩 is 蒋雨萱 before it is 江语轩
        elif not same and len(written_given := [i for i in found.ids if sound_of(by_id[i]).given == folded[found.end - len(sound_of(by_id[i]).given) : found.end]]) == 1:
            yield Spoken(found.start, found.end, (written_given[0],), 2)  # 乌志刚 is 邬志刚, not 吴之刚
        else:
            yield found


def given(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """The given name or a known nickname alone, unless it follows another surname or is only a word here."""
    by_given: dict[str, list[OnRoster]] = {}
    for child in roster:
        name = sound_of(child.name).given
        halves = (child.name[:2], child.name[2:]) if len(child.name) == 4 and len(name) == 3 else ()  # 索南才让 is called 才让
        for each in dict.fromkeys((name, *halves, *nicknames(child))):
            if len(each) > 1:
                by_given.setdefault(each, []).append(child)
    for name, children in by_given.items():
        for start in everywhere(folded, name):
            if other_surname(folded, start, children) or ONLY_A_WORD.match(folded, start):
                continue
            if (name in WORDY_NAMES or name in _FESTIVE) and not _person_here(folded, start, start + len(name)):
                continue
            if len(name) == 2 and all(name in (c.name[:2], c.name[2:]) and len(c.name) == 4 for c in children) and not stands_as_name(folded, start, start + 2):
                continue
            yield from one_of(start, start + len(name), [c.id for c in children], 3)


def given_sounded(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """A given name by its sound, only where a name can stand."""
    names = {c.id: sound_of(c.name).given for c in roster if len(sound_of(c.name).given) > 1}
    for found in by_sound(folded, names, 4, nearly=False):
        children = [c for c in roster if c.id in found.ids]
        if not other_surname(folded, found.start, children):
            yield found


def pet_names(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """小磊, 朵朵, 虎娃, 虎子 for 石磊, 杨云朵, 王虎: only where a name can stand."""
    forms: dict[str, list[str]] = {}
    for child in roster:
        name = sound_of(child.name).given
        for char in dict.fromkeys(name):
            pet = [f"{char}{char}", f"小{char}", f"阿{char}", f"尕{char}", f"{char}娃", f"{char}子", f"{char}儿"]
            for form in pet if char == name[-1] or len(name) == 1 else pet[:2]:
                forms.setdefault(form, []).append(child.id)
    for form, ids in forms.items():
        for start in everywhere(folded, form):
            if (form not in COMMON_WORDS or _OF_A_PERSON.match(folded[start + len(form) :])) and _pet_stands(folded, start, form) and not other_surname(folded, start, []):
                yield from one_of(start, start + len(form), list(dict.fromkeys(ids)), 7)


def _pet_stands(folded: str, start: int, form: str) -> bool:
    """A doubled character that opens a clause is a name whatever is told of it (淼淼缺水), not so 亮亮的."""
    if len(form) == 2 and form[0] == form[1] and form not in COMMON_WORDS and re.search(r"(?:^|[，。；！？,;!?\s])$", folded[:start]):
        return re.match(r"[的地得]", folded[start + 2 :]) is None
    return stands_as_name(folded, start, start + len(form))


def nearly(folded: str, roster: Sequence[OnRoster]) -> Iterable[Spoken]:
    """Full names of three and more with near sounds (n/l, zh/z, -ng/-n)."""
    yield from by_sound(folded, {c.id: c.name for c in roster if len(c.name) > 2}, 8, nearly=True)


def by_sound(folded: str, names: dict[str, str], tier: int, nearly: bool) -> Iterable[Spoken]:
    """Where the text sounds like one of these names."""
    wanted: dict[tuple[int, str], list[str]] = {}
    for child_id, name in names.items():
        sound = sound_of(name)
        for spelled in sound.near if nearly else sound.spelled:
            wanted.setdefault((len(sound.name), spelled), []).append(child_id)
    for length in {length for length, _ in wanted}:
        for start in range(len(folded) - length + 1):
            ids = [i for s in sounds_of_window(folded, start, length, nearly) for i in wanted.get((length, s), ())]
            if not ids or folded[start : start + length] in COMMON_WORDS:
                continue
            if (length > 2 and tier == 2) or stands_as_name(folded, start, start + length):
                yield from one_of(start, start + length, list(dict.fromkeys(ids)), tier)


def one_of(start: int, end: int, ids: list[str], tier: int) -> Iterable[Spoken]:
    """These words name the one child, or tie between several."""
    if ids:
        yield Spoken(start, end, tuple(ids), tier, tie=len(ids) > 1)


def everywhere(folded: str, word: str) -> Iterable[int]:
    start = folded.find(word) if word else -1
    while start >= 0:
        yield start
        start = folded.find(word, start + 1)


def stands_as_name(folded: str, start: int, end: int) -> bool:
    """Whether a person's name can stand here, judged by what comes before and after."""
    return bool(_NAME_BEFORE.search(folded[max(0, start - 3) : start]) and _NAME_AFTER.match(folded[end : end + 4]))


_FESTIVE_BEFORE = re.compile(r"(?:[给跟和叫找与把对问让替帮陪接送、]|见到|看了|碰见|遇见)$")
_FESTIVE_AFTER = re.compile(r"(?:今年|都)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})岁|家|[他她爷奶爸妈姑姨舅伯叔婶姥]|外[公婆]|的?(?:作业|成绩|手|脸|身上|鞋|衣)|抱|说|跟|[、和](?!元旦|春节|中秋)|都|没|不|也|在|长|考|学")


def festive_people(folded: str, roster: Sequence[OnRoster]) -> list[tuple[int, int]]:
    """Where 国庆, 立夏 or 白露 is a child of the roster and not a day."""
    found = []
    for name in {sound_of(child.name).given for child in roster} & _FESTIVE:
        for start in everywhere(folded, name):
            end = start + len(name)
            if _WORD_AFTER.match(folded[end : end + 4]) or folded[end : end + 1] == "节":
                continue
            if _FESTIVE_BEFORE.search(folded[max(0, start - 3) : start]) or _FESTIVE_AFTER.match(folded[end : end + 4]):
                found.append((start, end))
    return found


def _person_here(folded: str, start: int, end: int) -> bool:
    """Whether a given name that is also a word (小雨, 天佑, 国庆) is a person here."""
    if folded[start:end] in _FESTIVE:
        if _FESTIVE_BEFORE.search(folded[max(0, start - 3) : start]):
            return not _WORD_AFTER.match(folded[end : end + 4])
        return stands_as_name(folded, start, end) and not _WORD_AFTER.match(folded[end : end + 4])
    return bool(_NAME_BEFORE.search(folded[max(0, start - 3) : start])) and not _WORD_AFTER.match(folded[end : end + 4])


def other_surname(folded: str, start: int, children: Sequence[OnRoster]) -> bool:
    """Whether the words before make it somebody else's name: 张佳佳 where the roster knows 李佳佳."""
    if start == 0:
        return False
    before = folded[start - 1]
    if before == "庄" and re.search(r"[\u4e00-\u9fff]家庄$", folded[:start]):
        return False  # 去了殷家庄小虎家: a village the roster does not know
    if before not in _SURNAME_LIKE or any(near(r) in {near(x) for x in sound_of(c.name).syllables[0]} for c in children for r in readings(before)):
        return False
    return bool(re.search(r"(?:^|[\s，。、；,;]|[去到看找给见和跟与把对问了叫让是家的为])$", folded[: start - 1]))
