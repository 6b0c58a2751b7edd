"""What a Bot API method gets to work with, and the questions many methods ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway import carry, markup, media, replies
from gateway.context import Gateway
from gateway.errors import BLOCKED, KICKED, NOT_IN_GROUP, ApiError, bad
from gateway.marks import Marks
from gateway.settings import Settings
from gateway.store import people
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Chat
from gateway.text import formatted
from gateway.uploads import Saved

Json = dict[str, Any]
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


@dataclass(frozen=True)
class Call:
    """One call inside its transaction. `params` have the types of the specification."""

    bot: Bot
    params: Json
    now: int
    tx: Tx
    settings: Settings
    saved: dict[str, Saved] = field(default_factory=dict)  # by what the call says of it: attach://<part>
    marks: Marks = field(default_factory=Marks)

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def chat(self) -> Chat:
        """The chat that is meant, when the bot may write there."""
        chat = self.known_chat()
        if chat.group and chat.blocked:
            raise ApiError(*(KICKED if chat.kicked else NOT_IN_GROUP))
        if chat.blocked:
            raise ApiError(*BLOCKED)
        return chat

    def known_chat(self, name: str = "chat_id") -> Chat:
        return self.chat_of(self.get(name), name)

    def chat_of(self, chat_id: Any, name: str = "chat_id") -> Chat:
        """The chat with this id, if this bot knows it."""
        if chat_id is None or chat_id == "":
            raise bad(f"{name} is empty")
        chat = people.chat(self.tx, self.bot.id, chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad("chat not found")
        return chat

    def text(self) -> Json:
        text, entities = self.formatted(self.get("text", ""), self.get("parse_mode"), self.get("entities"))
        if not text:
            raise bad("message text is empty")
        if len(text) > LONGEST_TEXT:
            raise bad("message is too long")
        preview = {name: value for name, value in self.get("link_preview_options", {}).items() if value}
        return {
            "text": text,
            **({"entities": entities} if entities else {}),
            **({"link_preview_options": preview} if preview else {}),
        }

    def caption(self, given: Json | None = None) -> Json:
        """The caption of the call, or of one medium in it."""
        given = self.params if given is None else given
        text, entities = self.formatted(
            given.get("caption", ""), given.get("parse_mode"), given.get("caption_entities")
        )
        if len(text) > LONGEST_CAPTION:
            raise bad("message caption is too long")
        if not text:
            return {}
        above = {"show_caption_above_media": True} if given.get("show_caption_above_media") else {}
        return {"caption": text, **({"caption_entities": entities} if entities else {}), **above}

    def formatted(self, source: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
        """Text and entities; who is mentioned without a username has to be somebody this bot knows."""
        text, found = formatted(source, parse_mode, entities)
        return text, [known for entity in found if (known := self._known(entity))]

    def _known(self, entity: Json) -> Json | None:
        if entity["type"] != "text_mention":
            return entity
        user_id = entity["user"]["id"]
        if user_id == self.bot.id:
            return {**entity, "user": self.bot.user()}
        person = people.get(self.tx, user_id)
        shares = person is not None and people.chat(self.tx, self.bot.id, user_id) is not None
        return {**entity, "user": person.user()} if person and shares else None

    def markup(self) -> markup.Markup:
        return markup.read(self.get("reply_markup"))

    def send(self, content: Json) -> Json:
        """Send `content` with everything that all kinds of messages have in common."""
        chat = self.chat()
        whole = {**replies.read(self, chat), **content}
        if self.get("protect_content"):
            whole["has_protected_content"] = True
        shown = tuple(media.files_in(whole))
        return carry.to_person(self.tx, self.bot, chat, whole, self.markup(), self.now, shown, self.marks)


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
