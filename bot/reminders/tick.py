"""The heartbeat of the reminders: look through what is owed, plan, ask again, send.

One beat is one transaction and needs no memory: beating twice, late, or from two processes at once changes nothing.
The unique keys of the reminders decide what is new and who has had the morning's digest.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from bot.reminders import rules
from bot.words import Words
from bot.work import inline
from bot.worker import House
from db import duties, outbox, reminders, reports
from db import policy as policy_rows
from db.reminders import Recipient, Row
from db.session import Database
from db.types import new_id
from domain.calendar import DAY, LOCAL, at, days, local_day, next_working_day, quiet, working_day
from domain.duties import RECEIPT, OpenDuty, WaitingReport, receipts_due
from domain.policy import Policy
from domain.reminders import (
    HelpNeeded,
    Key,
    Owed,
    Rota,
    State,
    Urgency,
    help_needed,
    may_send,
    owed,
    settle,
)
from domain.units import UnitTree

log = structlog.get_logger("reminders")

HEARTBEAT = 30  # seconds
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
        yield from ((key, one.day, next_working_day(one.day, policy.calendar) < today) for key, one in self.help.items())


def survey(conn: Connection, now: datetime, policy: Policy, since: datetime | None = None) -> Survey:
    """Ask every rule now. `since` is the moment of the last survey: what fell due on days nobody looked counts too."""
    today = local_day(now)
    ahead = max(policy.steps.before, default=0)
    found = duties.until(conn, today + ahead * DAY, today, policy)
    found += receipts_due(waiting_reports(conn))
    rota = reminders.rota(conn)
    current = {one.key: one for one in owed(found, rota, today, policy)}
    if since is None:  # the reminders begin today: nothing was promised before, so nothing is late
        current = {key: replace(one, late=False) for key, one in current.items()}
    return Survey(current, _help(found, rota, today, policy), _missed(found, rota, today, policy, since, current))


def waiting_reports(conn: Connection) -> list[WaitingReport]:
    return [one.owed for one in reports.waiting(conn)]


def _help(found: Sequence[OpenDuty], rota: Rota, today: date, policy: Policy) -> dict[Key, HelpNeeded]:
    return {one.key: one for one in help_needed(found, rota, today, policy)}


def _missed(
    found: Sequence[OpenDuty],
    rota: Rota,
    today: date,
    policy: Policy,
    since: datetime | None,
    current: dict[Key, Owed],
) -> dict[Key, Owed]:
    if since is None or local_day(since) >= today - DAY:
        return {}
    first = max(local_day(since) + DAY, today - LONGEST_OUTAGE * DAY)
    on_those_days = (owed(found, rota, day, policy) for day in days(first, today - DAY))
    steps = {one.key: one for of_day in on_those_days for one in of_day}
    return {key: one for key, one in steps.items() if key not in current and first <= one.day}


# --- one beat ---


def beat(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Plan what has become due, settle what is done, queue the digests that may go now; how many messages."""
    policy = policy_rows.current(conn, now)
    today = local_day(now)
    reminders.one_at_a_time(conn)
    if quiet(now, policy.quiet_hours):
        reminders.take_back(conn, now, outbox.Urgency.NOTICE)
    elif not working_day(today, policy.calendar):
        reminders.take_back(conn, now, outbox.Urgency.REMINDER)
    last = reminders.surveyed_at(conn)
    survey_is_due = _survey_is_due(conn, last, now, policy)
    if not survey_is_due and quiet(now, policy.quiet_hours):
        return 0
    had = reminders.mornings(conn, today)
    if not survey_is_due and not _may_go(conn, reminders.open_rows(conn), had, now, policy):
        return 0
    found = survey(conn, now, policy, last)
    reminders.plan(conn, found.rows(today, policy), now)
    reminders.revive(conn, {*found.owed, *found.help})
    waiting = reminders.open_rows(conn)
    moot = [row for row in waiting if row.key not in found.owed and row.key not in found.help]
    reminders.settle(conn, [row.id for row in moot], settle(still_owed=False, reachable=True, may_go_now=True), now)
    gone = {row.id for row in moot}
    count = _release(conn, [row for row in waiting if row.id not in gone], found, had, now, policy, tree)
    reminders.hold(conn)
    reminders.surveyed(conn, now)
    return count


def _survey_is_due(conn: Connection, last: datetime | None, now: datetime, policy: Policy) -> bool:
    """At the first beat of a day and at each hour at which somebody's digest goes out. A clock put back asks anew."""
    today = local_day(now)
    if last is None or local_day(last) != today:
        return True
    return any(last < at(today, hour) <= now for hour in (policy.digest_hour, *reminders.own_hours(conn)))


