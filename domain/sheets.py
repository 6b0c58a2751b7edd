"""What a message answers of the visit form: one sheet of answers for each visit it tells of, each with its words.

Nothing is assumed that the message does not say. What only a further question could tell (were the parents in touch,
was there a safety talk) is left blank and not asked: the worker wrote one sentence and is to be done with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.calendar import add_months, month_end, month_start
from domain.contacts import Kind
from domain.forms import Answers
from domain.past_days import EARLIEST
from domain.reading.days import Vague
from domain.reading.findings import Finding, Group, State
from domain.reading.note import Reading
from domain.reading.outcomes import Outcome
from domain.reading.spans import Span
from domain.shares import CLAUSE, Share, shares_of
from domain.visit_children import MANY
from domain.visit_findings import was_met
from domain.visits import CHECKLIST, MOST_WORRIES, NEEDS, REACHED, TALKS

Places = list[list[int]]  # [start, end] in the message, one for each stretch of words
MOST_DAYS = 8
MOST_CLAUSE = 24
_PAUSE = re.compile(CLAUSE.pattern + r"|\s")
_LEAD = re.compile(r"^(?:对了|还有|另外|就是|但是?|不过|只是|而且|然后)+")
_CHILD = re.compile(r"娃|孩子|本人|小孩|姑娘|小子|丫头")
_CHILD_IN = re.compile(
    r"(?:娃娃?|孩子|姑娘|小子|丫头)(?:们)?(?:[和跟][^，。；\s]{1,3}?)?(?:也|都|正好|刚好|正)*在(?:家|屋里|炕上|院里)?(?![一-鿿])"
)
_CHILD_SPOKE = re.compile(r"(?:娃娃?|孩子|本人|姑娘|小子|丫头)(?:他|她)?(?:自己)?(?:接|说|讲)")
_ALL_FINE = re.compile(
    r"(?:一切|都|也|还|挺)(?:挺|很|还)?(?:好|正常|行|可以|没事|没啥事|没问题|平安)|没(?:啥|什么)(?:事|问题)|平安无事|正常"
)
_TOWN_HELP = re.compile(
    r"(?:请|让|要|想|需要|得|叫)[^，。；]{0,4}(?:镇上|镇里|督导员|民政|上面|乡上)[^，。；]{0,6}(?:帮|协调|解决|想办法|管)"
)


@dataclass(frozen=True)
class Sheet:
    """The answers one visit gives, and where in the message each was read. `unseen`: it says the child was not there."""

    answers: Answers
    sources: dict[str, Places] = field(default_factory=dict)
    unseen: bool = False
    ticked: tuple[str, ...] = ()  # of several children one is tied: those that are clear


def sheets(reading: Reading, numbers: Mapping[str, str], words: str, today: date) -> tuple[Sheet, ...]:
    """One sheet for each visit the message tells of; several children of one trip share a sheet.

    `numbers` gives the file number of each child of the roster. A message that names nobody gives one sheet without
    children, a tie one sheet that asks.
    """
    ties = [one for ask in reading.ask if ask.field == "children" and ask.reason == "tie" for one in ask.options]
    groups: dict[tuple[date | None, Kind], list[Outcome]] = {}
    for one in reading.outcomes:
        if one.child in numbers:
            groups.setdefault((one.date, one.kind), []).append(one)
    if not groups:
        return (_nobody(reading, [numbers[one] for one in ties if one in numbers], words, today),)
    shares = shares_of(words, list(groups.values()))
    found = [
        _sheet(reading, members, numbers, words, share, today)
        for members, share in zip(groups.values(), shares, strict=True)
    ]
    if ties:
        found[0] = _with_tie(found[0], [numbers[one] for one in ties if one in numbers])
    return tuple(found)


def _sheet(
    reading: Reading, members: Sequence[Outcome], numbers: Mapping[str, str], words: str, share: Share, today: date
) -> Sheet:
    first, alone, said = members[0], share.whole, share.words(words)
    files = [numbers[one.child] for one in members]
    answers: Answers = {"child": files[0]} if len(files) == 1 else {"child": MANY, "children": files}
    sources: dict[str, Places] = {}
    named = [span for one in members for span in one.spans.get("child", ())]
    _cite(sources, "child", named or [span for span in reading.spans.get("children", ()) if share.holds(span.start)])
    _put_day(answers, reading, first.date, today)
    for key, name in (("day", "date"), ("how", "kind")):
        _cite(sources, key, first.spans.get(name) or (reading.spans.get(name, ()) if alone else ()))
    said_kind = "kind" in first.spans or not any(ask.field == "kind" for ask in reading.ask)
    if said_kind:
        answers["how"] = first.kind.value
    own = [_of_one(one, words, said, said_kind) for one in members]
    for key in ("met", "outcome"):
        if any(key in answered for answered, _ in own):
            spans = (reading.spans.get(name, ()) for name in ("reached", "seen", "met"))
            _cite(sources, key, *([span for span in group if share.holds(span.start)] for group in spans))
    common, each = _shared([one for one, _ in own], files)
    answers |= common
    if each:
        answers["each"] = each
    for _, cited in own:
        for key, places in cited.items():
            sources[key] = sources.get(key, []) + [place for place in places if place not in sources.get(key, [])]
    if said_kind:
        _leave_blank(answers, said)
    answers["note"] = said
    return Sheet(answers, sources, all(one.seen is False for one in members))


def _nobody(reading: Reading, between: list[str], words: str, today: date) -> Sheet:
    """The message names no child, or leaves it tied: everything else it says is kept all the same."""
    said_kind = reading.contact.kind is not None
    answers: Answers = {}
    sources: dict[str, Places] = {}
    if between:
        answers["maybe"] = list(dict.fromkeys(between))
        _cite(sources, "child", reading.spans.get("children", ()))
    _put_day(answers, reading, reading.date, today)
    _cite(sources, "day", reading.spans.get("date", ()))
    if said_kind:
        answers["how"] = reading.kind.value
        _cite(sources, "how", reading.spans.get("kind", ()))
    unnamed = Outcome(
        "", reading.date, reading.kind, reading.contact.reached, reading.contact.child_seen, reading.contact.met,
        reading.findings, reading.signs, {key: reading.spans[key] for key in ("met", "seen", "reached") if key in reading.spans},
    )  # fmt: skip
    own, cited = _of_one(unnamed, words, words, said_kind)
    answers |= own
    sources |= cited
    if said_kind:
        _leave_blank(answers, words)
    answers["note"] = words
    return Sheet(answers, sources)


def _with_tie(sheet: Sheet, between: list[str]) -> Sheet:
    """Some children are clear and one is tied: the list is asked, with the clear ones ticked beforehand."""
    answers = dict(sheet.answers)
    clear = answers.pop("children", None) or [answers["child"]]
    answers |= {"child": MANY, "maybe": [*clear, *(one for one in dict.fromkeys(between) if one not in clear)]}
    return Sheet(answers, sheet.sources, sheet.unseen, tuple(clear))


# --- the day ---


def _put_day(answers: Answers, reading: Reading, day: date | None, today: date) -> None:
    if isinstance(day, date):
        if today - EARLIEST <= day <= today:
            answers["day"] = day.isoformat()
    elif isinstance(reading.day, Vague):
        answers["days"] = [one.isoformat() for one in likely_days(reading.day, today, _date_words(reading))]


def _date_words(reading: Reading) -> str:
    return "".join(span.words for span in reading.spans.get("date", ()))


def likely_days(vague: Vague, today: date, said: str = "") -> list[date]:
    """Days to offer for a vague word, the latest first: 月初 the first days of the month, 前几天 those before today."""
    if vague.reason == "month" and vague.first is None:
        vague = _part_of_month(said, today)
    last = min(vague.last or today - timedelta(days=1), today)
    first = vague.first or last - timedelta(days=4)
    if first > last:
        first = last - timedelta(days=4)
    days = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    return days if len(days) <= MOST_DAYS else days[:MOST_DAYS]


def _part_of_month(said: str, today: date) -> Vague:
    """月初, 月中, 月底, of this month or the last; one not come yet is the last month's."""
    start = month_start(today)
    if "上" in said or ("底" in said or "末" in said):
        start = add_months(start, -1)
    first, last = (1, 7) if "初" in said else (11, 17) if "中" in said else (31 - MOST_DAYS, 31)
    stop = min(month_end(start), today)
    return Vague("month", min(start + timedelta(days=first - 1), stop), min(start + timedelta(days=last - 1), stop))


