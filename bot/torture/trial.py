"""One torture: a demo county on a folder of its own, the two programs, the people, the blows, and the account."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import aiohttp
from sqlalchemy import Connection, func, or_, select

from bot.errors import Refusal
from bot.torture import account, county
from bot.torture.account import Account
from bot.torture.chaos import Chaos, Program, environment, plan
from bot.torture.line import Line
from bot.torture.own_server import OwnServer
from bot.torture.people import Person
from db.models import inbox, outbox

START_WITHIN, CALM_WITHIN = 60.0, 240.0
PAUSE = (0.3, 2.5)  # seconds between two things one person does, among forty; more people, longer pauses
# `./run bot` and `./run gateway` whose clocks can be made wrong
OUR_BOT = (sys.executable, "-m", "bot.torture.skewed")
OUR_GATEWAY = (sys.executable, "-m", "bot.torture.skewed_gateway")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    account: Account
    kills: int
    own_ends: int
    blows: dict[str, int]  # locks, full disks, clock jumps, restarts of PostgreSQL
    line: dict[str, int]
    repeated: int
    contradicted: int
    calm: bool
    folder: Path | None  # kept when something was found


async def run(
    seconds: float,
    seed: int,
    crowd: int,
    say: Say,
    *,
    bot: Sequence[str] = OUR_BOT,
    keep: bool = False,
    within: Path | None = None,
    postgres: bool = False,
) -> Outcome:
    """The whole of it; `bot` is the command of the bot. Leaves no process behind, and a folder (`within` that one, else
    where the system keeps its temporary ones) only if something is wrong or it is to `keep` it."""
    folder = Path(tempfile.mkdtemp(prefix="xiaomiao-torture-", dir=within))
    kept = True
    try:
        with ExitStack() as stack:
            server = None
            if postgres:
                server = await asyncio.to_thread(OwnServer)
                stack.callback(server.end)
            outcome = await _in_folder(folder, seconds, seed, crowd, say, bot, server)
        kept = keep or not outcome.account.clean
    except BaseException:
        kept = False
        raise
    finally:
        if not kept:
            await asyncio.to_thread(shutil.rmtree, folder, True)
    return Outcome(**{**vars(outcome), "folder": folder if kept else None})


async def _in_folder(
    folder: Path, seconds: float, seed: int, crowd: int, say: Say, bot: Sequence[str], server: OwnServer | None
) -> Outcome:
    say(f"正在造一个演示县（{county.children_for(crowd)} 个孩子）…… / Making a demo county …")
    url = server.url if server else None
    everybody, talkers = await county.make(folder, seed, crowd, url)
    token = await asyncio.to_thread(county.bot_token, folder / "gateway")
    port = _free_port()
    gateway = Program(
        "gateway", (*OUR_GATEWAY, "--host", "127.0.0.1", "--port", str(port), "--data", str(folder / "gateway")),
        environment(folder, TORTURE_CLOCK=str(folder / "gateway.clock")), folder / "gateway.log",
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(Line(port, Random(f"{seed}:line")))
        clocks = {"bot": folder / "bot.clock", "gateway": folder / "gateway.clock"}
        own = {
            "BOT_TOKEN": token,
            "BOT_API_URL": line.url,
            "TORTURE_CLOCK": str(clocks["bot"]),
            "DATABASE_URL": url or "",
        }
        ours = Program("bot", bot, environment(folder, **own), folder / "bot.log")
        files = {"bot": folder / "xiaomiao.db", "gateway": folder / "gateway" / "gateway.db"}
        chaos = Chaos(ours, gateway, line, files, clocks, server)
        stack.callback(chaos.close)
        gateway.start()
        base = f"http://127.0.0.1:{port}"
        http = await stack.enter_async_context(_http())
        await _answers(http, base)
        phones = await county.phones(http, base, folder / "gateway", everybody, talkers)
        ours.start()
        await _works(line)
        over = asyncio.Event()
        slower = max(1.0, crowd / 40)
        crew = [
            Person(who, phone, Random(f"{seed}:{who.chat_id}"), (PAUSE[0] * slower, PAUSE[1] * slower), over)
            for who, phone in zip(talkers, phones, strict=True)
        ]
        say(f"{len(crew)} 个人开始说话，{seconds:.0f} 秒。 / {len(crew)} people talk for {seconds:.0f} s.")
        async with asyncio.TaskGroup() as group:
            ears = [group.create_task(phone.listen()) for phone in phones]
            talking = [group.create_task(person.talk()) for person in crew]
            await chaos.run(plan(seed, seconds, postgres=server is not None))
            over.set()
            chaos.set_clock("bot", 0.0)
            chaos.set_clock("gateway", 0.0)
            ours.look_after()
            gateway.look_after()
            say("不再出事，等大家说完、消息都送到。 / Calm now; letting everybody finish.")
            await asyncio.wait(talking)
            await asyncio.gather(*(person.clear_the_desk() for person in crew))
            calm = await _calm(http, f"{base}/bot{token}", folder, url, (ours, gateway))
            for ear in ears:
                ear.cancel()
        await ours.stop()
        await gateway.stop()
        acts = {person.who.chat_id: person.phone.acts for person in crew}
        facts = [fact for person in crew for fact in person.facts]
        gone = [fact for person in crew for fact in person.thrown_away]
        units = {person.who.chat_id: person.who.unit for person in crew}
        async with county.database(folder, url) as db:
            drawn = await db.run(
                lambda conn: account.draw(conn, folder / "gateway", county.BOT, acts, facts, gone, units)
            )
        contradicted = sum(phone.contradicted for phone in phones)
        drawn.find("twice", contradicted, "repeated requests answered otherwise than the first time")
        return Outcome(
            drawn, ours.kills + gateway.kills, ours.own_ends + gateway.own_ends, dict(chaos.done), line.done,
            sum(phone.troubles for phone in phones), contradicted, calm, None,
        )  # fmt: skip


# --- waiting ---


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    """One pool for all phones; cookies are each phone's own."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield http


