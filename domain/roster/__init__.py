"""A county's roster of children (花名册): its columns, the reading of a row, and what an import would change."""

from domain.roster.columns import BY_KEY, COLUMNS, Column, column_for
from domain.roster.plan import (
    ChangedChild,
    CheckedRow,
    ImportPlan,
    NewChild,
    SheetRow,
    Warned,
    check_rows,
    judged,
    plan_import,
)
from domain.roster.problems import PROBLEMS
from domain.roster.record import RosterRow
from domain.roster.row import Bad, Good, read_row
from domain.roster.values import Cell, Problem

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "PROBLEMS",
    "Bad",
    "Cell",
    "ChangedChild",
    "CheckedRow",
    "Column",
    "Good",
    "ImportPlan",
    "NewChild",
    "Problem",
    "RosterRow",
    "SheetRow",
    "Warned",
    "check_rows",
    "column_for",
    "judged",
    "plan_import",
    "read_row",
]
