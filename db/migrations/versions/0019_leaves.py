"""请假和代办: who is away from a post, until when, and who stands in; how many forms of each kind a unit filled in"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'leaves',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('post_id', sa.String(length=36), nullable=False),
        sa.Column('away', sa.String(length=36), nullable=True),
        sa.Column('deputy', sa.String(length=36), nullable=True),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('begun_at', db.types.Moment(), nullable=True),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_leaves_post_id_posts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_leaves')),
    )
    op.create_table(
        'forms_filled',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('form', sa.String(length=24), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('questions', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('day', 'unit', 'form', name=op.f('pk_forms_filled')),
    )
    op.create_index('ix_leaves_ended_at_post_id', 'leaves', ['ended_at', 'post_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_leaves_ended_at_post_id', table_name='leaves')
    op.drop_table('leaves')
    op.drop_table('forms_filled')
