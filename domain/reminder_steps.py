"""On which days a duty is spoken of: some days before it is due, on the day, and then every few days until it is done."""

from __future__ import annotations

from datetime import date

from domain.calendar import DAY
from domain.duties import AGES, AGREEMENT_ENDS, AGREEMENT_MISSING, BENEFIT_ENDS, LOST, RECEIPT, RETRY
from domain.policy import Policy, Steps
from domain.unit_duties import UNIT_DUTIES

# 60 and 7 days ahead of a birthday that changes what a child is entitled to (domain.md 2.1).
AGE_STEPS = {code: Steps(before=(60, 7), every=7) for code in AGES}
# An agreement takes the parents' presence: a month ahead of its last day, and a week (domain.md 2.7); then weekly.
AGREEMENT_STEPS = {
    AGREEMENT_ENDS.code: Steps(before=(30, 7), every=7), AGREEMENT_MISSING.code: Steps(before=(7,), every=7),
}  # fmt: skip
# A benefit that runs out wants new papers: a month ahead, and a week; then weekly.
BENEFIT_STEPS = Steps(before=(30, 7), every=7)
FAR_STEPS = AGE_STEPS | AGREEMENT_STEPS | {BENEFIT_ENDS.code: BENEFIT_STEPS}


def _steps(rule: str, policy: Policy) -> Steps:
    if rule in UNIT_DUTIES:  # months to do it in: spoken of early, then weekly
        return Steps(before=UNIT_DUTIES[rule].before, every=7)
    if rule in FAR_STEPS:
        return FAR_STEPS[rule]
    if rule in (RETRY.code, LOST.code):  # nothing to say before: the attempt has only just failed
        return Steps(before=(), on_the_day=True, every=policy.steps.every)
    return policy.receipt_steps if rule == RECEIPT.code else policy.steps


def longest_ahead(policy: Policy) -> int:
    """How many days ahead the earliest step of any rule about children may lie."""
    return max((*policy.steps.before, *(days for steps in FAR_STEPS.values() for days in steps.before)), default=0)


def latest_step(due: date, policy: Policy, today: date, rule: str = "") -> date | None:
    """The last step on or before today, None before the first. Costs the same however long the duty is overdue."""
    steps = _steps(rule, policy)
    past = (today - due).days
    if past >= steps.every:
        return due + DAY * (past - past % steps.every)
    offsets = [-days for days in steps.before] + ([0] if steps.on_the_day else [])
    reached = [offset for offset in offsets if offset <= past]
    return due + DAY * max(reached) if reached else None


def next_step(due: date, policy: Policy, today: date, rule: str = "") -> date:
    """The first step after today."""
    steps = _steps(rule, policy)
    past = (today - due).days
    offsets = [-days for days in steps.before] + ([0] if steps.on_the_day else [])
    coming = [offset for offset in offsets if offset > past]
    if coming:
        return due + DAY * min(coming)
    return due + DAY * ((max(past, 0) // steps.every + 1) * steps.every)
