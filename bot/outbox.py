"""What was committed → the Bot API, in order per chat, at the permitted rate, at least once.

One sender at a time holds the lease. Order within a chat: one call in flight, the next when it is done. Across chats:
answers before reminders. A passing failure comes back later, a permanent one is settled once.
"""

from __future__ import annotations

import asyncio
import math
import time
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.warnings import PTBUserWarning

from bot.login_links import HOLE, ORDER, LinkMaker, qr_png
from bot.marks import Marks
from bot.rates import NoRates, Rates
from bot.refusals import is_fine, is_gone, seconds_of, without_words
from bot.request import IDEMPOTENCY_KEY, MESSAGE_CLASS, URGENCY, NotSent
from db import outbox
from db.outbox import Outgoing
from db.session import Database

log = structlog.get_logger("outbox")

# one way for every method is just what we want here: rows hold method names and plain JSON
warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)

SAYS = ("sendMessage", "sendPhoto", "sendDocument")
PAUSES = (1, 2, 5, 15, 30, 60, 120, 300)  # seconds, the last one for ever: an answer is never given up


IN_FLIGHT = 32  # calls on the wire at once
AHEAD = 64  # messages read ahead of their turn where no rate holds them: one look at the table serves several rounds
UNMARKED = 256  # chats whose message was sent or is on its way, and is not yet marked


