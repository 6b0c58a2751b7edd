"""The reckoning: what people were told had arrived, against what the databases of the bot and the gateway hold.

Every acknowledged message has one inbox row, which is done, in the order of sending; every confirmed form its fact
once; every message and fact its answer; every chat of the gateway shows what the outbox said, once and in its order.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.reminders.joining import join_held
from bot.reminders.proof import of_clocks, prove
from bot.torture import desks
from bot.torture.people import Fact
from bot.torture.phone import Act
from db import journal, reminders
from db.models import contacts, feedback, inbox, outbox, reports
from db.outbox import Urgency
from db.rows import opened
from gateway.store import bots, messages
from gateway.store.database import Tx
from gateway.store.database import opened as gateway_store

Json = dict[str, Any]
SAYS = ("sendMessage", "sendPhoto", "sendDocument")
SHOWS = (*SAYS, "editMessageText")
ALL = 2**31
_SETTLED = ("sent", "held", "joined", "withdrawn")
"""Said; or kept back because somebody had had enough notices that day: these are followed in `_held`."""
DAYS_TO_JOIN = 30
_TABLES = {"visit": contacts, "report": reports, "feedback": feedback}
_WHEN = {"visit": "entered_at", "report": "filed_at", "feedback": "at"}


@dataclass
class Account:
    """The figures, and where to look when one of them is not zero (ids and tokens only)."""

    acknowledged: int = 0
    facts: Counter[str] = field(default_factory=Counter)  # forms confirmed, by kind
    said: int = 0
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    held: int = 0  # notices kept for another day, each found again in what will be said then
    reminders: Counter[str] = field(default_factory=Counter)  # due, missed: the books of `./run reconcile`
    remarks: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.out_of_order)

    def find(self, what: str, count: int, remark: str) -> None:
        """Add to lost, twice or out_of_order, with a word on where."""
        if count:
            setattr(self, what, getattr(self, what) + count)
            self.remarks.append(f"{what} {count}: {remark}")


def draw(
    conn: Connection,
    gateway: Path,
    bot: str,
    acts: dict[int, list[Act]],
    facts: Sequence[Fact],
    gone: Sequence[Fact],
    units: dict[int, str],
) -> Account:
    """The whole account. `acts` by chat in the order of sending; `gone` are forms that were thrown away; `units` say at
    which desk a chat sits.

    Both programs must have stopped: what is still waiting counts as lost. Needs a transaction that may write: held
    notices are joined as on the days to come, and that is rolled back.
    """
    account = Account(facts=Counter(fact.kind for fact in facts))
    said, one_writer = _outbox(conn), conn.dialect.name == "sqlite"
    rows = _inbox(conn, said)
    for chat_id, mine in acts.items():
        account.acknowledged += sum(act.acknowledged for act in mine)
        _messages(account, chat_id, mine, rows.get(chat_id, []), said.get(chat_id, []))
    _facts(account, conn, facts, gone, said)
    with gateway_store(gateway) as tx:
        known = bots.named(tx, bot)
        assert known is not None
        for chat_id in said | acts:
            _chat(account, chat_id, said.get(chat_id, []), _page(tx, known.id, chat_id), one_writer=one_writer)
            _own_words(account, chat_id, acts.get(chat_id, []), _page(tx, known.id, chat_id))
    desks.settle(account, conn, facts, said, units)
    _reminders(account, conn)
    _held(account, conn, said)
    verdict = journal.verify(conn)
    account.find("out_of_order", int(verdict.broken_at is not None), f"journal, link {verdict.broken_at}")
    return account


def _inbox(conn: Connection, said: dict[int, list[Json]]) -> dict[int, list[Json]]:
    """By chat, in the order in which they were worked: that of their first answers, for the clock may have gone back."""
    first: dict[Any, int] = {}
    for chat_id, answers in said.items():
        for answer in answers:
            first.setdefault((chat_id, answer["created_at"]), answer["seq"])
    found = defaultdict(list)
    for row in conn.execute(select(inbox)):
        found[row.chat_id].append(opened(conn, inbox, row))
    for chat_id, rows in found.items():
        rows.sort(key=lambda row: (first.get((chat_id, row["done_at"]), ALL), row["id"]))
    return found


def _outbox(conn: Connection) -> dict[int, list[Json]]:
    found = defaultdict(list)
    for row in conn.execute(select(outbox).order_by(outbox.c.seq)):
        found[row.chat_id].append(opened(conn, outbox, row))
    return found


def _page(tx: Tx, bot_id: int, chat_id: int) -> list[Json]:
    return [one.for_page() for one in messages.before(tx, bot_id, chat_id, None, ALL)]


# --- what people sent ---


def _messages(account: Account, chat_id: int, mine: list[Act], rows: list[Json], said: list[Json]) -> None:
    here = f"chat {chat_id}"
    sent = [act.what for act in mine if act.acknowledged]
    unsure = Counter(_loosely(act.what) for act in mine if not act.acknowledged)
    got = []
    for row in rows:
        what = _what(row["body"])
        if what not in sent and unsure[_loosely(what)]:
            unsure[_loosely(what)] -= 1  # never acknowledged, and may have arrived all the same
        else:
            got.append(what)
    account.find("lost", _missing(sent, got), f"{here}, messages without an inbox row")
    account.find("twice", _missing(got, sent), f"{here}, inbox rows nobody sent")
    account.find("out_of_order", _inversions(sent, got), f"{here}, worked in another order than sent")
    undone = [row["update_id"] for row in rows if row["state"] != "done"]
    account.find("lost", len(undone), f"{here}, updates not done {undone[:5]}")
    answered = {row["created_at"] for row in said}  # an answer is queued at the moment its message is done
    silent = [row["update_id"] for row in rows if row["state"] == "done" and row["done_at"] not in answered]
    account.find("lost", len(silent), f"{here}, updates without an answer {silent[:5]}")


def _what(body: Json) -> tuple[Any, ...]:
    if "callback_query" in body:
        query = body["callback_query"]
        return ("press", query["message"]["message_id"], query["data"])
    message = body.get("message") or {}
    return ("say", message.get("message_id"), message.get("text"))


def _loosely(what: tuple[Any, ...]) -> tuple[Any, ...]:
    return ("say", None, what[2]) if what[0] == "say" else what


def _own_words(account: Account, chat_id: int, mine: list[Act], page: list[Json]) -> None:
    sent = [act.what[1:] for act in mine if act.acknowledged and act.what[0] == "say"]
    shown = [(one["message_id"], one.get("text")) for one in page if one["out"]]
    unsure = sum(not act.acknowledged and act.what[0] == "say" for act in mine)
    account.find("lost", _missing(sent, shown), f"chat {chat_id}, own words missing on the page")
    account.find("twice", max(0, _missing(shown, sent) - unsure), f"chat {chat_id}, own words doubled on the page")


# --- what was kept of it ---


def _facts(
    account: Account, conn: Connection, facts: Sequence[Fact], gone: Sequence[Fact], said: dict[int, list[Json]]
) -> None:
    kept = {kind: _contents(conn, kind) for kind in _TABLES}
    shown = {(chat_id, row["created_at"]) for chat_id, rows in said.items() for row in rows if row["method"] in SHOWS}
    for fact in facts:
        if fact.kind not in kept:
            continue
        found = [when for text, when in kept[fact.kind] if fact.token in text]
        account.find("lost", int(not found), f"{fact.kind} {fact.token} was confirmed and is not kept")
        account.find("twice", max(0, len(found) - 1), f"{fact.kind} {fact.token} is kept {len(found)} times")
        silent = [when for when in found if (fact.chat_id, when) not in shown]
        account.find("lost", len(silent), f"{fact.kind} {fact.token} was never answered")
    for fact in gone:
        found = [when for text, when in kept[fact.kind] if fact.token in text]
        account.find("twice", len(found), f"{fact.kind} {fact.token} was thrown away and is kept")


def _contents(conn: Connection, kind: str) -> list[tuple[str, Any]]:
    """Every fact as text with its moment; the contacts of one submission are one fact."""
    table, by_batch = _TABLES[kind], {}
    for row in conn.execute(select(table)):
        values = opened(conn, table, row)
        content = values.get("content") or values.get("text")
        by_batch[values.get("batch") or values["id"]] = (json.dumps(content, ensure_ascii=False), values[_WHEN[kind]])
    return list(by_batch.values())


# --- what was due ---


def _reminders(account: Account, conn: Connection) -> None:
    """The proof of `./run reconcile`, at the latest moment the bot has known: its clock may have been ahead of ours.

    The clocks of reports run from minute to minute: what was filed after a jump back is asked about at our own time.
    """
    last = reminders.surveyed_at(conn)
    now = datetime.now(UTC)
    for books in (prove(conn, now if last is None else max(now, last)).books, of_clocks(conn, now)):
        account.reminders += Counter({"due": books.due, "missed": len(books.missed)})
        account.find("lost", len(books.missed), f"reminders without a row {[key[0] for key in books.missed[:5]]}")
        account.find("twice", books.duplicates, "reminders with two rows")
    if last is None:
        account.find("lost", 1, "the reminders never ran")


# --- what was kept for another day ---


def _held(account: Account, conn: Connection, said: dict[int, list[Json]]) -> None:
    """Let the days to come go by: each held notice is in exactly one message of its chat, and none stays behind."""
    for chat_id, rows in said.items():
        moments = {row["created_at"] for row in rows}
        lost = [row["seq"] for row in rows if row["state"] == "joined" and row["sent_at"] not in moments]
        account.held += sum(row["state"] == "joined" for row in rows)
        account.find("lost", len(lost), f"chat {chat_id}, joined to no message {lost[:5]}")
    held = {
        chat_id: [row["params"]["text"] for row in rows if row["state"] == "held"] for chat_id, rows in said.items()
    }
    before = {row["id"] for rows in said.values() for row in rows}
    with conn.begin_nested() as days_to_come:
        for day in range(1, DAYS_TO_JOIN):
            join_held(conn, datetime.now(UTC) + timedelta(days=day))
        after = _outbox(conn)
        days_to_come.rollback()
    for chat_id, texts in held.items():
        account.held += len(texts)
        fresh = [row["params"]["text"] for row in after[chat_id] if row["id"] not in before]
        for text, count in Counter(texts).items():
            times = sum(one.count(text) for one in fresh)
            account.find("lost", max(0, count - times), f"chat {chat_id}, a held notice is said on no later day")
            account.find("twice", max(0, times - count), f"chat {chat_id}, a held notice is said twice")


# --- what was said to them ---


def _chat(account: Account, chat_id: int, said: list[Json], page: list[Json], *, one_writer: bool = True) -> None:
    """Where several write at once (PostgreSQL) a number is drawn before its row is committed: what nobody asked for may
    then stand on either side of an answer. Answers keep their order among themselves."""
    here = f"chat {chat_id}"
    now = datetime.now(UTC)
    later = [
        row["seq"]
        for row in said
        if row["state"] == "waiting" and row["trouble"] is None and (row["not_before"] or now) > now
    ]
    account.held += len(later)  # news of a case wait a few minutes for one another
    unsent = Counter(
        (row["state"], row["method"], row["trouble"])
        for row in said
        if row["state"] not in _SETTLED and row["seq"] not in later
    )
    account.find("lost", sum(unsent.values()), f"{here}, not said {dict(unsent)}")
    numbers = [row["message_id"] for row in said if row["method"] in SAYS and row["state"] == "sent"]
    there = {one["message_id"]: one for one in page if not one["out"]}
    account.said += len(numbers)
    account.find("lost", len(set(numbers) - set(there)), f"{here}, said and not on the page")
    account.find("lost", len(numbers) - len(set(numbers)), f"{here}, two answers under one number")
    account.find("twice", len(set(there) - set(numbers)), f"{here}, on the page and not in the outbox")
    ordered = [row for row in said if one_writer or row["urgency"] == Urgency.ANSWER]
    late = _late(ordered)
    account.find("out_of_order", len(late), f"{here}, said in another order than queued: {late[:5]}")
    last: dict[int, Json] = {}
    for row in said:
        if row["method"] in ("sendMessage", "editMessageText") and row["state"] == "sent" and row["message_id"]:
            last[row["message_id"]] = row["params"]
    stale = [
        number
        for number, params in last.items()
        if number in there and "parse_mode" not in params and there[number].get("text") != params["text"].strip()
    ]
    account.find("out_of_order", len(stale), f"{here}, an older text stands in messages {stale[:5]}")


def _late(said: list[Json]) -> list[tuple[Any, ...]]:
    """Of what came too late: number in the queue, number on the page, urgency, queued, said, meant for, trouble."""
    highest, found = -1, []
    for row in said:
        if row["method"] in SAYS and row["state"] == "sent":
            moments = (
                f"{row[name]:%H:%M:%S}" if row.get(name) else None for name in ("created_at", "sent_at", "not_before")
            )
            if row["message_id"] < highest:
                found.append((row["seq"], row["message_id"], row["urgency"], *moments, row["trouble"]))
            highest = max(highest, row["message_id"])
    return found


# --- counting ---


def _missing(wanted: Iterable[Hashable], there: Iterable[Hashable]) -> int:
    return sum((Counter(wanted) - Counter(there)).values())


def _inversions(sent: Sequence[Hashable], got: Sequence[Hashable]) -> int:
    """How many came after something that was sent later."""
    places = defaultdict(list)
    for place, what in enumerate(sent):
        places[what].append(place)
    return _descents([places[what].pop(0) for what in got if places[what]])


def _descents(numbers: Sequence[int]) -> int:
    highest, count = -1, 0
    for number in numbers:
        count += number < highest
        highest = max(highest, number)
    return count
