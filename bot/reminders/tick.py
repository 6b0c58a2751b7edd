"""The heartbeat of the reminders: look through what is owed, plan, ask again, send.

One beat is one transaction and needs no memory: beating twice, late, or from two processes at once changes nothing.
The unique keys of the reminders decide what is new and who has had the morning's digest.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from bot import move_news
from bot.memory import give_back
from bot.reminders import (
    clocks,
    drills,
    drive_clock,
    help_clock,
    joining,
    leave_news,
    newcomers,
    out_of_reach,
    proof,
    referral_clocks,
    rules,
    village_clock,
    week_card,
    weekly,
)
from bot.reminders.survey import Survey, survey
from bot.words import Words
from bot.work import inline
from bot.worker import House
from db import beats, digests, handovers, outbox, reminder_people, reminders
from db import policy as policy_rows
from db.parts import parts
from db.reminder_people import Recipient
from db.reminders import Row
from db.session import Database
from db.types import new_id
from domain.calendar import DAY, LOCAL, at, days, local_day, quiet, working_day
from domain.duties import RECEIPT
from domain.policy import Policy
from domain.reminders import State, Urgency, may_send, may_send_from, settle
from domain.units import UnitTree

READERS = 300  # whose rows are looked at together
log = structlog.get_logger("reminders")

HEARTBEAT = 30  # seconds
LONGEST_BANNER = 14  # days after an outage in which a first digest still speaks of it


# --- one beat ---


def beat(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Plan what has become due, settle what is done, queue the digests that may go now; how many messages."""
    policy = policy_rows.current(conn, now)
    today = local_day(now)
    beats.one_at_a_time(conn)
    beats.has_beaten(conn, now)
    of_reports = clocks.beat(conn, now, tree, policy) + drills.beat(conn, now, tree, policy)
    of_reports += newcomers.beat(conn, now, policy)
    if quiet(now, policy.quiet_hours):
        digests.take_back(conn, now, outbox.Urgency.NOTICE, may_send_from(now, Urgency.REMINDER, policy))
    elif not working_day(today, policy.calendar):
        digests.take_back(conn, now, outbox.Urgency.REMINDER, may_send_from(now, Urgency.REMINDER, policy))
    last = reminders.surveyed_at(conn)
    survey_is_due = _survey_is_due(conn, last, now, policy)
    if not survey_is_due and quiet(now, policy.quiet_hours):
        return of_reports
    had = digests.mornings(conn, today)
    if not survey_is_due and not _anything_may_go(conn, had, now, policy):
        return of_reports
    policy_rows.take_effect(conn, now)
    if survey_is_due:
        of_reports += clocks.vacant(conn, now, tree, policy)
        of_reports += referral_clocks.beat(conn, now, tree, policy)
        of_reports += leave_news.keep(conn, now, tree)
        of_reports += help_clock.beat(conn, now, tree, policy)
        of_reports += drive_clock.beat(conn, now, tree, policy)
        of_reports += move_news.keep(conn, now, tree)
        handovers.let_go_late(conn, now)
        of_reports += village_clock.beat(conn, now, tree, policy)
    found = survey(conn, now, policy, last)
    if survey_is_due:
        _look_back(conn, found, now, last, policy)
        of_reports += weekly.say(conn, now, found.help.values(), tree, policy)
    reminders.plan(conn, found.rows(today, policy), now)
    reminders.revive(conn, {*found.owed, *found.help})
    count = 0
    for readers in parts(reminders.readers(conn), READERS):  # a county's rows are never all in memory at once
        waiting = reminders.open_rows(conn, readers)
        moot = [row for row in waiting if row.key not in found.owed and row.key not in found.help]
        reminders.settle(conn, [row.id for row in moot], settle(still_owed=False, reachable=True, may_go_now=True), now)
        gone = {row.id for row in moot}
        count += _release(conn, [row for row in waiting if row.id not in gone], found, had, now, policy, tree)
    if not quiet(now, policy.quiet_hours):
        count += joining.join_held(conn, now)
    reminders.hold(conn)
    reminders.surveyed(conn, now)
    return of_reports + count


def _look_back(conn: Connection, found: Survey, now: datetime, last: datetime | None, policy: Policy) -> None:
    """Before anything is planned: the books of the days past, and the days on which nobody looked."""
    today = local_day(now)
    if last is not None:
        proof.keep(conn, proof.books(conn, found, now, last, policy, since=today - proof.SHOWN_DAYS * DAY), now)
        if local_day(last) < today - DAY:
            beats.keep_gap(conn, local_day(last) + DAY, today - DAY)


def _survey_is_due(conn: Connection, last: datetime | None, now: datetime, policy: Policy) -> bool:
    """At the first beat of a day and at each hour at which somebody's digest goes out. A clock put back asks anew."""
    today = local_day(now)
    if last is None or local_day(last) != today:
        return True
    return any(last < at(today, hour) <= now for hour in (policy.digest_hour, *reminder_people.own_hours(conn)))


