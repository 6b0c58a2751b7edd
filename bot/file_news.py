"""What is said after a file changed: what the rules ask because of it, and the one small question a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import flow
from bot.buttons import Button, do
from bot.file_card import ask_button, missing_words, rule_words, value_words
from bot.work import Rows, Work, in_twos
from db import file_asks, file_complete, file_rules
from domain.access import Action, allowed
from domain.children import Child
from domain.eligibility_rules import Act, Proposed, Rule
from domain.file_fields import FIELDS, Reads

FEW = 4  # so many choices stand as buttons; more open the question
_BY_KEY = {one.key: one for one in FIELDS}


def after_change(work: Work, before: Child, after: Child) -> None:
    """What the rules ask now and did not ask before this change. Said below, once."""
    if not allowed(work.me, Action.CHANGE_FILE, after.unit):
        return
    answered = {(one.rule, one.facts) for one in file_rules.asked(work.conn, before, work.today)}
    for one in file_rules.asked(work.conn, after, work.today):
        if (one.rule, one.facts) not in answered and one.presses:
            work.reply(rule_words(work, one), rule_rows(work, after, one))


def rule_rows(work: Work, child: Child, one: Proposed) -> Rows:
    """是 / 不是, as the proposal wants them."""
    number, key = child.file_no, (one.rule.value, one.facts[:8])
    yes: tuple[str, Button]
    if one.act is Act.CLOSE:
        yes = (work.say("rule.do.close"), do("change.begin", number, "closed"))
    elif one.act is Act.APPLY:
        kind = ("benefits", number, "education") if one.rule is Rule.DREAM_FUND else ("schooling", number)
        yes = (work.say(f"rule.do.{one.rule.value}"), do("referral.kind", *kind))
    elif one.act is Act.LOOK and one.path is not None:
        yes = (work.say("rule.do.look"), do("file.set", number, one.path))
    else:
        yes = (work.say(f"rule.do.{one.act.value}"), do("rule.yes", number, *key))
    no = (work.say("rule.do.seen" if one.act in (Act.LOOK, Act.APPLY) else "rule.do.no"), do("rule.no", number, *key))
    row = [yes] if one.act is Act.KNOW else [yes, no]
    return [row, [(work.say("file.back"), do("file.open", number))]]


def one_question(work: Work, found: Sequence[Child]) -> tuple[list[str], list[list[tuple[str, Any]]]]:
    """顺便问一句: one missing thing of one of these children, with its buttons; at most once a day for each person.

    Nothing while something else is being filled in: a report above all.
    """
    if work.me is None or flow.unfinished(work) or file_asks.asked_today(work.conn, work.me.person_id, work.today):
        return [], []
    for one in found:
        if one.closed_on is not None or not allowed(work.me, Action.CHANGE_FILE, one.unit):
            continue
        known = file_complete.completeness_of(work.conn, one, work.today)
        wanted = known.next(file_asks.not_now(work.conn, one.id, work.today))
        if wanted is None or not file_asks.ask(work.conn, work.me.person_id, one.id, one.unit, wanted.key, work.today):
            continue
        what = missing_words(work, one, wanted.key)
        line = work.say("file.by_the_way", name=one.name, percent=known.percent, what=what)
        return [line], [
            *_answers(work, one, wanted.key),
            [(work.say("file.later"), do("file.later", one.file_no, wanted.key))],
        ]
    return [], []


def _answers(work: Work, one: Child, key: str) -> list[list[tuple[str, Any]]]:
    field = _BY_KEY.get(key)
    values: tuple[Any, ...] = ()
    if field is not None:
        values = (True, False) if field.reads is Reads.YES_NO else field.choices
    if field is None or not values or len(values) > FEW:
        return [[(work.say("file.fill", what=missing_words(work, one, key)), ask_button(one.file_no, key))]]
    cells = [
        (value_words(work, field, getattr(value, "value", value)), do("file.put", one.file_no, key, str(at)))
        for at, value in enumerate(values)
    ]
    return in_twos(cells)
