"""Who comes into a group, who goes, who may do what there, and who is told of it.

Every function is one part of a transaction. `actor` is the User who did it; what the operator does counts as done by
the group's owner, the first of its people.
"""

from collections.abc import Callable, Sequence
from typing import Any

from gateway import carry
from gateway.store import bots, groups, people, updates
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.groups import Group, Member

Json = dict[str, Any]
# What an administrator may do here; there is nobody to promote others but the operator, and no stories or topics.
ADMIN_MAY = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_manage_topics": False,
}


def found(tx: Tx, title: str, bot_ids: Sequence[int], user_ids: Sequence[int], now: int) -> Group:
    """A new group. The first of the people owns it."""
    group_id = groups.add(tx, title, now)
    for place, user_id in enumerate(user_ids):
        groups.put_member(tx, group_id, user_id, "member" if place else "creator", is_in=True)
        tx.effects.lists.add((user_id, group_id))
    group = _group(tx, group_id)
    actor = _owner(tx, group)
    for bot_id in bot_ids:
        bot = bots.by_id(tx, bot_id)
        _bot_becomes(tx, group, bot, "member", actor or bot.user(), now)
    if actor:
        carry.service(tx, people.group_chat(group), actor, {"group_chat_created": True}, now)
    return group


def admit(tx: Tx, group: Group, user_id: int, now: int) -> bool:
    """True when the person was not in it before."""
    person = people.get(tx, user_id)
    if person is None or groups.is_in(tx, group.id, user_id):
        return False
    actor = _owner(tx, group) or person.user()
    status = "creator" if _owner(tx, group) is None else "member"
    _person_becomes(tx, group, user_id, actor, now, lambda: _put(tx, group, user_id, status))
    carry.service(tx, people.group_chat(group), actor, {"new_chat_members": [person.user()]}, now)
    tx.effects.lists.add((user_id, group.id))
    return True


def dismiss(tx: Tx, group: Group, user_id: int, now: int, actor: Json | None = None, until: int | None = None) -> bool:
    """The person is out, and with `until` banned as well (0: for ever). Open pages of the group end. True when the
    person was in it."""
    person = people.get(tx, user_id)
    if person is None:
        return False
    actor = actor or _owner(tx, group) or person.user()
    inside = groups.is_in(tx, group.id, user_id)

    def leave() -> None:
        groups.put_member(tx, group.id, user_id, "left" if until is None else "kicked", is_in=False, until=until or 0)

    _person_becomes(tx, group, user_id, actor, now, leave)
    if inside:
        carry.service(tx, people.group_chat(group), actor, {"left_chat_member": person.user()}, now)
        tx.effects.lists.add((user_id, group.id))
    return inside


def restrict(tx: Tx, group: Group, user_id: int, permissions: Json, until: int, actor: Json, now: int) -> None:
    """What the person may do there; everything: the restriction is lifted."""
    inside = groups.is_in(tx, group.id, user_id)
    free = all(permissions.get(name) for name in groups.DEFAULT_PERMISSIONS if groups.DEFAULT_PERMISSIONS[name])

    def change() -> None:
        if free and inside:
            groups.put_member(tx, group.id, user_id, "member", is_in=True)
        else:
            groups.put_member(tx, group.id, user_id, "restricted", is_in=inside, until=until, permissions=permissions)

    _person_becomes(tx, group, user_id, actor, now, change)


def make_administrator(tx: Tx, group: Group, user_id: int, administrator: bool, now: int) -> None:
    """The operator gives a person the administrator's rights or takes them back; the owner keeps them."""
    member = groups.member(tx, group.id, user_id)
    actor = _owner(tx, group)
    if member is None or not member.is_in or member.status == "creator" or actor is None:
        return
    status = "administrator" if administrator else "member"
    _person_becomes(tx, group, user_id, actor, now, lambda: _put(tx, group, user_id, status))


def put_bot(tx: Tx, group: Group, bot: Bot, now: int, administrator: bool = False) -> None:
    """The bot is in it, as an administrator or not."""
    there = groups.bot_in(tx, group.id, bot.id)
    actor = _owner(tx, group) or bot.user()
    _bot_becomes(tx, group, bot, "administrator" if administrator else "member", actor, now)
    if there is None or not there.is_in:
        carry.service(tx, people.group_chat(group), actor, {"new_chat_members": [bot.user()]}, now)
        _lists_changed(tx, group)


