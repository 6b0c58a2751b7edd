"""What an operator does on the command line and looks at: bots, people, groups, health, numbers."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.settings import Settings
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.sides import BotSide, Json, Phone, Refused, Running

Run = Callable[..., Result]


def run(data: Path, *arguments: str) -> Result:
    """The command line inside this process; to a running gateway that is another process all the same."""
    return CliRunner().invoke(cli, [*arguments, "--data", str(data)])


def lines(data: Path, *arguments: str) -> list[Json]:
    done = run(data, *arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def said(data: Path, *arguments: str) -> str:
    done = run(data, *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refusal(data: Path, *arguments: str) -> str:
    """One sentence in both languages, nothing for programs to read."""
    done = run(data, *arguments)
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    assert done.stderr.count("\n") == 1
    chinese, english = done.stderr.split(" / ")
    assert re.search(r"[一-鿿]", chinese)
    assert re.search(r"[a-z]{3}", english)
    return done.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    said(tmp_path, "add-bot", "小苗", "--username", "xiaomiao_bot")
    said(tmp_path, "add-user", "王秀英", "--bot", "xiaomiao_bot")
    said(tmp_path, "add-user", "李建国", "--bot", "xiaomiao")
    return tmp_path


def test_bots_and_people_are_listed(data: Path) -> None:
    (bot,) = lines(data, "bots")
    assert bot == {
        "id": 7_000_000_001, "username": "xiaomiao_bot", "name": "小苗", "gets": "polling", "waiting": 0,
        "privacy": "on",
    }  # fmt: skip
    xiuying, jianguo = lines(data, "users")
    assert xiuying == {"id": XIUYING, "name": "王秀英", "bots": ["xiaomiao_bot"], "devices": 0, "blocked": []}
    assert said(data, "users").splitlines()[1] == f"{jianguo['id']}\t李建国\txiaomiao_bot\t0\t-"


def test_a_bot_is_renamed_opened_to_groups_and_given_a_new_token(data: Path) -> None:
    assert said(data, "set-bot", "xiaomiao", "--name", "小苗助手", "--privacy", "off") == ""
    assert [(bot["name"], bot["privacy"]) for bot in lines(data, "bots")] == [("小苗助手", "off")]
    assert said(data, "set-bot", "xiaomiao", "--new-token").startswith("7000000001:")
    assert run(data, "set-bot", "xiaomiao").exit_code == 2


def test_a_group_is_made_changed_and_listed(data: Path) -> None:
    made = said(data, "add-group", "南华镇", "--bot", "xiaomiao", "--member", "李建国", "--member", str(XIUYING))
    assert made == "-200001\n"
    said(data, "set-group", "200001", "--title", "南华镇儿童主任", "--remove", "王秀英", "--admin", "xiaomiao")
    (group,) = lines(data, "groups")
    assert group == {
        "id": -200_001, "title": "南华镇儿童主任", "members": [XIUYING + 1], "bots": ["xiaomiao_bot"],
        "administrators": [str(XIUYING + 1), "xiaomiao_bot"],
    }  # fmt: skip
    said(data, "set-group", "-200001", "--add", "王秀英", "--no-admin", "xiaomiao", "--admin", "王秀英")
    assert lines(data, "groups")[0]["administrators"] == [str(XIUYING + 1), str(XIUYING)]
    said(data, "set-group", "200001", "--remove-bot", "xiaomiao")
    assert lines(data, "groups")[0]["bots"] == []
    said(data, "set-group", "200001", "--add-bot", "xiaomiao")
    assert lines(data, "groups")[0]["bots"] == ["xiaomiao_bot"]
    assert run(data, "set-group", "200001").exit_code == 2
    assert run(data, "add-group", "没有人", "--bot", "xiaomiao").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("set-bot", "nobody", "--name", "x"),
        ("revoke", "nobody"),
        ("revoke", "99"),
        ("block", "nobody"),
        ("unblock", str(XIUYING)),
        ("link", "nobody", "--bot", "xiaomiao"),
        ("link", str(XIUYING), "--bot", "nobody"),
        ("link", str(XIUYING), "--bot", "xiaomiao", "--start", "a b"),
        ("add-user", " ", "--bot", "xiaomiao"),
        ("add-group", "群", "--bot", "xiaomiao", "--member", "nobody"),
        ("add-group", "题" * 129, "--bot", "xiaomiao", "--member", "王秀英"),
        ("set-group", "7", "--title", "x"),
        ("restore", "/dev/null"),
        ("backup", "/nowhere/at/all"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_in_both_languages(data: Path, arguments: tuple[str, ...]) -> None:
    refusal(data, *arguments)


def test_two_people_of_one_name_are_told_apart_by_id(data: Path) -> None:
    said(data, "add-user", "王秀英", "--bot", "xiaomiao")
    assert f"{XIUYING} {XIUYING + 2}" in refusal(data, "block", "王秀英")
    assert run(data, "block", str(XIUYING)).exit_code == 0
    assert [person["blocked"] for person in lines(data, "users")] == [["xiaomiao_bot"], [], []]
    assert run(data, "unblock", str(XIUYING), "--bot", "xiaomiao").exit_code == 0


def test_a_folder_without_a_gateway_is_not_turned_into_one(tmp_path: Path) -> None:
    assert "--data" in refusal(tmp_path, "bots")
    assert list(tmp_path.iterdir()) == []


async def test_a_lost_phone_is_signed_out_while_the_gateway_runs(gateway: Running, bot: BotSide, phone: Phone) -> None:
    data, unused = gateway.gateway.data, await gateway.link(XIUYING, bot)
    async with phone.listen() as stream:
        done = run(data, "revoke", "王秀英")
        assert (done.exit_code, done.stdout) == (0, "")
        assert "1" in done.stderr
        assert await stream.ended()  # within a second, without anybody telling the running gateway
    assert (await phone.http.get(f"{phone.base}/api/me")).status_code == 401
    assert (await phone.http.post(unused, headers={"Origin": gateway.url})).status_code == 410
    again = said(data, "link", "王秀英", "--bot", bot.username, "--base-url", gateway.url).strip()
    await phone.open(again)


async def test_a_revoked_bot_and_a_blocked_person_are_shut_out_while_it_runs(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    data = gateway.gateway.data
    assert run(data, "block", "王秀英").exit_code == 0
    with pytest.raises(Refused, match="Forbidden: bot was blocked by the user"):
        await bot.call("sendMessage", chat_id=XIUYING, text="在吗")
    assert (await phone.post("messages", {"text": "/start"})).json()["error"]["code"] == "barred"
    assert run(data, "unblock", "王秀英").exit_code == 0
    await phone.send("回来了")
    assert run(data, "revoke", "xiaomiao").exit_code == 0
    with pytest.raises(Refused, match="Unauthorized"):
        await bot.call("getMe")
    assert lines(data, "bots")[0]["gets"] == "revoked"
    token = said(data, "set-bot", "xiaomiao_bot", "--new-token").strip()
    assert (await BotSide(gateway.url, token, bot.username).updates())[-1]["message"]["text"] == "回来了"


async def test_somebody_taken_into_a_group_by_the_command_line_sees_it_at_once(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    async with phone.listen() as stream:
        made = said(gateway.gateway.data, "add-group", "南华镇", "--bot", bot.username, "--member", "王秀英")
        event = await stream.next()
    assert event.name == "chats"
    assert [chat["id"] for chat in event.data["chats"]] == [XIUYING, int(made)]


async def test_it_says_whether_it_is_well(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await phone.send("等着")
    gateway.clock.forward(90)
    health = await phone.http.get("/healthz")
    about = health.json()
    assert (health.status_code, about["ok"], about["store_writable"], about["disk_has_room"]) == (200, True, True, True)
    assert (about["updates_waiting"], about["oldest_update_seconds"]) == (1, 90)
    outside = await phone.http.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert outside.json() == {"ok": True}


async def test_a_full_disk_is_told(start: Start) -> None:
    gateway = await start(Settings(least_free_bytes=2**62))
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        answer = await http.get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.json()) == (503, {"ok": False})


async def test_a_store_that_takes_no_writes_is_told(gateway: Running, phone: Phone) -> None:
    path = gateway.gateway.data / "gateway.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("ALTER TABLE meta RENAME TO not_meta")
        answer = await phone.http.get("/healthz")
        other.execute("ALTER TABLE not_meta RENAME TO meta")
    assert (answer.status_code, answer.json()["store_writable"]) == (503, False)


async def test_the_numbers_name_nobody(start: Start) -> None:
    gateway = await start()
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    await gateway.group("南华镇", [bot], [XIUYING])
    await phone.send("秘密")
    assert (await phone.http.get("/l/wrong-code")).status_code == 410
    async with phone.listen():
        text = (await phone.http.get("/metrics")).text
    for line in (
        "gateway_people 1.0",
        "gateway_groups 1.0",
        "gateway_open_streams 1.0",
        "gateway_updates_waiting 3.0",
        'gateway_requests_total{kind="page_api",status="2xx"}',
        'gateway_wrong_secrets_total{what="link"} 1.0',
    ):
        assert line in text, line
    for secret in (
        str(XIUYING),
        "xiaomiao",
        "王秀英",
        "南华镇",
        "秘密",
        "7000000001",
        bot.token,
        "wrong-code",
        "127.0.0.1",
    ):
        assert secret not in text
    assert (await phone.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 404
    outside = {"X-Forwarded-For": "203.0.113.9", "Authorization": f"Bearer {gateway.gateway.admin_key}"}
    assert (await phone.http.get("/metrics", headers=outside)).status_code == 200
    wrong = {"Authorization": "Bearer wrong"}
    assert (await phone.http.get("/metrics", headers=wrong)).status_code == 404
