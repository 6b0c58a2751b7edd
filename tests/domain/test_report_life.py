"""The life of a report against a model: random steps, kills and clock moves (events → state, clocks, who is next)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import units
from domain.calendar import LOCAL
from domain.people import Post, Role, Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS
from domain.reports import case, situations
from domain.reports.clocks import BY_CODE, CLOCKS, clocks, next_responsible
from domain.reports.conflict import Conflict, persons_around, tells_supervisor, units_around
from domain.reports.crew import BY_CODE_ONLY, Crew, Matter, Rung
from domain.reports.events import Act, Event, Impossible, Part, Seat
from domain.reports.life import HOLDING, DeskState, Life, ReportState, life
from domain.reports.rising import WARN, Signal, signals
from domain.reports.situations import GROUPS, SITUATIONS
from tests.domain import report_model
from tests.domain.report_model import Kind, Model

COUNTY, TOWN, VILLAGE = "620724", "620724106", "620724106001"
POLICE, CIVIL, EDUCATION, PROCURATORATE = (
    f"{COUNTY}.{slug}" for slug in ("police", "civil_affairs", "education", "procuratorate")
)
DEPARTMENTS = (POLICE, CIVIL, EDUCATION)
NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Gaotai
FRIDAY_NIGHT = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # 20:30; half an hour later nobody is at work till Monday
POLICY = COUNTY_DEFAULTS


def _post(role: Role, code: str, holder: str | None, deputy: str | None = None) -> Post:
    kind = UnitKind.VILLAGE if len(code) == 12 else UnitKind.TOWN if len(code) == 9 else UnitKind.DEPARTMENT
    return Post(f"{role}@{code}", role, Unit(code, kind, "", None), holder, deputy)


POSTS = (
    _post(Role.CHILD_DIRECTOR, VILLAGE, "director"),
    _post(Role.CHILD_DIRECTOR, "620724106002", "neighbour"),
    _post(Role.SUPERVISOR, TOWN, "supervisor"),
    _post(Role.COUNTY, COUNTY, "bureau", "bureau deputy"),
    _post(Role.DEPARTMENT, POLICE, "officer", "officer deputy"),
    _post(Role.LEADER, POLICE, "police head"),
    _post(Role.DEPARTMENT, CIVIL, "carer"),
    _post(Role.DEPARTMENT, EDUCATION, "teacher", "supervisor"),  # wears two hats
    _post(Role.DEPARTMENT, PROCURATORATE, "prosecutor"),
    _post(Role.LEADER, COUNTY, "leader"),
)
# The same once more in plain words, for the model: who stands where. Where a department has no head the bureau does.
_BUREAU = {"county": {"bureau"}, "county_deputy": {"bureau deputy"}}
STANDS: dict[tuple[str, str], set[str]] = {
    ("officer", POLICE): {"officer"}, ("deputy", POLICE): {"officer deputy"}, ("head", POLICE): {"police head"},
    ("officer", CIVIL): {"carer"}, ("officer", EDUCATION): {"teacher"}, ("deputy", EDUCATION): {"supervisor"},
    ("officer", COUNTY): {"bureau"}, ("deputy", COUNTY): {"bureau deputy"},
}  # fmt: skip
EVERYWHERE = {**_BUREAU, "reporter": {"director"}, "visitor": {"director"}, "leader": {"leader"}, "procuratorate": {"prosecutor"}}
PEOPLE = sorted({one for post in POSTS for one in (post.holder, post.deputy) if one})


def matter(
    conflict: Conflict = Conflict.NONE, *, unsafe: bool = True, code: str = "R4", reporter: str = "director"
) -> Matter:
    around = units_around(conflict, [VILLAGE])
    return Matter(
        "r1", "BG-2026-0001", code, reporter, VILLAGE, "c1", unsafe, situations.any_hour(code, unsafe), around,
        persons_around(around, POSTS) - {reporter}, tells_supervisor(conflict),
    )  # fmt: skip


def happened(kind: Act, at: datetime, unit: str | None = None, to: str | None = None, **detail: str) -> Event:
    return Event(kind, at, unit, "p", to, "因为", detail or None)


def filed(at: datetime, *to: str) -> list[Event]:
    return [happened(Act.FILED, at), *(happened(Act.SENT, at, to=one) for one in to)]


def escalated(signal: Signal, at: datetime) -> Event:
    running = signal.running
    detail = {
        "clock": running.clock.code,
        "desk": running.desk,
        "since": running.since.isoformat(),
        "rung": signal.step,
    }
    return Event(Act.ESCALATED, at, detail=detail)


SEATS = (
    *(Seat(Part.RECEIVER, unit) for unit in (*DEPARTMENTS, COUNTY)), Seat(Part.WATCHER, COUNTY), Seat(Part.WATCHER, TOWN),
    Seat(Part.WATCHER, EDUCATION), Seat(Part.OVERSEER, PROCURATORATE), Seat(Part.REPORTER),
)  # fmt: skip
OTHERS = (Seat(Part.WATCHER, COUNTY), Seat(Part.WATCHER, TOWN), Seat(Part.REPORTER))
_ANSWERS: dict[Act, tuple[dict[str, str], ...]] = {
    Act.CLOSED: ({"outcome": "handled"},),
    Act.STEP: ({"step": "admonished"},),
    Act.JUDGED: ({"safe": "yes"}, {"safe": "moved"}, {"safe": "no"}, {"safe": "perhaps"}),
    Act.RISK: ({"tier": "red"}, {"tier": "kept"}),
    Act.FOLLOWED: ({"step": "h2", "safe": "yes"}, {"step": "d3", "safe": "no"}, {"step": "h9", "safe": "yes"}),
    Act.GUARDIANSHIP: ({"items": "4,6"},),
    Act.ASKED: ({"need": "care"}, {"need": "gold"}),
}


_THEN = (Act.RECEIVED, Act.RETURNED, Act.REFUSED, Act.SUPPLEMENT)


class ReportLife(RuleBasedStateMachine):
    """One report, everybody who may touch it, a clock that may jump, and a process that may die."""

    @initialize(
        conflict=st.sampled_from(Conflict), unsafe=st.booleans(), code=st.sampled_from(sorted(SITUATIONS)),
        at=st.sampled_from((NOON, FRIDAY_NIGHT)), to=st.lists(st.sampled_from(DEPARTMENTS), min_size=1, unique=True),
        outside=st.booleans(),
    )  # fmt: skip
    def file(self, conflict: Conflict, unsafe: bool, code: str, at: datetime, to: list[str], outside: bool) -> None:
        self.now, self.conflict = at, conflict
        self.matter = matter(conflict, unsafe=unsafe, code=code)
        self.stored = [*filed(at, *to), *([happened(Act.OUTSIDE, at, to=COUNTY)] if outside else [])]
        self.state: Life = life(self.stored)
        self.deaf: set[str] = set()
        self.closed: set[str] = set()  # the model's own bookkeeping of desks
        self.held = set(to)

    @property
    def crew(self) -> Crew:
        return Crew(POSTS, COUNTY, frozenset(self.deaf))

    def _take(self, event: Event, seat: Seat) -> bool:
        try:
            after = case.take(self.state, event, seat)
        except Impossible:
            return False
        self.stored.append(event)
        self.state = after
        return True

    @rule(data=st.data(), unit=st.sampled_from((*DEPARTMENTS, COUNTY)))
    def a_desk_acts(self, data: st.DataObject, unit: str) -> None:
        self._step(data, Seat(Part.RECEIVER, unit))

    @rule(data=st.data())
    def whoever_holds_it_acts(self, data: st.DataObject) -> None:
        if held := self.state.held_by():
            self._step(data, Seat(Part.RECEIVER, data.draw(st.sampled_from([desk.unit for desk in held]))))

    @rule(data=st.data(), seat=st.sampled_from(OTHERS))
    def county_supervisor_or_reporter_acts(self, data: st.DataObject, seat: Seat) -> None:
        self._step(data, seat)

    @rule(to=st.lists(st.sampled_from((*DEPARTMENTS, COUNTY)), min_size=1, max_size=3), then=st.sampled_from(_THEN))
    def it_is_handed_on_from_one_to_the_next(self, to: list[str], then: Act) -> None:
        """A whole chain at once: each passes it on before having signed, and the last one decides for all."""
        for unit in to:
            giver = next((desk.unit for desk in reversed(self.state.held_by()) if desk.unit != unit), None)
            if giver is not None:
                event = Event(Act.FORWARDED, self.now, giver, "p", unit, "因为")
                if self._take(event, Seat(Part.RECEIVER, giver)):
                    self.held.add(unit)
        taken = self._take(Event(then, self.now, to[-1], "p", None, "因为"), Seat(Part.RECEIVER, to[-1]))
        if taken and then in (Act.RETURNED, Act.REFUSED):
            self.held.discard(to[-1])

    @rule(data=st.data(), acts=st.lists(st.sampled_from((Act.STEP, Act.ANSWER, Act.JUDGED)), min_size=1, max_size=3))
    def a_desk_signs_and_gets_to_work(self, data: st.DataObject, acts: list[Act]) -> None:
        if held := self.state.held_by():
            seat = Seat(Part.RECEIVER, data.draw(st.sampled_from([desk.unit for desk in held])))
            for act in (Act.RECEIVED, *acts):
                said = data.draw(st.sampled_from(_ANSWERS.get(act, ({},))))
                self._take(Event(act, self.now, seat.unit, "p", None, "因为", said), seat)
                self.now += timedelta(minutes=7)

    @precondition(lambda self: self.state.open)
    @rule(to=st.sampled_from((*DEPARTMENTS, COUNTY)))
    def the_clockwork_gives_it_to_somebody_else_too(self, to: str) -> None:
        """As where nobody at a desk can be reached: told anew, whether they have it or not."""
        self.stored.append(Event(Act.SENT, self.now, to=to))
        self.state = life(self.stored)
        self.held.add(to)

    @rule(tier=st.sampled_from(("red", "kept", "")))
    def everybody_who_holds_it_signs_and_closes(self, tier: str) -> None:
        """The far end of a life, which single random steps seldom reach: what is owed after closing."""
        for _ in self.state.held_by():
            for desk in self.state.held_by():
                seat = Seat(Part.RECEIVER, desk.unit)
                self._take(Event(Act.RECEIVED, self.now, desk.unit, "p"), seat)
                if self._take(Event(Act.CLOSED, self.now, desk.unit, "p", None, "因为", {"outcome": "handled"}), seat):
                    self.held.discard(desk.unit)
                    self.closed.add(desk.unit)
        if tier:
            self._take(Event(Act.RISK, self.now, TOWN, "p", detail={"tier": tier}), Seat(Part.WATCHER, TOWN))

    @precondition(lambda self: self.state.state is ReportState.FOLLOW_UP)
    @rule(lowers=st.booleans())
    def somebody_visits_after_closing(self, lowers: bool) -> None:
        self._take(Event(Act.VISITED, self.now, None, "p", None, "因为"), Seat(Part.REPORTER))
        if lowers:
            self._take(Event(Act.LOWERED, self.now, TOWN, "p", None, "因为"), Seat(Part.WATCHER, TOWN))

    @rule(step=st.sampled_from(("h2", "h24", "d3")), safe=st.sampled_from(("yes", "no")))
    def the_reporter_says_where_the_child_sleeps(self, step: str, safe: str) -> None:
        self._take(Event(Act.FOLLOWED, self.now, None, "p", None, None, {"step": step, "safe": safe}), Seat(Part.REPORTER))

    @rule(act=st.sampled_from(Act), seat=st.sampled_from(SEATS))
    def somebody_tries_what_the_seat_does_not_offer(self, act: Act, seat: Seat) -> None:
        if act not in case.possible(self.state, seat):
            before = self.state
            assert not self._take(Event(act, self.now, seat.unit, "p", POLICE, "因为", {"step": "h2"}), seat)
            assert self.state is before

    def _step(self, data: st.DataObject, seat: Seat) -> None:
        """Something this seat is offered now; sometimes with an answer that does not fit, which is refused."""
        offered = case.possible(self.state, seat)
        if not offered:
            return
        act = data.draw(st.sampled_from(offered))
        to = data.draw(st.sampled_from((*DEPARTMENTS, COUNTY))) if act is Act.FORWARDED else None
        said = data.draw(st.sampled_from(_ANSWERS.get(act, ({},))))
        if not self._take(Event(act, self.now, seat.unit, "p", to, "因为", said), seat):
            return
        if act in (Act.RETURNED, Act.REFUSED, Act.CLOSED):
            self.held.discard(str(seat.unit))
        if act is Act.CLOSED:
            self.closed.add(str(seat.unit))
        if to is not None:
            self.held.add(to)

    @rule(hours=st.sampled_from((0.02, 0.3, 1, 3, 14, 30, 24 * 4, 24 * 31)))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(minutes=st.integers(1, 90))
    def the_clock_is_put_back(self, minutes: int) -> None:
        self.now -= timedelta(minutes=minutes)

    @rule()
    def the_process_is_killed(self) -> None:
        """Nothing is remembered but what was stored: the same state comes back."""
        before = self.state
        self.state = life(list(self.stored))
        assert self.state == before

    @rule(person=st.sampled_from(PEOPLE))
    def somebody_blocks_the_bot_or_comes_back(self, person: str) -> None:
        self.deaf ^= {person}

    @rule(heard=st.sampled_from(("director", "prosecutor", "")))
    def everybody_is_out_of_reach_but_one(self, heard: str) -> None:
        """A cut line. Whoever filed it never is: without a chat there is no report."""
        self.deaf = set(PEOPLE) - {heard, "director"}

    @rule(waits=st.lists(st.sampled_from((0.3, 0.6, 2.5, 5, 24, 80)), min_size=2, max_size=6))
    def nobody_does_anything_while_the_clockwork_looks(self, waits: list[float]) -> None:
        for hours in waits:
            self.now += timedelta(hours=hours)
            self.the_clockwork_looks()

    def _hears(self, rung: str, desk: str) -> bool:
        """Somebody on that rung can be told, by the model's own table."""
        stands = EVERYWHERE.get(rung, STANDS.get((rung, desk), set()))
        if rung == "supervisor":
            told = self.conflict in (Conflict.NONE, Conflict.VILLAGE, Conflict.FAMILY)
            stands = {"supervisor"} if told else set()
        around = {"supervisor"} if self.conflict in (Conflict.TOWN, Conflict.COLLEAGUE, Conflict.UNSAID) else set()
        hear = bool(stands - self.deaf - around)
        return hear or (rung == "head" and desk != COUNTY and self._hears("county", desk))

    @rule()
    def the_clockwork_looks(self) -> None:
        model, told = self.model, report_model.told(self.stored)
        wanted = {
            (run, rung)
            for run in report_model.running(model, self.kind, self.now)
            if (rung := report_model.must_be_told(run, told.get(run), model, self.kind, self.now, self._hears))
        }
        for rung, desk in product(Rung, (*DEPARTMENTS, COUNTY)):
            assert not set(self.crew.on(rung, self.matter, desk)) & (self.matter.hidden | self.deaf), (rung, desk)
        found = signals(self.state, self.matter, self.crew, self.now, POLICY)
        assert {(one.running.key, one.step) for one in found if one.step != WARN} == wanted, self._story()
        for signal in found:
            assert signal.persons
            assert not set(signal.persons) & self.matter.hidden
            assert not set(signal.persons) & self.deaf
            if signal.step != WARN:
                event = escalated(signal, self.now)
                self.stored.append(event)
                self.state = life(self.stored)
        again = [one for one in signals(self.state, self.matter, self.crew, self.now, POLICY) if one.step != WARN]
        assert again == [], self._story()  # looking twice says nothing twice

    @precondition(lambda self: self.state.rises)
    @rule(data=st.data())
    def somebody_acknowledges(self, data: st.DataObject) -> None:
        clock, desk, since = data.draw(st.sampled_from(sorted(self.state.rises)))
        detail = {"clock": clock, "desk": desk, "since": since.isoformat()}
        self.stored.append(Event(Act.ACKNOWLEDGED, self.now, person="leader", detail=detail))
        self.state = life(self.stored)

    @invariant()
    def an_open_report_has_somebody_and_a_running_clock(self) -> None:
        running = clocks(self.state, self.matter, self.now, POLICY)
        responsible = next_responsible(self.state, self.matter, self.crew, self.now, POLICY)
        if not self.state.open:
            assert running == []
            assert responsible is None
            return
        assert running
        assert responsible is not None
        assert responsible.persons
        assert [one for one in running if not one.clock.aside], "a clock of somebody who must act"

    @property
    def model(self) -> Model:
        return report_model.model_of(self.stored)

    @property
    def kind(self) -> Kind:
        return Kind(self.matter.unsafe, self.matter.any_hour)

    def _story(self) -> str:
        return report_model.in_a_line(self.stored, lambda moment: moment.astimezone(LOCAL).strftime("%m-%d %H:%M"))

    @invariant()
    def every_desk_and_the_report_stand_where_the_model_says(self) -> None:
        """The same events read by somebody else, from domain.md 1.9 alone (report_model.py)."""
        model = self.model
        ours = {unit: (one.state.value, one.told_at, one.received_at) for unit, one in self.state.desks.items()}
        assert list(ours.items()) == [
            (unit, (one.stands, one.told, one.signed)) for unit, one in model.desks.items()
        ], self._story()
        assert self.state.state.value == model.report(), self._story()

    @invariant()
    def everybody_is_offered_what_the_model_allows(self) -> None:
        for unit in (*DEPARTMENTS, COUNTY):
            offered = {act.value for act in case.possible(self.state, Seat(Part.RECEIVER, unit))}
            wrong = report_model.wrongly_offered(self.model, unit, offered, bureau=unit == COUNTY)
            assert not wrong, (unit, wrong, self._story())
        assert case.possible(self.state, Seat(Part.OVERSEER, PROCURATORATE)) == ()

    @invariant()
    def the_clocks_that_run_are_those_of_the_model(self) -> None:
        model, found = self.model, clocks(self.state, self.matter, self.now, POLICY)
        assert {one.key for one in found} == report_model.running(model, self.kind, self.now), self._story()
        for one in found:
            soonest = report_model.earliest_end(one.clock.code, one.since, model, self.kind)
            assert one.deadline >= soonest, (one.clock.code, self._story())
            if one.clock.awake and self.kind.any_hour and not model.safe and one.clock.code not in ("visit", "revisit"):
                assert one.deadline == soonest, (one.clock.code, self._story())

    @invariant()
    def nobody_whom_it_goes_around_is_ever_next(self) -> None:
        responsible = next_responsible(self.state, self.matter, self.crew, self.now, POLICY)
        around = {"supervisor"} if self.conflict in (Conflict.TOWN, Conflict.COLLEAGUE, Conflict.UNSAID) else set()
        assert self.matter.hidden == around
        if responsible is not None:
            assert not set(responsible.persons) & around

    @invariant()
    def no_desk_is_lost(self) -> None:
        """Whoever was told and has neither closed nor given it back, still has it, or the next one signed for it."""
        for unit in self.held:
            desk = self.state.desks[unit]
            assert desk.state in HOLDING or desk.state.value in ("released", "closed"), (unit, desk.state)
        for unit in self.closed - self.held:
            assert unit in self.state.desks
        for unit, desk in self.state.desks.items():
            if desk.state is DeskState.PASSING:  # somebody has it in hand, or on the way
                assert any(one.holds and unit in one.from_ for one in self.state.desks.values())

    @invariant()
    def it_is_over_only_by_a_visit_after_closing_or_by_the_county(self) -> None:
        kinds = [event.kind for event in self.stored]
        if self.state.state is ReportState.CLOSED:
            assert Act.CLOSED in kinds
            assert Act.VISITED in kinds[kinds.index(Act.CLOSED) :] or Act.TRANSFERRED in kinds
            assert not any(desk.holds for desk in self.state.desks.values())
        if self.state.state is ReportState.VOIDED:
            assert Act.VOIDED in kinds


