"""How names sound: pinyin without tones, with the readings surnames really have, and a form for near sounds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from pypinyin.constants import PINYIN_DICT

from domain.reading.folding import fold

# Surnames whose usual reading as a word is another one. The first is the one we show and sort by.
SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan", "dan"), "曾": ("zeng", "ceng"), "仇": ("qiu", "chou"), "解": ("xie", "jie"), "查": ("zha", "cha"),
    "翟": ("zhai", "di"), "朴": ("piao", "pu"), "区": ("ou", "qu"), "任": ("ren",), "盖": ("ge", "gai"), "种": ("chong", "zhong"),
    "重": ("chong", "zhong"), "缪": ("miao", "mou"), "乜": ("nie", "mie"), "秘": ("bi", "mi"), "冼": ("xian",), "洗": ("xian", "xi"),
    "员": ("yun", "yuan"), "贠": ("yun",), "黑": ("he", "hei"), "折": ("she", "zhe"), "繁": ("po", "fan"), "召": ("shao", "zhao"),
    "覃": ("qin", "tan"), "华": ("hua",), "宁": ("ning",), "燕": ("yan",), "葛": ("ge",), "那": ("na",), "哈": ("ha",), "应": ("ying",),
    "乐": ("yue", "le"), "柏": ("bai", "bo"), "祭": ("zhai", "ji"), "晟": ("cheng", "sheng"), "逄": ("pang",), "隗": ("wei", "kui"),
    "郗": ("xi", "chi"), "能": ("nai", "neng"), "阚": ("kan",), "郇": ("xun", "huan"), "行": ("xing", "hang"), "牟": ("mou", "mu"),
    "藏": ("zang", "cang"), "谌": ("chen", "shen"), "佴": ("nai",), "过": ("guo",), "都": ("du", "dou"), "句": ("gou", "ju"),
    "曲": ("qu",), "车": ("che",), "尉": ("wei", "yu"), "褚": ("chu",), "纪": ("ji",), "石": ("shi",), "干": ("gan",), "卜": ("bu",),
    "强": ("qiang",), "盛": ("sheng", "cheng"), "俞": ("yu",), "沈": ("shen",), "夏": ("xia",), "尹": ("yin",),
    "撒": ("sa",), "喇": ("la",), "冶": ("ye",), "虎": ("hu", "mao"), "莫": ("mo",), "恶": ("e", "wu"), "宓": ("mi", "fu"),
}  # fmt: skip
COMPOUND: dict[str, tuple[str, ...]] = {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "令狐": ("ling", "hu"),
            "单于": ("chan", "yu"), "澹台": ("tan", "tai"), "欧阳": ("ou", "yang"), "司马": ("si", "ma"), "诸葛": ("zhu", "ge"),
            "上官": ("shang", "guan"), "皇甫": ("huang", "fu"), "慕容": ("mu", "rong"), "夏侯": ("xia", "hou"), "东方": ("dong", "fang")}  # fmt: skip
# Characters of given names that are read in two ways.
_GIVEN = {
    "乐": ("le", "yue"), "行": ("xing", "hang"), "长": ("chang", "zhang"), "朝": ("chao", "zhao"), "重": ("chong", "zhong"), "盛": ("sheng", "cheng"),
    "茜": ("qian", "xi"), "晟": ("sheng", "cheng"), "颉": ("jie", "xie"), "曾": ("zeng", "ceng"), "传": ("chuan", "zhuan"), "调": ("tiao", "diao"),
    "娜": ("na",), "莎": ("sha",), "靓": ("liang", "jing"), "俊": ("jun",), "冠": ("guan",), "阿": ("a",), "贾": ("jia",), "缘": ("yuan",), "强": ("qiang",), "琦": ("qi",),
    "玥": ("yue",), "珺": ("jun",), "祎": ("yi",), "垚": ("yao",), "喆": ("zhe",), "堃": ("kun",), "昇": ("sheng",), "尕": ("ga",), "娃": ("wa",),
    "兴": ("xing",), "得": ("de",), "和": ("he",), "泊": ("bo",), "薇": ("wei",), "蔓": ("man",), "露": ("lu",), "柏": ("bai", "bo"), "钰": ("yu",),
    "弟": ("di",), "妞": ("niu",), "囡": ("nan",), "宿": ("su",), "石": ("shi",), "红": ("hong",), "车": ("che",), "拾": ("shi",), "济": ("ji",),
    "吉": ("ji",), "大": ("da",), "万": ("wan",), "什": ("shi",), "朵": ("duo",), "尾": ("wei",), "广": ("guang",), "南": ("nan",), "系": ("xi",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sound:
    """How one name sounds, in all its spellings, the usual one first. The `given_` forms leave the surname out."""

    name: str  # folded
    given: str
    syllables: tuple[tuple[str, ...], ...]
    spelled: tuple[str, ...]
    initials: tuple[str, ...]
    near: tuple[str, ...]
    given_spelled: tuple[str, ...]
    given_near: tuple[str, ...]
    starts: tuple[int, ...]  # where the syllables of the usual spelling begin


@lru_cache(maxsize=16384)
def readings(char: str) -> tuple[str, ...]:
    """The readings of one character inside a given name or a word, the usual one first."""
    if char in _GIVEN:
        return _GIVEN[char]
    if not "\u3400" <= char <= "\U0003ffff":
        return (char.lower(),)
    marked = unicodedata.normalize("NFD", PINYIN_DICT.get(ord(char), char).split(",")[0]).replace("u\u0308", "v")
    return ("".join(c for c in marked if not unicodedata.combining(c)),)


@lru_cache(maxsize=131072)
def sound_of(name: str) -> Sound:
    """How a person's name sounds: compound surnames and the surnames' own readings first."""
    folded = "".join(c for c in fold(name) if not c.isspace() and c != "·")
    syllables: list[tuple[str, ...]] = [readings(c) for c in folded]
    surname = 1 if len(folded) > 1 else 0
    if folded[:2] in COMPOUND and len(folded) > 2:
        surname = 2
        syllables[:2] = [(s,) for s in COMPOUND[folded[:2]]]
    elif folded and folded[0] in SURNAMES and len(folded) > 1:
        syllables[0] = SURNAMES[folded[0]]
    spelled = _spellings(syllables)
    given = _spellings(syllables[surname:])
    starts, at = [], 0
    for syllable in syllables:
        starts.append(at)
        at += len(syllable[0])
    return Sound(
        name=folded,
        given=folded[surname:],
        syllables=tuple(syllables),
        spelled=tuple("".join(s) for s in spelled),
        initials=tuple(dict.fromkeys("".join(x[0] for x in s) for s in spelled)),
        near=tuple(dict.fromkeys("".join(near(x) for x in s) for s in spelled)),
        given_spelled=tuple("".join(s) for s in given),
        given_near=tuple(dict.fromkeys("".join(near(x) for x in s) for s in given)),
        starts=tuple(starts),
    )


def _spellings(syllables: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All ways to read them, up to eight; nobody has a name of more than six characters with two readings each."""
    return list(islice(product(*(s[:2] for s in syllables[:8])), 8)) if syllables else []


