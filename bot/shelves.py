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
        ("newchild", Action.CHANGE_FILE),
        ("mend", Action.LOG_CONTACT),
        ("moves", Action.MOVE_CHILD),
        ("rules", Action.CHANGE_FILE),
        ("need", Action.REFER),
        ("referrals", Action.REFER),
        ("eligible", Action.REFER),
        ("guidance", Action.REFER),
        ("board", Action.REFER),
        ("helpers", Action.HELPERS),
        ("publicity", Action.RECORD_DEED),
    ),  # 帮孩子和家里办事
    "village": (),  # 村里的事: 活动 隐患 排查
    "figures": (
        ("spotcheck", Action.SPOT_CHECK),
        ("ledger", Action.EXPORT),
        ("sync", Action.EXPORT),
        ("templates", Action.SET_POLICY),
        ("pictures", Action.SEE_SUMMARY),
        ("wall", Action.SEE_COUNTY),
        ("quality", Action.SEE_CHILD),
        ("duplicates", Action.IMPORT_ROSTER),
        ("imports", Action.IMPORT_ROSTER),
    ),  # 数字和检查
    "plan": (),  # 三年行动: 任务进展 单位 队伍
    "own": (
        ("drafts", Action.GIVE_FEEDBACK),
        ("worklog", Action.GIVE_FEEDBACK),
        ("leave", Action.LOG_CONTACT),
        ("feedback", Action.GIVE_FEEDBACK),
        ("help", Action.GIVE_FEEDBACK),
    ),
}
OPEN = ("usual", "own")  # what stands on the first screen itself
