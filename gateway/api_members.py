"""Bot API: who is in a chat, and taking people out of groups or rights from them."""

from typing import Any

from gateway import membership
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import bots, groups, people
from gateway.store.groups import Group, Member
from gateway.store.people import Chat

Json = dict[str, Any]
SHORTEST_BAN = 30  # shorter and longer ones are for ever, as Telegram has it
LONGEST_BAN = 366 * 24 * 3600


def get_chat_member(call: Call) -> Json:
    chat, user_id = call.chat(), _user_id(call)
    if chat.group is None:
        if user_id == call.bot.id:
            return membership.about_bot(call.bot, "member")
        if user_id == chat.id:
            return {"user": chat.person.user(), "status": "member"}
        raise bad("member not found")
    there = groups.bot_in(call.tx, chat.id, user_id)
    if there is not None:
        return membership.about_bot(bots.by_id(call.tx, user_id), there.status)
    person = people.get(call.tx, user_id)
    member = groups.member(call.tx, chat.id, user_id)
    if person is None or member is None:
        raise bad("member not found")  # nobody the bot could know
    return membership.about_person(person.user(), member, call.now)


def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    if chat.group is None:
        return 2
    return len(groups.members(call.tx, chat.id)) + len(groups.bots_in(call.tx, chat.id))


def get_chat_administrators(call: Call) -> list[Json]:
    chat = call.chat()
    if chat.group is None:
        raise bad("there are no administrators in the private chat")
    found = [
        membership.about_person(person.user(), member, call.now)
        for member in groups.members(call.tx, chat.id)
        if member.status in ("creator", "administrator") and (person := people.get(call.tx, member.user_id))
    ]
    for one in groups.bots_in(call.tx, chat.id):
        if one.status == "administrator" and (call.get("return_bots") or one.bot_id == call.bot.id):
            found.append(membership.about_bot(bots.by_id(call.tx, one.bot_id), one.status))
    return found


def leave_chat(call: Call) -> bool:
    chat = call.chat()
    if chat.group is None:
        raise bad("chat member status can't be changed in private chats")
    membership.remove_bot(call.tx, chat.group, call.bot, call.now, actor=call.bot.user())
    return True


def ban_chat_member(call: Call) -> bool:
    chat = call.chat()
    if chat.group is None:
        raise bad("can't ban members in private chats")
    user_id = _user_id(call)
    _needs_rights(call, chat)
    if user_id == call.bot.id:
        raise bad("can't restrict self")
    if groups.bot_in(call.tx, chat.id, user_id):
        raise bad("not enough rights to restrict/unrestrict chat member")  # bots are the operator's
    if people.get(call.tx, user_id) is None:
        raise bad("invalid user_id specified")
    _spares_administrators(groups.member(call.tx, chat.id, user_id), owner="can't remove chat owner")
    membership.dismiss(call.tx, chat.group, user_id, call.now, call.bot.user(), _until(call))
    return True


def unban_chat_member(call: Call) -> bool:
    """The person may come back (the operator lets them in); a member is taken out, unless only_if_banned."""
    chat = call.chat()
    if chat.group is None:
        raise bad("method is available only in supergroup and channel chats")
    user_id = _user_id(call)
    _needs_rights(call, chat)
    if user_id == call.bot.id:
        raise bad("can't unrestrict self")
    member = groups.member(call.tx, chat.id, user_id)
    if member is None or (call.get("only_if_banned") and member.status != "kicked"):
        return True
    _spares_administrators(member, owner="can't remove chat owner")
    membership.dismiss(call.tx, chat.group, user_id, call.now, call.bot.user())
    return True


def restrict_chat_member(call: Call) -> bool:
    chat = call.chat()
    if chat.group is None:
        raise bad("method is available only in supergroups")
    user_id = _user_id(call)
    _needs_rights(call, chat)
    if user_id == call.bot.id:
        raise bad("can't restrict self")
    member = groups.member(call.tx, chat.id, user_id)
    if member is None:
        raise bad("member not found")
    _spares_administrators(member, owner="can't remove chat owner")
    may = permissions(call.params["permissions"], bool(call.get("use_independent_chat_permissions")))
    membership.restrict(call.tx, chat.group, user_id, may, _until(call), call.bot.user(), call.now)
    return True


def permissions(given: Json, independent: bool = False) -> Json:
    """ChatPermissions with every field, what was left out derived from the others as Telegram does it."""
    may = {name: bool(given.get(name)) for name in groups.MAY}
    media = [name for name in groups.MAY if name.startswith("can_send_") and name != "can_send_messages"]
    media = [name for name in media if name not in ("can_send_polls", "can_send_other_messages")]
    if not independent:
        if may["can_send_other_messages"] or may["can_add_web_page_previews"]:
            may |= dict.fromkeys([*media, "can_send_messages"], True)
        if may["can_send_polls"]:
            may["can_send_messages"] = True
    if "can_react_to_messages" not in given:
        may["can_react_to_messages"] = may["can_send_messages"]
    for name in ("can_edit_tag", "can_manage_topics"):
        if name not in given:
            may[name] = may["can_pin_messages"]
    return may


def is_administrator(call: Call, group: Group) -> bool:
    there = groups.bot_in(call.tx, group.id, call.bot.id)
    return there is not None and there.status == "administrator"


def _needs_rights(call: Call, chat: Chat) -> None:
    if chat.group is None or not is_administrator(call, chat.group):
        raise bad("not enough rights to restrict/unrestrict chat member")


def _spares_administrators(member: Member | None, owner: str) -> None:
    if member and member.status == "creator" and member.is_in:
        raise bad(owner)
    if member and member.status == "administrator" and member.is_in:
        raise bad("user is an administrator of the chat")


def _user_id(call: Call) -> int:
    user_id: int = call.params["user_id"]
    if user_id <= 0:
        raise bad("invalid user_id specified")
    return user_id


def _until(call: Call) -> int:
    until: int = call.get("until_date", 0)
    return until if SHORTEST_BAN <= until - call.now <= LONGEST_BAN else 0
