"""Forms as data, and the one step they take per message.

A form is a tuple of questions. Nothing stores where the person is: the open question is the first that applies and has
no answer. Branching, going back, editing on the review card, resuming after a restart and starting with some answers
already known are therefore the same few lines.

Answers are plain JSON values, so a draft can rest in the database between two messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

Answers = dict[str, Any]


class Invalid(Exception):
    """What was said does not answer the question. `key` names the sentence to show, with its holes filled by params."""

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key, self.params = key, params


@dataclass(frozen=True)
class Choice:
    """One button. `key` is ASCII and goes into the button; `label` is shown as it is, else the words of the question."""

    key: str
    label: str | None = None


@dataclass(frozen=True)
class World:
    """What a reader or a list of choices may know besides the form: the moment and what the person may see.

    `facts` is filled by the caller for the forms that need it (the roster of the person, for example).
    """

    now: datetime  # local time, aware
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """One thing the person said: words, a chosen button, or files. `to` is the question a button belongs to."""

    text: str | None = None
    choice: str | None = None
    files: tuple[str, ...] = ()
    to: str | None = None


class Condition(Protocol):
    """Whether a question is asked, given the answers kept before it."""

    def holds(self, answers: Answers) -> bool: ...


@dataclass(frozen=True)
class Given:
    """Holds when an earlier answer is one of these values (or, for a list, has one of them)."""

    key: str
    values: tuple[Any, ...]

    def holds(self, answers: Answers) -> bool:
        value = answers.get(self.key)
        if isinstance(value, list):
            return any(one in self.values for one in value)
        return value in self.values


@dataclass(frozen=True)
class AnyOf:
    """Holds when one of several conditions does."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        return any(condition.holds(answers) for condition in self.conditions)


