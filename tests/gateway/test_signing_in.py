"""Links, devices, and that nothing can be read without them."""

from __future__ import annotations

import httpx
import pytest

from gateway.store import sessions
from tests.gateway.conftest import XIUYING, new_bot, new_phone
from tests.gateway.sides import BotSide, Phone, Running

pytestmark = pytest.mark.slow  # left out of ./test --fast


async def test_looking_at_a_link_does_not_use_it_up(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    phone = Phone(gateway.url)
    for _ in range(3):
        page = await phone.http.get(link)
        assert page.status_code == 200
        assert '<button class="main">进入</button>' in page.text
    assert (await phone.open(link))["user"] == {"id": XIUYING, "first_name": "王秀英"}


async def test_a_link_opens_once(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    await Phone(gateway.url).open(link)
    thief = Phone(gateway.url)
    for answer in (await thief.http.get(link), await thief.http.post(link)):
        assert answer.status_code == 410
        assert "链接已失效" in answer.text
        assert "set-cookie" not in answer.headers


async def test_a_link_expires(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot, ttl_seconds=60)
    gateway.clock.forward(61)
    assert (await Phone(gateway.url).http.post(link)).status_code == 410


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    answer = await Phone(gateway.url).http.post(link)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("xm_session=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    gateway.gateway.base_url = "https://chat.example.cn"
    link = await gateway.link(XIUYING, bot)
    assert link.startswith("https://chat.example.cn/l/")
    answer = await Phone(gateway.url).http.post(link.replace("https://chat.example.cn", gateway.url))
    assert "Secure" in answer.headers["set-cookie"]


async def test_a_form_on_another_site_cannot_sign_a_device_in(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    for origin in ("https://evil.example", "null"):
        answer = await Phone(gateway.url).http.post(link, headers={"Origin": origin})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    await Phone(gateway.url).open(link)


async def test_a_link_with_a_start_code_sends_it_once_signed_in(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot, start="post-42")
    assert await bot.updates() == []
    phone = Phone(gateway.url)
    await phone.open(link)
    (update,) = await bot.updates()
    assert update["message"]["text"] == "/start post-42"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (await phone.history())["messages"][0]["out"] is True


async def test_an_invitation_makes_the_person_when_it_is_used(gateway: Running, bot: BotSide) -> None:
    answer = await gateway.admin("invites", {"bot": bot.username, "first_name": "张玉兰", "start": "code"})
    phone = Phone(gateway.url)
    me = await phone.open(answer.json()["url"])
    assert me["user"]["first_name"] == "张玉兰"
    (update,) = await bot.updates()
    assert (update["message"]["text"], update["message"]["from"]["id"]) == ("/start code", me["user"]["id"])


@pytest.mark.parametrize("path", ["", "/api/me", "/api/messages", "/api/events", "/file/x"])
async def test_nothing_is_readable_without_a_session(gateway: Running, bot: BotSide, phone: Phone, path: str) -> None:
    await bot.call("sendMessage", chat_id=XIUYING, text="秘密")
    stranger = Phone(gateway.url)
    neighbour = await new_phone(gateway, bot, "李建国")
    assert (await stranger.http.get(phone.base + path)).status_code == 401
    answer = await neighbour.http.get(phone.base + path)
    assert answer.status_code == 403
    assert "秘密" not in answer.text
    assert "王秀英" not in answer.text


@pytest.mark.parametrize("path", ["messages", "callback", "messages/1/edit", "vote", "reactions", "contact", "location", "files"])
async def test_nothing_is_written_without_the_token_of_the_page(bot: BotSide, phone: Phone, path: str) -> None:
    for csrf in ("", "wrong", "包子"):
        headers = {"X-CSRF": csrf.encode("utf-8")}
        answer = await phone.http.post(f"{phone.base}/api/{path}", json={"text": "a"}, headers=headers)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert await bot.updates() == []


async def test_the_front_door_leads_to_the_latest_chat(gateway: Running, bot: BotSide, phone: Phone) -> None:
    other = await new_bot(gateway, "other_bot")
    await gateway.person("王秀英", other, id=XIUYING)
    gateway.clock.forward(10)
    await phone.open(await gateway.link(XIUYING, other))
    assert (await phone.http.get("/")).headers["location"] == f"/c/{XIUYING}/other_bot"
    stranger = await httpx.AsyncClient(verify=False).get(gateway.url + "/")
    assert stranger.status_code == 401
    assert "请用登录链接打开" in stranger.text


async def test_a_device_belongs_to_one_person(gateway: Running, bot: BotSide, phone: Phone) -> None:
    first = phone.base
    await phone.open(await gateway.link(await gateway.person("李建国", bot), bot))
    assert phone.base != first
    assert (await phone.http.get(f"{first}/api/me")).status_code == 403


async def test_a_lost_phone_is_signed_out_and_its_open_page_ends(gateway: Running, bot: BotSide, phone: Phone) -> None:
    async with phone.listen() as stream:
        answer = await gateway.admin("sign-out", {"user_id": XIUYING})
        assert answer.json() == {"devices": 1}
        assert await stream.ended()
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401


async def test_a_session_not_used_for_half_a_year_is_over(gateway: Running, bot: BotSide, phone: Phone) -> None:
    gateway.clock.forward(179 * 86400)
    await phone.me()
    gateway.clock.forward(179 * 86400)
    await phone.me()
    gateway.clock.forward(181 * 86400)
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401


async def test_trying_codes_is_slowed_down(gateway: Running) -> None:
    stranger = Phone(gateway.url)
    answers = [await stranger.http.get(f"/l/guess{number}") for number in range(22)]
    assert answers[0].status_code == 410
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_only_hashes_of_sessions_are_stored(gateway: Running, phone: Phone) -> None:
    token = phone.http.cookies["xm_session"]
    stored = await gateway.gateway.db.read(lambda tx: [row["token_hash"] for row in tx.all("SELECT * FROM sessions")])
    assert token.encode() not in b"".join(stored)
    assert await gateway.gateway.db.read(lambda tx: sessions.find(tx, token, 0)) is not None


@pytest.mark.parametrize(
    "path", ["/", "/l/x", "/nothing", "/web/pages.css", "/health", "/c/100001/xiaomiao_bot", "/demo"]
)
async def test_every_answer_carries_the_security_headers(
    gateway: Running, bot: BotSide, phone: Phone, path: str
) -> None:
    headers = (await phone.http.get(path)).headers
    csp = headers["content-security-policy"]
    assert csp.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in csp
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"
