"""Bot API: who the bot is, what its menu says, who it talks to."""

import re
from typing import Any

from gateway import carry, spec
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import bots, groups, people

Json = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
MOST_COMMANDS = 100
RIGHTS = tuple(spec.load().types["ChatAdministratorRights"].fields)


def get_me(call: Call) -> Json:
    return call.bot.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def take_leave(call: Call) -> bool:
    """logOut and close, which bots call before they move to another server: nothing is held here that has to be let go
    of, and the bot may come back at any time."""
    return True


def set_my_commands(call: Call) -> bool:
    commands = call.params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad("too many commands specified")
    kept = []
    for command in commands:
        name = command["command"].removeprefix("/")
        if not COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        kept.append({"command": name, "description": command["description"]})
    return _put_menu(call, kept)


def delete_my_commands(call: Call) -> bool:
    return _put_menu(call, None)


def get_my_commands(call: Call) -> list[Json]:
    menus: Json = call.bot.profile.get("commands", {})
    found: list[Json] = menus.get(_menu_key(call), [])
    return found


def _put_menu(call: Call, commands: list[Json] | None) -> bool:
    key = _menu_key(call)
    menus = dict(call.bot.profile.get("commands", {}))
    before = menus.pop(key, None)
    if commands:
        menus[key] = commands
    if (before or []) == (commands or []):
        return True  # bots say this at every start; pages hear of it only when it changed
    _put(call, commands=menus)
    scope = call.get("scope") or {"type": "default"}
    carry.tell_commands(call.tx, call.bot.id, _chats_of(call, scope), call.now)
    return True


def _chats_of(call: Call, scope: Json) -> list[int]:
    """The chats whose menu this scope may change."""
    if "chat_id" in scope:
        return [scope["chat_id"]]
    for_groups = scope["type"] in ("all_group_chats", "all_chat_administrators")
    found = [] if for_groups else people.chats_of_bot(call.tx, call.bot.id)
    if scope["type"] != "all_private_chats":
        found += [one.id for one in groups.every(call.tx) if groups.bot_in(call.tx, one.id, call.bot.id)]
    return found


def _menu_key(call: Call) -> str:
    scope = call.get("scope") or {"type": "default"}
    if scope["type"] in ("chat", "chat_administrators", "chat_member"):
        if not isinstance(scope["chat_id"], int) or people.chat(call.tx, call.bot.id, scope["chat_id"]) is None:
            raise bad("chat not found")
        name = ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)
    else:
        name = scope["type"]
    return f"{name}|{_language(call)}"


def set_my_name(call: Call) -> bool:
    language = _language(call)
    name = call.get("name", "").strip()
    names = _changed(call, "names", language, name)
    bots.set_profile(
        call.tx, call.bot, {**call.bot.profile, "names": names}, (not language and name) or call.bot.first_name
    )
    return True


def get_my_name(call: Call) -> Json:
    names = call.bot.profile.get("names", {})
    return {"name": names.get(_language(call)) or call.bot.first_name}


def set_my_description(call: Call) -> bool:
    _put(call, descriptions=_changed(call, "descriptions", _language(call), call.get("description", "")))
    return True


def get_my_description(call: Call) -> Json:
    return {"description": _in_language(call, "descriptions")}


def set_my_short_description(call: Call) -> bool:
    changed = _changed(call, "short_descriptions", _language(call), call.get("short_description", ""))
    _put(call, short_descriptions=changed)
    return True


def get_my_short_description(call: Call) -> Json:
    return {"short_description": _in_language(call, "short_descriptions")}


def set_chat_menu_button(call: Call) -> bool:
    button = call.get("menu_button") or {"type": "default"}
    if button["type"] == "web_app" and not button["web_app"]["url"].lower().startswith("https://"):
        raise bad("BUTTON_URL_INVALID")
    buttons = {**call.bot.profile.get("menu_buttons", {}), _menu_of(call): button}
    _put(call, menu_buttons={key: kept for key, kept in buttons.items() if kept["type"] != "default"})
    return True


def get_chat_menu_button(call: Call) -> Json:
    kept: Json = call.bot.profile.get("menu_buttons", {})
    button: Json = kept.get(_menu_of(call)) or {"type": "default" if "chat_id" in call.params else "commands"}
    return button


def _menu_of(call: Call) -> str:
    """Under what the button is kept: the private chat it is for, or nothing for all of them."""
    if "chat_id" not in call.params:
        return ""
    chat = call.known_chat()
    if chat.group is not None:
        raise bad("chat_id must be the identifier of a private chat")
    return str(chat.id)


def set_my_default_administrator_rights(call: Call) -> bool:
    given = call.get("rights") or {}
    rights = {**call.bot.profile.get("rights", {}), _rights_of(call): {name: given.get(name, False) for name in RIGHTS}}
    _put(call, rights=rights)
    return True


def get_my_default_administrator_rights(call: Call) -> Json:
    kept: Json = call.bot.profile.get("rights", {})
    rights: Json = kept.get(_rights_of(call)) or dict.fromkeys(RIGHTS, False)
    return rights


def _rights_of(call: Call) -> str:
    return "channels" if call.get("for_channels") else "groups"


def get_user_profile_photos(call: Call) -> Json:
    """People here have no portraits; the answer says so in Telegram's way."""
    user_id = call.params["user_id"]
    if user_id != call.bot.id and people.chat(call.tx, call.bot.id, user_id) is None:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}


def _changed(call: Call, what: str, language: str, value: str) -> Json:
    kept = {**call.bot.profile.get(what, {}), language: value}
    return {key: words for key, words in kept.items() if words}


def _in_language(call: Call, what: str) -> str:
    kept = call.bot.profile.get(what, {})
    return str(kept.get(_language(call)) or kept.get("", ""))


def _language(call: Call) -> str:
    language = str(call.get("language_code", ""))
    if language and not LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _put(call: Call, **parts: Json) -> None:
    bots.set_profile(call.tx, call.bot, {**call.bot.profile, **parts}, call.bot.first_name)
