"""What a visit found, by the items of the visit form (domain.md 2.5), each with the words that said so.

A concern that is denied (没感冒) is kept as denied; what a third party told (听邻居说) is marked as hearsay; what the
family themselves say names who said it.
"""

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
    TALKS = "talks"  # safety talks given
    POLICY = "policy"  # policies told
    WISH = "wish"  # the child's own


class State(StrEnum):
    FINE = "fine"
    CONCERN = "concern"
    DENIED = "denied"  # a concern the message denies
    NOTE = "note"  # neither good nor bad: a talk given, a wish


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


_KIN = r"(?:爷爷?|奶奶?|姥姥|姥爷|老人|大伯|姑姑?|外婆|外公|爸爸?|妈妈?|婆|舅舅|婶婶?|老汉)"
_FOUND: tuple[tuple[Group, State, str, str], ...] = (
    (Group.HEALTH, State.CONCERN, "body", r"咳嗽|感冒|发烧|发热|肚子疼|拉肚子|头疼|牙疼|冻疮|住院(?!.{0,2}(?:费|部))|生病|病了|手术|骨折|过敏|起疹|犯病|没(?:打|接种)疫苗|视力[^，。；]{0,4}(?:下降|不好|差)|近视|贫血|龋齿|蛀牙|受伤|有伤|淤青|瘀青|青紫|低烧|呕吐|水痘|腮腺炎"),
    (Group.HEALTH, State.FINE, "body", r"身体(?:都|也|还|挺|很)*(?:好|健康|没问题|结实|可以|正常)|长高|长胖|病好了|好利索|精神头?(?:不错|好|很好|挺好)|(?:咳嗽|感冒|冻疮|伤|烧)(?:都|也)?(?:好|退)(?:了|些|多)"),
    (Group.STUDY, State.CONCERN, "study", r"(?:成绩|学习)[^，。；]{0,4}(?:下降|退步|差|跟不上|不好|不行|一般)|不(?:好好)?写作业|作业[^，。；]{0,4}(?:没写|不写|没完成)|厌学|不爱(?:学习|上学)|不想上学|逃学|旷课|辍学|没(?:去|来)(?:上)?(?:学|课)|贪玩|(?:掉|退)到[^，。；]{0,6}名"),
    (Group.STUDY, State.FINE, "study", r"(?:学习|成绩)(?:还|挺|很|都|也|上)*(?:行|好|可以|不错|进步|认真|稳定|正常|中等)|考(?:了)?(?:全班|全校)?(?:第[一二三四五六七八九十0-9]+名?|[89][0-9]分?|一百分|满分|双百)|(?:得|拿|领)(?:了)?(?:个)?奖状|作业(?:都|本)*(?:写完|完成|订正|按时)|在写(?:作业|字)|表现(?:可以|好|不错)|(?:老师|班主任)(?:也)?(?:表扬|夸)"),
    (Group.MOOD, State.CONCERN, "mood", r"不爱说话|不说话|闷闷不乐|爱哭|老哭|天天哭|情绪(?:低落|不好|不稳|差)|想(?:爸|妈)[爸妈]?(?:了|哭)?|脾气(?:大|暴|坏)|胆小|内向|孤僻|沉默|爱打架|(?:光|老|总|天天)(?:玩|看)手机|玩手机|沉迷(?:手机|游戏)|失眠|睡不着|被(?:人)?欺负|受欺负|有人欺负"),
    (Group.MOOD, State.FINE, "mood", r"开朗|高兴|爱笑|活泼|情绪(?:好|稳定|不错|正常)|状态(?:好|挺好|不错|可以)|有说有笑|大方"),
    (Group.LIVING, State.CONCERN, "home", r"(?:房子|屋顶|房顶|墙)[^，。；]{0,5}(?:漏|裂|塌|旧|危)|水管[^，。；]{0,3}(?:冻|裂)|没(?:有)?(?:生)?火|屋里(?:很)?冷|停(?:水|电)|(?:柴火?|煤)[^，。；]{0,4}(?:不够|没了|烧完)|没(?:有)?床|家里(?:很)?(?:乱|脏)|没地方洗澡"),
    (Group.LIVING, State.CONCERN, "food", r"没(?:有)?(?:冬衣|棉衣|厚衣服|被子)|钱(?:还)?没(?:寄|到|发)|工资(?:还)?没发|没钱|吃不(?:饱|好)|没(?:人)?做饭|穿得?(?:单薄|薄|少)"),
    (Group.LIVING, State.FINE, "home", r"(?:柴火?|煤)[^，。；]{0,4}(?:够|拉了|拉来)|炕烧得热|炉子[^，。；]{0,3}(?:旺|好)|(?:屋里|家里)(?:收拾得|打扫得|挺|很)*(?:干净|整洁|暖和|利索)"),
    (Group.LIVING, State.FINE, "food", r"吃(?:穿|住)?[^，。；]{0,3}(?:不愁|好|够)|(?:米|面|油)[^，。；]{0,3}够"),
    (Group.GUARDIAN, State.CONCERN, "guardian", rf"{_KIN}[^，。；]{{0,5}}(?:腿疼|腿脚不好|走不动|血压高|眼睛不好|眼睛看不|耳(?:朵)?(?:背|聋)|住院|瘫|病了|腰疼|糊涂|年纪大|喝酒|喝醉|打麻将|管不(?:住|了|动)|没人管|摔)"),
    (Group.GUARDIAN, State.FINE, "guardian", rf"{_KIN}[^，。；]{{0,6}}(?:照顾得(?:好|细|周到)|对(?:他|她|娃|孩子)[^，。；]{{0,3}}好|身体(?:好|硬朗|还行|也好))"),
    (Group.SAFETY, State.CONCERN, "safety", r"(?:涝坝|渠|水库|机井)[^，。；]{0,6}(?:没|敞)|电线[^，。；]{0,4}(?:裸|老化)|煤烟|玩火|玩水|骑(?:电动|摩托)车[^，。；]{0,4}(?:上学|没戴)|陌生人"),
    (Group.TALKS, State.NOTE, "drowning", r"防溺水|(?:别|不要|不能|不去)[^，。；]{0,4}(?:玩水|下水|渠边|涝坝|水库)"),
    (Group.TALKS, State.NOTE, "assault", r"防性侵|防侵害|隐私部位|陌生人[^，。；]{0,6}(?:别|不要|不能|怎么办)|(?:别|不要)跟(?:着)?陌生人|防拐"),
    (Group.TALKS, State.NOTE, "bullying", r"防(?:校园)?(?:欺凌|霸凌)|反(?:校园)?(?:欺凌|霸凌)"),
    (Group.TALKS, State.NOTE, "fire", r"防火(?!墙)|用火|用电安全|防煤(?:烟|气)|煤烟中毒的事|消防(?:安全|知识)"),
    (Group.TALKS, State.NOTE, "traffic", r"交通安全|戴(?:好)?头盔|过马路"),
    (Group.TALKS, State.NOTE, "internet", r"防沉迷|网络安全|(?:少|别|不要)玩手机|上网安全|防诈骗?"),
    (Group.POLICY, State.NOTE, "policy", r"(?:讲|说|宣传|告诉|解释)(?:了|一下|过)?[^，。；]{0,6}(?:低保|残补|两补|助学|救助|医保|政策|补贴|孤儿|事实无人)[^，。；]{0,6}"),
    (Group.WISH, State.NOTE, "wish", r"(?:娃|孩子|他|她)?(?:说)?(?:想(?!.{0,2}(?:爸|妈|哭))|盼着?|希望)(?:要|学|当|去|让|有|和|跟)[^，。；]{1,10}"),
    (Group.NEEDS, State.CONCERN, "clothes", r"(?:缺|没(?:有)?|想要|需要|要|差)(?:一|个|双|件|套|点|床|少|几)*(?:冬衣|棉衣|棉[裤鞋]|衣服|鞋子?|手套|帽子|被子|袜子|校服|雨鞋|羽绒服)|裤子短了|鞋(?:子)?(?:小|破)了|校服小了|衣服(?:小|短|破)了"),
    (Group.NEEDS, State.CONCERN, "study", r"(?:缺|没(?:有)?|想要|需要|要|差)(?:一|个|双|件|套|点|张|本|些|几|少)*(?:书包|文具|课外书|课桌|书桌|台灯|本子|笔|字典|辅导|学费)"),
    (Group.NEEDS, State.CONCERN, "medical", r"(?:缺|没(?:有)?|想要|需要|要|想配|得配)(?:一|个|副|台|辆)*(?:轮椅|助听器|眼镜|拐杖|药)|(?:需要|要|得)(?:协调)?(?:做)?(?:手术|看病|康复|检查|配眼镜)"),
    (Group.NEEDS, State.CONCERN, "money", r"(?:缺|没(?:有)?|差|需要)(?:点|些)?(?:米面|钱|奶粉|生活费|口粮)|交不起|买不起"),
    (Group.NEEDS, State.CONCERN, "policy", r"(?:申请|想办|帮(?:忙|着|她|他|我)?办|要办|办理|问)(?:一下|个|点)?[^，。；]{0,6}(?:低保|补助|残疾证|助学金?|救助|户口|医保|身份证|孤儿|手续)|转学[^，。；]{0,6}手续"),
    (Group.NEEDS, State.CONCERN, "company", r"没(?:人|有人)(?:陪|说话|玩)|想有人陪"),
    (Group.NEEDS, State.CONCERN, "other_need", r"(?<!不)(?<!短)缺(?:个|一|双|件|少|点)*(?!课|勤|席|钱|水|氧)[^，。；]{1,8}|(?:想要|需要|要(?:个|双|件|一))[^，。；]{1,8}|(?:协调|帮忙(?:办|问|修|买))[^，。；]{1,10}"),
)  # fmt: skip
_PATTERNS = tuple((group, state, item, re.compile(regex)) for group, state, item, regex in _FOUND)
_NOT = re.compile(r"(?:没(?:有)?(?:再)?(?:发现|看到|见)?(?:有)?(?:啥|什么|任何)?|不(?:再|咋|怎么|太)?|未(?:发现|见)?|也不|无|别|不缺|不会)$")
_SAID = re.compile(r"(邻居|隔壁[^，。；]{0,2}|别人|有人|村里人|老师|班主任|村医|组长|亲戚|同学|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|爸爸?|妈妈?|姑姑?|姨|舅舅?|大伯|婶婶?|老人|老汉|娃|孩子|他|她|自己)(?:[^，。；]{0,2})?(?:说|讲|反映|反应|告诉|讲给|念叨)")
_HEARD = re.compile(r"(?:听|据)[^，。；]{0,6}(?:说|讲|反映)|听说")
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
            denied = bool(_NOT.search(folded[cut : match.start()]))
            if denied and state is not State.CONCERN:
                continue
            by, hearsay = _teller(folded, cut, match.start())
            stands = State.DENIED if denied else state
            found.append(Finding(group, stands, match.start(), match.end(), text[match.start() : match.end()], hearsay, item, by))
    return sorted(found, key=lambda f: (f.start, f.end))


def _teller(folded: str, cut: int, start: int) -> tuple[str, bool]:
    """Who told it, and whether that is hearsay: somebody who does not live with the child."""
    clause = folded[cut:start]
    sentence = folded[max((m.end() for m in _SENTENCE.finditer(folded, 0, start)), default=0) : start]
    said = list(_SAID.finditer(clause)) or list(_SAID.finditer(sentence))
    teller = said[-1][1] if said else ""
    if _HEARD.search(clause):
        return teller, True
    return teller, bool(teller) and not _FAMILY.match(teller)
