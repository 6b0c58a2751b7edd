"""Every button somebody is ever shown, pressed by somebody else: what the walk over other people's ids is made of.

Each press runs through the real router over a real county inside a savepoint that is undone, so that thousands of them
cost no more than their statements; what SQLite was told to write is heard from SQLite itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.buttons import Do, Start, short, unpack
from bot.handlers import SUBJECTS
from bot.routes import Router
from bot.worker import House, Worker
from db.inbox import Received
from db.models import drafts, journal, metadata, outbox
from db.prepared import raw_of
from db.rows import opened
from db.types import new_id
from domain.units import load

WRITES = re.compile(r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# what makes a file: shown to the outsiders, but not pressed on the way, as each costs a tenth of a second
PAPERS = re.compile(r"\.(make|book|chart|draw|print|paper|papers|get|all|sheet)$|^go (import|wall|report_figures)")
# what being refused writes by itself: the answer, the journal's line, the chat's own state, empty forms, one's own 知道了
ONES_OWN = {"outbox", "journal", "chats", "drafts", "inbox", "forms_filled", "announcement_people"}


@dataclass
class Heard:
    """What one press or message led to."""

    said: list[tuple[int, str]] = field(default_factory=list)  # chat, all that was sent there
    buttons: list[str] = field(default_factory=list)  # under what was said to the presser
    wrote: set[str] = field(default_factory=set)  # tables
    broke: str = ""
    journal: list[tuple[str, str | None]] = field(default_factory=list)  # action and subject of every line

    def to(self, chat_id: int) -> str:
        return "\n".join(text for chat, text in self.said if chat == chat_id)


class Walk:
    """A router over a connection inside an open transaction."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self.conn, self.now = conn, now
        self.router = Router(SUBJECTS)
        self.worker = Worker(None, None, self.router, House(load(demo=True), demo=True), now=lambda: now)  # type: ignore[arg-type]
        self._broke = ""
        self.worker._count_failure = self._failed  # type: ignore[method-assign]
        self._wrote: set[str] = set()
        raw = raw_of(conn)
        assert raw is not None
        self.raw = raw

    def _failed(self, conn: Connection, row: Received, problem: Exception, now: datetime) -> None:
        self._broke = f"{type(problem).__name__}: {problem}"

    def _told(self, sql: str) -> None:
        found = WRITES.match(sql)
        if found:
            self._wrote.add(found.group(1))

    def press(self, chat_id: int, data: str) -> Heard:
        """This button pressed in this chat, and everything undone."""
        return self._do(chat_id, [press_body(chat_id, data)])

    def press_in_form(self, chat_id: int, form: str, picks: list[str]) -> Heard:
        """A fresh form of this kind, then these buttons on it ({draft} stands for it), and everything undone."""
        with undone(self.conn):
            self._attempt(chat_id, press_body(chat_id, f"n:{form}"))
            draft = self.conn.execute(
                select(drafts.c.id).where(drafts.c.chat_id == chat_id).order_by(drafts.c.started_at.desc()).limit(1)
            ).scalar()
            return self._do(chat_id, [press_body(chat_id, pick.format(draft=short(draft or "-"))) for pick in picks])

    def send(self, chat_id: int, text: str) -> Heard:
        """These words typed in this chat, and everything undone."""
        who = {"id": chat_id, "is_bot": False, "first_name": "x"}
        chat = {"id": chat_id, "type": "private"}
        message = {"message_id": 1, "date": 0, "chat": chat, "from": who, "text": text}
        return self._do(chat_id, [{"update_id": 1, "message": message}])

    def _do(self, chat_id: int, bodies: list[dict[str, Any]]) -> Heard:
        self._broke, self._wrote = "", set()
        with undone(self.conn):
            last, before = self._last(), new_id()
            others = self._drafts_of_others(chat_id)
            self.raw.set_trace_callback(self._told)
            for body in bodies:
                self._attempt(chat_id, body)
            self.raw.set_trace_callback(None)
            heard = Heard(broke=self._broke)
            after = {table: self._all(table) for table in self._wrote - ONES_OWN}
            newest = select(journal.c.action, journal.c.subject).where(journal.c.seq.is_(None), journal.c.id > before)
            heard.journal = [tuple(row) for row in self.conn.execute(newest)]
            if self._drafts_of_others(chat_id) != others:
                heard.wrote.add("drafts of others")
            for row in self.conn.execute(select(outbox).where(outbox.c.seq > last)):
                values = opened(self.conn, outbox, row)
                params = values["params"] or {}
                name, file = values["file_name"] or "", values["file"] or b""
                text = "\n".join(
                    (params.get("text", ""), params.get("caption", ""), name, file.decode("utf-8", "ignore"))
                )
                heard.said.append((values["chat_id"], text + "\n" + str(params.get("reply_markup", ""))))
                if values["chat_id"] == chat_id:
                    heard.buttons += _buttons(params)
        # a statement that names its owner in WHERE may have touched nothing: only what changed counts
        heard.wrote |= {table for table, rows in after.items() if rows != self._all(table)}
        return heard

    def _attempt(self, chat_id: int, body: dict[str, Any]) -> None:
        self.worker._attempt(self.conn, Received("-", chat_id, 1, self.now, 0, body), ())

    def _all(self, table: str) -> set[Any]:
        return set(self.raw.execute(f"SELECT * FROM {metadata.tables[table].name}"))

    def _last(self) -> int:
        return self.conn.execute(select(outbox.c.seq).order_by(outbox.c.seq.desc()).limit(1)).scalar() or 0

    def _drafts_of_others(self, chat_id: int) -> list[Any]:
        return list(self.conn.execute(select(drafts.c.id, drafts.c.touched_at).where(drafts.c.chat_id != chat_id)))

    def buttons_of(
        self, chat_id: int, words: Iterable[str], *, most: int, seen_by: Callable[[str, Heard], None]
    ) -> dict[str, set[str]]:
        """A button of every kind this person comes to see from these words on; `seen_by` hears what each led to."""
        waiting: deque[str] = deque()
        seen: dict[str, set[str]] = {}
        for said in words:
            heard = self.send(chat_id, said)
            seen_by(said, heard)
            waiting.extend(heard.buttons)
        count = 0
        while waiting and count < most:
            data = waiting.popleft()
            kind = kind_of(data)
            known = seen.setdefault(kind, set())
            if known:
                continue
            known.add(data)
            count += 1
            if not PAPERS.search(kind):
                heard = self.press(chat_id, data)
                seen_by(data, heard)
                waiting.extend(heard.buttons)
        return seen


def press_body(chat_id: int, data: str) -> dict[str, Any]:
    """The update the server sends for this button."""
    return {
        "update_id": 1,
        "callback_query": {
            "id": "1", "chat_instance": "1", "data": data, "from": {"id": chat_id, "is_bot": False, "first_name": "x"},
            "message": {"message_id": 1, "date": 0, "chat": {"id": chat_id, "type": "private"}},
        },
    }  # fmt: skip


def kind_of(data: str) -> str:
    """do:child.open:GT-… → child.open; go buttons by their command; form buttons by form and question."""
    button = unpack(data)
    if isinstance(button, Do):
        return f"go {button.args.split('|')[0]}" if button.what == "go" else button.what
    if isinstance(button, Start):
        return f"n {button.form}"
    return " ".join(part for part in data.split(":")[:4] if not re.fullmatch(r"[0-9a-f]{8}", part))


def _buttons(params: dict[str, Any]) -> list[str]:
    rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Whatever is done inside is taken back."""
    raw = raw_of(conn)
    assert raw is not None
    raw.execute("SAVEPOINT walk")  # the innermost of that name is meant below
    try:
        yield
    finally:
        raw.execute("ROLLBACK TO walk")
        raw.execute("RELEASE walk")
