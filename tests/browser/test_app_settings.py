"""Behind 菜单 → 设置: text size, devices, reminders, signing out; and what the page tells the server was really seen."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Route, expect

from .app_side import NewHandset, box, said, write
from .conftest import Bot
from .test_app_lock import settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZE = "parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize)"


def test_the_type_grows_to_twice_its_size_and_is_remembered_and_nothing_is_cut_off(
    handset: NewHandset, bot: Bot
) -> None:
    phone = handset({"viewport": {"width": 320, "height": 568}})
    bot.says(phone.chat, "今天要做的：去殷家庄看看", reply_markup={"keyboard": [[{"text": "今天"}, {"text": "走访"}]]})
    page = phone.page
    normal = page.evaluate(SIZE)
    settings(page)
    for name, factor in (("大", 1.25), ("更大", 1.5), ("很大", 1.75), ("最大", 2)):
        page.get_by_role("radio", name=name, exact=True).check()
        page.wait_for_function(f"wanted => Math.abs({SIZE} - wanted) < 0.01", arg=normal * factor)
        wide: list[str] = page.evaluate(
            """() => [...document.querySelectorAll('.settings *, .chat *')]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert wide == []
    page.get_by_role("button", name="关闭").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"  # before anything is drawn
    expect(said(page, "今天要做的")).to_be_visible()
    for control in (box(page), page.get_by_role("button", name="发送"), page.get_by_role("button", name="菜单")):
        expect(control).to_be_in_viewport(ratio=1)
    phone.context.set_offline(True)
    expect(page.get_by_text("没有网络，正在等…")).to_be_visible()
    expect(box(page)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_sign_in_somewhere_else_is_told_once_to_whoever_is_signed_in_already(handset: NewHandset) -> None:
    phone = handset()
    alert = phone.page.get_by_role("alertdialog")
    phone.page.reload()
    expect(box(phone.page)).to_be_enabled()
    other = phone.of_the_same_person(handset)
    phone.page.reload()
    expect(alert).to_contain_text("有一台新设备用您的身份登录了")
    alert.get_by_role("button", name="知道了").click()
    phone.page.reload()
    expect(box(phone.page)).to_be_enabled()
    write(phone.page, "看过了")
    expect(said(phone.page, "看过了")).to_be_visible()
    expect(alert).to_be_hidden()
    expect(other.page.get_by_role("alertdialog")).to_be_hidden()  # the new one knows itself


def test_several_new_devices_are_all_named(handset: NewHandset) -> None:
    phone = handset()
    first = phone.of_the_same_person(handset)
    second = handset({"user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"})
    second.address = second._signed_in(phone.gateway.link(phone.chat))
    phone.page.reload()
    alert = phone.page.get_by_role("alertdialog")
    expect(alert).to_contain_text("有 2 台新设备用您的身份登录了")
    expect(alert).to_contain_text("苹果手机 · Safari（今天")
    expect(alert).to_contain_text("Chrome（今天")
    expect(first.page.get_by_role("alertdialog")).to_be_hidden()


def test_in_a_demo_nobody_is_told_of_whoever_else_plays_the_same_person(handset: NewHandset) -> None:
    phone = handset()
    admin = {"Authorization": f"Bearer {(phone.gateway.data / 'admin.key').read_text().strip()}"}
    played = {"key": "a", "user_id": phone.chat, "title": "儿童主任", "subtitle": "", "group": ""}
    asked = {"bot": "xm_bot", "personas": [played]}
    httpx.put(f"{phone.gateway.url}/admin/personas", headers=admin, json=asked).raise_for_status()
    phone.page.reload()
    expect(box(phone.page)).to_be_enabled()
    phone.of_the_same_person(handset)
    phone.page.reload()
    write(phone.page, "接着试")
    expect(said(phone.page, "接着试")).to_be_visible()
    expect(phone.page.get_by_role("img", name="已发出")).to_have_count(1)
    expect(phone.page.get_by_role("alertdialog")).to_be_hidden()


def test_the_devices_are_listed_and_a_lost_one_is_signed_out_from_here(handset: NewHandset) -> None:
    phone = handset()
    lost = phone.of_the_same_person(handset)
    write(lost.page, "在那台手机上说的")
    expect(said(lost.page, "在那台手机上说的")).to_have_count(1)
    settings(phone.page)
    listed = phone.page.get_by_role("listitem").filter(has_text="最近用过")
    expect(listed).to_have_count(2)
    expect(listed.filter(has_text="这一台")).to_have_count(1)
    listed.filter(has_not_text="这一台").get_by_role("button").click()
    phone.page.get_by_role("button", name="让它退出").click()
    expect(phone.page.get_by_text("已经退出登录")).to_be_visible()
    expect(listed).to_have_count(1)
    expect(lost.page.get_by_role("alert")).to_contain_text("登录已失效")
    expect(lost.page.get_by_role("article")).to_have_count(0)
    expect(box(lost.page)).to_have_count(0)


def test_another_device_is_added_by_its_code(handset: NewHandset) -> None:
    phone = handset()
    settings(phone.page)
    phone.page.get_by_role("button", name="再登录一台设备").click()
    expect(phone.page.get_by_role("img", name="登录用的二维码")).to_be_visible()
    assert phone.page.get_by_role("img", name="登录用的二维码").evaluate("e => e.naturalWidth > 20")
    link = phone.page.locator(".address").inner_text()
    other = phone.context.browser.new_context().new_page()  # type: ignore[union-attr]
    other.goto(link)
    other.get_by_role("button", name="进入").click()
    expect(box(other)).to_be_visible()
    assert other.url == phone.address
    other.context.close()


def test_with_a_pin_another_device_is_added_and_ended_only_with_it(handset: NewHandset) -> None:
    phone = handset()
    lost = phone.of_the_same_person(handset)
    settings(phone.page)
    phone.page.get_by_role("button", name="设密码").click()
    phone.page.get_by_label("新密码", exact=True).fill("2580")
    phone.page.get_by_label("再输一次新密码").fill("2580")
    phone.page.get_by_role("button", name="保存").click()
    expect(phone.page.get_by_text("密码设好了")).to_be_visible()
    phone.page.get_by_role("button", name="再登录一台设备").click()
    asked = phone.page.locator(".ask")
    asked.get_by_label("现在的密码").fill("0000")
    asked.get_by_role("button", name="给我登录码").click()
    expect(phone.page.get_by_text("还可以试 4 次")).to_be_visible()
    asked.get_by_label("现在的密码").fill("2580")
    asked.get_by_role("button", name="给我登录码").click()
    expect(phone.page.get_by_role("img", name="登录用的二维码")).to_be_visible()
    phone.page.get_by_role("listitem").filter(has_text="最近用过").filter(has_not_text="这一台").get_by_role(
        "button"
    ).click()
    asked.get_by_label("现在的密码").fill("2580")
    phone.page.get_by_role("button", name="让它退出").click()
    expect(lost.page.get_by_role("alert")).to_contain_text("登录已失效")


def test_the_end_of_a_sign_in_is_told_once_a_day_in_its_last_two_weeks(handset: NewHandset) -> None:
    phone = handset()

    def soon(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "signed_in_until": time.time() + 13 * 86_400})

    alert = phone.page.get_by_role("alertdialog")
    expect(alert).to_be_hidden()
    phone.page.route("**/api/me", soon)
    phone.page.reload()
    expect(alert).to_contain_text("登录到")
    alert.get_by_role("button", name="知道了").click()
    phone.page.reload()
    write(phone.page, "看过了")
    expect(said(phone.page, "看过了")).to_be_visible()
    expect(alert).to_be_hidden()
    phone.page.evaluate("localStorage.setItem('xm/phone/ends-told', 'yesterday')")
    phone.page.reload()
    expect(alert).to_contain_text("登录到")


