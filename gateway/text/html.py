"""`parse_mode=HTML`: the tags the Bot API names, and its own words for what is wrong (offsets in UTF-8 bytes)."""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from gateway.errors import bad
from gateway.text.entities import safe_link, utf16

Json = dict[str, Any]
PLAIN_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre",
}  # fmt: skip
OTHER_TAGS = {"a", "span", "blockquote", "tg-emoji"}
ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[^<>\"']*(?:\"[^\"]*\"|'[^']*')?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([A-Za-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


@dataclass
class _Open:
    tag: str
    start: int
    attributes: dict[str, str]


def parse(source: str) -> tuple[str, list[Json]]:
    """The text without its tags, and the entities. Raises ApiError."""
    pieces: list[str] = []
    entities: list[Json] = []
    stack: list[_Open] = []
    here = at = 0
    while at < len(source):
        if source[at] == "<":
            match = TAG.match(source, at)
            if match is None:
                _wrong(f"Unclosed start tag at byte offset {_byte(source, at)}")
            closing, tag = match[1], match[2].lower()
            if closing:
                _close(stack, entities, tag, here, _byte(source, at), "".join(pieces))
            else:
                stack.append(_opened(tag, match[3], here, _byte(source, at)))
            at = match.end()
            continue
        stop = source.find("<", at)
        text = _decoded(source[at : stop if stop >= 0 else len(source)])
        pieces.append(text)
        here += utf16(text)
        at = stop if stop >= 0 else len(source)
    if stack:
        _wrong(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return "".join(pieces), entities


def _opened(tag: str, rest: str, here: int, offset: int) -> _Open:
    attributes = {m[1].lower(): _decoded(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(rest)}
    if tag not in PLAIN_TAGS and tag not in OTHER_TAGS:
        _wrong(f'Unsupported start tag "{tag}" at byte offset {offset}')
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    return _Open(tag, here, attributes)


def _close(stack: list[_Open], entities: list[Json], tag: str, here: int, offset: int, text: str) -> None:
    if not stack:
        _wrong(f"Unexpected end tag at byte offset {offset}")
    opened = stack.pop()
    if tag != opened.tag:
        _wrong(f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{tag}>"')
    entity = _entity(opened, stack, text)
    if entity is not None and here > opened.start:
        entities.append({**entity, "offset": opened.start, "length": here - opened.start})


def _entity(opened: _Open, stack: list[_Open], text: str) -> Json | None:
    tag, attributes = opened.tag, opened.attributes
    if tag == "code" and stack and stack[-1].tag == "pre":
        # <pre><code class="language-x">…</code></pre> is one entity
        stack[-1].attributes["language"] = attributes.get("class", "").removeprefix("language-")
        return None
    if tag == "pre" and attributes.get("language"):
        return {"type": "pre", "language": attributes["language"]}
    if tag in PLAIN_TAGS:
        return {"type": PLAIN_TAGS[tag]}
    if tag == "span":
        return {"type": "spoiler"}
    if tag == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
    if tag == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
    url = attributes.get("href") or _tail(text, opened.start)
    return {"type": "text_link", "url": url} if safe_link(url) else None


def _tail(text: str, start: int) -> str:
    """The text written since the UTF-16 offset `start`: a link without href points to its own text."""
    return text.encode("utf-16-le")[start * 2 :].decode("utf-16-le")


def _decoded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[3]:
            return NAMED[match[3]]
        number = int(match[1]) if match[1] else int(match[2], 16)
        usable = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if usable else match[0]

    return ENTITY.sub(one, text)


def _byte(source: str, at: int) -> int:
    return len(source[:at].encode())


def _wrong(words: str) -> NoReturn:
    raise bad(f"can't parse entities: {words}")
