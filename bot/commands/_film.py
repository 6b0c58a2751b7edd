"""Taking the pictures of the tour: the running program on a data folder of its own, phones to hold it with, and the page.

Only `tour` uses it. Playwright and Pillow belong to the packages of ./test and are imported when it starts.
"""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import Refusal
from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Playwright

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK: dict[str, Any] = {"viewport": {"width": 1200, "height": 844}, "device_scale_factor": 1.5}
HERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
PATIENCE = 15_000  # milliseconds a scene waits for its answer


# --- the program ---


def on_its_own(data: Path) -> dict[str, str]:
    """An environment in which only this data folder counts: no `.env`, no setting of whoever runs the tour."""
    blank = {name.upper(): "" for name in Settings.model_fields}
    return {**os.environ, **blank, "DATA_DIR": str(data), "ENV_FILE": os.devnull, "PYTHONPATH": str(ROOT)}


class Program:
    """`python -m bot up` on a free port; `with` ends it."""

    def __init__(self, data: Path, children: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "bot", "up", "--children", str(children), "--port", str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=on_its_own(data), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.demo = self.process.stdout.readline().strip()
        if not self.demo.endswith("/demo"):
            self.process.wait()
            raise Refusal("演示县没有启动，原因见上面。 / The demo did not start; see above.")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# --- the browser ---


def opened_browser(playwright: Playwright) -> Browser:
    """The system's Chromium. Raises Refusal in one sentence where there is none."""
    from playwright.sync_api import Error

    wanted = os.environ.get("CHROMIUM")
    path = next((one for one in ([wanted] if wanted else CHROMIUMS) if Path(one).exists()), None)
    if path is None:
        raise Refusal(
            "没有找到 Chromium：请装好它（apt install chromium），或用 CHROMIUM 写明路径。 / "
            "No Chromium here: install it, or name it in CHROMIUM."
        )
    quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    try:
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        return playwright.chromium.launch(executable_path=path, args=[*as_root, *quiet])
    except Error as problem:
        raise Refusal(f"Chromium（{path}）启动不了：{str(problem).splitlines()[0]} / Chromium does not start.") from None


def held(browser: Browser, **kind: Any) -> Page:
    """A new phone in a Chinese hand."""
    return browser.new_context(**{**HERE, **PHONE, **kind}).new_page()


class Phone:
    """One chat of the page, used as a person uses it: every step waits for the bot's answer."""

    def __init__(self, page: Page, demo: str, persona: str) -> None:
        self.page = page
        self.taps = 0
        page.set_default_timeout(PATIENCE)
        page.goto(demo)
        page.locator("li button").filter(has_text=persona).tap()
        page.get_by_role("textbox", name="输入消息").wait_for()
        page.get_by_role("log").wait_for()  # the text box is there first
        page.get_by_text("正在打开…").wait_for(state="hidden")

    @property
    def articles(self) -> Locator:
        return self.page.get_by_role("article")

    @property
    def last(self) -> str:
        """The newest message, its buttons not included."""
        return self.articles.last.locator(".bubble").inner_text()

    def buttons(self) -> list[str]:
        return self.articles.last.locator(".inline button").all_inner_texts()

    def say(self, words: str) -> None:
        self.page.get_by_role("textbox", name="输入消息").fill(words)
        self._answered(lambda: self.page.get_by_role("button", name="发送").tap())

    def key(self, words: str) -> None:
        """A button above the text box."""
        self._answered(lambda: self.page.locator(".reply-keys button, .begin button").filter(has_text=words).tap())

    def tap(self, words: str) -> None:
        """The newest button under a message with these words."""
        button = self.page.locator(".inline button").filter(has_text=re.compile(rf"^\W*{re.escape(words)}"))
        self._answered(lambda: button.last.tap())

    def wait_for(self, words: str) -> None:
        self.articles.last.filter(has_text=words).wait_for()

    def _answered(self, act: Callable[[], None]) -> None:
        seen = self.page.evaluate(_LOG)
        self.taps += 1
        act()
        self.page.wait_for_function(f"before => {{ const now = ({_LOG})(); return now !== before && {_QUIET} }}", arg=seen)

    def look_at(self, words: str) -> None:
        """Scroll so that the newest message with these words stands at the top."""
        self.articles.filter(has_text=words).last.evaluate("e => e.scrollIntoView({block: 'start'})")

    def picture(self) -> bytes:
        self.page.wait_for_function("() => !document.querySelector('.toast, .pending, .busy, .key:active')")
        self.page.evaluate("() => Promise.all([...document.images].map((one) => one.decode().catch(() => 0)))")
        return self.page.screenshot()


def wall(browser: Browser, demo: str, personas: tuple[str, ...]) -> Page:
    """Several chats side by side on a wide screen, opened as a visitor does it."""
    page = browser.new_context(**{**HERE, **DESK}).new_page()
    page.goto(demo)
    for persona in personas:
        page.locator("li").filter(has_text=persona).get_by_role("checkbox").check()
    page.locator("button[name=wall]").click()
    for pane in range(len(personas)):
        page.frame_locator("iframe").nth(pane).get_by_role("article").last.wait_for()
    return page


_LOG = "() => document.querySelector('.log').innerText"
_QUIET = "!document.querySelector('.pending, .busy') && !document.querySelector('.log article:last-of-type').matches('.out')"


# --- the film ---


@dataclass
class Film:
    """Pictures in order, each with a sentence in both languages; `write` makes the page of them."""

    folder: Path
    scenes: list[tuple[str, list[tuple[str, str, str]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)

    def scene(self, title: str) -> None:
        self.scenes.append((title, []))

    def shot(self, picture: bytes, name: str, zh: str, en: str) -> None:
        pictures = self.scenes[-1][1]
        file = f"{len(self.scenes)}-{len(pictures) + 1}-{name}.png"
        save(picture, self.folder / file)
        pictures.append((file, zh, en))
        sys.stderr.write(f"  {file}  {zh}\n")

    def write(self, page: Path, head: str) -> None:
        parts = [head]
        for title, pictures in self.scenes:
            parts.append(f"## {title}\n")
            wide = len(pictures) == 1 and "wall" in pictures[0][0]
            for start in range(0, len(pictures), 3):
                cells = "\n".join(_cell(self.folder.name, *one, wide=wide) for one in pictures[start : start + 3])
                parts.append(f"<table><tr>\n{cells}\n</tr></table>\n")
        page.write_text("\n".join(parts), encoding="utf-8")


def _cell(folder: str, file: str, zh: str, en: str, *, wide: bool) -> str:
    width = 860 if wide else 270
    image = f'<img src="{folder}/{file}" width="{width}" alt="{escape(zh)}">'
    return f'<td width="{width}" valign="top">{image}<br>{escape(zh)}<br><sub>{escape(en)}</sub></td>'


def save(picture: bytes, path: Path) -> None:
    """As a PNG with a palette: a screen of words needs few colours, and the whole film stays small."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
