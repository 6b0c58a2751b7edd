"""What a Bot API method gets to work with, and the questions many methods ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway import carry, markup
from gateway.context import Gateway
from gateway.errors import BLOCKED, ApiError, bad
from gateway.images import Picture
from gateway.settings import Settings
from gateway.store import people
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Chat
from gateway.text import formatted

Json = dict[str, Any]
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


@dataclass(frozen=True)
class Saved:
    """An uploaded file that is on the disk already."""

    file_id: str
    filename: str
    content_type: str
    size: int
    picture: Picture | None


@dataclass(frozen=True)
class Call:
    """One call inside its transaction. `params` have the types of the specification."""

    bot: Bot
    params: Json
    now: int
    tx: Tx
    settings: Settings
    saved: dict[str, Saved] = field(default_factory=dict)  # by the name of the parameter

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def chat(self) -> Chat:
        """The chat that is meant, when the bot may write there."""
        chat = self.known_chat()
        if chat.blocked:
            raise ApiError(*BLOCKED)
        return chat

    def known_chat(self) -> Chat:
        chat_id = self.get("chat_id")
        if chat_id is None or chat_id == "":
            raise bad("chat_id is empty")
        chat = people.chat(self.tx, self.bot.id, chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad("chat not found")
        return chat

    def text(self) -> Json:
        text, entities = formatted(self.params["text"], self.get("parse_mode"), self.get("entities"))
        if not text:
            raise bad("message text is empty")
        if len(text) > LONGEST_TEXT:
            raise bad("message is too long")
        return {"text": text, **({"entities": entities} if entities else {})}

    def caption(self) -> Json:
        text, entities = formatted(self.get("caption", ""), self.get("parse_mode"), self.get("caption_entities"))
        if len(text) > LONGEST_CAPTION:
            raise bad("message caption is too long")
        if not text:
            return {}
        return {"caption": text, **({"caption_entities": entities} if entities else {})}

    def markup(self) -> markup.Markup:
        return markup.read(self.get("reply_markup"))

    def send(self, content: Json, shown: tuple[str, ...] = ()) -> Json:
        """Send `content` with everything that all kinds of messages have in common."""
        chat = self.chat()
        whole = {**self._reply(chat), **content}
        if self.get("protect_content"):
            whole["has_protected_content"] = True
        return carry.to_person(self.tx, self.bot, chat, whole, self.markup(), self.now, shown)

    def _reply(self, chat: Chat) -> Json:
        asked = self.get("reply_parameters")
        if not asked or asked.get("chat_id", chat.id) != chat.id:
            return {}
        answered = carry.reply_to(self.tx, self.bot.id, chat.id, asked["message_id"])
        if answered is not None:
            return {"reply_to_message": answered}
        if asked.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")


@dataclass(frozen=True)
class Method:
    """`write` and `read` methods run whole inside one transaction; `wait` ones look after themselves."""

    name: str
    how: Literal["write", "read"]
    run: Callable[[Call], Any]


@dataclass(frozen=True)
class Waiting:
    name: str
    run: Callable[[Gateway, Bot, Json], Awaitable[Any]]
