"""child file: kin, benefits, help, notice and consent, school terms, what rules proposed, what was asked"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

GUARDIAN = (
    ('kin_id', sa.String(length=36)),
    ('state_since', sa.Date()),
    ('state_until', sa.Date()),
    ('capacity', sa.String(length=8)),
    ('capacity_why', db.types.Secret()),
    ('away_since', sa.Date()),
    ('province', sa.String(length=24)),
    ('city', sa.String(length=40)),
    ('trade', sa.String(length=24)),
    ('returns', sa.String(length=16)),
    ('last_call', sa.Date()),
)


def upgrade() -> None:
    op.create_table(
        'kin',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('id_no_index', sa.LargeBinary(length=20), nullable=True),
        sa.Column('name_index', sa.LargeBinary(length=20), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_kin')),
    )
    op.create_index('ix_kin_id_no_index', 'kin', ['id_no_index'], unique=False)
    op.create_index('ix_kin_name_index', 'kin', ['name_index'], unique=False)
    for name, kind in GUARDIAN:
        op.add_column('guardians', sa.Column(name, kind, nullable=True))
    op.create_index('ix_guardians_kin_id', 'guardians', ['kin_id'], unique=False)
    op.add_column('child_labels', sa.Column('evidence', db.types.Secret(), nullable=True))
    op.add_column('children', sa.Column('disability_until', sa.Date(), nullable=True))
    op.add_column('children', sa.Column('proposes_on', sa.Date(), nullable=True))
    op.create_index('ix_children_proposes_on', 'children', ['proposes_on'], unique=False)
    op.create_table(
        'benefits',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('status', sa.String(length=12), nullable=False),
        sa.Column('applied_on', sa.Date(), nullable=True),
        sa.Column('since', sa.Date(), nullable=True),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('amount', sa.Integer(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_benefits_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_benefits')),
    )
    op.create_index('ix_benefits_child_id', 'benefits', ['child_id'], unique=False)
    op.create_index('ix_benefits_kind_status', 'benefits', ['kind', 'status'], unique=False)
    op.create_table(
        'helps',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('what', db.types.Secret(), nullable=True),
        sa.Column('giver', db.types.Secret(), nullable=True),
        sa.Column('value', sa.Integer(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_helps_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_helps')),
    )
    op.create_index('ix_helps_child_id_day', 'helps', ['child_id', 'day'], unique=False)
    op.create_table(
        'consents',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('whose', sa.String(length=16), nullable=False),
        sa.Column('how', sa.String(length=12), nullable=False),
        sa.Column('organisation', db.types.Secret(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_consents_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    )
    op.create_index('ix_consents_child_id_kind', 'consents', ['child_id', 'kind'], unique=False)
    op.create_table(
        'child_terms',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('term', sa.String(length=8), nullable=False),
        sa.Column('status', sa.String(length=16), nullable=True),
        sa.Column('content', db.types.Secret(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_child_terms_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_child_terms')),
        sa.UniqueConstraint('child_id', 'term', name=op.f('uq_child_terms_child_id_term')),
    )
    op.create_table(
        'proposal_answers',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('rule', sa.String(length=24), nullable=False),
        sa.Column('facts', sa.String(length=32), nullable=False),
        sa.Column('answer', sa.String(length=8), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_proposal_answers_child_id_children')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_answers')),
        sa.UniqueConstraint('child_id', 'rule', 'facts', name=op.f('uq_proposal_answers_child_id_rule_facts')),
    )
    op.create_table(
        'file_asks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('field', sa.String(length=40), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_file_asks_child_id_children')),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_file_asks_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_file_asks')),
        sa.UniqueConstraint('person_id', 'day', name=op.f('uq_file_asks_person_id_day')),
    )
    op.create_index('ix_file_asks_child_id', 'file_asks', ['child_id'], unique=False)


def downgrade() -> None:
    for table in ('file_asks', 'proposal_answers', 'child_terms', 'consents', 'helps', 'benefits'):
        op.drop_table(table)
    op.drop_index('ix_children_proposes_on', table_name='children')
    op.drop_column('children', 'proposes_on')
    op.drop_column('children', 'disability_until')
    op.drop_column('child_labels', 'evidence')
    op.drop_index('ix_guardians_kin_id', table_name='guardians')
    for name, _ in reversed(GUARDIAN):
        op.drop_column('guardians', name)
    op.drop_table('kin')
