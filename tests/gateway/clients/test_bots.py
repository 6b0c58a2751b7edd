"""Unmodified bots, written in the three libraries of Python as their users write them, each in a process of its own,
by polling and by webhook; on the other side a person with the page in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Page, WebError, expect

from tests.browser.conftest import HERE, PHONE, REPORT_VIOLATIONS, Gateway
from tests.gateway.clients.conftest import BOTS, Bots

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIST = "姓名,村\n小虎,殷家庄\n"
STARTING_MS = 40_000  # six interpreters loading their libraries side by side


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone, watched for script errors and for what the page's security policy forbids."""
    context = browser.new_context(**HERE, **PHONE)
    context.add_init_script(REPORT_VIOLATIONS)
    troubles: list[str] = []

    def failed(error: WebError) -> None:
        troubles.append(str(error.error))

    def spoke(said: ConsoleMessage) -> None:
        if "CSP" in said.text:
            troubles.append(said.text)

    context.on("weberror", failed)
    context.on("console", spoke)
    yield context.new_page()
    context.close()
    assert troubles == []


def enter(page: Page, gateway: Gateway, link: str) -> None:
    opened = page.context.request.post(link, headers={"Origin": gateway.url}, max_redirects=0)
    page.goto(f"{gateway.url}{opened.headers['location']}")


def attach(page: Page, name: str, mime: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": mime, "buffer": content}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="附件").click()
    chooser.value.set_files(payload)


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="输入消息").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


@pytest.mark.parametrize(("library", "way"), BOTS)
def test_an_unmodified_bot_and_a_person_understand_each_other(
    library: str, way: str, bots: Bots, served: Gateway, page: Page, tmp_path: Path
) -> None:
    bot, name = bots[library, way], f"王秀兰{library}{way}"
    enter(page, served, bot.link(name))
    article = page.get_by_role("log").get_by_role("article")

    page.get_by_role("button", name="开始", exact=True).tap()
    # the first: a bot that answers its webhook late on a busy machine is told again, as by Telegram, and greets twice
    greeting = article.filter(has_text="您说什么，我说什么。").first
    expect(greeting.locator("strong")).to_have_text("您好", timeout=STARTING_MS)
    expect(greeting.locator("em")).to_have_text("您说什么，我说什么。")
    expect(greeting).to_contain_text(f"{name}！")
    page.get_by_role("button", name="菜单", exact=True).tap()
    menu = page.get_by_role("dialog", name="菜单")
    expect(menu.get_by_role("button", name="重新开始")).to_be_visible()
    page.keyboard.press("Escape")

    write(page, "小虎 <b>& 他奶奶</b> 1+1=2. 👧🏽")
    confirm = page.get_by_role("button", name="确认")
    expect(article.filter(has=confirm)).to_contain_text("小虎 <b>& 他奶奶</b> 1+1=2. 👧🏽")
    confirm.tap()
    expect(page.get_by_role("status").get_by_text("记好了")).to_be_visible()
    confirmed = article.filter(has_text="已确认：小虎 <b>& 他奶奶</b> 1+1=2. 👧🏽")
    expect(confirmed.locator("strong")).to_have_text("已确认")
    expect(confirm).to_have_count(0)

    attach(page, "名单.csv", "text/csv", LIST.encode())
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 回_名单.csv").tap()
    download.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").read_text() == f"{LIST}机器人补的一行\n"
    expect(article.filter(has_text=f"收到 {len(LIST.encode())} 字节")).to_be_visible()

    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "#5a8f4e").save(picture, "JPEG")
    page.get_by_role("textbox", name="输入消息").fill("院子")
    attach(page, "院子.jpg", "image/jpeg", picture.getvalue())
    back = page.get_by_role("img", name="看到了：院子")
    expect(back).to_be_visible()
    assert back.evaluate("async e => { await e.decode(); return e.naturalWidth }") == 400

    keys = page.get_by_role("group", name="回复按钮")
    keys.get_by_role("button", name="投票").tap()
    poll = article.filter(has_text="哪天方便？")
    poll.get_by_role("button", name="周日").tap()
    expect(article.filter(has_text="您选了周日。")).to_be_visible()
    expect(poll).to_contain_text("您选的")
    keys.get_by_role("button", name="今天").tap()
    expect(article.filter(has_text="今天没有要做的。")).to_be_visible()
    expect(keys).to_have_count(0)

    assert bot.stop() == []
