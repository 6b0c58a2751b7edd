"""队伍和学习: terms of posts, training, micro-lessons, a newcomer's week; answers to feedback, a new phone for the same person"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'post_terms',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('post_id', sa.String(length=36), nullable=False),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('allowance', db.types.Secret(), nullable=True),
        sa.Column('in_national', sa.Boolean(), nullable=True),
        sa.Column('noted_by', sa.String(length=36), nullable=True),
        sa.Column('noted_at', db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_terms_post_id_posts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_post_terms')),
        sa.UniqueConstraint('post_id', name=op.f('uq_post_terms_post_id')),
    )
    op.create_table(
        'trainings',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('hour', sa.String(length=5), nullable=True),
        sa.Column('place', sa.String(length=60), nullable=False),
        sa.Column('topic', sa.String(length=120), nullable=False),
        sa.Column('code', sa.String(length=4), nullable=True),
        sa.Column('held_at', db.types.Moment(), nullable=True),
        sa.Column('cancelled_at', db.types.Moment(), nullable=True),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_trainings')),
    )
    op.create_index('ix_trainings_day', 'trainings', ['day'], unique=False)
    op.create_index('ix_trainings_code', 'trainings', ['code'], unique=False)
    op.create_table(
        'training_seats',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('training_id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('how', sa.String(length=8), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_training_seats_person_id_people')),
        sa.ForeignKeyConstraint(['training_id'], ['trainings.id'], name=op.f('fk_training_seats_training_id_trainings')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_training_seats')),
        sa.UniqueConstraint('training_id', 'person_id', name='uq_training_seats_training_id'),
    )
    op.create_index(op.f('ix_training_seats_person_id'), 'training_seats', ['person_id'], unique=False)
    op.create_table(
        'training_talks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_training_talks_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_training_talks')),
        sa.UniqueConstraint('person_id', 'year', name='uq_training_talks_person_id'),
    )
    op.create_table(
        'lessons_learnt',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('lesson', sa.String(length=24), nullable=False),
        sa.Column('step', sa.Integer(), nullable=False),
        sa.Column('right', db.types.Secret(), nullable=True),
        sa.Column('begun_at', db.types.Moment(), nullable=False),
        sa.Column('finished_on', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_lessons_learnt_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lessons_learnt')),
        sa.UniqueConstraint('person_id', 'lesson', name='uq_lessons_learnt_person_id'),
    )
    op.create_index('ix_lessons_learnt_lesson', 'lessons_learnt', ['lesson', 'finished_on'], unique=False)
    op.create_table(
        'newcomers',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('next', sa.Integer(), nullable=False),
        sa.Column('last_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_newcomers_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_newcomers')),
        sa.UniqueConstraint('person_id', name=op.f('uq_newcomers_person_id')),
    )
    op.add_column('feedback', sa.Column('chat', db.types.Secret(), nullable=True))
    op.add_column('feedback', sa.Column('due', sa.Date(), nullable=True))
    op.add_column('feedback', sa.Column('answer', db.types.Secret(), nullable=True))
    op.add_column('feedback', sa.Column('answered_at', db.types.Moment(), nullable=True))
    op.add_column('feedback', sa.Column('answered_by', sa.String(length=36), nullable=True))
    op.add_column('feedback', sa.Column('public', db.types.Secret(), nullable=True))
    op.add_column('feedback', sa.Column('published_on', sa.Date(), nullable=True))
    op.create_index('ix_feedback_answered_at', 'feedback', ['answered_at', 'due'], unique=False)
    op.create_index('ix_feedback_published_on', 'feedback', ['published_on'], unique=False)
    op.add_column('invites', sa.Column('person_id', sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column('invites', 'person_id')
    op.drop_index('ix_feedback_published_on', table_name='feedback')
    op.drop_index('ix_feedback_answered_at', table_name='feedback')
    for name in ('published_on', 'public', 'answered_by', 'answered_at', 'answer', 'due', 'chat'):
        op.drop_column('feedback', name)
    op.drop_table('newcomers')
    op.drop_index('ix_lessons_learnt_lesson', table_name='lessons_learnt')
    op.drop_table('lessons_learnt')
    op.drop_table('training_talks')
    op.drop_index(op.f('ix_training_seats_person_id'), table_name='training_seats')
    op.drop_table('training_seats')
    op.drop_index('ix_trainings_code', table_name='trainings')
    op.drop_index('ix_trainings_day', table_name='trainings')
    op.drop_table('trainings')
    op.drop_table('post_terms')
