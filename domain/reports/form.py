"""The questions of a report (domain.md 1.5, 1.8): is the child safe, whom to go around, then eight short ones.

Only what was seen and where the child is must be answered; after those two it can be sent at once (先报后补). Nothing
here asks for proof, and no question takes a picture of a child.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.forms import (
    Answers,
    AnyOf,
    Choice,
    Choices,
    Form,
    Invalid,
    Question,
    Reader,
    Said,
    World,
    given,
    one_of,
    some_of,
    text,
)
from domain.reports import situations
from domain.reports.events import JUDGEMENTS, NEEDS, OUTCOMES
from domain.reports.situations import ASKS, GROUPS

MOST_WORDS = 4000
INVOLVED = ("none", "village", "town", "family", "colleague", "unsaid")
ART_92 = ("1", "2", "3", "4", "5", "6", "7")  # the seven cases in which 民政 must take temporary guardianship


@dataclass(frozen=True)
class Several:
    """Holds when the chosen group has more than one situation (a region may have added some)."""

    def holds(self, answers: Answers) -> bool:
        return len(GROUPS.get(answers.get("kind") or "", ())) > 1


@dataclass(frozen=True)
class Asks:
    """Holds when the situation chosen so far adds this question."""

    key: str

    def holds(self, answers: Answers) -> bool:
        return self.key in situations.asked(answers)


def words_only(read: Reader) -> Reader:
    """No pictures in the chat: they spread, and the law wants the child's privacy kept (未成年人保护法 art. 103)."""

    def check(said: Said, world: World, answers: Answers) -> object:
        if said.files:
            raise Invalid("report.problem.no_photo")
        return read(said, world, answers)

    return check


def _ask(key: str, read: Reader, *keys: str, **more: object) -> Question:
    shown = (lambda world, answers: tuple(Choice(one) for one in keys)) if keys else None
    more.setdefault("choices", shown)
    return Question(key, words_only(read), files=True, **more)  # type: ignore[arg-type]


def one_or_words(*keys: str, most: int = 500) -> Reader:
    """A button, or one's own words."""
    free = text(most)

    def read(said: Said, world: World, answers: Answers) -> str:
        return str(said.choice) if said.choice in keys else str(free(said, world, answers))

    return read


def child(said: Said, world: World, answers: Answers) -> str | list[str]:
    """A child's id; 'other'; or ["described", words]. Words that fit nobody on the roster are kept as they are:
    a report is never held up by a list."""
    if said.choice in ("other", "outside"):
        return str(said.choice)
    if said.choice is not None:
        if said.choice not in {key for key, _ in world.facts["roster"]()}:
            raise Invalid("form.problem.choose")
        return said.choice
    words = str(text(200)(said, world, answers))
    found = world.facts["find"](words)
    if len(found) > 1:
        raise Invalid("report.problem.several", found="、".join(label for _, label in found[:6]))
    return str(found[0][0]) if found else ["described", words]


def children(world: World, answers: Answers) -> tuple[Choice, ...]:
    return (*(Choice(key, label) for key, label in world.facts["roster"]()), Choice("other"), Choice("outside"))


def called(said: Said, world: World, answers: Answers) -> list[str]:
    """我已拨打 keeps the moment; the receipt number may be typed at once."""
    words = unicodedata.normalize("NFKC", said.text or "").strip()
    moment = world.now.isoformat(timespec="minutes")
    if said.choice in ("called", "not_yet"):
        return [said.choice, moment]
    if re.search(r"\d", words) and re.fullmatch(r"[\w\s:：\-〔〕()（）]{4,60}", words):
        return ["called", moment, words]
    raise Invalid("form.problem.choose")


def phone(said: Said, world: World, answers: Answers) -> str:
    known = world.facts.get("phone")
    if said.choice == "known" and known:
        return str(known)
    digits = re.sub(r"[\s\-+]", "", unicodedata.normalize("NFKC", said.text or ""))
    if not re.fullmatch(r"\d{7,15}", digits):
        raise Invalid("report.problem.phone")
    return digits


def phones(world: World, answers: Answers) -> tuple[Choice, ...]:
    return (Choice("known"),) if world.facts.get("phone") else ()


def paper(said: Said, world: World, answers: Answers) -> list[str]:
    """Photos of papers only: a receipt, a medical record, a notice."""
    if not said.files:
        raise Invalid("report.problem.paper_wanted")
    return [*(answers.get("paper") or []), *said.files]


def exacts(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code) for code in GROUPS.get(answers.get("kind") or "", ()))


def exact(said: Said, world: World, answers: Answers) -> str:
    return str(one_of(*GROUPS.get(answers.get("kind") or "", ()))(said, world, answers))


def villages(world: World, answers: Answers) -> tuple[Choice, ...]:
    """Where an exercise may take place: one village a town."""
    found = world.facts.get("villages")
    return tuple(Choice(code, label) for code, label in found()) if found else ()


def village(said: Said, world: World, answers: Answers) -> str:
    return str(one_of(*(one.key for one in villages(world, answers)))(said, world, answers))


_WHERE = ("home_adult", "home_alone", "school", "with_me", "hospital", "unknown")
_WHEN = ("now", "today", "yesterday", "longer")
_CALLED = AnyOf((given("called", "called"), given("police", "called")))

