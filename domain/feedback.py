"""意见反馈: forms, and how an opinion is masked before it may be listed for everybody.

Source: 国办函〔2026〕12号 asks of every government application a way to complain and suggest. The days to answer are the
county's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.forms import Form, Question, by_button, choice, text

ANSWER_DAYS = 15  # working days
LONGEST = 2000
_NUMBER = re.compile(r"[0-9０-９Xx]{6,}")
_HOLE = "某某"
_FAMILY = 1  # characters of a family name; the rest is what people are called by


FEEDBACK = Form("feedback", (Question("text", text(LONGEST)), choice("named", "no", "yes", aside=True)))
REPLY = Form("reply", (Question("id", by_button), Question("answer", text(1000, 2))))
LISTED = Form("listed", (Question("id", by_button), Question("public", text(LONGEST, 2))))


def masked(said: str, names: Iterable[str], places: Iterable[str]) -> str:
    """The words without names, villages and long numbers: a proposal, which a person reads before it is listed.

    Rather too much than too little: a given name of two characters goes wherever it stands.
    """
    called = {part for name in names for part in (name, name[_FAMILY:]) if len(part) > 1}
    found = _NUMBER.sub("×××", said)
    for word in sorted({*called}, key=len, reverse=True):
        found = found.replace(word, _HOLE)
    for place in sorted(set(places), key=len, reverse=True):
        if len(place) > 1:
            found = found.replace(place, "某" + place[-1])
    return found
