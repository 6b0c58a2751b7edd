"""since when a child has its tier and who decided it; what units have done"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('children') as table:
        table.add_column(sa.Column('tier_since', sa.Date(), nullable=True))
    op.create_table(
        'tier_decisions',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('before', sa.String(length=8), nullable=False),
        sa.Column('after', sa.String(length=8), nullable=False),
        sa.Column('grounds', sa.JSON(), nullable=False),
        sa.Column('reason', db.types.Secret(), nullable=True),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('decided_at', db.types.Moment(), nullable=True),
        sa.Column('decided_by', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_tier_decisions_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tier_decisions')),
    )
    op.create_index('ix_tier_decisions_child_id', 'tier_decisions', ['child_id', 'at'], unique=False)
    op.create_index('ix_tier_decisions_state', 'tier_decisions', ['state'], unique=False)
    op.create_table(
        'deeds',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('duty', sa.String(length=24), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('reached', sa.Integer(), nullable=True),
        sa.Column('note', db.types.Secret(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('entered_at', db.types.Moment(), nullable=False),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deeds')),
    )
    op.create_index('ix_deeds_duty_unit_day', 'deeds', ['duty', 'unit', 'day'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_deeds_duty_unit_day', table_name='deeds')
    op.drop_table('deeds')
    op.drop_index('ix_tier_decisions_state', table_name='tier_decisions')
    op.drop_index('ix_tier_decisions_child_id', table_name='tier_decisions')
    op.drop_table('tier_decisions')
    op.drop_column('children', 'tier_since')
