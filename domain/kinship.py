"""People who stand on another child's file already: one grandmother and three children are one person, not three.

Whoever adds a guardian or carer is shown them, so that a phone number is kept once and changed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.children import Child, Guardian, Relation
from domain.reading.sounds import sound_of

GRANDPARENTS = (Relation.PATERNAL_GRANDPARENT, Relation.MATERNAL_GRANDPARENT)


@dataclass(frozen=True)
class Known:
    """One person and the children they stand beside, the nearest first."""

    kin_id: str
    person: Guardian  # as they stand on the first child's file
    children: tuple[Child, ...]


def known_people(child: Child, others: Iterable[Child]) -> list[Known]:
    """The people on the open files of these other children who are not on this child's yet, its own family's first."""
    mine = {one.kin_id for one in child.guardians if one.kin_id}
    near, far = list[Child](), list[Child]()
    for other in others:
        if other.id != child.id and other.closed_on is None:
            (near if is_family(child, other) else far).append(other)
    found: dict[str, list[tuple[Guardian, Child]]] = {}
    for other in (*near, *far):
        for one in other.guardians:
            if one.kin_id and one.name and one.kin_id not in mine:
                found.setdefault(one.kin_id, []).append((one, other))
    return [Known(kin_id, rows[0][0], tuple(other for _, other in rows)) for kin_id, rows in found.items()]


def is_family(child: Child, other: Child) -> bool:
    """Whether the two live together or share a guardian."""
    if child.household is not None and child.household == other.household:
        return True
    mine = {one.kin_id for one in child.guardians if one.kin_id}
    return any(one.kin_id in mine for one in other.guardians)


def of_the_family(child: Child, known: Iterable[Known], relation: Relation) -> list[Known]:
    """Of these, the relatives of brothers and sisters who may be this one: a cousin's 奶奶 may be the child's 外婆."""
    may_be = GRANDPARENTS if relation in GRANDPARENTS else (relation,)
    return [one for one in known if one.person.relation in may_be and is_family(child, one.children[0])]


def called(known: Iterable[Known], name: str) -> list[Known]:
    """Those of this name, and of one that sounds the same: 王秀英 typed as 王秀瑛."""
    sounds = set(sound_of(name).near)
    found = [one for one in known if one.person.name == name or sounds & set(sound_of(one.person.name).near)]
    return sorted(found, key=lambda one: one.person.name != name)
