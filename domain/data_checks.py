"""A department's list compared with the files by hashed ID number: what it may be about, and how it is put to a village.

The village is asked to look in, with the office the word came from and what to ask about; not the fact itself, which may
be wrong. Source: plan task 19; domain.md 5 (as little as the purpose needs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DAY
from domain.identity import IdFault, IdNumber, read_id

MOST_IDS = 30_000
DROPPED_AFTER = timedelta(days=7)  # a list of which nobody said what it is
ANSWERS = ("true", "false", "seen")  # 属实 不属实 看过了


@dataclass(frozen=True)
class Kind:
    """What a list may be; `days` is how soon somebody looks in. Words: `datacheck.kind.<code>`, `datacheck.ask.<code>`."""

    code: str
    days: int


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("low_income", 14),  # 新增低保、特困
        Kind("disability", 14),  # 新办残疾证
        Kind("drop_out", 3),  # 没有到校
        Kind("sentence", 7),  # 父母服刑、强戒
        Kind("lost_parent", 7),  # 父母去世、失踪、失联
        Kind("illness", 7),  # 大病、住院
        Kind("other", 14),
    )
}
_LIKE_AN_ID = re.compile(r"(?<![0-9])[0-9０-９]{17}[0-9０-９XxＸｘ](?![0-9])")


@dataclass(frozen=True)
class Ids:
    """The ID numbers found in a workbook, wherever they stood, and what was wrong with others."""

    numbers: tuple[str, ...]
    twice: int  # the same number again
    lost: int  # Excel kept only 15 of 18 digits
    wrong: int  # eighteen characters that are no ID number

    @property
    def any(self) -> bool:
        return bool(self.numbers or self.lost or self.wrong)


def find_ids(cells: Iterable[object]) -> Ids:
    """Every ID number in these cells; no heading is needed, so any office's own form will do."""
    found: dict[str, None] = {}
    twice = lost = wrong = 0
    for cell in cells:
        if isinstance(cell, bool) or cell is None:
            continue
        if isinstance(cell, int | float):
            if 1e16 <= cell < 1e18:  # an ID number typed as a number: its last digits are gone
                lost += 1
            continue
        words = str(cell)
        if re.fullmatch(r"\s*\d(?:\.\d+)?[Ee]\+?1[4-8]\s*", words):
            lost += 1
            continue
        for one in _LIKE_AN_ID.findall(words):
            read = read_id(one)
            if isinstance(read, IdNumber):
                twice += read.text in found
                found[read.text] = None
            elif read is IdFault.LOST_DIGITS:
                lost += 1
            else:
                wrong += 1
    return Ids(tuple(found), twice, lost, wrong)


def due_day(kind: str, today: date) -> date:
    return today + KINDS[kind].days * DAY
