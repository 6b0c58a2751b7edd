"""Every problem and warning a row can have: code → the holes of its words (`roster.problem.<code>` in locales).

`{column}` is the Chinese heading; `{value}` what the cell said. A problem with other holes cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping

PROBLEMS: Mapping[str, tuple[str, ...]] = {
    # refusals of a single cell
    "required": ("column",),
    "choice": ("column", "value", "choices"),
    "text.long": ("column", "most"),
    "name.digits": ("column", "value"),
    "name.characters": ("column", "value"),
    "name.length": ("column", "value"),
    "id_no.characters": ("column",),
    "id_no.length": ("column", "length"),
    "id_no.birth_date": ("column",),
    "id_no.check_digit": ("column",),
    "id_no.lost_digits": ("column",),
    "id_no.first_generation": ("column",),
    "phone": ("column", "value"),
    "file_no": ("column", "value"),
    "birth_date.unreadable": ("column", "value"),
    "birth_date.impossible": ("column", "value"),
    "birth_date.no_leap_day": ("column", "value"),
    "birth_date.lunar": ("column", "value"),
    "birth_date.no_day": ("column", "value"),
    "birth_date.future": ("column", "value"),
    "birth_date.adult": ("column", "value"),
    "town.unknown": ("column", "value"),
    "village.unknown": ("column", "value", "town"),
    "village.near": ("column", "value", "town", "near"),
    "village.other_town": ("column", "value", "town", "towns"),
    "village.ambiguous": ("column", "value", "towns"),
    "village.outside": ("column", "value", "home"),
    # refusals of cells that do not agree
    "birth_date.not_as_id": ("column", "value", "born"),
    "sex.not_as_id": ("column", "value", "by_id"),
    "labels.left_behind_age": ("column", "age"),
    "carer.too_young": ("column", "age"),
    "carer.is_child": ("column",),
    "carer.cannot": ("column", "relation", "state"),
    "carer.other_parent": ("column", "relation", "parent"),
    # refusals of rows that do not agree with each other or with what is on file
    "id_no.twice": ("column", "sheet", "line"),
    "file_no.twice": ("column", "sheet", "line"),
    "row.same_child": ("column", "sheet", "line"),
    "id_no.other_child": ("column", "file_no"),
    "file_no.other_child": ("column", "file_no"),
    "child.several": ("column", "count"),
    # warnings
    "birth_date.missing": ("column",),
    "phone.several": ("column",),
    "labels.unattended_states": ("column",),
    "labels.vague": ("column", "value"),
    "name.none": ("column", "value"),
    "row.repeated": ("column", "sheet", "line"),
    "row.maybe_duplicate": ("column", "sheet", "line"),
    "child.maybe_duplicate": ("column", "file_no"),
    "child.sounds_alike": ("column", "file_no"),
    "child.reopens": ("column", "file_no"),
    "child.moves": ("column", "file_no"),
    "child.renamed": ("column", "file_no"),
    "child.closed": ("column", "file_no"),
}
