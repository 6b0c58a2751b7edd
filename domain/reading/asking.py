"""What only the worker can settle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """A question back. `field` is date, children or kind; `reason` says why; `options` are child ids, if any.

    Reasons: vague.* and impossible (date), tie, nobody and count (children), unsaid (kind).
    """

    field: str
    reason: str
    options: tuple[str, ...] = ()
