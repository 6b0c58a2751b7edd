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
    r"没(?:有)?人(?=敢?打|敢?骂|敢欺负|敢动|欺负|碰|动|摸|骚扰|跟踪|卖|拐|逼|拦|堵|威胁|伤害|要把|要带|让|叫)|没有(?=[^，。；！？\s]{0,6}(?:伤|疤|痕|印|淤|青|紫|肿|血|打|骂|欺|虐|割|划|掉|摔|死|活|偷|抢|拐|卖|嫁|退学|辍学|失踪|走丢|孤立|勒索|威胁))|"
    r"不是(?=[^，。；！？\s]{0,8}(?:打|掐|抽|烫|咬|勒|绑|踢|砸|割|划|欺负)的))"
)
# 没穿衣服, 没打针, 没掉队: the rest of the word is no harm, or only with the negation.
_NOT_THAT = re.compile(r"没(?:有)?(?:打(?:电话|通|针|疫苗|工|卡|算|听|扰|扮|招呼|开|给|视频|过去|扫)|掉(?:队|课|以)|喝(?:药|水|奶|中药)|摔坏|见(?:着|到)?(?:娃|孩子|人|他|她|面|本人)|看见?(?:娃|孩子|人|他|她)|听说过?(?:谁家)|动静|说过?话|让(?:他|她|娃|孩子)?(?:上|念|读|吃|回|进|睡|出))")
_MARKS = re.compile(r"(?:一|半|任何|什么|啥|别的|其他|新的?|明显的?)?(?:点|处|道|块|个|条|丝)?(?:儿)?(?:的)?(?:伤(?!心|风|感)|疤|印子|痕|淤青|瘀青|青紫|红肿|血印)")
_CLAUSE_END = re.compile(r"[，。；！？,!?;\n\s]")
# Of everything told before: 外面传她让人欺负了，没有这回事.
ALL_DENIED = re.compile(r"没(?:有)?(?:这|那|的)(?:么|个)?(?:回|档子?|码)?事|(?:都|是|纯属|完全是)(?:假的|谣言|误传|瞎传|瞎说|瞎编|胡说|编的|没影的|乱传)|是[^，。；]{1,6}(?:编的|瞎说|瞎传|造谣|胡说|乱说|嚼舌头)|不属实|(?:老师|学校|同学|她|他|娃|奶奶?|爷爷?)(?:也|都)(?:说|证实)(?:是)?没有(?!钱|时间|来)")
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
        if _MARKS.match(folded, match.end()) or any(entry.regex.search(said) for entry in entries) or weigh(said, model(), AROUND_NOTHING) >= _TAKEN_AWAY:
            found.append((match.start(), end))
    return found
