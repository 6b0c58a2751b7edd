"""When the fields take everybody's day: families are found at home in the evening or when it rains (domain.md 6.1).

The spans are the county's own; the defaults are a proposal (sowing, detasselling of seed maize, harvest).
"""

from __future__ import annotations

import re
from datetime import date

FARM = (("03-15", "04-30"), ("07-01", "07-31"), ("08-20", "10-15"))
_HAMLET = re.compile(r"(?:[一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})[社组队]")


def busy(seasons: tuple[tuple[str, str], ...], day: date) -> bool:
    """Whether that day lies in a farming season; one that ends before it begins goes over the new year."""
    here = day.strftime("%m-%d")
    return any(first <= here <= last if first <= last else here >= first or here <= last for first, last in seasons)


def hamlet(address: str | None) -> str:
    """The part of a village an address names (三社), so that one walk serves many; empty where it names none."""
    found = _HAMLET.search(address or "")
    return found[0] if found else ""
