"""The real program: started, killed, started again; and its command line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from gateway.__main__ import cli
from gateway.server import serve
from tests.gateway.conftest import XIUYING
from tests.gateway.sides import BotSide, Json, Phone
from tests.gateway.test_files import fetch, png

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> Result:
    """The command line, inside this process: to a running gateway that is another process all the same."""
    return CliRunner().invoke(cli, arguments)


def said(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    return line


class Program:
    """`python -m gateway` on one data folder; the port stays the same over restarts."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        command = [sys.executable, "-m", "gateway", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line == f"gateway ready http://127.0.0.1:{self.port}\n", line
        return line.split()[-1]

    def stop(self, how: signal.Signals) -> int:
        assert self.process is not None
        os.kill(self.process.pid, how)
        self.process.communicate(timeout=15)
        return self.process.returncode


@pytest.fixture
def program(tmp_path: Path) -> object:
    program = Program(tmp_path)
    yield program
    if program.process and program.process.poll() is None:
        program.stop(signal.SIGKILL)


async def test_what_was_accepted_survives_a_kill(program: Program) -> None:
    url = program.start()
    bot = BotSide(url, said("add-bot", "xiaomiao", "--data", str(program.data)), "xiaomiao_bot")
    phone = Phone(url)
    await phone.open(said("add-user", "王秀英", "--bot", "xiaomiao", "--data", str(program.data)))
    written: list[str] = []
    sent: list[int] = []
    pictures: list[int] = []

    async def write_on_and_on() -> None:
        for number in range(10_000):
            await phone.send(f"第{number}句", client_id=f"c{number}")
            written.append(f"第{number}句")

    async def send_on_and_on() -> None:
        for number in range(10_000):
            sent.append(
                (await bot.call("sendMessage", key=str(number), chat_id=XIUYING, text=str(number)))["message_id"]
            )

    async def upload_on_and_on() -> None:
        for number in range(10_000):
            (await phone.send_file("a.png", png(1 + number % 30), "photo")).raise_for_status()
            pictures.append(1 + number % 30)

    async def kill_in_the_middle() -> None:
        while len(written) < 5 or len(sent) < 5 or len(pictures) < 3:
            await asyncio.sleep(0.005)
        program.stop(signal.SIGKILL)

    talking = [asyncio.create_task(work()) for work in (write_on_and_on, send_on_and_on, upload_on_and_on)]
    await kill_in_the_middle()
    outcomes = await asyncio.gather(*talking, return_exceptions=True)
    assert all(isinstance(outcome, (httpx.TransportError, httpx.HTTPStatusError)) for outcome in outcomes), outcomes

    assert program.start() == url
    updates: list[Json] = []
    while found := await bot.updates(offset=updates[-1]["update_id"] + 1 if updates else 0):
        updates += found
    ids = [update["update_id"] for update in updates]
    assert ids == sorted(set(ids))
    texts = [update["message"]["text"] for update in updates if "text" in update["message"]]
    assert texts[: len(written)] == written
    assert len(texts) <= len(written) + 1  # the one whose answer was cut off may be there
    assert len(set(texts)) == len(texts)
    photos = [update["message"]["photo"][-1] for update in updates if "photo" in update["message"]]
    assert [photo["width"] for photo in photos[: len(pictures)]] == pictures
    for photo in photos:
        assert len(await fetch(bot, photo["file_id"])) == photo["file_size"]
    # the one that was cut off is asked again under its key: it is there once
    number = len(sent)
    again = await bot.call("sendMessage", key=str(number), chat_id=XIUYING, text=str(number))
    assert again["message_id"] not in sent
    shown: list[Json] = []
    while (page := await phone.history(limit=100, before=shown[0]["message_id"] if shown else ""))["messages"]:
        shown = page["messages"] + shown
    from_bot = [message["text"] for message in shown if not message["out"]]
    assert from_bot == [str(number) for number in range(len(sent) + 1)]
    async with phone.listen(after=0) as stream:
        events = await stream.take(len(shown))
    assert [event.id for event in events] == list(range(1, len(shown) + 1))
    assert program.stop(signal.SIGTERM) in (0, -signal.SIGTERM)


async def test_it_stops_at_once_with_streams_and_polls_open(program: Program) -> None:
    url = program.start()
    bot = BotSide(url, said("add-bot", "xiaomiao", "--data", str(program.data)), "xiaomiao_bot")
    phone = Phone(url)
    await phone.open(said("add-user", "王秀英", "--bot", "xiaomiao_bot", "--data", str(program.data)))
    async with phone.listen() as stream:
        poll = asyncio.create_task(bot.updates(timeout=50))
        await bot.call("sendMessage", chat_id=XIUYING, text="还在")
        await stream.next()
        code = await asyncio.to_thread(program.stop, signal.SIGTERM)
        assert await stream.ended()
    assert code in (0, -signal.SIGTERM)
    assert await poll == []


def test_the_command_line_prints_only_what_was_asked_for(tmp_path: Path) -> None:
    data = str(tmp_path)
    token = said("add-bot", "小苗", "--username", "xiaomiao_bot", "--data", data)
    assert token.startswith("7000000001:")
    taken = run("add-bot", "小苗", "--username", "xiaomiao_bot", "--data", data)
    assert (taken.exit_code, taken.stdout) == (1, "")
    assert "--new-token" in taken.stderr
    assert said("add-bot", "小苗", "--username", "xiaomiao_bot", "--new-token", "--data", data) != token
    link = said("add-user", "王秀英", "--bot", "xiaomiao_bot", "--base-url", "https://chat.example.cn/", "--data", data)
    assert link.startswith("https://chat.example.cn/l/")
    unknown = run("add-user", "王秀英", "--bot", "nobody", "--data", data)
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "Traceback" not in unknown.stderr


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "gateway", "--port", str(port), "--data", str(tmp_path)],
            cwd=ROOT, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"端口 {port} 已被占用，请换一个端口（--port）或先停掉占用它的程序。 / ")
    assert refused.stderr.count("\n") == 1


async def test_it_serves_inside_another_program_until_it_is_cancelled(tmp_path: Path) -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    work = serve("127.0.0.1", 0, tmp_path, ready=ready.set_result, handle_signals=False)
    serving = asyncio.create_task(work)
    url = await asyncio.wait_for(ready, 10)
    async with httpx.AsyncClient(verify=False) as http:
        assert (await http.get(f"{url}/health")).json() == {"ok": True}
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/health")


async def test_no_answer_waits_for_the_acknowledgement_of_its_own_headers(tmp_path: Path) -> None:
    """Nagle is off on every connection; with it each answer on one that is kept open came 40 ms late."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    work = serve("127.0.0.1", 0, tmp_path, ready=ready.set_result, handle_signals=False)
    serving = asyncio.create_task(work)
    url = await asyncio.wait_for(ready, 10)
    async with httpx.AsyncClient(verify=False) as http, http.stream("GET", f"{url}/health") as answer:
        assert nagle_is_off(answer.extensions["network_stream"].get_extra_info("client_addr"))
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


def nagle_is_off(client: tuple[str, int]) -> bool:
    """On this process's end of the connection from `client`."""
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # not a socket, or one that listens
            end = socket.socket(fileno=int(number))
            try:
                if end.family == socket.AF_INET and end.getpeername() == client:
                    return end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            finally:
                end.detach()  # it belongs to the server
    raise LookupError("no connection from there")
