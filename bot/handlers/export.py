"""导出: ledgers of one's own scope as workbooks, after a word about what is in them; journaled. The record of visits may be
had over any days: 导出 3月5号到4月10号."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from bot import asked_place, flow
from bot import overview as view
from bot.asked_place import Cells
from bot.buttons import do
from bot.dated import dated
from bot.overdue_work import sheet as overdue_sheet
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import children, ledgers, summaries
from db.drafts import Kept
from db.skeletons import open_ones
from domain.access import Action, demand_in, granting
from domain.calendar import month_start, period_start
from domain.children import Child
from domain.export_form import EXPORT_DAYS
from domain.forms import Answers, World
from domain.identity import mask_id, mask_name, mask_phone
from domain.people import Role, Unit
from domain.roster.columns import LABEL_WORDS, SEX_WORDS
from domain.summaries import QUARTER, Period
from files.workbook import Cell, Sheet, sheets_workbook

PERIODS: dict[str, Callable[[date], date]] = {
    "month": month_start,
    "quarter": lambda day: period_start(day, QUARTER),
    "year": lambda day: period_start(day, 12),
}
DAYS = "days:"
_RECORDS = re.compile(r"走访记录|走访|联系记录|记录|台账|表格?")  # 导出 走访 3月5号到4月10号
WHAT = (*PERIODS, "roster", "overdue")
MOST_ROWS = 20_000  # a longer one takes minutes to open on an office computer, and too long inside one message's work


def export(work: Work, words: str) -> None:
    """What can be had, for one's own units or the one named."""
    work.demand(Action.EXPORT)
    period, words = view.asked_period(work, words)
    words = _RECORDS.sub("", words).strip()
    units = asked_place.named(work, words, Action.EXPORT) if words else asked_place.home(work, Action.EXPORT)
    if len(units) == 1:
        text, rows = _choices(work, units[0], period)
        work.reply(text, rows)
    else:
        days = [period.code] if period else []
        choices = asked_place.cells(work, units[:30], lambda unit: do("export.choose", unit.code, *days))
        work.reply(work.say("place.which"), asked_place.in_rows(choices))


def choose(work: Work, code: str, days: str = "") -> None:
    """The same for a unit chosen by button."""
    unit = _unit(work, code)
    work.toast()
    text, rows = _choices(work, unit, Period.of_code(days))
    work.show(text, rows)


def other_days(work: Work, code: str) -> None:
    """别的日子: from which day to which."""
    unit = _unit(work, code)
    work.toast()
    flow.begin(work, "exportdays", {"unit": unit.code}, fresh=True)


def _days_said(work: Work, answers: Answers, kept: Kept) -> None:
    unit, period = _unit(work, answers["unit"]), Period.of_code(answers["days"])
    if period is None:
        raise Refused("export.which_days")
    text, rows = _question(work, f"{DAYS}{period.code}", unit)
    work.show(text, rows)


def _unit(work: Work, code: str) -> Unit:
    demand_in(work.me, Action.EXPORT, code)
    unit = work.tree.get(code)
    if unit is None:
        raise Refused("summary.no_figures")
    return unit


def _choices(work: Work, unit: Unit, period: Period | None) -> tuple[str, list[Cells]]:
    """What can be had; the days named first."""
    if period is not None:
        return _question(work, f"{DAYS}{period.code}", unit)
    cells: Cells = [(_what(work, what), do("export.ask", what, unit.code)) for what in WHAT]
    text = work.say("export.title", unit=work.tree.path_name(unit.code))
    return text, [cells[:3], [(work.say("export.other_days"), do("export.days", unit.code)), *cells[3:]]]


def _what(work: Work, what: str) -> str:
    period = _period(what)
    return (
        work.say("export.what.days", days=view.period_words(work, period))
        if period
        else work.say(f"export.what.{what}")
    )


def _period(what: str) -> Period | None:
    """The days of `days:260305-260410`, as a button holds them."""
    return Period.of_code(what.removeprefix(DAYS)) if what.startswith(DAYS) else None


def ask(work: Work, what: str, code: str) -> None:
    """Before anything is made: what is in it, and that it must be kept safe."""
    unit = _unit(work, code)
    work.toast()
    work.show(*_question(work, what, unit))


def _question(work: Work, what: str, unit: Unit) -> tuple[str, list[Cells]]:
    if what not in WHAT and _period(what) is None:
        raise Refused("export.which_days")
    code = unit.code
    rows: list[Cells] = [
        [(work.say("export.yes"), do("export.make", what, code)), (work.say("export.no"), do("export.stop"))]
    ]
    key = "export.warning_names" if what == "roster" and _knows(work, code) else "export.warning"
    return work.say(key, what=_what(work, what), unit=work.tree.path_name(code)), rows


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "days" and (period := Period.of_code(str(value))) is not None:
        return view.period_words(work, period)
    return "" if key == "unit" else None


def stop(work: Work) -> None:
    work.toast()
    work.show(work.say("export.stopped"))


