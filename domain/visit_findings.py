"""What the answers of a visit form mean: the contact that was had, and what was found and is needed (plan task 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.contacts import Kind
from domain.forms import Answers
from domain.visits import CHECKLIST, OURS, PHONE_TOO, REACHED, VISIT


@dataclass(frozen=True)
class Outcome:
    """What happened with one child."""

    day: date
    kind: Kind
    reached: bool
    child_seen: bool | None
    parents_called: str | None


def outcome(answers: Answers) -> Outcome:
    """Read a finished form. A home visit at which nobody was met, or a call not answered, was an attempt."""
    kind = Kind(answers["how"])
    parents = answers.get("parents") or answers.get("parents_too")
    day = date.fromisoformat(answers["day"])
    if kind is Kind.HOME_VISIT:
        met = answers["met"]
        return Outcome(day, kind, met != "nobody", met in ("both", "child"), parents)
    said = answers["outcome"]
    reached = said not in ("no_answer", "wrong_number")
    seen: bool | None = None
    if kind in (Kind.IN_PERSON, Kind.VIDEO) and said != REACHED:
        seen = reached and said != "adult_fine"
    return Outcome(day, kind, reached, seen, parents)


def was_met(answers: Answers) -> bool:
    """Whether somebody was spoken with, as far as it is said."""
    return answers.get("met") != "nobody" and answers.get("outcome") not in ("no_answer", "wrong_number")


def answers_for(answers: Answers, file_no: str) -> Answers:
    """The answers as they hold for this one of several children: its own where it has some, else those of all.

    Of a child nobody met there are no findings, whatever was found with the others.
    """
    own: Answers = (answers.get("each") or {}).get(file_no) or {}
    kept, _ = VISIT.walk({**answers, **own})
    return {key: value for key, value in kept.items() if key not in OURS}


def phone_unasked(answers: Answers) -> bool:
    """Whether a visit told in words may still be asked how the child uses a phone (plan task 16)."""
    return "phone_too" not in answers and PHONE_TOO.holds(answers)


def needs_of(answers: Answers) -> list[str]:
    """What the family needs, said at a visit or in a call."""
    return list(answers.get("needs") or answers.get("needs_too") or [])


def findings(answers: Answers) -> list[tuple[str, str | None]]:
    """The issues to open: (type, words); words None where a need speaks for itself by its own name."""
    flagged = answers.get("state") or []
    found: list[tuple[str, str | None]] = [(CHECKLIST[part], answers.get("worries")) for part in flagged]
    if answers.get("outcome") == "worry" and not flagged:
        found.append(("other", answers.get("worries")))
    return found
