"""A backup taken while people write, and brought back on a new machine."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from pathlib import Path

import pytest

from tests.gateway.conftest import XIUYING, new_bot, new_phone, running
from tests.gateway.sides import BotSide, Json, Phone, Running
from tests.gateway.test_files import fetch, png
from tests.gateway.test_operators import refusal, run, said


def backed_up(data: Path, file: Path) -> Json:
    about: Json = json.loads(said(data, "backup", str(file)))
    return about


def new_machine(tmp_path: Path, data: Path) -> Path:
    """Another data folder, with the key brought separately."""
    there = tmp_path / "new"
    there.mkdir()
    shutil.copy(data / "gateway.key", there / "gateway.key")
    return there


async def test_what_was_said_comes_back_on_another_machine(
    tmp_path: Path, gateway: Running, bot: BotSide, phone: Phone
) -> None:
    data, file = gateway.gateway.data, tmp_path / "gateway.backup"
    group = await gateway.group("南华镇", [bot], [XIUYING])
    await phone.send("昨天去了小虎家")
    picture = (await phone.send_file("a.png", png(), "document")).json()["message"]["document"]["file_id"]
    unused = await gateway.link(XIUYING, bot)
    old = await bot.updates()
    writing = asyncio.create_task(chatter(phone))
    about = await asyncio.to_thread(backed_up, data, file)
    writing.cancel()
    assert (about["counts"]["users"], about["counts"]["groups"]) == (1, 1)
    assert about["bytes"] == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for secret in ("小虎", "xiaomiao_bot", "gateway.db", "SQLite"):
        assert secret.encode() not in file.read_bytes()
    assert not list(data.glob(".backup-*"))
    there = new_machine(tmp_path, data)
    assert json.loads(said(there, "restore", str(file)))["counts"] == about["counts"]
    async with running(there) as again:
        other = Phone(again.url)
        other.http.cookies, other.base = phone.http.cookies, phone.base
        assert (await other.me())["chats"][1]["id"] == group
        private = other.in_group(group)
        private.base = f"/c/{XIUYING}/{bot.username}"
        kept = (await private.history(limit=100))["messages"]
        assert [kept[0]["text"], "document" in kept[1]] == ["昨天去了小虎家", True]
        assert [message["message_id"] for message in kept] == list(range(1, len(kept) + 1))
        back = BotSide(again.url, bot.token, bot.username)
        assert await fetch(back, picture) == png()
        await other.send("又在了")
        updates = await back.updates()
        assert updates[: len(old)] == old
        assert updates[-1]["message"]["text"] == "又在了"
        # numbers given after the backup was taken are not given again, nor does a link open twice
        assert updates[-1]["update_id"] > old[-1]["update_id"] + 1000
        assert updates[-1]["message"]["message_id"] > 1000
        assert (await other.http.post(unused.replace(gateway.url, again.url), headers={"Origin": again.url})).status_code == 410  # fmt: skip
        async with other.listen(last_event_id=500_000) as stream:  # seen after the backup was taken
            assert (await stream.next()).name == "reset"


async def chatter(phone: Phone) -> None:
    while True:
        await phone.send("一")


async def test_what_a_killed_backup_left_behind_goes_with_the_next(tmp_path: Path, gateway: Running) -> None:
    data, file = gateway.gateway.data, tmp_path / "gateway.backup"
    left = [data / ".backup-abc" / "gateway.db", data / ".restore-77" / "gateway.db", tmp_path / ".gateway.backup.77.part"]
    other = tmp_path / ".another.backup.77.part"
    for path in (*left, other):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    await asyncio.to_thread(backed_up, data, file)
    assert not any(path.exists() for path in left) and other.exists()
    assert {path.name for path in data.glob(".*")} == set()


async def test_a_damaged_or_cut_backup_changes_nothing(tmp_path: Path, gateway: Running, phone: Phone) -> None:
    data, file = gateway.gateway.data, tmp_path / "gateway.backup"
    await phone.send("一")
    await asyncio.to_thread(backed_up, data, file)
    whole = file.read_bytes()
    there = new_machine(tmp_path, data)
    for number, broken in enumerate(
        [whole[:-1], whole[:-40], whole + b"x", whole[:500] + b"\0" + whole[501:], b"", b"no backup at all", whole[:30]]
    ):
        file.write_bytes(broken)
        assert "damaged" in refusal(there, "restore", str(file)), number
        assert [path.name for path in there.iterdir()] == ["gateway.key"]


async def test_another_key_opens_nothing_and_says_so(tmp_path: Path, gateway: Running, phone: Phone) -> None:
    file, other = tmp_path / "gateway.backup", tmp_path / "other"
    await asyncio.to_thread(backed_up, gateway.gateway.data, file)
    said(other, "add-bot", "echo")
    (other / "gateway.db").unlink()
    assert "another key" in refusal(other, "restore", str(file))
    (other / "gateway.key").unlink()
    assert "gateway.key" in refusal(other, "restore", str(file))


async def test_nothing_is_restored_over_data_or_under_a_running_gateway(
    tmp_path: Path, gateway: Running, bot: BotSide, phone: Phone
) -> None:
    data, file = gateway.gateway.data, tmp_path / "gateway.backup"
    await phone.send("旧的")
    await asyncio.to_thread(backed_up, data, file)
    assert "--force" in refusal(data, "restore", str(file))
    assert "running" in refusal(data, "restore", str(file), "--force")
    await phone.send("还在")
    there = new_machine(tmp_path, data)
    said(there, "restore", str(file))
    assert run(there, "restore", str(file), "--force").exit_code == 0
    (aside,) = there.glob("before-restore-*")
    assert (aside / "gateway.db").exists()
    async with running(there) as again:
        texts = [m["message"]["text"] for m in await BotSide(again.url, bot.token, bot.username).updates()]
    assert texts == ["旧的"]


async def test_a_backup_takes_the_place_of_a_backup_only(tmp_path: Path, gateway: Running, phone: Phone) -> None:
    data, file = gateway.gateway.data, tmp_path / "gateway.backup"
    backed_up(data, file)
    backed_up(data, file)
    file.write_text("my letters")
    assert "no backup" in refusal(data, "backup", str(file))
    assert file.read_text() == "my letters"


@pytest.mark.parametrize("key", ["GATEWAY_KEY_FILE", "GATEWAY_KEYS"])
async def test_the_key_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    keys = "0123abcd " + "A" * 43 + "=\n"
    (tmp_path / "elsewhere.key").write_text(keys)
    monkeypatch.setenv(key, keys if key == "GATEWAY_KEYS" else str(tmp_path / "elsewhere.key"))
    data, file, there = tmp_path / "a", tmp_path / "gateway.backup", tmp_path / "b"
    async with running(data) as gateway:
        bot = await new_bot(gateway)
        await (await new_phone(gateway, bot)).send("一")
    backed_up(data, file)
    there.mkdir()
    said(there, "restore", str(file))
    monkeypatch.delenv(key)
    assert "gateway.key" in refusal(there, "bots")
