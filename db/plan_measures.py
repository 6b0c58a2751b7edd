"""What the bot itself counts for each task of the plan (domain.md 6.3): one registry, live, from the facts.

Each function takes a `Look` and gives a Measured, or None where nothing can be counted. What belongs to another subject
is asked there; where nobody has entered anything, the plan desk says 还没有数据 and invents nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from db import activities as activity_rows
from db import child_file, data_checks, deeds, people, referral_measures, summaries, sweeps, training
from db import drives as drive_rows
from db import hazards as hazard_rows
from db.models import (
    activities,
    child_labels,
    children,
    contacts,
    hazards,
    posts,
    referrals,
    spot_check_findings,
    spot_check_rows,
    spot_checks,
)
from db.models import agreement_children as papers
from db.models import agreements as terms
from db.reports.figures import figures
from domain.calendar import DAY, LOCAL, local_day
from domain.children import Label, Tier
from domain.people import Me, Role, UnitKind
from domain.plan_measures import Measured, Number, verdict
from domain.policy import Policy
from domain.sampling import LEAST_VILLAGES
from domain.unit_duties import FIVE_DEPARTMENTS, before_breaks
from domain.units import COUNTY, UnitTree

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)


@dataclass
class Look:
    """What a measure may look at. `me` is who asks: reports that go around them are in no figure they see.

    `national` compares files with what stands in the national system; that knowledge lives with the papers (bot/).
    """

    conn: Connection
    tree: UnitTree
    now: datetime
    policy: Policy
    me: Me | None = None
    national: Callable[[Connection, UnitTree, date, Collection[str]], Mapping[str, int]] | None = None

    @property
    def day(self) -> date:
        return local_day(self.now)

    @property
    def year(self) -> date:
        return self.day.replace(month=1, day=1)

    @cached_property
    def codes(self) -> frozenset[str]:
        return self.tree.under(COUNTY)

    @cached_property
    def totals(self) -> Any:
        """The county's own summary, made once for all that stands in it."""
        unit = self.tree.get(COUNTY)
        assert unit is not None
        return summaries.summary(self.conn, self.tree, unit, self.day, self.policy, reports_for=None).total

    @cached_property
    def deed_days(self) -> dict[tuple[str, str], list[date]]:
        return deeds.days(self.conn, self.day)

    def made(self, code: str, counts: Mapping[str, Number], **more: Any) -> Measured:
        return Measured(code, self.day, counts, **more)


Measure = Callable[[Look], Measured | None]


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


# --- from contacts, visits and files (tasks 5 and 9) ---


def _contacts(look: Look) -> Measured:
    done, due = look.totals.contacts_done, look.totals.contacts_due
    behind = summaries.behind_by_unit(look.conn, look.codes, "contacts", look.day, look.policy)
    return look.made(
        "contacts_month", {"done": done, "due": due}, ok=None if not due else done >= due, people=frozenset(("done", "due")),
        parts=(("done", "due"),), behind=behind, open=("overdue", ""),
    )  # fmt: skip


def _visits(look: Look) -> Measured:
    done, due = look.totals.visits_done, look.totals.visits_due
    behind = summaries.behind_by_unit(look.conn, look.codes, "visits", look.day, look.policy)
    return look.made(
        "visits_quarter", {"done": done, "due": due}, ok=None if not due else done >= due, people=frozenset(("done", "due")),
        parts=(("done", "due"),), behind=behind, open=("overdue", ""),
    )  # fmt: skip


def _supervisor(look: Look) -> Measured:
    done, due = look.totals.supervisor_done, look.totals.supervisor_due
    behind = summaries.behind_by_unit(look.conn, look.codes, "supervisor", look.day, look.policy)
    return look.made(
        "supervisor_year", {"done": done, "due": due}, ok=None if not due else done >= due,
        people=frozenset(("done", "due")), parts=(("done", "due"),), behind=behind, open=("overdue", ""),
    )  # fmt: skip


def _closer_watch(look: Look) -> Measured:
    """H4: children of the red and yellow tiers, and how many of them are late."""
    late = or_(children.c.contact_due < look.day, children.c.visit_due < look.day)
    here = and_(children.c.closed_on.is_(None), children.c.tier.in_((Tier.RED.value, Tier.YELLOW.value)))
    rows: dict[str, int] = dict(
        look.conn.execute(select(children.c.unit, func.count()).where(here, late).group_by(children.c.unit))
        .tuples()
        .all()
    )
    watched = int(look.conn.execute(select(func.count()).select_from(children).where(here)).scalar_one())
    missed = sum(rows.values())
    return look.made(
        "closer_watch", {"watched": watched, "late": missed}, ok=None if not watched else not missed,
        people=frozenset(("watched", "late")), behind=rows, open=("overdue", ""),
    )  # fmt: skip


