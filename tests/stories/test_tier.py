"""风险等级: proposed from facts, set by a person, lowered from red by a supervisor."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from db import children, contacts, issues, tiers
from db.models import children as table
from db.types import new_id
from domain.children import Tier
from domain.contacts import Contact, Kind
from tests.cast import HAORAN, HEJING, JIANGUO, NUANQUAN, XIAOHU, YULAN
from tests.house import TestHouse


def _tier(conn: Connection) -> tuple[str, object, object]:
    row = conn.execute(select(table.c.tier, table.c.tier_since, table.c.visit_due).where(table.c.id == XIAOHU.id)).one()
    return row.tier, row.tier_since, row.visit_due


async def _with_open_problem(house: TestHouse, kind: str) -> None:
    await house.db.run(lambda conn: issues.put(conn, XIAOHU.id, kind, "晚上总哭", None, house.today))


async def test_an_open_problem_of_mood_proposes_yellow_and_one_tap_takes_its_reasons(house: TestHouse) -> None:
    await _with_open_problem(house, "mind")
    phone = house.phone(YULAN)
    said = await phone.send("风险等级")
    assert "殷小虎 🟢→🟡：心理、行为有没解决的问题" in said
    said = await phone.press("殷小虎")
    assert "建议改为" in said and "由您来定" in said
    await phone.press("改为🟡黄色")
    await phone.press("就按建议里的理由")
    assert "✅" in await phone.press("确认")
    assert (await house.look(_tier))[:2] == ("yellow", house.today)
    kept = await house.look(lambda conn: tiers.history(conn, XIAOHU.id))
    assert [(one.before, one.after, one.state) for one in kept] == [(Tier.GREEN, Tier.YELLOW, "set")]


async def test_a_child_that_turned_red_is_visited_within_two_days(house: TestHouse) -> None:
    seen = Contact(new_id(), XIAOHU.id, house.today - timedelta(days=20), Kind.HOME_VISIT, True, True)
    await house.db.run(lambda conn: contacts.put(conn, seen, {}, house.now, batch=new_id()))
    phone = house.phone(YULAN)
    await phone.send("儿童 殷小虎")
    await phone.press("风险等级")
    await phone.press("改为🔴红色")
    await phone.send("邻居说奶奶病倒了没人管")
    assert "48小时" in await phone.press("确认")
    tier, since, visit_due = await house.look(_tier)
    assert (tier, since) == ("red", house.today)
    assert visit_due is not None and (visit_due - house.today).days == 2  # type: ignore[operator]
    assert "调高了" in house.phone(JIANGUO).everything


async def test_lowering_red_waits_for_the_supervisor_who_may_refuse(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await phone.send("儿童 蒋浩然")
    await phone.press("风险等级")
    said = await phone.press("改为🟢绿色")
    assert "由督导员来定" in said
    await phone.send("爷爷身体好了")
    assert "答复前还是红色" in await phone.press("确认")
    red = await house.look(lambda conn: children.by_id(conn, HAORAN.id, {NUANQUAN}))
    assert red is not None and red.child.tier is Tier.RED
    told = supervisor.text
    assert HAORAN.file_no in told and "蒋浩然" not in told
    await supervisor.press("看一看")
    assert "爷爷身体好了" in supervisor.text
    asked, agree = supervisor.find_button("同意调低")
    await supervisor.press("保持红色")
    assert "没有同意" in phone.text
    assert "已经有人答复" in await supervisor.press_raw(agree["callback_data"], asked.id)


async def test_the_supervisor_agrees_and_the_child_is_lowered(house: TestHouse) -> None:
    phone, supervisor = house.phone(YULAN), house.phone(JIANGUO)
    await phone.send("儿童 蒋浩然")
    await phone.press("风险等级")
    await phone.press("改为🟡黄色")
    await phone.send("家里有人管了")
    await phone.press("确认")
    await supervisor.press("看一看")
    await supervisor.press("同意调低")
    lowered = await house.look(lambda conn: children.by_id(conn, HAORAN.id, {NUANQUAN}))
    assert lowered is not None and lowered.child.tier is Tier.YELLOW


async def test_a_county_without_a_single_red_or_yellow_child_is_told_that_this_is_unlikely(house: TestHouse) -> None:
    await house.db.run(lambda conn: conn.execute(table.update().values(tier="green")))
    assert "不太可能" in await house.phone(HEJING).send("风险等级")
