"""A gateway of its own and the six bots, as processes; one browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import Gateway
from tests.browser.conftest import browser as browser
from tests.gateway.test_process import said
from tests.ports import free_port

SCRIPTS = {"python-telegram-bot": "ptb_bot.py", "aiogram": "aiogram_bot.py", "pyTelegramBotAPI": "telebot_bot.py"}
BOTS = [(library, way) for library in SCRIPTS for way in ("polling", "webhook")]


class ForeignBot:
    """One of the scripts beside this file, as a process."""

    def __init__(self, gateway: Gateway, library: str, way: str, logs: Path) -> None:
        self.gateway = gateway
        self.username = f"{SCRIPTS[library][:-3]}_{way}"
        self.token = said("add-bot", library, "--username", self.username, "--data", str(gateway.data))
        self.log = logs / f"{self.username}.log"
        settings = {"BOT_TOKEN": self.token, "API_URL": gateway.url}
        if way == "webhook":
            settings["WEBHOOK_URL"] = f"http://127.0.0.1:{free_port()}/{library}"
        else:  # it was called at another place before: a bot that polls takes that away by itself
            hook = {"url": f"http://127.0.0.1:{free_port()}/before"}
            httpx.post(f"{gateway.url}/bot{self.token}/setWebhook", json=hook).raise_for_status()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name(SCRIPTS[library]))],
                env={**os.environ, **settings}, stdout=log, stderr=log,
            )  # fmt: skip

    def link(self, name: str) -> str:
        """A new person's way into the chat with this bot."""
        return said("add-user", name, "--bot", self.username, "--data", str(self.gateway.data))

    def stop(self) -> list[str]:
        """As a service manager does it; what the bot had to complain about in all its life."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return [line for line in self.log.read_text().splitlines() if "ERROR" in line or "Traceback" in line]


Bots = dict[tuple[str, str], ForeignBot]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path_factory.mktemp("gateway"))
    gateway.start()
    yield gateway
    gateway.kill()


@pytest.fixture(scope="module")
def bots(served: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bots]:
    """All six, started at once, because most of the time goes into loading their libraries."""
    logs = tmp_path_factory.mktemp("logs")
    started = {(library, way): ForeignBot(served, library, way, logs) for library, way in BOTS}
    yield started
    for bot in started.values():
        bot.process.kill()
        bot.process.wait()
