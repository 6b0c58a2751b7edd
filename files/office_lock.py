"""A password on Excel and Word files, so that they open with it in Excel, WPS and LibreOffice themselves.

ECMA-376 agile encryption (AES-256), by msoffcrypto-tool. Chosen over an AES-ZIP because a village's phone opens it
without any further program.
"""

from __future__ import annotations

import io


def locked(content: bytes, password: str) -> bytes:
    """An xlsx or docx that opens with the password only. Raises ValueError for an empty password."""
    from msoffcrypto.format.ooxml import OOXMLFile  # when a paper is made: megabytes that most days nobody needs

    if not password:
        raise ValueError("a sensitive file is never left open")
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, out)
    return out.getvalue()
