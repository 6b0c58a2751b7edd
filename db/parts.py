"""Many of something, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
IN = 900  # values in one IN (…), below every database's limit


def parts(what: Iterable[T], size: int = IN) -> Iterator[list[T]]:
    """Lists of so many at most, taken as they come: what is made on the way never lies in memory all at once."""
    rest = iter(what)
    while part := list(islice(rest, size)):
        yield part
