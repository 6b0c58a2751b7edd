"""The chat page's API: what a person does beside writing. Sharing the own number or place, voting, reacting, correcting
an own message."""

import math
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from gateway import api_places, carry, polling, reacting, spec, words
from gateway.access import Access
from gateway.api_call import LONGEST_TEXT
from gateway.errors import ApiError, PageRefused
from gateway.page_request import (
    LARGEST_ID,
    answered,
    client_id_of,
    done_before,
    hold_to_rate,
    is_message_id,
    json_body,
    refuse_when_not_allowed,
    refuse_when_silenced,
    refuse_when_stopped,
    said,
    send,
    text_of,
)
from gateway.polling import CannotVote
from gateway.store import messages, once, polls
from gateway.store.database import Tx
from gateway.store.messages import Stored

Json = dict[str, Any]
CANNOT_VOTE = {
    "closed": words.POLL_CLOSED,
    "final": words.VOTE_IS_FINAL,
    "one": words.VOTE_FOR_ONE,
    "option": words.BAD_REQUEST,
}


async def contact(asking: Access, request: Request) -> Json:
    """The person shares the own phone number, as the profile has it."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    person = asking.person
    if not person.phone_number:
        raise PageRefused(400, "no_phone", words.NO_PHONE)
    name = {"first_name": person.first_name, **({"last_name": person.last_name} if person.last_name else {})}
    shared = {"phone_number": person.phone_number, **name, "user_id": person.id}
    return await _send(asking, body, {"contact": shared})


async def location(asking: Access, request: Request) -> Json:
    """The person shares a place."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    given: Json = {
        name: _measure(body, name) for name in ("latitude", "longitude", "horizontal_accuracy") if name in body
    }
    try:
        place = api_places.place(given)
    except (ApiError, KeyError):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST) from None
    return await _send(asking, body, {"location": place})


async def vote(asking: Access, request: Request) -> Json:
    """Choose options of a poll; none takes the vote back."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    number, chosen = _message_id(body), body.get("option_ids")
    if not isinstance(chosen, list) or not all(type(one) is int for one in chosen):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    now = asking.gateway.now()

    def work(tx: Tx) -> Stored:
        stored = _there(tx, asking, number)
        poll = polls.get(tx, stored.message.get("poll", {}).get("id", ""))
        if poll is None:
            raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
        refuse_when_stopped(asking)
        try:
            polling.vote(tx, poll, asking.person.user(), chosen, now)
        except CannotVote as refused:
            raise PageRefused(409, "cannot_vote", CANNOT_VOTE[str(refused)]) from None
        return _there(tx, asking, number)

    return await _once(asking, body, work)


async def react(asking: Access, request: Request) -> Json:
    """React to a message with one emoji, or (null) no longer."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    number, emoji = _message_id(body), body.get("emoji")
    if isinstance(emoji, str):
        emoji = emoji.replace("\ufe0f", "")
    if emoji is not None and emoji not in spec.load().reactions:
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    now = asking.gateway.now()

    def work(tx: Tx) -> Stored:
        stored = _there(tx, asking, number)
        refuse_when_stopped(asking)
        refuse_when_not_allowed(tx, asking, "can_react_to_messages")
        return reacting.react(tx, asking.bot, asking.chat, stored, asking.person.user(), emoji, now)

    return await _once(asking, body, work)


async def edit(asking: Access, request: Request) -> Json:
    """The person corrects an own message; the bot gets it as edited_message."""
    body = await json_body(request)
    hold_to_rate(asking, "people_send")
    number = min(request.path_params["message"], LARGEST_ID)
    content = said(text_of(body, "text"), "text", LONGEST_TEXT)
    if not content:
        raise PageRefused(400, "empty", words.EMPTY)
    now = asking.gateway.now()

    def work(tx: Tx) -> Stored:
        stored = _there(tx, asking, number)
        own = stored.out and stored.message["from"]["id"] == asking.person.id
        if not own or "text" not in stored.message:
            raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
        refuse_when_stopped(asking)
        refuse_when_silenced(tx, asking, content)
        kept = {name: value for name, value in stored.message.items() if name not in ("text", "entities")}
        if all(stored.message.get(part) == content.get(part) for part in ("text", "entities")):
            return stored
        return carry.change(tx, asking.bot, asking.chat, stored, {**kept, **content, "edit_date": now}, now)

    return await _once(asking, body, work)


async def _send(asking: Access, body: Json, content: Json) -> Json:
    """A new message of the person with this content."""
    client_id = client_id_of(body)

    def work(tx: Tx) -> Stored:
        reply = answered(tx, asking, body.get("reply_to_message_id"))
        return send(tx, asking, {**reply, **content}, client_id)

    return {"message": (await asking.gateway.db.write(work)).for_page(asking.person.id)}


async def _once(asking: Access, body: Json, work: Callable[[Tx], Stored]) -> Json:
    """Do it, but not a second time for a page that asks again; the message as it is then."""
    client_id, now = client_id_of(body), asking.gateway.now()

    def once_only(tx: Tx) -> Stored:
        earlier = done_before(tx, asking, client_id)
        if earlier is not None:
            return earlier
        stored = work(tx)
        if client_id:
            once.keep_done(tx, asking.bot.id, asking.chat.id, client_id, stored.message_id, now)
        return stored

    return {"message": (await asking.gateway.db.write(once_only)).for_page(asking.person.id)}


def _there(tx: Tx, asking: Access, number: int) -> Stored:
    stored = messages.get(tx, asking.bot.id, asking.chat.id, number)
    if stored is None:
        raise PageRefused(410, "message_gone", words.MESSAGE_GONE)
    return stored


def _message_id(body: Json) -> int:
    number: Any = body.get("message_id")
    if not is_message_id(number):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return int(number)


def _measure(body: Json, name: str) -> float:
    value = body[name]
    if value is None and name == "horizontal_accuracy":
        return 0.0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    return float(value)
