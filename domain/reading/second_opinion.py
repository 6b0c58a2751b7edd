"""Whether a whole note is of the sort that tells of harm: asked where only the model of described harm hears any.

That model listens to a few clauses at a time and takes much for harm that is only loud: a call that broke off, a walk
for nothing, a hand cold as a carrot. What the lists name never needs this second opinion.
"""

from __future__ import annotations

from domain.reading.note_model import load

WEIGHTS = "second_opinion.json"
# Log-odds from which a note may tell of harm. Chosen together with the model's own threshold (training/train.py) on notes
# neither had learnt from: with it the model may listen harder (threshold -1.2 instead of -0.6) and still alarms less often
# without need. Recall weighs more than precision, so only what is plainly everyday is waved through.
LEAST = -2.8


def may_tell_of_harm(text: str) -> bool:
    """`text` has its names covered (roster.without_names)."""
    harmless, harm = load(WEIGHTS).scores(text)
    return harm - harmless >= LEAST