def _urgency(row: Row) -> Urgency:
    return Urgency.NOTICE if row.rule == RECEIPT.code else Urgency.REMINDER


def _may_go(conn: Connection, waiting: Sequence[Row], had: set[str], now: datetime, policy: Policy) -> list[Row]:
    """The open rows whose hour has come and whose reader has not had this morning's digest."""
    if quiet(now, policy.quiet_hours):
        return []
    readers = reminders.recipients(conn, {row.person for row in waiting})
    return [
        row
        for row in waiting
        if may_send(now, _urgency(row), policy, readers[row.person].hour)
        and (_urgency(row) is Urgency.NOTICE or row.person not in had)
    ]


def _release(
    conn: Connection,
    waiting: Sequence[Row],
    found: Survey,
    had: set[str],
    now: datetime,
    policy: Policy,
    tree: UnitTree,
) -> int:
    """Send each reader one digest with what may go now, receipts in a notice of their own."""
    parcels: dict[tuple[str, Urgency], list[Row]] = defaultdict(list)
    for row in _may_go(conn, waiting, had, now, policy):
        parcels[row.person, _urgency(row)].append(row)
    readers = reminders.recipients(conn, {person for person, _ in parcels})
    count = 0
    for (person, urgency), rows in parcels.items():
        reader = readers[person]
        state = settle(still_owed=True, reachable=reader.chat_id is not None, may_go_now=True)
        if state is State.SENT:  # it will be, when the sender says so
            count += _send(conn, reader, urgency, rows, found, now, tree)
        else:
            reminders.settle(conn, [row.id for row in rows], state, now)
    return count


def _send(
    conn: Connection,
    reader: Recipient,
    urgency: Urgency,
    rows: Sequence[Row],
    found: Survey,
    now: datetime,
    tree: UnitTree,
) -> bool:
    today, digest_id = local_day(now), new_id()
    if urgency is Urgency.REMINDER and not reminders.claim_morning(conn, reader.id, today, digest_id, now):
        return False
    late = {row.id for row in rows if row.key in found.owed and found.owed[row.key].late}
    won = reminders.claim(conn, [row.id for row in rows], digest_id, late)
    items = [found.owed[row.key] for row in rows if row.id in won and row.key in found.owed]
    words = Words(reader.language)
    if urgency is Urgency.NOTICE:
        if not items:
            return False
        text, buttons = rules.receipts(words, items, today)
    else:
        help_wanted = [one for one in found.help.values() if one.person == reader.id]
        text, buttons = rules.morning(words, items, help_wanted, tree, today)
    params = {"text": text, "link_preview_options": {"is_disabled": True}, "reply_markup": inline(buttons)}
    assert reader.chat_id is not None
    outbox.put(
        conn, reader.chat_id, "sendMessage", params, now, urgency=outbox.Urgency(urgency), digest_id=digest_id
    )
    return True


# --- the clockwork ---


class Scheduler:
    """Beats every half minute and at the clock times of the day. APScheduler only wakes us; the database decides."""

    def __init__(
        self,
        db: Database,
        house: House,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wake_sender: Callable[[], None] = lambda: None,
    ) -> None:
        self.db, self.house, self.now, self.wake_sender = db, house, now, wake_sender

    async def once(self) -> int:
        """One beat now; how many messages it queued."""
        return await self.beat(self.now())

    async def beat(self, now: datetime) -> int:
        """One beat at that moment."""
        count = await self.db.run(lambda conn: beat(conn, now, self.house.tree))
        if count:
            self.wake_sender()
        return count

    async def run(self) -> None:
        """Until cancelled. A beat that fails is logged and the next one comes."""
        clock = AsyncIOScheduler(timezone=LOCAL)
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        clock.add_job(self._safely, IntervalTrigger(seconds=HEARTBEAT, timezone=LOCAL), **options)
        for hour in await self._clock_times():
            trigger = CronTrigger(hour=hour.hour, minute=hour.minute, timezone=LOCAL)
            clock.add_job(self._safely, trigger, **options)
        clock.start()
        try:
            await self._safely()
            await asyncio.Event().wait()
        finally:
            clock.shutdown(wait=False)

    async def _clock_times(self) -> set[time]:
        def read(conn: Connection) -> set[time]:
            policy = policy_rows.current(conn, self.now())
            ends = {span.until for span in policy.quiet_hours}
            return {time(0, 0), policy.digest_hour, *reminders.own_hours(conn), *ends}

        return await self.db.read(read)

    async def _safely(self) -> None:
        try:
            await self.once()
        except Exception as problem:
            log.error("beat", trouble=type(problem).__name__)
