"""A person's devices: the list, signing one out, the PIN and the lock, a link for another phone."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from gateway.devices import device_name
from tests.gateway.conftest import XIUYING, new_phone
from tests.gateway.sides import BotSide, Phone, Running
from tests.gateway.test_files import png

WECHAT = "Mozilla/5.0 (Linux; Android 10; V1913A) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8.0.2"


async def device(phone: Phone, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return await phone.http.post(f"/devices/api/{path}", json=body or {}, headers={"X-CSRF": phone.csrf})


async def devices(phone: Phone) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await phone.http.get("/devices/api/list")).raise_for_status().json()["devices"]
    return found


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def second_phone(gateway: Running, bot: BotSide, user_agent: str = WECHAT) -> Phone:
    phone = Phone(gateway.url)
    phone.http.headers["User-Agent"] = user_agent
    await phone.open(await gateway.link(XIUYING, bot))
    return phone


async def test_the_list_names_every_device_of_the_person_and_nobody_elses(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    await new_phone(gateway, bot, "李建国")
    gateway.clock.forward(60)
    other = await second_phone(gateway, bot)
    newest, oldest = await devices(other)
    assert (newest["name"], newest["this"], newest["made_at"]) == ("安卓手机 · 微信", True, gateway.clock())
    assert (oldest["name"], oldest["this"]) == ("其他设备", False)
    assert (await phone.me())["device"]["id"] == oldest["id"]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WECHAT, "安卓手机 · 微信"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Windows 电脑 · Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0) Version/16.0 Mobile/15E148 Safari/604.1", "苹果手机 · Safari"),
        ("Mozilla/5.0 (Linux; Android 12; Tablet) Chrome/99.0 Safari/537.36", "安卓平板 · Chrome"),
        ("<script>", "其他设备"),
    ],
)  # fmt: skip
def test_devices_have_plain_names(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


async def test_a_device_that_is_signed_out_ends_at_once(gateway: Running, bot: BotSide, phone: Phone) -> None:
    other = await second_phone(gateway, bot)
    lost = (await phone.me())["device"]["id"]
    async with phone.listen() as stream:
        assert (await device(other, "revoke", {"id": lost})).json() == {}
        assert await stream.ended()
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401
    assert [one["this"] for one in await devices(other)] == [True]
    assert code(await device(other, "revoke", {"id": lost})) == (404, "device_gone")


async def test_somebody_elses_device_cannot_be_signed_out(gateway: Running, bot: BotSide, phone: Phone) -> None:
    neighbour = await new_phone(gateway, bot, "李建国")
    own = (await phone.me())["device"]["id"]
    assert code(await device(neighbour, "revoke", {"id": own})) == (404, "device_gone")
    await phone.me()


@pytest.mark.parametrize("path", ["revoke", "link", "pin"])
async def test_another_site_changes_nothing_about_devices(phone: Phone, path: str) -> None:
    assert code(await phone.http.post(f"/devices/api/{path}", json={"pin": "2580"})) == (403, "csrf")
    for shut in ("lock", "unlock"):
        answer = await phone.http.post(f"/devices/api/{shut}", json={}, headers={"Origin": "https://evil.example"})
        assert code(answer) == (403, "csrf")
    assert (await Phone(phone.url).http.get("/devices/api/list")).status_code == 401


async def test_a_locked_device_shows_nothing_until_its_pin_is_given(bot: BotSide, phone: Phone) -> None:
    sent = await bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING)
    file = f"file/{sent['photo'][0]['file_id']}"
    assert (await phone.me())["device"]["pin"] is False
    assert (await device(phone, "pin", {"pin": "2580"})).json() == {}
    assert (await phone.me())["device"] | {"id": ""} == {"id": "", "pin": True, "lock_after": 300}
    async with phone.listen() as stream:
        await device(phone, "lock")
        assert (await stream.next()).name == "locked"
        assert await stream.ended()
    for path in ("api/me", "api/messages", "api/events", file):
        answer = await phone.http.get(f"{phone.base}/{path}")
        assert code(answer) == (423, "locked")
        assert answer.json()["error"]["message"] == "已锁定，请输入密码。"
    assert code(await phone.post("messages", {"text": "a"})) == (423, "locked")
    for path in ("revoke", "link", "pin"):
        assert code(await device(phone, path, {"pin": None, "old": "2580"})) == (423, "locked")
    assert (await phone.http.get("/devices/api/list")).status_code == 423
    assert (await phone.http.get(phone.base)).status_code == 200  # the empty page, which asks for the PIN
    assert await bot.updates() == []
    phone.csrf = ""  # a page that was just opened knows no more than the PIN
    assert (await device(phone, "unlock", {"pin": "2580"})).json() == {}
    assert (await phone.http.get(f"{phone.base}/{file}")).status_code == 200
    await phone.me()


async def test_five_wrong_pins_sign_the_device_out(phone: Phone) -> None:
    await device(phone, "pin", {"pin": "2580"})
    await device(phone, "lock")
    for left in (4, 3):
        answer = await device(phone, "unlock", {"pin": "0000"})
        assert code(answer) == (403, "wrong_pin")
        assert f"还可以试 {left} 次" in answer.json()["error"]["message"]
    await device(phone, "unlock", {"pin": "2580"})  # the right one counts anew
    await device(phone, "lock")
    answers = await asyncio.gather(*(device(phone, "unlock", {"pin": f"000{number}"}) for number in range(8)))
    assert sorted({answer.status_code for answer in answers}) == [401, 403]
    assert code(await device(phone, "unlock", {"pin": "2580"})) == (401, "sign_in")
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401


async def test_a_pin_is_changed_and_taken_away_only_with_the_old_one(phone: Phone) -> None:
    for bad in ("123", "123456789", "12a4", "１２３４", 1234, ""):
        assert code(await device(phone, "pin", {"pin": bad})) == (400, "bad_pin")
    await device(phone, "pin", {"pin": "2580"})
    assert code(await device(phone, "pin", {"pin": "1111"})) == (400, "bad_pin")
    assert code(await device(phone, "pin", {"pin": None, "old": "1111"})) == (403, "wrong_pin")
    await device(phone, "pin", {"pin": "13572468", "old": "2580"})
    await device(phone, "lock")
    assert code(await device(phone, "unlock", {"pin": "2580"})) == (403, "wrong_pin")
    assert (await device(phone, "unlock", {"pin": "13572468"})).status_code == 200
    await device(phone, "pin", {"pin": None, "old": "13572468"})
    await device(phone, "lock")  # nothing to lock with
    assert (await phone.me())["device"]["pin"] is False


async def test_a_device_locks_by_itself_when_nothing_is_done_on_it(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    await device(phone, "pin", {"pin": "2580"})
    for _ in range(3):
        gateway.clock.forward(200)
        await phone.send("还在用")
    async with phone.listen() as stream:
        gateway.clock.forward(301)
        await bot.call("sendMessage", chat_id=XIUYING, text="秘密")  # an open stream is nobody's doing
        assert (await stream.next()).name == "locked"
    assert (await phone.http.get(f"{phone.base}/api/messages")).status_code == 423
    await device(phone, "unlock", {"pin": "2580"})
    assert (await phone.history())["messages"][-1]["text"] == "秘密"


async def test_a_page_opened_anew_asks_for_the_pin(gateway: Running, phone: Phone) -> None:
    await device(phone, "pin", {"pin": "2580"})
    gateway.clock.forward(50)
    await phone.http.get(phone.base)  # from one chat to another
    await phone.me()
    gateway.clock.forward(50)
    await phone.http.get(phone.base)
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 423


async def test_a_device_without_a_pin_never_locks(gateway: Running, phone: Phone) -> None:
    await device(phone, "lock")
    gateway.clock.forward(86400)
    await phone.http.get(phone.base)
    await phone.me()


async def test_who_forgot_the_pin_gets_in_again_with_a_new_link(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await device(phone, "pin", {"pin": "2580"})
    await device(phone, "lock")
    await phone.open(await gateway.link(XIUYING, bot))
    assert (await phone.me())["device"]["pin"] is False
    assert len(await devices(phone)) == 1


async def test_the_pin_is_not_to_be_read_on_the_disk(gateway: Running, phone: Phone) -> None:
    await device(phone, "pin", {"pin": "25802580"})
    kept = await gateway.gateway.db.read(lambda tx: tx.one("SELECT pin, device FROM sessions"))
    assert kept is not None
    key = gateway.gateway.db.vault.seal("", b"")[:4]
    assert all(kept[part].startswith(key) for part in ("pin", "device"))


async def test_another_phone_of_the_same_person_signs_in_by_a_picture(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    made = (await device(phone, "link")).json()
    assert made["url"].startswith(f"{gateway.url}/l/")
    assert made["qr_svg"].startswith("<svg ")
    assert "script" not in made["qr_svg"]
    other = Phone(gateway.url)
    assert (await other.open(made["url"]))["user"]["id"] == XIUYING
    assert len(await devices(phone)) == 2
    assert (await Phone(gateway.url).http.post(made["url"])).status_code == 410
    late = (await device(phone, "link")).json()
    gateway.clock.forward(601)
    assert (await Phone(gateway.url).http.post(late["url"])).status_code == 410


async def test_on_a_device_with_a_pin_nobody_adds_or_ends_another_one_without_it(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    other = await second_phone(gateway, bot)
    theirs, own = (await other.me())["device"]["id"], (await phone.me())["device"]["id"]
    await device(phone, "pin", {"pin": "2580"})
    for path, body in (("link", {}), ("revoke", {"id": theirs})):
        assert code(await device(phone, path, body)) == (400, "bad_pin")
        assert code(await device(phone, path, {**body, "pin": "0000"})) == (403, "wrong_pin")
    await other.me()
    assert (await device(phone, "link", {"pin": "2580"})).json()["url"].startswith(gateway.url)
    assert (await device(phone, "revoke", {"id": theirs, "pin": "2580"})).json() == {}
    assert (await other.http.get(f"{other.base}/api/me")).status_code == 401
    assert (await device(phone, "revoke", {"id": own})).json() == {}  # signing oneself out is always easy


async def test_the_page_knows_until_when_this_device_is_signed_in(gateway: Running, phone: Phone) -> None:
    began = int(gateway.clock())
    gateway.clock.forward(86_400)
    assert (await phone.me())["signed_in_until"] == began + gateway.gateway.settings.sign_in_seconds


async def test_a_link_leads_only_to_chats_of_this_device(gateway: Running, bot: BotSide, phone: Phone) -> None:
    neighbour = await new_phone(gateway, bot, "李建国")
    stolen = await device(phone, "link", {"user_id": (await neighbour.me())["user"]["id"]})
    assert code(stolen) == (404, "not_yours")
    assert (await device(phone, "link", {"user_id": XIUYING, "bot": bot.username})).status_code == 200
    answers = [await device(phone, "link") for _ in range(6)]
    assert answers[-1].status_code == 429
