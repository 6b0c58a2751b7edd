"""The far side of the wire: a Bot API server that lives in the test, and the phones of the people who use it.

The only fake in the story tests. Everything behind the request is real: python-telegram-bot's types and errors, the
inbox, the handlers, SQLite, the outbox and its sender.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from telegram.request import RequestData

from bot.in_process import InProcess


@dataclass
class Message:
    """One message of a chat as the person sees it now."""

    id: int
    text: str
    out: bool = False
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    keyboard: list[list[str]] | None = None
    photo: bytes | None = None
    document: bytes | None = None
    file_name: str | None = None

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]


class Line(InProcess):
    """The server: numbers messages per chat, applies edits, remembers toasts. `broken` makes the next calls fail."""

    def __init__(self) -> None:
        self.chats: dict[int, list[Message]] = {}
        self.toasts: dict[int, list[str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: dict[str, bytes] = {}
        self.failures: list[tuple[int, dict[str, Any]]] = []  # answers to give instead, first first
        self.blocked: set[int] = set()
        self.queries: dict[str, int] = {}

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        if "/file/bot" in url:
            return 200, self.files[url.rsplit("/", 1)[-1]]
        name = url.rsplit("/", 1)[-1]
        params = dict(request_data.parameters) if request_data else {}
        files = dict(request_data.multipart_data) if request_data and request_data.contains_files else {}
        self.calls.append((name, params))
        if self.failures and name not in ("getMe", "getFile"):
            status, answer = self.failures.pop(0)
            return status, json.dumps(answer).encode()
        try:
            result = self._do(name, params, files)
        except Refusal as refusal:
            return refusal.code, json.dumps(
                {"ok": False, "error_code": refusal.code, "description": refusal.words}
            ).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def _do(self, name: str, params: dict[str, Any], files: dict[str, Any]) -> Any:
        if name == "getMe":
            return {"id": 1, "is_bot": True, "first_name": "小苗", "username": "xiaomiao_bot"}
        if name == "answerCallbackQuery":
            chat = self.queries.pop(params["callback_query_id"])
            self.toasts.setdefault(chat, []).append(params.get("text", ""))
            return True
        if name == "getFile":
            return {"file_id": params["file_id"], "file_unique_id": "u", "file_path": params["file_id"]}
        if name in ("setMyCommands", "deleteWebhook", "sendChatAction"):
            return True
        chat_id = int(params["chat_id"])
        if chat_id in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        chat = self.chats.setdefault(chat_id, [])
        markup = params.get("reply_markup") or {}
        inline = markup.get("inline_keyboard", [])
        for row in inline:
            for button in row:
                assert len(button.get("callback_data", "x").encode()) <= 64
        if name in ("sendMessage", "sendPhoto", "sendDocument"):
            text = params.get("text") or params.get("caption") or ""
            assert len(text) <= 4096
            message = Message(self.next_id(chat_id), text, buttons=inline)
            if "keyboard" in markup:
                message.keyboard = [[key["text"] for key in row] for row in markup["keyboard"]]
            for kind, value in files.items():
                message.file_name, content = value[0], value[1]
                setattr(message, kind, content)
            chat.append(message)
            return {"message_id": message.id, "date": 0, "chat": {"id": chat_id, "type": "private"}, "text": text}
        found = next((one for one in chat if one.id == int(params["message_id"])), None)
        if found is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if name == "editMessageText":
            found.text = params["text"]
        found.buttons = inline
        return {"message_id": found.id, "date": 0, "chat": {"id": chat_id, "type": "private"}, "text": found.text}

    def next_id(self, chat_id: int) -> int:
        chat = self.chats.setdefault(chat_id, [])
        return chat[-1].id + 1 if chat else 1


class Refusal(Exception):
    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


class Phone:
    """One person's phone. `send` and `press` return what the chat shows at the end."""

    def __init__(self, house: Any, chat_id: int, name: str = "某人") -> None:
        self.house, self.chat_id, self.name = house, chat_id, name

    @property
    def line(self) -> Line:
        line: Line = self.house.line
        return line

    @property
    def messages(self) -> list[Message]:
        return self.line.chats.setdefault(self.chat_id, [])

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        return next(message for message in reversed(self.messages) if not message.out)

    @property
    def text(self) -> str:
        return self.last.text

    @property
    def toast(self) -> str:
        return self.line.toasts.get(self.chat_id, [""])[-1]

    @property
    def everything(self) -> str:
        return "\n".join(message.text for message in self.messages)

    async def send(self, text: str) -> str:
        """Type and send; the text of the bot's newest message afterwards."""
        message = Message(self.line.next_id(self.chat_id), text, out=True)
        self.messages.append(message)
        await self.house.receive({"message": self._message(message.id, text=text)})
        return self.text

    async def send_file(self, content: bytes, name: str, caption: str = "", mime: str = "") -> str:
        message = Message(self.line.next_id(self.chat_id), caption, out=True)
        self.messages.append(message)
        file_id = f"f{len(self.line.files)}"
        self.line.files[file_id] = content
        document = {
            "file_id": file_id, "file_unique_id": file_id, "file_name": name, "mime_type": mime,
            "file_size": len(content),
        }  # fmt: skip
        await self.house.receive({"message": self._message(message.id, caption=caption, document=document)})
        return self.text

    async def send_photo(self, content: bytes = b"\xff\xd8\xff", caption: str = "") -> str:
        message = Message(self.line.next_id(self.chat_id), caption, out=True)
        self.messages.append(message)
        file_id = f"f{len(self.line.files)}"
        self.line.files[file_id] = content
        photo = [{"file_id": file_id, "file_unique_id": file_id, "width": 90, "height": 90, "file_size": len(content)}]
        await self.house.receive({"message": self._message(message.id, caption=caption, photo=photo)})
        return self.text

    async def press(self, label: str, on: Message | None = None) -> str:
        """Press the inline button whose text is or contains this, on the newest message that has it."""
        message, button = self.find_button(label, on)
        await self.press_raw(button["callback_data"], message.id)
        return self.text

    async def press_raw(self, data: str, message_id: int, *, by: int | None = None) -> str:
        query_id = self.house.next_query()
        self.line.queries[query_id] = self.chat_id
        person = {"id": by or self.chat_id, "is_bot": False, "first_name": self.name}
        await self.house.receive(
            {
                "callback_query": {
                    "id": query_id, "from": person, "chat_instance": "1", "data": data,
                    "message": self._message(message_id, text="…", by_bot=True),
                }
            }
        )  # fmt: skip
        return self.text

    def find_button(self, label: str, on: Message | None = None) -> tuple[Message, dict[str, Any]]:
        for message in [on] if on else reversed(self.messages):
            for exact in (True, False):
                for row in message.buttons:
                    for button in row:
                        if button["text"] == label or (not exact and label in button["text"]):
                            return message, button
        shown = [message.labels for message in self.messages if message.labels]
        raise AssertionError(f"no button {label!r}; there are {shown[-2:]}")

    def has_button(self, label: str) -> bool:
        return any(label in shown for message in self.messages for shown in message.labels)

    def _message(self, message_id: int, *, by_bot: bool = False, **content: Any) -> dict[str, Any]:
        person = {"id": 1 if by_bot else self.chat_id, "is_bot": by_bot, "first_name": self.name}
        message: dict[str, Any] = {
            "message_id": message_id, "date": 1_795_000_000, "from": person,
            "chat": {"id": self.chat_id, "type": "private", "first_name": self.name},
        }  # fmt: skip
        message |= {key: value for key, value in content.items() if value}
        text = content.get("text")
        if text and text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return message
