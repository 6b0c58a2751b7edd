"""The children a contact is about: those the form offers, found by words, picked for one record, living together.

The world of a visit form knows them as `roster`: `Line`s, only of children this worker may write about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.forms import Answers, Choice, Invalid, Said, World
from domain.namesakes import told_apart
from domain.reading.names import How, Match, search

MANY = "many"  # the choice that opens the several-children question
OFF = "off"  # a child of several whom this was not about


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


# --- read ---


def one_child(said: Said, world: World, answers: Answers) -> str:
    """The file number of a child of theirs, pressed or named; MANY where there are several. Raises Invalid."""
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


def several_children(said: Said, world: World, answers: Answers) -> list[str]:
    """The file numbers of several, in the order of the roster. Raises Invalid where none is named."""
    chosen = (said.choice or "").split(",") if said.choice is not None else []
    if said.text:
        parts = said.text.replace("，", "、").replace(",", "、").replace(" ", "、").replace("和", "、").split("、")
        chosen = [found_by_words(part, roster(world)).file_no for part in parts if part]
    picked = [line.file_no for line in roster(world) if line.file_no in chosen]
    if not picked:
        raise Invalid("form.problem.choose_one")
    return picked


def siblings(said: Said, world: World, answers: Answers) -> list[str]:
    """Those of the household who were there too."""
    same = {option.key for option in sibling_choices(world, answers)}
    return [one for one in (said.choice or "").split(",") if one in same]


# --- offered ---


def child_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """One of them, the one that waits longest first; or several."""
    maybe = _maybe(world, answers)
    if maybe:
        return maybe
    lines = _by_urgency(world)
    many = (Choice(MANY),) if len(lines) > 1 else ()
    return many + _labelled(lines, world.now.date())


def children_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    """The same to choose several from."""
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


# --- chosen ---


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
