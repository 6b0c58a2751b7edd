"""What the result of a referral changes in the child's file: a benefit, a line of 关爱帮扶记录, the problem it came from."""

from __future__ import annotations

from bot.work import Work
from db import child_file
from db.child_file import Hand
from db.models import issues
from db.referrals import Referral
from db.rows import change
from domain.calendar import local_day
from domain.child_file import Benefit, BenefitKind, BenefitStatus, Help, HelpKind
from domain.referrals.events import Act, Event
from domain.referrals.life import Life, State

_KINDS = {
    "disabled_living": BenefitKind.DISABLED_LIVING, "disabled_care": BenefitKind.DISABLED_CARE,
    "rehabilitation": BenefitKind.OTHER,
}  # fmt: skip
_STATUS = {"granted": BenefitStatus.GRANTED, "refused": BenefitStatus.REFUSED}
_HELPED = {
    "psychology": ("better", "treated"), "schooling": ("stayed", "transferred", "eased"), "social": ("met", "partly"),
    "work": ("returned", "trained"),
}  # fmt: skip
_HELP = {
    "psychology": HelpKind.MIND, "schooling": HelpKind.LEARNING, "social": HelpKind.GOODS, "work": HelpKind.WORK,
}  # fmt: skip


def follow(work: Work, one: Referral, event: Event, now: Life) -> None:
    """Called after the step was written."""
    if event.kind is Act.RESULT and one.child_id is not None and now.outcome is not None:
        hand = Hand(work.now, work.policy, event.person, "chat:referral", work.demo)
        if one.kind_code == "benefits" and now.outcome in _STATUS and one.topic:
            kind = _KINDS.get(one.topic) or BenefitKind(one.topic)
            granted = now.outcome == "granted"
            benefit = Benefit(
                "", one.child_id, kind, _STATUS[now.outcome], applied_on=local_day(one.raised_at),
                since=work.today if granted else None, until=now.until, by=event.person,
            )  # fmt: skip
            child_file.put_benefit(work.conn, benefit, hand)
        elif now.outcome in _HELPED.get(one.kind_code, ()):
            said = work.say("referral.solution", number=one.number, outcome=work.say(f"referral.outcome.{now.outcome}"))
            child_file.put_help(
                work.conn, Help("", one.child_id, work.today, _HELP[one.kind_code], said, by=event.person), hand
            )
    if now.state is State.CLOSED and one.issue_id is not None:
        said = work.say("referral.solution", number=one.number, outcome=work.say(f"referral.outcome.{now.outcome}"))
        change(work.conn, issues, one.issue_id, issues.c.closed_on.is_(None), closed_on=work.today, solution=said)
