"""How often what was read had to be changed, by field: counted at 确认 and at a later correction, without any words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.work import Work
from db import contacts, corrections
from domain.forms import Answers
from domain.visit_children import named_children

# question of the form → name under which a changed value is counted; the others are not read out of words
FIELDS = {
    "child": "child", "children": "child", "day": "day", "how": "how", "outcome": "result", "met": "result",
    "each": "result", "state": "state", "worries": "state", "needs": "needs", "needs_too": "needs", "talks": "talks",
    "wish": "wish",
}  # fmt: skip


def count(work: Work, heard: Mapping[str, Any], answers: Answers, unit: str) -> None:
    """At 确认: which of the values read had been changed. Blank ones were not read."""
    was: Answers = heard.get("read") or {}
    fields: dict[str, bool] = {}
    for key, field in FIELDS.items():
        if was.get(key) is not None:
            fields[field] = fields.get(field, False) or _plain(was, key) != _plain(answers, key)
    corrections.count(work.conn, work.today, unit, fields)


def count_late(work: Work, record: contacts.Record, answers: Answers, unit: str) -> None:
    """A record made from words is corrected afterwards: what had been read and confirmed was wrong after all."""
    was: Answers = (record.content.get("heard") or {}).get("read") or {}
    old: Answers = record.content.get("answers") or {}
    fields = {
        field for key, field in FIELDS.items() if was.get(key) is not None and _plain(old, key) != _plain(answers, key)
    }
    corrections.count_late(work.conn, work.today, unit, fields)


def _plain(answers: Answers, key: str) -> Any:
    """One value as it counts: the children as a set, whichever question holds them."""
    return sorted(named_children(answers)) if key in ("child", "children") else answers.get(key)
