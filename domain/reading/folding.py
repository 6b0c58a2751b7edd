"""Text as the readers see it: one width, one script, the same length as what was typed, so that spans stay true."""

from __future__ import annotations

import re

# Only characters that occur in dates, names of days and kinds of contact: a full converter would change lengths.
_TRADITIONAL = str.maketrans(
    "週禮號個後點時兩農曆陰臘節國慶幾剛這裡裏過還電話視頻訪問見說沒個們學門來給關傷殺媽爺孫劉張陳楊趙黃吳馬間開應該鐘從對",
    "周礼号个后点时两农历阴腊节国庆几刚这里里过还电话视频访问见说没个们学门来给关伤杀妈爷孙刘张陈杨赵黄吴马间开应该钟从对",
)
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Sentence marks stay Chinese: clauses are cut at them.
for _mark in "，。！？；：（）":
    _WIDTH.pop(ord(_mark), None)
_WIDTH |= {ord("："): ord(":"), ord("〇"): ord("零"), ord("○"): ord("零"), ord("\u00a0"): ord(" "), ord("\t"): ord(" ")}

NUMBER = r"(?:[0-9]+|[零一二两三四五六七八九十廿卅百]+)"
_DIGIT = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


# What voice and pinyin input writes for the words of this work, of the same length.
_SLIPS = {
    **dict.fromkeys(("店话", "电活", "点话", "垫话", "殿话", "电划", "电化"), "电话"), **dict.fromkeys(("视屏", "视品", "是频"), "视频"),
    **dict.fromkeys(("家防", "家仿", "加访", "佳访"), "家访"), **dict.fromkeys(("走防", "走仿", "走坊"), "走访"), **dict.fromkeys(("入互", "入护", "如户"), "入户"),
    **dict.fromkeys(("薇信", "微心", "微讯"), "微信"), **dict.fromkeys(("语因", "雨音"), "语音"),
}  # fmt: skip
_SLIP = re.compile("|".join(_SLIPS))


def fold(text: str) -> str:
    """The same text in half width and simplified characters, slips of the input mended; every character keeps its place."""
    plain = text.translate(_WIDTH).translate(_TRADITIONAL)
    return _SLIP.sub(lambda m: _SLIPS[m[0]], plain)


def number(words: str) -> int | None:
    """`15`, `十五`, `廿五`, `一百零三`, `二零二六` as a number; None where the characters make none."""
    if not words:
        return None
    if words.isdecimal():
        return int(words)
    if re.fullmatch(r"[零一二三四五六七八九]{2,}", words):  # read digit by digit: 二零二六
        return int("".join(str(_DIGIT[c]) for c in words))
    total, unit = 0, None
    rest = words.replace("廿", "二十").replace("卅", "三十")
    for char in rest:
        if char == "百":
            total, unit = total + (1 if unit is None else unit) * 100, None
        elif char == "十":
            total, unit = total + (1 if unit is None else unit) * 10, None
        elif char in _DIGIT:
            if unit not in (None, 0):
                return None
            unit = _DIGIT[char]
        else:
            return None
    return total + (unit or 0)
