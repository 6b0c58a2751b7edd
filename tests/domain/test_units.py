"""The unit tree: codes, scopes, and the names people write."""

from __future__ import annotations

from collections import Counter

import pytest

from domain.people import UnitKind
from domain.units import COUNTY, DEPARTMENTS, load

TREE = load()
XINBA, HEIQUAN = "620724106009", "620724107007"  # 小坝村 exists in both towns


def names(text: str, home: str | None = None) -> list[str]:
    return [TREE.path_name(unit.code) for unit in TREE.find(text, TREE.get(home) if home else None)]


def test_the_tree_has_the_countys_nine_towns_136_villages_and_nine_communities() -> None:
    kinds = Counter(unit.kind for unit in TREE)
    assert (kinds[UnitKind.TOWN], kinds[UnitKind.VILLAGE], kinds[UnitKind.COMMUNITY]) == (9, 136, 9)
    assert kinds[UnitKind.DEPARTMENT] == len(DEPARTMENTS)
    assert len({unit.code for unit in TREE}) == len(TREE)


def test_villages_are_numbered_in_listing_order_and_communities_after_them() -> None:
    first, *_, last = TREE.children_of("620724102")
    assert (first.code, first.name) == ("620724102001", "小海子村")
    assert (last.code, last.name, last.kind) == ("620724102016", "南苑社区", UnitKind.COMMUNITY)


def test_the_county_covers_everything_and_a_town_only_its_own_villages() -> None:
    assert TREE.under(COUNTY) == {unit.code for unit in TREE}
    hexi = TREE.under("620724104")
    assert len(hexi) == 11
    assert all(code.startswith("620724104") for code in hexi)


def test_a_department_covers_itself_and_an_unknown_code_covers_nothing() -> None:
    assert TREE.under("620724.police") == {"620724.police"}
    assert TREE.under("620724999") == frozenset()


def test_the_town_of_a_village_and_of_a_department() -> None:
    town = TREE.town_of(XINBA)
    assert town is not None
    assert town.name == "新坝镇"
    assert TREE.town_of("620724106") == town
    assert TREE.town_of("620724.police") is None


def test_of_two_villages_with_one_name_the_own_towns_comes_first_and_both_are_offered() -> None:
    assert names("小坝村", "620724107001") == ["黑泉镇小坝村", "新坝镇小坝村"]
    assert names("小坝", "620724106") == ["新坝镇小坝村", "黑泉镇小坝村"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("新坝镇小坝村", "新坝镇小坝村"),
        ("黑泉小坝", "黑泉镇小坝村"),
        ("甘肃省张掖市高台县新坝镇 小坝村三社", "新坝镇小坝村"),
        ("五一", "合黎镇五一村"),
        ("六一村", "合黎镇六一村"),
        ("61村", "合黎镇六一村"),
        ("八一村委会", "巷道镇八一村"),
        ("滨河社区", "城关镇滨河"),
        ("新建东村社区居委会", "城关镇新建东村"),
        ("元浩村", "巷道镇元号村"),
        ("yinjiazhuang", "巷道镇殷家庄村"),
        ("定平", "黑泉镇定平村"),
        ("新坝", "新坝镇"),
        ("县卫生健康局", "县卫健局"),
        ("公安局", "县公安局"),
        ("高台县", "高台县"),
    ],
)
def test_a_unit_is_found_by_the_ways_people_write_it(said: str, found: str) -> None:
    assert names(said) == [found]


def test_a_town_and_a_village_of_one_bare_name_are_both_offered() -> None:
    assert names("巷道") == ["巷道镇", "巷道镇巷道村"]


def test_a_part_of_a_name_finds_all_that_hold_it_and_nonsense_finds_none() -> None:
    assert names("家庄") == ["宣化镇蒋家庄村", "巷道镇殷家庄村"]
    assert names("火星村") == []
    assert names("  ") == []


def test_exact_does_not_guess_by_sound() -> None:
    assert TREE.exact("元浩村") == []


def test_the_place_in_a_sheets_title_is_read_only_when_it_is_clear() -> None:
    assert TREE.mentioned("2026年新坝镇小坝村留守儿童花名册") == TREE.get(XINBA)
    assert TREE.mentioned("小坝村花名册") is None
    assert TREE.mentioned("黑泉镇花名册") == TREE.get("620724107")
    assert TREE.mentioned("Sheet1") is None


def test_the_demo_village_exists_only_in_the_demo_tree() -> None:
    demo = load(demo=True)
    assert TREE.get("620724900001") is None
    assert [unit.code for unit in demo.find("示范镇甲村")] == ["620724900001"]
    assert HEIQUAN in demo.under(COUNTY)
