"""The page as an app: phones whose service worker, storage and network a test holds in its hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import HERE, PHONE, REPORT_VIOLATIONS, Bot, Gateway

# Everything this origin has stored in the browser, as text: databases, caches, local storage.
STORED = """async () => {
  const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  const rows = (store) => new Promise((resolve) => {
    const request = store.getAll();
    request.onsuccess = () => resolve(request.result);
  });
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((resolve) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
    });
    for (const store of db.objectStoreNames) {
      for (const row of await rows(db.transaction(store).objectStore(store))) {
        found.push(JSON.stringify(row, (_, part) => part instanceof ArrayBuffer || ArrayBuffer.isView(part)
          ? new TextDecoder('latin1').decode(part) : part));
        for (const part of [row, row.file]) if (part instanceof Blob) found.push(await part.text());
      }
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(name + ' ' + request.url);
  }
  return found.join('\\n');
}"""

# Looks again and again whether the database of the page holds a text, for eight seconds.
HOLDS = """async ([text, wanted]) => {
  for (let round = 0; round < 80; round++) {
    const db = await new Promise((resolve) => {
      const request = indexedDB.open('xm');
      request.onsuccess = () => resolve(request.result);
    });
    const rows = await new Promise((resolve) => {
      const request = db.transaction('kept').objectStore('kept').getAll();
      request.onsuccess = () => resolve(request.result);
    });
    db.close();
    if (JSON.stringify(rows).includes(text) === wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""

READY = """async () => {
  const {active} = await navigator.serviceWorker.ready;
  if (active.state !== 'activated') await new Promise((done) => { active.onstatechange = done; });
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 20));
  return active.state === 'activated';
}"""


NewHandset = Callable[..., "Handset"]


class Handset:
    """One person's own phone: signed in, with whatever it remembers."""

    def __init__(self, browser: Browser, gateway: Gateway, kind: dict[str, Any] | None = None) -> None:
        self.gateway = gateway
        self.context: BrowserContext = browser.new_context(**{**HERE, **PHONE, **(kind or {})})
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.context.on("weberror", lambda failed: self.troubles.append(str(failed.error)))
        self.context.on("console", lambda said: self.troubles.extend([said.text] if "CSP" in said.text else []))
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.chat, link = gateway.invite()
        self.address = self._signed_in(link)
        self.page = self.open()

    def _signed_in(self, link: str) -> str:
        opened = self.context.request.post(link, headers={"Origin": self.gateway.url}, max_redirects=0)
        return f"{self.gateway.url}{opened.headers['location']}"

    def sign_in_again(self) -> None:
        """With a new link of the administrator's."""
        self._signed_in(self.gateway.link(self.chat))

    def of_the_same_person(self, another: NewHandset) -> Handset:
        """Another phone, signed in as the same person."""
        other: Handset = another()
        other.address = other._signed_in(self.gateway.link(self.chat))
        other.chat = self.chat
        other.page.goto(other.address)
        expect(box(other.page)).to_be_visible()
        return other

    def open(self) -> Page:
        """The chat in a new tab, answered by the server."""
        page = self.context.new_page()
        page.goto(self.address)
        expect(box(page)).to_be_visible()
        expect(page.get_by_text("正在打开…")).to_have_count(0)
        return page

    def installed(self) -> None:
        """The service worker has everything the page needs."""
        assert self.page.evaluate(READY)

    def remembers(self, text: str) -> None:
        """Until the phone's own copy of the chat holds this text."""
        assert self.page.evaluate(HOLDS, [text, True])

    def forgets(self, text: str) -> None:
        """Until nothing the browser keeps for this site holds this text."""
        assert self.page.evaluate(HOLDS, [text, False])
        assert text not in self.stored()

    def stored(self) -> str:
        found: str = self.page.evaluate(STORED)
        return found

    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith((self.gateway.url, "blob:", "data:", "about:"))]


def box(page: Page) -> Any:
    return page.get_by_role("textbox", name="输入消息")


def write(page: Page, text: str) -> None:
    box(page).fill(text)
    page.get_by_role("button", name="发送").click()


def said(page: Page, text: str) -> Any:
    return page.get_by_role("article").filter(has_text=text)


def texts(bot: Bot, chat: int, count: int) -> list[str]:
    return [update["message"]["text"] for update in bot.heard(chat, count)]
