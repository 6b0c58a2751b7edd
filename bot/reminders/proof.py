"""The daily proof: due = sent + moot + unreachable + held, and nothing missed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.reminders.survey import Survey, survey
from db import policy as policy_rows
from db import reminder_proof, reminders, reports
from db.migrate import get_meta, put_meta
from domain.calendar import at, local_day, next_working_day, quiet_until
from domain.duties import RECEIPT
from domain.policy import Policy
from domain.reminders import Key, Reconciliation, reconcile
from domain.reports.rising import signals

SPARE = timedelta(hours=1)
KEPT = "reminders.books"
SHOWN_DAYS = 30
NOTHING = reconcile((), ())


@dataclass(frozen=True)
class Proof:
    """The books, and when the rules were last asked (None: the reminders have never run here)."""

    books: Reconciliation
    surveyed_at: datetime | None
    clocks: Reconciliation = NOTHING  # what was to be said about the clocks of reports, in books of its own

    @property
    def balanced(self) -> bool:
        return self.books.balanced and self.clocks.balanced


def prove(conn: Connection, now: datetime) -> Proof:
    """Ask every rule anew and hold the answers against the rows.

    Expected is each reminder whose moment has passed. Not yet expected is what rests on a fact entered after the last
    survey, unless a survey should have been made since: then the heartbeat has stopped, and that is to be seen.
    """
    policy = policy_rows.current(conn, now)
    last = reminders.surveyed_at(conn)
    if last is None:
        return Proof(reconcile((), reminder_proof.rows(conn)), None, of_clocks(conn, now))
    found: Survey = survey(conn, now, policy, last)
    return Proof(books(conn, found, now, last, policy), last, of_clocks(conn, now))


def books(
    conn: Connection, found: Survey, now: datetime, last: datetime, policy: Policy, since: date | None = None
) -> Reconciliation:
    """The answers of a survey held against the rows there are; only steps from a day on, if one is named."""
    touched = reminder_proof.touched_since(conn, last)
    expected = {
        key
        for key in (*found.owed, *found.help, *found.missed)
        if (since is None or key[3] >= since)
        and (moment := goes_out(key, policy)) + SPARE < now
        and (moment > last or not _news(key, found, touched))
        and not (since is not None and moment > last)  # looking back: what fell due since is only being planned now
    }
    return reconcile(expected, reminder_proof.rows(conn, since))


@dataclass(frozen=True)
class Kept:
    """The line of a day as the county sees it."""

    at: datetime
    books: Reconciliation
    missed: int


def keep(conn: Connection, found: Reconciliation, now: datetime) -> None:
    """Keep the newest line for `/county` and the metrics: asking every rule again takes seconds in a large county."""
    numbers = [found.due, found.sent, found.moot, found.unreachable, found.held, found.duplicates, len(found.missed)]
    put_meta(conn, KEPT, json.dumps([now.isoformat(), *numbers]))


def kept(conn: Connection) -> Kept | None:
    """The newest line kept; None before the first."""
    said = get_meta(conn, KEPT)
    if said is None:
        return None
    moment, *numbers, missed = json.loads(said)
    return Kept(datetime.fromisoformat(moment), Reconciliation(*numbers), missed)


def of_clocks(conn: Connection, now: datetime) -> Reconciliation:
    """The same for the clocks: whatever should have been said an hour ago has its row, and no row was forgotten."""
    policy = policy_rows.current(conn, now)
    crew = reports.crew(conn)
    expected = {
        (signal.rule, reports.subject_of(one.matter.id, signal), person, local_day(signal.moment))
        for one in reports.open_reports(conn)
        for signal in signals(one.life, one.matter, crew, now, policy)
        if signal.moment + SPARE < now
        for person in signal.persons
    }
    rows = list(reminder_proof.clock_rows(conn))
    said = {key[:3] for key, _ in rows}  # a step is said once, on the day of the sending
    return reconcile({key for key in expected if key[:3] not in said}, rows)


def goes_out(key: Key, policy: Policy) -> datetime:
    """The moment at which a reminder is to leave, if the program runs."""
    rule, _, _, day = key
    if rule == RECEIPT.code:
        return quiet_until(at(day, policy.digest_hour.min), policy.quiet_hours)
    return at(next_working_day(day, policy.calendar), policy.digest_hour)


def _news(key: Key, found: Survey, touched: set[str]) -> bool:
    """Whether it rests on facts no survey has seen yet, or goes to somebody who has just come."""
    if f"person:{key[2]}" in touched:
        return True
    if key in found.help and any(duty.subject in touched for duty in found.help[key].duties):
        return True
    return key[1] in touched
