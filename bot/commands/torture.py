"""`./run torture`: people talk, processes die, and every acknowledged message is accounted for."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import click
from rich.console import Console
from rich.table import Table

from bot.torture.trial import Outcome, run


@click.command("torture")
@click.option("--minutes", type=click.FloatRange(0.1, 240), default=2.0, show_default=True, help="说多少分钟")
@click.option("--seed", type=int, default=1, show_default=True, help="同一个种子，同样的话、同样的杀法")
@click.option("--people", type=click.IntRange(1, 300), default=200, show_default=True, help="多少人同时说话")
@click.option("--postgres", is_flag=True, help="数据放在一个临时的 PostgreSQL 里，中途让它崩溃重启")
@click.option("--keep", is_flag=True, help="留下这次的数据文件夹(平时只在出错时留下)")
@click.option("--json", "as_json", is_flag=True, help="最后一行输出 JSON(本来就是这样)")
def command(minutes: float, seed: int, people: int, postgres: bool, keep: bool, as_json: bool) -> None:
    """一边对话一边反复杀进程、断网、锁库、塞满磁盘、拨乱时钟，最后核对：不丢、不重、不乱。

    People talk while processes are killed, the line is cut, the database locked, the disk filled and the clock moved;
    then the account. 只用本机回环地址，数据都是编的。有丢失、重复或乱序时退出码是 1。
    """
    outcome = asyncio.run(_until_stopped(minutes * 60, seed, people, postgres, keep))
    _table(outcome)
    account, blows = outcome.account, outcome.blows
    click.echo(
        json.dumps(
            {
                "acknowledged": account.acknowledged, "kills": outcome.kills, "lost": account.lost,
                "twice": account.twice, "out_of_order": account.out_of_order, "seed": seed, "people": people,
                "facts": sum(account.facts.values()), "reports": account.facts["report"],
                "receipts": account.facts["receipt"], "held": account.held, "said": account.said, "reminders_due": account.reminders["due"],
                "locks": blows.get("lock", 0), "full": blows.get("full", 0), "clock_jumps": blows.get("clock", 0),
                "server_restarts": blows.get("restart", 0), "own_ends": outcome.own_ends, "calm": outcome.calm,
            }
        )
    )  # fmt: skip
    if not account.clean:
        sys.exit(1)


async def _until_stopped(seconds: float, seed: int, people: int, postgres: bool, keep: bool) -> Outcome:
    """SIGTERM ends it as Ctrl-C does: with everything cleaned up."""
    task = asyncio.ensure_future(run(seconds, seed, people, say, keep=keep, postgres=postgres))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        if asyncio.current_task().cancelling():  # type: ignore[union-attr] # Ctrl-C: asyncio.run says it
            raise
        raise click.Abort from None


def _table(outcome: Outcome) -> None:
    account, line, blows = outcome.account, outcome.line, outcome.blows
    done = (
        ("被确认收到的消息 acknowledged", account.acknowledged),
        ("走访 visits confirmed", account.facts["visit"]),
        ("报告 reports confirmed", account.facts["report"]),
        ("签收 reports signed for", account.facts["receipt"]),
        ("意见反馈 feedback confirmed", account.facts["feedback"]),
        ("机器人说的话 messages said", account.said),
        ("留到以后说的 notices held", account.held),
        ("应发的提醒 reminders due", account.reminders["due"]),
    )
    trouble = (
        ("杀进程 SIGKILL", outcome.kills),
        ("自己退出 ended by itself", outcome.own_ends),
        ("锁库 database locked", blows.get("lock", 0)),
        ("磁盘满 disk full", blows.get("full", 0)),
        ("时钟跳动 clock jumped", blows.get("clock", 0)),
        ("数据库重启 PostgreSQL restarted", blows.get("restart", 0)),
        ("断网 line cut", line["cut"]),
        ("请求丢了 dropped", line["dropped"]),
        ("回答丢了 answer lost", line["deaf"]),
        ("请求重复 copied", line["copied"]),
        ("请求晚到 delayed", line["slow"]),
        ("请求乱序 reordered", line["overtaken"]),
        ("429、500、乱答 wrong answers", line["wrong"]),
        ("人们重发 sent again by people", outcome.repeated),
    )
    verdict = (
        ("丢失 lost", account.lost),
        ("重复 twice", account.twice),
        ("乱序 out of order", account.out_of_order),
    )
    table = Table("", "", show_header=False)
    table.columns[1].justify = "right"
    for part in (done, trouble, verdict):
        for name, count in part:
            table.add_row(name, f"{count:,}")
        table.add_section()
    Console(stderr=True).print(table)
    for remark in account.remarks[:40]:
        say(f"  ! {remark}")
    if not outcome.calm:
        say("到最后还有消息没有处理完。 / Something was still waiting at the end.")
    if outcome.folder is not None:
        say(f"数据留在 {outcome.folder}。 / The data is kept there.")


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
