"""审计包: the yearly figures, from the books, with nobody in them; the list of fields read off the models."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from bot.__main__ import main
from bot.words import Words
from db import audit_pack
from db.crypto import write_keyring
from db.models import children, guardians, journal
from db.rows import opened
from domain.audit_pack import band, sort_of
from domain.calendar import LOCAL
from domain.consent import ConsentKind
from files.audit_pack import workbook
from tests.security.conftest import KEYS, NOW, inside

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
        action: sort_of(action)
        for action in (
            "child.read",
            "export.made",
            "referral.sent",
            "contact.saved",
            "denied",
            "backup.made",
            "backup.old",
        )
    }
    assert list(found.values()) == ["read", "export", "share", "change", "refused", "export", "other"]


def test_the_pack_holds_every_question_of_the_audit_and_nobody(county: Path) -> None:
    def look(conn: object) -> tuple[audit_pack.Pack, set[str]]:
        words = {opened(conn, children, row)["name"] for row in conn.execute(select(children))}  # type: ignore[attr-defined,arg-type]
        words |= {opened(conn, guardians, row)["name"] for row in conn.execute(select(guardians))}  # type: ignore[attr-defined,arg-type]
        return audit_pack.collect(conn, 2026, NOW), words  # type: ignore[arg-type]

    pack, words = inside(county, look)
    assert sum(pack.children.values()) == 100
    assert ("children", "name", True) in pack.fields and ("outbox", "params", True) in pack.fields
    assert pack.shares["reports"] >= 10 and set(pack.overdue) == {name for name, _, _ in pack.keeping}
    book = openpyxl.load_workbook(BytesIO(workbook(pack, Words())))
    assert len(book.sheetnames) == 9
    said = {str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None}
    assert not words & said and not any(word in text for word in words for text in said if len(word) > 2)


def test_an_auditor_who_reads_chinese_only_can_read_all_of_it(county: Path) -> None:
    """Tables, columns and the names of journal lines are codes; everything else is a sentence or a name."""
    pack = inside(county, lambda conn: audit_pack.collect(conn, 2026, NOW))
    pack = replace(pack, consents={kind.value: 1 for kind in ConsentKind})
    book = openpyxl.load_workbook(BytesIO(workbook(pack, Words())))
    for name, columns in (
        ("一 孩子", 2),
        ("三 访问", 1),
        ("四 提供和同意", 1),
        ("六 保存和删除", 1),
        ("七 日志和事件", 1),
    ):
        for row in book[name].iter_rows(min_row=5, max_col=columns, values_only=True):
            assert all(any("一" <= sign <= "鿿" for sign in str(word)) for word in row), row
            assert not re.search("[a-z]{3}", " ".join(map(str, row))), row
    for name in ("六 保存和删除", "六附 长期保存"):
        for row in book[name].iter_rows(min_row=5, values_only=True):
            assert "一" <= str(row[-1])[0] <= "鿿" and "domain.md" not in str(row[-1]), row


@pytest.fixture
def in_service(county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same county as a data folder that the commands work on; its database."""
    for end in ("", "-wal"):
        if Path(f"{county}{end}").exists():
            shutil.copy(f"{county}{end}", tmp_path / f"xiaomiao.db{end}")
    write_keyring(KEYS, tmp_path / "keys.json")
    for name in ("COUNTY", "DATABASE_URL", "KEY_FILE", "XIAOMIAO_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", os.devnull)
    return tmp_path / "xiaomiao.db"


def test_an_incident_is_noted_as_a_code_and_counted(in_service: Path) -> None:
    year = datetime.now(LOCAL).year
    before = inside(in_service, lambda conn: audit_pack.collect(conn, year, NOW)).incidents
    assert main(arguments=["audit", "incident", "leak", "--on", f"{year}-01-01"]) == 0
    assert main(arguments=["audit", "incident", "张三的名册丢了"]) == 2
    assert main(arguments=["audit", "incident", "loss", "--on", "2999-01-01"]) == 2
    assert inside(in_service, lambda conn: audit_pack.collect(conn, year, NOW)).incidents == before + 1


def test_a_pack_that_cannot_be_written_is_refused_in_words_and_not_journaled(
    in_service: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def packed() -> int:
        query = select(func.count()).select_from(journal).where(journal.c.action == "audit.packed")
        return int(inside(in_service, lambda conn: conn.execute(query).scalar_one()))

    before = packed()
    assert main(arguments=["audit", "pack", str(in_service.parent / "nowhere" / "pack.xlsx")]) == 1
    assert "文件夹" in capsys.readouterr().err
    assert main(arguments=["audit", "pack", str(in_service.parent / "pack.xlsx"), "--year", "2999"]) == 2
    assert packed() == before