TestReportLife = ReportLife.TestCase
# Not made smaller: that took minutes, and the story of what happened is in the message.
TestReportLife.settings = settings(
    max_examples=130, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate), report_multiple_bugs=False,
)  # fmt: skip


# --- the ladder and the clocks, one by one ---


def _at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _signals(events: list[Event], minutes: float, crew: Crew | None = None, **how: object) -> list[Signal]:
    return signals(life(events), matter(**how), crew or Crew(POSTS, COUNTY), _at(minutes), POLICY)  # type: ignore[arg-type]


def test_a_missed_receipt_rises_from_the_officer_to_the_procuratorate_and_stays_with_the_last() -> None:
    events, risen = filed(NOON, POLICE), []
    for minutes in range(0, 60 * 26, 5):
        for signal in _signals(events, minutes):
            if signal.running.clock.code == "receipt" and signal.step != WARN:
                events.append(escalated(signal, _at(minutes)))
                risen.append((minutes, signal.step))
    assert [step for _, step in risen[:5]] == ["officer", "deputy", "head", "leader", "procuratorate"]
    assert [minutes for minutes, _ in risen[:5]] == [30, 45, 60, 75, 90]
    assert risen[5:] == [(90 + 24 * 60, "procuratorate")]  # once a day, to the last who can be reached


