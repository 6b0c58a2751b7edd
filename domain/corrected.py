"""What a correction changes in the answers of a visit (上次记错了 是10号去的 · 不是小虎是小雨 · 其实没人接)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domain.contacts import Kind
from domain.forms import Answers
from domain.past_days import EARLIEST
from domain.reading.corrections import Correction
from domain.reading.days import Vague
from domain.sheets import likely_days
from domain.visit_children import MANY, named_children
from domain.visit_findings import was_met
from domain.visits import REACHED


def corrected(answers: Answers, correction: Correction, numbers: Mapping[str, str], today: date) -> Answers:
    """The answers with what a correction names put right: 是10号去的, 不是小虎是小雨, 是打的电话, 其实没人接."""
    fixed = dict(answers)
    if isinstance(correction.date, date) and today - EARLIEST <= correction.date <= today:
        fixed["day"] = correction.date.isoformat()
    elif isinstance(correction.day, Vague):
        fixed.pop("day", None)
        fixed["days"] = [one.isoformat() for one in likely_days(correction.day, today)]
    if correction.kind is not None and fixed.get("how") != correction.kind.value:
        fixed["how"] = correction.kind.value
        fixed = {key: value for key, value in fixed.items() if key != "each"} | _same_result(answers, correction.kind)
    result = "met" if fixed.get("how") == Kind.HOME_VISIT.value else "outcome"
    if correction.reached is False:
        fixed[result] = "nobody" if result == "met" else "no_answer"
        fixed.pop("each", None)
    elif correction.reached is True and not was_met(fixed):
        if result == "met":
            fixed.pop("met")  # who was met has to be said
        else:
            fixed["outcome"] = REACHED
    return _with_children(fixed, correction, numbers)


def _same_result(answers: Answers, kind: Kind) -> Answers:
    """What was said of the one kind of contact, as the other kind says it; what has no counterpart is asked."""
    if kind is Kind.HOME_VISIT:
        nobody = answers.get("outcome") in ("no_answer", "wrong_number")
        return {"met": "nobody"} if nobody else {}
    met = answers.get("met")
    if met is None:
        return {}
    if met == "nobody":
        return {"outcome": "no_answer"}
    if answers.get("state"):
        return {"outcome": "worry"}
    return {"outcome": "adult_fine" if met == "adult" else "child_fine"}


def _with_children(answers: Answers, correction: Correction, numbers: Mapping[str, str]) -> Answers:
    right = [numbers[one] for one in correction.children if one in numbers]
    wrong = [numbers[one] for one in correction.not_children if one in numbers]
    between = [
        numbers[one] for ask in correction.ask if ask.field == "children" for one in ask.options if one in numbers
    ]
    if not right and not wrong and not between:
        return answers
    fixed = {
        key: value for key, value in answers.items() if key not in ("child", "children", "siblings", "maybe", "line")
    }
    if between and not right:
        return fixed | {"maybe": between}
    before = named_children(answers)
    stay = [one for one in before if one not in wrong] if wrong else []
    chosen = list(dict.fromkeys([*stay, *right]))
    if not chosen:
        return fixed
    return fixed | ({"child": chosen[0]} if len(chosen) == 1 else {"child": MANY, "children": chosen})
