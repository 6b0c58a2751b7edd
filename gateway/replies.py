"""What a bot's message answers: a message of the same chat or of another one, whole or by a quotation."""

from typing import TYPE_CHECKING, Any

from gateway import carry, media
from gateway.errors import bad
from gateway.store import messages
from gateway.store.messages import Stored
from gateway.store.people import Chat
from gateway.text.entities import utf16

if TYPE_CHECKING:
    from gateway.api_call import Call

Json = dict[str, Any]
LONGEST_QUOTE = 1024
QUOTED_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "date_time"})
# What an answer to another chat tells of the message there, beside who wrote it.
TOLD = (*media.KINDS, "has_media_spoiler", "link_preview_options", "contact", "dice", "location", "poll", "venue")


def read(call: "Call", chat: Chat) -> Json:
    """The parts of the new message that say what it answers. Raises ApiError."""
    asked = call.get("reply_parameters")
    if not asked:
        return {}
    there = chat if asked.get("chat_id", chat.id) == chat.id else call.chat_of(asked["chat_id"])
    stored = messages.get(call.tx, call.bot.id, there.id, asked["message_id"])
    elsewhere = there.id != chat.id
    if stored is None or (elsewhere and stored.message.get("has_protected_content")):
        if asked.get("allow_sending_without_reply") and not elsewhere:
            return {}
        raise bad("message to be replied not found")
    reply = (
        {"external_reply": _from_elsewhere(stored)} if elsewhere else {"reply_to_message": carry.as_answered(stored)}
    )
    option = asked.get("poll_option_id")
    if option and any(one["persistent_id"] == option for one in stored.message.get("poll", {}).get("options", ())):
        reply["reply_to_poll_option_id"] = option
    return reply | _quote(call, stored, asked, elsewhere)


def origin(stored: Stored) -> Json:
    """Who wrote it first."""
    earlier: Json | None = stored.message.get("forward_origin")
    return earlier or {"type": "user", "date": stored.message["date"], "sender_user": stored.message["from"]}


def _from_elsewhere(stored: Stored) -> Json:
    return {"origin": origin(stored), **{name: stored.message[name] for name in TOLD if name in stored.message}}


def _quote(call: "Call", stored: Stored, asked: Json, elsewhere: bool) -> Json:
    said = stored.message.get("text") or stored.message.get("caption") or ""
    if not asked.get("quote"):
        # the other chat is not to be seen from here, so its words come along
        return {"quote": {"text": said[:LONGEST_QUOTE], "position": 0}} if elsewhere and said else {}
    words, entities = call.formatted(asked["quote"], asked.get("quote_parse_mode"), asked.get("quote_entities"))
    places = [at for at in range(len(said)) if said.startswith(words, at)] if words else []
    if not places or len(words) > LONGEST_QUOTE:
        raise bad("QUOTE_TEXT_INVALID")
    offsets = [utf16(said[:at]) for at in places]
    position = min(offsets, key=lambda offset: abs(offset - asked.get("quote_position", 0)))
    styles = [entity for entity in entities if entity["type"] in QUOTED_STYLES]
    quote = {"text": words, "position": position, "is_manual": True}
    return {"quote": {**quote, **({"entities": styles} if styles else {})}}
