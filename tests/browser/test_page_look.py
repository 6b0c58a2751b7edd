"""What the page looks like and how it can be reached: names, sizes, contrast, light and dark, small and large."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect

from .conftest import DESK, Bot, Enter, Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = {
    "inline_keyboard": [
        [{"text": "饮食", "callback_data": "1"}, {"text": "监护人照料情况", "callback_data": "2"}],
        [{"text": str(day), "callback_data": f"d{day}"} for day in range(1, 8)],
        [{"text": "都正常，提交这一次的走访记录", "callback_data": "3"}],
    ]
}
HOME = {"keyboard": [[{"text": "今天"}, {"text": "走访"}, {"text": "报告"}], [{"text": "查孩子"}, {"text": "更多"}]]}

# WCAG 2.x relative luminance and contrast of every visible text against the ground behind it.
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return rgba('canvas');
  };
  const found = [];
  for (const element of document.querySelectorAll('.chat *')) {
    const words = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim()).map((n) => n.data.trim());
    if (!words.length || !element.checkVisibility()) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    found.push([words[0], (a + 0.05) / (b + 0.05)]);
  }
  return found;
}"""


def furnish(guest: Guest, bot: Bot) -> None:
    """A chat with one of everything."""
    guest.page.get_by_role("textbox", name="输入消息").fill("昨天去了小虎家，奶奶在家，三个孩子都好")
    guest.page.get_by_role("button", name="发送").click()
    bot.heard(guest.chat)
    html = (
        "<b>走访记录</b>\n<blockquote>奶奶在家</blockquote>拨 <a href='https://example.org/'>这里</a> <code>0012</code>"
    )
    bot.says(guest.chat, html, parse_mode="HTML", reply_markup=FORM)
    bot("sendDocument", chat_id=guest.chat, files={"document": ("儿童台账_殷家庄村_2026年11月.xlsx", b"x" * 5000)})
    bot.says(guest.chat, "https://example.org/" + "long" * 30, reply_markup=HOME)
    expect(guest.page.get_by_role("article")).to_have_count(4)


def brightness(page: Page) -> float:
    """Mean grey of the screen, 0 to 255; animations are ended first, so that a colour in passing does not count."""
    return float(ImageStat.Stat(Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("L")).mean[0])


def test_light_and_dark_are_both_legible(guest: Guest, bot: Bot) -> None:
    furnish(guest, bot)
    for scheme in ("light", "dark"):
        guest.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert (brightness(guest.page) < 80) is (scheme == "dark")
        assert (brightness(guest.page) > 190) is (scheme == "light")
        contrasts: list[tuple[str, float]] = guest.page.evaluate(CONTRAST)
        assert len(contrasts) > 20
        assert [pair for pair in contrasts if pair[1] < 4.5] == []


def test_nothing_is_cut_off_sideways_and_one_can_still_write(enter: Enter, bot: Bot) -> None:
    guest = enter({"viewport": {"width": 320, "height": 640}})
    furnish(guest, bot)
    for width, height, type_size in ((320, 640, 200), (360, 640, 100), (390, 844, 200), (1280, 800, 100)):
        guest.page.set_viewport_size({"width": width, "height": height})
        guest.page.evaluate("size => { document.documentElement.style.fontSize = `${size}%` }", type_size)
        wide: list[str] = guest.page.evaluate(
            """() => [...document.querySelectorAll('body *')]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
              .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert wide == []
        assert guest.page.evaluate("document.documentElement.scrollWidth") == width
        log: dict[str, Any] = guest.page.get_by_role("log").evaluate(
            "e => ({inner: e.scrollWidth, outer: e.clientWidth, height: e.clientHeight})"
        )
        assert log["inner"] == log["outer"]
        assert log["height"] > 60
        expect(guest.page.get_by_role("textbox", name="输入消息")).to_be_in_viewport(ratio=1)
        expect(guest.page.get_by_role("button", name="发送")).to_be_in_viewport(ratio=1)
        expect(guest.page.get_by_role("button", name="附件")).to_be_in_viewport(ratio=1)


def test_every_button_is_large_enough_for_a_finger(guest: Guest, bot: Bot) -> None:
    furnish(guest, bot)
    small: list[str] = guest.page.evaluate(
        """() => [...document.querySelectorAll('button, a.file, .head-link')]
          .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
          .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_everything_has_the_agreed_name(guest: Guest, bot: Bot) -> None:
    furnish(guest, bot)
    page = guest.page
    for name in ("发送", "菜单", "附件", "饮食", "都正常，提交这一次的走访记录", "走访", "大字"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)
    expect(page.get_by_role("textbox", name="输入消息", exact=True)).to_have_count(1)
    expect(page.get_by_role("log").get_by_role("article")).to_have_count(4)
    expect(page.get_by_role("heading", name="小苗")).to_be_visible()
    expect(page).to_have_title("小苗")
    nameless: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, a, img, input:not([hidden]), textarea')]
          .filter((e) => !(e.getAttribute('aria-label') || e.alt || e.textContent.trim()))
          .map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_large_type_is_one_tap_away_and_is_remembered(guest: Guest) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize)"
    before = guest.page.evaluate(size)
    guest.page.get_by_role("button", name="大字").click()
    larger = f"wanted => Math.abs({size} - wanted) < 0.01"
    guest.page.wait_for_function(larger, arg=before * 1.25)
    guest.page.reload()
    expect(guest.page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    guest.page.wait_for_function(larger, arg=before * 1.25)


def test_demo_data_is_marked_and_the_way_back_to_the_personas_shown_except_in_a_pane(enter: Enter, bot: Bot) -> None:
    guest = enter(DESK)
    expect(guest.page.get_by_text("演示数据")).to_be_visible()
    expect(guest.page.get_by_role("link", name="换个角色")).to_have_attribute("href", "/demo")
    guest.page.goto(f"{guest.page.url}?pane=1")
    expect(guest.page.get_by_text("演示数据")).to_be_visible()
    expect(guest.page.get_by_role("link", name="换个角色")).to_have_count(0)


def test_the_page_asks_nobody_outside_and_breaks_no_content_policy(guest: Guest, bot: Bot) -> None:
    furnish(guest, bot)
    answer = guest.page.reload()
    expect(guest.page.get_by_role("article")).to_have_count(4)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert len(guest.requests) > 10
    assert guest.outside() == []
    assert guest.troubles == []
