"""Mandatory reports in the database.

records  what was reported and what happened since
desks    who may see it, and the steps they take
alike    reports that may be about the same child
matters  open reports as the clocks see them: who is next, until when; escalations and their acknowledgement
route    where it goes once it is filed
silent   half-told reports
waiting  receipts owed, and figures
"""

from db.reports.alike import look_alike
from db.reports.desks import (
    Listed,
    Listener,
    act,
    audience,
    desk_of,
    desk_reports,
    hidden_from,
    of_me,
    posts_of_unit,
    seat_post,
    seat_unit,
    staffed,
)
from db.reports.matters import (
    OpenReport,
    acknowledge,
    crew,
    detail_of,
    link,
    matter_of,
    open_reports,
    responsible,
    rise,
    running,
    same_matter,
    subject_of,
    vacant_heads,
    vacant_offices,
    visit_after,
)
from db.reports.records import (
    Paper,
    Report,
    events,
    file,
    get,
    keep_papers,
    life_of,
    lock,
    mark_over,
    papers,
    put,
    put_event,
)
from db.reports.route import Sent, office, send_out
from db.reports.waiting import Waiting, open_by_unit, waiting

__all__ = [
    "Listed", "Listener", "OpenReport", "Paper", "Report", "Sent", "Waiting", "acknowledge", "act", "audience", "crew", "desk_of", "desk_reports",
    "detail_of", "events", "file", "get", "hidden_from", "keep_papers", "life_of", "link", "lock", "look_alike", "mark_over",
    "matter_of", "of_me", "office", "open_by_unit", "open_reports", "papers", "posts_of_unit", "put", "put_event", "responsible",
    "rise", "running", "same_matter", "seat_post", "seat_unit", "send_out", "staffed", "subject_of", "vacant_heads", "vacant_offices", "visit_after", "waiting",
]  # fmt: skip
