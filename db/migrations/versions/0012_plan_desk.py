"""三年行动: plans, what units said about their tasks, who was asked, the yearly inspection"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'plans',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('code', sa.String(length=16), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('loaded_at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
        sa.UniqueConstraint('code', name=op.f('uq_plans_code')),
    )
    op.create_table(
        'plan_progress',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('plan', sa.String(length=16), nullable=False),
        sa.Column('task', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('percent', sa.Integer(), nullable=True),
        sa.Column('milestone', sa.Date(), nullable=True),
        sa.Column('text', db.types.Secret(), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_progress')),
    )
    op.create_table(
        'plan_asks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('plan', sa.String(length=16), nullable=False),
        sa.Column('task', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('period', sa.String(length=8), nullable=False),
        sa.Column('asked_at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('answered_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_asks')),
        sa.UniqueConstraint('plan', 'task', 'unit', 'period', name=op.f('uq_plan_asks_plan_task_unit_period')),
    )
    op.create_table(
        'plan_inspections',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('plan', sa.String(length=16), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('towns', sa.JSON(), nullable=False),
        sa.Column('found', db.types.Secret(), nullable=True),
        sa.Column('due', sa.Date(), nullable=True),
        sa.Column('mended_at', db.types.Moment(), nullable=True),
        sa.Column('mended', db.types.Secret(), nullable=True),
        sa.Column('deed', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_inspections')),
    )
    op.create_index('ix_plan_progress_plan_task_at', 'plan_progress', ['plan', 'task', 'at'], unique=False)
    op.create_index('ix_plan_asks_open', 'plan_asks', ['answered_at', 'unit'], unique=False)
    op.create_index('ix_plan_inspections_plan_day', 'plan_inspections', ['plan', 'day'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_plan_inspections_plan_day', table_name='plan_inspections')
    op.drop_index('ix_plan_asks_open', table_name='plan_asks')
    op.drop_index('ix_plan_progress_plan_task_at', table_name='plan_progress')
    op.drop_table('plan_inspections')
    op.drop_table('plan_asks')
    op.drop_table('plan_progress')
    op.drop_table('plans')
