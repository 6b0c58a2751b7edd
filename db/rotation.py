"""A new key for everything that rests sealed, while the program runs.

Which values still rest under an old key is read off the values themselves (each names its key), so there is no other
state: whoever is killed half way starts again and goes on where it was left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, update

from db.crypto import KeyTrouble
from db.migrate import check_keys, get_meta, put_meta
from db.models import metadata
from db.rows import keys_of
from db.types import Sealed, Secret

BATCH = 200
CHECK = "key_check"


@dataclass(frozen=True)
class Place:
    """A table and how far it has been walked. `after` is the last row's key; None before the first."""

    table: str
    after: object = None


def tables() -> list[Table]:
    """Those that hold anything sealed."""
    return [table for table in metadata.sorted_tables if _secrets(table)]


def left(conn: Connection) -> int:
    """How many rows still hold something under another key than the one that seals now."""
    count = sum(
        conn.execute(select(func.count()).select_from(table).where(_is_old(conn, table))).scalar_one() for table in tables()
    )
    return count + int(_check_is_old(conn))


def first() -> Place:
    return Place(tables()[0].name)


def step(conn: Connection, place: Place, most: int = BATCH) -> tuple[int, Place | None]:
    """Seal the next rows anew, in the caller's transaction; how many, and where to go on (None: all tables walked)."""
    table, ring = metadata.tables[place.table], keys_of(conn)
    key = next(iter(table.primary_key))
    wanted = select(key, *_secrets(table)).where(_is_old(conn, table)).order_by(key).limit(most)
    rows = conn.execute(wanted if place.after is None else wanted.where(key > place.after)).all()
    for row in rows:
        row_id, new = row[0], dict[str, Sealed]()
        for column in _secrets(table):
            old = row._mapping[column.name]
            if old is not None and old[1:5] != ring.current.encode():
                where = f"{table.name}.{column.name}:{row_id}"
                new[column.name] = Sealed(ring.seal(where, ring.open(where, old)))
        # only if nobody wrote it in between: then it rests under the new key already, or the next walk finds it
        same = [table.c[name] == row._mapping[name] for name in new]
        conn.execute(update(table).where(key == row_id, *same).values(**new))
    if len(rows) == most:
        return most, Place(table.name, rows[-1][0])
    names = [one.name for one in tables()]
    further = names[names.index(table.name) + 1 :]
    if further:
        return len(rows), Place(further[0])
    return len(rows) + _renew_check(conn), None


def _check_is_old(conn: Connection) -> bool:
    said = get_meta(conn, CHECK)
    return said is not None and bytes.fromhex(said)[1:5] != keys_of(conn).current.encode()


def _renew_check(conn: Connection) -> int:
    """What proves at every start that the keys are the right ones."""
    if not _check_is_old(conn):
        return 0
    check_keys(conn)  # raises KeyTrouble rather than sealing a proof of the wrong keys
    put_meta(conn, CHECK, keys_of(conn).seal(f"meta.value:{CHECK}", b"xiaomiao").hex())
    return 1


def _is_old(conn: Connection, table: Table) -> ColumnElement[bool]:
    current = keys_of(conn).current.encode()
    return or_(*(and_(column.is_not(None), func.substr(column, 2, 4) != current) for column in _secrets(table)))


def _secrets(table: Table) -> list[ColumnElement[Sealed]]:
    return [column for column in table.c if isinstance(column.type, Secret)]


def demand_all_new(conn: Connection) -> None:
    """Raises KeyTrouble while anything still needs an old key."""
    count = left(conn)
    if count:
        raise KeyTrouble(f"还有 {count} 行数据要用旧钥匙打开，旧钥匙不能删。请先运行 ./run rotate-key。")


def walk(conn: Connection) -> Iterator[int]:
    """All of it in one transaction, for a small database and the tests."""
    place: Place | None = first()
    while place is not None:
        count, place = step(conn, place)
        yield count
