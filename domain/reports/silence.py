"""Silence over a half-told report: when the worker is asked, and when a person is told that one was begun.

A draft never expires. Once it was opened or answered, silence is looked after; words that were merely read as a sign
of harm are repeated to their writer once, and told to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from domain.calendar import at as at_local
from domain.calendar import local_day
from domain.policy import ReportTimes
from domain.reports.conflict import Conflict


class To(StrEnum):
    """Who hears of the silence."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
    COUNTY = "county"


@dataclass(frozen=True)
class Begun:
    """A report draft as far as silence goes: nothing of what was written in it."""

    id: str
    person: str
    suggested: bool  # the bot read a sign; the worker has not opened it
    conflict: Conflict | None  # None: the question is still unanswered
    touched_at: datetime


@dataclass(frozen=True)
class Nudge:
    """Something to be said about a silent draft."""

    begun: Begun
    step: str  # repeat | ask | tell0, tell1, tell2, then tellday
    to: To
    moment: datetime


def nudges(begun: Begun, at: datetime, times: ReportTimes) -> list[Nudge]:
    """What the silence asks for now; of several tellings missed while nobody looked, only the last."""
    asked_at = begun.touched_at + times.draft_ask
    if asked_at > at:
        return []
    if begun.suggested:
        return [Nudge(begun, "repeat", To.WORKER, asked_at)]
    found = [Nudge(begun, "ask", To.WORKER, asked_at)]
    told = [(number, begun.touched_at + span) for number, span in enumerate(times.draft_tell)]
    if due := [one for one in told if one[1] <= at]:
        number, moment = due[-1]
        found.append(Nudge(begun, f"tell{number}", listener(begun.conflict), moment))
    return found


def daily(begun: Begun, at: datetime, times: ReportTimes, hour: time) -> Nudge | None:
    """Once the last telling lies a day back: the county's duty officer once a day, at `hour`, on holidays too. A draft
    does not expire, so neither does this; days on which nobody looked are not made up for."""
    told_at = begun.touched_at + (times.draft_tell[-1] if times.draft_tell else times.draft_ask)
    today = local_day(at)
    moment = at_local(today, hour)
    if begun.suggested or at < moment or today <= local_day(told_at):
        return None
    return Nudge(begun, "tellday", To.COUNTY, moment)


def listener(conflict: Conflict | None) -> To:
    """The supervisor only if the conflict question was answered no; unanswered or yes: the county's duty officer."""
    return To.SUPERVISOR if conflict is Conflict.NONE else To.COUNTY
