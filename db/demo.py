"""The demo county written into an empty database, and the people a visitor may play (domain/demo makes it up)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from db import (
    agreements,
    child_changes,
    demo_books,
    demo_cases,
    demo_checks,
    demo_doubles,
    demo_drives,
    demo_files,
    demo_moves,
    demo_plan,
    demo_referrals,
    demo_team,
    demo_village,
    journal,
    yearly,
)
from db import children as child_rows
from db import people as people_rows
from db import policy as policies
from db.migrate import put_meta
from db.models import children, contacts, issues, people, posts, reports
from db.rows import add_many, opened
from domain import units
from domain.calendar import local_day
from domain.children import Child
from domain.contacts import Contact
from domain.demo import agreements as papers
from domain.demo import county as counties
from domain.demo import doubles, history
from domain.demo.county import County, Place
from domain.demo.history import Logged, Problem
from domain.demo.staff import DEMO_TOWN, DEMO_VILLAGE, LARGE, ORDINARY, Seat
from domain.duties import due_days
from domain.issues import due_of
from domain.people import Role
from domain.policy import Policy
from domain.units import COUNTY, UnitTree

FEWEST, MOST = counties.FEWEST, counties.MOST


class NotEmpty(Exception):
    """There are people or children in this database already."""


@dataclass(frozen=True)
class Counts:
    """How much was made."""

    people: int
    posts: int
    children: int
    contacts: int
    issues: int
    reports: int


def seed(
    conn: Connection, *, children: int, seed: int, at: datetime, now: datetime | None = None,
    progress: Callable[[str], None] = lambda words: None,
) -> Counts:  # fmt: skip
    """Fill an empty, migrated database with a demo county as of the morning of `at`'s local day, in one transaction.

    The same number, seed and day give the same people, files and history. The history ends on the evening before; only the
    open reports were worked on until `now`, so that a visitor of the afternoon is not met by the alarms of the morning.
    Raises NotEmpty if anybody is there already, ValueError for a number outside of FEWEST … MOST.
    """
    if not is_empty(conn):
        raise NotEmpty
    tree, policy = units.load(demo=True), policies.current(conn, at)
    people_rows.put_units(conn, list(tree))
    county = doubles.entered_twice(counties.make(seed, children, local_day(at), tree, child_rows.file_prefix, policy))
    _put_staff(conn, county, at)
    progress(f"{len(county.staff.seats)} 个岗位 / posts")
    for town in tree.towns:
        logged = _put_town(conn, county, town.code, at, policy)
        files = sum(len(place.children) for place in county.places if place.town.code == town.code)
        progress(f"{town.name}：{files} 个孩子，{logged} 条记录 / children, records")
    demo_cases.put(conn, county, max(at, now or at), policy)
    for extra in EXTRAS:
        extra(conn, county, at, tree)
    demo_referrals.put(conn, county, at)
    put_meta(conn, "seed", str(seed))
    put_meta(conn, "seeded_at", at.isoformat())
    journal.note(conn, at, "demo.seeded", children=children, seed=seed)
    return counts(conn)


def is_empty(conn: Connection) -> bool:
    """Nobody works here and no file was opened."""
    return all(conn.execute(select(table.c.id).limit(1)).first() is None for table in (people, children, reports))


def counts(conn: Connection) -> Counts:
    def rows(table: Any) -> int:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())

    return Counts(rows(people), rows(posts), rows(children), rows(contacts), rows(issues), rows(reports))


# --- writing ---

# What further subjects have to show: each draws from a stream of its own, so that nobody else's demo changes.
EXTRAS: tuple[Callable[[Connection, County, datetime, UnitTree], None], ...] = (demo_checks.put, demo_files.put, demo_moves.put, demo_doubles.put, demo_village.put, demo_plan.put, demo_drives.put, demo_team.put, demo_books.put)


def _put_staff(conn: Connection, county: County, at: datetime) -> None:
    add_many(
        conn,
        people,
        [
            {
                "id": one.id, "name": one.name, "phone": one.phone, "chat_id": one.chat_id, "language": "zh_CN",
                "bound_at": at if one.chat_id else None, "left_on": one.left_on, "demo": True,
            }
            for one in county.staff.workers
        ],
    )  # fmt: skip
    add_many(conn, posts, [_post(seat) for seat in county.staff.seats])


def _post(seat: Seat) -> dict[str, Any]:
    holder = seat.holder.id if seat.holder else None
    return {"id": seat.id, "role": seat.role.value, "unit": seat.unit, "holder": holder, "since": seat.since}


def _put_town(conn: Connection, county: County, town: str, at: datetime, policy: Policy) -> int:
    """The files and the history of one town; how many contacts that were."""
    logged, problems = 0, list[Problem]()
    for place in (place for place in county.places if place.town.code == town):
        child_changes.add_children(conn, place.children, at, policy, by=None, source="demo", demo=True)
        records, found = history.of_place(county, place)
        add_many(conn, contacts, [_contact(record) for record in records])
        yearly.refresh(conn, ((one.contact.child_id, one.contact.day.year) for one in records))
        _put_due(conn, place, records, policy)
        agreements.put_many(conn, papers.of_place(county, place), at, demo=True)
        logged += len(records)
        problems += found
    add_many(conn, issues, [_issue(one, county.day) for one in history.settled(county, town, problems)])
    return logged


def _contact(record: Logged) -> dict[str, Any]:
    contact = record.contact
    return {
        "id": contact.id, "child_id": contact.child_id, "day": contact.day, "kind": contact.kind.value,
        "reached": contact.reached, "child_seen": contact.child_seen, "by_person": contact.by_person,
        "by_role": contact.by_role.value, "parents_called": record.parents_called, "content": record.content,
        "entered_at": record.entered_at, "batch": record.batch, "demo": True,
    }  # fmt: skip


def _issue(one: Problem, today: date) -> dict[str, Any]:
    """An open one has a day that is still to come: whoever has it set another when the first had gone by."""
    due = max(due_of(one.type, one.opened_on), due_of(one.type, today))
    return {
        "id": one.id, "child_id": one.child_id, "contact_id": one.contact_id, "type": one.type, "text": one.text,
        "by_person": one.by, "opened_on": one.opened_on, "help_wanted": one.help_wanted, "closed_on": one.closed_on,
        "solution": one.solution, "due": due if one.closed_on is None else None, "demo": True,
    }  # fmt: skip


def _put_due(conn: Connection, place: Place, records: list[Logged], policy: Policy) -> None:
    """The due days of a village's children from the history just written."""
    known: dict[str, list[Contact]] = {}
    for record in records:
        known.setdefault(record.contact.child_id, []).append(record.contact)
    if place.children:
        conn.execute(
            update(children)
            .where(children.c.id == bindparam("child"))
            .values(contact_due=bindparam("contact"), visit_due=bindparam("visit"), supervisor_due=bindparam("call")),
            [_due(child, known.get(child.id, []), policy) for child in place.children],
        )


