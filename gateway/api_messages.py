"""Bot API: sending text, changing and deleting messages, answering buttons, "typing"."""

from typing import Any

from gateway import carry, deep_links, hearing, media
from gateway.api_call import Call
from gateway.errors import Unchanged, bad
from gateway.store import events, messages, meta, once, people
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "record_audio",
        "upload_voice",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
TYPING_SECONDS = 5
MOST_DELETED = 100
# The parts of a message an edit replaces; what is not given anew is gone.
TEXT_PARTS = ("text", "entities", "link_preview_options", "reply_markup")
CAPTION_PARTS = ("caption", "caption_entities", "show_caption_above_media", "reply_markup")
MARKUP_PARTS = ("reply_markup",)


def send_message(call: Call) -> Json:
    return call.send(call.text())


def edit_message_text(call: Call) -> Json:
    chat, stored = editable(call)
    if "text" not in stored.message:
        raise bad("there is no text in the message to edit")
    return edit(call, chat, stored, TEXT_PARTS, call.text())


def edit_message_caption(call: Call) -> Json:
    chat, stored = editable(call)
    if not any(kind in stored.message for kind in media.CAPTIONED):
        raise bad("there is no caption in the message to edit")
    return edit(call, chat, stored, CAPTION_PARTS, call.caption())


def edit_message_reply_markup(call: Call) -> Json:
    chat, stored = editable(call)
    return edit(call, chat, stored, MARKUP_PARTS, {})


def editable(call: Call) -> tuple[Chat, Stored]:
    """The message a bot wants to change, when it is its own. Raises ApiError."""
    if call.get("inline_message_id") is not None:
        raise bad("MESSAGE_ID_INVALID")
    if call.get("chat_id") is None or call.get("message_id") is None:
        raise bad("message identifier is not specified")
    chat = call.chat()
    stored = messages.get(call.tx, call.bot.id, chat.id, call.params["message_id"])
    if stored is None:
        raise bad("message to edit not found")
    if stored.message["from"]["id"] != call.bot.id or "forward_origin" in stored.message:
        raise bad("message can't be edited")
    return chat, stored


def edit(call: Call, chat: Chat, stored: Stored, parts: tuple[str, ...], new: Json) -> Json:
    """Put `new` and the call's inline keyboard in the place of `parts`; the changed message. Raises ApiError."""
    inline = call.markup().inline
    given = {**new, **({"reply_markup": inline} if inline else {})}
    if all(stored.message.get(part) == given.get(part) for part in parts):
        raise Unchanged(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message",
        )
    kept = {name: value for name, value in stored.message.items() if name not in parts}
    message = {**kept, **given}
    if new:  # Telegram dates a change of words, not one of buttons
        message["edit_date"] = call.now
    return carry.change(call.tx, call.bot, chat, stored, message, call.now).message


def delete_message(call: Call) -> bool:
    chat = call.chat()
    if not hearing.may_delete(call.tx, call.bot, chat, call.params["message_id"]):
        raise bad("message can't be deleted")
    if not carry.remove(call.tx, call.bot, chat, [call.params["message_id"]], call.now):
        raise bad("message to delete not found")
    return True


def delete_messages(call: Call) -> bool:
    numbers = call.params["message_ids"]
    if not 1 <= len(numbers) <= MOST_DELETED:
        raise bad("wrong number of message identifiers specified")
    chat = call.chat()
    allowed = [number for number in sorted(set(numbers)) if hearing.may_delete(call.tx, call.bot, chat, number)]
    carry.remove(call.tx, call.bot, chat, allowed, call.now)
    return True


def answer_callback_query(call: Call) -> bool:
    query_id = call.params["callback_query_id"]
    asked = once.take_query(call.tx, call.bot.id, query_id, call.now - call.settings.query_seconds)
    if asked is None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    opens = call.get("url", "")
    if opens:
        opens = deep_links.to_open(opens, call.bot, meta.get(call.tx, "base_url"))
        if opens is None:
            raise bad("URL_INVALID")
    answer = {
        "message_id": asked.message_id,
        "text": call.get("text", ""),
        "show_alert": call.get("show_alert", False),
        "url": opens,
    }
    if people.chat(call.tx, call.bot.id, asked.chat_id):
        only = asked.person_id if asked.chat_id < 0 else None
        events.add(call.tx, call.bot.id, asked.chat_id, "callback_answer", call.now, answer, user_id=only)
    return True


def send_chat_action(call: Call) -> bool:
    if call.params["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    call.tx.effects.typing.append((call.bot.id, call.chat().id, TYPING_SECONDS))
    return True
