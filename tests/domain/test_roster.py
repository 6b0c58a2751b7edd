"""Rows of a roster: what is read, what is refused and why, and what an import would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.children import Child, Guardian, Label, Relation, Sex, Tier
from domain.roster import (
    COLUMNS,
    Bad,
    Cell,
    CheckedRow,
    Good,
    ImportPlan,
    Problem,
    RosterRow,
    SheetRow,
    check_rows,
    column_for,
    judged,
    plan_import,
    read_row,
)
from domain.units import COUNTY, load

TREE = load()
TODAY = date(2026, 7, 1)
XINBA, HEIQUAN = "620724106009", "620724107007"
ROW: dict[str, Cell] = {
    "name": "王小苗",
    "town": "新坝镇",
    "village": "小坝村",
    "id_no": "620799201605080119",
    "labels": "农村留守儿童、低保家庭儿童",
    "father_name": "王建国",
    "father_state": "打工",
    "carer_name": "张桂兰",
    "carer_relation": "奶奶",
    "carer_phone": "100-1234-5670",
    "carer_id_no": "620799195803192463",
    "boarding": "走读",
}


def good(home: str | None = None, **cells: Cell) -> RosterRow:
    result = read_row({**ROW, **cells}, TREE, TREE.get(home) if home else None, TODAY)
    assert isinstance(result, Good), result
    return result.row


def codes(home: str | None = None, **cells: Cell) -> list[str]:
    result = read_row({**ROW, **cells}, TREE, TREE.get(home) if home else None, TODAY)
    problems = result.problems if isinstance(result, Bad) else ()
    return [problem.code for problem in problems]


def warnings(**cells: Cell) -> list[str]:
    result = read_row({**ROW, **cells}, TREE, None, TODAY)
    assert isinstance(result, Good), result
    return [problem.code for problem in result.warnings]


# one row


def test_a_good_row_is_read_with_sex_and_birth_date_from_the_id_number() -> None:
    row = good()
    assert (row.name, row.unit, row.sex, row.birth_date) == ("王小苗", XINBA, Sex.MALE, date(2016, 5, 8))
    assert row.labels == (Label.LEFT_BEHIND, Label.LOW_INCOME)
    assert (row.father_state, row.carer_relation) == ("外出务工", Relation.PATERNAL_GRANDPARENT)
    assert (row.carer_phone, row.boarding, row.tier) == ("10012345670", False, None)


def test_every_reason_is_told_at_once_in_the_order_of_the_columns() -> None:
    assert codes(name="", town="", village="", carer_phone="123") == ["required", "required", "phone"]


@pytest.mark.parametrize("name", ["王小苗", "阿依古丽·买买提", "𠮷昇垚", "王〇"])
def test_chinese_names_with_rare_characters_and_dots_are_kept_as_written(name: str) -> None:
    assert good(name=name).name == name


def test_spaces_in_a_name_go_and_other_dots_become_the_right_one() -> None:
    assert good(name=" 王　苗 ").name == "王苗"
    assert good(name="阿依古丽．买买提").name == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("王3", "name.digits"),
        ("王", "name.length"),
        ("王" * 21, "name.length"),
        ("Anna李", "name.characters"),
        ("·王苗", "name.characters"),
        ("王\ue000苗", "name.characters"),
        ("=王苗", "name.characters"),
        ("无", "required"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, code: str) -> None:
    assert codes(name=name) == [code]


@pytest.mark.parametrize("id_no", [6.20799201605080e17, 620799201605080119, "620799201605080000", "6.20799E+17"])
def test_an_id_number_that_lost_its_last_digits_in_a_number_cell_is_recognised(id_no: Cell) -> None:
    assert codes(id_no=id_no) == ["id_no.lost_digits"]


def test_a_wrong_check_digit_and_a_wrong_length_are_told_apart() -> None:
    assert codes(id_no="620799201605080118") == ["id_no.check_digit"]
    assert codes(id_no="62079920160508011") == ["id_no.length"]


def test_birth_date_and_sex_must_be_those_of_the_id_number() -> None:
    assert codes(birth_date="2016-05-09") == ["birth_date.not_as_id"]
    assert codes(sex="女") == ["sex.not_as_id"]
    assert codes(birth_date="2016-05-08", sex="男孩") == []


@pytest.mark.parametrize(
    "cell",
    [
        "2016-05-08", "2016/5/8", "2016.5.8", "20160508", 20160508.0, "2016年5月8日", "２０１６－０５－０８",
        "二〇一六年五月八日", 42498, 42498.0, "42498", date(2016, 5, 8), datetime.fromisoformat("2016-05-08"), "2016-05-08 00:00:00",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_every_usual_form(cell: Cell) -> None:
    assert good(id_no=None, birth_date=cell).birth_date == date(2016, 5, 8)


def test_chinese_numerals_above_ten_are_read() -> None:
    assert good(id_no=None, birth_date="二〇一五年十二月二十三日").birth_date == date(2015, 12, 23)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2016年2月30日", "birth_date.impossible"),
        ("2015-02-29", "birth_date.no_leap_day"),
        ("2016.13", "birth_date.impossible"),
        ("农历2016年四月初二", "birth_date.lunar"),
        ("2016.5", "birth_date.no_day"),
        (2016.5, "birth_date.no_day"),
        ("2016年", "birth_date.no_day"),
        ("去年春天", "birth_date.unreadable"),
        ("5月8日", "birth_date.unreadable"),
        ("2026-07-02", "birth_date.future"),
        ("2008-07-01", "birth_date.adult"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused_with_its_own_reason(cell: Cell, code: str) -> None:
    assert codes(id_no=None, birth_date=cell, labels="低保") == [code]


def test_a_month_without_a_day_is_enough_where_the_id_number_gives_the_day() -> None:
    assert good(birth_date="2016.5").birth_date == date(2016, 5, 8)
    assert codes(birth_date="2016.6") == ["birth_date.not_as_id"]


def test_october_that_a_number_cell_shows_as_january_does_not_contradict_the_id_number() -> None:
    assert good(id_no="620799201310030114", birth_date=2013.1).birth_date == date(2013, 10, 3)


def test_a_row_without_any_birth_date_is_taken_with_a_warning() -> None:
    assert warnings(id_no=None) == ["birth_date.missing"]


def test_left_behind_ends_on_the_sixteenth_birthday_and_childhood_on_the_eighteenth() -> None:
    assert codes(id_no=None, birth_date="2010-07-02") == []
    assert codes(id_no=None, birth_date="2010-07-01") == ["labels.left_behind_age"]
    assert codes(id_no=None, birth_date="2010-07-01", labels="低保") == []
    assert codes(id_no=None, birth_date="2008-07-02", labels="低保") == []


def test_a_child_born_on_29_february_is_sixteen_only_on_the_first_of_march() -> None:
    cells = {**ROW, "id_no": None, "birth_date": "2008-02-29"}
    assert isinstance(read_row(cells, TREE, None, date(2024, 2, 28)), Good)
    assert isinstance(read_row(cells, TREE, None, date(2024, 3, 1)), Bad)


def test_categories_are_read_by_their_synonyms_and_unknown_ones_are_named() -> None:
    assert good(labels="事实孤儿,特困 / 单亲家庭").labels == (
        Label.DE_FACTO_UNATTENDED,
        Label.DESTITUTE,
        Label.SINGLE_PARENT,
    )
    result = read_row({**ROW, "labels": "留守、困难"}, TREE, None, TODAY)
    assert isinstance(result, Bad)
    assert result.problems[0].params["value"] == "困难"


def test_unattended_in_fact_without_both_parents_states_is_doubted() -> None:
    assert warnings(labels="事实无人抚养") == ["labels.unattended_states"]
    assert warnings(labels="事实无人抚养", father_state="服刑", mother_name="去世") == []


def test_a_word_in_the_name_column_that_tells_a_parents_state_is_no_name() -> None:
    row = good(father_name="已故", father_state=None)
    assert (row.father_name, row.father_state) == (None, "死亡")


@pytest.mark.parametrize("phone", ["13812345678", "138 1234 5678", 13812345678.0, "10012345678"])
def test_mobile_numbers_and_the_demo_form_are_read(phone: Cell) -> None:
    assert good(carer_phone=phone).carer_phone in ("13812345678", "10012345678")


@pytest.mark.parametrize("phone", ["0936-6621234", "1381234567", "12812345678", "13812345678、123"])
def test_other_numbers_are_refused(phone: str) -> None:
    assert codes(carer_phone=phone) == ["phone"]


def test_of_two_numbers_the_first_is_kept_and_the_person_told() -> None:
    assert good(carer_phone="13812345678/13912345678").carer_phone == "13812345678"
    assert warnings(carer_phone="13812345678 13912345678") == ["phone.several"]


def test_a_village_is_looked_for_in_its_town() -> None:
    assert good(town="黑泉", village="小坝").unit == HEIQUAN
    assert good(town="高台县新坝镇", village="新坝镇小坝村三社").unit == XINBA


def test_a_village_that_is_not_in_the_town_is_refused_with_what_may_be_meant() -> None:
    assert codes(village="定安村") == ["village.other_town"]
    assert codes(village="小霸村") == ["village.near"]
    assert codes(village="火星村") == ["village.unknown"]
    assert codes(town="火星镇") == ["town.unknown"]


def test_without_a_town_a_name_in_two_towns_is_a_question_and_a_unique_name_is_not() -> None:
    assert codes(town=None) == ["village.ambiguous"]
    assert good(town=None, village="五一村").unit == "620724104001"
    assert codes(town=None, village="火星村") == ["required"]


def test_an_empty_town_is_the_importing_persons_own() -> None:
    assert good(home="620724107", town="").unit == HEIQUAN
    assert good(home=HEIQUAN, town="", village="").unit == HEIQUAN


def test_a_row_outside_the_importing_persons_scope_is_refused_and_the_county_has_no_outside() -> None:
    assert codes(home="620724107") == ["village.outside"]
    assert codes(home=COUNTY) == []


def test_the_carer_is_a_grown_up_and_not_the_child() -> None:
    assert codes(carer_id_no="620799201311020284") == ["carer.too_young"]
    assert codes(carer_id_no=ROW["id_no"]) == ["carer.is_child"]


def test_a_parent_who_is_away_by_law_cannot_be_the_carer() -> None:
    assert codes(carer_name="", carer_relation="父亲", father_state="服刑在押") == ["carer.cannot"]


def test_a_carer_who_is_the_father_must_bear_his_name_and_shares_his_phone() -> None:
    assert codes(carer_relation="父亲") == ["carer.other_parent"]
    row = good(carer_name="王建国", carer_relation="")
    assert (row.carer_relation, row.father_phone) == (Relation.FATHER, "10012345670")


def test_an_unknown_choice_lists_the_choices() -> None:
    result = read_row({**ROW, "father_state": "离婚了"}, TREE, None, TODAY)
    assert isinstance(result, Bad)
    assert result.problems[0].code == "choice"
    assert "离异不履责" in str(result.problems[0].params["choices"])


def test_too_long_a_text_is_refused_and_invisible_characters_go() -> None:
    assert codes(note="长" * 501) == ["text.long"]
    assert good(school="中心\u200b小学\x07").school == "中心小学"


# headings


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("姓  名（必填）*", "name"),
        ("学生姓名", "name"),
        ("公民身份号码", "id_no"),
        ("监护人身份证号码", "carer_id_no"),
        ("爸爸手机号", "father_phone"),
        ("母亲联系\n电话", "mother_phone"),
        ("实际照料人", "carer_name"),
        ("监护人与儿童关系", "carer_relation"),
        ("村(社区)", "village"),
        ("★出生年月", "birth_date"),
        ("困境儿童类型", "labels"),
        ("父亲", "father_name"),
    ],
)
def test_a_heading_is_known_by_its_meaning(heading: str, key: str) -> None:
    found = column_for(heading)
    assert found is not None
    assert found[0].key == key


@pytest.mark.parametrize("heading", ["父亲身份证号", "班主任电话", "序号", "爷爷姓名", "", "  "])
def test_a_heading_we_have_no_column_for_is_not_forced_into_one(heading: str) -> None:
    assert column_for(heading) is None


def test_no_two_columns_share_a_heading_or_synonym() -> None:
    for column in COLUMNS:
        for word in (column.heading, *column.synonyms):
            found = column_for(word)
            assert found is not None
            assert found[0] is column, word


# many rows


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


def test_a_problem_knows_the_key_of_its_words_and_is_not_made_without_their_holes() -> None:
    assert Problem("name", "required", {"column": "姓名"}).key == "roster.problem.required"
    with pytest.raises(ValueError, match="required"):
        Problem("name", "required")
