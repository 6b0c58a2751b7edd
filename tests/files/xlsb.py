"""The smallest xlsb a reader accepts: one sheet of texts, for tests. No library here writes one ([MS-XLSB] 2.1.4, 2.4)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence


def _record(kind: int, body: bytes = b"") -> bytes:
    def seven_bits(number: int) -> bytes:
        out = bytearray()
        while True:
            out.append((number & 0x7F) | (0x80 if number > 0x7F else 0))
            number >>= 7
            if not number:
                return bytes(out)

    name = bytes([kind]) if kind < 0x80 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    return name + seven_bits(len(body)) + body


def _text(said: str) -> bytes:
    raw = said.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with this one sheet."""
    sheet_rows = b"".join(
        _record(0, struct.pack("<I", line) + bytes(21))
        + b"".join(_record(6, struct.pack("<II", place, 0) + _text(cell)) for place, cell in enumerate(row))
        for line, row in enumerate(rows)
    )
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = _record(129) + _record(148, size) + _record(145) + sheet_rows + _record(146) + _record(130)
    sheets = _record(156, struct.pack("<II", 0, 1) + _text("rId1") + _text(name))
    book = _record(131) + _record(143) + sheets + _record(144) + _record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        pack.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        pack.writestr("xl/workbook.bin", book)
        pack.writestr("xl/worksheets/sheet1.bin", sheet)
        pack.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{links}"><Relationship Id="rId1" Type="{kind}/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
    return stream.getvalue()