def sounds_of_window(folded: str, start: int, length: int, nearly: bool) -> tuple[str, ...]:
    """How so many characters of a text sound, a surname's own reading of the first one included; () where no hanzi."""
    window = folded[start : start + length]
    firsts, rest = _first_sounds(window[0], nearly), ""
    for char in window[1:]:
        heard = _heard(char, nearly)
        if not heard:
            return ()
        rest += heard
    if length > 2 and window[:2] in COMPOUND:
        both = "".join(map(near, COMPOUND[window[:2]]) if nearly else COMPOUND[window[:2]])
        return (both + "".join(_heard(c, nearly) for c in window[2:]), *(f + rest for f in firsts))
    return tuple(f + rest for f in firsts)


@lru_cache(maxsize=16384)
def _heard(char: str, nearly: bool) -> str:
    if not "\u3400" <= char <= "\U0003ffff":
        return ""
    return near(readings(char)[0]) if nearly else readings(char)[0]


@lru_cache(maxsize=16384)
def _first_sounds(char: str, nearly: bool) -> tuple[str, ...]:
    if not "\u3400" <= char <= "\U0003ffff":
        return ()
    spelled = dict.fromkeys((readings(char)[0], *SURNAMES.get(char, ())))
    return tuple(dict.fromkeys(map(near, spelled))) if nearly else tuple(spelled)


@lru_cache(maxsize=2048)
def near(syllable: str) -> str:
    """One form for syllables that voice input and local speech mix up: zh/z, ch/c, sh/s, n/l, -ng/-n."""
    folded = re.sub(r"^(zh|ch|sh)", lambda m: m[0][0], syllable)
    folded = re.sub(r"(?<=[aei])ng$", "n", folded)
    return "l" + folded[1:] if folded.startswith("n") and len(folded) > 1 else folded


def typed_pinyin(query: str) -> str | None:
    """What a person typed as pinyin, in plain letters (ü, u:, yu after l/n → v; tones, spaces, ' and - dropped); else None."""
    if not query or len(query) > 60:
        return None
    decomposed = unicodedata.normalize("NFD", query.strip().lower().replace("u:", "v"))
    plain = decomposed.replace("u\u0308", "v")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"[\s'’\-·]+|(?<=[a-z])[1-5](?=[a-z\s]|$)", "", plain)
    if not re.fullmatch(r"[a-z]+", plain):
        return None
    return re.sub(r"l(?:yu)|^nyu", lambda m: m[0][0] + "v", plain)
