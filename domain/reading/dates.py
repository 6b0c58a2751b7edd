"""Which day a worker means (design.md section 4): in an expression, and in a whole message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from domain.reading.date_mentions import mentions
from domain.reading.days import Day, Future, Impossible, Mention, NoDate, Vague, local_day, local_time
from domain.reading.folding import fold

__all__ = ["Day", "Future", "Impossible", "Mention", "NoDate", "Vague", "choose_day", "find_day", "local_day", "mentions", "read_day"]

_CLAUSE_END = re.compile(r"[，。！？；,!?;\s]")
# What a worker does on the day of a contact, and what others do on days that are only background.
_CONTACT = re.compile(
    r"(?:终于|总算|才)(?:在家|有人|开门|见|碰|等)|去(?!世|年|打工|医院|看病|上学|学校上|了外地|新疆|县上|县里|城里|兰州|他[姑姨舅]|她[姑姨舅])|到(?!期|现在|外地|县)|家访|走访|入户|上门|走[了的][^，。；]{1,8}家|走了一[遍圈]|打(?:了|的|过|个|通|完|[0-9一二两三四五几]+[次个遍通])*(?:电话|视频|微信|语音)|电话|视频|通话|通了|语音|微信|见(?:了|到|的|着|过)?|"
    r"碰|遇|看(?:了|望|的|到|过)|联系|回访|拜年|慰问|送了|送去|来(?:村[委部上]|大队|办公室|社区|我[家这]|找我)|[塞送领托扔交丢撂](?:给|到)(?:了)?我|(?:打|递)给我|接的|接了|跟.{1,6}聊|谈(?:的|了)|进门|坐了|转了|交谈|面谈|谈[心话]|访谈|给[^，。；\s]{1,8}打的|赶过去|捎话|带话|发了|走了一趟|走了[^，。；]{1,8}(?:家|一趟)|跑了|补(?:的|去|了)|摸排|核实|活动上|来家|来我|来办公室|串门|问了"
)
_BACKGROUND = re.compile(
    r"未[到上来]|没到|缺课|旷课|逃学|过完|回来(?!的路)|走(?:了|的)(?!一?趟|一圈|访|一走)|出门|出去|住院|出院|生病|病了|感冒|发烧|咳|没[上去来]学|没来|没去(?!成)|请假|出生|生日|生的|去世|没了|结婚|离婚|到期|毕业|考(?:试|了|的)|开学|放假|做的?手术|摔|丢|"
    r"打工|寄|汇|办(?:下来|的|了)|转学|搬|回老家|满月|判|跟.{0,3}打架|吵架|干活|晕|放学(?!时|的?时候|后|路上|那|以后|回家路)|上学(?!路上)|上课(?![来讲])|才回|没吃|没回|没睡|就(?:娃|他|她)?一个人|不在家|不在屋|老是|总是|一直|老(?:喊|说|哭)|爱|打的|打了他|打了她|打过|喝(?:了|醉)"
)
_SAID = re.compile(r"(?:说|讲|告诉|听说|据|反映|反应|回忆)(?:是|的|了|过|我|着|起|他|她|娃|孩子)?[^，。；,;\s]{0,8}$")
_SAID_OVER = re.compile(r"(?<!给我)(?<!跟我)(?<!那)(?<!该)(?<!不好)(?<!怎么)(?<!先)(?:说|讲|告诉我|反映|听说)[，,：:\s]{1,2}[^我，。；,;\s]{0,6}$")
_OTHERS = re.compile(r"(?:[爸妈爷奶姑姨舅叔伯婶爹娘]|父亲|母亲|姥[姥爷]|外[公婆]|老师|邻居|医生|老汉|老人|娃|孩子|丫头|小子|人家|父母|家长|她|他|他们)(?:们|子)?(?:是|都|就|又|也|从)?$")
_PLAN_AFTER = re.compile(r"\s*(?:再|要(?!求)|准备|打算|计划|还要|得去|还得|争取|抽空|带他去|才(?:能|回来))")
_PLAN_BEFORE = re.compile(r"(?:本来|原本|原定|原来|本打算|说好|约好|约的|计划|打算|想着)(?:是|说|要|在|好)?$")
_DENIED = re.compile(r"(?:不是|并非|不要记成|别记成|写错了?|记错了?|错写成)(?:的|成|在|为|是)?$")
_BEFORE_NOW = re.compile(r"(?:上次|上回|上一次|上一回|之前|以前|早先|曾经?|那次|头一次|第一次|原先)[^，。；,;]{0,4}$")
_THIS_TIME = re.compile(r"这次|这回|这趟|这一次|(?:今天|今儿个?|刚才|刚刚)(?:我|又|再|才|是|就|给|打|电话|微信|视频|回访|改){0,3}(?:又|再|才|电话回访|回访|改成)|本次|此次")
# 22号的事，我也是那天入的户: told of first, gone to on the same day
_THAT_DAY = re.compile(r"(?:那天|当天|那日|同一天|当日)(?:我)?(?:也|就)?(?:去|入|见|打|看|家访|走访|上门)(?:的|了|过)")
_OPENS = re.compile(r"^(?:[\s，,。:]|补记|补录|补登|补一下|补|登记|记录|汇报|一下|我|我们|是|的|报告)*$")


_THAT_NIGHT = re.compile(r"(?:大|后)?半夜|深夜|连夜|当晚|夜里")
# 昨晚他爸又喝酒，我在门口等到十二点半 · 昨儿她大伯喝高了，我留她住了一宿: the background's evening is the contact's
_INTO_THE_NIGHT = re.compile(r"(?:等|守|坐|聊|谈|说|劝|找|陪|熬|忙|闹|哭|待|呆)到[^，。；]{0,4}$")
_OVER_NIGHT = re.compile(r"(?:我(?:家|屋|这|收留|留)|跟(?:着)?我)[^。；]{0,10}?(?:住|睡|待|过)(?:了|的)?(?:一?[宿夜晚]|夜|觉|$|[，。；])|在我(?:家|屋|这)[^，。；]{0,3}(?:住|睡|过的?夜)")
_LEFT_OVER = re.compile(r"\s*(?:就|还|只|光)?(?:差|剩|缺|没|该|要|得)|(?:的)?(?:任务|指标|份的)")


def read_day(text: str, ref: datetime) -> Day:
    """The day an expression names, as typed at `ref`: a date, never later than `ref`, or why there is none.

    Our own grammar reads first; dateparser is asked only about what it does not know at all, and believed only where
    the whole expression is made of digits, date words and separators.
    """
    found = mentions(text, ref)
    if not found:
        return _dateparser(text, ref)
    return max(_weighed(fold(text), found), key=lambda pair: pair[0])[1].day


def find_day(text: str, ref: datetime, names: Iterable[str] = ()) -> Mention:
    """The day of the contact a message tells of, with the words it came from.

    Without a date of the contact itself this is the day of `ref`, with an empty span; background dates (上周住过院),
    plans and dates somebody else speaks of do not count. `names` are people's names that must not be read as days.
    """
    return choose_day(text, ref, mentions(text, ref, names))


def choose_day(text: str, ref: datetime, found: Sequence[Mention]) -> Mention:
    """As `find_day`, from mentions already read."""
    weighed = _weighed(fold(text), found)
    best = max(weighed, key=lambda pair: pair[0], default=None)
    if best is not None and isinstance(best[1].day, Vague):
        plain = [pair for pair in weighed if isinstance(pair[1].day, date) and not pair[1].part_of_day and pair[0][0] >= 0 and any(_within(pair[1].day, m.day) for m in found if isinstance(m.day, Vague))]
        best = max(plain, key=lambda pair: pair[0], default=best)  # 周报（2.22-2.28）……2月25日: the one day named plainly
    if best is not None and best[1].part_of_day:  # 在我家写到九点，昨晚 · 大前天晚上发烧，半夜打电话叫我
        folded = fold(text)
        least = -3.0 if _THAT_NIGHT.match(folded, best[1].start) or _INTO_THE_NIGHT.search(folded[: best[1].start]) else 0.0
        best = max((p for p in weighed if isinstance(p[1].day, date) and not p[1].part_of_day and p[0][0] >= least), key=lambda pair: pair[0], default=best)
        if best[0][0] < 0:
            return best[1]
    if best is not None and -5.5 <= best[0][0] < 0 and isinstance(best[1].day, date) and _into_the_night(fold(text), best[1], found):
        return best[1]
    if best is None or best[0][0] < 0 or isinstance(best[1].day, Future):
        return Mention(0, 0, local_day(ref))
    return best[1]


def _into_the_night(folded: str, background: Mention, found: Sequence[Mention]) -> bool:
    """Whether the worker was there through the night the background tells of, or took the child in for it."""
    waited = any(m is not background and m.part_of_day and _INTO_THE_NIGHT.search(folded[: m.start]) for m in found)
    return (waited and re.search(r"[晚夜]", folded[background.start : background.end]) is not None) or _OVER_NIGHT.search(folded) is not None


def _within(day: date, stretch: Vague) -> bool:
    """Whether a day lies in a stretch, as far as its ends are known."""
    return stretch.reason in ("about", "holiday") or (stretch.reason in ("range", "week", "month", "weekend") and (stretch.first is None or stretch.first <= day) and (stretch.last is None or day <= stretch.last))


def _weighed(folded: str, found: Sequence[Mention]) -> list[tuple[tuple[float, int, int], Mention]]:
    """Each mention with how likely it is the contact's own day; of equals the later day wins (the call, then the visit)."""
    return [
        ((_weight(folded, m, found), m.day.toordinal() if isinstance(m.day, date) else 0, -index), m)
        for index, m in enumerate(found)
    ]


