"""The form for a contact or home visit, and what its answers mean (domain.md 2.4, 2.5; plan task 9).

One form for both, so that a worker never has to know which table a fact belongs to. Five taps log an all-normal call,
nine an all-normal home visit (ten in the one visit a term that asks about a phone).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from domain.namesakes import told_apart
from domain.reading.dates import read_day
from domain.reading.days import Future, Impossible, Vague
from domain.reading.names import How, Match, search

MANY = "many"  # the choice that opens the several-children question
OFF = "off"  # a child of several whom this was not about
REACHED = "reached"  # somebody was spoken with; who, and how things are, was not said
EARLIEST = timedelta(days=3 * 366)  # older facts belong into the file by workbook, not into today's chat
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


@dataclass(frozen=True)
class Line:
    """One child as the form needs it: to be listed, found by words, and recognised as living with another."""

    id: str
    file_no: str
    name: str
    village: str
    guardian_names: tuple[str, ...] = ()
    household: str = ""
    due: date | None = None
    village_code: str = ""


def roster(world: World) -> Sequence[Line]:
    found: Sequence[Line] = world.facts.get("roster", ())
    return found


def line_of(world: World, file_no: str) -> Line | None:
    return next((line for line in roster(world) if line.file_no == file_no), None)


# --- readers ---


def _one_child(said: Said, world: World, answers: Answers) -> str:
    if said.choice == MANY:
        return MANY
    if said.choice is not None:
        if line_of(world, said.choice) is None:
            raise Invalid("visit.problem.not_yours")
        return said.choice
    between = [line for line in roster(world) if line.file_no in (answers.get("maybe") or ())]
    if between and _best(search(said.text or "", between)):
        return found_by_words(said.text or "", between).file_no
    return found_by_words(said.text or "", roster(world)).file_no


def found_by_words(words: str, lines: Sequence[Line]) -> Line:
    """The one child these words name. Raises Invalid where none or several fit: a tie is asked, never guessed."""
    matches = _best(search(words, lines))
    by_id = {line.id: line for line in lines}
    if not matches:
        raise Invalid("visit.problem.nobody", words=words[:20])
    if len(matches) > 1:
        called = told_apart([by_id[match.id] for match in matches], numbered=True)
        lines = [by_id[match.id] for match in matches[:6]]
        names = "、".join(f"{called[one.file_no]}（{one.file_no[-4:]}）" for one in lines)
        raise Invalid("visit.problem.several", names=names)
    if matches[0].how is How.NEAR:
        raise Invalid("visit.problem.near", name=by_id[matches[0].id].name)
    return by_id[matches[0].id]


def _best(matches: list[Match]) -> list[Match]:
    return [match for match in matches if match.rank == matches[0].rank] if matches else []


def _children(said: Said, world: World, answers: Answers) -> list[str]:
    chosen = (said.choice or "").split(",") if said.choice is not None else []
    if said.text:
        parts = said.text.replace("，", "、").replace(",", "、").replace(" ", "、").replace("和", "、").split("、")
        chosen = [found_by_words(part, roster(world)).file_no for part in parts if part]
    picked = [line.file_no for line in roster(world) if line.file_no in chosen]
    if not picked:
        raise Invalid("form.problem.choose_one")
    return picked


def _siblings(said: Said, world: World, answers: Answers) -> list[str]:
    same = {option.key for option in sibling_choices(world, answers)}
    return [one for one in (said.choice or "").split(",") if one in same]


def past_day(said: Said, world: World, answers: Answers) -> str:
    """A day that has come, from a button or typed; ISO. Raises Invalid with the reason."""
    if said.choice is not None:
        try:
            day = date.fromisoformat(said.choice)
        except ValueError:
            raise Invalid("form.problem.choose") from None
    else:
        read = read_day(said.text or "", world.now)
        if isinstance(read, Future):
            raise Invalid("visit.problem.future")
        if isinstance(read, Impossible):
            raise Invalid("visit.problem.impossible", words=read.words)
        if isinstance(read, Vague):
            raise Invalid("visit.problem.vague")
        if not isinstance(read, date):
            raise Invalid("visit.problem.no_date")
        day = read
    today = world.now.date()
    if day > today:
        raise Invalid("visit.problem.future")
    if day < today - EARLIEST:
        raise Invalid("visit.problem.too_early")
    return day.isoformat()


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


def _child_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    maybe = _maybe(world, answers)
    if maybe:
        return maybe
    lines = _by_urgency(world)
    many = (Choice(MANY),) if len(lines) > 1 else ()
    return many + _labelled(lines, world.now.date())


def _children_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return _maybe(world, answers) or _labelled(_by_urgency(world), world.now.date())


def _by_urgency(world: World) -> list[Line]:
    today = world.now.date()

    def place(line: Line) -> tuple[bool, date, str]:
        waits = line.due is None or line.due > today
        return waits, today if waits or line.due is None else line.due, line.file_no

    return sorted(roster(world), key=place)


def _labelled(lines: Sequence[Line], today: date) -> tuple[Choice, ...]:
    """By name, two of one name with the carer's; ⏰ where something is overdue."""
    called = told_apart(lines)
    late = {line.file_no: " ⏰" if line.due is not None and line.due < today else "" for line in lines}
    return tuple(Choice(line.file_no, called[line.file_no] + late[line.file_no]) for line in lines)


