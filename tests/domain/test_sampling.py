"""Drawing a spot check: every town, more likely where children are at risk, and the same again for anyone."""

from __future__ import annotations

import hashlib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.sampling import Place, digest, draw, draw_children, frame_of

TODAY = date(2026, 11, 22)
TOWNS = [f"62072410{n}" for n in range(9)]
PLACES = [Place(f"{town}{n:03}", town, 5, red=n % 3, overdue=n % 2) for town in TOWNS for n in range(1 if town == TOWNS[0] else 12)]


def test_every_town_is_drawn_and_the_number_is_kept() -> None:
    drawn = draw(frame_of(PLACES, TODAY), TOWNS, "20261122", 10)
    assert len(drawn.places) == len(set(drawn.places)) == 10
    assert {code[:9] for code in drawn.places} == set(TOWNS)
    assert not drawn.empty_towns


@given(st.text(min_size=1, max_size=20), st.permutations(PLACES))
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_list(seed: str, shuffled: list[Place]) -> None:
    assert draw(frame_of(shuffled, TODAY), TOWNS, seed, 12) == draw(frame_of(PLACES, TODAY), TOWNS, seed, 12)


def test_a_town_without_children_is_named_and_drawing_goes_on() -> None:
    drawn = draw(frame_of([one for one in PLACES if one.town != TOWNS[3]], TODAY), TOWNS, "7", 10)
    assert drawn.empty_towns == (TOWNS[3],)
    assert len(drawn.places) == 10


def test_places_with_children_at_risk_are_drawn_more_often() -> None:
    calm, risky = Place("A", "t", 5, last_check=TODAY), Place("B", "t", 5, red=3, last_check=TODAY)
    frame = frame_of([calm, risky], TODAY)
    first = [draw(frame, ["t"], str(seed), 1).places[0] for seed in range(2000)]
    assert 0.88 < first.count("B") / len(first) < 0.94  # weights 10 and 1


def test_the_fingerprint_is_the_hash_of_the_lines_of_the_frame() -> None:
    frame = [("620724106001", "620724106", 3)]
    assert digest(frame) == hashlib.sha256(b"620724106001 620724106 3\n").hexdigest()


def test_every_red_child_is_looked_at_and_others_up_to_five() -> None:
    tiers = {f"GT-{n}": "green" for n in range(20)} | {"GT-r1": "red", "GT-r2": "red"}
    drawn = draw_children(tiers, "seed")
    assert drawn[:2] and set(drawn[:2]) == {"GT-r1", "GT-r2"} and len(drawn) == 5
    assert len(draw_children(dict.fromkeys((f"r{n}" for n in range(8)), "red"), "seed")) == 8
