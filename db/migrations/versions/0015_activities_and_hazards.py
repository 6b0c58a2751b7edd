"""What goes on in a village: activities, dangerous places and hazards, lists of departments, early warnings"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("by_unit", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("theme", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=16), nullable=False),
        sa.Column("helpers", sa.JSON(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("clock", sa.String(length=5), nullable=True),
        sa.Column("words", db.types.Secret(), nullable=True),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("entered_at", db.types.Moment(), nullable=False),
        sa.Column("withdrawn_at", db.types.Moment(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_day", "activities", ["day"], unique=False)
    op.create_index("ix_activities_unit_day", "activities", ["unit", "day"], unique=False)
    op.create_table(
        "activity_children",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("activity_id", sa.String(length=36), nullable=False),
        sa.Column("child_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_children_activity_id_activities")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_activity_children_child_id_children")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_children")),
        sa.UniqueConstraint("activity_id", "child_id", name=op.f("uq_activity_children_activity_id_child_id")),
    )
    op.create_index("ix_activity_children_child_id", "activity_children", ["child_id", "state"], unique=False)
    op.create_table(
        "danger_points",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", db.types.Secret(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_points")),
    )
    op.create_index("ix_danger_points_unit", "danger_points", ["unit", "closed_on"], unique=False)
    op.create_table(
        "point_looks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("point_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["danger_points.id"], name=op.f("fk_point_looks_point_id_danger_points")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_looks")),
    )
    op.create_index("ix_point_looks_point_id", "point_looks", ["point_id", "day"], unique=False)
    op.create_table(
        "hazards",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", db.types.Secret(), nullable=False),
        sa.Column("words", db.types.Secret(), nullable=False),
        sa.Column("point_id", sa.String(length=36), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("desk", sa.String(length=32), nullable=False),
        sa.Column("raised_at", db.types.Moment(), nullable=False),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("fixed_at", db.types.Moment(), nullable=True),
        sa.Column("fixed_by", sa.String(length=36), nullable=True),
        sa.Column("fixed", db.types.Secret(), nullable=True),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("closed_at", db.types.Moment(), nullable=True),
        sa.Column("closed_by", sa.String(length=36), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["danger_points.id"], name=op.f("fk_hazards_point_id_danger_points")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
    )
    op.create_index("ix_hazards_open", "hazards", ["closed_at", "due"], unique=False)
    op.create_index("ix_hazards_unit", "hazards", ["unit"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("by_unit", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", db.types.Secret(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index("ix_inspections_unit_day", "inspections", ["unit", "day"], unique=False)
    op.create_table(
        "schools",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", db.types.Moment(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schools")),
        sa.UniqueConstraint("name", name=op.f("uq_schools_name")),
    )
    op.create_table(
        "law_deputies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("school_id", sa.String(length=36), nullable=False),
        sa.Column("name", db.types.Secret(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_law_deputies_school_id_schools")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_deputies")),
    )
    op.create_index("ix_law_deputies_school_id", "law_deputies", ["school_id"], unique=False)
    op.create_table(
        "data_checks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("by_person", sa.String(length=36), nullable=True),
        sa.Column("at", db.types.Moment(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_checks")),
    )
    op.create_index("ix_data_checks_unit", "data_checks", ["unit", "at"], unique=False)
    op.create_table(
        "data_check_hits",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("child_id", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("note", db.types.Secret(), nullable=True),
        sa.Column("answered_at", db.types.Moment(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["data_checks.id"], name=op.f("fk_data_check_hits_check_id_data_checks")),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_data_check_hits_child_id_children")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_check_hits")),
    )
    op.create_index("ix_data_check_hits_check_id", "data_check_hits", ["check_id"], unique=False)
    op.create_index("ix_data_check_hits_open", "data_check_hits", ["open", "due"], unique=False)
    op.create_table(
        "early_warnings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("mark", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("child_id", sa.String(length=36), nullable=True),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("raised_at", db.types.Moment(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("answered_at", db.types.Moment(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_early_warnings_child_id_children")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warnings")),
        sa.UniqueConstraint("mark", name=op.f("uq_early_warnings_mark")),
    )
    op.create_index("ix_early_warnings_open", "early_warnings", ["answer", "due"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_early_warnings_open", table_name="early_warnings")
    op.drop_table("early_warnings")
    op.drop_index("ix_data_check_hits_open", table_name="data_check_hits")
    op.drop_index("ix_data_check_hits_check_id", table_name="data_check_hits")
    op.drop_table("data_check_hits")
    op.drop_index("ix_data_checks_unit", table_name="data_checks")
    op.drop_table("data_checks")
    op.drop_index("ix_law_deputies_school_id", table_name="law_deputies")
    op.drop_table("law_deputies")
    op.drop_table("schools")
    op.drop_index("ix_inspections_unit_day", table_name="inspections")
    op.drop_table("inspections")
    op.drop_index("ix_hazards_unit", table_name="hazards")
    op.drop_index("ix_hazards_open", table_name="hazards")
    op.drop_table("hazards")
    op.drop_index("ix_point_looks_point_id", table_name="point_looks")
    op.drop_table("point_looks")
    op.drop_index("ix_danger_points_unit", table_name="danger_points")
    op.drop_table("danger_points")
    op.drop_index("ix_activity_children_child_id", table_name="activity_children")
    op.drop_table("activity_children")
    op.drop_index("ix_activities_unit_day", table_name="activities")
    op.drop_index("ix_activities_day", table_name="activities")
    op.drop_table("activities")
