"""How well the third of the written messages and dates is read that no weight was learnt from (docs/reading.md).

The limits leave a margin below what was measured, so that a change that costs a message or two does not fail here.
"""

import pytest

from benchmarks.reading import kept_aside, measure
from domain.reading.training.corpus import OWN, OWN_SIGNS, kept_apart, rows


@pytest.fixture(scope="module")
def figures() -> dict[str, float | int | None]:
    return measure(kept_aside()).figures()


@pytest.mark.parametrize(
    ("figure", "at_least"),
    [("date", 0.96), ("date_expressions", 0.95), ("children", 0.96), ("kind", 0.93), ("harm_recall", 0.92), ("harm_precision", 0.60), ("denial", 0.90), ("whole", 0.80)],
)
def test_messages_kept_apart_are_read_as_well_as_promised(figures: dict[str, float | int | None], figure: str, at_least: float) -> None:
    found = figures[figure]
    assert found is not None
    assert found >= at_least


def test_about_a_third_is_kept_apart() -> None:
    texts = [row["text"] for path in (OWN, OWN_SIGNS) for row in rows(path)]
    assert 0.28 < sum(map(kept_apart, texts)) / len(texts) < 0.40
    assert len(set(texts)) == len(texts)
