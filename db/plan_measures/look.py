"""What a measure of the plan may look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from db import deeds, summaries
from domain.calendar import local_day
from domain.people import Me
from domain.plan_measures import Measured, Number
from domain.policy import Policy
from domain.units import COUNTY, UnitTree


@dataclass
class Look:
    """What a measure may look at. `me` is who asks: reports that go around them are in no figure they see.

    `national` compares files with what stands in the national system; that knowledge lives with the papers (bot/).
    """

    conn: Connection
    tree: UnitTree
    now: datetime
    policy: Policy
    me: Me | None = None
    national: Callable[[Connection, UnitTree, date, Collection[str]], Mapping[str, int]] | None = None

    @property
    def day(self) -> date:
        return local_day(self.now)

    @property
    def year(self) -> date:
        return self.day.replace(month=1, day=1)

    @cached_property
    def codes(self) -> frozenset[str]:
        return self.tree.under(COUNTY)

    @cached_property
    def totals(self) -> Any:
        """The county's own summary, made once for all that stands in it."""
        unit = self.tree.get(COUNTY)
        assert unit is not None
        return summaries.summary(self.conn, self.tree, unit, self.day, self.policy, reports_for=None).total

    @cached_property
    def deed_days(self) -> dict[tuple[str, str], list[date]]:
        return deeds.days(self.conn, self.day)

    def made(self, code: str, counts: Mapping[str, Number], **more: Any) -> Measured:
        return Measured(code, self.day, counts, **more)


Measure = Callable[[Look], Measured | None]
