"""`./run fuzz`: random updates against the bot, a million by default; nothing may break."""

from __future__ import annotations

import asyncio
import json
import logging
import signal

import click
import structlog

from bot.fuzz.run import Found, fuzz


@click.command("fuzz")
@click.option("--cases", type=click.IntRange(1), default=1_000_000, show_default=True, help="多少条消息")
@click.option("--seed", type=int, default=1, show_default=True, help="同一个种子，同样的消息")
@click.option("--round", "first", type=click.IntRange(0), default=0, help="从第几轮开始(进度里写着;一轮两万条)")
@click.option("--json", "as_json", is_flag=True, help="最后一行输出 JSON(本来就是这样)")
def command(cases: int, seed: int, first: int, as_json: bool) -> int:
    """在一个临时的演示县里，给机器人发各种乱七八糟的消息；有一条出错，退出码就是 1。不碰你的数据。

    Random updates of every kind against a throw-away demo county; exit code 1 if a single one breaks. 随时可以按 Ctrl-C，
    已经试过的照样算数。
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found = asyncio.run(_until_stopped(cases, seed, first))
    for where, count in sorted(found.broke.items(), key=lambda one: -one[1])[:40]:
        click.echo(
            f"{count:>7}  {where}\n         {json.dumps(found.first[where], ensure_ascii=False)[:400]}", err=True
        )
    click.echo(
        json.dumps(
            {
                "cases": found.cases,
                "seed": seed,
                "answers": found.answers,
                "broke": sum(found.broke.values()),
                "unreadable": found.unreadable,
                "unworked": found.unworked,
            }
        )
    )
    return 0 if found.clean else 1


async def _until_stopped(cases: int, seed: int, first: int) -> Found:
    """Ctrl-C and SIGTERM end it with the count so far."""
    task = asyncio.ensure_future(fuzz(cases, seed, say=lambda words: click.echo(words, err=True), first=first))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task
