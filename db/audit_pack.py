"""审计包: what the yearly audit of minors' data asks for, counted from the books. Counts, codes and days; never a person.

Source: 未成年人网络保护条例 art. 37 (an audit every year, reported by 31 January).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, func, select

from db import journal as journals
from db import retention
from db.models import children, consents, glass_openings, journal, metadata, referrals, reports, rights_requests
from db.types import Secret
from domain.audit_pack import Pack, band, sort_of
from domain.calendar import at, local


def collect(conn: Connection, year: int, now: datetime, *, verify: bool = True) -> Pack:
    """Everything about that calendar year; about files and fields, as they stand now.

    Without `verify` the journal's chain is counted and not walked: for the phone, where nobody waits that long.
    """
    first, last = at(date(year, 1, 1), time(0)), at(date(year + 1, 1, 1), time(0))
    today = local(now).date()
    rows = conn.execute(select(children.c.birth_date, children.c.closed_on, children.c.tier)).all()
    bands = Counter((band(row.birth_date, today), "closed" if row.closed_on else "open") for row in rows)
    within = (journal.c.at >= first, journal.c.at < last)
    actions: dict[str, int] = dict(
        conn.execute(select(journal.c.action, func.count()).where(*within).group_by(journal.c.action)).tuples().all()
    )
    sorts: Counter[str] = Counter()
    for action, times in actions.items():
        sorts[sort_of(action)] += times
    swept: Counter[str] = Counter()
    for (detail,) in conn.execute(select(journal.c.detail).where(*within, journal.c.action == "retention.swept")):
        swept.update({name: int(count) for name, count in (detail or {}).items()})

    def count(table: Any, moment: Any, *where: Any) -> int:
        query = select(func.count()).select_from(table).where(moment >= first, moment < last, *where)
        return int(conn.execute(query).scalar_one())

    links = int(conn.execute(select(func.count()).select_from(journal)).scalar_one())
    verdict = journals.verify(conn) if verify else journals.Verdict(links, 0, None)
    return Pack(
        year=year,
        made_on=today,
        children={f"{age} {state}": number for (age, state), number in sorted(bands.items())},
        fields=fields(),
        access={name: sorts[name] for name in ("read", "export", "share", "change", "refused", "other")},
        actions=dict(sorted(actions.items())),
        shares={
            "referrals": count(referrals, referrals.c.raised_at),
            "reports": count(reports, reports.c.filed_at, reports.c.drill.is_not(True)),
        },
        consents=dict(conn.execute(select(consents.c.kind, func.count()).group_by(consents.c.kind)).tuples().all()),
        requests={
            f"{kind} {decision or 'open'}": number
            for kind, decision, number in conn.execute(
                select(rights_requests.c.kind, rights_requests.c.decision, func.count())
                .where(rights_requests.c.taken_at >= first, rights_requests.c.taken_at < last)
                .group_by(rights_requests.c.kind, rights_requests.c.decision)
            )
        },
        openings=count(glass_openings, glass_openings.c.at),
        deletions=dict(sorted(swept.items())),
        overdue=retention.late(conn, now),
        keeping=[(kept.name, kept.days, kept.source) for kept in retention.CLASSES],
        stays=dict(retention.STAYS),
        journal_links=verdict.links,
        journal_broken=verdict.broken_at,
        incidents=sum(number for action, number in actions.items() if action.startswith("incident.")),
    )


def fields() -> list[tuple[str, str, bool]]:
    """Every column that holds something of a person, and whether it is sealed: read off the models, so it stays true."""
    return [
        (table.name, column.name, isinstance(column.type, Secret))
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, Secret) or (table.name in PERSONAL and column.name not in ("id", "demo"))
    ]


# tables about children and their families: here also the columns in the clear are named
PERSONAL = ("children", "guardians", "child_labels", "contacts", "issues", "kin", "benefits", "helps", "consents")
