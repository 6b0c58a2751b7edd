"""发现问题和解决方案: raised, whose it is, by when, solved or passed on with the reason, opened again (plan task 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot import flow, harm
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import children, issues, people, reminders
from db import roster as rosters
from db.drafts import Kept
from db.issues import Issue
from domain.access import Action, allowed
from domain.children import Child
from domain.forms import Answers, Form, World
from domain.issues import AGAIN, ANOTHER_DAY, ISSUE, OWNERS, PASS_ON, REOPEN, SOLVE, due_of
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
        work.say("child.issue", place=place, issue=_issue(work, issue)) for place, issue in enumerate(still_open, 1)
    ]
    rows: list[list[Button]] = []
    if may:
        for place, issue in enumerate(still_open, 1):
            row: list[Button] = []
            if _mine(work, issue, one):
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
            work.say("issue.past_line", place=place, issue=_issue(work, issue), day=day, how=issue.solution or "")
        )
        if allowed(work.me, Action.WORK_ISSUE, one.unit) and one.closed_on is None:
            rows.append([(work.say("issue.reopen_one", place=place), do("issue.reopen", issue.id))])
    work.show("\n".join(lines), [*rows, back_to(work, file_no)])


def _issue(work: Work, issue: Issue) -> str:
    kind = work.words.find(f"child.issue.{issue.type}") or work.say("child.issue.other")
    day = day_words(work.words, issue.opened_on, work.today)
    said = (
        work.say("child.issue_line", kind=kind, text=issue.text, day=day)
        if issue.text
        else work.say("child.issue_bare", kind=kind, day=day)
    )
    return said + (work.say("child.help_wanted") if issue.help_wanted else "")


def _mine(work: Work, issue: Issue, one: Child) -> bool:
    """Whether this person may do something with it: where they work, or at the county once it was passed to the county."""
    at_home = allowed(work.me, Action.LOG_CONTACT, one.unit)
    return at_home or (issue.owner is Role.COUNTY and allowed(work.me, Action.WORK_ISSUE, one.unit))


def _found(work: Work, issue_id: str) -> tuple[Issue, Child]:
    """An issue with a child of mine. Raises Refused."""
    issue = issues.get(work.conn, issue_id)
    entry = children.by_id(work.conn, issue.child_id, work.visible(Action.WORK_ISSUE)) if issue else None
    if issue is None or entry is None:
        raise Refused("child.not_yours")
    return issue, entry.child


def see(work: Work, issue_id: str) -> None:
    """One issue with its history and everything that can be done with it."""
    issue, one = _found(work, issue_id)
    work.note("child.issues", f"child:{one.id}")
    work.toast()
    lines = [work.say("issue.title", name=one.name, place=work.tree.path_name(one.unit)), _issue(work, issue)]
    if issue.closed_on is not None:
        lines.append(work.say("issue.is_solved", day=_day(work, issue.closed_on), how=issue.solution or ""))
    else:
        lines.append(work.say("issue.whose", who=work.say(f"issue.owner.{issue.owner.value}")))
        if issue.due is not None:
            lines.append(
                work.say("issue.due_late" if issue.due < work.today else "issue.due", day=_day(work, issue.due))
            )
        count = issues.referred(work.conn, issue.id)
        if count:
            lines.append(work.say("issue.referred", count=count))
    for event in issues.events(work.conn, issue.id)[-4:]:
        who = work.say(f"issue.owner.{event.owner.value}") if event.owner else ""
        day = _day(work, event.due) if event.due else ""
        on = _day(work, event.at.astimezone(work.local.tzinfo).date())
        lines.append(work.say(f"issue.event.{event.act.value}", on=on, who=who, day=day, words=event.words or ""))
    work.show("\n".join(lines), [*_doings(work, issue, one), back_to(work, one.file_no)])


def _doings(work: Work, issue: Issue, one: Child) -> list[list[Button]]:
    if not _mine(work, issue, one):
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


def _day(work: Work, day: date) -> str:
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
        due = work.say("issue.by", day=_day(work, one.due)) if one.due else ""
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
    lines = rosters.lines(work.conn, work.visible(Action.SEE_CHILD))
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


# --- a new one ---


def new(work: Work, file_no: str) -> None:
    one = entry_of(work, file_no).child
    work.demand_in(Action.WORK_ISSUE, one.unit)
    if one.closed_on is not None:
        raise Refused("file.closed")
    work.toast()
    flow.begin(work, "issue", {"child": file_no})


def _raised(work: Work, answers: Answers, kept: Kept) -> None:
    one = entry_of(work, answers["child"]).child
    me, due = work.demand_in(Action.WORK_ISSUE, one.unit), date.fromisoformat(answers["due"])
    made = issues.put(
        work.conn, one.id, answers["type"], answers["text"], me.person_id, work.today, due=due, demo=work.demo
    )
    work.note("issue.opened", f"child:{one.id}", type=answers["type"])
    rows: list[list[Button]] = [
        [
            (work.say("issue.pass"), do("issue.pass", made)),
            (work.say("issue.refer"), do("referral.issue", one.file_no, made[-8:])),
        ],
        back_to(work, one.file_no),
    ]
    if not allowed(work.me, Action.REFER, one.unit):
        rows[0].pop()
    work.show(work.say("issue.kept", name=one.name, day=_day(work, due)), rows)


# --- solved ---


def solve(work: Work, file_no: str, tail: str) -> None:
    """已解决: one line about how, then 确认."""
    _open_issue(work, f"{file_no}|{tail}")
    work.toast()
    flow.begin(work, "solve", {"issue": f"{file_no}|{tail}"})


def _open_issue(work: Work, which: str) -> Issue:
    """The open issue these answers are about, where this person may work on it. Raises Refused."""
    file_no, _, tail = which.partition("|")
    one = entry_of(work, file_no).child
    work.demand_in(Action.WORK_ISSUE, one.unit)
    found = next((issue for issue in issues.open_of_child(work.conn, one.id) if issue.id.endswith(tail)), None)
    if found is None:
        raise Refused("child.solved_already")
    if not _mine(work, found, one):
        raise Refused("issue.not_with_you")
    return found


def _solve_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key != "issue":
        return None
    try:
        return _issue(work, _open_issue(work, answer))
    except Refused:
        return work.say("child.solved_already")


def _solved(work: Work, answers: Answers, kept: Kept) -> None:
    issue, me = _open_issue(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    if not issues.solve(work.conn, issue, answers["solution"], work.today, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.solved", f"child:{issue.child_id}", issue=issue.id)
    file_no = answers["issue"].partition("|")[0]
    if issue.by is not None and issue.by != me.person_id:
        _tell(work, (issue.by,), "issue.solved_news", issue, file_no)
    work.show(work.say("child.solved"), [back_to(work, file_no)])


# --- passed on, another day, opened again ---


def pass_it(work: Work, issue_id: str) -> None:
    _begin(work, "passon", issue_id, closed=False)


def another_day(work: Work, issue_id: str) -> None:
    _begin(work, "issueday", issue_id, closed=False)


def reopen(work: Work, issue_id: str) -> None:
    _begin(work, "reopen", issue_id, closed=True)


def _begin(work: Work, form: str, issue_id: str, *, closed: bool) -> None:
    issue, one = _found(work, issue_id)
    if not _mine(work, issue, one):
        raise Refused("issue.not_with_you")
    if (issue.closed_on is not None) is not closed:
        raise Refused("issue.open_again" if closed else "child.solved_already")
    work.toast()
    flow.begin(work, form, {"issue": issue.id})


def _passed(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me, to = _found(work, answers["issue"]), work.demand(Action.WORK_ISSUE), Role(answers["to"])
    due = max(issue.due or work.today, work.today + timedelta(days=AGAIN))
    if not issues.pass_on(work.conn, issue, to, answers["why"], due, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.passed", f"child:{one.id}", issue=issue.id, to=to.value)
    _tell(work, reminders.rota(work.conn).persons(to, one.unit), "issue.comes_to_you", issue, one.file_no)
    who = work.say(f"issue.owner.{to.value}")
    work.show(work.say("issue.passed", who=who, day=_day(work, due)), [back_to(work, one.file_no)])


def _day_set(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me = _found(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    due = date.fromisoformat(answers["due"])
    if not issues.set_due(work.conn, issue, due, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.due", f"child:{one.id}", issue=issue.id)
    work.show(work.say("issue.day_set", day=_day(work, due)), [back_to(work, one.file_no)])


def _reopened(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me = _found(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    due = min(due_of(issue.type, work.today), work.today + timedelta(days=AGAIN))
    if not issues.reopen(work.conn, issue, answers["why"], due, work.now, me.person_id):
        raise Refused("issue.open_again")
    work.note("issue.reopened", f"child:{one.id}", issue=issue.id)
    work.show(
        work.say("issue.reopened", day=_day(work, due)),
        [[(work.say("issue.see"), do("issue.see", issue.id))], back_to(work, one.file_no)],
    )


def _tell(work: Work, persons: tuple[str, ...], key: str, issue: Issue, number: str) -> None:
    """The number and nothing of what it is about; whoever may opens it."""
    me, there = work.me, people.persons(work.conn, list(persons))
    for person in there.values():
        if person.chat_id is not None and person.left_on is None and (me is None or person.id != me.person_id):
            work.tell(
                person.chat_id, work.say(key, number=number), [[(work.say("issue.see"), do("issue.see", issue.id))]]
            )


def _facts(work: Work) -> Mapping[str, Any]:
    def owners(issue_id: str) -> list[str]:
        issue, _ = _found(work, issue_id)
        return [one.value for one in OWNERS if one is not issue.owner]

    return {"owners": owners}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "issue":
        return _issue(work, _found(work, answer)[0])
    if key == "due":
        return _day(work, date.fromisoformat(answer))
    return None


def _talk(form: Form, submit: Any) -> Conversation:
    """Words that tell of harm bring the emergency card here, too."""
    return Conversation(form, submit, Action.WORK_ISSUE, facts=_facts, value=_value, hears=harm.hear)


SUBJECT = Subject(
    "issue",
    commands=(
        Command("issues", listed, Action.WORK_ISSUE, ("问题", "没解决的问题", "发现问题", "记问题"), menu=False),
    ),
    conversations=(
        Conversation(SOLVE, _solved, Action.WORK_ISSUE, value=_solve_value),
        _talk(ISSUE, _raised),
        _talk(PASS_ON, _passed),
        _talk(ANOTHER_DAY, _day_set),
        _talk(REOPEN, _reopened),
    ),
    presses={
        "child.issues": Press(problems, Action.SEE_CHILD),
        "child.solve": Press(solve, Action.WORK_ISSUE),
        "issue.see": Press(see, Action.WORK_ISSUE),
        "issue.past": Press(past, Action.SEE_CHILD),
        "issue.new": Press(new, Action.WORK_ISSUE),
        "issue.pass": Press(pass_it, Action.WORK_ISSUE),
        "issue.day": Press(another_day, Action.WORK_ISSUE),
        "issue.reopen": Press(reopen, Action.WORK_ISSUE),
    },
)
