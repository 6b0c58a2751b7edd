"""Talking on the web page: what is written, what comes back, and how it looks."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from .conftest import DESK, Bot, Enter, Gateway, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="输入消息")


def write(page: Page, text: str) -> None:
    box(page).fill(text)
    page.get_by_role("button", name="发送").click()


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_role("article").filter(has_text=text)


def test_a_login_link_opens_the_chat_with_one_tap(browser: Browser, gateway: Gateway, bot: Bot) -> None:
    _, link = gateway.invite()
    page = browser.new_page(locale="zh-CN")
    page.goto(link)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_text("我是小苗")).to_be_visible()
    expect(box(page)).to_be_visible()
    page.context.close()


def test_what_is_sent_reaches_the_bot_and_its_answer_appears(guest: Guest, bot: Bot) -> None:
    write(guest.page, "昨天去了小虎家")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "昨天去了小虎家"
    bot.says(guest.chat, "记下了：小虎")
    expect(said(guest.page, "记下了：小虎")).to_have_count(1)
    expect(said(guest.page, "昨天去了小虎家")).to_have_count(1)
    expect(box(guest.page)).to_have_value("")


def test_a_reload_keeps_the_history_and_the_draft(guest: Guest, bot: Bot) -> None:
    write(guest.page, "第一句")
    bot.heard(guest.chat)
    bot.says(guest.chat, "收到第一句")
    expect(said(guest.page, "收到第一句")).to_be_visible()
    box(guest.page).fill("还没写完的话\n第二行")
    guest.page.reload()
    expect(said(guest.page, "第一句")).to_have_count(2)
    expect(box(guest.page)).to_have_value("还没写完的话\n第二行")


def test_formatting_counts_utf16_and_never_becomes_markup(guest: Guest, bot: Bot) -> None:
    text = "👧🏻小虎 <b>不是标签</b> 拨 12355 或 110"
    at = len("👧🏻".encode("utf-16-le")) // 2  # one emoji with skin tone is four units
    entities: list[dict[str, Any]] = [
        {"type": "bold", "offset": at, "length": 2},
        {"type": "text_link", "offset": text.index("12355") + 2, "length": 5, "url": "https://example.org/a"},
    ]
    bot.says(guest.chat, text, entities=entities)
    message = said(guest.page, "不是标签")
    expect(message.locator("strong")).to_have_text("小虎")
    expect(message.locator("b")).to_have_count(0)
    expect(message.get_by_role("link", name="12355")).to_have_attribute("href", "https://example.org/a")


def test_html_from_the_bot_shows_quotes_code_and_spoilers(guest: Guest, bot: Bot) -> None:
    html = "<blockquote>原话</blockquote>\n<code>0012</code> <i>斜</i> <tg-spoiler>藏着的话</tg-spoiler>"
    bot.says(guest.chat, html, parse_mode="HTML")
    message = said(guest.page, "原话")
    expect(message.locator("blockquote")).to_have_text("原话")
    expect(message.locator("code")).to_have_text("0012")
    expect(message.locator("em")).to_have_text("斜")
    hidden = message.get_by_text("藏着的话")
    expect(hidden).to_be_hidden()
    message.get_by_role("button", name="点开看隐藏的文字").click()
    expect(hidden).to_be_visible()


def test_only_harmless_links_can_be_tapped(guest: Guest) -> None:
    """The page itself decides what may be opened, whatever a server lets through."""
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({"type": "phone_number"}, "tel:12355"),
        ({"type": "text_link", "url": "tel:110"}, "tel:110"),
        ({"type": "text_link", "url": "https://example.org/a"}, "https://example.org/a"),
        ({"type": "text_link", "url": "javascript:alert(1)"}, None),
        ({"type": "text_link", "url": "data:text/html,x"}, None),
        ({"type": "url"}, None),  # 12355 is no address
    ]
    messages = [
        {
            "message_id": number,
            "date": 1_740_700_800,
            "text": "12355",
            "entities": [{**entity, "offset": 0, "length": 5}],
        }
        for number, (entity, _) in enumerate(cases, 1)
    ]
    guest.page.route("**/api/messages?*", lambda route: route.fulfill(json={"messages": messages, "more": False}))
    guest.page.reload()
    expect(said(guest.page, "12355")).to_have_count(len(cases))
    for number, (_, href) in enumerate(cases):
        link = said(guest.page, "12355").nth(number).locator("a")
        if href is None:
            expect(link).to_have_count(0)
        else:
            expect(link).to_have_attribute("href", href)


def test_an_edit_and_a_deletion_are_seen_at_once(guest: Guest, bot: Bot) -> None:
    first = bot.says(guest.chat, "写错的字")
    second = bot.says(guest.chat, "要删的话")
    expect(said(guest.page, "要删的话")).to_be_visible()
    bot("editMessageText", chat_id=guest.chat, message_id=first, text="改好的字")
    bot("deleteMessage", chat_id=guest.chat, message_id=second)
    expect(said(guest.page, "改好的字")).to_be_visible()
    expect(said(guest.page, "写错的字")).to_have_count(0)
    expect(said(guest.page, "要删的话")).to_have_count(0)


def test_typing_is_shown_until_the_message_comes(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "先来一句")  # typing is not kept for later: the live stream must stand
    expect(said(guest.page, "先来一句")).to_be_visible()
    bot("sendChatAction", chat_id=guest.chat, action="typing")
    expect(guest.page.get_by_text("正在输入…")).to_be_visible()
    bot.says(guest.chat, "写好了")
    expect(said(guest.page, "写好了")).to_be_visible()
    expect(guest.page.get_by_text("正在输入…")).to_have_count(0)


def test_older_messages_come_on_scrolling_up_and_the_reader_stays_where_she_was(guest: Guest, bot: Bot) -> None:
    for number in range(50):
        bot.says(guest.chat, f"第{number}条")
    expect(said(guest.page, "第49条")).to_be_visible()
    guest.page.reload()
    expect(said(guest.page, "第49条")).to_be_in_viewport()
    log = guest.page.get_by_role("log")
    expect(log.get_by_role("article")).to_have_count(40)
    assert log.evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight") < 2
    log.evaluate("e => { e.scrollTop = 150 }")
    place = said(guest.page, "第13条").bounding_box()
    expect(log.get_by_role("article")).to_have_count(50)
    assert place is not None
    assert said(guest.page, "第13条").bounding_box() == pytest.approx(place, abs=2)
    expect(guest.page.get_by_text("对话从这里开始")).to_have_count(1)


def test_a_new_message_does_not_pull_down_someone_who_reads_above(guest: Guest, bot: Bot) -> None:
    for number in range(2):
        bot.says(guest.chat, f"第{number}条" + "\n很长" * 30)
    expect(said(guest.page, "第1条")).to_be_visible()
    guest.page.get_by_role("log").evaluate("e => { e.scrollTop = 0 }")
    expect(guest.page.get_by_role("button", name="回到最新消息")).to_be_visible()
    bot.says(guest.chat, "刚来的")
    pill = guest.page.get_by_role("button", name="1 条新消息")
    expect(said(guest.page, "刚来的")).not_to_be_in_viewport()
    pill.click()
    expect(said(guest.page, "刚来的")).to_be_in_viewport()
    expect(pill).to_have_count(0)


def test_days_carry_the_names_people_use(guest: Guest, bot: Bot) -> None:
    for number in range(4):
        bot.says(guest.chat, f"第{number}条")
    now = int(time.time())
    dates = [now - 400 * 86_400, 1_740_700_800, now - 86_400, now]  # the second: 2025-02-28 08:00 in Beijing, a Friday

    def older(route: Route) -> None:
        answer = route.fetch().json()
        for message, date in zip(answer["messages"], sorted(dates), strict=True):
            message["date"] = date
        route.fulfill(json=answer)

    guest.page.route("**/api/messages?*", older)
    guest.page.reload()
    expect(guest.page.get_by_role("log").locator(".day")).to_have_count(4)  # before, the phone's own copy is shown
    days = guest.page.get_by_role("log").locator(".day").all_inner_texts()
    assert days[-2:] == ["昨天", "今天"]
    assert "2025年2月28日 星期五" in days
    assert all(re.fullmatch(r"(\d{4}年)?\d+月\d+日 星期.", day) for day in days[:2])


def test_at_a_desk_enter_sends_shift_enter_breaks_the_line_and_an_input_method_keeps_its_enter(
    enter: Enter, bot: Bot
) -> None:
    guest = enter(DESK)
    text = box(guest.page)
    text.fill("第一行")
    text.press("Shift+Enter")
    text.press_sequentially("第二行")
    text.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(text).to_have_value("第一行\n第二行")
    text.press("Enter")
    expect(text).to_have_value("")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "第一行\n第二行"


def test_too_long_a_text_stays_in_the_box_and_says_why(guest: Guest) -> None:
    write(guest.page, "长" * 4097)
    expect(guest.page.get_by_text("太长了：4097 字，最多 4096 字。")).to_be_visible()
    expect(box(guest.page)).to_have_value("长" * 4097)
    expect(guest.page.get_by_role("article")).to_have_count(0)
