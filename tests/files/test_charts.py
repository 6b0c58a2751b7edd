"""Charts: the summary's figures and no others, legible, in our own fonts."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from domain.children import Tier
from domain.people import Unit, UnitKind
from domain.summaries import MonthCoverage, Summary, UnitCounts, suppress
from files import charts

TOWN = Unit("620724106", UnitKind.TOWN, "新坝镇", "620724")
TODAY = date(2026, 11, 22)
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))
BLUE = (0x1F, 0x65, 0x80)


def say(key: str, **holes: Any) -> str:
    """A locale of keys: the figure shows what it was given."""
    return " ".join([key, *(str(value) for value in holes.values())]) if holes else key


def village(number: int, name: str, due: int = 10, done: int = 8, late: int = 1, needed: int = 0) -> UnitCounts:
    unit = Unit(f"620724106{number:03}", UnitKind.VILLAGE, name, TOWN.code)
    tiers = {Tier.RED: due // 10, Tier.YELLOW: due // 5, Tier.GREEN: due - due // 10 - due // 5}
    return UnitCounts(unit, due, tiers, due, done, late, due, done // 2, late, due, done, 0, 1, needed)


def town(*rows: UnitCounts) -> Summary:
    numbers = [name for name in UnitCounts.__dataclass_fields__ if name not in ("unit", "by_tier")]
    sums = {name: sum(getattr(row, name) for row in rows) for name in numbers}
    tiers = {tier: sum(row.by_tier[tier] for row in rows) for tier in Tier}
    return Summary(TOWN, TODAY, MONTH, QUARTER, UnitCounts(unit=TOWN, by_tier=tiers, **sums), rows)


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def shown(summary: Any, demo: bool = False) -> dict[str, Any]:
    return charts.coverage_data(summary, say, demo, within="village")


@pytest.fixture
def other_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(charts, "FONTS", tmp_path)
    charts._compiler.cache_clear()
    yield
    charts._compiler.cache_clear()


def test_the_three_big_figures_are_those_of_the_summary() -> None:
    figures = shown(town(village(1, "暖泉村", 20, 15, 2), village(2, "新沟村", 7, 7, 0)))["figures"]
    assert [(figure["label"], figure["value"] + figure["of"]) for figure in figures] == [
        ("chart.contacts", "22 / 27"),
        ("chart.visits", "10 / 27"),
        ("chart.overdue", "2"),
    ]


def test_each_village_shows_children_contacted_of_children_due() -> None:
    (row,) = shown(town(village(1, "暖泉村", due=20, done=15, late=2)))["rows"]
    assert (row["contacted"], row["visited"]) == ("15/20", "7/20")
    assert (row["done"], row["late"], row["waiting"]) == (15, 2, 3)


@pytest.mark.parametrize(("due", "done", "late"), [(3, 3, 2), (10, 8, 5), (1, 0, 1), (5, 0, 0), (2, 1, 1)])
def test_a_bar_is_as_long_as_the_children_due_and_draws_no_child_twice(due: int, done: int, late: int) -> None:
    (row,) = shown(town(village(1, "暖泉村", due, done, late)))["rows"]
    assert row["done"] == done
    assert row["done"] + row["late"] + row["waiting"] == due
    assert min(row["late"], row["waiting"]) >= 0


def test_villages_where_help_is_needed_stand_on_top_then_those_with_most_children_not_reached() -> None:
    rows = shown(
        town(
            village(1, "全到的村", due=30, done=30, late=0),
            village(2, "差一个的村", due=30, done=29, late=0),
            village(3, "要帮忙的村", due=4, done=3, late=1, needed=1),
            village(4, "差五个的村", due=6, done=1, late=0),
        )
    )["rows"]
    assert [row["name"] for row in rows] == ["要帮忙的村", "差五个的村", "差一个的村", "全到的村"]
    assert [row["help"] for row in rows] == ["1", None, None, None]


def test_equal_villages_keep_the_countys_order() -> None:
    rows = shown(town(village(2, "新沟村"), village(1, "暖泉村")))["rows"]
    assert [row["name"] for row in rows] == ["暖泉村", "新沟村"]


def test_a_village_without_children_due_says_so_instead_of_an_empty_bar() -> None:
    (row,) = shown(town(village(1, "定安村", 0, 0, 0)))["rows"]
    assert (row["note"], row["contacted"]) == ("chart.row.none_due", "–")


def test_leaders_see_a_star_and_no_bar_where_a_cell_is_withheld() -> None:
    summary = suppress(
        town(village(1, "暖泉村", 40, 38, 1), village(2, "新沟村", 3, 2, 0), village(3, "下坝村", 2, 1, 1))
    )
    data = shown(summary)
    small = next(row for row in data["rows"] if row["name"] == "新沟村")
    assert small["contacted"] == "chart.few/chart.few"
    assert (small["done"], small["late"], small["waiting"], small["note"]) == (0, 0, 0, "chart.row.few")
    assert "chart.note.few" in data["notes"]
    assert charts.town_chart(summary, say, demo=False)


def test_the_star_is_explained_only_where_there_is_one() -> None:
    assert "chart.note.few" not in shown(town(village(1, "暖泉村")))["notes"]


def test_demo_data_is_marked_on_top_and_below_and_real_data_is_not() -> None:
    assert shown(town(), demo=True)["demo"] == "chart.demo"
    assert "chart.note.demo" in shown(town(), demo=True)["notes"]
    assert "chart.demo" not in str(shown(town(), demo=False))
    assert "chart.note.demo" not in shown(town(), demo=False)["notes"]


def test_thirty_villages_fit_one_upright_picture_for_a_phone() -> None:
    summary = town(*(village(n, "西庄子村", needed=n % 7 == 0) for n in range(30)))
    image = picture(charts.town_chart(summary, say, demo=True))
    assert image.width == 1080
    assert image.width < image.height < 2.5 * image.width  # what is longer, a chat scales down beyond reading


def test_an_empty_town_a_single_child_and_a_very_long_name_still_make_a_picture() -> None:
    long = "医院西路人民东路长征路联合社区居民委员会" * 2
    for summary in (town(), town(village(1, "暖泉村", 1, 0, 0)), town(village(1, long, 3000, 2000, 1, needed=12))):
        assert picture(charts.town_chart(summary, say, demo=False)).width == 1080
        assert picture(charts.county_chart(summary, say, demo=True)).width == 1080


def test_more_children_reached_means_more_blue() -> None:
    def blue(done: int) -> int:
        image = picture(charts.town_chart(town(village(1, "暖泉村", 20, done, 0)), say, demo=False))
        return sum(number for number, colour in image.getcolors(1 << 24) or [] if colour == BLUE)

    assert blue(18) - blue(9) > 3000


@pytest.mark.parametrize(
    "name", ['#panic("!")', "$x$", "*粗* _斜_", "@preview", "= 标题", "\\u{1}", '"},{"', "甲\n乙村"]
)
def test_a_name_is_never_read_as_markup(name: str) -> None:
    summary = replace(town(village(1, name)), unit=replace(TOWN, name=name))
    assert picture(charts.town_chart(summary, say, demo=False)).width == 1080


def test_charts_asked_for_by_many_threads_at_once_do_not_mix() -> None:
    summaries = [town(*(village(n, "暖泉村") for n in range(size))) for size in range(1, 7)]
    alone = [charts.town_chart(summary, say, demo=False) for summary in summaries]
    together: dict[int, bytes] = {}

    def draw(place: int) -> None:
        together[place] = charts.town_chart(summaries[place], say, demo=False)

    threads = [threading.Thread(target=draw, args=(place,)) for place in range(len(summaries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[place] for place in range(len(summaries))] == alone


@pytest.mark.usefixtures("other_fonts")
def test_without_our_font_there_is_no_chart_rather_than_one_in_another_font() -> None:
    with pytest.raises(charts.ChartFailed, match="font"):
        charts.town_chart(town(village(1, "暖泉村")), say, demo=False)


def test_a_failed_chart_does_not_repeat_the_names_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "coverage.typ").write_text("#let data = json(bytes(sys.inputs.data))\n#(data.rows.at(0).name + 1)")
    monkeypatch.setattr(charts, "TEMPLATES", tmp_path)
    charts._compiler.cache_clear()
    try:
        with pytest.raises(charts.ChartFailed) as failure:
            charts.town_chart(town(village(1, "暖泉村")), say, demo=False)
        assert "暖泉村" not in str(failure.value)
    finally:
        charts._compiler.cache_clear()


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_font_has_every_character_children_are_named_with(weight: str) -> None:
    known = TTFont(charts.FONTS / f"NotoSansCJKsc-{weight}.otf", lazy=True).getBestCmap()
    gbk = {chr(point) for point in range(0x4E00, 0x9FA6)}
    assert {name.encode("gbk").decode("gbk") for name in gbk} == gbk  # the whole block is GBK's
    rare = set("喆堃昇垚玥珺祎㛃㑇㭎𠮷𬭚𬍛𫖯𬘡𬬭𫍣𪩘𡎚𤩽")
    signs = set("，。、；：？！“”‘’（）《》〈〉【】…—·￥％＊℃№①②⑩Ⅷ→↑▲◆●■□✓┼ǎéǜ×÷±²")
    assert {sign for sign in gbk | rare | signs if ord(sign) not in known} == set()


def test_the_fonts_carry_their_licence_and_stay_small_enough_for_a_repository() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (charts.FONTS / "OFL.txt").read_text("utf-8")
    assert sum(font.stat().st_size for font in charts.FONTS.glob("*.otf")) < 18_000_000


def test_templates_fetch_nothing_from_outside() -> None:
    for template in charts.TEMPLATES.glob("*.typ"):
        imports = re.findall(r'#(?:import|include)\s+"([^"]+)"', template.read_text("utf-8"))
        assert all((charts.TEMPLATES / one).is_file() and "/" not in one for one in imports), template.name


def test_every_text_colour_can_be_read_on_its_ground() -> None:
    house = (charts.TEMPLATES / "house.typ").read_text("utf-8")
    colour = dict(re.findall(r'#let (\w+) = rgb\("#([0-9a-f]{6})"\)', house))

    def light(name: str) -> float:
        parts = [int(colour[name][at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    on = [(text, ground) for text in ("ink", "muted", "late", "reached") for ground in ("paper", "panel")]
    for text, ground in [*on, ("ink", "amber")]:
        assert (light(ground) + 0.05) / (light(text) + 0.05) >= 4.5, (text, ground)


def months(*shares: float | None) -> list[MonthCoverage]:
    starts = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(23 - len(shares), 23)]
    return [MonthCoverage(day, share, 0 if share is None else 200) for day, share in zip(starts, shares, strict=True)]


def test_a_month_says_a_hundred_per_cent_only_when_every_child_was_reached() -> None:
    data = charts.months_data(TOWN, months(1.0, 0.995, 0.5, None), TODAY, say, demo=False)
    assert [month["share"] for month in data["months"]] == ["100%", "99%", "50%", "–"]
    assert [month["missing"] for month in data["months"]] == ["0", "1", "100", ""]


def test_children_not_yet_contacted_in_the_running_month_are_open_not_missed() -> None:
    data = charts.months_data(TOWN, months(0.9, 0.4), TODAY, say, demo=False)
    assert [(month["label"], month["open"]) for month in data["months"]] == [
        ("chart.month 10", False),
        ("chart.month 11", True),
    ]


def test_the_last_twelve_months_are_drawn_and_the_year_stands_where_it_begins() -> None:
    data = charts.months_data(TOWN, months(*[0.9] * 14), TODAY, say, demo=False)
    assert [month["year"] for month in data["months"]] == ["2025", "2026"] + [""] * 10
    assert data["scope"] == ["chart.months.scope 2025 12 2026-11-22"]


@pytest.mark.parametrize("shares", [(), (None,), (0.0, 1.0), tuple([0.97] * 12)])
def test_months_make_a_picture_whatever_they_hold(shares: tuple[float | None, ...]) -> None:
    assert picture(charts.coverage_chart(TOWN, months(*shares), TODAY, say, demo=True)).width == 1080
