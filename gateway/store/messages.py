"""Messages of a chat. A message is the Bot API object as the bot sees it, plus what only the page needs."""

from dataclasses import dataclass
from typing import Any

from gateway.store import polls, urgent
from gateway.store.database import Tx
from gateway.store.groups import home
from gateway.store.polls import Place

Json = dict[str, Any]
EMERGENCY = 0
ANSWERS = ("correct_option_ids", "explanation", "explanation_entities", "explanation_media")


@dataclass(frozen=True)
class Stored:
    out: bool  # written by the person
    message: Json
    page: Json  # extras for the page: force_reply; votes and reactions by the id of who gave them
    life: str = ""  # class of message, which says how long it is kept
    urgency: int | None = None

    @property
    def message_id(self) -> int:
        number: int = self.message["message_id"]
        return number

    def for_page(self, viewer: int | None = None) -> Json:
        """As the page of the person `viewer` shows it; in a group somebody else's words are not `out`, and a wish for
        an answer (force_reply) may be for some members only. Reactions are counted; the answer to a quiz is told to
        those who have voted."""
        page = {**self.page, **({"urgent": True} if self.urgency == EMERGENCY else {})}
        if viewer is None:
            viewer = self.message["chat"]["id"]  # a private chat has its person's id
        reactions = _counted(page.pop("reactions", {}), viewer)
        if reactions:
            page["reactions"] = reactions
        if "poll" in self.message:
            page |= _poll_as_seen(self.message["poll"], page.pop("votes", {}), page.pop("hides_results", False), viewer)
        only = page.pop("force_reply_for", None)
        if only is not None and viewer not in only:
            page.pop("force_reply", None)
        out = self.out and self.message["from"]["id"] == viewer
        return {**self.message, **page, "out": out}


def _counted(given: Json, viewer: int) -> list[Json]:
    """The reactions to a message: each emoji once, the first one given first."""
    by: dict[str, list[str]] = {}
    for who, emoji in given.items():
        by.setdefault(emoji, []).append(who)
    return [{"emoji": emoji, "count": len(who), "mine": str(viewer) in who} for emoji, who in by.items()]


def _poll_as_seen(poll: Json, votes: Json, hides_results: bool, viewer: int) -> Json:
    """The poll for one person's page, and as `voted` what this person chose."""
    mine = votes.get(str(viewer))
    if not poll["is_closed"]:
        if mine is None:
            poll = {name: value for name, value in poll.items() if name not in ANSWERS}
        if hides_results:
            poll = {**poll, "options": [{**option, "voter_count": 0} for option in poll["options"]]}
    return {"poll": poll, **({"voted": mine} if mine is not None else {})}


def next_id(tx: Tx, bot_id: int, chat_id: int) -> int:
    if chat_id < 0:
        of_group: int = tx.value(
            "UPDATE groups SET last_message_id = last_message_id + 1 WHERE id = ? RETURNING last_message_id", chat_id
        )
        return of_group
    number: int = tx.value(
        """UPDATE chats SET last_message_id = last_message_id + 1
           WHERE bot_id = ? AND user_id = ? RETURNING last_message_id""",
        bot_id, chat_id,
    )  # fmt: skip
    return number


def put(tx: Tx, bot_id: int, chat_id: int, stored: Stored) -> None:
    """Keep a new message, or a changed one in its old place."""
    bot_id = home(bot_id, chat_id)
    body = {"m": stored.message, **({"p": stored.page} if stored.page else {})}
    tx.run(
        """INSERT INTO messages (bot_id, chat_id, message_id, out, date, body, life, urgency, reply_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body""",
        bot_id, chat_id, stored.message_id, int(stored.out), stored.message["date"],
        tx.vault.seal_json(_where(bot_id, chat_id, stored.message_id), body),
        stored.life or ("sensitive" if stored.message.get("has_protected_content") else "chat"),
        stored.urgency, _quoted(stored.message),
    )  # fmt: skip


def get(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> Stored | None:
    where = (home(bot_id, chat_id), chat_id, message_id)
    row = tx.one("SELECT * FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    return _stored(tx, row) if row else None


def before(tx: Tx, bot_id: int, chat_id: int, message_id: int | None, limit: int) -> list[Stored]:
    """The `limit` newest messages older than `message_id` (or the newest of all), oldest first."""
    rows = tx.all(
        """SELECT * FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id < ?
           ORDER BY message_id DESC LIMIT ?""",
        home(bot_id, chat_id), chat_id, message_id or 2**62, limit,
    )  # fmt: skip
    return [_stored(tx, row) for row in reversed(rows)]


def since(tx: Tx, bot_id: int, chat_id: int, message_id: int, limit: int) -> list[Stored]:
    """The `limit` oldest messages from `message_id` on, oldest first."""
    rows = tx.all(
        """SELECT * FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id >= ?
           ORDER BY message_id LIMIT ?""",
        home(bot_id, chat_id), chat_id, message_id, limit,
    )  # fmt: skip
    return [_stored(tx, row) for row in rows]


def delete(tx: Tx, bot_id: int, chat_id: int, message_id: int) -> bool:
    """Forget it wholly, and with it the right to open its file. Its id is never given again."""
    where = (home(bot_id, chat_id), chat_id, message_id)
    tx.run("DELETE FROM chat_files WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    urgent.forget(tx, *where)
    tx.run("DELETE FROM pins WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    polls.leave(tx, Place(*where))
    gone = tx.run("DELETE FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
    return gone.rowcount == 1


def _quoted(message: Json) -> int | None:
    """The message whose words are inside this one."""
    inside = message.get("reply_to_message") or message.get("pinned_message") or {}
    number: int | None = inside.get("message_id")
    return number


def _stored(tx: Tx, row: Any) -> Stored:
    body = tx.vault.unseal_json(_where(row["bot_id"], row["chat_id"], row["message_id"]), row["body"])
    return Stored(bool(row["out"]), body["m"], body.get("p", {}), row["life"], row["urgency"])


def _where(bot_id: int, chat_id: int, message_id: int) -> str:
    return f"messages.body:{bot_id}:{chat_id}:{message_id}"
