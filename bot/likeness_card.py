"""Two files that may be one child's, side by side: why, what differs, and what is taken from which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.buttons import Button, do
from bot.work import Cell, Work
from db.duplicates import Likeness
from domain.children import Child
from domain.duplicates import choices
from domain.identity import mask_id, mask_phone
from domain.roster import BY_KEY, RosterRow, in_words

FIELDS = 5  # on one page
MARKS = ("①", "②")
_HIDDEN = {"id_no": mask_id, "carer_id_no": mask_id, "father_phone": mask_phone, "mother_phone": mask_phone, "carer_phone": mask_phone}
_HEADED = {"unit": "village"}


@dataclass(frozen=True)
class Taken:
    """What was chosen so far, small enough for a button: which file stays, and per fact whose word is taken.

    Bit 0: the second file stays. Each further bit belongs to one fact in which they differ, set where the word of the
    file that does not stay is taken.
    """

    mask: int

    @property
    def second_stays(self) -> bool:
        return bool(self.mask & 1)

    def two(self, found: Likeness) -> tuple[Child, Child]:
        """(the file that stays, the one that is closed)."""
        return (found.other, found.one) if self.second_stays else (found.one, found.other)

    def theirs(self, found: Likeness) -> Mapping[str, bool]:
        keys = choices(*self.two(found))
        return {key: bool(self.mask >> (place + 1) & 1) for place, key in enumerate(keys)}

    def turned(self, place: int) -> Taken:
        return Taken(self.mask ^ (1 << (place + 1)))

    def other_stays(self, facts: int) -> Taken:
        """The other file stays; for each fact the word that was chosen is still the one taken."""
        return Taken(self.mask ^ ((1 << (facts + 1)) - 1))


def read_taken(text: str) -> Taken:
    """What a button carries; nonsense is the beginning."""
    try:
        return Taken(int(text, 16) if len(text) <= 10 else 0)
    except ValueError:
        return Taken(0)


def side_by_side(work: Work, found: Likeness, left: int) -> str:
    """Why these two may be one child, and in what they differ."""
    lines = [work.say("duplicates.pair", left=left) if left else work.say("duplicates.pair_alone")]
    for mark, child in zip(MARKS, (found.one, found.other), strict=True):
        born = child.birth_date.isoformat() if child.birth_date else work.say("duplicates.unknown")
        place = work.tree.path_name(child.unit)
        lines.append(work.say("duplicates.one", mark=mark, name=child.name, number=child.file_no, place=place, born=born))
    grounds = "、".join(work.say(f"duplicates.ground.{ground.value}") for ground in found.grounds)
    lines.append(work.say("duplicates.why", grounds=grounds) if grounds else work.say("duplicates.by_hand"))
    differ = choices(found.one, found.other)
    if differ:
        lines.append(work.say("duplicates.differ", columns="、".join(_heading(key) for key in differ)))
    return "\n".join(lines)


def choosing(work: Work, found: Likeness, taken: Taken, page: int) -> tuple[str, list[list[Cell]]]:
    """The merge as chosen so far, with a button for each fact that turns it over."""
    kept, closed = taken.two(found)
    keys, theirs = choices(kept, closed), taken.theirs(found)
    stays = 1 if taken.second_stays else 0
    lines = [work.say("duplicates.merge", mark=MARKS[stays], number=kept.file_no, other=closed.file_no)]
    rows: list[list[Cell]] = []
    said = {id(child): RosterRow.of(child) for child in (kept, closed)}
    pages = max(1, -(-len(keys) // FIELDS))
    page = max(0, min(page, pages - 1))
    for place in range(page * FIELDS, min(len(keys), (page + 1) * FIELDS)):
        key = keys[place]
        of_closed = theirs[key]
        values = [_value(work, key, getattr(said[id(child)], key)) for child in (found.one, found.other)]
        chosen = (1 - stays) if of_closed else stays
        lines.append(work.say("duplicates.choice", column=_heading(key), mark=MARKS[chosen], one=values[0], other=values[1]))
        label = work.say("duplicates.turn", column=_heading(key), mark=MARKS[1 - chosen])
        rows.append([(label, _again(found, taken.turned(place), page))])
    if not keys:
        lines.append(work.say("duplicates.no_choice"))
    lines.append(work.say("duplicates.rest"))
    if pages > 1:
        rows.append([(work.say("duplicates.page", page=page + 1, pages=pages), _again(found, taken, (page + 1) % pages))])
    swap = (work.say("duplicates.swap", mark=MARKS[1 - stays]), _again(found, taken.other_stays(len(keys)), page))
    rows.append([swap])
    go = (work.say("duplicates.confirm"), do("dup.merge", found.id, f"{taken.mask:x}"))
    rows.append([go, (work.say("duplicates.later"), do("dup.next", found.id))])
    return "\n".join(lines), rows


def _again(found: Likeness, taken: Taken, page: int) -> Button:
    return do("dup.same", found.id, f"{taken.mask:x}", str(page))


def _heading(key: str) -> str:
    return BY_KEY[_HEADED.get(key, key)].heading


def _value(work: Work, key: str, value: object) -> str:
    said = in_words(key, value, work.tree)
    hide = _HIDDEN.get(key)
    return hide(said) if hide else said


def headings(keys: Sequence[str]) -> str:
    """The county's words for these facts; what has no column of its own is left out."""
    return "、".join(dict.fromkeys(_heading(key) for key in keys if _HEADED.get(key, key) in BY_KEY))
