"""Without a network: the page opens, shows what it may remember, and keeps what is said until it can be sent, once."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Response, expect

from .app_side import Handset, NewHandset, box, said, texts, write
from .conftest import Bot
from .test_page_network import own_gateway

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAITING = "没有网络，正在等…"
AGAIN = "未发出，点此重发"


def reopened(handset: Handset) -> Page:
    """The page opened anew, as after the phone was switched off."""
    handset.page.close()
    handset.page = handset.context.new_page()
    handset.page.goto(handset.address)
    expect(box(handset.page)).to_be_visible()
    return handset.page


def test_without_a_network_the_page_opens_with_its_last_messages_and_the_emergency_numbers(
    handset: NewHandset, bot: Bot
) -> None:
    phone = handset()
    bot.says(phone.chat, "今天去看看殷家庄的孩子")
    bot.says(phone.chat, "这句受保护", protect_content=True)
    expect(said(phone.page, "这句受保护")).to_be_visible()
    phone.installed()
    phone.remembers("殷家庄")
    phone.context.set_offline(True)
    page = reopened(phone)
    expect(said(page, "今天去看看殷家庄的孩子")).to_be_visible()
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(said(page, "这句受保护")).to_have_count(0)
    for number in ("110", "120", "12355", "12345", "12356", "12377"):
        link = page.get_by_role("region", name="紧急电话").get_by_role("link", name=number)
        expect(link).to_have_attribute("href", f"tel:{number}")
    phone.context.set_offline(False)
    expect(said(page, "这句受保护")).to_be_visible()
    expect(page.get_by_text(WAITING)).to_have_count(0)


def test_what_is_protected_and_any_file_never_come_to_rest_on_the_phone(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    first = bot.says(phone.chat, "口令是杏花", protect_content=True)
    bot.says(phone.chat, "看上面那条", reply_parameters={"message_id": first})
    bot("pinChatMessage", chat_id=phone.chat, message_id=first)
    bot("sendDocument", chat_id=phone.chat, files={"document": ("名单.txt", "玉门春".encode())}, protect_content=True)
    bot("sendDocument", chat_id=phone.chat, files={"document": ("通知.txt", "大会".encode())})
    expect(phone.page.get_by_role("article")).to_have_count(5)
    phone.page.reload()
    phone.installed()
    phone.remembers("看上面那条")
    phone.remembers("通知.txt")
    stored = phone.stored()
    assert "看上面那条" in stored
    for never in ("杏花", "名单.txt", "玉门春", "/file/"):
        assert never not in stored, never


def test_what_is_said_without_a_network_waits_in_order_and_is_sent_once(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    phone.installed()
    phone.context.set_offline(True)
    write(phone.page, "第一句")
    write(phone.page, "第二句")
    expect(said(phone.page, "第一句")).to_contain_text("尚未发出")
    box(phone.page).fill("还没写完")
    page = reopened(phone)
    expect(said(page, "第二句")).to_contain_text("尚未发出")
    expect(box(page)).to_have_value("还没写完")
    write(page, "第三句")
    said(page, "第二句").get_by_role("button", name="不发了").click()
    expect(said(page, "第二句")).to_have_count(0)
    phone.context.set_offline(False)
    assert texts(bot, phone.chat, 2) == ["第一句", "第三句"]
    expect(page.get_by_text("尚未发出")).to_have_count(0)
    assert bot("getUpdates", offset=bot.offset) == []
    reopened(phone)
    expect(phone.page.get_by_role("article")).to_have_count(2)


def test_what_was_typed_and_attached_outlives_a_crash_of_the_page(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    phone.page.route("**/api/files", lambda route: route.abort())
    phone.page.locator("#picker").set_input_files(
        {"name": "记录.txt", "mimeType": "text/plain", "buffer": "三月".encode()}
    )
    expect(said(phone.page, "记录.txt")).to_contain_text("尚未发出")
    box(phone.page).press_sequentially("写到一半")
    phone.remembers("写到一半")  # the last key pressed is written a few milliseconds behind
    crash(phone.page)
    phone.page = phone.open()
    expect(box(phone.page)).to_have_value("写到一半")
    (update,) = bot.heard(phone.chat)
    assert update["message"]["document"]["file_name"] == "记录.txt"


def crash(page: Page) -> None:
    """The renderer dies without a word, as when Android takes its memory away."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=2_000)


