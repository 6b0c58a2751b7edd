"""The plan desk's own rules: when a light is which, what makes a file a plan, and what leaders never see."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain import plan_desk, plan_file, units
from domain.plan_desk import Plan, PlanTask, Progress, light, plan_of_the_day
from domain.plan_file import BadPlan, as_data, check, day_of, from_data
from domain.plan_measures import Measured, shown, verdict
from domain.summaries import Light
from files.plan_table import plan_workbook, read_plan

TREE = units.load(demo=True)
DATA = json.loads((Path(plan_desk.__file__).parent / "data" / "plans" / "2024-2026.json").read_text(encoding="utf-8"))
PLAN = check(from_data(DATA), TREE)
TODAY = date(2026, 11, 22)


def _task(due: date = date(2026, 12, 31), *, routine: bool = False) -> PlanTask:
    return PlanTask(1, "x", "", ("a",), ("b",), due, routine=routine)


def _heard(percent: int, days_ago: int = 3, proofs: int = 0) -> Progress:
    return Progress(percent, date.fromordinal(TODAY.toordinal() - days_ago), proofs)


@pytest.mark.parametrize(
    ("task", "progress", "counted", "wanted", "why"),
    [
        (_task(), _heard(100, proofs=1), None, Light.DONE, "closed"),
        (_task(date(2026, 11, 1)), _heard(100, proofs=1), None, Light.DONE, "closed"),
        (_task(), None, True, Light.DONE, "counted"),
        (_task(date(2026, 11, 21)), _heard(90, proofs=2), None, Light.LATE, "late"),
        (_task(date(2026, 11, 21)), _heard(100), None, Light.LATE, "late"),
        (_task(date(2024, 12, 31), routine=True), None, None, Light.GOING, "routine"),
        (_task(date(2024, 12, 31), routine=True), _heard(100, proofs=1), False, Light.SOON, "routine_short"),
        (_task(), _heard(100), None, Light.SOON, "no_proof"),
        (_task(date(2026, 12, 22)), None, None, Light.SOON, "soon_nothing"),
        (_task(date(2026, 12, 23)), None, None, Light.WAITING, "waiting"),
        (_task(date(2026, 12, 22)), _heard(80), None, Light.SOON, "soon_nothing"),
        (_task(date(2026, 12, 22)), _heard(80, proofs=1), False, Light.SOON, "soon_short"),
        (_task(date(2026, 12, 22)), _heard(80, proofs=1), None, Light.GOING, "going"),
        (_task(), _heard(60, days_ago=63), None, Light.SOON, "stale"),
        (_task(), _heard(60, days_ago=62), None, Light.GOING, "going"),
    ],
)  # fmt: skip
def test_a_light_follows_day_and_evidence(
    task: PlanTask, progress: Progress | None, counted: bool | None, wanted: Light, why: str
) -> None:
    lit = light(task, TODAY, progress, counted)
    assert (lit.light, lit.why) == (wanted, why)


def test_the_plan_we_come_with_is_whole() -> None:
    assert [task.no for task in PLAN.tasks] == list(range(1, 20))
    assert {task.no for task in PLAN.tasks if task.routine} == {9, 10}
    assert all(task.lead and task.goal and task.measures for task in PLAN.tasks)
    leads, shares = PLAN.of_units(["620724.police"])
    assert leads == () and {task.no for task in shares} == {4, 6, 7, 8, 11, 14, 15, 16, 19}


def test_between_two_plans_the_last_one_counts_and_the_next_from_its_first_day() -> None:
    following = Plan("2027-2029", "n", "n", "x", date(2027, 2, 1), date(2029, 12, 31), (), PLAN.tasks)
    both = [following, PLAN]
    assert plan_of_the_day(both, TODAY) == PLAN
    assert plan_of_the_day(both, date(2027, 1, 10)) == PLAN
    assert plan_of_the_day(both, date(2027, 2, 1)) == following
    assert plan_of_the_day([following], TODAY) == following
    assert plan_of_the_day([], TODAY) is None


def _faults(change: Any) -> list[tuple[str, int, str]]:
    data = copy.deepcopy(DATA)
    change(data)
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    with pytest.raises(BadPlan) as caught:
        check(read_plan(content, "p.json"), TREE)
    return [(one.key, one.holes.get("line", 0), one.holes.get("column", "")) for one in caught.value.faults]


def test_every_mistake_of_a_plan_file_is_said_with_its_line_and_column() -> None:
    def change(data: Any) -> None:
        data["tasks"][2]["lead"] = ["县教育菊"]
        data["tasks"][3]["due"] = "2027-01-31"
        data["tasks"][4]["no"] = 4
        data["tasks"][5]["measures"] = ["activitys"]
        data["tasks"][6]["title"] = " "
        data["tasks"][7]["due"] = "后年"

    found = _faults(change)
    assert [(key, column) for key, _, column in found] == [
        ("unit", "牵头单位"), ("outside", "完成时限"), ("twice", "序号"), ("measure", "指标"), ("nothing", "任务"), ("day", "完成时限"),
    ]  # fmt: skip
    lines = [line for _, line, _ in found]
    assert lines == sorted(lines) and lines[0] > 20  # lines of the file, not numbers of tasks


def test_a_missing_column_is_said_once_and_not_for_every_row() -> None:
    assert _faults(lambda data: [task.pop("lead") for task in data["tasks"]]) == [("column", 1, "牵头单位")]
    assert _faults(lambda data: data.pop("number")) == [("column", 1, "文号")]
    assert _faults(lambda data: data.update(tasks=[])) == [("empty", 1, "序号")]


@pytest.mark.parametrize(
    ("content", "name", "key"),
    [
        (b'{"name": "x",\n "tasks": [', "p.json", "json"),
        (b'{"name": "x"}', "p.json", "no_sheet"),
        (b"PK\x03\x04 nothing", "p.xlsx", "unreadable"),
        (b"\xff\xfe\x00{", "p.json", "unreadable"),
    ],
)
def test_what_cannot_be_opened_is_said_plainly(content: bytes, name: str, key: str) -> None:
    with pytest.raises(BadPlan) as caught:
        read_plan(content, name)
    assert caught.value.faults[0].key == key


def test_the_workbook_of_a_plan_read_again_is_the_same_plan() -> None:
    content = plan_workbook(as_data(PLAN, TREE), PLAN.name, "n", TODAY)
    assert check(read_plan(content, "三年行动方案.xlsx"), TREE) == PLAN


def test_days_are_read_as_an_office_writes_them() -> None:
    assert day_of("2027年2月") == day_of("2027-02") == day_of("2027/2/28") == date(2027, 2, 28)
    assert day_of("2027年12月31日") == date(2027, 12, 31)
    assert day_of("2027-13") is None and day_of("2027-02-30") is None and day_of("") is None


def test_who_sees_figures_only_sees_no_cell_under_five_and_none_that_gives_one_away() -> None:
    people = frozenset(("done", "due"))
    few = Measured("x", TODAY, {"done": 3, "due": 40}, people=people, parts=(("done", "due"),))
    assert shown(few, "*", all_of_it=False) == {"done": "*", "due": "40", "done_share": "*"}
    assert shown(few, "*", all_of_it=True)["done"] == "3"
    nearly = Measured("x", TODAY, {"done": 38, "due": 40}, people=people, parts=(("done", "due"),))
    assert shown(nearly, "*", all_of_it=False)["done"] == "*"
    left_out = Measured("x", TODAY, {"reports": None, "hours": None}, people=frozenset(("reports",)))
    assert shown(left_out, "*", all_of_it=True) == {"reports": "*", "hours": "—"}


def test_numbers_reach_their_aim_only_when_every_one_does() -> None:
    def one(ok: bool | None) -> Measured:
        return Measured("x", TODAY, {"n": 1}, ok=ok)

    assert verdict({"a": one(True), "b": one(True)}, ("a", "b")) is True
    assert verdict({"a": one(True), "b": one(None)}, ("a", "b")) is None
    assert verdict({"a": one(True), "b": None}, ("a", "b")) is None
    assert verdict({"a": one(None), "b": one(False)}, ("a", "b")) is False
    assert verdict({}, ()) is None


def test_every_code_a_plan_may_name_can_be_counted() -> None:
    from db.plan_measures import MEASURES

    assert set(MEASURES) == set(plan_file.CODES)
