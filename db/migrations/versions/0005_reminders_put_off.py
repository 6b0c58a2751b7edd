"""reminders put off; how much somebody has been sent on a day"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'snoozes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('rule', sa.String(length=24), nullable=False),
        sa.Column('subject', sa.String(length=60), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('made_on', sa.Date(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(length=12), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_snoozes_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_snoozes')),
    )
    op.create_index('ix_snoozes_until', 'snoozes', ['until'], unique=False)
    op.create_index('ix_outbox_chat_id', 'outbox', ['chat_id', 'created_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_outbox_chat_id', table_name='outbox')
    op.drop_index('ix_snoozes_until', table_name='snoozes')
    op.drop_table('snoozes')
