"""A password on Excel and Word files: nothing can be read without it, and with it the file is what it was."""

from __future__ import annotations

import io

import msoffcrypto
import pytest
from msoffcrypto.exceptions import InvalidKeyError
from xlsxwriter import Workbook

from files.office_lock import locked

PASSWORD = "k7mf-3xqp-w9dr"


def book(rows: int) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as made:
        sheet = made.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, ["殷小虎", "620799201605080119"])
    return out.getvalue()


def opened(closed: bytes, password: str) -> bytes:
    file, out = msoffcrypto.OfficeFile(io.BytesIO(closed)), io.BytesIO()
    file.load_key(password=password, verify_password=True)
    file.decrypt(out, verify_integrity=True)
    return out.getvalue()


@pytest.mark.parametrize("rows", [1, 3000])
def test_a_locked_file_opens_with_its_password_and_is_what_it_was(rows: int) -> None:
    content = book(rows)
    assert opened(locked(content, PASSWORD), PASSWORD) == content


def test_another_password_opens_nothing_and_nothing_stands_in_the_file() -> None:
    closed = locked(book(50), PASSWORD)
    assert b"PK\x03\x04" not in closed and b"xl/workbook.xml" not in closed
    with pytest.raises(InvalidKeyError):
        opened(closed, "k7mf-3xqp-w9ds")


def test_no_sensitive_file_is_made_without_a_password() -> None:
    with pytest.raises(ValueError, match="never left open"):
        locked(b"x", "")
