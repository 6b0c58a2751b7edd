"""The page for everybody: WCAG 2.2 AA by axe on every screen, the keyboard alone, screen readers, system colours."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from .app_side import Handset, NewHandset, box, said
from .conftest import Bot, Gateway
from .test_app_lock import set_pin, settings, type_pin

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS = [("light", 100), ("dark", 100), ("light", 200)]
FORM = {
    "inline_keyboard": [
        [{"text": "见到了", "callback_data": "1"}, {"text": "没见到", "callback_data": "2"}],
        [{"text": str(day), "callback_data": f"d{day}"} for day in range(1, 8)],
        [{"text": "政策原文", "url": "https://example.org/"}],
    ]
}
HOME = {"keyboard": [[{"text": "今天"}, {"text": "走访"}, {"text": "报告"}], [{"text": "查孩子"}, {"text": "更多"}]]}


def picture() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (640, 480), "#7a9").save(into, "JPEG")
    return into.getvalue()


def sound() -> bytes:
    into = io.BytesIO()
    with wave.open(into, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(8000)
        written.writeframes(b"\x80" * 8000)
    return into.getvalue()


def furnish(phone: Handset, bot: Bot) -> None:
    """A conversation with one of every kind."""
    page = phone.page
    box(page).fill("昨天去了小虎家，奶奶在家")
    page.get_by_role("button", name="发送").click()
    bot.heard(phone.chat)
    html = "<b>走访记录</b>\n<blockquote expandable>奶奶在家\n三个孩子\n都好\n很好\n真的</blockquote><a href='https://example.org/'>政策</a> <code>GT-03-07-0012</code> <tg-spoiler>暗</tg-spoiler>\n<pre>一 二 三</pre>"
    card = bot.says(phone.chat, html, parse_mode="HTML", reply_markup=FORM)
    bot.says(phone.chat, "看上面", reply_parameters={"message_id": card}, protect_content=True)
    bot("sendDocument", chat_id=phone.chat, files={"document": ("儿童台账_2026年11月.xlsx", b"x" * 5000)})
    bot("sendPhoto", chat_id=phone.chat, caption="门口的照片", files={"photo": ("a.jpg", picture())})
    bot("sendAudio", chat_id=phone.chat, title="通知", files={"audio": ("a.wav", sound())})
    bot("sendLocation", chat_id=phone.chat, latitude=39.37, longitude=99.81)
    bot("sendContact", chat_id=phone.chat, first_name="李主任", phone_number="10012345678")
    bot(
        "sendPoll",
        chat_id=phone.chat,
        question="哪天开会？",
        options=[{"text": "周一"}, {"text": "周二"}],
        is_anonymous=True,
    )
    bot("sendDice", chat_id=phone.chat)
    bot("pinChatMessage", chat_id=phone.chat, message_id=card)
    bot("setMessageReaction", chat_id=phone.chat, message_id=2, reaction=[{"type": "emoji", "emoji": "👍"}])
    bot.says(phone.chat, "请选一项", reply_markup=HOME)
    expect(said(page, "请选一项")).to_be_visible()


def dressed(page: Page, scheme: str, size: int) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate("size => { document.documentElement.style.fontSize = size === 100 ? '' : `${size}%`; }", size)


def faults(page: Page, where: str) -> list[str]:
    """What axe finds on this screen, in light, in dark, and at double size."""
    found = []
    for scheme, size in LOOKS:
        dressed(page, scheme, size)
        for violation in Axe().run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                found.append(
                    f"{where} {scheme} {size}%: {violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
                )
    dressed(page, "light", 100)
    return found


Step = Callable[[Page], Any]


def test_axe_finds_nothing_in_the_conversation_and_what_lies_over_it(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"service_workers": "block"})
    furnish(phone, bot)
    page = phone.page
    found = faults(page, "conversation")
    page.get_by_role("button", name="菜单").click()
    found += faults(page, "menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="消息选项").first.press("Enter")
    found += faults(page, "what can be done with a message")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="看大图").click()
    found += faults(page, "photo")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="查找消息").click()
    page.get_by_role("searchbox").fill("小虎")
    expect(page.get_by_role("region", name="查找结果").get_by_role("button").first).to_be_visible()
    found += faults(page, "search")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_settings_lock_and_offline(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    bot.says(phone.chat, "在的")
    phone.remembers("在的")
    phone.installed()
    page = phone.page
    settings(page)
    page.get_by_role("button", name="再登录一台设备").click()
    expect(page.get_by_role("img", name="登录用的二维码")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    found = faults(page, "settings, leaving")
    page.get_by_role("button", name="设密码").click()
    found += faults(page, "settings, PIN")
    page.get_by_role("button", name="设密码").click()
    set_pin(page)
    expect(page.get_by_text("密码设好了")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    phone.context.set_offline(True)
    box(page).fill("没网时说的")
    page.get_by_role("button", name="发送").click()
    page.reload()
    type_pin(page, "1357")
    expect(page.get_by_role("alert")).to_contain_text("还可以试")
    found += faults(page, "lock")
    type_pin(page, "2468")
    expect(page.get_by_role("region", name="紧急电话")).to_be_visible()
    expect(said(page, "没网时说的")).to_contain_text("尚未发出")
    found += faults(page, "offline")
    page.goto(f"{phone.gateway.url}/nowhere")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    found += faults(page, "offline, another page")
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_the_pages_before_and_beside_the_chat(
    handset: NewHandset, gateway: Gateway, bot: Bot
) -> None:
    phone = handset({"service_workers": "block"})
    page = phone.page
    admin = {"Authorization": f"Bearer {(gateway.data / 'admin.key').read_text().strip()}"}
    people = [
        {
            "key": "a",
            "user_id": phone.chat,
            "title": "儿童主任 王秀兰",
            "subtitle": "殷家庄村",
            "group": "村",
            "bot": "xm_bot",
        },
        {
            "key": "b",
            "user_id": gateway.invite()[0],
            "title": "督导员 张建国",
            "subtitle": "城关镇",
            "group": "镇",
            "bot": "xm_bot",
        },
    ]
    put = httpx.put(f"{gateway.url}/admin/personas", headers=admin, json={"bot": "xm_bot", "personas": people})
    assert put.is_success, put.text
    found = []
    page.goto(f"{gateway.url}/demo")
    found += faults(page, "demo")
    for checkbox in page.get_by_role("checkbox").all():
        checkbox.check()
    found += faults(page, "demo, several chosen")
    page.get_by_role("button", name="并排打开").click()
    expect(page.locator("iframe")).to_have_count(2)
    found += faults(page, "wall")
    phone.context.clear_cookies()
    page.goto(gateway.url)
    found += faults(page, "no session")
    page.get_by_role("textbox", name="登录码").fill("不对")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这个登录码")
    found += faults(page, "wrong code")
    page.goto(gateway.invite()[1])
    found += faults(page, "login link")
    page.goto(f"{gateway.url}/l/nothing")
    found += faults(page, "dead link")
    page.goto(f"{gateway.url}/nothing")
    found += faults(page, "no such page")
    assert not found, "\n".join(found)


def test_a_whole_conversation_by_keyboard_alone(handset: NewHandset, bot: Bot) -> None:
    phone = handset(
        {"service_workers": "block", "viewport": {"width": 1000, "height": 800}, "is_mobile": False, "has_touch": False}
    )
    page = phone.page
    expect(box(page)).to_be_focused()
    page.keyboard.type("走访")
    page.keyboard.press("Enter")
    assert bot.heard(phone.chat)[0]["message"]["text"] == "走访"
    card = bot.says(phone.chat, "见到孩子了吗？", reply_markup=FORM)
    expect(said(page, "见到孩子了吗")).to_be_visible()

    def tab_to(name: str, back: bool = False) -> None:
        for _ in range(60):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            if (
                page.evaluate(
                    "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
                )
                == name
            ):
                return
        raise AssertionError(f"the keyboard never reaches {name}")

    tab_to("见到了", back=True)
    page.keyboard.press("Enter")
    (update,) = bot.heard(phone.chat)
    assert update["callback_query"]["data"] == "1"
    # the bot answers by changing the card: the focus stays where the person is
    bot("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="好")
    bot("editMessageText", chat_id=phone.chat, message_id=card, text="几个孩子？", reply_markup=FORM)
    expect(said(page, "几个孩子")).to_be_visible()
    expect(page.locator(":focus")).to_have_text("见到了")
    bot.says(phone.chat, "又来一条")
    expect(said(page, "又来一条")).to_be_visible()
    expect(page.locator(":focus")).to_have_text("见到了")
    tab_to("菜单")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="菜单")).to_be_visible()
    tab_to("设置")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="设置")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="设置")).to_have_count(0)
    expect(page.locator("body *:focus")).to_have_count(1)
    tab_to("输入消息")
    page.keyboard.type("三个")
    page.keyboard.press("Enter")
    assert bot.heard(phone.chat)[0]["message"]["text"] == "三个"


def test_the_focus_outlives_everything_that_comes_in(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    page = phone.page
    phone.installed()
    box(page).focus()
    page.keyboard.type("正在写")
    bot.says(phone.chat, "一条", reply_markup=HOME)
    expect(said(page, "一条")).to_be_visible()
    phone.context.set_offline(True)
    expect(page.get_by_text("没有网络，正在等…")).to_be_visible()
    page.keyboard.type("长长的")
    phone.context.set_offline(False)
    expect(page.get_by_text("没有网络，正在等…")).to_have_count(0)
    page.keyboard.type("一句话")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("正在写长长的一句话")


def test_a_screen_reader_hears_who_said_what_and_what_waits(handset: NewHandset, bot: Bot) -> None:
    phone = handset()
    page = phone.page
    bot.says(phone.chat, "您好")
    expect(said(page, "您好")).to_be_visible()
    phone.context.set_offline(True)
    box(page).fill("没网时说的")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("article", name="我 尚未发出")).to_be_visible()
    expect(page.get_by_role("log", name="对话")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("没有网络")
    assert page.get_by_role("log").get_by_role("article").first.get_attribute("aria-label").startswith("小苗 ")  # type: ignore[union-attr]


def test_nothing_moves_for_whoever_asked_for_stillness(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"reduced_motion": "reduce", "service_workers": "block"})
    bot.says(phone.chat, "选一个", reply_markup=FORM)
    page = phone.page
    page.get_by_role("button", name="见到了").click()
    expect(page.locator(".key.busy")).to_have_count(1)
    page.get_by_role("button", name="菜单").click()
    assert page.evaluate("document.getAnimations().length") == 0


def test_in_the_systems_own_colours_every_control_keeps_its_outline(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"forced_colors": "active", "service_workers": "block"})
    bot.says(phone.chat, "选一个", reply_markup=FORM)
    page = phone.page
    expect(said(page, "选一个")).to_be_visible()
    settings(page)
    bare: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, .bubble, .emergency a')]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height && getComputedStyle(e).opacity !== '0'
            && !e.matches('.link, .choice, .quote, .photo, .cover'))
          .filter((e) => { const s = getComputedStyle(e); return s.borderTopStyle === 'none' || parseFloat(s.borderTopWidth) === 0; })
          .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert not bare, "\n".join(bare)
