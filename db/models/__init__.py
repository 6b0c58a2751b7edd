"""Every table, in one metadata, for both databases: a file for each part of the work, all of them named here.

Sensitive columns are `Secret` (db/types.py). Facts are stored, states computed. Nothing is deleted but drafts, leases,
worked inbox bodies and sent outbox bodies past their retention.
"""

from db.models.base import metadata as metadata
from db.models.core import (
    agreement_children as agreement_children,
)
from db.models.core import (
    agreements as agreements,
)
from db.models.core import (
    attachments as attachments,
)
from db.models.core import (
    chats as chats,
)
from db.models.core import (
    child_history as child_history,
)
from db.models.core import (
    child_labels as child_labels,
)
from db.models.core import (
    children as children,
)
from db.models.core import (
    contacts as contacts,
)
from db.models.core import (
    deeds as deeds,
)
from db.models.core import (
    drafts as drafts,
)
from db.models.core import (
    feedback as feedback,
)
from db.models.core import (
    guardians as guardians,
)
from db.models.core import (
    imports as imports,
)
from db.models.core import (
    inbox as inbox,
)
from db.models.core import (
    invites as invites,
)
from db.models.core import (
    issues as issues,
)
from db.models.core import (
    journal as journal,
)
from db.models.core import (
    leases as leases,
)
from db.models.core import (
    meta as meta,
)
from db.models.core import (
    outbox as outbox,
)
from db.models.core import (
    people as people,
)
from db.models.core import (
    posts as posts,
)
from db.models.core import (
    reading_corrections as reading_corrections,
)
from db.models.core import (
    reminders as reminders,
)
from db.models.core import (
    report_desks as report_desks,
)
from db.models.core import (
    report_events as report_events,
)
from db.models.core import (
    reports as reports,
)
from db.models.core import (
    settings as settings,
)
from db.models.core import (
    snoozes as snoozes,
)
from db.models.core import (
    tier_decisions as tier_decisions,
)
from db.models.core import (
    units as units,
)
from db.models.core import (
    work_log as work_log,
)
