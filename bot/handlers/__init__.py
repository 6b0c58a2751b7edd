"""The subjects, in menu order."""

from bot.handlers import case, child, export, invite, issue, note, overdue, report, roster, start, summary, today, visit
from bot.subject import Subject

SUBJECTS: tuple[Subject, ...] = (
    start.SUBJECT,
    today.SUBJECT,
    visit.SUBJECT,
    report.SUBJECT,
    case.SUBJECT,
    child.SUBJECT,
    issue.SUBJECT,
    roster.SUBJECT,
    summary.SUBJECT,
    overdue.SUBJECT,
    export.SUBJECT,
    invite.SUBJECT,
    note.SUBJECT,
)
