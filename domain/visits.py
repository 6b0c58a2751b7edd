"""The form for a contact or home visit, and what its answers mean (domain.md 2.4, 2.5; plan task 9).

One form for both, so that a worker never has to know which table a fact belongs to. Five taps log an all-normal call,
nine an all-normal home visit.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    text,
)
from domain.reading.dates import read_day
from domain.reading.days import Future, Impossible, Vague
from domain.reading.names import How, Match, search

MANY = "many"  # the choice that opens the several-children question
EARLIEST = timedelta(days=3 * 366)  # older facts belong into the file by workbook, not into today's chat
CALLS = ("phone", "video", "in_person", "other")

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
MOST_PHOTOS = 9


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
    return found_by_words(said.text or "", roster(world)).file_no


def found_by_words(words: str, lines: Sequence[Line]) -> Line:
    """The one child these words name. Raises Invalid where none or several fit: a tie is asked, never guessed."""
    matches = _best(search(words, lines))
    by_id = {line.id: line for line in lines}
    if not matches:
        raise Invalid("visit.problem.nobody", words=words[:20])
    if len(matches) > 1:
        names = "、".join(f"{by_id[match.id].name}（{by_id[match.id].file_no[-4:]}）" for match in matches[:6])
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


def _kept(said: Said, world: World, answers: Answers) -> Any:
    raise Invalid("form.problem.choose")


# --- choices ---


def _child_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    lines = _by_urgency(world)
    many = (Choice(MANY),) if len(lines) > 1 else ()
    return many + tuple(Choice(line.file_no, _label(line, world.now.date())) for line in lines)


def _children_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(line.file_no, _label(line, world.now.date())) for line in _by_urgency(world))


def _by_urgency(world: World) -> list[Line]:
    today = world.now.date()
    def place(line: Line) -> tuple[bool, date, str]:
        waits = line.due is None or line.due > today
        return waits, today if waits or line.due is None else line.due, line.file_no

    return sorted(roster(world), key=place)


def _label(line: Line, today: date) -> str:
    return f"{line.name} ⏰" if line.due is not None and line.due < today else line.name


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


def _day_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    return tuple(Choice((today - timedelta(days=back)).isoformat(), _day_label(world, back)) for back in range(4))


def _day_label(world: World, back: int) -> str | None:
    labels: Sequence[str] = world.facts.get("day_labels", ())
    return labels[back] if back < len(labels) else (world.now.date() - timedelta(days=back)).isoformat()


_HOME = given("how", Kind.HOME_VISIT.value)
_MET = AllOf((_HOME, given("met", "both", "child", "adult")))
_CALL = given("how", *CALLS)
_WORRY = AnyOf((given("outcome", "worry"), given("state", *CHECKLIST)))

VISIT = Form(
    "visit",
    (
        Question("child", _one_child, choices=_child_choices, columns=3),
        Question("children", _children, choices=_children_choices, many=True, columns=2, when=given("child", MANY)),
        Question("day", past_day, choices=_day_choices, columns=2),
        choice("how", "phone", "home_visit", "video", "in_person", "other", also=("day",)),
        choice("outcome", "child_fine", "adult_fine", "worry", "no_answer", "wrong_number", when=_CALL, columns=1),
        choice("met", "both", "child", "adult", "nobody", when=_HOME),
        choices("state", *CHECKLIST, when=AnyOf((_MET, given("outcome", "worry")))),
        Question("worries", text(1000), when=_WORRY),
        choice("help", "self", "town", when=_WORRY),
        choice("parents", "yes", "no", "unknown", when=_MET, columns=3),
        choices("talks", *TALKS, when=_MET),
        choices("needs", *NEEDS, when=_MET),
        # offered on the review card, never asked
        Question("siblings", _siblings, choices=sibling_choices, many=True, aside=True),
        choice("parents_too", "yes", "no", "unknown", when=_CALL, aside=True, columns=3),
        Question("note", _note, aside=True),
        Question("photos", _photos, aside=True, files=True),
        Question("wish", text(500), aside=True, when=_MET),
        Question("replaces", _kept, aside=True),  # the batch this corrects; set by us, never asked
    ),
)


# --- what the answers mean ---


@dataclass(frozen=True)
class Outcome:
    """What happened, for each child of the submission alike."""

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
    seen = reached and said != "adult_fine" if kind in (Kind.IN_PERSON, Kind.VIDEO) else None
    return Outcome(day, kind, reached, seen, parents)


def chosen_children(answers: Answers) -> list[str]:
    """File numbers of all children the submission is about."""
    if answers["child"] == MANY:
        return list(answers["children"])
    return [answers["child"], *(answers.get("siblings") or [])]


def findings(answers: Answers) -> list[tuple[str, str | None]]:
    """The issues to open: (type, words); words None where a need speaks for itself by its own name."""
    flagged = answers.get("state") or []
    found: list[tuple[str, str | None]] = [(CHECKLIST[part], answers.get("worries")) for part in flagged]
    if answers.get("outcome") == "worry" and not flagged:
        found.append(("other", answers.get("worries")))
    return found
