"""The forms around a care agreement as data: making one, recording its signing, ending it, a carer who cannot go on.

What the child's file knows is filled in before the first question (`bot/agreement_card.py`), so that for most families
three taps are left to make: until when, on which day the parents call, and that none of the four bars applies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.agreements import ADULT, HEARD_FROM, LONGEST, Declared, Ending, Signer
from domain.calendar import DAY, add_months
from domain.children import Relation
from domain.forms import (
    Answers,
    Choice,
    Form,
    Invalid,
    Question,
    Said,
    World,
    by_button,
    choice,
    choices,
    given,
    some_of,
    text,
)
from domain.identity import IdNumber, read_id, read_phone
from domain.past_days import past_day
from domain.reading.folding import fold

OTHER = "other"
PROMISES = ("sat_video", "sun_video", "fri_phone", "twice")
RELATIONS = tuple(one.value for one in Relation if one not in (Relation.FATHER, Relation.MOTHER))
ALL = "all"
SIGNED = (ALL, "one_parent", "carer_only")
SEEN = (
    "food", "old_ill", "left_alone", "away_often", "drink", "neglect",  # 照护能力不足或怠于照护 (plan task 5)
    "beating", "hurt",  # harm: the report first
)  # fmt: skip
SERIOUS = ("beating", "hurt", "left_alone")
MOST_SCANS = 6
_DAY = re.compile(r"(?:(\d{4})\D+)?(\d{1,2})\D+(\d{1,2})\D*")


@dataclass(frozen=True)
class _CarerLacks:
    """Holds while the chosen carer is somebody new, or lacks something the paper needs."""

    part: str

    def holds(self, answers: Answers) -> bool:
        carer: Mapping[str, Any] = answers.get("carer") or {}
        return bool(carer.get("new")) or (self.part in ("phone", "age") and not carer.get(self.part))


@dataclass(frozen=True)
class _SomeOldEnough:
    """Holds where a child of the pass is eight or more; `ages` is set by us."""

    def holds(self, answers: Answers) -> bool:
        ages: Mapping[str, int | None] = answers.get("ages") or {}
        chosen = [answers.get("child"), *(answers.get("siblings") or [])]
        return any((age := ages.get(one)) is None or age >= HEARD_FROM for one in chosen if one)


# --- readers -------------------------------------------------------------------------------------------------------


def _siblings(said: Said, world: World, answers: Answers) -> list[str]:
    there = {option.key for option in _sibling_choices(world, answers)}
    return [one for one in (said.choice or "").split(",") if one in there]


def _sibling_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    found: Mapping[str, str] = world.facts["siblings"](answers["child"])
    return tuple(Choice(file_no, name) for file_no, name in found.items())


def _carer(said: Said, world: World, answers: Answers) -> dict[str, Any]:
    """Somebody of the child's file by button, or anybody by name."""
    known: Mapping[str, dict[str, Any]] = world.facts["people"](answers["child"])
    if said.choice == OTHER:
        return {"new": True}
    if said.choice is not None and said.choice in known:
        carer = known[said.choice]
    else:
        name = str(text(20, 2)(said, world, answers))
        carer = next((one for one in known.values() if one["name"] == name), {"new": True, "name": name})
    if not carer.get("new"):
        world.facts["check"](carer, answers)
    return carer


def _carer_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    known: Mapping[str, dict[str, Any]] = world.facts["people"](answers["child"])
    return (*(Choice(key, one["label"]) for key, one in known.items()), Choice(OTHER))


def _phone(said: Said, world: World, answers: Answers) -> str:
    found = read_phone(said.text or "")
    if found is None:
        raise Invalid("agreement.problem.phone")
    return found


def _age(said: Said, world: World, answers: Answers) -> str:
    """An ID number, or how old: 68. An ID number is kept whole, an age as it is said."""
    words = fold((said.text or "").strip())
    number = read_id(words)
    if isinstance(number, IdNumber):
        years = _years(number.birth_date, world.now.date())
        _grown(years)
        return number.text
    digits = words.rstrip("周岁多 ")
    if not digits.isdecimal() or not 1 <= int(digits) <= 110:
        raise Invalid("agreement.problem.age")
    _grown(int(digits))
    return digits


def _grown(years: int) -> None:
    if years < ADULT:
        raise Invalid("agreement.problem.minor", age=years)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _until(said: Said, world: World, answers: Answers) -> str:
    """A day that has not come, by button or typed; not beyond three years."""
    today = world.now.date()
    day = _typed_day(said.choice if said.choice is not None else fold(said.text or ""), today)
    if day is None:
        raise Invalid("agreement.problem.day")
    if day <= today:
        raise Invalid("agreement.problem.past")
    if day > add_months(today, 12 * LONGEST):
        raise Invalid("agreement.problem.too_long", years=LONGEST)
    return day.isoformat()


