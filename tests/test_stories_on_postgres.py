"""A handful of the stories of tests/stories once more, word for word, on PostgreSQL."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.cast import XIAOHU
from tests.house import KEYS, TestHouse, fill
from tests.postgres import Server
from tests.stories import test_report_arrives as report_arrives
from tests.stories import test_visit as visit

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
async def house(postgres_server: Server, tmp_path: Path) -> AsyncIterator[TestHouse]:
    """The bot with the cast, as in tests/conftest.py, its database a PostgreSQL of its own."""

    def build(url: str) -> None:
        asyncio.run(fill(url))

    template = await asyncio.to_thread(postgres_server.template, f"the cast of {XIAOHU.id}", build)
    with postgres_server.fresh_database(template) as url:
        house = await TestHouse(tmp_path / "unused", KEYS, url).open()
        yield house
        await house.close()


def again(story: Callable[[TestHouse], Awaitable[None]]) -> Callable[[TestHouse], Awaitable[None]]:
    @functools.wraps(story)
    async def on_postgres(house: TestHouse) -> None:
        await story(house)

    return on_postgres


test_several_children_in_one_go = again(visit.test_several_children_in_one_go)
test_a_restart_in_the_middle_loses_nothing = again(visit.test_a_restart_in_the_middle_loses_nothing)
test_a_double_tap_saves_once = again(visit.test_a_double_tap_saves_once)
test_a_correction_keeps_the_old_version_and_moves_the_due_days = again(
    visit.test_a_correction_keeps_the_old_version_and_moves_the_due_days
)
test_another_persons_button_and_another_villages_child_are_refused = again(
    visit.test_another_persons_button_and_another_villages_child_are_refused
)
test_a_report_gets_a_number_and_reaches_police_supervisor_and_county = again(
    report_arrives.test_a_report_gets_a_number_and_reaches_police_supervisor_and_county
)