def _urgency(row: Row) -> Urgency:
    return Urgency.NOTICE if row.rule == RECEIPT.code else Urgency.REMINDER


def _may_go(conn: Connection, waiting: Sequence[Row], had: set[str], now: datetime, policy: Policy) -> list[Row]:
    """The open rows whose hour has come and whose reader has not had this morning's digest."""
    if quiet(now, policy.quiet_hours):
        return []
    readers = reminder_people.recipients(conn, {row.person for row in waiting})
    return [
        row
        for row in waiting
        if may_send(now, _urgency(row), policy, readers[row.person].hour)
        and (_has_room(conn, readers[row.person], now) if _urgency(row) is Urgency.NOTICE else row.person not in had)
    ]


def _anything_may_go(conn: Connection, had: set[str], now: datetime, policy: Policy) -> bool:
    return any(
        _may_go(conn, reminders.open_rows(conn, readers), had, now, policy)
        for readers in parts(reminders.readers(conn), READERS)
    )


def _has_room(conn: Connection, reader: Recipient, now: datetime) -> bool:
    """Whether one notice more may go to somebody today; the morning's digest has a place of its own."""
    return reader.chat_id is None or outbox.has_room(conn, reader.chat_id, now)


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
    readers = reminder_people.recipients(conn, {person for person, _ in parcels})
    count = out_of_reach.tell(conn, now, (one.id for one in readers.values() if one.chat_id is None))
    for (person, urgency), rows in parcels.items():
        reader = readers[person]
        state = settle(still_owed=True, reachable=reader.chat_id is not None, may_go_now=True)
        if state is State.SENT:  # it will be, when the sender says so
            count += _send(conn, reader, urgency, rows, found, now, policy, tree)
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
    policy: Policy,
    tree: UnitTree,
) -> bool:
    today, digest_id = local_day(now), new_id()
    if urgency is Urgency.REMINDER and not digests.claim_morning(conn, reader.id, today, digest_id, now):
        return False
    late = {row.id for row in rows if row.key in found.owed and found.owed[row.key].late}
    won = digests.claim(conn, [row.id for row in rows], digest_id, late)
    items = [found.owed[row.key] for row in rows if row.id in won and row.key in found.owed]
    words = Words(reader.language)
    if urgency is Urgency.NOTICE:
        if not items:
            return False
        text, buttons = rules.receipts(words, items, today)
    else:
        help_wanted = [one for one in found.help.values() if one.person == reader.id]
        banner = _banner(conn, reader.id, today, policy)
        said = weekly.said_on(conn, reader.id, today)
        text, buttons = rules.morning(words, items, help_wanted, tree, today, banner, help_said=said)
        text, with_card = week_card.added(conn, reader.id, today, words, text, buttons)
        buttons = [list(row) for row in with_card]
    params = {"text": text, "link_preview_options": {"is_disabled": True}, "reply_markup": inline(buttons)}
    assert reader.chat_id is not None
    outbox.put(
        conn, reader.chat_id, "sendMessage", params, now, urgency=outbox.Urgency(urgency), digest_id=digest_id,
        at_any_rate=True,
    )  # fmt: skip
    return True


def _banner(conn: Connection, person: str, today: date, policy: Policy) -> tuple[date, date] | None:
    """The days without reminders, for the first digest somebody gets after them."""
    found = beats.gap(conn)
    if found is None or found[1] < today - LONGEST_BANNER * DAY:
        return None
    before = digests.last_mornings(conn, {person}, today).get(person)
    told = before is not None and before > found[1]
    return None if told or not any(working_day(day, policy.calendar) for day in days(*found)) else found


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
        heartbeat: Path | None = None,
    ) -> None:
        self.db, self.house, self.now, self.wake_sender = db, house, now, wake_sender
        self.heartbeat = heartbeat  # a file that says when we last beat, for a watcher on this machine

    async def once(self) -> int:
        """One beat now; how many messages it queued."""
        return await self.beat(self.now())

    async def beat(self, now: datetime) -> int:
        """One beat at that moment."""
        count = await self.db.run(lambda conn: beat(conn, now, self.house.tree))
        if count:
            self.wake_sender()
            await asyncio.to_thread(give_back)
        self._touch(now)
        return count

    def _touch(self, now: datetime) -> None:
        """A full disk must not stop the reminders, so a file that cannot be written is only logged."""
        if self.heartbeat is None:
            return
        try:
            draft = self.heartbeat.with_suffix(".new")
            draft.write_text(now.isoformat() + "\n")
            draft.replace(self.heartbeat)
        except OSError as problem:
            log.error("heartbeat_file", trouble=type(problem).__name__)

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
            return {time(0, 0), policy.digest_hour, *reminder_people.own_hours(conn), *ends}

        return await self.db.read(read)

    async def _safely(self) -> None:
        try:
            await self.once()
        except Exception as problem:
            log.error("beat", trouble=type(problem).__name__)
