"""走访慰问活动、通知、安全卡、求助"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'help_requests',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('sort', sa.String(length=16), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=True),
        sa.Column('asker', sa.String(length=36), nullable=False),
        sa.Column('to_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('desk', sa.String(length=32), nullable=False),
        sa.Column('waits', sa.String(length=8), nullable=True),
        sa.Column('waits_since', db.types.Moment(), nullable=True),
        sa.Column('risen_at', db.types.Moment(), nullable=True),
        sa.Column('taken_by', sa.String(length=36), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_help_requests')),
    )
    op.create_index(op.f('ix_help_requests_asker'), 'help_requests', ['asker'], unique=False)
    op.create_index('ix_help_requests_waits', 'help_requests', ['waits', 'waits_since'], unique=False)
    op.create_table(
        'help_words',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('request_id', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('act', sa.String(length=12), nullable=False),
        sa.Column('text', db.types.Secret(), nullable=True),
        sa.ForeignKeyConstraint(
            ['request_id'], ['help_requests.id'], name=op.f('fk_help_words_request_id_help_requests')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_help_words')),
    )
    op.create_index(op.f('ix_help_words_request_id'), 'help_words', ['request_id'], unique=False)
    op.create_table(
        'announcements',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=False),
        sa.Column('scope', sa.String(length=32), nullable=False),
        sa.Column('role', sa.String(length=16), nullable=False),
        sa.Column('text', db.types.Secret(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('urgent', sa.Boolean(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('changed_at', db.types.Moment(), nullable=True),
        sa.Column('withdrawn_at', db.types.Moment(), nullable=True),
        sa.Column('reminded_on', sa.Date(), nullable=True),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements')),
    )
    op.create_index('ix_announcements_unit', 'announcements', ['unit', 'at'], unique=False)
    op.create_table(
        'announcement_people',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('announcement_id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('reached', sa.Boolean(), nullable=False),
        sa.Column('known_at', db.types.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ['announcement_id'], ['announcements.id'], name=op.f('fk_announcement_people_announcement_id_announcements')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_people')),
        sa.UniqueConstraint('announcement_id', 'person_id', name=op.f('uq_announcement_people_announcement_id_person_id')),
    )
    op.create_table(
        'announcement_words',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('announcement_id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('text', db.types.Secret(), nullable=False),
        sa.ForeignKeyConstraint(
            ['announcement_id'], ['announcements.id'], name=op.f('fk_announcement_words_announcement_id_announcements')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_words')),
    )
    op.create_index(op.f('ix_announcement_words_announcement_id'), 'announcement_words', ['announcement_id'], unique=False)
    op.create_table(
        'card_versions',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('card', sa.String(length=24), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=60), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_card_versions')),
        sa.UniqueConstraint('card', 'version', name=op.f('uq_card_versions_card_version')),
    )
    op.create_table(
        'card_months',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('card', sa.String(length=24), nullable=False),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_card_months')),
    )
    op.create_index(op.f('ix_card_months_month'), 'card_months', ['month'], unique=False)
    op.create_table(
        'card_weeks',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('person_id', sa.String(length=36), nullable=False),
        sa.Column('monday', sa.Date(), nullable=False),
        sa.Column('card', sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_card_weeks')),
        sa.UniqueConstraint('person_id', 'monday', name=op.f('uq_card_weeks_person_id_monday')),
    )
    op.create_table(
        'card_forwards',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('card', sa.String(length=24), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_card_forwards')),
        sa.UniqueConstraint('card', 'unit', 'day', name=op.f('uq_card_forwards_card_unit_day')),
    )
    op.create_index(op.f('ix_card_forwards_day'), 'card_forwards', ['day'], unique=False)
    op.create_table(
        'drives',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('sort', sa.String(length=16), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('occasion', sa.String(length=32), nullable=True),
        sa.Column('first', sa.Date(), nullable=False),
        sa.Column('last', sa.Date(), nullable=False),
        sa.Column('picks', sa.JSON(), nullable=False),
        sa.Column('gift', sa.Text(), nullable=True),
        sa.Column('giver', sa.Text(), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('by_person', sa.String(length=36), nullable=True),
        sa.Column('at', db.types.Moment(), nullable=False),
        sa.Column('ended_at', db.types.Moment(), nullable=True),
        sa.Column('asked_gone', sa.Boolean(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drives')),
        sa.UniqueConstraint('occasion', name=op.f('uq_drives_occasion')),
    )
    op.create_index('ix_drives_state', 'drives', ['state', 'last'], unique=False)
    op.create_table(
        'drive_rows',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('drive_id', sa.String(length=36), nullable=False),
        sa.Column('unit', sa.String(length=32), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('home', sa.String(length=36), nullable=False),
        sa.Column('child_id', sa.String(length=36), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('ticks', sa.JSON(), nullable=False),
        sa.Column('by_town', sa.Boolean(), nullable=False),
        sa.Column('done_at', db.types.Moment(), nullable=True),
        sa.Column('done_by', sa.String(length=36), nullable=True),
        sa.Column('help_id', sa.String(length=36), nullable=True),
        sa.Column('what', db.types.Secret(), nullable=True),
        sa.Column('giver', sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ['child_id'], ['children.id'], name=op.f('fk_drive_rows_child_id_children')
        ),
        sa.ForeignKeyConstraint(
            ['drive_id'], ['drives.id'], name=op.f('fk_drive_rows_drive_id_drives')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_drive_rows')),
        sa.UniqueConstraint('drive_id', 'child_id', name=op.f('uq_drive_rows_drive_id_child_id')),
    )
    op.create_index('ix_drive_rows_child', 'drive_rows', ['child_id'], unique=False)
    op.create_index('ix_drive_rows_open', 'drive_rows', ['drive_id', 'unit', 'state'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_drive_rows_open', table_name='drive_rows')
    op.drop_index('ix_drive_rows_child', table_name='drive_rows')
    op.drop_table('drive_rows')
    op.drop_index('ix_drives_state', table_name='drives')
    op.drop_table('drives')
    op.drop_index('ix_card_forwards_day', table_name='card_forwards')
    op.drop_table('card_forwards')
    op.drop_table('card_weeks')
    op.drop_index('ix_card_months_month', table_name='card_months')
    op.drop_table('card_months')
    op.drop_table('card_versions')
    op.drop_index('ix_announcement_words_announcement_id', table_name='announcement_words')
    op.drop_table('announcement_words')
    op.drop_table('announcement_people')
    op.drop_index('ix_announcements_unit', table_name='announcements')
    op.drop_table('announcements')
    op.drop_index('ix_help_words_request_id', table_name='help_words')
    op.drop_table('help_words')
    op.drop_index('ix_help_requests_waits', table_name='help_requests')
    op.drop_index('ix_help_requests_asker', table_name='help_requests')
    op.drop_table('help_requests')