def test_the_receipt_is_owed_in_half_an_hour_when_the_child_is_not_safe_and_in_two_hours_else() -> None:
    for unsafe, minutes in ((True, 30), (False, 120)):
        running = clocks(life(filed(NOON, POLICE)), matter(unsafe=unsafe), NOON, POLICY)
        receipt = next(one for one in running if one.clock.code == "receipt")
        assert receipt.left == timedelta(minutes=minutes)


def test_each_desk_has_a_clock_of_its_own() -> None:
    events = [*filed(NOON, POLICE, CIVIL), happened(Act.RECEIVED, _at(10), POLICE)]
    running = {(one.clock.code, one.desk) for one in clocks(life(events), matter(), _at(20), POLICY)}
    assert {("receipt", CIVIL), ("feedback", POLICE)} <= running
    assert ("receipt", POLICE) not in running


def test_feedback_is_owed_in_three_working_days_and_then_every_thirty_days() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE)]
    first = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "feedback")
    assert first.deadline.astimezone(LOCAL).strftime("%m-%d %H:%M") == "11-23 10:30"  # Wednesday, then over a weekend
    events.append(happened(Act.ANSWER, NOON, POLICE))
    then = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "progress")
    assert then.deadline.astimezone(LOCAL).strftime("%m-%d") == "12-18"


