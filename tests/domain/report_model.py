"""The life of a report once more, written from domain.md 1.9 and 1.4 without a look at domain/reports: what the property
test compares the real one with. Slow and plain: everything is worked out anew from the whole list of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.policy import COUNTY_DEFAULTS
from domain.reports.events import Act, Event
from domain.reports.hours import days_on, is_open, later

HAS_IT = ("waiting", "received", "handling", "answered", "passing")
WORKS_ON_IT = ("received", "handling", "answered")


@dataclass
class ModelDesk:
    """What one department has done."""

    stands: str
    told: datetime
    signed: datetime | None = None
    fed_back: datetime | None = None
    stood: str = ""  # before it passed the report on


@dataclass
class Model:
    """Everything that can be known of a report, by reading its events from the first to the last."""

    desks: dict[str, ModelDesk] = field(default_factory=dict)
    lent: list[tuple[str, str]] = field(default_factory=list)  # (giver, taker) while nobody at the taker's has signed
    facts: dict[str, datetime] = field(default_factory=dict)  # the last time something was said
    first: dict[str, datetime] = field(default_factory=dict)
    safe: bool = False
    red: bool | None = None
    asked: set[str] = field(default_factory=set)
    nobody_since: datetime | None = None

    def read(self, event: Event) -> None:
        act, at, unit, to = event.kind.value, event.at, event.unit or "", event.to or ""
        self.facts[act] = at
        self.first.setdefault(act, at)
        if act in ("sent", "forwarded") and to and not self.has_it(to):
            self.desks.pop(to, None)
            self.desks[to] = ModelDesk("waiting", at)
            self.lent = [pair for pair in self.lent if pair[1] != to]
        if unit in self.desks:
            self._desk(act, at, unit, to, self.desks[unit])
        if act == "judged":
            self.safe = event.said("safe") != "no"
        if act == "risk":
            self.red = event.said("tier") == "red"
        if act == "lowered":
            self.red = False
        if act == "followed":
            self.asked.add(str(event.said("step")))
        if self.report() == "homeless":
            self.nobody_since = self.nobody_since or at
        else:
            self.nobody_since = None

    def _desk(self, act: str, at: datetime, unit: str, to: str, mine: ModelDesk) -> None:
        if act == "received":
            mine.stands, mine.signed = "received", at
            self._givers(unit, release=True)
        elif act == "forwarded" and to != unit and mine.stands in HAS_IT:
            mine.stood = mine.stood if mine.stands == "passing" else mine.stands
            mine.stands = "passing"
            self.lent.append((unit, to))
        elif act in ("returned", "refused"):
            mine.stands = act
            self._givers(unit, release=False)
        elif act == "closed":
            mine.stands = "closed"
            self._givers(unit, release=True)
        elif act == "step" and mine.stands == "received":
            mine.stands = "handling"
        elif act == "answer":
            mine.fed_back = at
            mine.stands = "answered" if mine.stands in WORKS_ON_IT else mine.stands

    def _givers(self, taker: str, *, release: bool) -> None:
        """Whoever lent it is rid of it once the taker has signed; once the taker gave it back, has it as before."""
        givers = [giver for giver, whom in self.lent if whom == taker]
        self.lent = [pair for pair in self.lent if pair[1] != taker]
        for giver in givers:
            desk = self.desks[giver]
            if desk.stands != "passing":
                continue
            desk.stands = "released" if release else desk.stood
            if release:
                self._givers(giver, release=True)

    def has_it(self, unit: str) -> bool:
        return unit in self.desks and self.desks[unit].stands in HAS_IT

    def holders(self) -> list[tuple[str, ModelDesk]]:
        return [(unit, desk) for unit, desk in self.desks.items() if desk.stands in HAS_IT]

    def report(self) -> str:
        """The report's own state, from its desks."""
        if "mistaken" in self.facts or "voided" in self.facts:
            return "mistaken" if "mistaken" in self.facts else "voided"
        stands = [desk.stands for desk in self.desks.values()]
        if not set(stands) & set(HAS_IT):
            if "closed" not in stands:
                return "homeless"
            if "transferred" in self.facts:
                return "closed"  # its own county goes to see it
            return "closed" if self.seen_at_home() and not self.red else "follow_up"
        if set(stands) & set(HAS_IT) == {"waiting"}:
            return "waiting"
        if "answer" in self.facts:
            return "answered"
        return "handling" if "step" in self.facts else "received"

    def seen_at_home(self) -> bool:
        return "visited" in self.facts and self.facts["visited"] >= self.facts["closed"]


@dataclass(frozen=True)
class Kind:
    """What of the report itself the clocks depend on."""

    unsafe: bool
    any_hour: bool
    child: bool = True


Clocks = set[tuple[str, str, datetime]]  # clock, desk, since when
OVER = ("closed", "voided", "mistaken")


def model_of(events: Sequence[Event]) -> Model:
    found = Model()
    for event in events:
        found.read(event)
    return found


