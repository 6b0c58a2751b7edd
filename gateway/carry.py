"""What the gateway is for: carrying a message from a bot to a person's pages and from a person to the bot.

Every function is one part of a transaction; pages and bots are woken after its commit.
"""

from collections.abc import Sequence
from typing import Any

from gateway.markup import Markup
from gateway.store import bots, events, files, messages, people, updates
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]


def to_person(tx: Tx, bot: Bot, chat: Chat, content: Json, markup: Markup, now: int, shown: Sequence[str] = ()) -> Json:
    """A bot's new message; the Message as the bot gets it back. `shown` are the files it carries."""
    message: Json = {
        "message_id": messages.next_id(tx, bot.id, chat.id),
        "from": bot.user(),
        "chat": chat.person.chat(),
        "date": now,
        **content,
    }
    if markup.inline:
        message["reply_markup"] = markup.inline
    page = {"force_reply": markup.force_reply} if markup.force_reply else {}
    _keep(tx, bot.id, chat.id, Stored(False, message, page), now, shown)
    if markup.keyboard or markup.removes_keyboard:
        people.set_keyboard(tx, bot.id, chat.id, markup.keyboard)
        events.add(tx, bot.id, chat.id, "keyboard", now, {"reply_keyboard": markup.keyboard})
    return message


def to_bot(tx: Tx, bot: Bot, chat: Chat, content: Json, now: int, shown: Sequence[str] = ()) -> Stored:
    """A person's new message: shown on all of the person's pages and queued for the bot."""
    message: Json = {
        "message_id": messages.next_id(tx, bot.id, chat.id),
        "from": chat.person.user(),
        "chat": chat.person.chat(),
        "date": now,
        **content,
    }
    stored = Stored(True, message, {})
    _keep(tx, bot.id, chat.id, stored, now, shown)
    updates.add(tx, bot, "message", message)
    return stored


def change(tx: Tx, bot: Bot, chat: Chat, stored: Stored, message: Json, now: int) -> Stored:
    """Put the changed `message` in the place of `stored`; when a person changed it, the bot hears of it."""
    changed = Stored(stored.out, message, stored.page)
    messages.put(tx, bot.id, chat.id, changed)
    events.add(tx, bot.id, chat.id, "edited", now, message_id=changed.message_id)
    if stored.out:
        updates.add(tx, bot, "edited_message", message)
    return changed


def remove(tx: Tx, bot: Bot, chat: Chat, message_ids: Sequence[int], now: int) -> list[int]:
    """Delete what is there; the ids that were."""
    gone = [number for number in message_ids if messages.delete(tx, bot.id, chat.id, number)]
    if gone:
        events.add(tx, bot.id, chat.id, "deleted", now, {"message_ids": gone})
    return gone


def press(tx: Tx, bot: Bot, chat: Chat, stored: Stored, data: str, query_id: str) -> None:
    """A person pressed an inline button."""
    query = {
        "id": query_id,
        "from": chat.person.user(),
        "message": stored.message,
        "chat_instance": str(bot.id * 1_000_003 ^ chat.id),
        "data": data,
    }
    updates.add(tx, bot, "callback_query", query)


def set_blocked(tx: Tx, bot: Bot, chat: Chat, blocked: bool, now: int) -> None:
    """The person stops this bot or takes it back; the bot hears of it once."""
    if not people.set_blocked(tx, bot.id, chat.id, blocked):
        return

    def member(stopped: bool) -> Json:
        status: Json = {"user": bot.user(), "status": "kicked" if stopped else "member"}
        return {**status, "until_date": 0} if stopped else status

    change = {
        "chat": chat.person.chat(),
        "from": chat.person.user(),
        "date": now,
        "old_chat_member": member(not blocked),
        "new_chat_member": member(blocked),
    }
    updates.add(tx, bot, "my_chat_member", change)


def reply_to(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> Json | None:
    """The message answered to, as it stands inside the answer (without its own past)."""
    stored = messages.get(tx, bot_id, chat_id, message_id)
    if stored is None:
        return None
    return {name: value for name, value in stored.message.items() if name != "reply_to_message"}


def tell_commands(tx: Tx, bot_id: int, chat_ids: Sequence[int], now: int) -> None:
    """The command menu of these chats changed."""
    bot = bots.by_id(tx, bot_id)
    for chat_id in chat_ids:
        chat = people.chat(tx, bot_id, chat_id)
        if chat is not None:
            events.add(tx, bot_id, chat_id, "commands", now, {"commands": commands_for(bot, chat)})


def commands_for(bot: Bot, chat: Chat) -> list[Json]:
    """The menu of one chat: its own, else that of private chats, else the general one; its language first."""
    menus: Json = bot.profile.get("commands", {})
    languages = [chat.person.language_code or "", ""]
    for scope in (f"chat:{chat.id}", "all_private_chats", "default"):
        for language in languages:
            if f"{scope}|{language}" in menus:
                found: list[Json] = menus[f"{scope}|{language}"]
                return found
    return []


def _keep(tx: Tx, bot_id: int, chat_id: int, stored: Stored, now: int, shown: Sequence[str]) -> None:
    messages.put(tx, bot_id, chat_id, stored)
    for file_id in shown:
        files.show_in(tx, bot_id, chat_id, stored.message_id, file_id)
    events.add(tx, bot_id, chat_id, "message", now, message_id=stored.message_id)
