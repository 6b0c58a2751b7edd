"""Each thing that happens, written twice: into the real database as the handlers write it, and into the plain facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from random import Random
from typing import Any

from sqlalchemy import Connection, select, update

from bot.simulation import oracle
from bot.simulation.facts import Case, Facts, File, Human, Met, Named, PutOff, Seat, Signed
from db import agreements, child_changes, child_due, children, contacts, deeds, inbox, journal, reports, snoozes, tasks
from db import duties as duty_rows
from db import people as people_rows
from db import policy as policies
from db.models import people as people_table
from db.models import posts, report_events
from db.rows import add
from domain.agreements import Ending, Paper, Person, Signer, Terms
from domain.calendar import DAY, local_day
from domain.children import Child, Guardian, Label, Relation, Tier
from domain.contacts import Contact, Kind
from domain.demo.ids import Ids
from domain.festivals import likely_holidays
from domain.people import Role
from domain.reports.case import Act, Event, Part
from domain.reports.case import Seat as CaseSeat
from domain.reports.conflict import Conflict
from domain.units import COUNTY, UnitTree

TOWNS, VILLAGES_OF_A_TOWN = 2, 4
DEPARTMENTS = ("police", "education", "civil_affairs")
FIRST_CHAT = 500_001
BOT = 1


class County:
    """The county. Every method that takes a connection is one unit of work at the moment `now`."""

    def __init__(self, tree: UnitTree, seed: int, first_day: date) -> None:
        self.tree, self.rng = tree, Random(f"{seed}/county")
        self.ids = Ids(Random(f"{seed}/ids"), first_day)
        self.facts = Facts({}, frozenset(), frozenset())
        self.children: dict[str, Child] = {}
        self._chats = FIRST_CHAT
        self.messages = 0

    @property
    def villages(self) -> list[str]:
        return [
            unit.code
            for town in self.tree.towns[:TOWNS]
            for unit in self.tree.children_of(town.code)[:VILLAGES_OF_A_TOWN]
        ]

    # --- the beginning ---

    def settle_in(self, conn: Connection, now: datetime, count: int) -> None:
        """Units, posts with somebody in each, and so many files opened over the year before."""
        people_rows.put_units(conn, list(self.tree))
        calendar = policies.current(conn, now).calendar
        parents = {unit.code: unit.parent for unit in self.tree}
        likely = (likely_holidays(year) for year in range(now.year - 1, now.year + 4) if year not in calendar.known)
        self.facts = Facts(parents, calendar.holidays.union(*likely), calendar.make_up, begun=local_day(now))
        where = [(Role.CHILD_DIRECTOR, village) for village in self.villages]
        where += [(Role.SUPERVISOR, town.code) for town in self.tree.towns[:TOWNS]]
        where += [(Role.DEPARTMENT, f"{COUNTY}.{name}") for name in DEPARTMENTS] + [(Role.COUNTY, COUNTY)]
        for number, (role, unit) in enumerate(where):
            post = people_rows.ensure_post(conn, role, unit, local_day(now))
            person = self.ids.new()
            chat = None if number == 1 else self._chat()  # one director has never opened the bot
            add(
                conn,
                people_table,
                id=person,
                name=f"甲{number}",
                chat_id=chat,
                language="zh_CN",
                bound_at=now,
                demo=True,
            )
            conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person))
            self.facts.humans[person] = Human(person, chat)
            self.facts.seats.append(Seat(post.id, role.value, unit, person))
        for number in range(count):
            self.open_file(
                conn,
                now,
                self.villages[number % len(self.villages)],
                date.fromordinal(local_day(now).toordinal() - self.rng.randrange(1, 400)),
            )

    def _chat(self) -> int:
        self._chats += 1
        return self._chats

    # --- files ---

    def open_file(self, conn: Connection, now: datetime, village: str, added: date) -> None:
        """A new child on the roster."""
        prefix = children.file_prefix(village)
        tier = self.rng.choices(list(Tier), weights=(1, 3, 6))[0]
        child = Child(
            id=self.ids.new(), file_no=f"{prefix}{children.next_serial(conn, prefix):04}", name="某某", unit=village,
            tier=tier, labels=(Label.LEFT_BEHIND,), added_on=added,
            guardians=(Guardian(Relation.PATERNAL_GRANDPARENT, "某某", carer=True),),
        )  # fmt: skip
        child_changes.add_child(conn, child, now, policies.current(conn, now), by=None, source="simulate", demo=True)
        self.children[child.id] = child
        self.facts.files[child.id] = File(child.id, child.file_no, village, tier.value, added)

    def change_file(self, conn: Connection, now: datetime, file: File, **changed: Any) -> None:
        """Another tier, away with the parents for a while (and back), or closed."""
        child = replace(self.children[file.id], **changed)
        said = {name: [None, str(value)] for name, value in changed.items()}
        child_changes.change_child(conn, child, now, policies.current(conn, now), by=None, source="simulate", changed=said)
        self.children[child.id] = child
        file.tier, file.away_until, file.closed = child.tier.value, child.paused_until, child.closed_on

    # --- contacts ---

    def log(
        self, conn: Connection, now: datetime, file: File, met: Met, by: Human, *, instead: Met | None = None
    ) -> None:
        """A contact is entered, on the day or later; with `instead`, as the correction of another."""
        role = Role.SUPERVISOR if met.by_supervisor else Role.CHILD_DIRECTOR
        kind = Kind.HOME_VISIT if met.home_visit else Kind.PHONE
        seen = met.child_seen if met.home_visit else None
        record = Contact(met.id, file.id, met.day, kind, met.reached, seen, role, by.id)
        kept = contacts.put(
            conn, record, {}, now, batch=self.ids.new(), replaces=instead.id if instead else None, demo=True
        )
        assert kept
        if instead is not None:
            file.met.remove(instead)
        file.met.append(met)
        journal.note(conn, now, "contact.kept", person=by.id, subject=f"child:{file.id}")
        child_due.refresh_due(conn, [file.id], policies.current(conn, now))

    def withdraw(self, conn: Connection, now: datetime, file: File, met: Met) -> None:
        """A contact was entered by mistake."""
        contacts.withdraw(conn, met.id)
        file.met.remove(met)
        journal.note(conn, now, "contact.withdrawn", subject=f"contact:{met.id}")
        child_due.refresh_due(conn, [file.id], policies.current(conn, now))

    # --- care agreements ---

    def sign_agreement(self, conn: Connection, now: datetime, file: File, signed: date, last: date) -> None:
        """A child's agreement is signed, and takes the place of what there was."""
        carer = Person("某某", Relation.PATERNAL_GRANDPARENT)
        terms = Terms(self.ids.new(), (), carer, signed, last)
        agreements.put_terms(conn, terms, now, by=None, demo=True)
        for old in agreements.of_children(conn, [file.id]).get(file.id, []):
            if old.ended_on is None:
                agreements.change(conn, old, now, by=None, demo=True, ended_on=signed, ended_why=Ending.REPLACED)
        for before in file.papers:
            before.ended = before.ended or signed
        paper = Paper(self.ids.new(), self.ids.new(), file.id, terms, signed_on=signed, signers=(Signer.CARER,))
        agreements.put_paper(conn, paper, now, by=None, demo=True)
        file.papers.append(Signed(paper.paper_id, signed, last))
        journal.note(conn, now, "agreement.signed", subject=f"child:{file.id}")

    def end_agreement(self, conn: Connection, now: datetime, file: File, *, came_home: bool) -> None:
        """The one there is ends before its time."""
        why = Ending.PARENTS_BACK if came_home else Ending.CARER_UNABLE
        for paper in agreements.of_children(conn, [file.id]).get(file.id, []):
            signed = next(one for one in file.papers if one.id == paper.paper_id)
            if paper.ended_on is None:
                agreements.change(conn, paper, now, by=None, demo=True, ended_on=local_day(now), ended_why=why)
                signed.ended, signed.came_home = local_day(now), came_home
        journal.note(conn, now, "agreement.ended", subject=f"child:{file.id}")

    # --- units ---

    def deed(self, conn: Connection, now: datetime, duty: str, unit: str, day: date) -> None:
        """A unit has done what the plan asks of it, and says so, perhaps late."""
        deeds.put(conn, duty, unit, day, now, by=None, demo=True)
        self.facts.deeds.setdefault((duty, unit), []).append(day)
        journal.note(conn, now, "deed.done", subject=f"unit:{unit}", duty=duty)

    # --- reminders put off ---

    def put_off(self, conn: Connection, now: datetime, duty: oracle.Open, person: str, days: int) -> None:
        """Somebody wants to hear of this later."""
        until = date.fromordinal(local_day(now).toordinal() + days)
        made = snoozes.put(conn, (duty.rule, duty.subject, person), duty.due, until, "farm", now)
        self.facts.put_off.append(
            PutOff(made, duty.rule, duty.subject, person, duty.due, local_day(now), until)
        )
        journal.note(conn, now, "snooze.made", person=person, subject=duty.subject)

    def take_back(self, conn: Connection, now: datetime, put_off: PutOff) -> None:
        """And then wants to hear of it after all."""
        assert snoozes.take_back(conn, put_off.id, now)
        self.facts.put_off.remove(put_off)
        journal.note(conn, now, "snooze.taken_back", person=put_off.person, subject=put_off.subject)

    # --- reports ---

    def report(self, conn: Connection, now: datetime, file: File, reporter: Human, slugs: list[str]) -> Case:
        """A report goes to these departments and waits for their receipts."""
        made = reports.file(
            conn, reporter.id, {}, now, situation="R1", urgent=False, conflict=Conflict.NONE, child_id=file.id,
            unit=file.village, demo=True,
        )  # fmt: skip
        case = self.facts.cases[made.id] = Case(made.id)
        reports.put_event(conn, made, Event(Act.FILED, now, person=reporter.id), demo=True)
        for slug in slugs:
            unit = f"{COUNTY}.{slug}"
            reports.seat_unit(conn, made, unit, now)
            reports.put_event(conn, made, Event(Act.SENT, now, to=unit), demo=True)
            self._told(case, unit, now)
        return case

    def _told(self, case: Case, unit: str, now: datetime) -> None:
        case.waiting[unit] = local_day(now)
        case.told[unit] = now
        case.had.add(unit)

    def handed_over(self, conn: Connection) -> bool:
        """The clockwork gives the county what lies where nobody can be reached: a fact like others; whether it did."""
        query = select(report_events.c.report_id, report_events.c.at, report_events.c.detail)
        before = sum(len(case.had) for case in self.facts.cases.values())
        for row in conn.execute(query.where(report_events.c.kind == Act.SENT.value)):
            case, to = self.facts.cases[row.report_id], row.detail["to"]
            if to == COUNTY and to not in case.had:
                self._told(case, COUNTY, row.at)
        return sum(len(case.had) for case in self.facts.cases.values()) > before

    def read_named(self, conn: Connection, today: date) -> bool:
        """Days that were set are facts; how they are reminded of is what is judged. Whether there are others now."""
        last = today + 3 * DAY
        open_now = [*duty_rows.tasks_until(conn, last), *tasks.of_units(conn, last)]
        named = frozenset(Named(one.duty.code, one.subject, one.duty.who.value, one.unit, one.due) for one in open_now)
        before, self.facts.named = self.facts.named, named
        return named != before

    def sign(
        self, conn: Connection, now: datetime, case: Case, unit: str, by: str | None, *, on_to: str | None = None
    ) -> None:
        """A department signs for a report, or passes it on to another that does not have it yet."""
        found = reports.get(conn, case.id)
        assert found is not None
        step = Event(Act.FORWARDED if on_to else Act.RECEIVED, now, unit, by, on_to, "转" if on_to else None)
        if on_to and not reports.staffed(conn, [on_to]):
            return  # the bot says that nobody sits there; it stays where it is
        reports.act(conn, found, CaseSeat(Part.RECEIVER, unit), step, demo=True)
        del case.waiting[unit]
        if on_to:
            self._told(case, on_to, now)

    def end(self, conn: Connection, now: datetime, case: Case, sits: Callable[[str], str | None]) -> None:
        """Every department that has signed answers and closes, and the reporter sees the child again."""
        found = reports.get(conn, case.id)
        assert found is not None
        holding = [(desk.unit, sits(desk.unit)) for desk in reports.life_of(conn, case.id).held_by()]
        if any(person is None for _, person in holding):
            return  # that desk is empty: the case waits for whoever comes
        for unit, person in holding:
            for step in (
                Event(Act.ANSWER, now, unit, person, None, "已处理"),
                Event(Act.CLOSED, now, unit, person, None, "办结", {"outcome": "handled"}),
            ):
                reports.act(conn, found, CaseSeat(Part.RECEIVER, unit), step, demo=True)
        visited = Event(Act.VISITED, now, None, found.reporter, None, "去看了，都好")
        reports.act(conn, found, CaseSeat(Part.REPORTER), visited, demo=True)
        case.over = True

    # --- people ---

    def vacate(self, conn: Connection, now: datetime, seat: Seat) -> None:
        """Whoever sits there leaves; a deputy stays."""
        person = seat.holder
        if person is None:
            return
        conn.execute(update(posts).where(posts.c.id == seat.id).values(holder=None))
        conn.execute(update(people_table).where(people_table.c.id == person).values(left_on=local_day(now)))
        journal.note(conn, now, "person.left", subject=f"person:{person}")
        seat.holder, self.facts.humans[person].left = None, True

    def take_over(self, conn: Connection, now: datetime, seat: Seat, *, as_deputy: bool) -> None:
        """Somebody new opens the link of a post."""
        post = people_rows.post(conn, seat.id)
        assert post is not None
        code = people_rows.invite(conn, post, "某某", now, as_deputy=as_deputy).code
        chat = self._chat()
        bound = people_rows.bind(conn, code, chat, "zh_CN", now, demo=True)
        person = bound.deputy if as_deputy else bound.holder
        assert person is not None
        self.facts.humans[person] = Human(person, chat)
        if as_deputy:
            seat.deputy = person
        else:
            seat.holder = person
        journal.note(conn, now, "person.bound", subject=f"person:{person}")

    def own_hour(self, conn: Connection, now: datetime, human: Human, hour: time | None) -> None:
        """Somebody wants the digest at another hour."""
        text = hour.strftime("%H:%M") if hour else None
        conn.execute(update(people_table).where(people_table.c.id == human.id).values(digest_hour=text))
        journal.note(conn, now, "person.hour", subject=f"person:{human.id}")
        human.hour = hour

    def writes(self, conn: Connection, now: datetime, human: Human) -> None:
        """A message of theirs comes in, as the server delivers it."""
        self.messages += 1
        message = {
            "message_id": 1_000_000 + self.messages, "date": 1_795_000_000, "text": "菜单",
            "from": {"id": human.chat, "is_bot": False, "first_name": "某某"},
            "chat": {"id": human.chat, "type": "private", "first_name": "某某"},
        }  # fmt: skip
        inbox.put(conn, BOT, [{"update_id": self.messages, "message": message}], now)
