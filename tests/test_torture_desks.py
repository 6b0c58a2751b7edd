"""The torture's account of reports and of what was kept for another day: it is clean when all is there, and finds what is not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from bot.torture import account, desks
from bot.torture.account import Account
from bot.torture.people import Fact
from db import outbox as outbox_rows
from db import reports
from db.models import outbox, report_events
from db.outbox import Urgency
from domain.reports.case import Act, Event
from tests.cast import MAGUANG, POLICE, YULAN
from tests.house import TestHouse
from tests.stories.case_desks import filed
from tests.stories.report_told import SEEN


async def settled(house: TestHouse, *facts: Fact) -> tuple[int, int]:
    def work(conn: Any) -> tuple[int, int]:
        drawn = Account()
        desks.settle(drawn, conn, facts, account._outbox(conn), {MAGUANG.chat_id: POLICE})
        return drawn.lost, drawn.twice

    found: tuple[int, int] = await house.look(work)
    return found


async def test_a_report_is_filed_once_told_to_every_desk_once_and_signed_for_once(house: TestHouse) -> None:
    report = await filed(house)
    fact, signed = Fact(YULAN.chat_id, "report", SEEN), Fact(MAGUANG.chat_id, "receipt", report.id)
    assert await settled(house, fact) == (0, 0)
    assert await settled(house, fact, signed) == (1, 0)  # nobody has signed

    def sign(conn: Any) -> None:
        reports.put_event(conn, report, Event(Act.RECEIVED, house.now, unit=POLICE))

    await house.db.run(sign)
    assert await settled(house, fact, signed) == (0, 0)
    await house.db.run(sign)
    assert await settled(house, fact, signed) == (0, 1)
    await house.db.run(lambda conn: conn.execute(delete(outbox).where(outbox.c.chat_id == MAGUANG.chat_id)))
    assert await settled(house, fact) == (1, 0)  # the police were never told
    await house.db.run(lambda conn: conn.execute(delete(report_events).where(report_events.c.kind == Act.FILED.value)))
    assert await settled(house, fact) == (2, 0)


async def test_a_notice_kept_for_another_day_is_found_in_what_will_be_said_then(house: TestHouse) -> None:
    def put(conn: Any) -> None:
        for number in range(8):
            outbox_rows.put(conn, 5, "sendMessage", {"text": f"第{number}条"}, house.now, urgency=Urgency.NOTICE)

    def drawn(conn: Any) -> Account:
        found = Account()
        account._held(found, conn, account._outbox(conn))
        return found

    await house.db.run(put)
    found = await house.db.run(drawn)
    assert found.held > 0 and found.clean
    states = await house.look(lambda conn: set(conn.execute(select(outbox.c.state)).scalars()))
    assert "held" in states and "joined" not in states  # the days to come were only tried


def test_where_several_write_at_once_a_notice_may_overtake_and_an_answer_may_not() -> None:
    def said(seq: int, number: int, urgency: int) -> dict[str, Any]:
        return {
            "seq": seq, "message_id": number, "method": "sendMessage", "state": "sent", "trouble": None,
            "params": {"text": "好"}, "not_before": None, "urgency": urgency,
        }  # fmt: skip

    page = [{"message_id": number, "text": "好", "out": False} for number in (5, 6)]
    for second, one_writer, wanted in (
        (Urgency.REMINDER, True, 1),
        (Urgency.REMINDER, False, 0),
        (Urgency.ANSWER, False, 1),
    ):
        drawn = Account()
        account._chat(drawn, 1, [said(1, 6, second), said(2, 5, Urgency.ANSWER)], page, one_writer=one_writer)
        assert drawn.out_of_order == wanted
