"""导出 and `./run export`: ledgers of one's own scope, masked, journaled."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import Connection, select

from bot.commands import export as export_command
from bot.errors import Refusal
from bot.handlers import export as handler
from db import child_due, contacts, people
from db.migrate import put_meta
from db.models import journal
from db.types import new_id
from domain.contacts import Contact, Kind
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS
from files.workbook import HEADING_ROW
from tests import cast
from tests.cast import GUIXIANG, HEJING, JIANGUO, LEADER, YULAN
from tests.house import TestHouse
from tests.phone import Phone


def table(content: bytes | None) -> list[dict[str, Any]]:
    assert content is not None
    heading, *rows = (
        load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    )
    return [dict(zip((str(name) for name in heading), row, strict=True)) for row in rows]


async def exported(phone: Phone, what: str) -> list[dict[str, Any]]:
    await phone.send("导出")
    await phone.press(what)
    await phone.press("✅ 导出")
    return table(phone.last.document)


async def journaled(house: TestHouse) -> list[Any]:
    rows: list[Any] = await house.look(
        lambda conn: conn.execute(select(journal).where(journal.c.action == "export")).all()
    )
    return rows


async def log(house: TestHouse, months_ago: int = 0) -> None:
    """A home visit at 小虎's, written down by his director."""

    def put(conn: Connection) -> None:
        by = people.me_of(conn, YULAN.chat_id)
        assert by is not None
        day = house.today.replace(month=house.today.month - months_ago)
        visit = Contact(new_id(), cast.XIAOHU.id, day, Kind.HOME_VISIT, True, True, Role.CHILD_DIRECTOR, by.person_id)
        contacts.put(conn, visit, {"note": "奶奶腿疼"}, house.now, batch=new_id(), parents_called="yes")
        child_due.refresh_due(conn, [cast.XIAOHU.id], COUNTY_DEFAULTS)

    await house.db.run(put)


