"""A year of invented work: contacts, visits and what was found, up to the evening before the county's day.

Written forward, day by day, with the real rules of domain/duties.py: each next contact is planned against its due day
and comes in time, late, or not at all in the shares of domain.md 7.10. Children of one household are seen on one trip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from domain.calendar import DAY, add_months, at, month_start, period_end, period_start
from domain.children import Child
from domain.contacts import Contact, Kind
from domain.demo import answers as written
from domain.demo.county import County, Place
from domain.demo.families import Household
from domain.demo.special import Ending, strictest
from domain.demo.staff import Worker
from domain.duties import due_days
from domain.forms import Answers
from domain.people import Role
from domain.policy import Policy
from domain.visit_findings import findings, outcome

VISITS_IN_TIME = 0.76
SUPERVISED = 0.96  # of the families a supervisor reaches in a year; the others follow within two months
_CAUGHT_UP = timedelta(days=60)
FLAGGING = 0.3  # how steady a director is where help is needed
OPEN_ISSUES = 12  # of a town
_HANDLED = timedelta(days=75)  # an issue left open is younger than this


@dataclass(frozen=True)
class Logged:
    """One row of the contact book: the fact, the whole form, and when it was typed in."""

    contact: Contact
    content: dict[str, Any]
    parents_called: str | None
    entered_at: datetime
    batch: str


@dataclass(frozen=True)
class Problem:
    """A problem or need found on a trip."""

    id: str
    child_id: str
    contact_id: str
    type: str
    text: str
    by: str
    opened_on: date
    help_wanted: bool
    closed_on: date | None = None
    solution: str | None = None


@dataclass(frozen=True)
class _Trip:
    day: date
    visit: bool
    role: Role
    counts: bool = True


def of_place(county: County, place: Place) -> tuple[list[Logged], list[Problem]]:
    """The history of one village, by household; every problem in it still open."""
    rng = Random(f"{county.seed}/history/{place.unit.code}")
    logged: list[Logged] = []
    problems: list[Problem] = []
    for home in place.homes:
        walker = _Walker(rng, county.policy, county.day, place, home)
        for trip in walker.trips(place.endings.get(home.children[0].id)):
            for record, found in _records(rng, county, place, home, trip):
                logged.append(record)
                problems += found
    return logged, problems


def settled(county: County, town: str, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of one town, solved but for the few that are open now."""
    rng = Random(f"{county.seed}/issues/{town}")
    files = [child for place in county.places if place.town.code == town for child in place.children]
    closed = {child.id for child in files if child.closed_on}
    found = sorted(problems, key=lambda one: (one.opened_on, one.id))
    most = min(round(OPEN_ISSUES * max(1.0, len(county.children) / 2600)), max(3, len(files) // 3))
    standing = [one for one in found if one.child_id not in closed]
    recent = [one for one in standing if one.opened_on > county.day - _HANDLED]
    pool = recent if len(recent) >= most else standing[-most:]
    still_open = {one.id for one in rng.sample(pool, min(most, len(pool)))}
    done = []
    for one in found:
        if one.id not in still_open:
            on = min(one.opened_on + DAY * rng.randint(2, 40), county.day - DAY)
            one = replace(one, closed_on=on, solution=written.solution(rng, one.text))
        done.append(one)
    return done


# --- when ---


@dataclass
class _Walker:
    """Walks through one household's year."""

    rng: Random
    policy: Policy
    day: date
    place: Place
    home: Household

    def __post_init__(self) -> None:
        child = strictest(self.home.children)
        self.child = replace(child, paused_until=None, closed_on=None)
        assert child.added_on is not None
        self.added = child.added_on
        self.until = self.day - DAY
        if child.closed_on is not None:
            self.until = min(self.until, child.closed_on - DAY)
        if child.paused_until is not None:
            self.until -= DAY * self.rng.randint(14, 40)
        left = self.place.director.before.left_on if self.place.director.before else None
        self.slack_from = left or self.place.slack_from

    def trips(self, ending: Ending | None) -> Iterator[_Trip]:
        """All trips, the earliest first. `ending` replaces the last ones."""
        found = list(self._year())
        if ending is not None:
            kept = [one for one in found if one.day < ending.contact and not (one.visit and one.day > ending.visit)]
            # the day of the visit belongs to it alone
            kept = [one for one in kept if one.day != ending.visit]
            kept.append(_Trip(ending.visit, True, Role.CHILD_DIRECTOR))
            if ending.contact != ending.visit:
                kept.append(_Trip(ending.contact, False, Role.CHILD_DIRECTOR))
            found = sorted(kept, key=lambda one: one.day)
        yield from found

    def _year(self) -> Iterator[_Trip]:
        start = month_start(add_months(self.day, -12))
        calls = self._supervisor_days()
        contact: Contact | None = None
        visit: Contact | None = None
        if self.added < start:  # the work had begun before the history does
            contact = self._fact(start - DAY * self.rng.randint(1, 20), Kind.PHONE)
            months = self.policy.frequency(self.child.tier).visit_months
            visit = self._fact(start - DAY * self.rng.randint(1, months * 29), Kind.HOME_VISIT)
        next_contact, tried = self._plan_contact(contact, visit)
        next_visit = self._plan_visit(contact, visit)
        while True:
            if tried is not None and tried < min(next_contact, next_visit) and tried <= self.until:
                yield _Trip(tried, False, Role.CHILD_DIRECTOR, counts=False)
                tried = None
            today = min([next_contact, next_visit, *calls[:1]])
            if today > self.until:
                return
            if calls and calls[0] == today:
                calls.pop(0)
                home_visit, role = self.rng.random() < 0.25, Role.SUPERVISOR
            else:
                home_visit, role = next_visit == today, Role.CHILD_DIRECTOR
            if home_visit and self.rng.random() < 0.04:
                yield _Trip(today, True, role, counts=False)  # nobody there, or not the child: come again
                next_visit, today = today + DAY * self.rng.randint(2, 6), today
                continue
            yield _Trip(today, home_visit, role)
            fact = self._fact(today, Kind.HOME_VISIT if home_visit else Kind.PHONE)
            contact, visit = (contact, fact) if home_visit else (fact, visit)
            next_contact, tried = self._plan_contact(contact, visit)
            if home_visit:
                next_visit = self._plan_visit(contact, visit)

    def _fact(self, day: date, kind: Kind) -> Contact:
        return Contact("", self.child.id, day, kind, True, kind is Kind.HOME_VISIT or None)

    def _plan_contact(self, contact: Contact | None, visit: Contact | None) -> tuple[date, date | None]:
        """The day of the next contact, and of a call before it that nobody answered."""
        known = [one for one in (contact, visit) if one is not None]
        due = due_days(self.child, known, self.policy).contact
        assert due is not None
        last = max((one.day for one in known), default=self.added)
        span = self.policy.frequency(self.child.tier).contact_days
        flagging = self.slack_from is not None and due >= self.slack_from
        steady = FLAGGING if flagging else self.place.steadiness
        draw = self.rng.random()
        if draw < steady:
            first = max(last + DAY * 5, month_start(due)) if span is None else last + DAY * (span * 2 // 3)
            return self._between(min(first, due), due), None
        if draw < steady + (1 - steady) * 2 / 3:
            return due + DAY * self.rng.randint(1, 12 if span is None else 1 + span // 5), None
        longest = (35 if flagging else 18) if span is None else span
        missed = due + DAY * self.rng.randint(longest // 2, longest)
        return missed, due - DAY if self.rng.random() < 0.5 and due - DAY > last else None

    def _plan_visit(self, contact: Contact | None, visit: Contact | None) -> date:
        due = due_days(self.child, [one for one in (contact, visit) if one is not None], self.policy).visit
        assert due is not None
        last = visit.day if visit else self.added
        flagging = self.slack_from is not None and due >= self.slack_from
        if self.rng.random() < (FLAGGING if flagging else VISITS_IN_TIME):
            return max(last + (due - last) * 2 // 3, due - DAY * self.rng.randint(0, 14))
        return due + DAY * (1 + int((60 if flagging else 24) * self.rng.betavariate(1, 1.8)))

    def _between(self, first: date, last: date) -> date:
        """A day from first to last, rather early than late: most people do not wait for the end of the month."""
        return first + DAY * round((last - first).days * self.rng.betavariate(1.2, 1.8))

    def _supervisor_days(self) -> list[date]:
        """One contact in each calendar period of the supervisor's, but for the few that were missed."""
        months = self.policy.frequency(self.child.tier).supervisor_months
        due = due_days(self.child, (), self.policy).supervisor
        found = []
        while due is not None and period_start(due, months) <= self.until:
            first = max(period_start(due, months) + DAY * 9, self.added + DAY * 9)
            if first < due:
                day = first + DAY * self.rng.randint(0, (due - first).days)
                forgotten = self.rng.random() > SUPERVISED and due > self.day - _CAUGHT_UP
                if day <= self.until and not forgotten:
                    found.append(day)
            due = period_end(due + DAY, months)
        return found


# --- what ---


def _records(
    rng: Random, county: County, place: Place, home: Household, trip: _Trip
) -> Iterator[tuple[Logged, list[Problem]]]:
    """A row for every child of the household, all of one submission."""
    here = [one for one in home.children if one.added_on is not None and (one.added_on <= trip.day or len(home.children) == 1)]
    if not here:
        return
    lead, others = here[0], here[1:]
    worker, role = _who(place, home, trip)
    if trip.visit:
        said = written.visit(rng, lead, others, trip.day, seen=trip.counts)
    else:
        said = written.call(rng, lead, others, trip.day, reached=trip.counts)
    happened, batch = outcome(said), county.ids.new()
    content = {key: value for key, value in said.items() if key not in ("child", "siblings")} | {"answers": said}
    entered = _entered(rng, trip.day, county.day)
    seen = here if "siblings" in said else [lead]
    for child in seen:
        contact = Contact(
            county.ids.new(), child.id, trip.day, happened.kind, happened.reached, happened.child_seen, role, worker.id
        )
        record = Logged(contact, content, happened.parents_called, entered, batch)
        yield record, list(_problems(county, said, contact))


def _problems(county: County, said: Answers, contact: Contact) -> Iterator[Problem]:
    by = contact.by_person or ""
    for kind, text in findings(said):
        yield Problem(
            county.ids.new(), contact.child_id, contact.id, kind, text or "", by, contact.day, said.get("help") == "town"
        )
    for need in said.get("needs") or ():
        text = written.words.NEEDS[need][0]
        yield Problem(county.ids.new(), contact.child_id, contact.id, "aid", text, by, contact.day, False)


def _who(place: Place, home: Household, trip: _Trip) -> tuple[Worker, Role]:
    """Who made the trip: the director, whoever held the post then, or the supervisor in their stead."""
    supervisor, director = place.supervisor.holder, place.director.holder
    assert supervisor is not None
    if trip.role is Role.SUPERVISOR:
        return supervisor, trip.role
    former = place.director.before
    if former is not None and former.left_on is not None and trip.day < former.left_on:
        return former, trip.role
    if director is None or _is_own(director, home.children):
        return supervisor, Role.SUPERVISOR
    return director, trip.role


def _is_own(director: Worker, children: Sequence[Child]) -> bool:
    return any(one.name == director.name and one.phone == director.phone for one in children[0].guardians)


def _entered(rng: Random, day: date, today: date) -> datetime:
    """Typed in on the day, sometimes some days later, always before this morning."""
    late = rng.choice((1, 1, 2, 3)) if rng.random() < 0.1 else 0
    if day + DAY * late >= today:
        late = 0
    return at(day + DAY * late, time(rng.randint(9, 20), rng.randint(0, 59)))
