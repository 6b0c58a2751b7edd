"""`parse_mode=MarkdownV2` and the older `Markdown`, by the rules of the Bot API's page on formatting options."""

import re
from typing import Any, NoReturn

from gateway.errors import bad
from gateway.text.entities import date_time, link, utf16

Json = dict[str, Any]
MARKS = {"*": "bold", "__": "underline", "_": "italic", "~": "strikethrough", "||": "spoiler"}
RESERVED = set("_*[]()~`>#+-=|{}.!")
PRE = re.compile(r"```(?:([^\s`]+)\n|\n)?(.*?)```", re.DOTALL)
CODE = re.compile(r"`((?:\\.|[^`\\])*)`", re.DOTALL)
TIME = re.compile(r"tg://time\?unix=([0-9]{1,12})(?:&format=([A-Za-z]{1,8}))?")
TARGET = re.compile(r"\]\(((?:\\.|[^)\\])*)\)")
OLD = re.compile(
    r"\\([_*`\[])|```(?:([^\s`]+)\n|\n)?(.*?)```|\[([^\]]*)\](?:\(([^)]*)\))?|([_*`])(.*?)\6|([_*`\[])", re.DOTALL
)


class _Reader:
    """One pass over the source; `open` holds the marks not yet closed, the innermost last."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.here = 0
        self.entities: list[Json] = []
        self.open: list[tuple[str, int]] = []
        self.quote: int | None = None

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.here += utf16(text)

    def parse(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if (self.at == 0 or self.source[self.at - 1] == "\n") and self._quote_line():
                continue
            self._step()
        if self.open:
            _wrong(f"Can't find end of {_name(self.open[-1][0])} entity at byte offset {self._byte()}")
        self._end_quote()
        return "".join(self.pieces), self.entities

    def _quote_line(self) -> bool:
        """At the start of a line: does a quotation begin, go on or end here? True when something was read."""
        for mark in ("**>", ">"):
            if self.source.startswith(mark, self.at):
                if mark == "**>" or self.quote is None:
                    self._end_quote()
                    self.quote = self.here
                self.at += len(mark)
                return True
        self._end_quote()
        return False

    def _end_quote(self, expandable: bool = False) -> None:
        if self.quote is not None and self.here > self.quote:
            kind = "expandable_blockquote" if expandable else "blockquote"
            self.entities.append({"type": kind, "offset": self.quote, "length": self.here - self.quote})
        self.quote = None

    def _step(self) -> None:
        rest = self.source[self.at : self.at + 3]
        if rest[0] == "\\" and len(rest) > 1 and ord(rest[1]) < 127:
            self.write(rest[1])
            self.at += 2
        elif rest[0] == "`":
            self._code()
        elif rest.startswith("![") or rest[0] == "[":
            self.open.append(("![" if rest[0] == "!" else "[", self.here))
            self.at += 2 if rest[0] == "!" else 1
        elif rest[0] == "]":
            self._link()
        elif self._closes_quote(rest):
            self.at += 2
            self._end_quote(expandable=True)
        elif mark := next((m for m in ("__", "||", "*", "_", "~") if rest.startswith(m)), None):
            self._mark(mark)
        elif rest[0] in RESERVED:
            _wrong(f"Character '{rest[0]}' is reserved and must be escaped with the preceding '\\'")
        else:
            self.write(rest[0])
            self.at += 1

    def _closes_quote(self, rest: str) -> bool:
        if self.quote is None or not rest.startswith("||") or any(mark == "||" for mark, _ in self.open):
            return False
        after = self.source[self.at + 2 : self.at + 4]
        return not after or (after[0] == "\n" and after[1:] != ">")

    def _mark(self, mark: str) -> None:
        self.at += len(mark)
        if any(open_mark == mark for open_mark, _ in self.open):
            innermost, start = self.open.pop()
            if innermost != mark:
                _wrong(f"Can't find end of {_name(innermost)} entity at byte offset {self._byte()}")
            if self.here > start:
                self.entities.append({"type": MARKS[mark], "offset": start, "length": self.here - start})
        else:
            self.open.append((mark, self.here))

    def _code(self) -> None:
        match = PRE.match(self.source, self.at)
        kind: Json = {"type": "pre"}
        if match:
            text = match[2]
            if match[1]:
                kind["language"] = match[1]
        else:
            match = CODE.match(self.source, self.at)
            if match is None:
                _wrong(f"Can't find end of Code entity at byte offset {self._byte()}")
            text, kind = match[1], {"type": "code"}
        start = self.here
        self.write(re.sub(r"\\(.)", r"\1", text))
        if self.here > start:
            self.entities.append({**kind, "offset": start, "length": self.here - start})
        self.at = match.end()

    def _link(self) -> None:
        match = TARGET.match(self.source, self.at)
        if not self.open or self.open[-1][0] not in ("[", "![") or match is None:
            _wrong("Character ']' is reserved and must be escaped with the preceding '\\'")
        mark, start = self.open.pop()
        url = re.sub(r"\\(.)", r"\1", match[1])
        span = {"offset": start, "length": self.here - start}
        kind: Json | None
        if mark == "![":
            time = TIME.fullmatch(url)
            kind = date_time(int(time[1]), time[2]) if time else {"type": "custom_emoji"}
        else:
            kind = link(url)
        if kind and span["length"]:
            self.entities.append({**kind, **span})
        self.at = match.end()

    def _byte(self) -> int:
        return len(self.source[: self.at].encode())


def parse_v2(source: str) -> tuple[str, list[Json]]:
    """The text without its marks, and the entities. Raises ApiError."""
    return _Reader(source).parse()


def parse_old(source: str) -> tuple[str, list[Json]]:
    """The older Markdown: bold, italic, code, pre and links, never nested."""
    pieces: list[str] = []
    entities: list[Json] = []
    here = last = 0
    kinds = {"*": "bold", "_": "italic", "`": "code"}
    for match in OLD.finditer(source):
        plain = source[last : match.start()]
        escaped, language, pre, label, url, mark, inside, alone = match.groups()
        if alone:
            _wrong(f"Can't find end of the entity starting at byte offset {len(source[: match.start()].encode())}")
        text = escaped or pre or label or inside or ""
        kind: Json | None = None
        if pre is not None:
            kind = {"type": "pre", **({"language": language} if language else {})}
        elif url is not None:
            kind = link(url)
        elif mark:
            kind = {"type": kinds[mark]}
        start = here + utf16(plain)
        here = start + utf16(text)
        if kind and text:
            entities.append({**kind, "offset": start, "length": here - start})
        pieces += [plain, text]
        last = match.end()
    pieces.append(source[last:])
    return "".join(pieces), entities


def _name(mark: str) -> str:
    return {"[": "a Link", "![": "a CustomEmoji"}.get(mark, MARKS.get(mark, "").capitalize())


def _wrong(words: str) -> NoReturn:
    raise bad(f"can't parse entities: {words}")
