"""What the gateway is for: carrying a message from a bot to a person's pages and from a person to the bot.

Every function is one part of a transaction; pages and bots are woken after its commit.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gateway import hearing
from gateway.marks import EMERGENCY, Marks
from gateway.markup import Markup
from gateway.store import bots, events, files, groups, lifespan, messages, once, people, pins, updates, urgent
from gateway.store.bots import Bot
from gateway.store.database import Arrived, Tx
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]
UNMARKED = Marks()
PAST = ("reply_to_message", "external_reply", "quote", "reply_to_poll_option_id")


def to_person(
    tx: Tx, bot: Bot, chat: Chat, content: Json, markup: Markup, now: int,
    shown: Sequence[str] = (), marks: Marks = UNMARKED,
) -> Json:  # fmt: skip
    """A bot's new message; the Message as the bot gets it back. `shown` are the files it carries."""
    message: Json = {
        "message_id": messages.next_id(tx, bot.id, chat.id),
        "from": bot.user(),
        "chat": chat.about(),
        "date": now,
        **content,
    }
    if markup.inline:
        message["reply_markup"] = markup.inline
    page: Json = {"force_reply": markup.force_reply} if markup.force_reply else {}
    chosen = hearing.chosen_by(tx, chat, message) if markup.selective else None
    if page and chosen is not None:
        page["force_reply_for"] = chosen
    _keep(tx, bot.id, chat, Stored(False, message, page, marks.life or "", marks.urgency), now, shown)
    is_urgent = marks.urgency == EMERGENCY
    tx.effects.arrived.append(Arrived(bot.id, chat.id, message["message_id"], is_urgent))
    if is_urgent and not chat.group:
        urgent.note(tx, bot.id, chat.id, message["message_id"], bool(markup.inline), now)
    if chat.group:
        groups.wrote_last(tx, chat.id, bot.id)
    if markup.keyboard or markup.removes_keyboard:
        _show_keyboard(tx, bot, chat, markup.keyboard, chosen, now)
    return message


def _show_keyboard(tx: Tx, bot: Bot, chat: Chat, keyboard: Json | None, chosen: list[int] | None, now: int) -> None:
    """To the person of a private chat; in a group to all members, or to the `chosen` ones."""
    body = {"reply_keyboard": keyboard}
    if chat.group is None:
        people.set_keyboard(tx, bot.id, chat.id, keyboard)
        events.add(tx, bot.id, chat.id, "keyboard", now, body)
        return
    inside = [member.user_id for member in groups.members(tx, chat.id)]
    for user_id in inside if chosen is None else chosen:
        groups.set_keyboard(tx, chat.id, user_id, keyboard)
        events.add(tx, bot.id, chat.id, "keyboard", now, body, user_id=user_id)


def to_bot(tx: Tx, bot: Bot, chat: Chat, content: Json, now: int, shown: Sequence[str] = ()) -> Stored:
    """A person's new message: shown on all of the person's pages and queued for the bot."""
    message: Json = {
        "message_id": messages.next_id(tx, bot.id, chat.id),
        "from": chat.person.user(),
        "chat": chat.about(),
        "date": now,
        **content,
    }
    stored = Stored(True, message, {})
    _keep(tx, bot.id, chat, stored, now, shown)
    if not chat.group:
        urgent.wrote(tx, bot.id, chat.id, now)
        if "reply_to_message" in message:
            urgent.answered(tx, bot.id, chat.id, message["reply_to_message"]["message_id"], now)
    for hearer in hearing.of_message(tx, bot, chat, message):
        updates.add(tx, hearer, "message", message, now)
    return stored


def service(tx: Tx, chat: Chat, sender: Json, content: Json, now: int) -> Json:
    """A message nobody wrote (somebody came, somebody left): for all people and all bots of the chat."""
    message: Json = {
        "message_id": messages.next_id(tx, chat.bot_id, chat.id),
        "from": sender,
        "chat": chat.about(),
        "date": now,
        **content,
    }
    _keep(tx, chat.bot_id, chat, Stored(False, message, {}), now, ())
    for hearer in hearing.all_bots(tx, chat):
        updates.add(tx, hearer, "message", message, now)
    return message


def change(tx: Tx, bot: Bot, chat: Chat, stored: Stored, message: Json, now: int) -> Stored:
    """Put the changed `message` in the place of `stored`; when a person changed it, the bot hears of it."""
    changed = replace(stored, message=message)
    messages.put(tx, bot.id, chat.id, changed)
    if not stored.out and not chat.group:
        urgent.changed(tx, bot.id, chat.id, stored.message_id, "reply_markup" in message, now)
    events.add(tx, bot.id, chat.id, "edited", now, message_id=changed.message_id)
    if stored.out:
        for hearer in hearing.of_message(tx, bot, chat, message):
            updates.add(tx, hearer, "edited_message", message, now)
    return changed


def refresh(tx: Tx, bot: Bot, chat: Chat, stored: Stored, now: int) -> None:
    """Keep it as it is now and show it anew; what bots are told is the caller's business."""
    messages.put(tx, bot.id, chat.id, stored)
    events.add(tx, bot.id, chat.id, "edited", now, message_id=stored.message_id)


def remove(tx: Tx, bot: Bot, chat: Chat, message_ids: Sequence[int], now: int) -> list[int]:
    """Delete what is there; the ids that were."""
    top = pins.top_id(tx, chat)
    gone = [number for number in message_ids if messages.delete(tx, bot.id, chat.id, number)]
    if gone:
        events.add(tx, bot.id, chat.id, "deleted", now, {"message_ids": gone})
        _forget_quotes(tx, chat, gone, now)
    if top is not None and top in gone:
        tell_pinned(tx, chat, now)
    return gone


