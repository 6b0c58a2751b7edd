"""Bot API: reacting to messages. What people react with comes from their pages."""

from typing import Any

from gateway import reacting, spec
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import messages
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]
MOST_OF_A_BOT = 1


def set_message_reaction(call: Call) -> bool:
    chosen = [_emoji(one) for one in call.get("reaction", [])]
    if len(chosen) > MOST_OF_A_BOT:
        raise bad("REACTIONS_TOO_MANY")
    chat = call.chat()
    stored = messages.get(call.tx, call.bot.id, chat.id, call.params["message_id"])
    if stored is None:
        raise bad("message to react not found")
    stored = _first_of_album(call, chat, stored)
    reacting.react(call.tx, call.bot, chat, stored, call.bot.user(), chosen[0] if chosen else None, call.now)
    return True


def _emoji(reaction: Json) -> str:
    if reaction["type"] == "paid":
        raise bad("can't parse ReactionType: invalid reaction type specified")
    if reaction["type"] == "custom_emoji":
        raise bad("REACTION_INVALID")
    emoji = str(reaction["emoji"]).replace("\ufe0f", "")
    if emoji not in spec.load().reactions:
        raise bad("REACTION_INVALID")
    return emoji


def _first_of_album(call: Call, chat: Chat, stored: Stored) -> Stored:
    """In an album the first message that is still there carries the reactions."""
    group = stored.message.get("media_group_id")
    for number in range(stored.message_id - 1, stored.message_id - 10, -1):
        before = messages.get(call.tx, call.bot.id, chat.id, number) if group else None
        if before is not None and before.message.get("media_group_id") == group:
            stored = before
    return stored
