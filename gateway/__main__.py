"""The command line. People's sentences go to stderr, data to stdout; exit 0 fine, 1 refused, 2 misused."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import TextIO

import click
import uvicorn

from gateway import env_file, logs, methods, spec_making
from gateway.commands.backup_commands import make_backup, restore_backup
from gateway.commands.bot_commands import add_bot, list_bots, revoke, set_bot
from gateway.commands.duty_commands import calls
from gateway.commands.group_commands import add_group, list_groups, set_group
from gateway.commands.key_commands import rotate_key
from gateway.commands.people_commands import add_user, block, list_users, make_link, unblock
from gateway.commands.shared import data_option, plain_refusals
from gateway.server import serve


@click.group(name="gateway", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="端口，0 为任意空闲端口")
@data_option
@click.option("--demo", is_flag=True, help="开放 /demo（只限本机）")
@click.option("--base-url", help="人们打开的网址，例如 https://chat.example.cn")
@click.option(
    "--local-webhooks/--no-local-webhooks",
    default=None,
    help="机器人的 webhook 可否指向本机或内网；默认只在没有对外网址时可以 / may webhooks point inside",
)
@click.pass_context
def cli(
    context: click.Context, host: str, port: int, data: Path, demo: bool, base_url: str | None,
    local_webhooks: bool | None,
) -> None:  # fmt: skip
    """网关：对机器人讲 Telegram Bot API，对人是一个聊天网页。"""
    with plain_refusals():
        env_file.read()
    if context.invoked_subcommand is not None:
        return
    logs.set_up(logging.StreamHandler(sys.stderr))
    loop = uvicorn.Config("", loop="auto").get_loop_factory()  # uvloop where it is installed
    with plain_refusals(), asyncio.Runner(loop_factory=loop) as runner:
        runner.run(
            serve(
                host, port, data, demo, base_url, lambda url: click.echo(f"gateway ready {url}"),
                local_webhooks=local_webhooks,
            )
        )  # fmt: skip


for command in (
    add_bot, list_bots, set_bot, revoke, add_user, make_link, list_users, block, unblock,
    add_group, list_groups, set_group, make_backup, restore_backup, calls, rotate_key,
):  # fmt: skip
    cli.add_command(command)


@cli.command("methods")
def list_methods() -> None:
    """打印 Bot API 方法表（docs/gateway.md 里的那一张）。"""
    click.echo(methods.table(), nl=False)


@cli.command("compact-spec", hidden=True)
@click.argument("source", type=click.File(encoding="utf-8"))
def compact_spec(source: TextIO) -> None:
    """从完整的 Bot API 规范生成 gateway/spec.json。"""
    click.echo(spec_making.as_lines(spec_making.compact(json.load(source))), nl=False)


if __name__ == "__main__":
    cli()
