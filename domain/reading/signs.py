"""Signs of harm in a message: which, from which words, and whether they are new, denied, settled or only talked about.

Never a conclusion and never a report: a sign brings up the emergency card (domain.md 1.2, note "Keyword hit"). A false
alarm costs the worker one tap, a miss may cost a child; so what is not plainly denied, settled, witnessed or taught
in class counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.reading.described import Hit, find_described
from domain.reading.folding import fold
from domain.reading.sign_described import DESCRIBED
from domain.reading.sign_lexicon import LEXICON, Entry


class Standing(StrEnum):
    NEW = "new"
    DENIED = "denied"  # 没发现受伤
    SETTLED = "settled"  # reported and dealt with before
    WITNESSED = "witnessed"  # an accident others saw
    TAUGHT = "taught"  # a lesson or leaflet about it


@dataclass(frozen=True)
class Sign:
    """One sign: its code (R1-R9, X1-X11), the words, where they stand, and how to take them."""

    code: str
    start: int
    end: int
    words: str
    standing: Standing

    @property
    def alarming(self) -> bool:
        return self.standing is Standing.NEW


# Everyday words that only look like harm; blanked out before reading.
_HARMLESS = re.compile(
    r"砸锅卖铁|打着(?:手电|伞|灯|呼噜|哈欠|石膏|领带|点滴|吊针|赤脚)|(?:羊|牛|猪|鸡|鸭|狗|驴|马)[^，。；]{0,2}(?:关|赶|圈|锁|拴|捆|绑|打)(?:进|到|回|在|住)?[^，。；]{0,3}|死也不(?:嫁人?)?|不嫁人?|打(?:了|过|完|的)*[^，。；打]{0,6}(?:疫苗|预防针|防疫针|点滴)|打死(?:也|都|我|他|她)?不|打(?:了|过|着|个|的|好|完|一|下|次|通|几|两|三|不|没|去|来|给|回|错|遍|得)*(?:电话|视频|语音|招呼|针|预防针|疫苗|防疫针|点滴|吊[针瓶]|篮球|羽毛球|乒乓球?|排球|弹珠|弹子|沙包|陀螺|球|牌|扑克|麻将|工|扫|算盘?|听|印|卡|气筒?|滚|盹|瞌睡|喷嚏|哈欠|嗝|呼噜|水(?!漂)|柴|草|场|药水|粮|包|开(?!水烫)|伞|扮|车|游戏|王者|字|折|杂|点滴|点|理|动物|交道|底|头阵|饭|菜|雪仗|闹|趣|井|坯|炕|煤|麦|核桃|枣|杏|证|证明|款|钱|分|报告|报名|腰鼓|鼓|拳(?!脚)|太极|快板|比方|圆场|下手|搅|断话|火机|来回|照面|灯|光|湿|破(?:纪录|碗|杯)|碎|破了?(?:碗|杯子?|玻璃)|翻|翻身仗|赌说|结|毛衣|磨|动(?:了|人)?|发时间|发走|地铺|地基)|"
    r"(?:吓|气|笑|累|烦|热|急|羞|想|爱|乐|困|冻|饿|渴|疼|美|高兴|香|酸|辣|咸|臭|忙|难)死(?:人|我|了|他|她|你|奶奶|妈|爸|宝宝)(?!.{0,3}活)|要死要活|死记硬背|死(?:心眼|脑筋|板|活儿|活也)|半死不活|要命|拼命|救命恩|"
    r"被(?:子|褥|罩|单|套|面|芯|评为?|选|表扬|奖|录取|推荐|聘|老师表扬|老师夸|夸|分到|安排|通知)|毒辣|消毒|病毒|毒太阳|有毒的?(?:蘑菇|气)|杀(?:年猪|猪|羊|鸡|牛|毒|菌|虫|鱼|青)|摸(?:底|排|清|索|着石|了?摸?(?:头|额头|脑门|炕)|黑|鱼儿|奖|高)|抚摸|绑(?:头发|鞋带|辫子|红绳|蝴蝶结|腿上的|沙袋)|割(?:麦|稻|草|韭菜|苜蓿|双眼皮|阑尾|包皮|肉|扁桃|玉米|腺样|胶)|"
    r"抽(?:烟|空|奖|血|屉|查|时间|穗|签|筋|纸|出|水|动症|到|中|象|陀螺|条)|关(?:心|注|爱|系|于|键|门|窗|灯|掉|机|照|怀|火|好|紧|水|节|停|税)|跳(?:绳|舞|远|高|皮筋|房子|级|操|格|跳)|吊(?:针|水|瓶|车|顶|兰|坠|床|带)|烧(?:水|炕|火|饭|烤|菜|开水|香|纸|锅|柴|煤|退)|发烧|高烧|烫(?:头|发|衣|饭|酒|手的?饭)|踢(?:球|毽|足球|踏|被子)|扇(?:子|扇|风)|拧(?:毛巾|螺丝|紧|开|干)|"
    r"青(?:稞|菜|年|椒|储|草|团|春|少年|苗|豆|春期|海|贮)|紫(?:菜|薯|外线|药水|红|花|色(?:的)?(?:衣|裙|鞋|书))|红领巾|青春痘|(?:蚊子?|虫子?|跳蚤|狗|猫|羊|牛|鸡)(?:给)?(?:咬|叮|抓|挠|顶|踢|蹬|啄|舔)(?:的|了|过|得)?(?:[^，。；]{0,6}(?:包|疙瘩|印|伤|肿))?|冻(?:疮|伤膏|肉|干|货|裂|品|住了)|湿疹|疹子|起痘|过敏|水痘|胎记|痣|皮疹|红眼病|腮腺炎|牙(?:疼|龈)肿|麦粒肿|疫苗[^，。；]{0,6}(?:肿|红|包)|针眼|"
    r"(?:手机|钱|书包|钥匙|卡|羊|牛|作业|鞋|帽子|本子|笔|校服|红领巾|证)(?:也|又|都|给)?(?:丢了|不见了?|找不[到见着])|丢(?:了|过|三落四)?(?:个|一只|一个)?(?:手机|钱|书包|钥匙|羊|脸|垃圾|沙包|手绢)|跑(?:了|过)?(?:一?趟|两趟|几趟|几家|步|操|腿|题|一圈|三圈|第[一二三]|得快|跑)|走失(?:的)?(?:羊|牛|狗)|"
    r"(?:双方|两家|手)?冲突|偷(?:懒|空|偷(?:笑|乐|高兴))|抢(?:收|种|着|先|答|红包|修|救|险|购)|卖(?:了|的|点|完|出|掉)*(?:羊|牛|猪|粮|菜|玉米|洋芋|麦|辣椒|番茄|棉花|房|货|瓜|水果|废品|鸡蛋|菜籽|东西)|拐(?:弯|角|进|过)|溜冰(?!毒)|大麻(?:子|袋)|网(?:课|购)|自己(?:打饭|打水|打扫)|(?:不|没)打不相识|"
    r"(?:她|他|娃|孩子)?(?:妈妈?|嫂子?|婶婶?|姑姑?|姨|舅妈|姐姐?|老师|媳妇|母羊|羊|牛|母牛|猪|狗|猫|驴)(?:又|刚|也|已经|现在|最近|正|都|[一二三四五六]个)*(?:怀孕|怀(?:了|上|着)(?:二胎|三胎|娃|羔|崽|孕|小)?|有(?:了)?身孕|流产|打胎|肚子大)|怀(?:里|疑|念|着感恩|旧|中)|自己(?:在)?(?:家)?(?:玩|看书|写作业|吃饭|穿衣|洗|叠|收拾|背|走路|上下学|骑车|坐车|回家)|"
    r"火锅|讨(?:论|好|喜|厌|教|价)|不要饭钱|要求|喝(?:了|点|完)?(?:药|中药|感冒药|冲剂|水|奶|茶|汤|粥|姜汤|糖水)|吃(?:了)?(?:感冒药|退烧药|中药|药|消炎药|钙片)(?!.{0,4}(?:一把|一瓶|死))|拿(?:着)?刀(?:削|切)|菜刀切|割(?:的)?(?:口子)?(?:是)?(?:切菜|削)|"
    r"咬(?:牙|指甲|字|定)|掐(?:指|算|菜|花|豆角|辣椒|点)|锁(?:好门|屏|骨)|捂(?:汗|脚|热|手|被)|捆(?:柴|草|扎|秸|麦|菜|玉米)|绑定|挨(?:着|家|个|门|户|近)|围(?:着炉|巾|裙|墙|栏|棋|着火炉|坐)|(?:不|别)欺负人|活动手"
)
_NEGATION = re.compile(
    r"(?:没(?:有)?(?:再)?(?:发现|看到|看见|见到?|见过?|听说有?人|听说谁|发现有?人|听说|查出|察觉|出现|发生|存在|什么|啥|任何|人|受|挨|遭|被)?|未(?:发现|见|曾|受|遭|出现)?|不(?:是|像|像是|存在|曾|会|可能|至于)|并未|并没有?|无(?:任何|明显)?|从(?:来)?没(?:有)?|从未|再(?:也)?没(?:有)?|也没(?:有)?|都没(?:有)?|否认|排除|别|不要|不能|不许(?=打|欺负)|不准(?=打|欺负)|不再|也不|杜绝|禁止|远离|谨防|严禁|防|防止|预防|避免|反对?|不允许|零)$"
)
_NEGATED_LIST = re.compile(r"(?:没有?|未|无)(?:发现|看到|看见|见到?|什么|啥|任何|受)?[^，。；！？但可却]{0,12}(?:[、和或及]|也没有?|还有|或者|以及)[^，。；！？但可却]{0,6}$")
_NEGATED_AFTER = re.compile(r"^[^，。；！？]{0,6}?(?:都没(?:有|见|发现)?|也没(?:有|见|发现)?|全没有|没有(?:的事|过|发现|看到)?(?:$|[，。；\s了])|没(?:的事|发现|见到|看到|那回事|这回事)|是(?:个)?误会|是假的|不是真的|不属实|纯属|不存在|未发现|是谣言|搞错了|看错了|的情况(?:没有|不存在))|^(?:的)?(?:情况|现象|行为|事|痕迹|迹象|问题)?(?:都|也)?(?:没有|没发现|未发现|不存在|没见|没有发现)")
# A pattern that itself begins with a denial (没人管, 不给吃) is not denied by that word; it is by a 没有 before it.
_PAST = re.compile(r"上次|上回|上个月|去年|前年|以前|之前|早先|那次|原来|过去|曾经?|上学期|[几两三四五]年前|小时候|年初|上半年|那年|先前")
_SETTLED = re.compile(r"(?:已经?|早就?|都)(?:报(?:告|警|案|过|了)|处理|解决|结案|调解|立案|移交|上报|核实|化解|整改|抓|判|拘|恢复|好了|纠正)|(?:报(?:告)?|处理|解决|调解)(?:过|完)了?|结案|(?:派出所|民警|公安|警察|法院|妇联|民政)[^，。；]{0,8}(?:处理|调解|结|判|教育过|管过|来过|出过|训诫|拘|抓)|训诫(?:过|了)|(?:现在|如今|后来|这次|之后|以后|目前|近来|最近)(?:也|都|就|已经|再|他|她|娃|爸爸?|他爸|她爸)*(?:没有?(?:再|这|了|过|动)|不(?:再)?(?:打|骂|喝|那样|这样|了|会)|好(?:多|了|转|着)|改(?:了|好|过)|稳定|正常|戒)|再(?:也)?没(?:有)?(?:打|骂|动|发生|出现|犯|喝|那)|没再(?:打|骂|动|发生|出现|犯|喝)|是误会|核实(?:过|了)|(?:现在)?(?:已经)?(?:好|恢复|上学|回来|找到|找着|返校|复学|回校)(?:得差不多|多)?了$|已(?:经)?(?:返校|复学|找到|找着|回家|回来)|疤(?:都)?(?:快)?(?:没|消|淡)")
_TAUGHT = re.compile(r"讲(?:了|的|过|解|一讲|一下)?(?:不要|不能|不|别|要)|讲(?:了|的|过|解|一讲|一下)?[^，。；]{0,8}(?:知识|安全|课|防|法|故事|案例|强制报告|家暴|欺凌|性侵|拐|虐待)|宣(?:传|讲)|培训|讲座|学习(?:了)?(?:防|强制|反|未保|文件|政策)|教育(?:了)?(?:孩子|娃|他|她|学生|家长|他们)?(?:要|别|不|防|远离|遇)|主题(?:班会|活动)|发(?:了|放)?[^，。；]{0,6}(?:手册|传单|宣传|资料|单页|折页|明白)|演练|安全课|普法|观看|看了?[^，。；]{0,4}(?:宣传片|警示片|教育片|动画)|知识|防(?:性侵|拐|欺凌|家暴|溺水|诈|艾|毒|煤烟|侵害|虐|霸)|反(?:家暴|欺凌|拐|霸凌)|预防|强制报告(?:制度|培训|流程)|提醒(?:了|过|他|她|娃|孩子|家长|奶奶|爷爷|老人)*(?:要|别|不|注意|防|千万)|叮嘱|嘱咐|告诉(?:了)?(?:他|她|娃|孩子|孩子们|他们|家长)(?:遇|如果|要是|别|不要|被|有人)|(?:如果|要是|万一|假如|遇到|遇上|碰到|碰上)(?:有人|被|谁|遇到|坏人|陌生人|这)|绘本|课上|演示|问卷|讲课|小品|手抄报|竞赛|签(?:了)?承诺|条例|十二项|案例|新闻(?:上|里)|电视(?:上|里|剧)|抖音上看|别的(?:县|地方)")
_WITNESSED = re.compile(r"(?:好几个?|大家|同学|老师|邻居|我|众人|几个|村里人|奶奶|爷爷|都)[^，。；]{0,6}(?:亲眼|看(?:见|到|着)|在场|在跟前|在旁边|作证)|亲眼|当着[^，。；]{0,5}(?:面|老师)|监控[^，。；]{0,6}(?:看|拍|显示)|(?:切菜|割(?:麦|草|韭菜|玉米)|铡草|削(?:苹果|土豆|洋芋|铅笔))[^。]{0,12}(?:割|切|划|削|伤)|(?:体育课|踢球|打球|篮球|跑步|骑(?:自行|电动)?车|跳绳|滑板|轮滑|滑滑梯|爬树|翻墙|放学路上|下楼梯|运动会|玩滑梯|荡秋千|滑冰|单杠|切菜|削苹果|削铅笔|端(?:开水|饭|汤)|倒(?:开水|水)|帮(?:奶奶|忙|妈妈)[^，。；]{0,5})[^。]{0,14}(?:摔|磕|碰|扭|崴|撞|擦|蹭|烫|划|割|滑|绊|跌|掉)|(?:摔|磕|碰|扭|崴|擦|蹭|绊)[^，。；]{0,8}(?:切菜|割(?:麦|草|韭菜|玉米)|铡草|削(?:苹果|土豆|洋芋|铅笔))[^。]{0,12}(?:割|切|划|削|伤)|(?:体育课|踢球|打球|骑车|跑步)")
_DOUBTED = re.compile(r"(?:可是?|但是?|不过|却|悄悄|偷偷|偷着|不像|对不上|前后|支支吾吾|吞吞吐吐|不吭声|不敢|眼神|躲闪|不让(?:看|问)|说法|不一样|不肯说|遮|改口|大夏天[^，。；]{0,4}长袖|问(?:他|她|娃)?(?:不|也不|啥都不))")
_EXCUSE = re.compile(r"请(?:了)?(?:个|几天|病|一天)*假|感冒|发烧|生病|病了|肚子疼|拉肚子|咳嗽|住院|水痘|流感|放假|周末|星期天|礼拜天|暑假|寒假|停课|疫情|手足口|阑尾|骨折|手术|毕业(?:了|以后|后)|还小|没到年龄|才[一二两三四五1-5]岁|不到年龄|幼儿园|扁桃体|下雪封路|大雪")
_LONG_NUMBER = re.compile(r"[0-9一二两三四五六七八九十几好多]{9,}")
_CLAUSE_END = re.compile(r"[，。；！？,!?;\n]")
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_TURN = re.compile(r"但是?|可是|可(?=娃|孩子|他|她|身|胳)|不过|却|就是|只是|倒是|反而")


_PLAIN_DENIAL = re.compile(
    r"(?:没(?:有)?|未|无)(?:再)?(?:发现|看到|看见|见到?|查出)?(?:有)?(?:到)?(?:啥|什么|任何|明显|其他|新的?|外|受|不明|可疑)*(?:的)?(?:伤(?!心|风|感)|淤青|瘀青|青紫|印子|伤痕|外伤|疤|淤血|红肿|挨打|挨过打|被打|被欺负|受欺负|受过欺负|受虐|家暴|打骂|虐待|欺凌|侵害|体罚|受害|异常(?:伤|情况))|"
    r"(?:没|没有|从没|从来没|从不)(?:动过?手|打过|打(?:娃|孩子|他|她|人)|骂过|欺负过?|虐待|碰过(?:她|他|娃))|没(?:有)?(?:人|谁|同学)(?:再)?(?:打|骂|欺负|碰|动|摸|骚扰)|不是(?:被)?(?:谁|人|他爸|她爸|大人|爸爸?|妈妈?|爷爷?|奶奶?)?(?:打|揍|掐|欺负)的?|(?:伤|淤青|印子|伤痕|疤)[^，。；]{0,4}(?:都|也)?没(?:有|见|发现)|(?:家暴|打骂|虐待|欺凌|欺负|挨打|体罚|性侵|侵害)[^，。；]{0,6}(?:都|也)?(?:没有|不存在|未发现|没发现)"
)


def listed_signs(text: str) -> list[Sign]:
    """The signs the word lists find, in order, those denied, settled, witnessed or taught included."""
    folded = re.sub(r"[^\S\n]", "，", fold(text))  # dictated text has spaces where others put commas
    read = _LONG_NUMBER.sub(lambda m: "□" * len(m[0]), folded)
    read = _HARMLESS.sub(lambda m: "□" * len(m[0]), read)
    found: list[tuple[Entry, int, int]] = []
    for entry in (*LEXICON, *DESCRIBED):
        found += [(entry, m.start(), m.end()) for m in entry.regex.finditer(read)]
    found.sort(key=lambda f: (f[1], -f[2]))
    signs = []
    for entry, start, end in found:
        standing = _standing(read, folded, entry, start, end)
        if standing is not None:
            signs.append(Sign(entry.code, start, end, text[start:end], standing))
    for match in _PLAIN_DENIAL.finditer(folded):
        if not _TAUGHT.search(folded[max(0, match.start() - 10) : match.end()]) and not re.search(r"(?:要|不能说|难道)$", folded[: match.start()]):
            signs.append(Sign("R4", match.start(), match.end(), text[match.start() : match.end()], Standing.DENIED))
    return _without_doubles(sorted(signs, key=lambda s: s.start))


def find_signs(text: str) -> list[Sign]:
    """All signs in order, those denied, settled, witnessed or taught included: see `Sign.standing`.

    What the lists name is joined by what the model of described harm hears (described.py), unless the lists already
    account for those words.
    """
    listed = listed_signs(text)
    return sorted([*listed, *_heard(text, listed)], key=lambda s: s.start)


# How much surer the model must be (log-odds) where the lists read the same message as denied, settled or taught.
_AGAINST_THE_LISTS = 1.5


def _heard(text: str, listed: list[Sign]) -> list[Sign]:
    """Described harm beyond the lists."""
    if any(sign.alarming for sign in listed):
        return []  # the card comes up anyway, and the lists' words explain it better
    folded = fold(text)
    harder = _AGAINST_THE_LISTS if listed else 0.0
    return [Sign(hit.code, hit.start, hit.end, text[hit.start : hit.end], _standing_heard(folded, hit)) for hit in find_described(folded, harder)]


def _standing_heard(folded: str, hit: Hit) -> Standing:
    first = max((m.end() for m in _SENTENCE_END.finditer(folded, 0, hit.start)), default=0)
    stop = _SENTENCE_END.search(folded, hit.end)
    sentence = folded[first : stop.start() if stop else len(folded)]
    if _DOUBTED.search(sentence):
        return Standing.NEW
    if re.search(r"虚惊|是误会|不属实|已(?:经)?(?:返校|复学|找到|找着)|找(?:到|着|回来)了(?!吗)", folded[hit.start :]):
        return Standing.SETTLED
    if _PAST.search(sentence) and _SETTLED.search(sentence):
        return Standing.SETTLED
    if hit.code in ("R1", "R4", "R5") and _WITNESSED.search(sentence):
        return Standing.WITNESSED
    return Standing.NEW


def is_alarming(signs: Iterable[Sign]) -> bool:
    return any(sign.alarming for sign in signs)


def denies(signs: Iterable[Sign]) -> bool:
    """Whether the message plainly denies a sign of harm."""
    return any(sign.standing is Standing.DENIED for sign in signs)


def _standing(read: str, folded: str, entry: Entry, start: int, end: int) -> Standing | None:
    cut = max((m.end() for m in _CLAUSE_END.finditer(folded, 0, start)), default=0)
    turn = max((m.end() for m in _TURN.finditer(folded, cut, start)), default=cut)
    stop = _CLAUSE_END.search(folded, end)
    after = folded[end : stop.start() if stop else len(folded)]
    before = folded[max(cut, turn) : start]
    if entry.unless is not None and entry.unless.search(before):
        return None
    sentence_start = max((m.end() for m in _SENTENCE_END.finditer(folded, 0, start)), default=0)
    sentence_stop = _SENTENCE_END.search(folded, end)
    sentence = folded[sentence_start : sentence_stop.start() if sentence_stop else len(folded)]
    words = folded[start:end]
    if re.search(r"(?:不|再也不|不再)(?:会)?(?:打|骂|喝)|再(?:也)?没(?:有)?(?:打|骂|动)", folded[max(cut, start - 4) : end]) and re.match(r"[^，。；]{0,3}了|$", after):
        return Standing.SETTLED  # 爸爸现在不打她了
    if re.search(r"(?:不要|别|不能|不许|不准|禁止|严禁|远离|谨防|杜绝)(?:再|去|在|到|让|给|跟)?[^，。；]{0,3}$", before) and not re.search(r"(?:他|她|娃|孩子|谁)[^，。；]{0,3}(?:不能|不许|不准)|告诉", before):
        return Standing.TAUGHT
    if _NEGATION.search(before) or _NEGATED_LIST.search(before) or _NEGATED_AFTER.search(after) or _denied_inside(words):
        return Standing.TAUGHT if _TAUGHT.search(before + words) and not re.search(r"发现|看到|见", before) else Standing.DENIED
    clause = folded[cut:start] + words + after
    if _TAUGHT.search(clause) or (_TAUGHT.search(folded[sentence_start:start]) and re.search(r"、|和|以及|还有|要|别|遇", folded[cut:start] + after) and not re.search(r"(?:娃|孩子|她|他|有个?|一个)[^，。；]{0,6}(?:跟我|悄悄|说|告诉|讲)", folded[sentence_start:start])):
        return Standing.TAUGHT
    if re.match(r"[^，。；]{0,4}(?:已经|也|都|刚)?(?:办好|办下来|办成|解决|处理好|上好|修好|补好|装好|盖好)", folded[end:]):
        return Standing.SETTLED
    if _PAST.search(sentence[: end - sentence_start]) and _SETTLED.search(folded[end:] + folded[sentence_start:start]):
        return Standing.SETTLED
    if re.search(r"是误会|核实(?:过|了)[^。]{0,6}(?:没|不|误)|已(?:经)?(?:返校|复学|找到|找着)|找(?:到|着|回来)了(?!吗)", folded[end:]) and not _DOUBTED.search(folded):
        return Standing.SETTLED
    if entry.accident and _WITNESSED.search(sentence) and not _DOUBTED.search(sentence):
        return Standing.WITNESSED
    if entry.excuse and _EXCUSE.search(sentence) and not re.search(r"好几天|半个?月|[两三四五六几]+个?(?:月|星期|礼拜|周)|不念|退学|辍学|不上了|打工|放羊|工地|再(?:也)?(?:没|不)", sentence):
        return None
    return Standing.NEW


def _denied_inside(words: str) -> bool:
    """身上新伤旧伤都没有, 胳膊上没有印子, 她姑说不是谁打的: the denial lies within the words themselves."""
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
