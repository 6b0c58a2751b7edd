"""Every method and every object is held against the Bot API's own table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway import methods, spec
from gateway.api import TABLE
from gateway.errors import ApiError
from gateway.markup import read as read_markup
from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Phone, Refused, Running
from tests.gateway.test_files import png
from tests.gateway.test_messages import BUTTONS

pytestmark = pytest.mark.slow  # left out of ./test --fast

SPEC = spec.load()
DOCS = Path(__file__).parents[2] / "docs" / "gateway.md"
NAMES = [method.name for method in TABLE]


def fits(kind: str, value: Any) -> None:
    assert list(spec.problems((kind,), value)) == []


def test_the_table_names_only_methods_of_the_bot_api() -> None:
    assert [name for name in NAMES if name not in SPEC.methods] == []
    assert len(SPEC.methods) == 180


def test_the_docs_carry_the_table_of_methods() -> None:
    text = DOCS.read_text("utf-8")
    assert methods.table() in text, "run: python -m gateway methods, and put its lines into docs/gateway.md"


@pytest.mark.parametrize(
    ("name", "missing"),
    [(name, field.name) for name in NAMES for field in SPEC.methods[name].fields.values() if field.required],
)
def test_a_missing_parameter_is_refused(name: str, missing: str) -> None:
    fields = SPEC.methods[name].fields
    raw = {field.name: _some(field.types) for field in fields.values() if field.required and field.name != missing}
    with pytest.raises(ApiError) as refused:
        spec.read_fields(fields, raw)
    assert refused.value.code == 400


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, field.name) for name in NAMES for field in SPEC.methods[name].fields.values()]
)
def test_a_parameter_of_the_wrong_type_is_refused(name: str, parameter: str) -> None:
    fields = SPEC.methods[name].fields
    raw = {field.name: _some(field.types) for field in fields.values() if field.required}
    raw[parameter] = 5.5 if fields[parameter].types[0].startswith("Array") else [[["wrong"]]]
    with pytest.raises(ApiError) as refused:
        spec.read_fields(fields, raw)
    assert refused.value.code == 400


def _some(types: tuple[str, ...]) -> Any:
    """A value of the first of these types."""
    kind = types[0]
    if kind.startswith("Array of "):
        return [_some((kind[9:],))]
    if kind in ("Integer", "String", "InputFile"):
        return "1"
    if kind in SPEC.types:
        shape = SPEC.types[kind]
        if shape.subtypes:
            return _some(shape.subtypes)
        return {f.name: f.fixed or _some(f.types) for f in shape.fields.values() if f.required}
    return True


def test_what_a_method_does_not_know_is_ignored() -> None:
    fields = SPEC.methods["sendMessage"].fields
    assert spec.read_fields(fields, {"chat_id": "1", "text": "a", "colour": "red", "parse_mode": None}) == {
        "chat_id": 1,
        "text": "a",
    }


async def test_every_answer_is_what_the_specification_says(bot: BotSide, phone: Phone) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="/a https://a.cn", reply_markup=BUTTONS)
    where = {"chat_id": XIUYING, "message_id": sent["message_id"]}
    fits("Message", sent)
    reply = {"message_id": sent["message_id"]}
    fits(
        "Message",
        await bot.call("sendMessage", chat_id=XIUYING, text="b", reply_parameters=reply, protect_content=True),
    )
    fits("Message", await bot.call("editMessageText", **where, text="<b>b</b>", parse_mode="HTML"))
    fits("Message", await bot.call("editMessageReplyMarkup", **where, reply_markup=BUTTONS))
    photo = await bot.upload(
        "sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="图", has_spoiler="true"
    )
    fits("Message", photo)
    where_photo = {"chat_id": XIUYING, "message_id": photo["message_id"]}
    fits("Message", await bot.call("editMessageCaption", **where_photo, caption="新"))
    document = await bot.upload("sendDocument", {"document": ("a.txt", b"1")}, chat_id=XIUYING)
    fits("Message", document)
    fits("File", await bot.call("getFile", file_id=document["document"]["file_id"]))
    fits("User", await bot.call("getMe"))
    fits("ChatFullInfo", await bot.call("getChat", chat_id=XIUYING))
    fits("WebhookInfo", await bot.call("getWebhookInfo"))
    fits("Boolean", await bot.call("sendChatAction", chat_id=XIUYING, action="typing"))
    fits("Boolean", await bot.call("setMyCommands", commands=[{"command": "a", "description": "a"}]))
    fits("Array of BotCommand", await bot.call("getMyCommands"))
    for kind, name in (
        ("BotName", "Name"),
        ("BotDescription", "Description"),
        ("BotShortDescription", "ShortDescription"),
    ):
        fits(kind, await bot.call(f"getMy{name}"))
    fits("Boolean", await bot.call("deleteMessage", **where_photo))


async def test_every_update_is_what_the_specification_says(bot: BotSide, phone: Phone, gateway: Running) -> None:
    sent = await bot.call("sendMessage", chat_id=XIUYING, text="a", reply_markup=BUTTONS)
    mine = await phone.send("你好 /help")
    await phone.post(f"messages/{mine['message_id']}/edit", {"text": "您好"})
    await phone.send_file("a.png", png(), "photo", caption="图")
    await phone.send_file("a.txt", b"1", "document")
    await phone.press(sent["message_id"], "ok")
    await gateway.admin("block", {"user_id": XIUYING, "bot": bot.username, "blocked": True})
    await gateway.admin("block", {"user_id": XIUYING, "bot": bot.username, "blocked": False})
    updates = await bot.updates()
    fits("Array of Update", updates)
    told = [next(kind for kind in update if kind != "update_id") for update in updates]
    expected = ["message", "edited_message", "message", "message", "callback_query", "my_chat_member", "my_chat_member"]
    assert told == expected


def test_the_most_telling_problem_of_a_keyboard_is_said() -> None:
    fields = SPEC.methods["sendMessage"].fields
    given = {"chat_id": 1, "text": "a", "reply_markup": json.dumps({"keyboard": [[{"colour": "red"}]]})}
    with pytest.raises(ApiError, match="message text is empty"):
        spec.read_fields(fields, given)
    with pytest.raises(ApiError, match="too many inline keyboard buttons"):
        read_markup({"inline_keyboard": [[{"text": "a", "callback_data": "a"}] * 101]})


async def test_a_method_out_of_scope_answers_404(bot: BotSide) -> None:
    with pytest.raises(Refused, match="Not Found") as refused:
        await bot.call("sendGame", chat_id=XIUYING)
    assert refused.value.code == 404
