"""Children of one name in one list: each said so that a neighbour would know which one is meant.

By the person the child lives with (蒋浩然·朱菊香), and by the end of the file number only where that does not tell
them apart. Whoever bears a name alone is called by the name alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from domain.children import Child


class Named(Protocol):
    """As much of a child as telling apart needs."""

    @property
    def file_no(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def guardian_names(self) -> Sequence[str]: ...


def told_apart(lines: Iterable[Named], *, numbered: bool = False) -> dict[str, str]:
    """File number → how this child is called in a list of all these; `numbered`: the number stands beside it anyway."""
    return _told([(one.file_no, one.name, next(iter(one.guardian_names), "")) for one in lines], numbered)


def children_told_apart(children: Iterable[Child]) -> dict[str, str]:
    """The same for whole files: the carer, else whoever is named first."""
    return _told([(one.file_no, one.name, _at_home(one)) for one in children], False)


def _at_home(child: Child) -> str:
    carer = next((one.name for one in child.guardians if one.carer and one.name), "")
    return carer or next((one.name for one in child.guardians if one.name), "")


def _told(found: list[tuple[str, str, str]], numbered: bool) -> dict[str, str]:
    names = Counter(name for _, name, _ in found)
    homes = Counter((name, home) for _, name, home in found)
    return {
        number: name
        if names[name] == 1 or (numbered and not (home and homes[name, home] == 1))
        else f"{name}·{home}"
        if home and homes[name, home] == 1
        else f"{name}（{number[-4:]}）"
        for number, name, home in found
    }
