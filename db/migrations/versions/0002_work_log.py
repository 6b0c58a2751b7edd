"""the work log of a person, and how often a read value had to be changed"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('work_log',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', db.types.Moment(), nullable=False),
    sa.Column('text', db.types.Secret(), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_work_log_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_log'))
    )
    op.create_index('ix_work_log_person_id_day', 'work_log', ['person_id', 'day'], unique=False)
    op.create_table('reading_corrections',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('field', sa.String(length=16), nullable=False),
    sa.Column('read', sa.Integer(), nullable=False),
    sa.Column('corrected', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'unit', 'field', name=op.f('pk_reading_corrections'))
    )
    op.create_index('ix_attachments_subject', 'attachments', ['subject'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_attachments_subject', table_name='attachments')
    op.drop_table('reading_corrections')
    op.drop_index('ix_work_log_person_id_day', table_name='work_log')
    op.drop_table('work_log')
