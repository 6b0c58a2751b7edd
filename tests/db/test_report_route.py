"""The route table, walked whole: every situation, safe or not, whoever is involved, whoever can be reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from db import outbox, people, reports
from db.models import people as people_table
from db.models import posts, report_desks
from db.policy import current
from db.rows import add
from db.session import Database
from db.types import new_id
from domain.people import Role
from domain.reports.conflict import Conflict
from domain.reports.events import Act, Event, Impossible, Part
from domain.reports.life import ReportState
from domain.reports.situations import SITUATIONS, BadRegion, add_region, copies, route
from tests import cast
from tests.house import KEYS, copy_template

NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
SAFE = {"safe": "safe"}


@pytest.fixture
async def db(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = copy_template(template, tmp_path / "a.sqlite3")
    async with Database(f"sqlite+aiosqlite:///{path}", KEYS) as database:
        yield database


def id_of(conn: Connection, person: cast.Person) -> str:
    return str(conn.execute(select(people_table.c.id).where(people_table.c.chat_id == person.chat_id)).scalar_one())


def file(
    conn: Connection, code: str, conflict: Conflict = Conflict.NONE, *, safe: bool = False, by: cast.Person = cast.YULAN,
    child_id: str | None = None, drill: bool = False,
) -> reports.Report:  # fmt: skip
    content = {"places": [cast.NUANQUAN], **(SAFE if safe else {})}
    report = reports.file(
        conn, id_of(conn, by), content, NOON, situation=code, urgent=True, conflict=conflict, unit=cast.NUANQUAN,
        child_id=child_id, drill=drill,
    )  # fmt: skip
    reports.put_event(conn, report, Event(Act.FILED, NOON, person=report.reporter))
    return report


def staff(conn: Connection, start: int = 700_000) -> None:
    """An officer with a chat at every office."""
    for number, code in enumerate(reports.vacant_offices(conn)):
        person = new_id()
        add(
            conn,
            people_table,
            id=person,
            name=f"甲{number}",
            chat_id=start + number,
            language="zh_CN",
            bound_at=NOON,
            demo=True,
        )
        post = people.ensure_post(conn, Role.DEPARTMENT, code, date(2025, 1, 1))
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person))


def parts(conn: Connection, report: reports.Report) -> dict[str, set[str]]:
    """Who sits at the report as what: part → unit codes."""
    rows = conn.execute(
        select(report_desks.c.part, posts.c.unit)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .where(report_desks.c.report_id == report.id)
    )
    found: dict[str, set[str]] = {}
    for part, unit in rows.tuples():
        found.setdefault(part, set()).add(unit)
    return found


async def test_every_situation_reaches_its_departments_its_copies_and_nobody_it_goes_around(db: Database) -> None:
    def walk(conn: Connection) -> None:
        staff(conn)
        policy = current(conn, NOON)
        for code in sorted(SITUATIONS):
            for conflict in Conflict:
                for safe in (True, False):
                    report = file(conn, code, conflict, safe=safe)
                    sent = reports.send_out(conn, report, NOON)
                    wanted = [reports.office(slug) for slug in route(SITUATIONS[code], danger=not safe)]
                    by_bureau = [cast.COUNTY if one.endswith("civil_affairs") else one for one in wanted]
                    assert list(sent.units) == list(dict.fromkeys(by_bureau)), code
                    assert sent.vacant == ()
                    seated = parts(conn, report)
                    assert {reports.office(slug) for slug in copies(SITUATIONS[code], not safe)} <= seated.get(
                        "watcher", set()
                    ) | {reports.office("civil_affairs")}
                    told = {one.person_id for one in reports.audience(conn, report)}
                    hidden = reports.hidden_from(conn, report)
                    assert not told & hidden
                    assert (id_of(conn, cast.JIANGUO) in told) is (
                        conflict in (Conflict.NONE, Conflict.VILLAGE, Conflict.FAMILY)
                    )
                    next_one = reports.responsible(conn, report, NOON, policy)
                    assert next_one is not None and next_one.persons and not set(next_one.persons) & hidden
                    assert reports.running(conn, report, NOON, policy)

    await db.run(walk)


async def test_nobody_at_all_still_leaves_somebody_responsible(db: Database) -> None:
    def walk(conn: Connection) -> None:
        for chat in (
            conn.execute(select(people_table.c.chat_id).where(people_table.c.chat_id.is_not(None))).scalars().all()
        ):
            if chat != cast.YULAN.chat_id:
                outbox.unreachable(conn, int(chat), "blocked", NOON)
        report = file(conn, "R4")
        sent = reports.send_out(conn, report, NOON)
        assert sent.vacant == (cast.POLICE,)
        next_one = reports.responsible(conn, report, NOON, current(conn, NOON))
        assert next_one is not None
        assert next_one.persons == (report.reporter,)  # who can still dial 110

    await db.run(walk)


async def test_a_colleagues_office_is_left_out_and_the_procuratorate_hears_in_its_place(db: Database) -> None:
    def walk(conn: Connection) -> None:
        staff(conn)
        report = file(conn, "R4", Conflict.COLLEAGUE, by=cast.MAGUANG)
        sent = reports.send_out(conn, report, NOON)
        assert sent.units == (reports.office("procuratorate"),)
        events = reports.events(conn, report.id)
        assert [(one.kind, one.to) for one in events if one.kind is Act.AROUND] == [(Act.AROUND, cast.POLICE)]
        county = file(conn, "X4", Conflict.COLLEAGUE, by=cast.HEJING, safe=True)
        assert reports.send_out(conn, county, NOON).units == (reports.office("procuratorate"),)
        assert "watcher" not in parts(conn, county)  # neither the county bureau nor the town

    await db.run(walk)


async def test_whom_it_goes_around_is_decided_at_filing_and_holds_for_whoever_comes_later(db: Database) -> None:
    def walk(conn: Connection) -> None:
        report = file(conn, "R4", Conflict.TOWN)
        reports.send_out(conn, report, NOON)
        newcomer = id_of(conn, cast.CHANGMING)
        conn.execute(update(posts).where(posts.c.unit == cast.XINBA).values(holder=newcomer))
        me = people.me_of(conn, cast.CHANGMING.chat_id)
        assert me is not None
        assert reports.desk_of(conn, report, me) is None
        assert newcomer in reports.hidden_from(conn, report)

    await db.run(walk)


async def test_lists_open_no_content(db: Database) -> None:
    def walk(conn: Connection) -> None:
        report = file(conn, "R4", Conflict.UNSAID)
        reports.send_out(conn, report, NOON)
        me = people.me_of(conn, cast.HEJING.chat_id)
        assert me is not None
        [listed] = reports.of_me(conn, me)
        assert listed.report.content == {}
        assert listed.report.number == report.number

    await db.run(walk)


async def test_a_report_filed_before_the_codes_were_kept_still_goes_around(db: Database) -> None:
    def walk(conn: Connection) -> None:
        from db.models import reports as table

        report = file(conn, "R4", Conflict.TOWN)
        reports.send_out(conn, report, NOON)
        conn.execute(update(table).values(around=None, unsafe=None))
        again = reports.get(conn, report.id)
        assert again is not None and again.around is None and again.unsafe
        assert reports.hidden_from(conn, again) == {id_of(conn, cast.JIANGUO)}
        [waiting] = reports.waiting(conn)
        assert id_of(conn, cast.JIANGUO) in waiting.hidden

    await db.run(walk)


async def test_the_order_of_events_is_that_of_writing_whatever_the_clock_did(db: Database) -> None:
    def walk(conn: Connection) -> None:
        report = file(conn, "R4")
        reports.send_out(conn, report, NOON)
        me = people.me_of(conn, cast.MAGUANG.chat_id)
        assert me is not None
        seat = reports.desk_of(conn, report, me)
        assert seat is not None
        put_back = NOON - timedelta(hours=1)
        reports.act(conn, report, seat, Event(Act.RECEIVED, put_back, seat.unit, me.person_id))
        assert reports.life_of(conn, report.id).state is ReportState.RECEIVED

    await db.run(walk)


async def test_the_procuratorate_reads_everything_and_changes_nothing(db: Database) -> None:
    def walk(conn: Connection) -> None:
        staff(conn)
        report = file(conn, "R4", Conflict.UNSAID)
        reports.send_out(conn, report, NOON)
        chat = conn.execute(
            select(people_table.c.chat_id)
            .join(posts, posts.c.holder == people_table.c.id)
            .where(posts.c.unit == reports.office("procuratorate"))
        ).scalar_one()
        me = people.me_of(conn, chat)
        assert me is not None
        seat = reports.desk_of(conn, report, me)
        assert seat is not None and seat.part is Part.OVERSEER
        assert me.person_id not in {one.person_id for one in reports.audience(conn, report)}
        for act in Act:
            with pytest.raises(Impossible):
                reports.act(conn, report, seat, Event(act, NOON, seat.unit, me.person_id, None, "因为"))

    await db.run(walk)


async def test_the_same_child_reported_twice_is_linked_and_a_drill_links_with_nothing(db: Database) -> None:
    def walk(conn: Connection) -> None:
        first, second = (file(conn, "R4", child_id=cast.XIAOHU.id) for _ in range(2))
        drill = file(conn, "R4", child_id=cast.XIAOHU.id, drill=True)
        assert reports.same_matter(conn, drill) == []
        assert [one.id for one in reports.same_matter(conn, second)] == [first.id]
        for _ in range(2):
            reports.link(conn, second, first, NOON)
        assert reports.life_of(conn, first.id).linked == (second.id,)
        assert reports.life_of(conn, second.id).linked == (first.id,)
        assert reports.life_of(conn, second.id).open

    await db.run(walk)


def test_a_region_adds_its_tenth_situation_and_a_bad_file_changes_nothing() -> None:
    row = '[{"code": "R10", "route": ["police", "civil_affairs"], "any_hour": true, "group": "other", "labels": {"zh_CN": "12349转来"}}]'
    before = dict(SITUATIONS)
    try:
        assert add_region(row) == ("R10",)
        assert route(SITUATIONS["R10"], danger=False) == ("police", "civil_affairs")
        with pytest.raises(BadRegion):
            add_region(
                '[{"code": "R11", "route": ["police"], "labels": {"zh_CN": "x"}}, {"code": "R12", "route": ["nobody"]}]'
            )
        assert "R11" not in SITUATIONS
    finally:
        from domain.reports.situations import GROUPS

        for code in set(SITUATIONS) - set(before):
            del SITUATIONS[code]
        GROUPS["other"] = tuple(code for code in GROUPS["other"] if code in before)
