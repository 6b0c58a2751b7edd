"""The plan's measures on the demo county: each one computes, and docs/plan.md holds each task with a way to try it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.commands.plan import lines
from bot.handlers import SUBJECTS
from bot.national_sync import measure_national_sync
from bot.plan_try import TRY
from bot.words import Words
from db import demo, people, plan_desk
from db import policy as policies
from db.migrate import check_keys, migrate
from db.plan_measures import MEASURES
from db.plan_measures.look import Look
from db.session import Database
from domain.access import TABLE, Scope
from domain.people import Role
from domain.plan_measures import CODES
from domain.units import UnitTree
from tests.house import KEYS

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DOC = Path(__file__).parents[2] / "docs" / "plan.md"


@pytest.mark.slow
async def test_every_measure_of_the_table_computes_on_the_demo_county(tmp_path: Path) -> None:
    def fill(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)
        demo.seed(conn, children=100, seed=1, at=datetime(2026, 11, 21, 22, tzinfo=UTC))

    def count(conn: Connection) -> None:
        tree = UnitTree(people.all_units(conn))
        look = Look(conn, tree, NOW, policies.current(conn, NOW), national=measure_national_sync)
        words = Words()
        doc = DOC.read_text(encoding="utf-8")
        for code in CODES:
            one = MEASURES[code](look)
            assert one is not None and one.counts, code
            assert words(f"plan.measure_name.{code}") in doc, code
            if one.behind:
                assert set(one.behind) <= look.codes, code
        found = plan_desk.plan(conn, tree, look.day)
        assert found is not None
        heard = plan_desk.progress(conn, found)
        assert len(heard) > 15 and 16 not in heard  # somebody never spoke
        table = lines(conn, NOW)
        assert len(table) == 2 + len(found.tasks)
        for task, line in zip(found.tasks, table[2:], strict=True):
            assert line.startswith(f"| {task.no} {task.title} |") and f"| {task.no} {task.title} |" in doc
            assert TRY[task.no].words in doc

    async with Database(f"sqlite:///{tmp_path / 'demo.db'}", KEYS) as db:
        await db.run(fill)
        await db.read(count)


def test_what_one_is_told_to_type_is_a_command_of_that_post() -> None:
    commands = {word: one for subject in SUBJECTS for one in subject.commands for word in one.words}
    for no, one in TRY.items():
        needs = commands[one.words].needs
        assert needs is not None and TABLE[one.role, needs] is not Scope.NONE, no
    named = set(re.findall(r"`([\u4e00-\u9fff]+)`", DOC.read_text(encoding="utf-8")))
    assert len(named) > 40 and named <= set(commands)


def test_the_list_behind_a_figure_is_one_the_county_may_open() -> None:
    needs = {one.name: one.needs for subject in SUBJECTS for one in subject.commands}
    files = sorted(Path(demo.__file__).with_name("plan_measures").glob("*.py"))
    source = "".join(one.read_text(encoding="utf-8") for one in files)
    names = {part.split('"')[1] for part in source.split("open=(")[1:] if part.startswith('"')} | {"board", "referrals"}
    assert len(names) > 8
    for name in names:
        action = needs[name]
        assert action is not None and TABLE[Role.COUNTY, action] is Scope.COUNTY, name
