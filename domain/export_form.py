"""导出 over other days: the one question that is asked, and how its answer is read."""

from __future__ import annotations

from domain.forms import Answers, Form, Invalid, Question, Said, World, by_button
from domain.summaries import BadPeriod, find_period


def _days(said: Said, world: World, answers: Answers) -> str:
    """3月5号到4月10号, 上个月, 去年下半年: the code of the period (`Period.of_code`)."""
    today = world.now.date()
    try:
        period, _ = find_period(said.text or "", today)
    except BadPeriod:
        period = None
    if period is None:
        raise Invalid("exportdays.problem.days")
    if period.first > today:
        raise Invalid("exportdays.problem.future")
    return period.code


EXPORT_DAYS = Form("exportdays", (Question("unit", by_button), Question("days", _days)))
