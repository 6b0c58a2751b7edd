"""求助: a worker asks for help in one tap, and somebody above asks what is in the way. Help, not blame.

It lies with the supervisor; without a word for two working days the county has it too. Nothing here is counted by person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import Calendar, add_working_days
from domain.forms import Form, Question, by_button, text
from domain.referrals.forms import children_to_choose, choose_child

ANSWER_DAYS, TAKEN_DAYS = 2, 5  # working days


class Sort(StrEnum):
    """What for. A family's own trouble goes another way (domain.referrals)."""

    UNWILLING = "unwilling"  # 孩子不配合
    BUSY = "busy"  # 我忙不过来
    UNSURE = "unsure"  # 不知道怎么办
    SYSTEM = "system"  # 系统不会用
    OTHER = "other"
    ASKED = "asked"  # somebody above asks what is in the way


OFFERED = tuple(one for one in Sort if one is not Sort.ASKED)
REASONS = (
    "busy",
    "not_reached",
    "not_let_in",
    "unsure",
    "done_already",
)  # answers to a question from above, one tap each


class Waits(StrEnum):
    """Whose word is awaited."""

    ABOVE = "above"
    VILLAGE = "village"


class Act(StrEnum):
    """What was said or done on a request."""

    ASKED = "asked"
    ANSWERED = "answered"
    TAKEN = "taken"  # 我来办
    PASSED = "passed"  # 转县里
    RISEN = "risen"  # nobody answered in time: the county has it
    MORE = "more"  # it is not solved yet
    CLOSED = "closed"


@dataclass(frozen=True)
class Request:
    """One request as it stands; its words are read apart (db.help_requests.words)."""

    id: str
    unit: str
    sort: Sort
    child: str | None
    asker: str
    to: str | None
    desk: str
    waits: Waits | None
    since: date
    taken_by: str | None
    risen: bool

    def due(self, calendar: Calendar) -> date:
        """The last day on which a word is on time."""
        return add_working_days(self.since, TAKEN_DAYS if self.taken_by else ANSWER_DAYS, calendar)

    def rises(self, today: date, calendar: Calendar) -> bool:
        """Whether the county is to have it now: it asked above, nobody said anything, and the county has it not yet."""
        return (
            self.waits is Waits.ABOVE and self.sort is not Sort.ASKED and "." not in self.desk and len(self.desk) > 6
            and today > self.due(calendar)
        )  # fmt: skip


HELP_WANTED = Form(
    "helpwanted",
    (
        Question("sort", by_button),
        Question("child", choose_child, choices=children_to_choose, aside=True),
        Question("text", text(500, 2), skip=True, also=("child",)),
    ),
)
HELP_ANSWER = Form("helpanswer", (Question("request", by_button), Question("text", text(800, 2))))
HELP_MORE = Form("helpmore", (Question("request", by_button), Question("text", text(500, 2))))
