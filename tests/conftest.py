"""Shared by all tests: the house with the cast in it, and a fast way to get a fresh one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import KEYS, TestHouse, copy_template, make_template

pytest_plugins = ["tests.postgres"]

# What `./test --fast` runs of the gateway; the rest of it starts servers by the hundred and counts as slow.
QUICK_GATEWAY = ("test_messages.py", "test_text.py", "test_page.py", "test_updates.py", "test_signing_in.py")
# Long stories of reports, papers and agreements, each several people over several days.
LONG_STORIES = (
    "test_agreement.py", "test_case.py", "test_case_lists.py", "test_case_tasks.py", "test_drill.py", "test_help.py",
    "test_note_cards.py", "test_note_evidence.py", "test_papers.py", "test_report_clocks.py", "test_report_figures.py",
    "test_reminders.py", "test_snooze.py", "test_week.py", "test_asked.py", "test_report_life.py",
    "test_report_drills.py", "test_report_route.py", "test_outbox_hours.py", "test_health.py",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones are slow as a whole, so that the quick tests stay under a minute."""
    for item in items:
        name, folder = item.path.name, item.path.parent.name
        if (folder == "gateway" and name not in QUICK_GATEWAY) or (folder != "gateway" and name in LONG_STORIES):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import asyncio

    return asyncio.run(make_template(tmp_path_factory.mktemp("template")))


@pytest.fixture
async def house(template: Path, tmp_path: Path) -> AsyncIterator[TestHouse]:
    """A bot with the cast (tests/cast.py) on a database of its own."""
    house = TestHouse(copy_template(template, tmp_path / "house.sqlite3"), KEYS)
    await house.open()
    yield house
    await house.close()
