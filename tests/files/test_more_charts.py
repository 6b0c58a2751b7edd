"""The other pictures: the table's numbers and no others, a pattern beside each colour, and every line that says of what."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from domain import units
from domain.people import Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS as POLICY
from domain.summaries import (
    ChildMonths,
    ClockLine,
    Light,
    Period,
    TaskLine,
    WeekLoad,
    light_of,
    squares_of,
    summarise_period,
    suppress_period,
)
from files import more_charts
from tests.files.test_charts import say, town, village

TODAY = date(2026, 11, 22)
TREE = units.load()
COUNTY = next(unit for unit in TREE if unit.kind is UnitKind.COUNTY)
XINBA = next(unit for unit in TREE if unit.name == "新坝镇")
WEEKS = [WeekLoad(date(2026, 11, 16), 4, 0, 12), WeekLoad(date(2026, 11, 23), 7, 3, 0)]
TASKS = (TaskLine(9, "开展摸底走访建档", ("县民政局",), date(2024, 12, 31), Light.LATE),)


def squares() -> Any:
    missed = {"620724106001": 0, "620724106002": 2, "620724106003": 4, "620724106004": 9}
    return squares_of(TREE, COUNTY, missed, dict.fromkeys(missed, 10))


def test_the_map_has_every_village_of_a_town_and_tells_its_number_in_more_than_colour() -> None:
    (drawn,) = more_charts.map_data(COUNTY, squares(), TODAY, say, demo=False)["towns"]
    assert len(drawn["squares"]) == 30
    assert [(one["name"], one["n"], one["step"], one["empty"]) for one in drawn["squares"][:5]] == [
        ("暖泉", 0, 0, False), ("新沟", 2, 1, False), ("顺德", 4, 2, False), ("下坝", 9, 3, False), ("照中", 0, 0, True),
    ]  # fmt: skip


def test_a_map_of_the_whole_county_shows_145_squares_in_nine_towns() -> None:
    every = {unit.code: 1 for unit in TREE if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)}
    data = more_charts.map_data(COUNTY, squares_of(TREE, COUNTY, {}, every), TODAY, say, demo=False)
    assert (len(data["towns"]), sum(len(one["squares"]) for one in data["towns"])) == (9, 145)


def test_load_leaves_out_what_leaders_may_not_see() -> None:
    full, kept = (more_charts.load_data(COUNTY, WEEKS, TODAY, say, False, few)["weeks"] for few in (False, True))
    assert [[one["text"] for one in week["parts"]] for week in full] == [["4", "0", "12"], ["7", "3", "0"]]
    star = "chart.few"
    assert [[one["text"] for one in week["parts"]] for week in kept] == [[star, star, "10"], ["5", star, star]]


def test_a_clock_left_out_leaves_its_sum_out_too() -> None:
    lines = [ClockLine("receipt", 5, None, 7), ClockLine("feedback", 6, 8, 9)]
    assert more_charts.clock_data(lines, TODAY, say, demo=False)["sums"] == ["11", "chart.few", "16"]
    assert more_charts.clock_data([], TODAY, say, demo=False)["rows"] == []


@pytest.mark.parametrize(
    ("due", "closed", "proofs", "light"),
    [
        (date(2024, 12, 31), True, 0, Light.DONE), (date(2024, 12, 31), False, 9, Light.LATE),
        (date(2026, 12, 31), False, 0, Light.SOON), (date(2027, 6, 30), False, 1, Light.GOING),
        (date(2027, 6, 30), False, 0, Light.WAITING),
    ],
)  # fmt: skip
def test_a_light_follows_day_and_proof(due: date, closed: bool, proofs: int, light: Light) -> None:
    assert light_of(due, TODAY, closed=closed, proofs=proofs) is light


def test_days_gone_by_draw_months_where_there_are_several_and_stars_for_leaders() -> None:
    kids = [ChildMonths(str(n), "620724106001", date(2025, 1, 1), None, 0b11 if n else 0b01) for n in range(9)]
    table = summarise_period(XINBA, TREE, kids, Period(date(2026, 9, 1), date(2026, 10, 31)), TODAY, POLICY)
    row = more_charts.period_data(table, "…", say, demo=False)["rows"][0]
    assert (row["name"], row["done"], row["late"], row["contacted"]) == ("暖泉村", 17, 1, "17/18")
    left_out = more_charts.period_data(suppress_period(table), "…", say, demo=False)
    assert left_out["rows"][0]["note"] == "chart.row.few"
    assert "chart.note.few" in left_out["notes"]


def test_every_picture_says_its_day_and_scope_and_is_as_wide_as_a_phone_likes() -> None:
    summary = town(village(1, "暖泉村"), village(2, "新沟村"))
    unit = Unit("620724106", UnitKind.TOWN, "新坝镇", "620724")
    drawn = {
        "load": (more_charts.load_data(unit, WEEKS, TODAY, say, True, False), more_charts.load_chart(unit, WEEKS, TODAY, say, True)),
        "tier": (more_charts.tier_data(summary, say, True), more_charts.tier_chart(summary, say, True)),
        "map": (more_charts.map_data(unit, squares(), TODAY, say, True), more_charts.village_map(unit, squares(), TODAY, say, True)),
        "clock": (
            more_charts.clock_data([ClockLine("receipt", 1, 2, 3)], TODAY, say, True),
            more_charts.clock_chart([ClockLine("receipt", 1, 2, 3)], TODAY, say, True),
        ),
        "board": (more_charts.board_data("方案", TASKS, TODAY, say, True), more_charts.board_chart("方案", TASKS, TODAY, say, True)),
    }  # fmt: skip
    for name, (data, png) in drawn.items():
        assert str(TODAY) in " ".join(data["scope"]), name
        assert data["demo"] == "chart.demo", name
        assert "chart.note.demo" in data["notes"], name
        assert Image.open(io.BytesIO(png)).width == 1080, name
