"""Finding a child by what a worker types for /child: name, part, pinyin, initials, number, guardian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from domain.reading.folding import NUMBER, fold, number
from domain.reading.sounds import Sound, readings, sound_of, typed_pinyin


class Named(Protocol):
    """Someone on the roster, as far as finding them goes."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def file_no(self) -> str: ...
    @property
    def guardian_names(self) -> Sequence[str]: ...


class How(StrEnum):
    """What made it a match, best first."""

    NAME = "name"  # the whole name
    FILE_NO = "file_no"  # the file number, its end, or the list number
    GIVEN = "given"  # the given name
    SOUND = "sound"  # another spelling of the same sound
    PINYIN = "pinyin"
    PART = "part"
    INITIALS = "initials"
    GUARDIAN = "guardian"
    NEAR = "near"  # a slip of the finger or a near sound


@dataclass(frozen=True)
class Match:
    """One hit. `rank` orders hits, smaller is better; `guardian` is the name that matched, where one did."""

    id: str
    how: How
    rank: int
    guardian: str | None = None


def search(query: str, people: Sequence[Named], limit: int = 20) -> list[Match]:
    """Those the query may mean, best first, in roster order among equals; empty for an empty query.

    Names keep their computed sounds between calls, so a roster of 30,000 is searched in tens of milliseconds.
    """
    wanted = re.sub(r"\s+", "", fold(query)).strip("，。,.!！?？的家")
    if not wanted:
        return []
    letters = typed_pinyin(query)
    found = _first_pass(wanted, letters, people)
    if not found:  # slips are offered only where nothing better was found
        found = _near_pass(wanted, letters, people)
    found.sort(key=lambda m: m.rank)  # stable: roster order among equals
    return found[:limit]


def _first_pass(wanted: str, letters: str | None, people: Sequence[Named]) -> list[Match]:
    count = re.fullmatch(rf"(?:第|编号|档案)?({NUMBER})号?(?:娃|孩子|儿童)?", wanted)
    digits = number(count[1]) if count else None
    asked = None if wanted.isascii() else sound_of(wanted)
    has_digit = any(c.isdecimal() for c in wanted)
    found: list[Match] = []
    for person in people:
        match = None
        if count and (rank := _file_rank(count[1], digits, wanted, person.file_no)) is not None:
            match = Match(person.id, How.FILE_NO, rank)
        elif has_digit and _is_file_no(wanted, person.file_no):
            match = Match(person.id, How.FILE_NO, 0)
        elif letters:
            match = _by_letters(letters, person)
        elif asked:
            match = _by_characters(asked, person)
        if match:
            found.append(match)
    return found


def _near_pass(wanted: str, letters: str | None, people: Sequence[Named]) -> list[Match]:
    if letters:
        rough = _rough(letters)
        return [Match(p.id, How.NEAR, rank) for p in people if (rank := _letters_nearly(letters, rough, sound_of(p.name)))]
    if wanted.isascii():
        return []
    asked = sound_of(wanted)
    core = re.sub(r"^[小阿尕碎大]|[子娃儿]$", "", wanted)
    if len(wanted) == 2 and wanted[0] == wanted[1]:  # 虎虎
        core = wanted[0]
    return [Match(p.id, How.NEAR, rank) for p in people if (rank := _characters_nearly(asked, core, sound_of(p.name)))]


def _is_file_no(wanted: str, file_no: str) -> bool:
    return len(wanted) > 3 and bool(re.search(r"\d", wanted)) and wanted.upper().replace("-", "") == file_no.upper().replace("-", "")


def _file_rank(words: str, digits: int | None, wanted: str, file_no: str) -> int | None:
    serial = re.search(r"(\d+)\D*$", file_no)
    if digits is None or serial is None or (not words.isdecimal() and wanted == words):
        return None  # 三 alone may be part of a name
    if int(serial[1]) == digits:
        return 1 if wanted != words else 2
    if words.isdecimal() and len(words) > 1 and re.sub(r"\D", "", file_no).endswith(words):
        return 5
    return None


