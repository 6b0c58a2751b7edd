"""Rows of a roster one by one: what is read, what is refused and why."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from domain.children import Label, Relation, Sex
from domain.roster import (
    COLUMNS,
    Bad,
    Cell,
    Good,
    Problem,
    column_for,
    read_row,
)
from domain.units import COUNTY
from tests.domain.roster_rows import HEIQUAN, ROW, TODAY, TREE, XINBA, codes, good, warnings


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


@pytest.mark.parametrize(
    ("said", "state"),
    [("在新疆打工", "外出务工"), ("常年在外务工", "外出务工"), ("在家", "正常"), ("在兰州上班、每年回来", "外出务工")],
)
def test_work_far_away_in_anybodys_words_is_working_away(said: str, state: str) -> None:
    assert good(father_state=said).father_state == state


@pytest.mark.parametrize("said", ["在县城打工", "以前打工", "没有打工"])
def test_work_nearby_or_long_ago_is_not_taken_for_absence(said: str) -> None:
    assert codes(father_state=said) == ["choice"]


def test_a_parent_who_went_and_a_vague_category_stop_no_row_and_are_told() -> None:
    result = read_row({**ROW, "mother_name": "改嫁", "mother_state": "", "labels": "困境"}, TREE, None, TODAY)
    assert isinstance(result, Good)
    assert (result.row.mother_name, result.row.labels) == (None, (Label.OTHER,))
    assert {each.code for each in result.warnings} == {"name.none", "labels.vague"}
    assert good(labels="困境、低保").labels == (Label.LOW_INCOME,)


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
        ("父亲务工情况", "father_state"),
        ("就读学校班级", "school"),
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


def test_a_problem_knows_the_key_of_its_words_and_is_not_made_without_their_holes() -> None:
    assert Problem("name", "required", {"column": "姓名"}).key == "roster.problem.required"
    with pytest.raises(ValueError, match="required"):
        Problem("name", "required")
