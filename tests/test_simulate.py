"""A county played through its days, and schedulers with a fault in them, which the oracle has to find."""

from __future__ import annotations

import ast
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, select, update

from bot.commands.simulate import command
from bot.reminders import tick
from bot.simulation import oracle, papers, yearly
from bot.simulation.play import Beat, play
from db.models import outbox, reminders
from db.reminders import MORNING
from domain.units import UnitTree

pytestmark = pytest.mark.slow  # left out of ./test --fast

FEW = {"days": 24, "seed": 7, "count": 16}


async def test_weeks_of_outages_late_entries_and_changes_leave_the_books_balanced() -> None:
    verdict = await play(days=45, seed=3, count=20)
    assert verdict.wrong == ()
    assert verdict.fine
    assert verdict.due > 300
    assert min(verdict.sent, verdict.moot, verdict.unreachable) > 0


async def test_the_same_seed_plays_the_same_county() -> None:
    """In every part of the verdict, not only in its line."""
    once = await play(days=12, seed=7, count=10)
    assert once == await play(days=12, seed=7, count=10)
    assert once.due > 40


def test_the_last_line_is_the_verdict_and_nothing_else_is_on_stdout() -> None:
    result = CliRunner().invoke(
        command, ["--days", "4", "--seed", "2", "--children", "8", "--json"], standalone_mode=False
    )
    assert result.return_value == 0
    names = ["due", "sent", "moot", "unreachable", "held", "duplicates", "missed"]
    assert list(json.loads(result.stdout)) == names


def test_the_oracle_shares_nothing_with_the_program_it_judges() -> None:
    imported = set()
    for module in (oracle, yearly, papers):
        source = ast.parse(Path(module.__file__).read_text())
        imported |= {node.module for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(source) if isinstance(node, ast.Import) for name in node.names}
    # bot.simulation: the oracle's own other half
    assert imported == {
        "__future__", "bot.simulation", "bot.simulation.facts", "collections.abc", "dataclasses", "datetime",
    }  # fmt: skip


# --- schedulers with a fault ---


def marks_before_it_sends(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Settles as sent what it has only queued, and loses one digest in three: healthchecks' old order of things."""
    count = tick.beat(conn, now, tree)
    queued = conn.execute(
        select(outbox.c.id, outbox.c.digest_id).where(outbox.c.state == "waiting", outbox.c.digest_id.is_not(None))
    )
    for row in queued.all():
        conn.execute(
            update(reminders).where(reminders.c.digest_id == row.digest_id).values(state="sent", settled_at=now)
        )
        if now.day % 3 == 0:
            conn.execute(delete(outbox).where(outbox.c.id == row.id))
    return count


def forgets_what_it_sent(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Takes yesterday's settled reminders up again: the storm of repeated tasks."""
    conn.execute(
        update(reminders)
        .where(reminders.c.rule != MORNING, reminders.c.state == "sent")
        .values(state="held", digest_id=None)
    )
    return tick.beat(conn, now, tree)


def never_reminds_of_visits(conn: Connection, now: datetime, tree: UnitTree) -> int:
    count = tick.beat(conn, now, tree)
    visits = reminders.c.rule.in_(("visit", "first_visit"))
    conn.execute(delete(reminders).where(visits, reminders.c.digest_id.is_(None)))
    return count


def settles_what_is_late_as_done(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Skips what is more than 48 hours late."""
    old = (now - timedelta(days=2)).date()
    count = tick.beat(conn, now, tree)
    conn.execute(
        update(reminders)
        .where(reminders.c.state == "held", reminders.c.digest_id.is_(None), reminders.c.day < old)
        .values(state="moot", settled_at=now)
    )
    return count


def stops_at_noon(conn: Connection, now: datetime, tree: UnitTree) -> int:
    """Plans everything and never lets it go."""
    return tick.beat(conn, now, tree) if now.hour < 1 else 0


@pytest.mark.parametrize(
    ("broken", "shows"),
    [
        (marks_before_it_sends, "missed"),
        (forgets_what_it_sent, "duplicates"),
        (never_reminds_of_visits, "missed"),
        (settles_what_is_late_as_done, "missed"),
        (stops_at_noon, "missed"),
    ],
)  # fmt: skip
async def test_a_broken_scheduler_is_caught(broken: Beat, shows: str) -> None:
    verdict = await play(**FEW, beat=broken)
    assert not verdict.fine
    assert verdict.line()[shows] > 0
