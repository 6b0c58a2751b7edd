"""`./run simulate`: a county played through many days against an independent oracle."""

from __future__ import annotations

import asyncio
import json
import logging

import click
import structlog

from bot.simulation.books import Verdict
from bot.simulation.play import play

MOST_SENTENCES = 20


@click.command("simulate")
@click.option("--days", type=click.IntRange(1, 4000), default=400, show_default=True, help="模拟多少天")
@click.option("--seed", type=int, default=1, show_default=True, help="同一个种子,同样的事")
@click.option("--children", type=click.IntRange(1, 2000), default=60, show_default=True, help="多少个孩子")
@click.option("--json", "as_json", is_flag=True, help="最后一行是 JSON。 / The last line is JSON.")
def command(days: int, seed: int, children: int, as_json: bool) -> int:
    """造一个县,一天一天过,核对每条提醒;不碰你的数据。有重、有漏、账不平则退出码为 1。"""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # trouble is wanted here
    verdict = asyncio.run(play(days, seed, children, say=lambda words: click.echo(words, err=True)))
    for sentence in verdict.wrong[:MOST_SENTENCES]:
        click.echo(sentence, err=True)
    if len(verdict.wrong) > MOST_SENTENCES:
        click.echo(f"… {len(verdict.wrong) - MOST_SENTENCES}", err=True)
    click.echo(json.dumps(verdict.line()) if as_json else in_words(verdict))
    return 0 if verdict.fine else 1


def in_words(verdict: Verdict) -> str:
    state = "账是平的" if verdict.fine else "账不平"
    return (
        f"{state}:应发 {verdict.due} = 已发 {verdict.sent} + 已办 {verdict.moot} + 送不到 {verdict.unreachable} + "
        f"等着发 {verdict.held};重发 {verdict.duplicates},漏发 {verdict.missed}"
    )
