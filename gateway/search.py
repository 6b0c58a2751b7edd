"""Finding words in one chat. Bodies are sealed, so the gateway opens them itself, newest first, a batch at a time (other
people's requests get their turn in between), and stops when it has enough or has looked far enough; the page goes on
with `before`."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from gateway import words
from gateway.access import Access
from gateway.errors import PageRefused
from gateway.page_request import is_message_id, json_body, text_of
from gateway.store import messages
from gateway.store.messages import Stored

Json = dict[str, Any]
LONGEST_QUERY = 100
BATCH = 200
MOST_OPENED = 4000  # by one request: less than half a second, in steps of a few hundredths
MOST_FOUND = 50


async def search(asking: Access, request: Request) -> Json:
    """`{messages: [newest first], more, next}`: with `more`, ask again with `before=next`. All words have to be there;
    case, and full or half width, do not matter. What is looked for is often a name, so it comes in the body: addresses
    are kept in histories and in other people's logs."""
    body = await json_body(request)
    wanted = text_of(body, "q")
    terms = plain(wanted[: LONGEST_QUERY + 1]).split()
    if not terms or len(wanted) > LONGEST_QUERY:
        raise PageRefused(400, "bad_request", words.SEARCH_WHAT)
    wait = asking.gateway.wait_for(asking.person.id, "people_search")
    if wait:
        raise PageRefused(429, "too_fast", words.TOO_FAST.format(seconds=wait), wait)
    limit = min(max(_number(body, "limit") or 20, 1), MOST_FOUND)
    before, found = _number(body, "before"), list[Json]()
    for _ in range(MOST_OPENED // BATCH):
        batch = await _batch(asking, before)
        for stored in reversed(batch):
            before = stored.message_id
            if matches(stored, terms):
                found.append(stored.for_page(asking.person.id))
                if len(found) == limit:
                    return {"messages": found, "more": True, "next": before}
        if len(batch) < BATCH:
            return {"messages": found, "more": False}
    return {"messages": found, "more": True, "next": before}


async def around(asking: Access, message_id: int, limit: int) -> Json:
    """The messages around one (it may be gone), so that the page can jump there."""
    half = limit // 2

    def look(tx: Any) -> tuple[list[Stored], list[Stored]]:
        where = (tx, asking.bot.id, asking.chat.id, message_id)
        return messages.before(*where, half + 1), messages.since(*where, limit - half + 1)

    older, newer = await asking.gateway.db.read(look)
    shown = older[-half:] + newer[: limit - half] if half else newer[:limit]
    return {
        "messages": [stored.for_page(asking.person.id) for stored in shown],
        "more": len(older) > half,
        "more_after": len(newer) > limit - half,
    }


def matches(stored: Stored, terms: list[str]) -> bool:
    said = plain(" ".join(_said(stored.message)))
    return all(term in said for term in terms)


def plain(text: str) -> str:
    """For comparing: one width, one case, composed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _number(body: Json, name: str) -> int | None:
    value = body.get(name)
    return value if is_message_id(value) else None


async def _batch(asking: Access, before: int | None) -> list[Stored]:
    return await asking.gateway.db.read(lambda tx: messages.before(tx, asking.bot.id, asking.chat.id, before, BATCH))


def _said(message: Json) -> Iterator[str]:
    """Every word of a message that a person can see."""
    yield message.get("text") or message.get("caption") or ""
    for kind in ("document", "audio", "video", "animation"):
        file = message.get(kind) or {}
        yield from (file[part] for part in ("file_name", "title", "performer") if part in file)
    contact, venue, poll = (message.get(kind) or {} for kind in ("contact", "venue", "poll"))
    yield from (contact[part] for part in ("first_name", "last_name", "phone_number") if part in contact)
    yield from (venue[part] for part in ("title", "address") if part in venue)
    yield poll.get("question", "")
    yield from (option["text"] for option in poll.get("options", ()))
