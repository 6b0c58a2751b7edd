"""months of contacts rolled up by child; passes for the wall"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

# One row for each child and year; bit n is month n + 1. Every month is taken once, so a sum is an OR.
FILL = """
INSERT INTO contact_years (year, child_id, reached, visited, supervised)
SELECT year, child_id, sum(bit), sum(bit * visited), sum(bit * supervised)
FROM (
    SELECT child_id, {year} AS year, 1 << ({month} - 1) AS bit,
        max(CASE WHEN kind = 'home_visit' AND child_seen THEN 1 ELSE 0 END) AS visited,
        max(CASE WHEN by_role = 'supervisor' THEN 1 ELSE 0 END) AS supervised
    FROM contacts WHERE reached AND replaced_by IS NULL
    GROUP BY child_id, {year}, {month}
) AS months
GROUP BY child_id, year
"""
PARTS = {
    'sqlite': {'year': "CAST(strftime('%Y', day) AS INTEGER)", 'month': "CAST(strftime('%m', day) AS INTEGER)"},
    'postgresql': {'year': 'CAST(extract(year FROM day) AS INTEGER)', 'month': 'CAST(extract(month FROM day) AS INTEGER)'},
}


DAYS = ['day', 'child_id', 'reached', 'replaced_by', 'kind', 'child_seen', 'by_role']


def upgrade() -> None:
    op.create_index('ix_contacts_day', 'contacts', DAYS, unique=False)
    op.create_table(
        'contact_years',
        sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('reached', sa.Integer(), nullable=False),
        sa.Column('visited', sa.Integer(), nullable=False),
        sa.Column('supervised', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_contact_years_child_id_children')),
        sa.PrimaryKeyConstraint('year', 'child_id', name=op.f('pk_contact_years')),
        sqlite_with_rowid=False,
    )
    op.create_index('ix_contact_years_child_id', 'contact_years', ['child_id'], unique=False)
    op.execute(FILL.format(**PARTS[op.get_bind().dialect.name]))
    op.create_table(
        'wall_passes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('link', sa.LargeBinary(length=32), nullable=False),
        sa.Column('made_at', db.types.Moment(), nullable=False),
        sa.Column('link_until', db.types.Moment(), nullable=False),
        sa.Column('opened_at', db.types.Moment(), nullable=True),
        sa.Column('session', sa.LargeBinary(length=32), nullable=True),
        sa.Column('until', db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_wall_passes_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_wall_passes')),
        sa.UniqueConstraint('link', name=op.f('uq_wall_passes_link')),
        sa.UniqueConstraint('session', name=op.f('uq_wall_passes_session')),
    )


def downgrade() -> None:
    op.drop_table('wall_passes')
    op.drop_index('ix_contact_years_child_id', table_name='contact_years')
    op.drop_table('contact_years')
    op.drop_index('ix_contacts_day', table_name='contacts')
