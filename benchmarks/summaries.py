"""Summaries and charts, as the county and its archive grow.

    ./run python benchmarks/summaries.py [--children 3000,30000] [--years 1,5] [--no-postgres] [--json]

Median of five of each, in milliseconds, on a database filled with so many children over so many years: the summary of a
town and of the county now, of last month, of this year, of five odd months that cut through two of them; the weeks
ahead, the twelve months behind, the list behind a number; each chart drawn from them. PostgreSQL is the one of
$TEST_POSTGRES_URL, else one started for this run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.places import emptied, servers  # noqa: E402
from bot.dated import dated  # noqa: E402
from bot.words import Words  # noqa: E402
from db import child_due, days_gone, people, summaries, yearly  # noqa: E402
from db.crypto import new_keyring  # noqa: E402
from db.migrate import check_keys, migrate  # noqa: E402
from db.models import children, contacts  # noqa: E402
from db.session import Database  # noqa: E402
from db.types import Sealed, new_id  # noqa: E402
from domain import units  # noqa: E402
from domain.calendar import add_months, month_start  # noqa: E402
from domain.people import UnitKind  # noqa: E402
from domain.policy import COUNTY_DEFAULTS as POLICY  # noqa: E402
from domain.summaries import Period, find_period, squares_of  # noqa: E402
from files import charts, more_charts  # noqa: E402
from tests.postgres import Server  # noqa: E402

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
NOTHING = Sealed(b"-" * 60)  # nothing sealed is opened here; about as long as a name
NOTE = Sealed(b"-" * 300)
TREE = units.load()
COUNTY, TOWN = (next(unit for unit in TREE if unit.code == code) for code in ("620724", "620724106"))
ROUNDS = 5


def fill(conn: Connection, count: int, years: int) -> int:
    """So many children over the villages, each met in nearly every month and seen at home in every third."""
    migrate(conn)
    check_keys(conn)
    people.put_units(conn, list(TREE))
    villages = [unit.code for unit in TREE if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)]
    dice, written = random.Random(1), 0
    first = add_months(month_start(TODAY), 1 - 12 * years)
    months = [add_months(first, number) for number in range(12 * years)]
    for start in range(0, count, 500):
        kids, rows = [], []
        for serial in range(start, min(start + 500, count)):
            child = new_id()
            kids.append(
                {
                    "id": child, "file_no": f"GT-000-000-{serial:06}", "unit": villages[serial % len(villages)],
                    "name": NOTHING, "id_no": NOTHING, "address": NOTHING, "details": NOTE,
                    "tier": dice.choice(("green", "green", "green", "yellow", "red")),
                    "added_on": first - timedelta(days=40), "demo": True,
                }
            )  # fmt: skip
            for place, month in enumerate(months):
                if dice.random() < 0.04:
                    continue
                visit = (place + serial) % 3 == 0
                day = month + timedelta(days=dice.randrange(28))
                if day > TODAY:
                    continue
                rows.append(
                    {
                        "id": new_id(), "child_id": child, "day": day, "kind": "home_visit" if visit else "phone",
                        "reached": True, "child_seen": visit, "content": NOTE, "entered_at": NOW, "batch": new_id(),
                        "by_role": "supervisor" if (place + serial) % 17 == 0 else "child_director", "demo": True,
                    }
                )  # fmt: skip
        conn.execute(insert(children), kids)
        conn.execute(insert(contacts), rows)
        written += len(rows)
    yearly.recompute(conn)
    child_due.recompute(conn, POLICY)
    conn.execute(text("ANALYZE"))
    return written


def median(work: Callable[[], Any]) -> float:
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 1)


def questions(conn: Connection) -> dict[str, float]:
    """Each question once for the town and once for the county."""
    month, year, odd = (find_period(words, TODAY)[0] for words in ("上个月", "今年", "2026-05-12 到 2026-10-07"))
    assert isinstance(month, Period)
    assert isinstance(year, Period)
    assert isinstance(odd, Period)
    found: dict[str, float] = {}
    for name, unit in (("town", TOWN), ("county", COUNTY)):
        codes = TREE.under(unit.code)
        for what, ask in {
            "now": lambda unit=unit: summaries.summary(conn, TREE, unit, TODAY, POLICY, reports_for=None),
            "month": lambda unit=unit: days_gone.period_summary(conn, TREE, unit, month, TODAY, POLICY),
            "year": lambda unit=unit: days_gone.period_summary(conn, TREE, unit, year, TODAY, POLICY),
            "odd_days": lambda unit=unit: days_gone.period_summary(conn, TREE, unit, odd, TODAY, POLICY),
            "coverage": lambda codes=codes: days_gone.coverage(conn, codes, TODAY, POLICY),
            "load": lambda codes=codes: summaries.load(conn, codes, TODAY),
            "list": lambda codes=codes: summaries.behind(conn, codes, "contacts", TODAY, POLICY, 0, 10),
        }.items():
            found[f"{name}_{what}_ms"] = median(ask)
    return found


def pictures(conn: Connection) -> dict[str, float]:
    """Drawing alone, warm, from tables that are there already."""
    say = dated(Words(), TODAY)
    town = summaries.summary(conn, TREE, TOWN, TODAY, POLICY, reports_for=None)
    county = summaries.summary(conn, TREE, COUNTY, TODAY, POLICY, reports_for=None)
    codes = TREE.under(COUNTY.code)
    coverage, load = days_gone.coverage(conn, codes, TODAY, POLICY), summaries.load(conn, codes, TODAY)
    squares = squares_of(
        TREE,
        COUNTY,
        summaries.behind_by_unit(conn, codes, "contacts", TODAY, POLICY),
        summaries.behind_by_unit(conn, codes, "children", TODAY, POLICY),
    )
    drawn = {
        "town": lambda: charts.town_chart(town, say, demo=False),
        "county": lambda: charts.county_chart(county, say, demo=False),
        "months": lambda: charts.coverage_chart(COUNTY, coverage, TODAY, say, demo=False),
        "load": lambda: more_charts.load_chart(COUNTY, load, TODAY, say, demo=False),
        "tiers": lambda: more_charts.tier_chart(county, say, demo=False),
        "map": lambda: more_charts.village_map(COUNTY, squares, TODAY, say, demo=False),
    }
    for draw in drawn.values():
        draw()  # the compiler of its template is made once
    return {f"{name}_ms": median(draw) for name, draw in drawn.items()}


async def on(server: Server | None, sizes: list[tuple[int, int]]) -> list[dict[str, Any]]:
    found = []
    for count, years in sizes:
        with emptied(server) as place:
            async with Database(place, new_keyring()) as db:
                rows = await db.run(lambda conn, count=count, years=years: fill(conn, count, years))  # type: ignore[misc]
                asked = await db.read(questions)
                line: dict[str, Any] = {"children": count, "years": years, "contacts": rows, **asked}
                if server is None:
                    line["charts"] = await db.read(pictures)
                found.append(line)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--children", default="3000,30000")
    options.add_argument("--years", default="1,5")
    options.add_argument("--no-postgres", action="store_true")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    sizes = [(int(count), int(years)) for count in asked.children.split(",") for years in asked.years.split(",")]
    with servers(postgres=not asked.no_postgres) as places:
        result = {name: asyncio.run(on(server, sizes)) for name, server in places.items()}
    if asked.json:
        print(json.dumps(result))
        return
    for name, lines in result.items():
        print(name)
        for line in lines:
            print("   ", "  ".join(f"{key} {value}" for key, value in line.items()))


if __name__ == "__main__":
    main()
