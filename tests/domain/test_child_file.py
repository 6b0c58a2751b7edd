"""The file of one child: what the rules ask, how complete it is, consents, readers; all of it pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.child_file import disability_parts, severe, term_of
from domain.children import Capacity, Child, Guardian, Label, Relation, Returns, Sex
from domain.completeness import SHARES, Records, completeness
from domain.consent import Consent, ConsentKind, ConsentState, How, Standing, Whose, agreed, consent_for
from domain.eligibility_rules import Act, Rule, next_day, proposals
from domain.file_fields import differences, path_of, place_of, taken_back, value_at, with_value
from domain.file_reading import check, read_name, read_value, read_when
from domain.forms import Invalid

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
FATHER = Guardian(
    Relation.FATHER, "张磊", state="外出务工", away=True, away_since=date(2026, 3, 1), id="aaaaaaaa-father00"
)
MOTHER = Guardian(
    Relation.MOTHER, "李静", state="外出务工", away=True, away_since=date(2026, 8, 22), id="aaaaaaaa-mother00"
)
CHILD = Child("c", "GT-106-001-0009", "张小苗", "620724106001", birth_date=date(2016, 5, 8), guardians=(FATHER, MOTHER))


def _rules(child: Child, day: date = TODAY) -> list[Rule]:
    return [one.rule for one in proposals(child, day)]


def _with(father: Guardian | None = None, mother: Guardian | None = None, **more: object) -> Child:
    return replace(CHILD, guardians=(father or FATHER, mother or MOTHER), **more)  # type: ignore[arg-type]


# --- 留守 ---


def test_both_parents_away_three_months_may_be_left_behind_from_that_very_day() -> None:
    assert _rules(CHILD, date(2026, 11, 21)) == []
    (one,) = proposals(CHILD, date(2026, 11, 22))
    assert (one.rule, one.act, one.label, one.since) == (
        Rule.LEFT_BEHIND,
        Act.ADD,
        Label.LEFT_BEHIND,
        date(2026, 11, 22),
    )
    assert [(reason.key, reason.who) for reason in one.reasons] == [("away", "father"), ("away", "mother")]


def test_one_parent_away_counts_only_when_the_other_cannot_care() -> None:
    home = replace(MOTHER, state="正常", away=False, away_since=None)
    assert _rules(_with(mother=home)) == []
    assert _rules(_with(mother=replace(home, capacity=Capacity.NONE))) == [Rule.LEFT_BEHIND]
    assert _rules(_with(mother=replace(home, state="重残"))) == [Rule.LEFT_BEHIND]


def test_a_child_out_of_school_by_its_file_is_asked_about_anew_each_term() -> None:
    home = replace(MOTHER, state="正常", away=False, away_since=None)
    out = _with(mother=home, school_status="辍学")
    (one,) = proposals(out, TODAY)
    assert (one.rule, one.act) == (Rule.OUT_OF_SCHOOL, Act.APPLY)
    answered = ((one.rule.value, one.facts),)
    assert proposals(out, date(2027, 1, 31), answered) == () != proposals(out, date(2027, 2, 1), answered)
    assert next_day(out, TODAY, answered) == date(2027, 2, 1)
    assert _rules(_with(mother=home, school_status="不在学")) == [Rule.OUT_OF_SCHOOL]
    small = _with(mother=home, school_status="不在学", birth_date=date(2021, 5, 8))
    assert _rules(small) == []


def test_the_study_fund_is_spoken_of_before_each_term_to_orphans_of_an_age_who_study() -> None:
    orphan = replace(CHILD, guardians=(), labels=(Label.ORPHAN,), birth_date=date(2009, 3, 1))
    assert _rules(orphan, date(2026, 6, 30)) == []
    (one,) = proposals(orphan, date(2026, 7, 1))
    assert (one.rule, one.reasons[0].day) == (Rule.DREAM_FUND, date(2026, 8, 20))
    answered = ((one.rule.value, one.facts),)
    assert next_day(orphan, date(2026, 7, 1), answered) == date(2027, 1, 15)
    assert Rule.DREAM_FUND not in _rules(replace(orphan, school_status="不在学"), date(2026, 7, 1))
    assert Rule.DREAM_FUND not in _rules(replace(orphan, labels=()), date(2026, 7, 1))


def test_work_inside_the_county_is_no_absence_and_an_unknown_day_is_said() -> None:
    assert _rules(_with(mother=replace(MOTHER, work_place="高台县城"))) == []
    (one,) = proposals(_with(mother=replace(MOTHER, away_since=None)), TODAY)
    assert [reason.key for reason in one.reasons] == ["away", "away_unknown"]


def test_a_father_who_left_before_the_file_was_opened_counts_from_when_he_left() -> None:
    early = _with(added_on=date(2026, 11, 1))
    assert _rules(early, date(2026, 11, 25)) == [Rule.LEFT_BEHIND]


def test_sixteen_ends_left_behind_the_day_after_the_birthday_also_on_29_february() -> None:
    leap = _with(birth_date=date(2012, 2, 29), labels=(Label.LEFT_BEHIND,))
    assert Rule.LEFT_BEHIND_OVER not in _rules(leap, date(2028, 2, 29))
    assert Rule.LEFT_BEHIND_OVER in _rules(leap, date(2028, 3, 1))
    assert _rules(_with(birth_date=date(2010, 5, 8))) == []  # never proposed after sixteen


def test_a_parent_who_came_back_ends_it_and_an_empty_field_does_not() -> None:
    labelled = _with(labels=(Label.LEFT_BEHIND,))
    assert _rules(labelled) == []
    assert _rules(replace(labelled, guardians=(replace(FATHER, state=None, away=None), MOTHER))) == []
    back = replace(FATHER, state="正常", away=False)
    assert _rules(replace(labelled, guardians=(back, MOTHER))) == [Rule.NOT_LEFT_BEHIND]


# --- 事实无人抚养, 孤儿 ---


@pytest.mark.parametrize("state", ["重残", "重病", "服刑在押", "强戒", "限制人身自由", "失联", "撤销资格", "遣送出境"])
@pytest.mark.parametrize("other", ["死亡", "失踪", "重病"])
def test_each_of_the_eight_states_with_a_dead_missing_or_unable_parent_may_be_de_facto(state: str, other: str) -> None:
    child = _with(Guardian(Relation.FATHER, "张磊", state=state), Guardian(Relation.MOTHER, "李静", state=other))
    assert Rule.DE_FACTO in _rules(child)
    assert Rule.DE_FACTO not in _rules(replace(child, labels=(Label.DE_FACTO_UNATTENDED,)))


def test_two_lost_parents_may_be_an_orphan_and_nothing_else() -> None:
    child = _with(Guardian(Relation.FATHER, "张磊", state="死亡"), Guardian(Relation.MOTHER, "李静", state="失踪"))
    assert _rules(child) == [Rule.ORPHAN]


def test_a_short_sentence_or_a_recent_silence_is_not_enough() -> None:
    gone = Guardian(Relation.MOTHER, "李静", state="失联", state_since=date(2026, 6, 1))
    jailed = Guardian(
        Relation.FATHER, "张磊", state="服刑在押", state_since=date(2026, 9, 1), state_until=date(2026, 12, 31)
    )
    assert Rule.DE_FACTO not in _rules(_with(replace(jailed, state_until=date(2029, 1, 1)), gone))
    assert Rule.DE_FACTO in _rules(_with(replace(jailed, state_until=date(2029, 1, 1)), gone), date(2026, 12, 1))
    assert Rule.DE_FACTO not in _rules(_with(jailed, gone), date(2026, 12, 1))
    assert Rule.TERM_OVER in _rules(_with(jailed, gone), date(2027, 1, 1))


def test_separated_parents_who_shirk_are_not_among_the_eight() -> None:
    child = _with(
        Guardian(Relation.FATHER, "张磊", state="离异不履责"), Guardian(Relation.MOTHER, "李静", state="死亡")
    )
    assert _rules(child) == []


# --- ages, cards, the index ---


def test_eighteen_asks_only_to_close_and_a_closed_file_asks_nothing() -> None:
    grown = _with(birth_date=date(2008, 11, 21), labels=(Label.LEFT_BEHIND,))
    assert _rules(grown) == [Rule.ADULT]
    assert _rules(replace(grown, closed_on=TODAY)) == []


def test_eight_and_fourteen_are_told_on_the_card_and_press_nobody() -> None:
    for years in (8, 14):
        child = replace(CHILD, guardians=(), birth_date=date(2026 - years, 11, 20))
        (one,) = proposals(child, TODAY)
        assert one.act is Act.KNOW and not one.presses
        assert next_day(child, TODAY) != TODAY


def test_an_expired_card_is_asked_about() -> None:
    child = replace(CHILD, guardians=(), disability="肢体二级", disability_until=date(2026, 11, 21))
    assert _rules(child) == [Rule.CARD_EXPIRED]


def test_the_index_day_is_the_first_on_which_something_is_asked() -> None:
    assert next_day(CHILD, date(2026, 10, 1)) == date(2026, 11, 22)
    assert next_day(CHILD, TODAY) == TODAY
    (one,) = proposals(CHILD, TODAY)
    assert next_day(CHILD, TODAY, {(one.rule.value, one.facts)}) == date(2034, 5, 9)  # then only eighteen


def test_a_no_holds_until_the_facts_are_others() -> None:
    (one,) = proposals(CHILD, TODAY)
    no = {(one.rule.value, one.facts)}
    assert proposals(CHILD, date(2027, 3, 1), no) == ()
    moved = _with(mother=replace(MOTHER, away_since=date(2026, 8, 1)))
    assert [each.rule for each in proposals(moved, TODAY, no)] == [Rule.LEFT_BEHIND]


# --- completeness ---


def test_a_new_file_is_far_from_whole_and_says_what_weighs_most_first() -> None:
    bare = Child("c", "n", "张小苗", "620724106001")
    known = completeness(bare, Records(), None)
    assert known.percent < 20 and known.missing[0].weight == 3
    assert known.next() is not None and known.next({one.key for one in known.missing}) is None


def test_all_five_parts_make_a_hundred() -> None:
    assert sum(SHARES.values()) == 100
    carer = Guardian(
        Relation.PATERNAL_GRANDPARENT, "王秀英", "10012345678", "620799195803192463", carer=True, id="g" * 8
    )
    full = replace(
        CHILD, sex=Sex.FEMALE, id_no="620799201605080119", address="暖泉村三社", labels=(Label.LEFT_BEHIND,),
        ethnicity="汉族", hukou_status="农村户口", living_with="祖父母", health="健康", psych="没有异常", school_status="小学",
        school="中心小学", grade="四年级", boarding=False,
        guardians=(carer, *(replace(one, work_place="兰州", returns=Returns.SPRING_FESTIVAL) for one in (FATHER, MOTHER))),
    )  # fmt: skip
    records = Records(visits=1, contacts=3, helps=1, notice=True)
    assert completeness(full, records, 10).whole
    assert completeness(replace(full, address=None), records, 10).missing[0].key == "address"
    assert completeness(full, replace(records, helps=0), 10).percent == 90
    assert completeness(replace(full, no_help_needed=True), replace(records, helps=0), 10).whole


def test_what_cannot_apply_is_not_asked() -> None:
    baby = completeness(replace(CHILD, birth_date=date(2026, 1, 1)), Records(), 0)
    assert not {"school_status", "school", "disability_cert"} & {one.key for one in baby.missing}
    dead = _with(Guardian(Relation.FATHER, "张磊", state="死亡", id="d" * 8))
    assert not [one for one in completeness(dead, Records(), 10).missing if one.key.startswith("g:dddddddd")]


# --- consent ---


def _line(
    kind: ConsentKind, state: ConsentState, day: date, whose: Whose = Whose.MOTHER, organisation: str | None = None
) -> Consent:
    return Consent(f"{day}", "c", kind, state, day, whose, How.ALOUD, organisation)


def test_silence_is_no_consent_and_the_newest_word_holds() -> None:
    given = _line(ConsentKind.PHOTO, ConsentState.GIVEN, date(2026, 1, 1))
    back = _line(ConsentKind.PHOTO, ConsentState.WITHDRAWN, date(2026, 2, 1))
    assert consent_for([], CHILD, ConsentKind.PHOTO, TODAY) is Standing.NOT_ASKED
    assert agreed([given], CHILD, ConsentKind.PHOTO, TODAY)
    assert not agreed([back, given], CHILD, ConsentKind.PHOTO, TODAY)
    assert not agreed([given], CHILD, ConsentKind.AUDIO, TODAY)


def test_a_guardians_yes_is_asked_again_of_the_young_person_at_fourteen() -> None:
    teen = replace(CHILD, birth_date=date(2012, 11, 21))
    early = _line(ConsentKind.PHOTO, ConsentState.GIVEN, date(2026, 1, 1))
    assert consent_for([early], teen, ConsentKind.PHOTO, TODAY) is Standing.ASK_AGAIN
    assert consent_for([early], teen, ConsentKind.PHOTO, date(2026, 11, 21)) is Standing.GIVEN
    own = _line(ConsentKind.PHOTO, ConsentState.GIVEN, date(2026, 1, 2), Whose.CHILD)
    assert consent_for([early, own], teen, ConsentKind.PHOTO, TODAY) is Standing.GIVEN


def test_sharing_with_one_organisation_is_that_ones_alone() -> None:
    one = _line(ConsentKind.SHARING, ConsentState.GIVEN, date(2026, 1, 1), organisation="县妇联")
    assert agreed([one], CHILD, ConsentKind.SHARING, TODAY, "县妇联")
    assert not agreed([one], CHILD, ConsentKind.SHARING, TODAY, "某公司")
    general = _line(ConsentKind.SHARING, ConsentState.GIVEN, date(2026, 1, 1))
    refused = _line(ConsentKind.SHARING, ConsentState.REFUSED, date(2026, 2, 1), organisation="某公司")
    assert agreed([general, refused], CHILD, ConsentKind.SHARING, TODAY, "县妇联")
    assert not agreed([general, refused], CHILD, ConsentKind.SHARING, TODAY, "某公司")


# --- facts and their history ---


def test_a_change_is_told_by_path_and_taken_back_by_it() -> None:
    path = path_of(FATHER, "state")
    after = with_value(with_value(CHILD, path, "正常"), "ethnicity", "回族")
    changed = differences(CHILD, after)
    assert changed[path] == ["外出务工", "正常"] and changed["ethnicity"] == [None, "回族"]
    assert after.guardians[0].away is False and after.guardians[0].away_since is None
    assert taken_back(after, changed) == CHILD
    assert value_at(after, path) == "正常"


def test_only_one_person_is_the_carer() -> None:
    after = with_value(with_value(CHILD, path_of(FATHER, "carer"), True), path_of(MOTHER, "carer"), True)
    assert [one.carer for one in after.guardians] == [False, True]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("新疆昌吉", ("新疆", "昌吉")),
        ("兰州", ("甘肃", "兰州")),
        ("新疆维吾尔自治区哈密", ("新疆", "哈密")),
        ("江苏省苏州市", ("江苏", "苏州市")),
        ("东莞市", (None, "东莞市")),
        ("广东省东莞市长安镇镜花水月路八十八号 10055512345", ("广东", "东莞市")),
        ("镜花水月路八十八号", (None, None)),
        ("新疆欧阳老板的工地上", ("新疆", None)),
        ("欧阳珈蓝", (None, None)),
        ("张掖甘州区", ("甘肃", "张掖甘州区")),
        ("酒泉肃州区石化路三号", ("甘肃", "酒泉肃州区")),
        ("张掖市甘州区", ("甘肃", "张掖市")),
        ("江西景德镇", ("江西", "景德镇")),
        ("河南驻马店市", ("河南", "驻马店市")),
        ("河南省新乡市红旗区", ("河南", "新乡市")),
        ("浙江桐乡市", ("浙江", "桐乡市")),
        ("新疆巴音郭楞蒙古自治州", ("新疆", "巴音郭楞蒙古自治州")),
        ("云南省西双版纳傣族自治州景洪市", ("云南", "西双版纳傣族自治州")),
        ("甘肃高台暖泉村", ("甘肃", None)),
    ],
)
def test_a_work_place_is_read_to_province_and_city_and_no_nearer(said: str, place: tuple[str | None, str | None]) -> None:
    assert place_of(said) == place


def test_severe_is_grade_one_and_two_or_any_grade_three_of_the_mind() -> None:
    assert disability_parts("智力三级") == ("智力", "三级")
    assert [severe(one) for one in ("肢体二级", "肢体三级", "精神四级", None)] == [True, False, True, False]
    assert [term_of(day) for day in (date(2026, 9, 1), date(2027, 1, 5), date(2027, 2, 20))] == [
        "2026-2",
        "2026-2",
        "2027-1",
    ]


# --- bad input ---


@pytest.mark.parametrize("name", ["𠮷田", "买买提·艾力", "阿依古丽•买买提", "𬭚喆"])
def test_rare_characters_and_dots_stay_as_they_are(name: str) -> None:
    assert read_name(name) == name.replace("•", "·")


@pytest.mark.parametrize("name", ["王", "王3", "Bob", "·王磊", "王��磊"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        read_name(name)


def test_dates_may_lie_long_before_the_file_and_a_month_is_enough_but_not_for_a_birth() -> None:
    assert read_when("2019年3月", NOW) == date(2019, 3, 1)
    assert read_when("2024年2月29日", NOW) == date(2024, 2, 29)
    for said, exact in (("2025年2月29日", False), ("2016年5月", True), ("2099年1月1日", False)):
        with pytest.raises(Invalid):
            read_when(said, NOW, exact=exact)


def test_an_id_number_fills_birth_date_and_sex_and_contradicts_them_in_words() -> None:
    bare = replace(CHILD, birth_date=None)
    filled = check(bare, "id_no", "620799201605080119", TODAY)
    assert (filled.birth_date, filled.sex) == (date(2016, 5, 8), Sex.MALE)
    with pytest.raises(Invalid, match="birth_not_id"):
        check(replace(CHILD, birth_date=date(2016, 5, 9)), "id_no", "620799201605080119", TODAY)
    with pytest.raises(Invalid, match="sex_not_id"):
        check(replace(CHILD, sex=Sex.FEMALE), "id_no", "620799201605080119", TODAY)


def test_a_child_is_nobodys_carer() -> None:
    brother = Guardian(Relation.SIBLING, "张大苗", carer=True, id="bbbbbbbb")
    there = replace(CHILD, guardians=(*CHILD.guardians, brother), household="h")
    with pytest.raises(Invalid, match="carer_too_young"):
        check(there, "g:bbbbbbbb.id_no", "620799201311020284", TODAY)
    other = replace(CHILD, id="d", name="张大苗", household="h", birth_date=date(2013, 11, 2))
    with pytest.raises(Invalid, match="carer_is_child"):
        check(there, "g:bbbbbbbb.carer", True, TODAY, [other])
    with pytest.raises(Invalid, match="carer_self"):
        check(there, "g:bbbbbbbb.name", "张小苗", TODAY)
    unable = replace(there, guardians=(replace(FATHER, capacity=Capacity.NONE),))
    with pytest.raises(Invalid, match="carer_unable"):
        check(unable, path_of(FATHER, "carer"), True, TODAY)


def test_every_field_reads_its_own_kind() -> None:
    from domain.file_fields import field_of

    assert read_value(field_of("ethnicity"), "回", NOW) == "回族"
    assert read_value(field_of("boarding"), "是", NOW) is True
    assert read_value(field_of("g:x.phone"), "100 1234 5678", NOW) == "10012345678"
    assert read_value(field_of("disability_until"), "2030-01-01", NOW) == "2030-01-01"
    with pytest.raises(Invalid):
        read_value(field_of("hukou_status"), "火星", NOW)
