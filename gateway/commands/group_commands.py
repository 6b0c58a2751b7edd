"""add-group, groups, set-group."""

import time
from pathlib import Path

import click

from gateway import membership, words
from gateway.commands.shared import checked_name, data_option, json_option, known_bot, known_person, refuse, show, store
from gateway.errors import CannotServe
from gateway.store import bots, groups
from gateway.store.database import Tx
from gateway.store.groups import LONGEST_TITLE, Group


@click.command("add-group")
@click.argument("title")
@click.option("--bot", "bot_names", multiple=True, required=True, help="机器人，可写几次 / a bot; may be repeated")
@click.option(
    "--member", "users", multiple=True, required=True, help="成员，可写几次，第一个是群主 / a person; the first owns it"
)
@click.option("--admin", "admins", multiple=True, help="让这个机器人当管理员 / this bot is an administrator")
@data_option
def add_group(
    title: str, bot_names: tuple[str, ...], users: tuple[str, ...], admins: tuple[str, ...], data: Path
) -> None:
    """建一个群，打印它的编号。

    Make a group and print its id.
    """
    now = int(time.time())
    with store(data) as tx:
        title = checked_name(title, LONGEST_TITLE)
        bot_ids = [known_bot(tx, name).id for name in bot_names]
        user_ids = [known_person(tx, who).id for who in users]
        group = membership.found(tx, title, list(dict.fromkeys(bot_ids)), list(dict.fromkeys(user_ids)), now)
        for name in admins:
            membership.put_bot(tx, group, known_bot(tx, name), now, administrator=True)
    click.echo(group.id)


@click.command("groups")
@json_option
@data_option
def list_groups(as_json: bool, data: Path) -> None:
    """列出群：编号、群名、成员、机器人、管理员。

    List the groups: id, title, people, bots, administrators.
    """
    with store(data) as tx:
        rows = [
            {
                "id": group.id,
                "title": group.title,
                "members": [member.user_id for member in groups.members(tx, group.id)],
                "bots": [bots.by_id(tx, one.bot_id).username for one in groups.bots_in(tx, group.id)],
                "administrators": _administrators(tx, group),
            }
            for group in groups.every(tx)
        ]
    show(rows, as_json)


@click.command("set-group", context_settings={"ignore_unknown_options": True})
@click.argument("group", type=int)
@click.option("--title", help="新群名 / new title")
@click.option("--add", multiple=True, help="加一个人 / a person comes in")
@click.option("--remove", multiple=True, help="请一个人出去 / a person goes")
@click.option("--add-bot", multiple=True, help="加一个机器人 / a bot comes in")
@click.option("--remove-bot", multiple=True, help="请一个机器人出去 / a bot goes")
@click.option("--admin", multiple=True, help="让机器人或人当管理员 / a bot or person becomes administrator")
@click.option("--no-admin", multiple=True, help="不再当管理员 / no administrator any more")
@data_option
def set_group(
    group: int, title: str | None, add: tuple[str, ...], remove: tuple[str, ...], add_bot: tuple[str, ...],
    remove_bot: tuple[str, ...], admin: tuple[str, ...], no_admin: tuple[str, ...], data: Path,
) -> None:  # fmt: skip
    """改群名，加人、请人出去，加机器人、设管理员。GROUP 是 groups 列出的编号。

    Change a group: title, people, bots, administrators. GROUP is the id `groups` prints.
    """
    if not any((title, add, remove, add_bot, remove_bot, admin, no_admin)):
        raise click.UsageError("--title, --add, --remove, --add-bot, --remove-bot, --admin or --no-admin")
    now = int(time.time())
    with store(data) as tx:
        known = groups.get(tx, -abs(group)) if abs(group) < 2**53 else None
        if known is None:
            raise CannotServe(words.NO_SUCH_GROUP.format(id=group))
        if title is not None:
            groups.set_profile(tx, known, title=checked_name(title, LONGEST_TITLE))
        for who in add:
            membership.admit(tx, known, known_person(tx, who).id, now)
        for name in add_bot:
            membership.put_bot(tx, known, known_bot(tx, name), now)
        for who in admin:
            _set_administrator(tx, known, who, True, now)
        for who in no_admin:
            _set_administrator(tx, known, who, False, now)
        for who in remove:
            if not membership.dismiss(tx, known, known_person(tx, who).id, now):
                refuse(words.NOT_IN_GROUP.format(name=who))
        for name in remove_bot:
            membership.remove_bot(tx, known, known_bot(tx, name), now)


def _set_administrator(tx: Tx, group: Group, who: str, administrator: bool, now: int) -> None:
    bot = bots.named(tx, who) or bots.named(tx, f"{who}_bot")
    if bot is not None:
        membership.put_bot(tx, group, bot, now, administrator=administrator)
        return
    person = known_person(tx, who)
    if not groups.is_in(tx, group.id, person.id):
        refuse(words.NOT_IN_GROUP.format(name=who))
    membership.make_administrator(tx, group, person.id, administrator, now)


def _administrators(tx: Tx, group: Group) -> list[str]:
    people = [str(one.user_id) for one in groups.members(tx, group.id) if one.status in ("creator", "administrator")]
    there = [one.bot_id for one in groups.bots_in(tx, group.id) if one.status == "administrator"]
    return people + [bots.by_id(tx, bot_id).username for bot_id in there]
