"""Another key for everything that is sealed, while the gateway runs."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.errors import CannotServe
from gateway.store import reseal, schema, vault
from gateway.store.database import Tx, connect, opened
from tests.gateway.conftest import XIUYING
from tests.gateway.far_services import Browser
from tests.gateway.sides import BotSide, Phone, Running
from tests.gateway.test_files import png

# Not sealed: hashes of secrets nobody can guess.
HASHES = {
    ("bots", "token_hash"), ("sessions", "token_hash"), ("session_chats", "token_hash"), ("links", "code_hash"),
    ("push_subscriptions", "endpoint_hash"), ("push_subscriptions", "token_hash"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "LOOK_SECONDS", 0.0)


async def rotate(gateway: Running, *options: str) -> Result:
    command = ["rotate-key", *options, "--data", str(gateway.gateway.data)]
    return await asyncio.to_thread(CliRunner().invoke, cli, command)


def test_every_sealed_column_is_known_to_the_job(tmp_path: object) -> None:
    connection = connect(f"{tmp_path}/empty.db")  # type: ignore[arg-type]
    schema.migrate(connection)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    blobs = {
        (table, column["name"])
        for table in tables
        for column in connection.execute(f"PRAGMA table_info({table})")
        if column["type"] == "BLOB"
    }
    assert blobs - HASHES == {(one.table, one.column) for one in reseal.SEALED}
    for one in reseal.SEALED:
        key = [row for row in connection.execute(f"PRAGMA table_info({one.table})") if row["pk"]]
        assert tuple(row["name"] for row in sorted(key, key=lambda row: row["pk"])) == one.key


async def test_everything_is_sealed_anew_while_people_and_bots_go_on(
    gateway: Running, bot: BotSide, phone: Phone
) -> None:
    await bot.call("sendMessage", key="k", chat_id=XIUYING, text="一", reply_markup={"keyboard": [["好"]]})
    await bot.upload("sendPhoto", {"photo": ("a.png", png())}, chat_id=XIUYING)
    await bot.call("sendPoll", chat_id=XIUYING, question="去吗", options=[{"text": "去"}, {"text": "不去"}])
    await phone.send("二")
    await gateway.admin("invites", {"bot": bot.username, "first_name": "张玉兰"})
    await phone.post("push", {"subscription": Browser("https://push.example.org/x").subscription()})
    await phone.http.post("/devices/api/pin", json={"pin": "2580"}, headers={"X-CSRF": phone.csrf})
    result = await rotate(gateway)
    assert result.exit_code == 0, result.output
    assert "已换新密钥" in result.stderr
    current = (gateway.gateway.data / "gateway.key").read_text().split()[0]
    assert await used_keys(gateway) == {current}
    # the gateway that ran all the while opens what was sealed anew, and seals with the new key
    shown = (await phone.history())["messages"]
    assert [message.get("text") for message in shown if "text" in message] == ["一", "二"]
    await phone.send("三")
    assert (await phone.http.get(f"{phone.base}/file/{shown[1]['photo'][0]['file_id']}")).status_code == 200
    assert await used_keys(gateway) == {current}


async def used_keys(gateway: Running) -> set[str]:
    def look(tx: Tx) -> set[str]:
        found = set()
        for one in reseal.SEALED:
            only = "AND name = 'proof'" if one.table == "meta" else ""
            rows = tx.all(f"SELECT {one.column} FROM {one.table} WHERE {one.column} IS NOT NULL {only}")
            found |= {bytes(row[0][:4]).hex() for row in rows}
        return found

    files = {path.read_bytes()[:4].hex() for path in gateway.gateway.blobs.folder.glob("*/*")}
    assert files
    return await gateway.gateway.db.read(look) | files


async def test_old_keys_go_only_when_nothing_needs_them(gateway: Running, bot: BotSide, phone: Phone) -> None:
    await bot.upload("sendDocument", {"document": ("a.txt", b"1")}, chat_id=XIUYING)
    path = gateway.gateway.data / "gateway.key"
    old = path.read_text()
    await rotate(gateway)
    await rotate(gateway)
    assert len(path.read_text().splitlines()) == 3
    result = await rotate(gateway, "--drop-old")
    assert (result.exit_code, "2 个旧密钥" in result.stderr) == (0, True)
    assert len(path.read_text().splitlines()) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    await phone.send("还在")
    assert (await phone.history())["messages"][-1]["text"] == "还在"
    path.write_text(old)
    with pytest.raises(CannotServe), opened(gateway.gateway.data):
        pass


async def test_keys_from_the_environment_are_rotated_by_the_operator(
    gateway: Running, bot: BotSide, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.send("一")
    path = gateway.gateway.data / "gateway.key"
    monkeypatch.setenv("GATEWAY_KEYS", "00000001 " + "A" * 43 + "=\n" + path.read_text())
    result = await rotate(gateway)
    assert (result.exit_code, "GATEWAY_KEYS" in result.stderr) == (1, True)
    result = await rotate(gateway, "--reseal-only")
    assert result.exit_code == 0
    with opened(gateway.gateway.data) as tx:
        assert {bytes(row[0][:4]).hex() for row in tx.all("SELECT body FROM messages")} == {"00000001"}


async def test_there_is_nothing_to_rotate_where_no_gateway_is(gateway: Running) -> None:
    result = CliRunner().invoke(cli, ["rotate-key", "--data", "/nonexistent"])
    assert (result.exit_code, "没有网关的数据" in result.stderr) == (1, True)
