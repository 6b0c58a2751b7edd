"""The form for a contact or home visit (domain.md 2.4, 2.5; plan task 9).

One form for both, so that a worker never has to know which table a fact belongs to. Five taps log an all-normal call,
nine an all-normal home visit (ten in the one visit a term that asks about a phone).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.contacts import Kind
from domain.forms import (
    AllOf,
    Answers,
    AnyOf,
    Choice,
    Form,
    Invalid,
    Question,
    Said,
    World,
    choice,
    choices,
    given,
    one_of,
    text,
)
from domain.past_days import day_choices, past_day
from domain.visit_children import (
    MANY,
    OFF,
    child_choices,
    children_choices,
    chosen_children,
    one_child,
    several_children,
    sibling_choices,
    siblings,
)

REACHED = "reached"  # somebody was spoken with; who, and how things are, was not said
CALLS = ("phone", "video", "in_person", "other")

# what the form holds for its own use: never part of what is kept about a child
OURS = ("maybe", "days", "child", "children", "line", "each", "siblings", "replaces", "was", "phone_due", "phone_aside")

# part of the checklist → type of the issue it opens (domain.md 2.8)
CHECKLIST = {
    "home": "housing",
    "food": "life",
    "body": "medical",
    "study": "school",
    "mood": "mind",
    "guardian": "guardianship",
    "safety": "safety",
}
NEEDS = ("clothes", "money", "study", "medical", "mind", "policy", "company", "other_need")
TALKS = ("drowning", "assault", "bullying", "fire", "traffic", "internet")
# How the child uses a phone, asked at a home visit of one child, once a term (plan task 16; domain.md 6.3).
PHONE_USE = ("none", "fine", "late", "money", "strangers", "unsaid")
PHONE_WORRIES = ("late", "money", "strangers")
PHONE_AGES = range(8, 18)
MOST_PHOTOS = 9
MOST_WORRIES = 1000


# --- readers ---


def _photos(said: Said, world: World, answers: Answers) -> list[str]:
    if not said.files:
        raise Invalid("visit.problem.photo_wanted")
    return [*(answers.get("photos") or []), *said.files][:MOST_PHOTOS]


def _note(said: Said, world: World, answers: Answers) -> str:
    """Words typed later are added to those typed before: nothing typed is thrown away."""
    words = text(2000)(said, world, answers)
    before = answers.get("note")
    joined = f"{before}\n{words}" if before else words
    if len(joined) > 4000:
        raise Invalid("form.problem.too_long", most=4000, length=len(joined))
    return joined


def _result(said: Said, world: World, answers: Answers) -> str:
    if said.choice == REACHED:
        return REACHED
    return str(one_of(*_RESULTS)(said, world, answers))


def _each(said: Said, world: World, answers: Answers) -> dict[str, Any]:
    """The results of single children, with the one now chosen."""
    file_no, _, result = (said.choice or "").partition(":")
    before: dict[str, Any] = answers.get("each") or {}
    chosen = chosen_children(answers)
    if file_no not in chosen or result not in (*_MET_WHOM, *_RESULTS, REACHED, OFF):
        raise Invalid("form.problem.choose")
    if result == OFF:
        if len(chosen) == 1:
            raise Invalid("visit.problem.last_child")
        return before | {file_no: {OFF: True}}
    key = "met" if answers.get("how") == Kind.HOME_VISIT else "outcome"
    return before | {file_no: {**before.get(file_no, {}), key: result}}


def _kept(said: Said, world: World, answers: Answers) -> Any:
    raise Invalid("form.problem.choose")


# --- choices ---


def _each_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """What may be said of the one child of several whose line is open."""
    file_no = answers.get("line")
    if file_no is None:
        return ()
    results = _MET_WHOM if answers.get("how") == Kind.HOME_VISIT else (REACHED, *_RESULTS[:2], *_RESULTS[3:])
    labels: Mapping[str, str] = world.facts.get("results", {})
    return tuple(Choice(f"{file_no}:{one}", labels.get(one, one)) for one in (*results, OFF))


def _result_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in _RESULTS)


# --- the questions ---


@dataclass(frozen=True)
class _OfSome:
    """Holds when it is said of one of several children, though not of all."""

    key: str

    def holds(self, answers: Answers) -> bool:
        return any(one.get(self.key) for one in (answers.get("each") or {}).values())


@dataclass(frozen=True)
class _PhoneIsDue:
    """Holds when the visit is about one child of whom nobody has asked this term; `key` names the list of such children."""

    key: str = "phone_due"

    def holds(self, answers: Answers) -> bool:
        return answers.get("child") in (answers.get(self.key) or ())


_MET_WHOM = ("both", "child", "adult", "nobody")
_RESULTS = ("child_fine", "adult_fine", "worry", "no_answer", "wrong_number")
_HOME = given("how", Kind.HOME_VISIT.value)
_MET = AllOf((_HOME, given("met", "both", "child", "adult")))
PHONE_TOO = AllOf((_MET, _PhoneIsDue("phone_aside")))
_CALL = given("how", *CALLS)
_WORRY = AnyOf((given("outcome", "worry"), given("state", *CHECKLIST)))
_ANY_WORRY = AnyOf((_WORRY, _OfSome("state")))

VISIT = Form(
    "visit",
    (
        Question("maybe", _kept, aside=True),  # children a tie is between; set by us, as are the other `_kept` ones
        Question("days", _kept, aside=True),  # likely days of a vague date
        Question("phone_due", _kept, aside=True),  # the children a phone is asked about (db.phone_talks.due)
        Question("phone_aside", _kept, aside=True),  # the same for a visit told in words: offered, not asked
        Question("child", one_child, choices=child_choices, columns=3),
        Question(
            "children", several_children, choices=children_choices, many=True, columns=2, when=given("child", MANY)
        ),
        Question("day", past_day, choices=day_choices, columns=2),
        choice("how", "phone", "home_visit", "video", "in_person", "other", also=("day",)),
        Question("line", _kept, aside=True, when=given("child", MANY)),  # whose line is open
        Question("each", _each, choices=_each_choices, aside=True, columns=1, when=given("child", MANY)),
        Question("outcome", _result, choices=_result_choices, columns=1, when=_CALL),
        choice("met", *_MET_WHOM, when=_HOME),
        choices("state", *CHECKLIST, when=AnyOf((_MET, given("outcome", "worry")))),
        Question("worries", text(MOST_WORRIES), when=_WORRY),
        choice("help", "self", "town", when=_ANY_WORRY),
        choice("parents", "yes", "no", "unknown", when=_MET, columns=3),
        choices("talks", *TALKS, when=_MET),
        choices("needs", *NEEDS, when=_MET),
        choice("phone", *PHONE_USE, when=AllOf((_MET, _PhoneIsDue()))),
        # offered on the review card, never asked
        Question("siblings", siblings, choices=sibling_choices, many=True, aside=True),
        choice("parents_too", "yes", "no", "unknown", when=_CALL, aside=True, columns=3),
        choices("needs_too", *NEEDS, when=given("outcome", "child_fine", "adult_fine", "worry", REACHED), aside=True),
        choice("phone_too", *PHONE_USE, when=PHONE_TOO, aside=True),
        Question("note", _note, aside=True),
        Question("photos", _photos, aside=True, files=True),
        Question("wish", text(500), aside=True, when=_MET),
        Question("replaces", _kept, aside=True),  # the batch this corrects
        Question("was", _kept, aside=True),  # what that one said, to be shown beside the new
    ),
)
