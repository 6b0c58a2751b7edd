"""Whoever hangs up in the middle of a request is no failure of the gateway."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from gateway.server import create_app
from gateway.store import bots
from gateway.store.database import opened


@pytest.mark.parametrize("page", [False, True])
async def test_a_call_broken_off_half_way_is_not_logged_as_a_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, page: bool
) -> None:
    with opened(tmp_path) as tx:
        token = bots.add(tx, "小苗", "xiaomiao_bot")
    app = create_app(tmp_path)
    path = "/admin/users" if page else f"/bot{token}/sendMessage"
    key = f"Bearer {app.state.gateway.admin_key}".encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
        "raw_path": path.encode(), "query_string": b"", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [
            (b"host", b"x"), (b"content-type", b"application/json"), (b"content-length", b"99"), (b"authorization", key),
        ],
    }  # fmt: skip
    calls = [{"type": "http.request", "body": b'{"chat_id": 1', "more_body": True}]

    async def receive() -> Any:
        return calls.pop(0) if calls else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        assert message.get("status", 0) < 500

    try:
        with caplog.at_level(logging.WARNING):
            await app(scope, receive, send)
    finally:
        app.state.gateway.db.close()
    assert caplog.records == []
