"""今天: what is to be done, with the reason for each item, at any time of the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot import flow, vacancies
from bot.buttons import Resume, do, short
from bot.reminders import rules
from bot.subject import Command, Press, Subject
from bot.work import Rows, Work
from db import children, duties, file_rules, reminder_people, reports, snoozes, tasks
from domain.access import Action, granting, may
from domain.calendar import DAY, LOCAL, month_end, period_end
from domain.children import Child
from domain.duties import (
    AGES,
    AGREEMENTS,
    BENEFIT_ENDS,
    FIRST_VISIT,
    REFERRALS,
    SUPERVISOR_CONTACT,
    VISIT,
    OpenDuty,
    why,
)
from domain.help_needed import HelpNeeded, help_needed
from domain.namesakes import children_told_apart
from domain.people import Me, Role
from domain.reminders import TIER_ORDER, owing
from domain.snoozes import in_force, refusal
from domain.tasks import KINDS

PAGE = 8
MOST_DRAFTS = 3
SOON = 3 * DAY
GROUPS = ("overdue", "today", "soon", "month", "year")
AHEAD = (("tomorrow", "week.tomorrow"), ("week", "week.show"), ("month", "week.month"))
Waits = dict[OpenDuty, date]


@dataclass(frozen=True)
class Entry:
    """One child on the list, with everything I owe it, the most urgent first."""

    child: Child
    owed: tuple[OpenDuty, ...]

    @property
    def due(self) -> date:
        return self.owed[0].due


def today(work: Work, said: str) -> None:
    work.demand(Action.SEE_DUTIES)
    text, rows = _screen(work, 0)
    work.reply(text, rows)


def page(work: Work, number: str) -> None:
    work.toast()
    text, rows = _screen(work, int(number) if number.isdecimal() else 0)
    work.show(text, rows)


def _screen(work: Work, number: int) -> tuple[str, Rows]:
    me = work.demand(Action.SEE_DUTIES)
    everything = _owed_in_scope(work, me)
    entries = _entries(_mine(work, me, everything), work.today)
    last = max(0, (len(entries) - 1) // PAGE)
    number = min(number, last)
    blocks: list[list[str]] = [[work.say("today.title", day=_day(work), weekday=work.say(f"today.day.{work.today.weekday()}"))]]
    rows: list[list[tuple[str, object]]] = []
    if number == 0:
        for lines, buttons in (_unfinished(work), _waiting(work, me)):
            if lines:
                blocks.append(lines)
            rows += buttons
    shown = entries[number * PAGE : (number + 1) * PAGE]
    if shown:
        waits, rota = _waits(work, me, shown), reminder_people.rota(work.conn)
        blocks.append(_list(work, entries, shown, number * PAGE, waits))
        for place, entry in enumerate(shown, number * PAGE + 1):
            mine = [duty for duty in entry.owed if me.person_id in owing(duty, rota)]
            rows.append([*_buttons(work, place, entry), *_later(work, place, entry, mine, waits)])
    if len(entries) > PAGE:
        blocks[-1].append(work.say("today.page", page=number + 1, pages=last + 1))
        rows.append(_turn(work, number, last))
    if number == 0:
        for lines, buttons in (_places(work, me), _rules(work, me), _help(work, me, everything), vacancies.block(work)):
            if lines:
                blocks.append(lines)
            rows += buttons
    if len(blocks) == 1:
        blocks.append([work.say("today.nothing")])
    if number == 0 and may(me, Action.LOG_CONTACT):
        rows.append([(work.say(f"today.to_{name}"), do(press)) for name, press in AHEAD])
    return "\n\n".join("\n".join(block) for block in blocks), rows  # type: ignore[return-value]


def _day(work: Work) -> str:
    return rules.day_words(work.words, work.today, work.today)


# --- what I owe ---


def _owed_in_scope(work: Work, me: Me) -> list[OpenDuty]:
    """What is owed for the children I may see: to the end of the month, a supervisor's own contacts to the year's."""
    codes = work.visible(Action.SEE_CHILD)
    if not codes:
        return []
    to_month_end = max(month_end(work.today), work.today + SOON)
    to_year_end = period_end(work.today, 12) if me.with_role(Role.SUPERVISOR) else to_month_end
    found = duties.everything_until(work.conn, max(to_month_end, to_year_end), work.today, work.policy, codes)
    far = (*AGES, *AGREEMENTS, BENEFIT_ENDS.code)  # spoken of long before
    return [duty for duty in found if duty.due <= to_month_end or duty.duty is SUPERVISOR_CONTACT or duty.duty.code in far]


def _mine(work: Work, me: Me, found: Iterable[OpenDuty]) -> list[OpenDuty]:
    """What my posts owe, or what comes to me because a post is vacant. A deputy sees what the holder sees."""
    rota = reminder_people.rota(work.conn)
    scopes = [(post.role, work.tree.under(post.unit.code)) for post in me.posts]
    return [
        duty
        for duty in found
        if any(role is duty.duty.who and duty.unit in units for role, units in scopes)
        or me.person_id in owing(duty, rota)
    ]


def _entries(found: Iterable[OpenDuty], today: date) -> list[Entry]:
    by_child: dict[str, list[OpenDuty]] = {}
    for duty in found:
        by_child.setdefault(duty.subject, []).append(duty)
    entries = []
    for owed in by_child.values():
        owed.sort(key=lambda duty: (duty.due, duty.duty.code))
        assert owed[0].child is not None
        entries.append(Entry(owed[0].child, tuple(owed)))
    groups = {group: place for place, group in enumerate(GROUPS)}
    return sorted(
        entries,
        key=lambda one: (groups[_group(one, today)], TIER_ORDER[one.child.tier], one.due, one.child.file_no),
    )


def _group(entry: Entry, today: date) -> str:
    if entry.due < today:
        return "overdue"
    if entry.due == today:
        return "today"
    if entry.due <= today + SOON:
        return "soon"
    return "month" if entry.due <= month_end(today) else "year"


# --- how it is shown ---


def _waits(work: Work, me: Me, shown: Sequence[Entry]) -> Waits:
    """Until when I have put off what I owe here."""
    there = snoozes.current(work.conn, work.today)
    found: Waits = {}
    for duty in (duty for entry in shown for duty in entry.owed):
        one = in_force(there, (duty.duty.code, duty.subject, me.person_id), duty.due, work.today)
        if one is not None and work.today < one.until:
            found[duty] = one.until
    return found


def _list(work: Work, entries: Sequence[Entry], shown: Sequence[Entry], start: int, waits: Waits) -> list[str]:
    """The page's children by name, under their groups. Opening it is one line in the journal."""
    named = children.by_ids(work.conn, [entry.child.id for entry in shown])
    work.note("child.list", count=len(shown))
    called = children_told_apart(one.child for one in named.values())
    counts = {group: sum(_group(entry, work.today) == group for entry in entries) for group in GROUPS}
    several = len({entry.child.unit for entry in entries}) > 1
    lines: list[str] = []
    said = ""
    for place, entry in enumerate(shown, start + 1):
        group = _group(entry, work.today)
        if group != said:
            lines.append(work.say(f"today.group.{group}", count=counts[group]))
            said = group
        unit = work.tree.get(entry.child.unit)
        lines.append(
            work.say(
                "today.item",
                place=place,
                tier=rules.tier_mark(work.words, entry.child.tier),
                name=called[entry.child.file_no],
                village=work.say("today.village", unit=unit.name) if several and unit else "",
                due=work.say("reminders.and").join(_due(work, duty, waits.get(duty)) for duty in entry.owed),
            )
        )
    return lines


