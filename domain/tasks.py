"""Days that people named: a finding to mend, an issue to solve, a household on a list. One mechanism for all of them.

A duty of a rule is computed from facts; a task has its day because somebody set it. Both are brought up by the same
reminders, in the same digest, with a reason; a task is settled when its own subject says that it is no longer open.
A subject adds one line to KINDS and one function to db/tasks.py SOURCES.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.children import Child
from domain.duties import Duty, Fact, FactKind, OpenDuty, SubjectKind
from domain.people import Role


@dataclass(frozen=True)
class Kind:
    """What sort of task: who owes it, where that is written, and the command at which it is done.

    Words: `reminders.duty.<code>` names it; `why.source.<source>` says where it is written.
    """

    code: str  # ≤ 24 characters, the rule of its reminders
    who: Role
    source: str
    opens: str


_KINDS: tuple[Kind, ...] = (
    Kind("spot_mend", Role.CHILD_DIRECTOR, "plan.t9.h7", "mend"),  # 抽查: something to mend in a child's file
    Kind("move_answer", Role.CHILD_DIRECTOR, "plan.t9.h5", "moves"),  # a child comes from another village: yes or no
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _KINDS}


@dataclass(frozen=True)
class Task:
    """One task that is open: the day it is due, since when, for a child (its id) or for the unit as a whole."""

    kind: str
    unit: str
    due: date
    since: date
    child: str | None = None
    hidden: frozenset[str] = frozenset()  # persons who must not hear of it

    def duty(self, child: Child | None) -> OpenDuty:
        kind = KINDS[self.kind]
        about = SubjectKind.UNIT if self.child is None else SubjectKind.CHILD
        subject = f"unit:{self.unit}" if self.child is None else f"child:{self.child}"
        rule = Duty(kind.code, kind.who, about, kind.source, f"why.{kind.code}")
        return OpenDuty(rule, subject, self.unit, self.due, Fact(FactKind.TASK, self.since), child, self.hidden)
