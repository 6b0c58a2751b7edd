"""走访慰问: who goes to a single home"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('drive_rows', sa.Column('goes', db.types.Secret(), nullable=True))


def downgrade() -> None:
    op.drop_column('drive_rows', 'goes')
