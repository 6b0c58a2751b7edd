"""国家系统: what is still to be entered over there, child by child and field by field; a tick for each, and its undoing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from bot import asked_place, national_sync
from bot import child_papers as papers
from bot.asked_place import PLACES
from bot.buttons import do, short
from bot.child_card import entry_of
from bot.national_sync import OPEN_STANDINGS, Synced
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import national_ticks
from db.children import Entry
from domain.access import Action
from domain.identity import mask_id, mask_phone
from domain.people import Unit, UnitKind
from files.national import Standing, national_workbook

PAGE = 5
FIELDS = 4  # names of fields on one line of the list
Button = tuple[str, Any]
_ORDER = {Standing.CLOSED: 0, Standing.NEW: 1, Standing.CHANGED: 2}


def start(work: Work, words: str) -> None:
    """国家系统 / 国家系统 暖泉村: where there is anything to enter."""
    work.demand(Action.EXPORT)
    code = words.strip()
    if code and work.tree.get(code):
        units = [_unit(work, code)]
    else:
        units = asked_place.named(work, words, Action.EXPORT) if words else asked_place.home(work, Action.EXPORT)
    if len(units) == 1 and units[0].kind in PLACES:
        _list(work, units[0], 0)
    elif len(units) == 1:
        _places(work, units[0])
    else:
        cells = asked_place.cells(work, units[:30], lambda unit: do("sync.place", unit.code))
        work.reply(work.say("place.which"), asked_place.in_rows(cells))


def place(work: Work, code: str) -> None:
    unit = _unit(work, code)
    work.toast()
    if unit.kind in PLACES:
        _list(work, unit, 0)
    else:
        _places(work, unit)


def _unit(work: Work, code: str) -> Unit:
    work.demand_in(Action.EXPORT, code)
    unit = work.tree.get(code)
    if unit is None or unit.kind is UnitKind.DEPARTMENT:
        raise Refused("print.gone")
    return unit


def _codes(work: Work, unit: Unit) -> frozenset[str]:
    return work.visible(Action.EXPORT) & work.tree.under(unit.code)


def _found(work: Work, unit: Unit) -> list[Synced]:
    return national_sync.of_units(work.conn, work.tree, work.today, _codes(work, unit))


def _of_child(work: Work, entry: Entry) -> Synced:
    return national_sync.of_child(work.conn, work.tree, work.today, entry)


def _open(found: Collection[Synced]) -> list[Synced]:
    """What is to be entered, what is to be taken out first."""
    listed = [one for one in found if one.line.standing in OPEN_STANDINGS]
    return sorted(listed, key=lambda one: (_ORDER[one.line.standing], one.child.file_no))


def _places(work: Work, unit: Unit) -> None:
    """The villages of a town, the towns of the county: how many are to be entered in each."""
    waiting = _open(_found(work, unit))
    below = work.tree.children_of(unit.code)
    counts = Counter[str]()
    for one in waiting:
        home = next((each.code for each in below if one.child.unit in work.tree.under(each.code)), "")
        counts[home] += 1
    cells: list[Button] = [
        (work.say("sync.place", unit=one.name, count=counts[one.code]), do("sync.place", one.code))
        for one in below if counts[one.code]
    ]  # fmt: skip
    lines = [work.say("sync.title", unit=work.tree.path_name(unit.code)), _counted(work, waiting)]
    table: list[Button] = [(work.say("sync.table"), do("sync.why", unit.code))] if unit.kind is UnitKind.TOWN else []
    work.reply("\n".join(lines), [*asked_place.in_rows(cells), table])


def _counted(work: Work, waiting: Sequence[Synced]) -> str:
    if not waiting:
        return work.say("sync.none")
    counts = Counter(one.line.standing for one in waiting)
    return work.say("summary.comma").join(
        work.say(f"sync.count.{state.value}", count=counts[state])
        for state in (Standing.NEW, Standing.CHANGED, Standing.CLOSED) if counts[state]
    )  # fmt: skip


def _list(work: Work, unit: Unit, page: int, said: str = "", undo: Button | None = None) -> None:
    waiting = _open(_found(work, unit))
    work.note("sync.listed", f"unit:{unit.code}", rows=len(waiting))
    page = max(0, min(page, (len(waiting) - 1) // PAGE))
    shown = waiting[page * PAGE : (page + 1) * PAGE]
    lines = [
        *([said] if said else []),
        work.say("sync.title", unit=work.tree.path_name(unit.code)),
        _counted(work, waiting),
    ]
    cells: list[Button] = []
    for number, one in enumerate(shown, start=page * PAGE + 1):
        lines.append(
            work.say(
                "sync.line", number=number, name=one.child.name, code=one.child.file_no[-4:], what=_what(work, one)
            )
        )
        cells.append(
            (work.say("sync.see", number=number, name=one.child.name), do("sync.child", one.child.file_no, str(page)))
        )
    turns: list[Button] = []
    if page:
        turns.append((work.say("form.previous_page"), do("sync.page", unit.code, str(page - 1))))
    if len(waiting) > (page + 1) * PAGE:
        turns.append((work.say("form.next_page"), do("sync.page", unit.code, str(page + 1))))
    all_of: list[Button] = (
        [(work.say("sync.all", count=len(shown)), do("sync.all", unit.code, str(page)))] if shown else []
    )
    last: list[Button] = [(work.say("sync.table"), do("sync.why", unit.code))]
    if undo:
        last.append(undo)
    work.show("\n".join(lines), [*in_twos(cells), all_of, turns, last])


def _what(work: Work, one: Synced) -> str:
    if one.line.standing is not Standing.CHANGED:
        return work.say(f"sync.what.{one.line.standing.value}")
    names = [each.field for each in one.line.changed]
    more = work.say("sync.and_more", count=len(names)) if len(names) > FIELDS else ""
    return work.say("sync.what.changed", fields="、".join(names[:FIELDS]) + more)


def page(work: Work, code: str, number: str) -> None:
    unit = _unit(work, code)
    work.toast()
    _list(work, unit, int(number) if number.isdecimal() else 0)


def child(work: Work, file_no: str, number: str = "0") -> None:
    """What changed with one child: before and after; numbers masked, they stand in the table."""
    entry = entry_of(work, file_no)
    work.demand_in(Action.EXPORT, entry.child.unit)
    one = _of_child(work, entry)
    work.note("child.read", f"child:{entry.child.id}")
    work.toast()
    lines = [
        work.say(
            "sync.child",
            name=entry.child.name,
            number=file_no,
            what=work.say(f"sync.what.{one.line.standing.value}", fields=""),
        )
    ]
    for each in one.line.changed:
        lines.append(
            work.say(
                "sync.field",
                field=each.field,
                before=_shown(work, each.field, each.before),
                after=_shown(work, each.field, each.after),
            )
        )
    rows: list[Sequence[Button]] = []
    if one.line.standing in OPEN_STANDINGS:
        rows.append([(work.say("sync.tick"), do("sync.tick", file_no, number))])
    rows.append([(work.say("sync.back"), do("sync.page", entry.child.unit, number))])
    work.show("\n".join(lines), rows)


def _shown(work: Work, field: str, value: str) -> str:
    if not value:
        return work.say("sync.empty")
    if field.endswith("身份证号"):
        return mask_id(value)
    return mask_phone(value) if field.endswith("电话") else value


# --- ticking -------------------------------------------------------------------------------------------------------


def tick(work: Work, file_no: str, number: str = "0") -> None:
    """已录入: what stands here now stands over there."""
    entry = entry_of(work, file_no)
    me = work.demand_in(Action.EXPORT, entry.child.unit)
    unit = _unit(work, entry.child.unit)
    one = _of_child(work, entry)
    work.toast(work.say("sync.ticked_one"))
    if one.line.standing not in OPEN_STANDINGS:
        _list(work, unit, int(number) if number.isdecimal() else 0)
        return
    _keep(work, unit, [one], me.person_id, int(number) if number.isdecimal() else 0)


def tick_all(work: Work, code: str, number: str) -> None:
    """Everything that stands on this page of the list."""
    unit = _unit(work, code)
    me = work.demand_in(Action.EXPORT, code)
    at = int(number) if number.isdecimal() else 0
    shown = _open(_found(work, unit))[at * PAGE : (at + 1) * PAGE]
    work.toast(work.say("sync.ticked", count=len(shown)))
    if not shown:
        _list(work, unit, at)
        return
    _keep(work, unit, shown, me.person_id, at)


def _keep(work: Work, unit: Unit, found: Sequence[Synced], by: str, at: int) -> None:
    batch = national_ticks.put(work.conn, {one.child.id: one.line.row for one in found}, work.now, by=by)
    work.note("sync.ticked", f"unit:{unit.code}", rows=len(found))
    back = (work.say("sync.undo"), do("sync.undo", short(batch), unit.code, str(at)))
    _list(work, unit, at, work.say("sync.ticked", count=len(found)), back)


def undo(work: Work, tail: str, code: str, number: str) -> None:
    """Take back one's own last tick; what held before it holds again."""
    unit = _unit(work, code)
    me = work.demand_in(Action.EXPORT, code)
    batch = national_ticks.by_batch_end(work.conn, tail, me.person_id)
    taken = national_ticks.undo(work.conn, batch, me.person_id, work.now) if batch else 0
    work.toast()
    if not taken:
        raise Refused("sync.undone_already")
    work.note("sync.undone", f"unit:{code}", rows=taken)
    _list(work, unit, int(number) if number.isdecimal() else 0, work.say("sync.undone", count=taken))


