"""What happens to a poll after it was sent: people vote, it closes; every message that shows it shows that at once."""

import asyncio
from dataclasses import replace
from typing import Any

from gateway.context import Gateway, log_failure
from gateway.store import bots, events, messages, polls, updates
from gateway.store.database import Tx
from gateway.store.people import Chat
from gateway.store.polls import Place, Poll

Json = dict[str, Any]
LOOK_AGAIN_SECONDS = 5.0  # the shortest time a poll may be open


class CannotVote(Exception):
    """The poll is closed, this vote can't be changed, or there is no such option."""


def place(tx: Tx, poll: Poll, chat: Chat, message_id: int) -> None:
    """From now on this message shows the poll. It carries it already."""
    where = Place(chat.home, chat.id, message_id)
    polls.show_in(tx, poll.id, where)
    if poll.votes or poll.hides_results:
        _show(tx, poll, where)


def vote(tx: Tx, poll: Poll, person: Json, chosen: list[int], now: int) -> None:
    """`person` (a User) chooses these options; none takes the vote back. Raises CannotVote."""
    before = poll.votes.get(person["id"], [])
    chosen = sorted(set(chosen))
    _hold_to_rules(poll, before, chosen, now)
    if chosen == before:
        return
    polls.vote(tx, poll.id, person["id"], chosen)
    changed = _again(tx, poll)
    _refresh(tx, changed, now)
    bot = bots.by_id(tx, poll.bot_id)
    updates.add(tx, bot, "poll", changed.told(), now)
    if not poll.body["is_anonymous"]:
        ids = [poll.body["options"][number]["persistent_id"] for number in chosen]
        answer = {"poll_id": poll.id, "user": person, "option_ids": chosen, "option_persistent_ids": ids}
        updates.add(tx, bot, "poll_answer", answer, now)


def _hold_to_rules(poll: Poll, before: list[int], chosen: list[int], now: int) -> None:
    if poll.body["is_closed"] or (poll.closes_at is not None and poll.closes_at <= now):
        raise CannotVote("closed")
    if any(not 0 <= number < len(poll.body["options"]) for number in chosen):
        raise CannotVote("option")
    if len(chosen) > 1 and not poll.body["allows_multiple_answers"]:
        raise CannotVote("one")
    if before and chosen != before and not poll.body["allows_revoting"]:
        raise CannotVote("final")


def close(tx: Tx, poll: Poll, now: int) -> Poll:
    """Stop it; its bot hears of it, by whomever it was stopped."""
    polls.close(tx, poll)
    closed = _again(tx, poll)
    _refresh(tx, closed, now)
    updates.add(tx, bots.by_id(tx, poll.bot_id), "poll", closed.told(), now)
    return closed


def close_due(tx: Tx, now: int) -> int:
    """Close what has had its time; how many that were."""
    due = [poll for poll_id in polls.due(tx, now) if (poll := polls.get(tx, poll_id))]
    for poll in due:
        close(tx, poll, now)
    return len(due)


async def close_in_time(gateway: Gateway) -> None:
    """Runs as long as the gateway does."""
    while not gateway.hub.closing:
        pause = LOOK_AGAIN_SECONDS
        try:
            following = await gateway.db.read(polls.next_closing)
            if following is not None and following <= gateway.now():
                await gateway.db.write(lambda tx: close_due(tx, gateway.now()))
                continue
            if following is not None:
                pause = min(pause, following - gateway.now())
        except Exception as broken:
            log_failure("closing polls", broken)
        await asyncio.sleep(pause)


def _again(tx: Tx, poll: Poll) -> Poll:
    found = polls.get(tx, poll.id)
    if found is None:
        raise LookupError("the poll is gone")
    return found


def _refresh(tx: Tx, poll: Poll, now: int) -> None:
    for where in polls.places(tx, poll.id):
        _show(tx, poll, where)
        events.add(tx, where.bot_id, where.chat_id, "edited", now, message_id=where.message_id)


def _show(tx: Tx, poll: Poll, where: Place) -> None:
    stored = messages.get(tx, where.bot_id, where.chat_id, where.message_id)
    if stored is None:
        return
    page = {**stored.page, "votes": {str(person): chosen for person, chosen in poll.votes.items()}}
    if poll.hides_results:
        page["hides_results"] = True
    shown = replace(stored, message={**stored.message, "poll": poll.shown()}, page=page)
    messages.put(tx, where.bot_id, where.chat_id, shown)
