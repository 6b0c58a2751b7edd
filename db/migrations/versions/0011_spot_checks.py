"""抽查: what was drawn and how, the sheets, what is to be mended"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'spot_checks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('running', sa.String(length=32), nullable=True),
        sa.Column('seed', sa.String(length=40), nullable=False),
        sa.Column('frame', sa.JSON(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('drawn_at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('closed_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_checks')),
        sa.UniqueConstraint('running', name=op.f('uq_spot_checks_running')),
    )
    op.create_index('ix_spot_checks_unit', 'spot_checks', ['unit', 'drawn_at'], unique=False)
    op.create_table(
        'spot_check_rows',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('check_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('done_at', db.types.Moment(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('note', db.types.Secret(), nullable=True),
        sa.ForeignKeyConstraint(['check_id'], ['spot_checks.id'], name=op.f('fk_spot_check_rows_check_id_spot_checks')),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_spot_check_rows_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check_rows')),
    )
    op.create_index(op.f('ix_spot_check_rows_check_id'), 'spot_check_rows', ['check_id'], unique=False)
    op.create_table(
        'spot_check_findings',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('row_id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('item', sa.String(length=16), nullable=False),
        sa.Column('result', sa.String(length=8), nullable=False),
        sa.Column('due', sa.Date(), nullable=True),
        sa.Column('open', sa.Boolean(), nullable=False),
        sa.Column('mended_at', db.types.Moment(), nullable=True),
        sa.Column('mended_by', sa.String(length=36), nullable=True),
        sa.Column('mended', db.types.Secret(), nullable=True),
        sa.Column('closed_at', db.types.Moment(), nullable=True),
        sa.Column('closed_by', sa.String(length=36), nullable=True),
        sa.Column('again', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['row_id'], ['spot_check_rows.id'], name=op.f('fk_spot_check_findings_row_id_spot_check_rows')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check_findings')),
    )
    op.create_index('ix_spot_check_findings_open', 'spot_check_findings', ['open', 'due'], unique=False)
    op.create_index(op.f('ix_spot_check_findings_row_id'), 'spot_check_findings', ['row_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_spot_check_findings_row_id'), table_name='spot_check_findings')
    op.drop_index('ix_spot_check_findings_open', table_name='spot_check_findings')
    op.drop_table('spot_check_findings')
    op.drop_index(op.f('ix_spot_check_rows_check_id'), table_name='spot_check_rows')
    op.drop_table('spot_check_rows')
    op.drop_index('ix_spot_checks_unit', table_name='spot_checks')
    op.drop_table('spot_checks')
