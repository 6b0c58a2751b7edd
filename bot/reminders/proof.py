"""The daily proof: due = sent + moot + unreachable + held, and nothing missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.reminders.tick import Survey, survey
from db import policy as policy_rows
from db import reminders
from domain.calendar import at, next_working_day, quiet_until
from domain.duties import RECEIPT
from domain.policy import Policy
from domain.reminders import Key, Reconciliation, reconcile

SPARE = timedelta(hours=1)


@dataclass(frozen=True)
class Proof:
    """The books, and when the rules were last asked (None: the reminders have never run here)."""

    books: Reconciliation
    surveyed_at: datetime | None


def prove(conn: Connection, now: datetime) -> Proof:
    """Ask every rule anew and hold the answers against the rows.

    Expected is each reminder whose moment has passed. Not yet expected is what rests on a fact entered after the last
    survey, unless a survey should have been made since: then the heartbeat has stopped, and that is to be seen.
    """
    policy = policy_rows.current(conn, now)
    last = reminders.surveyed_at(conn)
    if last is None:
        return Proof(reconcile((), reminders.rows(conn)), None)
    found: Survey = survey(conn, now, policy, last)
    touched = reminders.touched_since(conn, last)
    expected = {
        key
        for key in (*found.owed, *found.help, *found.missed)
        if (moment := goes_out(key, policy)) + SPARE < now and (moment > last or not _news(key, found, touched))
    }
    return Proof(reconcile(expected, reminders.rows(conn)), last)


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
    if key in found.help:
        return any(duty.subject in touched for duty in found.help[key].duties)
    return key[1] in touched
