"""Whether a child named in a message is whom the contact concerned, or only named on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

_CLAUSE = re.compile(r"[，。！？；,!?;\s]")
_DENIED = re.compile(r"(?:并?不是(?:去|说|给|看|打|发|找|问|送|到|跟|和|在|是)*(?:的|给|到|电话给)?|并非|别写成|别记成|写错成|记错成|没(?:有)?去|还没(?:有)?(?:去|给|联系|见|打)|没(?:有)?(?:给|联系|顾上|轮到|来得及去|顾得上去)|未去)(?:的|到|过|看)?$")
_NOT_DONE = re.compile(r"^(?:家|那边|那|屋里)?(?:的)?(?:还|今天|这次|暂时|就|也)?(?:没(?:有)?(?:去(?!成|学|上学)(?:呢|$|[，。\s])|顾上|来得及|轮到|联系呢|排上)|还没(?:有)?(?:去|联系|跑|打)|(?:明天|后天|下周|下次|改天|下个月|过几天|下回).{0,3}(?:去|再|打|联系|跑))")
_PLAN = re.compile(r"(?:明天|后天|明儿|明早|下周[一二三四五六日天]?|下星期|下礼拜|下次|下回|下个月|改天|过几天|回头|抽空|准备|打算|计划|还得|还要|接下来|接着要|等会儿?|待会儿?|一会儿?(?=去|再|还))[^，。；,;]{0,10}$")
_COMPANION_BEFORE = re.compile(r"(?:跟|和|与|同|陪|找|把|给|比|像|跟着|带着|领着|欺负|打了?)$")
_COMPANION_AFTER = re.compile(r"^(?:他们|她们|家的?娃|家)?(?:在)?(?:一起|一搭|一块儿?|一搭里)?(?:玩|耍|打架|吵|闹|打起来|同桌|同班|在?同?一个(?:班|学校|村)|是同学|是朋友|处得|一样|差不多|好得很|打(?:了|他|她)|抢|借)")
_PLACE_AFTER = re.compile(r"^(?:家)(?:门口|旁边|隔壁|对面|附近|后头|前头|邻居|的邻居|门前|那边)")
_PLACE_BEFORE = re.compile(r"(?:路过|经过|邻居|隔壁|挨着)$")
_KIN_OF = re.compile(r"^的?(?:同学|同桌|邻居|朋友|堂[兄弟姐妹哥]|表[兄弟姐妹哥]|亲戚|伙伴)(?!们?都)")
_TOLD_OF = re.compile(r"(?:他|她|[爷奶爸妈姥姑姨舅叔伯婶]|外[公婆])(?:又|也|还|就|顺便)?(?:说|讲|提到|提起|念叨)(?:起|的是|是)?(?:邻居|隔壁|村里)?$")
_LAST_TIME = re.compile(r"(?:上次|上回|之前|以前|上一次|昨天本来|本来|原本|原定|原来想)[^，。；]{0,8}$")
_TAKEN_FOR = re.compile(r"(?:说(?:的)?是|以为(?:是)?|当(?:成|是)|名单上(?:写|记)的?是)$")
_SEEN_TOGETHER = re.compile(r"(?:碰|遇|看|见|撞)(?:见|到|了|上)?[^，。；]{0,8}$")


class Verdict(Enum):
    MEANT = "meant"
    IN_PASSING = "in passing"  # meant only if nobody else is
    NOT_DONE = "not done"  # planned, or not got round to
    DENIED = "denied"  # 不是小禾，是小麦


def judge(folded: str, start: int, end: int, others: Sequence[tuple[int, int]]) -> Verdict:
    """Read what surrounds a name; `others` are the other names' places in the text."""
    cut = max([m.end() for m in _CLAUSE.finditer(folded, 0, start)], default=0)
    before, after = folded[cut:start], folded[end:]
    if re.search(r"没(?:有)?去(?:过)?$", before) and re.search(r"(?:去|打|见|看)的是|其实是", after):
        return Verdict.DENIED  # 没去宝宝家，去的是翠翠家
    if (match := _DENIED.search(before)) and re.search(r"去(?:到|过|的|看)?$", match[0]) and "是" not in match[0] and re.match(r"(?:他|她)?(?:们)?家?[^，。；]{0,2}[，,\s]*(?:是|就是|是在|只是)", after):
        return Verdict.MEANT  # 我没有去其乐家，是他爷爷在路口等我说的: met all the same
    if match := _DENIED.search(before):
        return Verdict.DENIED if "是" in match[0] or "写" in match[0] or "记" in match[0] else Verdict.NOT_DONE
    if _TAKEN_FOR.search(before) and others and re.search(r"(?:其实|结果|原来|实际上?|后来才)[^。；]{0,14}(?:是|见的|去的|打的)", after[:30]):
        return Verdict.DENIED  # 说是明珠，其实昨天我去见的是明竹
    if others and re.search(r"不是(?![打去给看见跟在和说找问送])[^，。；、\s]{1,6}(?:的|那个)$", before):
        return Verdict.DENIED  # 是北岔村的艾鸣，不是南岔的艾明
    if others and re.search(r"没(?:见|碰|看)(?:到|着|见|上)?$", before):
        return Verdict.NOT_DONE  # 小雨在写字，没见小虎
    if others and re.match(r"(?:今天|这次|也|就|却)?(?:没(?:有)?(?:来|参加|到场)(?!过|得及|上[学课班校]|学校|上学|电话|信)|缺席|不在场)", after):
        return Verdict.NOT_DONE  # 家长会见了佳怡和花蕾，金宝没来
    if re.match(r"[^，。；]{0,8}(?:[弄搞记说]混|[弄搞记]反|认错|分不清)", after):
        return Verdict.IN_PASSING  # 思琪和诗琪弄混了，打的是诗琪
    if _NOT_DONE.match(after):
        return Verdict.NOT_DONE
    if (plan := _PLAN.search(before)) and not re.search(r"[去打看见][了的]|过了", before[plan.start() :]):
        return Verdict.NOT_DONE
    named_before = any(cut <= o[0] < start for o in others)
    if _LAST_TIME.search(before) and re.search(r"这次|这回|今天|结果|改|换成|半道|半路|路上|拦(?:住|下)|碰(?:见|上|到)|遇(?:见|上|到)|倒是|先去了|却", after) and not re.search(r"还是(?:去|到)了?|(?:后来|最后|又)去了(?=$|[，。；\s])", after) and any(o[0] > end for o in others):
        return Verdict.NOT_DONE
    if re.match(r"(?:打架|打了?一架|吵架|闹矛盾|闹别扭)的?(?:事|那事)?[^。]*?(?:两个?(?:娃|人|孩子)|俩|双方|都|和好|调解|握手)", after) and re.search(r"[和跟与]$", before):
        return Verdict.MEANT  # 向东和文博打架的事，今天到学校调解好了
    if _COMPANION_BEFORE.search(before) and _COMPANION_AFTER.match(after) and named_before:
        first = min(o[0] for o in others if cut <= o[0] < start)
        if not _SEEN_TOGETHER.search(folded[cut:first]):
            return Verdict.IN_PASSING
    if re.search(r"(?:问|看|瞧|打听|转|去)(?:了|过)?(?:一?下|看|问|瞧)?(?:隔壁|邻居)$", before):
        return Verdict.MEANT  # 顺便问了问隔壁万里
    if any(o[0] < start for o in others) and _TOLD_OF.search(before) and after.startswith("家"):
        return Verdict.IN_PASSING  # 电话打给海燕爷爷，他说小蕊家来了个生人: news of others
    if others and (_PLACE_AFTER.match(after) or _PLACE_BEFORE.search(before) or _KIN_OF.match(after)):
        return Verdict.IN_PASSING
    if named_before and re.search(r"(?:说|讲|告诉我?|嫌|怪|夸)(?:是|被|让|跟|和)?(?:[他她]?的?(?:弟弟?|妹妹?|哥哥?|姐姐?))?$", before):
        return Verdict.IN_PASSING
    if any(o[0] < start for o in others) and re.search(r"(?:被|让|叫|遭)$", before):
        return Verdict.IN_PASSING
    return Verdict.MEANT
