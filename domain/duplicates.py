"""Two files that may be one child's: what speaks for it, in codes a person can read, and how a merge puts them together.

Nothing is ever merged by itself. A pair is put before a person with its grounds; children of one name stay apart unless
the birth date and a place or a person around them agree as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from domain.children import Child, Label
from domain.reading.sounds import sound_of
from domain.roster.plan import DUPLICATE, UNDONE, ImportPlan, Warned
from domain.roster.record import RosterRow
from domain.roster.values import Problem


class Ground(StrEnum):
    """One thing that two files have in common, or nearly. The words are in locales under duplicates.ground.<value>."""

    ID_NO = "id_no"  # the same ID number
    NAME = "name"
    SOUND = "sound"  # other characters, the same sound
    NEAR_SOUND = "near_sound"  # zh/z, n/l, -ng/-n: as voice input and local speech mix them up
    BORN = "born"
    BORN_SWAPPED = "born_swapped"  # month and day the other way round
    BORN_DIGIT = "born_digit"  # one digit another
    BORN_UNKNOWN = "born_unknown"  # one of the two has no birth date
    VILLAGE = "village"
    TOWN = "town"
    GUARDIAN = "guardian"  # a father, mother or carer of the same name
    PHONE = "phone"  # the same number


_NAMES = (Ground.NAME, Ground.SOUND, Ground.NEAR_SOUND)
_SLIPS = {Ground.BORN_SWAPPED, Ground.BORN_DIGIT}


@dataclass(frozen=True, slots=True)
class Traits:
    """What two files are compared by, and nothing else of them."""

    id: str
    name: str
    birth_date: date | None
    id_no: str | None
    unit: str
    people: tuple[str, ...] = ()  # as tuples: all files of a county lie beside each other at night
    phones: tuple[str, ...] = ()

    @classmethod
    def of(cls, child: Child) -> Traits:
        return cls(
            child.id, child.name, child.birth_date, child.id_no.upper() if child.id_no else None, child.unit,
            tuple(one.name for one in child.guardians if one.name),
            tuple(one.phone for one in child.guardians if one.phone),
        )  # fmt: skip

    @classmethod
    def of_row(cls, row: RosterRow) -> Traits:
        phones = (row.father_phone, row.mother_phone, row.carer_phone)
        return cls("", row.name, row.birth_date, row.id_no, row.unit, tuple(row.people), tuple(filter(None, phones)))


@dataclass(frozen=True)
class Pair:
    """Two files that may be one child's; `one` has the smaller id."""

    one: str
    other: str
    grounds: tuple[Ground, ...]


def _meet(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return not set(some).isdisjoint(others)


def alike(one: Traits, other: Traits) -> tuple[Ground, ...]:
    """Why these two may be one child, in the order of Ground; () when they are two as far as anybody can tell."""
    if one.id_no and one.id_no == other.id_no:
        return (Ground.ID_NO, *_around(one, other))
    name, born = _name(one.name, other.name), _born(one.birth_date, other.birth_date)
    if name is None or born is None:
        return ()
    around = _around(one, other)
    by_person = Ground.GUARDIAN in around or Ground.PHONE in around
    if one.id_no and other.id_no:
        # two valid numbers are two children, unless all else says that one number was copied wrongly
        sure = name is Ground.NAME and born is Ground.BORN and by_person and _one_slip(one.id_no, other.id_no)
    elif born is Ground.BORN:
        sure = by_person or (Ground.VILLAGE in around and not _strangers(one, other)) or (
            name is Ground.NAME and Ground.TOWN in around and not _strangers(one, other)
        )
    elif born in _SLIPS:
        sure = by_person and name is not Ground.NEAR_SOUND
    else:
        sure = by_person and name is Ground.NAME and Ground.VILLAGE in around
    return (name, born, *around) if sure else ()


def _strangers(one: Traits, other: Traits) -> bool:
    """Both name people around the child, and no one of them is the same: two children of one name."""
    return bool(one.people and other.people) and not _meet(one.people, other.people)


def _around(one: Traits, other: Traits) -> tuple[Ground, ...]:
    found = []
    if one.unit == other.unit:
        found.append(Ground.VILLAGE)
    elif one.unit[:9] == other.unit[:9]:
        found.append(Ground.TOWN)
    if _meet(one.people, other.people):
        found.append(Ground.GUARDIAN)
    if _meet(one.phones, other.phones):
        found.append(Ground.PHONE)
    return tuple(found)


def _name(one: str, other: str) -> Ground | None:
    if one == other:
        return Ground.NAME
    if not set(_sounds(one)) & set(_sounds(other)):
        return None
    return Ground.SOUND if set(sound_of(one).spelled) & set(sound_of(other).spelled) else Ground.NEAR_SOUND


@lru_cache(maxsize=65536)
def _sounds(name: str) -> tuple[str, ...]:
    return sound_of(name).near


def _born(one: date | None, other: date | None) -> Ground | None:
    if one is None or other is None:
        return Ground.BORN_UNKNOWN
    if one == other:
        return Ground.BORN
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return Ground.BORN_SWAPPED
    return Ground.BORN_DIGIT if _one_slip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", most=1) else None


def _one_slip(one: str, other: str, most: int = 2) -> bool:
    """A digit wrong (and with it, in an ID number, the check digit), or two neighbours exchanged."""
    places = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) <= most:
        return True
    first = places[0]
    return len(places) - (places[-1] == len(one) - 1) == 2 and places[1] == first + 1 and (
        one[first], one[first + 1]) == (other[first + 1], other[first])  # fmt: skip


