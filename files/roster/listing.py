"""Children as CSV with Chinese headings: masked unless somebody answers for more."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum

from domain.children import Child
from domain.identity import mask_id, mask_name, mask_phone
from domain.roster import COLUMNS, RosterRow
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS, SEX_WORDS, TIER_WORDS
from domain.units import UnitTree

_FIRST = ("file_no", "name", "id_no")
# LABEL_WORDS stay apart: a label and a relation are both "other"
_WORDS: dict[str, str] = {
    **{str(sex): word for sex, word in SEX_WORDS.items()},
    **{str(tier): word for tier, word in TIER_WORDS.items()},
    **{str(relation): word for relation, word in RELATION_WORDS.items()},
}


def _hidden(text: str) -> str:
    return "***"


_MASKS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("name", "father_name", "mother_name", "carer_name"), mask_name),
    **dict.fromkeys(("id_no", "carer_id_no"), mask_id),
    **dict.fromkeys(("phone", "father_phone", "mother_phone", "carer_phone"), mask_phone),
    **dict.fromkeys(("address", "health", "disability", "note"), _hidden),
    "birth_date": lambda day: day[:4] + "-**-**",
}


def roster_csv(children: Iterable[Child], tree: UnitTree, plain: bool = False) -> str:
    """One line a child: 档案号 姓名 身份证号 电话, then the roster's other columns; can be imported again when plain.

    Without `plain`, names, numbers, phones, addresses and health are masked. Whoever calls with `plain` writes it to
    the journal. No byte-order mark: for Excel encode with utf-8-sig.
    """
    rest = [column.key for column in COLUMNS if column.key not in _FIRST and column.key != "note"]
    headings = {column.key: column.heading for column in COLUMNS} | {"phone": "电话"}
    keys = [*_FIRST, "phone", *rest]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([headings[key] for key in keys])
    for child in children:
        row = RosterRow.of(child)
        texts = {key: _words(getattr(row, key)) for key in keys if hasattr(row, key)}
        town = tree.town_of(child.unit)
        unit = tree.get(child.unit)
        texts["town"] = town.name if town else ""
        texts["village"] = unit.name if unit and unit is not town else ""
        texts["phone"] = row.carer_phone or row.father_phone or row.mother_phone or ""
        if not plain:
            texts |= {key: mask(texts[key]) for key, mask in _MASKS.items() if texts.get(key)}
        writer.writerow([_inert(texts[key]) for key in keys])
    return out.getvalue()


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(LABEL_WORDS[label] for label in value)
    if isinstance(value, StrEnum):
        return _WORDS[str(value)]
    return value.isoformat() if isinstance(value, date) else str(value)


def _inert(text: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP: CSV injection)."""
    starts = text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) or text.startswith(
        ("\t", "\r", "\n")
    )
    return "'" + text if starts else text