def _due(work: Work, duty: OpenDuty, waits: date | None) -> str:
    """联系已超2天（上次10月12日）, and until when I have put it off."""
    said = rules.brief_words(work.words, duty, work.today)
    return said + work.say("today.put_off", day=rules.day_words(work.words, waits, work.today)) if waits else said


def _buttons(work: Work, place: int, entry: Entry) -> list[tuple[str, object]]:
    first = entry.owed[0]
    row: list[tuple[str, object]] = []
    if may(work.me, Action.LOG_CONTACT):
        owed = {duty.duty for duty in entry.owed if duty.duty.code not in (*AGREEMENTS, *REFERRALS, *KINDS)}
        kinds = [*(["phone"] if owed - {VISIT, FIRST_VISIT} else []), *(["home_visit"] if owed & {VISIT, FIRST_VISIT} else [])]
        for kind in kinds:
            row.append((work.say(f"today.do.{kind}", place=place), do("visit.start", entry.child.file_no, kind)))
    if any(duty.duty.code in AGREEMENTS for duty in entry.owed):
        row.append((work.say("today.do.agreement", place=place), do("agreement.of", entry.child.file_no)))
    if any(duty.duty.code in REFERRALS for duty in entry.owed):
        row.append((work.say("today.do.referral", place=place), do("go", "referrals")))
    row += [
        (work.say("today.do.task", place=place), do("go", command))
        for command in dict.fromkeys(KINDS[duty.duty.code].opens for duty in entry.owed if duty.duty.code in KINDS)
    ][:1]
    row.append((work.say("today.why", place=place), do("today.why", entry.child.file_no, first.duty.code)))
    return row


def _later(work: Work, place: int, entry: Entry, mine: Sequence[OpenDuty], waits: Waits) -> list[tuple[str, object]]:
    """晚点再提醒, or taking that back."""
    if any(duty in waits for duty in mine):
        return [(work.say("today.do.take_back", place=place), do("snooze.back", entry.child.file_no))]
    if mine and all(refusal(duty, work.today) is None for duty in mine):
        return [(work.say("today.do.later", place=place), do("snooze.ask", entry.child.file_no))]
    return []


def _turn(work: Work, number: int, last: int) -> list[tuple[str, object]]:
    row: list[tuple[str, object]] = []
    if number > 0:
        row.append((work.say("form.previous_page"), do("today.page", str(number - 1))))
    if number < last:
        row.append((work.say("form.next_page"), do("today.page", str(number + 1))))
    return row


