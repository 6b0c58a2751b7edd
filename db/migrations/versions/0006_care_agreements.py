"""委托照护协议: what was agreed, and the paper of each child with its history"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'agreements',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('content', db.types.Secret(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agreements')),
    )
    op.create_table(
        'agreement_children',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('paper_id', sa.String(length=36), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('agreement_id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('heard', sa.String(length=12), nullable=True),
        sa.Column('school_told', sa.Boolean(), nullable=False),
        sa.Column('village_told', sa.Boolean(), nullable=False),
        sa.Column('signed_on', sa.Date(), nullable=True),
        sa.Column('signers', sa.JSON(), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.Column('ended_why', sa.String(length=16), nullable=True),
        sa.Column('content', db.types.Secret(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('replaced_by', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['agreement_id'], ['agreements.id'], name=op.f('fk_agreement_children_agreement_id_agreements')
        ),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_agreement_children_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_children')),
        sa.UniqueConstraint('paper_id', 'version', name=op.f('uq_agreement_children_paper_id_version')),
    )
    op.create_index('ix_agreement_children_child_id', 'agreement_children', ['child_id', 'replaced_by'], unique=False)
    op.create_index('ix_agreement_children_agreement_id', 'agreement_children', ['agreement_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_agreement_children_agreement_id', table_name='agreement_children')
    op.drop_index('ix_agreement_children_child_id', table_name='agreement_children')
    op.drop_table('agreement_children')
    op.drop_table('agreements')