REPORT = Form(
    "report",
    (
        _ask("safe", one_of("safe", "danger", "unclear"), "safe", "danger", "unclear", columns=3),
        _ask("called", called, "called", "not_yet", columns=1, when=given("safe", "danger", "unclear")),
        _ask("child", child, choices=children, columns=3),
        _ask("who", text(500), skip=True, when=given("child", "other", "outside")),
        _ask("where", one_or_words(*_WHERE), *_WHERE),
        _ask("kind", one_of(*GROUPS), *GROUPS, skip=True),
        _ask("exact", exact, choices=exacts, columns=1, skip=True, when=Several()),
        _ask("involved", one_of(*INVOLVED), *INVOLVED),
        _ask("seen", text(MOST_WORDS)),
        _ask("when", one_or_words(*_WHEN, most=200), *_WHEN, skip=True),
        _ask("suspect", one_or_words("unclear"), "unclear", skip=True),
        _ask("police", called, "called", "not_yet", skip=True, when=given("called", "not_yet", None)),
        _ask("receipt", text(60), skip=True, when=given("called", "called")),
        _ask("phone", phone, choices=phones, skip=True, columns=1),
        *(_ask(key, text(500), skip=True, when=Asks(key)) for key in ASKS),
        _ask("others", text(500), aside=True),
        _ask("more", text(MOST_WORDS), aside=True),
        Question("paper", paper, aside=True, files=True),
        _ask("named", one_of("secret", "open"), "secret", "open", aside=True),  # toward the family and the village
        _ask("drill", one_of("yes"), aside=True),  # 演练: given at the start by the county, never offered
        # where the exercise takes place, so that the supervisor there practises, too
        _ask("village", village, choices=villages, columns=2, aside=True, when=given("drill", "yes")),
    ),
    droppable=False,
    enough=("where", "seen"),
)

# 以后再补: what was passed over when it was sent, asked one by one; the answers become a supplement.
LATER = ("when", "suspect", "phone", *ASKS)


@dataclass(frozen=True)
class Missing:
    """Holds for what the report left open."""

    key: str

    def holds(self, answers: Answers) -> bool:
        return self.key in (answers.get("missing") or ())


REST = Form(
    "rest",
    (
        Question("case", text(40), aside=True),  # the report's id; given at the start, like what is missing
        Question("missing", text(200), aside=True),
        _ask("when", one_or_words(*_WHEN, most=200), *_WHEN, skip=True, when=Missing("when")),
        _ask("suspect", one_or_words("unclear"), "unclear", skip=True, when=Missing("suspect")),
        _ask("phone", phone, choices=phones, skip=True, columns=1, when=Missing("phone")),
        *(_ask(key, text(500), skip=True, when=Missing(key)) for key in ASKS),
    ),
)


def left_open(content: Answers) -> list[str]:
    """What was asked and passed over."""
    return [key for key in LATER if key in content and content[key] is None]


# 误触: closed with a reason, never thrown away (domain.md 1.9).
_REASONS = ("slip", "trying", "double")
MISTAKEN = Form(
    "mistaken",
    (
        Question("draft", text(12), aside=True),  # which one; given at the start
        Question(
            "reason",
            one_or_words(*_REASONS),
            choices=lambda world, answers: tuple(Choice(one) for one in _REASONS),
            columns=1,
        ),
    ),
)


def has_called(answers: Answers) -> bool:
    """Whether the reporter says that 110 or the police station was called."""
    return _CALLED.holds(answers)


def called_at(answers: Answers) -> tuple[str | None, str | None]:
    """When the police were called (ISO, local), and the receipt number."""
    for key in ("called", "police"):
        value = answers.get(key)
        if isinstance(value, list) and value[0] == "called":
            return value[1], value[2] if len(value) > 2 else answers.get("receipt")
    return None, None


# --- what departments, the county and the reporter write on a case ---

WORDS_OF_ACTS = (
    "supplement", "answer", "forwarded", "returned", "refused", "closed", "visited", "lowered", "retracted", "voided",
    "transferred",
)  # fmt: skip


def department(said: Said, world: World, answers: Answers) -> str:
    """One of the units where somebody can take the report just now."""
    return str(one_of(*(one.key for one in departments(world, answers)))(said, world, answers))


def step(said: Said, world: World, answers: Answers) -> str:
    """One of the steps of 处置."""
    return str(one_of(*(one.key for one in steps(world, answers)))(said, world, answers))


def steps(world: World, answers: Answers) -> tuple[Choice, ...]:
    """The reader's own department's steps come first."""
    return tuple(Choice(key, label) for key, label in world.facts["steps"](answers["case"]))


def departments(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in world.facts["departments"](answers["case"]))


def _fixed(*keys: str) -> Choices:
    return lambda world, answers: tuple(Choice(one) for one in keys)


CASE = Form(
    "case",
    (
        Question("case", text(40), aside=True),  # the report's id; given at the start, never asked
        Question("act", text(16), aside=True),
        Question("department", department, choices=departments, when=given("act", "forwarded")),
        Question(
            "outcome",
            one_of(*OUTCOMES),
            choices=_fixed(*OUTCOMES),
            columns=1,
            when=given("act", "closed"),
        ),
        Question("step", step, choices=steps, when=given("act", "step")),
        Question("safe", one_of(*JUDGEMENTS), choices=_fixed(*JUDGEMENTS), columns=1, when=given("act", "judged")),
        Question("tier", one_of("red", "kept"), choices=_fixed("red", "kept"), when=given("act", "risk")),
        Question(
            "items", some_of(*ART_92), choices=_fixed(*ART_92), many=True, columns=1, when=given("act", "guardianship")
        ),
        Question("need", one_of(*NEEDS), choices=_fixed(*NEEDS), when=given("act", "asked")),
        Question("need_note", text(200), skip=True, when=given("act", "asked")),
        Question("receipt", text(60), when=given("act", "receipt")),
        Question("step_note", text(1000), skip=True, when=given("act", "step", "judged")),
        *(Question(act, text(2000), when=given("act", act)) for act in WORDS_OF_ACTS),
    ),
)
