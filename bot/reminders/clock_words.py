"""How a clock on a report reads: a number, a clock, an office, a span. Nothing of the matter, nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.buttons import Button, do
from bot.words import Words
from domain.reports.clocks import Running
from domain.reports.crew import BY_CODE_ONLY, Matter, Rung
from domain.reports.events import COUNTY_LENGTH, SAFE_ANSWERS, Act
from domain.reports.rising import WARN, Signal
from domain.units import UnitTree

TONIGHT = ("h2", "h24", "d3")
VISITS = ("visit", "revisit")
ALL = "all"  # in place of one run of one clock: every run the reader was told of
OWN_WORDS = ("homeless", "risk", "transfer", *VISITS)


def span(words: Words, length: timedelta) -> str:
    """25分钟 · 3小时 · 2天"""
    minutes = max(1, round(abs(length.total_seconds()) / 60))
    if minutes >= 2 * 24 * 60:
        return words("clock.span.days", count=minutes // (24 * 60))
    if minutes >= 120:
        return words("clock.span.hours", count=minutes // 60)
    return words("clock.span.minutes", count=minutes)


def office(words: Words, code: str, tree: UnitTree) -> str:
    """公安, 民政; the county's own code is the county bureau; "" nobody's."""
    if not code:
        return words("case.unit.county")
    slug = code.partition(".")[2] or ("county" if len(code) == COUNTY_LENGTH else code)
    return words.find(f"case.unit.{slug}") or tree.path_name(code)


def marked(words: Words, matter: Matter, text: str) -> str:
    """A drill says so, first of all."""
    return words("case.drill") + text if matter.drill else text


def text(words: Words, matter: Matter, signal: Signal, tree: UnitTree, now: datetime) -> str:
    """What is said to somebody on a rung."""
    running = signal.running
    holes = {
        "number": matter.number, "clock": words(f"clock.name.{running.clock.code}"),
        "left": span(words, running.deadline - now), "unit": office(words, running.desk, tree),
    }  # fmt: skip
    key = _key(signal)
    sentence = words.find(key) or ""
    return marked(words, matter, sentence.format(**holes))


def _key(signal: Signal) -> str:
    code = signal.running.clock.code
    if signal.step == WARN:
        return f"clock.warn.{code}" if code in OWN_WORDS else "clock.warn"
    if code == "call":
        return "clock.rise.call"
    if code in TONIGHT:
        return "clock.rise.tonight" if signal.step == Rung.REPORTER else "clock.rise.tonight_other"
    if signal.step in BY_CODE_ONLY:
        return "clock.rise.absent_by_code" if signal.absent else "clock.rise.by_code"
    if code in OWN_WORDS:
        return f"clock.rise.{code}"
    return "clock.rise.absent" if signal.absent else "clock.rise"


def asks(signal: Signal) -> bool:
    """A question with buttons of its own, which is a message of its own."""
    return signal.running.clock.code in (*TONIGHT, "call")


def texts(words: Words, matter: Matter, found: Sequence[Signal], tree: UnitTree, now: datetime) -> str:
    """The same for several clocks of one report: what is late, each on a line of its own."""
    if len(found) == 1:
        return text(words, matter, found[0], tree, now)
    lines = [
        words("clock.rise.line", unit=_whose(words, one.running, tree), clock=words(f"clock.name.{one.running.clock.code}"))
        for one in found
    ]
    key = "clock.rise.several_by_code" if any(one.step in BY_CODE_ONLY for one in found) else "clock.rise.several"
    return "\n".join([marked(words, matter, words(key, number=matter.number)), *lines])


def buttons_of(words: Words, matter: Matter, found: Sequence[Signal]) -> Sequence[Sequence[tuple[str, Button]]]:
    """What can be done about several clocks with one tap: look, and say that all of them were seen."""
    if len(found) == 1:
        return buttons(words, matter, found[0])
    look = (words("case.look"), do("case.open", matter.id, "clock"))
    seen = (words("clock.seen"), do("clock.seen", matter.id, ALL))
    by_code = all(one.step in (Rung.HEAD, Rung.LEADER) for one in found)
    return [[seen]] if by_code else [[look], [seen]]


def buttons(words: Words, matter: Matter, signal: Signal) -> Sequence[Sequence[tuple[str, Button]]]:
    """What can be done about it with one tap."""
    code, step = signal.running.clock.code, signal.step
    look = (words("case.look"), do("case.open", matter.id, "clock"))
    seen = (words("clock.seen"), do("clock.seen", matter.id, signal.running.token))
    if code == "call":
        return [[(words("report.called.called"), do("case.act", matter.id, Act.CALLED.value))]]
    if code in TONIGHT and step == Rung.REPORTER:
        return [[(words(f"clock.tonight.{one}"), do("clock.safe", matter.id, code, one)) for one in SAFE_ANSWERS]]
    if step in (Rung.HEAD, Rung.LEADER):
        return [[seen]]
    act = {"risk": Act.RISK, "visit": Act.VISITED, "revisit": Act.VISITED, "transfer": Act.TRANSFERRED}.get(code)
    acts = [(words(f"case.do.{act.value}"), do("case.act", matter.id, act.value))] if act else []
    return [[*acts, look], [seen]] if step != WARN else [[*acts, look]]


def line(words: Words, running: Running, tree: UnitTree) -> str:
    """A clock on the card: what it is, whose, and how much time is left."""
    key = "case.clock.late" if running.late else "case.clock.left"
    desk = f"（{office(words, running.desk, tree)}）" if running.desk else ""
    return words(key, clock=words(f"clock.name.{running.clock.code}"), desk=desk, left=span(words, running.left))


def late_line(words: Words, running: Running, tree: UnitTree) -> str:
    """A clock that ran out, for whoever watches: first of all whose it is."""
    clock = words(f"clock.name.{running.clock.code}")
    return words("case.clock.late_at", who=_whose(words, running, tree), clock=clock, left=span(words, running.left))


def _whose(words: Words, running: Running, tree: UnitTree) -> str:
    """The office that owes it; where it is no office's, whoever stands first."""
    rung = running.clock.ladder[0]
    return office(words, running.desk, tree) if running.desk or rung is Rung.COUNTY else words(f"clock.rung.{rung.value}")
