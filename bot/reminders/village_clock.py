"""Once a day: what the rules notice, lists nobody named; on Mondays of the drowning season the card of unseen waters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from bot.buttons import do
from bot.reminders.telling import Look, say, words_of
from db import data_checks, early_warning, hazards, reports
from db.hazards import Point
from db.migrate import get_meta, put_meta
from db.models import danger_points
from db.reminder_people import rota
from domain.calendar import DAY, local_day, quiet, working_day
from domain.hazards import in_season
from domain.people import Role
from domain.policy import Policy
from domain.units import UnitTree

LOOKED, SEASON_CARD = "village.looked_on", "clock.season"
SHOWN = 6


def beat(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """How many messages were queued. The rules look once a local day, whoever beats."""
    today = local_day(now)
    if get_meta(conn, LOOKED) != today.isoformat():
        put_meta(conn, LOOKED, today.isoformat())
        data_checks.drop_unsaid(conn, now)
        early_warning.look(conn, now, policy.warnings)
    if not in_season(today) or quiet(now, policy.quiet_hours) or not _first_working_day(today, policy):
        return 0
    return _season_cards(conn, now, tree, policy)


def _first_working_day(today: date, policy: Policy) -> bool:
    """Monday, or the first working day after it."""
    monday = today - today.weekday() * DAY
    earlier = (monday + n * DAY for n in range(today.weekday()))
    return working_day(today, policy.calendar) and not any(working_day(day, policy.calendar) for day in earlier)


def _season_cards(conn: Connection, now: datetime, tree: UnitTree, policy: Policy) -> int:
    """Each director's own waters that nobody looked at for a week; silent where all were."""
    today, count = local_day(now), 0
    monday = today - today.weekday() * DAY
    codes = set(conn.execute(danger_points.select().with_only_columns(danger_points.c.unit).distinct()).scalars())
    found: dict[str, list[Point]] = {}
    for one in hazards.not_looked_at(conn, codes, today) if codes else ():
        found.setdefault(one.unit, []).append(one)
    if not found:
        return 0
    look, who = Look(conn, now, tree, policy, reports.crew(conn)), rota(conn)
    for unit, there in found.items():
        for person in who.persons(Role.CHILD_DIRECTOR, unit):
            words = words_of(look, person)
            lines = [words("season.title", count=len(there))]
            lines += [
                words("season.line", place=one.place, kind=words(f"hazard.kind.{one.kind}")) for one in there[:SHOWN]
            ]
            lines += [words("season.more", count=len(there) - SHOWN)] if len(there) > SHOWN else []
            lines.append(words("season.talk"))
            rows = [[(words("season.open"), do("go", "waters"))]]
            count += say(look, (SEASON_CARD, f"unit:{unit}", person), "\n".join(lines), rows, awake=False, day=monday)
    return count
