"""Farming seasons and the hamlet an address names."""

from __future__ import annotations

from datetime import date

import pytest

from domain.policy import Policy
from domain.seasons import FARM, busy, hamlet
from domain.settings import SETTINGS, read

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "in_season"),
    [(date(2027, 3, 15), True), (date(2027, 4, 30), True), (date(2027, 5, 1), False), (date(2026, 10, 15), True), (TODAY, False)],
)
def test_the_fields_take_the_day_from_sowing_to_harvest(day: date, in_season: bool) -> None:
    assert busy(FARM, day) is in_season


def test_a_season_may_go_over_the_new_year() -> None:
    assert busy((("12-01", "01-15"),), date(2027, 1, 2))
    assert not busy((("12-01", "01-15"),), date(2027, 2, 2))


def test_the_county_writes_its_own_seasons_and_none_is_allowed() -> None:
    assert read("farm_seasons", "3月1日到4月10日，8月20日到10月5日", TODAY) == [["03-01", "04-10"], ["08-20", "10-05"]]
    assert read("farm_seasons", "无", TODAY) == []
    assert SETTINGS["farm_seasons"].get(Policy()) == [list(span) for span in FARM]


@pytest.mark.parametrize(
    ("address", "part"),
    [("暖泉村三社12号", "三社"), ("东联村10组", "10组"), ("国庆村", ""), (None, ""), ("新建东村3号楼2单元101", "")],
)
def test_an_address_names_the_hamlet(address: str | None, part: str) -> None:
    assert hamlet(address) == part
