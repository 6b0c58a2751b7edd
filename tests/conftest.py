"""Shared by all tests: the house with the cast in it, and a fast way to get a fresh one."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the whole bot hangs on it: the process that only hands out the tests never loads it
    from tests.house import TestHouse

pytest_plugins = ["tests.postgres"]

# What `./test --fast` runs of the gateway; the rest of it starts servers by the hundred and counts as slow.
QUICK_GATEWAY = ("test_messages.py", "test_text.py", "test_page.py", "test_updates.py", "test_signing_in.py")
# Long stories of reports, papers and agreements, each several people over several days.
LONG_STORIES = (
    "test_agreement.py", "test_case.py", "test_case_lists.py", "test_case_sight.py", "test_case_tasks.py", "test_drill.py", "test_help.py",
    "test_note_cards.py", "test_note_evidence.py", "test_papers.py", "test_report_clocks.py", "test_report_half_told.py",
    "test_report_figures.py", "test_reminders.py", "test_reminders_once.py", "test_snooze.py", "test_week.py", "test_asked.py",
    "test_report_life.py", "test_report_drills.py", "test_report_route.py", "test_outbox_hours.py", "test_health.py",
)  # fmt: skip

# Each of their tests makes PDFs, pictures, workbooks or a migrated data directory.
COSTLY = (
    "test_charts.py", "test_child_papers.py", "test_due.py", "test_fonts.py", "test_ledgers.py", "test_national.py",
    "test_office_lock.py", "test_report_form.py", "test_summary.py", "test_summary_down.py", "test_wall.py",
    "test_word_templates.py", "test_work_log_sheet.py",
)  # fmt: skip

# Half a minute and more each: begun first, so that no process is left alone with one of them at the end.
LONGEST = (
    "test_torture.py", "test_message_life.py", "test_simulate.py", "test_scripts.py", "test_stories_on_postgres.py",
    "test_app_offline.py", "test_app_settings.py", "test_app_lock.py", "test_app_everybody.py", "test_reminders.py",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones are slow as a whole, so that the quick tests stay under a minute, and come first."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    for item in items:
        name, gateway = item.path.name, item.path.parent.name in ("gateway", "clients")
        if (gateway and name not in QUICK_GATEWAY) or (not gateway and name in (*LONG_STORIES, *COSTLY)):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end; looking through it for garbage took a fifth of the whole run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.house import make_template

    return asyncio.run(make_template(tmp_path_factory.mktemp("template")))


@pytest.fixture
async def house(template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[TestHouse]:
    """A bot with the cast (tests/cast.py) on a database of its own; with STORIES_ON=postgresql that is a PostgreSQL."""
    from tests.house import KEYS, TestHouse, copy_template, house_on_postgresql

    if os.environ.get("STORIES_ON") == "postgresql":
        server = request.getfixturevalue("postgres_server")
        async with house_on_postgresql(server, tmp_path / "unused") as house:
            yield house
        return
    house = TestHouse(copy_template(template, tmp_path / "house.sqlite3"), KEYS)
    await house.open()
    yield house
    await house.close()


@pytest.fixture
async def quiet_house(house: TestHouse) -> TestHouse:
    """A house in which nothing is left to do (tests/stories/mornings.py)."""
    from tests.stories.mornings import make_quiet

    await make_quiet(house)
    return house