def _weight(folded: str, mention: Mention, found: Sequence[Mention]) -> float:
    before, after = _around(folded, mention, found)
    whole_before = folded[: mention.start]
    weight = 0.0
    contact, background = _CONTACT.search(after), _BACKGROUND.search(after)
    if background and re.search(r"(?:去|打|见|看)的是", folded[mention.end :]):
        background = None  # 前天没去宝宝家，去的是翠翠家
    if background and "生日" in background[0] and re.match(r"[^。；]{0,14}我[^，。；]{0,4}(?:在|去|碰|见|送|坐)", folded[mention.end :]):
        background = None  # 昨天过生日，我在超市碰见他
    if background and background[0] == "打的" and re.search(r"电话|视频|微信", whole_before[-8:]):
        contact, background = background, None
    if contact and re.search(r"没(?:有|能|去)?$", after[: contact.start()]) and not re.match(r"去?成", after[contact.end() :]) and not re.search(r"(?:去|打|见|看)的是", folded[mention.end :]):
        weight -= 0 if _made_after_all(folded, mention, found) else 4
    if re.search(r"我们?(?:是|就|又|才)?$", before):
        weight += 1
    if re.match(r"\s*(?:邻居|老师|同学|村里人|别人|娃|孩子|他|她|爷爷|奶奶)[^，。；]{0,6}(?:听见|看见|发现|吵|打架|哭|闹)", after):
        weight -= 2.5
    if isinstance(mention.day, Vague) and mention.day.reason == "some_days" and re.match(r"\s*(?:没|都|老|总|一直|有点|在|降温|变天|天气|天冷|天热|下雪|下雨|刮风|农忙|冷|热|忙|娃|孩子|他|她|晚上|天天|不|奶|爷|家里)", after):
        weight -= 3  # how things have been, not when the worker came
    if isinstance(mention.day, Vague) and ((mention.day.reason in ("month", "week") and _LEFT_OVER.match(after)) or (mention.day.reason == "some_days" and not contact)):
        weight -= 4  # 这个月就差她没见 · 近来寡言
    if contact and (not background or contact.start() <= background.start() or background.start() > 10):
        weight += 3 if contact.start() < 8 else 2
    elif background:
        weight -= 3
    elif _CONTACT.search(before):
        weight += 2
    elif isinstance(mention.day, Vague) and len(found) == 1 and mention.day.reason in ("week", "weekend"):
        weight += 1.5  # ……哪天来着，反正是上礼拜
    if _OPENS.match(whole_before):
        weight += 1 if not background or contact else 0.5
    if re.search(r"(?:一起|又|再)", after[:3]) and contact and any(isinstance(m.day, date) and m.end <= mention.start for m in found):
        weight += 1.5  # 礼拜五去的，前天又打了个电话: the later one is told
    if contact and re.match(r"[^，。；]{0,10}(?:说好|约好|约了|定好|讲好|定下)(?!.{0,6}[，。]?$)", after):
        weight -= 3
    if _SAID.search(before) or _SAID_OVER.search(whole_before):
        weight -= 4
    elif _OTHERS.search(before) and not (contact and not background):
        weight -= 2
    if _PLAN_AFTER.match(after) or isinstance(mention.day, Future):
        weight -= 8
    if re.match(r"\s*的事", after) and _THAT_DAY.search(folded, mention.end):
        weight += 6
    if re.match(r"\s*[^，。；\s]{0,4}再(?:见|去|说|聊|来)(?=$|[，。；！!])", after):
        weight -= 8  # 正月十二赶集再见
    if _PLAN_BEFORE.search(before):
        weight -= 6
    if re.search(r"(?:等到?|盼到|到了|熬到|过完|过了|不到)$", before):
        weight -= 6
    if _DENIED.search(before) or re.match(r"\s*(?:[.…,，。、]|哦|噢|啊|呃)*\s*(?:不对|不是|说错|错了|记错|写错|哦不)", folded[mention.end :]):
        weight -= 9  # 8号……不对，9号
    if sum(isinstance(m.day, date) for m in found) > 1 and re.match(r"[^，。；]{0,8}(?:补上|补记|补录|补登|才记|才补)", after):
        # 那天去的，今天补上 writes it down; 昨天没去成，今天补上了 goes there
        weight += 4 if re.search(r"没(?:去|打|见|办)?成|没(?:能|去|顾上|来得及)|结果(?:给)?忘了", whole_before) else -6
    if re.match(r"[^，。；]{0,8}(?:入户|家访|走访|去|打|见|看|联系)(?:看)?过", after) and any(
        m.start > mention.end and isinstance(m.day, date) and not m.part_of_day for m in found
    ):
        weight -= 3  # 两星期前入户过，今天在卫生室碰见
    if _BEFORE_NOW.search(before):
        weight -= 4
    rest = folded[mention.end :]
    if _THIS_TIME.search(rest) and not _THIS_TIME.search(before):
        weight -= 6
    if re.search(r"没(?:人|打通|去成|见|接|找|碰|有接|联系|在)|不在|关机|无人|锁着|不通|断了", after) and any(
        m.start > mention.end and not isinstance(m.day, Future) for m in found
    ):
        weight -= 2.5
    if mention.part_of_day:
        weight -= 1.5
    if isinstance(mention.day, Vague):
        weight -= 0.5 if mention.day.reason in ("range", "about", "weekend", "holiday") else 1
    return weight