def running(now: Model, kind: Kind, at: datetime) -> Clocks:
    """Which clocks run: the table of domain.md 1.4, one sentence a clock."""
    state = now.report()
    if state in OVER:
        return set()
    filed, found = now.facts["filed"], set[tuple[str, str, datetime]]()
    has = now.holders()
    # a department owes a receipt from the moment it was told
    found |= {("receipt", unit, desk.told) for unit, desk in has if desk.stands == "waiting"}
    # then an answer within days, and another every month
    for unit, desk in has:
        if desk.signed is not None:
            late = desk.fed_back is None or desk.fed_back < desk.signed
            found.add(("feedback", unit, desk.signed) if late else ("progress", unit, desk.fed_back or desk.signed))
    # somebody judges whether the child is safe, civil affairs before all others, and again while it is not
    working = sorted(((desk.told, place, unit) for place, (unit, desk) in enumerate(has) if desk.stands in WORKS_ON_IT))
    if working and not now.safe:
        lead = [unit for _, _, unit in working if "civil" in unit] or [unit for _, _, unit in working]
        found.add(("safety", lead[0], now.facts.get("judged", now.first["received"])))
    # nobody has it: the county finds the next
    if state == "homeless":
        found.add(("homeless", "", now.nobody_since or filed))
    # 110 is asked about until a call is recorded or a person in a department has it
    if state in ("homeless", "waiting") and "called" not in now.facts:
        found.add(("call", "", filed))
    # where does the child sleep tonight; a later answer settles the earlier questions
    if state != "follow_up":
        found |= {("h2", "", filed)} if not now.asked & {"h2", "h24", "d3"} else set()
        found |= {("h24", "", filed)} if not now.asked & {"h24", "d3"} else set()
        found |= {("d3", "", filed)} if not now.asked & {"d3"} else set()
    for code, next_one, hours in (("h2", "h24", 24), ("h24", "d3", 72)):
        overtaken = later(filed, timedelta(hours=hours), COUNTY_DEFAULTS, any_hour=kind.any_hour and not now.safe)
        if (next_one, "", filed) in found and overtaken <= at:
            found.discard((code, "", filed))
    # a child of another county is handed to where it belongs
    if "outside" in now.facts and "transferred" not in now.facts:
        found.add(("transfer", "", now.first["outside"]))
    # a person says whether the child is red
    if now.red is None and kind.any_hour and kind.child:
        found.add(("risk", "", filed))
    # closed: somebody goes to see the child, and goes again until the risk is lowered
    if state == "follow_up":
        seen = now.seen_at_home()
        found.add(("revisit", "", now.facts["visited"]) if seen else ("visit", "", now.facts["closed"]))
    return found


# --- who is told that a clock has run out (domain.md 1.4): one after the other, until somebody says it was seen ---

_DESK, _COUNTY = ("officer", "deputy", "head", "leader", "procuratorate"), ("county", "county_deputy")
LADDERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("receipt", "safety", "feedback", "progress"), _DESK),
    **dict.fromkeys(("homeless", "transfer"), (*_COUNTY, "leader", "procuratorate")),
    **dict.fromkeys(("h2", "h24", "d3"), ("reporter", "supervisor", *_COUNTY)),
    **dict.fromkeys(("visit", "revisit"), ("visitor", "supervisor", *_COUNTY, "leader")),
    "call": ("reporter",), "risk": ("supervisor", *_COUNTY),
}  # fmt: skip
WHERE_NOBODY_IS = (*_COUNTY, "procuratorate", "leader")
A_DAY = 24 * 60
PATIENCE: dict[str, tuple[int, int]] = {  # minutes to say "seen": not known to be safe, else
    **dict.fromkeys(("receipt", "homeless", "safety", "transfer"), (15, 120)), "call": (30, 120),
    "h2": (120, 120), "h24": (240, 240), "d3": (480, 480),
}  # fmt: skip
ROUTINE = ("feedback", "progress", "risk", "visit", "revisit")  # wait for people to be at work, whatever it is about

Run = tuple[str, str, datetime]


@dataclass
class Told:
    """Whom one run of a clock has been told to."""

    rung: str
    at: datetime
    seen: datetime | None = None


def told(events: Sequence[Event]) -> dict[Run, Told]:
    """The last telling of every run; only the first "seen" after it counts."""
    found: dict[Run, Told] = {}
    for event in events:
        if event.kind not in (Act.ESCALATED, Act.ACKNOWLEDGED):
            continue
        run = (str(event.said("clock")), event.said("desk") or "", datetime.fromisoformat(str(event.said("since"))))
        if event.kind is Act.ESCALATED:
            found[run] = Told(str(event.said("rung")), event.at)
        elif run in found and found[run].seen is None:
            found[run].seen = event.at
    return found


