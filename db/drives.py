"""Campaigns: their lists, what was done at each home, and what became of it in the children's files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from db import child_file, file_history
from db import children as child_rows
from db.child_file import Hand
from db.models import child_labels, children, drive_rows, drives, helps
from db.rows import add, add_many, change, opened
from db.types import new_id
from domain.child_file import Help, HelpKind
from domain.children import Child, Label, Tier
from domain.drives import Occasion, Sort, Whom, belongs
from domain.tasks import Task

VILLAGE_TASK, TOWN_TASK = "drive", "drive_town"


@dataclass(frozen=True)
class Drive:
    """One campaign."""

    id: str
    sort: Sort
    name: str
    unit: str
    first: date
    last: date
    whom: Whom
    gift: str | None
    giver: str | None
    state: str  # proposed | running | over | declined
    asked_gone: bool


@dataclass(frozen=True)
class Row:
    """One child on a list."""

    id: str
    drive: str
    unit: str
    home: str
    child: str
    state: str  # open | done | not
    ticks: dict[str, str]
    by_town: bool
    goes: str | None
    done_at: datetime | None
    help_id: str | None
    what: str | None
    giver: str | None


def _drive(conn: Connection, row: Any) -> Drive:
    one = opened(conn, drives, row)
    return Drive(
        one["id"], Sort(one["sort"]), one["name"], one["unit"], one["first"], one["last"], Whom(one["picks"]["whom"]),
        one["gift"], one["giver"], one["state"], one["asked_gone"],
    )  # fmt: skip


def put(
    conn: Connection, sort: Sort, name: str, unit: str, first: date, last: date, whom: Whom, now: datetime, *,
    gift: str | None = None, giver: str | None = None, occasion: str | None = None, state: str = "running",
    by: str | None = None, demo: bool = False,
) -> str:  # fmt: skip
    """Keep a campaign; its list is made by `fill`."""
    made = new_id()
    add(
        conn, drives, id=made, sort=sort.value, name=name, unit=unit, occasion=occasion, first=first, last=last,
        picks={"whom": whom.value}, gift=gift, giver=giver, state=state, by_person=by, at=now, asked_gone=False, demo=demo,
    )  # fmt: skip
    return made


def propose(conn: Connection, one: Occasion, name: str, unit: str, now: datetime) -> str | None:
    """Put what the calendar proposes before the county, once; None where that was done."""
    if conn.execute(select(drives.c.id).where(drives.c.occasion == one.name)).first() is not None:
        return None
    whom = Whom.LEFT_BEHIND if one.sort is Sort.HOMECOMING else Whom.ALL
    return put(conn, one.sort, name, unit, one.first, one.last, whom, now, occasion=one.name, state="proposed")


def fill(conn: Connection, drive: str, codes: Collection[str]) -> int:
    """Make the list: those nobody has ever helped first, then whose help lies longest back; how many homes.

    Children of one household stand together. Asking again adds nobody twice.
    """
    one = get(conn, drive)
    assert one is not None
    last_help = _last_help(conn)
    helped = frozenset(last_help)
    there = set(conn.execute(select(drive_rows.c.child_id).where(drive_rows.c.drive_id == drive)).scalars())
    found = [child for child in _skeletons(conn, codes) if child.id not in there and belongs(child, one.whom, helped)]
    homes: dict[tuple[str, str], list[Child]] = defaultdict(list)
    for child in sorted(found, key=lambda child: child.file_no):
        homes[child.unit, child.household or child.id].append(child)
    order = sorted(
        homes.values(),
        key=lambda home: (home[0].unit, max(last_help.get(child.id, date.min) for child in home), home[0].file_no),
    )
    rows: list[dict[str, Any]] = []
    for home in order:
        first = new_id()
        for place, child in enumerate(home):
            rows.append(
                {
                    "id": first if place == 0 else new_id(), "drive_id": drive, "unit": child.unit, "place": len(rows),
                    "home": first, "child_id": child.id, "state": "open", "ticks": {}, "by_town": False,
                }
            )  # fmt: skip
    add_many(conn, drive_rows, rows)
    return len(order)


def _skeletons(conn: Connection, codes: Collection[str]) -> list[Child]:
    """The open files of these units as far as a list needs them; nothing sensitive is opened."""
    labels: dict[str, list[Label]] = defaultdict(list)
    for child, label in conn.execute(
        select(child_labels.c.child_id, child_labels.c.label).where(child_labels.c.until.is_(None))
    ).tuples():
        labels[child].append(Label(label))
    table = children.c
    query = select(table.id, table.file_no, table.unit, table.tier, table.household)
    return [
        Child(
            row.id, row.file_no, "", row.unit, tier=Tier(row.tier), household=row.household, labels=tuple(labels[row.id])
        )
        for row in conn.execute(query.where(table.closed_on.is_(None), table.unit.in_(list(codes))))
    ]  # fmt: skip


def _last_help(conn: Connection) -> dict[str, date]:
    query = (
        select(helps.c.child_id, func.max(helps.c.day)).where(helps.c.withdrawn_at.is_(None)).group_by(helps.c.child_id)
    )
    found: dict[str, date] = dict(conn.execute(query).tuples().all())
    return found


def start(conn: Connection, drive: str, by: str) -> bool:
    """The county confirms what the calendar proposed."""
    return change(conn, drives, drive, drives.c.state == "proposed", state="running", by_person=by)


def end(conn: Connection, drive: str, now: datetime, *, declined: bool = False) -> bool:
    table = drives.c
    return change(
        conn,
        drives,
        drive,
        table.state.in_(("proposed", "running")),
        state="declined" if declined else "over",
        ended_at=now,
    )


def get(conn: Connection, drive: str) -> Drive | None:
    row = conn.execute(select(drives).where(drives.c.id == drive)).first()
    return _drive(conn, row) if row else None


def listed(conn: Connection, *states: str) -> list[Drive]:
    """Every campaign in these states, the first to end first."""
    query = select(drives).where(drives.c.state.in_(states)).order_by(drives.c.last, drives.c.id)
    return [_drive(conn, row) for row in conn.execute(query)]


def rows_of(conn: Connection, drive: str, codes: Collection[str]) -> list[Row]:
    """The list within these units, in its order."""
    query = (
        select(drive_rows)
        .join(children, children.c.id == drive_rows.c.child_id)
        .where(drive_rows.c.drive_id == drive, drive_rows.c.unit.in_(list(codes)))
        .where((children.c.closed_on.is_(None)) | (drive_rows.c.state == "done"))
        .order_by(drive_rows.c.place)
    )
    return [_row(conn, row) for row in conn.execute(query)]


def home(conn: Connection, home_id: str) -> list[Row]:
    """The children of one home on a list."""
    query = select(drive_rows).where(drive_rows.c.home == home_id).order_by(drive_rows.c.place)
    return [_row(conn, row) for row in conn.execute(query)]


def _row(conn: Connection, row: Any) -> Row:
    one = opened(conn, drive_rows, row)
    return Row(
        one["id"], one["drive_id"], one["unit"], one["home"], one["child_id"], one["state"], one["ticks"] or {}, one["by_town"],
        one["goes"], one["done_at"], one["help_id"], one["what"], one["giver"],
    )  # fmt: skip


def done(conn: Connection, rows: Iterable[Row], what: str, giver: str | None, hand: Hand, *, gift: bool) -> int:
    """The home was visited: each open child is done, and what was brought stands in its file. How many children."""
    count = 0
    for row in rows:
        won = change(
            conn, drive_rows, row.id, drive_rows.c.state != "done", state="done", done_at=hand.now, done_by=hand.by, what=what,
            giver=giver,
        )  # fmt: skip
        if not won:
            continue
        kind = HelpKind.GOODS if gift else HelpKind.COMPANY
        made = child_file.put_help(conn, Help("", row.child, hand.today, kind, what, giver), hand)
        change(conn, drive_rows, row.id, help_id=made)
        count += 1
    return count


def undone(conn: Connection, rows: Iterable[Row], hand: Hand) -> int:
    """One tap takes it back, in the files too; how many children."""
    count = 0
    for row in rows:
        if not change(
            conn, drive_rows, row.id, drive_rows.c.state != "open", state="open", done_at=None, done_by=None, help_id=None, what=None,
            giver=None,
        ):  # fmt: skip
            continue
        count += 1
        entry = child_rows.by_ids(conn, [row.child]).get(row.child)
        lines = file_history.history(conn, row.child, 100) if row.help_id and entry else []
        line = next((one for one in lines if f"help:{row.help_id}" in one.changed), None)
        if line is not None and entry is not None:
            child_file.take_back(conn, entry.child, line.id, hand)
    return count


def not_needed(conn: Connection, rows: Iterable[Row], hand: Hand) -> None:
    for row in rows:
        change(conn, drive_rows, row.id, drive_rows.c.state == "open", state="not", done_at=hand.now, done_by=hand.by)


def tick(conn: Connection, rows: Iterable[Row], ticks: dict[str, str], hand: Hand, *, whole: bool) -> None:
    """Note one thing of a homecoming at a home; with all of them (`whole`) the home is done."""
    for row in rows:
        values: dict[str, Any] = {"ticks": row.ticks | ticks}
        if whole:
            values |= {"state": "done", "done_at": hand.now, "done_by": hand.by}
        change(conn, drive_rows, row.id, **values)


def ask_gone(conn: Connection, drive: str, until: date) -> int:
    """After 元宵: every home of a homecoming is open again until somebody says whether the parents have left."""
    won = change(conn, drives, drive, drives.c.asked_gone.is_(False), asked_gone=True, last=until)
    if not won:
        return 0
    table = drive_rows.c
    opened_again = conn.execute(
        update(drive_rows).where(table.drive_id == drive, table.state != "not").values(state="open", done_at=None)
    )
    return opened_again.rowcount


def by_town(conn: Connection, drive: str, unit: str, *, town: bool) -> None:
    """The supervisor goes to this village, or no longer."""
    table = drive_rows.c
    conn.execute(update(drive_rows).where(table.drive_id == drive, table.unit == unit).values(by_town=town))


def who_goes(conn: Connection, rows: Iterable[Row], *, town: bool, name: str | None = None) -> None:
    """To this one home goes the supervisor, somebody by name, or whoever answers for the village as usual.

    A name puts nobody's duty down: the village stays asked until somebody has said that the home was gone to.
    """
    for row in rows:
        change(conn, drive_rows, row.id, by_town=town, goes=name)


def progress(conn: Connection, drive: str, codes: Collection[str]) -> dict[str, tuple[int, int]]:
    """{village: (homes done, homes)}; who needs nothing is not counted."""
    table = drive_rows.c
    query = (
        select(
            table.unit, table.home, func.max(table.state)
        )  # "open" > "not" > "done": one open child keeps a home open
        .where(table.drive_id == drive, table.state != "not", table.unit.in_(list(codes)))
        .group_by(table.unit, table.home)
    )
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for unit, _, state in conn.execute(query).tuples():
        found[unit][0] += state == "done"
        found[unit][1] += 1
    return {unit: (one[0], one[1]) for unit, one in found.items()}


def tasks(conn: Connection, last: date, codes: Collection[str] | None, child: str | None) -> Iterable[Task]:
    """Homes still to go to: one task a village."""
    if child is not None:
        return
    table = drive_rows.c
    query = (
        select(table.unit, table.by_town, drives.c.first, drives.c.last)
        .join(drives, drives.c.id == table.drive_id)
        .where(drives.c.state == "running", drives.c.last <= last, table.state == "open")
        .distinct()
    )
    for row in conn.execute(query):
        unit = row.unit[:9] if row.by_town else row.unit
        if codes is None or unit in codes:
            yield Task(TOWN_TASK if row.by_town else VILLAGE_TASK, unit, row.last, row.first)


def measure_drives(conn: Connection, codes: Collection[str], since: date) -> dict[str, int]:
    """Campaigns since that day, children on their lists and reached, and children nobody has ever helped (plan task 12).

    `twice`: children who had something from one giver more than once in that time.
    """
    table = drive_rows.c
    query = (
        select(table.state, func.count())
        .join(drives, drives.c.id == table.drive_id)
        .where(drives.c.last >= since, drives.c.state.in_(("running", "over")), table.unit.in_(list(codes)))
        .group_by(table.state)
    )
    states: dict[str, int] = dict(conn.execute(query).tuples().all())
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    helped = select(helps.c.child_id).where(helps.c.withdrawn_at.is_(None))
    never = select(func.count()).select_from(children).where(*here, children.c.id.not_in(helped))
    ids = select(drives.c.id).where(drives.c.last >= since, drives.c.state.in_(("running", "over")))
    return {
        "drives": len(conn.execute(ids).all()), "listed": sum(states.values()), "reached": states.get("done", 0),
        "never": int(conn.execute(never).scalar_one()), "twice": _twice(conn, codes, since),
    }  # fmt: skip


def _twice(conn: Connection, codes: Collection[str], since: date) -> int:
    """Children and givers who met more than once."""
    table = drive_rows.c
    given = (
        select(table.id, table.child_id, table.giver)
        .join(drives, drives.c.id == table.drive_id)
        .where(table.state == "done", table.giver.is_not(None), drives.c.last >= since, table.unit.in_(list(codes)))
    )
    several = given.with_only_columns(table.child_id).group_by(table.child_id).having(func.count() > 1)
    met: Counter[tuple[str, str]] = Counter()
    for row in conn.execute(given.where(table.child_id.in_(several))):  # whom it happened to once is not opened
        met[row.child_id, opened(conn, drive_rows, row)["giver"]] += 1
    return sum(count > 1 for count in met.values())
