"""拉网式排查: the order in which a village is walked."""

from __future__ import annotations

from domain.children import Child
from domain.sweeps import homes


def test_groups_are_walked_in_their_order_and_homes_without_one_come_last() -> None:
    places = ("十一社", "二社", "", "十社", "3组", "二十社")
    made = homes(
        Child(str(serial), f"GT-101-001-{serial:04}", "孩子", "620724101001", address=f"示范村{place}{serial + 20}号")
        for serial, place in enumerate(places)
    )
    assert [home.place for home in made] == ["二社", "3组", "十社", "十一社", "二十社", ""]
