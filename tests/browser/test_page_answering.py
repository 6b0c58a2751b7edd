"""Answering one message, correcting one, reacting, copying, jumping back: what is done with a single message."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import DESK, Bot, Enter, Guest
from .holding import box, hold, said, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_answer_carries_the_message_it_answers(guest: Guest, bot: Bot) -> None:
    question = bot.says(guest.chat, "小虎的奶奶在家吗？")
    hold(guest, said(guest.page, "奶奶在家吗")).get_by_role("button", name="回复").tap()
    expect(guest.page.get_by_text("回复 小苗")).to_be_visible()
    expect(box(guest.page)).to_be_focused()
    write(guest.page, "在家")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["reply_to_message"]["message_id"] == question
    expect(guest.page.get_by_text("回复 小苗")).to_have_count(0)
    quote = said(guest.page, "在家").last.get_by_role("button", name="看原来的消息，小苗：小虎的奶奶在家吗？")
    expect(quote).to_be_visible()
    write(guest.page, "下一句")
    (update,) = bot.heard(guest.chat)
    assert "reply_to_message" not in update["message"]


def test_an_answer_can_be_given_up(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "问一句")
    hold(guest, said(guest.page, "问一句")).get_by_role("button", name="回复").tap()
    guest.page.get_by_role("button", name="不回复了").tap()
    write(guest.page, "别的话")
    (update,) = bot.heard(guest.chat)
    assert "reply_to_message" not in update["message"]


def test_a_quote_leads_to_its_message_however_far_up_and_back(guest: Guest, bot: Bot) -> None:
    old = bot.says(guest.chat, "很早的通知")
    for number in range(100):
        bot.says(guest.chat, f"第{number}条")
    bot.says(guest.chat, "还记得吗", reply_parameters={"message_id": old})
    page = guest.page
    page.reload()
    expect(said(page, "还记得吗")).to_be_in_viewport()
    expect(page.locator(f"#m{old}")).to_have_count(0)
    page.get_by_role("button", name="看原来的消息，小苗：很早的通知").tap()
    target = page.locator(f"#m{old}")
    expect(target).to_be_in_viewport()
    expect(target).to_be_focused()
    expect(target).to_have_class("msg in marked")
    bot.says(guest.chat, "刚来的一条")  # while the reader is far above
    expect(page.get_by_role("button", name="1 条新消息")).to_be_visible()
    expect(said(page, "刚来的一条")).to_have_count(0)
    for number in (50, 90, 99):  # going down by hand, what lies between comes in page by page
        page.get_by_role("log").evaluate("e => { e.scrollTop = e.scrollHeight }")
        expect(said(page, f"第{number}条")).to_have_count(1)
    page.get_by_role("log").evaluate("e => { e.scrollTop = e.scrollHeight }")
    expect(said(page, "刚来的一条")).to_be_in_viewport()
    numbers = [int(one[1:]) for one in page.get_by_role("article").evaluate_all("all => all.map(e => e.id)")]
    assert numbers == sorted(set(numbers))


def test_from_far_above_one_tap_leads_to_the_newest_message(guest: Guest, bot: Bot) -> None:
    old = bot.says(guest.chat, "很早的通知")
    for number in range(60):
        bot.says(guest.chat, f"第{number}条")
    bot.says(guest.chat, "还记得吗", reply_parameters={"message_id": old})
    guest.page.reload()
    guest.page.get_by_role("button", name="看原来的消息").tap()
    expect(guest.page.locator(f"#m{old}")).to_be_in_viewport()
    write(guest.page, "记得")  # whoever speaks is at the end again
    expect(said(guest.page, "记得").last).to_be_in_viewport()
    expect(said(guest.page, "第59条")).to_be_in_viewport()


def test_a_deleted_message_leaves_no_quote_of_itself(guest: Guest, bot: Bot) -> None:
    old = bot.says(guest.chat, "要删的")
    bot.says(guest.chat, "答复", reply_parameters={"message_id": old})
    quote = guest.page.get_by_role("button", name="看原来的消息")
    expect(quote).to_be_visible()
    bot("deleteMessage", chat_id=guest.chat, message_id=old)
    expect(quote).to_have_count(0)
    expect(said(guest.page, "要删的")).to_have_count(0)


def test_an_own_message_is_corrected_and_what_was_being_written_comes_back(guest: Guest, bot: Bot) -> None:
    page = guest.page
    write(page, "昨天去了小虎加")
    (update,) = bot.heard(guest.chat)
    box(page).fill("写了一半")
    hold(guest, said(page, "小虎加")).get_by_role("button", name="编辑").tap()
    expect(box(page)).to_have_value("昨天去了小虎加")
    write(page, "昨天去了小虎家")
    expect(said(page, "小虎家")).to_contain_text("已修改")
    expect(box(page)).to_have_value("写了一半")
    page.reload()
    expect(box(page)).to_have_value("写了一半")
    expect(said(page, "小虎家")).to_have_count(1)
    corrected = [one for one in edits(bot) if one["chat"]["id"] == guest.chat]
    assert [(one["message_id"], one["text"]) for one in corrected] == [
        (update["message"]["message_id"], "昨天去了小虎家")
    ]


def edits(bot: Bot) -> list[dict[str, Any]]:
    waiting = bot("getUpdates", offset=bot.offset, timeout=1)
    bot.offset = waiting[-1]["update_id"] + 1 if waiting else bot.offset
    return [update["edited_message"] for update in waiting if "edited_message" in update]


def test_a_correction_that_did_not_arrive_stays_in_the_box(guest: Guest, bot: Bot) -> None:
    page = guest.page
    write(page, "第一句")
    bot.heard(guest.chat)
    hold(guest, said(page, "第一句")).get_by_role("button", name="编辑").tap()
    page.route("**/edit", lambda route: route.abort())
    write(page, "改过的一句")
    expect(page.get_by_text("没有做成，请看看网络，再试一次。")).to_be_visible()
    expect(box(page)).to_have_value("改过的一句")
    page.unroute("**/edit")
    page.get_by_role("button", name="发送", exact=True).tap()
    expect(said(page, "改过的一句")).to_have_count(1)
    expect(box(page)).to_have_value("")


def test_only_own_words_can_be_corrected(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "小苗说的")
    expect(hold(guest, said(guest.page, "小苗说的")).get_by_role("button", name="编辑")).to_have_count(0)


def test_a_reaction_is_counted_and_taken_back(guest: Guest, bot: Bot) -> None:
    page = guest.page
    bot.says(guest.chat, "收到请回应")
    hold(guest, said(page, "收到请回应")).get_by_role("button", name="回应 赞").tap()
    chip = said(page, "收到请回应").get_by_role("button", name="赞，1 人")
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.tap()
    expect(chip).to_have_count(0)
    mine = bot.says(guest.chat, "谢谢您")
    bot("setMessageReaction", chat_id=guest.chat, message_id=mine, reaction=[{"type": "emoji", "emoji": "❤"}])
    expect(said(page, "谢谢您").get_by_role("button", name="爱心，1 人")).to_have_attribute("aria-pressed", "false")


def test_a_long_press_copies_the_whole_text(guest: Guest, bot: Bot) -> None:
    guest.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bot.says(guest.chat, "电话 12355\n随时可以打")
    hold(guest, said(guest.page, "12355")).get_by_role("button", name="复制").tap()
    expect(guest.page.get_by_text("已复制")).to_be_visible()
    assert guest.page.evaluate("navigator.clipboard.readText()") == "电话 12355\n随时可以打"
    guest.context.clear_permissions()


def test_where_the_browser_has_no_clipboard_the_old_way_copies(guest: Guest, bot: Bot) -> None:
    """Plain http inside an office: no clipboard API at all."""
    guest.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('insecure')) }")
    bot.says(guest.chat, "老办法也行")
    hold(guest, said(guest.page, "老办法也行")).get_by_role("button", name="复制").tap()
    expect(guest.page.get_by_text("已复制")).to_be_visible()
    assert guest.page.evaluate("navigator.clipboard.readText()") == "老办法也行"
    guest.context.clear_permissions()


def test_a_finger_that_scrolls_opens_no_menu_and_a_tap_neither(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "很长\n" * 60)
    expect(said(guest.page, "很长")).to_be_visible()
    finger = guest.context.new_cdp_session(guest.page)
    start = {"x": 120, "y": 500}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 40, "y": 500}]})
    guest.page.wait_for_function(
        "since => performance.now() - since > 700", arg=guest.page.evaluate("performance.now()")
    )
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
    said(guest.page, "很长").locator(".text").tap()
    expect(guest.page.get_by_role("dialog")).to_have_count(0)


def test_without_a_finger_the_menu_opens_by_right_click_and_by_keyboard(enter: Enter, bot: Bot) -> None:
    guest = enter(DESK)
    bot.says(guest.chat, "点右键")
    page = guest.page
    menu = page.get_by_role("dialog", name="这条消息")
    said(page, "点右键").locator(".text").click(button="right")
    expect(menu.get_by_role("button", name="复制")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    options = said(page, "点右键").get_by_role("button", name="消息选项")
    options.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_be_focused()


def test_a_question_that_wants_an_answer_prepares_it(guest: Guest, bot: Bot) -> None:
    markup = {"force_reply": True, "input_field_placeholder": "孩子的姓名"}
    question = bot.says(guest.chat, "叫什么名字？", reply_markup=markup)
    expect(guest.page.get_by_text("回复 小苗")).to_be_visible()
    expect(box(guest.page)).to_have_attribute("placeholder", "孩子的姓名")
    guest.page.reload()
    expect(guest.page.get_by_text("回复 小苗")).to_be_visible()
    write(guest.page, "小虎")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["reply_to_message"]["message_id"] == question
    expect(box(guest.page)).to_have_attribute("placeholder", "输入消息")


def test_links_numbers_and_codes_under_a_message_do_what_they_say(guest: Guest, bot: Bot) -> None:
    rows = [
        [
            {"text": "复制编号", "copy_text": {"text": "GT-2026-0117"}},
            {"text": "小程序", "web_app": {"url": "https://example.org/"}},
        ],
        [{"text": "发到别处", "switch_inline_query": "x"}],
    ]
    bot.says(guest.chat, "请选", reply_markup={"inline_keyboard": rows})
    page = guest.page
    guest.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制编号").tap()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "GT-2026-0117"
    guest.context.clear_permissions()
    expect(page.get_by_role("button", name="小程序")).to_be_disabled()
    page.get_by_role("button", name="发到别处").tap()
    expect(page.get_by_text("这个按钮在这里不能用。")).to_be_visible()


def test_a_refused_answer_comes_back_as_an_answer(guest: Guest, bot: Bot) -> None:
    question = bot.says(guest.chat, "奶奶在家吗？")
    page = guest.page
    hold(guest, said(page, "奶奶在家吗")).get_by_role("button", name="回复").tap()
    said_no = {"error": {"code": "bad_request", "message": "请改一改再发。"}}
    page.route("**/api/messages", lambda route: route.fulfill(status=400, json=said_no))
    write(page, "在加")
    page.get_by_role("button", name="放回输入框").tap()
    page.unroute("**/api/messages")
    expect(page.get_by_text("回复 小苗")).to_be_visible()
    write(page, "在家")
    (update,) = bot.heard(guest.chat)
    assert (update["message"]["text"], update["message"]["reply_to_message"]["message_id"]) == ("在家", question)
