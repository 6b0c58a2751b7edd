"""The reading list of a hand-over on the screen: part by part, what each thing is, and whose signature is still open."""

from __future__ import annotations

from typing import Any

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Refused, Work, in_rows_of, in_twos
from db import children, drafts, duties, handovers, issues, people, reports
from db.handovers import Handover, Item
from domain.access import Action, allowed
from domain.calendar import DAY
from domain.handover import AHEAD, Handed, Side
from domain.people import Role

PAGE = 6
Button = tuple[str, Any]


def found_of(work: Work, handover_id: str) -> Handover:
    """One I give, take, or watch over. Raises Refused."""
    me, one = work.demand(Action.HAND_OVER), handovers.get(work.conn, handover_id)
    if one is None or not (me.person_id in (one.giver, one.taker) or allowed(work.me, Action.HAND_OVER, one.unit)):
        raise Refused("handover.gone")
    return one


def sides_of(work: Work, one: Handover) -> tuple[Side, ...]:
    """What I sign: my own side; above, the side of whoever is not there (any more)."""
    me = work.demand(Action.HAND_OVER)
    found = [side for side, person in ((Side.GIVE, one.giver), (Side.TAKE, one.taker)) if person == me.person_id]
    if allowed(work.me, Action.INVITE, one.unit):
        if not _holds_the_post(work, one):
            found.append(Side.GIVE)
        if one.taker is None:
            found.append(Side.TAKE)
    return tuple(dict.fromkeys(found))


def _holds_the_post(work: Work, one: Handover) -> bool:
    """Whether the giver is still there; who has left may sign for a while, and the supervisor may in their place."""
    return one.giver is not None and any(
        post.unit.code == one.unit and post.holder == one.giver for post in people.posts_of(work.conn, one.giver)
    )


def visible(work: Work, one: Handover) -> list[Item]:
    """The list as I may see it: reports only those I could open anyway, so that not even their number tells anything."""
    assert work.me is not None
    everything = handovers.items(work.conn, one.id)
    if not any(item.kind is Handed.REPORT for item in everything):
        return everything
    open_to_me = {listed.report.id for listed in reports.of_me(work.conn, work.me)}
    return [item for item in everything if item.kind is not Handed.REPORT or item.of in open_to_me]


def show(work: Work, one: Handover) -> None:
    """How far it is, part by part; above, what nobody took yet."""
    there = visible(work, one)
    lines = [work.say("handover.title", place=work.tree.path_name(one.unit))]
    if one.taker is None:
        lines.append(work.say("handover.no_taker"))
    cells: list[Button] = []
    for kind in Handed:
        part = [item for item in there if item.kind is kind]
        if not part:
            continue
        given, taken = sum(item.given for item in part), sum(item.taken for item in part)
        name = work.say(f"handover.kind.{kind.value}")
        lines.append(work.say("handover.line", kind=name, count=len(part), given=given, taken=taken))
        mark = "✅ " if given == taken == len(part) else ""
        cells.append((mark + name, do("ho.kind", one.id, kind.value)))
    if not there:
        lines.append(work.say("handover.nothing"))
    me = work.demand(Action.HAND_OVER)
    if one.giver == me.person_id and (
        mine := [kept for kept in drafts.of_chat(work.conn, work.chat_id) if kept.draft.form == "report"]
    ):
        lines.append(work.say("handover.drafts", count=len(mine)))
    last: list[Button] = []
    if one.running and allowed(work.me, Action.INVITE, one.unit):
        untaken = sum(not item.taken for item in there)
        if untaken:
            lines.append(work.say("handover.untaken", count=untaken))
        last.append((work.say("handover.finish"), do("ho.finish", one.id)))
        if one.taker is None:
            last.append((work.say("handover.invite"), do("go", "invite")))
    work.show("\n".join(lines), [*in_twos(cells), last])


