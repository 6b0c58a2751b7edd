"""A unit named on the command line, by code or by name; what is unknown is misuse, answered with the nearest names."""

from __future__ import annotations

import difflib

import click

from domain.people import Unit
from domain.units import UnitTree

MOST = 6


def unit_named(tree: UnitTree, said: str) -> Unit:
    """The unit with this code or name. Raises click.UsageError (exit 2) with what it may have been meant for."""
    found = tree.get(said)
    if found is not None:
        return found
    units = tree.exact(said)
    if len(units) == 1:
        return units[0]
    near = units or tree.find(said)
    if not near:
        names = {tree.path_name(unit.code): unit for unit in tree} | {unit.code: unit for unit in tree}
        near = [names[name] for name in difflib.get_close_matches(said, names, n=MOST, cutoff=0.5)]
    listed = "；".join(f"{unit.code} {tree.path_name(unit.code)}" for unit in dict.fromkeys(near[:MOST]))
    hint = f"是不是：{listed}" if listed else "用 ./run units 看全部"
    hint_en = f"Did you mean: {listed}" if listed else "See ./run units"
    raise click.UsageError(f"没有单位 {said}，或者不止一个。{hint}。 / No such unit, or more than one. {hint_en}.")
