"""What comes after an attempt that reached nobody: the next step, each with one tap (domain.md 2.4, 6.2).

First again within two days by another way, then through another person or an earlier visit, at the third failure the
supervisor helps; out of touch for the county's number of days, it may be a report (R6, R7). Never filed by itself.
"""

from __future__ import annotations

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Rows, Work
from db import contacts
from domain.access import Action
from domain.children import Child
from domain.duties import MISSES_TO_SUPERVISOR


def next_step(work: Work, child: Child) -> tuple[list[str], Rows]:
    """What to say and offer below the word that it was kept; nothing once somebody was reached."""
    missed = contacts.missed_in_a_row(work.conn, [child.id]).get(child.id, 0)
    if not missed:
        return [], ()
    rows: list[list[tuple[str, object]]] = [[(work.say("missed.phone"), do("child.phone", child.file_no))]]
    if missed == 1:
        lines = [work.say("missed.first", days=work.policy.retry_days)]
    elif missed < MISSES_TO_SUPERVISOR:
        lines = [work.say("missed.second")]
        rows.append([(work.say("missed.visit"), do("visit.start", child.file_no, "home_visit"))])
    else:
        lines = [work.say("missed.third", count=missed)]
        rows.append([(work.say("missed.visit"), do("visit.start", child.file_no, "home_visit"))])
        if missed == MISSES_TO_SUPERVISOR:
            look = [[(work.say("missed.see"), do("child.open", child.file_no))]]
            for chat in work.chats_above(Action.LOG_CONTACT):
                work.tell(chat, work.say("missed.tell", number=child.file_no), look)
    last = contacts.last_reached(work.conn, child.id)
    since = last or child.added_on
    if missed >= MISSES_TO_SUPERVISOR and since is not None and (work.today - since).days >= work.policy.lost_days:
        lines.append(work.say("missed.lost", day=day_words(work.words, since, work.today)))
        rows.append([(work.say("key.report"), do("go", "report", child.file_no))])
    return lines, rows  # type: ignore[return-value]
