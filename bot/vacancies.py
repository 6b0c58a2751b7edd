"""Where nobody sits: departments that would receive no report, villages without a child director. Said where the work of
the day is looked at, so that a notice of last Monday is not the only word about it (plan task 17)."""

from __future__ import annotations

from bot.buttons import do
from bot.work import Work
from db import reports, team
from domain.access import Action, may
from domain.people import Role

NAMED = 3


def block(work: Work) -> tuple[list[str], list[list[tuple[str, object]]]]:
    """Its lines, and the way to fill the posts; nothing for those who cannot."""
    if work.me is None or not may(work.me, Action.INVITE):
        return [], []
    lines: list[str] = []
    if work.me.with_role(Role.COUNTY) is not None:
        lines += _line(work, "vacancies.offices", reports.vacant_offices(work.conn))
    elif work.me.with_role(Role.SUPERVISOR) is None:
        return [], []
    lines += _line(work, "vacancies.villages", team.vacated(work.conn, work.visible(Action.INVITE)))
    return lines, [[(work.say("more.team"), do("go", "team"))]] if lines else []


def _line(work: Work, key: str, codes: list[str]) -> list[str]:
    if not codes:
        return []
    names = work.say("reminders.comma").join(work.tree.path_name(code) for code in codes[:NAMED])
    more = work.say("vacancies.more") if len(codes) > NAMED else ""
    return [work.say(key, count=len(codes), names=names + more)]
