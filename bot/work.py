"""What a handler may see and do: one person's message, inside one transaction.

Handlers are plain synchronous functions over a Work. What they say is queued in the outbox of the same transaction, so
it exists if and only if the facts do; nothing is sent before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from bot.buttons import Button, pack
from bot.login_links import ORDER, sign_out
from bot.words import Words
from db import journal, outbox, people
from db.outbox import Urgency
from domain import access
from domain.access import Action
from domain.calendar import LOCAL
from domain.people import Me
from domain.policy import Policy
from domain.units import UnitTree

Cell = tuple[str, Button | str]  # a str instead of a Button is a URL
Rows = Sequence[Sequence[Cell]]
C = TypeVar("C")


class _InAUnit(Protocol):
    @property
    def unit(self) -> str: ...


Placed = TypeVar("Placed", bound=_InAUnit)
MOST_TEXT = 4096


class Refused(Exception):
    """The person asked for something that cannot be done. Carries the key of the sentence that says why."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key, self.params = key, params


@dataclass(frozen=True)
class File:
    """A photo or document of the message, kept as an attachment. `prepared` is what the subject made of it beforehand."""

    id: str
    kind: str  # photo | document
    name: str
    mime: str
    content: bytes | None = None
    prepared: Any = None


@dataclass
class Work:
    """One message being worked."""

    conn: Connection
    now: datetime  # aware, UTC
    chat_id: int
    me: Me | None
    words: Words
    tree: UnitTree
    policy: Policy
    demo: bool
    said: str = ""  # the words of the message, or the caption of a file
    files: tuple[File, ...] = ()
    pressed: int | None = None  # message id of the button that was pressed
    query: str | None = None  # id of the callback query to be answered
    newest: int | None = None  # newest message of the chat
    message_id: int | None = None  # of the words or files that came
    begins_command: bool = False  # the words begin with those of a command
    go: Callable[[str, str], bool] = lambda name, words: False  # run a command by name; False if there is none such
    phones: dict[str, str] = field(default_factory=dict)  # the county's own numbers
    links_tel: bool = True  # our page makes tel: links; Telegram does not
    templates: Path | None = None  # where the county keeps its own Word templates and its style of workbooks
    login_links: bool = False  # our gateway can make a one-time login link for somebody new
    _answered: bool = False
    _replaced: bool = False
    noted: bool = False  # whether the journal has heard of this message

    # --- who and when ---

    @property
    def local(self) -> datetime:
        return self.now.astimezone(LOCAL)

    @property
    def today(self) -> date:
        return self.local.date()

    def demand(self, action: Action) -> Me:
        """Me, if some post of mine allows this at all; else Denied, which the worker says kindly."""
        return access.demand(self.me, action)

    def demand_in(self, action: Action, unit: str) -> Me:
        return access.demand_in(self.me, action, unit)

    def demand_there(self, action: Action, one: Placed | None, gone: str) -> Placed:
        """What a button names, where I may do this in its unit. Of another town it is as if there were none: Refused(gone)."""
        if one is None or not access.allowed(self.me, action, one.unit):
            raise Refused(gone)
        return one

    def visible(self, action: Action) -> frozenset[str]:
        """The unit codes a query for this action must stay within."""
        return access.visible_units(self.me, action, self.tree.under)

    # --- saying ---

    def say(self, key: str, /, **holes: Any) -> str:
        return self.words(key, **holes)

    def reply(
        self,
        text: str,
        buttons: Rows = (),
        *,
        keyboard: dict[str, Any] | None = None,
        draft_id: str | None = None,
        urgency: Urgency = Urgency.ANSWER,
        html: bool = False,
    ) -> str:
        """Say something below, as a new message. Longer than Telegram allows: cut at lines into several."""
        parts = split(text)
        for part in parts[:-1]:
            self._send(self.chat_id, "sendMessage", _params(part, html), urgency)
        params = _params(parts[-1], html)
        if buttons:
            params["reply_markup"] = inline(buttons)
        elif keyboard is not None:
            params["reply_markup"] = keyboard
        return self._send(self.chat_id, "sendMessage", params, urgency, draft_id=draft_id)

    def show(
        self,
        text: str,
        buttons: Rows = (),
        *,
        draft_id: str | None = None,
        old_message: int | None = None,
        html: bool = False,
    ) -> None:
        """Show the new state of something: in place of the pressed message if that is the newest of the chat.

        Otherwise it is said below, and the buttons of the message it takes the place of are taken away, so the chat
        never holds two live copies.
        """
        if self.pressed is not None and not self._replaced and self.pressed == self.newest and len(text) <= MOST_TEXT:
            self._replaced = True
            params = _params(text, html) | {"message_id": self.pressed}
            if buttons:
                params["reply_markup"] = inline(buttons)
            self._send(self.chat_id, "editMessageText", params, Urgency.ANSWER, draft_id=draft_id)
            return
        stale = self.pressed if self.pressed is not None and not self._replaced else old_message
        if stale is not None:
            self._replaced = True
            self.strip(stale)
        self.reply(text, buttons, draft_id=draft_id, html=html)

    def strip(self, message_id: int) -> None:
        """Take the buttons of an old message away."""
        self._send(self.chat_id, "editMessageReplyMarkup", {"message_id": message_id}, Urgency.ANSWER)

    def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the button press itself, with a few words at most."""
        if self.query is None or self._answered:
            return
        self._answered = True
        params: dict[str, Any] = {"callback_query_id": self.query}
        if text:
            params |= {"text": text[:200], "show_alert": alert}
        self._send(self.chat_id, "answerCallbackQuery", params, Urgency.ANSWER)

    def photo(self, content: bytes, name: str, caption: str, buttons: Rows = (), *, protected: bool = False) -> None:
        """A picture. A `protected` one (of a child's file) cannot be saved or forwarded where the channel allows that."""
        params: dict[str, Any] = {"caption": caption[:1024]}
        if protected:
            params["protect_content"] = True
        if buttons:
            params["reply_markup"] = inline(buttons)
        self._send(self.chat_id, "sendPhoto", params, Urgency.ANSWER, file=content, file_name=name)

    def login_link(self, name: str, caption: str, wanted: dict[str, Any]) -> None:
        """A QR picture with a one-time login link in the caption's hole, made by the sender (bot/login_links.py)."""
        params = {"caption": caption[:1000], ORDER: wanted}
        self._send(self.chat_id, "sendPhoto", params, Urgency.ANSWER, file_name=name)

    def sign_out(self, user_id: int, text: str) -> None:
        """Have our gateway end every session of somebody; `text` is said to me once it has. Nothing where there is none."""
        if self.login_links:
            self._send(self.chat_id, "sendMessage", _params(text, False) | {ORDER: sign_out(user_id)}, Urgency.ANSWER)

    def document(self, content: bytes, name: str, caption: str = "", buttons: Rows = ()) -> None:
        params: dict[str, Any] = {"caption": caption[:1024]}
        if buttons:
            params["reply_markup"] = inline(buttons)
        self._send(self.chat_id, "sendDocument", params, Urgency.ANSWER, file=content, file_name=name)

    def tell(
        self, chat_id: int, text: str, buttons: Rows = (), *, urgency: Urgency = Urgency.NOTICE, at_any_rate: bool = False
    ) -> str:
        """Say something to somebody else. Codes only: never a name, number, address or injury.

        A notice over the day's number waits for the next morning, unless it goes out `at_any_rate`.
        """
        params = _params(text, False)
        if buttons:
            params["reply_markup"] = inline(buttons)
        return self._send(chat_id, "sendMessage", params, urgency, at_any_rate=at_any_rate)

    def chats_above(self, action: Action) -> list[int]:
        """The chats of the posts one level above mine (a director's supervisor, a supervisor's county bureau)."""
        found: list[int] = []
        for post in access.granting(self.me, action):
            for above in people.posts_above(self.conn, post):
                found += [chat for chat in people.chats_of_post(self.conn, above) if chat != self.chat_id]
        return list(dict.fromkeys(found))

    def _send(self, chat_id: int, method: str, params: dict[str, Any], urgency: Urgency, **more: Any) -> str:
        return outbox.put(self.conn, chat_id, method, params, self.now, urgency=urgency, **more)

    # --- remembering ---

    def note(self, action: str, subject: str | None = None, **detail: Any) -> None:
        """Write into the journal who did this: ids, codes and counts only."""
        self.noted = True
        journal.note(
            self.conn, self.now, action, person=self.me.person_id if self.me else None, subject=subject, **detail
        )


def _params(text: str, html: bool) -> dict[str, Any]:
    params: dict[str, Any] = {"text": text, "link_preview_options": {"is_disabled": True}}
    if html:
        params["parse_mode"] = "HTML"
    return params


def in_rows_of(wide: int, cells: Sequence[C]) -> list[list[C]]:
    """Buttons, so many to a row."""
    return [list(cells[start : start + wide]) for start in range(0, len(cells), wide)]


def in_twos(cells: Sequence[C]) -> list[list[C]]:
    """Buttons two by two, as they stand well on a phone."""
    return in_rows_of(2, cells)


def inline(buttons: Rows) -> dict[str, Any]:
    """The Bot API's inline keyboard."""
    return {
        "inline_keyboard": [
            [
                {"text": label, "url": press} if isinstance(press, str) else {"text": label, "callback_data": pack(press)}
                for label, press in row
            ]
            for row in buttons
            if row
        ]
    }


def split(text: str, most: int = MOST_TEXT) -> list[str]:
    """Cut a long text at line ends into messages the server takes."""
    parts: list[str] = []
    while len(text) > most:
        cut = text.rfind("\n", 1, most)
        cut = cut if cut > 0 else most
        parts.append(text[:cut])
        text = text[cut:].lstrip("\n")
    return [*parts, text]
