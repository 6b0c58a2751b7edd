"""What a walk through every line of the security standard (docs/asvs.md) found wanting, and what holds it now."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway import logs, page_files
from gateway.errors import CannotServe
from gateway.page_files import PageFiles
from gateway.settings import DAY, from_environment
from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Refused, Running

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