def test_nights_and_weekends_stand_still_for_routine_and_not_for_what_must_never_wait() -> None:
    for code, unsafe, said in (("X6", False, "11-23 09:00"), ("X6", True, "11-20 21:00"), ("R6", False, "11-20 22:30")):
        now = life(filed(FRIDAY_NIGHT, EDUCATION))
        running = clocks(now, matter(code=code, unsafe=unsafe), FRIDAY_NIGHT, POLICY)
        receipt = next(one for one in running if one.clock.code == "receipt")
        assert receipt.deadline.astimezone(LOCAL).strftime("%m-%d %H:%M") == said, code


def test_a_judgement_that_the_child_is_safe_lets_the_night_be_night_again() -> None:
    events = [*filed(FRIDAY_NIGHT, POLICE, CIVIL), happened(Act.RECEIVED, FRIDAY_NIGHT, POLICE)]
    events.append(happened(Act.JUDGED, FRIDAY_NIGHT, POLICE, safe="moved"))
    receipt = next(one for one in clocks(life(events), matter(), FRIDAY_NIGHT, POLICY) if one.clock.code == "receipt")
    assert receipt.deadline.astimezone(LOCAL).strftime("%m-%d") == "11-23"
    assert "safety" not in {one.clock.code for one in clocks(life(events), matter(), FRIDAY_NIGHT, POLICY)}


