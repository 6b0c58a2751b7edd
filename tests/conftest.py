"""Shared by all tests: the house with the cast in it, and a fast way to get a fresh one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import KEYS, TestHouse, copy_template, make_template

pytest_plugins = ["tests.postgres"]


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
