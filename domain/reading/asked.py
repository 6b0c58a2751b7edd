"""Questions workers type instead of pressing buttons (domain.md 3.6a): what is asked, of whom, where and for when.

`这个月还差谁`, `六一村有几个娃`, `明天我该跑哪几家`: the answer is the bot's; here only the words are understood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.reading.asked_screens import screen_of
from domain.reading.days import last_of_month, local_day, month_back
from domain.reading.folding import NUMBER, fold, number
from domain.reading.roster import OnRoster, find_children
from domain.reading.spans import Span, span_of


class Asked(StrEnum):
    """What is wanted."""

    LEFT = "left"  # 这个月还差谁
    ROUTE = "route"  # 明天我该跑哪几家
    TODAY = "today"  # 今天要干啥
    OVERDUE = "overdue"  # 哪些超期了
    COUNT = "count"  # 六一村有几个娃
    LIST = "list"  # 三组有哪些娃
    AGREEMENTS = "agreements"  # 协议快到期的有哪些
    PHONE = "phone"  # 督导员电话多少
    TIER = "tier"  # 红色的有几个
    VILLAGES = "villages"  # 哪些村还没走完
    SUMMARY = "summary"  # 汇总 合黎镇 上个月
    REPORT_STATUS = "report_status"  # 报告咋样了
    HOW = "how"  # 怎么报警
    POLICY = "policy"  # 残疾两补要啥材料
    CHILD = "child"  # 小虎家啥情况
    LAST_CONTACT = "last_contact"  # 上次啥时候去的小虎家
    AGE = "age"  # 王家老二满16了不
    AGAIN = "again"  # 这表又要报一遍?
    SCREEN = "screen"  # 第9项进展怎么样: another subject's own screen
    UNKNOWN = "unknown"  # a question, none of these


@dataclass(frozen=True)
class Period:
    """Days asked about, both ends included; a route may lie ahead."""

    first: date
    last: date


@dataclass(frozen=True)
class Question:
    """One question. `start`-`end` are its words; `places` unit names as written; `ties` children that sound alike.

    `topic` says what a HOW is about (police report visit call child photo agreement correct invite login export policy
    bot) or holds a POLICY's own words; `who` whose PHONE is wanted (supervisor county police child guardian town school
    doctor hotline). A SCREEN's `topic` is the command that opens it, `who` what is to be written behind it.
    """

    asked: Asked
    start: int
    end: int
    words: str
    places: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    ties: tuple[tuple[str, ...], ...] = ()
    period: Period | None = None
    tier: str = ""
    topic: str = ""
    who: str = ""
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)


_WHO = r"(?:谁|哪些|哪几个|哪几家|哪几户|哪家|哪户|哪个|几个|几家|几户|几名|多少|些?啥人|哪些人|哪些娃)"
_KID = r"(?:娃娃?|孩子|儿童|学生|小孩|人)"
_HOWTO = r"(?:怎么|咋个?|如何|怎样|咋样才?|在哪里?|哪里|从哪|能不能|可以|该怎么|要怎么)"
_WHAT = r"(?:啥|什么|哪些|些啥|那些)"
_DONE = r"(?:联系|走访|入户|家访|打电话|打|去|跑|见|走|看|回访|视频|做|签|录|报|填)"
_BENEFIT = r"(?:低保|残疾|两补|孤儿|事实无人|助学|临时救助|救助|补贴|补助|医保|特困|社保|圆梦|康复|辅具|残疾证|残补|护理补贴|生活补贴|雨露计划|慰问金|奖学金|学费减免|营养餐|生活费补助|户口|落户)"
_BY_FORM: tuple[tuple[Asked, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(regex))
    for asked, regex in (
        (Asked.AGAIN, r"(?:又|还|咋又|怎么又|为啥又|为什么又)(?:要|得|让|叫)(?:再)?(?:我们)?(?:报|填|写|录|交|统计)(?:一遍|一次|上去|表)?|(?:填|报|写|录)(?:几|多少)遍|重复(?:填|报)|(?:报|填)过了[^，。？?]{0,6}(?:又|还)(?:要|得)"),
        (Asked.AGREEMENTS, rf"(?:协议|委托(?:照护|监护)书?)[^，。？?]{{0,8}}(?:到期|过期|没签|未签|要续|续签|该签|没有|缺|快满|啥时候到|什么时候到|哪天到)(?:了)?(?:的)?[^，。？?]{{0,4}}(?:有)?(?:{_WHO}|吗|没|呢|$|[？?])|(?:{_WHO})(?:家|娃)?的?协议[^，。？?]{{0,6}}(?:到期|过期|没签|该签|要续)|(?:{_WHO})[^，。？?]{{0,4}}(?:没签|要续签?|该续签?)[^，。？?]{{0,4}}协议"),
        (Asked.REPORT_STATUS, r"(?:报告|上报|报上去|报的|案子|案件|举报|求助|报警|反映)[^，。？?]{0,12}?(?:咋样|怎么样|啥情况|什么情况|有(?:没有)?(?:消息|结果|回音|回复|进展|反馈)|有人管|处理(?:了没|得咋|到|了吗|好了)|到哪一?步|啥进展|签收|受理|接了没|管了没|有信)|(?:那个|那件|上次的?|上回的?)(?:事|案子?|报告)[^，。？?]{0,6}(?:咋样|怎么样|有(?:没有)?(?:消息|结果|回音|回复)|处理)"),
        (Asked.POLICY, rf"{_BENEFIT}[^，。？?]{{0,12}}?(?:(?:要|需要|得|准备|带|交)[^，。？?]{{0,4}}{_WHAT}|{_HOWTO}[^，。？?]{{0,4}}(?:申请|办|领|享受|弄|报)|够不够|够条件|{_WHAT}条件|符合|多少钱|一个月多少|一年多少|能(?:申请|办|领|享受)(?:吗|不|么)|找谁|去哪|啥政策|什么政策|标准)|{_HOWTO}[^，。？?]{{0,6}}(?:申请|办理?|领取?|享受|弄|报)[^，。？?]{{0,8}}{_BENEFIT}|能(?:不能)?(?:申请|办|领|享受)[^，。？?]{{0,6}}{_BENEFIT}|(?:申请|办理?){_BENEFIT}[^，。？?]{{0,8}}(?:{_WHAT}|{_HOWTO})|{_BENEFIT}(?:的)?政策$|(?:能|可以|该)(?:享受|领|拿|得|申请)(?:到)?(?:些|点)?(?:啥|什么|哪些|几样|多少)"),
        (Asked.HOW, rf"{_HOWTO}(?:才)?(?:能|去|来)?[^，。？?]{{0,6}}?(?:报警|报案|上报|报告|记|录|填|写|登记|走访|家访|改|删|传|发照片|发图|上传|导出|签协议|签|加|添加|登录|登陆|邀请|绑定|用|弄|操作|查|转|撤|取消|举报|找回|换)(?!.{{0,3}}(?:哪|多少))|(?:报警|上报|报告|记录|走访|录入|登记|协议)[^，。？?]{{0,4}}{_HOWTO}(?:弄|办|做|写|填|报|搞|操作|用)?|你(?:会|能|可以)[^，。？?]{{0,3}}(?:干|做|帮)?{_WHAT}|(?:有|发现)[^，。？?]{{0,10}}(?:该|要|应该)(?:咋办|怎么办|找谁)|(?:家暴|虐待|性侵|欺凌|失踪)[^，。？?]{{0,6}}(?:打(?:啥|什么|哪个)电话|找谁|该咋办|怎么办)"),
        (Asked.PHONE, r"(?:电话|手机号码?|号码|联系方式|手机)(?:号码?)?(?:是|有)?(?:多少|几|啥|什么|给我|发我|发一下|发下|呢|有吗|有没有|告诉我|报一下|查一下)|(?:电话|手机号码?|号码|联系方式)[？?]$|^[^，。？?打了]{1,8}的(?:电话|手机号码?|号码|联系方式)$|^[^，。？?打了回接是不没\s]{2,7}(?:电话|手机号|号码)$|(?:打|拨)哪个(?:号|电话)|(?:要|查|找|给我|发我|发一下)(?:一下|个)?[^，。？?]{1,8}(?:的)(?:电话|手机号码?|号码|联系方式)|(?:打|拨)(?:啥|什么|哪个)电话|(?:电话|热线)(?:是)?(?:多少|几)号?"),
        (Asked.AGE, rf"(?:满|到|够|过)(?:了)?{NUMBER}(?:周?岁)?(?:了)?(?:没(?:有)?|不|吗|么)|(?:几岁|多大)(?:了)?(?:[？?]|$|呢|啊)|(?:啥时候|什么时候|哪天|几月)[^，。？?]{{0,4}}(?:满|过)(?:{NUMBER}|生日)"),
        (Asked.VILLAGES, r"(?:哪些|哪几个|几个|哪个|多少个?)(?:村|社区|村子|社|组)[^，。？?]{0,8}(?:没|未|不够|差|落|完)|(?:哪些|哪几个)村(?:走完|跑完)"),
        (Asked.LEFT, rf"(?:还|都)?(?:差|剩|欠|漏|落)(?:下|了|着|的)?(?:还)?(?:有)?{_WHO}|{_WHO}{_KID}?(?:家)?(?:这个月|本月|这月|这季度|今年|这周)?(?:还|都)?(?:没有?|未)(?:过)?(?:被)?{_DONE}|还有{_WHO}{_KID}?(?:家)?(?:没|要|得|需要|该)|(?:没|未)(?:有)?{_DONE}(?:过|到|完|上)?的(?:娃|孩子|还)?(?:还)?(?:有)?(?:{_WHO}|$|[？?])|(?:跑|走|联系|打)(?:完|够)了(?:没|吗|不)"),
        (Asked.OVERDUE, rf"(?:超期|逾期|过期|拖了|晚了|超时)(?:了)?(?:的)?(?:有)?{_WHO}|{_WHO}{_KID}?(?:家)?(?:的)?[^，。？?]{{0,4}}(?:超期|逾期|过期|超时)|(?:有没有)(?:超期|逾期|过期)|^\s*超期的?\s*[？?]?$"),
        (Asked.ROUTE, rf"(?:该|要|得|应该|先|去|需要|准备)(?:先|再)?(?:跑|去|走|看|访|联系)(?:访)?(?:一下)?(?:{_WHO}|哪里|哪儿|谁家)|(?:跑|走|去)(?:哪几家|哪些家|谁家|哪几户|哪家)|路线|怎么走(?:顺|近|省)|先去谁家|(?:今天|今儿个?|明天|明儿|下午|上午|一会儿?|下一家|接下来|接着)[^，。？?]{{0,3}}(?:先|该)?(?:去|跑|走)(?:哪|哪儿|哪里|哪边|哪头)(?:$|[？?呢啊好])|顺路[^，。？?]{{0,6}}(?:谁|哪)"),
        (Asked.LAST_CONTACT, r"(?:上次|上回|最后一次|上一次|最近一次|前一次)[^，。？?]{0,12}(?:啥时候|什么时候|哪天|几号|几时|多久)|多久没[^，。？?]{0,8}了|(?:啥时候|什么时候|哪天|几号)[^，。？?]{0,4}(?:去|联系|打|见|走访|家访|入户|视频)(?:过|的|了)"),
        (Asked.SUMMARY, r"汇总|小结|统计(?:表|数|一下)?|报表|总结一下|(?:走访率|覆盖率|完成率|联系率|完成情况|进度|数据)(?:是)?(?:多少|咋样|怎么样|几|$|[？?])|(?:走访|联系|打|跑|去)(?:访)?了(?:多少|几)(?:家|户|个|次|趟|人)?(?:娃|电话)?|(?:做|跑|走)了(?:多少|几)(?:家|户)|台账"),
        (Asked.TODAY, rf"(?:今天|今儿|现在|这会儿?|今早|眼下|这周|本周|这个月|最近|手头)?[^，。？?]{{0,4}}(?:要|该|得|需要)(?:我|让我)?(?:干|做|办|忙|弄)(?:点|些)?{_WHAT}|有(?:啥|什么|没有)(?:任务|活|事|工作)(?:要办|要做|干|做|吗|没|$|[？?])?|待办|任务(?:清单|有哪些)|(?:今天|今儿)(?:干|做)(?:点|些)?(?:啥|什么)(?:呀|呢|啊|$|[？?])|有(?:啥|什么)(?:要|该)(?:我)?(?:干|做|办)"),
        (Asked.TIER, rf"有没有(?:红|黄|绿)(?:色|档|牌)|(?:哪些|谁|哪几个)(?:娃|孩子)?(?:是)?(?:重点|高风险)|(?:红|黄|绿)(?:色|档|牌|的|级|灯)[^，。？?]{{0,6}}(?:{_WHO}|吗|有没有)|{_WHO}{_KID}?(?:是)?(?:红|黄|绿)(?:色|档|的|牌)|(?:高风险|重点(?:关注)?)(?:的)?{_KID}?[^，。？?]{{0,3}}{_WHO}|(?:啥|什么|哪个)(?:风险)?(?:等级|颜色|级别)"),
        (Asked.COUNT, rf"(?:有|共|总共|一共|管|几)(?:着)?(?:几|多少)(?:个|名|位)?(?:的)?(?:留守|困境|残疾|孤儿|流动)?{_KID}?(?:$|[？?，。呢啊了])|(?:几个|多少(?:个|名)?|几名)(?:的)?(?:留守|困境|残疾|流动|事实无人抚养)?(?:娃娃?|孩子|儿童|孤儿|学生)|(?:几个|多少(?:个|名)?|几名)(?:留守|困境|残疾|流动|事实无人抚养)的?(?:$|[？?，。呢啊])|{_KID}(?:有)?(?:几个|多少)(?:$|[？?，。呢啊])"),
        (Asked.LIST, rf"有(?:{_WHO}){_KID}?(?:$|[？?，。呢啊])|{_KID}(?:都)?(?:有|是)(?:谁|哪些|哪几个)|(?:名单|花名册|名册)(?:$|[？?呢]|发|给|看|有)|(?:列|发|看)(?:一下|出|下)[^，。？?]{{0,8}}(?:娃|孩子|儿童|名单)"),
        (Asked.CHILD, r"(?:家|他|她|娃)?(?:的)?(?:是)?(?:啥|什么|咋个|怎么个)情况(?:$|[？?呢啊])|(?:查|看|调|打开|找)(?:一下|下|看|看看|出)?[^，。？?]{1,8}(?:的)?(?:档案|记录|情况|资料|信息|档)(?:$|[？?呢吧])|(?:档案|资料)(?:$|[？?])|住(?:在)?(?:哪|啥地方|几组)(?:儿|里)?(?:$|[？?])"),
    )
)  # fmt: skip
_OTHER_QUESTION = re.compile(r"^\s*(?:为啥|为什么|咋老|怎么老|咋回事|凭啥).*$|[？?]\s*$|(?:吗|么(?<!什么)|(?:谁|啥|什么|哪|咋|怎么|多少|几|为何)[^，。！!；;\s]{0,8}呢|(?:^|[，。！!；;\s])[^，。！!；;\s]{1,4}(?<!着)呢|是不是|(?:[了过着到好通完]|有)没有|对不|行不|能不|咋办|怎么办|咋整|为啥|为什么|咋回事|怎么回事|干嘛|是谁|在哪|多少|几号|啥意思|什么意思|啥时候|什么时候|可以不|行吗|好不好)\s*[呀啊哦]?\s*$")
_TELLS = re.compile(r"(?:说|讲|问(?!一?下)|告诉|叫|喊|嘱咐|担心)(?:我|了|是|的)?[^，。；！？?!]{0,12}$")
_SENTENCE = re.compile(r"[^。！!；;\n]+")
_MARK = re.compile(r"[，,。！!？?；;\n]")

_TOPICS: tuple[tuple[str, str], ...] = (
    ("police", r"报警|110|报案|派出所"), ("report", r"上报|报告|举报|家暴|虐待|性侵|欺凌|失踪|强制报告"), ("policy", _BENEFIT), ("agreement", r"协议"),
    ("photo", r"照片|图片|发图|传图|拍照|上传"), ("correct", r"改|删|撤|记错|更正|取消|修改"), ("invite", r"邀请|加人|新同事|代理|代班"), ("login", r"登录|登陆|绑定|密码|换手机|换号|链接"),
    ("export", r"导出|打印|下载|表格"), ("child", r"(?:加|添|新增|建|录)[^，。]{0,8}(?:娃|孩子|儿童|人|档)|转走|迁出|转学|毕业"), ("call", r"电话|联系|视频"), ("visit", r"走访|家访|入户|记|录|登记|填|写"), ("bot", r"."),
)  # fmt: skip
_WHOSE: tuple[tuple[str, str], ...] = (
    ("supervisor", r"督导员|督导"), ("police", r"派出所|警察|民警|公安|110"), ("hotline", r"热线|12345|12355|12356|12349|心理援助"), ("county", r"民政局?|县上|县里|局里|未保"),
    ("town", r"镇上|镇政府|乡上|乡镇|民政所|妇联"), ("school", r"老师|班主任|学校|校长"), ("doctor", r"医生|大夫|村医|卫生[院室]|医院|120"),
    ("guardian", r"奶奶|爷爷|爸|妈|姥|外公|外婆|姑|姨|舅|伯|叔|婶|监护人|家长|家里"),
)  # fmt: skip
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,4}?(?:镇|乡|村|社区|街道|县)(?![长民委部口上里])|[一二三四五六七八九十0-9]+\s*[组社队](?![长织])")
_NOT_PLACE = re.compile(r"^(?:哪些|哪几个|几个|那个|这个|我们?|咱们?|全|各|每个|多少|哪个|我的|在)|(?:哪|几|各|每|全|本|我|咱|这|那)个?(?:镇|乡|村|社区|县)$")


def read_question(text: str, ref: datetime, roster: Sequence[OnRoster] = (), places: Sequence[str] = ()) -> Question | None:
    """The question a text asks, or None. A question told of (`奶奶问低保啥时候发`) is no question to the bot.

    `places` are the county's unit names; without them a village or town is taken as it is written.
    """
    folded = fold(text[:2000])
    for sentence in _SENTENCE.finditer(folded):
        if (screen := screen_of(sentence[0])) is not None:
            told, command, behind = screen
            clause = max((m.end() for m in _MARK.finditer(sentence[0], 0, told.start())), default=0)
            if not _TELLS.search(sentence[0][clause : told.start()]):
                stop = _MARK.search(folded, sentence.start() + told.end())
                found = _filled(Asked.SCREEN, text, folded, sentence.start() + clause, stop.start() if stop else sentence.end(), ref, roster, places)
                return replace(found, topic=command, who=behind)
        for asked, regex in _BY_FORM:
            match = regex.search(sentence[0])
            if match is None:
                continue
            clause = max((m.end() for m in _MARK.finditer(sentence[0], 0, match.start())), default=0)
            if _TELLS.search(sentence[0][clause : match.start()]):
                continue
            start, end = sentence.start() + clause, sentence.start() + match.end()
            stop = _MARK.search(folded, end)
            start = _after_what_is_told(folded, start, sentence.start() + match.start())
            return _filled(asked, text, folded, start, (stop.start() if stop else sentence.end()), ref, roster, places)
    last = folded.rstrip()
    if (match := _OTHER_QUESTION.search(last)) is not None:
        start = max((m.end() for m in _MARK.finditer(last, 0, max(0, match.start() - 1))), default=0)
        if not _TELLS.search(last[start : match.start()]):
            return _filled(Asked.UNKNOWN, text, folded, start, len(last), ref, roster, places)
    return None


_NARRATES = re.compile(r"(?:去|见|打|说|看|聊|到|坐|送)[了过到着]|在家|没人|电话|视频|没见|没接|锁")
_NOW_ASKS = re.compile(r"(?:另外|还有|再就是|对了|顺便|最后|然后)*(?:我|俺)?(?:就|也|还)?(?:想|要)?(?:再)?问(?:一?下|一问|问)?(?:你|您|小苗)?[^，。；]{0,4}$")


def _after_what_is_told(folded: str, start: int, at: int) -> int:
    """Where the question begins when visits were dictated before it without a mark, so that they are not lost in it."""
    told = folded[start:at]
    if len(told) < 20 or _NARRATES.search(told) is None:
        return start
    opener = _NOW_ASKS.search(told)
    return start + opener.start() if opener is not None else at


def _filled(asked: Asked, text: str, folded: str, start: int, end: int, ref: datetime, roster: Sequence[OnRoster], places: Sequence[str]) -> Question:
    words = folded[start:end]
    if start and _NARRATES.search(folded[:start]):
        folded = "，" * start + folded[start:]  # whom and when was told of before is not asked about
    spans: dict[str, tuple[Span, ...]] = {"question": (span_of(text, start, end),)}
    found = [(folded.find(p), p) for p in sorted(places, key=len, reverse=True) if p in folded]
    named = tuple(p for _, p in sorted(found)) or tuple(m[0] for m in _PLACE.finditer(_no_pronouns(folded)) if not _NOT_PLACE.search(m[0]))
    if named:
        spans["places"] = tuple(span_of(text, at, at + len(p)) for p in named if (at := folded.find(p)) >= 0)
    whom = find_children(folded, roster) if roster else None
    children = whom.ids or whom.planned if whom else ()
    if whom and whom.spoken:
        spans["children"] = tuple(span_of(text, s.start, s.end) for s in whom.spoken)
    period, place = _period(folded, local_day(ref))
    if place is not None:
        spans["period"] = (span_of(text, *place),)
    tier = next((name for name, c in (("red", "红"), ("yellow", "黄"), ("green", "绿")) if re.search(rf"{c}(?:色|档|牌|的|级|灯)", words)), "")
    topic = who = ""
    if asked is Asked.HOW:
        topic = next(name for name, regex in _TOPICS if re.search(regex, words))
    elif asked is Asked.POLICY:
        topic = "".join(dict.fromkeys(re.findall(_BENEFIT, words)))
    elif asked is Asked.PHONE:
        who = next((name for name, regex in _WHOSE if re.search(regex, words)), "child" if children else "")
    return Question(asked, start, end, text[start:end], named, children, whom.ties if whom else (), period, tier, topic, who, spans)


def _no_pronouns(folded: str) -> str:
    return re.sub(r"我们|咱们|你们|[这那我咱本各每全哪几多少些]|个(?=村|镇|社区|乡)", lambda m: "，" * len(m[0]), folded)


def _period(folded: str, today: date) -> tuple[Period | None, tuple[int, int] | None]:
    """The days a question is about, with the place of the words."""
    monday = today - timedelta(days=today.weekday())
    for regex, made in (
        (r"上上个?月", lambda m: _month(today, 2)),
        (r"上个?月", lambda m: _month(today, 1)),
        (r"(?:这个?|本|当)月", lambda m: _month(today, 0)),
        (rf"(?<![个0-9])({NUMBER})月份?(?!{NUMBER}|[0-9]|前|后|以)", lambda m: _named_month(number(m[1]) or 0, today)),
        (r"上上个?(?:周|星期|礼拜)", lambda m: Period(monday - timedelta(weeks=2), monday - timedelta(days=8))),
        (r"上个?(?:周|星期|礼拜)", lambda m: Period(monday - timedelta(weeks=1), monday - timedelta(days=1))),
        (r"下个?(?:周|星期|礼拜)", lambda m: Period(monday + timedelta(weeks=1), monday + timedelta(days=13))),
        (r"(?:这个?|本)(?:周|星期|礼拜)", lambda m: Period(monday, monday + timedelta(days=6))),
        (r"(?:这个?|本)季度|这季", lambda m: _quarter(today, 0)),
        (r"上个?季度", lambda m: _quarter(today, 1)),
        (r"今年|本年度?|全年", lambda m: Period(date(today.year, 1, 1), date(today.year, 12, 31))),
        (r"去年", lambda m: Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
        (r"大后天", lambda m: Period(today + timedelta(days=3), today + timedelta(days=3))),
        (r"后[天儿日]", lambda m: Period(today + timedelta(days=2), today + timedelta(days=2))),
        (r"明[天儿日早]", lambda m: Period(today + timedelta(days=1), today + timedelta(days=1))),
        (r"昨[天儿日]", lambda m: Period(today - timedelta(days=1), today - timedelta(days=1))),
        (r"今[天儿日早晚]", lambda m: Period(today, today)),
    ):
        match = re.search(regex, folded)
        if match and (period := made(match)):
            return period, match.span()
    return None, None


def _month(today: date, back: int) -> Period:
    year, month = month_back(today.year, today.month, back)
    return Period(date(year, month, 1), last_of_month(year, month))


def _named_month(month: int, today: date) -> Period | None:
    if not 1 <= month <= 12:
        return None
    year = today.year if month <= today.month else today.year - 1
    return Period(date(year, month, 1), last_of_month(year, month))


def _quarter(today: date, back: int) -> Period:
    year, first = month_back(today.year, (today.month - 1) // 3 * 3 + 1, 3 * back)
    return Period(date(year, first, 1), last_of_month(year, first + 2))
