"""Finding a child for /child."""

from dataclasses import dataclass

import pytest

from domain.reading.names import How, search
from domain.reading.sounds import near, sound_of, typed_pinyin


@dataclass(frozen=True)
class Listed:
    id: str
    name: str
    file_no: str
    guardian_names: tuple[str, ...] = ()


ROSTER = [
    Listed("1", "马小禾", "GT-106-019-0001", ("马德福",)),
    Listed("2", "马小麦", "GT-106-019-0002", ("马德福",)),
    Listed("3", "单雨桐", "GT-106-019-0003", ("曾月英",)),
    Listed("4", "吕思宇", "GT-106-019-0013", ("吕守业",)),
    Listed("5", "张雨彤", "GT-106-019-0023", ()),
    Listed("6", "翟乐乐", "GT-106-020-0107", ("仇桂兰",)),
    Listed("7", "欧阳春晖", "GT-106-020-0110", ("欧阳德",)),
    Listed("8", "王虎", "GT-106-020-0111", ()),
    Listed("9", "女长乐", "GT-106-020-0112", ()),
]


def ids(query: str) -> list[str]:
    return [match.id for match in search(query, ROSTER)]


@pytest.mark.parametrize(
    ("query", "first", "how"),
    [
        ("马小禾", "1", How.NAME),
        ("小禾", "1", How.GIVEN),
        ("麦", "2", How.PART),
        ("马小和", "1", How.SOUND),
        ("雨童", "3", How.SOUND),
        ("maxiaohe", "1", How.PINYIN),
        ("Ma Xiao He", "1", How.PINYIN),
        ("mǎ xiǎo mài", "2", How.PINYIN),
        ("xiaomai", "2", How.PINYIN),
        ("mxh", "1", How.INITIALS),
        ("shanyutong", "3", How.PINYIN),
        ("danyutong", "3", How.PINYIN),
        ("lvsiyu", "4", How.PINYIN),
        ("lü siyu", "4", How.PINYIN),
        ("lyu si yu", "4", How.PINYIN),
        ("zhaile", "6", How.PINYIN),
        ("oych", "7", How.INITIALS),
        ("春晖", "7", How.GIVEN),
        ("3号", "3", How.FILE_NO),
        ("三号娃", "3", How.FILE_NO),
        ("0107", "6", How.FILE_NO),
        ("GT-106-019-0013", "4", How.FILE_NO),
        ("gt1060190013", "4", How.FILE_NO),
        ("曾月英", "3", How.GUARDIAN),
        ("qiuguilan", "6", How.GUARDIAN),
        ("maxaiohe", "1", How.NEAR),
        ("maxiohe", "1", How.NEAR),
        ("sanyutong", "3", How.NEAR),
        ("虎虎", "8", How.NEAR),
        ("小虎", "8", How.NEAR),
        ("zhangyuton", "5", How.PINYIN),
    ],
)
def test_a_child_is_found_by_what_people_type(query: str, first: str, how: How) -> None:
    found = search(query, ROSTER)
    assert found, query
    assert (found[0].id, found[0].how) == (first, how)


def test_a_guardian_finds_every_child_of_theirs() -> None:
    assert ids("马德福") == ["1", "2"]
    assert [m.guardian for m in search("马德福", ROSTER)] == ["马德福", "马德福"]


def test_the_better_match_comes_first_and_ties_keep_the_rosters_order() -> None:
    assert ids("yutong") == ["3", "5"]
    assert ids("马") == ["1", "2"]


def test_slips_are_offered_only_where_nothing_fits_better() -> None:
    assert all(match.how is not How.NEAR for match in search("maxiaohe", ROSTER))


@pytest.mark.parametrize("query", ["", "   ", "😀", "。。", "qqqqqqq", "赵铁柱", "99号", "()[*", "x" * 4000])
def test_nonsense_finds_nobody_and_breaks_nothing(query: str) -> None:
    assert ids(query) == []


def test_surnames_are_read_as_surnames() -> None:
    for name, spelled in {"单小": "shanxiao", "曾小": "zengxiao", "仇小": "qiuxiao", "解小": "xiexiao", "查小": "zhaxiao", "翟小": "zhaixiao", "尉迟小": "yuchixiao"}.items():
        assert sound_of(name).spelled[0] == spelled


def test_pinyin_is_understood_however_it_is_typed() -> None:
    assert typed_pinyin("LÜ  Xiǎo-hé") == "lvxiaohe"
    assert typed_pinyin("ma3 xiao3 he2") == "maxiaohe"
    assert typed_pinyin("马小禾") is None
    assert near("zhang") == near("zan")
