"""The resident ID number (GB 11643-1999), phone numbers, and how both and names are masked.

Invented people carry the prefix 620799, which no county has, and phones of 100 + 8 digits: `is_demo_*` tells them
from real ones, so that a demo installation can refuse a real roster.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.children import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOBILE = re.compile(r"1[3-9]\d{9}|100\d{8}")


class IdFault(StrEnum):
    """Why a text is no ID number; the first that applies."""

    CHARACTERS = "characters"
    LENGTH = "length"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    LOST_DIGITS = "lost_digits"  # a spreadsheet kept only 15 digits: …000 or 6.20799E+17


@dataclass(frozen=True)
class IdNumber:
    """A valid ID number and what its digits say."""

    text: str
    birth_date: date
    sex: Sex


def check_digit(first17: str) -> str:
    """The 18th character that belongs to these 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def read_id(text: str) -> IdNumber | IdFault:
    """The ID number in this text (full-width digits, spaces, a leading apostrophe and x are fine), or what is wrong."""
    said = re.sub(r"[\s'’‘`-]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d(?:\.\d+)?E\+?1[4-8]", said):
        return IdFault.LOST_DIGITS
    if not re.fullmatch(r"[0-9]*X?", said):
        return IdFault.CHARACTERS
    if len(said) != 18:
        return IdFault.LENGTH
    if check_digit(said[:17]) != said[17]:
        return IdFault.LOST_DIGITS if said.endswith("000") else IdFault.CHECK_DIGIT
    try:
        birth_date = date(int(said[6:10]), int(said[10:12]), int(said[12:14]))
    except ValueError:
        return IdFault.BIRTH_DATE
    return IdNumber(said, birth_date, Sex.MALE if int(said[16]) % 2 else Sex.FEMALE)


def is_demo_id(id_no: str) -> bool:
    return id_no.startswith("620799")


def read_phone(text: str) -> str | None:
    """A mainland mobile number (or the demo form) without spaces, dashes and +86; None when it is none."""
    said = re.sub(r"[\s'’()-]", "", unicodedata.normalize("NFKC", text))
    said = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", said)
    return said if _MOBILE.fullmatch(said) else None


def is_demo_phone(phone: str) -> bool:
    return phone.startswith("100")


def mask_name(name: str) -> str:
    """王梓涵 → 王*涵, 王磊 → 王*, 阿依古丽·买买提 → 阿******提. Nothing of a one-character name is shown."""
    if len(name) < 2:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(id_no: str) -> str:
    """620799201605080119 → 6207**********0119. What has no 18 characters is hidden whole."""
    return id_no[:4] + "*" * 10 + id_no[-4:] if len(id_no) == 18 else "*" * len(id_no)


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678. What has no 11 digits is hidden whole."""
    return phone[:3] + "****" + phone[-4:] if len(phone) == 11 else "*" * len(phone)