# --- one child ---


def _of_one(one: Outcome, words: str, said: str, said_kind: bool) -> tuple[Answers, dict[str, Places]]:
    """Result, findings and needs of one child, with their places in `words`; `said` is what is said of its visit."""
    answers: Answers = {}
    cited: dict[str, Places] = {}
    concerns = [finding for finding in one.findings if finding.state is State.CONCERN and finding.item in CHECKLIST]
    fine = any(finding.state is State.FINE for finding in one.findings) or bool(_ALL_FINE.search(said))
    if said_kind:
        result = _met(one, said) if one.kind is Kind.HOME_VISIT else _result(one, said, bool(concerns), fine)
        if result is not None:
            key = "met" if one.kind is Kind.HOME_VISIT else "outcome"
            answers[key] = result
            _cite(cited, key, *(one.spans.get(name, ()) for name in ("reached", "seen", "met")))
    if not one.reached:
        return answers, cited
    if concerns:
        answers["state"] = list(dict.fromkeys(finding.item for finding in concerns))
        answers["worries"] = "；".join(dict.fromkeys(_told(finding, words) for finding in concerns))[:MOST_WORRIES]
        _cite(cited, "state", concerns)
        _cite(cited, "worries", concerns)
    elif fine and one.kind is Kind.HOME_VISIT:
        answers["state"] = []
        _cite(cited, "state", [finding for finding in one.findings if finding.state is State.FINE])
    elif one.kind is Kind.HOME_VISIT and (one.seen is False or any(sign.alarming for sign in one.signs)):
        answers["state"] = (
            None  # nobody saw how the child is; or that is the report's matter, and nobody is asked for it here
        )
    needs = "needs" if one.kind is Kind.HOME_VISIT else "needs_too"
    for key, group, known in ((needs, Group.NEEDS, NEEDS), ("talks", Group.TALKS, TALKS)):
        hits = [finding for finding in one.findings if finding.group is group and finding.item in known]
        hits = [finding for finding in hits if finding.state in (State.CONCERN, State.NOTE)]
        if hits and (key != "talks" or one.kind is Kind.HOME_VISIT):
            answers[key] = [item for item in known if any(finding.item == item for finding in hits)]
            _cite(cited, key, hits)
            for item in answers[key] if group is Group.NEEDS else ():
                _cite(cited, f"need.{item}", [finding for finding in hits if finding.item == item])
    wishes = [finding for finding in one.findings if finding.group is Group.WISH]
    if wishes and one.kind is Kind.HOME_VISIT:
        answers["wish"] = "；".join(finding.words for finding in wishes)[:500]
        _cite(cited, "wish", wishes)
    return answers, cited


