"""校车 and 托管 checks: what is looked at, as data; anything that lacks goes to whose it is as a hazard (plan task 15).

Sources: the plan asks that bus and care places be looked at (task 15) and names no items. Both lists are PROPOSALS after
what is generally asked of school buses and care places (permit, driver, load, belts; licence, exits, kitchen): 待县里核对
with the education and traffic offices against the rules in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.forms import AllOf, Form, Question, choice, given, text
from domain.hazards import read_place, read_unit, unit_choices


class Result(StrEnum):
    GOOD = "good"
    LACKS = "lacks"
    UNKNOWN = "unknown"  # could not be seen


CHECKLISTS: dict[str, tuple[str, ...]] = {
    "bus": ("permit", "driver", "load", "belts", "attendant", "kit", "register"),
    "care": ("licence", "exits", "extinguisher", "kitchen", "staff", "pickup", "crowded"),
}
KINDS = tuple(CHECKLISTS)
# a place without a licence is reported as such; everything else is its office's to put right
HAZARD_OF = {"bus": "bus", "care": "care"}
RESULTS = tuple(one.value for one in Result)


def lacking(results: Mapping[str, str]) -> tuple[str, ...]:
    """What a check found lacking, in the order of the sheet."""
    return tuple(item for items in CHECKLISTS.values() for item in items if results.get(item) == Result.LACKS)


def _item_by_item(kind: str) -> AllOf:
    """Asked one by one only where not everything is in order."""
    return AllOf((given("kind", kind), given("all", "no")))


INSPECTION = Form(
    "inspection",
    (
        choice("kind", *KINDS),
        Question("unit", read_unit, choices=unit_choices),
        Question("place", read_place),
        choice("all", "yes", "no"),
        *(choice(item, *RESULTS, when=_item_by_item(kind)) for kind, items in CHECKLISTS.items() for item in items),
        Question("words", text(300, 2), aside=True),
    ),
)
