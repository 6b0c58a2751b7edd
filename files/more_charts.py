"""The other pictures: days gone by, the weeks ahead, tiers by place, the villages as squares, report clocks, the plan.

Like files/charts.py: a table in, a PNG out, 1080 px wide; day, unit and scope on each; patterns and numbers beside every
colour. `None` stands for a cell under five and is shown as a star.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain.children import Tier
from domain.people import Unit
from domain.summaries import FEWEST_SHOWN, ClockLine, Light, TaskLine, TownSquares, WeekLoad, rounded
from files.charts import printed
from files.figures import AnyPeriod, AnySummary, Say, cells, few_notes, one_line, period_cells

Numbers = tuple[int | None, int | None, int | None]
FEW_STEPS = (0, 2, 5)  # squares: nobody, one or two, up to five, more


def _head(say: Say, title: str, scope: Sequence[str], demo: bool, *notes: str) -> dict[str, Any]:
    return {
        "title": title,
        "scope": list(scope),
        "demo": say("chart.demo") if demo else None,
        "notes": [*notes, *([say("chart.note.demo")] if demo else [])],
        "nothing": say("chart.nothing"),
    }


# --- days gone by ---


def period_chart(table: AnyPeriod, when: str, say: Say, demo: bool) -> bytes:
    """A unit by the units below it over days gone by; `when` is the period in words."""
    return printed("coverage.typ", period_data(table, when, say, demo))


def period_data(table: AnyPeriod, when: str, say: Say, demo: bool) -> dict[str, Any]:
    """The same page as the running coverage, without what only the running day knows."""
    few, total = say("chart.few"), period_cells(table.total)
    each = len(table.period.whole_months(table.day)) > 1  # then a child counts once in every month
    done_of, due_of = ("contacts_done", "contacts_due") if each else ("reached", "children")
    rows = [row for row in table.rows if period_cells(row)["children"] != 0] or [table.total]
    bars: list[dict[str, Any]] = []
    for row in rows:
        count = period_cells(row)
        due, done = count[due_of], count[done_of]
        drawn = due is not None and done is not None
        bars.append(
            {
                "name": one_line(row.unit.name),
                "help": None,
                "done": done if drawn else 0,
                "late": (due or 0) - (done or 0) if drawn else 0,
                "waiting": 0,
                "contacted": f"{_n(done, few)}/{_n(due, few)}",
                "visited": _n(count["visited"], few),
                "open": drawn and due != done,
                "note": None if drawn else say("chart.row.few"),
            }
        )
    figures = [(say("chart.past.reached"), total["reached"], total["children"])]
    if each:
        figures.append((say("chart.past.contacts"), total["contacts_done"], total["contacts_due"]))
    if total["visits_due"] != 0:
        figures.append((say("chart.past.visits"), total["visits_done"], total["visits_due"]))
    figures.append((say("chart.past.visited"), total["visited"], None))
    figures.append((say("chart.past.supervised"), total["supervised"], None))
    starred = any(None in period_cells(row).values() for row in (table.total, *table.rows))
    notes = [say("chart.past.note_each" if each else "chart.past.note"), *few_notes(table, starred, say)]
    scope = [say("chart.past.scope", period=when, day=table.day)]
    return _head(say, say("chart.title", unit=one_line(table.unit.name)), scope, demo, *notes) | {
        "figures": [
            {"label": label, "value": _n(done, few), "of": "" if due is None else f" / {_n(due, few)}", "note": when, "late": False}
            for label, done, due in figures[:3]
        ],
        "tiers": None,
        "facts": [],
        "columns": [
            say("chart.past.column.unit"), say("chart.past.column.bar_each" if each else "chart.past.column.bar"),
            say("chart.past.column.reached"), say("chart.past.column.visited"),
        ],
        "rows": bars,
        "scale": max([5, *(bar["done"] + bar["late"] for bar in bars)]),
        "legend": {
            "done": say("chart.past.legend.done"), "late": say("chart.past.legend.late"), "waiting": None, "help": None,
        },
    }  # fmt: skip


# --- the weeks ahead ---


def load_chart(unit: Unit, weeks: Sequence[WeekLoad], today: date, say: Say, demo: bool, few: bool = False) -> bytes:
    """What falls due in the coming weeks; `few` leaves out cells under five."""
    return printed("load.typ", load_data(unit, weeks, today, say, demo, few))


def load_data(unit: Unit, weeks: Sequence[WeekLoad], today: date, say: Say, demo: bool, few: bool) -> dict[str, Any]:
    star = say("chart.few")
    lines: list[dict[str, Any]] = []
    for place, week in enumerate(weeks):
        numbers = [_kept(n, few) for n in (week.contacts, week.visits, week.supervisor)]
        lines.append(
            {
                "label": say("chart.load.week", first=week.monday),
                "now": say("chart.load.now") if place == 0 else None,
                "parts": [{"n": n or 0, "text": _n(n, star)} for n in numbers],
            }
        )
    kinds = [say(f"chart.load.{kind}") for kind in ("contacts", "visits", "supervisor")]
    notes = [say("chart.load.note"), *([say("chart.note.few"), say("chart.note.steps")] if few else [])]
    return _head(say, say("chart.load.title", unit=one_line(unit.name)), [say("chart.load.scope", day=today, weeks=len(weeks))], demo, *notes) | {
        "weeks": lines,
        "kinds": kinds,
        "unit": say("chart.load.unit"),
        "scale": max([5, *(part["n"] for line in lines for part in line["parts"])]),
    }  # fmt: skip


# --- tiers ---


def tier_chart(summary: AnySummary, say: Say, demo: bool) -> bytes:
    """How many red, yellow and green children there are, by place."""
    return printed("tiers.typ", tier_data(summary, say, demo))


def tier_data(summary: AnySummary, say: Say, demo: bool) -> dict[str, Any]:
    star = say("chart.few")

    def line(row: Any) -> dict[str, Any]:
        count = cells(row)
        return {
            "name": one_line(row.unit.name),
            "all": _n(count["children"], star),
            "parts": [
                {
                    "tier": tier.value,
                    "n": count[f"tier.{tier.value}"] or 0,
                    "text": _n(count[f"tier.{tier.value}"], star),
                }
                for tier in Tier
            ],
        }

    rows = [line(row) for row in summary.rows if cells(row)["children"] != 0]
    starred = any(None in cells(row).values() for row in (summary.total, *summary.rows))
    notes = [say("chart.tier.note"), *few_notes(summary, starred, say)]
    return _head(say, say("chart.tier.title", unit=one_line(summary.unit.name)), [say("chart.tier.scope", day=summary.day)], demo, *notes) | {
        "labels": {tier.value: say(f"tier.{tier.value}") for tier in Tier},
        "total": line(summary.total),
        "rows": rows,
        "columns": [say("chart.tier.column.unit"), say("chart.tier.column.share"), say("chart.tier.column.all")],
    }  # fmt: skip


# --- the villages ---


def village_map(unit: Unit, towns: Sequence[TownSquares], today: date, say: Say, demo: bool) -> bytes:
    """Every village as a square, by town, coloured by the children nobody has reached yet this month."""
    return printed("squares.typ", map_data(unit, towns, today, say, demo))


def map_data(unit: Unit, towns: Sequence[TownSquares], today: date, say: Say, demo: bool) -> dict[str, Any]:
    missed = sum(town.missed for town in towns)
    children = sum(one.children for town in towns for one in town.squares)
    return _head(
        say,
        say("chart.map.title", unit=one_line(unit.name)),
        [say("chart.map.scope", day=today), say("chart.map.sum", children=children, missed=missed)],
        demo,
        say("chart.map.note"),
    ) | {
        "towns": [
            {
                "name": one_line(town.town.name),
                "sum": say("chart.map.town", missed=town.missed) if town.missed else say("chart.map.town_all"),
                "squares": [
                    {"name": short_name(one.unit), "n": one.missed, "step": _step(one.missed), "empty": not one.children}
                    for one in town.squares
                ],
            }
            for town in towns
        ],
        "legend": [say(f"chart.map.legend.{step}") for step in range(4)] + [say("chart.map.legend.empty")],
    }  # fmt: skip


def short_name(unit: Unit) -> str:
    """暖泉 for 暖泉村, 长征路 for 长征路社区: what fits a square."""
    name = one_line(unit.name)
    return name.removesuffix("社区").removesuffix("村") or name


def _step(missed: int) -> int:
    return sum(missed > most for most in FEW_STEPS)


# --- report clocks ---


def clock_chart(lines: Sequence[ClockLine], today: date, say: Say, demo: bool) -> bytes:
    """The clocks that run on reports now: how many are in time, near, over, by kind."""
    return printed("clocks.typ", clock_data(lines, today, say, demo))


def clock_data(lines: Sequence[ClockLine], today: date, say: Say, demo: bool) -> dict[str, Any]:
    star = say("chart.few")
    rows: list[dict[str, Any]] = [
        {
            "name": say(f"clock.name.{line.kind}"),
            "parts": [{"n": n or 0, "text": _n(n, star)} for n in (line.within, line.near, line.late)],
        }
        for line in lines
    ]
    starred = any(None in (line.within, line.near, line.late) for line in lines)
    return _head(
        say, say("chart.clock.title"), [say("chart.clock.scope", day=today)], demo, say("chart.clock.note"),
        *([say("chart.note.few")] if starred else []),
    ) | {
        "rows": rows,
        "states": [say(f"chart.clock.{state}") for state in ("within", "near", "late")],
        "sums": [
            star if any(part is None for part in column) else str(sum(part or 0 for part in column))
            for column in zip(*((line.within, line.near, line.late) for line in lines), strict=True)
        ] or ["0", "0", "0"],
        "scale": max([5, *(sum(part["n"] for part in row["parts"]) for row in rows)]),
        "nothing": say("chart.clock.nothing"),
    }  # fmt: skip


# --- the plan ---


def board_chart(title: str, tasks: Sequence[TaskLine], today: date, say: Say, demo: bool) -> bytes:
    """The plan's tasks with their lights; `title` names the plan."""
    return printed("board.typ", board_data(title, tasks, today, say, demo))


def board_data(title: str, tasks: Sequence[TaskLine], today: date, say: Say, demo: bool) -> dict[str, Any]:
    counts = [(light, sum(task.light is light for task in tasks)) for light in Light]
    return _head(say, say("chart.board.title"), [title, say("chart.board.scope", day=today, count=len(tasks))], demo, say("chart.board.note")) | {
        "tasks": [
            {
                "no": str(task.no),
                "title": one_line(task.title),
                "lead": say("summary.comma").join(one_line(unit) for unit in task.lead),
                "due": say("chart.board.due", year=task.due.year, month=task.due.month),
                "light": task.light.value,
                "percent": None if task.percent is None else f"{task.percent}%",
                "proofs": say("chart.board.proofs", count=task.proofs) if task.proofs else say("chart.board.no_proof"),
            }
            for task in tasks
        ],
        "lights": [{"light": light.value, "label": say(f"light.{light.value}"), "n": str(n)} for light, n in counts],
    }  # fmt: skip


def _kept(number: int, few: bool) -> int | None:
    if not few:
        return number
    return None if number < FEWEST_SHOWN else rounded(number)


def _n(number: int | None, star: str) -> str:
    return star if number is None else str(number)
