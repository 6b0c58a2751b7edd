"""The page's own files: an address with the hash of their content, kept for good, sent packed; and the service worker."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from gateway.page_files import PageFiles, current
from tests.gateway.conftest import Running
from tests.gateway.sides import BotSide, Phone

FOR_GOOD = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page of four files: the entry needs b.js at once and c.js only when it is asked for."""
    (tmp_path / "vendor").mkdir()
    (tmp_path / "index.html").write_text(
        '<link href="/web/a.css">\n  <!-- modulepreload -->\n<script src="/web/app.js"></script>', encoding="utf-8"
    )
    (tmp_path / "app.js").write_text(
        "import { b } from './vendor/b.js';\nconst c = () => import('./c.js');\n", encoding="utf-8"
    )
    (tmp_path / "vendor" / "b.js").write_text("export const b = 1;\n" * 50, encoding="utf-8")
    (tmp_path / "c.js").write_text("import './vendor/b.js';\n", encoding="utf-8")
    (tmp_path / "sw.js").write_text("// worker\n", encoding="utf-8")
    return tmp_path


async def test_a_file_under_its_hash_is_kept_for_good_and_sent_packed(phone: Phone) -> None:
    page = current()
    answer = await phone.http.get(f"{page.base}app.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == FOR_GOOD
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) < len(answer.content) / 2
    plain = await phone.http.get(f"{page.base}app.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content == page.files["app.js"].content
    again = await phone.http.get("/web/app.js", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_version_that_is_not_this_one_is_not_served_under_its_name(phone: Phone) -> None:
    for path in ("/web/v/000000000000/app.js", "/web/v/000000000000", "/web/v/", f"{current().base}nothing.js"):
        assert (await phone.http.get(path)).status_code == 404
    assert (await phone.http.get("/web/version")).json() == {"version": current().version}


async def test_the_service_worker_is_at_the_root_and_knows_every_file(phone: Phone) -> None:
    answer = await phone.http.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    first, second, *_ = answer.text.splitlines()
    assert json.loads(first.removeprefix("const VERSION = ").rstrip(";")) == current().version
    files = json.loads(second.removeprefix("const FILES = ").rstrip(";"))
    assert {"index.html", "offline.html", "app.js", "settings.js", "app.css", "icon-192.png"} <= set(files)
    for name, etag in files.items():
        assert (await phone.http.get(current().base + name)).headers["etag"] == etag


async def test_every_address_in_the_page_and_its_manifest_leads_somewhere(gateway: Running, phone: Phone) -> None:
    base = current().base
    html = (await phone.http.get(f"{base}index.html")).text
    found = re.findall(r'(?:src|href)="(/[^"]+)"', html)
    assert len(found) > 20
    assert [address for address in found if not address.startswith(base)] == []
    manifest = (await phone.http.get(f"{base}manifest.webmanifest")).json()
    found += [urljoin(f"{base}manifest.webmanifest", icon["src"]) for icon in manifest["icons"]]
    for address in found:
        assert (await phone.http.get(address)).status_code == 200, address


def test_what_the_first_view_needs_is_asked_for_at_once_and_nothing_else(folder: Path) -> None:
    page = PageFiles.read(folder)
    html = page.files["index.html"].content.decode()
    assert f'<link rel="modulepreload" href="{page.base}vendor/b.js">' in html
    assert f'<script src="{page.base}app.js">' in html
    assert "c.js" not in html


def test_any_change_of_any_file_is_a_new_version(folder: Path) -> None:
    before = PageFiles.read(folder)
    assert PageFiles.read(folder).version == before.version
    (folder / "c.js").write_text("import './vendor/b.js'; // other\n", encoding="utf-8")
    after = PageFiles.read(folder)
    assert after.version != before.version
    assert after.worker.content != before.worker.content
    assert after.files["vendor/b.js"].etag == before.files["vendor/b.js"].etag


def test_a_file_that_does_not_shrink_goes_as_it_is(folder: Path) -> None:
    page = PageFiles.read(folder)
    assert page.files["vendor/b.js"].packed is not None
    assert page.files["c.js"].packed is None


async def test_a_protected_file_and_any_file_behind_a_pin_may_not_be_kept_by_the_browser(
    bot: BotSide, phone: Phone
) -> None:
    async def keeping(file_id: str) -> str:
        answer = await phone.http.get(f"{phone.base}/file/{file_id}")
        assert answer.content == "台账".encode()
        caching: str = answer.headers["cache-control"]
        return caching

    async def sent(**more: object) -> str:
        file = {"document": ("a.txt", "台账".encode())}
        message = await bot.upload("sendDocument", file, chat_id=int(phone.base.split("/")[2]), **more)
        file_id: str = message["document"]["file_id"]
        return file_id

    free, guarded = await sent(), await sent(protect_content="true")
    assert await keeping(free) == "private, no-cache"
    assert await keeping(guarded) == "no-store"
    await bot.call("sendDocument", chat_id=int(phone.base.split("/")[2]), document=free, protect_content=True)
    assert await keeping(free) == "no-store"
    other = await sent()
    set_pin = await phone.http.post("/devices/api/pin", json={"pin": "2468"}, headers={"X-CSRF": phone.csrf})
    assert set_pin.is_success
    assert await keeping(other) == "no-store"
