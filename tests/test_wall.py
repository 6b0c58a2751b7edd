"""The wall: opened by a one-time link from the chat, for those who see the county, until the session's end."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from bot.handlers.wall import opens_only_here
from bot.settings import Settings
from bot.wall.server import COOKIE, HEADERS, PAGE, URL, application
from db import wall
from db.migrate import put_meta
from db.models import journal, people, wall_passes
from domain.contacts import Kind
from tests import cast
from tests.cast import HEJING, LEADER
from tests.house import TestHouse
from tests.stories.summary_figures import meet

OPS = Path(__file__).parents[1] / "docs" / "ops"
ADDRESS = "http://127.0.0.1:8083"


@pytest.fixture
async def browser(house: TestHouse) -> AsyncIterator[httpx.AsyncClient]:
    await house.db.run(lambda conn: put_meta(conn, URL, ADDRESS))
    app = application(house.db, house.tree, demo=True, now=lambda: house.now)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
        yield client


async def link(house: TestHouse, person: cast.Person) -> str:
    """The word behind the # of the link the chat gives."""
    phone = house.phone(person)
    await phone.send("大屏")
    buttons = [one for row in phone.last.buttons or [] for one in row]
    url = next(one["url"] for one in buttons if "url" in one)
    assert url.startswith(f"{ADDRESS}/wall#")
    return str(url.partition("#")[2])


async def opened(browser: httpx.AsyncClient, key: str) -> httpx.Response:
    return await browser.post("/wall/open", content=json.dumps(key), headers={"Content-Type": "application/json"})


async def test_a_link_opens_once_and_its_session_shows_the_figures_of_the_chat(
    house: TestHouse, browser: httpx.AsyncClient
) -> None:
    key = await link(house, HEJING)
    assert (await browser.get("/wall/figures")).status_code == 401
    assert (await opened(browser, key)).status_code == 200
    shown = (await browser.get("/wall/figures")).json()
    assert "在册儿童 5 名" in shown["coverage"]["scope"][1]
    assert sum(town["squares"][0]["n"] for town in shown["squares"]["towns"]) >= 1
    assert len(shown["board"]["tasks"]) == 19
    browser.cookies.clear()
    assert (await opened(browser, key)).status_code == 403
    assert (await browser.get("/wall/figures")).status_code == 401
    noted = await house.look(lambda conn: conn.execute(select(journal.c.action)).scalars().all())
    assert [one for one in noted if one.startswith("wall.")] == ["wall.link", "wall.opened"]


async def test_leaders_see_towns_without_small_cells_and_nobody_sees_a_name(
    house: TestHouse, browser: httpx.AsyncClient
) -> None:
    await opened(browser, await link(house, LEADER))
    answer = await browser.get("/wall/figures")
    shown = answer.json()
    assert shown["squares"] is None
    assert {row["contacted"] for row in shown["coverage"]["rows"]} == {"＊/＊"}
    assert not {month[part] for month in shown["months"]["months"] for part in ("done", "left")} & {1, 2, 3, 4}
    browser.cookies.clear()
    await opened(browser, await link(house, HEJING))
    for child in cast.CHILDREN:
        assert child.name not in answer.text
        assert child.name not in (await browser.get("/wall/figures")).text


async def test_the_figures_are_live_within_half_a_minute(house: TestHouse, browser: httpx.AsyncClient) -> None:
    await opened(browser, await link(house, HEJING))
    before = (await browser.get("/wall/figures")).json()["coverage"]["figures"][0]["value"]
    await meet(house, cast.XIAOHU, Kind.HOME_VISIT)
    house.pass_time(seconds=30)
    after = (await browser.get("/wall/figures")).json()["coverage"]["figures"][0]["value"]
    assert int(after) == int(before) + 1


@pytest.mark.parametrize("how", ["link too old", "another link", "session over", "closed", "left", "forged"])
async def test_what_no_longer_holds_shows_nothing(house: TestHouse, browser: httpx.AsyncClient, how: str) -> None:
    key = await link(house, HEJING)
    if how == "link too old":
        house.pass_time(minutes=11)
    elif how == "another link":
        await link(house, HEJING)
    elif how == "forged":
        key = "x" * 43
    done = await opened(browser, key)
    if how in ("link too old", "another link", "forged"):
        assert done.status_code == 403
    else:
        assert (await browser.get("/wall/figures")).status_code == 200
        if how == "session over":
            house.pass_time(seconds=(wall.SESSION_GOOD_FOR + timedelta(seconds=1)).total_seconds())
        elif how == "closed":
            session = browser.cookies[COOKIE]
            await browser.post("/wall/close")
            browser.cookies.set(COOKIE, session)
        else:
            gone = update(people).where(people.c.chat_id == HEJING.chat_id).values(left_on=house.today)
            await house.db.run(lambda conn: conn.execute(gone))
    assert (await browser.get("/wall/figures")).status_code == 401


