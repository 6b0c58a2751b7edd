"""Many rows of a roster against the files there are: what an import would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.children import Child, Guardian, Relation, Tier
from domain.roster import (
    Bad,
    Cell,
    CheckedRow,
    Good,
    ImportPlan,
    RosterRow,
    SheetRow,
    check_rows,
    judged,
    plan_import,
    read_row,
)
from tests.domain.roster_rows import HEIQUAN, ROW, TODAY, TREE, XINBA, good


def sheet(*rows: Mapping[str, Cell]) -> tuple[CheckedRow, ...]:
    sources = [SheetRow("名册", line, {**ROW, **cells}) for line, cells in enumerate(rows, 2)]
    return check_rows(sources, TREE, None, TODAY)


def on_file(row: RosterRow, serial: int = 1, **changes: object) -> Child:
    child = row.apply_to(Child(f"c{serial}", row.file_no or f"GT-106-009-{serial:04d}", row.name, row.unit))
    return replace(child, **changes)  # type: ignore[arg-type]


def apply(plan: ImportPlan, children: list[Child]) -> list[Child]:
    kept = {child.id: child for child in children}
    for changed in plan.changed:
        kept[changed.child.id] = changed.row.apply_to(changed.child)
    for new in plan.new:
        fresh = on_file(new.row, len(kept) + 1)
        kept[fresh.id] = fresh
    return list(kept.values())


OTHER = {"id_no": "620799201311020284", "name": "李梓涵"}
NO_ID = {"id_no": None, "birth_date": "2015-03-04", "name": "赵一诺"}


def test_the_same_file_twice_changes_nothing() -> None:
    rows = sheet({}, OTHER, NO_ID)
    first = plan_import(rows, [])
    assert len(first.new) == 3
    second = plan_import(rows, apply(first, []))
    assert (len(second.same), second.new, second.changed, second.bad) == (3, (), (), ())


def test_a_change_is_told_field_by_field_with_old_and_new() -> None:
    child = on_file(good())
    (changed,) = plan_import(sheet({"school": "新坝小学", "carer_phone": "10099999999"}), [child]).changed
    assert dict(changed.fields) == {"school": (None, "新坝小学"), "carer_phone": ("10012345670", "10099999999")}


def test_an_empty_cell_erases_nothing() -> None:
    child = on_file(good(school="新坝小学", tier="红"))
    plan = plan_import(sheet({"school": "", "tier": "", "labels": "", "carer_phone": ""}), [child])
    assert plan.same == (child,)


def test_two_rows_with_one_id_number_that_differ_are_both_refused() -> None:
    rows = sheet({}, {"name": "王小禾"}, OTHER)
    assert [[problem.code for problem in row.problems] for row in rows] == [["id_no.twice"], ["id_no.twice"], []]
    assert rows[0].problems[0].params["line"] == 3


def test_the_same_row_written_twice_is_taken_once() -> None:
    plan = plan_import(sheet({}, {}), [])
    assert (len(plan.new), len(plan.repeated)) == (1, 1)
    assert [warned.problem.code for warned in plan.warnings] == ["row.repeated"]


def test_two_children_alike_with_numbers_of_their_own_are_both_taken_with_a_warning() -> None:
    twin = {"id_no": "620799201605080135"}
    plan = plan_import(sheet({}, twin), [])
    assert len(plan.new) == 2
    assert [warned.problem.code for warned in plan.warnings] == ["row.maybe_duplicate"]


def test_two_rows_alike_that_no_number_tells_apart_are_not_both_taken() -> None:
    plan = plan_import(sheet(NO_ID, {**NO_ID, "school": "新坝小学"}), [])
    assert len(plan.new) == 1
    assert [problem.code for row in plan.bad for problem in row.problems] == ["row.same_child"]


def test_children_of_one_name_with_other_families_stay_apart() -> None:
    family = {"father_name": "赵强", "carer_name": "周菊香", "carer_id_no": None, "school": "新坝小学"}
    plan = plan_import(sheet(NO_ID, {**NO_ID, **family}), [])
    assert len(plan.new) == 2
    again = plan_import(sheet(NO_ID, {**NO_ID, **family}), apply(plan, []))
    assert len(again.same) == 2


def test_a_child_filed_without_id_number_receives_it() -> None:
    child = on_file(good(id_no=None, birth_date="2016-05-08", sex="男"))
    (changed,) = plan_import(sheet({}), [child]).changed
    assert dict(changed.fields) == {"id_no": (None, "620799201605080119")}


def test_an_id_number_of_somebody_elses_child_is_refused() -> None:
    child = on_file(good(), name="孙浩然", guardians=(Guardian(Relation.FATHER, "孙伟"),))
    (bad,) = plan_import(sheet({}), [child]).bad
    assert [problem.code for problem in bad.problems] == ["id_no.other_child"]
    assert bad.problems[0].params["file_no"] == child.file_no


def test_a_corrected_name_of_the_same_family_is_a_change_with_a_warning() -> None:
    plan = plan_import(sheet({"name": "王小淼"}), [on_file(good())])
    assert dict(plan.changed[0].fields) == {"name": ("王小苗", "王小淼")}
    assert [warned.problem.code for warned in plan.warnings] == ["child.renamed"]


def test_a_file_number_recognises_a_child_and_one_of_another_child_is_refused() -> None:
    child = on_file(good(id_no=None, birth_date="2016-05-08", sex="男"))
    assert plan_import(sheet({"file_no": child.file_no.lower(), "id_no": None}), [child]).same == (child,)
    stranger = on_file(good(**OTHER), 2)
    plan = plan_import(sheet({"file_no": stranger.file_no}), [child, stranger])
    assert [problem.code for row in plan.bad for problem in row.problems] == ["file_no.other_child"]


def test_a_move_to_another_village_is_a_change_with_a_warning() -> None:
    plan = plan_import(sheet({"town": "黑泉镇"}), [on_file(good())])
    assert dict(plan.changed[0].fields) == {"unit": (XINBA, HEIQUAN)}
    assert [warned.problem.code for warned in plan.warnings] == ["child.moves"]


def test_missing_are_open_files_of_the_villages_in_the_file_only() -> None:
    here, closed = on_file(good(**OTHER), 2), on_file(good(**NO_ID), 3, closed_on=TODAY)
    elsewhere = on_file(good(**OTHER), 4, unit=HEIQUAN, id_no=None)
    plan = plan_import(sheet({}), [on_file(good()), here, closed, elsewhere])
    assert plan.missing_from_file == (here,)


def test_a_closed_file_that_comes_back_is_recognised_and_told() -> None:
    plan = plan_import(sheet({}), [on_file(good(), closed_on=TODAY)])
    assert plan.new == ()
    assert [warned.problem.code for warned in plan.warnings] == ["child.closed"]


def test_two_children_on_file_that_a_row_fits_equally_are_a_question() -> None:
    plain = replace(good(id_no=None, birth_date="2016-05-08"), father_name=None, carer_name=None)
    plan = plan_import(sheet({"id_no": None, "birth_date": "2016-05-08"}), [on_file(plain, 1), on_file(plain, 2)])
    assert [problem.code for row in plan.bad for problem in row.problems] == ["child.several"]


def test_the_rows_given_back_carry_what_the_plan_found_besides() -> None:
    rows = sheet(NO_ID, {**NO_ID, "school": "新坝小学"}, {"town": "黑泉镇"})
    told = judged(rows, plan_import(rows, [on_file(good(), closed_on=TODAY)]))
    assert [[problem.code for problem in row.problems] for row in told] == [[], ["row.same_child"], []]
    assert isinstance(told[2].result, Good)
    assert [problem.code for problem in told[2].result.warnings] == ["child.moves", "child.closed"]


def test_a_title_that_names_the_village_fills_an_empty_place() -> None:
    source = SheetRow("Sheet1", 4, {**ROW, "town": None, "village": None}, place="黑泉镇小坝村花名册")
    (row,) = check_rows([source], TREE, None, TODAY)
    assert isinstance(row.result, Good)
    assert row.result.row.unit == HEIQUAN


NAMES = st.sampled_from(["王建国", "李丽", "张桂兰", None])
PHONES = st.sampled_from(["10012345670", "10012345671", None])
CELLS = st.fixed_dictionaries(
    {
        "labels": st.sampled_from(["留守", "低保、单亲", None]),
        "tier": st.sampled_from(["红", None]),
        "father_name": NAMES,
        "mother_name": NAMES,
        "carer_name": NAMES,
        "father_phone": PHONES,
        "mother_phone": PHONES,
        "carer_phone": PHONES,
        "father_state": st.sampled_from(["外出务工", "重残", None]),
        "carer_relation": st.sampled_from(["父亲", "母亲", "奶奶", "邻居", None]),
        "carer_id_no": st.sampled_from(["620799195803192463", None]),
    }
)


@pytest.mark.slow  # four hundred rosters
@settings(max_examples=400, deadline=None)
@given(CELLS, CELLS)
def test_whatever_was_on_file_a_row_once_applied_has_nothing_left_to_change(
    before: dict[str, Cell], after: dict[str, Cell]
) -> None:
    first = read_row({**ROW, **before}, TREE, None, TODAY)
    rows = sheet(after)
    if isinstance(first, Bad) or isinstance(rows[0].result, Bad):
        return
    child = replace(on_file(first.row), tier=Tier.YELLOW)
    changed = rows[0].result.row.apply_to(child)
    assert plan_import(rows, [changed]).same == (changed,)
    assert sum(person.carer for person in changed.guardians) <= 1
