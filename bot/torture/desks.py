"""What must be true of every report confirmed under torture: filed once, brought to each desk once, signed for once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, select

from bot.buttons import do, pack
from bot.torture.people import Fact
from db import reports as report_rows
from db.models import people, posts, report_desks, reports
from db.reports import Report
from db.rows import opened
from domain.reports.case import Act, Part

Json = dict[str, Any]


class Books(Protocol):
    """Where what is found is entered: the account."""

    def find(self, what: str, count: int, remark: str) -> None: ...


def settle(
    books: Books, conn: Connection, facts: Sequence[Fact], said: dict[int, list[Json]], units: dict[int, str]
) -> None:
    """Every confirmed report and every signature, against events, desks and the messages to them."""
    tokens = [fact.token for fact in facts if fact.kind == "report"]
    for row in conn.execute(select(reports).order_by(reports.c.filed_at)):
        content = json.dumps(opened(conn, reports, row)["content"], ensure_ascii=False)
        token = next((token for token in tokens if token in content), None)
        report = report_rows.get(conn, row.id)
        if token is not None and report is not None:
            _filed(books, conn, report, f"report {token}", said)
    signed = {(fact.token, units.get(fact.chat_id, "")) for fact in facts if fact.kind == "receipt"}
    for report_id, unit in sorted(signed):
        count = sum(one.kind is Act.RECEIVED and one.unit == unit for one in report_rows.events(conn, report_id))
        books.find("lost", int(count == 0), f"report {report_id} was signed for at {unit} and is not")
        books.find("twice", max(0, count - 1), f"report {report_id} was signed for {count} times at {unit}")


def _filed(books: Books, conn: Connection, report: Report, here: str, said: dict[int, list[Json]]) -> None:
    happened = report_rows.events(conn, report.id, notes=False)
    count = sum(one.kind is Act.FILED for one in happened)
    books.find("lost", int(count == 0), f"{here}, not written down as filed")
    books.find("twice", max(0, count - 1), f"{here}, filed {count} times")
    sent = [one.to for one in happened if one.kind is Act.SENT and one.at == report.filed_at]
    books.find("lost", int(not sent), f"{here}, went to no office")
    books.find("twice", len(sent) - len(set(sent)), f"{here}, went to an office twice")
    news = _told(said, report)
    for chat_id in sorted(_desks(conn, report)):
        books.find("lost", int(not news[chat_id]), f"{here}, chat {chat_id} was not told")
        books.find("twice", max(0, news[chat_id] - 1), f"{here}, chat {chat_id} was told {news[chat_id]} times")


def _desks(conn: Connection, report: Report) -> set[int]:
    """The chats at the desks it was given when it was filed, without those it goes around."""
    rows = conn.execute(
        select(people.c.chat_id, people.c.id)
        .select_from(report_desks)
        .join(posts, posts.c.id == report_desks.c.post_id)
        .join(people, (people.c.id == posts.c.holder) | (people.c.id == posts.c.deputy))
        .where(
            report_desks.c.report_id == report.id, report_desks.c.since == report.filed_at,
            report_desks.c.part != Part.OVERSEER.value, people.c.chat_id.is_not(None), people.c.left_on.is_(None),
        )
    )  # fmt: skip
    around = report_rows.hidden_from(conn, report)
    return {row.chat_id for row in rows if row.id not in around}


def _told(said: dict[int, list[Json]], report: Report) -> defaultdict[int, int]:
    """By chat, how many messages of the moment of filing lead to it."""
    button, found = pack(do("case.open", report.id, "news")), defaultdict[int, int](int)
    for chat_id, rows in said.items():
        found[chat_id] = sum(
            row["created_at"] == report.filed_at and button in json.dumps(row["params"] or {}) for row in rows
        )
    return found
