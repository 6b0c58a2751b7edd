"""Write domain/reading/data/almanac.json: the farmers' months and the solar terms of the years people speak of.

    python -m domain.reading.training.almanac_table

lunar_python computes both, but takes up to a quarter of a second for the first date; a message must be read in 20 ms.
"""

from __future__ import annotations

import json
from pathlib import Path

from domain.reading.almanac import SOLAR_TERMS, computed_lunar_year, computed_term

OUT = Path(__file__).parent.parent / "data" / "almanac.json"
YEARS = range(2018, 2051)


def table() -> dict[str, dict[str, object]]:
    """Per year: the day the farmers' year begins, its months as [number, days] (a leap month negative), its terms."""
    made: dict[str, dict[str, object]] = {}
    for year in YEARS:
        first, months = computed_lunar_year(year)
        terms = {name: day.strftime("%m-%d") for name in SOLAR_TERMS if (day := computed_term(name, year)) is not None}
        made[str(year)] = {"first": first.isoformat(), "months": [list(month) for month in months], "terms": terms}
    return made


if __name__ == "__main__":
    OUT.write_text(json.dumps(table(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
