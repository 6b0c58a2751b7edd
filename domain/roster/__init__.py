"""A county's roster of children (花名册): its columns, the reading of a row, and what an import would change."""

from domain.roster.columns import BY_KEY, COLUMNS, Column, column_for
from domain.roster.plan import (
    DUPLICATE,
    TAKE,
    TAKE_ALL,
    TAKE_THIS,
    UNDONE,
    ChangedChild,
    CheckedRow,
    ImportPlan,
    NewChild,
    SheetRow,
    Warned,
    check_rows,
    differing,
    disagreements,
    joined,
    judged,
    plan_import,
)
from domain.roster.problems import PROBLEMS
from domain.roster.record import RosterRow
from domain.roster.row import Bad, Good, read_row
from domain.roster.values import Cell, Problem
from domain.roster.wording import in_words

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "DUPLICATE",
    "PROBLEMS",
    "TAKE",
    "TAKE_ALL",
    "TAKE_THIS",
    "UNDONE",
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
    "differing",
    "disagreements",
    "in_words",
    "joined",
    "judged",
    "plan_import",
    "read_row",
]
