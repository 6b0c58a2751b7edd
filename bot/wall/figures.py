"""What the wall shows: the very values the pictures in the chat are drawn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import county_board
from bot import overview as view
from bot.dated import dated
from bot.words import Words
from bot.work import Work
from db import people, summaries
from db import policy as policies
from domain.access import Action, demand
from domain.calendar import local
from domain.people import Unit
from domain.summaries import squares_of
from domain.units import COUNTY, UnitTree
from files import charts, more_charts

WORDS = (
    "towns",
    "villages",
    "months",
    "clocks",
    "board",
    "load",
    "print",
    "close",
    "updated",
    "stale",
    "over",
    "read_only",
)


def work_of(conn: Connection, chat_id: int, now: datetime, tree: UnitTree, *, demo: bool) -> Work:
    """Somebody looking at the wall, with what they may see now. Raises Denied if their post is gone."""
    me = demand(people.me_of(conn, chat_id), Action.SEE_COUNTY)
    words = Words(people.language_of(conn, chat_id) or "zh_CN")
    return Work(conn, now, chat_id, me, words, tree, policies.current(conn, now), demo)


def figures(work: Work) -> dict[str, Any]:
    """Everything but the clocks on reports; villages only for those who work with the children."""
    say, county = dated(work.words, work.today), work.tree.get(COUNTY)
    assert county is not None
    codes = work.tree.under(COUNTY)
    knows = view.sees_children(work, COUNTY)
    weeks = summaries.load(work.conn, codes, work.today)
    title, tasks = county_board.plan(work)
    months = county_board.months(work, county)
    return {
        "coverage": charts.coverage_data(view.overview(work, COUNTY), say, work.demo, within="town"),
        "months": charts.months_data(county, months, work.today, say, work.demo, few=not knows),
        "load": more_charts.load_data(county, weeks, work.today, say, work.demo, few=not knows),
        "squares": _squares(work, county) if knows else None,
        "board": more_charts.board_data(title, tasks, work.today, say, work.demo),
        "at": f"{local(work.now):%H:%M}",
        "words": {name: work.say(f"wall.page.{name}") for name in WORDS},
    }


def clocks(work: Work) -> dict[str, Any]:
    """The clocks on reports; apart, because looking at them may write down that a report is over."""
    return more_charts.clock_data(county_board.clock_lines(work), work.today, dated(work.words, work.today), work.demo)


def _squares(work: Work, county: Unit) -> dict[str, Any]:
    codes = work.tree.under(county.code)
    missed = summaries.behind_by_unit(work.conn, codes, "contacts", work.today, work.policy)
    children = summaries.behind_by_unit(work.conn, codes, "children", work.today, work.policy)
    towns = squares_of(work.tree, county, missed, children)
    return more_charts.map_data(county, towns, work.today, dated(work.words, work.today), work.demo)