def remove_bot(tx: Tx, group: Group, bot: Bot, now: int, actor: Json | None = None) -> None:
    """The bot goes by itself (`actor` is the bot), or is thrown out."""
    there = groups.bot_in(tx, group.id, bot.id)
    if there is None or not there.is_in:
        return
    by = actor or _owner(tx, group) or bot.user()
    _bot_becomes(tx, group, bot, "left" if by["id"] == bot.id else "kicked", by, now)
    carry.service(tx, people.group_chat(group), by, {"left_chat_member": bot.user()}, now)
    _lists_changed(tx, group)


def about_person(user: Json, member: Member | None, now: int) -> Json:
    """The ChatMember object of a person; whose ban or restriction is over counts as free."""
    if member is None or (member.status == "kicked" and 0 < member.until <= now):
        return {"user": user, "status": "left"}
    over = member.status == "restricted" and 0 < member.until <= now
    if member.status == "restricted" and not over:
        may = {name: bool(member.permissions.get(name)) for name in groups.MAY}
        return {"user": user, "status": "restricted", "is_member": member.is_in, "until_date": member.until, **may}
    if over:
        return {"user": user, "status": "member" if member.is_in else "left"}
    return {"user": user, "status": member.status, **_more(member.status, member.until)}


def about_bot(bot: Bot, status: str) -> Json:
    """The ChatMember object of a bot."""
    return {"user": bot.user(), "status": status, **_more(status, 0)}


def _more(status: str, until: int) -> Json:
    if status == "administrator":
        return dict(ADMIN_MAY)
    if status == "creator":
        return {"is_anonymous": False}
    return {"until_date": until} if status == "kicked" else {}


def _person_becomes(
    tx: Tx, group: Group, user_id: int, actor: Json, now: int, change: Callable[[], None]
) -> None:  # fmt: skip
    """Do `change`, then tell the administrators among the bots, if their `allowed_updates` name chat_member."""
    person = people.get(tx, user_id)
    if person is None:
        return
    old = about_person(person.user(), groups.member(tx, group.id, user_id), now)
    change()
    new = about_person(person.user(), groups.member(tx, group.id, user_id), now)
    _tell_administrators(tx, group, _changed(group, actor, old, new, now), now)


def _bot_becomes(tx: Tx, group: Group, bot: Bot, status: str, actor: Json, now: int) -> None:
    """Tells the bot itself (my_chat_member) and the other administrators among the bots."""
    there = groups.bot_in(tx, group.id, bot.id)
    before = there.status if there else "left"
    if before == status:
        return
    groups.put_bot(tx, group.id, bot.id, status)
    change = _changed(group, actor, about_bot(bot, before), about_bot(bot, status), now)
    updates.add(tx, bot, "my_chat_member", change, now)
    _tell_administrators(tx, group, change, now, but=bot.id)


def _changed(group: Group, actor: Json, old: Json, new: Json, now: int) -> Json:
    return {"chat": group.chat(), "from": actor, "date": now, "old_chat_member": old, "new_chat_member": new}


def _tell_administrators(tx: Tx, group: Group, change: Json, now: int, but: int | None = None) -> None:
    if change["old_chat_member"] == change["new_chat_member"]:
        return
    for one in groups.bots_in(tx, group.id):
        if one.status == "administrator" and one.bot_id != but:
            updates.add(tx, bots.by_id(tx, one.bot_id), "chat_member", change, now)


def _put(tx: Tx, group: Group, user_id: int, status: str) -> None:
    groups.put_member(tx, group.id, user_id, status, is_in=True)


def _owner(tx: Tx, group: Group) -> Json | None:
    first = next((member for member in groups.members(tx, group.id) if member.status == "creator"), None)
    person = people.get(tx, first.user_id) if first else None
    return person.user() if person else None


def _group(tx: Tx, group_id: int) -> Group:
    group = groups.get(tx, group_id)
    assert group is not None
    return group


def _lists_changed(tx: Tx, group: Group) -> None:
    tx.effects.lists.update((member.user_id, 0) for member in groups.members(tx, group.id))
