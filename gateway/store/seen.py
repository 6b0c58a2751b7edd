"""How far each person has seen each chat: what the page says was on a screen in front of somebody. It serves the badge
and the question whom nobody has reached; bots never hear of it."""

from dataclasses import dataclass

from gateway.store.database import Tx
from gateway.store.groups import home

MOST_COUNTED = 100  # a badge says 99+


@dataclass(frozen=True)
class Unseen:
    """A private chat with a bot's message that waits to be seen."""

    bot_id: int
    user_id: int
    message_id: int  # the oldest one that waits
    newest_id: int
    since: int
    tries: int


def up_to(tx: Tx, bot_id: int, chat_id: int, user_id: int) -> int:
    found = tx.value(
        "SELECT message_id FROM seen WHERE bot_id = ? AND chat_id = ? AND user_id = ?",
        home(bot_id, chat_id), chat_id, user_id,
    )  # fmt: skip
    return found or 0


def put(tx: Tx, bot_id: int, chat_id: int, user_id: int, message_id: int, now: int) -> bool:
    """This message was on the screen. Only forwards, and never further than the chat goes; True when it was news."""
    before = up_to(tx, bot_id, chat_id, user_id)
    last = tx.value(
        "SELECT max(message_id) FROM messages WHERE bot_id = ? AND chat_id = ?", home(bot_id, chat_id), chat_id
    )
    message_id = min(message_id, last or 0)
    if message_id <= before:
        return False
    tx.run(
        """INSERT INTO seen (bot_id, chat_id, user_id, message_id, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET message_id = excluded.message_id, at = excluded.at,
           hook_tries = 0, hook_next_at = 0""",
        home(bot_id, chat_id), chat_id, user_id, message_id, now,
    )  # fmt: skip
    tx.effects.lists.add((user_id, 0))  # the badge, on every page of this person
    return True


def unread(tx: Tx, bot_id: int, chat_id: int, user_id: int) -> int:
    """How many messages of others came since; in a group the own ones count too until the page has shown them."""
    others = "AND out = 0" if chat_id > 0 else ""
    number: int = tx.value(
        f"""SELECT count(*) FROM (SELECT 1 FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id > ? {others}
            LIMIT {MOST_COUNTED})""",  # noqa: S608
        home(bot_id, chat_id), chat_id, up_to(tx, bot_id, chat_id, user_id),
    )  # fmt: skip
    return number


def waiting(tx: Tx, before: int, now: int) -> list[Unseen]:
    """Private chats in which a bot's message has waited since before `before`, for which the outbound hook has not
    been called since the person looked last, and whose turn it is (`later`)."""
    rows = tx.all(
        """SELECT c.bot_id, c.user_id, c.last_message_id, coalesce(s.hook_tries, 0) AS tries,
                  (SELECT min(m.message_id) FROM messages m WHERE m.bot_id = c.bot_id AND m.chat_id = c.user_id
                   AND m.message_id > coalesce(s.message_id, 0) AND m.out = 0) AS first_id
           FROM chats c LEFT JOIN seen s ON s.bot_id = c.bot_id AND s.chat_id = c.user_id AND s.user_id = c.user_id
           WHERE c.last_message_id > coalesce(s.message_id, 0) AND c.blocked = 0
           AND coalesce(s.hooked_id, 0) <= coalesce(s.message_id, 0) AND coalesce(s.hook_next_at, 0) <= ?""",
        now,
    )  # fmt: skip
    found = []
    for row in rows:
        where = (row["bot_id"], row["user_id"], row["first_id"])
        since = tx.value("SELECT date FROM messages WHERE bot_id = ? AND chat_id = ? AND message_id = ?", *where)
        if since is not None and since <= before:
            found.append(Unseen(*where, row["last_message_id"], since, row["tries"]))
    return found


def hooked(tx: Tx, unseen: Unseen) -> None:
    """The hook has taken it: not again before the person has looked."""
    _hook(tx, unseen, "hooked_id", unseen.newest_id)


def later(tx: Tx, unseen: Unseen, at: int) -> None:
    """The hook has not taken it: again at `at`."""
    _hook(tx, unseen, "hook_next_at", at)


def _hook(tx: Tx, unseen: Unseen, column: str, value: int) -> None:
    tx.run(
        f"""INSERT INTO seen (bot_id, chat_id, user_id, {column}, hook_tries) VALUES (?, ?, ?, ?, 1)
            ON CONFLICT DO UPDATE SET {column} = excluded.{column}, hook_tries = hook_tries + 1""",  # noqa: S608
        unseen.bot_id, unseen.user_id, unseen.user_id, value,
    )  # fmt: skip
