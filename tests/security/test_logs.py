"""What the program writes about itself: ids and places in the code, never what somebody said."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import json
import logging
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
    root, before, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level
    try:
        logs.set_up(tmp_path, "INFO")
        structlog.get_logger("test").error("broke", reference="abcd", row="1")
        line = json.loads((tmp_path / "xiaomiao.log").read_text())
        assert (line["event"], line["reference"], line["level"]) == ("broke", "abcd", "error")
    finally:
        root.handlers, root.level = before, level
        structlog.reset_defaults()


def test_what_a_library_or_the_gateway_logs_is_one_such_line_too_without_an_exceptions_words(tmp_path: Path) -> None:
    root, before, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level
    try:
        logs.set_up(tmp_path, "INFO")
        try:
            raise ValueError(f"{XIAOHU.name} {XIAOHU.id_no}")
        except ValueError:
            logging.getLogger("asyncio").exception("Task exception was never retrieved\nforged line \x1b[2J\u2028")
        logging.getLogger("gateway").warning("refused", extra={"ids": {"code": "not_yours", "user": 100_001}})
        written = (tmp_path / "xiaomiao.log").read_text()
        never, refused = (json.loads(line) for line in written.splitlines())
        assert (never["trouble"], never["level"], never["logger"]) == ("ValueError", "error", "asyncio")
        assert (refused["event"], refused["code"], refused["user"]) == ("refused", "not_yours", 100_001)
        assert XIAOHU.name not in written and str(XIAOHU.id_no) not in written and written.isascii()
        assert never["timestamp"].endswith("Z") and never["at"].startswith("test_logs.py:")
    finally:
        root.handlers, root.level = before, level
        structlog.reset_defaults()


async def test_a_task_that_dies_unheard_leaves_its_kind_in_the_log_and_not_its_words(tmp_path: Path) -> None:
    """asyncio writes such a task down together with its exception: Task finished … exception=ValueError('…')."""
    root, before, level = logging.getLogger(), logging.getLogger().handlers, logging.getLogger().level

    async def dies() -> None:
        raise ValueError(f"{XIAOHU.name} {XIAOHU.id_no}")

    try:
        logs.set_up(tmp_path, "DEBUG")
        task = asyncio.ensure_future(dies())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()
        written = (tmp_path / "xiaomiao.log").read_text()
        assert "never retrieved" in written and "ValueError" in written
        assert str(XIAOHU.id_no) not in written and XIAOHU.name not in json.loads(written.splitlines()[-1])["event"]
        assert json.dumps(XIAOHU.name)[1:-1] not in written
    finally:
        root.handlers, root.level = before, level
        structlog.reset_defaults()
