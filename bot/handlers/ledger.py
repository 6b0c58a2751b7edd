"""台账, 一人一表 and the 登记表 of everybody in a village or town, and one's own 工作日志 of a month: made at once, under a password, journaled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot import asked_place
from bot import child_papers as papers
from bot.asked_place import PLACES
from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import children, work_days
from db.roster_lines import count_by_unit
from domain.access import Action
from domain.calendar import add_months, month_end, month_start
from domain.child_file import HELP_WORDS, HelpKind
from domain.people import Unit, UnitKind
from domain.work_days import Act, What, month_named
from files.child_record import ISSUES, ROLES, iso
from files.ledgers import Village, forms_workbook, ledger_workbook, registers_pdf
from files.work_log_sheet import Month, rows_of, work_log_pdf, work_log_workbook

WHAT = ("ledger", "forms", "papers")
ENDINGS = {"papers": "pdf"}  # the others are workbooks
MOST = {"ledger": 2000, "forms": 150, "papers": 150}  # children in one file: what an office computer opens and a message's work makes
SHOWN_DAYS = 6
EARLIEST = date(2000, 1, 1)
Button = tuple[str, Any]


# --- ledgers -------------------------------------------------------------------------------------------------------


def start(work: Work, words: str) -> None:
    """台账 暖泉村: which of the two; of one's own place where none is named."""
    work.demand(Action.EXPORT)
    units = asked_place.named(work, words, Action.EXPORT) if words else asked_place.home(work, Action.EXPORT)
    if len(units) == 1 and units[0].kind is not UnitKind.COUNTY:
        _offer(work, units[0])
        return
    if len(units) == 1:
        units = list(work.tree.towns)
    cells = asked_place.cells(work, units[:30], lambda unit: do("ledger.choose", unit.code))
    work.reply(work.say("ledger.which_place"), asked_place.in_rows(cells))


def choose(work: Work, code: str) -> None:
    unit = _unit(work, code)
    work.toast()
    _offer(work, unit)


def _unit(work: Work, code: str) -> Unit:
    work.demand_in(Action.EXPORT, code)
    unit = work.tree.get(code)
    if unit is None or unit.kind not in (UnitKind.TOWN, *PLACES):
        raise Refused("print.gone")
    return unit


def _offer(work: Work, unit: Unit) -> None:
    counts = count_by_unit(work.conn, work.visible(Action.EXPORT) & work.tree.under(unit.code))
    total = sum(counts.values())
    if not total:
        work.reply(work.say("export.empty"))
        return
    rows: list[Sequence[Button]] = [
        [(work.say(f"ledger.button.{what}"), do("ledger.why", what, unit.code))] for what in WHAT if total <= MOST[what]
    ]
    rows.append([(work.say("ledger.national"), do("go", "sync", unit.code))])
    if unit.kind is UnitKind.TOWN:
        rows.append([(work.say("ledger.by_village"), do("ledger.villages", unit.code))])
    work.reply(work.say("ledger.offer", unit=work.tree.path_name(unit.code), count=total), rows)


def villages(work: Work, code: str) -> None:
    """The villages of a town, for one's ledger alone."""
    unit = _unit(work, code)
    work.toast()
    units = [one for one in work.tree.children_of(unit.code) if one.code in work.visible(Action.EXPORT)]
    cells = asked_place.cells(work, units, lambda one: do("ledger.choose", one.code))
    work.show(work.say("ledger.which_place"), asked_place.in_rows(cells))


def why(work: Work, what: str, code: str) -> None:
    """What for: ID numbers, phones and addresses are in it."""
    unit = _unit(work, code)
    if what not in WHAT:
        raise Refused("print.gone")
    work.toast()
    cells: list[Button] = [
        (work.say(f"print.reason.{reason}"), do("ledger.make", what, code, reason)) for reason in papers.REASONS
    ]
    work.show(
        work.say("ledger.why", unit=work.tree.path_name(unit.code), what=work.say(f"ledger.file.{what}")),
        in_twos(cells),
    )


def make(work: Work, what: str, code: str, reason: str) -> None:
    """The workbook and its password."""
    unit = _unit(work, code)
    papers.may_print(work, unit.code)
    papers.reason_of(reason)
    if what not in WHAT:
        raise Refused("print.gone")
    work.toast()
    filed = children.in_units(work.conn, work.visible(Action.EXPORT) & work.tree.under(code))
    if not filed:
        work.show(work.say("export.empty"))
        return
    if len(filed) > MOST[what]:
        raise Refused("ledger.too_many", most=MOST[what])
    places = _villages(work, unit, filed)
    name, look, sign = work.tree.path_name(unit.code), papers.style(work), papers.mark(work)
    if what == "papers":
        content = papers.printed(lambda: registers_pdf(places, work.today, papers.frame(work, name)))
    else:
        content = (ledger_workbook if what == "ledger" else forms_workbook)(name, places, work.today, look, sign)
    work.note("ledger.printed", f"unit:{code}", what=what, reason=reason, rows=len(filed))
    title = work.say(f"ledger.file.{what}")
    work.show(work.say("ledger.done", unit=name, what=title, count=len(filed)))
    papers.send(work, content, f"{unit.name}-{title}-{work.today.isoformat()}.{ENDINGS.get(what, 'xlsx')}", f"{name} {title}")


