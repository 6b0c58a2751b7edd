"""The press of every paper on A4: a template and plain values in, pages out.

One typst compiler at a time, only our own fonts, in the one thread that owns it. What somebody wrote travels as JSON
values and is never read as markup, and nothing is written to disk. No character is ever printed as an empty box.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from files.charts import FONTS, TEMPLATES, ChartFailed
from files.fonts.covered import missing, printable

if TYPE_CHECKING:
    import typst

GETA = "〓"
_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="papers")


def pdf(template: str, data: Mapping[str, Any], *, strict: bool = False) -> bytes:
    """The pages as one PDF without a password.

    A character that our fonts lack is a 〓, as Chinese printers set it; with `strict`, where the same paper can be had
    as Word or Excel, it raises ChartFailed.
    """
    found = _press.submit(_typeset, template, data, "pdf", None, strict).result()
    assert isinstance(found, bytes)
    return found


def pictures(template: str, data: Mapping[str, Any], ppi: float = 72.0) -> list[bytes]:
    """The same pages as PNG, for looking at; never sent."""
    found = _press.submit(_typeset, template, data, "png", ppi).result()
    return found if isinstance(found, list) else [found]


@cache
def _fonts() -> typst.Fonts:
    import typst  # with the first page: megabytes that a bot without one does not need

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _typeset(
    template: str, data: Mapping[str, Any], form: Any, ppi: float | None, strict: bool = False
) -> bytes | list[bytes]:
    import typst

    said = json.dumps(printable(data), ensure_ascii=False)
    lacking = missing(said)
    if lacking and strict:
        raise ChartFailed(f"{template}: a character without a glyph")  # which one could be part of a name
    said = said.translate({ord(char): GETA for char in lacking})
    # a new compiler each time: a kept one would remember the last family it printed
    press = typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs={"data": said},
    )  # fmt: skip
    try:
        found, warnings = press.compile_with_warnings(format=form, ppi=ppi)
    except typst.TypstError as error:
        raise ChartFailed(f"{template}: {error.message}") from None  # its diagnostic could quote a name
    if warnings:
        raise ChartFailed(f"{template}: {'; '.join(warning.message for warning in warnings)}")
    assert found is not None
    return found
