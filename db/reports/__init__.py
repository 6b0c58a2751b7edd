"""Mandatory reports in the database: records (what was reported and happened), desks (who may see), waiting (owed)."""

from db.reports.desks import (
    Listed,
    Listener,
    act,
    audience,
    desk_of,
    hidden_from,
    of_me,
    posts_of_unit,
    seat_post,
    seat_unit,
    staffed,
)
from db.reports.records import (
    Paper,
    Report,
    events,
    file,
    get,
    keep_papers,
    papers,
    put_event,
)
from db.reports.waiting import Waiting, open_by_unit, waiting

__all__ = [
    "Listed", "Listener", "Paper", "Report", "Waiting", "act", "audience", "desk_of", "events", "file",
    "get", "hidden_from", "keep_papers", "of_me", "open_by_unit", "papers", "posts_of_unit", "put_event", "seat_post",
    "seat_unit", "staffed", "waiting",
]  # fmt: skip
