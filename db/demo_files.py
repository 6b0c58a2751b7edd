"""The records beside the facts of the demo county's files: benefits, help, notices and consents (domain/demo/child_files.py)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Connection

from db.models import benefits, consents, helps
from db.rows import add_many
from domain.calendar import local_day
from domain.demo.child_files import records
from domain.demo.county import County
from domain.demo.ids import Ids
from domain.units import UnitTree


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Write them for every village, in three statements."""
    ids, day = Ids(Random(f"{county.seed}/file-ids"), local_day(at)), local_day(at)
    made = [records(place.homes, f"{county.seed}/{place.unit.code}", day, ids) for place in county.places]
    for table, found in (
        (benefits, [one for each in made for one in each.benefits]),
        (helps, [one for each in made for one in each.helps]),
        (consents, [one for each in made for one in each.consents]),
    ):
        add_many(conn, table, [_row(one, at) for one in found])  # type: ignore[attr-defined]


def _row(one: Any, at: datetime) -> dict[str, Any]:
    values = {key: getattr(value, "value", value) for key, value in asdict(one).items() if key != "by"}
    return values | {"by_person": None, "at": at, "demo": True}
