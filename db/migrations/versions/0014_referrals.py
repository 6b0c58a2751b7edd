"""Referrals and their events, helpers and pairs, guidance given, amounts."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID, CODE = sa.String(36), sa.String(32)


def upgrade() -> None:
    op.create_table(
        "referrals",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("child_id", ID),
        sa.Column("issue_id", ID),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("raised_by", ID, nullable=False),
        sa.Column("raised_at", db.types.Moment(), nullable=False),
        sa.Column("content", db.types.Secret(), nullable=False),
        sa.Column("topic", sa.String(24)),
        sa.Column("desk", CODE),
        sa.Column("again_on", sa.Date()),
        sa.Column("over_at", db.types.Moment()),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_referrals_child_id")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_referrals_issue_id")),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_referrals_unit")),
        sa.ForeignKeyConstraint(["raised_by"], ["people.id"], name=op.f("fk_referrals_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("number", name=op.f("uq_referrals_number")),
    )
    op.create_index("ix_referrals_desk", "referrals", ["desk", "over_at"])
    for column in ("unit", "child_id", "again_on"):
        op.create_index(f"ix_referrals_{column}", "referrals", [column])
    op.create_table(
        "referral_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("referral_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("by_person", ID),
        sa.Column("unit", CODE),
        sa.Column("to", CODE),
        sa.Column("note", db.types.Secret()),
        sa.Column("detail", sa.JSON()),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"], name=op.f("fk_referral_events_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_events")),
        sa.UniqueConstraint("referral_id", "seq", name=op.f("uq_referral_events_referral_id_seq")),
    )
    op.create_table(
        "helpers",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", db.types.Secret(), nullable=False),
        sa.Column("phone", db.types.Secret()),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("declared_on", sa.Date()),
        sa.Column("added_at", db.types.Moment(), nullable=False),
        sa.Column("by_person", ID),
        sa.Column("left_on", sa.Date()),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_helpers_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpers")),
    )
    op.create_table(
        "pairs",
        sa.Column("id", ID, nullable=False),
        sa.Column("child_id", ID, nullable=False),
        sa.Column("helper_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("by_person", ID),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_pairs_child_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["helpers.id"], name=op.f("fk_pairs_helper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairs")),
    )
    op.create_index("ix_pairs_child_id", "pairs", ["child_id"])
    op.create_index("ix_pairs_helper_id", "pairs", ["helper_id"])
    op.create_table(
        "guidance_given",
        sa.Column("id", ID, nullable=False),
        sa.Column("text", sa.String(24), nullable=False),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("household", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("by_person", ID),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_guidance_given_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_given")),
    )
    op.create_index("ix_guidance_given_day", "guidance_given", ["day"])
    op.create_table(
        "benefit_amounts",
        sa.Column("id", ID, nullable=False),
        sa.Column("benefit", sa.String(24), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("by_person", ID),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit_amounts")),
    )


def downgrade() -> None:
    for name in (
        "benefit_amounts", "guidance_given", "pairs", "helpers", "referral_events", "referrals",
    ):  # fmt: skip
        op.drop_table(name)
