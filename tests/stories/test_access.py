"""The access table, walked whole: every role × every command, button and form; own, other and no unit at all."""

from __future__ import annotations

import itertools

import pytest

from bot.handlers import SUBJECTS
from domain import access
from domain.access import TABLE, Action, Scope
from domain.people import Me, Post, Role
from domain.units import load
from tests.cast import COUNTY, DINGAN, HEIQUAN, NUANQUAN, PEOPLE, POLICE, XINBA, XINGOU, Person
from tests.house import TestHouse

pytestmark = pytest.mark.slow  # left out of ./test --fast

FOR_EVERYBODY = {"start", "help", "cancel", "back"}
TREE = load(demo=True)


def _me(role: Role, unit: str) -> Me:
    found = TREE.get(unit)
    assert found is not None
    return Me("p", "某人", 1, (Post("post", role, found, holder="p"),))


def test_every_role_has_a_row_for_every_action() -> None:
    assert set(TABLE) == set(itertools.product(Role, Action))


def test_every_command_button_and_form_names_the_action_it_needs() -> None:
    bare = {command.name for subject in SUBJECTS for command in subject.commands if command.needs is None}
    assert bare == FOR_EVERYBODY
    for subject in SUBJECTS:
        assert all(press.needs is not None for press in subject.presses.values()), subject.name
        assert all(talk.needs is not None for talk in subject.conversations), subject.name


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: f"{person.role.value}-{person.unit}")
async def test_what_a_role_may_not_do_is_refused_kindly_by_command_and_by_button(
    house: TestHouse, person: Person
) -> None:
    phone = house.phone(person)
    await phone.send("/start")
    refused = 0
    for subject in SUBJECTS:
        for command in subject.commands:
            if command.needs and TABLE[person.role, command.needs] is Scope.NONE:
                assert "不能做这个" in await phone.send(f"/{command.name}"), command.name
                refused += 1
        for name, press in subject.presses.items():
            if press.needs and TABLE[person.role, press.needs] is Scope.NONE:
                await phone.press_raw(f"do:{name}:x|y", phone.last.id)
                assert "不能做这个" in phone.text, name
                refused += 1
        for talk in subject.conversations:
            if talk.needs and TABLE[person.role, talk.needs] is Scope.NONE:
                await phone.press_raw(f"n:{talk.form.name}", phone.last.id)
                assert not phone.has_button("确认")
    assert refused or person.role in (Role.SUPERVISOR, Role.CHILD_DIRECTOR, Role.COUNTY)


async def test_a_stranger_is_told_nothing_by_any_command_button_or_word(house: TestHouse) -> None:
    phone = house.stranger()
    await phone.send("/start")
    for subject in SUBJECTS:
        for command in subject.commands:
            await phone.send(f"/{command.name}")
            for word in command.words:
                await phone.send(word)
        for name in subject.presses:
            await phone.press_raw(f"do:{name}:GT-106-001-0001", phone.last.id)
    answers = {message.text for message in phone.messages if not message.out}
    assert all("110" in text or "没有正在填" in text for text in answers), answers
    assert not any("小虎" in text or "暖泉" in text for text in answers)


@pytest.mark.parametrize(
    ("role", "unit", "sees"),
    [
        (Role.CHILD_DIRECTOR, NUANQUAN, {NUANQUAN}),
        (Role.SUPERVISOR, XINBA, {XINBA, NUANQUAN, XINGOU}),
        (Role.COUNTY, COUNTY, {COUNTY, XINBA, HEIQUAN, NUANQUAN, XINGOU, DINGAN, POLICE}),
        (Role.DEPARTMENT, POLICE, set()),
        (Role.LEADER, COUNTY, set()),
        (Role.ADMIN, COUNTY, set()),
        (Role.AUDITOR, COUNTY, set()),
    ],
)
def test_children_are_seen_in_ones_own_unit_and_below_only(role: Role, unit: str, sees: set[str]) -> None:
    me = _me(role, unit)
    asked = {COUNTY, XINBA, HEIQUAN, NUANQUAN, XINGOU, DINGAN, POLICE}
    assert access.visible_units(me, Action.SEE_CHILD, TREE.under) & asked == sees
    for code in asked - {COUNTY, POLICE}:
        assert access.allowed(me, Action.SEE_CHILD, code) == (code in sees)


def test_every_registered_role_may_report() -> None:
    assert all(TABLE[role, Action.REPORT] is not Scope.NONE for role in Role)


def test_nobody_without_a_post_may_do_anything() -> None:
    for action in Action:
        assert not access.may(None, action)
        assert access.visible_units(None, action, TREE.under) == frozenset()


async def test_a_deputy_may_what_the_holder_may_and_a_departed_person_nothing(house: TestHouse) -> None:
    from sqlalchemy import select, update

    from db import people
    from db.models import people as people_table
    from db.models import posts
    from tests.cast import CUIFANG, YULAN

    def make_deputy(conn: object) -> None:
        deputy = people.me_of(conn, CUIFANG.chat_id)  # type: ignore[arg-type]
        assert deputy is not None
        conn.execute(update(posts).where(posts.c.unit == NUANQUAN).values(deputy=deputy.person_id))  # type: ignore[attr-defined]

    await house.db.run(make_deputy)
    phone = house.phone(CUIFANG)
    assert "代理" in await phone.send("/start")
    assert "殷小虎" in await phone.send("走访 小虎")

    def leave(conn: object) -> None:
        row = conn.execute(select(people_table.c.id).where(people_table.c.chat_id == YULAN.chat_id)).scalar_one()  # type: ignore[attr-defined]
        conn.execute(update(people_table).where(people_table.c.id == row).values(left_on=house.today))  # type: ignore[attr-defined]

    await house.db.run(leave)
    gone = house.phone(YULAN)
    assert "还没有登记" in await gone.send("走访 小虎")
