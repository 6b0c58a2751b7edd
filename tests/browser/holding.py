"""What fingers and keys do on the page, beyond a tap."""

from __future__ import annotations

import io
import wave

from playwright.sync_api import Locator, Page, expect

from .conftest import Guest


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_role("article").filter(has_text=text)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="输入消息")


def write(page: Page, text: str) -> None:
    box(page).fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def hold(guest: Guest, message: Locator) -> Locator:
    """A finger stays on the message until its menu comes; the menu."""
    expect(guest.page.locator(".pending")).to_have_count(0)  # a message on its way is drawn anew when it has arrived
    words = message.locator(".text, .file, .sound, .card").first
    words.scroll_into_view_if_needed()
    place = words.bounding_box()
    assert place is not None
    finger = guest.context.new_cdp_session(guest.page)
    point = {"x": place["x"] + min(20, place["width"] / 2), "y": place["y"] + place["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    menu = guest.page.get_by_role("dialog", name="这条消息")
    expect(menu).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
    return menu


def tone(seconds: float = 1.0) -> bytes:
    """A sound every browser plays: silence as WAV."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"\0\0" * int(8_000 * seconds))
    return out.getvalue()