def show_part(work: Work, handover_id: str, code: str, page: str = "0") -> None:
    """One part of the list, by pages: what it is about, and a tap for each or for all."""
    one = found_of(work, handover_id)
    if code not in set(Handed):
        raise Refused("handover.gone")
    work.toast()
    part = [item for item in visible(work, one) if item.kind is Handed(code)]
    last = max(0, (len(part) - 1) // PAGE)
    number = min(int(page) if page.isdecimal() else 0, last)
    shown = part[number * PAGE : (number + 1) * PAGE]
    lines = [work.say("handover.part", kind=work.say(f"handover.kind.{code}"), count=len(part))]
    rows: list[list[Button]] = []
    sides = sides_of(work, one) if one.running else ()
    for item, words in zip(shown, _words(work, one, shown), strict=True):
        mark = "✅" if item.given and item.taken else "📤" if item.given else "📥" if item.taken else "▫️"
        lines.append(f"{mark} {words}")
    for side in sides:
        if any(not signed(item, side) for item in part):
            rows.append(
                [(work.say(f"handover.all.{side.value}", count=len(part)), do("ho.all", one.id, code, side.value))]
            )
    for side in sides[:1] if len(sides) == 1 else ():
        cells: list[Button] = [
            (
                work.say("handover.one_back" if signed(item, side) else f"handover.one.{side.value}", place=place),
                do("ho.item", item.id, side.value),
            )
            for place, item in enumerate(shown, number * PAGE + 1)
        ]
        rows += in_rows_of(3, cells)
    turns: list[Button] = []
    if number:
        turns.append((work.say("form.previous_page"), do("ho.kind", one.id, code, str(number - 1))))
    if number < last:
        turns.append((work.say("form.next_page"), do("ho.kind", one.id, code, str(number + 1))))
    lines = [lines[0], *(f"{place}. {line}" for place, line in enumerate(lines[1:], number * PAGE + 1))]
    work.show("\n".join(lines), [*rows, turns, [(work.say("handover.back"), do("ho.see", one.id))]])


def signed(item: Item, side: Side) -> bool:
    return item.given if side is Side.GIVE else item.taken


def _words(work: Work, one: Handover, shown: list[Item]) -> list[str]:
    """What each is about: by name to who may see the village's children, by number to who may not (any more)."""
    about = {item.of for item in shown if item.subject.startswith("child:")}
    problems = {
        item.of: found for item in shown if item.kind is Handed.ISSUE and (found := issues.get(work.conn, item.of))
    }
    about |= {found.child_id for found in problems.values()}
    files = {key: entry.child for key, entry in children.by_ids(work.conn, about).items()}
    sees = work.visible(Action.SEE_CHILD)
    if files:
        work.note("child.list", f"unit:{one.unit}", count=len(files))
    numbers = (
        {listed.report.id: listed.report.number for listed in reports.of_me(work.conn, work.me)} if work.me else {}
    )
    owed: dict[str, list[str]] = {}
    if shown and shown[0].kind is Handed.DUTY:
        for duty in sorted(
            duties.everything_until(work.conn, work.today + AHEAD * DAY, work.today, work.policy, {one.unit}),
            key=lambda duty: duty.due,
        ):
            if duty.child is not None and duty.duty.who is Role.CHILD_DIRECTOR:
                said = work.say(
                    "handover.owed",
                    duty=work.say(f"reminders.duty.{duty.duty.code}"),
                    day=day_words(work.words, duty.due, work.today),
                )
                owed.setdefault(duty.child.id, []).append(said)
    said_of: list[str] = []
    for item in shown:
        child = files.get(problems[item.of].child_id if item.of in problems else item.of)
        who = "" if child is None else child.name if child.unit in sees else child.file_no
        mark = work.say(f"reminders.tier.{child.tier.value}") if child is not None else ""
        if item.kind is Handed.REPORT:
            said_of.append(work.say("handover.report", number=numbers.get(item.of, "")))
        elif item.kind is Handed.MOVE:
            said_of.append(work.say("handover.move"))
        elif item.kind is Handed.ISSUE:
            issue = problems.get(item.of)
            what = (work.words.find(f"child.issue.{issue.type}") or "") if issue else ""
            said_of.append(work.say("handover.issue", who=who, kind=what))
        elif item.kind is Handed.DUTY:
            said_of.append(
                f"{mark}{who} "
                + work.say("reminders.and").join((owed.get(item.of) or [work.say("handover.done_since")])[:2])
            )
        else:
            said_of.append(f"{mark}{who}")
    return said_of
