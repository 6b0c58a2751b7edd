"""请留意: the rules notice, the supervisor looks and says so; the drowning season's card comes on Mondays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from db import contacts, early_warning, hazards, issues
from domain.contacts import Contact, Kind
from domain.policy import WarningRules
from tests.cast import CHANGMING, JIANGUO, NUANQUAN, XIAOHU, XIAOYU, YULAN
from tests.done import id_of
from tests.house import TestHouse
from tests.stories.mornings import beat_at

pytestmark = pytest.mark.slow


async def test_three_missed_contacts_and_two_injuries_reach_the_supervisor_once_with_their_reasons(
    house: TestHouse,
) -> None:
    director = await id_of(house, YULAN)

    def happen(conn: Connection) -> list[early_warning.Raised]:
        for day in (10, 12, 14):
            one = Contact(f"c{day}", XIAOHU.id, date(2026, 11, day), Kind.PHONE, False, by_person=director)
            contacts.put_many(conn, [(one, {})], house.now, demo=True)
        for child, words in ((XIAOHU, "胳膊摔伤了"), (XIAOYU, "手烫了")):
            issues.put(conn, child.id, "medical", words, director, date(2026, 11, 15), help_wanted=False, demo=True)
        return early_warning.look(conn, house.now, WarningRules())

    raised = await house.db.run(happen)
    assert sorted(one.rule for one in raised) == ["injuries", "missed"]
    assert await house.db.run(lambda conn: early_warning.look(conn, house.now, WarningRules())) == []
    town, other = house.phone(JIANGUO), house.phone(CHANGMING)
    assert "没有要留意" in await other.send("预警")
    said = await town.send("预警")
    assert "还有 2 条" in said and "为什么" in said
    said += await town.press("看过了")
    await town.press("没事")
    assert "没有要留意" in town.text
    assert "连着 3 次没联系上" in said and "30 天里记了 2 次孩子受伤" in said and "殷小虎" in said
    counts = await house.look(lambda conn: early_warning.measure_clues(conn, house.tree, house.today))
    assert (counts["raised"], counts["handled"], counts["nothing"]) == (2, 2, 1)
    director_phone = house.phone(YULAN)
    assert "不能做这个" in await director_phone.send("预警")


async def test_on_the_first_working_day_of_a_week_in_june_the_card_names_the_waters_nobody_looked_at(
    quiet_house: TestHouse,
) -> None:
    quiet_house.now = datetime(2026, 5, 30, 2, tzinfo=UTC)

    def put(conn: Connection) -> None:
        for place, day in (("村东涝坝", date(2026, 5, 20)), ("村西大渠", date(2026, 5, 31))):
            hazards.put_point(
                conn, NUANQUAN, "pond", place, "620724.water", {}, quiet_house.now, by=None, looked_on=day
            )

    await quiet_house.db.run(put)
    yulan = quiet_house.phone(YULAN)
    await beat_at(quiet_house, date(2026, 6, 1))
    assert "防溺水周卡" in yulan.everything and "村东涝坝" in yulan.everything and "村西大渠" not in yulan.everything
    before = yulan.everything.count("防溺水周卡")
    await beat_at(quiet_house, date(2026, 6, 2))
    assert yulan.everything.count("防溺水周卡") == before
