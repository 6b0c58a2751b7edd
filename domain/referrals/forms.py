"""The questions of referrals: at most four to whoever asks for help, and the words of each later step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.calendar import DAY
from domain.forms import (
    Answers,
    AnyOf,
    Choice,
    Condition,
    Form,
    Invalid,
    Question,
    Reader,
    Said,
    World,
    by_button,
    choice,
    choices,
    given,
    one_of,
    some_of,
    text,
)
from domain.reading.folding import fold
from domain.reading.names import search
from domain.referrals.board import NEEDS, held_back, masked
from domain.referrals.eligibility import DISABILITY, MONEY, PARENT, STUDY, SUDDEN
from domain.referrals.types import ART_92, BENEFITS, CONSENTING, CRISIS, FOR_CHILDREN, SIGNS

LONGEST = 500
LATEST = 400  # days ahead
NEGLECTS = ("no_care", "no_money", "no_call", "no_school", "drinks", "unfit_carer", "beaten", "other")
WHOM = ("father", "mother", "both", "grandparent", "carer")
QUARRELS = ("couple", "generations", "money", "upbringing", "divorce", "other")
SCHOOL_MATTERS = ("out", "often_absent", "hard_to_follow", "no_place", "costs")
WOULD = ("yes", "maybe", "no")
SKILLS = ("building", "driving", "cooking", "sewing", "farming", "care", "repair", "none")
PHONE_USE = (
    "late_night",
    "spends_money",
    "hides",
    "strangers",
    "asked_photos",
    "cheated",
    "spread",
    "bullied",
    "bad_content",
)
PLACES = ("home", "kin", "village", "hospital", "unknown")
PUBLICITY = ("poster", "talk", "broadcast", "wechat", "fair", "school")
HELPER_KINDS = ("organisation", "volunteer", "mother", "teacher")
PAIR_KINDS = ("tutor", "mother", "companion")
# What is a matter of harm: the form stops and the emergency card is one tap away (domain.md 1.2, 3.6a).
HARM: dict[str, frozenset[str]] = {
    "signs": CRISIS, "neglects": frozenset({"beaten"}), "hurt": frozenset({"yes"}), "art_92": frozenset({"5", "6"}), "phone_use": frozenset({"asked_photos"}),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One child as the form needs it."""

    id: str
    file_no: str
    name: str
    guardian_names: tuple[str, ...] = ()
    unit: str = ""


def roster(world: World) -> list[Line]:
    """The children this person may ask help for; opened only when a question needs them."""
    opens = world.facts.get("roster")
    return list(opens()) if opens is not None else []


def choose_child(said: Said, world: World, answers: Answers) -> str:
    lines = roster(world)
    if said.choice is not None:
        if any(line.file_no == said.choice for line in lines):
            return said.choice
        raise Invalid("visit.problem.not_yours")
    words = (said.text or "").strip()
    found = search(words, lines)
    matches = [one for one in found if one.rank == found[0].rank]
    by_id = {line.id: line for line in lines}
    if not matches:
        raise Invalid("visit.problem.nobody", words=words[:20])
    if len(matches) > 1:
        names = "、".join(f"{by_id[one.id].name}（{by_id[one.id].file_no[-4:]}）" for one in matches[:6])
        raise Invalid("visit.problem.several", names=names)
    return by_id[matches[0].id].file_no


def children_to_choose(world: World, answers: Answers) -> tuple[Choice, ...]:
    lines = roster(world)
    return tuple(Choice(line.file_no, line.name) for line in lines)


def harmless(key: str, read: Reader) -> Reader:
    """The same answer, unless it tells of harm: that is no referral, whatever else is ticked."""

    def reader(said: Said, world: World, answers: Answers) -> Any:
        value = read(said, world, answers)
        if HARM[key].intersection(value if isinstance(value, list) else (value,)):
            raise Invalid("referral.problem.harm")
        return value

    return reader


def _harmless_choices(key: str, *keys: str, least: int = 1, **more: Any) -> Question:
    plain = choices(key, *keys, least=least, **more)
    return Question(key, harmless(key, some_of(*keys, least=least)), plain.choices, many=True, **more)


def _harmless_choice(key: str, *keys: str, **more: Any) -> Question:
    plain = choice(key, *keys, **more)
    return Question(key, harmless(key, one_of(*keys)), plain.choices, **more)


def public_words(said: Said, world: World, answers: Answers) -> str:
    """Words for the need board: held back where they could tell who it is, with an example of what could be sent."""
    words = str(text(200, 4)(said, world, answers))
    held = held_back(words, world.facts["names"](), world.facts["places"]())
    if held:
        found = "、".join(dict.fromkeys(one.words for one in held))
        raise Invalid("referral.problem.named", found=found[:60], masked=masked(words, held))
    return words


_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?")


def coming_day(said: Said, world: World, answers: Answers) -> str:
    """A day still to come: so many days from now by a button, or typed (12月5日); ISO."""
    today = world.now.date()
    if said.choice is not None:
        if not said.choice.isdecimal() or not 1 <= int(said.choice) <= LATEST:
            raise Invalid("form.problem.choose")
        return (today + timedelta(days=int(said.choice))).isoformat()
    found = _DAY.fullmatch(fold((said.text or "").strip()))
    if not found:
        raise Invalid("referral.problem.day")
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        if day <= today and not found[1]:
            day = day.replace(year=day.year + 1)
    except ValueError:
        raise Invalid("referral.problem.day") from None
    if not today < day <= today + LATEST * 5 * DAY:
        raise Invalid("referral.problem.day")
    return day.isoformat()


def soon(*days: str) -> Any:
    return lambda world, answers: tuple(Choice(one) for one in days)


