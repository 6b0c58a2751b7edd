"""Every rule asked at one moment: what is owed, where help is needed, what passed while nobody looked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from db import deeds, duties, reminder_people, reminders, reports, snoozes, tasks
from domain.calendar import DAY, days, local_day, next_working_day
from domain.duties import WaitingReport, receipts_due
from domain.help_needed import HelpNeeded, help_needed
from domain.policy import Policy
from domain.reminders import Key, Owed, owed
from domain.unit_duties import furthest

LONGEST_OUTAGE = 31  # days whose single steps are made up for in the books; the newest step is always sent


@dataclass(frozen=True)
class Survey:
    """What is owed at a moment: every reminder by its key, and every call for help."""

    owed: dict[Key, Owed]
    help: dict[Key, HelpNeeded]
    missed: dict[Key, Owed]  # steps of days without a heartbeat, overtaken since

    def rows(self, today: date, policy: Policy) -> Iterable[tuple[Key, date, bool]]:
        """What to plan: key, due day, late."""
        yield from ((key, one.duty.due, True) for key, one in self.missed.items())
        yield from ((key, one.duty.due, one.late) for key, one in self.owed.items())
        yield from (
            (key, one.day, next_working_day(one.day, policy.calendar) < today) for key, one in self.help.items()
        )


def survey(conn: Connection, now: datetime, policy: Policy, since: datetime | None = None) -> Survey:
    """Ask every rule now. `since` is the moment of the last survey: what fell due on days nobody looked counts too."""
    today = local_day(now)
    ahead = max(policy.steps.before, default=0)
    found = duties.everything_until(conn, today + ahead * DAY, today, policy)
    found += deeds.open_duties(conn, now, until=today + furthest() * DAY)
    found += tasks.of_units(conn, today + ahead * DAY)
    found += receipts_due(waiting_reports(conn))
    rota, put_off = reminder_people.rota(conn), snoozes.current(conn, today)
    current = {one.key: one for one in owed(found, rota, today, policy, put_off)}
    if since is None:  # the reminders begin today: nothing was promised before, so nothing is late
        current = {key: replace(one, late=False) for key, one in current.items()}
    help_wanted = help_needed(found, rota, today, policy, reminders.told(conn))
    on_day = partial(owed, found, rota, policy=policy, snoozes=put_off)
    return Survey(current, {one.key: one for one in help_wanted}, _missed(on_day, today, since, current))


def waiting_reports(conn: Connection) -> list[WaitingReport]:
    return [one.owed for one in reports.waiting(conn)]


def _missed(
    on_day: Callable[[date], Iterable[Owed]], today: date, since: datetime | None, current: dict[Key, Owed]
) -> dict[Key, Owed]:
    """The steps of the days on which nobody looked, as far as a later one has not taken their place."""
    if since is None or local_day(since) >= today - DAY:
        return {}
    first = max(local_day(since) + DAY, today - LONGEST_OUTAGE * DAY)
    steps = {one.key: one for day in days(first, today - DAY) for one in on_day(day)}
    return {key: one for key, one in steps.items() if key not in current and first <= one.day}
