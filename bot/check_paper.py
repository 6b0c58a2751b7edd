"""The report of a spot check as PDF and Excel. No child stands in it; small numbers are not counted out by village."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.work import Work
from db.spot_checks import Check, Finding, Line
from domain.calendar import local_day
from domain.spot_checks import Item, Result
from files.report_form import Field, Form, Paper, Rows, open_pdf
from files.workbook import Cell, Sheet, sheets_workbook

FEW = 5


def papers(work: Work, check: Check, there: Sequence[Line], seen: Sequence[Finding]) -> tuple[bytes, bytes]:
    """PDF and workbook of the villages given."""
    say, unit = work.say, work.tree.get(check.unit)
    title = say("checkpaper.title", unit=unit.name if unit else check.unit, year=local_day(check.drawn_at).year)
    items = [(item, Counter(one.result for one in seen if one.item is item)) for item in Item]
    by_item = [
        (say(f"checksheet.name.{item.value}"), *(str(count[result]) for result in Result)) for item, count in items
    ]
    mended = sum(one.result is Result.LACKS and not one.open for one in seen)
    lacking = sum(one.result is Result.LACKS for one in seen)
    places: dict[str, list[Line]] = defaultdict(list)
    for line in there:
        places[line.unit].append(line)
    by_place: list[tuple[str, ...]] = []
    for code, drawn in places.items():
        lacks = sum(one.unit == code and one.result is Result.LACKS for one in seen)
        open_ = sum(one.unit == code and one.open for one in seen)
        by_place.append(
            (
                work.tree.path_name(code),
                str(len(drawn)),
                str(sum(one.done for one in drawn)),
                _few(work, lacks),
                _few(work, open_),
            )
        )
    made = say("checkpaper.made", day=work.today.isoformat())
    how = Form(
        say("checkpaper.how"),
        (
            Field(say("checkpaper.drawn_on"), local_day(check.drawn_at).isoformat()),
            Field(say("checkpaper.seed"), check.seed),
            Field(say("checkpaper.frame"), say("checkpaper.frame_of", count=len(check.frame))),
            Field(say("checkpaper.digest"), check.digest, wide=True),
            Field(say("checkpaper.method"), say("spotcheck.method"), wide=True),
            Field(say("checkpaper.result"), say("checkpaper.sum", children=len(there), done=sum(one.done for one in there), lacking=lacking, mended=mended), wide=True),
        ),
    )  # fmt: skip
    columns = (say("checkpaper.item"), *(say(f"spotcheck.result.{result.value}") for result in Result))
    heads = tuple(say(f"checkpaper.column.{name}") for name in ("place", "drawn", "looked", "lacks", "open"))
    paper = Paper(
        title=title, number="", head=say("checkpaper.head"), foot=made, pages=say("route.pages"), scope=(made,),
        parts=(how, Rows(say("checkpaper.by_item"), columns, (0, 30, 30, 38), tuple(by_item)), Rows(say("checkpaper.by_place"), heads, (0, 24, 24, 28, 28), tuple(by_place))),
        notes=(say("checkpaper.note", few=FEW),), signatures=((say("checkpaper.signed"), ""),),
        mark=say("route.demo") if work.demo else None, mark_line=say("route.demo") if work.demo else "",
    )  # fmt: skip
    sheets = [
        Sheet(say("checkpaper.by_place"), heads, [tuple(_number(one) for one in row) for row in by_place]),
        Sheet(say("checkpaper.by_item"), columns, [tuple(_number(one) for one in row) for row in by_item]),
        Sheet(say("checkpaper.frame"), (say("checkpaper.code"), say("checkpaper.column.place"), say("checkpaper.weight")),
              [(code, work.tree.path_name(code), weight) for code, _, weight in check.frame]),
    ]  # fmt: skip
    return open_pdf(paper), sheets_workbook(
        sheets, title, say("checkpaper.scope", seed=check.seed, digest=check.digest[:16]), work.today
    )


def _few(work: Work, count: int) -> str:
    return str(count) if count == 0 or count >= FEW else work.say("checkpaper.few", few=FEW)


def _number(cell: str) -> Cell:
    return int(cell) if cell.isdecimal() else cell
