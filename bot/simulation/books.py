"""The books: what the oracle says is owed, what reached the telephones, and what the database says became of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from bot.simulation import oracle
from bot.simulation.facts import Facts
from bot.simulation.line import Delivered
from bot.simulation.oracle import Key
from db.models import outbox, reminders
from db.reminders import CLOCK, MORNING
from domain.calendar import at, local_day
from domain.reminders import State

DAY = timedelta(days=1)
REMINDER, NOTICE = 3, 2  # the urgency of a morning digest and of other news in the outbox
NOTICES_A_DAY = 5  # to one person, beside the digest


@dataclass(frozen=True)
class Verdict:
    """The last line of `./run simulate`, and what is wrong, a sentence each."""

    due: int
    sent: int
    moot: int
    unreachable: int
    held: int
    duplicates: int
    missed: int
    wrong: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """The books balance, nothing came twice, nothing was missed, nothing else was wrong."""
        balanced = self.due == self.sent + self.moot + self.unreachable + self.held
        return balanced and not self.duplicates and not self.missed and not self.wrong

    def line(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if name != "wrong"}


class Books:
    """Kept from outside: told after each look of the clockwork and after each sending."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.must: set[Key] = set()  # owed at a moment at which every rule has to be asked
        self.may: set[Key] = set()  # owed at some look
        self.owed_at: dict[datetime, frozenset[Key]] = {}
        self.rows: set[Key] = set()
        self.missed: dict[Key, str] = {}
        self.arrived: Counter[Key] = Counter()
        self.wrong: list[str] = []
        self.mornings: Counter[tuple[int, date]] = Counter()
        self._row = 0
        self._last: datetime | None = None
        self._known: tuple[date, frozenset[Key]] | None = None

    def changed(self) -> None:
        """Something has happened in the county: what was worked out no longer holds."""
        self._known = None

    def owed(self, today: date) -> frozenset[Key]:
        if self._known is None or self._known[0] != today:
            self._known = (today, frozenset(oracle.owed(self.facts, today)))
        return self._known[1]

    # --- while the days pass ---

    def looked(self, conn: Connection, now: datetime) -> bool:
        """The clockwork has just looked: is everything planned that has to be, and has everything gone that may?

        Whether this was a look at which every rule has to be asked: the first of a day, or the first from 9:00 on.
        """
        today, last = local_day(now), self._last
        self._read_calls(conn)
        owed = self.owed_at[now] = self.owed(today)
        self.may |= owed
        if last is not None and local_day(last) < today - DAY:
            between = oracle.overtaken(self.facts, local_day(last) + DAY, today)
            self.must |= between
            self.may |= between
        self._read_new_rows(conn)
        whole = last is None or local_day(last) < today or last < at(today, oracle.DIGEST) <= now
        if whole:
            self.must |= owed
            for key in owed - self.rows:
                self._miss(key, "not planned")
            for key in owed & _keys(conn, State.MOOT, min((key[3] for key in owed), default=today)):
                self._miss(key, "settled as done, and is owed again")
        if last is None or now > last:
            self._last = now
        had, enough = _had_a_morning(conn, today), _had_enough(conn, today)
        for key in owed & _open(conn):
            chat = self.facts.humans[key[2]].chat
            if oracle.may_go(self.facts, key, now) and chat not in (enough if key[0] == "receipt" else had):
                self._miss(key, f"kept back at {now:%m-%d %H:%M} though it might go")
        return whole

    def arrivals(self, conn: Connection, taken: Iterable[Delivered]) -> None:
        """These messages have just reached their telephones."""
        for message in taken:
            row = conn.execute(
                select(outbox.c.digest_id, outbox.c.created_at, outbox.c.urgency).where(outbox.c.id == message.key)
            ).one()
            if row.digest_id is None:
                continue
            found = conn.execute(
                select(reminders).where(reminders.c.digest_id == row.digest_id, reminders.c.rule != MORNING)
            )
            carried = [(one.rule, one.subject, one.person_id, one.day) for one in found]
            self.arrived.update(carried)
            if any(key[0].startswith(CLOCK) for key in carried):
                self._check_clock(message, carried)
                continue
            for key in carried:
                if key not in self.owed_at[row.created_at]:
                    self.wrong.append(f"{key[0]} of {key[3]} was sent though nobody owed it any more")
                if self.facts.humans[key[2]].chat != message.chat:
                    self.wrong.append(f"{key[0]} of {key[3]} reached somebody else")
            if row.urgency == REMINDER:
                self._check_morning(message, carried, local_day(row.created_at))

    def _check_morning(self, message: Delivered, carried: list[Key], day: date) -> None:
        self.mornings[message.chat, day] += 1
        if self.mornings[message.chat, day] > 1:
            self.wrong.append(f"a second digest for one morning, {day}")
        subjects = len({key[1] for key in carried if key[1].startswith("child:")})
        said = re.search(r"\d+", message.text.split("\n")[0])
        if subjects != (int(said[0]) if said else 0):
            self.wrong.append(
                f"a digest of {day} carried {subjects} children and said {message.text.splitlines()[0]!r}"
            )

    def _check_clock(self, message: Delivered, carried: list[Key]) -> None:
        if any(not key[0].startswith(CLOCK) or self.facts.humans[key[2]].chat != message.chat for key in carried):
            self.wrong.append(f"{carried[0][0]} of {carried[0][3]} reached somebody else")

    def unsigned(self, conn: Connection, now: datetime) -> None:
        """A report nobody has signed for in half an hour: somebody has heard of its clock (the oracle's own words)."""
        for case in self.facts.cases.values():
            for unit, since in case.told.items():
                if unit not in case.waiting or now - since < oracle.UNSIGNED:
                    continue
                if not any(self.facts.humans[one].reachable(now) for one in oracle.who(self.facts, "department", unit)):
                    continue
                said = conn.execute(
                    select(reminders.c.id).where(
                        reminders.c.subject.startswith(f"report:{case.id}:"), reminders.c.rule.startswith(CLOCK + "receipt"),
                        reminders.c.planned_at >= since,
                    )
                ).first()  # fmt: skip
                if said is None:
                    self.wrong.append(f"nobody was told of the unsigned report {case.id} at {now:%m-%d %H:%M}")

    def _miss(self, key: Key, why: str) -> None:
        self.missed.setdefault(key, why)

    def _read_calls(self, conn: Connection) -> None:
        """The calls for help that have been sent: they are facts, too."""
        calls = conn.execute(
            select(reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day).where(
                reminders.c.rule.startswith("help_needed."), reminders.c.state == State.SENT.value
            )
        )
        told: dict[tuple[str, str, str], date] = {}
        for rule, subject, person, day in calls:
            told[rule, subject, person] = max(day, told.get((rule, subject, person), day))
        if told != self.facts.told:
            self.facts.told = told
            self.changed()

    def _read_new_rows(self, conn: Connection) -> None:
        new = conn.execute(
            text("SELECT rowid, rule, subject, person_id, day FROM reminders WHERE rowid > :row"), {"row": self._row}
        ).all()
        for row in new:
            self._row = max(self._row, row.rowid)
            if row.rule != MORNING and not row.rule.startswith(CLOCK):
                self.rows.add((row.rule, row.subject, row.person_id, date.fromisoformat(row.day)))

    # --- at the end ---

    def close(self, conn: Connection) -> Verdict:
        """Hold every row against the oracle and the telephones."""
        everything = conn.execute(select(reminders).where(reminders.c.rule != MORNING)).all()
        rows = [row for row in everything if not row.rule.startswith(CLOCK)]
        self._close_clocks(conn, [row for row in everything if row.rule.startswith(CLOCK)])
        keys = [(row.rule, row.subject, row.person_id, row.day) for row in rows]
        counts = Counter(State(row.state) for row in rows)
        for key in self.must.difference(keys):
            self._miss(key, "no row")
        waiting = set(conn.execute(select(outbox.c.digest_id).where(outbox.c.state.in_(("waiting", "held")))).scalars())
        for key, row in zip(keys, rows, strict=True):
            if why := self._unjustified(key, row, waiting):
                self._miss(key, why)
        if unasked := set(keys) - self.may:
            self.wrong.append(f"{len(unasked)} reminders nobody asked for, such as {sorted(unasked)[0]}")
        due = self.must | (self.may & set(keys))
        self.wrong += [f"missed {key[0]} {key[1]} of {key[3]}: {why}" for key, why in sorted(self.missed.items())]
        twice = sum(times - 1 for times in self.arrived.values())
        self.wrong += [
            f"{key[0]} {key[1]} of {key[3]} came {n} times" for key, n in sorted(self.arrived.items()) if n > 1
        ]
        return Verdict(
            len(due), counts[State.SENT], counts[State.MOOT], counts[State.UNREACHABLE], counts[State.HELD],
            twice + len(keys) - len(set(keys)), len(self.missed), tuple(self.wrong),
        )  # fmt: skip

    def _close_clocks(self, conn: Connection, rows: list[Any]) -> None:
        """What was said about a clock: sent and there, given up because its reader was out of reach, or still waiting."""
        waiting = set(conn.execute(select(outbox.c.digest_id).where(outbox.c.state.in_(("waiting", "held")))).scalars())
        for row in rows:
            key: Key = (row.rule, row.subject, row.person_id, row.day)
            if why := self._unjustified(key, row, waiting):
                self.wrong.append(f"{key[0]} {key[1]} of {key[3]}: {why}")

    def _unjustified(self, key: Key, row: object, waiting: set[str]) -> str | None:
        """Why a row may not stand as it does; None if it may."""
        state, settled, digest = State(row.state), row.settled_at, row.digest_id  # type: ignore[attr-defined]
        if state is State.SENT:
            return None if self.arrived[key] else "marked as sent, and no telephone has it"
        if state is State.MOOT:
            return "settled as done while it was owed" if key in self.owed_at[settled] else None
        if state is State.UNREACHABLE:
            return (
                "given up though the person could be reached" if self.facts.humans[key[2]].reachable(settled) else None
            )
        if state is State.HELD:
            return "held by a message that is not waiting" if digest is not None and digest not in waiting else None
        return "planned and forgotten"


