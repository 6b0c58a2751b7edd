"""问题 as they are looked at: those of a child, one with its history and what can be done, and the list of mine."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.work import Refused, Work
from db import children, issues, roster_lines
from db.issues import Issue
from domain.access import Action, allowed
from domain.children import Child
from domain.namesakes import told_apart
from domain.people import Role
from domain.reading.names import search

SHOWN = 6
PAST = 5
Button = tuple[str, Any]


# --- of a child ---


def problems(work: Work, file_no: str) -> None:
    """What is not solved yet, each with its 已解决 button; the way to a new one and to those solved."""
    one = entry_of(work, file_no).child
    work.note("child.issues", f"child:{one.id}")
    work.toast()
    still_open, may = issues.open_of_child(work.conn, one.id), allowed(work.me, Action.WORK_ISSUE, one.unit)
    lines = [work.say("child.issues_of" if still_open else "issue.none_of", name=one.name, number=file_no)]
    lines += [
        work.say("child.issue", place=place, issue=in_words(work, issue)) for place, issue in enumerate(still_open, 1)
    ]
    rows: list[list[Button]] = []
    if may:
        for place, issue in enumerate(still_open, 1):
            row: list[Button] = []
            if is_mine(work, issue, one):
                row.append((work.say("child.solve", place=place), do("child.solve", file_no, issue.id[-8:])))
            if allowed(work.me, Action.REFER, one.unit):
                row.append((work.say("referral.of_issue", place=place), do("referral.issue", file_no, issue.id[-8:])))
            rows.append([*row, (work.say("issue.more", place=place), do("issue.see", issue.id))])
    last: list[Button] = []
    if may and one.closed_on is None:
        last.append((work.say("issue.new"), do("issue.new", file_no)))
    if issues.solved_of_child(work.conn, one.id, 1):
        last.append((work.say("issue.solved_ones"), do("issue.past", file_no)))
    work.reply("\n".join(lines), [*rows, last, back_to(work, file_no)])


def past(work: Work, file_no: str) -> None:
    """The last ones that were solved, and how."""
    one = entry_of(work, file_no).child
    work.note("child.issues", f"child:{one.id}")
    work.toast()
    lines, rows = [work.say("issue.past", name=one.name)], list[list[Button]]()
    for place, issue in enumerate(issues.solved_of_child(work.conn, one.id, PAST), 1):
        day = day_words(work.words, issue.closed_on, work.today) if issue.closed_on else ""
        lines.append(
            work.say("issue.past_line", place=place, issue=in_words(work, issue), day=day, how=issue.solution or "")
        )
        if allowed(work.me, Action.WORK_ISSUE, one.unit) and one.closed_on is None:
            rows.append([(work.say("issue.reopen_one", place=place), do("issue.reopen", issue.id))])
    work.show("\n".join(lines), [*rows, back_to(work, file_no)])


def in_words(work: Work, issue: Issue) -> str:
    """What it is, in a line."""
    kind = work.words.find(f"child.issue.{issue.type}") or work.say("child.issue.other")
    day = day_words(work.words, issue.opened_on, work.today)
    said = (
        work.say("child.issue_line", kind=kind, text=issue.text, day=day)
        if issue.text
        else work.say("child.issue_bare", kind=kind, day=day)
    )
    return said + (work.say("child.help_wanted") if issue.help_wanted else "")


def is_mine(work: Work, issue: Issue, one: Child) -> bool:
    """Whether this person may do something with it: where they work, or at the county once it was passed to the county."""
    at_home = allowed(work.me, Action.LOG_CONTACT, one.unit)
    return at_home or (issue.owner is Role.COUNTY and allowed(work.me, Action.WORK_ISSUE, one.unit))


def with_child(work: Work, issue_id: str) -> tuple[Issue, Child]:
    """An issue with a child of mine. Raises Refused."""
    issue = issues.get(work.conn, issue_id)
    entry = children.by_id(work.conn, issue.child_id, work.visible(Action.WORK_ISSUE)) if issue else None
    if issue is None or entry is None:
        raise Refused("child.not_yours")
    return issue, entry.child


def see(work: Work, issue_id: str) -> None:
    """One issue with its history and everything that can be done with it."""
    issue, one = with_child(work, issue_id)
    work.note("child.issues", f"child:{one.id}")
    work.toast()
    lines = [work.say("issue.title", name=one.name, place=work.tree.path_name(one.unit)), in_words(work, issue)]
    if issue.closed_on is not None:
        lines.append(work.say("issue.is_solved", day=day_of(work, issue.closed_on), how=issue.solution or ""))
    else:
        lines.append(work.say("issue.whose", who=work.say(f"issue.owner.{issue.owner.value}")))
        if issue.due is not None:
            lines.append(
                work.say("issue.due_late" if issue.due < work.today else "issue.due", day=day_of(work, issue.due))
            )
        count = issues.referred(work.conn, issue.id)
        if count:
            lines.append(work.say("issue.referred", count=count))
    for event in issues.events(work.conn, issue.id)[-4:]:
        who = work.say(f"issue.owner.{event.owner.value}") if event.owner else ""
        day = day_of(work, event.due) if event.due else ""
        on = day_of(work, event.at.astimezone(work.local.tzinfo).date())
        lines.append(work.say(f"issue.event.{event.act.value}", on=on, who=who, day=day, words=event.words or ""))
    work.show("\n".join(lines), [*_doings(work, issue, one), back_to(work, one.file_no)])


def _doings(work: Work, issue: Issue, one: Child) -> list[list[Button]]:
    if not is_mine(work, issue, one):
        return []
    if issue.closed_on is not None:
        return [[(work.say("issue.reopen"), do("issue.reopen", issue.id))]]
    rows: list[list[Button]] = [
        [
            (work.say("issue.solve"), do("child.solve", one.file_no, issue.id[-8:])),
            (work.say("issue.pass"), do("issue.pass", issue.id)),
        ],
        [(work.say("issue.another_day"), do("issue.day", issue.id))],
    ]
    if allowed(work.me, Action.REFER, one.unit):
        rows[1].append((work.say("issue.refer"), do("referral.issue", one.file_no, issue.id[-8:])))
    return rows


def day_of(work: Work, day: date) -> str:
    """11月18日; with the year where it is not this one."""
    return day_words(work.words, day, work.today)


# --- mine ---


def listed(work: Work, words: str) -> None:
    """/issues, 问题: what lies with my post, the first to fall due first; then what is late further down.

    问题 小虎: that child's, and the way to a new one.
    """
    me = work.demand(Action.WORK_ISSUE)
    if words and _of_named(work, words):
        return
    found = issues.open_within(work.conn, work.visible(Action.WORK_ISSUE))
    roles = {post.role for post in me.posts}
    mine = [one for one in found if one.owner in roles]
    others = [one for one in found if one not in mine]
    late = [one for one in others if one.due is not None and one.due < work.today]
    above = me.with_role(Role.SUPERVISOR, Role.COUNTY) is not None
    shown = [*mine, *(late if above else [])][:SHOWN]
    if not shown:
        passed = work.say("issue.passed_up", count=len(others)) if others and not above else ""
        work.reply("\n".join(filter(None, (work.say("issue.none"), passed))))
        return
    files = children.by_ids(work.conn, [one.child_id for one in shown])
    work.note("child.list", count=len(files))
    lines, rows = [work.say("issue.list", count=len(mine))], list[list[Button]]()
    for one in shown:
        child = files[one.child_id].child
        kind = work.words.find(f"child.issue.{one.type}") or work.say("child.issue.other")
        due = work.say("issue.by", day=day_of(work, one.due)) if one.due else ""
        place = (unit.name if (unit := work.tree.get(child.unit)) else "") if above else ""
        key = "issue.line" if one in mine else "issue.line_below"
        lines.append(work.say(key, name=child.name, place=place, kind=kind, due=due))
        rows.append([(work.say("issue.open", name=child.name, kind=kind), do("issue.see", one.id))])
    if len(mine) > SHOWN:
        lines.append(work.say("issue.rest", count=len(mine) - SHOWN))
    elif others and not above:
        lines.append(work.say("issue.passed_up", count=len(others)))
    work.reply("\n".join(lines), rows)


def _of_named(work: Work, words: str) -> bool:
    """The child named after the command; where it may be several, which one."""
    lines = roster_lines.lines(work.conn, work.visible(Action.SEE_CHILD))
    hits = search(words, lines, limit=SHOWN)
    numbers = {line.id: line.file_no for line in lines}
    if not hits:
        return False
    if len(hits) == 1 or (hits[0].rank == 0 and hits[1].rank > 0):
        problems(work, numbers[hits[0].id])
        return True
    found = {line.id: line for line in lines}
    called = told_apart([found[hit.id] for hit in hits], numbered=True)
    cells = [(called[numbers[hit.id]], do("child.issues", numbers[hit.id])) for hit in hits]
    work.reply(work.say("child.several", count=len(hits)), [[cell] for cell in cells])
    return True
