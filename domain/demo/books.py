"""Invented night numbers, postings and online clues for the demo county (domain.md section 7): phones 100 and 8 digits."""

from __future__ import annotations

from random import Random

from domain.visits import PHONE_USE

# kind, what is posted, days from now until it runs out, in how many villages it was passed on
JOBS = (
    ("job", "县工业园区番茄制品厂招分拣工，白班，月薪3200起，管午饭。报名打县人社局。", 9, 6),
    ("job", "新坝镇制种玉米脱粒季招工20人，日结120元，离家近。报名找镇人社服务中心。", 20, 4),
    ("training", "养老护理员免费培训班，15天，考过发证，县职教中心。", 33, 3),
    ("training", "手工编织、刺绣班，农闲上课，计件拿钱，县妇联和人社局办。", 26, 2),
)
# kind, where it stood, days ago it was reported, what came of it, after how many days
CLUES = (
    ("fraud", "某游戏平台，“送皮肤”的群，号尾3317", 96, "taken_down", 6),
    ("addict", "某直播间，哄学生打赏", 61, "taken_down", 9),
    ("doxx", "某短视频，晒学生姓名班级", 34, "handed_on", 4),
    ("groom", "某交友软件，加学生要照片，号尾8821", 19, None, 0),
)
_WEIGHTS = (30, 44, 9, 4, 3, 10)


def phone_answer(rng: Random) -> str:
    """What a visit heard: mostly nothing to worry about."""
    return rng.choices(PHONE_USE, _WEIGHTS)[0]
