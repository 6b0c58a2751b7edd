"""Charts: a summary in, a picture out (PNG, 1080 px wide, made for a phone held upright).

One typst compiler per template, only our own fonts, one thread. The figures are those of the summary and
nothing else, so a chart cannot disagree with the text or the workbook made from it. Names and words travel
as JSON values: nothing in them is ever read as markup. No picture ranks people: units are ordered by the
children nobody has reached yet, those that asked for help first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.children import Tier
from domain.people import Unit
from domain.summaries import MonthCoverage
from files.figures import AnySummary, Row, Say, by_need, cells, few_notes, one_line

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"
PIXELS_PER_INCH = 144.0  # the page is 540 pt wide

_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")


class ChartFailed(RuntimeError):
    """The typesetter warned or refused: a chart with a wrong or missing font never leaves the house."""


def town_chart(summary: AnySummary, say: Say, demo: bool) -> bytes:
    """A town by its villages, as PNG. Cells that are None (under five, for leaders) are shown as such."""
    return printed("coverage.typ", coverage_data(summary, say, demo, within="village"))


def county_chart(summary: AnySummary, say: Say, demo: bool) -> bytes:
    """The county by its towns, as PNG."""
    return printed("coverage.typ", coverage_data(summary, say, demo, within="town"))


def coverage_chart(
    unit: Unit, months: Sequence[MonthCoverage], today: date, say: Say, demo: bool, few: bool = False
) -> bytes:
    """Monthly contacts of one unit, oldest month first, as PNG. At most the last twelve months are drawn."""
    return printed("months.typ", months_data(unit, months, today, say, demo, few))


def coverage_data(summary: AnySummary, say: Say, demo: bool, within: str) -> dict[str, Any]:
    """What the coverage picture shows, as plain values. `within` says what a row is: "village" or "town"."""
    total = cells(summary.total)
    few = say("chart.few")
    rows, empty = [], 0
    for row in by_need(summary):
        if cells(row)["children"] == 0:
            empty += 1  # thirty villages fit one picture only where each line says something
        else:
            rows.append(row)
    if not rows:
        rows, empty = list(by_need(summary)), 0
    bars = [_bar(row, say, few) for row in rows]
    tiers = [{"tier": tier.value, "label": say(f"tier.{tier.value}"), **_number(total, tier, few)} for tier in Tier]
    return {
        "title": say("chart.title", unit=one_line(summary.unit.name)),
        "scope": [
            say("chart.scope", day=summary.day, first=summary.month[0], last=summary.month[1]),
            say(f"chart.scope.{within}", units=len(bars) + empty, children=_shown(total["children"], few)),
        ],
        "demo": say("chart.demo") if demo else None,
        "figures": [
            {
                "label": say(f"chart.{what}"),
                "value": _shown(total[f"{what}_done"], few),
                "of": f" / {_shown(total[f'{what}_due'], few)}",
                "note": say("chart.period", first=first, last=last),
                "late": False,
            }
            for what, (first, last) in (("contacts", summary.month), ("visits", summary.quarter))
        ]
        + [
            {
                "label": say("chart.overdue"),
                "value": _shown(total["visits_overdue"], few),
                "of": "",
                "note": say("chart.overdue.contacts", n=_shown(total["contacts_overdue"], few)),
                "late": total["visits_overdue"] != 0,
            },
        ],
        "tiers": {"label": say("chart.tiers"), "parts": tiers, "total": sum(part["n"] for part in tiers)},
        "facts": [
            say("chart.help", n=_shown(total["help_wanted"], few)),
            say("chart.reports", n=_shown(total["open_reports"], few)),
            say("chart.issues", n=_shown(total["open_issues"], few)),
            say("chart.supervisor", part=_part(total["supervisor_done"], total["supervisor_due"], few)),
        ],
        "columns": [say(f"chart.column.{name}") for name in (within, "bar", "contacts", "visits")],
        "rows": bars,
        # at least 5: where a village has one child, that child is no bar across the page
        "scale": max(5, *(bar["done"] + bar["late"] + bar["waiting"] for bar in bars)) if bars else 5,
        "legend": {name: say(f"chart.legend.{name}") for name in ("done", "late", "waiting", "help")}
        | (
            {"waiting": say("chart.legend.left")} if any(cells(row)["contacts_overdue"] is None for row in rows) else {}
        ),
        "notes": [
            say(f"chart.note.{within}"),
            *([say("chart.note.empty", count=empty)] if empty and bars else []),
            *few_notes(summary, any(None in cells(row).values() for row in (summary.total, *rows)), say),
            *([say("chart.note.demo")] if demo else []),
        ],
        "nothing": say("chart.nothing"),
    }


def months_data(
    unit: Unit, months: Sequence[MonthCoverage], today: date, say: Say, demo: bool, few: bool = False
) -> dict[str, Any]:
    """What the picture of the months shows, as plain values. The running month is not yet missed, only open.

    few  for those who see figures only: the numbers were made to the nearest five, and it says so
    """
    months = months[-12:]
    first = months[0].month if months else today
    columns: list[dict[str, Any]] = []
    for month in months:
        reached = round((month.share or 0) * month.children)
        columns.append(
            {
                "label": say("chart.month", month=month.month.month),
                "year": str(month.month.year) if not columns or month.month.month == 1 else "",
                "done": reached,
                "left": month.children - reached,
                "open": (month.month.year, month.month.month) >= (today.year, today.month),
                # rounded down: 100% is said only when every child was reached
                "share": f"{100 * reached // month.children}%" if month.children else "–",
                "missing": str(month.children - reached) if month.children else "",
            }
        )
    return {
        "title": say("chart.months.title", unit=one_line(unit.name)),
        "scope": [say("chart.months.scope", year=first.year, month=first.month, day=today)],
        "demo": say("chart.demo") if demo else None,
        "months": columns,
        "legend": {name: say(f"chart.legend.{name}") for name in ("done", "missed", "running")},
        "notes": [
            say("chart.note.months"),
            *([say("chart.note.steps")] if few else []),
            *([say("chart.note.demo")] if demo else []),
        ],
        "nothing": say("chart.nothing"),
    }


def _bar(row: Row, say: Say, few: str) -> dict[str, Any]:
    """One unit's line. A bar is drawn only where its length may be shown."""
    count = cells(row)
    due, done, late = count["contacts_due"], count["contacts_done"], count["contacts_overdue"]
    drawn = {"done": 0, "late": 0, "waiting": 0}
    note: str | None = None
    if due is None or done is None:
        note = say("chart.row.few")
    elif due == 0 and not late:
        note = say("chart.row.none_due")
    else:
        # A child contacted this month whose next contact is overdue already (red tier) is drawn once, as contacted.
        # What is overdue may be left out for leaders; who has not been reached is then drawn without saying why.
        late = min(late or 0, due - done)
        drawn = {"done": done, "late": late, "waiting": due - done - late}
    return {
        "name": one_line(row.unit.name),
        "help": str(count["help_wanted"]) if count["help_wanted"] else None,
        **drawn,
        "contacted": _part(done, due, few),
        "visited": _part(count["visits_done"], count["visits_due"], few),
        "open": bool(drawn["late"] or drawn["waiting"]),
        "note": note,
    }


