"""What the router reads off an update as it came is just what python-telegram-bot's own handlers and filters decide."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, Update, User

from bot.handlers import SUBJECTS
from bot.routes import Router
from bot.worker import parse, read

CHAT = {"id": 100_101, "type": "private", "first_name": "柴"}
GROUP = {"id": -100_500, "type": "group", "title": "新坝镇"}
FROM = {"id": 100_101, "is_bot": False, "first_name": "柴"}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
FILE = {"file_id": "f", "file_unique_id": "u"}
BOLD = [{"type": "bold", "offset": 0, "length": 2}]


def message(chat: dict[str, Any] = CHAT, **parts: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_795_000_000, "chat": chat, "from": FROM, **parts}


def command(text: str, offset: int = 0) -> dict[str, Any]:
    return message(text=text, entities=[{"type": "bot_command", "offset": offset, "length": len(text.split()[0])}])


def press(data: str | None = "d|go|today", **parts: Any) -> dict[str, Any]:
    query = {"id": "7", "from": FROM, "chat_instance": "1", "message": message(text="今天"), **parts}
    return {"callback_query": query if data is None else query | {"data": data}}


WITHOUT_MESSAGE = press()
del WITHOUT_MESSAGE["callback_query"]["message"]
MEMBER = {
    "chat": CHAT, "from": FROM, "date": 1_795_000_000,
    "old_chat_member": {"status": "member", "user": FROM},
    "new_chat_member": {"status": "kicked", "user": FROM, "until_date": 0},
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "words": {"message": message(text="昨天去了小虎家")},
    "words with spaces around": {"message": message(text="  今天 \n")},
    "words like a command without its mark": {"message": message(text="/today")},
    "words without a sender": {"message": {key: value for key, value in message(text="好").items() if key != "from"}},
    "empty words": {"message": message(text="")},
    "words in bold": {"message": message(text="今天", entities=BOLD)},
    "words in answer to a message": {"message": message(text="好", reply_to_message=message(text="在吗"))},
    "words forwarded": {"message": message(text="好", forward_origin={"type": "user", "date": 1, "sender_user": FROM})},
    "words with a preview": {"message": message(text="看 http://a.cn", link_preview_options={"is_disabled": True})},
    "words by a bot of another": {"message": message(text="好", via_bot=FROM)},
    "words in a group": {"message": message(GROUP, text="今天")},
    "words in a channel": {"channel_post": message({"id": -9, "type": "channel", "title": "县"}, text="今天")},
    "a command": {"message": command("/today")},
    "a command with words": {"message": command("/child 小虎")},
    "a command to us by name": {"message": command("/today@xiaomiao_bot")},
    "a command to another bot": {"message": command("/today@other_bot")},
    "an unknown command": {"message": command("/nothing")},
    "a command in a group": {"message": command("/today") | {"chat": GROUP}},
    "a command changed": {"edited_message": command("/today")},
    "words changed": {"edited_message": message(text="去了小雨家", edit_date=1_795_000_009)},
    "a photo": {"message": message(photo=PHOTO)},
    "a photo with words": {"message": message(photo=PHOTO, caption="小虎家的院子")},
    "a document": {"message": message(document=FILE)},
    "a voice": {"message": message(voice=FILE | {"duration": 3})},
    "a sticker": {
        "message": message(
            sticker=FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
        )
    },
    "a place": {"message": message(location={"latitude": 39.3, "longitude": 99.8})},
    "a contact": {"message": message(contact={"phone_number": "10012345678", "first_name": "王"})},
    "a pinned message": {"message": message(pinned_message=message(text="好"))},
    "a new title": {"message": message(GROUP, new_chat_title="新坝")},
    "somebody who came in": {"message": message(GROUP, new_chat_members=[FROM])},
    "a press": press(),
    "a press of nothing we know": press("?"),
    "a press without data": press(None, game_short_name="game"),
    "a press on a message too old to be shown": press(message={"message_id": 5, "date": 0, "chat": CHAT}),
    "a press on a message nobody has any more": WITHOUT_MESSAGE,
    "a press in a group": press(message=message(GROUP, text="今天")),
    "a press on a message of the chat's line": press(inline_message_id="9"),
    "being blocked": {"my_chat_member": MEMBER},
    "something of tomorrow": {"hologram": {"id": 1}},
}


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(SUBJECTS)


@pytest.fixture(scope="module")
def bot() -> Bot:
    bot = Bot("1:test")
    bot._bot_user = User(1, "小苗", True, username="xiaomiao_bot")
    return bot


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_read_plainly_goes_where_the_filters_send_it(router: Router, bot: Bot, kind: str) -> None:
    body = {"update_id": 1, **KINDS[kind]}
    plainly, (decided, _) = router.plainly(body), router.decide(parse(body, bot))
    assert plainly in (None, decided)
    if plainly is not None:
        assert read(body, None) == read(body, Update.de_json(body, bot))


def test_nearly_all_that_people_do_is_read_plainly(router: Router) -> None:
    plain = [kind for kind, parts in KINDS.items() if router.plainly({"update_id": 1, **parts}) is not None]
    assert "words" in plain and "a press" in plain
    assert not any("command" in kind and "without its mark" not in kind for kind in plain)


def test_an_update_of_two_kinds_at_once_is_left_to_the_filters(router: Router) -> None:
    assert router.plainly({"update_id": 1, **KINDS["words"], **KINDS["a press"]}) is None
