"""What belongs to a person: voice, camera, place and number go out by a tap and a yes, never by themselves."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .conftest import CHROMIUM, PHONE, QUIET, Bot, Guest, device
from .holding import said, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MORE = "拍照、录音、位置"
ASKING = {
    "keyboard": [[{"text": "发我的电话", "request_contact": True}, {"text": "发我的位置", "request_location": True}]],
    "one_time_keyboard": True,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A phone with a microphone that hums."""
    humming = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *humming])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Page:
    page = device(browser, {**PHONE, "geolocation": {"latitude": 39.378, "longitude": 99.8199, "accuracy": 12}})
    page.context.grant_permissions(["microphone"])
    return page


def attach(page: Page, way: str) -> None:
    page.get_by_role("button", name=MORE).tap()
    page.get_by_role("dialog", name=MORE).get_by_role("button", name=way, exact=True).tap()


def test_a_recording_is_made_heard_and_sent(guest: Guest, bot: Bot) -> None:
    page = guest.page
    attach(page, "录音")
    why = page.get_by_role("dialog", name="录音")
    expect(why).to_contain_text("手机会问能不能用话筒")
    why.get_by_role("button", name="开始录音").tap()
    expect(page.get_by_role("timer")).to_contain_text("正在录音 0:01")
    page.get_by_role("button", name="录好了").tap()
    page.get_by_role("button", name="播放 语音").tap()
    expect(page.get_by_role("button", name="暂停 语音")).to_be_visible()
    page.get_by_role("button", name="发出录音").tap()
    (update,) = bot.heard(guest.chat)
    voice = update["message"]["voice"]
    assert voice["duration"] >= 1
    assert voice["mime_type"].startswith("audio/")
    path = bot("getFile", file_id=voice["file_id"])["file_path"]
    content = bot.http.get(f"{str(bot.http.base_url).replace('/bot', '/file/bot', 1)}{path}").content
    assert len(content) == voice["file_size"] > 500
    expect(page.get_by_role("log").get_by_role("button", name="播放 语音")).to_be_visible()
    expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()


def test_a_recording_can_be_dropped_and_the_second_time_starts_at_once(guest: Guest, bot: Bot) -> None:
    page = guest.page
    attach(page, "录音")
    page.get_by_role("button", name="开始录音").tap()
    expect(page.get_by_role("timer")).to_contain_text("正在录音")
    page.get_by_role("button", name="不要了").tap()
    expect(page.get_by_role("timer")).to_have_count(0)
    attach(page, "录音")
    expect(page.get_by_role("timer")).to_contain_text("正在录音 0:01")
    page.get_by_role("button", name="录好了").tap()
    page.get_by_role("button", name="不要了").tap()
    write(page, "不录了")
    (update,) = bot.heard(guest.chat)
    assert update["message"]["text"] == "不录了"


def test_a_recording_ends_by_itself_at_the_limit(guest: Guest) -> None:
    page = guest.page

    def short(route: object) -> None:
        answer = route.fetch().json()  # type: ignore[attr-defined]
        route.fulfill(json={**answer, "limits": {**answer.get("limits", {}), "voice_seconds": 1}})  # type: ignore[attr-defined]

    page.route("**/api/me", short)
    page.reload()
    expect(page.get_by_text("对话从这里开始").or_(page.get_by_text("我是小苗"))).to_be_visible()
    attach(page, "录音")
    page.get_by_role("button", name="开始录音").tap()
    expect(page.get_by_text("到最长时间了，先听一遍吧。")).to_be_visible()
    expect(page.get_by_role("button", name="发出录音")).to_be_visible()
    page.get_by_role("button", name="不要了").tap()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("() => { delete window.MediaRecorder }", "这个浏览器不能在这里录音。"),
        (
            "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')) }",
            "浏览器没有让用话筒。",
        ),
    ],
)
def test_where_nothing_can_be_recorded_the_page_says_what_to_do_instead(guest: Guest, broken: str, words: str) -> None:
    page = guest.page
    page.evaluate(broken)
    attach(page, "录音")
    start = page.get_by_role("button", name="开始录音")
    if "NotAllowed" in broken:
        start.tap()
    alert = page.get_by_role("alertdialog")
    expect(alert).to_contain_text(words)
    alert.get_by_role("button", name="知道了").tap()
    expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()


