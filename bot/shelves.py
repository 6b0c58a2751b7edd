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
    "family": (),  # 帮孩子和家里办事
    "village": (),  # 村里的事: 活动 隐患 排查
    "figures": (),  # 数字和检查
    "plan": (),  # 三年行动: 任务进展 单位 队伍
    "own": (
        ("drafts", Action.GIVE_FEEDBACK),
        ("worklog", Action.GIVE_FEEDBACK),
        ("feedback", Action.GIVE_FEEDBACK),
        ("help", Action.GIVE_FEEDBACK),
    ),
}
OPEN = ("usual", "own")  # what stands on the first screen itself