def _number(total: Mapping[str, int | None], tier: Tier, few: str) -> dict[str, Any]:
    n = total[f"tier.{tier.value}"]
    return {"n": n or 0, "text": _shown(n, few)}


def _shown(n: int | None, few: str) -> str:
    return few if n is None else str(n)


def _part(done: int | None, due: int | None, few: str) -> str:
    """`12/15`; a dash where nothing was due."""
    if due == 0 and done == 0:
        return "–"
    return f"{_shown(done, few)}/{_shown(due, few)}"


def printed(template: str, data: Mapping[str, Any]) -> bytes:
    """One picture, typeset in the one thread that owns the compilers; callers in any thread wait for their picture."""
    return _press.submit(_typeset, template, json.dumps(data, ensure_ascii=False)).result()


@cache
def _compiler(template: str) -> typst.Compiler:
    import typst  # with the first picture: megabytes that a bot without one does not need

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(TEMPLATES / template), root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)


def _typeset(template: str, data: str) -> bytes:
    import typst

    try:
        picture, warnings = _compiler(template).compile_with_warnings(
            format="png", ppi=PIXELS_PER_INCH, sys_inputs={"data": data}
        )
    except typst.TypstError as error:
        raise ChartFailed(f"{template}: {error.message}") from None  # its diagnostic could quote a name
    if warnings:
        raise ChartFailed(f"{template}: {'; '.join(warning.message for warning in warnings)}")
    if not isinstance(picture, bytes):
        raise ChartFailed(f"{template}: more than one page")
    return picture
