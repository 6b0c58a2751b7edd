"""Every column that points at a child's file: what moves when two files become one, and what shows that one is in use.

Read from the schema itself, so that a table added tomorrow is not forgotten.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, Connection, Table, select
from sqlalchemy.sql.schema import ForeignKey

from db.models import metadata

# The first sheet of the file itself, and the books kept about files.
_OF_THE_FILE = ("guardians", "child_labels")
_BOOKS = ("import_children", "likenesses", "merges")
# What the system writes by itself when a file is opened or asked about: no sign that somebody worked with it.
_BY_ITSELF = ("child_history", "child_terms", "file_asks", "roster_notes")


def links(*, besides: Collection[str] = ()) -> list[tuple[Table, Column[str]]]:
    """(table, column) of every reference to a child's file, but for the file's own sheet and the books."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        if table.name not in (*_OF_THE_FILE, *_BOOKS, *besides)
        for column in table.columns
        if any(_is_child(key) for key in column.foreign_keys)
    ]


def in_use(conn: Connection, ids: Collection[str]) -> set[str]:
    """Which of these files (900 at most) somebody has worked with: a contact, a report, an agreement, anything."""
    found: set[str] = set()
    for _, column in links(besides=_BY_ITSELF):
        found.update(conn.execute(select(column).where(column.in_(list(ids))).distinct()).scalars())
    return found


def _is_child(key: ForeignKey) -> bool:
    return key.target_fullname == "children.id"
