"""Every address of the gateway, asked with somebody else's session, with none, and with the wrong key: all refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from gateway.server import _routes
from tests.gateway.conftest import XIUYING, new_bot, new_phone, running
from tests.gateway.sides import Phone
from tests.gateway.test_files import png

pytestmark = pytest.mark.slow

# What needs no session, each with its reason.
OPEN = {
    "/": "the front page", "/l": "a code is typed here; guessing is slowed down", "/l/{code}": "the code is the key",
    "/b/{bot}": "says which bot it is; entering asks for a session", "/demo": "closed unless it is a demo",
    "/demo/wall": "closed unless it is a demo", "/health": "no content", "/healthz": "no content", "/metrics": "counts only",
    "/sw.js": "the page's own program", "/web/version": "the page's own program", "/web/{path:path}": "the page's own program",
}  # fmt: skip


class Two:
    """王秀英 with a chat, a file and a group; somebody else with a session of his own."""

    url: str
    victim: Phone
    other: Phone
    holes: dict[str, Any]
    said: str = "昨天去了殷小虎家"


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with running(tmp_path / "gateway") as gateway:
        two, bot = Two(), await new_bot(gateway)
        two.url, two.victim = gateway.url, await new_phone(gateway, bot)
        await two.victim.send(two.said)
        await two.victim.send_file("a.png", png(), "photo", caption=two.said)
        messages = (await two.victim.history())["messages"]
        group = await gateway.group("新坝镇", [bot], [XIUYING])
        stranger = await gateway.person("马强", bot)
        two.other = Phone(gateway.url)
        await two.other.open(await gateway.link(stranger, bot))
        file_id = next((str(value) for value in _files(messages)), "x")
        two.holes = {
            "user": XIUYING, "bot": bot.username, "group": -group, "message": messages[0]["message_id"], "file_id": file_id,
            "token": bot.token[:-4] + "AAAA", "method": "getUpdates", "path": "photos/1.jpg", "id": 1,
        }  # fmt: skip
        yield two


def _files(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in ([inner] if key == "file_id" else _files(inner))]
    return [one for inner in value for one in _files(inner)] if isinstance(value, list) else []


def _asked() -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for route in _routes()
        if isinstance(route, Route) and route.path not in OPEN and not route.path.startswith("/devices/")
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


async def test_every_address_refuses_somebody_elses_session_and_none_at_all(two: Two) -> None:
    nobody = httpx.AsyncClient(base_url=two.url)
    before = (await two.victim.history())["messages"]
    through: list[str] = []
    for method, path in _asked():
        address = path.replace(":int", "").replace(":path", "").format_map(two.holes)
        body = {
            "text": "x",
            "message_id": two.holes["message"],
            "data": "x",
            "client_id": "c",
            "option_ids": [0],
            "emoji": "👍",
        }
        for who, client in (("other", two.other.http), ("nobody", nobody)):
            headers = {"X-CSRF": two.other.csrf, "Origin": two.url}
            answer = await client.request(method, address, json=body if method != "GET" else None, headers=headers)
            if answer.status_code not in (303, 401, 403, 404, 429) or two.said in answer.text:
                through.append(f"{who} {method} {path}: {answer.status_code}")
            if answer.status_code == 303:
                assert answer.headers["location"] in ("/", "/demo"), path
    await nobody.aclose()
    assert through == []
    assert (await two.victim.history())["messages"] == before


async def test_the_same_addresses_answer_their_owner(two: Two) -> None:
    """Else the refusals above would prove nothing."""
    for path in ("/api/me", "/api/messages", f"/file/{two.holes['file_id']}"):
        assert (await two.victim.http.get(two.victim.base + path)).status_code == 200, path


async def test_a_change_without_the_pages_own_word_is_refused_even_to_the_owner(two: Two) -> None:
    for method, path in _asked():
        if method == "POST" and path.startswith("/c/"):
            address = path.replace(":int", "").replace("/g/{group}", "").format_map(two.holes)
            assert (await two.victim.http.post(address, json={"text": "x"})).status_code in (403, 404), path


async def test_ones_devices_are_ones_own(two: Two) -> None:
    mine = (await two.victim.http.get("/devices/api/list")).json()
    theirs = (await two.other.http.get("/devices/api/list")).json()
    ids = {one["id"] for one in mine["devices"]}
    assert ids and ids.isdisjoint(one["id"] for one in theirs["devices"])
    for device in ids:
        await two.other.http.post(
            "/devices/api/revoke", json={"id": device}, headers={"X-CSRF": two.other.csrf, "Origin": two.url}
        )
    assert (await two.victim.http.get(two.victim.base + "/api/me")).status_code == 200
