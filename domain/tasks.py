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
    Kind("activity_came", Role.CHILD_DIRECTOR, "plan.t3", "coming"),  # 活动: it is over; who was there?
    Kind("look_in", Role.CHILD_DIRECTOR, "plan.t19", "lookin"),  # a department's list named this child: please look in
    Kind("warning", Role.SUPERVISOR, "plan.t19", "warnings"),  # what rules noticed: please look
    Kind("hazard_fix", Role.DEPARTMENT, "plan.t15", "hazards"),  # 隐患: to be mended by whose it is
    Kind("hazard_county", Role.COUNTY, "plan.t15", "hazards"),  # nobody is registered there: the county arranges it
    Kind("hazard_check", Role.CHILD_DIRECTOR, "plan.t15", "hazards"),  # said to be mended: the village looks
    Kind("point_look", Role.CHILD_DIRECTOR, "plan.t15.h16", "waters"),  # 防溺水: a water nobody looked at this week
    Kind("move_answer", Role.CHILD_DIRECTOR, "plan.t9.file", "moves"),  # a child comes from another village: yes or no
    Kind("sweep_village", Role.CHILD_DIRECTOR, "plan.t9.h5", "sweep"),  # a village of the yearly sweep, not signed yet
    Kind("issue_village", Role.CHILD_DIRECTOR, "plan.t9.issues", "issues"),  # 发现问题: by whom it is to be solved
    Kind("issue_town", Role.SUPERVISOR, "plan.t9.issues", "issues"),
    Kind("issue_county", Role.COUNTY, "plan.t9.issues", "issues"),
    Kind("drive", Role.CHILD_DIRECTOR, "plan.t12.h15", "drive"),  # 走访慰问: homes still to go to
    Kind("drive_town", Role.SUPERVISOR, "plan.t12.h15", "drive"),
    Kind("drop_out", Role.CHILD_DIRECTOR, "plan.t11.school", "rules"),  # 控辍保学: out of school by the file
    Kind("dream_fund", Role.CHILD_DIRECTOR, "plan.t11.fund", "rules"),  # 福彩圆梦: before each term
    Kind("help_wanted", Role.SUPERVISOR, "help", "help_wanted"),  # 求助: somebody waits for a word
    Kind("help_risen", Role.COUNTY, "help", "help_wanted"),
    Kind("help_question", Role.CHILD_DIRECTOR, "help", "help_wanted"),  # 问问怎么了
    Kind("feedback_answer", Role.COUNTY, "rule.feedback", "feedbacks"),  # 意见反馈: nobody has answered yet
    Kind("rights_answer", Role.SUPERVISOR, "law.rights", "rights"),  # 查阅/更正申请: a guardian waits for a written answer
    Kind("clue_village", Role.CHILD_DIRECTOR, "plan.t16", "clues"),  # 清朗: reported online, and no answer for a fortnight
    Kind("clue_town", Role.SUPERVISOR, "plan.t16", "clues"),
    Kind("clue_office", Role.DEPARTMENT, "plan.t16", "clues"),
    Kind("clue_county", Role.COUNTY, "plan.t16", "clues"),
    Kind("plan_answer", Role.DEPARTMENT, "plan.ask", "plan"),  # 三年行动: the unit was asked about a task
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