def test_the_camera_opens_at_once_and_its_photo_goes_out(guest: Guest, bot: Bot) -> None:
    page = guest.page
    with page.expect_file_chooser() as chooser:
        attach(page, "拍照")
    assert chooser.value.element.get_attribute("capture") == "environment"
    assert chooser.value.element.get_attribute("accept") == "image/*"
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#5a8f4e").save(out, "JPEG")
    chooser.value.set_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    (update,) = bot.heard(guest.chat)
    assert update["message"]["photo"][-1]["width"] == 640


def test_the_own_number_goes_out_only_after_a_yes(guest: Guest, bot: Bot) -> None:
    admin = {"Authorization": f"Bearer {(bot.gateway.data / 'admin.key').read_text().strip()}"}
    person = {"id": guest.chat, "first_name": "秀兰", "last_name": "王", "bot": "xm_bot", "phone_number": "10000000017"}
    assert httpx.post(f"{guest.base}/admin/users", headers=admin, json=person).status_code == 200
    bot.says(guest.chat, "请留个电话", reply_markup=ASKING)
    page = guest.page
    page.get_by_role("button", name="发我的电话").tap()
    question = page.get_by_role("dialog", name="发送电话号码")
    expect(question).to_contain_text("把您的姓名和电话号码发给小苗？")
    question.get_by_role("button", name="先不").tap()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="发我的电话").tap()
    question.get_by_role("button", name="发送").tap()
    (update,) = bot.heard(guest.chat)
    assert update["message"]["contact"]["phone_number"] == "10000000017"
    assert update["message"]["contact"]["user_id"] == guest.chat
    expect(page.get_by_role("link", name="拨打 秀兰王 10000000017")).to_be_visible()
    expect(page.get_by_role("group", name="回复按钮")).to_have_count(0)  # one_time_keyboard


def test_a_number_nobody_knows_is_refused_in_words(guest: Guest, bot: Bot) -> None:
    bot.says(guest.chat, "请留个电话", reply_markup=ASKING)
    guest.page.get_by_role("button", name="发我的电话").tap()
    guest.page.get_by_role("dialog").get_by_role("button", name="发送").tap()
    stuck = guest.page.locator(".pending.refused")
    expect(stuck).to_contain_text("我的姓名和电话")
    stuck.get_by_role("button", name="不发了").tap()
    expect(stuck).to_have_count(0)


def test_the_place_goes_out_only_after_a_yes(guest: Guest, bot: Bot) -> None:
    guest.context.grant_permissions(["geolocation", "microphone"])
    bot.says(guest.chat, "您在哪里？", reply_markup=ASKING)
    page = guest.page
    page.get_by_role("button", name="发我的位置").tap()
    question = page.get_by_role("dialog", name="发送位置")
    expect(question).to_contain_text("只发这一次")
    question.get_by_role("button", name="发送位置").tap()
    (update,) = bot.heard(guest.chat)
    place = update["message"]["location"]
    assert (round(place["latitude"], 3), round(place["longitude"], 4)) == (39.378, 99.8199)
    expect(said(page, "39.37800,99.81990")).to_be_visible()


def test_a_place_the_browser_does_not_give_is_explained(guest: Guest, bot: Bot) -> None:
    guest.context.clear_permissions()
    guest.page.evaluate(
        """() => { navigator.geolocation.getCurrentPosition = (_, failed) => failed({code: 1, PERMISSION_DENIED: 1}) }"""
    )
    attach(guest.page, "位置")
    guest.page.get_by_role("dialog", name="发送位置").get_by_role("button", name="发送位置").tap()
    expect(guest.page.get_by_role("alertdialog")).to_contain_text("浏览器没有让用位置。")
    guest.context.grant_permissions(["microphone"])
    expect(guest.page.get_by_role("article")).to_have_count(0)
