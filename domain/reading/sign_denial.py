"""Signs a message denies: 没被同学孤立, 手腕上没有划痕, 没说过不想活的话.

What is denied is what would alarm if the denial were taken away. Words that are harm only with their negation (没人管,
没吃饭, 没穿衣服) are left to the lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.reading.described import AROUND_NOTHING, model, weigh
from domain.reading.sign_lexicon import Entry

_DENIAL = re.compile(
    r"(?:从来|从|并|也|都|根本|确实|压根)?(?:没(?:有)?(?:再|真)?(?=被|让人|叫人|遭|受|挨|说过|提过|想过|发现|看到|看见|见到|见过|查出|听说|动手|动过|打|骂|掉|摔|割|划|喝|欺负|虐待|偷|抢|混|怀|卖|拐|丢|走失|失踪|伤|疤|痕|淤|青|紫|肿|印)|"
    r"没(?:有)?人(?=敢?打|敢?骂|敢欺负|敢动|欺负|碰|动|摸|骚扰|跟踪|卖|拐|逼|拦路|拦住|堵|威胁|伤害|要把|要带|让|叫)|没有(?=[^，。；！？\s]{0,6}(?:伤|疤|痕|印|淤|青|紫|肿|血|打|骂|欺|虐|割|划|掉|摔|死|活|偷|抢|拐|卖|嫁|退学|辍学|失踪|走丢|孤立|勒索|威胁))|"
    r"不是(?=[^，。；！？\s是]{0,8}(?:打|掐|抽|烫|咬|勒|绑|踢|砸|割|划|欺负)的))"
)
# 没穿衣服, 没打针, 没掉队: the rest of the word is no harm, or only with the negation.
_NOT_THAT = re.compile(
    r"没(?:有)?(?:打(?:电话|通|针|疫苗|工|卡|算|听|扰|扮|招呼|开|给|视频|过去|扫)|掉(?:队|课|以)|喝(?:药|水|奶|中药)|摔坏|见(?:着|到)?(?:娃|孩子|人|他|她|面|本人)|看见?(?:娃|孩子|人|他|她)|听说过?(?:谁家)|动静|说过?话|让(?:他|她|娃|孩子)?(?:上|念|读|吃|回|进|睡|出))"
)
_MARKS = re.compile(
    r"(?:一|半|任何|什么|啥|别的|其他|新的?|明显的?)?(?:点|处|道|块|个|条|丝)?(?:儿)?(?:的)?(?:伤(?!心|风|感)|疤|印子|痕|淤青|瘀青|青紫|红肿|血印)"
)
_CLAUSE_END = re.compile(r"[，。；！？,!?;\n\s]")
# Of everything told before: 外面传她让人欺负了，没有这回事.
ALL_DENIED = re.compile(
    r"没(?:有)?(?:这|那|的)(?:么|个)?(?:回|档子?|码)?事|(?:都|是|纯属|完全是)(?:假的|谣言|误传|瞎传|瞎说|瞎编|胡说|编的|没影的|乱传)|是[^，。；]{1,6}(?:编的|瞎说|瞎传|造谣|胡说|乱说|嚼舌头)|不属实|(?:老师|学校|同学|她|他|娃|奶奶?|爷爷?)(?:也|都)(?:说|证实)(?:是)?没有(?!钱|时间|来)"
)
# By structure: a word that denies, then only words that carry nothing of their own (没 发现 身上 有 什么 ...), then harm. What
# stands between and carries something breaks it: 没 等 我问 他就说爸爸打他, 没 少 挨打, 不是 第一次 打了.
_NEG = r"(?:从来|从|并|绝|也|都|又|根本|确实|压根|一次)*(?:没(?:有)?|未(?:曾|有)?|不存在|无|毫无|哪(?:里|儿)?有|排除(?:了)?|否认(?:了)?|不承认|并非|绝非|舍不得|不忍心|狠不下心)"
_LIGHT = (
    r"(?:有|过|到|着|再|真|真的|被|受|挨|遭|让|叫|给|跟|和|在|把|得|的|上|里|人|谁|别人|人家|大人|生人|陌生人|外人|网友|坏人|同学|老师|孩子|娃娃?|学生|他|她|自己|"
    r"哪个|发现|看见|看到|见|听见|听说|听到|查出|查到|察觉|觉察|出现|发生|存在|说|提|想|动|明显|任何|什么|啥|一点儿?|半点|丝毫|一丝|一处|"
    r"新|旧|老|外|内|块|处|点|道|条|敢|会|看出来?|听出来?|听|带|像|那样|那么|家里|因为|身上|身体|脸上|手上|胳膊上?|腿上|背上|头上|脖子上|监护|情况)"
)
_WHO = r"(?:爸爸?|妈妈?|爷爷?|奶奶?|姥姥|姥爷|家长|[他她][爸妈爷奶]|后爸|后妈)"
_HARM = (
    r"(?:打(?![^，。；\s]{0,4}(?:电话|视频|语音|针|疫苗)|工|算|听|扰|扮|招呼|开|给|通|扫|卡|球|牌|麻|水|柴|草|场|点|药|印|字|滚|个|了个|了电|过电|过招|过去|错)|揍|掐|踢(?!球|毽)|踹|扇(?!子)|烫(?!头|发)|伤(?!心|感|风)|疤|印(?:子|记)?(?=$|[，。；！？\s])|痕|青(?=$|[，。；！？\s的])|淤|瘀|青紫|红肿|"
    r"欺负|欺凌|霸凌|虐|家暴|暴力|体罚|摸(?!底|排|清|黑)|碰(?:过|他|她|娃)|骚扰|侵害|侵犯|猥亵|性侵|伤害|跟踪|尾随|威胁|勒索|敲诈|保护费|"
    r"锁(?:他|她|娃|孩子|人|在)|关(?:他|她|娃|孩子|起|在|进|小黑屋|禁闭)|绑(?:他|她|娃)|饿|冻(?:着|坏|伤)|割(?:过|腕|自己|手)|划(?:过|自己|手)|"
    r"跳(?:河|楼|井|渠|水库|崖)|掉(?:进|到|下|在)?[^，。；\s]{0,2}(?:冰|井|渠|河|水|沟|窖|涝坝)|落水|溺水|孤立|排挤|嘲笑|自残|自伤|自杀|轻生|死(?=$|[，。；！？\s]|的|过)|寻短见|喝(?:农药|毒药|药自)|中毒|怀(?:孕|上|了|娃|(?=$|[，。；！？\s]))|早婚|早恋|订婚|订亲|嫁|成亲|辍学|退学|失学|失踪|走失|走丢|[丢跑](?=$|[，。；！？\s])|离家|出走|"
    r"拐|卖(?:娃|孩子|人|他|她)|遗弃|抛弃|弃养|讨饭|要饭|乞讨|混社会|吸毒|偷|抢(?!着|到|先)|动(?:刀|手(?!术|机|写)|[^，。；\s]{0,3}一(?:指头|根指头|下))|一(?:指头|根手?指头|下)(?=$|[，。；！？\s])|接近(?:娃|他|她|孩子)|约(?:她|他|娃)|一个人(?:住|过|睡)|没人管|缺失|受罪|委屈|亏待|失职|失管|酗酒|吸烟|赌博|拿(?:他|她|娃)的?(?:零花)?钱|(?:车|牛|马|狗|羊|驴)?(?:撞|轧|顶)(?:着|到|伤|倒|了)|惹(?:他|她|娃)|哭喊|惨叫|异常伤)"
)
_BY_STRUCTURE = re.compile(rf"(?<!有)(?<!等)(?<!还){_NEG}{_LIGHT}{{0,6}}?{_WHO}?{_LIGHT}{{0,3}}?{_HARM}")
# 不打娃，也不骂: what is never done; 不打算, 不打扰 are other words, 不打了 is of what was done before
_NEVER_DOES = re.compile(
    r"(?:从|从来|也|都|又|根本)?不(?:打|骂|揍|动手打|欺负|虐待|体罚)(?:过)?(?:娃娃?|孩子|他|她|人|学生|也不骂|不骂|也不打)(?!了)|从(?:来)?不(?:动|碰)[^，。；\s]{1,3}一(?:根)?(?:手)?(?:指头|下)"
)
# 不是捡的，是亲生的; 不是不上学，是请了假: not that, but this. 怕不是, 是不是 ask; 不是打就是骂 denies nothing.
_IS_NOT = re.compile(r"(?<![是怕莫该])不(?:是|像)(?!(?:打|骂)[^，。；]{0,3}就是)([^，。；！？\s]{1,10})")
_NOT_THE_WAY = re.compile(
    r"(?:被|让|叫|拿|用)?[^，。；\s是]{0,4}(?:打|揍|掐|抽|踢|烫|咬|勒|绑|砸|划|割|弄|拐|捡|抱|买|拧|推|欺负|伤)(?:人|娃|孩子)?(?:的|了|来的|出来的|成的)|(?:真的?)?(?:家暴|虐待|欺负|欺凌|跳(?:河|楼|井|渠)|自残|自杀|辍学|退学|失踪|离家|出走|怀(?:孕|上|娃)|早婚|订婚|偷|抢|拐|卖|遗弃|挨打|挨饿)|因为[^，。；]{0,4}(?:挨|被|受)[^，。；]{0,3}(?:打|骂|揍|欺|饿|气)|不(?:上学|去上学|来上学|念书|读书|让(?:上学|吃|进)|给吃|要(?:他|她|娃)|管(?:他|她|娃))|没(?:人管|人要|饭吃|吃的|大人)"
)
# 哪有的事, 村里传的……不属实, 查了没影子: all that was said is denied, whatever it was.
_ALL_SAID = re.compile(
    r"不是(?:那|这)(?:么)?(?:个)?(?:回)事|哪(?:里|儿)?有(?:的|这|那)(?:么)?(?:个|回|档子?|种)?(?:事|话)|没影(?:子|儿)?的(?:事|话)|(?:传|说|反映|告|举报|讲|嚼)[^，。；]{0,8}(?:事|话|的|情况)[^。；！？]{0,8}?(?:不属实|是假的|是误传|没影|不是真的|瞎(?:传|编|说)|没有的事|查无)|(?:纯属|完全是|都是)(?:误传|谣言|瞎传|瞎编|胡说|造谣|误会)"
)
# 把背掀起来看了，什么也没有
_NOTHING_THERE = re.compile(
    r"(?:看|查|掀|撸|翻|挽|脱)[^。；！？]{0,10}(?:身上|身子|背|胳膊|手腕|腿|脸|脖子|头)[^。；！？]{0,6}?(?:什么|啥)(?:也|都)没(?:有|见|看)|(?:没|未)(?:发现|看到|看见|见)[^，。；]{0,3}(?:身上|背上|胳膊上?|腿上)有(?:什么|啥)(?!吃|用)|没(?:红|青|紫|肿|破|伤)(?:也)?没(?:红|青|紫|肿|破|伤)"
)
# 敢说没打？ 难道不是打的, 不能说没有; and what a lesson or a form asks
_TAUGHT_OR_ASKED = re.compile(r"(?:难道|不能说|敢说|谁信|要是|如果|问卷|是否|有没有|保证|答应)[^，。；]{0,4}$")
_WHO_DID_IT = re.compile(r"(?:说|提|听说|看出|查出|发现)[^，。；]{0,2}(?:谁|哪个)")  # 没说谁打的 denies nothing
# 传她跟人跑了，没跑: what is only rumoured and denied right after
RUMOUR = re.compile(
    r"(?:传|听说|都说|说是|有人(?:说|反映|举报|讲)|反映|举报|(?:群里|人家|别人|外面|外头|村里|有的人)[^，。；]{0,2}(?:说|讲|传))[^。；！？]{0,14}$"
)
_STOPS = re.compile(rf"{_CLAUSE_END.pattern}|但|可是|可(?=娃|孩子|他|她|身|胳|腿|脸)|不过|却|就是|只是|倒是|(?<=的)是")
_REACHES = 10
RUMOUR_REACHES = 30  # characters from the rumour to its denial
# 我养了他八年，啥时候打过他
_WHEN_EVER = re.compile(
    rf"(?:啥时候|什么时候|何时|何曾|几时|哪回|哪次){_LIGHT}{{0,4}}?{_WHO}?(?:打|骂|亏待|饿|欺负|虐待|动)(?:着)?过"
)
_TAKEN_AWAY = 0.5  # log-odds from which the rest of a clause speaks of harm


def denied_stretches(folded: str, entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Where the text denies a sign: from the denial, or what it is denied of, to the end of the clause."""
    found: list[tuple[int, int]] = []
    for match in _DENIAL.finditer(folded):
        if _NOT_THAT.match(folded, match.end() - 1) or _NOT_THAT.search(folded[match.start() : match.end() + 4]):
            continue
        start = max((m.end() for m in _CLAUSE_END.finditer(folded, 0, match.start())), default=0)
        stop = _CLAUSE_END.search(folded, match.end())
        end = stop.start() if stop else len(folded)
        said = folded[start : match.start()][-10:] + folded[match.end() : end][:16]
        if (
            _MARKS.match(folded, match.end())
            or any(entry.regex.search(said) for entry in entries)
            or weigh(said, model(), AROUND_NOTHING) >= _TAKEN_AWAY
        ):
            found.append((match.start(), _reach(folded, match.end())))
    return found + _by_structure(folded)


def _by_structure(folded: str) -> list[tuple[int, int]]:
    """Where a word that denies governs words of harm, whatever stands around them."""
    found: list[tuple[int, int]] = []
    for pattern in (_BY_STRUCTURE, _NEVER_DOES, _WHEN_EVER, _ALL_SAID, _NOTHING_THERE):
        for match in pattern.finditer(folded):
            if not _WHO_DID_IT.search(match[0]) and not _TAUGHT_OR_ASKED.search(
                folded[max(0, match.start() - 8) : match.start()]
            ):
                found.append((match.start(), _reach(folded, match.end())))
    for match in _IS_NOT.finditer(folded):
        way = _NOT_THE_WAY.match(match[1])
        if way is not None and not _TAUGHT_OR_ASKED.search(folded[max(0, match.start() - 8) : match.start()]):
            found.append((match.start(), _reach(folded, match.start(1) + way.end())))
    return found


def _reach(folded: str, at: int) -> int:
    """Where a denial that ends at `at` stops: at the next mark or turn, in words dictated without a pause soon after."""
    stop = _STOPS.search(folded, at)
    return min(stop.start() if stop else len(folded), at + _REACHES)
