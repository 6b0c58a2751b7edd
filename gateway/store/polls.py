"""Polls and who voted what. One poll may stand in several messages (it was forwarded); it goes with the last of them."""

import secrets
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]
ONLY_IN_MESSAGES = ("description", "description_entities", "media")


@dataclass(frozen=True)
class Place:
    """A message that shows the poll; `bot_id` is the one under which the chat's messages are kept."""

    bot_id: int
    chat_id: int
    message_id: int


@dataclass(frozen=True)
class Poll:
    id: str
    bot_id: int  # the bot that sent it and hears of every vote
    body: Json  # the Poll object; what is counted is filled in by `shown`
    hides_results: bool  # until it closes
    closes_at: int | None
    votes: dict[int, list[int]]  # the numbers of the chosen options, by person

    def shown(self) -> Json:
        """The Poll object as a message carries it."""
        counts = [0] * len(self.body["options"])
        for chosen in self.votes.values():
            for number in chosen:
                counts[number] += 1
        options = [{**option, "voter_count": count} for option, count in zip(self.body["options"], counts, strict=True)]
        return {**self.body, "options": options, "total_voter_count": len(self.votes)}

    def told(self) -> Json:
        """The Poll object as an update carries it."""
        return {name: value for name, value in self.shown().items() if name not in ONLY_IN_MESSAGES}


def add(tx: Tx, bot_id: int, body: Json, hides_results: bool, closes_at: int | None) -> Poll:
    """A new poll; its id is given here."""
    poll_id = str(secrets.randbits(62))
    poll = Poll(poll_id, bot_id, {"id": poll_id, **body}, hides_results, closes_at, {})
    tx.run(
        "INSERT INTO polls (id, bot_id, closes_at, hides_results, body) VALUES (?, ?, ?, ?, ?)",
        poll_id, bot_id, closes_at, int(hides_results), tx.vault.seal_json(_where(poll_id), poll.body),
    )  # fmt: skip
    return poll


def get(tx: Tx, poll_id: str) -> Poll | None:
    row = tx.one("SELECT * FROM polls WHERE id = ?", poll_id)
    if row is None:
        return None
    votes = {
        vote["user_id"]: tx.vault.unseal_json(_vote(poll_id, vote["user_id"]), vote["chosen"])
        for vote in tx.all("SELECT user_id, chosen FROM poll_votes WHERE poll_id = ?", poll_id)
    }
    body = tx.vault.unseal_json(_where(poll_id), row["body"])
    return Poll(poll_id, row["bot_id"], body, bool(row["hides_results"]), row["closes_at"], votes)


def vote(tx: Tx, poll_id: str, user_id: int, chosen: list[int]) -> None:
    """This person's vote from now on; no option at all takes it back."""
    if not chosen:
        tx.run("DELETE FROM poll_votes WHERE poll_id = ? AND user_id = ?", poll_id, user_id)
        return
    tx.run(
        "INSERT OR REPLACE INTO poll_votes (poll_id, user_id, chosen) VALUES (?, ?, ?)",
        poll_id, user_id, tx.vault.seal_json(_vote(poll_id, user_id), chosen),
    )  # fmt: skip


def close(tx: Tx, poll: Poll) -> None:
    """Nobody votes any more."""
    body = {**poll.body, "is_closed": True}
    tx.run(
        "UPDATE polls SET closes_at = NULL, body = ? WHERE id = ?", tx.vault.seal_json(_where(poll.id), body), poll.id
    )


def show_in(tx: Tx, poll_id: str, place: Place) -> None:
    tx.run(
        "INSERT INTO poll_messages (poll_id, bot_id, chat_id, message_id) VALUES (?, ?, ?, ?)",
        poll_id, place.bot_id, place.chat_id, place.message_id,
    )  # fmt: skip


def places(tx: Tx, poll_id: str) -> list[Place]:
    """The messages that show it."""
    rows = tx.all("SELECT bot_id, chat_id, message_id FROM poll_messages WHERE poll_id = ?", poll_id)
    return [Place(*row) for row in rows]


def leave(tx: Tx, place: Place) -> None:
    """A message is gone, and its poll with it when no other message shows that."""
    poll_id = tx.value(
        "DELETE FROM poll_messages WHERE bot_id = ? AND chat_id = ? AND message_id = ? RETURNING poll_id",
        place.bot_id, place.chat_id, place.message_id,
    )  # fmt: skip
    if poll_id is not None and not places(tx, poll_id):
        tx.run("DELETE FROM poll_votes WHERE poll_id = ?", poll_id)
        tx.run("DELETE FROM polls WHERE id = ?", poll_id)


def next_closing(tx: Tx) -> int | None:
    """When the next poll closes by itself."""
    moment: int | None = tx.value("SELECT min(closes_at) FROM polls WHERE closes_at IS NOT NULL")
    return moment


def due(tx: Tx, now: int) -> list[str]:
    rows = tx.all("SELECT id FROM polls WHERE closes_at IS NOT NULL AND closes_at <= ? ORDER BY closes_at", now)
    return [row[0] for row in rows]


def _where(poll_id: str) -> str:
    return f"polls.body:{poll_id}"


def _vote(poll_id: str, user_id: int) -> str:
    return f"poll_votes.chosen:{poll_id}:{user_id}"