def _made_after_all(folded: str, mention: Mention, found: Sequence[Mention]) -> bool:
    """昨天路滑没能上门，跟妈妈通了个电话: what failed was made up for on the same day, for no other is named."""
    if any(m is not mention and isinstance(m.day, date) and not m.part_of_day for m in found):
        return False
    stop = _CLAUSE_END.search(folded, mention.end + 1)
    made = _CONTACT.search(folded, stop.end()) if stop else None
    return made is not None and not re.search(r"(?:没|明天|后天|下次|改天|再|准备|打算)[^，。；]{0,6}$", folded[: made.start()])


def _around(folded: str, mention: Mention, found: Sequence[Mention]) -> tuple[str, str]:
    """The words before and after a mention, up to the clause's end or the next mention of another day."""
    cuts = [m.end() for m in _CLAUSE_END.finditer(folded, 0, mention.start)]
    earlier = [m.end for m in found if m.end <= mention.start]
    start = max([0, *cuts, *earlier])
    later = [m.start for m in found if m.start >= mention.end and not m.part_of_day]
    stop = _CLAUSE_END.search(folded, mention.end + 1)
    end = min([len(folded), *later, *([stop.start()] if stop else [])])
    after = folded[mention.end : end]
    if len(after.strip(" ，,:：")) <= 3 and stop and stop.start() == end:  # "11月5日，入户…": the next clause still belongs
        further = _CLAUSE_END.search(folded, stop.end())
        after = folded[mention.end : min([further.start() if further else len(folded), *later])]
    return folded[start : mention.start], after


def _dateparser(text: str, ref: datetime) -> Day:
    words = fold(text).strip()
    whole = re.fullmatch(r"(?:[0-9]{1,4}|[A-Za-z]{3,9}|[年月日号时分秒点上下午前天周\s:/.,\-])+", words)
    if not whole or len(words) > 40 or not re.search(r"[0-9A-Za-z]", words) or re.fullmatch(r"[0-9.]{1,5}", words):
        return NoDate()
    import dateparser  # slow to load, rarely needed

    now = local_time(ref)
    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day", "month"]}
    read = dateparser.parse(words, languages=["zh", "en"], settings=settings)  # type: ignore[arg-type]
    if read is None:
        return NoDate()
    day: date = read.date()
    return day if day <= now.date() else Future(day)