def _by_letters(letters: str, person: Named) -> Match | None:
    rank, how = _letters_rank(letters, sound_of(person.name))
    if rank:
        return Match(person.id, how, rank)
    for guardian in person.guardian_names if len(letters) > 1 else ():
        theirs, _ = _letters_rank(letters, sound_of(guardian))
        if theirs:
            return Match(person.id, How.GUARDIAN, 40 + theirs // 10, guardian)
    return None


def _letters_rank(letters: str, sound: Sound) -> tuple[int, How]:
    """How well pinyin letters fit a name; rank 0 where they do not."""
    if letters in sound.spelled:
        return 10, How.PINYIN
    if letters in sound.given_spelled:
        return 12, How.PINYIN
    if letters in sound.initials:
        return 18, How.INITIALS
    if len(letters) > 1:
        for spelled in sound.spelled:
            if spelled.startswith(letters):
                return 15, How.PINYIN
        if len(letters) > 2 and any(sound.spelled and sound.spelled[0].startswith(letters, at) for at in sound.starts):
            return 25, How.PART
        if any(initials.startswith(letters) or initials.endswith(letters) for initials in sound.initials):
            return 30, How.INITIALS
        if len(letters) > 2 and sound.spelled and letters[0] == sound.spelled[0][0] and _abbreviates(letters, sound.syllables):
            return 19, How.PINYIN
    return 0, How.NEAR


def _abbreviates(letters: str, syllables: tuple[tuple[str, ...], ...]) -> bool:
    """Whether each syllable is there in full or as its first letter: mxiaohe, maxh."""
    ends = {0}
    for readings_ in syllables:
        ends = {end + n for end in ends for r in readings_ for n in (len(r), 1) if letters.startswith(r[:n], end)}
        if not ends:
            return False
    return len(letters) in ends


def _letters_nearly(letters: str, rough: str, sound: Sound) -> int:
    if len(letters) < 4:
        return 0
    for spelled in sound.spelled:
        if abs(len(spelled) - len(letters)) <= 3 and (_one_slip(letters, spelled) or rough == _rough(spelled)):
            return 60
    for given in sound.given_spelled:
        if len(given) >= 5 and abs(len(given) - len(letters)) <= 3 and (_one_slip(letters, given) or rough == _rough(given)):
            return 65
    return 0


def _rough(letters: str) -> str:
    """Pinyin with the usual mix-ups folded: zh/z ch/c sh/s, -ng/-n, v/u, n/l at the start."""
    folded = letters.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n").replace("v", "u")
    return "l" + folded[1:] if folded.startswith("n") else folded


def _by_characters(asked: Sound, person: Named) -> Match | None:
    wanted, sound = asked.name, sound_of(person.name)
    several = len(wanted) > 1
    if wanted == sound.name:
        return Match(person.id, How.NAME, 0)
    if wanted == sound.given:
        return Match(person.id, How.GIVEN, 5)
    if wanted in sound.name:
        return Match(person.id, How.PART, 15 if sound.name.startswith(wanted) else 20)
    if several and _sounds_like(asked, sound):
        return Match(person.id, How.SOUND, 8)
    if several and len(wanted) == len(sound.given) and not _word_spellings(wanted).isdisjoint(sound.given_spelled):
        return Match(person.id, How.SOUND, 22)
    for guardian in person.guardian_names:
        theirs = sound_of(guardian)
        if wanted == theirs.name:
            return Match(person.id, How.GUARDIAN, 40, guardian)
        if several and (wanted in theirs.name or _sounds_like(asked, theirs)):
            return Match(person.id, How.GUARDIAN, 45, guardian)
    return None


def _sounds_like(asked: Sound, sound: Sound) -> bool:
    return len(asked.name) == len(sound.name) and not _word_spellings(asked.name).isdisjoint(sound.spelled)


@lru_cache(maxsize=4096)
def _word_spellings(words: str) -> frozenset[str]:
    """How typed characters may sound: as a name, and as plain words."""
    return frozenset(sound_of(words).spelled) | {"".join(readings(c)[0] for c in words)}


def _characters_nearly(asked: Sound, core: str, sound: Sound) -> int:
    if core and core != asked.name and core in sound.given:
        return 60
    if len(asked.name) > 1 and len(asked.name) == len(sound.name) and not set(asked.near).isdisjoint(sound.near):
        return 62
    if len(asked.name) > 1 and len(asked.name) == len(sound.given) and not set(asked.near).isdisjoint(sound.given_near):
        return 66
    if len(asked.name) == len(sound.name) >= 3 and sum(a != b for a, b in zip(asked.name, sound.name, strict=True)) == 1:
        return 70
    return 0


def _one_slip(typed: str, spelled: str) -> bool:
    """One letter too many, missing, wrong, or two swapped."""
    if abs(len(typed) - len(spelled)) > 1:
        return False
    if len(typed) == len(spelled):
        wrong = [i for i, (a, b) in enumerate(zip(typed, spelled, strict=True)) if a != b]
        if len(wrong) == 2:
            i, j = wrong
            return j == i + 1 and typed[i] == spelled[j] and typed[j] == spelled[i]
        return len(wrong) <= 1
    short, long = sorted((typed, spelled), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :]
