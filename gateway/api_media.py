"""Bot API: everything that is sent as a file, alone or in an album, and putting another file into a message."""

import secrets
from collections.abc import Callable
from typing import Any

from gateway import api_files, api_messages, media
from gateway.api_call import Call
from gateway.errors import bad
from gateway.media import KINDS
from gateway.store import files

Json = dict[str, Any]
MOST_IN_ALBUM = 10
# May stand in one album with each other; documents and audios only with their own kind.
SEEN = ("photo", "video")
IN_ALBUMS = (*SEEN, "audio", "document")
CAN_HIDE = ("photo", "video", "animation")
# What goes when another medium comes into its place.
REPLACED = (*media.KINDS, "text", "entities", "link_preview_options", "caption", "caption_entities",
            "show_caption_above_media", "has_media_spoiler", "reply_markup")  # fmt: skip


def sends(kind: str) -> Callable[[Call], Json]:
    """The method that sends this kind of file: sendPhoto, sendVoice, …"""

    def send(call: Call) -> Json:
        return call.send(content(call, kind, call.params[kind], call.params))

    return send


def content(call: Call, kind: str, named: str, given: Json) -> Json:
    """The parts of a message with this file. `given` are the call's parameters, or one InputMedia of it."""
    file = api_files.chosen(call, kind, named, given)
    made = file.content()
    if file.kind == "animation":
        made["document"] = _as_document(made["animation"])
    if file.kind == "video":
        made["video"] |= _start(call, given)
    if KINDS[file.kind].captioned:
        made |= call.caption(given)
    if given.get("has_spoiler") and file.kind in CAN_HIDE:
        made["has_media_spoiler"] = True
    return made


def _as_document(animation: Json) -> Json:
    """For older bots an animation is a document, too."""
    kept = ("file_id", "file_unique_id", "thumbnail", "file_name", "mime_type", "file_size")
    return {name: value for name, value in animation.items() if name in kept}


def _start(call: Call, given: Json) -> Json:
    """Where a video begins and what stands for it: a matter of the message, not of the file."""
    told: Json = {}
    if given.get("cover"):
        told["cover"] = api_files.chosen(call, "photo", given["cover"], {}).content()["photo"]
    if given.get("start_timestamp"):
        told["start_timestamp"] = max(given["start_timestamp"], 0)
    return told


def of_input(call: Call, given: Json) -> Json:
    """The parts of a message with this InputMedia."""
    kind, named = given["type"], given["media"]
    if kind not in KINDS:
        raise bad(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    if named.startswith("attach://") and named not in call.saved:
        raise bad("can't parse InputMedia: media not found")
    return content(call, kind, named, given)


def send_media_group(call: Call) -> list[Json]:
    album = call.params["media"]
    if not album:
        raise bad("there are no messages to send")
    if len(album) > MOST_IN_ALBUM:
        raise bad("too many messages to send as an album")
    call.chat()
    _fit_together([one["type"] for one in album])
    found = [of_input(call, one) for one in album]
    _fit_together([kind_of(one) for one in found])  # a file_id may name another kind than the call said
    group = {"media_group_id": str(secrets.randbits(53))} if len(album) > 1 else {}
    return [call.send({**one, **group}) for one in found]


def _fit_together(kinds: list[str]) -> None:
    for alone in ("audio", "document"):
        if alone in kinds and set(kinds) != {alone}:
            raise bad(f"{alone} can't be mixed with other media types")
    if any(kind not in IN_ALBUMS for kind in kinds):
        raise bad("can't parse InputMedia: this kind of media can't be used in sendMediaGroup")


def kind_of(made: Json) -> str:
    """The kind of file this part of a message shows."""
    return next(kind for kind in ("animation", *KINDS) if kind in made)


def edit_message_media(call: Call) -> Json:
    chat, stored = api_messages.editable(call)
    old = next((kind for kind in ("animation", *KINDS) if kind in stored.message), None)
    if "text" not in stored.message and old not in (*IN_ALBUMS, "animation"):
        raise bad("there is no media in the message to edit")
    new = of_input(call, call.params["media"])
    kind = kind_of(new)
    if "media_group_id" in stored.message and kind != old and not {kind, old} <= set(SEEN):
        raise bad("can't change media type in the album")
    changed = api_messages.edit(call, chat, stored, REPLACED, new)
    files.show_only(call.tx, chat.bot_id, chat.id, stored.message_id, tuple(media.files_in(changed)))
    return changed
