"""Questions that may be passed over: how an answer that is none reads on the card, in every form there is."""

from __future__ import annotations

from sqlalchemy import Connection

from bot import cards
from bot.handlers import SUBJECTS
from bot.words import Words
from bot.work import Work
from db import people
from domain.forms import World
from domain.policy import COUNTY_DEFAULTS
from tests.cast import JIANGUO
from tests.house import TestHouse


async def test_every_form_has_words_for_a_question_that_was_passed_over(house: TestHouse) -> None:
    def look(conn: Connection) -> list[str]:
        me = people.me_of(conn, JIANGUO.chat_id)
        work = Work(conn, house.now, JIANGUO.chat_id, me, Words(), house.tree, COUNTY_DEFAULTS, True)
        read = []
        for talk in (talk for subject in SUBJECTS for talk in subject.conversations):
            for question in talk.form.questions:
                if question.skip:
                    words = cards.value_words(work, talk, World(work.local, {}), question.key, {question.key: None})
                    assert words is not None, (talk.form.name, question.key)
                    read.append(words)
        return read

    assert len(await house.look(look)) > 60
