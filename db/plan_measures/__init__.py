"""What the bot itself counts for each task of the plan (domain.md 6.3): one registry, live, from the facts.

Each function takes a `Look` and gives a Measured, or None where nothing can be counted. What belongs to another subject
is asked there; where nobody has entered anything, the plan desk says 还没有数据 and invents nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.plan_measures import books, files, offices, villages
from db.plan_measures.look import Look, Measure
from domain.plan_measures import Measured, verdict


def measure(look: Look, code: str) -> Measured | None:
    """One measure; None where there is nothing to count it from."""
    found = MEASURES.get(code)
    one = found(look) if found else None
    return None if one is None or one.nothing else one


def measure_all(look: Look, codes: Iterable[str]) -> dict[str, Measured | None]:
    return {code: measure(look, code) for code in codes}


def reached(look: Look, codes: Sequence[str]) -> bool | None:
    """Whether a task's numbers reach what the plan asks for (domain.plan_measures.verdict), for its light.

    Those that open every file are asked only where all the others are reached: a light does not wait for them.
    """
    cheap = [code for code in codes if code not in OPENS_FILES]
    found = measure_all(look, cheap)
    said = verdict(found, tuple(cheap))
    if len(cheap) == len(codes) or (cheap and not said):
        return said
    return verdict(found | measure_all(look, [code for code in codes if code in OPENS_FILES]), tuple(codes))


MEASURES: dict[str, Measure] = {
    "contacts_month": files.contacts_month,
    "visits_quarter": files.visits_quarter,
    "supervisor_year": files.supervisor_year,
    "closer_watch": files.closer_watch,
    "sweep": files.sweep,
    "files": files.files_whole,
    "spot_check": files.spot_check,
    "agreements": files.agreements_valid,
    "weekly_contact": files.weekly_contact,
    "report_times": offices.report_times,
    "psychology": offices.referred("psychology", "psychology", "measure_psychology", offices.no_aim),
    "admonitions": offices.referred("admonitions", "neglect", "measure_admonitions", offices.no_aim),
    "interventions": offices.referred(
        "interventions", "suggestion", "measure_interventions", offices.none_left("overdue")
    ),
    "guardianship": offices.referred(
        "guardianship", "guardianship", "measure_guardianship", offices.none_left("overdue_reviews")
    ),
    "guidance": offices.referred("guidance", "mediation", "measure_guidance", offices.no_aim),
    "may_qualify": files.may_qualify,
    "benefits": offices.referred("benefits", "benefits", "measure_benefits", offices.no_aim),
    "schooling": offices.referred("schooling", "schooling", "measure_schooling", offices.schooling_aim),
    "source": offices.referred("source", "work", "measure_source", offices.no_aim),
    "online": offices.referred("online", "online", "measure_online", offices.no_aim),
    "social": offices.referred("social", "social", "measure_social", offices.no_aim),
    "safety_departments": offices.safety,
    "lectures": offices.lectures,
    "posts": villages.posts_filled,
    "trained": villages.directors_trained,
    "activities": villages.activities_held,
    "activity_half_year": villages.half_year,
    "waters": villages.waters_complete,
    "hazards": villages.hazards_closed,
    "data_checks": offices.checks_answered,
    "national_sync": files.national_sync,
    "drives": villages.drives_run,
    "law_deputies": books.law_deputies,
    "jobs": books.jobs_passed_on,
    "inspections": books.inspections_made,
    "clues": books.clues_answered,
    "phone_use": books.phone_use,
}
OPENS_FILES = frozenset(("files", "may_qualify", "national_sync"))
