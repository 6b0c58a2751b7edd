"""What a step on a report does outside of it, in the child's file: the tier a person confirmed, the help that was asked for.

A drill changes nothing. What a report goes around must not show through the file either.
"""

from __future__ import annotations

from bot.work import Work
from db import children, issues, tiers
from db.reports import Report
from domain.access import Action
from domain.children import Tier
from domain.reports.case import Act, Event
from domain.reports.events import NEEDS
from domain.tiers import Ground


def follow(work: Work, report: Report, event: Event) -> None:
    """Let the child's file follow a step that was taken."""
    if report.child_id is None or report.drill:
        return
    if event.kind in (Act.RISK, Act.LOWERED):
        _change_tier(work, report, report.child_id, event)
    elif event.kind is Act.ASKED:
        _ask_for_help(work, report, report.child_id, event)


def _change_tier(work: Work, report: Report, child_id: str, event: Event) -> None:
    """A person has confirmed red, or a supervisor has lowered the risk. The words for it stay on the case.

    Where the report goes around somebody the tier stays there, too: whoever is involved would read it off the file.
    """
    if report.around:
        return
    entry = children.by_id(work.conn, child_id, work.visible(Action.SEE_CHILD))
    red = event.kind is Act.RISK and event.said("tier") == "red"
    if entry is None or (event.kind is Act.RISK and not red) or (entry.child.tier is Tier.RED) == red:
        return
    tier = Tier.RED if red else Tier.YELLOW
    grounds = (Ground.OPEN_REPORT,) if red else ()
    tiers.set_tier(work.conn, entry.child, tier, grounds, work.now, work.today, by=event.person)
    work.note("child.tier", f"child:{child_id}", tier=tier.value)


def _ask_for_help(work: Work, report: Report, child_id: str, event: Event) -> None:
    """A need in the child's file, with help wanted: what is needed, and nothing of why.

    Whoever the report goes around reads that file, too: then it stays on the case alone, where the county reads it.
    """
    if report.around:
        return
    kind = NEEDS[event.said("need") or "care"]
    text = event.note or work.say(f"case.need.{event.said('need')}")
    issues.put(work.conn, child_id, kind, text, event.person, work.today, help_wanted=True, demo=work.demo)
    work.note("issue.asked", f"child:{child_id}", kind=kind)
