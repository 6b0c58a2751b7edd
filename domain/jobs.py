"""家门口的活: work and trainings near home, as the employment bureau words them, for directors to pass on (plan task 13).

In the order in which they run out; nothing is ranked, no family is chosen for anybody.
"""

from __future__ import annotations

from domain.forms import Form, Question, choice, text
from domain.referrals.forms import coming_day, soon

KINDS = ("job", "training")
LONGEST = 240

JOB = Form(
    "job",
    (
        choice("kind", *KINDS),
        Question("words", text(LONGEST, 8)),
        Question("until", coming_day, soon("7", "14", "30", "60")),
    ),
)
