"""Row ids, ID numbers and phones of invented people: repeatable, and impossible to mistake for real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import Random

from domain.children import Sex
from domain.identity import check_digit

REGION = "620799"  # no county has it (domain.md 7.5)
_SEQUENCES = 500  # of one sex on one day


class Ids:
    """Row ids in the shape of UUIDv7, in rising order and older than any id made after `day`."""

    def __init__(self, rng: Random, day: date) -> None:
        self._rng = rng
        # far enough back for a million rows, a millisecond each, before the day begins
        self._ms = int(datetime.combine(day, time(), UTC).timestamp() * 1000) - 30 * 24 * 3600 * 1000

    def new(self) -> str:
        self._ms += 1
        bits = self._rng.getrandbits(74)
        number = self._ms << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (1 << 62) - 1
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Numbers:
    """ID numbers, each given out once, and phones."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def id_no(self, born: date, sex: Sex) -> str:
        """A valid number for this birth date and sex that nobody else in the county has."""
        first = self._rng.randrange(_SEQUENCES)
        for step in range(_SEQUENCES):
            serial = (first + step) % _SEQUENCES * 2 + (sex is Sex.MALE)
            first17 = f"{REGION}{born:%Y%m%d}{serial:03d}"
            if first17 not in self._used:
                self._used.add(first17)
                return first17 + check_digit(first17)
        raise RuntimeError("more than five hundred people of one sex born on one day")

    def phone(self) -> str:
        return f"100{self._rng.randrange(10**8):08d}"
