"""Groups: several people, one or several bots, one conversation that is kept once however many bots are in it."""

import json
from dataclasses import dataclass
from typing import Any

from gateway.store.database import Tx

Json = dict[str, Any]
FIRST_ID = -200_001
SHARED = 0  # stands in the place of a bot's id wherever a group's conversation is kept
LONGEST_TITLE = 128
INSIDE = ("creator", "administrator", "member", "restricted")
RUNS_IT = ("creator", "administrator")
MAY = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
# Titles and members are the operator's, so nobody but the owner may change them.
DEFAULT_PERMISSIONS = {name: name not in ("can_change_info", "can_invite_users", "can_manage_topics") for name in MAY}


@dataclass(frozen=True)
class Group:
    id: int
    title: str
    description: str
    last_event_id: int
    last_bot_id: int | None

    def chat(self) -> Json:
        return {"id": self.id, "type": "group", "title": self.title}


@dataclass(frozen=True)
class Member:
    """A person in a group, or one who was. `status` as Telegram names it."""

    group_id: int
    user_id: int
    status: str
    is_in: bool
    until: int
    permissions: Json

    def may(self, what: str, now: int) -> bool:
        """Telegram's permission `what` (can_send_messages, …); a restriction ends by itself."""
        if self.status != "restricted" or 0 < self.until <= now:
            return self.is_in
        return self.is_in and bool(self.permissions.get(what))


@dataclass(frozen=True)
class GroupBot:
    bot_id: int
    status: str

    @property
    def is_in(self) -> bool:
        return self.status in INSIDE


def home(bot_id: int, chat_id: int) -> int:
    """The bot id under which a chat's messages, events and files are kept: a group's belong to all of its bots."""
    return SHARED if chat_id < 0 else bot_id


def add(tx: Tx, title: str, now: int) -> int:
    group_id: int = min(tx.value("SELECT min(id) FROM groups") or 0, FIRST_ID + 1) - 1
    sealed = tx.vault.seal_json(_where(group_id), {"title": title, "description": ""})
    tx.run("INSERT INTO groups (id, profile, made_at) VALUES (?, ?, ?)", group_id, sealed, now)
    return group_id


def get(tx: Tx, group_id: int) -> Group | None:
    row = tx.one("SELECT * FROM groups WHERE id = ?", group_id)
    if row is None:
        return None
    profile = tx.vault.unseal_json(_where(group_id), row["profile"])
    return Group(group_id, profile["title"], profile["description"], row["last_event_id"], row["last_bot_id"])


def every(tx: Tx) -> list[Group]:
    found = (get(tx, row[0]) for row in tx.all("SELECT id FROM groups ORDER BY id DESC"))
    return [group for group in found if group]


def set_profile(tx: Tx, group: Group, *, title: str | None = None, description: str | None = None) -> None:
    profile = {
        "title": group.title if title is None else title,
        "description": group.description if description is None else description,
    }
    tx.run("UPDATE groups SET profile = ? WHERE id = ?", tx.vault.seal_json(_where(group.id), profile), group.id)


def wrote_last(tx: Tx, group_id: int, bot_id: int) -> None:
    tx.run("UPDATE groups SET last_bot_id = ? WHERE id = ? AND last_bot_id IS NOT ?", bot_id, group_id, bot_id)


def put_bot(tx: Tx, group_id: int, bot_id: int, status: str) -> None:
    tx.run(
        """INSERT INTO group_bots (group_id, bot_id, status) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE SET status = excluded.status""",
        group_id, bot_id, status,
    )  # fmt: skip


def bot_in(tx: Tx, group_id: int, bot_id: int) -> GroupBot | None:
    """How this bot stands in the group; None when it never was there."""
    row = tx.one("SELECT status FROM group_bots WHERE group_id = ? AND bot_id = ?", group_id, bot_id)
    return GroupBot(bot_id, row["status"]) if row else None


def bots_in(tx: Tx, group_id: int) -> list[GroupBot]:
    """The bots that are in it now."""
    rows = tx.all("SELECT bot_id, status FROM group_bots WHERE group_id = ? ORDER BY bot_id", group_id)
    found = [GroupBot(row["bot_id"], row["status"]) for row in rows]
    return [bot for bot in found if bot.is_in]


def put_member(
    tx: Tx, group_id: int, user_id: int, status: str, *,
    is_in: bool, until: int = 0, permissions: Json | None = None,
) -> None:  # fmt: skip
    """A person's standing in the group from now on; whoever is out loses the keyboard shown there."""
    may = json.dumps(permissions) if permissions is not None else None
    tx.run(
        """INSERT INTO group_members (group_id, user_id, status, is_in, until, permissions) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET status = excluded.status, is_in = excluded.is_in, until = excluded.until,
           permissions = excluded.permissions, keyboard = CASE WHEN excluded.is_in THEN keyboard END""",
        group_id, user_id, status, int(is_in), until, may,
    )  # fmt: skip


def member(tx: Tx, group_id: int, user_id: int) -> Member | None:
    """How this person stands in the group; None for one who never was there."""
    row = tx.one("SELECT * FROM group_members WHERE group_id = ? AND user_id = ?", group_id, user_id)
    return _member(row) if row else None


def members(tx: Tx, group_id: int) -> list[Member]:
    """The people who are in it now, the owner first."""
    rows = tx.all(
        "SELECT * FROM group_members WHERE group_id = ? AND is_in = 1 ORDER BY status <> 'creator', user_id", group_id
    )
    return [_member(row) for row in rows]


def is_in(tx: Tx, group_id: int, user_id: int) -> bool:
    row = tx.one("SELECT 1 FROM group_members WHERE group_id = ? AND user_id = ? AND is_in = 1", group_id, user_id)
    return row is not None


def shared_by(tx: Tx, user_id: int, bot_id: int) -> list[Group]:
    """The groups in which both this person and this bot are, the newest first."""
    rows = tx.all(
        """SELECT m.group_id FROM group_members m JOIN group_bots b ON b.group_id = m.group_id
           WHERE m.user_id = ? AND m.is_in = 1 AND b.bot_id = ? AND b.status IN ('administrator', 'member')
           ORDER BY m.group_id""",
        user_id, bot_id,
    )  # fmt: skip
    return [group for row in rows if (group := get(tx, row[0]))]


def keyboard_of(tx: Tx, group_id: int, user_id: int) -> Json | None:
    sealed = tx.value("SELECT keyboard FROM group_members WHERE group_id = ? AND user_id = ?", group_id, user_id)
    return tx.vault.unseal_json(_keyboard(group_id, user_id), sealed) if sealed else None


def set_keyboard(tx: Tx, group_id: int, user_id: int, keyboard: Json | None) -> None:
    sealed = tx.vault.seal_json(_keyboard(group_id, user_id), keyboard) if keyboard else None
    tx.run("UPDATE group_members SET keyboard = ? WHERE group_id = ? AND user_id = ?", sealed, group_id, user_id)


def _member(row: Any) -> Member:
    may = json.loads(row["permissions"]) if row["permissions"] else {}
    return Member(row["group_id"], row["user_id"], row["status"], bool(row["is_in"]), row["until"], may)


def _where(group_id: int) -> str:
    return f"groups.profile:{group_id}"


def _keyboard(group_id: int, user_id: int) -> str:
    return f"group_members.keyboard:{group_id}:{user_id}"
