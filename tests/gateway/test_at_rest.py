"""What lies on the disk, and what happens when the disk or the key is not as it should be."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from gateway import words
from gateway.errors import CannotServe
from gateway.server import create_app
from gateway.store import bots, messages, people
from gateway.store.database import Database, Tx, opened
from tests.gateway.conftest import XIUYING, Start, new_bot, new_phone
from tests.gateway.test_files import png


async def test_neither_names_nor_texts_nor_files_are_readable_on_the_disk(start: Start) -> None:
    gateway = await start()
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot, "王秀英")
    await phone.send("昨天去了殷小虎家")
    await bot.call(
        "sendMessage", key="k", chat_id=XIUYING, text="殷小虎：已保存", reply_markup={"keyboard": [["殷小虎"]]}
    )
    await bot.upload("sendDocument", {"document": ("殷小虎.txt", "殷小虎".encode())}, chat_id=XIUYING)
    await phone.send_file("a.png", png(), "photo", caption="殷小虎")
    await gateway.link(XIUYING, bot)
    await gateway.admin("invites", {"bot": bot.username, "first_name": "殷小虎"})
    await bot.call("setWebhook", url="http://127.0.0.1:9/", secret_token="s3cret-token")
    folder = gateway.gateway.data
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for secret in ("殷小虎", "王秀英", "s3cret-token", bot.token, phone.http.cookies["xm_session"]):
        assert secret.encode() not in written
    assert png() not in written
    for name in ("gateway.db", "gateway.key", "admin.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_database_without_its_key_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as tx:
        bots.add(tx, "小苗", "xiaomiao_bot")
    key = (tmp_path / "gateway.key").read_text()
    (tmp_path / "gateway.key").unlink()
    with pytest.raises(CannotServe, match="找不到密钥文件"):
        create_app(tmp_path)
    (tmp_path / "gateway.key").write_text("rubbish")
    with pytest.raises(CannotServe) as refused:
        create_app(tmp_path)
    assert str(refused.value) == words.BAD_KEY_FILE
    other = key.split()[0] + " " + "A" * 43 + "=\n"
    (tmp_path / "gateway.key").write_text(other)
    with pytest.raises(CannotServe) as refused:
        create_app(tmp_path)
    assert str(refused.value) == words.WRONG_KEY


async def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    with opened(tmp_path) as tx:
        people.put(tx, "王秀英")
    path = tmp_path / "gateway.key"
    path.write_text("00000001 " + "A" * 43 + "=\n" + path.read_text())
    with opened(tmp_path) as tx:
        person = people.get(tx, XIUYING)
        assert person is not None
        assert person.first_name == "王秀英"
        people.put(tx, "李建国")
        rows = tx.all("SELECT profile FROM users ORDER BY id")
    assert rows[1]["profile"].startswith(bytes.fromhex("00000001"))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotServe, match="无法写入数据目录"):
        create_app(tmp_path / "file")


async def test_a_refused_write_does_not_undo_its_neighbours(tmp_path: Path) -> None:
    db = Database(tmp_path)

    def refused(tx: Tx) -> None:
        people.put(tx, "谁也不是")
        raise LookupError

    outcomes = await asyncio.gather(
        *(db.write(lambda tx: people.put(tx, "王秀英")) if number % 2 else db.write(refused) for number in range(10)),
        return_exceptions=True,
    )
    db.close()
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [XIUYING + number for number in range(5)]
    assert sum(isinstance(outcome, LookupError) for outcome in outcomes) == 5


async def test_a_full_disk_loses_nothing_that_was_accepted_and_accepts_nothing_more(start: Start) -> None:
    gateway = await start()
    bot = await new_bot(gateway)
    phone = await new_phone(gateway, bot)
    await phone.send("还有地方")

    def fill(tx: Tx) -> None:
        tx.run(f"PRAGMA max_page_count = {tx.value('PRAGMA page_count')}")

    db = gateway.gateway.db
    job = asyncio.create_task(db.write(fill))
    await job
    answers = [await phone.post("messages", {"text": "字" * 4000}) for _ in range(4)]
    assert answers[-1].status_code == 500
    assert answers[-1].json()["error"]["code"] == "our_fault"
    sent = await bot.http.post("sendMessage", json={"chat_id": XIUYING, "text": "字" * 4000})
    assert sent.json() == {"ok": False, "error_code": 500, "description": "Internal Server Error"}
    accepted = 1 + sum(answer.status_code == 200 for answer in answers)
    assert len(await bot.updates()) == accepted
    await db.write(lambda tx: tx.run("PRAGMA max_page_count = 1073741823"))
    await phone.send("又有地方了")
    assert len(await bot.updates()) == accepted + 1


async def test_two_processes_may_write_at_once(start: Start) -> None:
    gateway = await start()
    with opened(gateway.gateway.data) as tx:
        token = bots.add(tx, "小苗", "xiaomiao_bot")
        people.open_chat(tx, 7_000_000_001, people.put(tx, "王秀英"))
    known = await gateway.gateway.db.read(lambda tx: bots.by_token(tx, token))
    assert known is not None
    assert known.username == "xiaomiao_bot"


def test_a_message_moved_to_another_chat_does_not_open(tmp_path: Path) -> None:
    with opened(tmp_path) as tx:
        bots.add(tx, "小苗", "xiaomiao_bot")
        for user_id in (XIUYING, XIUYING + 1):
            people.put(tx, "王秀英", user_id)
            people.open_chat(tx, 7_000_000_001, user_id)
        message = {"message_id": 1, "date": 1, "text": "秘密"}
        messages.put(tx, 7_000_000_001, XIUYING, messages.Stored(False, message, {}))
    with sqlite3.connect(tmp_path / "gateway.db") as thief:
        thief.execute("UPDATE messages SET chat_id = ?", (XIUYING + 1,))
    with opened(tmp_path) as tx, pytest.raises(CannotServe):
        messages.get(tx, 7_000_000_001, XIUYING + 1, 1)
