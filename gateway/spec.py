"""The Bot API as data: what each method takes and what each object looks like.

`spec.json` is made by `spec_making.compact` from the project telegram-bot-api-spec (MIT), so a new Bot API version is a
new file and no new code. Reading is as lenient as Telegram (numbers as strings, unknown fields ignored) and
as strict as Telegram (missing, wrong type, too long).
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gateway.errors import ApiError, bad

HERE = Path(__file__).parent
INT64 = 2**63 - 1
YES = {"true", "yes", "1", "y", "t"}

# Telegram's own words where they differ from the general sentence.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "file_id": "file_id not specified",
    "callback_query_id": "query_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "user_id": "invalid user_id specified",
    "voice": "there is no voice in the request",
    "audio": "there is no audio in the request",
    "video": "there is no video in the request",
    "animation": "there is no animation in the request",
    "video_note": "there is no video note in the request",
    "sticker": "there is no sticker in the request",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "phone_number": "phone number is empty",
}
# What is said when a text is too short and when it is too long.
WRONG_LENGTH = {
    "callback_data": ("BUTTON_DATA_INVALID", "BUTTON_DATA_INVALID"),
    "secret_token": ("secret token is too long", "secret token is too long"),
    "question": ("poll question must be non-empty", "poll question length must not exceed 300"),
}
# Left out and empty are not the same here: an empty caption takes the old one away, an empty query is a query.
MAY_BE_EMPTY = frozenset({"caption", "switch_inline_query", "switch_inline_query_current_chat"})
# Telegram takes a bare string for these.
BARE_TEXT = ("KeyboardButton", "InputPollOption")


@dataclass(frozen=True)
class Field:
    name: str
    types: tuple[str, ...]
    required: bool
    low: int = 0
    high: int | None = None
    unit: str = ""  # characters, bytes, or "parsed": counted after entities parsing, by the method itself
    fixed: str | None = None  # the one value that tells this type from its sisters (BotCommandScope, ChatMember …)


@dataclass(frozen=True)
class Shape:
    fields: dict[str, Field]
    subtypes: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()

    def required(self) -> set[str]:
        return {name for name, field in self.fields.items() if field.required}


@dataclass(frozen=True)
class Spec:
    version: str
    methods: dict[str, Shape]
    types: dict[str, Shape]
    reactions: frozenset[str]  # the emoji one may react with


@cache
def load() -> Spec:
    data = json.loads((HERE / "spec.json").read_text("utf-8"))

    def shape(of: dict[str, Any]) -> Shape:
        fields = {
            name: Field(name, tuple(row[0].split("|")), bool(row[1]), *row[2:])
            for name, row in of.get("fields", {}).items()
        }
        subtypes = tuple(filter(None, of.get("subtypes", "").split("|")))
        return Shape(fields, subtypes, tuple(filter(None, of.get("returns", "").split("|"))))

    return Spec(
        data["version"],
        {name: shape(of) for name, of in data["methods"].items()},
        {name: shape(of) for name, of in data["types"].items()},
        frozenset(data["reactions"].split()),
    )


def read_fields(fields: dict[str, Field], raw: dict[str, Any]) -> dict[str, Any]:
    """The known fields of `raw`, each as its type; a field left out or null is absent. Raises ApiError."""
    values = {}
    for name, field in fields.items():
        given = raw.get(name)
        if given is None or (given == "" and not field.required and name not in MAY_BE_EMPTY):
            if field.required:
                raise bad(MISSING.get(name, f'parameter "{name}" is required'))
            continue
        values[name] = _checked(field, read(field.types, given, name))
    return values


def read(types: tuple[str, ...], raw: Any, name: str) -> Any:
    """`raw` as the first of `types` it can be read as. Raises ApiError."""
    problem: ApiError | None = None
    if len(types) > 1 and all(kind.startswith("Array of ") for kind in types):
        return _array(tuple(kind[9:] for kind in types), raw, name)  # an album may mix photos and videos
    if isinstance(raw, str) and types[0] in load().types and types[0] not in ("InputFile", *BARE_TEXT):
        raw = _json(raw, name)
    for kind in _meant(types, raw):
        try:
            return _read_one(kind, raw, name)
        except ApiError as refused:
            # of several kinds, the one that was meant says what is wrong: the one whose required fields are there
            shape = load().types.get(kind)
            meant = shape is not None and isinstance(raw, dict) and shape.required() <= raw.keys()
            problem = refused if meant or problem is None else problem
    if name == "reply_markup" and problem and "must be an Object" in problem.description:
        raise bad("object expected as reply markup")
    raise problem or bad(f'wrong parameter "{name}"')


def _meant(types: tuple[str, ...], raw: Any) -> tuple[str, ...]:
    """Of kinds that say by their `type` which one they are, the one `raw` says it is; else all of them."""
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        return types
    named = raw["type"].lower()
    found = tuple(kind for kind in types if kind in load().types and _fixed_type(kind) == named)
    if not found and all(kind.startswith("InputMedia") and kind != "InputMedia" for kind in types):
        raise bad(f'can\'t parse InputMedia: type "{named[:40]}" is unsupported')
    return found or types


def _fixed_type(kind: str) -> str | None:
    field = load().types[kind].fields.get("type")
    return field.fixed if field else None


def _array(kinds: tuple[str, ...], raw: Any, name: str) -> list[Any]:
    items = _json(raw, name) if isinstance(raw, str) else raw
    if not isinstance(items, list):
        raise bad(f'parameter "{name}" must be an Array of {kinds[0]}')
    return [read(kinds, item, name) for item in items]


def _read_one(kind: str, raw: Any, name: str) -> Any:
    if kind.startswith("Array of "):
        return _array((kind[9:],), raw, name)
    if kind == "Integer":
        return _integer(raw, name)
    if kind == "Float":
        try:
            number = float(raw)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise bad(f'parameter "{name}" must be a Float')
        return number
    if kind in ("Boolean", "True"):
        if isinstance(raw, (dict, list)):
            raise bad(f'parameter "{name}" must be a Boolean')
        return str(raw).strip().lower() in YES
    if kind in ("String", "InputFile"):
        return _string(raw, name)
    return _object(kind, raw, name)


def _integer(raw: Any, name: str) -> int:
    wrong = bad(f'parameter "{name}" must be an Integer')
    if isinstance(raw, bool) or not isinstance(raw, (int, str)):
        raise wrong
    if isinstance(raw, str) and not re.fullmatch(r"\s*[+-]?[0-9]{1,19}\s*", raw):
        raise wrong
    value = int(raw)
    if abs(value) > INT64:
        raise wrong
    return value


def _string(raw: Any, name: str) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (int, float)):
        return str(raw)
    if not isinstance(raw, str):
        raise bad(f'parameter "{name}" must be a String')
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return raw


def _json(raw: str, name: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None


def _object(kind: str, raw: Any, name: str) -> Any:
    shape = load().types[kind]
    if shape.subtypes:
        return read(shape.subtypes, raw, name)
    if kind in BARE_TEXT and isinstance(raw, str):
        raw = {"text": raw}
    if not isinstance(raw, dict):
        raise bad(f'parameter "{name}" must be an Object')
    return read_fields(shape.fields, raw)


def _checked(field: Field, value: Any) -> Any:
    if field.fixed is not None and value != field.fixed:
        raise bad(f'parameter "{field.name}" must be {field.fixed}')
    if field.high is None or field.unit == "parsed" or not isinstance(value, str):
        return value
    size = len(value.encode()) if field.unit == "bytes" else len(value)
    if not field.low <= size <= field.high:
        general = f"{field.name} must be {field.low}-{field.high} {field.unit} long"
        raise bad(WRONG_LENGTH.get(field.name, (general, general))[size > field.high])
    return value


def problems(types: tuple[str, ...], value: Any, where: str = "") -> Iterator[str]:
    """Why `value` is not one of `types`, as the specification has them; nothing when it is."""
    found: list[str] = []
    for kind in types:
        one = list(_problems(kind, value, where or kind))
        if not one:
            return
        found = found or one
    yield from found


def _problems(kind: str, value: Any, where: str) -> Iterator[str]:
    simple: dict[str, Any] = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{where}: not a list"
            return
        for number, item in enumerate(value):
            yield from problems((kind[9:],), item, f"{where}[{number}]")
    elif kind == "True":
        if value is not True:
            yield f"{where}: not true"
    elif kind in simple:
        if not isinstance(value, simple[kind]) or (kind != "Boolean" and isinstance(value, bool)):
            yield f"{where}: not {kind}"
    elif load().types[kind].subtypes:
        yield from problems(load().types[kind].subtypes, value, where)
    elif not isinstance(value, dict):
        yield f"{where}: not an object"
    else:
        fields = load().types[kind].fields
        yield from (f"{where}.{name}: unknown" for name in value if name not in fields)
        for name, field in fields.items():
            if name in value:
                yield from problems(field.types, value[name], f"{where}.{name}")
                if field.fixed is not None and value[name] != field.fixed:
                    yield f"{where}.{name}: not {field.fixed}"
            elif field.required:
                yield f"{where}.{name}: missing"
