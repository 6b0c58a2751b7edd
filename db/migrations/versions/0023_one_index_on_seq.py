"""The journal's place in the chain is unique: the second index on it told the database nothing and cost every line"""

from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_journal_seq', table_name='journal')


def downgrade() -> None:
    op.create_index('ix_journal_seq', 'journal', ['seq'], unique=False)
