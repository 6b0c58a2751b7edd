"""What waits is looked for by chat: read off the index alone, where each waiting message was opened before"""

from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_outbox_waiting', table_name='outbox')
    op.create_index('ix_outbox_waiting', 'outbox', ['state', 'chat_id', 'seq', 'urgency', 'not_before', 'trouble'])


def downgrade() -> None:
    op.drop_index('ix_outbox_waiting', table_name='outbox')
    op.create_index('ix_outbox_waiting', 'outbox', ['state', 'urgency', 'seq'])
