"""The admin API of groups: making them, people and bots in and out."""

from typing import Any

from gateway import membership
from gateway.admin import words_of
from gateway.context import Gateway
from gateway.errors import bad
from gateway.store import bots, groups, people
from gateway.store.bots import Bot
from gateway.store.database import Tx

Json = dict[str, Any]


async def add_group(gateway: Gateway, body: Json) -> Json:
    """A group of people and bots; the first of the people owns it."""
    title = words_of(body, "title", groups.LONGEST_TITLE) or ""
    now = gateway.now()

    def work(tx: Tx) -> Json:
        group = membership.found(
            tx, title, [bot.id for bot in _bots(tx, body, "bots")], _people(tx, body, "members"), now
        )
        for bot in _bots(tx, body, "administrators", required=False):
            membership.put_bot(tx, group, bot, now, administrator=True)
        return {"id": group.id}

    return await gateway.db.write(work)


async def change_group(gateway: Gateway, body: Json) -> Json:
    """People and bots in and out; `administrators` may name bots of the group."""
    group_id = body.get("id")
    title = words_of(body, "title", groups.LONGEST_TITLE, required=False)
    now = gateway.now()

    def work(tx: Tx) -> Json:
        group = groups.get(tx, group_id) if isinstance(group_id, int) and abs(group_id) <= people.MAX_ID else None
        if group is None:
            raise bad("group not found")
        if title:
            groups.set_profile(tx, group, title=title)
        for user_id in _people(tx, body, "add", required=False):
            membership.admit(tx, group, user_id, now)
        for user_id in _people(tx, body, "remove", required=False):
            membership.dismiss(tx, group, user_id, now)
        for bot in _bots(tx, body, "add_bots", required=False):
            membership.put_bot(tx, group, bot, now)
        for bot in _bots(tx, body, "administrators", required=False):
            membership.put_bot(tx, group, bot, now, administrator=True)
        for bot in _bots(tx, body, "remove_bots", required=False):
            membership.remove_bot(tx, group, bot, now)
        return _about(tx, group.id)

    return await gateway.db.write(work)


async def list_groups(gateway: Gateway, body: Json) -> Json:
    return await gateway.db.read(lambda tx: {"groups": [_about(tx, group.id) for group in groups.every(tx)]})


def _about(tx: Tx, group_id: int) -> Json:
    group = groups.get(tx, group_id)
    there = [(bots.by_id(tx, one.bot_id).username, one.status) for one in groups.bots_in(tx, group_id)]
    return {
        "id": group_id,
        "title": group.title if group else "",
        "members": [member.user_id for member in groups.members(tx, group_id)],
        "bots": [username for username, _ in there],
        "administrators": [username for username, status in there if status == "administrator"],
    }


def _bots(tx: Tx, body: Json, name: str, required: bool = True) -> list[Bot]:
    found = [bots.named(tx, one) if isinstance(one, str) else None for one in _list(body, name, required)]
    if not all(found):
        raise bad("bot not found")
    return [bot for bot in found if bot]


def _people(tx: Tx, body: Json, name: str, required: bool = True) -> list[int]:
    given = _list(body, name, required)
    for one in given:
        known = isinstance(one, int) and 0 < one <= people.MAX_ID and people.get(tx, one) is not None
        if not known:
            raise bad("user not found")
    return list(dict.fromkeys(given))


def _list(body: Json, name: str, required: bool) -> list[Any]:
    given = body.get(name)
    if given is None and not required:
        return []
    if not isinstance(given, list) or not given:
        raise bad(f"{name} must be a non-empty list")
    return given
