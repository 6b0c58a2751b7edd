"""What stands under 更多: everything that has no key of its own, by what it is for. A person sees what their posts allow.

A new command is one more line here and its words `more.<command>`; whoever knows its name simply writes it.
"""

from __future__ import annotations

from domain.access import Action

SHELVES: dict[str, tuple[tuple[str, Action], ...]] = {
    "usual": (
        ("town", Action.SEE_SUMMARY),
        ("overdue", Action.SEE_OVERDUE),
        ("agreement", Action.SEE_CHILD),
        ("export", Action.EXPORT),
        ("import", Action.IMPORT_ROSTER),
        ("invite", Action.INVITE),
    ),
    "family": (
        ("emergency", Action.BREAK_GLASS),
        ("rights", Action.TAKE_RIGHTS),
        ("newchild", Action.CHANGE_FILE),
        ("mend", Action.LOG_CONTACT),
        ("moves", Action.MOVE_CHILD),
        ("issues", Action.WORK_ISSUE),
        ("rules", Action.CHANGE_FILE),
        ("drive", Action.CHANGE_FILE),
        ("need", Action.REFER),
        ("help_wanted", Action.REFER),
        ("announce", Action.GIVE_FEEDBACK),
        ("cards", Action.RECORD_DEED),
        ("referrals", Action.REFER),
        ("eligible", Action.REFER),
        ("guidance", Action.REFER),
        ("jobs", Action.REFER),
        ("night", Action.REPORT),
        ("board", Action.REFER),
        ("helpers", Action.HELPERS),
        ("publicity", Action.RECORD_DEED),
    ),  # 帮孩子和家里办事
    "village": (
        ("sweep", Action.SWEEP),
        ("activities", Action.VILLAGE_WORK),
        ("coming", Action.VILLAGE_WORK),
        ("hazards", Action.VILLAGE_WORK),
        ("waters", Action.VILLAGE_WORK),
        ("inspections", Action.VILLAGE_WORK),
        ("law_deputies", Action.VILLAGE_WORK),
        ("clues", Action.VILLAGE_WORK),
        ("lookin", Action.LOG_CONTACT),
        ("lists", Action.HAND_LIST),
        ("warnings", Action.WARNINGS),
    ),  # 村里的事: 活动 隐患 排查
    "figures": (
        ("spotcheck", Action.SPOT_CHECK),
        ("ledger", Action.EXPORT),
        ("sync", Action.EXPORT),
        ("templates", Action.SET_POLICY),
        ("pictures", Action.SEE_SUMMARY),
        ("wall", Action.SEE_COUNTY),
        ("quality", Action.SEE_CHILD),
        ("keeping", Action.SEE_KEEPING),
        ("duplicates", Action.IMPORT_ROSTER),
        ("imports", Action.IMPORT_ROSTER),
    ),  # 数字和检查
    "plan": (
        ("plan", Action.SEE_PLAN),
        ("progress", Action.POST_PLAN),
        ("dispatch", Action.SEE_COUNTY),
        ("inspect", Action.RUN_PLAN),
    ),  # 三年行动: 任务进展 单位 队伍
    "team": (
        ("lessons", Action.LEARN),
        ("training", Action.LEARN),
        ("certificate", Action.LEARN),
        ("makeup", Action.TRAIN),
        ("team", Action.INVITE),
        ("handover", Action.HAND_OVER),
        ("opinions", Action.GIVE_FEEDBACK),
        ("feedbacks", Action.READ_FEEDBACK),
    ),  # 学习和队伍
    "own": (
        ("privacy", Action.GIVE_FEEDBACK),
        ("drafts", Action.GIVE_FEEDBACK),
        ("worklog", Action.GIVE_FEEDBACK),
        ("leave", Action.LOG_CONTACT),
        ("feedback", Action.GIVE_FEEDBACK),
        ("help", Action.GIVE_FEEDBACK),
    ),
}
OPEN = ("usual", "own")  # what stands on the first screen itself