@dataclass(frozen=True)
class Unless:
    """Holds where an answer is none of these values."""

    key: str
    values: tuple[Any, ...]

    def holds(self, answers: Answers) -> bool:
        return answers.get(self.key) not in self.values


@dataclass(frozen=True)
class Both:
    one: Condition
    other: Condition

    def holds(self, answers: Answers) -> bool:
        return self.one.holds(answers) and self.other.holds(answers)


def _of(*kinds: str) -> Any:
    return given("kind", *kinds)


_CONSENT = AnyOf((_of(*(one for one in CONSENTING if one != "work")), given("would", "yes", "maybe")))

REFERRAL = Form(
    "referral",
    (
        choice("kind", *FOR_CHILDREN),
        Question("issue", by_button, aside=True),
        Question("child", choose_child, children_to_choose),
        _harmless_choices("signs", *SIGNS, when=_of("psychology")),
        _harmless_choices("neglects", *NEGLECTS, when=_of("neglect")),
        choice("whom", *WHOM, when=_of("neglect")),
        choice("serious", "no", "yes", when=_of("neglect")),
        _harmless_choices("art_92", *ART_92, columns=1, when=_of("guardianship")),
        choice("where_now", *PLACES, when=_of("guardianship")),
        choice("quarrel", *QUARRELS, when=_of("mediation")),
        _harmless_choice("hurt", "no", "yes", when=_of("mediation")),
        choice("benefit", *BENEFITS, when=_of("benefits")),
        choice("school_matter", *SCHOOL_MATTERS, when=_of("schooling")),
        choice("would", *WOULD, when=_of("work")),
        choice("skill", *SKILLS, when=given("would", "yes", "maybe")),
        _harmless_choices("phone_use", *PHONE_USE, columns=1, when=_of("online")),
        choice("threat", "no", "yes", when=_of("online")),
        choice("need", *NEEDS, when=_of("social")),
        Question("public", public_words, when=_of("social")),
        Question(
            "words", text(LONGEST), skip=True, when=Both(Unless("kind", ("social", "work")), Unless("would", ("no",)))
        ),
        choice("consent", "yes", "not_yet", when=_CONSENT),
        Question(
            "next",
            coming_day,
            soon("7", "14", "30", "90"),
            aside=True,
            when=_of("neglect", "mediation", "guardianship"),
        ),
    ),
)

STEP = Form(
    "referral_step",
    (
        Question("referral", by_button),
        Question("act", by_button),
        Question(
            "step", lambda said, world, answers: _known(said, world.facts["steps"](answers["referral"])),
            lambda world, answers: _labelled(world.facts["steps"](answers["referral"])), when=given("act", "step"),
        ),
        Question(
            "outcome", lambda said, world, answers: _known(said, world.facts["outcomes"](answers["referral"])),
            lambda world, answers: _labelled(world.facts["outcomes"](answers["referral"])), when=given("act", "result"),
        ),
        Question(
            "to", lambda said, world, answers: _known(said, world.facts["units"](answers["referral"])),
            lambda world, answers: _labelled(world.facts["units"](answers["referral"])), when=given("act", "forwarded"),
        ),
        Question("until", coming_day, soon("180", "365"), skip=True, when=given("outcome", "granted")),
        Question("reason", text(LONGEST, 2), when=given("act", "returned", "withdrawn", "result")),
        Question("note", text(LONGEST), skip=True, when=given("act", "step", "forwarded")),
        Question("next", coming_day, soon("7", "14", "30", "90"), skip=True, when=given("act", "step")),
    ),
)  # fmt: skip

SUGGESTION = Form(
    "suggestion",
    (
        Question(
            "to_unit", lambda said, world, answers: _known(said, world.facts["offices"]),
            lambda world, answers: _labelled(world.facts["offices"]),
        ),
        Question("about", text(LONGEST, 4)),
    ),
)  # fmt: skip

HELPER = Form(
    "helper",
    (choice("sort", *HELPER_KINDS), Question("name", text(40, 2)), choice("declared", "yes", "no")),
)
PAIR = Form(
    "pair",
    (
        Question("child", choose_child, children_to_choose),
        choice("sort", *PAIR_KINDS),
        Question(
            "helper", lambda said, world, answers: _known(said, world.facts["helpers"]),
            lambda world, answers: _labelled(world.facts["helpers"]),
        ),
    ),
)  # fmt: skip
ELIGIBLE = Form(
    "eligible",
    (
        Question("child", by_button, aside=True),
        choice("father", *PARENT), choice("mother", *PARENT), choice("money", *MONEY, columns=1),
        choice("disability", *DISABILITY, columns=1), choice("sudden", *SUDDEN), choice("study", *STUDY, columns=1),
    ),
)  # fmt: skip
AMOUNT = Form("amount", (Question("benefit", by_button), Question("words", text(200, 2))))
GUIDED = Form("guided", (Question("text", by_button), Question("how", by_button), Question("child", choose_child, children_to_choose)))


def people_reached(said: Said, world: World, answers: Answers) -> int:
    words = re.sub(r"[人个名户多来约大概左右]+", "", fold((said.text or "").strip()))
    if not words.isdecimal() or int(words) > 100_000:
        raise Invalid("deed.problem.count")
    return int(words)


PUBLICITY_FORM = Form(
    "publicity",
    (choice("way", *PUBLICITY), Question("reached", people_reached, skip=True), Question("note", text(200), skip=True)),
)


def _known(said: Said, options: list[tuple[str, str]]) -> str:
    if said.choice is not None and any(key == said.choice for key, _ in options):
        return said.choice
    typed = fold((said.text or "").strip())
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1][0]
    raise Invalid("form.problem.choose")


def _labelled(options: list[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in options)
