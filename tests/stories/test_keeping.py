"""留存: the county, the administrator and the auditor see on a phone what was deleted when; nobody else, and no content."""

from __future__ import annotations

from bot.words import LANGUAGES, Words
from db import retention
from tests.cast import AUDITOR, HEJING, JIANGUO, XIAOHU, YULAN
from tests.house import TestHouse


async def test_the_county_sees_what_was_deleted_and_that_nothing_is_kept_past_its_day(house: TestHouse) -> None:
    director, county = house.phone(YULAN), house.phone(HEJING)
    await director.send("今天去了小虎家，都好")
    assert "还没有清理过" in await county.send("留存")
    house.pass_time(days=31)
    assert "✅ 没有过期还留着的" in await county.send("留存")  # due today, and tonight's sweep takes it
    house.pass_time(days=1)
    said = await county.send("留存")
    assert "⚠️ 有" in said and "过期还没清" in said
    await house.db.run(lambda conn: retention.sweep(conn, house.now))
    said = await county.send("留存")
    assert "收到的原话（存 30 天）：" in said and "✅ 没有过期还留着的" in said
    assert "收到的原话" in await county.press("每晚清了啥")
    await county.press("返回")
    assert "纸质档案" in await county.press("长期保存的")
    assert XIAOHU.name not in said


async def test_the_auditor_reads_the_years_figures_and_a_supervisor_is_not_asked_in(house: TestHouse) -> None:
    auditor = house.phone(AUDITOR)
    said = await auditor.send("审计 2026")
    assert "2026 年审计数字" in said and "./run audit pack" in said
    assert "2025 年审计数字" in await auditor.press("看 2025 年")
    supervisor = house.phone(JIANGUO)
    assert "审计数字" not in await supervisor.send("审计 2026")


def test_every_class_has_a_name_people_understand() -> None:
    for language in LANGUAGES:
        assert [kept.name for kept in retention.CLASSES if not Words(language).find(f"keeping.what.{kept.name}")] == []