async def test_nothing_is_made_before_the_warning_was_accepted(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("/export")
    said = await phone.press("超期名单")
    assert "收好" in said
    assert phone.last.document is None
    assert "没有导出" in await phone.press("不导了")
    assert all(message.document is None for message in phone.messages)
    assert await journaled(house) == []


async def test_the_ledger_of_visits_holds_who_did_what_and_not_what_was_written(house: TestHouse) -> None:
    await log(house)
    await log(house, months_ago=1)
    phone = house.phone(JIANGUO)
    (row,) = await exported(phone, "走访记录（本月）")
    assert row["档案号"] == "GT-106-001-0001"
    assert (row["姓名"], row["方式"], row["联系到"], row["见到孩子"]) == ("殷*虎", "入户走访", "是", "是")
    assert (row["谁做的"], row["记录人"], row["父母本周联系过孩子"]) == ("儿童主任", "柴玉兰", "是")
    assert "奶奶腿疼" not in str(row)
    assert phone.last.file_name == "新坝镇走访记录-2026-11-18.xlsx"
    assert len(await exported(phone, "走访记录（本季）")) == 2


async def test_the_ledger_of_visits_over_any_days_typed_or_asked_for(house: TestHouse) -> None:
    await log(house)
    await log(house, months_ago=1)
    phone = house.phone(JIANGUO)
    assert "10月1日至11月1日" in await phone.send("导出 新坝镇 走访 10月1号到11月1号")
    await phone.press("✅ 导出")
    assert [row["档案号"] for row in table(phone.last.document)] == ["GT-106-001-0001"]
    assert "还没到" in await phone.send("导出 明年3月")
    assert "没有「" in await phone.send("导出 2月30号到3月1号")
    await phone.send("导出")
    await phone.press("别的日子")
    assert "没看懂" in await phone.send("随便")
    assert "2026年10月" in await phone.send("上个月")
    await phone.press("✅ 导出")
    assert len(table(phone.last.document)) == 1
    assert (await journaled(house))[-1].detail["what"] == "days:261001-261031"


async def test_the_roster_has_names_for_the_village_and_masked_numbers(house: TestHouse) -> None:
    rows = await exported(house.phone(YULAN), "儿童名册")
    assert [row["姓名"] for row in rows] == ["殷小虎", "殷小雨", "蒋浩然"]
    assert rows[0]["身份证号"] == "6207**********0119"
    assert rows[0]["电话"] == "100****5678"
    assert (rows[0]["周岁"], rows[0]["性别"], rows[0]["类别"]) == (10, "男", "留守")


async def test_the_countys_roster_has_masked_names(house: TestHouse) -> None:
    rows = await exported(house.phone(HEJING), "儿童名册")
    assert len(rows) == 5
    assert "殷*虎" in {row["姓名"] for row in rows}
    assert "王*英" in {row["照护人"] for row in rows}


async def test_the_overdue_ledger_has_a_line_for_each_duty(house: TestHouse) -> None:
    rows = await exported(house.phone(JIANGUO), "超期名单")
    assert [row["超期事项"] for row in rows[:3]] == ["联系", "第一次家访", "督导联系"]
    assert {row["姓名"] for row in rows[:3]} == {"蒋*然"}
    assert rows[0]["已超天数"] == 611
    assert rows[0]["可找谁帮"] == "暖泉村儿童主任"


async def test_each_exports_the_own_scope(house: TestHouse) -> None:
    phone = house.phone(GUIXIANG)
    assert {row["村（社区）"] for row in await exported(phone, "儿童名册")} == {"黑泉镇定安村"}
    assert "不在您的范围内" in await phone.send("导出 暖泉村")
    assert "不能做这个" in await phone.press_raw("do:export.make:roster|620724106001", phone.last.id)
    assert "不能做这个" in await house.phone(LEADER).send("导出")


async def test_an_export_is_journaled_with_what_where_and_how_many(house: TestHouse) -> None:
    await exported(house.phone(JIANGUO), "儿童名册")
    (line,) = await journaled(house)
    assert line.subject == "unit:620724106"
    assert line.detail == {"what": "roster", "rows": 4}


async def test_with_nothing_to_export_it_says_so(house: TestHouse) -> None:
    phone = house.phone(JIANGUO)
    await phone.send("导出")
    await phone.press("走访记录（本月）")
    assert "没有可导出的" in await phone.press("✅ 导出")


async def test_too_long_a_ledger_is_refused_with_the_way_out(house: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "MOST_ROWS", 2)
    phone = house.phone(HEJING)
    await phone.send("导出")
    await phone.press("儿童名册")
    assert "按镇导出" in await phone.press("✅ 导出")


# --- the command line ---


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_the_csv_is_masked_unless_plain_and_both_are_journaled(house: TestHouse) -> None:
    def both(conn: Connection) -> tuple[str, str]:
        return (
            export_command.children_csv(conn, house.now),
            export_command.children_csv(conn, house.now, plain=True),
        )

    masked, plain = await house.db.run(both)
    assert "殷小虎" not in masked
    assert read(masked)[0]["身份证号"] == "6207**********0119"
    assert (read(plain)[0]["姓名"], read(plain)[0]["身份证号"]) == ("殷小虎", "620799201605080119")
    assert [line.detail["plain"] for line in await journaled(house)] == [False, True]
    assert [line.detail["rows"] for line in await journaled(house)] == [5, 5]


async def test_plain_county_data_wants_a_post_and_a_reason(house: TestHouse) -> None:
    await house.db.run(lambda conn: put_meta(conn, "kind", "county"))
    for more in ({}, {"as_post": "county:620724"}, {"reason": "年度核对"}, {"as_post": "county:620724", "reason": " "}):
        with pytest.raises(Refusal, match="--as"):
            await house.db.run(lambda conn, more=more: export_command.children_csv(conn, house.now, plain=True, **more))
    text = await house.db.run(
        lambda conn: export_command.children_csv(
            conn, house.now, plain=True, as_post="supervisor:620724106", reason="核对 620799201605080119"
        )
    )
    assert {row["乡镇"] for row in read(text)} == {"新坝镇"}
    (line,) = await journaled(house)
    assert line.detail["reason"] == "核对 …"  # no number of a person in the journal
    assert line.person_id is not None


async def test_a_post_that_may_not_see_children_exports_none(house: TestHouse) -> None:
    for post in ("leader:620724", "department:620724.police", "child_director:620724106005", "nobody"):
        with pytest.raises(Refusal):
            await house.db.run(
                lambda conn, post=post: export_command.children_csv(
                    conn, house.now, plain=True, as_post=post, reason="看看"
                )
            )


def test_the_template_command_writes_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ENV_FILE", "/dev/null")
    target = tmp_path / "roster.xlsx"
    done = CliRunner().invoke(export_command.command, ["--template", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert "姓名" in str([cell.value for cell in load_workbook(target).worksheets[0][1]])
    assert CliRunner().invoke(export_command.command, []).exit_code == 2
    assert CliRunner().invoke(export_command.command, ["--template", "--plain"]).exit_code == 2
