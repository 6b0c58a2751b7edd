"""Buttons of the bot: under messages, above the text box, in the menu."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Bot, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REVIEW = {"inline_keyboard": [[{"text": "确认", "callback_data": "ok"}, {"text": "修改", "callback_data": "edit"}]]}
HOME = {"keyboard": [[{"text": "今天"}, {"text": "走访"}], [{"text": "更多"}]], "resize_keyboard": True}


def test_a_press_spins_until_answered_and_the_edit_replaces_the_card(guest: Guest, bot: Bot) -> None:
    card = bot.says(guest.chat, "要记下吗？", reply_markup=REVIEW)
    button = guest.page.get_by_role("button", name="确认")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()  # an impatient second tap
    bot.says(guest.chat, "后来的话")
    (update,) = bot.heard(guest.chat)
    assert update["callback_query"]["data"] == "ok"
    bot("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="记好了")
    expect(guest.page.get_by_role("status").get_by_text("记好了")).to_be_visible()
    expect(button).to_have_attribute("aria-busy", "false")
    bot("editMessageText", chat_id=guest.chat, message_id=card, text="已记下")
    expect(button).to_have_count(0)
    expect(guest.page.get_by_role("article").first).to_contain_text("已记下")
    assert bot("getUpdates", offset=bot.offset) == []


def test_an_alert_opens_a_dialog_that_waits_to_be_read(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "选一个", reply_markup=REVIEW)
    guest.page.get_by_role("button", name="修改").click()
    (update,) = bot.heard(guest.chat)
    bot("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="已经提交过了", show_alert=True)
    dialog = guest.page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("已经提交过了")
    dialog.get_by_role("button", name="知道了").click()
    expect(dialog).to_have_count(0)


def test_a_press_without_network_says_so_and_may_be_repeated(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "选一个", reply_markup=REVIEW)
    guest.page.route("**/api/callback", lambda route: route.abort())
    button = guest.page.get_by_role("button", name="确认")
    button.click()
    expect(guest.page.get_by_text("没有按上，请看看网络，再按一次。")).to_be_visible()
    expect(button).to_have_attribute("aria-busy", "false")
    guest.page.unroute("**/api/callback")
    button.click()
    (update,) = bot.heard(guest.chat)
    assert update["callback_query"]["data"] == "ok"


def test_the_reply_keyboard_speaks_hides_and_goes(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "您好", reply_markup=HOME)
    keys = guest.page.get_by_role("group", name="回复按钮")
    expect(keys.get_by_role("button")).to_have_text(["今天", "走访", "更多"])
    keys.get_by_role("button", name="走访").click()
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "走访"
    expect(keys).to_be_visible()
    guest.page.get_by_role("button", name="收起按钮").click()
    expect(keys).to_have_count(0)
    guest.page.get_by_role("button", name="显示按钮").click()
    guest.page.reload()
    expect(keys).to_be_visible()
    bot.says(guest.chat, "好了", reply_markup={"remove_keyboard": True})
    expect(keys).to_have_count(0)
    expect(guest.page.get_by_role("button", name="显示按钮")).to_have_count(0)


def test_a_one_time_keyboard_steps_aside_after_one_press_and_can_be_called_back(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "去了吗？", reply_markup={**HOME, "one_time_keyboard": True})
    keys = guest.page.get_by_role("group", name="回复按钮")
    keys.get_by_role("button", name="今天").click()
    expect(keys).to_have_count(0)
    guest.page.reload()
    expect(guest.page.get_by_role("button", name="显示按钮")).to_be_visible()
    expect(keys).to_have_count(0)
    guest.page.get_by_role("button", name="显示按钮").click()
    expect(keys).to_be_visible()


def test_whoever_never_spoke_finds_one_button_to_begin_with(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "早上好")  # a digest may come before the first word
    begin = guest.page.get_by_role("button", name="开始", exact=True)
    begin.tap()
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "/start"
    expect(begin).to_have_count(0)


def test_the_answer_to_a_press_is_shown_even_to_someone_who_scrolled_up(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "很长\n" * 60)
    bot.says(guest.chat, "选一个", reply_markup=REVIEW)
    bot.says(guest.chat, "还很长\n" * 60)
    expect(guest.page.get_by_role("article")).to_have_count(3)
    guest.page.get_by_role("button", name="确认").tap()
    expect(guest.page.get_by_role("button", name="回到最新消息")).to_be_visible()
    bot.says(guest.chat, "这是回答")
    expect(guest.page.get_by_role("article").last).to_be_in_viewport()


def test_a_key_above_the_box_brings_the_reader_back_to_the_newest_message(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "很长\n" * 90, reply_markup=HOME)
    keys = guest.page.get_by_role("group", name="回复按钮")
    expect(keys).to_be_visible()
    guest.page.get_by_role("log").evaluate("e => { e.scrollTop = 0 }")
    expect(guest.page.get_by_role("button", name="回到最新消息")).to_be_visible()
    keys.get_by_role("button", name="今天").tap()
    expect(guest.page.get_by_role("article").last).to_contain_text("今天")
    expect(guest.page.get_by_role("article").last).to_be_in_viewport()


def test_the_menu_lists_the_commands_in_chinese_and_sends_the_chosen_one(guest: Guest, bot: Bot) -> None:
    guest.page.get_by_role("button", name="菜单", exact=True).click()
    menu = guest.page.get_by_role("dialog", name="菜单")
    expect(menu.get_by_role("listitem")).to_have_count(2)
    menu.get_by_role("button", name="记一次走访").click()
    expect(menu).to_have_count(0)
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "/visit"
    assert update["message"]["entities"][0]["type"] == "bot_command"
