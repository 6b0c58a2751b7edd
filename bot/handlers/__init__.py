"""The subjects, in menu order."""

from bot.handlers import start, visit
from bot.subject import Subject

SUBJECTS: tuple[Subject, ...] = (start.SUBJECT, visit.SUBJECT)
