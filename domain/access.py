"""Who may do what, where: one table, and every query and handler goes through it.

Scope follows the unit tree county ⊃ town ⊃ village. A post grants an action inside its own unit and below (UNIT), only
for what is addressed to it (ADDRESSED), over the whole county (COUNTY), or not at all.
Source: 未成年人网络保护条例 art. 36 (least authority, access recorded); domain.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum, StrEnum, auto

from domain.people import Me, Post, Role, Unit


class Action(StrEnum):
    """What can be done. A handler names one of these; a handler without one is for everybody, strangers too."""

    SEE_CHILD = "see_child"  # the card of a child, with names
    SEE_SENSITIVE = "see_sensitive"  # full ID number, phone, address
    LOG_CONTACT = "log_contact"
    CHANGE_FILE = "change_file"  # the facts of a child's file, benefits, help, notice and consent; opening a new one
    SET_TIER = "set_tier"  # the risk tier; lowering red is the supervisor's (domain.tiers.may_decide)
    RECORD_DEED = "record_deed"  # what a unit did for the plan
    MOVE_CHILD = "move_child"  # propose that a child goes to another village, accept one that comes
    SWEEP = "sweep"  # 拉网式排查: see how far it is; going round and signing is LOG_CONTACT
    START_SWEEP = "start_sweep"  # begin it for a town or the county
    WORK_ISSUE = "work_issue"  # solve a problem found, pass it on, open it again
    HAND_OVER = "hand_over"  # sign what is handed over when a director leaves
    SEE_PLAN = "see_plan"  # the plan's tasks: the county and leaders all, a department its own
    POST_PLAN = "post_plan"  # how far a task is, by its lead units; a word from those who share in it
    RUN_PLAN = "run_plan"  # ask the units, load a plan, inspect, close it: the county
    SPOT_CHECK = "spot_check"  # draw villages and look at files: the county, a town at its own
    IMPORT_ROSTER = "import_roster"
    EXPORT = "export"
    REPORT = "report"  # every registered post may and must
    SEE_CASE = "see_case"
    HANDLE_CASE = "handle_case"
    REFER = "refer"  # ask another office for help, and work on what is asked of one's own
    ASK_HELP = "ask_help"  # 求助: ask the post above for a hand
    ANSWER_HELP = "answer_help"  # answer it, take it over, hand it to the county; ask what is in the way
    ANNOUNCE = "announce"  # tell everybody of one's own town or county
    EDIT_CARDS = "edit_cards"  # the county's wording of the cards, and the card of the month
    RUN_DRIVE = "run_drive"  # begin a campaign, see how far it is
    HELPERS = "helpers"  # register who helps, and take needs up for them
    VILLAGE_WORK = "village_work"  # activities, dangerous places and hazards: nobody's file
    HAND_LIST = "hand_list"  # hand in a list to be compared by hashed ID numbers, and see what came of it
    WARNINGS = "warnings"  # what rules noticed, for a person to look at
    SEE_DUTIES = "see_duties"  # one's own list of today
    SEE_OVERDUE = "see_overdue"
    SEE_SUMMARY = "see_summary"  # figures with drill-down
    SEE_COUNTY = "see_county"
    INVITE = "invite"
    SET_POLICY = "set_policy"
    READ_JOURNAL = "read_journal"
    SEE_KEEPING = "see_keeping"  # what was deleted when, by class, and the yearly audit's figures: counts, nobody's data
    BREAK_GLASS = "break_glass"  # 紧急查看: a file of another place, with a reason, for half an hour, told above at once
    TAKE_RIGHTS = "take_rights"  # write down what a guardian asks about the child's data (查阅/更正申请)
    DECIDE_RIGHTS = "decide_rights"  # answer it in writing
    GIVE_FEEDBACK = "give_feedback"
    READ_FEEDBACK = "read_feedback"
    ANSWER_FEEDBACK = "answer_feedback"  # and list it publicly with the answer
    LEARN = "learn"  # micro-lessons, signing in at a training, one's own certificate
    TRAIN = "train"  # hold a training, see who was there and who still has to make it up


class Scope(Enum):
    NONE = auto()
    ADDRESSED = auto()
    UNIT = auto()
    COUNTY = auto()


_N, _A, _U, _C = Scope.NONE, Scope.ADDRESSED, Scope.UNIT, Scope.COUNTY
_ROLES = (
    Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.COUNTY, Role.DEPARTMENT, Role.LEADER, Role.ADMIN, Role.AUDITOR,
)  # fmt: skip
_TABLE: dict[Action, tuple[Scope, ...]] = {
    #                        director supervisor county department leader admin auditor
    Action.SEE_CHILD:        (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SEE_SENSITIVE:    (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.LOG_CONTACT:      (_U,      _U,        _N,    _N,        _N,    _N,   _N),
    Action.CHANGE_FILE:      (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SET_TIER:         (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.RECORD_DEED:      (_U,      _U,        _C,    _A,        _N,    _N,   _N),
    Action.MOVE_CHILD:       (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SWEEP:            (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.START_SWEEP:      (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.WORK_ISSUE:       (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.HAND_OVER:        (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SEE_PLAN:         (_N,      _N,        _C,    _A,        _C,    _N,   _N),
    Action.POST_PLAN:        (_N,      _N,        _C,    _A,        _N,    _N,   _N),
    Action.RUN_PLAN:         (_N,      _N,        _C,    _N,        _N,    _N,   _N),
    Action.SPOT_CHECK:       (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.IMPORT_ROSTER:    (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.EXPORT:           (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.REPORT:           (_C,      _C,        _C,    _C,        _C,    _C,   _C),
    Action.SEE_CASE:         (_A,      _A,        _A,    _A,        _N,    _N,   _N),
    Action.HANDLE_CASE:      (_N,      _A,        _A,    _A,        _N,    _N,   _N),
    Action.REFER:            (_U,      _U,        _C,    _A,        _N,    _N,   _N),
    Action.ASK_HELP:         (_U,      _U,        _N,    _N,        _N,    _N,   _N),
    Action.ANSWER_HELP:      (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.ANNOUNCE:         (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.EDIT_CARDS:       (_N,      _N,        _C,    _N,        _N,    _N,   _N),
    Action.RUN_DRIVE:        (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.HELPERS:          (_N,      _U,        _C,    _A,        _N,    _N,   _N),
    Action.VILLAGE_WORK:     (_U,      _U,        _C,    _A,        _N,    _N,   _N),
    Action.HAND_LIST:        (_N,      _N,        _C,    _A,        _N,    _N,   _N),
    Action.WARNINGS:         (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SEE_DUTIES:       (_U,      _U,        _C,    _A,        _N,    _N,   _N),
    Action.SEE_OVERDUE:      (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.SEE_SUMMARY:      (_U,      _U,        _C,    _N,        _C,    _N,   _N),
    Action.SEE_COUNTY:       (_N,      _N,        _C,    _N,        _C,    _N,   _N),
    Action.INVITE:           (_N,      _U,        _C,    _N,        _N,    _C,   _N),
    Action.SET_POLICY:       (_N,      _N,        _C,    _N,        _N,    _N,   _N),
    Action.READ_JOURNAL:     (_N,      _N,        _N,    _N,        _N,    _N,   _C),
    Action.SEE_KEEPING:      (_N,      _N,        _C,    _N,        _N,    _C,   _C),
    Action.BREAK_GLASS:      (_C,      _C,        _N,    _N,        _N,    _N,   _N),
    Action.TAKE_RIGHTS:      (_U,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.DECIDE_RIGHTS:    (_N,      _U,        _C,    _N,        _N,    _N,   _N),
    Action.GIVE_FEEDBACK:    (_C,      _C,        _C,    _C,        _C,    _C,   _C),
    Action.READ_FEEDBACK:    (_N,      _N,        _C,    _N,        _N,    _C,   _N),
    Action.ANSWER_FEEDBACK:  (_N,      _N,        _C,    _N,        _N,    _N,   _N),
    Action.LEARN:            (_C,      _C,        _C,    _C,        _C,    _C,   _C),
    Action.TRAIN:            (_N,      _U,        _C,    _N,        _N,    _N,   _N),
}  # fmt: skip
TABLE: dict[tuple[Role, Action], Scope] = {
    (role, action): scope for action, row in _TABLE.items() for role, scope in zip(_ROLES, row, strict=True)
}


class Denied(Exception):
    """The person's posts do not allow this. Said kindly, and without telling what exists."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.value)
        self.action = action


