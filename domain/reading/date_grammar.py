"""The grammar of workers' date expressions: patterns and the day each one names.

Every rule is a pattern and a function of the match and the moment of writing. Where patterns overlap the longest
wins, so traps (五一村, 三年级) are rules too. Each file of rules registers its own when it is loaded here.
"""

from __future__ import annotations

from domain.reading import date_days, date_festivals, date_months, date_traps, date_weeks
from domain.reading.date_rules import ANY_PART, PATTERNS, Pattern

__all__ = ["ANY_PART", "PATTERNS", "Pattern", "date_days", "date_festivals", "date_months", "date_traps", "date_weeks"]
