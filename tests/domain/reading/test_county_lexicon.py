"""A county's own entries of the lexicon of signs."""

import pytest

from domain.reading.county_lexicon import BadLexicon, read_extra
from domain.reading.signs import find_signs, is_alarming

LINE = "R4 | 火柱…戳/火柱烫 | 奶奶拿火柱在腿上戳 | 火柱放在炉子边 | 烤洋芋"


def test_an_entry_is_found_and_named_by_its_example() -> None:
    entries = read_extra(f"# 高台\n\n{LINE}\n")
    (sign,) = find_signs("今天去看，火柱烫的", entries)
    assert (sign.code, sign.words, sign.entry_example) == ("R4", "火柱烫", "奶奶拿火柱在腿上戳")
    assert sign.alarming


def test_its_excuse_in_the_same_sentence_takes_the_alarm_away() -> None:
    assert not is_alarming(find_signs("火柱烫的洋芋，烤洋芋真香", read_extra(LINE)))


def test_without_the_file_nothing_of_it_is_known() -> None:
    assert all(sign.entry_example != "奶奶拿火柱在腿上戳" for sign in find_signs("今天去看，火柱烫的"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("R4 | 火柱戳", "columns"),
        ("R12 | 火柱戳 | 火柱戳了 | 火柱在炉边", "code"),
        ("R4 | 戳 | 戳了 | 火柱", "words"),
        ("R4 | | 戳了 | 火柱", "words"),
        ("R4 | 火柱戳 | 火柱在炉边 | 火柱", "example"),
        ("R4 | 火柱戳 | 火柱戳了 | 火柱戳洋芋", "counter"),
        ("R4 | 火柱戳 | 火柱戳了 |", "counter"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(line: str, reason: str) -> None:
    with pytest.raises(BadLexicon) as caught:
        read_extra(f"{LINE}\n{line}")
    assert (caught.value.line, caught.value.reason) == (2, reason)


def test_words_are_words_and_no_pattern() -> None:
    (entry,) = read_extra("R9 | (a+)+b$ | (a+)+b$ 写在墙上 | aaab")
    assert entry.regex.search("aaaaaaab") is None
