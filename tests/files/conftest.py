"""Shared by the tests of papers: one child with everything on file."""

from __future__ import annotations

import pytest

from files.child_record import Record
from tests.files.child_on_paper import record


@pytest.fixture(scope="module")
def whole() -> Record:
    return record()
