"""What may stand in a message to many people."""

from __future__ import annotations

import pytest

from domain.announcements import problem_of

NAMES = ("王国庆", "殷小虎", "李文明")


@pytest.mark.parametrize(
    "words", ["殷小虎的协议没签", "小虎妈妈回来了", "国庆家的电话换了", "身份证620799201501010119"]
)
def test_a_childs_name_or_number_stops_it(words: str) -> None:
    assert problem_of(words, NAMES) is not None


@pytest.mark.parametrize("words", ["国庆期间注意安全", "讲文明树新风", "文明家庭评选开始了"])
def test_a_word_that_is_also_somebodys_given_name_does_not(words: str) -> None:
    assert problem_of(words, NAMES) is None