def _keys(conn: Connection, state: State, since: date) -> set[Key]:
    query = select(reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day)
    return {tuple(row) for row in conn.execute(query.where(reminders.c.state == state.value, reminders.c.day >= since))}  # type: ignore[misc]


def _open(conn: Connection) -> set[Key]:
    """Neither settled nor on its way."""
    query = select(reminders.c.rule, reminders.c.subject, reminders.c.person_id, reminders.c.day).where(
        reminders.c.state.in_((State.PLANNED.value, State.HELD.value)), reminders.c.digest_id.is_(None)
    )
    return {tuple(row) for row in conn.execute(query)}  # type: ignore[misc]


def _had_a_morning(conn: Connection, today: date) -> set[int]:
    """The chats for which a digest of today was queued and not taken back."""
    query = select(outbox.c.chat_id).where(
        outbox.c.digest_id.is_not(None), outbox.c.urgency == REMINDER, outbox.c.state != "withdrawn",
        outbox.c.created_at >= at(today, time(0)),
    )  # fmt: skip
    return set(conn.execute(query).scalars())


def _had_enough(conn: Connection, today: date) -> set[int]:
    """The chats that have had as many notices today as may be, the morning's digest apart."""
    query = (
        select(outbox.c.chat_id)
        .where(
            outbox.c.urgency == NOTICE, outbox.c.state.not_in(("withdrawn", "held", "joined")),
            outbox.c.created_at >= at(today, time(0)),
        )
        .group_by(outbox.c.chat_id)
        .having(func.count() >= NOTICES_A_DAY)
    )  # fmt: skip
    return set(conn.execute(query).scalars())
