"""Bot API: sending again what stands in a chat already, with its origin (forward) or as one's own (copy)."""

import itertools
import secrets
from collections.abc import Callable
from typing import Any

from gateway import api_places, api_polls, media, polling
from gateway.api_call import Call
from gateway.errors import bad
from gateway.replies import origin
from gateway.store import messages, polls
from gateway.store.messages import Stored
from gateway.store.people import Chat

Json = dict[str, Any]
MOST_AT_ONCE = 100
CAPTION = ("caption", "caption_entities", "show_caption_above_media")
# What a message says, apart from who said it when to whom; a message with none of these is a service message.
KINDS = ("text", *media.KINDS, "contact", "dice", "location", "venue", "poll")
SAID = (*KINDS, "entities", "link_preview_options", "has_media_spoiler", *CAPTION)


def forward_message(call: Call) -> Json:
    stored = _one(call, "forward")
    if not _free(stored):
        raise bad("message has protected content and can't be forwarded")
    return _forward(call, stored, {})


def forward_messages(call: Call) -> list[Json]:
    return _many(call, "forward", _forward)


def copy_message(call: Call) -> Json:
    stored = _one(call, "copy")
    if not _free(stored):
        raise bad("message can't be copied")
    captioned = any(kind in stored.message for kind in media.CAPTIONED)
    new = call.caption() if "caption" in call.params and captioned else None
    return _number(_copy(call, stored, {}, new))


def copy_messages(call: Call) -> list[Json]:
    new: Json | None = {} if call.get("remove_caption") else None
    return _many(call, "copy", lambda call, stored, group: _copy(call, stored, group, new))


def _one(call: Call, doing: str) -> Stored:
    chat, _ = call.known_chat("from_chat_id"), call.chat()
    stored = messages.get(call.tx, call.bot.id, chat.id, call.params["message_id"])
    if stored is None:
        raise bad(f"message to {doing} not found")
    if not any(kind in stored.message for kind in KINDS):
        participle = {"copy": "copied", "forward": "forwarded"}[doing]
        raise bad(f"message can't be {participle}")
    return stored


def _many(call: Call, doing: str, send: Callable[[Call, Stored, Json], Json]) -> list[Json]:
    numbers = call.params["message_ids"]
    if not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise bad("wrong number of message identifiers specified")
    if any(first >= second for first, second in itertools.pairwise(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    chat, _ = call.known_chat("from_chat_id"), call.chat()
    found = [stored for number in numbers if (stored := _usable(call, chat, number))]
    if not found:
        raise bad(f"there are no messages to {doing}")
    albums: dict[str, str] = {}
    for stored in found:
        if "media_group_id" in stored.message:
            albums.setdefault(stored.message["media_group_id"], str(secrets.randbits(53)))
    return [_number(send(call, stored, _album(stored, albums))) for stored in found]


def _usable(call: Call, chat: Chat, number: int) -> Stored | None:
    stored = messages.get(call.tx, call.bot.id, chat.id, number)
    said = stored is not None and any(kind in stored.message for kind in KINDS)
    return stored if stored and said and _free(stored) else None


def _album(stored: Stored, albums: dict[str, str]) -> Json:
    group = stored.message.get("media_group_id")
    return {"media_group_id": albums[group]} if group else {}


def _free(stored: Stored) -> bool:
    return not stored.message.get("has_protected_content")


def _forward(call: Call, stored: Stored, group: Json) -> Json:
    said = _said(call, stored)
    sent = call.send({"forward_origin": origin(stored), **said, **group})
    poll = polls.get(call.tx, said["poll"]["id"]) if "poll" in said else None
    if poll is not None:
        polling.place(call.tx, poll, call.chat(), sent["message_id"])  # one poll, voted on in both places
    return sent


def _copy(call: Call, stored: Stored, group: Json, caption: Json | None) -> Json:
    """`caption`: the new one, None when the old one stays."""
    said = _said(call, stored)
    if caption is not None:
        said = {name: value for name, value in said.items() if name not in CAPTION} | caption
    if "location" in said and "venue" not in said:
        said["location"] = api_places.resting(said["location"])
    if "dice" in said:
        said["dice"] = api_places.throw(said["dice"]["emoji"])
    if "poll" not in said:
        return call.send({**said, **group})
    poll = api_polls.again(call, said["poll"])
    sent = call.send({**said, "poll": poll.shown()})
    polling.place(call.tx, poll, call.chat(), sent["message_id"])
    return sent


def _said(call: Call, stored: Stored) -> Json:
    said = {name: value for name, value in stored.message.items() if name in SAID}
    start = call.get("video_start_timestamp")
    if start is not None and "video" in said:
        said["video"] = {**said["video"], "start_timestamp": max(start, 0)}
    return said


def _number(sent: Json) -> Json:
    return {"message_id": sent["message_id"]}