def _sweep(look: Look) -> Measured:
    """H5: towns that swept this year."""
    towns = [unit.code for unit in look.tree.towns]
    done = [code for code in towns if any(day >= look.year for day in look.deed_days.get(("sweep", code), ()))]
    there = sweeps.measure_sweeps(look.conn, look.day.year)
    return look.made(
        "sweep", {"done": len(done), "towns": len(towns), "signed": there["signed"], "villages": there["villages"]},
        ok=len(done) == len(towns), parts=(("done", "towns"),), behind={code: 1 for code in towns if code not in done},
        open=("sweep", ""),
    )  # fmt: skip


def _files(look: Look) -> Measured:
    """H6."""
    found = child_file.measure_file_completeness(look.conn, look.codes, look.day)
    return look.made(
        "files", found, ok=None if not found["files"] else found["whole"] >= found["files"],
        people=frozenset(("files", "whole", "at_80", "at_60")), parts=(("whole", "files"), ("at_80", "files")),
        open=("quality", ""),
    )  # fmt: skip


def _spot_check(look: Look) -> Measured:
    """H7: villages and towns looked at this year, and what is still to be mended."""
    rows = look.conn.execute(
        select(spot_check_rows.c.unit, func.count())
        .join(spot_checks, spot_checks.c.id == spot_check_rows.c.check_id)
        .where(spot_checks.c.unit == COUNTY, spot_check_rows.c.done_at.is_not(None),
               spot_check_rows.c.done_at >= _midnight(look.year))
        .group_by(spot_check_rows.c.unit)
    ).tuples().all()  # fmt: skip
    villages = {unit for unit, _ in rows}
    towns = {town.code for unit in villages if (town := look.tree.town_of(unit))}
    open_ = look.conn.execute(
        select(spot_check_findings.c.unit, func.count()).where(spot_check_findings.c.open).group_by(spot_check_findings.c.unit)
    ).tuples().all()  # fmt: skip
    with_children = set(
        look.conn.execute(select(children.c.unit).where(children.c.closed_on.is_(None)).distinct()).scalars()
    )
    reachable = {town.code for unit in with_children if (town := look.tree.town_of(unit))}
    return look.made(
        "spot_check", {"villages": len(villages), "towns": len(towns), "to_mend": sum(count for _, count in open_)},
        ok=len(villages) >= LEAST_VILLAGES and towns >= reachable, behind=dict(open_), open=("spotcheck", ""),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def _agreements(look: Look) -> Measured:
    """留守 children, and how many of them have an agreement in force today."""
    left_behind = (
        select(child_labels.c.child_id)
        .where(child_labels.c.label == Label.LEFT_BEHIND.value, child_labels.c.until.is_(None))
    )  # fmt: skip
    in_force = (
        select(papers.c.id)
        .join(terms, terms.c.id == papers.c.agreement_id)
        .where(
            papers.c.child_id == children.c.id, papers.c.replaced_by.is_(None), papers.c.signed_on <= look.day,
            terms.c.last >= look.day, or_(papers.c.ended_on.is_(None), papers.c.ended_on > look.day),
        )
        .exists()
    )  # fmt: skip
    here = (children.c.closed_on.is_(None), children.c.id.in_(left_behind))
    count = select(children.c.unit, func.count()).group_by(children.c.unit)
    everybody = sum(number for _, number in look.conn.execute(count.where(*here)).tuples())
    without: dict[str, int] = dict(look.conn.execute(count.where(*here, ~in_force)).tuples().all())
    valid = everybody - sum(without.values())
    return look.made(
        "agreements", {"valid": valid, "left_behind": everybody}, ok=None if not everybody else valid == everybody,
        people=frozenset(("valid", "left_behind")), parts=(("valid", "left_behind"),), behind=without,
        open=("agreement", ""),
    )  # fmt: skip


def _weekly_contact(look: Look) -> Measured:
    """H8: of the 留守 children asked about in the last 31 days, how many whose parents called within the week."""
    labelled = select(child_labels.c.child_id).where(
        child_labels.c.label == Label.LEFT_BEHIND.value, child_labels.c.until.is_(None)
    )
    rows = look.conn.execute(
        select(contacts.c.child_id, contacts.c.parents_called, contacts.c.day)
        .where(
            contacts.c.day > look.day - 31 * DAY, contacts.c.day <= look.day, contacts.c.replaced_by.is_(None),
            contacts.c.parents_called.in_(("yes", "no")), contacts.c.child_id.in_(labelled),
        )
        .order_by(contacts.c.day, contacts.c.entered_at)
    ).tuples()  # fmt: skip
    last = {child: called for child, called, _ in rows}
    called = sum(one == "yes" for one in last.values())
    return look.made(
        "weekly_contact", {"called": called, "asked": len(last)}, people=frozenset(("called", "asked")),
        parts=(("called", "asked"),),
    )  # fmt: skip


# --- from reports, referrals and deeds ---


def _report_times(look: Look) -> Measured | None:
    """Task 6: hours to accept and to feedback, feedback that is owed; under five is never shown to anybody here."""
    me = look.me or _county_desk(look.conn)
    if me is None:
        return None
    total = figures(look.conn, me, look.now, look.policy).total

    def hours(key: str) -> Number:
        span = total.times[key]
        return None if span is None else round(span.total_seconds() / 3600, 1)

    return look.made(
        "report_times",
        {"reports": total.counts["reports"], "to_receipt": hours("to_receipt"), "to_feedback": hours("to_feedback"),
         "unreturned": total.counts["unreturned"]},
        people=frozenset(("reports", "unreturned")), open=("figures", ""),
    )  # fmt: skip


def _county_desk(conn: Connection) -> Me | None:
    for post in people.posts_at(conn, Role.COUNTY, COUNTY):
        for chat in people.chats_of_post(conn, post):
            return people.me_of(conn, chat)
    return None


_HELD = ("flagged", "helped_in_14_days", "open", "admonitions", "closed", "repeats", "to_police", "asked", "open_placements",
         "overdue_reviews", "families_guided", "mediations", "agreed", "applied", "decided", "granted", "alarms",
         "out_of_school", "returned", "stayed_a_term", "tutored", "left_behind", "leads", "clues", "handled", "needs", "met",
         "children", "may_qualify_not_enrolled", "pairs")  # fmt: skip


def _referred(code: str, kind: str, function: str, aim: Callable[[Mapping[str, Number]], bool | None]) -> Measure:
    """A measure of one kind of referral over the year so far."""

    def count(look: Look) -> Measured:
        counts = getattr(referral_measures, function)(look.conn, look.year, look.day)
        rows = look.conn.execute(
            select(referrals.c.unit, func.count())
            .where(referrals.c.kind == kind, referrals.c.over_at.is_(None))
            .group_by(referrals.c.unit)
        ).tuples().all()  # fmt: skip
        return look.made(
            code, counts, ok=aim(counts), people=frozenset(_HELD).intersection(counts), behind=dict(rows),
            open=("board", "") if kind == "social" else ("referrals", ""),
        )  # fmt: skip

    return count


def _no_aim(counts: Mapping[str, Number]) -> bool | None:
    return None


def _none_left(key: str) -> Callable[[Mapping[str, Number]], bool | None]:
    """Wanted: none. Some is short of the aim; none says nothing by itself, as nobody may have looked."""
    return lambda counts: False if counts.get(key) else None


def _may_qualify(look: Look) -> Measured:
    counts = referral_measures.measure_may_qualify(look.conn, look.day, look.codes)
    return look.made("may_qualify", counts, people=frozenset(counts), open=("rules", ""))


def _schooling_aim(counts: Mapping[str, Number]) -> bool | None:
    """The plan's own aim: nobody out of school."""
    return None if not counts.get("alarms") else not counts.get("out_of_school")


def _safety(look: Look) -> Measured:
    """H11: of five departments, how many went into villages this year, by what they entered or a village wrote down."""
    came = {
        slug
        for (helpers,) in look.conn.execute(
            select(activities.c.helpers).where(
                activities.c.withdrawn_at.is_(None), activities.c.reached.is_not(None),
                activities.c.day.between(look.year, look.day), func.length(activities.c.unit) == 12,
            )
        ).tuples()
        for slug in helpers
    }  # fmt: skip
    done = [
        slug for slug in FIVE_DEPARTMENTS
        if slug in came or any(day >= look.year for day in look.deed_days.get(("safety_activity", f"{COUNTY}.{slug}"), ()))
    ]  # fmt: skip
    return look.made(
        "safety_departments", {"done": len(done), "of": len(FIVE_DEPARTMENTS)}, ok=len(done) == len(FIVE_DEPARTMENTS),
        parts=(("done", "of"),), behind={f"{COUNTY}.{slug}": 1 for slug in FIVE_DEPARTMENTS if slug not in done},
    )  # fmt: skip


def _lectures(look: Look) -> Measured:
    """H12: before each break of this year that has begun or is near, whether the lectures were held."""
    breaks = [one for one in before_breaks(look.day.year, look.policy.calendar) if one.opens <= look.day]
    days = look.deed_days.get(("lecture", f"{COUNTY}.education"), [])
    done = sum(any(one.opens <= day <= one.due + 30 * DAY for day in days) for one in breaks)
    return look.made("lectures", {"done": done, "breaks": len(breaks)}, ok=done >= len(breaks) if breaks else None)


# --- from the team ---


def _posts(look: Look) -> Measured:
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


def _trained(look: Look) -> Measured:
    """H10: posts held by somebody trained this year, of all that are held."""
    found = training.measure_trained(look.conn, look.tree, look.day)
    return look.made(
        "trained", {"trained": found.trained, "held": found.held}, ok=None if not found.held else found.trained == found.held,
        parts=(("trained", "held"),), open=("training", ""),
    )  # fmt: skip


# --- from villages and departments ---


def _activities(look: Look) -> Measured:
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


def _half_year(look: Look) -> Measured:
    counts = activity_rows.measure_never_joined(look.conn, look.tree, look.day)
    return look.made(
        "activity_half_year", {"joined": counts["joined"], "children": counts["children"]},
        people=frozenset(("joined", "children")), parts=(("joined", "children"),), open=("activities", ""),
    )  # fmt: skip


def _waters(look: Look) -> Measured:
    """H16."""
    counts = hazard_rows.measure_water_points(look.conn, look.tree, look.day)
    reached = counts["complete"] == counts["points"] if counts["points"] else None
    return look.made("waters", counts, ok=reached, parts=(("complete", "points"),), open=("waters", ""))


def _hazards(look: Look) -> Measured:
    counts = hazard_rows.measure_hazards_closed(look.conn, look.tree, look.day)
    rows = look.conn.execute(
        select(hazards.c.unit, func.count()).where(hazards.c.closed_at.is_(None)).group_by(hazards.c.unit)
    ).tuples().all()  # fmt: skip
    return look.made("hazards", counts, ok=False if counts["late"] else None, behind=dict(rows), open=("hazards", ""))


def _data_checks(look: Look) -> Measured:
    counts = data_checks.measure_checks_done_false_alerts(look.conn, look.tree, look.day)
    return look.made(
        "data_checks", counts, people=frozenset(("asked", "done", "true", "false_alerts", "open")), open=("lists", "")
    )


def _drives(look: Look) -> Measured:
    counts = drive_rows.measure_drives(look.conn, look.codes, look.year)
    return look.made(
        "drives", counts, people=frozenset(("listed", "reached", "never", "twice")), parts=(("reached", "listed"),),
        open=("drive", ""),
    )  # fmt: skip


def _national(look: Look) -> Measured | None:
    """How the files stand with the national system: asked of who knows how a file is written over there (`Look.national`)."""
    if look.national is None:
        return None
    counts = look.national(look.conn, look.tree, look.day, look.codes)
    return look.made("national_sync", counts, people=frozenset(counts), open=("sync", ""))


MEASURES: dict[str, Measure] = {
    "contacts_month": _contacts,
    "visits_quarter": _visits,
    "supervisor_year": _supervisor,
    "closer_watch": _closer_watch,
    "sweep": _sweep,
    "files": _files,
    "spot_check": _spot_check,
    "agreements": _agreements,
    "weekly_contact": _weekly_contact,
    "report_times": _report_times,
    "psychology": _referred("psychology", "psychology", "measure_psychology", _no_aim),
    "admonitions": _referred("admonitions", "neglect", "measure_admonitions", _no_aim),
    "interventions": _referred("interventions", "suggestion", "measure_interventions", _none_left("overdue")),
    "guardianship": _referred("guardianship", "guardianship", "measure_guardianship", _none_left("overdue_reviews")),
    "guidance": _referred("guidance", "mediation", "measure_guidance", _no_aim),
    "may_qualify": _may_qualify,
    "benefits": _referred("benefits", "benefits", "measure_benefits", _no_aim),
    "schooling": _referred("schooling", "schooling", "measure_schooling", _schooling_aim),
    "source": _referred("source", "work", "measure_source", _no_aim),
    "online": _referred("online", "online", "measure_online", _no_aim),
    "social": _referred("social", "social", "measure_social", _no_aim),
    "safety_departments": _safety,
    "lectures": _lectures,
    "posts": _posts,
    "trained": _trained,
    "activities": _activities,
    "activity_half_year": _half_year,
    "waters": _waters,
    "hazards": _hazards,
    "data_checks": _data_checks,
    "national_sync": _national,
    "drives": _drives,
}
OPENS_FILES = frozenset(("files", "may_qualify", "national_sync"))
