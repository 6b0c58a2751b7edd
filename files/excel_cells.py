"""What every workbook of ours must observe: names of sheets, what a cell can hold, how wide Chinese is."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

MOST_TEXT = 32_000  # Excel's limit for one cell is 32,767; an escaped sign takes more than one of them


class SheetNames:
    """Excel's rules: at most 31 characters, none of []:*?/\\, no quote at the ends, no name twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """The name, cut and numbered as far as it must be."""
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:31] or "1"
        tried, number = plain, 2
        while tried.casefold() in self._taken:
            tried, number = f"{plain[:27]} {number}", number + 1
        self._taken.add(tried.casefold())
        return tried


def clean(value: str) -> str:
    """What a cell can hold: no control characters, not longer than Excel allows (it would drop the cell)."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", value)[:MOST_TEXT]


def wide_of(text: str) -> int:
    """How many columns a text is wide: Chinese characters two, the rest one."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def in_margin(text: str) -> str:
    """Words in a header or footer: & begins a code there."""
    return clean(text)[:100].replace("&", "&&")