def pairs(files: Iterable[Traits]) -> list[Pair]:
    """Every two of these files that may be one child's. Only files that share a number or a sound are compared."""
    by_id: dict[str, list[Traits]] = defaultdict(list)
    by_sound: dict[str, dict[str, Traits]] = defaultdict(dict)
    for each in files:
        if each.id_no:
            by_id[each.id_no].append(each)
        for sound in _sounds(each.name):
            by_sound[sound][each.id] = each
    found: dict[tuple[str, str], Pair] = {}
    for group in (*by_id.values(), *(list(group.values()) for group in by_sound.values())):
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                key = (min(one.id, other.id), max(one.id, other.id))
                if key not in found and (grounds := alike(one, other)):
                    found[key] = Pair(*key, grounds)
    return sorted(found.values(), key=lambda pair: (pair.one, pair.other))


def like(new: Traits, files: Iterable[Traits]) -> list[tuple[Traits, tuple[Ground, ...]]]:
    """The files a child about to be entered may already have, the strongest likeness first."""
    found = [(each, grounds) for each in files if each.id != new.id and (grounds := alike(new, each))]
    return sorted(found, key=lambda one: (one[1][0] is not Ground.ID_NO, _NAMES.index(n) if (n := one[1][0]) in _NAMES else 0))


def compared(one: Traits, other: Traits) -> str:
    """The facts a decision on this pair rests on, in one text: while it is the same, nobody is asked again."""
    return "\n".join(
        "|".join((
            each.name, each.birth_date.isoformat() if each.birth_date else "", each.id_no or "", each.unit,
            "、".join(sorted(set(each.people))), "、".join(sorted(set(each.phones))),
        ))
        for each in sorted((one, other), key=lambda traits: traits.id)
    )  # fmt: skip


def sounding_alike(plan: ImportPlan, on_file: Sequence[Child]) -> tuple[Warned, ...]:
    """A doubt for each new row that may be a child on file under another spelling or birth date."""
    by_sound: dict[str, list[tuple[Traits, Child]]] = defaultdict(list)
    taken = {each.child.id for each in plan.changed} | {child.id for child in plan.same}
    for child in on_file:
        if child.close_reason not in (DUPLICATE, UNDONE) and child.id not in taken:
            for sound in _sounds(child.name):
                by_sound[sound].append((Traits.of(child), child))
    told = {id(each.source) for each in plan.warnings if each.problem.code == "child.maybe_duplicate"}
    found = []
    for new in plan.new:
        traits = Traits.of_row(new.row)
        near = {child.id: child for sound in _sounds(new.row.name) for seen, child in by_sound[sound] if alike(traits, seen)}
        if near and id(new.source) not in told:
            child = next(iter(near.values()))
            params = {"column": "姓名", "file_no": child.file_no}
            found.append(Warned(new.source, Problem("name", "child.sounds_alike", params)))
    return tuple(found)


# --- putting two files together ---

OURS = {"id", "file_no", "added_on", "closed_on", "close_reason", "guardians", "labels", "household", "tier_since"}
_LEFT_OUT = {"note", "file_no"}


def choices(kept: Child, closed: Child) -> tuple[str, ...]:
    """The facts in which both files say something and it is not the same: one choice each (keys of RosterRow)."""
    one, other = RosterRow.of(kept), RosterRow.of(closed)
    return tuple(
        each.name
        for each in fields(RosterRow)
        if each.name not in (*_LEFT_OUT, "labels")
        and None not in (said := (getattr(one, each.name), getattr(other, each.name)))
        and said[0] != said[1]
    )


def merged(kept: Child, closed: Child, theirs: Mapping[str, bool]) -> Child:
    """The kept file after the merge: `theirs` says for which of `choices` the closed file's word is taken.

    What only one of them says is taken from that one; categories and the people around the child are those of both.
    """
    one, other = RosterRow.of(kept), RosterRow.of(closed)
    said = {
        each.name: getattr(other, each.name)
        for each in fields(RosterRow)
        if each.name not in _LEFT_OUT and (getattr(one, each.name) is None or theirs.get(each.name, False))
    }
    said["labels"] = tuple(label for label in Label if label in kept.labels or label in closed.labels)
    row = replace(one, **said, file_no=None)
    rest = {
        each.name: getattr(closed, each.name)
        for each in fields(Child)
        if each.name not in OURS and not hasattr(row, each.name) and getattr(kept, each.name) is None
    }
    after = replace(row.apply_to(kept), file_no=kept.file_no, household=kept.household or closed.household, **rest)
    known = {one.name for one in after.guardians}
    taken = {"father": row.father_name, "mother": row.mother_name}
    more = tuple(
        replace(person, carer=False, id=None)
        for person in closed.guardians
        if person.name and person.name not in known and not taken.get(person.relation.value)
    )
    return replace(after, guardians=(*after.guardians, *more))
