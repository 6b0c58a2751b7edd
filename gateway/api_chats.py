"""Bot API: what is known of a chat."""

from typing import Any

from gateway import carry
from gateway.api_call import Call
from gateway.store import groups, pins

Json = dict[str, Any]
NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def get_chat(call: Call) -> Json:
    chat = call.chat() if _names_a_group(call) else call.known_chat()
    about = chat.about() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict(NO_GIFTS),
    }
    pinned = pins.top(call.tx, chat)
    if pinned is not None:
        about["pinned_message"] = carry.as_answered(pinned)
    if chat.group is None:
        return about
    about["permissions"] = dict(groups.DEFAULT_PERMISSIONS)
    about["has_visible_history"] = True
    return about | ({"description": chat.group.description} if chat.group.description else {})


def _names_a_group(call: Call) -> bool:
    chat_id = call.get("chat_id")
    return isinstance(chat_id, int) and chat_id < 0
