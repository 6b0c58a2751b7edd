"""Which children of the worker's own roster a message is about (label rules of the reading data).

Names are looked for in tiers, surest first: as written, by sound, by given name, by guardian, by list number, by group
or village, by pet name, by near sound, by household. What a surer tier has read, a weaker one does not read again.
A tie is asked, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from domain.reading import family_tiers, name_tiers, passing
from domain.reading.days import Mention
from domain.reading.folding import fold, number
from domain.reading.people import GUARDIAN, HOUSEHOLD, OnRoster, Spoken, guardian_name
from domain.reading.sounds import sound_of
from domain.reading.words import ANYBODY, COMMON_WORDS, WORDY_NAMES

__all__ = ["Children", "OnRoster", "Spoken", "find_children", "guardian_name", "without_names"]

_Tier = Callable[[str, Sequence[OnRoster]], Iterable[Spoken]]
_TIERS: tuple[_Tier, ...] = (
    name_tiers.written,
    name_tiers.sounded,
    name_tiers.given,
    name_tiers.given_sounded,
    family_tiers.guardians,
    family_tiers.places,  # before the villages' names are covered
    family_tiers.numbers,
    name_tiers.pet_names,
    name_tiers.nearly,
    family_tiers.households,
)


@dataclass(frozen=True)
class Children:
    """Whom the message concerns; `ties` are groups of ids of which the worker must pick; `denied` an identity refused.

    `said` is the number of children the text speaks of (三组四个娃), where it says one.
    """

    ids: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    ties: tuple[tuple[str, ...], ...] = ()
    denied: bool = False
    planned: tuple[str, ...] = ()  # named only as still to be visited
    refused: tuple[str, ...] = ()  # 不是小虎
    said: int | None = None


def find_children(text: str, roster: Sequence[OnRoster], days: Sequence[Mention] = ()) -> Children:
    """The children a message concerns, in the order they are named, with the words that named them.

    `days` are the date expressions of the text: 国庆那天 is not a child called 国庆.
    """
    folded = fold(text)
    spoken = _spoken(folded, roster, days)
    spoken = _either(folded, spoken)
    judged = [(s, passing.judge(folded, s.start, s.end, [(o.start, o.end) for o in spoken if o is not s and not (o.tier == GUARDIAN and set(s.ids) & set(o.ids))])) for s in spoken]
    denied = any(verdict is passing.Verdict.DENIED or (verdict is passing.Verdict.MEANT and _NOT_BUT.search(folded[: s.start])) for s, verdict in judged)
    meant = [s for s, verdict in judged if verdict is passing.Verdict.MEANT]
    if not meant:  # everybody only in passing: then it is still about them
        meant = [s for s, verdict in judged if verdict is passing.Verdict.IN_PASSING]
    # 不是佳宁家，是她二奶奶家，佳宁也在: named again after the denial, she is meant after all
    refused = {
        s.ids for s, verdict in judged
        if verdict is passing.Verdict.DENIED and not any(v is passing.Verdict.MEANT and o.ids == s.ids and o.start > s.start for o, v in judged)
    }  # fmt: skip
    meant = [s for s in meant if s.ids not in refused]
    named = [s for s in meant if s.tier not in (GUARDIAN, HOUSEHOLD) and not s.tie]
    ids: list[str] = []
    ties: list[tuple[str, ...]] = []
    for each in meant:
        if each.tie:
            ties.append(each.ids)
        elif each.tier in (GUARDIAN, HOUSEHOLD) and any(set(n.ids) & set(each.ids) for n in named):
            continue  # 给小禾爷爷马德福打了电话: the child is named, the brother is not meant
        else:
            ids += [i for i in each.ids if i not in ids]
    ties = [tie for tie in dict.fromkeys(ties) if not set(tie) & set(ids)]
    if (rest := _all_but(folded, spoken, roster)) is not None:
        return Children(rest, tuple(spoken), (), denied, (), (), len(rest) or None)
    if not ties and len(ids) == 1:
        ids = family_tiers.with_siblings(folded, ids[0], roster)
    planned = [i for s, verdict in judged if verdict is passing.Verdict.NOT_DONE and not s.tie for i in s.ids]
    return Children(
        tuple(ids), tuple(meant), tuple(ties), denied, tuple(dict.fromkeys(planned)),
        tuple(dict.fromkeys(i for one in refused for i in one)), _said(folded),
    )  # fmt: skip


def without_names(text: str, roster: Sequence[OnRoster], spoken: Sequence[Spoken]) -> str:
    """The text with the children's, guardians' and villages' names covered, every other character in its place.

    What a note tells does not hang on whom it tells of; the models read it so.
    """
    folded = fold(text)
    for each in spoken:
        folded = folded[: each.start] + ANYBODY * (each.end - each.start) + folded[each.end :]
    names = {name for child in roster for name in (fold(child.name), sound_of(child.name).given, guardian_name(child.guardian), re.sub(r"(?:村|社区)$", "", fold(child.village)))}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        if len(name) > 1 and name not in WORDY_NAMES and name not in COMMON_WORDS:
            folded = folded.replace(name, ANYBODY * len(name))
    return folded


def _either(folded: str, spoken: Sequence[Spoken]) -> list[Spoken]:
    """子轩还是梓萱记不清了: two names joined by "or" are one that is tied."""
    found: list[Spoken] = []
    for each in spoken:
        last = found[-1] if found else None
        between = dict.fromkeys((*last.ids, *each.ids)) if last is not None else {}
        if last is not None and len(between) > 1 and re.fullmatch(r"\s*(?:还是?|或者|或是|要么是?)\s*", folded[last.end : each.start]):
            found[-1] = Spoken(last.start, each.end, tuple(between), last.tier, tie=True)
        else:
            found.append(each)
    return found


_BUT = re.compile(r"除(?:了|去|开)?(?P<names>[^。；！？!?;]{1,40}?)(?:以外|之外|外)?[\s，,、]*(?:(?:其他|其它|其余|别的|剩下|另外)(?:的)?(?:[几两三四五六七八九十0-9]+个)?(?:娃娃?|孩子|儿童|人|家|户)?们?)[^。；]{0,14}?(?:都|全|均|也)")


# 除了浩然都去了 · 今天都打了电话，除了浩然: the others are not even mentioned, only that all of them were reached
_BUT_BARELY = re.compile(r"除(?:了|去|开)?(?P<names>[^。；！？!?;，,\s]{1,20}?)(?:以外|之外|外)?(?:家)?(?:没[^，。；都全]{1,5})?[\s，,、]*(?:今天|昨天|上午|下午)?(?:都|全(?:部|都)?)(?=[^，。；不没]{0,3}(?:去|见|打|跑|走|联系|通|看|入户|家访|视频))")
_BUT_LAST = re.compile(r"(?:都|全(?:部|都)?)[^，。；不没]{0,3}(?:去|见|打|跑|走|联系|通|看|入户|家访|视频)[^。；]{0,6}[\s，,]*除(?:了|去|开)?(?P<names>[^。；！？!?;，,\s]{1,20})[。！!]?\s*$")


def _all_but(folded: str, spoken: Sequence[Spoken], roster: Sequence[OnRoster]) -> tuple[str, ...] | None:
    """除了卓玛和文博，其他几个娃都见着了: everybody else; None where nothing of the kind is said.

    Empty where one of those left out cannot be told: then nobody knows who the others are.
    """
    match = _BUT.search(folded) or _BUT_BARELY.search(folded) or _BUT_LAST.search(folded)
    if match is None:
        return None
    start, end = match.span("names")
    inside = [s for s in spoken if start <= s.start and s.end <= end]
    if not inside or any(s.start < match.start() or s.start >= match.end() for s in spoken):
        return None
    rest = folded[start:end]
    for each in sorted(inside, key=lambda s: -s.start):
        rest = rest[: each.start - start] + rest[each.end - start :]
    if re.sub(r"[\s、，,和跟与及家的娃俩两个没在不去到]|孩子|外面|没?人|没?接|没?见着|没打通|关机|不在家|他们", "", rest) or any(s.tie for s in inside):
        return ()
    left_out = {i for s in inside for i in s.ids}
    return tuple(child.id for child in roster if child.id not in left_out)


# 不是大的，是小虎 · 不是老三家 是浩然家: whoever was meant first, it was this child
_NOT_BUT = re.compile(r"不是(?!啥|什么|因为|为了|滋味)[^，。；！？\s是说打]{1,8}[\s，,。、]{0,2}(?:而)?(?:是|去的是|打的是|见的是|看的是)$")


def _spoken(folded: str, roster: Sequence[OnRoster], days: Sequence[Mention]) -> list[Spoken]:
    spoken: list[Spoken] = []
    covered, view = _without_villages(folded, roster), folded
    for tier in _TIERS:
        seen = view if tier is family_tiers.places else covered
        for _ in range(2):  # a name may stand right after another: 小虎小雨家
            before = len(spoken)
            for found in tier(seen, roster):
                is_day = found.tier > 2 and any(d.start <= found.start and found.end <= d.end and d.end - d.start > found.end - found.start for d in days)
                if not is_day and all(found.end <= s.start or found.start >= s.end for s in spoken):
                    spoken.append(found)
            for each in spoken[before:]:
                mask = "、" * (each.end - each.start)
                covered = covered[: each.start] + mask + covered[each.end :]
                view = view[: each.start] + mask + view[each.end :]
            seen = view if tier is family_tiers.places else covered
            if len(spoken) == before:
                break
    spoken.sort(key=lambda s: s.start)
    return [_settled_by_village(folded, _or_its_like(folded, s, roster), roster) for s in spoken]


def _or_its_like(folded: str, spoken: Spoken, roster: Sequence[OnRoster]) -> Spoken:
    """黄渠村诗涵家: where the village named is only that of a child who sounds the same, it is that child."""
    if spoken.tie or len(spoken.ids) != 1 or spoken.tier not in (3, 4):
        return spoken
    own = next(c for c in roster if c.id == spoken.ids[0])
    sound = sound_of(own.name).given_spelled
    like = [c for c in roster if c.id != own.id and c.village != own.village and set(sound_of(c.name).given_spelled) & set(sound)]
    here = [c for c in like if _village(c) in folded]
    return Spoken(spoken.start, spoken.end, (here[0].id,), spoken.tier) if len(here) == 1 and _village(own) not in folded else spoken


def _village(child: OnRoster) -> str:
    return re.sub(r"(?:村|社区)$", "", fold(child.village)) or "\0"


def _without_villages(folded: str, roster: Sequence[OnRoster]) -> str:
    """去了殷家庄小虎家: the village lends nobody its 殷家 nor its 庄; unless a child is called like it."""
    given = {sound_of(child.name).given for child in roster} | {fold(child.name) for child in roster}
    villages = {fold(child.village) for child in roster}
    names = {short for v in villages for short in (v, re.sub(r"(?:村|社区)$", "", v)) if len(short) > 1 and short not in given}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        folded = folded.replace(name, "、" * len(name))
    return folded


def _settled_by_village(folded: str, spoken: Spoken, roster: Sequence[OnRoster]) -> Spoken:
    """A tie ends where the message names the village, or the guardian, of just one of them."""
    if not spoken.tie:
        return spoken
    for key in ("village", "guardian"):
        fitting = []
        for child in roster:
            value = child.village if key == "village" else guardian_name(child.guardian)
            short = re.sub(r"(?:村|社区)$", "", fold(value))
            if child.id in spoken.ids and len(short) > 1 and short in folded:
                fitting.append(child.id)
        if len(fitting) == 1:
            return Spoken(spoken.start, spoken.end, (fitting[0],), spoken.tier)
    return spoken


_SAID = re.compile(r"([0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*个\s*(?:娃娃?|孩子|儿童)(?![^，。；]{0,4}(?:打(?!了?(?:个)?(?:电话|视频|语音))|欺负|围))|([两三四五六七八九十]|[2-9])\s*(?:户|家)(?:人家)?(?=[^，。；]{0,6}[都全])")


def _said(folded: str) -> int | None:
    counts = [number(m[1] or m[2]) or 0 for m in _SAID.finditer(folded)]
    return max(counts) if counts else None
