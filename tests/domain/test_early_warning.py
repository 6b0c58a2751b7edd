"""Early warning: each rule notices what it is for, says it once, and follows the county's numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar import DAY
from domain.early_warning import Facts, File, Problem, noticed, tells_of_injury
from domain.policy import PolicyRefused, WarningRules

TODAY = date(2026, 11, 18)
RULES = WarningRules()
QUIET = File("a", "v", "h", 0, None, None, None)


def problem(number: int, child: str, kind: str, days_ago: int, *, hurt: bool = False, still: bool = True) -> Problem:
    return Problem(str(number), child, "v", kind, TODAY - days_ago * DAY, still, hurt)


def found(*files: File, problems: tuple[Problem, ...] = (), rules: WarningRules = RULES) -> list[str]:
    return [one.rule for one in noticed(Facts(files, problems), rules, TODAY)]


def test_two_injuries_in_a_village_within_thirty_days_are_noticed_and_older_ones_are_not() -> None:
    two = (problem(1, "a", "medical", 3, hurt=True), problem(2, "b", "safety", 29, hurt=True, still=False))
    assert found(QUIET, problems=two) == ["injuries"]
    assert found(QUIET, problems=(two[0], problem(2, "b", "safety", 31, hurt=True))) == []
    assert found(QUIET, problems=two, rules=replace(RULES, injuries=3)) == []


@pytest.mark.parametrize(
    ("words", "hurt"), [("娃胳膊摔伤了", True), ("烫了脚", True), ("感冒发烧", False), ("摔了一下没伤", False)]
)
def test_only_words_of_a_hurt_body_are_an_injury(words: str, hurt: bool) -> None:
    assert tells_of_injury(words) is hurt


def test_the_third_missed_contact_is_noticed_once_until_three_more() -> None:
    def mark(missed: int) -> list[str]:
        one = replace(QUIET, missed=missed, last_try=TODAY)
        return [each.mark for each in noticed(Facts((one,), ()), RULES, TODAY)]

    assert mark(2) == []
    assert mark(3) == mark(4) == mark(5) != mark(6)


def test_school_and_mood_together_are_noticed_and_each_alone_is_not() -> None:
    school, mood = problem(1, "a", "school", 40), problem(2, "a", "mind", 5)
    assert found(QUIET, problems=(school, mood)) == ["marks_and_mood"]
    assert found(QUIET, problems=(school, replace(mood, child="b"))) == []
    assert found(QUIET, problems=(school, replace(mood, open=False))) == []


def test_an_agreement_that_ended_and_nobody_reached_since_is_noticed() -> None:
    over = replace(QUIET, agreement_ended=TODAY - 40 * DAY, last_reached=TODAY - 35 * DAY)
    assert found(over) == ["uncared"]
    assert found(replace(over, last_reached=TODAY - 5 * DAY)) == []


def test_silent_parents_and_a_household_in_trouble_are_noticed() -> None:
    assert found(replace(QUIET, silent=(TODAY, TODAY - 20 * DAY, TODAY - 50 * DAY))) == ["silent"]
    pair = (problem(1, "a", "life", 9), problem(2, "b", "guardianship", 200))
    assert found(QUIET, replace(QUIET, id="b"), problems=pair) == ["household"]


def test_the_county_may_not_set_a_number_that_notices_nothing() -> None:
    with pytest.raises(PolicyRefused):
        WarningRules(missed=99)
