"""Campaigns by the calendar."""

from __future__ import annotations

from datetime import date

from domain.drives import Sort, to_propose
from domain.policy import COUNTY_DEFAULTS


def test_the_winter_break_is_proposed_like_the_summer_break() -> None:
    def proposed(day: date) -> dict[Sort, str]:
        return {one.sort: one.name for one in to_propose(day, COUNTY_DEFAULTS.calendar)}

    assert Sort.WINTER not in proposed(date(2026, 12, 30))
    assert proposed(date(2026, 12, 31))[Sort.WINTER] == "winter-2027"  # ten days before it usually begins
    assert Sort.WINTER not in proposed(date(2027, 2, 28))
    assert proposed(date(2027, 7, 5))[Sort.SUMMER] == "summer-2027"
