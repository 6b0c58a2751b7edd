"""审计包: the yearly figures, from the books, with nobody in them; the list of fields read off the models."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from db import audit_pack
from db.models import children, guardians
from db.rows import opened
from domain.audit_pack import band, sort_of
from files.audit_pack import workbook
from tests.security.conftest import NOW, inside

pytestmark = pytest.mark.slow


def test_age_bands_are_the_laws() -> None:
    today = date(2026, 11, 22)
    assert [band(born, today) for born in (date(2012, 11, 23), date(2012, 11, 22), date(2008, 11, 22), None)] == [
        "<14",
        "14-17",
        "18+",
        "unknown",
    ]


def test_a_line_of_the_journal_is_of_one_sort() -> None:
    found = {
        action: sort_of(action) for action in ("child.read", "export.made", "referral.sent", "contact.saved", "denied")
    }
    assert list(found.values()) == ["read", "export", "share", "change", "refused"]


def test_the_pack_holds_every_question_of_the_audit_and_nobody(county: Path) -> None:
    def look(conn: object) -> tuple[audit_pack.Pack, set[str]]:
        from sqlalchemy import select

        words = {opened(conn, children, row)["name"] for row in conn.execute(select(children))}  # type: ignore[attr-defined,arg-type]
        words |= {opened(conn, guardians, row)["name"] for row in conn.execute(select(guardians))}  # type: ignore[attr-defined,arg-type]
        return audit_pack.collect(conn, 2026, NOW), words  # type: ignore[arg-type]

    pack, words = inside(county, look)
    assert sum(pack.children.values()) == 100
    assert ("children", "name", True) in pack.fields and ("outbox", "params", True) in pack.fields
    assert pack.shares["reports"] >= 10 and set(pack.overdue) == {name for name, _, _ in pack.keeping}
    book = openpyxl.load_workbook(BytesIO(workbook(pack)))
    assert len(book.sheetnames) == 9
    said = {str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None}
    assert not words & said and not any(word in text for word in words for text in said if len(word) > 2)
