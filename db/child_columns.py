"""A child as its rows keep it, and read back from them: the columns of a file, its labels and its guardians."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db.rows import keys_of
from db.types import new_id
from domain.children import Capacity, Child, Guardian, Label, Relation, Returns, Sex, Tier
from domain.duties import DueDays
from domain.eligibility_rules import next_day
from domain.quality import number_gaps

DETAILS = (
    "ethnicity", "school", "grade", "boarding", "school_status", "health", "disability", "hukou_status", "hukou_place",
    "living_with", "disease", "disability_cert", "psych", "no_help_needed",
)  # fmt: skip


def values_of(
    conn: Connection, child: Child, due: DueDays, today: date, answers: Collection[tuple[str, str]] = ()
) -> dict[str, Any]:
    """The file's own row, with the blind indexes and the days it is due. `answers` are those given to the rules."""
    keys = keys_of(conn)
    return {
        "id": child.id,
        "file_no": child.file_no,
        "unit": child.unit,
        "name": child.name,
        "id_no": child.id_no,
        "id_no_index": keys.blind("id_no", child.id_no.upper()) if child.id_no else None,
        "row_index": keys.blind("row", row_identity(child)),
        "address": child.address,
        "sex": child.sex.value if child.sex else None,
        "birth_date": child.birth_date,
        "tier": child.tier.value,
        "tier_since": child.tier_since,
        "household": child.household,
        "details": {key: getattr(child, key) for key in DETAILS if getattr(child, key) is not None},
        "added_on": child.added_on,
        "paused_until": child.paused_until,
        "closed_on": child.closed_on,
        "close_reason": child.close_reason,
        "contact_due": due.contact,
        "visit_due": due.visit,
        "supervisor_due": due.supervisor,
        "disability_until": child.disability_until,
        "number_says": number_says(child.id_no, child.birth_date, child.sex),
        "proposes_on": next_day(child, today, answers),
    }


def number_says(id_no: str | None, birth_date: date | None, sex: Sex | None) -> str | None:
    """What the ID number contradicts, as the column keeps it, so that asking for it opens no number."""
    return None if id_no is None else ",".join(sorted(number_gaps(id_no, birth_date, sex)))


def row_identity(child: Child) -> str:
    """What tells a child without an ID number from another: name, birth date, village, first guardian."""
    guardian = child.guardians[0].name if child.guardians else ""
    return "|".join((child.name, child.birth_date.isoformat() if child.birth_date else "", child.unit, guardian))


def label_rows(child: Child) -> list[dict[str, Any]]:
    """A new file's labels: they begin with it."""
    return [
        {"id": new_id(), "child_id": child.id, "label": label.value, "since": child.added_on} for label in child.labels
    ]


def guardian_rows(child: Child) -> list[dict[str, Any]]:
    """Its guardians and carers; who has no id yet gets one."""
    return [
        {
            "id": one.id or new_id(), "child_id": child.id, "relation": one.relation.value, "name": one.name,
            "phone": one.phone, "id_no": one.id_no, "carer": one.carer, "away": one.away, "state": one.state,
            "work_place": one.work_place, "kin_id": one.kin_id, "state_since": one.state_since,
            "state_until": one.state_until, "capacity": one.capacity.value if one.capacity else None,
            "capacity_why": one.capacity_why, "away_since": one.away_since, "province": one.province, "city": one.city,
            "trade": one.trade, "returns": one.returns.value if one.returns else None, "last_call": one.last_call,
        }
        for one in child.guardians
    ]  # fmt: skip


def child_of(values: dict[str, Any], labels: Iterable[Label], carers: Iterable[Guardian]) -> Child:
    """The child of an opened row, with its labels and guardians."""
    child = Child(
        id=values["id"], file_no=values["file_no"], name=values["name"], unit=values["unit"],
        sex=Sex(values["sex"]) if values["sex"] else None, birth_date=values["birth_date"], id_no=values["id_no"],
        address=values["address"], tier=Tier(values["tier"]), tier_since=values["tier_since"], labels=tuple(labels),
        guardians=tuple(carers), household=values["household"], added_on=values["added_on"],
        paused_until=values["paused_until"], closed_on=values["closed_on"], close_reason=values["close_reason"],
        disability_until=values["disability_until"],
    )  # fmt: skip
    if values["details"]:
        child = replace(child, **{key: values["details"].get(key) for key in DETAILS})
    return child


def guardian_of(values: dict[str, Any]) -> Guardian:
    """The guardian of an opened row."""
    return Guardian(
        Relation(values["relation"]), values["name"], values["phone"], values["id_no"], values["away"],
        values["work_place"], values["state"], values["carer"], state_since=values["state_since"],
        state_until=values["state_until"], capacity=Capacity(values["capacity"]) if values["capacity"] else None,
        capacity_why=values["capacity_why"], away_since=values["away_since"], province=values["province"],
        city=values["city"], trade=values["trade"], returns=Returns(values["returns"]) if values["returns"] else None,
        last_call=values["last_call"], id=values["id"], kin_id=values["kin_id"],
    )  # fmt: skip
