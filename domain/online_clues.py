"""清朗: what was reported to 12377 or the police, and what they answered (plan task 16). No child stands in it.

A child that was harmed is a report or a referral; here stands the content itself, so that nobody reports it twice and
nobody forgets to ask what came of it.
"""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import DAY
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice, text
from domain.past_days import past_day
from domain.units import COUNTY

KINDS = ("fraud", "groom", "doxx", "bully", "indecent", "violent", "addict", "other")
ANSWERS = ("taken_down", "handed_on", "no_violation", "more_wanted")
# What was told of a child in a 转介 (domain.referrals.forms.PHONE_USE) → what stood online.
OF_PHONE_USE = {
    "cheated": "fraud",
    "strangers": "groom",
    "spread": "doxx",
    "bullied": "bully",
    "bad_content": "indecent",
}
# Without an answer so long it is worth asking. PROPOSAL, 待县里核对: no rule at hand names a time.
ASK_AFTER = timedelta(days=15)


def _days(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    return tuple(Choice((today - DAY * back).isoformat(), world.facts["days"][back]) for back in range(3))


def read_place(said: Said, world: World, answers: Answers) -> str:
    """Where it stands, without a child's name: other offices read this."""
    words = str(text(120, 2)(said, world, answers))
    named = [one for one in world.facts["names"]() if len(one) >= 2 and one in words]
    if named:
        raise Invalid("clues.problem.named", found=named[0])
    return words


CLUE = Form(
    "clue",
    (
        choice("kind", *KINDS),
        Question("place", read_place),
        Question("day", past_day, _days, columns=3),
        Question("receipt", text(40, 2), skip=True),
    ),
)
CLUE_ANSWER = Form("clue_answer", (Question("clue", by_button, aside=True), choice("answer", *ANSWERS)))


def is_open(answer: str | None) -> bool:
    """Whether a last word is still to come."""
    return answer in (None, "more_wanted")


def waits_long(reported_on: date, answer: str | None, today: date) -> bool:
    """Whether somebody should ask what came of it."""
    return is_open(answer) and today - reported_on >= ASK_AFTER


def task_of(unit: str) -> str:
    """The task (domain/tasks.py) by which this unit is asked what came of it."""
    if unit == COUNTY:
        return "clue_county"
    return "clue_office" if "." in unit else "clue_town" if len(unit) == len(COUNTY) + 3 else "clue_village"
