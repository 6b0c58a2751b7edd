"""Moves, hand-overs, the yearly sweep, and what became of an issue"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('issues', sa.Column('owner', sa.String(length=20), nullable=True))
    op.add_column('issues', sa.Column('due', sa.Date(), nullable=True))
    op.create_index('ix_issues_due', 'issues', ['closed_on', 'due'], unique=False)
    op.create_table('moves',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('running', sa.String(length=36), nullable=True),
        sa.Column('from_unit', sa.String(length=32), nullable=False),
        sa.Column('to_unit', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('why', db.types.Secret(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('answered_at', db.types.Moment(), nullable=True),
        sa.Column('answered_by', sa.String(length=36), nullable=True),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('ended_how', sa.String(length=12), nullable=True),
        sa.Column('ended_by', sa.String(length=36), nullable=True),
        sa.Column('ended_why', db.types.Secret(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_moves_child_id_children')),
        sa.ForeignKeyConstraint(['from_unit'], ['units.code'], name=op.f('fk_moves_from_unit_units')),
        sa.ForeignKeyConstraint(['to_unit'], ['units.code'], name=op.f('fk_moves_to_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_moves')),
        sa.UniqueConstraint('running', name=op.f('uq_moves_running')),
    )
    op.create_table('handovers',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('running', sa.String(length=32), nullable=True),
        sa.Column('giver', sa.String(length=36), nullable=True),
        sa.Column('taker', sa.String(length=36), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['unit'], ['units.code'], name=op.f('fk_handovers_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
        sa.UniqueConstraint('running', name=op.f('uq_handovers_running')),
    )
    op.create_table('handover_items',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('handover_id', sa.String(length=36), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('subject', sa.String(length=80), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('given_at', db.types.Moment(), nullable=True),
        sa.Column('given_by', sa.String(length=36), nullable=True),
        sa.Column('taken_at', db.types.Moment(), nullable=True),
        sa.Column('taken_by', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['handover_id'], ['handovers.id'], name=op.f('fk_handover_items_handover_id_handovers')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_items')),
        sa.UniqueConstraint('handover_id', 'kind', 'subject', name=op.f('uq_handover_items_handover_id_kind_subject')),
    )
    op.create_table('sweeps',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('running', sa.String(length=32), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['unit'], ['units.code'], name=op.f('fk_sweeps_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sweeps')),
        sa.UniqueConstraint('running', name=op.f('uq_sweeps_running')),
    )
    op.create_table('sweep_villages',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('sweep_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('signed_at', db.types.Moment(), nullable=True),
        sa.Column('signed_by', sa.String(length=36), nullable=True),
        sa.Column('signature', db.types.Secret(), nullable=True),
        sa.ForeignKeyConstraint(['sweep_id'], ['sweeps.id'], name=op.f('fk_sweep_villages_sweep_id_sweeps')),
        sa.ForeignKeyConstraint(['unit'], ['units.code'], name=op.f('fk_sweep_villages_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sweep_villages')),
        sa.UniqueConstraint('sweep_id', 'unit', name=op.f('uq_sweep_villages_sweep_id_unit')),
    )
    op.create_table('sweep_homes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('sweep_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('home', sa.String(length=36), nullable=False),
        sa.Column('found', sa.String(length=12), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['sweep_id'], ['sweeps.id'], name=op.f('fk_sweep_homes_sweep_id_sweeps')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sweep_homes')),
        sa.UniqueConstraint('sweep_id', 'home', name=op.f('uq_sweep_homes_sweep_id_home')),
    )
    op.create_table('issue_events',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('issue_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('owner', sa.String(length=20), nullable=True),
        sa.Column('due', sa.Date(), nullable=True),
        sa.Column('words', db.types.Secret(), nullable=True),
        sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_events_issue_id_issues')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_events')),
    )
    op.create_index('ix_moves_child_id', 'moves', ['child_id'], unique=False)
    op.create_index('ix_moves_from_unit', 'moves', ['from_unit', 'ended_at'], unique=False)
    op.create_index('ix_moves_to_unit', 'moves', ['to_unit', 'ended_at'], unique=False)
    op.create_index('ix_handovers_unit', 'handovers', ['unit', 'at'], unique=False)
    op.create_index('ix_sweeps_unit', 'sweeps', ['unit', 'at'], unique=False)
    op.create_index('ix_sweep_villages_unit', 'sweep_villages', ['unit', 'signed_at'], unique=False)
    op.create_index('ix_sweep_homes_sweep_id_unit', 'sweep_homes', ['sweep_id', 'unit'], unique=False)
    op.create_index('ix_issue_events_issue_id', 'issue_events', ['issue_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_issue_events_issue_id', table_name='issue_events')
    op.drop_table('issue_events')
    op.drop_index('ix_sweep_homes_sweep_id_unit', table_name='sweep_homes')
    op.drop_table('sweep_homes')
    op.drop_index('ix_sweep_villages_unit', table_name='sweep_villages')
    op.drop_table('sweep_villages')
    op.drop_index('ix_sweeps_unit', table_name='sweeps')
    op.drop_table('sweeps')
    op.drop_table('handover_items')
    op.drop_index('ix_handovers_unit', table_name='handovers')
    op.drop_table('handovers')
    op.drop_index('ix_moves_child_id', table_name='moves')
    op.drop_index('ix_moves_from_unit', table_name='moves')
    op.drop_index('ix_moves_to_unit', table_name='moves')
    op.drop_table('moves')
    op.drop_index('ix_issues_due', table_name='issues')
    op.drop_column('issues', 'due')
    op.drop_column('issues', 'owner')
