"""Which children live under one roof, as far as a roster tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.types import new_id
from domain.children import Child


def shared(children: Sequence[Child]) -> dict[str, str]:
    """child id → household, for every child that shares one with another of these.

    One household: the same carer by name and phone in the same village, or a guardian with the same ID number. A
    household that is on file already keeps its id; a child that has another one is left where it is.
    """
    root = list(range(len(children)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first: dict[tuple[str, ...], int] = {}
    for place, child in enumerate(children):
        for key in _keys(child):
            root[top(place)] = top(first.setdefault(key, place))
    groups: dict[int, list[Child]] = {}
    for place, child in enumerate(children):
        groups.setdefault(top(place), []).append(child)
    found: dict[str, str] = {}
    for group in groups.values():
        if len(group) > 1:
            known = next((child.household for child in group if child.household), None)
            household = known or new_id()
            found.update({child.id: child.household or household for child in group})
    return found


def _keys(child: Child) -> Iterator[tuple[str, ...]]:
    for person in child.guardians:
        if person.id_no:
            yield "id", person.id_no
    carer = next((person for person in child.guardians if person.carer), None)
    if carer is not None and carer.name and carer.phone:
        yield "carer", carer.name, carer.phone, child.unit
