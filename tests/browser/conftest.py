"""A real gateway in its own process, a real bot over its HTTP Bot API, a real browser in between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebError, expect, sync_playwright

from tests.ports import free_port

REPO = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

_names = count(1)
expect.set_options(timeout=8_000)


class Gateway:
    """`python -m gateway` on a port of its own; may be killed and started again over the same data."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gateway", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), "--demo"], cwd=REPO, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("gateway ready"), f"the gateway did not start: {line!r}"

    def kill(self) -> None:
        """SIGKILL: the rudest end, so nothing may depend on a tidy goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def invite(self) -> tuple[int, str]:
        """A new person and her one-time link."""
        admin = {"Authorization": f"Bearer {(self.data / 'admin.key').read_text().strip()}"}
        person = {"first_name": f"王秀兰{next(_names)}", "bot": "xm_bot"}
        user = httpx.post(f"{self.url}/admin/users", headers=admin, json=person).json()["id"]
        return user, self.link(user)

    def link(self, user: int) -> str:
        """A new one-time link for a person who is there already."""
        admin = {"Authorization": f"Bearer {(self.data / 'admin.key').read_text().strip()}"}
        asked = {"user_id": user, "bot": "xm_bot"}
        url: str = httpx.post(f"{self.url}/admin/links", headers=admin, json=asked).json()["url"]
        return url

    def sign_out(self, user: int) -> None:
        """Everywhere, as the administrator does for a lost phone."""
        admin = {"Authorization": f"Bearer {(self.data / 'admin.key').read_text().strip()}"}
        assert httpx.post(f"{self.url}/admin/sign-out", headers=admin, json={"user_id": user}).is_success

    def add_bot(self, name: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "gateway", "add-bot", name, "--username", "xm_bot", "--data", str(self.data)],
            cwd=REPO,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


class Bot:
    """The bot's end of the wire: it says what a test tells it to, and hears what people say to it."""

    def __init__(self, gateway: Gateway, token: str) -> None:
        self.gateway = gateway
        self.http = httpx.Client(base_url=f"{gateway.url}/bot{token}/", timeout=15)
        self.offset = 0

    def __call__(self, method: str, files: dict[str, Any] | None = None, **params: Any) -> Any:
        if files:
            fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
            answer = self.http.post(method, data=fields, files=files).json()
        else:
            answer = self.http.post(method, json=params).json()
        assert answer["ok"], f"{method}: {answer}"
        return answer["result"]

    def heard(self, chat: int, count: int = 1, within: float = 8) -> list[dict[str, Any]]:
        """The next `count` updates of this chat; other chats' updates are let go. Fewer when time is up."""
        found: list[dict[str, Any]] = []
        rounds = 0
        while len(found) < count and rounds < within:
            rounds += 1
            for update in self("getUpdates", offset=self.offset, timeout=1):
                self.offset = update["update_id"] + 1
                message = update.get("message") or update.get("callback_query", {}).get("message")
                if message and message["chat"]["id"] == chat:
                    found.append(update)
        return found

    def says(self, chat: int, text: str, **params: Any) -> int:
        message_id: int = self("sendMessage", chat_id=chat, text=text, **params)["message_id"]
        return message_id


REPORT_VIOLATIONS = """addEventListener('securitypolicyviolation',
  (e) => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"""


class Guest:
    """One person at one browser, watched for outside requests, script errors and CSP violations."""

    def __init__(self, chat: int, page: Page, base: str) -> None:
        self.chat = chat
        self.page = page
        self.context = page.context
        self.base = base
        self.requests: list[str] = []
        self.troubles: list[str] = []
        self.context.on("request", self._requested)
        self.context.on("weberror", self._failed)
        self.context.on("console", self._spoke)

    def leave(self, *, close: bool) -> None:
        """Wipe the device for the next person, or throw it away."""
        self.context.set_offline(False)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate("localStorage.clear()")
        self.page.goto("about:blank")
        self.context.remove_listener("request", self._requested)
        self.context.remove_listener("weberror", self._failed)
        self.context.remove_listener("console", self._spoke)
        for other in [page for page in self.context.pages if page is not self.page]:
            other.close()
        self.context.clear_cookies()
        if close:
            self.context.close()

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _failed(self, error: WebError) -> None:
        self.troubles.append(f"script error: {error.error}")

    def _spoke(self, said: ConsoleMessage) -> None:
        if "CSP" in said.text or "Content Security Policy" in said.text:
            self.troubles.append(said.text)

    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.base, "blob:", "data:", "about:"))]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    served = Gateway(tmp_path_factory.mktemp("gateway"))
    served.start()
    yield served
    served.kill()


@pytest.fixture(scope="session")
def bot(gateway: Gateway) -> Bot:
    spoken = Bot(gateway, gateway.add_bot("小苗"))
    spoken(
        "setMyCommands",
        commands=[{"command": "today", "description": "今天要做的"}, {"command": "visit", "description": "记一次走访"}],
    )
    return spoken


@pytest.fixture(scope="module")  # Playwright keeps an event loop running: it must not outlive the file
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


Enter = Callable[..., Guest]
HERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Page:
    """One phone, handed from person to person and wiped in between: a new one for each costs most of a second."""
    return device(browser, PHONE)


def device(browser: Browser, kind: dict[str, Any]) -> Page:
    context = browser.new_context(**HERE, **kind)
    context.add_init_script(REPORT_VIOLATIONS)
    return context.new_page()


@pytest.fixture
def enter(browser: Browser, phone: Page, gateway: Gateway) -> Iterator[Enter]:
    """Someone new walks in by a login link: `enter()` on the phone, `enter(DESK)` at a desk."""
    guests: list[Guest] = []

    def walk_in(kind: dict[str, Any] | None = None, *, at: Gateway = gateway) -> Guest:
        user, link = at.invite()
        guest = Guest(user, device(browser, kind) if kind else phone, at.url)
        guests.append(guest)
        # The tap on 进入, without waiting for its page; one test does it by hand.
        opened = guest.context.request.post(link, headers={"Origin": at.url}, max_redirects=0)
        guest.page.goto(f"{at.url}{opened.headers['location']}")
        expect(guest.page.get_by_role("textbox", name="输入消息")).to_be_visible()
        expect(guest.page.get_by_text("正在打开…")).to_have_count(0)
        return guest

    yield walk_in
    for guest in guests:
        guest.leave(close=guest.page is not phone)
    for guest in guests:
        assert guest.outside() == []
        assert guest.troubles == []


@pytest.fixture
def guest(enter: Enter, bot: Bot) -> Guest:
    """A new person on the phone, in a chat with the bot."""
    return enter()


@pytest.fixture
def handset(browser: Browser, gateway: Gateway, bot: Bot) -> Iterator[Callable[..., Any]]:
    """Phones of their own, with a service worker and storage: `handset()` is signed in and has the chat open."""
    from .app_side import Handset

    made: list[Handset] = []

    def walk_in(kind: dict[str, Any] | None = None, *, at: Gateway = gateway) -> Handset:
        made.append(Handset(browser, at, kind))
        return made[-1]

    yield walk_in
    for one in made:
        one.context.close()
    for one in made:
        assert one.outside() == []
        assert one.troubles == []