async def test_a_foreign_page_can_open_and_close_nothing(house: TestHouse, browser: httpx.AsyncClient) -> None:
    key = await link(house, HEJING)
    foreign = {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}
    assert (await browser.post("/wall/open", content=json.dumps(key), headers=foreign)).status_code == 403
    assert (await browser.post("/wall/open", data={"key": key})).status_code == 403
    assert (
        await browser.post("/wall/open", content=b"x" * 9999, headers={"Content-Type": "application/json"})
    ).status_code == 403
    await opened(browser, key)
    await browser.post("/wall/close", headers={"Sec-Fetch-Site": "cross-site"}, cookies={})
    browser.cookies.clear()
    rows = await house.look(lambda conn: conn.execute(select(wall_passes)).all())
    assert rows[0].until > house.now  # nobody's session was ended
    stored = json.dumps([str(value) for row in rows for value in row])
    assert key not in stored


async def test_a_link_word_of_unknown_length_is_refused_before_it_is_read(browser: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b"x" * 100_000

    answer = await browser.post("/wall/open", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 403 and taken <= 1


async def test_a_wrong_address_is_answered_with_the_same_headers_and_leads_nowhere(browser: httpx.AsyncClient) -> None:
    for method, path, status in (("GET", "/wall/", 404), ("GET", "/wall/figures/", 404), ("DELETE", "/wall", 405)):
        answer = await browser.request(method, path, headers={"Host": "evil.example"})
        assert (answer.status_code, "location" in answer.headers) == (status, False)
        assert all(answer.headers[name] == value for name, value in HEADERS.items())


async def test_over_https_the_walls_cookie_is_held_to_this_very_host(
    house: TestHouse, browser: httpx.AsyncClient
) -> None:
    key = await link(house, HEJING)
    app = application(house.db, house.tree, demo=True, secure=True, now=lambda: house.now)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://chat.example.cn") as client:
        answer = await opened(client, key)
        name, _, rest = answer.headers["set-cookie"].partition("=")
        assert name == f"__Host-{COOKIE}" and {"Secure", "HttpOnly", "Path=/"} <= set(rest.split("; "))
        assert "includeSubDomains" in answer.headers["strict-transport-security"]
        assert (await client.get("/wall/figures")).status_code == 200
        client.cookies.set(COOKIE, client.cookies[name])
        client.cookies.delete(name)
        assert (await client.get("/wall/figures")).status_code == 401


async def test_only_those_who_see_the_county_get_a_link_and_only_where_the_wall_runs(house: TestHouse) -> None:
    assert "大屏还没有开" in await house.phone(HEJING).send("大屏")
    for who in (cast.YULAN, cast.JIANGUO, cast.MAGUANG, cast.ADMIN, cast.AUDITOR):
        assert "不能做这个" in await house.phone(who).send("/wall")


def test_a_link_that_opens_on_this_machine_only_is_known_and_the_samples_lead_to_the_wall() -> None:
    for address in ("http://127.0.0.1:8083", "http://localhost:8083", "http://[::1]:8083", "http://0.0.0.0:8083"):
        assert opens_only_here(address)
    for address in ("https://chat.example.cn", "http://192.168.3.7:8083"):
        assert not opens_only_here(address)
    port = Settings.model_fields["wall_port"].default
    for sample in ("Caddyfile", "nginx.conf"):
        assert f"127.0.0.1:{port}" in (OPS / sample).read_text(encoding="utf-8")


async def test_the_page_is_strict_and_asks_nobody_outside(browser: httpx.AsyncClient) -> None:
    for path in ("/wall", "/wall/wall.js", "/wall/wall.css", "/wall/icon.svg"):
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    for file in PAGE.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|@import|innerHTML|style=|onclick=|localStorage", text), file.name
