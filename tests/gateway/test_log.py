"""What the gateway writes down of itself: who came in and who did not, by number, a line each, never anybody's words."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from gateway import logs
from gateway.settings import Rate
from gateway.webhooks import _plain
from tests.gateway.conftest import XIUYING, new_phone
from tests.gateway.sides import BotSide, Phone, Running

pytestmark = pytest.mark.slow


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(logs.Lines().format(record)) for record in caplog.records if record.name == "gateway"]


async def test_who_came_in_and_who_was_not_let_in_is_written_down_by_number(
    gateway: Running, bot: BotSide, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gateway")
    phone = await new_phone(gateway, bot)
    stranger = await new_phone(gateway, bot, "李建国")
    device = (await phone.me())["device"]["id"]
    await stranger.http.get(f"{phone.base}/api/messages")
    await phone.http.post(f"{phone.base}/api/messages", json={"text": "小虎"})
    await phone.http.delete(f"{phone.base}/api/messages")
    await phone.http.post("/devices/api/pin", json={"pin": "2580"}, headers={"X-CSRF": phone.csrf})
    await phone.http.post("/devices/api/unlock", json={"pin": "0000"})
    await phone.http.post("/devices/api/revoke", json={"id": device}, headers={"X-CSRF": phone.csrf})
    await phone.http.get(phone.base)
    lines = told(caplog)
    events = [
        (line["event"], line.get("code") or line.get("device")) for line in lines if line["event"] != "admin_call"
    ]
    other = events[1][1]
    assert events == [
        ("signed_in", device), ("signed_in", other), ("refused", "not_yours"), ("refused", "csrf"),
        ("refused", "no_such_method"), ("device_set_pin", device), ("refused", "wrong_pin"),
        ("device_revoke", device), ("refused", "sign_in"),
    ]  # fmt: skip
    assert [line["route"] for line in lines if line["event"] == "admin_call"] == ["/admin/users", "/admin/links"] * 2
    refused = next(line for line in lines if line["event"] == "refused")
    assert refused["route"] == "/c/{user:int}/{bot}/api/messages"
    assert (refused["user"], refused["from"], refused["level"]) == (XIUYING, "127.0.0.1", "warning")
    whole = json.dumps(lines, ensure_ascii=False)
    for word in ("小虎", "王秀英", "2580", phone.http.cookies.get("xm_session") or "-", phone.csrf, "/l/"):
        assert word == "-" or word not in whole
    counted = (await phone.http.get("/metrics")).text
    assert 'gateway_refusals_total{code="not_yours"} 1.0' in counted


async def test_whoever_is_refused_a_thousand_times_does_not_fill_the_log(
    gateway: Running, bot: BotSide, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "WRITTEN", Rate(3, 0.0001))
    caplog.set_level(logging.INFO, "gateway")
    stranger = Phone(gateway.url)
    for _ in range(10):
        await stranger.http.get(f"/c/{XIUYING}/{bot.username}/api/me")
    assert len([line for line in told(caplog) if line["event"] == "refused"]) == 3
    assert 'gateway_refusals_total{code="sign_in"} 10.0' in (await stranger.http.get("/metrics")).text


def test_one_record_is_one_line_whatever_is_in_it() -> None:
    """A status line, an address or a path from outside may hold what ends a line or moves a terminal's cursor."""
    forged = "ok\n2026-01-01 signed_in user=1\r\x1b[2J\u2028\x85小虎"
    record = logging.LogRecord("gateway", logging.WARNING, "x.py", 1, "said %s", (forged,), None)
    line = logs.Lines().format(record)
    assert line.isascii() and line.isprintable() and json.loads(line)["event"] == f"said {forged}"
    assert _plain(forged) == "ok?2026-01-01 signed_in user=1??[2J????"


def test_the_words_of_an_exception_are_not_written_and_the_time_is_utc() -> None:
    try:
        raise ValueError("殷小虎")
    except ValueError as broken:
        told_of = (ValueError, broken, broken.__traceback__)
    said = "never retrieved\nfuture: <Task exception=ValueError('殷小虎')>"  # as asyncio says it
    record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, said, (), told_of)
    record.created = 0
    line = json.loads(logs.Lines().format(record))
    assert (line["timestamp"], line["trouble"], line["event"]) == ("1970-01-01T00:00:00Z", "ValueError", "never retrieved")
    assert "殷小虎" not in json.dumps(line, ensure_ascii=False) and line["at"].startswith("test_log.py:")
