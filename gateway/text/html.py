"""`parse_mode=HTML`: the tags the Bot API names, and its own words for what is wrong (offsets in UTF-8 bytes)."""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from gateway.errors import bad
from gateway.text.entities import date_time, link, utf16

Json = dict[str, Any]
PLAIN_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre",
}  # fmt: skip
OTHER_TAGS = {"a", "span", "blockquote", "tg-emoji", "tg-time"}
CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG_NAME = re.compile(r"[^\s>]*")
NAME = re.compile(r"[^\s=>]*")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
SPACE = re.compile(r"\s*")


@dataclass
class _Open:
    tag: str
    start: int
    attributes: dict[str, str]


def parse(source: str) -> tuple[str, list[Json]]:
    """The text without its tags, and the entities. Raises ApiError."""
    return _Reader(source).parse()


class _Reader:
    """One pass over the source; `here` is the place in the text so far, `open` holds the tags not yet closed."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.entities: list[Json] = []
        self.open: list[_Open] = []
        self.here = self.at = 0

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if self.source.startswith("</", self.at):
                self._close()
            elif self.source[self.at] == "<":
                self._begin()
            else:
                self._text()
        if self.open:
            _wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.pieces), self.entities

    def _text(self) -> None:
        stop = self.source.find("<", self.at)
        stop = stop if stop >= 0 else len(self.source)
        text = _decoded(self.source[self.at : stop])
        self.pieces.append(text)
        self.here += utf16(text)
        self.at = stop

    def _begin(self) -> None:
        begin = self.at
        tag = self._take(TAG_NAME, begin + 1).lower()
        if self.at >= len(self.source):
            _wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in PLAIN_TAGS and tag not in OTHER_TAGS:
            _wrong(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes: dict[str, str] = {}
        while self._skip_space() != ">":
            name, value = self._attribute(tag, begin)
            attributes.setdefault(name, value)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.open.append(_Open(tag, self.here, attributes))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        start = self.at
        name = self._take(NAME, start).lower()
        if not name:
            if start >= len(self.source):
                _wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
            _wrong(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(start)}')
        if self._skip_space() != "=":
            return name, ""  # as in <blockquote expandable>
        self.at += 1
        quote = self._skip_space()
        if quote not in ("'", '"'):
            first = self.at
            value = self._take(TOKEN, first)
            if self.at < len(self.source) and not self.source[self.at].isspace() and self.source[self.at] != ">":
                _wrong(f"Unexpected end of name token at byte offset {self._byte(first)}")
            return name, value
        stop = self.source.find(quote, self.at + 1)
        if stop < 0:
            _wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
        value = _decoded(self.source[self.at + 1 : stop])
        self.at = stop + 1
        return name, value

    def _close(self) -> None:
        begin = self.at
        if not self.open:
            _wrong(f"Unexpected end tag at byte offset {self._byte(begin)}")
        tag = self._take(TAG_NAME, begin + 2).lower()
        if self._skip_space() != ">":
            _wrong(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            _wrong(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        entity = self._entity(opened)
        if entity is not None and self.here > opened.start:
            self.entities.append({**entity, "offset": opened.start, "length": self.here - opened.start})

    def _entity(self, opened: _Open) -> Json | None:
        tag, attributes = opened.tag, opened.attributes
        if tag == "code" and self.open and self.open[-1].tag == "pre" and self.open[-1].start == opened.start:
            # <pre><code class="language-x">…</code></pre> is one entity
            self.open[-1].attributes["language"] = attributes.get("class", "").removeprefix("language-")
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
            return {"type": "custom_emoji"}
        if tag == "tg-time":
            unix = attributes.get("unix", "")
            sound = unix.isascii() and unix.isdecimal() and len(unix) <= 12
            return date_time(int(unix), attributes.get("format")) if sound else None
        # a link without href points to its own text
        return link(attributes.get("href") or self._since(opened.start))

    def _since(self, start: int) -> str:
        """The text written since the UTF-16 offset `start`."""
        return "".join(self.pieces).encode("utf-16-le")[start * 2 :].decode("utf-16-le")

    def _take(self, pattern: re.Pattern[str], at: int) -> str:
        match = pattern.match(self.source, at)
        assert match is not None  # these patterns match nothing, too
        self.at = match.end()
        return match[0]

    def _skip_space(self) -> str:
        """The next character that is no space; none at the end."""
        self._take(SPACE, self.at)
        return self.source[self.at : self.at + 1]

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())


def _decoded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[3]:
            return NAMED[match[3]]
        number = int(match[1]) if match[1] else int(match[2], 16)
        usable = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if usable else match[0]

    return CHARACTER.sub(one, text)


def _wrong(words: str) -> NoReturn:
    raise bad(f"can't parse entities: {words}")
