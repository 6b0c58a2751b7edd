"""Risk tiers: what the proposal rests on, and what people decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, select, update

from db import agreements_owed, child_changes
from db import contacts as contact_rows
from db.models import children, issues, tier_decisions
from db.parts import parts
from db.policy import current
from db.rows import add, opened
from db.types import new_id
from domain.calendar import at
from domain.children import Child, Tier
from domain.identity import IdNumber, read_id
from domain.tiers import Ground, Standing


@dataclass(frozen=True)
class Decision:
    """One decision about a tier: made, waiting for a supervisor, or refused by one."""

    id: str
    child_id: str
    at: datetime
    by: str | None
    before: Tier
    after: Tier
    grounds: tuple[Ground, ...]
    reason: str | None
    state: str


def standings(conn: Connection, found: Iterable[Child], today: date, open_reports: Collection[str]) -> dict[str, Standing]:
    """What is known about these children's risk. `open_reports` are the ids of children with a report in hand that the
    person asking may know of: a report that goes around somebody must not show through a proposal either."""
    found = list(found)
    ids = [child.id for child in found]
    kinds = _open_issues(conn, ids)
    misses = contact_rows.missed_in_a_row(conn, ids)
    unentrusted = agreements_owed.overdue_ones(conn, ids, today, current(conn, at(today, time(12))))
    homes = Counter(
        home for home in conn.execute(select(children.c.household).where(children.c.closed_on.is_(None))).scalars() if home
    )
    return {
        child.id: Standing(
            open_report=child.id in open_reports,
            mind="mind" in kinds[child.id],
            poor_care="guardianship" in kinds[child.id],
            carer_age=_carer_age(child, today),
            children_of_carer=homes.get(child.household or "", 1),
            not_reached=misses.get(child.id, 0),
            agreement_missing=child.id in unentrusted,
        )
        for child in found
    }


def _open_issues(conn: Connection, ids: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts(ids):
        query = select(issues.c.child_id, issues.c.type).where(
            issues.c.child_id.in_(part), issues.c.closed_on.is_(None)
        )
        for child, kind in conn.execute(query).tuples():
            found[child].add(kind)
    return found


def _carer_age(child: Child, today: date) -> int | None:
    carer = next((one for one in child.guardians if one.carer), None)
    number = read_id(carer.id_no) if carer and carer.id_no else None
    if not isinstance(number, IdNumber):
        return None
    born = number.birth_date
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# --- decisions -----------------------------------------------------------------------------------------------------


def set_tier(
    conn: Connection, child: Child, after: Tier, grounds: Iterable[Ground], now: datetime, today: date, *, by: str | None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Set it: the file, its history, its due days and the decision, together."""
    before = child.tier
    changed = replace(child, tier=after, tier_since=today)
    child_changes.change_child(
        conn, changed, now, current(conn, now), by=by, source="chat", changed={"tier": [before.value, after.value]}
    )
    _put(conn, child.id, before, after, grounds, now, by, reason, "set")
    conn.execute(
        update(tier_decisions)
        .where(tier_decisions.c.child_id == child.id, tier_decisions.c.state == "asked")
        .values(state="refused" if after is Tier.RED else "set", decided_at=now, decided_by=by)
    )


def ask(
    conn: Connection, child: Child, after: Tier, grounds: Iterable[Ground], now: datetime, *, by: str | None, reason: str
) -> str:
    """A director asks to lower a red child: kept until a supervisor answers. The id of the wish; an older one if open."""
    waiting = next(iter(asked(conn, [child.id])), None)
    return waiting.id if waiting else _put(conn, child.id, child.tier, after, grounds, now, by, reason, "asked")


def refuse(conn: Connection, decision_id: str, now: datetime, by: str | None) -> bool:
    won = conn.execute(
        update(tier_decisions)
        .where(tier_decisions.c.id == decision_id, tier_decisions.c.state == "asked")
        .values(state="refused", decided_at=now, decided_by=by)
    )
    return won.rowcount == 1


def asked(conn: Connection, ids: Collection[str]) -> list[Decision]:
    """Wishes of these children that wait for a supervisor."""
    found: list[Decision] = []
    for part in parts(ids):
        query = select(tier_decisions).where(
            tier_decisions.c.child_id.in_(part), tier_decisions.c.state == "asked"
        )
        found += [_decision(opened(conn, tier_decisions, row)) for row in conn.execute(query.order_by(tier_decisions.c.at))]
    return found


def history(conn: Connection, child_id: str) -> list[Decision]:
    """Every decision about a child, the newest first."""
    query = select(tier_decisions).where(tier_decisions.c.child_id == child_id).order_by(tier_decisions.c.at.desc())
    return [_decision(opened(conn, tier_decisions, row)) for row in conn.execute(query)]


def _put(
    conn: Connection, child_id: str, before: Tier, after: Tier, grounds: Iterable[Ground], now: datetime, by: str | None,
    reason: str | None, state: str,
) -> str:  # fmt: skip
    made = new_id()
    add(
        conn, tier_decisions, id=made, child_id=child_id, at=now, by_person=by, before=before.value, after=after.value,
        grounds=[one.value for one in grounds], reason=reason, state=state,
    )  # fmt: skip
    return made


def _decision(row: dict[str, Any]) -> Decision:
    known = {one.value for one in Ground}
    return Decision(
        row["id"], row["child_id"], row["at"], row["by_person"], Tier(row["before"]), Tier(row["after"]),
        tuple(Ground(one) for one in row["grounds"] if one in known), row["reason"], row["state"],
    )  # fmt: skip
