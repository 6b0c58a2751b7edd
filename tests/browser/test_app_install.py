"""The page as an app on the phone: what is installed, how a new version comes, and how little goes over the wire."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .app_side import READY, Handset, NewHandset, box, said, texts, write
from .conftest import DESK, REPO, Bot, Gateway

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UPDATE = "有新版本，点这里更新"
FIRST_VIEW = 100 * 1024


class MovedGateway(Gateway):
    """A gateway whose page files lie in a copy, so that a test can bring out a new version of them."""

    def __init__(self, data: Path, code: Path) -> None:
        super().__init__(data)
        self.code = code
        self.web = code / "gateway" / "web"
        shutil.copytree(REPO / "gateway", code / "gateway", ignore=shutil.ignore_patterns("__pycache__"))

    def start(self) -> None:
        command = [sys.executable, "-m", "gateway", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data)], cwd=self.code, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("gateway ready")

    def new_version(self) -> None:
        self.kill()
        words = self.web / "words.js"
        words.write_text(
            words.read_text(encoding="utf-8").replace("bigType: '大字'", "bigType: '大号字'"), encoding="utf-8"
        )
        self.start()


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[MovedGateway]:
    gateway = MovedGateway(tmp_path / "data", tmp_path / "code")
    gateway.start()
    yield gateway
    gateway.kill()


def look_for_a_new_version(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.getRegistration('/').then((r) => r.update())")


def test_the_browser_finds_nothing_missing_for_installing_it(handset: NewHandset) -> None:
    phone = handset(DESK | {"is_mobile": False, "has_touch": False})
    phone.installed()
    phone.page.reload()
    session = phone.context.new_cdp_session(phone.page)
    manifest: dict[str, Any] = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    parsed = manifest["manifest"]
    assert parsed["startUrl"] == f"{phone.gateway.url}/"
    assert parsed["display"] == "kStandalone"
    assert parsed["name"] == "小苗"
    sizes = {(icon["sizes"], icon["purpose"]) for icon in json.loads(manifest["data"])["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    # the browser's own list: what it lists besides "incognito" would keep it from offering the installation
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in found if error["errorId"] != "in-incognito"] == []


def test_a_new_version_says_so_quietly_and_is_taken_with_a_tap(browser: Browser, moved: MovedGateway) -> None:
    bot = Bot(moved, moved.add_bot("小苗"))
    phone = Handset(browser, moved)
    page = phone.page
    phone.installed()
    page.reload()
    box(page).fill("写到一半")
    moved.new_version()
    look_for_a_new_version(page)
    expect(page.get_by_role("button", name=UPDATE)).to_be_visible()
    # until then the old version goes on as it is, also where it loads more of itself
    write(page, "旧版还能说话")
    assert texts(bot, phone.chat, 1) == ["旧版还能说话"]
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="设置").click()
    expect(page.get_by_role("heading", name="设置")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    box(page).fill("更新前写的")
    page.get_by_role("button", name=UPDATE).click()
    expect(page.get_by_role("button", name="大号字")).to_be_visible()
    expect(page.get_by_role("button", name=UPDATE)).to_have_count(0)
    expect(box(page)).to_have_value("更新前写的")
    expect(said(page, "旧版还能说话")).to_be_visible()
    page.wait_for_function(  # the old one goes when the new one has taken over, beside what is drawn
        "caches.keys().then((all) => all.filter((one) => one.startsWith('xm-page')).length === 2)"
    )
    phone.context.close()


def test_an_old_tab_works_on_after_another_has_taken_the_new_version(browser: Browser, moved: MovedGateway) -> None:
    bot = Bot(moved, moved.add_bot("小苗"))
    phone = Handset(browser, moved)
    phone.installed()
    phone.page.reload()
    old = phone.open()
    moved.new_version()
    look_for_a_new_version(phone.page)
    phone.page.get_by_role("button", name=UPDATE).click()
    expect(phone.page.get_by_role("button", name="大号字")).to_be_visible()
    old.get_by_role("button", name="菜单").click()
    old.get_by_role("button", name="设置").click()  # a module it had not loaded before
    expect(old.get_by_role("heading", name="设置")).to_be_visible()
    old.get_by_role("button", name="关闭").click()
    write(old, "旧的一页")
    assert texts(bot, phone.chat, 1) == ["旧的一页"]
    phone.context.close()


def test_without_a_service_worker_a_new_version_is_offered_too(browser: Browser, moved: MovedGateway) -> None:
    Bot(moved, moved.add_bot("小苗"))
    phone = Handset(browser, moved, {"service_workers": "block"})
    moved.new_version()
    phone.page.get_by_role("button", name="菜单").click()
    phone.page.get_by_role("button", name="设置").click()  # its files are of a version this server no longer has
    phone.page.get_by_role("button", name=UPDATE).click()
    expect(phone.page.get_by_role("button", name="大号字")).to_be_visible()
    phone.context.close()


def test_the_first_view_comes_with_less_than_a_hundred_kilobytes(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"service_workers": "block"})
    bot.says(phone.chat, "今天要做的：走访一户")
    page = phone.context.new_page()
    session = phone.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    came: dict[str, float] = {}
    names: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: came.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(phone.address)
    expect(said(page, "今天要做的：走访一户")).to_be_visible()
    total = sum(came.values())
    assert len(came) > 20
    assert total < FIRST_VIEW, sorted(((size, names[key]) for key, size in came.items()), reverse=True)


def test_the_second_view_fetches_none_of_the_page_again(handset: NewHandset) -> None:
    phone = handset()
    phone.installed()
    phone.page.reload()
    page = phone.context.new_page()
    session = phone.context.new_cdp_session(page)
    session.send("Network.enable")
    sent: list[str] = []
    session.on(
        "Network.responseReceived",
        lambda event: not event["response"].get("fromServiceWorker") and sent.append(event["response"]["url"]),
    )
    page.goto(phone.address)
    expect(page.get_by_role("button", name="菜单")).to_be_visible()
    expect(page.get_by_text("正在打开…")).to_have_count(0)
    assert [url for url in sent if "/web/" in url and "/web/version" not in url] == []


def test_nothing_is_asked_of_anybody_else_and_the_page_keeps_its_policy(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    bot.says(
        phone.chat,
        "https://example.org/ 看这里",
        reply_markup={"inline_keyboard": [[{"text": "打开", "url": "https://example.org/"}]]},
    )
    expect(said(phone.page, "看这里")).to_be_visible()
    phone.installed()
    answer = phone.page.reload()
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    for allowed in policy.split(";"):
        assert not [source for source in allowed.split()[1:] if source not in ("'self'", "'none'", "blob:", "data:")]
    phone.page.goto(f"{phone.gateway.url}/")
    expect(box(phone.page)).to_be_visible()
    assert phone.page.evaluate(READY)
    assert len(phone.requests) > 40
    assert phone.outside() == []
