"""The PIN: asked on opening and after a while of quiet; what rests on the phone is sealed with it; five wrong ones wipe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .app_side import Handset, NewHandset, box, said, texts, write
from .conftest import Bot
from .test_page_groups import found

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PIN = "2468"


def settings(page: Page) -> None:
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="设置").click()
    expect(page.get_by_role("heading", name="设置")).to_be_visible()
    expect(page.get_by_text("这一台")).to_be_visible()


def set_pin(page: Page, pin: str = PIN, *, old: str = "") -> None:
    page.get_by_role("button", name="改密码" if old else "设密码").click()
    if old:
        page.get_by_label("现在的密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(pin)
    page.get_by_label("再输一次新密码").fill(pin)
    page.get_by_role("button", name="保存").click()


def type_pin(page: Page, pin: str) -> None:
    page.get_by_label("请输入密码").fill(pin)
    page.get_by_role("button", name="打开").click()


@pytest.fixture
def guarded(handset: NewHandset, bot: Bot) -> Handset:
    """A phone with a message and a PIN."""
    phone: Handset = handset()
    bot.says(phone.chat, "殷家庄的事")
    expect(said(phone.page, "殷家庄的事")).to_be_visible()
    phone.remembers("殷家庄的事")
    phone.installed()
    settings(phone.page)
    set_pin(phone.page)
    expect(phone.page.get_by_text("密码设好了")).to_be_visible()
    phone.page.get_by_role("button", name="关闭").click()
    return phone


def test_opening_asks_for_the_pin_and_shows_nothing_before_it(guarded: Handset, bot: Bot) -> None:
    page = guarded.page
    page.reload()
    expect(page.get_by_label("请输入密码")).to_be_focused()
    expect(page.get_by_text("殷家庄的事")).to_have_count(0)
    expect(box(page)).to_have_count(0)
    type_pin(page, "12")
    expect(page.get_by_role("alert")).to_contain_text("4 到 8 位")
    type_pin(page, "1357")
    expect(page.get_by_role("alert")).to_contain_text("还可以试 4 次")
    type_pin(page, PIN)
    expect(said(page, "殷家庄的事")).to_be_visible()


def test_what_rests_on_the_phone_is_sealed_and_opens_without_a_network_with_the_pin(guarded: Handset, bot: Bot) -> None:
    page = guarded.page
    bot.says(guarded.chat, "只有一句")
    expect(said(page, "只有一句")).to_be_visible()
    guarded.context.set_offline(True)
    write(page, "没网时写的")
    page.locator("#picker").set_input_files({"name": "名单.txt", "mimeType": "text/plain", "buffer": "玉门春".encode()})
    expect(said(page, "名单.txt")).to_contain_text("尚未发出")
    box(page).fill("写到一半")
    stored = guarded.stored()
    for secret in ("殷家庄", "只有一句", "没网时写的", "写到一半", "名单", "玉门春", PIN):
        assert secret not in stored, secret
    page.reload()
    type_pin(page, "1357")
    expect(page.get_by_role("alert")).to_contain_text("还可以试 4 次")
    type_pin(page, PIN)
    expect(said(page, "只有一句")).to_be_visible()
    expect(said(page, "没网时写的")).to_contain_text("尚未发出")
    expect(box(page)).to_have_value("写到一半")
    guarded.context.set_offline(False)
    first, second = bot.heard(guarded.chat, 2)
    assert first["message"]["text"] == "没网时写的"
    assert second["message"]["document"]["file_name"] == "名单.txt"


def test_five_wrong_ones_wipe_the_phone_and_end_its_session(guarded: Handset, bot: Bot) -> None:
    page = guarded.page
    page.reload()
    for left in (4, 3, 2, 1):
        type_pin(page, "1357")
        expect(page.get_by_role("alert")).to_contain_text(f"还可以试 {left} 次")
    type_pin(page, "1357")
    expect(page.get_by_role("alert")).to_contain_text("登录链接")
    rows = page.evaluate(
        """async () => {
          const db = await new Promise((resolve) => {
            const request = indexedDB.open('xm');
            request.onsuccess = () => resolve(request.result);
          });
          return Promise.all(['kept', 'out'].map((name) => new Promise((resolve) => {
            const request = db.transaction(name).objectStore(name).count();
            request.onsuccess = () => resolve(request.result);
          })));
        }"""
    )
    assert rows == [0, 0]
    page.goto(guarded.gateway.url)
    expect(page.get_by_role("heading", name="请用登录链接打开")).to_be_visible()


def test_five_wrong_ones_without_a_network_wipe_it_too(guarded: Handset) -> None:
    page = guarded.page
    guarded.context.set_offline(True)
    page.reload()
    for said_now in ("试 4 次", "试 3 次", "试 2 次", "试 1 次", "已经清掉"):
        type_pin(page, "1357")
        expect(page.get_by_role("alert")).to_contain_text(said_now)
    page.reload()
    expect(page.get_by_text("没有网络，正在等…")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)


def test_locking_takes_everything_off_the_screen_in_every_tab(guarded: Handset) -> None:
    other = guarded.context.new_page()
    other.goto(guarded.address)
    type_pin(other, PIN)
    expect(said(other, "殷家庄的事")).to_be_visible()
    page = guarded.page
    type_pin(page, PIN)  # opening the other tab had locked this one
    expect(said(page, "殷家庄的事")).to_be_visible()
    settings(page)
    page.get_by_role("button", name="现在锁上").click()
    for one in (page, other):
        expect(one.get_by_label("请输入密码")).to_be_visible()
        expect(one.get_by_text("殷家庄的事")).to_have_count(0)


def test_what_waits_when_the_pin_is_set_is_still_sent(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    other = phone.open()
    phone.context.route("**/api/messages", lambda route: route.abort())
    write(phone.page, "设密码前说的")
    expect(said(phone.page, "设密码前说的")).to_contain_text("尚未发出")
    settings(phone.page)
    set_pin(phone.page)
    expect(phone.page.get_by_text("密码设好了")).to_be_visible()
    expect(other.get_by_label("请输入密码")).to_be_visible()
    assert "设密码前说的" not in phone.stored()
    phone.context.unroute("**/api/messages")
    type_pin(phone.page, PIN)  # the other tab, opened anew, has locked this one
    assert texts(bot, phone.chat, 1) == ["设密码前说的"]
    expect(phone.page.get_by_text("尚未发出")).to_have_count(0)


def test_after_a_while_of_quiet_the_page_locks_and_goes_on_where_it_was(guarded: Handset, bot: Bot) -> None:
    page = guarded.page
    box(page).fill("还没说完")
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 24 * 3600 * 1000; }")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the phone wakes up a day later
    expect(page.get_by_label("请输入密码")).to_be_visible()
    type_pin(page, PIN)
    expect(box(page)).to_have_value("还没说完")
    write(page, "接着说")
    assert texts(bot, guarded.chat, 1) == ["接着说"]


def test_the_pin_can_be_changed_and_taken_away(guarded: Handset) -> None:
    page = guarded.page
    settings(page)
    set_pin(page, "97531", old="1111")
    expect(page.get_by_role("status").filter(has_text="密码不对")).to_be_visible()
    page.get_by_label("现在的密码").fill(PIN)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("密码设好了")).to_be_visible()
    page.reload()
    type_pin(page, PIN)
    expect(page.get_by_role("alert")).to_contain_text("密码不对")
    type_pin(page, "97531")
    settings(page)
    page.get_by_role("button", name="取消密码").click()
    page.get_by_label("现在的密码").fill("97531")
    page.locator("form").get_by_role("button", name="取消密码").click()
    expect(page.get_by_text("密码取消了")).to_be_visible()
    page.reload()
    expect(said(page, "殷家庄的事")).to_be_visible()
    guarded.context.set_offline(True)
    page.reload()
    expect(said(page, "殷家庄的事")).to_be_visible()


def test_going_to_another_chat_does_not_ask_again(guarded: Handset, bot: Bot) -> None:
    group = found(bot, "南华镇儿童主任", [guarded.chat])
    page = guarded.page
    bot.says(group, "群里说的")
    page.get_by_role("button", name="小苗，换对话").click()
    page.get_by_role("dialog", name="对话").get_by_role("link", name="南华镇儿童主任").click()
    expect(page.get_by_role("heading", name="南华镇儿童主任")).to_be_visible()
    expect(said(page, "群里说的")).to_be_visible()
    assert "群里说的" not in guarded.stored()
    page.reload()
    expect(page.get_by_label("请输入密码")).to_be_visible()


def test_whoever_forgot_the_pin_comes_back_with_a_new_link(guarded: Handset) -> None:
    guarded.page.reload()
    expect(guarded.page.get_by_label("请输入密码")).to_be_visible()
    guarded.sign_in_again()
    guarded.page.goto(guarded.address)
    expect(said(guarded.page, "殷家庄的事")).to_be_visible()
    guarded.page.reload()
    expect(said(guarded.page, "殷家庄的事")).to_be_visible()


def test_where_the_browser_cannot_seal_a_pin_means_that_nothing_rests(handset: NewHandset, bot: Bot) -> None:
    """As on plain http: no WebCrypto, no service worker."""
    phone = handset({"service_workers": "block"})
    phone.context.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    bot.says(phone.chat, "殷家庄的事")
    phone.page.reload()
    phone.remembers("殷家庄的事")
    settings(phone.page)
    expect(phone.page.get_by_text("不是 https")).to_be_visible()
    set_pin(phone.page)
    expect(phone.page.get_by_text("密码设好了")).to_be_visible()
    phone.forgets("殷家庄的事")
    phone.page.get_by_role("button", name="关闭").click()
    box(phone.page).fill("写到一半")
    bot.says(phone.chat, "又一句")
    expect(said(phone.page, "又一句")).to_be_visible()
    phone.page.reload()
    type_pin(phone.page, "1357")
    expect(phone.page.get_by_role("alert")).to_contain_text("还可以试 4 次")
    type_pin(phone.page, PIN)
    expect(said(phone.page, "又一句")).to_be_visible()
    write(phone.page, "发得出去")
    assert texts(bot, phone.chat, 1) == ["发得出去"]
    stored = phone.stored()
    for secret in ("殷家庄", "又一句", "写到一半", "发得出去"):
        assert secret not in stored
