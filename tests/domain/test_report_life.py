"""The life of a report against a model: random steps, kills and clock moves (events → state, clocks, who is next)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.calendar import LOCAL
from domain.reports import case
from domain.reports.clocks import clocks, next_responsible
from domain.reports.conflict import Conflict
from domain.reports.crew import Crew, Rung
from domain.reports.events import Act, Event, Impossible, Part, Seat
from domain.reports.life import HOLDING, DeskState, Life, ReportState, life
from domain.reports.rising import WARN, signals
from domain.reports.situations import SITUATIONS
from tests.domain import report_model
from tests.domain.report_county import (
    COUNTY,
    DEPARTMENTS,
    EDUCATION,
    EVERYWHERE,
    FRIDAY_NIGHT,
    NOON,
    PEOPLE,
    POLICE,
    POLICY,
    POSTS,
    PROCURATORATE,
    STANDS,
    TOWN,
    escalated,
    filed,
    happened,
    matter,
)
from tests.domain.report_model import Kind, Model

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
        self._take(
            Event(Act.FOLLOWED, self.now, None, "p", None, None, {"step": step, "safe": safe}), Seat(Part.REPORTER)
        )

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