def _typed_day(words: str, today: date) -> date | None:
    found = _DAY.fullmatch(words.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        named = date(int(year or today.year), int(month), int(day))
    except ValueError:
        return None
    return named if year or named > today else named.replace(year=today.year + 1)


def _until_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    ends: Mapping[str, date] = world.facts["ends"]
    say = world.facts["end_words"]
    return tuple(Choice(day.isoformat(), say(key, day)) for key, day in ends.items() if day > today + 30 * DAY)


def _money(said: Said, world: World, answers: Answers) -> str:
    return "none" if said.choice == "none" else str(text(100, 2)(said, world, answers))


def _promise(said: Said, world: World, answers: Answers) -> str:
    """By button, or the day and the way in their own words."""
    return said.choice if said.choice in PROMISES else str(text(80, 4)(said, world, answers))


def _declared(said: Said, world: World, answers: Answers) -> list[str]:
    """Which of the four applies. None may: such a person is no carer, whoever asks for it (art. 22)."""
    found: list[str] = some_of(*(one.value for one in Declared))(said, world, answers)
    if found:
        raise Invalid("agreement.problem.declared")
    return found


def _declared_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(one.value) for one in Declared)


def _emergency(said: Said, world: World, answers: Answers) -> str:
    known: Mapping[str, str] = world.facts["emergency"](answers["child"])
    chosen = known.get(said.choice or "")
    return chosen or str(text(60, 2)(said, world, answers))


def _emergency_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    known: Mapping[str, str] = world.facts["emergency"](answers["child"])
    return tuple(Choice(key, words) for key, words in known.items())


def _proof(said: Said, world: World, answers: Answers) -> dict[str, Any]:
    """The archive number typed, or photos of the paper."""
    before: dict[str, Any] = answers.get("proof") or {}
    if said.files:
        return before | {"files": [*before.get("files", []), *said.files][:MOST_SCANS]}
    return before | {"number": str(text(40)(said, world, answers))}


def _day_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    labels = world.facts["days"]
    return tuple(Choice((today - DAY * back).isoformat(), label) for back, label in enumerate(labels))


def _papers(said: Said, world: World, answers: Answers) -> list[str]:
    there = {option.key for option in _paper_choices(world, answers)}
    found = [one for one in (said.choice or "").split(",") if one in there]
    if not found:
        raise Invalid("form.problem.choose_one")
    return found


def _paper_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    found: Mapping[str, str] = world.facts["papers"](answers["pass"])
    return tuple(Choice(key, name) for key, name in found.items())


# --- the forms -----------------------------------------------------------------------------------------------------

AGREEMENT = Form(
    "agreement",
    (
        Question("child", by_button),
        Question("ages", by_button, aside=True),  # file number → age, for who has to be heard
        Question("carer", _carer, choices=_carer_choices, columns=1),
        Question("carer_name", text(20, 2), when=_CarerLacks("name")),
        choice("carer_relation", *RELATIONS, when=_CarerLacks("relation")),
        Question("carer_phone", _phone, skip=True, when=_CarerLacks("phone")),
        Question("carer_age", _age, when=_CarerLacks("age")),
        Question("declared", _declared, choices=_declared_choices, many=True, columns=1),
        Question("until", _until, choices=_until_choices, columns=1),
        Question("promise", _promise, choices=lambda world, answers: tuple(Choice(one) for one in PROMISES), columns=2),
        choice("heard", "yes", "unwilling", "later", when=_SomeOldEnough()),
        choices("told", "school", "village"),
        # from the file, or added on the review card
        Question("siblings", _siblings, choices=_sibling_choices, many=True, aside=True),
        Question("money", _money, choices=lambda world, answers: (Choice("none"),), aside=True),
        Question("emergency", _emergency, choices=_emergency_choices, columns=1, aside=True),
        Question("returns", text(40), aside=True),
        Question("wish", text(100), aside=True, when=_SomeOldEnough()),
        Question("extra", text(200), aside=True),
        Question("from", past_day, choices=_day_choices, aside=True),
    ),
)
SIGNING = Form(
    "signing",
    (
        Question("pass", by_button),
        Question("papers", _papers, choices=_paper_choices, many=True),
        Question("day", past_day, choices=_day_choices, columns=3),
        choice("signers", *SIGNED, columns=1),
        Question("proof", _proof, skip=True, files=True),
    ),
)

COMPLETING = Form("completing", (Question("paper", by_button), Question("proof", _proof, files=True)))

ENDING = Form(
    "ending",
    (
        Question("paper", by_button),
        choice("why", *(one.value for one in Ending if one is not Ending.REPLACED), columns=1),
        Question("day", past_day, choices=_day_choices, columns=3),
        Question("words", text(200, 2), when=given("why", Ending.OTHER.value)),
    ),
)

UNFIT = Form(
    "unfit",
    (
        Question("child", by_button),
        choices("seen", *SEEN, least=1, columns=1),
        Question("words", text(300, 2), skip=True),
    ),
)


def signers_of(said: str, parents: list[Relation]) -> tuple[Signer, ...]:
    """Whose signatures a choice of the form means, given the parents named on the paper."""
    village = (Signer.CARER, Signer.VILLAGE, Signer.DIRECTOR)
    both = tuple(Signer(one.value) for one in parents)
    return {ALL: (*both, *village), "one_parent": (*both[:1], *village), "carer_only": village}[said]
