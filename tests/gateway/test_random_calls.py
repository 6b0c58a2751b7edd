"""Whatever is sent to it, the gateway answers in the Bot API's shape: bodies made from the specification, whole and
broken, and bodies that are no bodies at all."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway import spec
from gateway.api import TABLE
from gateway.settings import Settings
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone
from tests.gateway.test_files import png
from tests.gateway.test_media import OGG
from tests.gateway.test_messages import BUTTONS

pytestmark = pytest.mark.slow

SPEC = spec.load()
NAMES = [method.name for method in TABLE]
QUIET = {"database": None, "suppress_health_check": list(HealthCheck), "deadline": None}
DEEPEST = 5
MOST_OPTIONAL = 3
# Sound values, by the field's name or by owner and name: calls made of these alone mostly go through.
SOUND: dict[str, list[Any]] = {
    "chat_id": [XIUYING, str(XIUYING)],
    "from_chat_id": [XIUYING],
    "user_id": [XIUYING],
    "message_id": list(range(1, 9)),
    "message_ids": [[1, 2], [2, 5, 6]],
    "stopPoll.message_id": [3],
    "editMessageText.message_id": [1],
    "editMessageCaption.message_id": [2, 5],
    "editMessageMedia.message_id": [1, 2],
    "editMessageLiveLocation.message_id": [4],
    "stopMessageLiveLocation.message_id": [4],
    "parse_mode": ["HTML"],
    "question_parse_mode": ["MarkdownV2"],
    "text": ["<b>好</b> /today", "https://a.cn 👍"],
    "caption": ["<i>图</i>", ""],
    "quote": ["六"],
    "entities": [[{"type": "bold", "offset": 0, "length": 1}, {"type": "italic", "offset": 0, "length": 2}]],
    "photo": ["attach://yard"],
    **{
        kind: ["attach://voice"]
        for kind in ("voice", "audio", "video", "animation", "video_note", "document", "sticker")
    },
    "media": ["attach://yard"],
    "sendPoll.media": [{"type": "photo", "media": "attach://yard"}],
    "sendMediaGroup.media": [
        [{"type": "photo", "media": "attach://yard"}, {"type": "video", "media": "attach://voice", "caption": "b"}],
        [{"type": "audio", "media": "attach://voice"}],
    ],
    "editMessageMedia.media": [
        {"type": "photo", "media": "attach://yard"},
        {"type": "document", "media": "attach://voice", "caption": "<b>b</b>", "parse_mode": "HTML"},
    ],
    "thumbnail": ["attach://yard"],
    "cover": ["attach://yard"],
    "question": ["哪天？"],
    "options": [[{"text": "甲"}, {"text": "乙"}]],
    "sendPoll.type": ["regular"],
    "MessageEntity.type": ["bold", "pre", "blockquote", "text_link", "text_mention", "custom_emoji", "hashtag"],
    "correct_option_ids": [[0]],
    "open_period": [60],
    "close_date": [1_790_000_060],
    "latitude": [39.4],
    "longitude": [99.8],
    "live_period": [600],
    "heading": [90],
    "emoji": ["👍"],
    "sendDice.emoji": ["🎲", "🎰"],
    "action": ["typing"],
    "commands": [[{"command": "today", "description": "今天"}]],
    "language_code": ["zh", ""],
    "url": ["https://a.cn"],
    "reply_markup": [BUTTONS, {"force_reply": True}, {"remove_keyboard": True}, {"keyboard": [["今天"]]}],
    "editMessageMedia.reply_markup": [BUTTONS],
    "inline_message_id": [""],
    "offset": [0, 1],
    "length": [1, 2],
}
USUAL = {"chat_id", "message_id", "text"}  # not required where an inline message may be meant instead
FILES = ("attach://yard", "attach://voice", "attach://lost", "nobody's", "https://a.cn/a")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="<>/b*_~|`[]()\\&;👍字\n\x00", max_size=40),
    st.sampled_from(["", " ", "字" * 5000, "👍" * 4096, "\ud800", "<b>a</b>", "https://a.cn /today"]),
)
JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def of_type(kind: str, name: str, depth: int, wild: bool) -> st.SearchStrategy[Any]:
    """Values of this type of the specification."""
    if kind.startswith("Array of "):
        return st.lists(of_type(kind[9:], name, depth + 1, wild), max_size=3)
    plain: dict[str, st.SearchStrategy[Any]] = {
        "Integer": st.integers(-5, 700) | st.integers() if wild else st.integers(0, 60),
        "Float": st.floats(-200, 200) | st.floats() if wild else st.floats(0, 60),
        "Boolean": st.booleans(),
        "True": st.just(True),
        "String": TEXTS if wild else st.sampled_from(["好", "a"]),
        "InputFile": st.sampled_from(FILES if wild else FILES[1:2]),
    }
    if kind in plain:
        return plain[kind]
    shape = SPEC.types[kind]
    if shape.subtypes:
        return st.one_of([of_type(one, name, depth, wild) for one in shape.subtypes])
    return body_of(kind, shape.fields, depth + 1, wild)


def body_of(owner: str, fields: dict[str, spec.Field], depth: int, wild: bool) -> st.SearchStrategy[Json]:
    usual = {name for name, field in fields.items() if field.required or (name in USUAL and depth == 0)}
    must = {name: of_field(owner, fields[name], depth, wild) for name in sorted(usual)}
    may = [name for name in fields if name not in usual] if depth < DEEPEST else []

    def with_some(chosen: list[str]) -> st.SearchStrategy[Json]:
        return st.fixed_dictionaries(must | {name: of_field(owner, fields[name], depth, wild) for name in chosen})

    some = st.lists(st.sampled_from(may), max_size=MOST_OPTIONAL, unique=True) if may else st.just([])
    return some.flatmap(with_some)


def of_field(owner: str, field: spec.Field, depth: int, wild: bool) -> st.SearchStrategy[Any]:
    if field.fixed is not None:
        return st.just(field.fixed)
    sound = SOUND.get(f"{owner}.{field.name}", SOUND.get(field.name))
    if sound is not None and not wild:
        return st.sampled_from(sound)
    if depth >= DEEPEST:
        return st.just(1)
    return st.one_of([of_type(kind, field.name, depth, wild) for kind in field.types])


@st.composite
def calls(draw: st.DrawFn, name: str) -> Json:
    """A body for this method, sound or with one thing in it that is odd, broken or lost."""
    fields = SPEC.methods[name].fields
    body = draw(body_of(name, fields, 0, wild=False))
    damage = draw(st.sampled_from(["none", "none", "odd", "odd", "lost", "wrong", "flat", "nested"]))
    if damage == "none" or not fields:
        return body
    where = draw(st.sampled_from(sorted(fields)))
    if damage == "odd":
        body[where] = draw(of_field(name, fields[where], 0, wild=True))
    elif damage == "wrong":
        body[where] = draw(JSONISH)
    elif damage == "flat":
        body[where] = str(body.get(where))
    elif damage == "nested":
        body[where] = [[body.get(where)]]
    else:
        body.pop(where, None)
    return body


def examples(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=count, **QUIET)  # type: ignore[arg-type]
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found


@pytest.fixture
async def sides(start: Start) -> tuple[BotSide, Phone]:
    """A chat with messages of many kinds in it, numbers 1 to 8."""
    gateway = await start(Settings(longest_poll_seconds=0, local_webhooks=False, shutdown_seconds=1))
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    await bot.call("sendMessage", chat_id=XIUYING, text="一", reply_markup=BUTTONS)
    await bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING, caption="二")
    await bot.call("sendPoll", chat_id=XIUYING, question="三", options=[{"text": "甲"}])
    await bot.call("sendLocation", chat_id=XIUYING, latitude=1, longitude=2, live_period=600)
    await bot.upload("sendVoice", {"voice": ("a.oga", OGG)}, chat_id=XIUYING)
    await phone.send("六")
    await bot.call("pinChatMessage", chat_id=XIUYING, message_id=1)
    await bot.call("sendMessage", chat_id=XIUYING, text="八", protect_content=True)
    return bot, phone


def held_to_shape(method: str, answer: httpx.Response) -> None:
    body = answer.json()
    if answer.status_code == 200:
        assert list(spec.problems(SPEC.methods[method].returns, body["result"])) == []
        return
    assert (body["ok"], body["error_code"]) == (False, answer.status_code)
    assert body["description"]
    assert answer.status_code in (400, 403, 404, 409, 413), body["description"]


def as_form(body: Json) -> Json:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}


def speakable(value: Any) -> bool:
    """No lone surrogates: HTTP libraries refuse to send them in a form."""
    try:
        return bool(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize("name", NAMES)
async def test_every_body_is_answered_or_refused(sides: tuple[BotSide, Phone], name: str) -> None:
    bot, phone = sides
    for number, body in enumerate(examples(calls(name), 24)):
        if number % 3 != 0 and speakable(body):
            files = {"yard": ("a.png", png()), "voice": ("a.oga", OGG)}
            answer = await bot.http.post(name, data=as_form(body), files=files)
        else:
            content = json.dumps(body).encode()
            answer = await bot.http.post(name, content=content, headers={"Content-Type": "application/json"})
        held_to_shape(name, answer)
    me = await phone.http.get(f"{phone.base}/api/me")
    shown = await phone.http.get(f"{phone.base}/api/messages")
    assert (me.status_code, shown.status_code) == (200, 200)  # nothing was kept that the page chokes on
    assert list(spec.problems(("Array of Update",), (await bot.http.get("getUpdates")).json().get("result", []))) == []


BOUNDARY = b"--x\r\n"
PARTS = st.lists(
    st.sampled_from(
        [
            BOUNDARY,
            b"--x--\r\n",
            b'Content-Disposition: form-data; name="text"\r\n',
            b'Content-Disposition: form-data; name="photo"; filename="../\xff<b>.png"\r\n',
            b"Content-Disposition: form-data\r\n",
            b"Content-Type: \r\n",
            b"\r\n",
            b"\r\n\r\n",
            b"\0\xff",
            b"a" * 2000,
        ]
    )
    | st.binary(max_size=30),
    max_size=12,
).map(b"".join)
KINDS = [
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain",
    "nonsense",
]


async def test_what_is_no_body_is_refused_too(sides: tuple[BotSide, Phone]) -> None:
    bot, _ = sides
    for content, kind in examples(st.tuples(PARTS, st.sampled_from(KINDS)), 150):
        answer = await bot.http.post("sendPhoto", content=content, headers={"Content-Type": kind})
        held_to_shape("sendPhoto", answer)


async def test_a_page_gets_kind_words_for_anything(sides: tuple[BotSide, Phone]) -> None:
    """The endpoints of the page that take JSON, with anything in it."""
    _, phone = sides
    paths = ("messages", "callback", "contact", "location", "vote", "reactions", "messages/6/edit")
    names = ("text", "client_id", "message_id", "data", "option_ids", "emoji", "latitude", "longitude",
             "horizontal_accuracy", "reply_to_message_id")  # fmt: skip
    telling = st.sampled_from([1, 3, 6, "ok", "👍", [0], [], 39.5, "c1", 10**30, -1])
    bodies = st.dictionaries(st.sampled_from(names), telling | JSONISH, max_size=6)
    for path, body in examples(st.tuples(st.sampled_from(paths), bodies | JSONISH), 150):
        content = json.dumps(body).encode()
        headers = {"X-CSRF": phone.csrf, "Content-Type": "application/json"}
        answer = await phone.http.post(f"{phone.base}/api/{path}", content=content, headers=headers)
        assert answer.status_code in (200, 400, 403, 409, 410, 413, 429), (path, str(body)[:500])
        if answer.status_code != 200:
            assert answer.json()["error"]["message"]
    assert (await phone.http.get(f"{phone.base}/api/messages")).status_code == 200