def _villages(work: Work, unit: Unit, filed: Sequence[children.Entry]) -> list[Village]:
    """By village in the order of the county's list; every village of a town is there, also one without children."""
    records = papers.many(work.conn, work.tree, work.today, filed)
    own = [unit] if unit.kind in PLACES else work.tree.children_of(unit.code)
    return [
        Village(one.name, work.tree.path_name(one.code), [each for each in records if each.child.unit == one.code])
        for one in own
    ]


# --- the work log of a month ---------------------------------------------------------------------------------------


def month(work: Work, words: str) -> None:
    """日志 上个月: what was done, in short, and the two files."""
    work.demand(Action.GIVE_FEEDBACK)
    first = month_named(words, work.today) if words else month_start(work.today)
    if first is None or first > work.today:
        raise Refused("logmonth.which")
    _show_month(work, first)


def _show_month(work: Work, first: date) -> None:
    found = _month(work, first)
    rows = rows_of(found)
    work.note("worklog.month", None, month=first.isoformat()[:7])
    lines = [work.say("logmonth.title", month=papers.month_name(first), days=len(rows))]
    if not rows:
        lines.append(work.say("logmonth.nothing"))
    for row in rows[-SHOWN_DAYS:]:
        lines.append(work.say("logmonth.line", day=f"{row[0]}"[5:], week=row[1], done=str(row[2]).replace("\n", " ")))
    if len(rows) > SHOWN_DAYS:
        lines.append(work.say("logmonth.more", count=len(rows) - SHOWN_DAYS))
    code = iso(first)[:7]
    before = iso(add_months(first, -1))[:7]
    buttons: list[Sequence[Button]] = []
    if rows:
        buttons.append([
            (work.say("logmonth.pdf"), do("logmonth.make", "pdf", code)), (work.say("logmonth.xlsx"), do("logmonth.make", "xlsx", code)),
        ])  # fmt: skip
    buttons.append(
        [(work.say("logmonth.before", month=papers.month_name(add_months(first, -1))), do("logmonth.show", before))]
    )
    work.reply("\n".join(lines), buttons)


def show(work: Work, code: str) -> None:
    work.toast()
    _show_month(work, _first(work, code))


def _first(work: Work, code: str) -> date:
    try:
        first = date.fromisoformat(f"{code}-01")
    except ValueError:
        raise Refused("print.gone") from None
    if not EARLIEST <= first <= work.today:
        raise Refused("print.gone")
    return first


def _month(work: Work, first: date) -> Month:
    """One's own; nobody can ask for somebody else's."""
    me = work.demand(Action.GIVE_FEEDBACK)
    found = work_days.acts(work.conn, me.person_id, first, month_end(first), work.visible(Action.SEE_CHILD))
    post = me.posts[0] if me.posts else None
    place = f"{work.tree.path_name(post.unit.code)}{ROLES[post.role]}" if post else ""
    return Month(me.name, place, first, [_in_words(work, act) for act in found])


def _in_words(work: Work, act: Act) -> Act:
    """Codes that stand before the | of an act, in words."""
    code, bar, text = act.words.partition("|")
    if not bar:
        return act
    if act.what in (What.ISSUE, What.SOLVED):
        code = ISSUES.get(code, code)
    elif act.what is What.HELP:
        code = HELP_WORDS[HelpKind(code)]
    elif act.what is What.DEED:
        code = work.words.find(f"deed.duty.{code}") or code
    elif act.what is What.TIER:
        return Act(act.day, act.what, act.child, f"{papers.TIERS[code]}→{papers.TIERS[text]}")
    return Act(act.day, act.what, act.child, f"{code}：{text}" if text else code)


def make_month(work: Work, ending: str, code: str) -> None:
    """The month as a file: one's own words and the names of children are in it, so it is sealed like any other."""
    first = _first(work, code)
    found = _month(work, first)
    work.toast()
    if not found.acts:
        raise Refused("logmonth.which")
    if ending == "pdf":
        content = papers.printed(lambda: work_log_pdf(found, work.today, papers.frame(work, found.title)))
    else:
        ending, content = "xlsx", work_log_workbook(found, work.today, papers.style(work), papers.mark(work))
    work.note("worklog.printed", None, month=code, form=ending, reason="own")
    papers.send(work, content, f"{found.title}.{ending}", found.title)


SUBJECT = Subject(
    "ledger",
    commands=(
        Command("ledger", start, Action.EXPORT, ("台账", "一人一表"), menu=False),
        Command("logmonth", month, Action.GIVE_FEEDBACK, ("日志表", "工作日志表"), menu=False),
    ),
    presses={
        "ledger.choose": Press(choose, Action.EXPORT),
        "ledger.villages": Press(villages, Action.EXPORT),
        "ledger.why": Press(why, Action.EXPORT),
        "ledger.make": Press(make, Action.EXPORT),
        "logmonth.show": Press(show, Action.GIVE_FEEDBACK),
        "logmonth.make": Press(make_month, Action.GIVE_FEEDBACK),
    },
)