Block = tuple[list[str], list[list[tuple[str, object]]]]


def _unfinished(work: Work) -> Block:
    """Half-filled forms on top, reports before anything else: a report is never forgotten."""
    kept = sorted(flow.unfinished(work), key=lambda one: one.draft.form != "report")
    if not kept:
        return [], []
    rows: list[list[tuple[str, object]]] = []
    for one in kept[:MOST_DRAFTS]:
        when = one.touched_at.astimezone(LOCAL).strftime("%m-%d %H:%M")
        label = work.say("today.draft", what=work.say(f"form.name.{one.draft.form}"), when=when)
        rows.append([(label, Resume(short(one.id), one.draft.form))])
    if len(kept) > MOST_DRAFTS:
        rows.append([(work.say("more.drafts"), do("go", "drafts"))])
    return [work.say("today.unfinished", count=len(kept))], rows


def _waiting(work: Work, me: Me) -> Block:
    """Reports nobody has signed for yet: those that lie on my desk, and no others."""
    if not may(me, Action.SEE_CASE):
        return [], []
    desks = reports.desk_reports(work.conn, [post.id for post in me.posts])
    waiting = [
        one for one in (reports.waiting(work.conn) if desks else ()) if one.id in desks and me.person_id not in one.hidden
    ]
    if not waiting:
        return [], []
    mine = {post.unit.code for post in me.posts}
    own = any(one.department in mine for one in waiting)
    first = rules.day_words(work.words, min(one.sent_on for one in waiting), work.today)
    text = work.say("today.to_sign" if own else "today.not_signed", count=len({one.id for one in waiting}), day=first)
    return [text], [[(work.say("reminders.open_cases"), do("go", "cases"))]]


def _places(work: Work, me: Me) -> Block:
    """Tasks about a place as a whole: a round to make, a paper to mend (domain.tasks)."""
    # a department sees no place, only what is addressed to it: its own desk is asked for by its code
    codes = work.visible(Action.SEE_DUTIES) | {post.unit.code for post in granting(me, Action.SEE_DUTIES)}
    found = tasks.of_units(work.conn, max(month_end(work.today), work.today + SOON), codes) if codes else []
    rota = reminder_people.rota(work.conn)
    mine = [
        one
        for one in found
        if any(post.role is one.duty.who and post.unit.code == one.unit for post in me.posts) or me.person_id in owing(one, rota)
    ]
    if not mine:
        return [], []
    opens = dict.fromkeys(KINDS[one.duty.code].opens for one in mine)
    rows: list[list[tuple[str, object]]] = [[(work.say(f"more.{command}"), do("go", command))] for command in opens]
    return rules.unit_lines(work.words, mine, work.tree, work.today), rows


def _help(work: Work, me: Me, everything: Sequence[OpenDuty]) -> Block:
    """For those above: where help is needed, by place, never by person."""
    if not may(me, Action.SEE_OVERDUE) or me.with_role(Role.SUPERVISOR, Role.COUNTY) is None:
        return [], []
    rota = reminder_people.rota(work.conn)
    wanted: list[HelpNeeded] = [
        one for one in help_needed(everything, rota, work.today, work.policy) if one.person == me.person_id
    ]
    if not wanted:
        return [], []
    lines = rules.help_lines(work.words, wanted, work.tree, work.today)
    return lines, [[(work.say("reminders.see_overdue"), do("go", "overdue"))]]


def _rules(work: Work, me: Me) -> Block:
    """What the rules of age and eligibility ask about my children: found by an index, said in one line."""
    if not may(me, Action.CHANGE_FILE) or not may(me, Action.LOG_CONTACT):
        return [], []
    count = file_rules.count_asking(work.conn, work.visible(Action.CHANGE_FILE), work.today)
    if not count:
        return [], []
    return [work.say("rule.today", count=count)], [[(work.say("rule.look"), do("go", "rules"))]]


# --- 为什么 ---


def explain(work: Work, file_no: str, first: str = "") -> None:
    """为什么到期 for each open duty of one child, the one that was asked about first."""
    me = work.demand(Action.SEE_DUTIES)
    work.toast()
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.SEE_CHILD))
    if entry is None:
        work.reply(work.say("today.child_gone"))
        return
    work.note("child.read", f"child:{entry.child.id}")
    found = _mine(work, me, duties.of_child(work.conn, entry.child.id, work.today, work.policy))
    found.sort(key=lambda duty: (duty.duty.code != first, duty.due))
    if not found:
        work.reply(work.say("today.settled", name=entry.child.name))
        return
    lines = [work.say("today.why_title", name=entry.child.name)]
    for duty in found:
        lines.append(rules.duty_words(work.words, duty, work.today))
        lines.append(rules.why_words(work.words, why(duty, work.policy), work.today))
    work.reply("\n".join(lines))


SUBJECT = Subject(
    "today",
    commands=(Command("today", today, Action.SEE_DUTIES, ("今天", "待办", "今日")),),
    presses={
        "today.page": Press(page, Action.SEE_DUTIES),
        "today.why": Press(explain, Action.SEE_DUTIES),
    },
)
