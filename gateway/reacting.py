"""Reactions: kept with the message, shown on every page, told to the bots that asked for them."""

from dataclasses import replace
from typing import Any

from gateway import carry
from gateway.store import bots, groups, updates
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]


def react(tx: Tx, bot: Bot, chat: Chat, stored: Stored, who: Json, emoji: str | None, now: int) -> Stored:
    """`who` (a User) reacts with this emoji, or no longer reacts. A bot is not told what bots do."""
    given: dict[str, str] = dict(stored.page.get("reactions", {}))
    before = given.pop(str(who["id"]), None)
    if emoji == before:
        return stored
    if emoji is not None:
        given[str(who["id"])] = emoji
    page = {name: value for name, value in stored.page.items() if name != "reactions"}
    changed = replace(stored, page={**page, **({"reactions": given} if given else {})})
    carry.refresh(tx, bot, chat, changed, now)
    if not who["is_bot"]:
        told = {
            "chat": chat.about(),
            "message_id": stored.message_id,
            "user": who,
            "date": now,
            "old_reaction": _types(before),
            "new_reaction": _types(emoji),
        }
        for hearer in _hearers(tx, bot, chat):
            updates.add(tx, hearer, "message_reaction", told, now)
    return changed


def _types(emoji: str | None) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _hearers(tx: Tx, bot: Bot, chat: Chat) -> list[Bot]:
    """In a group only administrators hear of reactions."""
    if chat.group is None:
        return [bot]
    there = groups.bots_in(tx, chat.id)
    return [bots.by_id(tx, one.bot_id) for one in there if one.status == "administrator"]
