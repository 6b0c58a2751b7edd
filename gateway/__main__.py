"""The command line. People's sentences go to stderr, data to stdout; exit 0 fine, 1 refused, 2 misused."""

import asyncio
import contextlib
import json
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import click

from gateway import methods, spec, words
from gateway.errors import CannotServe
from gateway.server import serve
from gateway.settings import Settings
from gateway.store import bots, links, meta, people
from gateway.store.database import Tx, opened

LONGEST_NAME = 64


def _default_data() -> Path:
    return Path(os.environ.get("DATA_DIR") or "var") / "gateway"


data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=_default_data, help="数据目录"
)


@contextlib.contextmanager
def _plain_refusals() -> Iterator[None]:
    try:
        yield
    except CannotServe as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)


def _refuse(sentence: str) -> None:
    raise CannotServe(sentence)


@click.group(name="gateway", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任意空闲端口")
@data_option
@click.option("--demo", is_flag=True, help="开放 /demo（只限本机）")
@click.option("--base-url", help="人们打开的网址，例如 https://chat.example.cn")
@click.pass_context
def cli(context: click.Context, host: str, port: int, data: Path, demo: bool, base_url: str | None) -> None:
    """网关：对机器人讲 Telegram Bot API，对人是一个聊天网页。"""
    if context.invoked_subcommand is not None:
        return
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with _plain_refusals():
        asyncio.run(serve(host, port, data, demo, base_url, lambda url: click.echo(f"gateway ready {url}")))


@cli.command("add-bot")
@click.argument("name")
@click.option("--username", help="用户名，默认由名字得出")
@click.option("--new-token", is_flag=True, help="机器人已有时换一个新令牌，旧的作废")
@data_option
def add_bot(name: str, username: str | None, new_token: bool, data: Path) -> None:
    """新建一个机器人，打印它的令牌。"""
    with _plain_refusals(), opened(data) as tx:
        name = _checked_name(name)
        username = username or _username(tx, name)
        if not bots.USERNAME.fullmatch(username):
            _refuse(words.BAD_USERNAME.format(username=username))
        known = bots.named(tx, username)
        if known and not new_token:
            _refuse(words.NAME_TAKEN.format(username=username))
        token = bots.new_token(tx, known) if known else bots.add(tx, name, username)
    click.echo(token)


@cli.command("add-user")
@click.argument("name")
@click.option("--bot", required=True, help="机器人的用户名")
@click.option("--start", help="登录后以此人名义发送 /start 加这个代码")
@click.option("--base-url", help="链接里的网址，默认是运行中的网关的")
@data_option
def add_user(name: str, bot: str, start: str | None, base_url: str | None, data: Path) -> None:
    """新建一个人，打印打开聊天的一次性登录链接。"""
    with _plain_refusals(), opened(data) as tx:
        known = bots.named(tx, bot) or bots.named(tx, _username(tx, bot))
        if known is None:
            raise CannotServe(words.NO_SUCH_BOT.format(name=bot))
        user_id = people.put(tx, _checked_name(name))
        people.open_chat(tx, known.id, user_id)
        expires_at = int(time.time()) + Settings().link_seconds
        code = links.make(tx, known.id, expires_at, user_id=user_id, start=start)
        base = (base_url or meta.get(tx, "base_url") or "http://127.0.0.1:8081").rstrip("/")
    click.echo(f"{base}/l/{code}")


@cli.command("methods")
def list_methods() -> None:
    """打印 Bot API 方法表（docs/gateway.md 里的那一张）。"""
    click.echo(methods.table(), nl=False)


@cli.command("compact-spec", hidden=True)
@click.argument("source", type=click.File(encoding="utf-8"))
def compact_spec(source: TextIO) -> None:
    """从完整的 Bot API 规范生成 gateway/spec.json。"""
    click.echo(spec.as_lines(spec.compact(json.load(source))), nl=False)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        _refuse(words.NAME_EMPTY)
    return name


def _username(tx: Tx, name: str) -> str:
    """The username of a bot called `name`: the name itself when it can be one, else made from its Latin letters."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    if not plain or not plain[0].isalpha():
        return f"bot_{len(bots.every(tx)) + 1}_bot"
    return plain if plain.lower().endswith("bot") and len(plain) >= 5 else f"{plain[:28]}_bot"


if __name__ == "__main__":
    cli()
