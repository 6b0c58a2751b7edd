"""One value of a roster row in the county's own words, as it would stand in a cell."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.children import Label
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS, SEX_WORDS, TIER_WORDS
from domain.units import UnitTree

# LABEL_WORDS stay apart: a label and a relation are both "other"
_WORDS: dict[str, str] = {
    **{str(sex): word for sex, word in SEX_WORDS.items()},
    **{str(tier): word for tier, word in TIER_WORDS.items()},
    **{str(relation): word for relation, word in RELATION_WORDS.items()},
}


def in_words(key: str, value: object, tree: UnitTree) -> str:
    """新坝镇暖泉村, 男, 留守、低保, 2016-05-08; 空着 for nothing."""
    if value is None or value == ():
        return "空着"
    if key in ("unit", "village"):
        return tree.path_name(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(LABEL_WORDS[Label(one)] for one in value)
    if isinstance(value, StrEnum):
        return _WORDS[str(value)]
    return value.isoformat() if isinstance(value, date) else str(value)
