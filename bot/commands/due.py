"""`./run due`: every open duty, at any moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import click
from sqlalchemy import Connection

from bot.commands._open import run_with_database, tree_of
from bot.reminders import rules
from bot.words import Words
from db import deeds, duties, reminder_people
from db import policy as policy_rows
from domain.calendar import DAY, LOCAL, at, local_day
from domain.duties import OpenDuty, receipts_due, why
from domain.reminder_steps import longest_ahead
from domain.reminders import Rota, owing
from domain.units import UnitTree

EVER = 1000  # days


@dataclass(frozen=True)
class Line:
    """One open duty, as it is printed."""

    child: str | None
    duty: str
    due: date
    person: str | None
    tier: str | None
    why: str
    unit: str

    def as_json(self) -> str:
        return json.dumps(
            {
                "child": self.child,
                "duty": self.duty,
                "due": self.due.isoformat(),
                "person": self.person,
                "tier": self.tier,
                "why": self.why,
            },
            ensure_ascii=False,
        )


def lines(conn: Connection, moment: datetime, words: Words) -> list[Line]:
    """Every open duty from the facts dated up to this moment, as known today; the earliest due first.

    `person` is who is reminded of it: a person's id; the id of the post where nobody answers for it at any level.
    """
    policy, day = policy_rows.current(conn, moment), local_day(moment)
    rota = reminder_people.rota(conn)
    found = [
        *duties.as_of(conn, day, policy),
        *duties.retries_until(conn, day + EVER * DAY, day, policy),
        *duties.ages_until(conn, day + longest_ahead(policy) * DAY),
        *duties.agreements_until(conn, day, day, policy),
        *deeds.open_duties(conn, moment),
        *receipts_due(duties.reports_as_of(conn, moment)),
    ]
    return sorted(
        (
            Line(
                child=one.child.file_no if one.child else None,
                duty=one.duty.code,
                due=one.due,
                person=_person(conn, rota, one),
                tier=one.tier.value if one.tier else None,
                why=rules.why_words(words, why(one, policy), day),
                unit=one.unit,
            )
            for one in found
        ),
        key=lambda line: (line.due, line.child or "", line.duty),
    )


def _person(conn: Connection, rota: Rota, duty: OpenDuty) -> str | None:
    persons = owing(duty, rota)
    return persons[0] if persons else reminder_people.vacant_post(conn, duty.duty.who.value, duty.unit)


def listed(found: list[Line], tree: UnitTree, words: Words, today: date) -> Iterator[str]:
    """The same for reading: by unit in the order of the county's list, the earliest due first."""
    by_unit: dict[str, list[Line]] = {}
    for line in found:
        by_unit.setdefault(line.unit, []).append(line)
    for unit in sorted(by_unit, key=lambda code: (code not in _order(tree), _order(tree).get(code, 0))):
        yield tree.path_name(unit)
        for line in by_unit[unit]:
            late = words("due.overdue", days=(today - line.due).days) if line.due < today else ""
            name = words(rules.SAYINGS[line.duty].name)
            yield words("due.line", due=line.due.isoformat(), child=line.child or "", duty=name, late=late, why=line.why)


def _order(tree: UnitTree) -> dict[str, int]:
    return {unit.code: place for place, unit in enumerate(tree)}


def moment_of(text: str | None, now: datetime) -> datetime:
    """The moment meant by --at: a day is its end, a moment without zone is read on the county's clock."""
    if text is None:
        return now
    try:
        if len(text) == len("2026-11-18"):
            return at(date.fromisoformat(text), time(23, 59, 59))
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            "写成 2026-11-18 或 2026-11-18T09:00。 / Write 2026-11-18 or 2026-11-18T09:00.", param_hint="--at"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="每行一条 JSON。 / One JSON line per duty.")
@click.option("--at", "at_", metavar="ISO", help="按这一天(或时刻)以前的记录来算。 / Count facts dated up to then only.")
def command(as_json: bool, at_: str | None) -> None:
    """列出每个孩子下一次联系、家访、督导员联系的到期日,和等签收的报告。"""
    moment = moment_of(at_, datetime.now(UTC))
    words = Words()

    def work(conn: Connection) -> tuple[list[Line], UnitTree]:
        return lines(conn, moment, words), tree_of(conn)

    found, tree = run_with_database(work)
    if as_json:
        for line in found:
            click.echo(line.as_json())
        return
    today = local_day(moment)
    for text in listed(found, tree, words, today):
        click.echo(text)
    click.echo(words("due.sum", count=len(found), overdue=sum(line.due < today for line in found)), err=True)
