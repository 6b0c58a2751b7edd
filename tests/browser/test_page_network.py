"""Dead spots, restarts and sleep: nothing said is lost, nothing arrives twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import Bot, Enter, Gateway, Guest
from .test_page_files import jpeg

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENDING = "**/api/messages"


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="输入消息").fill(text)
    page.get_by_role("button", name="发送").click()


@contextlib.contextmanager
def own_gateway(data: Path) -> Iterator[Gateway]:
    gateway = Gateway(data)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.kill()


def test_after_a_killed_and_restarted_server_all_is_there_once(enter: Enter, tmp_path: Path) -> None:
    with own_gateway(tmp_path) as gateway:
        bot = Bot(gateway, gateway.add_bot("小苗"))
        guest = enter(at=gateway)
        write(guest.page, "停机前")
        bot.heard(guest.chat)
        gateway.kill()
        expect(guest.page.get_by_text("没有网络，正在等…")).to_be_visible()
        write(guest.page, "停机时一")
        write(guest.page, "停机时二")
        expect(guest.page.get_by_role("button", name="未发出，点此重发").first).to_be_visible()
        gateway.start()
        bot.says(guest.chat, "我回来了")
        heard = [update["message"]["text"] for update in bot.heard(guest.chat, 2)]
        assert heard == ["停机时一", "停机时二"]
        expect(guest.page.get_by_text("我回来了")).to_have_count(1)
        expect(guest.page.get_by_text("没有网络，正在等…")).to_have_count(0)
        expect(guest.page.get_by_role("button", name="未发出，点此重发")).to_have_count(0)
        for text in ("停机前", "停机时一", "停机时二"):
            expect(guest.page.get_by_role("article").filter(has_text=text)).to_have_count(1)
        assert bot("getUpdates", offset=bot.offset) == []


def test_an_answer_lost_on_the_way_back_does_not_double_the_message(guest: Guest, bot: Bot) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()  # the server has it …
        route.abort()  # … but the phone never hears so

    guest.page.route(SENDING, lose_the_answer, times=1)
    write(guest.page, "只此一次")
    expect(guest.page.get_by_role("img", name="已发出")).to_have_count(1)
    expect(guest.page.get_by_role("article").filter(has_text="只此一次")).to_have_count(1)
    assert len(bot.heard(guest.chat)) == 1
    assert bot("getUpdates", offset=bot.offset) == []


def test_what_could_not_be_sent_outlives_a_reload_and_goes_in_order(guest: Guest, bot: Bot) -> None:
    guest.page.route(SENDING, lambda route: route.abort())
    write(guest.page, "第一件")
    write(guest.page, "第二件")
    expect(guest.page.get_by_role("article")).to_have_count(2)
    guest.page.reload()
    expect(guest.page.get_by_role("button", name="未发出，点此重发").first).to_be_visible()
    guest.page.unroute(SENDING)
    assert [update["message"]["text"] for update in bot.heard(guest.chat, 2)] == ["第一件", "第二件"]
    expect(guest.page.get_by_role("img", name="已发出")).to_have_count(2)
    guest.page.reload()
    expect(guest.page.get_by_role("article")).to_have_count(2)


def test_an_unsent_photo_outlives_a_reload_too(guest: Guest, bot: Bot) -> None:
    guest.page.route("**/api/files", lambda route: route.abort())
    guest.page.locator("#picker").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": "姓名\n".encode()}
    )
    expect(guest.page.get_by_role("button", name="未发出，点此重发")).to_be_visible()
    guest.page.reload()
    expect(guest.page.get_by_role("button", name="未发出，点此重发")).to_be_visible()
    guest.page.unroute("**/api/files")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["document"]["file_name"] == "名单.csv"


def test_a_refused_message_says_why_and_can_be_taken_back_or_sent_again(guest: Guest, bot: Bot) -> None:
    refusal = {"error": {"code": "too_long", "message": "这条发不出去"}}
    guest.page.route(SENDING, lambda route: route.fulfill(status=400, json=refusal))
    write(guest.page, "被拒的话")
    expect(guest.page.get_by_text("这条发不出去")).to_be_visible()
    guest.page.get_by_role("button", name="放回输入框").click()
    expect(guest.page.get_by_role("textbox", name="输入消息")).to_have_value("被拒的话")
    expect(guest.page.get_by_role("article")).to_have_count(0)
    guest.page.get_by_role("button", name="发送").click()
    expect(guest.page.get_by_text("这条发不出去")).to_be_visible()
    guest.page.unroute(SENDING)
    guest.page.get_by_role("button", name="未发出，点此重发").click()
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "被拒的话"


@pytest.mark.parametrize("code", ["no_room", "no_scan"])
def test_words_go_past_a_photo_the_server_cannot_take_now_and_the_photo_goes_later(
    guest: Guest, bot: Bot, code: str
) -> None:
    why = "照片和文件先发不了，请过一会儿再试。文字照样能发。"
    refusal = {"error": {"code": code, "message": why}}
    guest.page.route(
        "**/api/files", lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}, json=refusal)
    )
    photo = {"mimeType": "image/jpeg", "buffer": jpeg(80, 60)}
    guest.page.locator("#picker").set_input_files({"name": "屋顶.jpg", **photo})
    waits = guest.page.get_by_role("article").filter(has_text=why)
    expect(waits).to_have_count(1)
    expect(waits.get_by_role("button", name="未发出，点此重发")).to_be_visible()
    guest.page.locator("#picker").set_input_files({"name": "院墙.jpg", **photo})
    expect(waits).to_have_count(2)
    write(guest.page, "孩子安全")
    write(guest.page, "照片随后发")
    assert [update["message"]["text"] for update in bot.heard(guest.chat, 2)] == ["孩子安全", "照片随后发"]
    expect(waits).to_have_count(2)
    guest.page.unroute("**/api/files")
    assert ["photo" in update["message"] for update in bot.heard(guest.chat, 2)] == [True, True]
    expect(guest.page.get_by_role("img", name="已发出")).to_have_count(4)
    expect(waits).to_have_count(0)


def test_messages_of_an_offline_hour_arrive_when_the_phone_is_back(guest: Guest, bot: Bot) -> None:
    guest.context.set_offline(True)
    expect(guest.page.get_by_text("没有网络，正在等…")).to_be_visible()
    for number in range(3):
        bot.says(guest.chat, f"离线时第{number}条")
    guest.context.set_offline(False)
    expect(guest.page.get_by_role("article")).to_have_count(3)
    expect(guest.page.get_by_text("没有网络，正在等…")).to_have_count(0)


def test_seven_chats_open_side_by_side_all_stay_live(guest: Guest, bot: Bot) -> None:
    """A browser grants a server six connections; each chat keeping one for its stream would choke the seventh."""
    pages = [guest.page] + [guest.context.new_page() for _ in range(6)]
    for page in pages[1:]:
        page.goto(guest.page.url)
        expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()
    bot.says(guest.chat, "大家好")
    for page in pages:
        expect(page.get_by_role("article").filter(has_text="大家好")).to_have_count(1)
    write(pages[-1], "第七个窗口")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "第七个窗口"
    for page in pages:
        expect(page.get_by_role("article").filter(has_text="第七个窗口")).to_have_count(1)


def test_a_page_that_made_room_for_newer_ones_rests_until_it_is_looked_at(guest: Guest, bot: Bot) -> None:
    page, asked = guest.page, list[str]()
    page.evaluate("document.hasFocus = () => false")  # another window is in front
    page.on("request", lambda request: asked.append(request.url) if "/api/events" in request.url else None)
    cookies = {cookie["name"]: cookie["value"] for cookie in guest.context.cookies()}  # type: ignore[typeddict-item]
    with contextlib.ExitStack() as others, httpx.Client(cookies=cookies, timeout=15) as browsers:
        newer = [
            others.enter_context(browsers.stream("GET", f"{page.url}/api/events")).iter_lines() for _ in range(30)
        ]  # as many as one person may have open
        assert all(next(lines).startswith("retry:") for lines in newer)
        page.evaluate("new Promise((done) => setTimeout(done, 2500))")  # a line that broke is back after one
        assert asked == []
        bot.says(guest.chat, "没人看的时候说的")
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.get_by_role("article").filter(has_text="没人看的时候说的")).to_have_count(1)
        bot.says(guest.chat, "看着的时候说的")
        expect(page.get_by_role("article").filter(has_text="看着的时候说的")).to_have_count(1)
        assert len(asked) == 1


def test_a_page_that_is_being_looked_at_comes_back_though_others_are_newer(guest: Guest, bot: Bot) -> None:
    over = "event: over\ndata: {}\n\n"
    guest.page.route(
        "**/api/events?*", lambda route: route.fulfill(content_type="text/event-stream", body=over), times=1
    )
    with guest.page.expect_request("**/api/messages?*"), guest.page.expect_response("**/api/events?*"):
        guest.page.reload()
    with guest.page.expect_request("**/api/events?*"):  # by itself: it is in front
        pass
    bot.says(guest.chat, "还在看")
    expect(guest.page.get_by_role("article").filter(has_text="还在看")).to_have_count(1)


def test_a_phone_away_for_longer_than_events_are_kept_loads_the_chat_anew(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "还在的话")
    stale = {"messages": [{"message_id": 1, "date": 1_740_700_800, "text": "早已删掉的话"}], "more": False}
    guest.page.route("**/api/messages?*", lambda route: route.fulfill(json=stale), times=1)
    guest.page.route(
        "**/api/events?*",
        lambda route: route.fulfill(content_type="text/event-stream", body="id: 1\nevent: reset\ndata: {}\n\n"),
        times=1,
    )
    guest.page.reload()
    expect(guest.page.get_by_role("article").filter(has_text="还在的话")).to_have_count(1)
    expect(guest.page.get_by_role("article").filter(has_text="早已删掉的话")).to_have_count(0)


def test_older_messages_that_did_not_come_are_asked_for_again_with_a_tap(guest: Guest, bot: Bot) -> None:
    for number in range(45):
        bot.says(guest.chat, f"第{number}条")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    guest.page.route("**/api/messages?*before=*", refuse)
    guest.page.reload()
    expect(guest.page.get_by_role("article")).to_have_count(40)
    bot.says(guest.chat, "线通了")  # once it is there no link comes up any more, which would ask again by itself
    expect(guest.page.get_by_role("article")).to_have_count(41)
    guest.page.get_by_role("log").evaluate("e => { e.scrollTop = 0 }")
    again = guest.page.get_by_role("button", name="更早的消息没取到，点此再试")
    expect(again).to_be_visible()
    bot.says(guest.chat, "又一条")
    expect(guest.page.get_by_role("article")).to_have_count(42)
    assert len(asked) == 1
    guest.page.unroute("**/api/messages?*before=*")
    again.click()
    expect(guest.page.get_by_role("article")).to_have_count(47)


def test_without_a_session_the_page_says_what_to_do(guest: Guest) -> None:
    guest.page.route(SENDING, lambda route: route.abort())
    write(guest.page, "还没发出的话")
    expect(guest.page.get_by_role("button", name="未发出，点此重发")).to_be_visible()
    refusal = {"error": {"code": "login", "message": "请登录"}}
    guest.page.route("**/api/me", lambda route: route.fulfill(status=401, json=refusal))
    guest.page.reload()
    expect(guest.page.get_by_role("alert")).to_contain_text("请用新的登录链接打开")
