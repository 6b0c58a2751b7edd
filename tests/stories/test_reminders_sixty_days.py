"""Sixty days at random: whatever happens, each step of each duty is said exactly once."""

from __future__ import annotations

import random
from datetime import UTC, date, time

import pytest
from sqlalchemy import select

from db import child_due, contacts
from db.models import reminders
from domain.calendar import DAY, at, working_day
from domain.contacts import Contact, Kind
from domain.duties import due_days, open_duties
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from tests.cast import CHILDREN
from tests.done import done
from tests.house import TestHouse
from tests.stories.mornings import balanced, beat_at

pytestmark = pytest.mark.slow  # left out of ./test --fast


def steps_by_hand(due: date, today: date) -> list[date]:
    return [day for n in range(-3, 3000, 3) if (day := due + n * DAY) <= today]


def newest_steps(facts: dict[str, list[Contact]], today: date) -> set[tuple[str, str, date]]:
    """By brute force: rule, child and newest step of all that is to be brought up."""
    found = set()
    for child in CHILDREN:
        due = due_days(child, facts[child.id], COUNTY_DEFAULTS)
        for duty in open_duties(child, due, today, 3):
            found.add((duty.duty.code, duty.subject, steps_by_hand(duty.due, today)[-1]))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_sixty_random_days_bring_each_step_exactly_once(house: TestHouse, seed: int) -> None:
    """Random contacts, entered late or corrected, days without a heartbeat: held against a brute-force oracle."""
    dice = random.Random(seed)
    facts: dict[str, list[Contact]] = {child.id: [] for child in CHILDREN}
    told: set[tuple[str, str, date]] = set()
    start = date(2026, 9, 21)  # over the long October holiday
    outage = start + dice.randrange(10, 40) * DAY
    for day in (start + n * DAY for n in range(60)):
        for _ in range(dice.randrange(3)):
            child = dice.choice(CHILDREN)
            house.now = at(day, time(dice.choice((1, 8)))).astimezone(UTC)
            if facts[child.id] and dice.random() < 0.2:
                gone = facts[child.id].pop(dice.randrange(len(facts[child.id])))
                await house.db.run(lambda conn, gone=gone: contacts.withdraw(conn, gone.id))
                await house.db.run(lambda conn, gone=gone: child_due.refresh_due(conn, [gone.child_id], COUNTY_DEFAULTS))
            else:
                kind = dice.choice((Kind.PHONE, Kind.HOME_VISIT))
                role = dice.choice((Role.CHILD_DIRECTOR, Role.CHILD_DIRECTOR, Role.SUPERVISOR))
                when = day - dice.choice((0, 0, 0, 2, 15)) * DAY
                facts[child.id].append(await done(house, child, when, kind, role))
        if outage <= day < outage + 5 * DAY or dice.random() < 0.1:
            continue  # the machine was off all day
        await beat_at(house, day, 0, 5)
        before = await sent_keys(house)
        await beat_at(house, day, 9)
        fresh = await sent_keys(house) - before
        expected = newest_steps(facts, day) - told if working_day(day) else set()
        assert fresh == expected, day
        told |= expected
        await beat_at(house, day, 15)
        assert await sent_keys(house) - before == fresh
        assert await balanced(house), day
    assert len(told) > 30


async def sent_keys(house: TestHouse) -> set[tuple[str, str, date]]:
    """What has reached somebody: every key once, or the test fails here."""
    found = await house.look(
        lambda conn: conn.execute(
            select(reminders.c.rule, reminders.c.subject, reminders.c.day).where(
                reminders.c.state == "sent", reminders.c.subject.like("child:%")
            )
        ).all()
    )
    keys = [tuple(row) for row in found]
    assert len(keys) == len(set(keys))
    return set(keys)  # type: ignore[arg-type]