def test_acknowledging_spares_the_next_rung_for_a_day_and_then_it_goes_on() -> None:
    events = filed(NOON, POLICE)
    [signal] = [one for one in _signals(events, 30) if one.running.clock.code == "receipt"]
    events.append(escalated(signal, _at(30)))
    detail = {"clock": "receipt", "desk": POLICE, "since": NOON.isoformat()}
    events.append(Event(Act.ACKNOWLEDGED, _at(31), person="officer", detail=detail))
    quiet = [one for one in _signals(events, 31 + 23 * 60) if one.running.clock.code == "receipt"]
    assert quiet == []
    [then] = [one for one in _signals(events, 32 + 24 * 60) if one.running.clock.code == "receipt"]
    assert then.step == Rung.DEPUTY


def test_a_rung_nobody_stands_on_is_passed_at_once() -> None:
    deaf = Crew(POSTS, COUNTY, frozenset({"officer"}))
    [signal] = [one for one in _signals(filed(NOON, POLICE), 1, deaf) if one.running.clock.code == "receipt"]
    assert (signal.step, signal.absent) == (Rung.DEPUTY, True)


def test_a_red_child_is_visited_again_until_a_supervisor_lowers_the_risk() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE), happened(Act.RISK, NOON, tier="red")]
    events.append(happened(Act.CLOSED, NOON, POLICE, outcome="handled"))
    assert [one.clock.code for one in clocks(life(events), matter(), NOON, POLICY)] == ["visit"]
    events.append(happened(Act.VISITED, NOON))
    assert [one.clock.code for one in clocks(life(events), matter(), NOON, POLICY)] == ["revisit"]
    assert Act.LOWERED in case.possible(events, Seat(Part.WATCHER, TOWN))
    assert Act.LOWERED not in case.possible(events, Seat(Part.REPORTER))
    events.append(happened(Act.LOWERED, NOON))
    assert life(events).state is ReportState.CLOSED


