"""Invented activities, waters, hazards and schools for the demo county (domain.md section 7): places, no people's names."""

from __future__ import annotations

from random import Random

from domain.hazards import FOUR

# theme, site, who came, what was told
ACTIVITIES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("law", "square", ("justice",), "在文化广场搞了普法，发了小册子。"),
    ("drowning", "school", ("education", "water"), "开学第一课讲防溺水。"),
    ("red", "hall", ("youth",), "讲西路军在高台的故事。"),
    ("bullying", "school", ("police",), "派出所来讲防欺凌。"),
    ("fire", "hall", ("fire",), "消防演练，学用灭火器。"),
    ("mind", "home", ("women",), "画心情，说说心里话。"),
    ("reading", "library", ("volunteers",), "一起读绘本、写作业。"),
    ("culture", "square", (), "放了一场电影。"),
    ("sport", "school", (), "跳绳、拔河。"),
    ("internet", "home", ("police",), "少看手机，防网上骗子。"),
)
# theme, site, days ahead, hour, seats, what is announced
COMING = (
    ("law", "school", 12, "15:00", 30, "宪法日活动，带上小手。"),
    ("reading", "library", 6, "10:00", 20, "读书会，带一本喜欢的书。"),
    ("fire", "hall", 9, "19:30", None, "冬天生炉子，怎么防煤气。"),
)
WATERS = (
    ("pond", "村东涝坝"), ("canal", "村西大渠"), ("canal", "学校后面的支渠"), ("well", "南地机井"), ("reservoir", "水库岸边"),
    ("river", "河滩"),
)  # fmt: skip
# kind, place, what was told, days ago, state
HAZARDS = (
    ("pond", "村东涝坝", "没有救生圈，娃常去。", 2, "open"),
    ("wire", "学校后墙", "电线耷拉下来了。", 1, "open"),
    ("road", "村口路口", "大车快，没有减速带。", 20, "open"),
    ("care", "校门口午托", "没见着证照。", 8, "open"),
    ("canal", "村西大渠", "护栏断了一截。", 12, "fixed"),
    ("stove", "村小教室", "炉子烟筒漏烟。", 15, "closed"),
    ("well", "南地机井", "井盖没了。", 30, "closed"),
    ("bus", "早上接送车", "坐不下，娃站着。", 25, "closed"),
)
SCHOOLS = (
    ("新坝初级中学", "马民警", "police"), ("黑泉中心小学", "张法官", "court"), ("南华初级中学", "李检察官", "procuratorate"),
    ("巷道中心小学", "王警官", "police"), ("骆驼城中心小学", "", ""), ("宣化中心小学", "赵律师", "justice"), ("合黎中心小学", "", ""),
)  # fmt: skip


def items_of(rng: Random) -> dict[str, bool]:
    """What the last look found: most waters have most things."""
    return {**{item: rng.random() < 0.8 for item in FOUR}, "fence": rng.random() < 0.5}