def ends(code: str, since: datetime, now: Model, kind: Kind) -> datetime:
    """When a clock that began then has run out."""
    if code in DAYS:
        return days_on(since, DAYS[code], COUNTY_DEFAULTS)
    if code in WORKING_DAYS:
        return later(since, timedelta(days=WORKING_DAYS[code]), COUNTY_DEFAULTS, any_hour=False)
    minutes = MINUTES[code][0 if kind.unsafe and not now.safe else 1]
    return later(since, timedelta(minutes=minutes), COUNTY_DEFAULTS, any_hour=kind.any_hour and not now.safe)


def must_be_told(
    run: Run, last: Told | None, now: Model, kind: Kind, at: datetime, reached: Callable[[str, str], bool]
) -> str | None:
    """The rung that has to hear of this run at this moment, or None. `reached` (rung, desk): somebody there hears."""
    code, desk, since = run
    ladder = LADDERS[code]
    awake = kind.any_hour and not now.safe and code not in ROUTINE
    if not awake and not is_open(at, COUNTY_DEFAULTS):
        return None
    patience = PATIENCE.get(code, (A_DAY, A_DAY))[0 if kind.unsafe and not now.safe else 1]

    def after(start: datetime, minutes: int) -> datetime:
        return later(start, timedelta(minutes=minutes), COUNTY_DEFAULTS, any_hour=awake)

    if last is None:
        above = ladder
        nobody_to_wait_for = ladder[0] == "officer" and not reached("officer", desk)
        due = since if nobody_to_wait_for else ends(code, since, now, kind)
    else:
        place = ladder.index(last.rung) if last.rung in ladder else 0
        above = ladder[place + 1 :]
        if above and not reached(ladder[place], desk):
            due = last.at  # gone since
        elif last.seen is None:
            due = after(last.at, patience)
        else:
            due = max(ends(code, last.seen, now, kind), last.seen + timedelta(days=1))
    if due > at:
        return None
    if found := [rung for rung in above if reached(rung, desk)]:
        return found[0]
    # the top of the ladder: once a day, 110 as often as it takes, to the last who can be reached
    if last is not None and after(last.seen or last.at, patience if code == "call" else A_DAY) > at:
        return None
    below = [rung for rung in ladder if reached(rung, desk)]
    others = [rung for rung in WHERE_NOBODY_IS if reached(rung, desk)]
    return below[-1] if below else others[0] if others else None


DESK_ACTS = {"received", "returned", "refused", "forwarded", "closed", "step", "answer", "judged"}
OFFERED = {  # by where a department stands: what it must be offered, and what it may be offered besides
    "waiting": ({"received", "forwarded", "refused"}, {"returned"}),
    "received": ({"step", "answer", "judged", "forwarded", "refused", "closed"}, set()),
    "passing": ({"step", "answer", "judged"}, set()),
}


def wrongly_offered(now: Model, unit: str, offered: set[str], *, bureau: bool) -> set[str]:
    """What a department's buttons have too much or too little. The bureau may pass on a report it does not hold."""
    stands = now.desks[unit].stands if unit in now.desks else ""
    must, may = OFFERED.get("received" if stands in WORKS_ON_IT else stands, (set(), set()))
    if now.report() in ("voided", "mistaken"):
        must, may = set(), set()
    elif bureau and not must:
        may = {"forwarded"}
    wrong = (must - offered) | (offered & DESK_ACTS) - must - may
    others = any(desk.signed for other, desk in now.holders() if other != unit)
    pending = "outside" in now.facts and "transferred" not in now.facts and now.report() not in OVER
    if "transferred" in offered and not pending:
        wrong.add("transferred")
    if bureau and pending and "transferred" not in offered:
        wrong.add("transferred")
    if "voided" in offered and (not bureau or others or now.report() in OVER):
        wrong.add("voided")
    return wrong


MINUTES: dict[str, tuple[int, int]] = {  # not known to be safe, else
    "receipt": (30, 120), "homeless": (30, 120), "safety": (24 * 60, 24 * 60), "call": (10, 120),
    "h2": (120, 120), "h24": (24 * 60, 24 * 60), "d3": (3 * 24 * 60, 3 * 24 * 60), "risk": (120, 120),
    "transfer": (24 * 60, 24 * 60),
}  # fmt: skip
DAYS = {"progress": 30, "visit": 7, "revisit": 30}
WORKING_DAYS = {"feedback": 3}


def earliest_end(code: str, since: datetime, now: Model, kind: Kind) -> datetime:
    """The soonest such a clock may run out; a routine one may wait for the next morning people are at work."""
    if code in MINUTES:
        return since + timedelta(minutes=MINUTES[code][0 if kind.unsafe and not now.safe else 1])
    return since + timedelta(days=DAYS.get(code) or WORKING_DAYS[code])


def in_a_line(events: Sequence[Event], when: Callable[[datetime], str]) -> str:
    """A story on one line, for the message of a test that failed."""
    return " · ".join(
        " ".join(
            one
            for one in (when(event.at), event.unit or "", event.kind.value, event.to or "", str(event.detail or ""))
            if one
        )
        for event in events
        if event.kind not in (Act.ESCALATED, Act.ACKNOWLEDGED)
    )
