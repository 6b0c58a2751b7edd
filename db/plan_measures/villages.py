"""What is counted from the team and from what villages did (tasks 12, 14, 17-19)."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from db import activities as activity_rows
from db import drives as drive_rows
from db import hazards as hazard_rows
from db import training
from db.models import (
    activities,
    hazards,
    posts,
)
from db.plan_measures.look import Look
from domain.people import Role, UnitKind
from domain.plan_measures import Measured

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)


def posts_filled(look: Look) -> Measured:
    places = [unit.code for unit in look.tree if unit.kind in PLACES and (unit.parent or "")[6:7] != "9"]
    held = set(
        look.conn.execute(
            select(posts.c.unit).where(
                posts.c.role == Role.CHILD_DIRECTOR.value, or_(posts.c.holder.is_not(None), posts.c.deputy.is_not(None))
            )
        ).scalars()
    )
    vacant = {code: 1 for code in places if code not in held}
    return look.made(
        "posts", {"filled": len(places) - len(vacant), "posts": len(places)}, ok=not vacant, parts=(("filled", "posts"),),
        behind=vacant, open=("invite", ""),
    )  # fmt: skip


def directors_trained(look: Look) -> Measured:
    """H10: posts held by somebody trained this year, of all that are held."""
    found = training.measure_trained(look.conn, look.tree, look.day)
    return look.made(
        "trained", {"trained": found.trained, "held": found.held}, ok=None if not found.held else found.trained == found.held,
        parts=(("trained", "held"),), open=("training", ""),
    )  # fmt: skip


def activities_held(look: Look) -> Measured:
    table = activities
    rows = look.conn.execute(
        select(table.c.unit, func.count())
        .where(table.c.withdrawn_at.is_(None), table.c.reached.is_not(None), table.c.day.between(look.year, look.day))
        .group_by(table.c.unit)
    ).tuples().all()  # fmt: skip
    return look.made(
        "activities", activity_rows.measure_activities(look.conn, look.tree, look.day), people=frozenset(("reached",)),
        behind=dict(rows), open=("activities", ""),
    )  # fmt: skip


def half_year(look: Look) -> Measured:
    counts = activity_rows.measure_never_joined(look.conn, look.tree, look.day)
    return look.made(
        "activity_half_year", {"joined": counts["joined"], "children": counts["children"]},
        people=frozenset(("joined", "children")), parts=(("joined", "children"),), open=("activities", ""),
    )  # fmt: skip


def waters_complete(look: Look) -> Measured:
    """H16."""
    counts = hazard_rows.measure_water_points(look.conn, look.tree, look.day)
    reached = counts["complete"] == counts["points"] if counts["points"] else None
    return look.made("waters", counts, ok=reached, parts=(("complete", "points"),), open=("waters", ""))


def hazards_closed(look: Look) -> Measured:
    counts = hazard_rows.measure_hazards_closed(look.conn, look.tree, look.day)
    rows = look.conn.execute(
        select(hazards.c.unit, func.count()).where(hazards.c.closed_at.is_(None)).group_by(hazards.c.unit)
    ).tuples().all()  # fmt: skip
    return look.made("hazards", counts, ok=False if counts["late"] else None, behind=dict(rows), open=("hazards", ""))


def drives_run(look: Look) -> Measured:
    counts = drive_rows.measure_drives(look.conn, look.codes, look.year)
    return look.made(
        "drives", counts, people=frozenset(("listed", "reached", "never", "twice")), parts=(("reached", "listed"),),
        open=("drive", ""),
    )  # fmt: skip
