"""What people do on a day of the simulation, drawn by lot: each a small piece of work at a moment, in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection

from bot.simulation import oracle, yearly
from bot.simulation.county import COUNTY, DEPARTMENTS, County
from bot.simulation.facts import Case, File, Human, Met, Seat
from bot.simulation.oracle import sitting
from domain.calendar import at, local_day
from domain.children import Tier

DAY = timedelta(days=1)
# How many days pass between two contacts of a file on average. Rarer than the rules ask, so that some is overdue.
CONTACT_GAP = {"red": 7, "yellow": 13, "green": 22}
SUPERVISOR_GAP = 200
HOURS = (None, time(8), time(10, 30), time(15), time(19))
Do = Callable[[Connection, datetime], None]


@dataclass(frozen=True)
class Happening:
    """Something that is done at a moment, or as soon afterwards as the bot answers again."""

    moment: datetime
    do: Do
    to_bot: bool = True  # it goes through the bot, so it waits while the bot is down


class People:
    """The people of the county and what they are like to do."""

    def __init__(self, county: County, seed: int) -> None:
        self.county, self.rng = county, Random(f"{seed}/happenings")

    def on(self, day: date) -> list[Happening]:
        """Everything that happens on this day, the earliest first."""
        found = [
            *self._contacts(day),
            *self._corrections(day),
            *self._reports(day),
            *self._files(day),
            *self._posts(day),
            *self._deeds(day),
            *self._put_off(day),
            *self._agreements(day),
        ]
        found += self._telephones(day)
        return sorted(found, key=lambda one: one.moment)

    def _some_time(self, day: date) -> datetime:
        return at(day, time(6)) + timedelta(minutes=self.rng.randrange(17 * 60))

    def _chance(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _happening(self, day: date, do: Do, *, to_bot: bool = True) -> Happening:
        return Happening(self._some_time(day), do, to_bot)

    # --- contacts and visits: late, back-dated, corrected, withdrawn ---

    def _open_files(self) -> list[File]:
        return [file for file in self.county.facts.files.values() if file.closed is None]

    def _contacts(self, day: date) -> Iterator[Happening]:
        for file in self._open_files():
            if self._chance(1 / CONTACT_GAP[file.tier]):
                yield self._contact(day, file, by_supervisor=False)
            if self._chance(1 / SUPERVISOR_GAP):
                yield self._contact(day, file, by_supervisor=True)

    def _contact(self, day: date, file: File, *, by_supervisor: bool) -> Happening:
        late = self.rng.randrange(1, 25) if self._chance(0.25) else 0
        met = self._met(day - late * DAY, by_supervisor)

        def do(conn: Connection, now: datetime) -> None:
            by = self._worker(file.village, "supervisor" if by_supervisor else "child_director")
            if by is not None and file.closed is None:
                self.county.log(conn, now, file, met, by)

        return self._happening(day, do)

    def _met(self, day: date, by_supervisor: bool) -> Met:
        return Met(
            self.county.ids.new(), day, home_visit=self._chance(0.5), reached=self._chance(0.9),
            child_seen=self._chance(0.85), by_supervisor=by_supervisor,
        )  # fmt: skip

    def _worker(self, village: str, role: str) -> Human | None:
        """Who writes there: the holder or the deputy, if anybody."""
        facts, place = self.county.facts, village if role == "child_director" else facts_parent(self.county, village)
        for seat in facts.seats:
            if (seat.role, seat.unit) == (role, place):
                person = sitting(facts, seat.holder, seat.deputy)
                return facts.humans[person] if person else None
        return None

    def _corrections(self, day: date) -> Iterator[Happening]:
        with_contacts = [file for file in self._open_files() if file.met]
        for chance, correct in ((0.15, True), (0.12, False)):
            if with_contacts and self._chance(chance):
                yield self._happening(day, self._correction(self.rng.choice(with_contacts), correct))

    def _correction(self, file: File, correct: bool) -> Do:
        back, other = self.rng.randrange(-3, 30), self._met(date.min, by_supervisor=False)

        def do(conn: Connection, now: datetime) -> None:
            if file.closed is not None or not file.met:
                return
            old = file.met[-1]
            if not correct:
                self.county.withdraw(conn, now, file, old)
                return
            by = self._worker(file.village, "child_director")
            if by is not None:
                day = min(old.day - back * DAY, local_day(now))
                new = Met(other.id, day, other.home_visit, other.reached, other.child_seen, old.by_supervisor)
                self.county.log(conn, now, file, new, by, instead=old)

        return do

    # --- reports and their receipts ---

    def _reports(self, day: date) -> Iterator[Happening]:
        if self._chance(0.07):
            file, slugs = self.rng.choice(self._open_files()), self.rng.sample(DEPARTMENTS, self.rng.randrange(1, 3))

            def make(conn: Connection, now: datetime) -> None:
                reporter = self._worker(file.village, "child_director")
                if reporter is not None:
                    self.county.report(conn, now, file, reporter, slugs)

            yield self._happening(day, make)
        for case in self.county.facts.cases.values():
            for unit in list(case.waiting):
                if self._chance(0.3):
                    yield self._happening(day, self._receipt(case, unit, passed_on=self._chance(0.2)))
            if not case.waiting and not case.over and self._chance(0.1):
                yield self._happening(day, self._ended(case))

    def _ended(self, case: Case) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if not case.waiting and not case.over:
                self.county.end(conn, now, case, self._sits)

        return do

    def _sits(self, unit: str) -> str | None:
        seat = next(seat for seat in self.county.facts.seats if seat.unit == unit)
        return sitting(self.county.facts, seat.holder, seat.deputy)

    def _receipt(self, case: Case, unit: str, *, passed_on: bool) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if unit not in case.waiting:
                return
            person = self._sits(unit)
            others = [f"{COUNTY}.{name}" for name in DEPARTMENTS if f"{COUNTY}.{name}" not in case.had]
            if person is not None:
                on_to = others[0] if passed_on and others else None
                self.county.sign(conn, now, case, unit, person, on_to=on_to)

        return do

    # --- what units do ---

    def _deeds(self, day: date) -> Iterator[Happening]:
        for duty in (*yearly.SPAN, *yearly.ONCE):
            for unit in yearly.units(self.county.facts, duty):
                if self._chance(0.004):
                    yield self._happening(day, self._deed(duty, unit, day - self.rng.randrange(12) * DAY))

    def _deed(self, duty: str, unit: str, done: date) -> Do:
        return lambda conn, now: self.county.deed(conn, now, duty, unit, done)

    # --- reminders put off ---

    def _put_off(self, day: date) -> Iterator[Happening]:
        if self._chance(0.4):
            place, days = self.rng.random(), self.rng.randrange(1, 8)

            def do(conn: Connection, now: datetime) -> None:
                """Of all that is owed now, one item for one person."""
                facts = self.county.facts
                found = [
                    (duty, person)
                    for duty in oracle.all_open(facts, local_day(now))
                    if duty.subject.startswith("child:")
                    for person in oracle.who(facts, duty.role, duty.unit)
                ]
                if found:
                    self.county.put_off(conn, now, *found[int(place * len(found))], days)

            yield self._happening(day, do)
        if self._chance(0.08):
            yield self._happening(day, self._second_thoughts(self.rng.random()))

    def _second_thoughts(self, place: float) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            waiting = [one for one in self.county.facts.put_off if one.until > local_day(now)]
            if waiting:
                self.county.take_back(conn, now, waiting[int(place * len(waiting))])

        return do

    # --- care agreements: signed late, for a short or a long time, ended before it ---

    def _agreements(self, day: date) -> Iterator[Happening]:
        for file in self._open_files():
            if self._chance(0.006):
                signed = day - self.rng.randrange(20) * DAY
                yield self._happening(day, self._signing(file, signed, signed + self.rng.randrange(25, 400) * DAY))
            if self._chance(0.002):
                yield self._happening(day, self._end_of_it(file, came_home=self._chance(0.5)))

    def _signing(self, file: File, signed: date, last: date) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if file.closed is None:
                self.county.sign_agreement(conn, now, file, signed, last)

        return do

    def _end_of_it(self, file: File, *, came_home: bool) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if file.closed is None and file.papers:
                self.county.end_agreement(conn, now, file, came_home=came_home)

        return do

    # --- files ---

    def _files(self, day: date) -> Iterator[Happening]:
        if self._chance(0.02):
            village = self.rng.choice(self.county.villages)
            yield self._happening(day, lambda conn, now: self.county.open_file(conn, now, village, local_day(now)))
        for chance, change in ((0.05, self._other_tier), (0.03, self._away), (0.02, self._back), (0.008, self._close)):
            if self._chance(chance):
                yield self._happening(day, self._change(self.rng.choice(self._open_files()), change))

    def _change(self, file: File, change: Callable[[Connection, datetime, File], None]) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if file.closed is None:
                change(conn, now, file)

        return do

    def _other_tier(self, conn: Connection, now: datetime, file: File) -> None:
        self.county.change_file(conn, now, file, tier=self.rng.choice(list(Tier)))

    def _away(self, conn: Connection, now: datetime, file: File) -> None:
        until = local_day(now) + self.rng.randrange(5, 60) * DAY
        self.county.change_file(conn, now, file, paused_until=until)

    def _back(self, conn: Connection, now: datetime, file: File) -> None:
        self.county.change_file(conn, now, file, paused_until=None)

    def _close(self, conn: Connection, now: datetime, file: File) -> None:
        self.county.change_file(conn, now, file, closed_on=local_day(now), close_reason="moved")

    # --- posts and telephones ---

    def _posts(self, day: date) -> Iterator[Happening]:
        seats = self.county.facts.seats
        if self._chance(0.02):
            seat = self.rng.choice(seats)
            yield self._happening(day, lambda conn, now: self.county.vacate(conn, now, seat))
        for empty in [seat for seat in seats if seat.holder is None]:
            if self._chance(0.06):
                yield self._happening(day, self._newcomer(empty, as_deputy=empty.deputy is None and self._chance(0.3)))

    def _newcomer(self, seat: Seat, *, as_deputy: bool) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if seat.holder is None:
                self.county.take_over(conn, now, seat, as_deputy=as_deputy)

        return do

    def _telephones(self, day: date) -> Iterator[Happening]:
        humans = [human for human in self.county.facts.humans.values() if human.chat and not human.left]
        if self._chance(0.03):
            yield self._happening(day, _block(self.rng.choice(humans)), to_bot=False)
        for human in humans:
            if human.blocked and self._chance(0.08):
                yield self._happening(day, self._unblock(human))
        if self._chance(0.03):
            human, hour = self.rng.choice(humans), self.rng.choice(HOURS)
            yield self._happening(day, lambda conn, now: self.county.own_hour(conn, now, human, hour))

    def _unblock(self, human: Human) -> Do:
        def do(conn: Connection, now: datetime) -> None:
            if human.blocked:
                human.blocks[-1] = (human.blocks[-1][0], now)
                self.county.writes(conn, now, human)

        return do


def _block(human: Human) -> Do:
    def do(conn: Connection, now: datetime) -> None:
        if not human.blocked:
            human.blocks.append((now, None))

    return do


def facts_parent(county: County, unit: str) -> str | None:
    return county.facts.above.get(unit)
