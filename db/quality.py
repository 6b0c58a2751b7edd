"""The facts data quality looks at: few statements over whole units, and only the ID number is opened, and of carers
with an agreement the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from db.models import agreement_children, agreements, child_labels, children, guardians
from db.rows import opened
from domain.children import Label, Relation, Sex, Tier
from domain.quality import Around, FileFacts, ToAsk, to_ask


def to_ask_about(conn: Connection, codes: Collection[str], today: date) -> list[ToAsk]:
    """The open files of these units with something missing or contradictory, by file number."""
    return to_ask(files(conn, codes, today), today)


def files(conn: Connection, codes: Collection[str], today: date) -> list[FileFacts]:
    """Every open file of these units, as far as it can be missing something."""
    here = (children.c.unit.in_(sorted(codes)), children.c.closed_on.is_(None))
    agreed = _agreed(conn, here, today)
    labels: dict[str, set[Label]] = defaultdict(set)
    query = select(child_labels.c.child_id, child_labels.c.label).join(
        children, children.c.id == child_labels.c.child_id
    )
    for child, label in conn.execute(query.where(*here, child_labels.c.until.is_(None))):
        labels[child].add(Label(label))
    around: dict[str, list[Around]] = defaultdict(list)
    columns = (
        guardians.c.id, guardians.c.child_id, guardians.c.relation, guardians.c.carer, guardians.c.away,
        guardians.c.phone.is_not(None).label("has_phone"), guardians.c.name,
    )  # fmt: skip
    for row in conn.execute(select(*columns).join(children, children.c.id == guardians.c.child_id).where(*here)):
        name = None
        if row.carer and row.child_id in agreed:
            name = opened(conn, guardians, {"id": row.id, "name": row.name})["name"]
        around[row.child_id].append(Around(Relation(row.relation), row.carer, row.away, row.has_phone, name))
    found = []
    wanted = (
        children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.birth_date, children.c.sex,
        children.c.id_no, children.c.address.is_not(None).label("has_address"),
    )  # fmt: skip
    for row in conn.execute(select(*wanted).where(*here)):
        id_no = opened(conn, children, {"id": row.id, "id_no": row.id_no})["id_no"] if row.id_no is not None else None
        found.append(
            FileFacts(
                row.id, row.file_no, row.unit, Tier(row.tier), row.birth_date, Sex(row.sex) if row.sex else None, id_no,
                row.has_address, frozenset(labels[row.id]), tuple(around[row.id]), agreed.get(row.id),
            )
        )  # fmt: skip
    return found


def _agreed(conn: Connection, here: Any, today: date) -> dict[str, str]:
    """By child: the carer named in the signed agreement that runs today, the newest where there are several."""
    query = (
        select(agreement_children.c.child_id, agreements.c.id, agreements.c.content)
        .join(agreements, agreements.c.id == agreement_children.c.agreement_id)
        .join(children, children.c.id == agreement_children.c.child_id)
        .where(
            *here, agreement_children.c.replaced_by.is_(None), agreement_children.c.signed_on.is_not(None),
            agreement_children.c.ended_on.is_(None), agreements.c.first <= today, agreements.c.last >= today,
        )
        .order_by(agreement_children.c.id)
    )  # fmt: skip
    names = {}
    for child, terms, content in conn.execute(query):
        carer = opened(conn, agreements, {"id": terms, "content": content})["content"].get("carer") or {}
        if carer.get("name"):
            names[child] = carer["name"]
    return names
