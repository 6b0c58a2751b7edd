"""People and their chats with bots. A person's private chat with any bot has the person's own id."""

from dataclasses import dataclass
from typing import Any

from gateway.store import groups
from gateway.store.database import Tx
from gateway.store.groups import Group

Json = dict[str, Any]
FIRST_ID = 100_001
MAX_ID = 2**52
BY_OPERATOR = 2


@dataclass(frozen=True)
class Person:
    id: int
    first_name: str
    last_name: str | None
    language_code: str | None
    phone_number: str | None = None  # what the person shares with a tap on a request_contact button

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))

    def user(self) -> Json:
        return {"id": self.id, "is_bot": False, **self._names(), **self._language()}

    def chat(self) -> Json:
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> Json:
        return {"first_name": self.first_name, **({"last_name": self.last_name} if self.last_name else {})}

    def _language(self) -> Json:
        return {"language_code": self.language_code} if self.language_code else {}


@dataclass(frozen=True)
class Chat:
    """A chat between one bot and a person, or a group as one bot and one of its members see it."""

    bot_id: int
    who: Person | None  # of a private chat; in a group the member who is asking from a page, None when a bot asks
    blocked: bool  # the person stopped this bot, or the bot is not in the group (any more)
    last_event_id: int
    keyboard: Json | None
    group: Group | None = None
    kicked: bool = False  # of a bot that was thrown out of the group
    barred: bool = False  # the operator stopped this person, who cannot take that back

    @property
    def id(self) -> int:
        return self.group.id if self.group else self.person.id

    @property
    def person(self) -> Person:
        """The person of a private chat, or the member who is asking. A bot's own call to a group has none."""
        if self.who is None:
            raise LookupError("nobody in particular")
        return self.who

    @property
    def home(self) -> int:
        """The bot id under which its messages, events and files are kept."""
        return groups.home(self.bot_id, self.id)

    def about(self) -> Json:
        """The Chat object."""
        return self.group.chat() if self.group else self.person.chat()


def put(
    tx: Tx, first_name: str, user_id: int | None = None, last_name: str | None = None,
    language_code: str | None = None, phone_number: str | None = None,
) -> int:  # fmt: skip
    """A new person, or the same person under a new name when the id is known already. A known phone number stays until
    another one is given."""
    if user_id is None:
        user_id = max(tx.value("SELECT max(id) FROM users") or 0, FIRST_ID - 1) + 1
    known = get(tx, user_id)
    profile = {
        "first_name": first_name,
        "last_name": last_name,
        "language_code": language_code,
        "phone_number": phone_number or (known.phone_number if known else None),
    }
    tx.run(
        "INSERT INTO users (id, profile) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET profile = excluded.profile",
        user_id, tx.vault.seal_json(f"users.profile:{user_id}", profile),
    )  # fmt: skip
    return user_id


def get(tx: Tx, user_id: int) -> Person | None:
    row = tx.one("SELECT profile FROM users WHERE id = ?", user_id)
    if row is None:
        return None
    return Person(user_id, **tx.vault.unseal_json(f"users.profile:{user_id}", row["profile"]))


def every(tx: Tx) -> list[Person]:
    found = (get(tx, row[0]) for row in tx.all("SELECT id FROM users ORDER BY id"))
    return [person for person in found if person]


def open_chat(tx: Tx, bot_id: int, user_id: int) -> None:
    """From now on this bot may write to this person."""
    tx.run("INSERT OR IGNORE INTO chats (bot_id, user_id) VALUES (?, ?)", bot_id, user_id)


def chat(tx: Tx, bot_id: int, chat_id: int, asking: int | None = None) -> Chat | None:
    """The chat with this id as this bot knows it; `asking` is the member of a group whose page asks."""
    if chat_id < 0:
        return _group(tx, bot_id, chat_id, asking)
    row = tx.one("SELECT * FROM chats WHERE bot_id = ? AND user_id = ?", bot_id, chat_id)
    person = get(tx, chat_id) if row else None
    if row is None or person is None:
        return None
    keyboard = row["keyboard"] and tx.vault.unseal_json(_keyboard_of(bot_id, chat_id), row["keyboard"])
    blocked = row["blocked"]
    return Chat(bot_id, person, bool(blocked), row["last_event_id"], keyboard, barred=blocked == BY_OPERATOR)


def _group(tx: Tx, bot_id: int, chat_id: int, asking: int | None) -> Chat | None:
    group = groups.get(tx, chat_id)
    there = groups.bot_in(tx, chat_id, bot_id) if group else None
    if group is None or there is None:
        return None
    who = get(tx, asking) if asking is not None else None
    keyboard = groups.keyboard_of(tx, chat_id, asking) if asking is not None else None
    return Chat(bot_id, who, not there.is_in, group.last_event_id, keyboard, group, there.status == "kicked")


def group_chat(group: Group) -> Chat:
    """A group as nobody in particular sees it, for what the operator does to it."""
    return Chat(groups.SHARED, None, False, group.last_event_id, None, group)


def set_keyboard(tx: Tx, bot_id: int, user_id: int, keyboard: Json | None) -> None:
    sealed = tx.vault.seal_json(_keyboard_of(bot_id, user_id), keyboard) if keyboard else None
    tx.run("UPDATE chats SET keyboard = ? WHERE bot_id = ? AND user_id = ?", sealed, bot_id, user_id)


def set_blocked(tx: Tx, bot_id: int, user_id: int, how: int) -> bool:
    """`how`: 0 for not, 1 by the person, BY_OPERATOR. True when this changed something."""
    changed = tx.run(
        "UPDATE chats SET blocked = ? WHERE bot_id = ? AND user_id = ? AND blocked <> ?", how, bot_id, user_id, how
    )
    return changed.rowcount == 1


def chats_of_bot(tx: Tx, bot_id: int) -> list[int]:
    """Its private chats."""
    return [row[0] for row in tx.all("SELECT user_id FROM chats WHERE bot_id = ?", bot_id)]


def _keyboard_of(bot_id: int, user_id: int) -> str:
    return f"chats.keyboard:{bot_id}:{user_id}"
