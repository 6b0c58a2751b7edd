"""Every button somebody is ever shown, pressed by somebody else: what the walk over other people's ids is made of.

Each press runs through the real router over a real county inside a savepoint that is undone, so that thousands of them
cost no more than their statements; what SQLite was told to write is heard from SQLite itself.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot import worker as workers
from bot.buttons import Do, Start, unpack
from bot.handlers import SUBJECTS
from bot.routes import Router
from bot.worker import House, Worker
from db.inbox import Received
from db.models import drafts, outbox
from db.prepared import raw_of
from db.rows import opened
from domain.units import load

WRITES = re.compile(r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# what being refused writes by itself: the answer, the journal's line, the chat's own state and empty forms
ONES_OWN = {"outbox", "journal", "chats", "drafts", "inbox", "forms_filled"}


@dataclass
class Heard:
    """What one press or message led to."""

    said: list[tuple[int, str]] = field(default_factory=list)  # chat, all that was sent there
    buttons: list[str] = field(default_factory=list)  # under what was said to the presser
    wrote: set[str] = field(default_factory=set)  # tables
    broke: str = ""

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
        body = {
            "update_id": 1,
            "callback_query": {
                "id": "1", "chat_instance": "1", "data": data, "from": {"id": chat_id, "is_bot": False, "first_name": "x"},
                "message": {"message_id": 1, "date": 0, "chat": {"id": chat_id, "type": "private"}},
            },
        }  # fmt: skip
        return self._do(chat_id, body)

    def send(self, chat_id: int, text: str) -> Heard:
        """These words typed in this chat, and everything undone."""
        who = {"id": chat_id, "is_bot": False, "first_name": "x"}
        chat = {"id": chat_id, "type": "private"}
        message = {"message_id": 1, "date": 0, "chat": chat, "from": who, "text": text}
        return self._do(chat_id, {"update_id": 1, "message": message})

    def _do(self, chat_id: int, body: dict[str, Any]) -> Heard:
        self._broke, self._wrote = "", set()
        with undone(self.conn):
            last = self._last()
            others = self._drafts_of_others(chat_id)
            self.raw.set_trace_callback(self._told)
            self.worker._attempt(self.conn, Received("-", chat_id, 1, self.now, 0, body), ())
            self.raw.set_trace_callback(None)
            heard = Heard(wrote=self._wrote - ONES_OWN, broke=self._broke)
            if self._drafts_of_others(chat_id) != others:
                heard.wrote.add("drafts of others")
            for row in self.conn.execute(select(outbox).where(outbox.c.seq > last)):
                values = opened(self.conn, outbox, row)
                params = values["params"] or {}
                name, file = values["file_name"] or "", values["file"] or b""
                text = "\n".join((params.get("text", ""), params.get("caption", ""), name, file.decode("utf-8", "ignore")))
                heard.said.append((values["chat_id"], text + "\n" + str(params.get("reply_markup", ""))))
                if values["chat_id"] == chat_id:
                    heard.buttons += _buttons(params)
        return heard

    def _last(self) -> int:
        return self.conn.execute(select(outbox.c.seq).order_by(outbox.c.seq.desc()).limit(1)).scalar() or 0

    def _drafts_of_others(self, chat_id: int) -> list[Any]:
        return list(self.conn.execute(select(drafts.c.id, drafts.c.touched_at).where(drafts.c.chat_id != chat_id)))

    def buttons_of(self, chat_id: int, words: Iterable[str], *, of_a_kind: int = 3, most: int = 700) -> dict[str, set[str]]:
        """Every button this person comes to see from these words on, by the kind of button, a few of each."""
        waiting: deque[str] = deque()
        seen: dict[str, set[str]] = {}
        pressed: Counter[str] = Counter()
        for said in words:
            waiting.extend(self.send(chat_id, said).buttons)
        count = 0
        while waiting and count < most:
            data = waiting.popleft()
            kind = kind_of(data)
            known = seen.setdefault(kind, set())
            if data in known or len(known) >= of_a_kind:
                continue
            known.add(data)
            pressed[kind] += 1
            count += 1
            waiting.extend(self.press(chat_id, data).buttons)
        return seen


def kind_of(data: str) -> str:
    """do:child.open:GT-… → child.open; go buttons by their command; form buttons by form and question."""
    button = unpack(data)
    if isinstance(button, Do):
        return f"go {button.args.split('|')[0]}" if button.what == "go" else button.what
    if isinstance(button, Start):
        return f"n {button.form}"
    return " ".join(part for part in data.split(":")[:4:1] if not re.fullmatch(r"[0-9a-f]{8}", part))


def _buttons(params: dict[str, Any]) -> list[str]:
    rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Whatever is done inside is taken back."""
    raw = raw_of(conn)
    assert raw is not None
    raw.execute("SAVEPOINT walk")
    try:
        yield
    finally:
        raw.execute("ROLLBACK TO walk")
        raw.execute("RELEASE walk")


__all__ = ["Heard", "Walk", "kind_of", "undone", "workers"]