class Sender:
    """Takes waiting rows and makes the calls. `told` is awaited when a person turned out to be unreachable.

    `clock` gives the seconds by which the permitted rate is kept.
    """

    def __init__(
        self,
        db: Database,
        bot: Bot,
        *,
        rates: Rates | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        told: Callable[[int], Awaitable[None]] | None = None,
        links: LinkMaker | None = None,
        most: int = IN_FLIGHT,
        keyed: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.db, self.bot, self.now, self.told, self.most = db, bot, now, told, most
        self.links, self.keyed, self.clock = links, keyed, clock
        self.rates = rates or Rates()
        self.wake = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._pause_until = 0.0
        self._held: dict[int, float] = {}  # chats that wait for their rate
        self._ready: list[Outgoing] = []  # read ahead, the first of each chat
        self._stale_at = 0.0  # when it is to be read anew: somebody may have taken back what waits (db.outbox.silence)
        self._full_until = 0.0  # when the overall rate has room again, if it had none
        self._on_the_wire = 0
        self._width, self._takes = 1.0, 0.0  # see `_may_be_unmarked`
        self.marks = Marks(db, self._broken)

    async def run(self) -> None:
        """Until cancelled."""
        self._ready = []  # while another had the lease, it may have sent what was read ahead
        try:
            while True:
                self.wake.clear()
                worked = await self.once()
                if not worked:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._rest()):  # wait_for of Python 3.11 may swallow the word to stop
                            await self.wake.wait()
        finally:
            in_flight = list(self._busy.values())
            if in_flight:  # what is on the wire is let finish and be marked
                await asyncio.wait(in_flight, timeout=5)
            if self.marks.task is not None:
                in_flight.append(self.marks.task)
            for task in in_flight:
                task.cancel()
            await asyncio.gather(*in_flight, return_exceptions=True)

    def _room(self) -> int:
        """How many calls may be started; a few less than its worth a look are none: the next that end wake us."""
        width = min(self.most, self._may_be_unmarked())
        room = min(width - self._on_the_wire, self._may_be_unmarked() - len(self._busy))
        return room if room > width // 4 or not self._busy else 0

    def _may_be_unmarked(self) -> int:
        """How many messages may be sent and not yet marked: what a SIGKILL just now would say again.

        A server that honours our key says nothing twice, whatever we do. One with a rate needs no more at once than
        the rate times the time of a call: against a near one that is a single one. Else it begins with one and
        grows as long as there is more to say than that.
        """
        if self.keyed:
            return UNMARKED
        if isinstance(self.rates, NoRates):
            return int(self._width)
        return max(1, min(self.most, math.ceil(self.rates.overall / self.rates.window * self._takes)))

    def _learn(self, began: float) -> None:
        """What a call and its mark took."""
        took = self.clock() - began
        self._takes += (took - self._takes) / 16 if self._takes else took

    def _rest(self) -> float:
        """How long there is nothing to do unless we are woken: until the rate has room again, half a second at most."""
        clock = self.clock()
        # what `once` found full may have room again by now: then it is looked at again at once
        again = [self._full_until] if self._full_until else self._held.values()
        return min([0.5, *(max(0.001, until - clock) for until in again)])

    async def once(self) -> bool:
        """Start what may start now; whether there was anything."""
        clock = self.clock()
        full = self.rates.full(clock)
        self._full_until = clock + full if full > 0 else 0.0
        if clock < self._pause_until or full > 0:
            return False
        held = {chat for chat, until in self._held.items() if until > clock}
        self._held = {chat: until for chat, until in self._held.items() if until > clock}
        room = self._room()
        if room <= 0:
            return False
        without = set(self._busy) | held
        rows = [row for row in self._ready if row.chat_id not in without]
        free = isinstance(self.rates, NoRates)
        if not rows or clock > self._stale_at:  # what was read ahead goes first, as long as it is as good as just read
            most, self._stale_at = room + (AHEAD if free else 1), clock + 1.0
            rows = await self.db.read(lambda conn: outbox.next_waiting(conn, self.now(), without, most))
        if len(rows) > room:
            self._width = min(float(UNMARKED), self._width * 1.25 + 1)
        elif not self._busy:
            self._width = 1.0
        self._ready = rows[room:] if free else []
        started = False
        alone = not self.keyed and free
        for row in rows[:room]:
            if row.chat_id in self._busy or (alone and row.urgency >= outbox.Urgency.NOTICE and self._busy):
                continue  # nobody asked for it: it can wait until it is certain that it is said once
            wait = self.rates.wait(row.chat_id, clock) if row.method in SAYS else 0.0
            if wait > 0 and (full := self.rates.full(clock)) > 0:  # nobody's turn: what is left is looked at again
                self._full_until = clock + full
                break
            if wait > 0:
                self._held[row.chat_id] = clock + wait
                continue
            started = True
            self._on_the_wire += 1
            self._busy[row.chat_id] = asyncio.create_task(self._send(row))
        return started

    async def drain(self) -> None:
        """Send until nothing is waiting that may go now (tests, and shutting down)."""
        while True:
            busy = bool(self._busy)  # looked at before: a task may end while `once` reads
            if not await self.once() and not busy and not self._busy:
                return
            if self._busy:
                await asyncio.wait(list(self._busy.values()), return_when=asyncio.FIRST_COMPLETED)

    async def _send(self, row: Outgoing) -> None:
        began = self.clock()
        try:
            await self._one(row)
            self._learn(began)
        except asyncio.CancelledError:
            raise
        except Exception as problem:
            await self._broken(row, problem)
        finally:
            self._busy.pop(row.chat_id, None)
            if self._room() > 0:
                self.wake.set()

    async def _one(self, row: Outgoing) -> None:
        # a task of its own: what is set here is seen by this one call only
        token = IDEMPOTENCY_KEY.set(row.id)
        URGENCY.set(int(row.urgency))
        MESSAGE_CLASS.set(_message_class(row))
        try:
            try:
                answer = await self._call(row)
            finally:
                self._on_the_wire -= 1
        except RetryAfter as problem:
            seconds = seconds_of(problem)
            if isinstance(self.rates, NoRates):  # it has limits after all
                self.rates, self._ready = Rates(), []
            if row.chat_id >= 0 and seconds < 5:
                await self._later(row, seconds, outbox.ASKED_TO_WAIT, count=False)
            else:  # the whole bot is asked to pause
                self._pause_until = self.clock() + seconds
                await self._later(row, seconds, outbox.ASKED_TO_WAIT, count=False)
            return
        except NotSent:
            await self._later(row, min(1.0 + row.tries, 15.0), outbox.NO_CONNECTION)
            return
        except Forbidden as problem:
            await self._gone(row, without_words(problem.message))
            return
        except BadRequest as problem:
            why, said = without_words(problem.message), problem.message.lower()
            if is_fine(said):
                await self.db.run(lambda conn: outbox.sent(conn, row, None, self.now()))
            elif is_gone(said):
                await self._gone(row, why)
            elif row.method == "editMessageText" and ("to edit not found" in said or "can't be edited" in said):
                await self._say_anew(row)
            elif row.method == "editMessageReplyMarkup":
                await self.db.run(lambda conn: outbox.sent(conn, row, None, self.now()))
            else:
                log.error("refused", method=row.method, row=row.id, why=why[:100])
                await self.db.run(lambda conn: outbox.refused(conn, row, why, self.now()))
            return
        except (InvalidToken, Conflict) as problem:
            await self._later(row, 30.0, type(problem).__name__, count=False)
            return
        except (NetworkError, TelegramError) as problem:
            # a timeout is not proof that nothing was sent: come back with growing pauses until answered
            pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
            await self._later(row, float(pause), type(problem).__name__)
            return
        finally:
            IDEMPOTENCY_KEY.reset(token)
        await self.marks.put(row, answer.get("message_id") if isinstance(answer, dict) else None, self.now())

    async def _broken(self, row: Outgoing, problem: Exception) -> None:
        log.error("sender", trouble=type(problem).__name__, row=row.id)
        self._held[row.chat_id] = self.clock() + 5.0  # also where it cannot be written down
        with suppress(Exception):
            await self._later(row, 5.0, type(problem).__name__)

    async def _call(self, row: Outgoing) -> Any:
        params = {key: value for key, value in row.params.items() if not key.startswith("_")}
        file, wanted = row.file, row.params.get(ORDER)
        if wanted is not None:
            if self.links is None:
                raise NetworkError("no gateway to make login links")
            link = await self.links(wanted)
            if link:  # ending somebody's sessions makes none
                params["caption"], file = params["caption"].replace(HOLE, link), qr_png(link)
        if row.method != "answerCallbackQuery":
            params["chat_id"] = row.chat_id
        if file is not None:
            from telegram import InputFile

            field_name = "photo" if row.method == "sendPhoto" else "document"
            params[field_name] = InputFile(file, filename=row.file_name, attach=False)
        return await self.bot.do_api_request(row.method, api_kwargs=params)

    async def _say_anew(self, row: Outgoing) -> None:
        """The message to be changed is gone: say the same below."""
        params = {key: value for key, value in row.params.items() if key != "message_id"}

        def work(conn: Any) -> None:
            now = self.now()
            outbox.sent(conn, row, None, now)
            outbox.put(conn, row.chat_id, "sendMessage", params, now, urgency=row.urgency, draft_id=row.draft_id)

        await self.db.run(work)

    async def _later(self, row: Outgoing, seconds: float, trouble: str, *, count: bool = True) -> None:
        when = self.now() + timedelta(seconds=seconds)
        await self.db.run(lambda conn: outbox.later(conn, row, when, trouble, count=count))

    async def _gone(self, row: Outgoing, why: str) -> None:
        news = await self.db.run(lambda conn: outbox.unreachable(conn, row.chat_id, why, self.now()))
        log.warning("unreachable", chat=row.chat_id)
        if news and self.told is not None:
            await self.told(row.chat_id)


def _message_class(row: Outgoing) -> str | None:
    """How soon our gateway forgets it: a sign-in link after a day, a table or document after a week, names of a case early."""
    if ORDER in row.params:
        return "login"
    if outbox.AFTERWARDS in row.params:
        return "sensitive"
    return "report" if row.method == "sendDocument" else None
