"""夜间联系表: 晚上打谁. Everybody may ask, the county keeps it; printed, it hangs on a wall (plan task 7)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import dial
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work
from db import night_contacts
from db.drafts import Kept
from db.night_contacts import NightContact
from domain.access import Action, may
from domain.forms import Answers, World
from domain.night_contacts import NIGHT
from domain.people import UnitKind
from domain.units import COUNTY
from files.report_form import Paper, open_pdf
from files.report_form import Rows as Table

FIRST = ("civil_affairs", "police", "health")  # whom a child in trouble at night needs, before the other offices
WIDTHS = (60, 46, 0)  # millimetres: office, name, number


def show(work: Work, words: str = "") -> None:
    """晚上打谁: 110 and 120 first, then one's own town, the county and its offices."""
    work.demand(Action.REPORT)
    known = night_contacts.all_of_them(work.conn)
    lines = [work.say("night.title"), work.say("night.danger", police=dial(work, "110"), doctor=dial(work, "120"))]
    shown = [code for code in _mine(work) if code in known]
    lines += [_line(work, known[code]) for code in shown]
    if not shown:
        lines.append(work.say("night.nobody"))
    rows: list[list[Cell]] = [[(work.say("night.print"), do("night.print"))]] if known else []
    if may(work.me, Action.SET_POLICY):
        without = [code for code in _offices(work) if code not in known and "." not in code]
        if without:
            names = "、".join(work.tree.path_name(code) for code in without[:10])
            lines.append(work.say("night.missing", names=escape(names)))
        rows.append([(work.say("night.put"), do("night.put")), (work.say("night.drop"), do("night.drop"))])
    work.reply("\n".join(lines), rows, html=True)


def _line(work: Work, one: NightContact) -> str:
    return work.say(
        "night.line", unit=escape(_name(work, one.unit)), name=escape(one.name), phone=dial(work, one.phone)
    )


def _name(work: Work, code: str) -> str:
    return work.say("night.county") if code == COUNTY else work.tree.path_name(code)


def _offices(work: Work) -> list[str]:
    """Every office that may name somebody: the departments, the towns; the county where civil affairs is no department."""
    slugs = [f"{COUNTY}.{slug}" for slug in FIRST]
    departments = [unit.code for unit in work.tree if unit.kind is UnitKind.DEPARTMENT]
    towns = [unit.code for unit in work.tree.towns if work.demo or unit.code[6:7] != "9"]
    first = [code for code in slugs if code in departments]
    county = [] if slugs[0] in first else [COUNTY]  # both are called 县民政局
    return list(dict.fromkeys([*county, *first, *departments, *towns]))


def _mine(work: Work) -> list[str]:
    """The order in which somebody at my place would ring: my town, the county, its offices; the county sees all."""
    own = [town.code for post in (work.me.posts if work.me else ()) if (town := work.tree.town_of(post.unit.code))]
    offices = _offices(work)
    if own and not may(work.me, Action.SET_POLICY):
        offices = [code for code in offices if code in own or len(code) == len(COUNTY) or "." in code]
    return list(dict.fromkeys([*own, *offices]))


def put(work: Work) -> None:
    work.demand(Action.SET_POLICY)
    work.toast()
    flow.begin(work, "night")


def _facts(work: Work) -> Mapping[str, Any]:
    return {"offices": [(code, _name(work, code)) for code in _offices(work)]}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return _name(work, str(value)) if key == "unit" else None


def _kept(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.SET_POLICY)
    unit = answers["unit"]
    night_contacts.put(work.conn, unit, answers["name"], answers["phone"], work.now, by=me.person_id, demo=work.demo)
    work.note("night.kept", f"unit:{unit}")
    work.show(work.say("night.kept", unit=_name(work, unit)), [_again(work)])


def drop(work: Work, unit: str = "") -> None:
    """撤掉: which office, then it is gone from the list."""
    work.demand(Action.SET_POLICY)
    work.toast()
    if unit:
        if not night_contacts.end(work.conn, unit, work.now):
            raise Refused("night.gone")
        work.note("night.ended", f"unit:{unit}")
        work.show(work.say("night.dropped", unit=_name(work, unit)), [_again(work)])
        return
    known = night_contacts.all_of_them(work.conn)
    cells: Rows = [[(_name(work, code), do("night.drop", code))] for code in _offices(work) if code in known]
    work.show(work.say("night.drop_which"), [*cells, _again(work)])


def _again(work: Work) -> list[Cell]:
    return [(work.say("more.night"), do("go", "night"))]


def print_list(work: Work) -> None:
    """The whole list on a sheet for the wall."""
    work.demand(Action.REPORT)
    work.toast()
    known = night_contacts.all_of_them(work.conn)
    if not known:
        raise Refused("night.gone")
    there = [known[code] for code in _mine(work) if code in known]
    made = work.say("night.made", day=work.today.isoformat())
    paper = Paper(
        title=work.say("night.paper"), number="", head=work.say("night.paper"), foot=made, pages=work.say("route.pages"),
        scope=(work.say("night.paper_danger"), made),
        parts=(
            Table(
                work.say("night.paper"), tuple(work.say(f"night.column.{one}") for one in ("unit", "name", "phone")), WIDTHS,
                tuple((_name(work, one.unit), one.name, one.phone) for one in there),
            ),
        ),
        mark=work.say("route.demo") if work.demo else None, mark_line=work.say("route.demo") if work.demo else "",
    )  # fmt: skip
    work.note("night.printed", count=len(there))
    work.document(open_pdf(paper), work.say("night.file_name", day=work.today.isoformat()))


SUBJECT = Subject(
    "night",
    commands=(
        Command(
            "night",
            show,
            Action.REPORT,
            ("夜间联系表", "晚上打谁", "夜里打谁", "半夜打谁", "晚上找谁", "夜间电话", "值班电话", "值班表"),
            menu=False,
        ),
    ),
    conversations=(Conversation(NIGHT, _kept, Action.SET_POLICY, facts=_facts, value=_value),),
    presses={
        "night.put": Press(put, Action.SET_POLICY),
        "night.drop": Press(drop, Action.SET_POLICY),
        "night.print": Press(print_list, Action.REPORT),
    },
)
