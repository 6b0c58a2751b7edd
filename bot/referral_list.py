"""转介 as a list, beside 案件: what needs me, what waits, what is late."""

from __future__ import annotations

from bot import referral_card
from bot.buttons import Button, do
from bot.work import Work
from db import children, referrals
from db.referrals import Listed
from domain.access import Action, may
from domain.children import Label
from domain.people import Role
from domain.referrals.clocks import clock_of
from domain.referrals.life import State
from domain.referrals.steps import Part
from domain.referrals.types import ISSUED_BY

A_PAGE = 8
OPEN, ALL = "open", "all"
FILTERS = (OPEN, "mine", "waiting", "late", ALL)
_ORDER = list(State)


def show(work: Work, page: int, which: str = OPEN) -> None:
    everything = sorted(
        referral_card.open_list(work),
        key=lambda each: (not each.life.open, _ORDER.index(each.life.state), each.referral.raised_at),
    )
    rows: list[list[tuple[str, Button]]] = []
    sorts = {key: [each for each in everything if _fits(work, each, key)] for key in FILTERS}
    if which == OPEN and not sorts[OPEN]:
        which = ALL
    found = sorts[which]
    rows += [
        [(referral_card.line(work, each), do("referral.open", each.referral.id))]
        for each in found[page * A_PAGE : (page + 1) * A_PAGE]
    ]
    turns: list[tuple[str, Button]] = []
    if page > 0:
        turns.append((work.say("form.previous_page"), do("referral.list", str(page - 1), which)))
    if len(found) > (page + 1) * A_PAGE:
        turns.append((work.say("form.next_page"), do("referral.list", str(page + 1), which)))
    others = [
        (work.say(f"referral.filter.{key}", count=len(of)), do("referral.list", "0", key))
        for key, of in sorts.items()
        if key != which and of and len(of) != len(found)
    ]
    lines = [
        work.say("referral.title", open=len(sorts[OPEN]), all=len(everything))
        if everything
        else work.say("referral.none")
    ]
    lines += _not_asked(work)
    work.show("\n".join(lines), [*rows, turns, others[:2], others[2:], *_more(work)])


def waiting_for_me(work: Work) -> int:
    """How many wait to be accepted by a unit of mine."""
    if not may(work.me, Action.REFER):
        return 0
    return sum(_fits(work, each, "waiting") for each in referral_card.open_list(work) if each.seat.part is Part.LEAD)


def beside(work: Work) -> list[list[tuple[str, Button]]]:
    """The way from 案件 to 转介, for offices: what lies beside it and how much of it waits."""
    if work.me is None or not may(work.me, Action.REFER) or not work.me.with_role(Role.DEPARTMENT, Role.COUNTY):
        return []
    count = waiting_for_me(work)
    label = work.say("referral.beside", count=count) if count else work.say("referral.list")
    return [[(label, do("go", "referrals"))]]


def _fits(work: Work, each: Listed, which: str) -> bool:
    now = each.life
    if which == ALL:
        return True
    if not now.open:
        return False
    if which == "mine":
        home = each.seat.part in (Part.HOME, Part.LEAD, Part.ASKER)
        return (each.seat.part is Part.LEAD and now.state is not State.DONE) or (now.state is State.DONE and home)
    if which == "waiting":
        return now.state in (State.WAITING, State.RETURNED)
    if which == "late":
        clock = clock_of(now, each.referral.kind_code, work.policy)
        return (clock is not None and clock.late(work.today)) or (now.next_on is not None and now.next_on < work.today)
    return True


def _not_asked(work: Work) -> list[str]:
    """Of how many 留守 children the parents were not asked yet this year whether work at home would bring them back."""
    if work.me is None or not work.me.with_role(Role.CHILD_DIRECTOR):
        return []
    codes = work.visible(Action.REFER)
    done = referrals.asked_about_work(work.conn, work.today.year, codes)
    here = [entry.child for entry in children.in_units(work.conn, codes)]
    left = sum(Label.LEFT_BEHIND in one.labels and one.id not in done for one in here)
    return [work.say("referral.work_not_asked", count=left)] if left else []


def _more(work: Work) -> list[list[tuple[str, Button]]]:
    rows: list[list[tuple[str, Button]]] = []
    if work.me is None:
        return rows
    slugs = {post.unit.code.partition(".")[2] for post in work.me.posts}
    if slugs & set(ISSUED_BY):
        rows.append([(work.say("suggestion.new"), do("suggestion.new"))])
    if may(work.me, Action.HELPERS):
        rows.append([(work.say("board.open"), do("go", "board")), (work.say("helper.open"), do("go", "helpers"))])
    return rows
