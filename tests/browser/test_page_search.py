"""Searching one's own chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Bot, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_word_is_found_far_up_and_a_tap_leads_there(guest: Guest, bot: Bot) -> None:
    old = bot.says(guest.chat, "下周三上午九点在镇政府开会")
    for number in range(60):
        bot.says(guest.chat, f"第{number}条")
    page = guest.page
    page.reload()
    page.get_by_role("button", name="查找消息").tap()
    box = page.get_by_role("searchbox", name="查找这个对话里的消息")
    expect(box).to_be_focused()
    box.fill("镇政府")
    found = page.get_by_role("region", name="查找结果").get_by_role("button", name="下周三上午九点在镇政府开会")
    expect(found.locator("mark")).to_have_text("镇政府")
    found.tap()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.locator(f"#m{old}")).to_be_in_viewport()
    expect(page.locator(f"#m{old}")).to_be_focused()


def test_what_is_not_there_is_said_and_escape_closes(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "您好")
    page = guest.page
    page.get_by_role("button", name="查找消息").tap()
    page.get_by_role("searchbox").fill("没有的词")
    expect(page.get_by_text("没有找到「没有的词」")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.get_by_role("button", name="查找消息")).to_be_focused()


def test_many_results_come_page_by_page(guest: Guest, bot: Bot) -> None:
    for number in range(25):
        bot.says(guest.chat, f"走访记录{number}")
    page = guest.page
    page.get_by_role("button", name="查找消息").tap()
    page.get_by_role("searchbox").fill("走访")
    results = page.get_by_role("region", name="查找结果").get_by_role("listitem")
    expect(results).to_have_count(20)
    expect(results.first).to_contain_text("走访记录24")
    page.get_by_role("button", name="更早的结果").tap()
    expect(results).to_have_count(25)
    expect(page.get_by_role("button", name="更早的结果")).to_have_count(0)


def test_a_result_that_was_deleted_meanwhile_says_so(guest: Guest, bot: Bot) -> None:
    old = bot.says(guest.chat, "要删的消息")
    for number in range(45):
        bot.says(guest.chat, f"第{number}条")
    page = guest.page
    page.reload()
    page.get_by_role("button", name="查找消息").tap()
    page.get_by_role("searchbox").fill("要删的")
    found = page.get_by_role("region", name="查找结果").get_by_role("button", name="要删的消息")
    expect(found).to_be_visible()
    bot("deleteMessage", chat_id=guest.chat, message_id=old)
    found.tap()
    expect(page.get_by_text("那条消息已经不在了。")).to_be_visible()


def test_without_a_network_the_search_says_so_and_may_be_repeated(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "走访记录")
    page = guest.page
    page.route("**/api/search", lambda route: route.abort())
    page.get_by_role("button", name="查找消息").tap()
    page.get_by_role("searchbox").fill("走访")
    expect(page.get_by_text("没有查成，请看看网络。")).to_be_visible()
    page.unroute("**/api/search")
    page.get_by_role("button", name="再试一次").tap()
    expect(page.get_by_role("region", name="查找结果").get_by_role("listitem")).to_have_count(1)
