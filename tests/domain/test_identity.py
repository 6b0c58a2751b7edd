"""ID numbers, phones and masks. All numbers are the national standard's examples or invented (prefix 620799)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.children import Sex
from domain.identity import (
    IdFault,
    IdNumber,
    check_digit,
    is_demo_id,
    mask_id,
    mask_name,
    mask_phone,
    read_id,
    read_phone,
)


@pytest.mark.parametrize(
    ("text", "birth_date", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("440524188001010014", date(1880, 1, 1), Sex.MALE),
        ("620799201605080119", date(2016, 5, 8), Sex.MALE),
        ("620799201311020284", date(2013, 11, 2), Sex.FEMALE),
        ("620799195803192463", date(1958, 3, 19), Sex.FEMALE),
    ],
)
def test_a_valid_number_tells_birth_date_and_sex(text: str, birth_date: date, sex: Sex) -> None:
    assert read_id(text) == IdNumber(text, birth_date, sex)


@pytest.mark.parametrize(
    "text", [" 110105 19491231 002x ", "'11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_spaces_apostrophes_small_x_and_wide_digits_are_read(text: str) -> None:
    assert read_id(text) == IdNumber("11010519491231002X", date(1949, 12, 31), Sex.FEMALE)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("110105194912310021", IdFault.CHECK_DIGIT),
        ("62079920160508011", IdFault.LENGTH),
        ("", IdFault.LENGTH),
        ("62079920160508O119", IdFault.CHARACTERS),
        ("6207992016X5080119", IdFault.CHARACTERS),
        ("620799201605080000", IdFault.LOST_DIGITS),
        ("6.20799E+17", IdFault.LOST_DIGITS),
    ],
)
def test_a_wrong_number_says_what_is_wrong(text: str, fault: IdFault) -> None:
    assert read_id(text) is fault


def test_the_thirtieth_of_february_is_no_birth_date() -> None:
    first17 = "62079920160230011"
    assert read_id(first17 + check_digit(first17)) is IdFault.BIRTH_DATE


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(place: int, shift: int) -> None:
    good = "620799201605080119"
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert isinstance(read_id(wrong), IdFault)


@pytest.mark.parametrize(
    "text", ["13812345678", "138-1234-5678", "+86 138 1234 5678", "１３８１２３４５６７８", "8613812345678"]
)
def test_a_mobile_number_is_read_however_it_is_spaced(text: str) -> None:
    assert read_phone(text) == "13812345678"


@pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "0936-6621234", "无"])
def test_what_is_no_mobile_number_is_refused(text: str) -> None:
    assert read_phone(text) is None


def test_the_demo_forms_are_read_and_known_as_such() -> None:
    assert read_phone("10012345678") == "10012345678"
    assert is_demo_id("620799201605080119")
    assert not is_demo_id("11010519491231002X")


def test_masks_show_just_enough_to_recognise() -> None:
    assert mask_name("王梓涵") == "王*涵"
    assert mask_name("王磊") == "王*"
    assert mask_name("王") == "*"
    assert mask_id("620799201605080119") == "6207**********0119"
    assert mask_phone("13812345678") == "138****5678"


def test_what_has_not_the_usual_length_is_hidden_whole() -> None:
    assert mask_id("62079920160") == "*" * 11
    assert mask_phone("6621234") == "*" * 7
