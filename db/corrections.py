"""How often what was read out of a message had to be changed by the person, by field. Counts only; no words are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from db.models import reading_corrections


@dataclass(frozen=True)
class Rate:
    """One field of the visit form over some days."""

    field: str
    read: int
    corrected: int

    @property
    def share(self) -> float:
        return self.corrected / self.read if self.read else 0.0


def count(conn: Connection, day: date, unit: str, fields: Mapping[str, bool]) -> None:
    """A card was confirmed: each of these fields had been read; True where the person had changed it."""
    for field, changed in sorted(fields.items()):  # always in one order, so that two workers cannot lock each other out
        _add(conn, day, unit, field, 1, int(changed))


def count_late(conn: Connection, day: date, unit: str, fields: Collection[str]) -> None:
    """A confirmed record was corrected afterwards in these fields, which had been read when it was made."""
    for field in sorted(fields):
        _add(conn, day, unit, field, 0, 1)


def _add(conn: Connection, day: date, unit: str, field: str, read: int, corrected: int) -> None:
    if conn.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as upsert
    else:
        from sqlalchemy.dialects.postgresql import insert as upsert  # type: ignore[assignment]
    table = reading_corrections
    new = upsert(table).values(day=day, unit=unit, field=field, read=read, corrected=corrected)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=[table.c.day, table.c.unit, table.c.field],
            set_={"read": table.c.read + read, "corrected": table.c.corrected + corrected},
        )
    )


def rates(conn: Connection, units: Collection[str], first: date, last: date) -> list[Rate]:
    """Read and corrected, by field, within these units and days; the fields most often changed first."""
    table = reading_corrections
    rows = conn.execute(
        select(table.c.field, func.sum(table.c.read), func.sum(table.c.corrected))
        .where(table.c.unit.in_(list(units)), table.c.day.between(first, last))
        .group_by(table.c.field)
    )
    found = [Rate(row[0], int(row[1]), int(row[2])) for row in rows]
    return sorted(found, key=lambda one: (-one.share, -one.read, one.field))
