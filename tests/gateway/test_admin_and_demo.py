"""The admin API, and the demo a visitor plays."""

from __future__ import annotations

import re
import stat

import pytest

from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Running

PERSONAS = [
    {"key": "director", "user_id": 100_010, "title": "儿童主任", "subtitle": "甲村", "group": "示范镇"},
    {"key": "police", "user_id": 100_011, "title": "派出所", "subtitle": "<b>", "group": "县直"},
]


async def with_personas(start: Start) -> tuple[Running, BotSide, Phone]:
    gateway = await start(demo=True)
    bot = await new_bot(gateway)
    for persona in PERSONAS:
        await gateway.person(str(persona["title"]), bot, id=persona["user_id"])
    answer = await gateway.admin("personas", {"bot": bot.username, "personas": PERSONAS}, "PUT")
    assert answer.json() == {"personas": 2}
    return gateway, bot, Phone(gateway.url)


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    return found[1]


async def test_the_admin_key_is_needed_and_kept_private(gateway: Running, bot: BotSide) -> None:
    for key in ("wrong", "包子"):
        headers = {"Authorization": f"Bearer {key}".encode()}
        answer = await bot.http.post(f"{gateway.url}/admin/users", json={}, headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 401
    path = gateway.gateway.data / "admin.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() == gateway.gateway.admin_key


async def test_a_person_with_an_id_can_be_put_twice(gateway: Running, bot: BotSide) -> None:
    assert await gateway.person("王秀英", bot, id=100_500) == 100_500
    assert await gateway.person("王秀兰", bot, id=100_500) == 100_500
    assert (await bot.call("getChat", chat_id=100_500))["first_name"] == "王秀兰"
    assert await gateway.person("李建国", bot) == 100_501


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("users", {"bot": "xiaomiao_bot"}),
        ("users", {"bot": "nobody", "first_name": "a"}),
        ("users", {"bot": "xiaomiao_bot", "first_name": "a", "id": 5}),
        ("users", {"bot": "xiaomiao_bot", "first_name": "\ud800"}),
        ("links", {"bot": "xiaomiao_bot", "user_id": 99}),
        ("links", {"bot": "xiaomiao_bot", "user_id": "x"}),
        ("invites", {"bot": "xiaomiao_bot"}),
        ("users", []),
    ],
)
async def test_what_the_admin_api_cannot_do_it_refuses(gateway: Running, bot: BotSide, path: str, body: Json) -> None:
    import json

    headers = {"Authorization": f"Bearer {gateway.gateway.admin_key}", "Content-Type": "application/json"}
    answer = await bot.http.post(f"{gateway.url}/admin/{path}", content=json.dumps(body), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: ")


async def test_without_demo_there_is_no_demo(gateway: Running, bot: BotSide, phone: Phone) -> None:
    for path in ("/demo", "/demo/wall"):
        assert (await phone.http.get(path)).status_code == 404
    answer = await gateway.admin("personas", {"bot": bot.username, "personas": []}, "PUT")
    assert answer.status_code == 403


async def test_a_visitor_plays_one_persona(start: Start) -> None:
    _, bot, visitor = await with_personas(start)
    page = (await visitor.http.get("/demo")).text
    assert "演示数据" in page
    assert "&lt;b&gt;" in page
    form = {"csrf": csrf_of(page), "open": "100010.xiaomiao_bot"}
    answer = await visitor.http.post("/demo", data=form)
    assert answer.headers["location"] == "/c/100010/xiaomiao_bot"
    visitor.base = answer.headers["location"]
    assert (await visitor.me())["demo"] is True
    await visitor.send("你好")
    assert (await bot.updates())[0]["message"]["from"]["id"] == 100_010


async def test_whom_visitors_play_is_marked_and_nobody_else(start: Start) -> None:
    gateway, bot, visitor = await with_personas(start)
    await visitor.open(await gateway.link(100_010, bot))
    resident = await new_phone(gateway, bot, "王秀英")
    assert ((await visitor.me())["persona"], (await resident.me())["persona"]) == (True, False)
    no_demo = await start()
    late = Phone(no_demo.url)
    assert (await late.open(await no_demo.link(100_010, bot)))["persona"] is False


async def test_a_visitor_watches_several_side_by_side(start: Start) -> None:
    _, _, visitor = await with_personas(start)
    page = (await visitor.http.get("/demo")).text
    form = {"csrf": csrf_of(page), "wall": "1", "pick": ["100010.xiaomiao_bot", "100011.xiaomiao_bot", "1.no"]}
    answer = await visitor.http.post("/demo", data=form)
    wall = (await visitor.http.get(answer.headers["location"])).text
    assert wall.count("<iframe") == 2
    assert 'src="/c/100011/xiaomiao_bot?pane=1"' in wall
    for user_id in (100_010, 100_011):
        assert (await visitor.http.get(f"/c/{user_id}/xiaomiao_bot/api/me")).status_code == 200


async def test_the_wall_shows_only_whom_this_device_plays(start: Start) -> None:
    _, _, visitor = await with_personas(start)
    page = (await visitor.http.get("/demo")).text
    await visitor.http.post("/demo", data={"csrf": csrf_of(page), "open": "100010.xiaomiao_bot"})
    wall = (await visitor.http.get("/demo/wall?p=100010.xiaomiao_bot&p=100011.xiaomiao_bot")).text
    assert wall.count("<iframe") == 1


async def test_choosing_needs_the_pages_token(start: Start) -> None:
    _, _, visitor = await with_personas(start)
    await visitor.http.get("/demo")
    assert (await visitor.http.post("/demo", data={"open": "100010.xiaomiao_bot"})).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Host": "chat.example.cn"}, {"Host": "127.0.0.1.evil.example"}, {"X-Forwarded-For": "203.0.113.9"}]
)
async def test_the_demo_is_for_this_machine_only(start: Start, headers: dict[str, str]) -> None:
    _, _, visitor = await with_personas(start)
    assert (await visitor.http.get("/demo", headers=headers)).status_code == 404


async def test_the_gateway_says_that_it_is_well(gateway: Running, phone: Phone) -> None:
    assert (await phone.http.get("/health")).json() == {"ok": True}


async def test_many_people_sign_in_from_one_office(gateway: Running, bot: BotSide) -> None:
    phones = [await new_phone(gateway, bot, f"主任{number}") for number in range(25)]
    assert len({phone.base for phone in phones}) == 25
    assert phones[0].base == f"/c/{XIUYING}/xiaomiao_bot"
