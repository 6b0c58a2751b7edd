"""Every situation × safe or not × whoever is involved × child on the roster or not × somebody at the departments or nobody:
who is told first, who gets a copy, what goes to the county, and that nobody on the conflict list hears or sees anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from db import outbox, people, reports
from db.models import people as people_table
from db.models import posts
from db.policy import current
from db.rows import add
from db.session import Database
from db.types import new_id
from domain.people import Me, Role
from domain.reports.conflict import Conflict, tells_supervisor
from domain.reports.events import Act, Event
from domain.reports.situations import SITUATIONS, copies, route
from tests import cast
from tests.house import KEYS, copy_template

pytestmark = pytest.mark.slow  # left out of ./test --fast

NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
INSIDE, OUTSIDE = "on the roster", "outside"
STAFFED, VACANT = "staffed", "vacant"


@pytest.fixture
async def db(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = copy_template(template, tmp_path / "a.sqlite3")
    async with Database(f"sqlite+aiosqlite:///{path}", KEYS) as database:
        yield database


def staff_offices(conn: Connection) -> list[int]:
    """An officer with a chat at every office but the procuratorate, which has one, too; their chats."""
    chats = [cast.MAGUANG.chat_id, cast.LUOLAOSHI.chat_id]
    for number, code in enumerate(reports.vacant_offices(conn)):
        person, chat = new_id(), 700_000 + number
        add(conn, people_table, id=person, name=f"甲{number}", chat_id=chat, language="zh_CN", bound_at=NOON, demo=True)
        post = people.ensure_post(conn, Role.DEPARTMENT, code, date(2025, 1, 1))
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person))
        if not code.endswith(".procuratorate"):
            chats.append(chat)
    return chats


def everybody(conn: Connection) -> dict[str, Me]:
    rows = conn.execute(select(people_table.c.chat_id).where(people_table.c.chat_id.is_not(None))).scalars()
    found = [people.me_of(conn, chat) for chat in rows.all()]
    return {me.person_id: me for me in found if me is not None}


def seats(who: dict[str, Me]) -> dict[str, str]:
    """Who works where; at the county bureau the bureau's own post."""
    working = (Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.COUNTY, Role.DEPARTMENT)
    return {post.unit.code: person for person, me in who.items() for post in me.posts if post.role in working}


def file(conn: Connection, reporter: str, code: str, conflict: Conflict, safe: bool, child: str) -> reports.Report:
    content = {
        "places": [cast.NUANQUAN], "safe": "safe" if safe else "danger",
        "child": cast.XIAOHU.id if child == INSIDE else ["described", "隔壁的孩子"],
    }  # fmt: skip
    report = reports.file(
        conn, reporter, content, NOON, situation=code, urgent=not safe, conflict=conflict, unit=cast.NUANQUAN,
        child_id=cast.XIAOHU.id if child == INSIDE else None,
    )  # fmt: skip
    reports.put_event(conn, report, Event(Act.FILED, NOON, person=reporter))
    return report


@pytest.mark.parametrize("child", [INSIDE, OUTSIDE])
@pytest.mark.parametrize("offices", [STAFFED, VACANT])
async def test_the_route_table_walked_completely(db: Database, offices: str, child: str) -> None:
    def walk(conn: Connection) -> int:
        chats = staff_offices(conn)
        if offices == VACANT:
            for chat in chats:
                outbox.unreachable(conn, chat, "blocked", NOON)
        who, policy, walked = everybody(conn), current(conn, NOON), 0
        for code in sorted(SITUATIONS):
            for conflict in Conflict:
                for safe in (True, False):
                    _one(conn, code, conflict, safe, child, offices, who, policy)
                    walked += 1
        return walked

    assert await db.run(walk) == len(SITUATIONS) * len(Conflict) * 2


def _one(
    conn: Connection,
    code: str,
    conflict: Conflict,
    safe: bool,
    child: str,
    offices: str,
    who: dict[str, Me],
    policy: object,
) -> None:
    by = seats(who)
    reporter, supervisor = by[cast.NUANQUAN], by[cast.XINBA]
    case = (code, conflict, safe, child, offices)
    report = file(conn, reporter, code, conflict, safe, child)
    sent = reports.send_out(conn, report, NOON)
    wanted = route(SITUATIONS[code], danger=not safe)
    units = [cast.COUNTY if slug == "civil_affairs" else reports.office(slug) for slug in wanted]

    # first told: the department where somebody sits; where nobody does, the county bureau, and the gap is written down
    if offices == STAFFED:
        assert list(sent.units) == list(dict.fromkeys(units)), case
        assert sent.vacant == (), case
    else:
        assert sent.units == (cast.COUNTY,), case
        assert list(sent.vacant) == [unit for unit in units if unit != cast.COUNTY], case
        gaps = [one.to for one in reports.events(conn, report.id) if one.kind is Act.VACANT]
        assert gaps == list(sent.vacant), case
    if not safe or "police" in SITUATIONS[code].route:
        assert (sent.units[0] if offices == STAFFED else sent.vacant[0]) == cast.POLICE, case

    # the copies, the county and (unless somebody in the town is involved) the supervisor hear of it and owe nothing
    audience = {one.person_id for one in reports.audience(conn, report)}
    assert by[cast.COUNTY] in audience, case
    assert (supervisor in audience) is tells_supervisor(conflict), case
    for slug in copies(SITUATIONS[code], not safe):
        office = cast.COUNTY if slug == "civil_affairs" else reports.office(slug)
        assert by[office] in audience, (case, slug)
        assert office not in sent.units or office == cast.COUNTY, case

    # nobody it goes around is told, opens it, lists it, waits for it, or stands on a rung
    hidden = reports.hidden_from(conn, report)
    assert (supervisor in hidden) is (conflict in (Conflict.TOWN, Conflict.COLLEAGUE, Conflict.UNSAID)), case
    assert reporter not in hidden and by[cast.COUNTY] not in hidden, case
    assert not audience & hidden, case
    for person, me in who.items():
        if person in hidden:
            assert reports.desk_of(conn, report, me) is None, case
    next_one = reports.responsible(conn, report, NOON, policy)  # type: ignore[arg-type]
    assert next_one is not None and next_one.persons, case
    assert not set(next_one.persons) & hidden, case


async def test_what_goes_around_somebody_is_in_none_of_their_lists_and_counts(db: Database) -> None:
    def walk(conn: Connection) -> None:
        staff_offices(conn)
        who = everybody(conn)
        by = seats(who)
        for conflict in Conflict:
            report = file(conn, by[cast.NUANQUAN], "R4", conflict, False, INSIDE)
            reports.send_out(conn, report, NOON)
        supervisor = who[by[cast.XINBA]]
        told = sum(tells_supervisor(conflict) for conflict in Conflict)
        assert len(reports.of_me(conn, supervisor)) == told
        assert sum(reports.open_by_unit(conn, supervisor).values()) == told
        assert len(reports.of_me(conn, who[by[cast.COUNTY]])) == len(Conflict)

    await db.run(walk)
