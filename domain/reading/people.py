"""A child as the reader needs to know it, and words of a text that name one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.reading.folding import fold


class OnRoster(Protocol):
    """A child on the worker's roster. `guardian` may carry the relation before the name: 爷爷马德福.

    Where the object also has them, the reader uses `file_no` (its last digits are the list number), `group` (三组),
    `household`, `nicknames`, `guardians` (all names), `sex` and `birth`; see the functions below.
    """

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def guardian(self) -> str: ...
    @property
    def village(self) -> str: ...


@dataclass(frozen=True)
class Spoken:
    """Words of the text that name children. More than one id: all of them, or, where `tie`, one of them."""

    start: int
    end: int
    ids: tuple[str, ...]
    tier: int
    tie: bool = False


HOUSEHOLD = 9  # so does the tier of a family's name
GUARDIAN = 5  # the tier of a guardian's name: it yields to a child of theirs that is named

_RELATION = re.compile(
    r"^(?:爷爷|奶奶|姥姥|姥爷|外公|外婆|爸爸|妈妈|父亲|母亲|姑姑|姑妈|姨妈|小姨|大姨|姨姨|姨|大伯|伯伯|伯父|叔叔|舅舅|舅妈|婶婶|婶子|大姑|二姑|二叔|三叔|大舅|哥哥|姐姐|继父|继母|养父|养母|祖父|祖母|外祖父|外祖母|监护人|大娘|大妈|伯母|姑父|姨父|太爷|太奶|爷|奶|爸|妈|伯|叔|舅|姑)[:\s]?"
)


def guardian_name(guardian: str) -> str:
    """The name without the relation before it."""
    bare = _RELATION.sub("", fold(guardian).strip())
    return bare if len(bare) > 1 else fold(guardian).strip()


def guardian_names(child: OnRoster) -> tuple[str, ...]:
    """All the guardians' bare names that are known, the first one first."""
    named: Sequence[str] = getattr(child, "guardians", ()) or ()
    return tuple(dict.fromkeys(bare for one in (child.guardian, *named) if len(bare := guardian_name(one)) > 1))


def nicknames(child: OnRoster) -> tuple[str, ...]:
    named: Sequence[str] = getattr(child, "nicknames", ()) or ()
    return tuple(fold(one).strip() for one in named if len(one.strip()) > 1)


def group_of(child: OnRoster) -> str:
    """三组, 四社; empty where it is not known."""
    return fold(str(getattr(child, "group", "") or "")).strip()


def list_number(child: OnRoster) -> int | None:
    """The number at the end of the file number, else of the id."""
    tail = re.search(r"(\d{1,4})$", str(getattr(child, "file_no", "") or "")) or re.search(r"(?<![0-9a-f])(\d{1,4})$", child.id)
    return int(tail[1]) if tail else None


def is_girl(child: OnRoster) -> bool | None:
    sex = str(getattr(child, "sex", "") or "").lower()
    return True if sex in ("f", "女", "female") else False if sex in ("m", "男", "male") else None


def born(child: OnRoster) -> date | None:
    day = getattr(child, "birth", None)
    return day if isinstance(day, date) else None


def household_of(child: OnRoster) -> tuple[str, ...]:
    """What children who live together share; the guardian and the village where no household is known."""
    household = str(getattr(child, "household", "") or "")
    return (household,) if household else (guardian_name(child.guardian), child.village)
