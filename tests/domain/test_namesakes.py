"""Children of one name in one list."""

from __future__ import annotations

from domain.namesakes import told_apart
from domain.visit_children import Line


def line(number: int, name: str, *guardians: str) -> Line:
    return Line(str(number), f"GT-106-001-{number:04}", name, "暖泉村", guardians)


def called(*lines: Line, numbered: bool = False) -> list[str]:
    return list(told_apart(lines, numbered=numbered).values())


def test_a_name_borne_once_is_the_name_and_namesakes_are_called_by_whom_they_live_with() -> None:
    there = (line(1, "殷小虎", "王秀英"), line(2, "蒋浩然", "蒋万福"), line(3, "蒋浩然", "朱菊香"))
    assert called(*there) == ["殷小虎", "蒋浩然·蒋万福", "蒋浩然·朱菊香"]


def test_where_the_home_does_not_tell_them_apart_the_number_does() -> None:
    there = (line(1, "蒋浩然", "蒋万福"), line(2, "蒋浩然", "蒋万福"), line(3, "蒋浩然"))
    assert called(*there) == ["蒋浩然（0001）", "蒋浩然（0002）", "蒋浩然（0003）"]
    assert called(*there, numbered=True) == ["蒋浩然"] * 3
