"""what the clocks of a report and the silence over a draft need to know without opening either"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('reports') as table:
        table.add_column(sa.Column('unsafe', sa.Boolean(), nullable=True))
        table.add_column(sa.Column('around', sa.JSON(), nullable=True))
        table.add_column(sa.Column('drill', sa.Boolean(), nullable=True))
        table.add_column(sa.Column('over_at', db.types.Moment(), nullable=True))
    op.create_index('ix_reports_over_at', 'reports', ['over_at'], unique=False)
    op.create_index('ix_reports_child_id', 'reports', ['child_id'], unique=False)
    with op.batch_alter_table('report_events') as table:
        table.add_column(sa.Column('seq', sa.Integer(), nullable=True))
    op.create_index('uq_report_events_report_id', 'report_events', ['report_id', 'seq'], unique=True)
    with op.batch_alter_table('drafts') as table:
        table.add_column(sa.Column('unit', sa.String(length=32), nullable=True))
        table.add_column(sa.Column('suggested', sa.Boolean(), nullable=True))
    op.create_index('ix_drafts_form', 'drafts', ['form'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_drafts_form', table_name='drafts')
    op.drop_column('drafts', 'suggested')
    op.drop_column('drafts', 'unit')
    op.drop_index('uq_report_events_report_id', table_name='report_events')
    op.drop_column('report_events', 'seq')
    op.drop_index('ix_reports_child_id', table_name='reports')
    op.drop_index('ix_reports_over_at', table_name='reports')
    op.drop_column('reports', 'over_at')
    op.drop_column('reports', 'drill')
    op.drop_column('reports', 'around')
    op.drop_column('reports', 'unsafe')
