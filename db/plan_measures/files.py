"""What is counted from contacts, visits, files and agreements (tasks 3, 5, 9)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from db import file_complete, referral_measures, summaries, sweeps
from db.models import agreement_children as papers
from db.models import agreements as terms
from db.models import (
    child_labels,
    children,
    contacts,
    spot_check_findings,
    spot_check_rows,
    spot_checks,
)
from db.plan_measures.look import Look, Measure
from domain.calendar import DAY, LOCAL
from domain.children import Label, Tier
from domain.plan_measures import Measured
from domain.sampling import LEAST_VILLAGES
from domain.units import COUNTY


def _of_total(code: str, what: str) -> Measure:
    """Of the children something was due for, how many it was done for: the county's own summary, behind it the villages."""

    def count(look: Look) -> Measured:
        done, due = getattr(look.totals, f"{what}_done"), getattr(look.totals, f"{what}_due")
        return look.made(
            code, {"done": done, "due": due}, ok=None if not due else done >= due, people=frozenset(("done", "due")),
            parts=(("done", "due"),), open=("overdue", ""),
            behind=summaries.behind_by_unit(look.conn, look.codes, what, look.day, look.policy),
        )  # fmt: skip

    return count


contacts_month = _of_total("contacts_month", "contacts")
visits_quarter = _of_total("visits_quarter", "visits")
supervisor_year = _of_total("supervisor_year", "supervisor")


def closer_watch(look: Look) -> Measured:
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


def sweep(look: Look) -> Measured:
    """H5: towns that swept this year."""
    towns = [unit.code for unit in look.tree.towns]
    done = [code for code in towns if any(day >= look.year for day in look.deed_days.get(("sweep", code), ()))]
    there = sweeps.measure_sweeps(look.conn, look.day.year)
    return look.made(
        "sweep", {"done": len(done), "towns": len(towns), "signed": there["signed"], "villages": there["villages"]},
        ok=len(done) == len(towns), parts=(("done", "towns"),), behind={code: 1 for code in towns if code not in done},
        open=("sweep", ""),
    )  # fmt: skip


def files_whole(look: Look) -> Measured:
    """H6."""
    found = file_complete.measure_file_completeness(look.conn, look.codes, look.day)
    return look.made(
        "files", found, ok=None if not found["files"] else found["whole"] >= found["files"],
        people=frozenset(("files", "whole", "at_80", "at_60")), parts=(("whole", "files"), ("at_80", "files")),
        open=("quality", ""),
    )  # fmt: skip


def spot_check(look: Look) -> Measured:
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


def agreements_valid(look: Look) -> Measured:
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


def weekly_contact(look: Look) -> Measured:
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


def may_qualify(look: Look) -> Measured:
    counts = referral_measures.measure_may_qualify(look.conn, look.day, look.codes)
    return look.made("may_qualify", counts, people=frozenset(counts), open=("rules", ""))


def national_sync(look: Look) -> Measured | None:
    """How the files stand with the national system: asked of who knows how a file is written over there (`Look.national`)."""
    if look.national is None:
        return None
    counts = look.national(look.conn, look.tree, look.day, look.codes)
    return look.made("national_sync", counts, people=frozenset(counts), open=("sync", ""))
