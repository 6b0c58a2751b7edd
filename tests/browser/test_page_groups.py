"""Several conversations with one bot: groups, the way between them, and a bot that was stopped."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import DESK, Bot, Enter, Guest
from .holding import box, said, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def found(bot: Bot, title: str, members: list[int]) -> int:
    """The operator founds a group."""
    admin = {"Authorization": f"Bearer {(bot.gateway.data / 'admin.key').read_text().strip()}"}
    group = {"title": title, "bots": ["xm_bot"], "members": members}
    number: int = httpx.post(f"{bot.gateway.url}/admin/groups", headers=admin, json=group).json()["id"]
    return number


def test_in_a_group_everybody_is_named_and_what_is_said_reaches_all(enter: Enter, bot: Bot) -> None:
    me, mate = enter(), enter(DESK)
    group = found(bot, "南华镇儿童主任", [me.chat, mate.chat])
    for guest in (me, mate):
        guest.page.goto(f"{guest.base}/c/{guest.chat}/xm_bot/g/{-group}")
        expect(guest.page.get_by_role("heading", name="南华镇儿童主任")).to_be_visible()
    write(mate.page, "明天谁去开会？")
    name = mate.page.evaluate(
        "fetch(location.pathname + '/api/me').then((r) => r.json()).then((me) => me.user.first_name)"
    )
    expect(said(me.page, "明天谁去开会？").locator(".sender")).to_contain_text(name)
    expect(said(mate.page, "明天谁去开会？").locator(".sender")).to_have_count(0)
    bot.says(group, "请各村报名")
    expect(said(me.page, "请各村报名").locator(".sender")).to_contain_text("小苗")
    write(mate.page, "我去")
    write(mate.page, "还有谁？")
    expect(said(me.page, "还有谁？").locator(".sender")).to_have_count(0)  # the same person goes on
    expect(me.page.get_by_role("log").get_by_role("article").filter(has_text="建了这个群")).to_have_count(1)


def test_the_name_in_the_header_leads_to_the_other_conversations(guest: Guest, bot: Bot) -> None:
    group = found(bot, "黑泉镇督导", [guest.chat])
    page = guest.page
    page.get_by_role("button", name="小苗，换对话").tap()
    there = page.get_by_role("dialog", name="对话").get_by_role("link", name="黑泉镇督导")
    with page.expect_response("**/g/*/api/seen"):  # who founded it is read, so it will not count as unread
        there.tap()
    expect(page.get_by_role("heading", name="黑泉镇督导")).to_be_visible()
    expect(box(page)).to_be_visible()
    page.get_by_role("button", name="黑泉镇督导，换对话").tap()
    expect(page.get_by_role("link", name="黑泉镇督导")).to_have_attribute("aria-current", "page")
    page.get_by_role("dialog", name="对话").get_by_role("link", name="小苗").tap()
    expect(page.get_by_role("heading", name="小苗")).to_be_visible()
    bot.says(group, "群里的新消息")
    expect(page.get_by_role("button", name="小苗，换对话，1 条未读")).to_be_visible()


def test_with_one_conversation_the_header_is_only_a_name(guest: Guest) -> None:
    expect(guest.page.get_by_role("heading", name="小苗")).to_be_visible()
    expect(guest.page.get_by_role("button", name="换对话")).to_have_count(0)


def test_a_bot_can_be_stopped_and_taken_back(guest: Guest, bot: Bot) -> None:
    page = guest.page
    bot.says(guest.chat, "您好")
    page.get_by_role("button", name="菜单", exact=True).tap()
    page.get_by_role("button", name="停用小苗").tap()
    page.get_by_role("dialog", name="停用小苗").get_by_role("button", name="停用", exact=True).tap()
    expect(page.get_by_text("您停用了小苗，现在收不到消息。")).to_be_visible()
    expect(box(page)).to_be_hidden()
    refused = bot.http.post("sendMessage", json={"chat_id": guest.chat, "text": "还在吗"}).json()
    assert (refused["error_code"], refused["description"]) == (403, "Forbidden: bot was blocked by the user")
    page.reload()
    page.get_by_role("button", name="恢复使用").tap()
    expect(box(page)).to_be_visible()
    bot.says(guest.chat, "欢迎回来")
    expect(said(page, "欢迎回来")).to_be_visible()
