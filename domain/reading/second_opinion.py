"""What a whole note says of harm, beside its loudest clause and beside the lists.

The model of described harm listens to a few clauses at a time and takes much for harm that is only loud: a call that
broke off, a walk for nothing, a hand cold as a carrot. The lists know words and no notes. Read together, each may be less
sure of itself: what the clauses whisper alarms where the whole note is dark, and what a weak word of the lists says does
not where clause and note are both plainly everyday.
"""

from __future__ import annotations

from domain.reading.note_model import load

WEIGHTS = "second_opinion.json"
# All log-odds; chosen on four batches of notes neither model had learnt from, with the lists as they were before those
# batches were read (docs/reading.md). Recall weighs more than precision.
LEAST = -4.0  # a note below is plainly everyday whatever its loudest clause says
TOGETHER = 0.5  # from which the loudest clause and the whole note, added up, tell of harm
EVERYDAY = -10.0  # below which clause and twice the note let a weak word of the lists pass


def leaning(text: str) -> float:
    """How far a whole note leans to harm. `text` has its names covered (roster.without_names)."""
    harmless, harm = load(WEIGHTS).scores(text)
    return harm - harmless


def may_tell_of_harm(text: str) -> bool:
    """Whether a note is not plainly everyday. `text` has its names covered (roster.without_names)."""
    return leaning(text) >= LEAST
