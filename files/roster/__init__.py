"""Rosters as files: read any county's workbook, hand out ours, give back a corrected copy, list children as CSV."""

from files.roster.listing import roster_csv
from files.roster.reading import FILE_PROBLEMS, MAX_BYTES, MAX_ROWS, Roster, RosterFileError, read_roster, tables
from files.roster.writing import corrected_copy, template

__all__ = [
    "FILE_PROBLEMS",
    "MAX_BYTES",
    "MAX_ROWS",
    "Roster",
    "RosterFileError",
    "corrected_copy",
    "read_roster",
    "roster_csv",
    "tables",
    "template",
]