def make(work: Work, what: str, code: str) -> None:
    """The workbook, and the line in the journal: who, what, of where, how many rows."""
    unit = _unit(work, code)
    codes = work.visible(Action.EXPORT) & work.tree.under(code)
    sheet = _sheet(work, what, codes, code)
    work.note("export", f"unit:{code}", what=what, rows=len(sheet.rows))
    work.toast()
    if not sheet.rows:
        work.show(work.say("export.empty"))
        return
    say = dated(work.words, work.today)
    title = say("export.sheet_title", unit=work.tree.path_name(unit.code), what=sheet.name)
    note = say("export.sheet_note", day=work.today)
    if work.demo:
        note = f"{note}　{work.say('workbook.demo')}"
    content = sheets_workbook([sheet], title, note, work.today)
    work.show(work.say("export.done", what=_what(work, what), rows=len(sheet.rows)))
    name = work.say("export.file_name", unit=unit.name, what=sheet.name, day=work.today.isoformat())
    work.document(content, name, work.say("export.caption"))


def _sheet(work: Work, what: str, codes: Collection[str], code: str) -> Sheet:
    if what == "overdue":
        return overdue_sheet(work, codes)
    if what == "roster":
        return _roster(work, codes, plain_names=_knows(work, code))
    period = _period(what)
    if period is not None:
        return _contacts(work, codes, period.first, min(period.last, work.today))
    if what not in PERIODS:
        raise Refused("export.which_days")
    return _contacts(work, codes, PERIODS[what](work.today), work.today)


def _knows(work: Work, code: str) -> bool:
    """Whether one's post is at the village or its town: there children are known by name anyway."""
    posts = granting(work.me, Action.SEE_CHILD)
    return any(post.role is not Role.COUNTY and code in work.tree.under(post.unit.code) for post in posts)


def _headed(work: Work, name: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Sheet:
    return Sheet(work.say(f"ledger.{name}"), tuple(work.say(f"ledger.column.{column}") for column in columns), rows)


def _contacts(work: Work, codes: Collection[str], first: date, last: date) -> Sheet:
    """走访记录: who did what when, attempts included; what was written about a child stays in its file."""
    if ledgers.count_entries(work.conn, codes, first, last) > MOST_ROWS:
        raise Refused("export.too_many", most=MOST_ROWS)
    found = list(ledgers.entries(work.conn, codes, first, last))
    names = summaries.names(work.conn, {one.child_id for one in found}, codes)
    workers = ledgers.worker_names(work.conn, {one.by_person for one in found if one.by_person})

    def yes_no(answer: bool | None) -> str | None:
        return None if answer is None else work.say("ledger.yes" if answer else "ledger.no")

    called = {"yes": True, "no": False}
    rows: list[tuple[Cell, ...]] = [
        (
            one.day, one.file_no, mask_name(names.get(one.child_id, "")), work.tree.path_name(one.unit),
            work.say(f"ledger.kind.{one.kind.value}"), yes_no(one.reached), yes_no(one.child_seen),
            yes_no(called.get(one.parents_called or "")), work.say(f"role.{one.by_role.value}"),
            workers.get(one.by_person or ""), one.entered_at,
        )
        for one in found
    ]  # fmt: skip
    columns = (
        "day", "file_no", "name", "village", "kind", "reached", "child_seen", "parents_called", "by_role", "by_person",
        "entered_at",
    )  # fmt: skip
    return _headed(work, "contacts", columns, rows)


def _roster(work: Work, codes: Collection[str], *, plain_names: bool) -> Sheet:
    """儿童名册: ID number and phones always masked, no addresses; names as the asking post knows them."""
    if len(open_ones(work.conn, codes)) > MOST_ROWS:
        raise Refused("export.too_many", most=MOST_ROWS)
    shown = (lambda name: name) if plain_names else mask_name

    def line(child: Child) -> tuple[Cell, ...]:
        carer = next((one for one in child.guardians if one.carer), None)
        return (
            child.file_no, shown(child.name), work.say(f"tier.{child.tier.value}"),
            work.say("summary.comma").join(LABEL_WORDS[label] for label in child.labels), work.tree.path_name(child.unit),
            SEX_WORDS[child.sex] if child.sex else None, child.age_on(work.today),
            mask_id(child.id_no) if child.id_no else None, shown(carer.name) if carer else None,
            mask_phone(carer.phone) if carer and carer.phone else None, child.school, child.added_on,
        )  # fmt: skip

    columns = (
        "file_no", "name", "tier", "labels", "village", "sex", "age", "id_no", "carer", "phone", "school", "added_on",
    )  # fmt: skip
    rows = [line(entry.child) for entry in children.in_units(work.conn, codes)]
    return _headed(work, "roster", columns, rows)


SUBJECT = Subject(
    "export",
    commands=(Command("export", export, Action.EXPORT, ("导出", "导出表格")),),
    conversations=(Conversation(EXPORT_DAYS, _days_said, Action.EXPORT, value=_value, at_once=lambda answers: True),),
    presses={
        "export.choose": Press(choose, Action.EXPORT),
        "export.days": Press(other_days, Action.EXPORT),
        "export.ask": Press(ask, Action.EXPORT),
        "export.make": Press(make, Action.EXPORT),
        "export.stop": Press(stop, Action.EXPORT),
    },
)
