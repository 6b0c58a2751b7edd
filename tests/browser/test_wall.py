"""The wall in a real browser: opened by its link, drawn, refreshed, closed; on a phone and on a large screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from bot.wall.server import application
from db import people, wall
from db.session import Database
from domain import units
from tests import cast
from tests.browser.conftest import REPORT_VIOLATIONS
from tests.house import KEYS, NOON, copy_template

pytestmark = pytest.mark.slow


class Wall:
    """The wall's server on a thread of its own, over a database with the cast in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.keys = path, dict[str, str]()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()
        assert self.ready.wait(20)

    async def run(self) -> None:
        async with Database(f"sqlite+aiosqlite:///{self.path}", KEYS) as db:
            for person in (cast.HEJING, cast.LEADER):
                me = await db.read(lambda conn, person=person: people.me_of(conn, person.chat_id))  # type: ignore[misc]
                self.keys[person.name] = await db.run(lambda conn, me=me: wall.make_link(conn, me.person_id, NOON))  # type: ignore[misc]
            app = application(db, units.load(demo=True), demo=True, now=lambda: NOON)
            self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
            task = asyncio.ensure_future(self.server.serve())
            while not self.server.started:
                await asyncio.sleep(0.02)
            self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
            self.ready.set()
            await task

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def the_wall(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    running = Wall(copy_template(template, tmp_path_factory.mktemp("wall") / "wall.sqlite3"))
    yield running
    running.stop()


def visit(browser: Browser, wall_: Wall, person: cast.Person, wide: int, high: int) -> tuple[Page, list[str]]:
    """The page behind somebody's link, and everything that went wrong or was asked of somebody else."""
    page = browser.new_context(viewport={"width": wide, "height": high}, locale="zh-CN").new_page()
    trouble: list[str] = []
    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda asked: trouble.append(asked.url) if not asked.url.startswith(wall_.url) else None)
    page.goto(f"{wall_.url}/wall#{wall_.keys[person.name]}")
    expect(page.locator("main")).to_have_attribute("aria-busy", "false")
    return page, trouble


def test_the_county_sees_villages_on_a_large_screen_and_can_close_the_wall(browser: Browser, the_wall: Wall) -> None:
    page, trouble = visit(browser, the_wall, cast.HEJING, 1920, 1080)
    expect(page.get_by_role("heading", level=1)).to_contain_text("高台县")
    expect(page.get_by_role("heading", name="各村：本月还没联系到的孩子")).to_be_visible()
    expect(page.locator(".squares").first).to_contain_text("暖泉")
    expect(page.get_by_role("img", name="要抓紧").first).to_be_visible()
    assert page.locator(".tasks li").count() == 19
    assert page.url == f"{the_wall.url}/wall"  # the link's word does not stay in the address
    wide = page.locator(".p-late, .p-waiting").first.evaluate("one => one.getBoundingClientRect().width")
    assert wide > 2
    page.reload()  # the session stands, the link is used up
    expect(page.get_by_role("heading", level=1)).to_contain_text("高台县")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    page.emulate_media(media="screen")
    assert trouble == []
    page.get_by_role("button", name="关掉大屏").click()
    expect(page.locator(".notice")).to_contain_text("大屏")


def test_a_leader_sees_towns_only_on_a_phone_and_nothing_is_wider_than_it(browser: Browser, the_wall: Wall) -> None:
    page, trouble = visit(browser, the_wall, cast.LEADER, 390, 844)
    expect(page.get_by_role("heading", name="各镇：本月联系")).to_be_visible()
    expect(page.get_by_role("heading", name="各村")).to_have_count(0)
    text = page.inner_text("body")
    assert "新坝镇" in text
    assert not [child.name for child in cast.CHILDREN if child.name in text]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert trouble == []


def test_without_a_link_there_is_a_sentence_and_no_figure(browser: Browser, the_wall: Wall) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{the_wall.url}/wall")
    expect(page.locator(".notice")).to_contain_text("请在聊天里发「大屏」")
    assert "新坝镇" not in page.inner_text("body")
