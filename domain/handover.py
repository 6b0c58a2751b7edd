"""交接: what goes from one director's hands into another's, as a list both sides sign (plan task 17).

The list holds ids; names and reports are shown only to whoever may see them anyway. What nobody takes falls to the
supervisor, as everything does while a post is vacant.
"""

from __future__ import annotations

from enum import StrEnum

AHEAD = 30  # days of open duties that go on the list
LEAVING = 14  # days from its beginning within which who left still comes into the chat to sign


class Handed(StrEnum):
    """The parts of the list, in the order in which they are read. The words are in locales/ under handover.kind.<value>."""

    CHILD = "child"  # red and yellow children
    DUTY = "duty"  # what is owed, by child
    REPORT = "report"  # running reports, numbers only, to those who may open them
    AGREEMENT = "agreement"  # to sign, to complete, to renew
    ISSUE = "issue"
    MOVE = "move"  # children coming or going


class Side(StrEnum):
    GIVE = "give"  # 已交
    TAKE = "take"  # 已接
