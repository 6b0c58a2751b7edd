"""夜间联系表, 用工信息, 网上举报, 手机使用: four small books of the county, and one word a term about a child's phone"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'night_contacts',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('name', db.types.Secret(), nullable=False),
        sa.Column('phone', db.types.Secret(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_night_contacts')),
    )
    op.create_index('ix_night_contacts_ended_at', 'night_contacts', ['ended_at', 'unit'], unique=False)
    op.create_table(
        'jobs',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('by_unit', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('words', db.types.Secret(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    )
    op.create_index('ix_jobs_until', 'jobs', ['until'], unique=False)
    op.create_table(
        'job_passes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('job_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_job_passes_job_id_jobs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_job_passes')),
        sa.UniqueConstraint('job_id', 'unit', name=op.f('uq_job_passes_job_id_unit')),
    )
    op.create_table(
        'online_clues',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('place', db.types.Secret(), nullable=False),
        sa.Column('receipt', db.types.Secret(), nullable=True),
        sa.Column('reported_on', sa.Date(), nullable=False),
        sa.Column('answer', sa.String(length=12), nullable=True),
        sa.Column('answered_on', sa.Date(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_online_clues')),
    )
    op.create_index('ix_online_clues_reported_on', 'online_clues', ['reported_on'], unique=False)
    op.create_table(
        'phone_talks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('term', sa.String(length=8), nullable=False),
        sa.Column('answer', sa.String(length=12), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_phone_talks_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_talks')),
        sa.UniqueConstraint('child_id', 'term', name=op.f('uq_phone_talks_child_id_term')),
    )
    op.create_index('ix_child_terms_status', 'child_terms', ['status'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_child_terms_status', table_name='child_terms')
    op.drop_table('phone_talks')
    op.drop_index('ix_online_clues_reported_on', table_name='online_clues')
    op.drop_table('online_clues')
    op.drop_table('job_passes')
    op.drop_index('ix_jobs_until', table_name='jobs')
    op.drop_table('jobs')
    op.drop_index('ix_night_contacts_ended_at', table_name='night_contacts')
    op.drop_table('night_contacts')
