"""What the calls of the chat page have in common: reading what was asked, holding to the limits, sending once."""

from typing import Any, TypeGuard

from starlette.requests import Request

from gateway import carry, disk, words
from gateway.access import Access
from gateway.errors import PageRefused
from gateway.params import Body, TooBig, limited, read_form, read_page_json
from gateway.settings import MEGABYTE
from gateway.store import files, groups, messages, once
from gateway.store.database import Tx
from gateway.store.messages import Stored
from gateway.text import formatted

Json = dict[str, Any]
LONGEST_JSON = 256 * 1024
LONGEST_CLIENT_ID = 100
LARGEST_ID = 2**53
# What a member of a group must be allowed to do to send a message of this kind.
NEEDS = {
    "text": "can_send_messages",
    "photo": "can_send_photos",
    "document": "can_send_documents",
    "voice": "can_send_voice_notes",
    "video": "can_send_videos",
    "audio": "can_send_audios",
}


def send(tx: Tx, asking: Access, content: Json, client_id: str | None, shown: tuple[str, ...] = ()) -> Stored:
    bot, chat, now = asking.bot, asking.chat, asking.gateway.now()
    earlier = done_before(tx, asking, client_id)
    if earlier is not None:
        return earlier
    if chat.blocked and not chat.barred and content.get("text", "").split()[:1] == ["/start"]:
        carry.set_blocked(tx, bot, chat, False, now)
    else:
        refuse_when_stopped(asking)
    refuse_when_silenced(tx, asking, content)
    stored = carry.to_bot(tx, bot, chat, content, now, shown)
    if client_id:
        once.keep_done(tx, bot.id, chat.id, client_id, stored.message_id, now)
    return stored


def is_message_id(number: Any) -> TypeGuard[int]:
    return type(number) is int and 0 < number <= LARGEST_ID


def answered(tx: Tx, asking: Access, number: Any) -> Json:
    """The part of a new message that says which one it answers; nothing when that one is gone."""
    if isinstance(number, str):
        number = number_of(number)
    replied = carry.reply_to(tx, asking.bot.id, asking.chat.id, number) if is_message_id(number) else None
    return {"reply_to_message": replied} if replied else {}


def done_before(tx: Tx, asking: Access, client_id: str | None) -> Stored | None:
    """What this very request did before."""
    done = once.done(tx, asking.bot.id, asking.chat.id, client_id) if client_id else None
    if done is None:
        return None
    stored = messages.get(tx, asking.bot.id, asking.chat.id, done.message_id or 0)
    if stored is None:
        raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
    return stored


def refuse_when_stopped(asking: Access) -> None:
    if asking.chat.barred:
        raise PageRefused(403, "barred", words.BARRED)
    if asking.chat.blocked:
        raise PageRefused(403, "stopped", words.STOPPED)


def refuse_when_silenced(tx: Tx, asking: Access, content: Json) -> None:
    """In a group an administrator may have taken the right to send some kinds of messages from this member."""
    kind = next((kind for kind in NEEDS if kind in content), "text")
    refuse_when_not_allowed(tx, asking, NEEDS[kind])


def refuse_when_not_allowed(tx: Tx, asking: Access, what: str) -> None:
    """`what` as Telegram names the permission; in a private chat everything is allowed."""
    if asking.chat.group is None:
        return
    member = groups.member(tx, asking.chat.id, asking.person.id)
    if member is None or not member.may(what, asking.gateway.now()):
        raise PageRefused(403, "silenced", words.SILENCED)


def hold_to_rate(asking: Access, rate: str) -> None:
    seconds = asking.gateway.wait_for(asking.person.id, rate)
    if seconds:
        raise PageRefused(429, "too_fast", words.TOO_FAST.format(seconds=seconds), seconds)


async def refuse_when_full(asking: Access) -> None:
    """No more files than a chat may hold, and none when the disk is nearly full: words still go through."""
    gateway, settings = asking.gateway, asking.gateway.settings
    if not disk.has_room(gateway, await disk.free_bytes(gateway)):
        raise PageRefused(503, "no_room", words.NO_ROOM, 60)
    number, size = await gateway.db.read(lambda tx: files.kept_of_people(tx, asking.bot.id, asking.chat.id))
    if number >= settings.chat_kept_files or size >= settings.chat_kept_bytes:
        raise PageRefused(413, "chat_full", words.CHAT_FULL)


def said(text: str, name: str, most: int) -> Json:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST) from None
    written, entities = formatted(text)
    if len(written) > most:
        raise PageRefused(400, "too_long", words.TOO_LONG.format(limit=most, length=len(written)))
    if not written:
        return {}
    marks = "entities" if name == "text" else "caption_entities"
    return {name: written, **({marks: entities} if entities else {})}


async def json_body(request: Request) -> Json:
    """What a call of the chat says: room for a long message and all that may come with it. Raises PageRefused."""
    return await read_page_json(request, LONGEST_JSON)


async def form_body(request: Request, most_bytes: int) -> Body:
    """A file with what is said about it. Raises PageRefused."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise PageRefused(415, "bad_type", words.BAD_REQUEST)
    try:
        return await read_form(limited(request, most_bytes + MEGABYTE))
    except TooBig:
        raise PageRefused(413, "too_big", words.FILE_TOO_BIG.format(limit=most_bytes // MEGABYTE)) from None
    except ValueError:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST) from None


def text_of(body: Json, name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return value


def client_id_of(body: Json) -> str | None:
    value = body.get("client_id")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_CLIENT_ID or not value.isascii():
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return value


def number_of(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
