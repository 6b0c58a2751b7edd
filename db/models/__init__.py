"""Every table, in one metadata, for both databases: a file for each part of the work, all of them named here.

Sensitive columns are `Secret` (db/types.py). Facts are stored, states computed. Nothing is deleted but drafts, leases,
worked inbox bodies and sent outbox bodies past their retention.
"""

from db.models.base import metadata as metadata
from db.models.checks import spot_check_findings as spot_check_findings
from db.models.checks import spot_check_rows as spot_check_rows
from db.models.checks import spot_checks as spot_checks
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
from db.models.drives import announcement_people as announcement_people
from db.models.drives import announcement_words as announcement_words
from db.models.drives import announcements as announcements
from db.models.drives import card_forwards as card_forwards
from db.models.drives import card_months as card_months
from db.models.drives import card_versions as card_versions
from db.models.drives import card_weeks as card_weeks
from db.models.drives import drive_rows as drive_rows
from db.models.drives import drives as drives
from db.models.drives import help_requests as help_requests
from db.models.drives import help_words as help_words
from db.models.file import (
    benefits as benefits,
)
from db.models.file import (
    child_terms as child_terms,
)
from db.models.file import (
    consents as consents,
)
from db.models.file import (
    file_asks as file_asks,
)
from db.models.file import (
    helps as helps,
)
from db.models.file import (
    kin as kin,
)
from db.models.file import (
    proposal_answers as proposal_answers,
)
from db.models.leave import forms_filled as forms_filled
from db.models.leave import leaves as leaves
from db.models.moves import handover_items as handover_items
from db.models.moves import handovers as handovers
from db.models.moves import issue_events as issue_events
from db.models.moves import moves as moves
from db.models.moves import sweep_homes as sweep_homes
from db.models.moves import sweep_villages as sweep_villages
from db.models.moves import sweeps as sweeps
from db.models.papers import national_ticks as national_ticks
from db.models.plan import plan_asks as plan_asks
from db.models.plan import plan_inspections as plan_inspections
from db.models.plan import plan_progress as plan_progress
from db.models.plan import plans as plans
from db.models.referrals import (
    benefit_amounts as benefit_amounts,
)
from db.models.referrals import (
    guidance_given as guidance_given,
)
from db.models.referrals import (
    helpers as helpers,
)
from db.models.referrals import (
    pairs as pairs,
)
from db.models.referrals import (
    referral_events as referral_events,
)
from db.models.referrals import (
    referrals as referrals,
)
from db.models.rights import glass_openings as glass_openings
from db.models.rights import rights_requests as rights_requests
from db.models.roster_imports import (
    import_children as import_children,
)
from db.models.roster_imports import (
    likenesses as likenesses,
)
from db.models.roster_imports import (
    merges as merges,
)
from db.models.roster_imports import (
    roster_notes as roster_notes,
)
from db.models.summaries import (
    contact_years as contact_years,
)
from db.models.summaries import (
    wall_passes as wall_passes,
)
from db.models.team import lessons_learnt as lessons_learnt
from db.models.team import newcomers as newcomers
from db.models.team import post_terms as post_terms
from db.models.team import training_seats as training_seats
from db.models.team import training_talks as training_talks
from db.models.team import trainings as trainings
from db.models.village import activities as activities
from db.models.village import activity_children as activity_children
from db.models.village import danger_points as danger_points
from db.models.village import data_check_hits as data_check_hits
from db.models.village import data_checks as data_checks
from db.models.village import early_warnings as early_warnings
from db.models.village import hazards as hazards
from db.models.village import inspections as inspections
from db.models.village import law_deputies as law_deputies
from db.models.village import point_looks as point_looks
from db.models.village import schools as schools
