"""The cards as delivered: enough of them, short enough to read aloud in a minute, and something for every month."""

from __future__ import annotations

from datetime import date, timedelta

from domain.cards_library import LONGEST, SHORTEST, Topic, asked_for, cards, in_season, of_week
from domain.festivals import SPRING_FESTIVAL, festivals


def test_there_are_cards_for_every_season_each_a_minute_aloud() -> None:
    found = cards()
    assert len(found) >= 16 and {one.topic for one in found.values()} == set(Topic)
    for one in found.values():
        assert SHORTEST <= len(one.text) <= LONGEST, one.code
        assert one.spans or one.window, one.code
    for month in range(1, 13):
        assert len(in_season(date(2027, month, 15), found.values())) >= 2, month


def test_a_card_is_in_season_over_the_new_year_and_with_the_moon() -> None:
    found = cards()
    assert found["coal_gas"].in_season(date(2027, 1, 2)) and not found["coal_gas"].in_season(date(2026, 7, 1))
    day = festivals(2027)[SPRING_FESTIVAL]
    assert found["firecrackers"].in_season(day) and not found["firecrackers"].in_season(date(2026, 11, 18))


def test_the_weeks_take_turns_and_the_picked_card_has_the_months_first_week() -> None:
    among, monday = cards().values(), date(2026, 11, 9)
    season = {one.code for one in in_season(monday, among)}
    seen = set()
    for week in range(len(season)):
        card = of_week(monday + timedelta(weeks=week), among, None)
        assert card is not None
        seen.add(card.code)
    assert len(seen) > 2
    picked = of_week(date(2026, 12, 7), among, "drugs")
    assert picked is not None and picked.code == "drugs"


def test_a_card_is_found_by_what_people_say() -> None:
    for said, code in (
        ("涝坝", "drowning"),
        ("娃被人欺负了", "bullying"),
        ("电信诈骗", "fraud"),
        ("过年放炮", "firecrackers"),
    ):
        found = asked_for(said, cards().values())
        assert found is not None and found.code == code, said
    assert asked_for("外星人", cards().values()) is None
