"""`./run units`: the county, its towns, villages and departments with their codes."""

from __future__ import annotations

import json
import sys

import click

from bot.commands._open import is_new, run_with_database, tree_of
from bot.settings import load
from domain import units
from domain.people import Unit, UnitKind
from domain.units import UnitTree


@click.command("units", help="The unit tree with codes; --json as one array of {code, kind, name, parent}.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(as_json: bool) -> None:
    settings = load()
    # before anything is made, the list the program comes with is the answer
    tree = units.load(demo=not settings.county) if is_new(settings) else run_with_database(tree_of)
    if as_json:
        rows = [{"code": unit.code, "kind": unit.kind.value, "name": unit.name, "parent": unit.parent} for unit in tree]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    for unit in tree:
        if unit.parent is None:
            _show(tree, unit, 0)


def _show(tree: UnitTree, unit: Unit, depth: int) -> None:
    sys.stdout.write(f"{'  ' * depth}{unit.code}  {unit.name}\n")
    below = sorted(tree.children_of(unit.code), key=lambda one: one.kind is UnitKind.DEPARTMENT)
    for one in below:
        _show(tree, one, depth + 1)
