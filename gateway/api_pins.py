"""Bot API: pinning messages to the top of a chat."""

from typing import Any

from gateway import api_copy, carry
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import groups, messages, pins
from gateway.store.people import Chat

Json = dict[str, Any]


def pin_chat_message(call: Call) -> bool:
    chat = _chat(call)
    stored = messages.get(call.tx, call.bot.id, chat.id, call.params["message_id"])
    if stored is None:
        raise bad("message to pin not found")
    if not any(kind in stored.message for kind in api_copy.KINDS):
        raise bad("message can't be pinned")
    pins.pin(call.tx, chat, stored.message_id)
    carry.service(call.tx, chat, call.bot.user(), {"pinned_message": carry.as_answered(stored)}, call.now)
    carry.tell_pinned(call.tx, chat, call.now)
    return True


def unpin_chat_message(call: Call) -> bool:
    chat = _chat(call)
    if not pins.unpin(call.tx, chat, call.get("message_id")):
        raise bad("message to unpin not found")
    carry.tell_pinned(call.tx, chat, call.now)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    chat = _chat(call)
    if pins.unpin_all(call.tx, chat):
        carry.tell_pinned(call.tx, chat, call.now)
    return True


def _chat(call: Call) -> Chat:
    chat = call.chat()
    there = groups.bot_in(call.tx, chat.id, call.bot.id) if chat.group else None
    if there is not None and there.status != "administrator":
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat
