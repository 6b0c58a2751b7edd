"""add-bot, bots, set-bot, and revoke (of a bot's token or of a person's devices)."""

import re
import time
from pathlib import Path

import click

from gateway import words
from gateway.commands.shared import (
    checked_name,
    data_option,
    json_option,
    known_bot,
    known_person,
    refuse,
    say,
    show,
    store,
)
from gateway.store import bots, links, sessions, updates
from gateway.store.bots import Bot
from gateway.store.database import Tx


@click.command("add-bot")
@click.argument("name")
@click.option("--username", help="用户名，默认由名字得出 / username, by default made from the name")
@click.option(
    "--new-token", is_flag=True, help="机器人已有时换一个新令牌，旧的作废 / a new token for a bot that is there"
)
@data_option
def add_bot(name: str, username: str | None, new_token: bool, data: Path) -> None:
    """新建一个机器人，打印它的令牌（只显示这一次）。

    Make a bot and print its token, this once.
    """
    with store(data, new=True) as tx:
        name = checked_name(name)
        username = username or _username(tx, name)
        if not bots.USERNAME.fullmatch(username):
            refuse(words.BAD_USERNAME.format(username=username))
        known = bots.named(tx, username)
        if known and not new_token:
            refuse(words.NAME_TAKEN.format(username=username))
        token = bots.new_token(tx, known) if known else bots.add(tx, name, username)
    click.echo(token)


@click.command("bots")
@json_option
@data_option
def list_bots(as_json: bool, data: Path) -> None:
    """列出机器人：编号、用户名、名字、怎样取消息、有几条在等、群里看到多少。

    List the bots: id, username, name, how they get updates, how many wait, what they see in groups.
    """
    with store(data) as tx:
        rows = [
            {
                "id": bot.id, "username": bot.username, "name": bot.first_name, "gets": _how(tx, bot),
                "waiting": updates.count(tx, bot.id), "privacy": "on" if bot.privacy else "off",
            }
            for bot in bots.every(tx)
        ]  # fmt: skip
    show(rows, as_json)


@click.command("set-bot")
@click.argument("bot")
@click.option("--name", help="新名字 / new name")
@click.option(
    "--privacy",
    type=click.Choice(["on", "off"]),
    help="off：群里的话全都看到 / off: it sees all that is said in groups",
)
@click.option("--new-token", is_flag=True, help="换一个新令牌并打印，旧的作废 / print a new token; the old one is dead")
@data_option
def set_bot(bot: str, name: str | None, privacy: str | None, new_token: bool, data: Path) -> None:
    """改机器人的名字、群里的隐私模式，或换令牌。

    Change a bot's name, its privacy in groups, or its token.
    """
    if name is None and privacy is None and not new_token:
        raise click.UsageError("--name, --privacy or --new-token")
    with store(data) as tx:
        known = known_bot(tx, bot)
        if name is not None:
            bots.set_profile(tx, known, known.profile, checked_name(name))
        if privacy is not None:
            bots.set_privacy(tx, known, privacy == "on")
        token = bots.new_token(tx, known) if new_token else None
    if token:
        click.echo(token)


@click.command("revoke")
@click.argument("who")
@data_option
def revoke(who: str, data: Path) -> None:
    """收回一个机器人的令牌，或让一个人的所有手机退出登录、没用过的链接作废。

    Take a bot's token away, or sign a person out everywhere and void the links not used yet. WHO is a bot's username
    or a person's id (or name).
    """
    with store(data) as tx:
        bot = bots.named(tx, who) or bots.named(tx, f"{who}_bot")
        if bot is not None:
            bots.revoke(tx, bot, int(time.time()))
            sentence = words.BOT_REVOKED.format(username=bot.username)
        else:
            person = known_person(tx, who)
            devices, dead = sessions.end_all_of(tx, person.id), links.void(tx, person.id)
            sentence = words.USER_REVOKED.format(id=person.id, devices=devices, links=dead)
    say(sentence)


def _how(tx: Tx, bot: Bot) -> str:
    if bots.is_revoked(tx, bot):
        return "revoked"
    hook = bots.webhook(tx, bot.id)
    if hook is None:
        return "polling"
    return "webhook" if hook.error is None else "webhook: " + hook.error


def _username(tx: Tx, name: str) -> str:
    """The username of a bot called `name`: the name itself when it can be one, else made from its Latin letters."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    if not plain or not plain[0].isalpha():
        return f"bot_{len(bots.every(tx)) + 1}_bot"
    return plain if plain.lower().endswith("bot") and len(plain) >= 5 else f"{plain[:28]}_bot"
