"""需要帮一把: one place, its overdue children by code, and what the supervisor can do: call, take over, a deputy, more time."""

from __future__ import annotations

from bot import burden, stand_in
from bot.asked import of_child
from bot.buttons import Button, do
from bot.reminders import rules, weekly
from bot.subject import Press, Subject
from bot.work import Refused, Work
from db import leaves, people, summaries
from domain.access import Action, may
from domain.leaves import SPANS
from domain.people import Post, Role, Unit

MOST = 5
Cells = list[tuple[str, Button]]


def place(work: Work, unit: str) -> None:
    """Which children, what is overdue, and the buttons."""
    where = _where(work, unit)
    work.toast()
    owed = summaries.overdue(work.conn, {unit}, work.today, work.policy)
    homes = rules.at_home([one for one in owed if one.child is not None], work.today)
    if not homes:
        work.show(work.say("help.done", place=work.tree.path_name(unit)))
        return
    lines = [weekly.place_line(work.words, unit, owed, work.tree, work.today)]
    rows: list[Cells] = []
    groups = [group for home in homes for group in home]
    for group in groups[:MOST]:
        child = group[0].child
        assert child is not None
        code = rules.child_code(work.words, child, work.tree, several=False)
        due = work.say("reminders.and").join(rules.brief_words(work.words, duty, work.today) for duty in group)
        lines.append(work.say("reminders.item", child=rules.tier_mark(work.words, child.tier) + code, due=due, late=""))
        row: Cells = []
        if may(work.me, Action.LOG_CONTACT):
            kind = rules.opens_with(group)
            row.append((work.say("help.mine", child=code), do("visit.start", child.file_no, kind.value)))
        row.append((work.say("help.extend", child=code), do("snooze.extend", child.file_no)))
        rows.append(row)
    if len(groups) > MOST:
        lines.append(work.say("help.more", count=len(groups) - MOST))
    last: Cells = [(work.say("help.call"), do("help.call", where.code))]
    if may(work.me, Action.INVITE):
        last.append((work.say("help.deputy"), do("help.deputies", where.code)))
    last.append((work.say("help_wanted.ask_why"), do("hw.ask", where.code)))
    work.show("\n".join(lines), [*rows, last, [(work.say("reminders.see_overdue"), do("overdue.page", "0", unit))]])


def call(work: Work, unit: str) -> None:
    """打电话: the numbers of those who work there, to tap."""
    where = _where(work, unit)
    work.toast()
    work.note("help.phone", f"unit:{unit}")
    of_child.say_numbers(work, "", [where])


def deputies(work: Work, unit: str) -> None:
    """指定代办: who of the town may see to it for a while."""
    where = _where(work, unit)
    work.demand_in(Action.INVITE, unit)
    work.toast()
    post = _post(work, unit)
    rows: list[Cells] = []
    for other in stand_in.others(work, post):
        rows.append([(work.say("help.deputy_of", place=other.unit.name), do("help.appoint", unit, other.unit.code))])
    if post.deputy is not None:
        rows.append([(work.say("help.deputy_ends"), do("help.appoint", unit, "-"))])
    if not rows:
        raise Refused("help.no_deputy", place=where.name)
    work.reply(work.say("help.which_deputy", place=where.name), rows)


def appoint(work: Work, unit: str, by: str) -> None:
    """The deputy sees the village's list and may log; the one who holds the post keeps it."""
    where = _where(work, unit)
    work.demand_in(Action.INVITE, unit)
    post = _post(work, unit)
    work.toast()
    if by == "-":
        before = post.deputy
        leaves.end_of_post(work.conn, post.id, work.now)
        people.set_deputy(work.conn, post.id, None)
        work.note("post.deputy_ended", f"unit:{unit}")
        stand_in.tell(work, before, "help.deputy_no_more", place=work.tree.path_name(unit))
        work.show(work.say("help.deputy_ended", place=where.name))
        return
    other = next((one for one in stand_in.others(work, post) if one.unit.code == by), None)
    if other is None or other.holder is None:
        raise Refused("help.no_deputy", place=where.name)
    people.set_deputy(work.conn, post.id, other.holder)
    work.note("post.deputy", f"unit:{unit}", by=by)
    stand_in.tell(work, other.holder, "help.you_are_deputy", place=work.tree.path_name(unit))
    spans: list[Cells] = [[(work.say(f"leave.until.{span}"), do("leave.until", unit, str(span))) for span in SPANS]]
    work.show(work.say("help.appointed", place=where.name, by=other.unit.name), spans)


def _where(work: Work, unit: str) -> Unit:
    """The place, for a supervisor or the county above it."""
    me = work.demand_in(Action.SEE_OVERDUE, unit)
    found = work.tree.get(unit)
    if found is None or me.with_role(Role.SUPERVISOR, Role.COUNTY) is None:
        raise Refused("access.denied")
    return found


def _post(work: Work, unit: str) -> Post:
    found = people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit)
    if not found:
        raise Refused("help.no_post")
    return found[0]


# --- the county's own burden on its people ---


def show_burden(work: Work) -> None:
    """By town, in the order of the county's list: what the county asks, as something the county can lessen."""
    work.demand(Action.SET_POLICY)
    work.toast()
    found = burden.measure(work.conn, work.now, work.tree)
    lines = [burden.in_words(work.words, burden.total(found.values())), work.say("burden.whose")]
    for town in work.tree.towns:
        if town.code in found:
            lines.append(burden.in_words(work.words, found[town.code], "burden.town", town=town.name))
    work.reply("\n".join(lines))


SUBJECT = Subject(
    "help",
    presses={
        "help.place": Press(place, Action.SEE_OVERDUE),
        "help.call": Press(call, Action.SEE_OVERDUE),
        "help.deputies": Press(deputies, Action.INVITE),
        "help.appoint": Press(appoint, Action.INVITE),
        "burden.show": Press(show_burden, Action.SET_POLICY),
    },
)
