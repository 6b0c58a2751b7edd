"""审计包: how the yearly audit counts. Age bands of the law, and what sort of access a line of the journal is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_EXPORTS = ("export", "print", "ledger", "sync.made", "book", "paper", "letter", "audit.exported", "backup.made")
_SHARES = ("report.", "case.", "referral.", "board.", "names.shown", "glass.opened")
_READS = (
    "read", "searched", "shown", "opened", "handled", "listed", "looked", "seen", "phone", "photos", "names", "compared",
)  # fmt: skip


@dataclass(frozen=True)
class Pack:
    """The figures of one year."""

    year: int
    made_on: date
    children: dict[str, int]  # "<14 open" …
    fields: list[tuple[str, str, bool]]  # table, column, sealed
    access: dict[str, int]
    actions: dict[str, int]
    shares: dict[str, int]
    consents: dict[str, int]
    requests: dict[str, int]
    openings: int
    deletions: dict[str, int]
    overdue: dict[str, int]  # past their time and not yet gone: has to be 0 everywhere
    keeping: list[tuple[str, int, str]]
    stays: dict[str, str]
    journal_links: int
    journal_broken: int | None
    incidents: int


def band(born: date | None, today: date) -> str:
    """The law's age bands: under 14 is sensitive by itself (个人信息保护法 art. 28)."""
    if born is None:
        return "unknown"
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "<14" if age < 14 else "14-17" if age < 18 else "18+"


def sort_of(action: str) -> str:
    """read | export | share | change | refused | other, from the name of a journal's line."""
    if action == "denied":
        return "refused"
    if any(part in action for part in _EXPORTS):
        return "export"
    if action.startswith(_SHARES):
        return "share"
    if any(action.endswith(part) for part in _READS):
        return "read"
    return (
        "change" if "." in action and not action.startswith(("retention.", "demo.", "audit.", "backup.")) else "other"
    )
