"""Surnames as they are common in the Hexi corridor, given names by cohort (domain.md 7.3, 7.4)."""

from __future__ import annotations

from random import Random

from domain.children import Sex

SURNAMES = {
    "王": 9, "张": 9, "李": 8, "刘": 6, "陈": 5, "赵": 5, "杨": 5, "马": 4, "殷": 3, "盛": 3, "朱": 3, "罗": 3, "闫": 3,
    "蒋": 2, "许": 2, "贾": 2, "万": 2, "祁": 2, "段": 2, "何": 2, "孙": 2, "柴": 1, "任": 1, "郑": 1, "魏": 1, "田": 1,
    "秦": 1, "吴": 1, "高": 1, "梁": 1,
}  # fmt: skip



def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_CHILDREN = {
    Sex.MALE: _each(
        "子轩 浩然 沐宸 宇航 思源 俊熙 梓豪 一鸣 博文 嘉乐 天佑 晨阳 瑞泽 奕辰 家豪 志远 文轩 皓宇 明轩 宇轩 泽楷 睿阳 "
        "星宇 子墨 昊天 书恒 锦程 承泽 佳明 鹏飞 小虎 小军 乐天 明哲 景行 家兴 旭东 玉龙"
    ),
    Sex.FEMALE: _each(
        "梓涵 雨桐 欣怡 一诺 若溪 佳怡 诗涵 梦瑶 语嫣 可馨 雅婷 思琪 紫萱 雨欣 晓彤 静怡 梓萱 沐瑶 心怡 艺涵 雪莹 依诺 "
        "子涵 玉婷 文静 小燕 悦宁 恩熙 小雨 婉清 乐怡 思雨 佳慧 雨萌 若兰 彩霞 诗雨"
    ),
}
_PARENTS = {
    Sex.MALE: _each("磊 鹏 军 伟 建军 斌 海龙 文斌 学军 永刚 志强 国栋 建平 小平 玉强 建新 海军 春林"),
    Sex.FEMALE: _each("静 娟 海燕 丽 婷 晓红 燕 芳 秀梅 小琴 春梅 玉玲 雪梅 红霞 翠芳 玉霞 海霞 春燕"),
}
_GRANDPARENTS = {
    Sex.MALE: _each("建国 兴国 生财 万福 长明 有福 德成 国民 生祥 永昌 学义 兴旺 生玉 吉祥"),
    Sex.FEMALE: _each("秀英 桂兰 玉梅 菊香 桂香 秀兰 玉兰 翠英 月英 淑珍 兰英 玉珍 金花 桂花"),
}
# Combinations that a reader would take for somebody in the news or on the screen.
_KNOWN_PEOPLE = {"马丽", "李娟", "高伟", "陈婷", "王芳", "张磊", "刘军", "郑国栋", "李建国", "王建国", "张建国", "孙静", "李小平"}

# Real children carry these; fonts, databases and input methods stumble over them (domain.md 7.11).
RARE = ("王𬭚", "李珺祎", "张喆", "刘玥", "赵垚", "祁玥珺", "柴𠮷", "阿依努尔·买买提", "罗昇", "马堃")


def surname(rng: Random) -> str:
    return rng.choices(list(SURNAMES), weights=list(SURNAMES.values()))[0]


def child(rng: Random, family: str, sex: Sex) -> str:
    return family + rng.choice(_CHILDREN[sex])


def parent(rng: Random, sex: Sex, family: str | None = None) -> str:
    """A name of somebody born between 1975 and 1998."""
    return _unknown(rng, _PARENTS[sex], family)


def grandparent(rng: Random, sex: Sex, family: str | None = None) -> str:
    """A name of somebody born between 1945 and 1970."""
    return _unknown(rng, _GRANDPARENTS[sex], family)


def _unknown(rng: Random, given: tuple[str, ...], family: str | None) -> str:
    while (name := (family or surname(rng)) + rng.choice(given)) in _KNOWN_PEOPLE:
        pass
    return name