@dataclass(frozen=True)
class AllOf:
    """Holds when all of several conditions do."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        return all(condition.holds(answers) for condition in self.conditions)


Reader = Callable[[Said, World, Answers], Any]
Choices = Callable[[World, Answers], tuple[Choice, ...]]


def given(key: str, *values: Any) -> Given:
    return Given(key, values)


def by_button(said: Said, world: World, answers: Answers) -> Any:
    """The reader of an answer the form begins with, set by the button that opened it: words cannot answer it."""
    raise Invalid("form.problem.choose")


@dataclass(frozen=True)
class Question:
    """One thing to ask. `read` turns what was said into a JSON value or raises Invalid.

    many      several choices may be picked before 选好了
    skip      the person may pass over it (the answer is then None)
    aside     not asked in turn; offered on the review card as something that may be added
    also      questions whose answers may be changed from this one's screen ("📅 不是今天")
    when      ask only when this holds for the answers kept before it
    files     photos may be sent as (part of) the answer
    """

    key: str
    read: Reader
    choices: Choices | None = None
    many: bool = False
    skip: bool = False
    aside: bool = False
    also: tuple[str, ...] = ()
    when: Condition | None = None
    files: bool = False
    columns: int = 2


@dataclass(frozen=True)
class Form:
    """A named list of questions. A form that is not `droppable` is only ever put aside by 取消, never thrown away.

    Once the questions named by `enough` are answered, every later one offers to pass over all the rest (先交).
    """

    name: str
    questions: tuple[Question, ...]
    droppable: bool = True
    enough: tuple[str, ...] = ()

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)

    def walk(self, answers: Answers) -> tuple[Answers, Question | None]:
        """Keep the answers that still apply, and find the first question still open.

        A condition sees only the answers kept before it, so it can never look ahead.
        """
        kept: Answers = {}
        still_open: Question | None = None
        for question in self.questions:
            if question.when is not None and not question.when.holds(kept):
                continue
            if question.key in answers:
                kept[question.key] = answers[question.key]
            elif not question.aside:
                still_open = still_open or question
        return kept, still_open

    def applies(self, key: str, answers: Answers) -> bool:
        """Whether the question is asked or offered, given these answers."""
        question, (kept, _) = self.question(key), self.walk(answers)
        return question is not None and (question.when is None or question.when.holds(kept))


@dataclass(frozen=True)
class Draft:
    """A form being filled in: a small JSON value between two messages.

    `picked` holds what is ticked so far in the open many-choice question.
    """

    form: str
    answers: Answers = field(default_factory=dict)
    editing: str | None = None
    picked: list[str] | None = None


@dataclass(frozen=True)
class Ask:
    """This question is open. `problem` says why the last answer was not taken."""

    question: Question
    picked: tuple[str, ...] = ()
    problem: Invalid | None = None
    editing: bool = False


@dataclass(frozen=True)
class Review:
    """Everything needed is answered: show the card with 确认 / 修改 / 取消."""

    answers: Answers


Turn = Ask | Review


def turn(form: Form, draft: Draft) -> Turn:
    """Say what happens next."""
    kept, still_open = form.walk(draft.answers)
    if draft.editing:
        question = form.question(draft.editing)
        if question is not None and form.applies(question.key, draft.answers):
            picked = draft.picked
            if picked is None and question.many and isinstance(kept.get(question.key), list):
                picked = [str(one) for one in kept[question.key]]
            return Ask(question, tuple(picked or ()), editing=True)
    if still_open is None:
        return Review(kept)
    return Ask(still_open, tuple(draft.picked or ()))


def answer(form: Form, draft: Draft, said: Said, world: World) -> tuple[Draft, Turn]:
    """Take one message or button press and say what happens next."""
    now = turn(form, draft)
    if isinstance(now, Review) or said.to not in (None, now.question.key):
        return draft, now  # nothing is being asked, or the button belongs to an older question
    try:
        value = now.question.read(said, world, draft.answers)
    except Invalid as problem:
        return draft, replace(now, problem=problem)
    return _answered(form, draft, now.question, value)


def toggle(form: Form, draft: Draft, to: str, choice: str) -> tuple[Draft, Turn]:
    """Tick or untick one choice of the open many-choice question."""
    now = turn(form, draft)
    if isinstance(now, Review) or now.question.key != to or not now.question.many:
        return draft, now
    picked = [one for one in now.picked if one != choice]
    if len(picked) == len(now.picked):
        picked.append(choice)
    draft = replace(draft, picked=picked)
    return draft, turn(form, draft)


def pick_done(form: Form, draft: Draft, to: str, world: World) -> tuple[Draft, Turn]:
    """Take what is ticked as the answer."""
    now = turn(form, draft)
    if isinstance(now, Review) or now.question.key != to:
        return draft, now
    return answer(form, draft, Said(choice=",".join(now.picked), to=to), world)


def skip(form: Form, draft: Draft, to: str) -> tuple[Draft, Turn]:
    """Pass over the open question, where it allows that."""
    now = turn(form, draft)
    if isinstance(now, Review) or now.question.key != to or not now.question.skip:
        return draft, now
    return _answered(form, draft, now.question, None)


def is_enough(form: Form, draft: Draft) -> bool:
    """Whether the form may go to its review card as it is."""
    kept, _ = form.walk(draft.answers)
    return bool(form.enough) and all(kept.get(key) is not None for key in form.enough)


def skip_rest(form: Form, draft: Draft) -> tuple[Draft, Turn]:
    """Pass over every open question that allows it, once there is enough."""
    if not is_enough(form, draft):
        return draft, turn(form, draft)
    answers = dict(draft.answers)
    kept, still_open = form.walk(answers)
    while still_open is not None and still_open.skip:
        answers[still_open.key] = None
        kept, still_open = form.walk(answers)
    draft = Draft(draft.form, kept)
    return draft, turn(form, draft)


def edit(form: Form, draft: Draft, key: str) -> tuple[Draft, Turn]:
    """Open a question again; its answer and all later ones stay until a new one is given."""
    if form.applies(key, draft.answers):
        draft = replace(draft, editing=key, picked=None)
    return draft, turn(form, draft)


def back(form: Form, draft: Draft) -> tuple[Draft, Turn]:
    """Leave editing, else open the question before the open one; never one that only a button elsewhere answers."""
    if draft.editing:
        draft = replace(draft, editing=None, picked=None)
        return draft, turn(form, draft)
    kept, still_open = form.walk(draft.answers)
    asked = [one.key for one in form.questions if one.key in kept and not one.aside and one.read is not by_button]
    if still_open is not None:
        order = [question.key for question in form.questions]
        asked = [key for key in asked if order.index(key) < order.index(still_open.key)]
    if not asked:
        return draft, turn(form, draft)
    return edit(form, draft, asked[-1])


def _answered(form: Form, draft: Draft, question: Question, value: Any) -> tuple[Draft, Turn]:
    kept, _ = form.walk({**draft.answers, question.key: value})
    draft = Draft(draft.form, kept)
    return draft, turn(form, draft)


# --- readers and ready-made questions -----------------------------------------------------------------------------


def text(most: int, least: int = 1) -> Reader:
    """Free words of at most `most` characters."""

    def read(said: Said, world: World, answers: Answers) -> str:
        words = (said.text or "").strip()
        if len(words) < least:
            raise Invalid("form.problem.words_wanted")
        if len(words) > most:
            raise Invalid("form.problem.too_long", most=most, length=len(words))
        return words

    return read


def one_of(*keys: str) -> Reader:
    """A choice by button, or by its number typed (1, 2, …)."""

    def read(said: Said, world: World, answers: Answers) -> str:
        if said.choice in keys:
            return str(said.choice)
        typed = (said.text or "").strip().translate(_HALF_WIDTH)
        if typed.isdecimal() and 1 <= int(typed) <= len(keys):
            return keys[int(typed) - 1]
        raise Invalid("form.problem.choose")

    return read


def some_of(*keys: str, least: int = 0) -> Reader:
    """Several choices by button; comma-separated keys."""

    def read(said: Said, world: World, answers: Answers) -> list[str]:
        if said.choice is None:
            raise Invalid("form.problem.choose")
        chosen = [key for key in said.choice.split(",") if key]
        if any(key not in keys for key in chosen):
            raise Invalid("form.problem.choose")
        if len(chosen) < least:
            raise Invalid("form.problem.choose_one")
        return [key for key in keys if key in chosen]

    return read


_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def choice(key: str, *keys: str, **more: Any) -> Question:
    """A question with fixed buttons, one to be chosen."""
    return Question(key, one_of(*keys), choices=lambda world, answers: tuple(Choice(one) for one in keys), **more)


def choices(key: str, *keys: str, least: int = 0, **more: Any) -> Question:
    """A question with fixed buttons, several may be chosen."""
    return Question(
        key,
        some_of(*keys, least=least),
        choices=lambda world, answers: tuple(Choice(one) for one in keys),
        many=True,
        **more,
    )