def _due(child: Child, known: list[Contact], policy: Policy) -> dict[str, Any]:
    due = due_days(child, known, policy)
    return {"child": child.id, "contact": due.contact, "visit": due.visit, "call": due.supervisor}


# --- whom a visitor may play ---

# key, role, unit, group, what makes them worth playing. The first three see a report travel.
_PERSONAS = (
    ("jiacun", Role.CHILD_DIRECTOR, DEMO_VILLAGE, "村", "儿童主任"),
    ("shifan", Role.SUPERVISOR, DEMO_TOWN, "镇", "儿童督导员"),
    ("police", Role.DEPARTMENT, f"{COUNTY}.police", "部门", "民警"),
    ("nuanquan", Role.CHILD_DIRECTOR, ORDINARY, "村", "儿童主任"),
    ("qukou", Role.CHILD_DIRECTOR, LARGE, "村", "儿童主任"),
    ("xinba", Role.SUPERVISOR, "620724106", "镇", "儿童督导员"),
    ("county", Role.COUNTY, COUNTY, "县", "县民政局"),
    ("education", Role.DEPARTMENT, f"{COUNTY}.education", "部门", "教育专干"),
    ("civil_affairs", Role.DEPARTMENT, f"{COUNTY}.civil_affairs", "部门", "民政接收岗"),
    ("procuratorate", Role.DEPARTMENT, f"{COUNTY}.procuratorate", "部门", "检察官"),
    ("leader", Role.LEADER, COUNTY, "县", "分管领导"),
    ("admin", Role.ADMIN, COUNTY, "县", "系统管理员"),
)  # fmt: skip


def personas(conn: Connection) -> list[dict[str, Any]]:
    """A dozen people worth playing, as the gateway's demo page takes them; those nobody holds are left out."""
    tree = UnitTree(people_rows.all_units(conn))
    rows = conn.execute(
        select(people, posts.c.role, posts.c.unit).join(posts, posts.c.holder == people.c.id).where(people.c.demo)
    )
    held = {(values["role"], values["unit"]): values for values in (opened(conn, people, row) for row in rows)}
    found = []
    for key, role, unit, group, called in _PERSONAS:
        person = held.get((role.value, unit))
        if person is not None and person["chat_id"] is not None:
            found.append(
                {
                    "key": key, "user_id": person["chat_id"], "title": f"{person['name']} · {called}",
                    "subtitle": tree.path_name(unit), "group": group,
                }
            )  # fmt: skip
    return found
