"""papers and sync: what was carried over into the national system"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'national_ticks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('batch', sa.String(length=36), nullable=False),
        sa.Column('content', db.types.Secret("json"), nullable=False),
        sa.Column('undone_at', db.types.Moment(), nullable=True),
        sa.Column('source', sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_national_ticks_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_national_ticks')),
    )
    op.create_index('ix_national_ticks_child_id', 'national_ticks', ['child_id', 'undone_at'], unique=False)
    op.create_index('ix_national_ticks_batch', 'national_ticks', ['batch'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_national_ticks_batch', table_name='national_ticks')
    op.drop_index('ix_national_ticks_child_id', table_name='national_ticks')
    op.drop_table('national_ticks')
