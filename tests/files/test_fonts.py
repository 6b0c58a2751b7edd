"""Type: every character of real names is in our fonts and is really printed."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from domain import units
from domain.demo import names as demo_names
from files import grid
from files.charts import FONTS, ChartFailed
from files.fonts import covered
from files.grid import Cell, Sheet
from tests.files.child_on_paper import FRAME, packed, words
from tests.files.rare_characters import NOT_IN_GB2312, gb2312


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_fonts_have_every_character_of_real_given_names_and_of_the_demo_data(weight: str) -> None:
    font = TTFont(str(FONTS / f"NotoSansCJKsc-{weight}.otf"), lazy=True).getBestCmap()
    wanted = gb2312() | set(NOT_IN_GB2312)
    assert len(wanted) > 6_763 > 3_000
    spoken = [*demo_names.SURNAMES, *demo_names.RARE, *(unit.name for unit in units.load(demo=True))]
    for table in (demo_names._CHILDREN, demo_names._PARENTS, demo_names._GRANDPARENTS):
        spoken += [name for names in table.values() for name in names]
    wanted |= set("".join(spoken))
    assert sorted(one for one in wanted if ord(one) not in font) == []


def test_a_character_without_a_glyph_is_told_and_a_picture_in_a_note_left_out() -> None:
    assert covered.missing("古丽·买买提 柴𠮷 \U0002aed0") == {"\U0002aed0"}
    assert covered.printable({"备注": ["都好👍🏽", "王\U0002aed0"]}) == {"备注": ["都好", "王\U0002aed0"]}
    with pytest.raises(ChartFailed):
        grid.grid_pdf([Sheet("名册", "", "", ((Cell("\U0002aed0", 24),),))], FRAME)


def test_rare_names_are_really_printed() -> None:
    rows = tuple((Cell(name, 24),) for name in demo_names.RARE)
    text = words(grid.grid_pdf([Sheet("名册", "", "", rows)], FRAME))
    assert all(packed(name) in text for name in demo_names.RARE)