def test_two_tabs_send_what_waits_once(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    phone.installed()
    phone.context.set_offline(True)
    for number in range(5):
        write(phone.page, f"话{number}")
    expect(phone.page.get_by_text("尚未发出")).to_have_count(5)
    other = phone.context.new_page()
    other.goto(phone.address)
    expect(other.get_by_text("尚未发出")).to_have_count(5)
    accepted: list[str] = []

    def count(answer: Response) -> None:
        if answer.request.method == "POST" and answer.url.endswith("/api/messages"):
            accepted.append(answer.request.post_data or "")

    phone.context.on("response", count)
    phone.context.set_offline(False)
    assert texts(bot, phone.chat, 5) == [f"话{number}" for number in range(5)]
    for page in (phone.page, other):
        expect(page.get_by_text("尚未发出")).to_have_count(0)
        expect(page.get_by_role("article")).to_have_count(5)
    assert len(accepted) == 5
    assert bot("getUpdates", offset=bot.offset) == []


def test_a_tab_shows_and_sends_what_a_closed_one_left(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    phone.installed()
    other = phone.open()
    phone.context.set_offline(True)
    write(phone.page, "那一页说的")
    expect(said(other, "那一页说的")).to_contain_text("尚未发出")
    phone.page.close()
    phone.context.set_offline(False)
    assert texts(bot, phone.chat, 1) == ["那一页说的"]
    expect(other.get_by_text("尚未发出")).to_have_count(0)
    phone.page = other


def test_a_full_phone_says_so_and_still_sends(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    phone.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    write(phone.page, "没处放的话")
    expect(phone.page.get_by_text("手机存满了")).to_be_visible()
    assert texts(bot, phone.chat, 1) == ["没处放的话"]
    expect(phone.page.get_by_role("img", name="已发出")).to_have_count(1)


def test_a_wrong_clock_on_the_phone_changes_neither_order_nor_times(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    right = phone.page.evaluate("Date.now()")
    phone.context.add_init_script(f"const late = Date.now; Date.now = () => late() - {400 * 86_400_000};")
    phone.page.reload()
    bot.says(phone.chat, "先说的")
    expect(said(phone.page, "先说的")).to_be_visible()
    assert phone.page.evaluate("Date.now()") < right
    phone.installed()
    phone.context.set_offline(True)
    write(phone.page, "后说的")
    expect(said(phone.page, "后说的")).to_contain_text("尚未发出")
    expect(phone.page.locator(".day")).to_have_text(["今天"])
    phone.context.set_offline(False)
    expect(phone.page.get_by_role("img", name="已发出")).to_have_count(1)
    shown = [article.inner_text()[:3] for article in phone.page.get_by_role("article").all()]
    assert shown == ["先说的", "后说的"]
    (update,) = bot.heard(phone.chat)
    assert abs(update["message"]["date"] * 1000 - right) < 120_000


def test_a_session_that_has_ended_leaves_no_message_on_the_phone(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    bot.says(phone.chat, "不该留下的话")
    expect(said(phone.page, "不该留下的话")).to_be_visible()
    phone.remembers("不该留下的话")
    phone.installed()
    phone.gateway.sign_out(phone.chat)
    phone.page.reload()
    expect(phone.page.get_by_role("alert")).to_contain_text("请用新的登录链接打开")
    expect(phone.page.get_by_role("link", name="去登录")).to_have_attribute("href", "/")
    phone.forgets("不该留下的话")


def test_without_a_service_worker_a_session_that_has_ended_leaves_no_message_either(
    handset: NewHandset, bot: Bot
) -> None:
    phone = handset({"service_workers": "block"})
    bot.says(phone.chat, "不该留下的话")
    phone.remembers("不该留下的话")
    phone.gateway.sign_out(phone.chat)
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="请用登录链接打开")).to_be_visible()
    phone.forgets("不该留下的话")


def test_the_icon_opens_the_last_chat_and_any_other_page_shows_the_numbers(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    bot.says(phone.chat, "在的")
    phone.remembers("在的")
    phone.installed()
    phone.page.reload()  # now the worker has seen which chat it is
    expect(said(phone.page, "在的")).to_be_visible()
    phone.context.set_offline(True)
    phone.page.goto(phone.gateway.url)
    assert phone.page.url == phone.address
    expect(said(phone.page, "在的")).to_be_visible()
    phone.page.goto(f"{phone.gateway.url}/demo")
    expect(phone.page.get_by_role("heading", name="没有网络")).to_be_visible()
    expect(phone.page.get_by_role("link", name="12355")).to_have_attribute("href", "tel:12355")


def test_the_page_opens_while_the_server_is_dead(browser: Browser, tmp_path: Path) -> None:
    with own_gateway(tmp_path) as gateway:
        bot = Bot(gateway, gateway.add_bot("小苗"))
        phone = Handset(browser, gateway)
        bot.says(phone.chat, "停机前说的")
        phone.remembers("停机前说的")
        phone.installed()
        gateway.kill()
        page = reopened(phone)
        expect(said(page, "停机前说的")).to_be_visible()
        write(page, "停机时说的")
        expect(said(page, "停机时说的")).to_contain_text("尚未发出")
        gateway.start()
        assert texts(bot, phone.chat, 1) == ["停机时说的"]
        expect(page.get_by_text(WAITING)).to_have_count(0)
        phone.context.close()


def test_typing_and_sending_work_before_the_rest_of_the_page_is_there(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"service_workers": "block"})
    held: list[object] = []
    phone.page.route("**/app.js", lambda route: held.append(route))
    phone.page.goto(phone.address, wait_until="commit")
    box(phone.page).press_sequentially("等不及了")
    phone.page.get_by_role("button", name="发送").click()
    expect(phone.page.get_by_role("status")).to_contain_text("打开后就发出")
    for route in held:
        route.continue_()  # type: ignore[attr-defined]
    assert texts(bot, phone.chat, 1) == ["等不及了"]
    expect(box(phone.page)).to_have_value("")


def test_what_is_being_typed_moves_into_the_ready_page_with_the_caret(handset: NewHandset) -> None:
    phone = handset({"service_workers": "block"})
    held: list[object] = []
    phone.page.route("**/app.js", lambda route: held.append(route))
    phone.page.goto(phone.address, wait_until="commit")
    box(phone.page).press_sequentially("昨天去了")
    phone.page.keyboard.press("ArrowLeft")
    for route in held:
        route.continue_()  # type: ignore[attr-defined]
    expect(phone.page.get_by_role("button", name="菜单")).to_be_visible()
    phone.page.keyboard.type("又")
    expect(box(phone.page)).to_have_value("昨天去又了")