# --- the table -----------------------------------------------------------------------------------------------------


def why(work: Work, code: str) -> None:
    unit = _unit(work, code)
    work.toast()
    cells: list[Button] = [
        (work.say(f"print.reason.{reason}"), do("sync.make", code, reason)) for reason in ("bureau", "archive", "own")
    ]
    work.reply(work.say("sync.why", unit=work.tree.path_name(unit.code)), in_twos(cells))


def make(work: Work, code: str, reason: str) -> None:
    """录入表, 变动清单 and 减少人员 in one sealed workbook."""
    unit = _unit(work, code)
    papers.may_print(work, code)
    papers.reason_of(reason)
    if unit.kind is UnitKind.COUNTY:
        raise Refused("print.gone")
    work.toast()
    found = [one.line for one in _found(work, unit) if one.line.standing is not Standing.NONE]
    if not found:
        work.show(work.say("export.empty"))
        return
    name = work.tree.path_name(unit.code)
    content = national_workbook(name, found, work.today, papers.style(work), papers.mark(work))
    work.note("national.exported", f"unit:{code}", reason=reason, rows=len(found))
    work.show(work.say("ledger.done", unit=name, what=work.say("sync.file"), count=len(found)))
    papers.send(
        work,
        content,
        f"{unit.name}-{work.say('sync.file')}-{work.today.isoformat()}.xlsx",
        f"{name} {work.say('sync.file')}",
    )


SUBJECT = Subject(
    "sync",
    commands=(Command("sync", start, Action.EXPORT, ("国家系统", "同步"), menu=False),),
    presses={
        "sync.place": Press(place, Action.EXPORT),
        "sync.page": Press(page, Action.EXPORT),
        "sync.child": Press(child, Action.EXPORT),
        "sync.tick": Press(tick, Action.EXPORT),
        "sync.all": Press(tick_all, Action.EXPORT),
        "sync.undo": Press(undo, Action.EXPORT),
        "sync.why": Press(why, Action.EXPORT),
        "sync.make": Press(make, Action.EXPORT),
    },
)