def test_what_was_passed_on_twice_before_anybody_signed_comes_loose_together() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RECEIVED, NOON, POLICE)]
    events += [happened(Act.FORWARDED, NOON, POLICE, CIVIL), happened(Act.FORWARDED, NOON, CIVIL, EDUCATION)]
    events.append(happened(Act.RECEIVED, NOON, EDUCATION))
    assert {unit: desk.state for unit, desk in life(events).desks.items()} == {
        POLICE: DeskState.RELEASED, CIVIL: DeskState.RELEASED, EDUCATION: DeskState.RECEIVED,
    }  # fmt: skip


def test_a_reporter_who_takes_it_back_closes_nothing_and_the_county_only_what_nobody_has_signed_for() -> None:
    events = [*filed(NOON, POLICE), happened(Act.RETRACTED, NOON)]
    assert life(events).open
    bureau = Seat(Part.WATCHER, COUNTY)
    assert Act.VOIDED in case.possible(events, bureau)
    assert Act.VOIDED not in case.possible([*events, happened(Act.RECEIVED, NOON, POLICE)], bureau)
    assert life([*events, happened(Act.VOIDED, NOON)]).state is ReportState.VOIDED


def test_a_report_nobody_holds_is_owed_a_home_since_the_last_gave_it_back_whatever_is_said_meanwhile() -> None:
    events = [*filed(NOON, POLICE), happened(Act.REFUSED, _at(10), POLICE), happened(Act.SUPPLEMENT, _at(20))]
    [homeless] = [one for one in clocks(life(events), matter(), _at(21), POLICY) if one.clock.code == "homeless"]
    assert (homeless.since, homeless.left) == (_at(10), timedelta(minutes=19))