def _forget_quotes(tx: Tx, chat: Chat, gone: Sequence[int], now: int) -> None:
    """What was said in these messages is not to live on inside the answers to them."""
    for number in lifespan.quoting(tx, chat.home, chat.id, gone):
        lifespan.quotes_nothing(tx, chat.home, chat.id, number)
        stored = messages.get(tx, chat.bot_id, chat.id, number)
        if stored is None:
            continue
        message = {name: value for name, value in stored.message.items() if name not in PAST}
        if "pinned_message" in message:  # as Telegram names a message that is not there any more
            pinned = message["pinned_message"]
            message["pinned_message"] = {"chat": pinned["chat"], "message_id": pinned["message_id"], "date": 0}
        messages.put(tx, chat.bot_id, chat.id, replace(stored, message=message))
        events.add(tx, chat.bot_id, chat.id, "edited", now, message_id=number)


def tell_pinned(tx: Tx, chat: Chat, now: int) -> None:
    """Another message is on top of the chat now, or none."""
    top = pins.top(tx, chat)
    if top is None:
        events.add(tx, chat.bot_id, chat.id, "pinned", now, {"message": None})
    else:
        events.add(tx, chat.bot_id, chat.id, "pinned", now, message_id=top.message_id)


def press(tx: Tx, bot: Bot, chat: Chat, stored: Stored, data: str, now: int) -> None:
    """A person pressed an inline button; the bot that sent it hears of it."""
    if not chat.group:
        urgent.answered(tx, bot.id, chat.id, stored.message_id, now)
    asked = hearing.sender_of(tx, bot, stored)
    there = groups.bot_in(tx, chat.id, asked.id) if chat.group else None
    if there is not None and not there.is_in:
        return  # the button of a bot that has left the group
    query = {
        "id": once.ask(tx, asked.id, chat.id, stored.message_id, now, chat.person.id),
        "from": chat.person.user(),
        "message": stored.message,
        "chat_instance": str(groups.home(bot.id, chat.id) * 1_000_003 ^ chat.id),
        "data": data,
    }
    updates.add(tx, asked, "callback_query", query, now)


def set_blocked(tx: Tx, bot: Bot, chat: Chat, blocked: bool, now: int, *, by_operator: bool = False) -> bool:
    """The person stops this bot or takes it back, or the operator does; the bot hears of it once. What the operator
    stopped only the operator takes back. True when this changed something."""
    if chat.barred and not by_operator:
        return False
    how = (people.BY_OPERATOR if by_operator else 1) if blocked else 0
    if not people.set_blocked(tx, bot.id, chat.id, how):
        return False
    tx.effects.lists.add((chat.id, 0))
    if blocked == chat.blocked:
        return True  # stopped by the person before: to the bot nothing changes

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
    updates.add(tx, bot, "my_chat_member", change, now)
    return True


def reply_to(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> Json | None:
    """The message answered to, as it stands inside the answer (without its own past)."""
    stored = messages.get(tx, bot_id, chat_id, message_id)
    return as_answered(stored) if stored else None


def as_answered(stored: Stored) -> Json:
    return {name: value for name, value in stored.message.items() if name not in PAST}


def tell_commands(tx: Tx, bot_id: int, chat_ids: Sequence[int], now: int) -> None:
    """The command menu of these chats changed."""
    bot = bots.by_id(tx, bot_id)
    for chat_id in chat_ids:
        chat = people.chat(tx, bot_id, chat_id)
        if chat is None:
            continue
        if chat.group is None:
            events.add(tx, bot_id, chat_id, "commands", now, {"commands": commands_for(bot, chat)})
        for member in groups.members(tx, chat_id) if chat.group else ():
            own = people.chat(tx, bot_id, chat_id, member.user_id) or chat
            body = {"commands": commands_for(bot, own, member.status in groups.RUNS_IT)}
            events.add(tx, bot_id, chat_id, "commands", now, body, user_id=member.user_id)


def commands_for(bot: Bot, chat: Chat, administrator: bool = False) -> list[Json]:
    """The menu of one chat for the person who looks at it: the narrowest scope that has one, as Telegram documents it;
    in each scope the person's language first."""
    menus: Json = bot.profile.get("commands", {})
    languages = dict.fromkeys([(chat.who.language_code or "").partition("-")[0].lower() if chat.who else "", ""])
    for scope in _scopes(chat, administrator):
        for language in languages:
            if f"{scope}|{language}" in menus:
                found: list[Json] = menus[f"{scope}|{language}"]
                return found
    return []


def _scopes(chat: Chat, administrator: bool) -> list[str]:
    if chat.group is None:
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    own = [f"chat_member:{chat.id}:{chat.who.id}"] if chat.who else []
    here, everywhere = ([f"chat_administrators:{chat.id}"], ["all_chat_administrators"]) if administrator else ([], [])
    return [*own, *here, f"chat:{chat.id}", *everywhere, "all_group_chats", "default"]


def _keep(tx: Tx, bot_id: int, chat: Chat, stored: Stored, now: int, shown: Sequence[str]) -> None:
    messages.put(tx, bot_id, chat.id, stored)
    for file_id in shown:
        files.show_in(tx, bot_id, chat.id, stored.message_id, file_id)
    events.add(tx, bot_id, chat.id, "message", now, message_id=stored.message_id)
    # the badges in the list of chats, on pages that show another one
    if chat.group:
        tx.effects.lists.update((member.user_id, chat.id) for member in groups.members(tx, chat.id))
    else:
        tx.effects.lists.add((chat.id, chat.id))
