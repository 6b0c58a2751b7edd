"""`./run policy`: the county's numbers as a file: print them, try a file of changes on the data, enter it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from bot.commands._open import run_with_database
from bot.errors import Refusal
from bot.words import Words
from db import journal
from db import policy as policies
from domain.calendar import DAY, local_day
from domain.policy import PolicyRefused
from domain.settings import SETTINGS, Change, Value, read


@click.command("policy", help="Print the numbers in force as JSON, or enter a JSON file of changes {key: value}.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="From which day (default: tomorrow).")
@click.option("--dry-run", is_flag=True, help="Only say what the changes would do to the children there are now.")
@click.option("--json", "as_json", is_flag=True, help="The default; kept for scripts.")
def command(file: Path | None, from_on: datetime | None, dry_run: bool, as_json: bool) -> None:
    now = datetime.now(UTC)
    if file is None:
        shown = run_with_database(lambda conn: in_force(conn, now))
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    day = from_on.date() if from_on else local_day(now) + DAY
    if day <= local_day(now):
        raise Refusal("要从明天以后开始。 / It must begin after today.")
    changes = _changes(file, day, now)
    done = run_with_database(lambda conn: _enter(conn, changes, now, dry_run), write=True)
    click.echo(Words()("policy.file_tried" if dry_run else "policy.file_done", count=len(changes), day=day.isoformat()), err=True)
    click.echo(json.dumps(done, ensure_ascii=False))


def in_force(conn: Connection, now: datetime) -> dict[str, Value]:
    """Every key with the value that holds now; the same keys a file of changes uses."""
    policy = policies.current(conn, now)
    return {key: setting.get(policy) for key, setting in SETTINGS.items()}


def _changes(file: Path, day: date, now: datetime) -> list[Change]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise Refusal(f"{file.name} 不是能读的 JSON 文件({problem})。 / {file.name} is no JSON file.") from None
    if not isinstance(found, dict) or not found:
        raise Refusal('文件要像这样: {"yellow.visit_months": 1} / The file holds {key: value}.')
    if unknown := [key for key in found if key not in SETTINGS]:
        raise Refusal(f"没有这些设置: {', '.join(unknown)}。./run policy 列出全部。 / Unknown settings; ./run policy lists them.")
    return [Change(key, _value(key, value, local_day(now)), day) for key, value in found.items()]


def _value(key: str, value: Any, today: date) -> Value:
    """Words are read as in the chat; anything else stands as it is and is checked when it is entered."""
    if isinstance(value, str) and not isinstance(SETTINGS[key].offers[:1] and SETTINGS[key].offers[0], str):
        return _said(lambda: read(key, value, today), key)
    return value


def _enter(conn: Connection, changes: list[Change], now: datetime, dry_run: bool) -> list[dict[str, Any]]:
    """All or none. With `dry_run` everything is undone at the end."""
    told = []
    undo = conn.begin_nested()
    for change in changes:
        tried = _said(lambda change=change: policies.try_out(conn, change, local_day(now)), change.key)  # type: ignore[misc]
        _said(lambda change=change: policies.enter(conn, change, None, now), change.key)  # type: ignore[misc]
        journal.note(conn, now, "policy.changed", subject=f"setting:{change.key}", after=change.value, by="file")
        told.append(
            {
                "key": change.key,
                "value": change.value,
                "from": change.from_on.isoformat(),
                "overdue_today": [tried.overdue_before, tried.overdue_after],
                "contacts_a_month": [round(sum(one.contacts_a_month for one in side.values())) for side in (tried.before, tried.after)],
                "visits_a_month": [round(sum(one.visits_a_month for one in side.values())) for side in (tried.before, tried.after)],
            }
        )
    if dry_run:
        undo.rollback()
    else:
        undo.commit()
    return told


def _said(work: Any, key: str) -> Any:
    words = Words()
    try:
        return work()
    except PolicyRefused as refused:
        raise Refusal(f"{key}: {words(refused.key, **refused.params)}") from None
    except (TypeError, ValueError, KeyError, AttributeError):
        raise Refusal(f"{key}: {words('policy.wrong_value')}") from None
