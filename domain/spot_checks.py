"""The sheet of a spot check and what becomes of it: a look at the papers and a call to the family, never at a person.

What is missing is mended by the village by a day, looked at again, and done with. Source: plan task 9 (档案抽查).
"""

from __future__ import annotations

from enum import StrEnum

from domain.forms import Form, Question, by_button, choice, given, text

MEND_DAYS, AGAIN_DAYS = 14, 7


class Item(StrEnum):
    """What is looked at for one child."""

    FILE = "file"  # 档案五部分齐不齐
    VISIT = "visit"  # 家里记得上次的走访
    SEEN = "seen"  # 上次见到了孩子本人
    AGREEMENT = "agreement"  # 委托照护协议, left-behind children only
    NEEDS = "needs"  # 提过的困难有没有办


class Result(StrEnum):
    GOOD = "good"
    LACKS = "lacks"
    UNKNOWN = "unknown"  # nobody reached, or the family does not know


RESULTS = tuple(one.value for one in Result)


CHECK_SHEET = Form(
    "checksheet",
    (
        Question("row", by_button),
        Question("left_behind", by_button, aside=True),
        *(choice(item.value, *RESULTS) for item in Item if item is not Item.AGREEMENT),
        choice(Item.AGREEMENT.value, *RESULTS, when=given("left_behind", "yes")),
        Question("note", text(300), skip=True),
    ),
)

MEND = Form("mend", (Question("finding", by_button), Question("what", text(300, 2))))
