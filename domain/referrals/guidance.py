"""家教一分钟: short texts for families, to be read aloud or forwarded; no names in them (plan task 8).

The texts stand in locales/ under guidance.text.<code>; here is for whom each is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.children import Child

EVERY = (0, 17)


@dataclass(frozen=True)
class Text:
    """One text: its topic, and the ages it is meant for, both included."""

    code: str
    topic: str
    first: int
    last: int


TOPICS = ("grandparents", "phone", "mood", "growing_up", "study", "safety", "parents_away", "discipline", "duty")
TEXTS: tuple[Text, ...] = (
    Text("grand_rules", "grandparents", 0, 12),
    Text("grand_rest", "grandparents", *EVERY),
    Text("grand_teens", "grandparents", 12, 17),
    Text("phone_small", "phone", 0, 6),
    Text("phone_school", "phone", 6, 12),
    Text("phone_teens", "phone", 12, 17),
    Text("phone_money", "phone", 6, 17),
    Text("mood_small", "mood", 3, 8),
    Text("mood_school", "mood", 6, 13),
    Text("mood_teens", "mood", 12, 17),
    Text("body_girls", "growing_up", 9, 15),
    Text("body_boys", "growing_up", 10, 16),
    Text("growing_private", "growing_up", 3, 12),
    Text("study_help", "study", 6, 12),
    Text("study_tired", "study", 11, 17),
    Text("safety_water", "safety", 3, 16),
    Text("safety_coal", "safety", *EVERY),
    Text("away_call", "parents_away", *EVERY),
    Text("away_leave", "parents_away", 2, 14),
    Text("no_beating", "discipline", *EVERY),
    Text("praise", "discipline", 2, 12),
    # for parents who do not do their part (plan task 4): what a village says at a 劝诫, and what it may send
    Text("duty_talk", "duty", *EVERY),
    Text("duty_message", "duty", *EVERY),
)
BY_CODE = {one.code: one for one in TEXTS}
HOW = ("read", "sent")


def of_topic(topic: str, child: Child | None = None, today: date | None = None) -> tuple[Text, ...]:
    """The texts of a topic; for a child only those of its age, as far as that is known."""
    age = child.age_on(today) if child is not None and today is not None else None
    return tuple(one for one in TEXTS if one.topic == topic and (age is None or one.first <= age <= one.last))