def test_signing_out_says_what_is_lost_and_leaves_nothing(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    bot.says(phone.chat, "殷家庄的事")
    expect(said(phone.page, "殷家庄的事")).to_be_visible()
    phone.remembers("殷家庄的事")
    phone.context.route("**/api/messages", lambda route: route.abort())
    write(phone.page, "没发出的")
    box(phone.page).fill("没写完的")
    other = phone.open()
    settings(phone.page)
    phone.page.get_by_role("button", name="退出登录").click()
    expect(phone.page.get_by_text("还有 1 条没有发出")).to_be_visible()
    phone.page.locator(".ask").get_by_role("button", name="退出登录").click()
    for page in (phone.page, other):
        expect(page.get_by_role("heading", name="请用登录链接打开")).to_be_visible()
    for secret in ("殷家庄的事", "没发出的", "没写完的"):
        phone.forgets(secret)


def test_reminders_are_offered_only_in_the_settings_and_a_refusal_is_explained(handset: NewHandset) -> None:
    phone = handset()
    phone.installed()
    phone.page.evaluate(
        """() => {
          window.asked = 0;
          Notification.requestPermission = async () => { window.asked += 1; return 'denied'; };
        }"""
    )
    settings(phone.page)
    expect(phone.page.get_by_text("不显示名字和内容")).to_be_visible()
    assert phone.page.evaluate("window.asked") == 0
    phone.page.get_by_role("button", name="打开提醒").click()
    expect(phone.page.get_by_role("status").filter(has_text="手机不让发提醒")).to_be_visible()
    assert phone.page.evaluate("window.asked") == 1


# What the browser has to do with a push service, without one: a subscription that was made before or is made now.
SUBSCRIBED = """
  Object.defineProperty(Notification, 'permission', {get: () => 'granted'});
  Notification.requestPermission = async () => 'granted';
  const made = (key) => ({
    options: {applicationServerKey: key},
    toJSON: () => ({endpoint: 'https://fcm.googleapis.com/x', keys: {p256dh: 'p', auth: 'a'}}),
    unsubscribe: async () => { localStorage.removeItem('test-push'); return true; },
  });
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem('test-push');
    return key ? made(bytes(key)) : null;
  };
  PushManager.prototype.subscribe = async ({applicationServerKey: key}) => {
    localStorage.setItem('test-push', btoa(String.fromCharCode(...key)));
    return made(key.buffer);
  };
"""


def with_reminders(phone: Any, status: int) -> list[Any]:
    """A phone that can be woken, its server answering what it is told of that with `status`; what it was told."""
    told: list[Any] = []
    refusal = {"error": {"code": "bad_request", "message": "不能接收提醒"}}

    def answer(route: Route) -> None:
        told.append(route.request.post_data_json)
        route.fulfill(status=status, json={} if status < 300 else refusal)

    phone.context.add_init_script(SUBSCRIBED)
    phone.context.route("**/api/push", answer)
    phone.installed()
    phone.page.reload()
    return told


def test_a_phone_with_reminders_on_tells_the_server_again_once_when_the_page_starts(handset: NewHandset) -> None:
    phone = handset()
    told = with_reminders(phone, 200)
    settings(phone.page)
    expect(phone.page.get_by_text("不显示名字和内容")).to_be_visible()
    assert told == []  # nobody asked for reminders
    phone.page.get_by_role("button", name="打开提醒").click()
    expect(phone.page.get_by_role("button", name="关掉提醒")).to_be_visible()
    assert len(told) == 1
    with phone.page.expect_request("**/api/push"):
        phone.page.reload()
    write(phone.page, "看过了")
    expect(phone.page.get_by_role("img", name="已发出")).to_have_count(1)
    assert [one["subscription"]["endpoint"] for one in told] == ["https://fcm.googleapis.com/x"] * 2
    phone.page.evaluate("localStorage.setItem('test-push', 'AAAA')")  # of a gateway with another key
    with phone.page.expect_request("**/api/push"):
        phone.page.reload()
    assert phone.page.evaluate("localStorage.getItem('test-push').length") > 80
    phone.page.evaluate("localStorage.setItem('xm/phone/push-of', '1')")  # switched on by whoever had it before
    phone.page.reload()
    write(phone.page, "换人了")
    expect(phone.page.get_by_text("换人了")).to_have_count(1)
    assert len(told) == 3


def test_reminders_the_server_does_not_take_are_not_called_on(handset: NewHandset) -> None:
    phone = handset()
    told = with_reminders(phone, 400)
    settings(phone.page)
    phone.page.get_by_role("button", name="打开提醒").click()
    expect(phone.page.get_by_role("status").filter(has_text="现在收不到提醒")).to_be_visible()
    expect(phone.page.get_by_role("button", name="打开提醒")).to_be_visible()
    assert phone.page.evaluate("localStorage.getItem('test-push')") is None
    me = phone.page.evaluate("async (url) => (await fetch(url)).json()", f"{phone.address}/api/me")
    key = me["push"]["key"]
    phone.page.evaluate("key => localStorage.setItem('test-push', key)", key)  # taken once, refused since
    phone.page.evaluate("who => localStorage.setItem('xm/phone/push-of', who)", str(me["user"]["id"]))
    with phone.page.expect_response("**/api/push"):
        phone.page.reload()
    settings(phone.page)
    expect(phone.page.get_by_role("button", name="打开提醒")).to_be_visible()
    assert phone.page.evaluate("localStorage.getItem('test-push')") == key  # it comes back when the operator mends that
    assert len(told) == 2


def pushed(phone: Any, data: str) -> list[dict[str, Any]]:
    """What the phone shows when this push arrives (from the browser's own push test, without a push service)."""
    session = phone.context.new_cdp_session(phone.page)
    versions: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: versions.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    while not versions:
        phone.page.evaluate("0")  # lets the event in
    registration = versions[0]["registrationId"]
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.gateway.url, "registrationId": registration, "data": data},
    )
    shown: list[dict[str, Any]] = phone.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let round = 0; round < 50; round++) {
            const found = await registration.getNotifications();
            if (found.length) return found.map(({title, body, tag}) => ({title, body, tag}));
            await new Promise((done) => setTimeout(done, 50));
          }
          return [];
        }"""
    )
    phone.page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications()).forEach((one) => one.close())"
    )
    return shown


def test_a_push_shows_that_there_is_something_and_never_what(handset: NewHandset) -> None:
    phone = handset()
    phone.context.grant_permissions(["notifications"], origin=phone.gateway.url)
    phone.installed()
    (plain,) = pushed(phone, '{"code": 7, "urgent": false, "text": "小虎家出事了"}')
    assert plain["body"] == "小苗有新消息"
    (urgent,) = pushed(phone, '{"code": 8, "urgent": true}')
    assert urgent["body"] == "有紧急消息，请马上打开"
    (broken,) = pushed(phone, "not json")
    assert broken["body"] == "小苗有新消息"


def test_only_what_was_on_a_visible_screen_counts_as_seen(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    page = phone.page
    with page.expect_request("**/api/seen") as told:
        first = bot.says(phone.chat, "看得见")
    assert told.value.post_data_json == {"message_id": first}
    page.get_by_role("button", name="菜单").click()
    told_behind: list[int] = []
    page.on(
        "request",
        lambda request: request.url.endswith("/api/seen") and told_behind.append(request.post_data_json["message_id"]),
    )
    covered = bot.says(phone.chat, "菜单后面")
    expect(said(page, "菜单后面")).to_have_count(1)
    page.evaluate("new Promise((done) => setTimeout(done, 1500))")  # longer than the page waits before it looks
    assert told_behind == []
    with page.expect_request("**/api/seen") as uncovered:
        page.get_by_role("button", name="关闭").click()
    assert uncovered.value.post_data_json == {"message_id": covered}
    long = bot.says(phone.chat, "很长的话\n" * 200)
    expect(said(page, "很长的话")).to_have_count(1)
    # two frames: the page hears of its own scrolling in the next one
    page.get_by_role("log").evaluate(
        "e => new Promise((done) => { e.scrollTop = 0; requestAnimationFrame(() => requestAnimationFrame(done)); })"
    )
    last = bot.says(phone.chat, "在下面")
    page.evaluate("new Promise((done) => setTimeout(done, 1500))")
    assert last not in told_behind
    with page.expect_request("**/api/seen") as scrolled:
        page.get_by_role("button", name="条新消息").click()
    assert scrolled.value.post_data_json["message_id"] == last > long


def test_unread_messages_are_counted_in_the_title_and_on_the_icon(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    page = phone.page
    page.evaluate(
        """() => {
          window.badges = [];
          navigator.setAppBadge = async (n) => { window.badges.push(n); };
          navigator.clearAppBadge = async () => { window.badges.push(0); };
        }"""
    )
    bot.says(phone.chat, "很长的话\n" * 200)
    expect(said(page, "很长的话")).to_have_count(1)
    page.get_by_role("log").evaluate("e => { e.scrollTop = 0; }")
    expect(page.get_by_role("button", name="回到最新消息")).to_be_visible()
    bot.says(phone.chat, "一")
    bot.says(phone.chat, "二")
    expect(page).to_have_title("(2) 小苗")
    page.get_by_role("button", name="2 条新消息").click()
    expect(page).to_have_title("小苗")
    page.wait_for_function("window.badges.slice(-2).join() === '2,0'")
