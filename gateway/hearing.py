"""Who hears what in a group: which bots get a person's message, which members a selective keyboard is for."""

from typing import Any

from gateway.store import bots, groups, messages
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.store.people import Chat
from gateway.text.entities import part

Json = dict[str, Any]


def of_message(tx: Tx, bot: Bot, chat: Chat, message: Json) -> list[Bot]:
    """The bots that get this message of a person. In a group that is Telegram's privacy mode: all of it for
    administrators and bots whose privacy is off; for the others commands, answers to them and mentions of them."""
    if chat.group is None:
        return [bot]
    found = []
    there = groups.bots_in(tx, chat.id)
    for one in there:
        hearer = bots.by_id(tx, one.bot_id)
        everything = one.status == "administrator" or not hearer.privacy
        if everything or _is_meant(hearer, chat, message, alone=len(there) == 1):
            found.append(hearer)
    return found


def all_bots(tx: Tx, chat: Chat) -> list[Bot]:
    """Every bot of the chat: for what all of them hear."""
    there = [one.bot_id for one in groups.bots_in(tx, chat.id)] if chat.group else [chat.bot_id]
    return [bots.by_id(tx, bot_id) for bot_id in there]


def sender_of(tx: Tx, bot: Bot, stored: Stored) -> Bot:
    """The bot that sent this message: in a group not always the one whose address the page is under."""
    sender = stored.message["from"]["id"]
    return bot if sender == bot.id else bots.by_id(tx, sender)


def may_delete(tx: Tx, bot: Bot, chat: Chat, message_id: int) -> bool:
    """In a group what others wrote is deleted by administrators only."""
    if chat.group is None:
        return True
    there = groups.bot_in(tx, chat.id, bot.id)
    stored = messages.get(tx, bot.id, chat.id, message_id)
    administrator = there is not None and there.status == "administrator"
    return stored is None or administrator or stored.message["from"]["id"] == bot.id


def chosen_by(tx: Tx, chat: Chat, message: Json) -> list[int] | None:
    """For whom a selective keyboard is: the members mentioned in the text and the one who is answered. None: all, as
    in a private chat."""
    if chat.group is None:
        return None
    wanted = {
        entity["user"]["id"]
        for _, entity in _entities(message)
        if entity["type"] == "text_mention" and "user" in entity
    }
    answered = message.get("reply_to_message")
    if answered:
        wanted.add(answered["from"]["id"])
    return [member.user_id for member in groups.members(tx, chat.id) if member.user_id in wanted]


def _is_meant(bot: Bot, chat: Chat, message: Json, alone: bool) -> bool:
    name = f"@{bot.username}".lower()
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    for text, entity in _entities(message):
        if entity["type"] == "bot_command":
            _, at, addressed = text.lower().partition("@")
            if at and f"@{addressed}" == name:
                return True
            # a command without a name is for the bot that wrote last
            last = chat.group.last_bot_id if chat.group else None
            if not at and entity["offset"] == 0 and (alone or last in (None, bot.id)):
                return True
        if entity["type"] == "mention" and text.lower() == name:
            return True
        if entity["type"] == "text_mention" and entity.get("user", {}).get("id") == bot.id:
            return True
    return False


def _entities(message: Json) -> list[tuple[str, Json]]:
    """Every entity of the text or the caption, with the words it covers."""
    found = []
    for words, marks in (("text", "entities"), ("caption", "caption_entities")):
        for entity in message.get(marks, ()):
            found.append((part(message[words], entity), entity))
    return found
