"""Memory of the whole system (`./run up`: gateway, page and bot) with 1,000 directors and 30,000 children.

    ./run python benchmarks/memory.py [--children 30000] [--directors 1000] [--seconds 60] [--json]

An invented county of that size, a village to each director, is written into a data directory, `up` is started on it as
ever, and the resident memory of all its processes is read twice a second. Its clock says a minute past nine on a working
day, whatever the hour here: the digests go out. The first start is the dear one: it opens a chat for every persona of
the demo, counts every due day and writes the first digest to everybody. Then it is started on the next working morning.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from random import Random
from typing import Any

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

from updates import seeded  # noqa: E402

UP = """
import sys
from pathlib import Path
from bot.torture.skewed import wear
from bot.torture.wrong_clock import Clock
wear(Clock(Path(sys.argv[1])))
from bot.__main__ import main
sys.exit(main(arguments=["up", "--port", "0"]))
"""
SURNAMES, GIVEN = "殷蒋罗祁闫柴盛段何马", "浩然一诺沐宸小虎雨桐欣怡子轩"


def a_working_morning(day: date | None = None) -> datetime:
    """A minute past nine in the county, on that day (today) or on the next working day."""
    from domain.calendar import STATUTORY, at, local_day, next_working_day

    return at(next_working_day(day or local_day(datetime.now(UTC)), STATUTORY), clock(9, 1))


def large(conn: Any, children: int, directors: int, today: date, *, uncalled: bool = False) -> None:
    """The demo county with villages, a director and thirty children in each, added: two visits a child in the last
    80 days (four in ten are overdue for a contact), and a call by the supervisor, unless all are `uncalled`."""
    from sqlalchemy import insert, select

    from db import child_changes, child_due
    from db import children as child_rows
    from db import contacts as contact_rows
    from db import people as people_rows
    from db.migrate import put_meta
    from db.models import people, posts, units
    from db.rows import add_many
    from db.types import new_id
    from domain.children import Child, Guardian, Label, Relation, Sex, Tier
    from domain.contacts import Contact, Kind
    from domain.people import Role
    from domain.policy import COUNTY_DEFAULTS

    seeded(conn)
    put_meta(conn, "kind", "demo")
    chance, now = Random(1), datetime.now(UTC)
    towns = list(conn.execute(select(units.c.code).where(units.c.kind == "town")).scalars())
    villages = [f"{towns[place % len(towns)][:9]}{800 + place // len(towns)}" for place in range(directors)]
    conn.execute(
        insert(units),
        [
            {"code": code, "kind": "village", "name": f"{place}村", "parent": towns[place % len(towns)], "position": 900 + place}
            for place, code in enumerate(villages)
        ],
    )
    staff = [
        {
            "id": new_id(),
            "name": chance.choice(SURNAMES) + "玉兰",
            "chat_id": 5_000_000 + place,
            "language": "zh_CN",
            "demo": True,
        }
        for place in range(directors)
    ]
    add_many(conn, people, staff)
    made = [
        {
            "id": new_id(),
            "role": Role.CHILD_DIRECTOR.value,
            "unit": villages[place],
            "holder": one["id"],
            "since": today,
        }
        for place, one in enumerate(staff)
    ]
    conn.execute(insert(posts), made)
    assert people_rows.all_units(conn)
    for start in range(0, children, 1000):
        new = [
            Child(
                id=new_id(), file_no=f"{child_rows.file_prefix(villages[serial % len(villages)])}{5000 + serial // len(villages):04}",
                name=chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)), unit=villages[serial % len(villages)],
                sex=chance.choice(list(Sex)), birth_date=today - timedelta(days=chance.randrange(600, 5600)),
                tier=chance.choice((Tier.GREEN, Tier.GREEN, Tier.YELLOW)), labels=(Label.LEFT_BEHIND,),
                added_on=today - timedelta(days=400),
                guardians=(Guardian(Relation.PATERNAL_GRANDPARENT, chance.choice(SURNAMES) + "秀英", f"100{serial:08}", carer=True),),
            )
            for serial in range(start, min(start + 1000, children))
        ]  # fmt: skip
        child_changes.add_children(conn, new, now, COUNTY_DEFAULTS, by=None, source="benchmark", demo=True)
        days = [(one, today - timedelta(days=chance.randrange(1, 80))) for one in new for _ in range(2)]
        rows = [
            (Contact(new_id(), one.id, day, Kind.HOME_VISIT, True, True), {"note": "家里都好"}) for one, day in days
        ]
        if not uncalled:  # the supervisors have called everybody in these months
            calls = [(one, today - timedelta(days=chance.randrange(1, 150))) for one in new]
            rows += [
                (Contact(new_id(), one.id, day, Kind.PHONE, True, by_role=Role.SUPERVISOR), {"note": ""}) for one, day in calls
            ]
        contact_rows.put_many(conn, rows, now, demo=True)
    child_due.recompute(conn, COUNTY_DEFAULTS)


def resident(process: psutil.Process) -> float:
    """MB in all processes of the system, shared pages counted once for each: an upper bound."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total / 1e6


async def measure(children: int, directors: int, seconds: float, uncalled: bool) -> dict[str, Any]:
    from db.crypto import load_keyring
    from db.session import Database

    with tempfile.TemporaryDirectory(prefix="xiaomiao-memory-") as folder:
        data = Path(folder)
        morning = a_working_morning()
        async with Database(f"sqlite:///{data / 'xiaomiao.db'}", load_keyring(data / "keys.json", make=True)) as db:
            await db.run(lambda conn: large(conn, children, directors, morning.date(), uncalled=uncalled))
        _turn_to(data, morning)
        first = await lived(data, seconds)
        _turn_to(data, a_working_morning(morning.date() + timedelta(days=1)))
        later = await lived(data, seconds)
    return {
        "children": children,
        "directors": directors,
        "first_start_most_mb": round(max(first), 1),
        "most_mb": round(max(later), 1),
        "at_rest_mb": round(later[-1], 1),
    }


def _turn_to(data: Path, moment: datetime) -> None:
    (data / "clock").write_text(str((moment - datetime.now(UTC)).total_seconds()))


async def lived(data: Path, seconds: float) -> list[float]:
    """Start `up` on this data, read its memory for so long from its first word on, stop it."""
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    (data / "empty.env").write_text("")
    environment = {**keep, "DATA_DIR": str(data), "ENV_FILE": str(data / "empty.env")}
    command = [sys.executable, "-c", UP, str(data / "clock")]
    nothing, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    system = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=pipe, stderr=nothing)
    try:
        assert system.stdout is not None
        async with asyncio.timeout(120):
            assert await system.stdout.readline(), "up did not start"
        process, seen, began = psutil.Process(system.pid), list[float](), time.monotonic()
        while time.monotonic() - began < seconds:
            seen.append(resident(process))
            await asyncio.sleep(0.5)
        return seen
    finally:
        with suppress(ProcessLookupError):
            system.send_signal(signal.SIGTERM)
        await system.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=30_000)
    parser.add_argument("--directors", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--uncalled", action="store_true", help="no supervisor has ever called anybody: everything is overdue")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.umask(0o077)
    found = asyncio.run(measure(given.children, given.directors, given.seconds, given.uncalled))
    print(
        f"first start at most {found['first_start_most_mb']} MB; the next working morning at most {found['most_mb']} MB, at rest {found['at_rest_mb']} MB"
    )
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
