"""What a campaign brings and from whom is sealed, as it is in the children's files: a giver may be a person"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from db.rows import keys_of

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

COLUMNS = (('drives', 'gift'), ('drives', 'giver'), ('drive_rows', 'giver'))


def upgrade() -> None:
    def seal(place: str, value: str) -> bytes:
        return keys_of(op.get_bind()).seal(place, value.encode())

    for table, name in COLUMNS:
        _become(table, name, sa.LargeBinary(), seal)


def downgrade() -> None:
    def open_(place: str, value: bytes) -> str:
        return keys_of(op.get_bind()).open(place, bytes(value)).decode()

    for table, name in COLUMNS:
        _become(table, name, sa.Text(), open_)


def _become(table: str, name: str, kind: sa.types.TypeEngine, turn: Callable) -> None:
    conn, rows = op.get_bind(), sa.table(table, sa.column('id'), sa.column(name))
    kept = conn.execute(sa.select(rows.c.id, rows.c[name]).where(rows.c[name].is_not(None))).all()
    op.drop_column(table, name)
    op.add_column(table, sa.Column(name, kind, nullable=True))
    for row_id, value in kept:
        conn.execute(sa.update(rows).where(rows.c.id == row_id).values({name: turn(f'{table}.{name}:{row_id}', value)}))