def sibling_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """Other children of the same household as the one chosen."""
    own = line_of(world, answers.get("child") or "")
    if own is None or not own.household:
        return ()
    return tuple(
        Choice(line.file_no, line.name)
        for line in roster(world)
        if line.household == own.household and line.file_no != own.file_no
    )


def _maybe(world: World, answers: Answers) -> tuple[Choice, ...]:
    """The children a tie in a message is between: with the village and the carer, so that namesakes can be told apart."""
    lines = [line for one in answers.get("maybe") or () if (line := line_of(world, one)) is not None]
    return tuple(
        Choice(line.file_no, " ".join(filter(None, (line.name, line.village, *line.guardian_names[:1]))))
        for line in lines
    )


def _each_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """What may be said of the one child of several whose line is open."""
    file_no = answers.get("line")
    if file_no is None:
        return ()
    results = _MET_WHOM if answers.get("how") == Kind.HOME_VISIT else (REACHED, *_RESULTS[:2], *_RESULTS[3:])
    labels: Mapping[str, str] = world.facts.get("results", {})
    return tuple(Choice(f"{file_no}:{one}", labels.get(one, one)) for one in (*results, OFF))


def _day_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    likely = [day for day in answers.get("days") or () if day <= today.isoformat()]
    if likely:
        return tuple(Choice(day, _likely_label(world, date.fromisoformat(day))) for day in likely)
    return tuple(Choice((today - timedelta(days=back)).isoformat(), _day_label(world, back)) for back in range(4))


def _result_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in _RESULTS)


def _day_label(world: World, back: int) -> str | None:
    labels: Sequence[str] = world.facts.get("day_labels", ())
    return labels[back] if back < len(labels) else (world.now.date() - timedelta(days=back)).isoformat()


def _likely_label(world: World, day: date) -> str:
    say: Callable[[date], str] = world.facts.get("day_words", date.isoformat)
    return say(day)


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
_PHONE_TOO = AllOf((_MET, _PhoneIsDue("phone_aside")))
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
        Question("child", _one_child, choices=_child_choices, columns=3),
        Question("children", _children, choices=_children_choices, many=True, columns=2, when=given("child", MANY)),
        Question("day", past_day, choices=_day_choices, columns=2),
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
        Question("siblings", _siblings, choices=sibling_choices, many=True, aside=True),
        choice("parents_too", "yes", "no", "unknown", when=_CALL, aside=True, columns=3),
        choices("needs_too", *NEEDS, when=given("outcome", "child_fine", "adult_fine", "worry", REACHED), aside=True),
        choice("phone_too", *PHONE_USE, when=_PHONE_TOO, aside=True),
        Question("note", _note, aside=True),
        Question("photos", _photos, aside=True, files=True),
        Question("wish", text(500), aside=True, when=_MET),
        Question("replaces", _kept, aside=True),  # the batch this corrects
        Question("was", _kept, aside=True),  # what that one said, to be shown beside the new
    ),
)


# --- what the answers mean ---


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


def chosen_children(answers: Answers) -> list[str]:
    """File numbers of all children the submission is about; none while that is still to be asked."""
    if answers.get("child") == MANY:
        each = answers.get("each") or {}
        return [one for one in answers.get("children") or [] if not each.get(one, {}).get(OFF)]
    return [answers["child"], *(answers.get("siblings") or [])] if "child" in answers else []


def named_children(answers: Answers) -> list[str]:
    """The same while the form is still open: nobody yet, where nobody is chosen."""
    chosen = answers.get("child")
    return chosen_children(answers) if chosen is not None and (chosen != MANY or "children" in answers) else []


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
    return "phone_too" not in answers and _PHONE_TOO.holds(answers)


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
