"""What a visit found, by the items of the visit form (domain.md 2.5), each with the words that said so.

A concern that is denied (没感冒) is kept as denied; what a third party told (听邻居说) is marked as hearsay; what the
family themselves say names who said it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.reading.finding_topics import ALONE, BAD, GOOD, NEVER, TOPICS, Topic
from domain.reading.finding_words import FOUND, KIN, Group, State
from domain.reading.folding import fold

__all__ = ["Finding", "Group", "State", "find_findings"]


@dataclass(frozen=True)
class Finding:
    """One thing found. `item` is its key on the visit form (domain.visits: CHECKLIST, NEEDS, TALKS, policy, wish)."""

    group: Group
    state: State
    start: int
    end: int
    words: str
    hearsay: bool = False  # a third party told it: 听邻居说
    item: str = ""
    by: str = ""  # who said it, where somebody did


_PATTERNS = tuple((group, state, item, re.compile(regex)) for group, state, item, regex in FOUND)
_ALONE = tuple((group, state, item, re.compile(regex)) for group, state, item, regex in ALONE)


def _of_topic(topic: Topic) -> re.Pattern[str]:
    """A thing of the topic and, in the same clause, what is good or bad for it; NEVER where only its own words count."""
    bad, plain = (f"{topic.bad}|{BAD}", GOOD) if topic.common else (topic.bad, NEVER)
    return re.compile(rf"(?:{topic.things})[^，。；\s]{{0,7}}?(?:(?P<good>{topic.good})|(?P<bad>{bad})|(?P<plain>{plain}))")


_TOPICS = tuple((topic.group, topic.item, _of_topic(topic)) for topic in TOPICS)
# somebody else's house, what is only planned or asked for: nothing was found there
_ELSEWHERE = re.compile(r"(?:邻居|隔壁|别人|人家|对门)家|(?:明天|后天|下周|下次|改天|准备|打算|要是|如果|万一|假如)|[吗么呢]$")
_A_CLAUSE = re.compile(r"[^，。；！？,!?;\n\s]+")
_NOT = re.compile(r"(?:没(?:有)?(?:再)?(?:发现|看到|看见|见到?)?(?:有)?(?:啥|什么|任何)?|不(?:再|咋|怎么|太)?|未(?:发现|见)?|也不|无|别|不缺|不会|不用|不需要?|不必|用不着|没必要|不存在|没听说|没见|没再|并没有?|不再)(?:过|什么|啥|任何|有)?(?:(?:(?:身|脸|手|腿|背|头)上|胳膊上?|浑身)(?:有)?(?:啥|什么)?)?(?:(?:跟|和|被|给)[^，。；\s]{1,4})?$")
# the denial stands within the words: 房子不漏雨了, 情绪不低落
_NOT_WITHIN = re.compile(r"(?<=[\u4e00-\u9fff])(?:不|没(?:有)?|不再|没再)(?:再|咋|怎么|太|那么)?(?:漏|裂|塌|低落|下降|退步|差(?!不多)|脏|乱|疼|痛|肿|烂|短|破|到期|冷|潮|喝|赌|打麻将|打牌|拖|落下|闹|住院|糊涂|摔|病)")
_LISTED = re.compile(r"(?:[、和或与跟及]|或者|也|又)?")
_MENDED = re.compile(r"[^，。；\s]{0,6}?(?:都|也|已经|就|才)?(?:好|退|消|长好)(?:了|利|得差不多|多了|些)")  # 咳嗽好了
# 奶奶在炕上躺着说腰疼: her own, as children do not say so of themselves
_OF_THE_OLD = re.compile(r"腰|膝盖|腿|胸口")
_CARER_SAYS = re.compile(rf"{KIN}[^娃孩他她，。；\s]{{0,10}}(?:说|讲|喊)(?:是|自己)?$")
_OF_THE_CARER = re.compile(rf"{KIN}(?:的)?(?:腰|腿|眼睛?|头|手|胃|牙|胳膊|膝盖|也|又|最近|前天|昨天|今天|这几天|一直|老|还|今年|都|就|前两天|上个?月|身体|身子)*$")
_SAID = re.compile(r"(邻居|隔壁[^，。；]{0,2}|别人|有人|村里人|同村(?:的|人)?|乡亲|老师|班主任|村医|组长|亲戚|同学|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|爸爸?|妈妈?|姑姑?|姨|舅舅?|大伯|婶婶?|老人|老汉|娃|孩子|他|她|自己)(?:[^，。；]{0,2})?(?:说|讲|反映|反应|告诉|讲给|念叨|夸|表扬)")
_HEARD = re.compile(r"(?:听|据)[^，。；]{0,6}(?:说|讲|反映)|听说")
# 问了班主任，说最近老走神
_ASKED_OF = re.compile(r"问(?:了|过|了一下|了下)?(?:一?下)?[^，。；]{0,3}?(邻居|隔壁[^，。；]{0,2}|老师|班主任|村医|组长|亲戚|同学)[^。；]{0,4}[，,\s]?(?:他|她|都|也)?(?:说|讲|夸)")
_FAMILY = re.compile(r"奶|爷|姥|外婆|外公|爸|妈|姑|姨|舅|伯|婶|老人|老汉|娃|孩子|他|她|自己")
_CLAUSE = re.compile(r"[，。；！？,!?;\n\s]")
_SENTENCE = re.compile(r"[。；！？!?;\n]")


def find_findings(text: str) -> list[Finding]:
    """In order of the text, the longest words at a place first; the same words count once per group."""
    folded = fold(text)
    found: list[Finding] = []
    for group, state, item, regex in _PATTERNS:
        for match in regex.finditer(folded):
            if any(f.group is group and f.start < match.end() and match.start() < f.end for f in found):
                continue  # the more telling item of a group comes first in the list
            cut = max((m.end() for m in _CLAUSE.finditer(folded, 0, match.start())), default=0)
            before = folded[cut : match.start()]
            denied = bool(_NOT.search(before)) or bool(_NOT_WITHIN.search(match[0])) or _goes_on_denying(found, folded, match.start(), group)
            if denied and state is not State.CONCERN:
                continue
            if group is Group.HEALTH and state is State.CONCERN and _MENDED.match(folded, match.end()):
                continue
            if group is Group.MOOD and state is State.CONCERN and _OF_THE_CARER.search(before) and not re.search("提|想|说起", before):
                continue  # 妈妈哭了一场
            if group is Group.HEALTH and (_OF_THE_CARER.search(before) or (_OF_THE_OLD.match(match[0]) and _CARER_SAYS.search(before))):
                if any(f.item == "guardian" and f.start < match.end() for f in found):
                    continue
                where, key = Group.GUARDIAN, "guardian"  # 奶奶前天摔伤了 is about who looks after the child
            else:
                where, key = group, item
            if group is Group.WISH and _OF_THE_CARER.search(before):
                continue  # 爷爷想让帮着换: nobody's wish but a request
            if key == "other_need" and any(f.group is Group.WISH and f.start < match.end() and match.start() < f.end for f in found):
                continue
            by, hearsay = _teller(folded, cut, match.start())
            stands = State.DENIED if denied else state
            found.append(Finding(where, stands, match.start(), match.end(), text[match.start() : match.end()], hearsay, key, by))
    talks = [f for f in found if f.group is Group.TALKS]  # 告诫别去河里洗澡 is a talk given, and no danger found
    found = [f for f in found if f.group not in (Group.SAFETY, Group.MOOD) or not any(f.start < t.end and t.start < f.end for t in talks)]
    found += _by_topic(text, folded, found)
    return sorted(found, key=lambda f: (f.start, f.end))


def _by_topic(text: str, folded: str, found: list[Finding]) -> list[Finding]:
    """In clauses of which no row told anything: a thing of the form and how it stands behind it (嘴角烂了, 卷子做得整齐)."""
    more: list[Finding] = []
    for clause in _A_CLAUSE.finditer(folded):
        if any(f.start < clause.end() and clause.start() < f.end for f in found) or _ELSEWHERE.search(clause[0]):
            continue
        told = next(((group, item, state, match, match.start()) for group, state, item, regex in _ALONE if (match := regex.search(clause[0]))), None) or _stands(clause[0])
        if told is None:
            continue
        group, item, state, match, at = told
        if state is State.CONCERN and _NOT.search(clause[0][:at]):
            if group is Group.NEEDS:
                continue
            state = State.DENIED
        if state is State.CONCERN and group is Group.HEALTH and _MENDED.match(clause[0], match.end()):
            continue
        start, end = clause.start() + match.start(), clause.start() + match.end()
        by, hearsay = _teller(folded, clause.start(), start)
        more.append(Finding(group, state, start, end, text[start:end], hearsay, item, by))
    return more


def _stands(clause: str) -> tuple[Group, str, State, re.Match[str], int] | None:
    """The first thing of the form that this clause tells a state of, and where that state begins."""
    for group, item, regex in _TOPICS:
        match = regex.search(clause)
        if match is None or (group is Group.NEEDS and match["bad"] is None) or (group is Group.SAFETY and match["bad"] is None):
            continue
        return group, item, State.CONCERN if match["bad"] is not None else State.FINE, match, match.start(match.lastgroup or 0)
    return None


def _goes_on_denying(found: list[Finding], folded: str, start: int, group: Group) -> bool:
    """没有感冒发烧: what follows a denied one at once is denied with it."""
    return any(f.group is group and f.state is State.DENIED and f.end <= start and _LISTED.fullmatch(folded[f.end : start]) for f in found)


def _teller(folded: str, cut: int, start: int) -> tuple[str, bool]:
    """Who told it, and whether that is hearsay: somebody who does not live with the child."""
    clause = folded[cut:start]
    sentence = folded[max((m.end() for m in _SENTENCE.finditer(folded, 0, start)), default=0) : start]
    said = list(_SAID.finditer(clause)) or list(_SAID.finditer(sentence))
    asked = _ASKED_OF.search(sentence)
    if asked is not None and (not said or said[-1][1] in "他她"):
        return asked[1], not _FAMILY.match(asked[1])
    teller = said[-1][1] if said else ""
    if _HEARD.search(clause):
        return teller, True
    return teller, bool(teller) and not _FAMILY.match(teller)
