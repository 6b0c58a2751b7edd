"""Messages, people and units, children and the work with them, reports, reminders, the journal."""

from __future__ import annotations

from sqlalchemy import JSON as Json
from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from db.models.base import CODE, ID, metadata, own_id
from db.types import BigId, Moment, Secret

# --- keeping house -----------------------------------------------------------------------------------------------

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),  # 'kind' (demo | county), 'key_check', 'seed' …
    Column("value", String(400), nullable=False),
)

leases = Table(
    "leases",  # who alone may do a job just now: 'sender', 'scheduler'
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("until", Moment, nullable=False),
)

# --- the life of a message ---------------------------------------------------------------------------------------

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
    Index("ix_outbox_waiting", "state", "urgency", "seq"),
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

# --- people and units --------------------------------------------------------------------------------------------

units = Table(
    "units",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(60), nullable=False),
    Column("parent", CODE),
    Column("position", Integer, nullable=False),
)

people = Table(
    "people",
    metadata,
    own_id(),
    Column("name", Secret(), nullable=False),
    Column("phone", Secret()),
    Column("chat_id", BigId, unique=True),
    Column("language", String(8), nullable=False),
    Column("digest_hour", String(5)),  # their own hour, 'HH:MM'; else the county's
    Column("bound_at", Moment),
    Column("left_on", Date),
    Column("demo", Boolean, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    own_id(),
    Column("role", String(20), nullable=False),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("holder", ID, ForeignKey("people.id")),
    Column("deputy", ID, ForeignKey("people.id")),
    Column("since", Date),
    Index("ix_posts_role_unit", "role", "unit"),
)

invites = Table(
    "invites",
    metadata,
    own_id(),
    Column("code", LargeBinary(20), nullable=False, unique=True),  # blind index of the code; the code itself is not kept
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("as_deputy", Boolean, nullable=False),
    Column("name", Secret(), nullable=False),
    Column("made_by", ID),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", ID),
    Column("person_id", ID),  # the same person on a new phone
)

# --- children ----------------------------------------------------------------------------------------------------

children = Table(
    "children",
    metadata,
    own_id(),
    Column("file_no", String(24), nullable=False, unique=True),
    Column("unit", CODE, ForeignKey("units.code"), nullable=False),
    Column("name", Secret(), nullable=False),
    Column("id_no", Secret()),
    Column("id_no_index", LargeBinary(20), index=True),
    Column("row_index", LargeBinary(20), index=True),  # identity of a roster row without ID number
    Column("address", Secret()),
    Column("sex", String(6)),
    Column("birth_date", Date),
    Column("tier", String(8), nullable=False),
    Column("tier_since", Date),
    Column("household", String(36)),
    Column("details", Secret("json")),  # ethnicity, school, grade, boarding, school_status, health, disability, note
    Column("added_on", Date, nullable=False),
    Column("paused_until", Date),
    Column("closed_on", Date),
    Column("close_reason", String(20)),
    # written by domain.duties.due_days whenever a fact changes; `./run recompute` rebuilds them
    Column("contact_due", Date),
    Column("visit_due", Date),
    Column("supervisor_due", Date),
    Column("demo", Boolean, nullable=False),
    Column("disability_until", Date),  # the 残疾人证 holds until then
    Column("proposes_on", Date),  # from this day on a rule asks a person something (domain.eligibility_rules)
    Index("ix_children_proposes_on", "proposes_on"),
    Index("ix_children_unit_closed_on", "unit", "closed_on"),
    Index("ix_children_contact_due", "contact_due"),
    Index("ix_children_visit_due", "visit_due"),
    Index("ix_children_supervisor_due", "supervisor_due"),
)

child_labels = Table(
    "child_labels",
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("label", String(24), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("proof", String(120)),  # a code of ours: by which rule it was proposed
    Column("evidence", Secret()),  # what a person says it rests on: a certificate, a decision
)

guardians = Table(
    "guardians",
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("relation", String(24), nullable=False),
    Column("name", Secret(), nullable=False),
    Column("phone", Secret()),
    Column("id_no", Secret()),
    Column("carer", Boolean, nullable=False),
    Column("away", Boolean),
    Column("state", String(20)),
    Column("work_place", Secret()),
    Column("kin_id", ID, index=True),  # the same person as on other children's rows (table kin)
    Column("state_since", Date),
    Column("state_until", Date),  # the end of a sentence or of compulsory treatment
    Column("capacity", String(8)),  # full | limited | none
    Column("capacity_why", Secret()),
    Column("away_since", Date),
    Column("province", String(24)),
    Column("city", String(40)),
    Column("trade", String(24)),
    Column("returns", String(16)),  # when they come home: spring_festival | harvest | now_and_then | rarely
    Column("last_call", Date),  # last spoke with the child
)

child_history = Table(
    "child_history",  # every change of a file: who, when, before, after
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("source", String(80), nullable=False),  # 'import:<id>', 'chat', 'demo'
    Column("change", Secret("json"), nullable=False),  # {field: [before, after]}
)

imports = Table(
    "imports",
    metadata,
    own_id(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
    Column("applied_at", Moment),
    Column("counts", Json, nullable=False),
    Column("rows", Secret("json")),  # the checked rows between preview and 确认
    # one that is too long for a single message's transaction is worked beside it (bot/importing.py)
    Column("stage", String(12), index=True),  # sent | going | undoing; null: nothing is running
    Column("chat_id", BigId),
    Column("worked", Integer),  # how many rows are done: the marker a restart goes on from
    Column("progress_id", ID),  # the outbox row of the line that shows how far it is
    Column("undone_at", Moment),
    Column("undone_by", ID),
)

# --- work with children ------------------------------------------------------------------------------------------

contacts = Table(
    "contacts",  # contacts and home visits; a corrected version replaces the old one and keeps it
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("child_seen", Boolean),
    Column("by_person", ID, ForeignKey("people.id")),
    Column("by_role", String(20), nullable=False),
    Column("parents_called", String(8)),  # yes | no | unknown: did the parents contact the child this week
    Column("content", Secret("json"), nullable=False),  # met, checklist, note, needs, safety talks, own wish …
    Column("entered_at", Moment, nullable=False),
    Column("batch", ID, nullable=False),  # one submission may hold several children
    Column("replaces", ID),
    Column("replaced_by", ID),
    Column("demo", Boolean, nullable=False),
    Index("ix_contacts_child_id_day", "child_id", "day"),
    # some days with all that decides what they count as: counting them opens no row
    Index("ix_contacts_day", "day", "child_id", "reached", "replaced_by", "kind", "child_seen", "by_role"),
    Index("ix_contacts_by_person_day", "by_person", "day"),
    Index("ix_contacts_batch", "batch"),
)

issues = Table(
    "issues",  # a problem or need found, until it is solved
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False, index=True),
    Column("contact_id", ID, ForeignKey("contacts.id")),
    Column("type", String(16), nullable=False),
    Column("text", Secret(), nullable=False),
    Column("by_person", ID),
    Column("opened_on", Date, nullable=False),
    Column("help_wanted", Boolean, nullable=False),
    Column("closed_on", Date),
    Column("solution", Secret()),
    Column("demo", Boolean, nullable=False),
    Column("owner", String(20)),  # the role that has it: null is the village's director (domain.issues.OWNERS)
    Column("due", Date),  # by when somebody looks again; null: not set
    Index("ix_issues_due", "closed_on", "due"),
)

reports = Table(
    "reports",  # mandatory reports; append-only, the life is in report_events
    metadata,
    own_id(),
    Column("number", String(24), nullable=False, unique=True),
    Column("child_id", ID, ForeignKey("children.id")),
    Column("unit", CODE, ForeignKey("units.code")),  # where it happened, as far as known
    Column("reporter", ID, ForeignKey("people.id"), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("situation", String(8), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("conflict", String(12), nullable=False),  # none | village | town | family | colleague | unsaid
    Column("content", Secret("json"), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("unsafe", Boolean),  # the child was not known to be safe; null: filed before this was kept, counts as yes
    Column("around", Json),  # unit codes it goes around, decided when it was filed; null: to be read from the content
    Column("drill", Boolean),  # 演练: runs like any other and is counted nowhere
    Column("over_at", Moment),  # since when it needs nobody any more; null: open, or not looked at yet
    Index("ix_reports_over_at", "over_at"),
    Index("ix_reports_child_id", "child_id"),
)

report_desks = Table(
    "report_desks",  # who must see a report: a post each
    metadata,
    own_id(),
    Column("report_id", ID, ForeignKey("reports.id"), nullable=False),
    Column("post_id", ID, ForeignKey("posts.id"), nullable=False),
    Column("part", String(12), nullable=False),  # receiver | watcher
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("report_id", "post_id", "since"),
    Index("ix_report_desks_post_id", "post_id"),
)

report_events = Table(
    "report_events",
    metadata,
    own_id(),
    Column("report_id", ID, ForeignKey("reports.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),  # domain.reports.events.Act
    Column("by_person", ID),
    Column("by_post", ID),
    Column("note", Secret()),
    Column("detail", Json),  # codes only: from, to, action
    Column("demo", Boolean, nullable=False),
    Column("seq", Integer),  # order within the report: a clock that is put back must not put events in another order
    Index("uq_report_events_report_id", "report_id", "seq", unique=True),
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

work_log = Table(
    "work_log",  # 工作日志: words a worker wants kept that are about no child's file; their own, sealed
    metadata,
    own_id(),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Secret(), nullable=False),
    Column("message_id", BigId),  # the message it was, so that a change of that message is a change of the line
    Index("ix_work_log_person_id_day", "person_id", "day"),
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

# --- risk and what units do ---------------------------------------------------------------------------------------

tier_decisions = Table(
    "tier_decisions",  # a tier is proposed by rules and set by a person: every change with its grounds
    metadata,
    own_id(),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("before", String(8), nullable=False),
    Column("after", String(8), nullable=False),
    Column("grounds", Json, nullable=False),  # codes of domain.tiers.Ground
    Column("reason", Secret()),
    Column("state", String(8), nullable=False),  # set | asked | refused
    Column("decided_at", Moment),
    Column("decided_by", ID),
    Index("ix_tier_decisions_child_id", "child_id", "at"),
    Index("ix_tier_decisions_state", "state"),
)

deeds = Table(
    "deeds",  # what a unit did: a sweep, a training, a lecture (domain.unit_duties)
    metadata,
    own_id(),
    Column("duty", String(24), nullable=False),
    Column("unit", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("reached", Integer),  # how many people or children
    Column("note", Secret()),
    Column("by_person", ID),
    Column("entered_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("demo", Boolean, nullable=False),
    Index("ix_deeds_duty_unit_day", "duty", "unit", "day"),
)

# --- care agreements ----------------------------------------------------------------------------------------------

agreements = Table(
    "agreements",  # 委托照护协议: what was agreed, for the children of one household in one pass; never changed
    metadata,
    own_id(),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("content", Secret("json"), nullable=False),  # parents, carer, money, weekly promise, declaration …
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("demo", Boolean, nullable=False),
)

agreement_children = Table(
    "agreement_children",  # one child's paper (一人一份) as it stands; a change is a new version, the old one is kept
    metadata,
    own_id(),
    Column("paper_id", ID, nullable=False),  # the same through all versions; scans belong to 'agreement:<paper_id>'
    Column("version", Integer, nullable=False),
    Column("agreement_id", ID, ForeignKey("agreements.id"), nullable=False),
    Column("child_id", ID, ForeignKey("children.id"), nullable=False),
    Column("heard", String(12)),  # yes | unwilling: the child was asked
    Column("school_told", Boolean, nullable=False),
    Column("village_told", Boolean, nullable=False),
    Column("signed_on", Date),
    Column("signers", Json, nullable=False),  # codes of domain.agreements.Signer
    Column("ended_on", Date),
    Column("ended_why", String(16)),
    Column("content", Secret("json"), nullable=False),  # archive number, the child's words, why it ended in words
    Column("at", Moment, nullable=False),
    Column("by_person", ID),
    Column("replaced_by", ID),  # the next version
    Column("demo", Boolean, nullable=False),
    UniqueConstraint("paper_id", "version"),
    Index("ix_agreement_children_child_id", "child_id", "replaced_by"),
    Index("ix_agreement_children_agreement_id", "agreement_id"),
)

# --- reminders ---------------------------------------------------------------------------------------------------

reminders = Table(
    "reminders",
    metadata,
    own_id(),
    Column("rule", String(24), nullable=False),
    Column("subject", String(60), nullable=False),  # 'child:<id>', 'report:<id>'
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("day", Date, nullable=False),  # of the step, never of the sending
    Column("due", Date, nullable=False),
    Column("state", String(12), nullable=False),  # planned | held | sent | moot | unreachable
    Column("late", Boolean, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("digest_id", ID),  # the outbox message that carried it
    UniqueConstraint("rule", "subject", "person_id", "day"),
    Index("ix_reminders_state", "state", "day"),
)

snoozes = Table(
    "snoozes",  # reminders put off (domain.snoozes); one taken back is marked, never deleted
    metadata,
    own_id(),
    Column("rule", String(24), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("person_id", ID, ForeignKey("people.id"), nullable=False),
    Column("due", Date, nullable=False),  # of the item put off
    Column("made_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", String(12), nullable=False),
    Column("by_person", ID),  # somebody above who gave more time
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_snoozes_until", "until"),
)

settings = Table(
    "settings",  # the county's own numbers, from a date on
    metadata,
    own_id(),
    Column("key", String(40), nullable=False),
    Column("value", Json, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("by_person", ID),
    Column("at", Moment, nullable=False),
)

# --- who did what ------------------------------------------------------------------------------------------------

journal = Table(
    "journal",  # append-only; sealed into a hash chain in commit order by one sealer
    metadata,
    own_id(),
    Column("at", Moment, nullable=False),
    Column("person_id", ID),
    Column("action", String(40), nullable=False),
    Column("subject", String(80)),
    Column("detail", Json),  # codes and counts, never sensitive values
    Column("seq", BigId, unique=True),  # place in the chain, once sealed
    Column("hash", LargeBinary(32)),
    Index("ix_journal_seq", "seq"),
    Index("ix_journal_person_id_at", "person_id", "at"),
    Index("ix_journal_subject", "subject"),
)
