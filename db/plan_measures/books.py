"""What is counted from the small books and rosters (tasks 1, 13, 15, 16)."""

from __future__ import annotations

from db import inspections, jobs, online_clues, phone_talks
from db.plan_measures.look import Look
from domain.plan_measures import Measured


def law_deputies(look: Look) -> Measured:
    """Schools with a 法治副校长, of all on the roster."""
    counts = inspections.measure_law_deputies(look.conn, look.tree, look.day)
    return look.made(
        "law_deputies", counts, ok=not counts["without"] if counts["schools"] else None, parts=(("with", "schools"),),
        open=("law_deputies", ""),
    )  # fmt: skip


def jobs_passed_on(look: Look) -> Measured:
    return look.made("jobs", jobs.measure_jobs(look.conn, look.year, look.day), open=("jobs", ""))


def inspections_made(look: Look) -> Measured:
    """校车 and 托管: looked at this year, and in how many something lacked."""
    counts = inspections.measure_inspections(look.conn, look.tree, look.day)
    return look.made("inspections", counts, open=("inspections", ""))


def clues_answered(look: Look) -> Measured:
    return look.made("clues", online_clues.measure_clues(look.conn, look.year, look.day), open=("clues", ""))


def phone_use(look: Look) -> Measured:
    """Of the children of an age, how many were asked about this term."""
    counts = phone_talks.measure_phone_use(look.conn, look.codes, look.day)
    counts = counts if counts["asked"] else dict.fromkeys(counts, 0)  # nobody asked yet: no data
    return look.made(
        "phone_use", counts, people=frozenset(("asked", "of_age", "worry")), parts=(("asked", "of_age"),)
    )  # fmt: skip
