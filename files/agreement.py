"""委托照护协议 for signature: values in, an A4 page for each child out (plan task 5; 未成年人保护法 art. 22, 23, 43).

The sentences of the agreement stand in locales/ (agreement.paper.*), so that a county's jurist can change them; what
was agreed comes as plain values and is never read as markup. ID numbers are left for a pen: each writes the own one
when signing, and a paper lost on the way to the printer gives none away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.agreements import Declared, Lack, Paper, Person, Signer
from domain.children import Child, Relation
from domain.roster.columns import RELATION_WORDS, SEX_WORDS
from files import press

TEMPLATE = "agreement.typ"
HEARD_FROM = 8
_WORDS = (
    "number", "basis", "term", "care", "care_text", "money", "promise", "promise_text", "promise_end", "declared",
    "declared_text", "has", "has_not", "opinion", "opinion_text", "wish", "told", "emergency", "ending", "ending_text",
    "extra", "day",
)  # fmt: skip
Say = Callable[..., str]


@dataclass(frozen=True)
class Sheet:
    """One child's page: the paper, the child, and the village that keeps it."""

    paper: Paper
    child: Child
    village: str


def agreement_pdf(sheets: Sequence[Sheet], say: Say, today: date, *, demo: bool = False) -> bytes:
    """The agreements of one pass as one PDF, a page each. A character without a glyph is a 〓 (files/press.py)."""
    return press.pdf(TEMPLATE, data_of(sheets, say, today, demo))


def pictures(sheets: Sequence[Sheet], say: Say, today: date, *, demo: bool = False, ppi: float = 72.0) -> list[bytes]:
    """The same pages as PNG, for looking at; never sent."""
    return press.pictures(TEMPLATE, data_of(sheets, say, today, demo), ppi)


def data_of(sheets: Sequence[Sheet], say: Say, today: date, demo: bool) -> dict[str, Any]:
    """What the template prints, as plain values."""
    return {
        "title": say("agreement.paper.title"),
        "number": sheets[0].child.file_no if len(sheets) == 1 else "",  # another child's stands on no page
        "head": say("agreement.paper.head"),
        "foot": say("agreement.paper.foot", day=say_day(say, today)),
        "pages": say("agreement.paper.pages"),
        "mark": say("agreement.paper.demo") if demo else None,
        "mark_line": say("agreement.paper.demo_line") if demo else "",
        "words": {key: say(f"agreement.paper.{key}") for key in _WORDS},
        "sheets": [_sheet(one, say, today) for one in sheets],
    }


def say_day(say: Say, day: date) -> str:
    return say("agreement.paper.date", year=day.year, month=day.month, day=day.day)


def _sheet(one: Sheet, say: Say, today: date) -> dict[str, Any]:
    paper, child, terms = one.paper, one.child, one.paper.terms
    parents = _in_order(terms.parents)
    age = child.age_on(today)
    heard = age is None or age >= HEARD_FROM
    return {
        "file": say("agreement.paper.file", number=child.file_no, village=one.village),
        "blocks": [
            {"title": say("agreement.paper.parents"), "cells": [cell for each in parents for cell in _parent(each, say)]
             + _returns(terms.returns, say)},
            {"title": say("agreement.paper.carer"), "cells": _carer(terms.carer, say, today)},
            {"title": say("agreement.paper.child"), "cells": _child(child, say)},
        ],
        "term": say("agreement.paper.from_to", first=say_day(say, terms.first), last=say_day(say, terms.last)),
        "money": terms.money or "",
        "promise": terms.promise or "",
        "declared": [{"words": say(f"agreement.declared.{item.value}"), "has": item in terms.declared} for item in Declared],
        "opinion": [
            {"words": say(f"agreement.paper.heard_{key}"), "ticked": paper.heard == key} for key in ("yes", "unwilling")
        ] if heard else [],
        "wish": paper.wish or ("" if heard else say("agreement.paper.too_young")),
        "told": [
            {"words": say(f"agreement.paper.told_{lack.value}"), "ticked": ticked}
            for lack, ticked in ((Lack.SCHOOL, paper.school_told), (Lack.VILLAGE, paper.village_told))
        ],
        "emergency": terms.emergency or "",
        "extra": terms.extra or "",
        "signatures": [say(f"agreement.paper.sign_{key}") for key in _signatures(parents, heard)],
    }  # fmt: skip


def _in_order(parents: Sequence[Person]) -> list[Person]:
    return sorted(parents, key=lambda one: one.relation is not Relation.FATHER)


def _signatures(parents: Sequence[Person], heard: bool) -> list[str]:
    found = [one.relation.value for one in parents] or [Signer.FATHER.value, Signer.MOTHER.value]
    return [*found, Signer.CARER.value, *(["child"] if heard else []), Signer.VILLAGE.value, Signer.DIRECTOR.value]


Cells = list[tuple[str, str]]


def _parent(one: Person, say: Say) -> Cells:
    return [
        (RELATION_WORDS[one.relation], one.name),
        (say("agreement.paper.id_no"), ""),
        (say("agreement.paper.phone"), one.phone or ""),
        (say("agreement.paper.work_place"), one.work_place or ""),
    ]


def _returns(returns: str | None, say: Say) -> Cells:
    return [(say("agreement.paper.returns"), returns or ""), (say("agreement.paper.address"), "")]


def _carer(one: Person, say: Say, today: date) -> Cells:
    age = one.age_on(today)
    return [
        (say("agreement.paper.name"), one.name),
        (say("agreement.paper.id_no"), ""),
        (say("agreement.paper.phone"), one.phone or ""),
        (say("agreement.paper.address"), one.address or ""),
        (say("agreement.paper.relation"), RELATION_WORDS[one.relation]),
        (say("agreement.paper.age_health"), say("agreement.paper.age", age=age) if age is not None else ""),
    ]


def _child(child: Child, say: Say) -> Cells:
    school = " ".join(part for part in (child.school, child.grade) if part)
    return [
        (say("agreement.paper.name"), child.name),
        (say("agreement.paper.sex_born"), "　".join(
            part for part in (SEX_WORDS[child.sex] if child.sex else "", say_day(say, child.birth_date) if child.birth_date else "") if part
        )),
        (say("agreement.paper.id_no"), ""),
        (say("agreement.paper.school"), school),
    ]  # fmt: skip
