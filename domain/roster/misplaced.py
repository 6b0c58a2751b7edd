"""Demo and county are never mixed: what in a workbook says that it lies in the wrong place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from domain.identity import is_demo_id
from domain.roster.plan import SheetRow
from domain.roster.values import text_of

_ID = re.compile(r"(?<!\d)\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")
_REAL_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DEMO_MOBILE = re.compile(r"(?<!\d)100\d{8}(?!\d)")


def out_of_place(rows: Iterable[SheetRow], *, demo: bool) -> bool:
    """Whether the file holds what must not lie here: real-looking numbers in a demo, demo numbers in a county.

    Every cell counts, of columns we have no use for too. An ID number with a wrong check digit is real-looking still.
    """
    return any(_misplaced(text_of(cell), demo) for row in rows for cell in (*row.cells.values(), *row.extra.values()))


def _misplaced(said: str, demo: bool) -> bool:
    if len(said) < 11:
        return False
    said = unicodedata.normalize("NFKC", said)
    for text in (said, re.sub(r"[\s-]", "", said)):
        if any(is_demo_id(found) is not demo for found in _ID.findall(text)):
            return True
        if (_REAL_MOBILE if demo else _DEMO_MOBILE).search(text):
            return True
    return False
