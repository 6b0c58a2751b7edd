"""Bot API: who the bot is, what its menu says, who it talks to."""

import re
from typing import Any

from gateway import carry
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import bots, people

Json = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
MOST_COMMANDS = 100


def get_me(call: Call) -> Json:
    return call.bot.user() | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(call: Call) -> Json:
    chat = call.known_chat()
    return chat.person.chat() | {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


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
    chats = [scope["chat_id"]] if scope["type"] == "chat" else people.chats_of_bot(call.tx, call.bot.id)
    carry.tell_commands(call.tx, call.bot.id, chats, call.now)
    return True


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
