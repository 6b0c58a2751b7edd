"""What all commands have in common."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from gateway import words
from gateway.errors import CannotServe
from gateway.store import bots, people
from gateway.store.bots import Bot
from gateway.store.database import Tx, opened
from gateway.store.people import Person

Json = dict[str, Any]
LONGEST_NAME = 64


def _default_data() -> Path:
    return Path(os.environ.get("DATA_DIR") or "var") / "gateway"


data_option = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=_default_data, help="数据目录 / data folder"
)
json_option = click.option("--json", "as_json", is_flag=True, help="每行一个 JSON / one JSON object a line")


@contextlib.contextmanager
def plain_refusals() -> Iterator[None]:
    """A refusal is one sentence and exit code 1, never a traceback."""
    try:
        yield
    except CannotServe as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)


@contextlib.contextmanager
def store(data: Path, *, new: bool = False) -> Iterator[Tx]:
    """One transaction over the store of `data`, undone when it is refused; with `new` it is made where there is
    none."""
    with plain_refusals():
        if not new and not (data / "gateway.db").exists():
            refuse(words.NO_GATEWAY_HERE.format(path=data))
        with opened(data) as tx:
            yield tx


def refuse(sentence: str) -> None:
    raise CannotServe(sentence)


def say(sentence: str) -> None:
    click.echo(sentence, err=True)


def show(rows: Sequence[Json], as_json: bool) -> None:
    """Rows for people as columns, for programs as JSON lines."""
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    lines = [[_plain(value) for value in row.values()] for row in rows]
    for line in lines:
        click.echo("\t".join(line).rstrip())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "-"
    return "-" if value is None or value == "" else str(value)


def checked_name(name: str, most: int = LONGEST_NAME) -> str:
    name = name.strip()
    if not 0 < len(name) <= most:
        refuse(words.NAME_EMPTY.format(most=most))
    return name


def known_bot(tx: Tx, name: str) -> Bot:
    """By username, with or without the `bot` at its end, or by id."""
    bot = bots.named(tx, name) or bots.named(tx, f"{name}_bot")
    if bot is None:
        raise CannotServe(words.NO_SUCH_BOT.format(name=name))
    return bot


def known_person(tx: Tx, who: str) -> Person:
    """By id, or by name where only one person has it."""
    if who.isascii() and who.isdecimal():
        person = people.get(tx, int(who)) if len(who) < 17 else None
        if person is None:
            raise CannotServe(words.NO_SUCH_USER.format(name=who))
        return person
    same = [person for person in people.every(tx) if who in (person.first_name, person.full_name)]
    if not same:
        raise CannotServe(words.NO_SUCH_USER.format(name=who))
    if len(same) > 1:
        raise CannotServe(words.SEVERAL_USERS.format(name=who, ids=" ".join(str(person.id) for person in same)))
    return same[0]
