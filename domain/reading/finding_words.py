"""The words by which workers tell what they found, one row for each item of the visit form (domain.md 2.5).

The rows stand in data/findings.txt, a phrase a line: a group, a state, the item's key on the form and what says so.
Within a group the rows that come first win where two tell of the same words. What is denied, and who told it, is read
in findings.py.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path


class Group(StrEnum):
    HEALTH = "health"
    STUDY = "study"
    MOOD = "mood"
    LIVING = "living"
    GUARDIAN = "guardian"
    SAFETY = "safety"
    NEEDS = "needs"
    TALKS = "talks"  # safety talks given
    POLICY = "policy"  # policies told
    WISH = "wish"  # the child's own


class State(StrEnum):
    FINE = "fine"
    CONCERN = "concern"
    DENIED = "denied"  # a concern the message denies
    NOTE = "note"  # neither good nor bad: a talk given, a wish


KIN = (
    r"(?:爷爷?|奶奶?|太[爷奶]|姥姥|姥爷|老人|老两口|老汉|[大二三]?伯伯?|大妈|大娘|姑姑?|姑[父妈]|小?姨妈?|外[婆公爷]|爸爸?|妈妈?|"
    r"[继后养][母父爸妈]|婆婆?|舅舅|舅妈|叔叔?|婶婶?|嫂子|监护人|家长|大人)"
)
_SO = r"(?:都|也|还|挺|很|又|最近|一直|老是?|有点|有些|比较|特别|蛮|可|倒|真|就|算|这几天|上|是|没啥|身子|身体)*"
_BODY_PART = r"(?:头|牙|腿|脚|腰|耳朵?|嗓子|喉咙|眼睛?|胸口|关节|胃|手|胳膊|膝盖|脖子|肩膀|鼻子|嘴|脸|身上|后脑勺|脚后跟|指头)"
_WEAR = r"(?:冬衣|棉衣|棉[裤鞋袄]|单鞋|衣服|衣裳|外套|厚衣服|球鞋|雨鞋|凉鞋|鞋子?|手套|帽子|围巾|被子|被褥|褥子|袜子|校服|毛衣|秋[衣裤]|裤子|羽绒服|厚裤子)"
_STUDY_THINGS = r"(?:书包|文具盒?|课外书|绘本|学习桌|课桌|书桌|桌子|台灯|本子|作业本|练习册|铅笔|钢笔|彩笔|笔|字典|词典|辅导(?:书|班|资料)?|平板|电脑|复读机|书架)"
_CURES = r"(?:轮椅|助听器|眼镜|拐杖|矫形器|假肢|康复器材|降压药|药)"
_BENEFITS = r"(?:低保|特困|残补|两补|残疾人?(?:两项)?补[贴助]|残疾证|助学(?:金|贷款)?|雨露计划|救助金?|医保|新农合|养老|政策|补[贴助]|孤儿|事实无人(?:抚养)?|营养餐|慰问金|圆梦|户口|身份证|手续)"
_LACKS = r"(?:缺|没(?:有)?|想要|需要|想?要|差|少|想买|想换|想添|[得该要](?:给(?:他|她|娃))?(?:买|添|换|配))"
_SOME = r"(?:一|个|双|件|套|点|床|少|几|张|本|些|副|台|辆|条|身|厚|新|的|把)*"
_LITTLE = r"(?:不够|没了|烧完|快没|见底|不多|没几|用完|断了)"

_PARTS = {
    "KIN": KIN,
    "SO": _SO,
    "BODY_PART": _BODY_PART,
    "WEAR": _WEAR,
    "STUDY_THINGS": _STUDY_THINGS,
    "CURES": _CURES,
    "BENEFITS": _BENEFITS,
    "LACKS": _LACKS,
    "SOME": _SOME,
    "LITTLE": _LITTLE,
}
_HEADING, _PART = re.compile(r"\[(\w+) (\w+) (\w+)\]"), re.compile(r"@([A-Z_]+)")


def _read() -> tuple[tuple[Group, State, str, str], ...]:
    found: list[tuple[Group, State, str, list[str]]] = []
    for line in (Path(__file__).parent / "data" / "findings.txt").read_text("utf-8").splitlines():
        if heading := _HEADING.fullmatch(line):
            found.append((Group(heading[1]), State(heading[2]), heading[3], []))
        elif line and not line.startswith("#"):
            found[-1][3].append(_PART.sub(lambda part: _PARTS[part[1]], line))
    return tuple((group, state, item, "|".join(words)) for group, state, item, words in found)


FOUND: tuple[tuple[Group, State, str, str], ...] = _read()
