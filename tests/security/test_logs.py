"""What the program writes about itself: ids and places in the code, never what somebody said."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import logs, worker
from bot.work import Work
from tests.cast import XIAOHU, YULAN
from tests.house import TestHouse


async def test_the_log_of_a_failure_holds_ids_only(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()  # a logger of its own: whatever ran before in this process may have configured the shared ones
    plain = structlog.wrap_logger(
        structlog.PrintLogger(out),
        processors=[structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.BoundLogger,
    )
    monkeypatch.setattr(worker, "log", plain)

    def breaks(work: Work, *rest: Any) -> None:
        raise ValueError(f"{work.said} {XIAOHU.id_no} {YULAN.phone}")

    monkeypatch.setattr(house.worker.router, "route", breaks)
    with contextlib.suppress(RuntimeError):  # nothing is said before the third try
        await house.phone(YULAN).send("殷小虎胳膊上有伤 10012345678")
    said = out.getvalue()
    assert "broke" in said and "ValueError" in said
    for word in ("殷小虎", "胳膊", "10012345678", str(XIAOHU.id_no), YULAN.phone, YULAN.name, str(YULAN.chat_id)):
        assert word not in said


def test_a_line_of_the_log_file_is_one_json_object(tmp_path: Path) -> None:
    import logging

    root, before, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level
    try:
        logs.set_up(tmp_path, "INFO")
        structlog.get_logger("test").error("broke", reference="abcd", row="1")
        line = json.loads((tmp_path / "xiaomiao.log").read_text())
        assert (line["event"], line["reference"], line["level"]) == ("broke", "abcd", "error")
    finally:
        root.handlers, root.level = before, level
        structlog.reset_defaults()