def _met(one: Outcome, said: str) -> str | None:
    """Who was met at home. An adult alone counts as an adult alone until the child is said to have been seen."""
    if not one.reached:
        return "nobody"
    adult = any(not _CHILD.search(who) for who in one.met)
    there = any(_CHILD.search(who) for who in one.met) or bool(_CHILD_IN.search(said))
    if one.seen is True or (one.seen is None and there):
        return "both" if adult else "child"
    return "adult" if adult or one.seen is False else None


def _result(one: Outcome, said: str, worried: bool, fine: bool) -> str:
    if not one.reached:
        return "no_answer"
    if worried:
        return "worry"
    child = one.seen is True or any(_CHILD.search(who) for who in one.met) or bool(_CHILD_SPOKE.search(said))
    if not fine:
        return REACHED
    if child:
        return "child_fine"
    return "adult_fine" if one.met else REACHED


def _told(finding: Finding, words: str) -> str:
    """The clause that says so, with who told it where it is only hearsay."""
    start = max((match.end() for match in _PAUSE.finditer(words, 0, finding.start)), default=0)
    stop = _PAUSE.search(words, finding.end)
    clause = words[start : stop.start() if stop else len(words)].strip()
    clause = _LEAD.sub("", clause) if len(clause) <= MOST_CLAUSE else finding.words
    if finding.hearsay and finding.by and finding.by not in clause:
        return f"听{finding.by}说：{clause}"
    return clause


def _leave_blank(answers: Answers, words: str) -> None:
    """What a sentence seldom says and nobody is asked again: blank, and on the list of 修改."""
    if _TOWN_HELP.search(words) and (
        "worries" in answers or any("worries" in one for one in answers.get("each", {}).values())
    ):
        answers["help"] = "town"
    for key in ("help", "parents", "talks", "needs"):
        answers.setdefault(key, None)


# --- several ---


def _shared(own: Sequence[Answers], files: Sequence[str]) -> tuple[Answers, dict[str, Answers]]:
    """What holds for most of the children, and each child's exceptions.

    A result is shared only where all have one; what is not known of all is asked for all who have none of their own.
    """
    if len(own) == 1:
        return own[0], {}
    common: Answers = {}
    for key in dict.fromkeys(key for one in own for key in one):
        values = [repr(one[key]) for one in own if key in one]
        # a worry is never said of all because of one
        counted = Counter(values if len(set(values)) == 1 else [value for value in values if value != repr("worry")])
        most, count = counted.most_common(1)[0]
        if key in ("met", "outcome"):
            if len(values) == len(own):
                common[key] = next(one[key] for one in own if key in one and repr(one[key]) == most)
        elif count == sum(1 for one in own if was_met(one)):
            common[key] = next(one[key] for one in own if key in one)
    if "state" not in common and any("state" in one for one in own):
        common["state"] = []
    each = {
        file_no: {key: value for key, value in one.items() if repr(value) != repr(common.get(key))}
        for file_no, one in zip(files, own, strict=True)
    }
    return common, {file_no: exceptions for file_no, exceptions in each.items() if exceptions}


def _cite(into: dict[str, Places], key: str, *groups: Iterable[Span | Finding]) -> None:
    """Note where a value was read: the first group that has any words for it, and whatever the others add."""
    places = into.setdefault(key, [])
    for group in groups:
        places += [[one.start, one.end] for one in group if [one.start, one.end] not in places]
    if not places:
        del into[key]
