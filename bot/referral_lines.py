"""The children a person may ask help for, as the forms of referrals need them."""

from __future__ import annotations

from bot.work import Work
from db import children, roster_lines
from domain.access import Action
from domain.referrals.forms import Line


def child_lines(work: Work) -> list[Line]:
    """By file number; a director's own village, a supervisor's town."""
    found = roster_lines.lines(work.conn, work.visible(Action.SEE_CHILD) & work.visible(Action.REFER))
    return [Line(one.id, one.file_no, one.name, one.guardian_names, one.unit) for one in found]


def child_name(work: Work, file_no: str) -> str:
    """The name of one child, where this person may see it; else its file number."""
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.SEE_CHILD))
    return entry.child.name if entry else file_no
