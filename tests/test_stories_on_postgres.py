"""A handful of the stories of tests/stories once more, word for word, on PostgreSQL."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.house import TestHouse, house_on_postgresql
from tests.postgres import Server
from tests.stories import test_report_arrives as report_arrives
from tests.stories import test_visit as visit

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
async def house(postgres_server: Server, tmp_path: Path) -> AsyncIterator[TestHouse]:
    async with house_on_postgresql(postgres_server, tmp_path / "unused") as house:
        yield house


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