def granting(me: Me | None, action: Action) -> tuple[Post, ...]:
    """The person's posts that allow this at all."""
    if me is None:
        return ()
    return tuple(post for post in me.posts if TABLE[post.role, action] is not Scope.NONE)


def may(me: Me | None, action: Action) -> bool:
    return bool(granting(me, action))


def demand(me: Me | None, action: Action) -> Me:
    """Me, if some post allows the action at all. Raises Denied."""
    if me is None or not may(me, action):
        raise Denied(action)
    return me


def covers(post: Post, action: Action, unit: str) -> bool:
    """Whether this post allows the action in that unit. ADDRESSED never does by place: ask the case's own desk list."""
    scope = TABLE[post.role, action]
    if scope is Scope.COUNTY:
        return True
    return scope is Scope.UNIT and (unit == post.unit.code or _is_below(unit, post.unit))


def allowed(me: Me | None, action: Action, unit: str) -> bool:
    return any(covers(post, action, unit) for post in granting(me, action))


def demand_in(me: Me | None, action: Action, unit: str) -> Me:
    """Me, if some post allows the action in that unit. Raises Denied."""
    if me is None or not allowed(me, action, unit):
        raise Denied(action)
    return me


def visible_units(me: Me | None, action: Action, under: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Every unit code in which the person may do this; what a query must filter by.

    `under(code)` gives a unit's own code and all below it.
    """
    found: set[str] = set()
    for post in granting(me, action):
        scope = TABLE[post.role, action]
        if scope is Scope.COUNTY:
            found.update(under(_county(post.unit.code)))
        elif scope is Scope.UNIT:
            found.update(under(post.unit.code))
    return frozenset(found)


def sees_names(me: Me | None) -> bool:
    """Leaders, departments, admins and auditors never see a roster by name."""
    return may(me, Action.SEE_CHILD)


def _is_below(code: str, unit: Unit) -> bool:
    return "." not in code and "." not in unit.code and code.startswith(unit.code)


def _county(code: str) -> str:
    return code.split(".")[0][:6]
