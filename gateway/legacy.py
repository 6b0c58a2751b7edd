"""Names that older versions of the Bot API had for what newer ones say otherwise. Telegram still takes them, and bots
in older libraries still send them."""

import json
from typing import Any

Json = dict[str, Any]
NAMES = {"thumb": "thumbnail"}


def renamed(raw: Json) -> Json:
    """The raw parameters in today's words; where both are given, today's count."""
    made = dict(raw)
    for old, new in NAMES.items():
        if old in made:
            made.setdefault(new, made[old])
    answered = made.get("reply_to_message_id")
    if answered not in (None, "", 0, "0"):
        reply = {
            "message_id": answered,
            "allow_sending_without_reply": made.get("allow_sending_without_reply"),
        }
        made.setdefault("reply_parameters", json.dumps(reply))
    if str(made.get("disable_web_page_preview", "")).lower() in ("true", "1"):
        made.setdefault("link_preview_options", {"is_disabled": True})
    if made.get("correct_option_id") not in (None, ""):
        made.setdefault("correct_option_ids", [made["correct_option_id"]])
    return made
