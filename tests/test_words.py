"""The words: both languages level, every hole the same, and no form that would ask in an empty sentence."""

from __future__ import annotations

import string

from bot.handlers import SUBJECTS
from bot.words import Words, catalogue

DATES_ARE_SAID_ANOTHER_WAY = ("day.short", "day.full")  # the order of day and month, and whether the year is said


def _holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_stands_in_both_languages() -> None:
    assert set(catalogue("zh_CN")) == set(catalogue("en"))


def test_every_hole_stands_in_both_languages() -> None:
    english = catalogue("en")
    uneven = [key for key, chinese in catalogue("zh_CN").items() if _holes(chinese) != _holes(english[key])]
    assert [key for key in uneven if key not in DATES_ARE_SAID_ANOTHER_WAY] == []


def test_the_three_buttons_of_every_card_keep_their_words() -> None:
    for language in ("zh_CN", "en"):
        words = Words(language)
        for key, label in (("form.confirm", "确认"), ("form.fix", "修改"), ("form.cancel", "取消")):
            assert label in words(key)


def test_every_question_of_every_form_has_its_words() -> None:
    words = Words()
    for subject in SUBJECTS:
        for talk in subject.conversations:
            form = talk.form
            assert words.find(f"form.name.{form.name}"), form.name
            for question in form.questions:
                offered = words.find(f"{form.name}.add.{question.key}") or not question.aside
                if offered:
                    assert words.find(f"{form.name}.ask.{question.key}"), (form.name, question.key)


def test_every_command_of_the_menu_is_described() -> None:
    words = Words()
    for subject in SUBJECTS:
        for command in subject.commands:
            if command.menu:
                assert words.find(f"menu.{command.name}"), command.name
