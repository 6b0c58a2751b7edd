"""The chats one person has under one bot: the private one and the groups, as the page lists them."""

from typing import Any

from gateway.store import groups, people, seen
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Person

Json = dict[str, Any]


def path(user_id: int, bot_username: str, chat_id: int) -> str:
    """The address of a chat's page; a group's is below the private one."""
    private = f"/c/{user_id}/{bot_username}"
    return private if chat_id > 0 else f"{private}/g/{-chat_id}"


def of(tx: Tx, person: Person, bot: Bot) -> list[Json]:
    found: list[Json] = []
    if people.chat(tx, bot.id, person.id):
        found.append({"id": person.id, "type": "private", "title": bot.first_name})
    found += [group.chat() for group in groups.shared_by(tx, person.id, bot.id)]
    return [
        {
            **one,
            "url": path(person.id, bot.username, one["id"]),
            "unread": seen.unread(tx, bot.id, one["id"], person.id),
        }
        for one in found
    ]
