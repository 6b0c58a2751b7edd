"""What is so in the invented county, in plain values: all that the oracle knows. Nothing here comes from the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple


@dataclass
class Met:
    """A contact as it stands now. One withdrawn or corrected is taken out of its file's list."""

    id: str
    day: date
    home_visit: bool
    reached: bool
    child_seen: bool
    by_supervisor: bool


@dataclass
class Signed:
    """A care agreement that was signed for a child, and when it ended, if before its time."""

    id: str
    signed: date
    last: date
    ended: date | None = None
    came_home: bool = False  # it ended because the parents are back


@dataclass
class File:
    """A child's file, as far as duties depend on it. The rest of the child is the database's business."""

    id: str
    number: str
    village: str
    tier: str  # red | yellow | green
    added: date
    away_until: date | None = None
    closed: date | None = None
    met: list[Met] = field(default_factory=list)
    papers: list[Signed] = field(default_factory=list)


@dataclass
class Seat:
    """A post and who sits there."""

    id: str
    role: str
    unit: str
    holder: str | None = None
    deputy: str | None = None


@dataclass
class Human:
    """A person at a telephone."""

    id: str
    chat: int | None
    hour: time | None = None  # their own hour for the digest
    left: bool = False
    blocks: list[tuple[datetime, datetime | None]] = field(default_factory=list)  # since when, until when

    @property
    def blocked(self) -> bool:
        """Has blocked the bot just now."""
        return bool(self.blocks) and self.blocks[-1][1] is None

    def reachable(self, moment: datetime) -> bool:
        """Whether a message could have come through at that moment."""
        blocked = any(since <= moment and (until is None or moment < until) for since, until in self.blocks)
        return self.chat is not None and not blocked


@dataclass
class Case:
    """A report: which departments have it and have not signed for it, each since when."""

    id: str
    waiting: dict[str, date] = field(default_factory=dict)
    had: set[str] = field(default_factory=set)  # every department it ever went to
    told: dict[str, datetime] = field(default_factory=dict)  # when each was told last
    over: bool = False  # every desk has closed it and the child was visited again


class Named(NamedTuple):
    """A day that was set, not counted out: who owes it, where, until when."""

    rule: str
    subject: str
    role: str
    unit: str
    due: date


@dataclass
class PutOff:
    """A reminder somebody does not want before a day."""

    id: str
    rule: str
    subject: str
    person: str
    due: date
    made: date
    until: date


@dataclass
class Facts:
    """The county at this moment."""

    above: dict[str, str | None]  # unit → the unit it belongs to
    holidays: frozenset[date]
    make_up: frozenset[date]  # working days on a weekend
    files: dict[str, File] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    humans: dict[str, Human] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    begun: date = date.min  # the day the first file was entered
    deeds: dict[tuple[str, str], list[date]] = field(default_factory=dict)  # (duty, unit) → days
    put_off: list[PutOff] = field(default_factory=list)
    told: dict[tuple[str, str, str], date] = field(default_factory=dict)  # calls for help sent: the newest of each
    named: frozenset[Named] = frozenset()  # what somebody, or a rule that notices things, has set a day for
