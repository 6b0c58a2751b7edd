"""roster imports: what each did to which file, notes of columns without a field, likenesses and merges"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

IMPORTS = (
    ('stage', sa.String(length=12)),
    ('chat_id', db.types.BigId),
    ('worked', sa.Integer()),
    ('progress_id', sa.String(length=36)),
    ('undone_at', db.types.Moment()),
    ('undone_by', sa.String(length=36)),
)


def upgrade() -> None:
    for name, kind in IMPORTS:
        op.add_column('imports', sa.Column(name, kind, nullable=True))
    op.create_index('ix_imports_stage', 'imports', ['stage'], unique=False)
    op.create_table(
        'import_children',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('import_id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('before', db.types.Secret(), nullable=True),
        sa.Column('result', sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_children_import_id_imports')),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_import_children_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_import_children')),
        sa.UniqueConstraint('import_id', 'child_id', name=op.f('uq_import_children_import_id_child_id')),
    )
    op.create_table(
        'roster_notes',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('import_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('content', db.types.Secret(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_roster_notes_child_id_children')),
        sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_roster_notes_import_id_imports')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_notes')),
    )
    op.create_index('ix_roster_notes_child_id', 'roster_notes', ['child_id'], unique=False)
    op.create_index('ix_roster_notes_import_id', 'roster_notes', ['import_id'], unique=False)
    op.create_table(
        'likenesses',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('one_id', sa.String(length=36), nullable=False),
        sa.Column('other_id', sa.String(length=36), nullable=False),
        sa.Column('grounds', sa.JSON(), nullable=False),
        sa.Column('facts', sa.LargeBinary(length=20), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('found_at', db.types.Moment(), nullable=False),
        sa.Column('told_at', db.types.Moment(), nullable=True),
        sa.Column('decided_at', db.types.Moment(), nullable=True),
        sa.Column('decided_by', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['one_id'], ['children.id'], name=op.f('fk_likenesses_one_id_children')),
        sa.ForeignKeyConstraint(['other_id'], ['children.id'], name=op.f('fk_likenesses_other_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_likenesses')),
        sa.UniqueConstraint('one_id', 'other_id', name=op.f('uq_likenesses_one_id_other_id')),
    )
    op.create_index('ix_likenesses_state', 'likenesses', ['state'], unique=False)
    op.create_index('ix_likenesses_other_id', 'likenesses', ['other_id'], unique=False)
    op.create_table(
        'merges',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('kept_id', sa.String(length=36), nullable=False),
        sa.Column('closed_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('before', db.types.Secret(), nullable=False),
        sa.Column('moved', sa.JSON(), nullable=False),
        sa.Column('undone_at', db.types.Moment(), nullable=True),
        sa.Column('undone_by', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['kept_id'], ['children.id'], name=op.f('fk_merges_kept_id_children')),
        sa.ForeignKeyConstraint(['closed_id'], ['children.id'], name=op.f('fk_merges_closed_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_merges')),
    )
    op.create_index('ix_merges_kept_id', 'merges', ['kept_id'], unique=False)
    op.create_index('ix_merges_closed_id', 'merges', ['closed_id'], unique=False)


def downgrade() -> None:
    for table in ('merges', 'likenesses', 'roster_notes', 'import_children'):
        op.drop_table(table)
    op.drop_index('ix_imports_stage', table_name='imports')
    for name, _ in reversed(IMPORTS):
        op.drop_column('imports', name)
