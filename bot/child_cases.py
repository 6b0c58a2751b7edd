"""The reports about a child on file: only for those who sit on the case anyway, and each look is journaled.

Who is gone around, who has no desk on it, or whose post sees no cases is not told that there is one (domain.md 1.7).
"""

from __future__ import annotations

from bot import case_card
from bot.case_list import may_open
from bot.paper_fields import moment
from bot.work import Work
from db import reports
from db.reports import Listed
from domain.children import Child
from files.child_record import Facts


def about(work: Work, one: Child) -> list[Listed]:
    """The reports about this child that this person may open, the newest first; exercises are none."""
    if work.me is None:
        return []
    found = reports.of_me(work.conn, work.me, one.id)
    return [each for each in found if may_open(work, each.seat) and not each.report.drill]


def line(work: Work, each: Listed) -> str:
    """Number, day and state: what was reported is said where the report is opened."""
    state = case_card.state(work, each.events, each.seat)
    return work.say("file.case_line", number=each.report.number, when=moment(each.report.filed_at), state=state)


def facts(work: Work, found: list[Listed]) -> tuple[Facts, ...]:
    """The same as the rows of a paper."""
    return tuple(
        {
            "编号": each.report.number, "报告时间": moment(each.report.filed_at),
            "情形": case_card.situation(work, each.report), "状态": case_card.state(work, each.events, each.seat),
        }
        for each in found
    )  # fmt: skip
