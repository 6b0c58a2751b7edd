"""The life of a message: what came in, what goes out, the form being filled in, the files that were sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import BigId, Moment, Secret

inbox = Table(
    "inbox",
    metadata,
    own_id(),
    Column("bot_id", BigId, nullable=False),  # update ids are the server's own: another bot, another count
    Column("update_id", BigId, nullable=False),
    Column("chat_id", BigId, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String(8), nullable=False),  # waiting | done | aside
    Column("tries", Integer, nullable=False, default=0),
    Column("not_before", Moment),
    Column("done_at", Moment),
    Column("trouble", String(40)),  # the short reference of what broke
    Column("body", Secret("json")),  # the update; emptied by retention
    UniqueConstraint("bot_id", "update_id"),
    Index("ix_inbox_waiting", "state", "chat_id", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    own_id(),  # also the idempotency key on our gateway
    Column("seq", BigId, nullable=False, unique=True),  # order of saying
    Column("chat_id", BigId, nullable=False),
    Column("urgency", Integer, nullable=False),  # 0 emergency, 1 answer, 2 notice, 3 reminder
    Column("method", String(40), nullable=False),  # Bot API method
    Column("params", Secret("json")),
    Column("file_name", Secret()),
    Column("file", Secret("bytes")),
    Column("state", String(12), nullable=False),  # waiting | held | sent | unreachable | refused | withdrawn | joined | expired
    Column("created_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", Moment),
    Column("message_id", BigId),  # what the server called it
    Column("trouble", String(120)),
    Column("draft_id", ID),  # the form this message shows
    Column("digest_id", ID),  # the reminders this message carries
    # all that the sender asks before it opens a message (db/outbox.py, next_waiting)
    Index("ix_outbox_waiting", "state", "chat_id", "seq", "urgency", "not_before", "trouble"),
    Index("ix_outbox_chat_id", "chat_id", "created_at"),  # how much somebody has been sent today
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigId, primary_key=True, autoincrement=False),
    Column("in_hand", ID),  # the draft being filled in
    Column("last_message_id", BigId),  # the newest message either side has sent, as far as we know
    Column("unreachable_since", Moment),
    Column("unreachable_why", String(120)),
    Column("touched_at", Moment),
)

drafts = Table(
    "drafts",
    metadata,
    own_id(),
    Column("chat_id", BigId, nullable=False),
    Column("person_id", ID, ForeignKey("people.id")),
    Column("form", String(24), nullable=False),
    Column("content", Secret("json"), nullable=False),  # answers, partial picks, what is being edited
    Column("message_id", BigId),  # the message that shows it
    Column("started_at", Moment, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Column("unit", CODE),  # of a report's draft: where its writer worked, for the day somebody else must take it up
    Column("suggested", Boolean),  # words were read as a sign of harm and the writer has not opened it yet
    Index("ix_drafts_chat_id", "chat_id"),
    Index("ix_drafts_form", "form"),
)

attachments = Table(
    "attachments",
    metadata,
    own_id(),
    Column("chat_id", BigId, nullable=False),
    Column("person_id", ID),
    Column("received_at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),  # photo | document
    Column("mime", String(80)),
    Column("size", Integer),
    Column("name", Secret()),
    Column("file_id", Secret()),
    Column("content", Secret("bytes")),
    Column("subject", String(80)),  # 'contact:<id>', 'report:<id>', 'import:<id>' once it belongs somewhere
    Index("ix_attachments_subject", "subject"),
)

feedback = Table(
    "feedback",  # 意见反馈: what workers think of the tool itself
    metadata,
    own_id(),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),  # null when left anonymously
    Column("text", Secret(), nullable=False),
    Column("seen_at", Moment),
    Column("chat", Secret()),  # where the answer goes; shown to nobody
    Column("due", Date),  # by when the county answers
    Column("answer", Secret()),
    Column("answered_at", Moment),
    Column("answered_by", ID),
    Column("public", Secret()),  # what was written, as the county read it through before it was listed
    Column("published_on", Date),
    Index("ix_feedback_answered_at", "answered_at", "due"),
    Index("ix_feedback_published_on", "published_on"),
)

reading_corrections = Table(
    "reading_corrections",  # how often what was read out of a message had to be changed; counts only, no words
    metadata,
    Column("day", Date, primary_key=True),
    Column("unit", CODE, primary_key=True),
    Column("field", String(16), primary_key=True),  # a question of the visit form: child, day, how, state …
    Column("read", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
)