async def _answers(http: aiohttp.ClientSession, base: str) -> None:
    """Until the gateway serves. Raises Refusal if it never does."""
    for _ in range(int(START_WITHIN / 0.1)):
        try:
            async with http.get(f"{base}/health") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise Refusal("网关没有启动。 / The gateway did not start.")


async def _works(line: Line) -> None:
    """Until the bot asks for updates. Raises Refusal if it never does."""
    try:
        await asyncio.wait_for(line.polled.wait(), START_WITHIN)
    except TimeoutError:
        raise Refusal("机器人没有启动。 / The bot did not start.") from None


async def _calm(
    http: aiohttp.ClientSession, api: str, folder: Path, database: str | None, programs: Sequence[Program]
) -> bool:
    """Until nothing waits anywhere any more: at the gateway, in the inbox, in the outbox. False if it never comes."""

    def waiting(conn: Connection) -> int:
        now = datetime.now(UTC)
        # what is meant for later may wait
        due = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now, outbox.c.trouble.is_not(None))
        return sum(
            conn.execute(select(func.count()).select_from(table).where(table.c.state == "waiting", *where)).scalar_one()
            for table, where in ((inbox, ()), (outbox, (due,)))
        )

    calm = 0
    async with county.database(folder, database) as db:
        for _ in range(int(CALM_WITHIN / 0.5)):
            for program in programs:
                program.look_after()
            try:
                async with http.get(f"{api}/getWebhookInfo") as answer:
                    pending = (await answer.json())["result"]["pending_update_count"]
            except (aiohttp.ClientError, KeyError, ValueError):
                pending = 1
            calm = calm + 1 if pending + await db.read(waiting) == 0 else 0
            if calm == 4:
                return True
            await asyncio.sleep(0.5)
    return False
