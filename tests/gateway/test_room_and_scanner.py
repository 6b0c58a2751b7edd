"""Which files are taken: as long as chat and disk have room, looked at by the county's scanner, for the gateway's own user only."""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.gateway.conftest import QUICK, XIUYING, Start, new_bot, new_phone, running
from tests.gateway.test_files import png

pytestmark = pytest.mark.slow


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