def test_a_slip_closed_before_it_was_filed_asks_nothing_of_anybody() -> None:
    now = life([happened(Act.MISTAKEN, NOON)])
    assert (now.state, now.open) == (ReportState.MISTAKEN, False)
    assert clocks(now, matter(), _at(60), POLICY) == []
    assert case.possible(now, Seat(Part.REPORTER)) == ()


def test_a_child_of_another_county_is_handed_to_where_it_belongs_and_visited_there() -> None:
    events = [*filed(NOON, POLICE), happened(Act.OUTSIDE, NOON, to=COUNTY), happened(Act.RECEIVED, NOON, POLICE)]
    transfer = next(one for one in clocks(life(events), matter(), NOON, POLICY) if one.clock.code == "transfer")
    assert transfer.left == timedelta(hours=24)
    events.append(happened(Act.CLOSED, _at(60), POLICE, outcome="elsewhere"))
    assert life(events).state is ReportState.FOLLOW_UP  # nobody has said yet who has the child now
    with pytest.raises(Impossible, match="reason_wanted"):
        case.take(life(events), Event(Act.TRANSFERRED, _at(90), COUNTY, "p"), Seat(Part.WATCHER, COUNTY))
    events.append(happened(Act.TRANSFERRED, _at(90), COUNTY))
    assert life(events).state is ReportState.CLOSED


