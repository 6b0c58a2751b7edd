"""Signs of harm in a message: which, from which words, and whether they are new, denied, settled or only talked about.

Never a conclusion and never a report: a sign brings up the emergency card (domain.md 1.2, note "Keyword hit"). A false
alarm costs the worker one tap, a miss may cost a child; so what is not plainly denied, settled, witnessed or taught
in class counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.reading.county_lexicon import own
from domain.reading.described import Hit, find_described, loudest, model
from domain.reading.everyday import HARMLESS
from domain.reading.folding import fold
from domain.reading.second_opinion import EVERYDAY, LEAST, TOGETHER, leaning
from domain.reading.sign_context import (
    ACT,
    CLAUSE_END,
    DOUBTED,
    EXCUSE,
    GROWN_UP,
    JOKING,
    LONG_NUMBER,
    NATURAL,
    NEGATED_AFTER,
    NEGATED_LIST,
    NEGATION,
    NOT_BY_HAND,
    NOT_EATING,
    NOT_FUNNY,
    PAST,
    PLAIN_DENIAL,
    SENTENCE_END,
    SETTLED,
    TAUGHT,
    TURN,
    WITH_ADULT,
    WITNESSED,
)
from domain.reading.sign_denial import ALL_DENIED, RUMOUR, RUMOUR_REACHES, denied_stretches
from domain.reading.sign_described import DESCRIBED
from domain.reading.sign_lexicon import LEXICON, Entry
from domain.reading.sign_terse import TERSE


class Standing(StrEnum):
    NEW = "new"
    DENIED = "denied"  # 没发现受伤
    SETTLED = "settled"  # reported and dealt with before
    WITNESSED = "witnessed"  # an accident others saw
    TAUGHT = "taught"  # a lesson or leaflet about it
    EXPLAINED = "explained"  # 马蜂蜇的, 牙疼: nobody's doing
    JOKE = "joke"  # 俩人都笑
    EVERYDAY = "everyday"  # a weak word in a note that is everyday from end to end


@dataclass(frozen=True)
class Sign:
    """One sign: its code (R1-R9, X1-X11), the words, where they stand, and how to take them."""

    code: str
    start: int
    end: int
    words: str
    standing: Standing
    entry_example: str = ""  # of the lexicon's entry; empty where the model heard it

    @property
    def alarming(self) -> bool:
        return self.standing is Standing.NEW


def listed_signs(text: str, extra: Sequence[Entry] = ()) -> list[Sign]:
    """The signs the word lists find, in order, those denied, settled, witnessed or taught included."""
    entries = (*LEXICON, *DESCRIBED, *TERSE, *own(), *extra)
    folded = re.sub(r"[^\S\n]", "，", fold(text))  # dictated text has spaces where others put commas
    read = LONG_NUMBER.sub(lambda m: "□" * len(m[0]), folded)
    read = HARMLESS.sub(lambda m: "□" * len(m[0]), read)
    found: list[tuple[Entry, int, int]] = []
    for entry in entries:
        found += [(entry, m.start(), m.end()) for m in entry.regex.finditer(read)]
    found.sort(key=lambda f: (f[1], -f[2]))
    signs = []
    for entry, start, end in found:
        standing = _standing(read, folded, entry, start, end)
        if standing is not None:
            signs.append(Sign(entry.code, start, end, text[start:end], standing, entry.example))
    denied = denied_stretches(folded, entries)
    if not DOUBTED.search(folded):
        signs = [replace(s, standing=Standing.DENIED) if s.alarming and _rumour_denied(folded, s, denied) else s for s in signs]
    for start, end in denied:
        signs = [replace(s, standing=Standing.DENIED) if start <= s.end <= end + 1 and s.standing in (Standing.NEW, Standing.SETTLED) else s for s in signs]
        if not any(s.standing is Standing.DENIED and start <= s.end <= end + 1 for s in signs):
            signs.append(Sign("R4", start, end, text[start:end], Standing.DENIED))
    for match in PLAIN_DENIAL.finditer(folded):
        if not TAUGHT.search(folded[max(0, match.start() - 10) : match.end()]) and not re.search(r"(?:要|不能说|难道)$", folded[: match.start()]):
            signs.append(Sign("R4", match.start(), match.end(), text[match.start() : match.end()], Standing.DENIED))
    return _without_doubles(_all_denied(folded, sorted(signs, key=lambda s: s.start)))


def _rumour_denied(folded: str, sign: Sign, denied: Sequence[tuple[int, int]]) -> bool:
    """外面传她跟人跑了，没跑: told as a rumour and denied right after."""
    return bool(RUMOUR.search(folded[: sign.start + 1])) and any(sign.end <= start <= sign.end + RUMOUR_REACHES for start, _ in denied)


def _all_denied(folded: str, signs: list[Sign]) -> list[Sign]:
    """外面传她让人欺负了，我问了，没有这回事: what was told before is denied."""
    match = ALL_DENIED.search(folded)
    if match is None or DOUBTED.search(folded):
        return signs
    return [replace(s, standing=Standing.DENIED) if s.alarming and s.end <= match.start() else s for s in signs]


def find_signs(text: str, extra: Sequence[Entry] = (), covered: str = "") -> list[Sign]:
    """All signs in order, those denied, settled, witnessed or taught included: see `Sign.standing`.

    `extra` are entries beside the shipped ones and the county's own (county_lexicon.py). What the lists name is joined by what the model of described
    harm hears (described.py), unless the lists already account for those words; it reads `covered`, the text with its
    names covered (roster.without_names), where that is given.
    """
    listed = listed_signs(text, extra)
    whole = covered or text
    leans = leaning(whole)
    listed = _weak_words_waved(listed, whole, leans, extra)
    return sorted([*listed, *_heard(text, listed, whole, leans)], key=lambda s: s.start)


# What names harm outright alarms whatever the rest of the note is like.
_NAMED = re.compile(
    r"自杀|自残|自伤|割腕|轻生|遗书|不想活|想死|上吊|跳(?:楼|河|井|渠|崖)|农药|敌敌畏|百草枯|老鼠药|安眠药|中毒|洗胃|猥亵|强奸|糟蹋|怀孕|怀上|流产|打胎|失踪|走失|走丢|失联|出走|拐|人贩|虐待|家暴|家庭暴力|殴打|毒打|暴打|体罚|霸凌|遗弃|抛弃|流浪|"
    r"乞讨|讨饭|要饭|救命|昏迷|叫不醒|烟头|皮带|鞭|棍|火钳|电线|勒|掐|捆|拴|绑|反锁|锁|饿|没人管|淤|瘀|一块紫|新伤|旧伤|打娃|打孩子|被打|挨(?:了|过)?[打揍]|性侵|侵害|耳光|巴掌|指头印|摸她|脱她|裸|血|刀|杀|辍学|退学|逼|彩礼|婆家|定亲|订亲|毒|偷|黑户"
)
_SHORT = 16  # characters; a shorter note gives the models too little to weigh


def _weak_words_waved(listed: list[Sign], covered: str, leans: float, extra: Sequence[Entry]) -> list[Sign]:
    """The listed signs; a weak word (腿肿了, 三家跑了) in a note that is everyday from end to end does not alarm.

    Never one that names harm outright, one of the county's own or of the terse entries, nor in a note of a few words.
    """
    weighed = [sign for sign in listed if sign.alarming]
    if not weighed or len(covered) < _SHORT or leans >= 0:
        return listed
    sure = {entry.example for entry in (*TERSE, *own(), *extra)}
    if any(_NAMED.search(sign.words) or sign.entry_example in sure for sign in weighed):
        return listed
    loud = loudest(fold(covered))
    if loud >= 0 or loud + 2 * leans >= EVERYDAY:
        return listed
    return [replace(sign, standing=Standing.EVERYDAY) if sign.alarming else sign for sign in listed]


_ELDER_BEFORE = re.compile(r"(?<![跟和与、])(?:爷爷?|奶奶?|姥姥|姥爷|外公|外婆|老汉|老人家?|老太太?|婆)(?:的)?$")
_BY_HAND = re.compile(r"印|痕|抽|掐|勒|烫|打|砍|捅|撵|追|砸|踩|劈|抡|扭|踢|揍|捆|绑")
# How much surer the model must be (log-odds) where the lists read the same message as denied, settled or taught.
_AGAINST_THE_LISTS = 1.5


def _heard(text: str, listed: list[Sign], covered: str, leans: float) -> list[Sign]:
    """Described harm beyond the lists: the loudest clauses and the whole note, weighed together."""
    if any(sign.alarming for sign in listed) or leans < LEAST:
        return []  # the card comes up anyway, and the lists' words explain it better; or all is plainly everyday
    folded, rest = fold(text), fold(covered)
    for sign in listed:  # what the lists account for is not heard a second time
        rest = rest[: sign.start] + "□" * (sign.end - sign.start) + rest[sign.end :]
    harder = max(0.0, TOGETHER - leans - model().threshold) + (_AGAINST_THE_LISTS if listed else 0.0)
    return [Sign(hit.code, hit.start, hit.end, text[hit.start : hit.end], _standing_heard(folded, hit)) for hit in find_described(rest, harder)]


def _standing_heard(folded: str, hit: Hit) -> Standing:
    first = max((m.end() for m in SENTENCE_END.finditer(folded, 0, hit.start)), default=0)
    stop = SENTENCE_END.search(folded, hit.end)
    sentence = re.sub(r"[^\S\n]", "，", folded[first : stop.start() if stop else len(folded)])
    if DOUBTED.search(sentence):
        return Standing.NEW
    if (denied := ALL_DENIED.search(folded, hit.start)) is not None and denied.start() >= hit.start:
        return Standing.DENIED
    if re.search(r"虚惊|是误会|不属实|已(?:经)?(?:返校|复学|找到|找着)|找(?:到|着|回来)了(?!吗)", folded[hit.start :]):
        return Standing.SETTLED
    if PAST.search(sentence) and SETTLED.search(sentence):
        return Standing.SETTLED
    if (harmless := _harmless(hit.code, folded[hit.start : hit.end], sentence, folded)) is not None:
        return harmless
    if hit.code in ("R1", "R4", "R5") and WITNESSED.search(sentence):
        return Standing.WITNESSED
    return Standing.NEW


def is_alarming(signs: Iterable[Sign]) -> bool:
    return any(sign.alarming for sign in signs)


_SOMEBODY = re.compile(r"娃|孩|他|她|学生|丫头|小子|女子|弟|妹|哥|姐|[掉跌栽滑]|淹|溺|落水|玩|游|滑冰|下水|洗澡|踩|爬")


def is_place_only(text: str, signs: Iterable[Sign]) -> bool:
    """Whether what alarms is a dangerous place with nobody in it: 涝坝边没有救生圈."""
    alarming = [sign for sign in signs if sign.alarming]
    return bool(alarming) and all(sign.code == "X9" for sign in alarming) and not _SOMEBODY.search(fold(text))


def denies(signs: Iterable[Sign]) -> bool:
    """Whether the message plainly denies a sign of harm."""
    return any(sign.standing is Standing.DENIED for sign in signs)


def _standing(read: str, folded: str, entry: Entry, start: int, end: int) -> Standing | None:
    cut = max((m.end() for m in CLAUSE_END.finditer(folded, 0, start)), default=0)
    turn = max((m.end() for m in TURN.finditer(folded, cut, start)), default=cut)
    stop = CLAUSE_END.search(folded, end)
    after = folded[end : stop.start() if stop else len(folded)]
    before = folded[max(cut, turn) : start]
    if entry.unless is not None and entry.unless.search(before):
        return None
    sentence_start = max((m.end() for m in SENTENCE_END.finditer(folded, 0, start)), default=0)
    sentence_stop = SENTENCE_END.search(folded, end)
    sentence = folded[sentence_start : sentence_stop.start() if sentence_stop else len(folded)]
    words = folded[start:end]
    if entry.excused is not None and entry.excused.search(sentence):
        return None
    if entry.code == "R5" and re.match(r"[掉滑跌栽落]", words) and re.search(r"(?:手机|电话|桶|球|鞋|帽子?|钥匙|羊|羔|鸡|鸭|狗|猫|瓶|铁锹|车|自行车|东西|书包|手套)(?:也|又|都|给)?$", before):
        return None  # 手机掉井里了
    if entry.code == "R4" and _ELDER_BEFORE.search(before) and not _BY_HAND.search(words):
        return None  # 奶奶腿肿了
    if entry.code == "R4" and re.search(r"我(?:给|又|都|已经|一直)?[^，。；]{0,2}打(?:了|过|的)", words):
        return None  # 他妈妈我打了四五个电话了
    if entry.code == "R2" and re.match(r"[^，。；脱摸裤]{0,4}给我看(?:他|她)的", words) and re.match(r"[^，。；]{0,3}(?:血压|作业|奖状|成绩|药|证|病历|体检|存折|低保|卷子)", folded[folded.find("看", start) + 3 :]) and not re.search(r"[说讲]", folded[cut:start]):
        return None  # 爷爷给我看他的血压本
    if entry.code == "R2" and "脱" in words and re.search(r"我[^，。；他她]{0,6}(?:在[他她]们?家)?$", before) and re.match(r"[了掉下]*[衣服裳裤上]*[^，。；]{0,2}(?:看|查|检查)", after):
        return None  # 我在他家让脱了衣服看的: the worker looked for marks
    if entry.code == "R7" and re.match(r"[^，。；]{0,2}(?:书|课本|作业|奖|本子|药|校服|表|通知|卷|饭|东西|钱|工资)", folded[end:]):
        return None  # 看着他领的书
    if re.search(r"(?:啥|什么)(?:是|叫|叫做)$|(?:问|讲|说)(?:我|了)?(?:啥|什么)(?:是|叫)?$", before) or (entry.code == "R9" and "罚站" in words and re.search(r"分钟|上课|老师", sentence) and not re.search(r"冻|雪|一上午|一天|半天|晕|小时", sentence)):
        return Standing.TAUGHT
    if re.search(r"(?:不|再也不|不再)(?:会)?(?:打|骂|喝)|再(?:也)?没(?:有)?(?:打|骂|动)", folded[max(cut, start - 4) : end]) and re.match(r"[^，。；]{0,3}了|$", after):
        return Standing.SETTLED  # 爸爸现在不打她了
    if re.search(r"(?:不要|别|不能|不许|不准|禁止|严禁|远离|谨防|杜绝)(?:再|去|在|到|让|给|跟)?[^，。；]{0,3}$", before) and not re.search(r"(?:他|她|娃|孩子|谁)[^，。；]{0,3}(?:不能|不许|不准)|告诉", before):
        return Standing.TAUGHT
    if NEGATION.search(before) or NEGATED_LIST.search(before) or NEGATED_AFTER.search(after) or _denied_inside(entry.code, words):
        return Standing.TAUGHT if TAUGHT.search(before + words) and not re.search(r"发现|看到|见", before) else Standing.DENIED
    clause = folded[cut:start] + words + after
    if TAUGHT.search(clause) or (TAUGHT.search(folded[sentence_start:start]) and re.search(r"、|和|以及|还有|要|别|遇", folded[cut:start] + after) and not re.search(r"(?:娃|孩子|她|他|有个?|一个)[^，。；]{0,6}(?:跟我|悄悄|说|告诉|讲)", folded[sentence_start:start])):
        return Standing.TAUGHT
    if re.match(r"[^，。；]{0,4}(?:已经|也|都|刚)?(?:办好|办下来|办成|解决|处理好|上好|修好|补好|装好|盖好)", folded[end:]):
        return Standing.SETTLED
    if PAST.search(sentence[: end - sentence_start]) and SETTLED.search(folded[end:] + folded[sentence_start:start]):
        return Standing.SETTLED
    if re.search(r"是误会|核实(?:过|了)[^。]{0,6}(?:没|不|误)|已(?:经)?(?:返校|复学|找到|找着)|找(?:到|着|回来)了(?!吗)", folded[end:]) and not DOUBTED.search(folded):
        return Standing.SETTLED
    if (harmless := _harmless(entry.code, words, sentence, folded)) is not None:
        return harmless
    if entry.code == "R4" and NOT_BY_HAND.search(folded[end:]) and not DOUBTED.search(folded):
        return Standing.DENIED  # 胳膊上的青紫是抽血留下的，不是人打的
    if entry.accident and WITNESSED.search(sentence) and not DOUBTED.search(sentence):
        return Standing.WITNESSED
    if entry.excuse and EXCUSE.search(sentence) and not re.search(r"好几天|半个?月|[两三四五六几]+个?(?:月|星期|礼拜|周)|不念|退学|辍学|不上了|打工|放羊|工地|再(?:也)?(?:没|不)", sentence):
        return None
    return Standing.NEW


def _harmless(code: str, words: str, sentence: str, folded: str) -> Standing | None:
    """What a sentence says that takes the alarm out of its own words."""
    if DOUBTED.search(folded):
        return None
    if code in ("R1", "R4", "R7", "R9") and JOKING.search(sentence) and not NOT_FUNNY.search(JOKING.sub("", sentence)):
        return Standing.JOKE
    if code in ("R4", "R9", "X7") and NATURAL.search(sentence) and not ACT.search(HARMLESS.sub("", sentence)):
        return Standing.EXPLAINED
    if code == "R4" and re.search(r"抽(?:搐|过去)|昏|晕|不醒|不应", words) and re.search(r"发(?:高|低)?烧|高烧|癫痫|羊[角癫]风|低血糖|中暑|麻药|晕车|哮喘", sentence) and not ACT.search(HARMLESS.sub("", sentence)):
        return Standing.EXPLAINED  # 发高烧抽过去了
    if code == "R4" and re.search(r"小时候|生下来|[一二两三四五六几]年前|老伤|旧疤|老疤", sentence) and re.search(r"病历|手术|烫|摔|磕|缝|医院", sentence):
        return Standing.SETTLED  # 那个疤是小时候烫的，她姑姑给我看了病历
    if code == "X6" and re.search(r"(?:送|领|劝|叫|拉|追|押)(?:到|回|去|进)(?:了)?(?:学校|班|教室|校)", folded):
        return Standing.SETTLED
    if code == "R4" and re.fullmatch(r"[^，。；]{0,6}打(?:的|了|过)", words) and re.search(r"电话|视频|语音|手机|座机", folded) and re.search(rf"(?:给|跟|往)[^，。；]{{0,8}}{re.escape(words)}", folded):
        return None  # 打错电话了，后来给姥姥打的
    if code == "R1" and re.search(r"屁股[^，。；]{0,3}(?:摔|磕|碰|墩)", words) and WITNESSED.search(sentence):
        return Standing.WITNESSED
    if code == "R4" and re.search(r"没(?:有)?(?:正经)?(?:吃|见)|饿", words) and re.search(r"牙|口腔|溃疡|嗓子|扁桃体|拉肚子|胃|发烧|肠炎", folded) and re.search(r"卫生|医|药|针", folded):
        return Standing.EXPLAINED  # 两天没吃东西，是牙床肿了，带去卫生室了
    if code == "R4" and "瘦" in words and NOT_EATING.search(sentence):
        return Standing.EXPLAINED
    if code == "X9" and WITH_ADULT.search(sentence) and re.search(r"冰|玩|水", words):
        return Standing.EXPLAINED
    if code == "R9" and re.search(r"婆家|嫁|亲|婚|彩礼", words) and GROWN_UP.search(sentence) and not re.search(r"(?:才|只有|刚|还不到)十|1[0-7]岁|娃|丫头才", sentence):
        return Standing.EXPLAINED
    return None


def _denied_inside(code: str, words: str) -> bool:
    """身上新伤旧伤都没有, 胳膊上没有印子, 她姑说不是谁打的: the denial lies within the words themselves."""
    if code in ("R1", "R2", "R4", "R5", "R7", "R9") and re.search(r"没有(?!吃|饭|喝|穿|火|人|回|信|影|消息|着落|大人|户|地方|钱)|没(?:发现|看到|看见|见到)|未见|并没", words):
        return True
    if re.search(r"没(?:有)?(?:走丢|走失|丢|失踪|离家|不见|跑)", words):
        return True
    if re.search(r"(?:不是|没有?|没再|从来没|从没|未曾|从不)(?:谁|有?人|被|再|动|他|她|娃|爸|妈|怎么)?(?:打|骂|欺负|揍|掐|扇|抽|踢)", words):
        return True
    return bool(re.search(r"(?:没有?|没(?:发现|见|看见|看到|受)|未(?:发现|见)|无|不)(?:再|发现|看到|见到?|什么|啥|任何|明显|新|受|的|挨)*(?:[青紫淤瘀伤印疤勒掐鞭肿红血烫抓乌黑道]|被|打|欺负|新|旧|哪儿)[^，。]*$", words)) and not re.match(r"(?:不给|不让|不敢|没人|没饭|没大人|不许|不准|没上|没户)", words)


def _without_doubles(signs: list[Sign]) -> list[Sign]:
    """One sign per code and place; an alarming reading wins over a harmless one of the same words."""
    kept: list[Sign] = []
    for sign in signs:
        same = next((k for k in kept if k.code == sign.code and k.start < sign.end and sign.start < k.end), None)
        if same is None:
            kept.append(sign)
        elif sign.alarming and not same.alarming and sign.end > same.end:
            kept[kept.index(same)] = sign
    return kept
