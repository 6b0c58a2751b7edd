"""Due days and the morning's planning, as the county grows.

    ./run python benchmarks/duties.py [--children 3000,10000,30000] [--memory 10000,100000,1000000] [--no-postgres] [--json]

Three curves. Memory: the pure rules over so many children with twelve contacts each. Database: writing every due day
anew from the facts, beside one hand-written SQL query that finds the last contact and the last visit of each child
(the yardstick: what the database needs merely to look at the same rows). Morning: the scheduler's survey, once with so
many children and a fixed number of things due, once with a fixed number of children and more and more due: the cost
should follow what is due. PostgreSQL is the one of $TEST_POSTGRES_URL, else one started for this run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, text, update

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.places import emptied, servers  # noqa: E402
from bot.reminders import tick  # noqa: E402
from db import child_due, people  # noqa: E402
from db.crypto import new_keyring  # noqa: E402
from db.migrate import check_keys, migrate  # noqa: E402
from db.models import children, contacts, posts  # noqa: E402
from db.models import people as people_table  # noqa: E402
from db.rows import add  # noqa: E402
from db.session import Database  # noqa: E402
from db.types import Sealed, new_id  # noqa: E402
from domain import units  # noqa: E402
from domain.children import Child, Tier  # noqa: E402
from domain.contacts import Contact, Kind  # noqa: E402
from domain.duties import due_days  # noqa: E402
from domain.people import Role, UnitKind  # noqa: E402
from domain.policy import COUNTY_DEFAULTS  # noqa: E402
from tests.postgres import Server  # noqa: E402

TODAY = date(2026, 11, 18)  # an ordinary Wednesday
NOW = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
CONTACTS = 12
NOTHING = Sealed(b"-")  # nothing sealed is opened here
YARDSTICK = """
SELECT c.id, max(k.day), max(CASE WHEN k.kind = 'home_visit' AND k.child_seen THEN k.day END)
FROM children c LEFT JOIN contacts k ON k.child_id = c.id AND k.replaced_by IS NULL AND k.reached
WHERE c.closed_on IS NULL GROUP BY c.id
"""


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


# --- in memory ---


def in_memory(count: int) -> float:
    """The rules alone; the facts are made beforehand, a thousand children at a time, and not timed."""
    dice, taken = random.Random(1), 0.0
    for start in range(0, count, 1000):
        part = min(1000, count - start)
        kids = [Child(str(n), str(n), "", "v", tier=dice.choice(list(Tier)), added_on=date(2025, 1, 1)) for n in range(part)]
        facts = {kid.id: list(_facts(kid.id, dice)) for kid in kids}
        begun = time.perf_counter()
        for kid in kids:
            due_days(kid, facts[kid.id], COUNTY_DEFAULTS)
        taken += time.perf_counter() - begun
    return round(taken, 3)


def _facts(child_id: str, dice: random.Random) -> Iterator[Contact]:
    for number in range(CONTACTS):
        day = TODAY - timedelta(days=number * 28 + dice.randrange(1, 20))
        kind = Kind.HOME_VISIT if number % 2 == 0 else Kind.PHONE
        yield Contact(str(number), child_id, day, kind, True, kind is Kind.HOME_VISIT, Role.CHILD_DIRECTOR)


# --- in the database ---


def fill(conn: Connection, count: int) -> None:
    """Units, a director for each village, and so many children with nothing overdue."""
    migrate(conn)
    check_keys(conn)
    tree = units.load()
    people.put_units(conn, list(tree))
    villages = [unit.code for unit in tree if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)]
    for number, code in enumerate(villages):
        person = new_id()
        add(conn, people_table, id=person, name="某", chat_id=200_000 + number, language="zh_CN", bound_at=NOW, demo=True)
        post = people.ensure_post(conn, Role.CHILD_DIRECTOR, code, date(2025, 1, 1))
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person))
    dice, serial = random.Random(2), 0
    for start in range(0, count, 1000):
        kids, rows = [], []
        for _ in range(min(1000, count - start)):
            serial, child = serial + 1, new_id()
            kids.append(
                {
                    "id": child, "file_no": f"GT-000-000-{serial:06}", "unit": villages[serial % len(villages)],
                    "name": NOTHING, "tier": dice.choice(("green", "green", "green", "yellow")), "details": NOTHING,
                    "added_on": date(2025, 1, 1), "demo": True,
                }
            )  # fmt: skip
            for fact in _facts(child, dice):
                rows.append(
                    {
                        "id": new_id(), "child_id": child, "day": fact.day, "kind": fact.kind.value, "reached": True,
                        "child_seen": fact.child_seen, "by_role": fact.by_role.value, "content": NOTHING,
                        "entered_at": NOW, "batch": new_id(), "demo": True,
                    }
                )  # fmt: skip
        conn.execute(insert(children), kids)
        conn.execute(insert(contacts), rows)
    conn.execute(text("ANALYZE"))


def settle_all(conn: Connection) -> None:
    """As if everybody had just been met: nothing is due for weeks."""
    later = TODAY + timedelta(days=60)
    conn.execute(update(children).values(contact_due=later, visit_due=later, supervisor_due=later))
    conn.execute(delete(contacts).where(contacts.c.day > TODAY - timedelta(days=9)))


def make_due(conn: Connection, count: int) -> None:
    """So many children whose contact is due by their column (the facts say so too, or the survey finds it moot)."""
    ids = [row[0] for row in conn.execute(text(f"SELECT id FROM children ORDER BY file_no LIMIT {count}"))]
    for start in range(0, len(ids), 500):
        conn.execute(update(children).where(children.c.id.in_(ids[start : start + 500])).values(contact_due=TODAY))


def survey(conn: Connection) -> int:
    return len(tick.survey(conn, NOW, COUNTY_DEFAULTS).owed)


async def on(server: Server | None, sizes: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {"recompute": [], "morning_by_children": [], "morning_by_due": []}
    for size in sizes:
        with emptied(server) as place:
            async with Database(place, new_keyring()) as db:
                await db.run(lambda conn, size=size: fill(conn, size))  # type: ignore[misc]
                one = await db.run(
                    lambda conn: {
                        "yardstick_s": seconds(lambda: conn.execute(text(YARDSTICK)).all()),
                        "first_s": seconds(lambda: child_due.recompute(conn, COUNTY_DEFAULTS)),
                        "again_s": seconds(lambda: child_due.recompute(conn, COUNTY_DEFAULTS)),
                    }
                )
                found["recompute"].append({"children": size, **one})
                full = await db.run(lambda conn: seconds(lambda: survey(conn)))
                await db.run(settle_all)
                await db.run(lambda conn: make_due(conn, 300))
                ordinary = await db.run(lambda conn: seconds(lambda: survey(conn)))
                found["morning_by_children"].append({"children": size, "due": 300, "survey_s": ordinary, "everything_s": full})
                if size == max(sizes):
                    for due in (100, 1000, min(10_000, size)):
                        await db.run(settle_all)
                        await db.run(lambda conn, due=due: make_due(conn, due))  # type: ignore[misc]
                        took = await db.run(lambda conn: seconds(lambda: survey(conn)))
                        found["morning_by_due"].append({"children": size, "due": due, "survey_s": took})
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--children", default="3000,10000,30000")
    options.add_argument("--memory", default="10000,100000,1000000")
    options.add_argument("--no-postgres", action="store_true")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    sizes = [int(one) for one in asked.children.split(",")]
    result: dict[str, Any] = {"memory": [{"children": n, "seconds": in_memory(n)} for n in map(int, asked.memory.split(","))]}
    with servers(postgres=not asked.no_postgres) as places:
        result |= {name: asyncio.run(on(server, sizes)) for name, server in places.items()}
    if asked.json:
        print(json.dumps(result))
        return
    for name, part in result.items():
        print(name)
        for line in part if isinstance(part, list) else [row | {"": what} for what, rows in part.items() for row in rows]:
            print("   ", "  ".join(f"{key} {value}".strip() for key, value in line.items()))


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    main()
