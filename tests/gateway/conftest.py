"""A real gateway on a free port, a bot 小苗 on it, and 王秀英 (invented) with her phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from gateway.server import create_app
from gateway.settings import Settings
from gateway.store import bots
from tests.gateway.sides import BotSide, Clock, Phone, Running

if TYPE_CHECKING:
    from tests.gateway.circle import Circle

Start = Callable[..., Awaitable[Running]]
QUICK = Settings(webhook_first_pause=0.01, webhook_longest_pause=0.05, shutdown_seconds=1)


@asynccontextmanager
async def running(data: Path, settings: Settings = QUICK, **more: Any) -> AsyncIterator[Running]:
    clock = Clock()
    app = create_app(data, settings=settings, clock=clock, **more)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    # uvicorn without its main loop and its pauses at the end: they would cost each test two tenths of a second
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    gateway = app.state.gateway
    gateway.base_url = gateway.base_url or f"http://127.0.0.1:{port}"
    yield Running(f"http://127.0.0.1:{port}", gateway, clock)
    gateway.hub.close()
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await server.lifespan.shutdown()


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a gateway with settings of one's own."""
    async with AsyncExitStack() as stack:

        async def begin(settings: Settings = QUICK, **more: Any) -> Running:
            return await stack.enter_async_context(running(tmp_path / "gateway", settings, **more))

        yield begin


@pytest.fixture
async def gateway(start: Start) -> Running:
    return await start()


async def new_bot(gateway: Running, username: str = "xiaomiao_bot", name: str = "小苗") -> BotSide:
    token = await gateway.gateway.db.write(lambda tx: bots.add(tx, name, username))
    return BotSide(gateway.url, token, username)


async def new_phone(gateway: Running, bot: BotSide, name: str = "王秀英", user_id: int | None = None) -> Phone:
    phone = Phone(gateway.url)
    user_id = user_id or await gateway.person(name, bot)
    await phone.open(await gateway.link(user_id, bot))
    return phone


@pytest.fixture
async def bot(gateway: Running) -> BotSide:
    return await new_bot(gateway)


@pytest.fixture
async def phone(gateway: Running, bot: BotSide) -> Phone:
    return await new_phone(gateway, bot)


@pytest.fixture
async def circle(gateway: Running, bot: BotSide, phone: Phone) -> Circle:
    from tests.gateway.circle import new_circle  # which needs the names of this file

    return await new_circle(gateway, bot, phone)


XIUYING = 100_001
