"""A county's own entries of the lexicon of signs, read from the text of a file it keeps.

One entry a line, five columns separated by `|` (with or without spaces around it); `#` begins a comment:

    code | words | example | counter-example | unless

`words` are alternatives separated by `/`; `…` stands for up to eight characters within one clause. `unless` (may be
left out) are words which, standing in the same sentence, make it harmless. Every entry is tried when it is read: its
example must be caught, its counter-example left alone.
"""

from __future__ import annotations

import re

from domain.reading.folding import fold
from domain.reading.sign_lexicon import Entry

CODES = frozenset([*(f"R{n}" for n in range(1, 10)), *(f"X{n}" for n in range(1, 12))])
_LONGEST = 60  # characters of one alternative; nobody needs more, and long ones cost time
_MOST = 500  # entries of one county


class BadLexicon(Exception):
    """A line that cannot be used. `reason` is one of columns, code, words, example, counter, many."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


_own: tuple[Entry, ...] = ()


def add_county(text: str) -> tuple[Entry, ...]:
    """Take up a county's file: from now on its entries are read like the shipped ones. Raises BadLexicon, changing nothing.

    To be called once, before the first message; an empty text takes them away again.
    """
    global _own
    _own = read_extra(text)
    return _own


def own() -> tuple[Entry, ...]:
    """The entries of the county this process works for."""
    return _own


def read_extra(text: str) -> tuple[Entry, ...]:
    """The entries of such a file. Raises BadLexicon, naming the line, where one is wrong."""
    found: list[Entry] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        bare = line.split("#")[0].strip()
        if not bare:
            continue
        if len(found) == _MOST:
            raise BadLexicon(number, "many")
        columns = [column.strip() for column in bare.replace("｜", "|").split("|")]
        if len(columns) not in (4, 5):
            raise BadLexicon(number, "columns")
        found.append(_entry(number, *columns))
    return tuple(found)


def _entry(number: int, code: str, words: str, example: str, counter: str, unless: str = "") -> Entry:
    if code.upper() not in CODES:
        raise BadLexicon(number, "code")
    pattern, excuse = _pattern(words), _pattern(unless)
    if pattern is None:
        raise BadLexicon(number, "words")
    made = Entry(code.upper(), pattern, example, counter, unless=None, excused=excuse)
    if not _catches(made, example):
        raise BadLexicon(number, "example")
    if not counter or _catches(made, counter):
        raise BadLexicon(number, "counter")
    return made


def _catches(entry: Entry, sentence: str) -> bool:
    folded = fold(sentence)
    return bool(entry.regex.search(folded)) and not (entry.excused is not None and entry.excused.search(folded))


def _pattern(words: str) -> re.Pattern[str] | None:
    alternatives = [one.strip() for one in fold(words).split("/")]
    if not words.strip():
        return None
    made = []
    for one in alternatives:
        plain = one.replace("……", "…").replace("...", "…")
        if len(plain.replace("…", "")) < 2 or len(plain) > _LONGEST:
            return None
        made.append("[^，。；！？]{0,8}?".join(re.escape(piece) for piece in plain.split("…")))
    return re.compile("|".join(made))
