"""What a person sees of a bot: its name and words in the person's language, the button beside the text box."""

from typing import Any

from gateway.store.bots import Bot
from gateway.store.people import Chat

Json = dict[str, Any]


def about(bot: Bot, language: str | None) -> Json:
    return {
        "id": bot.id,
        "username": bot.username,
        "first_name": in_language(bot, "names", language) or bot.first_name,
        "description": in_language(bot, "descriptions", language),
        "short_description": in_language(bot, "short_descriptions", language),
    }


def menu_button(bot: Bot, chat: Chat) -> Json:
    """The chat's own button, else the bot's, else the one that opens the list of commands."""
    kept: Json = bot.profile.get("menu_buttons", {})
    button: Json = kept.get(str(chat.id)) or kept.get("") or {"type": "commands"}
    return button


def in_language(bot: Bot, what: str, language: str | None) -> str:
    """Words of the bot for this language (zh also for zh-hans), else those for everybody."""
    kept: Json = bot.profile.get(what, {})
    return str(kept.get((language or "").partition("-")[0].lower()) or kept.get("", ""))
