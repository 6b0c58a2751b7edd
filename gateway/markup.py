"""reply_markup: what the specification cannot say as types. Inline keyboards stay with the message, the others change
what the person has under the text box."""

from dataclasses import dataclass
from typing import Any

from gateway.errors import bad
from gateway.text.entities import safe_link

Json = dict[str, Any]
ACTIONS = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
MOST_BUTTONS = 100
MOST_KEYS = 300


@dataclass(frozen=True)
class Markup:
    inline: Json | None = None
    keyboard: Json | None = None  # a new reply keyboard
    removes_keyboard: bool = False
    force_reply: Json | None = None
    selective: bool = False  # in a group: only for those who are mentioned or answered


def read(value: Json | None) -> Markup:
    """The markup of a message; `value` has the types of the specification already. Raises ApiError."""
    if not value:
        return Markup()
    if "inline_keyboard" in value:
        return Markup(inline=_inline(value["inline_keyboard"]))
    if "keyboard" in value:
        return Markup(keyboard=_keyboard(value), selective=bool(value.get("selective")))
    if value.get("remove_keyboard"):
        return Markup(removes_keyboard=True, selective=bool(value.get("selective")))
    if value.get("force_reply"):
        return Markup(force_reply=value, selective=bool(value.get("selective")))
    return Markup()


def _inline(rows: list[list[Json]]) -> Json | None:
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad("too many inline keyboard buttons")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Json) -> Json:
    if not button["text"].strip():
        raise bad("text buttons are allowed in reply keyboards only")
    actions = [name for name in ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("inline keyboard button must have exactly one action")
    if "url" in button and not safe_link(button["url"]):
        raise bad("inline keyboard button URL is invalid")
    return button


def _keyboard(value: Json) -> Json:
    rows = [row for row in value["keyboard"] if row]
    if not rows:
        raise bad("reply keyboard must have at least one button")
    if sum(map(len, rows)) > MOST_KEYS:
        raise bad("too many reply keyboard buttons")
    if any(not key["text"].strip() for row in rows for key in row):
        raise bad("keyboard button text must be non-empty")
    return {**value, "keyboard": rows}


def buttons(markup: Json | None) -> list[Json]:
    return [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
