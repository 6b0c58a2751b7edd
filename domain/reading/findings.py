"""What a visit found, by the groups of the visit form (domain.md 2.5), each with the words that said so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.reading.folding import fold


class Group(StrEnum):
    HEALTH = "health"
    STUDY = "study"
    MOOD = "mood"
    LIVING = "living"
    GUARDIAN = "guardian"
    SAFETY = "safety"
    NEEDS = "needs"


class State(StrEnum):
    FINE = "fine"
    CONCERN = "concern"


@dataclass(frozen=True)
class Finding:
    group: Group
    state: State
    start: int
    end: int
    words: str
    hearsay: bool = False  # somebody told it: 听邻居说


_FOUND: tuple[tuple[Group, State, str], ...] = (
    (Group.HEALTH, State.CONCERN, r"咳嗽|感冒|发烧|发热|肚子疼|拉肚子|头疼|牙疼|冻疮|住院|生病|病了|手术|骨折|过敏|起疹|犯病|没(?:打|接种)疫苗|视力[^，。；]{0,4}(?:下降|不好|差)|近视|贫血|龋齿|蛀牙"),
    (Group.HEALTH, State.FINE, r"身体(?:都|也|还|挺|很)*(?:好|健康|没问题|结实|可以|正常)|长高|长胖|病好了|好利索|精神头?(?:不错|好|很好|挺好)"),
    (Group.STUDY, State.CONCERN, r"(?:成绩|学习)[^，。；]{0,4}(?:下降|退步|差|跟不上|不好|不行|一般)|不(?:好好)?写作业|作业[^，。；]{0,4}(?:没写|不写|没完成)|厌学|不爱(?:学习|上学)|不想上学|逃学|没(?:去|来)(?:上)?(?:学|课)|贪玩"),
    (Group.STUDY, State.FINE, r"(?:学习|成绩)(?:还|挺|很|都|也|上)*(?:行|好|可以|不错|进步|认真|稳定|正常)|考(?:了)?(?:全班|全校)?(?:第[一二三四五六七八九十0-9]+名?|[89][0-9]分|一百分|满分)|(?:得|拿|领)(?:了)?(?:个)?奖状|作业(?:都|本)*(?:写完|完成|订正|按时)|在写(?:作业|字)|表现(?:可以|好|不错)"),
    (Group.MOOD, State.CONCERN, r"不爱说话|闷闷不乐|爱哭|老哭|天天哭|情绪(?:低落|不好|不稳|差)|想(?:爸|妈)[爸妈]?(?:了|哭)?|脾气(?:大|暴|坏)|胆小|内向|孤僻|沉默|爱打架|玩手机|光看手机|沉迷(?:手机|游戏)|失眠|睡不着"),
    (Group.MOOD, State.FINE, r"开朗|高兴|爱笑|活泼|情绪(?:好|稳定|不错|正常)|状态(?:好|挺好|不错|可以)|有说有笑|大方"),
    (Group.LIVING, State.CONCERN, r"(?:房子|屋顶|房顶|墙)[^，。；]{0,5}(?:漏|裂|塌|旧|危)|水管[^，。；]{0,3}(?:冻|裂)|没(?:有)?(?:生)?火|屋里(?:很)?冷|停(?:水|电)|(?:柴|煤)[^，。；]{0,4}(?:不够|没了|烧完)|没(?:有)?(?:冬衣|棉衣|厚衣服|被子|床)|家里(?:很)?(?:乱|脏)|钱(?:还)?没(?:寄|到|发)"),
    (Group.LIVING, State.FINE, r"(?:柴火?|煤)[^，。；]{0,4}(?:够|拉了)|炕烧得热|(?:屋里|家里)(?:收拾得|打扫得|挺|很)*(?:干净|整洁|暖和)|吃(?:穿|住)?[^，。；]{0,3}(?:不愁|好|够)"),
    (Group.GUARDIAN, State.CONCERN, r"(?:爷爷?|奶奶?|姥姥|姥爷|老人|大伯|姑姑?|外婆|外公|爸爸?|妈妈?)[^，。；]{0,5}(?:腿疼|走不动|血压高|眼睛不好|耳(?:朵)?(?:背|聋)|住院|瘫|病了|腰疼|糊涂|年纪大|喝酒|打麻将|管不(?:住|了|动))"),
    (Group.GUARDIAN, State.FINE, r"(?:爷爷?|奶奶?|姥姥|姥爷|大伯|姑姑?|他爸|她妈)[^，。；]{0,6}(?:照顾得(?:好|细|周到)|对(?:他|她|娃|孩子)[^，。；]{0,3}好|身体(?:好|硬朗|还行))"),
    (Group.SAFETY, State.CONCERN, r"(?:涝坝|渠|水库|机井)[^，。；]{0,6}(?:没|敞)|电线[^，。；]{0,4}(?:裸|老化)|煤烟|玩火|玩水|骑(?:电动|摩托)车[^，。；]{0,4}(?:上学|没戴)|陌生人"),
    (Group.SAFETY, State.FINE, r"讲(?:了|的|过|解)?[^，。；]{0,6}(?:安全|防溺水|防火|用电|防性侵|防欺凌|防拐|防煤烟|交通)|安全(?:教育|知识)"),
    (Group.NEEDS, State.CONCERN, r"(?:就是)?缺(?:个|一|双|件|少|点)*[^，。；]{1,8}|(?:没(?:有)?|想要|需要|要(?:个|双|件|一)|差)(?:一|个|双|件|套|点|床|辆)*(?:冬衣|棉衣|棉[裤鞋]|衣服|鞋子?|书包|文具|课外书|手套|帽子|被子|床|课桌|台灯|轮椅|助听器|眼镜|米面|钱|补助|低保|奶粉)|裤子短了|鞋(?:子)?(?:小|破)了|(?:协调|申请|办理?|想办|帮忙办)[^，。；]{1,10}"),
)  # fmt: skip
_PATTERNS = tuple((group, state, re.compile(regex)) for group, state, regex in _FOUND)
_NOT = re.compile(r"(?:没(?:有)?(?:再)?|不|未|也不|不再)$")
_HEARSAY = re.compile(r"(?:听|据)[^，。；]{0,6}(?:说|讲|反映)|(?:邻居|别人|有人|村里人|老师|班主任)[^，。；]{0,3}(?:说|讲|反映|告诉)")
_CLAUSE = re.compile(r"[，。；！？,!?;\n]")


def find_findings(text: str) -> list[Finding]:
    """In order of the text; a denied concern (没感冒) is left out, what others told is marked as hearsay."""
    folded = fold(text)
    found: list[Finding] = []
    for group, state, regex in _PATTERNS:
        for match in regex.finditer(folded):
            cut = max((m.end() for m in _CLAUSE.finditer(folded, 0, match.start())), default=0)
            if _NOT.search(folded[cut : match.start()]):
                continue
            hearsay = bool(_HEARSAY.search(folded[cut : match.start()]))
            found.append(Finding(group, state, match.start(), match.end(), text[match.start() : match.end()], hearsay))
    return sorted(found, key=lambda f: f.start)
