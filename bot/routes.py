"""Which handler an update is for.

python-telegram-bot's handlers and filters decide (`check_update`), our own synchronous functions do the work: its
`process_update` would swallow what they raise, and the transaction must roll back instead.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from bot import buttons as b
from bot import flow
from bot.subject import Command, Subject
from bot.work import Work
from db import attachments, outbox
from domain import access


class TooBig(Exception):
    """A file the server will not hand out."""


@dataclass(frozen=True)
class FoundFile:
    kind: str
    file_id: str
    name: str
    mime: str
    size: int | None


def file_of(body: dict[str, Any]) -> FoundFile | None:
    """The photo or document of a private message, if it has one that can be read."""
    try:
        return _file_of(body)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None  # no server should send such a thing; one that does must not stop all the others


def _file_of(body: dict[str, Any]) -> FoundFile | None:
    message = body.get("message")
    if not message or message["chat"]["type"] != "private":
        return None
    if message.get("photo"):
        best = max(message["photo"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        return FoundFile("photo", best["file_id"], "photo.jpg", "image/jpeg", best.get("file_size"))
    document = message.get("document")
    if document:
        return FoundFile(
            "document", document["file_id"], document.get("file_name") or "file", document.get("mime_type") or "",
            document.get("file_size"),
        )  # fmt: skip
    return None


Target = Callable[[Work, Update | None, dict[str, Any], Any], None]

_PLAIN_WORDS = frozenset(("message_id", "date", "chat", "from", "text"))
_PLAIN_PRESS = frozenset(("id", "from", "message", "chat_instance", "data"))


def is_plain_words(body: dict[str, Any]) -> bool:
    """Words in a private chat and nothing else: no command, no formatting, no file, no reply."""
    message = body.get("message")
    return (
        message is not None
        and len(body) == 2
        and message.keys() <= _PLAIN_WORDS
        and bool(message.get("text"))
        and message["chat"]["type"] == "private"
    )


def is_plain_press(body: dict[str, Any]) -> bool:
    """A button of ours that was pressed."""
    query = body.get("callback_query")
    return query is not None and len(body) == 2 and query.keys() <= _PLAIN_PRESS


class Router:
    """The handlers in the order they are asked. Built once, from the subjects."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        self.commands: dict[str, Command] = {}
        self.by_word: dict[str, Command] = {}
        self.glued: list[str] = []  # the words that may have their argument right behind them
        self.presses: dict[str, Any] = {}
        self.fits: dict[str, Callable[[int], bool]] = {}  # whether a press takes so many arguments
        for subject in self.subjects:
            for command in subject.commands:
                assert command.name not in self.commands, command.name
                self.commands[command.name] = command
                for word in command.words:
                    assert word not in self.by_word, word
                    self.by_word[word] = command
                    if command.name in GLUED:
                        self.glued.append(word)
            for talk in subject.conversations:
                flow.register(talk)
            for name, press in subject.presses.items():
                assert name not in self.presses, name
                self.presses[name] = press
                self.fits[name] = _takes(press.run)
        private = filters.ChatType.PRIVATE
        fresh = filters.UpdateType.MESSAGE
        self._handlers: list[tuple[BaseHandler[Any, Any, Any], Target]] = [
            (ChatMemberHandler(_nothing, ChatMemberHandler.MY_CHAT_MEMBER), self._member),
            (CallbackQueryHandler(_nothing), self._press),
            (MessageHandler(~private, _nothing), self._group),
            (MessageHandler(private & filters.UpdateType.EDITED_MESSAGE, _nothing), self._edited),
            *((CommandHandler(name, _nothing, fresh), self._command(one)) for name, one in self.commands.items()),
            (MessageHandler(private & fresh & filters.COMMAND, _nothing), self._unknown),
            (MessageHandler(private & fresh & (filters.PHOTO | filters.Document.ALL), _nothing), self._file),
            (MessageHandler(private & fresh & filters.TEXT, _nothing), self._text),
            (MessageHandler(private & fresh & ~filters.StatusUpdate.ALL, _nothing), self._other),
        ]

    def route(self, work: Work, update: Update | None, body: dict[str, Any]) -> None:
        """Give the update to the first handler that takes it. What nobody takes needs no answer.

        `update` may be None where `plainly` knows who takes it.
        """
        work.go = lambda name, words: self._go(work, name, words)
        target, matched = (self.plainly(body), True) if update is None else self.decide(update)
        if target is not None:
            target(work, update, body, matched)

    def decide(self, update: Update) -> tuple[Target | None, Any]:
        """The first handler that takes the update, as python-telegram-bot's filters see it."""
        for handler, target in self._handlers:
            matched = handler.check_update(update)
            if matched is not None and matched is not False:
                return target, matched
        return None, None

    def plainly(self, body: dict[str, Any]) -> Target | None:
        """The same for the two kinds nearly all updates are of, read off the update as it came; None: ask `decide`.

        tests/test_plain_updates.py holds both against each other over every kind of update.
        """
        if is_plain_words(body):
            return self._text
        return self._press if is_plain_press(body) else None

    def run(self, work: Work, command: Command, words: str) -> None:
        if command.needs is not None:
            access.demand(work.me, command.needs)
        command.run(work, words)

    def _go(self, work: Work, name: str, words: str) -> bool:
        if name not in self.commands:
            return False
        self.run(work, self.commands[name], words)
        return True

    def stranger(self, work: Work) -> None:
        """Who we do not know gets a kind refusal and the emergency numbers, and no other information."""
        work.reply(work.say("start.stranger"))

    # --- one for each kind of update ---

    def _command(self, command: Command) -> Target:
        def run(work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
            self.run(work, command, work.said.partition(" ")[2].strip())

        return run

    def _press(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        query = body["callback_query"]
        button, message = b.unpack(query.get("data") or ""), query.get("message")
        message_chat = message["chat"]["id"] if message else None
        if button is None or message_chat is None or query["from"]["id"] != message_chat:
            work.toast(work.say("form.not_yours"))
            return
        if isinstance(button, b.Do) and button.what == "go":  # a command as a button
            name, *words = button.args.split("|")
            work.toast()
            if name in self.commands:
                self.run(work, self.commands[name], " ".join(words))
        elif isinstance(button, b.Do):
            press = self.presses.get(button.what)
            if press is None:
                work.toast(work.say("form.gone", what=""))
                return
            if press.needs is not None:
                access.demand(work.me, press.needs)
            args = button.args.split("|") if button.args else []
            if not self.fits[button.what](len(args)):  # of an older version of the program, or forged
                work.toast(work.say("form.gone", what=""))
                return
            press.run(work, *args)
            file_no = next((one for one in args if FILE_NO.fullmatch(one)), None)
            if file_no is not None and not work.noted:  # whoever opens anything of a child's file stands in the journal
                work.note("child.handled", f"file:{file_no}")
        elif isinstance(button, b.Start):
            flow.start_fresh(work, button)
        else:
            flow.press(work, button)

    def _text(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        word = _bare(work.said)
        if word in self.by_word:
            self.run(work, self.by_word[word], "")
            return
        first, _, rest = re.sub(r"^([^\s：:]{1,4})[：:]", r"\1 ", work.said).partition(" ")
        if rest and _bare(first) in URGENT:  # a report is never taken for the answer to another question
            self.run(work, self.by_word[_bare(first)], rest.strip())
            return
        work.begins_command = self._command_of(work) is not None
        if any(subject.first(work) for subject in self.subjects if subject.first):
            return
        if flow.in_hand(work) is not None:
            if flow.on_a_card(work) and self._worded(work):  # a card waits for no words: a command is a command
                return
            if flow.hear(work, only_if_it_fits=True):
                return
        if self._worded(work):
            return
        if any(subject.free(work) for subject in self.subjects if subject.free):
            return
        if not flow.hear(work):
            self._not_understood(work)

    def _worded(self, work: Work) -> bool:
        """A command word with more behind it; whether it was one."""
        command = self._command_of(work)
        if command is None:
            return False
        first, _, rest = work.said.partition(" ")
        rest = rest if _bare(first) in self.by_word else work.said[len(self._word_of(work, command)) :]
        self.run(work, command, rest.strip(" 　：:，,"))
        return True

    def _command_of(self, work: Work) -> Command | None:
        return self.by_word.get(_bare(work.said.partition(" ")[0])) or self._glued(work)

    def _glued(self, work: Work) -> Command | None:
        """「汇总新坝镇」: a command word with its argument right behind it."""
        word = max((word for word in self.glued if work.said.startswith(word)), key=len, default=None)
        return self.by_word[word] if word is not None else None

    def _word_of(self, work: Work, command: Command) -> str:
        return max((word for word in command.words if work.said.startswith(word)), key=len, default="")

    def _file(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        if work.me is None:
            self.stranger(work)
            return
        if any(subject.first(work) for subject in self.subjects if subject.first):
            return
        if flow.hear(work):
            return
        file = work.files[0] if work.files else None
        if file is not None and file.kind == "document":
            if any(subject.document(work) for subject in self.subjects if subject.document):
                return
        elif file is not None and work.said and any(subject.free(work) for subject in self.subjects if subject.free):
            return
        attachments.drop(work.conn, [file.id for file in work.files])
        work.reply(work.say("free.file_kept_nowhere"))

    def _edited(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        if work.me is None or not work.said:
            return
        if not any(subject.edited(work) for subject in self.subjects if subject.edited):
            work.reply(work.say("free.edited"))

    def _unknown(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        if work.me is None:
            self.stranger(work)
            return
        work.reply(work.say("free.unknown_command"))
        flow.repeat(work)

    def _other(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        if work.me is None:
            self.stranger(work)
            return
        message = body.get("message") or {}
        kind = "free.voice" if message.get("voice") or message.get("audio") else "free.cannot_read"
        work.reply(work.say(kind))
        flow.repeat(work)

    def _not_understood(self, work: Work) -> None:
        if work.me is None:
            self.stranger(work)
            return
        work.reply(work.say("free.not_understood"))

    def _group(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        message = body.get("message")
        if message and (message.get("text") or "").startswith("/"):
            work.reply(work.say("free.group"))

    def _member(self, work: Work, update: Update | None, body: dict[str, Any], matched: Any) -> None:
        change = body["my_chat_member"]
        if change["new_chat_member"]["status"] in ("kicked", "left") and change["chat"]["type"] == "private":
            outbox.unreachable(work.conn, work.chat_id, "blocked", work.now)


FILE_NO = re.compile(r"GT-[0-9]{3}-[0-9]{3}-[0-9]{4}")


def _takes(run: Callable[..., None]) -> Callable[[int], bool]:
    """Whether this function of a Work takes so many words behind it."""
    rest = list(inspect.signature(run).parameters.values())[1:]
    most = float("inf") if any(one.kind is one.VAR_POSITIONAL for one in rest) else len(rest)
    least = sum(one.default is one.empty and one.kind is not one.VAR_POSITIONAL for one in rest)
    return lambda count: least <= count <= most


URGENT = ("报告",)
GLUED = ("town", "child", "report", "overdue", "export", "county", "print", "ledger", "sync")


def _bare(words: str) -> str:
    return re.sub(r"^[^\w/]+|[^\w]+$", "", words.strip())


async def _nothing(update: Update, context: Any) -> None:
    """python-telegram-bot wants a callback; ours are given the work, not the update alone."""
