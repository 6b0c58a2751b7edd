"""A looked-through roster waiting for 确认: its rows kept sealed, its contradictions answered one by one, or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from db.models import imports
from db.roster import Preview
from db.rows import add, change, opened
from db.types import new_id
from domain.children import Label, Relation, Sex, Tier
from domain.roster import CheckedRow, Good, RosterRow, disagreements, joined
from domain.roster.values import is_blank, text_of


def keep(
    conn: Connection, preview: Preview, digest: bytes, by: str | None, now: datetime, *, import_id: str | None = None
) -> str:
    """Put the good rows away, sealed, until they are confirmed; the id of the import.

    Rows that contradict each other are kept beside them: `answer` takes one of them over. `import_id` is one that was
    received before (`receive`) and gets its result now.
    """
    wanted = {id(new.source) for new in preview.plan.new} | {id(each.source) for each in preview.plan.changed}
    good = [
        _kept(row)
        for row in preview.rows
        # what is the same already is kept only for the words that stand beside it
        if isinstance(row.result, Good) and (id(row.source) in wanted or row.result.row.note or row.source.extra)
    ]
    # village by village: an import in parts then looks at few files at a time
    good.sort(key=lambda row: (row[2]["unit"], row[0], row[1]))
    asked = [[_kept(row) for row in group] for group in disagreements(preview.rows)]
    rows = {"good": good, "asked": asked, "notes": False}
    if import_id is None:
        import_id = new_id()
        add(conn, imports, id=import_id, digest=digest, by_person=by, at=now, counts=preview.counts, rows=rows)
    else:
        change(conn, imports, import_id, rows=rows, counts=preview.counts, stage=None, worked=None)
    return import_id


def _kept(row: CheckedRow) -> list[Any]:
    said = row.result.row
    assert said is not None
    extra = {key: words for key, cell in row.source.extra.items() if not is_blank(cell) and (words := text_of(cell))}
    return [row.source.sheet, row.source.line, row_json(said), extra]


@dataclass(frozen=True)
class Asked:
    """Rows of one file that contradict each other about one child: where they stand and what each says."""

    place: int  # which of the questions
    rows: tuple[tuple[str, int, RosterRow], ...]
    left: int  # how many questions are open, this one included
    ready: int  # rows that would be taken over on 确认 now


def waiting(conn: Connection, import_id: str, by: str | None) -> dict[str, Any] | None:
    """The rows of this person's preview while it waits for 确认; None when it is over (or being worked in parts)."""
    row = conn.execute(
        select(imports).where(
            imports.c.id == import_id,
            imports.c.by_person == by,
            imports.c.applied_at.is_(None),
            imports.c.stage.is_(None),
        )
    ).first()
    rows = opened(conn, imports, row)["rows"] if row is not None else None
    return None if rows is None else _laid(rows)


def _laid(rows: Any) -> dict[str, Any]:
    return rows if isinstance(rows, dict) else {"good": [[*row, {}] for row in rows], "asked": [], "notes": False}


def question(conn: Connection, import_id: str, by: str | None) -> Asked | None:
    """The next open question of a kept preview; None when nothing is open (or the preview is over)."""
    rows = waiting(conn, import_id, by)
    open_ones = [place for place, group in enumerate(rows["asked"]) if group] if rows else []
    if rows is None or not open_ones:
        return None
    group = rows["asked"][open_ones[0]]
    said = tuple((sheet, line, row_of(values)) for sheet, line, values, _ in group)
    return Asked(open_ones[0], said, len(open_ones), len(rows["good"]))


def answer(
    conn: Connection, import_id: str, by: str | None, place: int, take: int | None, *, join: bool = False
) -> bool:
    """Take one row of a question over (`take` counts from 0; with `join` filled up from the others), or none of them."""
    rows = waiting(conn, import_id, by)
    if rows is None or not 0 <= place < len(rows["asked"]) or not (group := rows["asked"][place]):
        return False
    if take is not None:
        if not 0 <= take < len(group):
            return False
        first, *others = [group[take], *(row for row in group if row is not group[take])]
        said = [row_of(row[2]) for row in (first, *others)]
        row = joined(said) if join else said[0]
        extra = (
            {key: words for one in (*reversed(others), first) for key, words in one[3].items()} if join else first[3]
        )
        rows["good"].append([first[0], first[1], row_json(row), extra])
    rows["asked"][place] = []
    return change(conn, imports, import_id, rows=rows)


def keep_notes(conn: Connection, import_id: str, by: str | None, wanted: bool) -> bool:
    """Whether what stands in columns without a field is kept beside each file; False when the preview is over."""
    rows = waiting(conn, import_id, by)
    return rows is not None and change(conn, imports, import_id, rows=rows | {"notes": wanted})


def ready(conn: Connection, import_id: str, by: str | None) -> tuple[int, bool] | None:
    """How many rows 确认 would take over, and whether further columns are kept as notes; None when it is over."""
    rows = waiting(conn, import_id, by)
    return None if rows is None else (len(rows["good"]), bool(rows["notes"]))


def drop(conn: Connection, import_id: str, by: str | None) -> bool:
    """取消: forget the rows of a preview; whether there was one of this person."""
    return change(
        conn, imports, import_id, imports.c.applied_at.is_(None), imports.c.rows.is_not(None),
        imports.c.stage.is_distinct_from("going"), imports.c.by_person == by, rows=None, stage=None,
    )  # fmt: skip


# --- rows, sealed ---


def plain(value: object) -> Any:
    """A value of a row or file as JSON can hold it."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def row_json(row: RosterRow) -> dict[str, Any]:
    """A row's values for the sealed column; what it does not say is left out."""
    return {key: plain(value) for key, value in vars(row).items() if value not in (None, ())}


def row_of(values: dict[str, Any]) -> RosterRow:
    """The row that `row_json` put away."""
    made: dict[str, Any] = dict(values, labels=tuple(Label(one) for one in values.get("labels", ())))
    for key, read in (("birth_date", date.fromisoformat), ("sex", Sex), ("carer_relation", Relation), ("tier", Tier)):
        if key in made:
            made[key] = read(made[key])  # type: ignore[operator]
    return RosterRow(**made)
