"""add-user, link, users, block, unblock."""

import time
from pathlib import Path

import click

from gateway import carry, deep_links, words
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
from gateway.settings import Settings
from gateway.store import bots, links, meta, people, sessions
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.store.people import Person

bot_option = click.option("--bot", required=True, help="机器人的用户名 / the bot's username")
start_option = click.option(
    "--start", help="登录后以此人名义发送 /start 加这个代码 / sent as /start CODE after signing in"
)
base_option = click.option("--base-url", help="链接里的网址，默认是运行中的网关的 / address in the link")


@click.command("add-user")
@click.argument("name")
@bot_option
@start_option
@base_option
@data_option
def add_user(name: str, bot: str, start: str | None, base_url: str | None, data: Path) -> None:
    """新建一个用户，打印一次性的登录链接。

    Make a person and print a one-time link that signs a phone in.
    """
    with store(data, new=True) as tx:
        known = known_bot(tx, bot)
        user_id = people.put(tx, checked_name(name))
        people.open_chat(tx, known.id, user_id)
        link = _link(tx, known, user_id, start, base_url)
    click.echo(link)


@click.command("link")
@click.argument("user")
@bot_option
@start_option
@base_option
@data_option
def make_link(user: str, bot: str, start: str | None, base_url: str | None, data: Path) -> None:
    """给已有的用户再打印一个一次性登录链接（换手机、丢手机之后用）。

    Print another one-time link for a person who is there already (a new phone, a lost one).
    """
    with store(data) as tx:
        known, person = known_bot(tx, bot), known_person(tx, user)
        people.open_chat(tx, known.id, person.id)
        link = _link(tx, known, person.id, start, base_url)
    click.echo(link)


@click.command("users")
@json_option
@data_option
def list_users(as_json: bool, data: Path) -> None:
    """列出用户：编号、姓名、跟哪些机器人聊、几台手机、被哪些机器人停用。

    List the people: id, name, bots, devices signed in, bots they are blocked with.
    """
    with store(data) as tx:
        rows = []
        for person in people.every(tx):
            chats = [(bot, people.chat(tx, bot.id, person.id)) for bot in bots.every(tx)]
            rows.append(
                {
                    "id": person.id,
                    "name": person.full_name,
                    "bots": [bot.username for bot, chat in chats if chat],
                    "devices": sessions.count_of(tx, person.id),
                    "blocked": [bot.username for bot, chat in chats if chat and chat.blocked],
                }
            )
    show(rows, as_json)


@click.command("block")
@click.argument("user")
@click.option("--bot", help="只停这一个机器人，默认全部 / with this bot only; all by default")
@data_option
def block(user: str, bot: str | None, data: Path) -> None:
    """停用一个人：看得到以前的消息，但双方都不能再发；本人不能自己恢复。

    Stop a person: earlier messages stay readable, nothing more is sent either way, until `unblock`.
    """
    _set_blocked(user, bot, data, True)


@click.command("unblock")
@click.argument("user")
@click.option("--bot", help="只恢复这一个机器人，默认全部 / with this bot only; all by default")
@data_option
def unblock(user: str, bot: str | None, data: Path) -> None:
    """恢复一个被停用的人。

    Take a person back.
    """
    _set_blocked(user, bot, data, False)


def _set_blocked(user: str, bot: str | None, data: Path, blocked: bool) -> None:
    with store(data) as tx:
        person = known_person(tx, user)
        wanted = [known_bot(tx, bot)] if bot else bots.every(tx)
        changed = [one.username for one in wanted if _change(tx, one, person, blocked)]
        if not changed:
            refuse(words.NOTHING_TO_CHANGE.format(id=person.id))
    sentence = words.USER_BLOCKED if blocked else words.USER_UNBLOCKED
    say(sentence.format(id=person.id, bots=" ".join(changed)))


def _change(tx: Tx, bot: Bot, person: Person, blocked: bool) -> bool:
    chat = people.chat(tx, bot.id, person.id)
    now = int(time.time())
    return chat is not None and carry.set_blocked(tx, bot, chat, blocked, now, by_operator=True)


def _link(tx: Tx, bot: Bot, user_id: int, start: str | None, base_url: str | None) -> str:
    if start is not None and not deep_links.is_code(start):
        refuse(words.BAD_START)
    expires_at = int(time.time()) + Settings().link_seconds
    code = links.make(tx, bot.id, expires_at, user_id=user_id, start=start)
    base = (base_url or meta.get(tx, "base_url") or "http://127.0.0.1:8081").rstrip("/")
    return f"{base}/l/{code}"
