"""Every kind of message a bot can send, on the page."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from .conftest import Bot, Guest
from .holding import hold, said, tone
from .test_page_look import CONTRAST

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILM = b"\0\0\0\x18ftypisom" + bytes(2_000)


def jpeg(colour: str = "#5a8f4e") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_voice_message_plays_pauses_and_gives_way_to_another(guest: Guest, bot: Bot) -> None:
    for seconds in (40, 65):
        bot("sendVoice", chat_id=guest.chat, duration=seconds, files={"voice": ("a.wav", tone(seconds))})
    first = guest.page.get_by_role("button", name="播放 语音 0:40")
    first.tap()
    playing = guest.page.get_by_role("button", name="暂停 语音 0:40")
    expect(playing).to_be_visible()
    guest.page.get_by_role("button", name="播放 语音 1:05").tap()
    expect(guest.page.get_by_role("button", name="暂停 语音 1:05")).to_be_visible()
    expect(first).to_be_visible()
    guest.page.get_by_role("button", name="暂停 语音 1:05").tap()
    expect(guest.page.get_by_role("button", name="播放 语音 1:05")).to_be_visible()


def test_a_sound_this_phone_cannot_play_says_what_to_do(guest: Guest, bot: Bot) -> None:
    bot("sendVoice", chat_id=guest.chat, duration=3, files={"voice": ("a.ogg", b"OggS" + bytes(99))})
    guest.page.get_by_role("button", name="播放 语音 0:03").tap()
    expect(guest.page.get_by_text("这段声音在这部手机上放不出来。")).to_be_visible()


def test_music_shows_its_title_and_length(guest: Guest, bot: Bot) -> None:
    bot("sendAudio", chat_id=guest.chat, title="家庭教育第一讲", duration=183, files={"audio": ("a.wav", tone())})
    expect(guest.page.get_by_role("button", name="播放 家庭教育第一讲 3:03")).to_be_visible()


def test_a_film_is_fetched_only_when_it_is_played(guest: Guest, bot: Bot) -> None:
    sent: dict[str, Any] = {"chat_id": guest.chat, "width": 640, "height": 360, "duration": 35, "caption": "防溺水"}
    bot("sendVideo", **sent, files={"video": ("a.mp4", FILM)})
    film = said(guest.page, "防溺水").locator("video")
    expect(film).to_have_attribute("aria-label", "视频 · 0:35 · 2 KB")
    expect(film).to_have_attribute("controls", "")
    assert [url for url in guest.requests if "/file/" in url] == []


def test_an_album_stands_in_one_grid_with_its_words_under_it(guest: Guest, bot: Bot) -> None:
    media: list[dict[str, Any]] = [{"type": "photo", "media": f"attach://p{number}"} for number in range(3)]
    media[0]["caption"] = "屋顶、院子、厨房"
    pictures = {f"p{number}": (f"{number}.jpg", jpeg()) for number in range(3)}
    bot("sendMediaGroup", chat_id=guest.chat, media=json.dumps(media), files=pictures)
    page = guest.page
    expect(page.get_by_role("log").get_by_role("article")).to_have_count(3)
    grid = page.locator(".album-grid")
    expect(grid.get_by_role("img")).to_have_count(3)
    expect(page.get_by_text("屋顶、院子、厨房")).to_have_count(1)
    tops = [cell.bounding_box() for cell in grid.get_by_role("article").all()]
    assert tops[0] is not None and tops[1] is not None and tops[2] is not None
    assert tops[1]["y"] == tops[2]["y"] > tops[0]["y"]
    grid.get_by_role("button", name="看大图").nth(1).tap()
    expect(page.get_by_role("dialog", name="照片")).to_be_visible()


def test_a_place_is_a_card_with_coordinates_and_no_map_from_outside(guest: Guest, bot: Bot) -> None:
    there: dict[str, Any] = {"latitude": 39.378012, "longitude": 99.819934}
    bot("sendVenue", chat_id=guest.chat, title="民政局", address="县府街 1 号", **there)
    card = said(guest.page, "民政局")
    expect(card).to_contain_text("39.37801,99.81993")
    expect(card.get_by_role("link", name="用地图打开")).to_have_attribute("href", "geo:39.37801,99.81993")
    guest.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.get_by_role("button", name="复制坐标").tap()
    expect(guest.page.get_by_text("已复制")).to_be_visible()
    assert guest.page.evaluate("navigator.clipboard.readText()") == "39.37801,99.81993"
    guest.context.clear_permissions()
    bot("sendLocation", chat_id=guest.chat, **there)
    expect(guest.page.get_by_role("article").last).to_contain_text("位置")


def test_a_contact_is_one_tap_away_from_a_call(guest: Guest, bot: Bot) -> None:
    bot("sendContact", chat_id=guest.chat, first_name="建国", last_name="李", phone_number="+86 100 0000 0017")
    call = guest.page.get_by_role("link", name="拨打 建国李 +86 100 0000 0017")
    expect(call).to_have_attribute("href", "tel:+8610000000017")


def test_a_throw_of_the_dice_says_its_number(guest: Guest, bot: Bot) -> None:
    thrown = bot("sendDice", chat_id=guest.chat)["dice"]["value"]
    expect(guest.page.get_by_role("article")).to_contain_text(f"掷出 {thrown}")


def test_a_forwarded_message_names_where_it_comes_from(guest: Guest, bot: Bot) -> None:
    guest.page.get_by_role("textbox", name="输入消息").fill("原话")
    guest.page.get_by_role("button", name="发送", exact=True).tap()
    (update,) = bot.heard(guest.chat)
    message = update["message"]
    bot("forwardMessage", chat_id=guest.chat, from_chat_id=guest.chat, message_id=message["message_id"])
    expect(guest.page.get_by_text(f"转发自 {message['from']['first_name']}")).to_be_visible()


def test_protected_words_and_files_can_neither_be_copied_nor_saved(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "内部情况", protect_content=True)
    bot("sendDocument", chat_id=guest.chat, protect_content=True, files={"document": ("个案.pdf", b"%PDF-1.4 x")})
    bot("sendPhoto", chat_id=guest.chat, protect_content=True, caption="现场", files={"photo": ("a.jpg", jpeg())})
    page = guest.page
    message = said(page, "内部情况")
    assert message.evaluate("e => getComputedStyle(e).userSelect") == "none"
    menu = hold(guest, message)
    expect(menu.get_by_role("button", name="回复")).to_be_visible()
    expect(menu.get_by_role("button", name="复制")).to_have_count(0)
    expect(menu).to_contain_text("内容受保护，不能复制和保存。")
    menu.get_by_role("button", name="关闭").tap()
    expect(said(page, "个案.pdf").get_by_role("link")).to_have_count(0)
    page.get_by_role("button", name="看大图：现场").tap()
    expect(page.get_by_role("dialog", name="照片").get_by_role("img")).to_be_visible()
    expect(page.get_by_role("link", name="保存")).to_have_count(0)


def test_a_covered_photo_is_shown_by_a_tap(guest: Guest, bot: Bot) -> None:
    bot("sendPhoto", chat_id=guest.chat, has_spoiler=True, caption="现场", files={"photo": ("a.jpg", jpeg())})
    cover = guest.page.get_by_role("button", name="内容已遮住，点开看")
    expect(cover).to_be_visible()
    assert [url for url in guest.requests if "/file/" in url] == []
    cover.tap()
    expect(guest.page.get_by_role("img", name="现场")).to_be_visible()


def test_a_long_quotation_unfolds_and_code_names_its_language(guest: Guest, bot: Bot) -> None:
    html = f"<blockquote expandable>{'很长的原话。' * 40}最后一句</blockquote><pre><code class='language-python'>a = 1</code></pre>"
    bot.says(guest.chat, html, parse_mode="HTML")
    message = said(guest.page, "很长的原话")
    folded = message.locator("blockquote")
    before = folded.bounding_box()
    unfold = message.get_by_role("button", name="展开")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    unfold.tap()
    expect(message.get_by_role("button", name="收起")).to_have_attribute("aria-expanded", "true")
    after = folded.bounding_box()
    assert before is not None and after is not None
    assert after["height"] > before["height"] * 2
    expect(message.locator(".code-head")).to_contain_text("python")
    message.get_by_role("button", name="复制").tap()
    expect(guest.page.get_by_text("已复制")).to_be_visible()


def test_what_is_pinned_stays_in_sight_leads_back_and_may_be_put_away(guest: Guest, bot: Bot) -> None:
    notice = bot.says(guest.chat, "明天上午开会")
    bot.says(guest.chat, "很长\n" * 60)
    bot("pinChatMessage", chat_id=guest.chat, message_id=notice)
    page = guest.page
    pinned = page.get_by_role("button", name="置顶消息：明天上午开会")
    expect(pinned).to_be_visible()
    expect(page.get_by_role("button", name="小苗置顶了「明天上午开会」")).to_be_visible()
    pinned.tap()
    expect(page.locator(f"#m{notice}")).to_be_in_viewport()
    page.get_by_role("button", name="收起置顶消息").tap()
    expect(pinned).to_have_count(0)
    page.reload()
    expect(said(page, "很长")).to_have_count(1)
    expect(pinned).to_have_count(0)
    another = bot.says(guest.chat, "改到后天")
    bot("pinChatMessage", chat_id=guest.chat, message_id=another)
    expect(page.get_by_role("button", name="置顶消息：改到后天")).to_be_visible()
    bot("unpinAllChatMessages", chat_id=guest.chat)
    expect(page.get_by_role("button", name="置顶消息：改到后天")).to_have_count(0)


def everything(guest: Guest, bot: Bot) -> None:
    """A chat with one of every kind."""
    chat = guest.chat
    media = json.dumps([{"type": "photo", "media": "attach://p0"}, {"type": "photo", "media": "attach://p1"}])
    notice = bot.says(chat, "明天上午开会")
    bot("pinChatMessage", chat_id=chat, message_id=notice)
    bot("sendMediaGroup", chat_id=chat, media=media, files={"p0": ("0.jpg", jpeg()), "p1": ("1.jpg", jpeg())})
    bot("sendVoice", chat_id=chat, duration=23, files={"voice": ("a.wav", tone())})
    bot("sendVideo", chat_id=chat, duration=35, files={"video": ("a.mp4", FILM)})
    bot("sendDocument", chat_id=chat, protect_content=True, files={"document": ("个案记录_殷家庄村.pdf", b"%PDF-1.4")})
    bot("sendVenue", chat_id=chat, title="民政局", address="县府街 1 号", latitude=39.378, longitude=99.8199)
    bot("sendContact", chat_id=chat, first_name="李建国", phone_number="10000000017")
    bot(
        "sendPoll",
        chat_id=chat,
        question="周三能来吗？",
        options=[{"text": "能来"}, {"text": "来不了，请人代我去一趟"}],
    )
    bot("sendDice", chat_id=chat)
    bot("sendPhoto", chat_id=chat, has_spoiler=True, files={"photo": ("a.jpg", jpeg())})
    bot("setMessageReaction", chat_id=chat, message_id=notice, reaction=[{"type": "emoji", "emoji": "👍"}])
    rows = [
        [
            {"text": "确认", "callback_data": "1", "style": "success"},
            {"text": "删除", "callback_data": "2", "style": "danger"},
        ]
    ]
    bot.says(chat, "看看", reply_parameters={"message_id": notice}, reply_markup={"inline_keyboard": rows})
    expect(said(guest.page, "看看")).to_be_visible()


def test_every_kind_is_legible_large_enough_and_inside_the_narrowest_phone(guest: Guest, bot: Bot) -> None:
    everything(guest, bot)
    page = guest.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        contrasts: list[tuple[str, float]] = page.evaluate(CONTRAST)
        assert len(contrasts) > 30
        assert [pair for pair in contrasts if pair[1] < 4.5] == []
    small: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, .chat a')]
          .filter((e) => e.checkVisibility() && Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 44)
          .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert small == []
    for width, height, size in ((320, 568, 125), (390, 844, 200)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("size => { document.documentElement.style.fontSize = `${size}%` }", size)
        wide: list[str] = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
              .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
              .map((e) => e.outerHTML.slice(0, 90))"""
        )
        assert wide == []
        log = page.get_by_role("log")
        assert log.evaluate("e => e.scrollWidth - e.clientWidth") == 0
        assert log.evaluate("e => e.clientHeight") > height / 6
        expect(page.get_by_role("textbox", name="输入消息")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 844})
