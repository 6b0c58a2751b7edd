"""查阅/更正申请 and 紧急查看: what guardians ask about their child's data, and files opened in an emergency"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'glass_openings',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=False),
        sa.Column('reason', sa.String(length=12), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('until', db.types.Moment(), nullable=False),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('ended_by', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['by_person'], ['people.id'], name=op.f('fk_glass_openings_by_person_people')),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_glass_openings_child_id_children')),
        sa.ForeignKeyConstraint(['unit'], ['units.code'], name=op.f('fk_glass_openings_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_glass_openings')),
    )
    op.create_index('ix_glass_openings_at', 'glass_openings', ['at'])
    op.create_index('ix_glass_openings_by_person_at', 'glass_openings', ['by_person', 'at'])
    op.create_table(
        'rights_requests',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('number', sa.String(length=24), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('content', db.types.Secret('json'), nullable=False),
        sa.Column('taken_by', sa.String(length=36), nullable=False),
        sa.Column('taken_at', db.types.Moment(), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('decision', sa.String(length=8), nullable=True),
        sa.Column('why', sa.String(length=16), nullable=True),
        sa.Column('decided_by', sa.String(length=36), nullable=True),
        sa.Column('decided_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_rights_requests_child_id_children')),
        sa.ForeignKeyConstraint(['taken_by'], ['people.id'], name=op.f('fk_rights_requests_taken_by_people')),
        sa.ForeignKeyConstraint(['unit'], ['units.code'], name=op.f('fk_rights_requests_unit_units')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_requests')),
        sa.UniqueConstraint('number', name=op.f('uq_rights_requests_number')),
    )
    op.create_index('ix_rights_requests_child_id', 'rights_requests', ['child_id'])
    op.create_index('ix_rights_requests_decision_due', 'rights_requests', ['decision', 'due'])


def downgrade() -> None:
    op.drop_table('rights_requests')
    op.drop_table('glass_openings')