@pytest.mark.parametrize(
    ("code", "more", "due"),
    [
        ("X3", (), True), ("R6", (), True), ("R4", (), False),
        ("R4", ((Act.STEP, {"step": "temporary_guardian"}),), True), ("R4", ((Act.STEP, {"step": "admonished"}),), False),
        ("R4", ((Act.FOLLOWED, {"step": "h2", "safe": "no"}),), True), ("R4", ((Act.FOLLOWED, {"step": "h2", "safe": "yes"}),), False),
        ("X3", ((Act.GUARDIANSHIP, {"items": ""}),), False), ("X3", ((Act.VOIDED, {}),), False),
    ],
)  # fmt: skip
def test_the_seven_cases_are_asked_about_when_the_guardian_is_missing(
    code: str, more: tuple[tuple[Act, dict[str, str]], ...], due: bool
) -> None:
    events = [*filed(NOON, CIVIL), *(happened(act, NOON, CIVIL, **said) for act, said in more)]
    assert case.guardianship_due(life(events), code) is due


def test_every_rule_of_a_reminder_about_a_clock_fits_its_column() -> None:
    for clock in CLOCKS:
        for step in (WARN, *clock.ladder, Rung.PROCURATORATE):
            running = clocks(life(filed(NOON, POLICE)), matter(), NOON, POLICY)[0]
            assert len(Signal(replace(running, clock=clock), step, ("p",), NOON, True).rule) <= 24


def test_leaders_and_the_procuratorate_are_told_by_code_only() -> None:
    assert set(BY_CODE_ONLY) == {Rung.HEAD, Rung.LEADER, Rung.PROCURATORATE}


@pytest.mark.parametrize("code", sorted(SITUATIONS))
def test_every_situation_has_a_group_a_card_and_somebody_to_go_to(code: str) -> None:
    situation = SITUATIONS[code]
    assert code in GROUPS[situation.group]
    assert situation.card in situations.CARDS
    assert set(situation.asks) <= set(situations.ASKS)
    assert set(situation.copies) <= set(units.DEPARTMENTS)
    assert not set(situation.copies) & set(situation.route)
    assert situation.any_hour or not code.startswith("R")  # domain.md 1.10


def test_the_table_of_clocks_names_each_once() -> None:
    assert len(BY_CODE) == len(CLOCKS)
