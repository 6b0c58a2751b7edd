"""What a walk through every line of the security standard (docs/asvs.md) found wanting, and what holds it now."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import logs, page_files
from gateway.errors import CannotServe
from gateway.page_files import PageFiles
from gateway.settings import DAY, Rate, from_environment
from gateway.webhooks import _plain
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone, running
from tests.gateway.sides import BotSide, Phone, Refused, Running
from tests.gateway.test_files import png

pytestmark = pytest.mark.slow
HTTPS = {"X-Forwarded-Proto": "https"}  # as the proxy on this machine says it


# -- sessions


async def test_over_https_the_cookie_is_held_to_this_very_host(gateway: Running, bot: BotSide) -> None:
    gateway.gateway.base_url = "https://chat.example.cn"
    link = (await gateway.link(await gateway.person("王秀英", bot), bot)).replace(
        "https://chat.example.cn", gateway.url
    )
    answer = await Phone(gateway.url).http.post(link)
    name, _, rest = answer.headers["set-cookie"].partition("=")
    token, *about = rest.split("; ")
    assert name == "__Host-xm_session"
    assert {"Secure", "Path=/", "HttpOnly"} <= set(about) and not any(one.startswith("Domain") for one in about)
    me = f"{gateway.url}{answer.headers['location']}/api/me"
    async with httpx.AsyncClient(verify=False) as http:
        assert (await http.get(me, headers={"Cookie": f"__Host-xm_session={token}"})).status_code == 200
        # a name that another program of the same domain could have set
        assert (await http.get(me, headers={"Cookie": f"xm_session={token}"})).status_code == 401


async def test_whoever_signs_in_again_on_the_same_device_gets_a_new_token(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    before, device = phone.http.cookies["xm_session"], (await phone.me())["device"]["id"]
    await phone.open(await gateway.link(XIUYING, bot))
    assert phone.http.cookies["xm_session"] != before
    assert (await phone.me())["device"]["id"] == device
    async with httpx.AsyncClient(verify=False) as http:
        old = await http.get(f"{gateway.url}{phone.base}/api/me", headers={"Cookie": f"xm_session={before}"})
    assert old.status_code == 401


async def test_a_sign_in_ends_after_a_year_however_much_it_is_used(gateway: Running, phone: Phone) -> None:
    for _ in range(12):
        gateway.clock.forward(30 * DAY)
        await phone.me()
    gateway.clock.forward(6 * DAY)
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401


async def test_a_page_that_stays_open_ends_with_its_sign_in(gateway: Running, bot: BotSide, phone: Phone) -> None:
    async with phone.listen() as stream:
        gateway.clock.forward(366 * DAY)
        await bot.call("sendMessage", chat_id=XIUYING, text="秘密")
        assert await stream.ended()


async def test_a_county_may_ask_for_a_new_sign_in_every_month() -> None:
    found = from_environment({"GATEWAY_SIGN_IN_DAYS": "30", "GATEWAY_IDLE_DAYS": "7"})
    assert (found.sign_in_seconds, found.session_seconds) == (30 * DAY, 7 * DAY)


async def test_no_link_opens_for_longer_than_a_month(gateway: Running, bot: BotSide) -> None:
    person = await gateway.person("王秀英", bot)
    body = {"user_id": person, "bot": bot.username}
    assert (await gateway.admin("links", {**body, "ttl_seconds": 31 * DAY})).status_code == 200
    assert (await gateway.admin("links", {**body, "ttl_seconds": 31 * DAY + 1})).status_code == 400


async def test_a_form_without_a_host_is_from_nobodys_page(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {link.removeprefix(gateway.url)} HTTP/1.0\r\nOrigin: null\r\n\r\n".encode())
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_only_so_many_pages_of_one_person_stay_open(start: Start) -> None:
    gateway = await start(replace(QUICK, most_streams=2))
    phone = await new_phone(gateway, await new_bot(gateway))
    async with phone.listen() as oldest, phone.listen(), phone.listen() as newest:
        assert (await oldest.next()).name == "over"  # so the page does not come back and push out the next one
        assert await oldest.ended()
        await phone.send("还在")
        assert (await newest.next()).name == "message"


# -- addresses, methods, types


@pytest.mark.parametrize("path", ["/demo/", "/web/version/", "/c/100001/xiaomiao_bot/", "//evil.example/demo/"])
async def test_nobody_is_sent_on_to_the_host_a_request_names(gateway: Running, phone: Phone, path: str) -> None:
    answer = await phone.http.get(f"{gateway.url}{path}", headers={"Host": "evil.example"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_what_is_looked_for_never_stands_in_an_address(phone: Phone) -> None:
    await phone.send("小虎")
    asked = await phone.http.get(f"{phone.base}/api/search", params={"q": "小虎"})
    assert (asked.status_code, asked.headers["allow"]) == (405, "POST")
    script = (Path(logs.__file__).parent / "web/api.js").read_text(encoding="utf-8")
    assert "?q=" not in script


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_a_body_that_is_not_called_json_is_refused(
    gateway: Running, bot: BotSide, phone: Phone, kind: str
) -> None:
    async with httpx.AsyncClient(verify=False, cookies=phone.http.cookies) as http:
        csrf = {"X-CSRF": phone.csrf, "Content-Type": kind}
        key = {"Authorization": f"Bearer {gateway.gateway.admin_key}", "Content-Type": kind}
        text, pin, out = b'{"text": "a"}', b'{"pin": "2580"}', b'{"user_id": 100001}'
        page = await http.post(f"{gateway.url}{phone.base}/api/messages", content=text, headers=csrf)
        device = await http.post(f"{gateway.url}/devices/api/pin", content=pin, headers=csrf)
        admin = await http.post(f"{gateway.url}/admin/sign-out", content=out, headers=key)
    assert [one.status_code for one in (page, device, admin)] == [415, 415, 415]
    assert await bot.updates() == [] and (await phone.me())["device"]["pin"] is False


async def test_a_file_comes_as_a_form_and_a_form_of_a_page_is_one(gateway: Running, phone: Phone) -> None:
    headers = {"X-CSRF": phone.csrf}
    assert (
        await phone.http.post(f"{phone.base}/api/files", json={"kind": "photo"}, headers=headers)
    ).status_code == 415
    assert (await phone.http.post("/l", json={"code": "x"})).status_code == 415
    assert (await phone.http.post("/l", data={"code": "x"})).status_code == 404


@pytest.mark.parametrize("path", ["/api/me", "/api/messages"])
async def test_an_answer_for_programs_is_saved_when_it_is_opened_as_a_page(phone: Phone, path: str) -> None:
    answer = await phone.http.get(phone.base + path)
    assert answer.headers["content-disposition"] == 'attachment; filename="api.json"'
    assert "content-disposition" not in (await phone.http.get("/healthz")).headers
    assert "content-disposition" not in (await phone.http.get(phone.base)).headers


async def test_over_https_every_name_below_ours_is_https_too(phone: Phone) -> None:
    immutable = page_files.address("app.js")
    for path in ("/l/x", immutable, "/healthz"):
        answer = await phone.http.get(path, headers=HTTPS)
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


async def test_every_text_says_in_which_letters_it_is(phone: Phone) -> None:
    for name in ("icon.svg", "app.js", "pages.css", "offline.html", "vendor/lit.LICENSE.txt"):
        assert (await phone.http.get(f"/web/{name}")).headers["content-type"].endswith("charset=utf-8"), name


def test_what_an_editor_left_lying_is_not_served(tmp_path: Path) -> None:
    for name in ("index.html", "app.js", "app.js.orig", "app.js~", "app.bak", "notes.md", ".app.js.swp", "a.zip"):
        (tmp_path / name).write_text("x")
    assert set(PageFiles.read(tmp_path).files) == {"index.html", "app.js"}


# -- whom the gateway calls


PUBLIC = replace(QUICK, local_webhooks=False, webhook_hosts=("bots.example.cn",))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://bots.example.cn/hook", True),
        ("https://a.bots.example.cn/hook", True),
        ("https://evil-bots.example.cn/hook", False),
        ("https://example.cn/hook", False),
        ("https://bots.example.cn.example.org/hook", False),
    ],
)
async def test_an_operator_may_name_the_hosts_of_webhooks(start: Start, url: str, allowed: bool) -> None:
    bot = await new_bot(await start(PUBLIC))
    if allowed:
        assert await bot.call("setWebhook", url=url) is True
    else:
        with pytest.raises(Refused, match="only the hosts its operator named"):
            await bot.call("setWebhook", url=url)


def test_the_lists_of_hosts_come_from_the_settings() -> None:
    found = from_environment({"GATEWAY_WEBHOOK_HOSTS": " Bots.Example.CN, b.cn ", "GATEWAY_PUSH_HOSTS": "*"})
    assert (found.webhook_hosts, found.push_hosts) == (("bots.example.cn", "b.cn"), None)
    for bad in ({"GATEWAY_PUSH_HOSTS": "https://x"}, {"GATEWAY_SCANNER": "somewhere"}):
        with pytest.raises(CannotServe):
            from_environment(bad)


# -- what people may keep


async def test_one_chat_does_not_fill_the_disk(start: Start) -> None:
    gateway = await start(replace(QUICK, chat_kept_bytes=3000))
    bot = await new_bot(gateway)
    phone, neighbour = await new_phone(gateway, bot), await new_phone(gateway, bot, "李建国")
    await bot.upload("sendDocument", {"document": ("big.txt", b"x" * 9000)}, chat_id=XIUYING)  # not the person's
    for number in range(2):
        assert (await phone.send_file("a.txt", b"x" * 2000, "document", client_id=str(number))).status_code == 200
    answer = await phone.send_file("a.txt", b"x", "document")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "chat_full")
    assert (await neighbour.send_file("a.txt", b"x", "document")).status_code == 200
    await phone.send("文字照样能发")


async def test_a_photo_that_filled_the_chat_is_not_refused_when_the_page_asks_again(start: Start) -> None:
    gateway = await start(replace(QUICK, chat_kept_files=1))
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    first = await phone.send_file("a.png", png(), "photo", client_id="1")  # and say the answer was lost
    again = await phone.send_file("a.png", png(), "photo", client_id="1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await phone.send_file("a.png", png(), "photo", client_id="2")).json()["error"]["code"] == "chat_full"
    assert len(await bot.updates()) == 1


async def test_a_full_disk_takes_words_and_no_files(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gateway = await start(QUICK)
    phone = await new_phone(gateway, await new_bot(gateway))
    left = shutil.disk_usage(tmp_path)._replace(free=QUICK.least_free_bytes - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: left)
    answer = await phone.send_file("a.png", png(), "photo")
    assert (answer.status_code, answer.json()["error"]["code"], answer.headers["retry-after"]) == (503, "no_room", "60")
    await phone.send("文字照样能发")


# -- the scanner


@dataclass
class Clamd:
    """The far side: takes what it is sent and says what a scanner says."""

    says: bytes = b"stream: OK\0"
    got: list[bytes] = field(default_factory=list)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        whole = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            whole += await reader.readexactly(size)
        self.got.append(whole)
        writer.write(self.says)
        writer.close()


@asynccontextmanager
async def clamd(folder: Path) -> AsyncIterator[Clamd]:
    scanner = Clamd(address=f"unix:{folder}/clamd.ctl")
    server = await asyncio.start_unix_server(scanner.serve, f"{folder}/clamd.ctl")
    yield scanner
    server.close()


async def test_a_file_with_a_virus_reaches_nobody(start: Start, tmp_path: Path) -> None:
    async with clamd(tmp_path) as scanner:
        gateway = await start(replace(QUICK, scanner=scanner.address))
        bot = await new_bot(gateway)
        phone = await new_phone(gateway, bot)
        assert (await phone.send_file("a.png", png(), "photo", client_id="1")).status_code == 200
        scanner.says = b"stream: Eicar-Test-Signature FOUND\0"
        answer = await phone.send_file("a.doc", b"x" * 200_000, "document", client_id="2")
        assert (answer.status_code, answer.json()["error"]["code"]) == (415, "infected")
        assert scanner.got == [png(), b"x" * 200_000]
        scanner.says = b"INSTREAM size limit exceeded. ERROR\0"
        assert (await phone.send_file("a.doc", b"x", "document", client_id="3")).status_code == 503
    assert len(await bot.updates()) == 1
    answer = await phone.send_file("a.doc", b"x", "document", client_id="4")  # the scanner is gone
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_scan")


@pytest.mark.parametrize("says", [b"x" * 200_000 + b"\0", b"stream: " + b"x" * 2_000 + b" OK\0", b"stream: OK"])
async def test_a_scanner_that_says_what_no_scanner_says_stops_files_for_now(
    start: Start, tmp_path: Path, says: bytes
) -> None:
    async with clamd(tmp_path) as scanner:
        scanner.says = says
        gateway = await start(replace(QUICK, scanner=scanner.address))
        phone = await new_phone(gateway, await new_bot(gateway))
        answer = await phone.send_file("a.png", png(), "photo")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_scan")


async def test_a_file_taken_before_is_not_shown_to_the_scanner_again(start: Start, tmp_path: Path) -> None:
    async with clamd(tmp_path) as scanner:
        gateway = await start(replace(QUICK, scanner=scanner.address))
        phone = await new_phone(gateway, await new_bot(gateway))
        first = await phone.send_file("a.png", png(), "photo", client_id="1")
    again = await phone.send_file("a.png", png(), "photo", client_id="1")  # the scanner is gone
    assert (again.status_code, again.json()) == (200, first.json())


async def test_what_the_gateway_writes_is_for_its_own_user_only(tmp_path: Path) -> None:
    before = os.umask(0o022)  # as most machines have it
    try:
        async with running(tmp_path / "gateway") as gateway:
            phone = await new_phone(gateway, await new_bot(gateway))
            assert (await phone.send_file("a.png", png(), "photo")).status_code == 200
            found = [tmp_path / "gateway", *(tmp_path / "gateway").rglob("*")]
            assert {"gateway.db", "gateway.db-wal", "gateway.key", "admin.key", "files"} <= {
                path.name for path in found
            }
            assert [path for path in found if path.stat().st_mode & 0o077] == []
    finally:
        os.umask(before)


# -- what is written down


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(logs.Lines().format(record)) for record in caplog.records if record.name == "gateway"]


async def test_who_came_in_and_who_was_not_let_in_is_written_down_by_number(
    gateway: Running, bot: BotSide, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gateway")
    phone = await new_phone(gateway, bot)
    stranger = await new_phone(gateway, bot, "李建国")
    device = (await phone.me())["device"]["id"]
    await stranger.http.get(f"{phone.base}/api/messages")
    await phone.http.post(f"{phone.base}/api/messages", json={"text": "小虎"})
    await phone.http.delete(f"{phone.base}/api/messages")
    await phone.http.post("/devices/api/pin", json={"pin": "2580"}, headers={"X-CSRF": phone.csrf})
    await phone.http.post("/devices/api/unlock", json={"pin": "0000"})
    await phone.http.post("/devices/api/revoke", json={"id": device}, headers={"X-CSRF": phone.csrf})
    await phone.http.get(phone.base)
    lines = told(caplog)
    events = [
        (line["event"], line.get("code") or line.get("device")) for line in lines if line["event"] != "admin_call"
    ]
    other = events[1][1]
    assert events == [
        ("signed_in", device), ("signed_in", other), ("refused", "not_yours"), ("refused", "csrf"),
        ("refused", "no_such_method"), ("device_set_pin", device), ("refused", "wrong_pin"),
        ("device_revoke", device), ("refused", "sign_in"),
    ]  # fmt: skip
    assert [line["route"] for line in lines if line["event"] == "admin_call"] == ["/admin/users", "/admin/links"] * 2
    refused = next(line for line in lines if line["event"] == "refused")
    assert refused["route"] == "/c/{user:int}/{bot}/api/messages"
    assert (refused["user"], refused["from"], refused["level"]) == (XIUYING, "127.0.0.1", "warning")
    whole = json.dumps(lines, ensure_ascii=False)
    for word in ("小虎", "王秀英", "2580", phone.http.cookies.get("xm_session") or "-", phone.csrf, "/l/"):
        assert word == "-" or word not in whole
    counted = (await phone.http.get("/metrics")).text
    assert 'gateway_refusals_total{code="not_yours"} 1.0' in counted


async def test_whoever_is_refused_a_thousand_times_does_not_fill_the_log(
    gateway: Running, bot: BotSide, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "WRITTEN", Rate(3, 0.0001))
    caplog.set_level(logging.INFO, "gateway")
    stranger = Phone(gateway.url)
    for _ in range(10):
        await stranger.http.get(f"/c/{XIUYING}/{bot.username}/api/me")
    assert len([line for line in told(caplog) if line["event"] == "refused"]) == 3
    assert 'gateway_refusals_total{code="sign_in"} 10.0' in (await stranger.http.get("/metrics")).text


def test_one_record_is_one_line_whatever_is_in_it() -> None:
    """A status line, an address or a path from outside may hold what ends a line or moves a terminal's cursor."""
    forged = "ok\n2026-01-01 signed_in user=1\r\x1b[2J\u2028\x85小虎"
    record = logging.LogRecord("gateway", logging.WARNING, "x.py", 1, "said %s", (forged,), None)
    line = logs.Lines().format(record)
    assert line.isascii() and line.isprintable() and json.loads(line)["event"] == f"said {forged}"
    assert _plain(forged) == "ok?2026-01-01 signed_in user=1??[2J????"


def test_the_words_of_an_exception_are_not_written_and_the_time_is_utc() -> None:
    try:
        raise ValueError("殷小虎")
    except ValueError as broken:
        told_of = (ValueError, broken, broken.__traceback__)
    said = "never retrieved\nfuture: <Task exception=ValueError('殷小虎')>"  # as asyncio says it
    record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, said, (), told_of)
    record.created = 0
    line = json.loads(logs.Lines().format(record))
    assert (line["timestamp"], line["trouble"], line["event"]) == ("1970-01-01T00:00:00Z", "ValueError", "never retrieved")
    assert "殷小虎" not in json.dumps(line, ensure_ascii=False) and line["at"].startswith("test_standard.py:")
