"""What a handler file offers: commands, forms and presses, as data. bot/handlers/__init__.py lists them in menu order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.work import Rows, Work
from db.drafts import Kept
from domain.access import Action
from domain.forms import Answers, Form, Question, World

NEEDS_NOBODY = None  # for everybody, strangers too


@dataclass(frozen=True)
class Command:
    """A slash command and the plain words that mean the same. `run` gets what was typed behind it."""

    name: str
    run: Callable[[Work, str], None]
    needs: Action | None
    words: tuple[str, ...] = ()
    menu: bool = True


@dataclass(frozen=True)
class Press:
    """What a button outside a form does. `run` gets the button's arguments."""

    run: Callable[..., None]
    needs: Action | None


def _no_facts(work: Work) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Conversation:
    """A form and what becomes of it.

    submit    called once, when the draft was won by 确认; answers are those that apply
    facts     what the form's readers and choices may know (World.facts)
    offers    asked for each question set aside before the card offers it; None: all of them
    value     how an answer reads on the review card; None: the words of the choice
    heading   a line above the question or card
    begun     called when the form is opened, before the first question is shown
    html      sentences are HTML (tel: links, bold numbers); what a person typed is escaped, `heading` escapes its own
    extra     further rows under the review card and under the word that the form was put aside; gets the draft's short id
    unwanted  called when files were sent that no question of the form takes
    """

    form: Form
    submit: Callable[[Work, Answers, Kept], None]
    needs: Action | None
    facts: Callable[[Work], Mapping[str, Any]] = _no_facts
    value: Callable[[Work, World, str, Any, Answers], str | None] | None = None
    heading: Callable[[Work, World, Answers], str] | None = None
    begun: Callable[[Work], None] | None = None
    spill: str | None = None  # question that takes words typed on the review card
    html: bool = False
    extra: Callable[[Work, str], Rows] | None = None
    unwanted: Callable[[Work], None] | None = None
    starts_with: Callable[[Work], Answers] | None = None  # answers assumed until changed (the day of a visit: today)
    hears: Callable[[Work, str], None] | None = None  # told of every free word typed into the form
    under: Callable[[Work, Kept, Question], Rows] | None = None  # further rows under an open question
    gone: Callable[[Work], object] | None = None  # told when 取消 threw a draft away
    left: Callable[[Work, Kept], Rows] | None = None  # the way back, under the word that 取消 threw a draft away
    offers: Callable[[Work, str, Answers], bool] | None = None  # whether something set aside may be added to the card now
    at_once: Callable[[Answers], bool] | None = None  # whether the last answer is kept without a review card (it can be undone)


@dataclass(frozen=True)
class Subject:
    """One file of bot/handlers."""

    name: str
    commands: tuple[Command, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    presses: Mapping[str, Press] = field(default_factory=dict)
    # a document sent outside any form: `prepare` runs beforehand, outside the transaction, on its bytes and name
    document: Callable[[Work], bool] | None = None
    prepare: Callable[[bytes, str], Any] | None = None
    # words that are no command and no answer: whether this subject took them
    free: Callable[[Work], bool] | None = None
    # the same before an open form is asked, for words that cannot be its answer
    first: Callable[[Work], bool] | None = None
    # a message was changed afterwards: whether this subject knew it
    edited: Callable[[Work], bool] | None = None
