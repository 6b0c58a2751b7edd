"""查阅/更正申请: what a guardian may ask about the child's data, and the written answer.

Source: 个人信息保护法 art. 44-50 (see, copy, correct, complete, delete; a refusal gives its reason), 未成年人网络保护条例
art. 34. Nothing is deleted where the law makes us keep it: a report as a case file, the file of a child in care.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from domain.calendar import STATUTORY, Calendar, add_working_days
from domain.forms import Form, Question, by_button, choice, given, text

DAYS = 15  # working days for the answer: PROPOSAL, as the law says only "timely"
MOST_WORDS = 300


class Kind(StrEnum):
    """What is asked for."""

    SEE = "see"  # 查阅
    COPY = "copy"  # 复制
    CORRECT = "correct"  # 更正、补充
    DELETE = "delete"  # 删除


# whose request is taken: the guardian's, the child's own where it is 14 or older, else somebody authorised in writing
WHO = ("father", "mother", "guardian", "child", "deputed")
# why it is refused, as the letter says it
REFUSALS = ("not_guardian", "legal_duty", "harms_child", "nothing_wrong", "other")


def due(taken: date, calendar: Calendar = STATUTORY) -> date:
    """The last day for the answer."""
    return add_working_days(taken, DAYS, calendar)


def blocked(kind: Kind, *, file_open: bool, has_reports: bool) -> str | None:
    """Why the law forbids it, as one of REFUSALS, or None. Then it can only be refused."""
    if kind is Kind.DELETE and (file_open or has_reports):
        return "legal_duty"
    return None


REQUEST = Form(
    "rights",
    (
        Question("file_no", by_button),
        choice("kind", *(kind.value for kind in Kind)),
        choice("who", *WHO),
        Question("name", text(20, 2)),
        Question("what", text(MOST_WORDS, 2), when=given("kind", "correct", "delete")),
        choice("proof", "seen", "none"),  # ID card and household register, or the written authority, were looked at
    ),
)

ANSWER = Form(
    "rights_no",
    (Question("request", by_button), choice("why", *REFUSALS), Question("words", text(MOST_WORDS, 4))),
)
