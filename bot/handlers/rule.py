"""规则提示: what age and eligibility rules ask, with the reasons; a person says yes or 不是 (domain.md 2.1)."""

from __future__ import annotations

from typing import Any

from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.file_card import rule_words
from bot.file_news import after_change, rule_rows
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import child_file, file_rules
from db.child_file import Hand
from domain.access import Action
from domain.children import Child
from domain.eligibility_rules import Proposed

Button = tuple[str, Any]
PAGE = 8


def of_child(work: Work, file_no: str) -> None:
    """What the rules ask about one child, each with its buttons."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.CHANGE_FILE, one.unit)
    work.note("child.rules", f"child:{one.id}")
    work.toast()
    asked = file_rules.asked(work.conn, one, work.today)
    if not asked:
        work.reply(work.say("rule.nothing", name=one.name), [back_to(work, file_no)])
    for each in asked:
        work.reply(f"{one.name}（{one.file_no}）\n{rule_words(work, each)}", rule_rows(work, one, each))


def _found(work: Work, file_no: str, rule: str, facts: str) -> tuple[Child, Proposed, Hand]:
    one = entry_of(work, file_no).child
    me = work.demand_in(Action.CHANGE_FILE, one.unit)
    asked = file_rules.asked(work.conn, one, work.today)
    each = next((each for each in asked if each.rule.value == rule and each.facts.startswith(facts)), None)
    if each is None:  # answered by somebody else, or the facts are others by now
        raise Refused("rule.gone")
    return one, each, Hand(work.now, work.policy, me.person_id, f"chat:rule:{rule}", work.demo)


def yes(work: Work, file_no: str, rule: str, facts: str) -> None:
    """It is so: the category begins or ends."""
    one, each, hand = _found(work, file_no, rule, facts)
    file_rules.answer(work.conn, one, each, hand, yes=True)
    work.note("rule.confirmed", f"child:{one.id}", rule=rule)
    work.toast()
    line = child_file.newest(work.conn, one.id) if each.label else None
    undo: list[Button] = [(work.say("change.undo"), do("file.undo", file_no, short(line.id)))] if line else []
    said = (
        work.say(f"rule.done.{rule}")
        if work.words.find(f"rule.done.{rule}")
        else work.say(f"rule.done.{each.act.value}")
    )
    work.show(said, [[*undo, *back_to(work, file_no)]])
    after_change(work, one, entry_of(work, file_no).child)


def no(work: Work, file_no: str, rule: str, facts: str) -> None:
    """It is not so: kept, and not asked again until the facts change."""
    one, each, hand = _found(work, file_no, rule, facts)
    file_rules.answer(work.conn, one, each, hand, yes=False)
    work.note("rule.refused", f"child:{one.id}", rule=rule)
    work.toast()
    work.show(work.say("rule.kept_no"), [back_to(work, file_no)])


def listed(work: Work, words: str = "") -> None:
    """/rules: the children about whom a rule asks something."""
    work.demand(Action.CHANGE_FILE)
    text, rows = _screen(work, 0)
    work.reply(text, rows)


def page(work: Work, number: str) -> None:
    work.toast()
    work.show(*_screen(work, int(number) if number.isdecimal() else 0))


def _screen(work: Work, number: int) -> tuple[str, list[list[Button]]]:
    asking = file_rules.asking(work.conn, work.visible(Action.CHANGE_FILE), work.today)
    work.note("rule.listed", count=len(asking))
    if not asking:
        return work.say("rule.nobody"), []
    number = max(0, min(number, (len(asking) - 1) // PAGE))
    lines, cells = [work.say("rule.list", count=len(asking))], list[Button]()
    for place, (one, asked) in enumerate(asking[number * PAGE : (number + 1) * PAGE], number * PAGE + 1):
        what = "；".join(work.say(f"rule.short.{each.rule.value}") for each in asked)
        lines.append(work.say("rule.item", place=place, name=one.name, what=what))
        cells.append((work.say("rule.open", place=place, name=one.name), do("rule.of", one.file_no)))
    turns: list[Button] = []
    if number > 0:
        turns.append((work.say("form.previous_page"), do("rule.page", str(number - 1))))
    if len(asking) > (number + 1) * PAGE:
        turns.append((work.say("form.next_page"), do("rule.page", str(number + 1))))
    rows = in_twos(cells)
    return "\n".join(lines), [*rows, turns] if turns else rows


SUBJECT = Subject(
    "rule",
    commands=(Command("rules", listed, Action.CHANGE_FILE, ("规则提示", "可能符合"), menu=False),),
    presses={
        "rule.of": Press(of_child, Action.CHANGE_FILE),
        "rule.yes": Press(yes, Action.CHANGE_FILE),
        "rule.no": Press(no, Action.CHANGE_FILE),
        "rule.page": Press(page, Action.CHANGE_FILE),
    },
)
