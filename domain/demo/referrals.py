"""Invented requests for help in every state: nothing grave, that lies with 示范镇甲村's reports (domain.md section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from domain.children import Child, Label
from domain.demo.county import County, Place
from domain.demo.staff import DEMO_VILLAGE, ORDINARY

Steps = Sequence[tuple[float, str, str, Mapping[str, Any]]]  # days after, act, note, detail


@dataclass(frozen=True)
class Story:
    """One request: how many days ago, its answers, what was done since. `named` says which child fits."""

    kind: str
    days_ago: int
    answers: Mapping[str, Any]
    steps: Steps = ()
    named: str = "any"
    next_in: int | None = None  # days from now until somebody looks again
    helper: int | None = None  # of the social ones: who takes it up


@dataclass(frozen=True)
class Asked:
    """A story with the child and the place it is about."""

    story: Story
    child: Child
    place: Place


def _ok(days: float = 1) -> tuple[float, str, str, Mapping[str, Any]]:
    return (days, "accepted", "", {})


def _step(days: float, step: str, note: str = "", **detail: Any) -> tuple[float, str, str, Mapping[str, Any]]:
    return (days, "step", note, {"step": step, **detail})


def _end(days: float, outcome: str, note: str, **detail: Any) -> tuple[float, str, str, Mapping[str, Any]]:
    return (days, "result", note, {"outcome": outcome, **detail})


_TOLD: tuple[float, str, str, Mapping[str, Any]] = (0, "told", "", {})
STORIES: tuple[Story, ...] = (
    Story("psychology", 2, {"signs": ["silent", "marks"], "words": "这学期不爱说话，成绩掉了。", "consent": "yes"}),
    Story("psychology", 9, {"signs": ["crying"], "consent": "not_yet"}, (_ok(), _step(3, "talked", "班主任陪着谈了一次。"))),
    Story("psychology", 40, {"signs": ["sleep", "phone_night"], "consent": "yes"}, (
        _ok(), _step(4, "talked"), _step(12, "counselled"), _end(30, "better", "睡得好了，愿意跟同学玩。"), (32, *_TOLD[1:]))),
    Story("psychology", 20, {"signs": ["silent", "sleep"], "consent": "yes"}, (
        _ok(), _step(5, "assessed"), (7, "forwarded", "请精神科看看。", {"to": "health"}), _ok(8), _step(13, "clinic"))),
    Story("neglect", 25, {"neglects": ["no_call"], "whom": "father", "serious": "no", "words": "答应每周六打视频。"}, (), "away", 2),
    Story("neglect", 50, {"neglects": ["drinks"], "whom": "father", "serious": "no", "words": "说以后不喝了。"}, (
        _step(20, "not_kept"), _step(21, "warned_again", "又劝了一次，写了保证。", next_in=-3),)),
    Story("neglect", 70, {"neglects": ["no_money"], "whom": "mother", "serious": "no"}, (
        _step(30, "kept"), _end(31, "mended", "每月按时打钱回来。"), (32, *_TOLD[1:])), "away"),
    Story("guardianship", 60, {"art_92": ["3"], "where_now": "kin", "words": "爷爷住院，先住姑姑家。"}, (
        _ok(0.2), _step(1, "checked"), _step(2, "placed_kin", "姑姑照看。"), _step(35, "reviewed", "住得惯。", next_in=-4))),
    Story("guardianship", 150, {"art_92": ["2"], "where_now": "village"}, (
        _ok(0.1), _step(1, "checked"), _step(2, "placed_foster"), _step(100, "return_assessed"),
        _end(110, "returned", "父亲回来接走，签了保证。"), (112, *_TOLD[1:]))),
    Story("mediation", 18, {"quarrel": "generations", "hurt": "no", "words": "奶奶和儿媳为管娃拌嘴，说好一人管一样。"}, (), "any", 5),
    Story("mediation", 90, {"quarrel": "money", "hurt": "no"}, (_step(10, "met"), _end(30, "agreed", "说和了。"), (31, *_TOLD[1:]))),
    Story("benefits", 3, {"benefit": "temporary", "words": "奶奶摔伤住院。"}),
    Story("benefits", 16, {"benefit": "low_income"}, (_ok(), _step(2, "applied"), _step(6, "papers_missing", "缺收入证明。", next_in=1))),
    Story("benefits", 120, {"benefit": "disabled_care"}, (
        _ok(), _step(2, "applied"), _step(10, "looked_into"), _end(45, "granted", "批了，按月发。", until_in=20), (47, *_TOLD[1:])), "disabled"),
    Story("benefits", 30, {"benefit": "medical"}, (_ok(), _step(3, "papers_in"), _end(22, "refused", "自付没到线。"))),
    Story("benefits", 12, {"benefit": "rehabilitation"}, ((1, "returned", "要先做评估，请教育局特教岗一起看。", {}),), "disabled"),
    Story("schooling", 6, {"school_matter": "often_absent", "words": "连着两周，三天打鱼两天晒网。"}, (_ok(0.5), _step(2, "visit_1", next_in=1)), "pupil"),
    Story("schooling", 200, {"school_matter": "out"}, (
        _ok(0.3), _step(1, "visit_1"), _step(6, "visit_2"), _step(9, "school_plan"), _step(12, "back"),
        _end(140, "stayed", "一直在校。"), (141, *_TOLD[1:])), "pupil"),
    Story("schooling", 22, {"school_matter": "hard_to_follow"}, (_ok(), _step(6, "tutor", "数学老师结对。")), "pupil"),
    Story("work", 14, {"would": "yes", "skill": ["driving"], "consent": "yes"}, (_ok(2), _step(6, "offered", "县里物流园招司机。")), "away"),
    Story("work", 80, {"would": "maybe", "skill": ["cooking"], "consent": "yes"}, (
        _ok(1), _step(9, "training"), _end(50, "returned", "在县城饭馆上班，晚上能回家。"), (52, *_TOLD[1:])), "away"),
    Story("work", 5, {"would": "maybe", "skill": ["none"], "consent": "not_yet"}, (), "away"),
    Story("online", 7, {"phone_use": ["late_night", "spends_money"], "threat": "no"}, (_ok(1), _step(3, "family_talk"))),
    Story("online", 33, {"phone_use": ["spread"], "threat": "no", "words": "同学把照片发到群里。"}, ()),
    Story("social", 4, {"need": "clothes", "public": "九岁男孩，身高一米三，缺一身冬衣。", "consent": "yes"}),
    Story("social", 11, {"need": "tutoring", "public": "五年级女孩，数学跟不上，想有人周末教一教。", "consent": "yes"}, (_ok(),), helper=1),
    Story("social", 60, {"need": "bedding", "public": "三个孩子一张床，缺一张高低床。", "consent": "yes"}, (
        _ok(), _step(9, "matched"), _step(15, "delivered"), _end(16, "met", "床送到了，装好了。"), (18, *_TOLD[1:])), helper=0),
)  # fmt: skip
# kind, name, has a declaration
HELPERS = (
    ("organisation", "雨露社会工作服务中心", True), ("volunteer", "县一中青年志愿队", True), ("mother", "巾帼志愿服务队", True),
    ("organisation", "绿洲商贸公司", False),
)  # fmt: skip
PAIRS = (("tutor", 1, 200), ("mother", 2, 260), ("mother", 2, 40), ("companion", 0, 90))  # kind, helper, days ago
# who issued it, to whom, about what, how many days ago, answered after so many
SUGGESTIONS = (
    ("procuratorate", "education", "寄宿学校夜间巡查记录不全，建议补齐制度。", 75, 20),
    ("court", "civil_affairs", "委托照护人变更后未及时回访，建议建立回访台账。", 12, None),
)
# way, people reached, days ago
PUBLICITY = (("poster", None, 160), ("talk", 42, 120), ("fair", 130, 45))
PUBLICITY_WORDS = {"poster": "村口贴了强制报告海报", "talk": "村民会上讲强制报告", "fair": "赶集日摆摊宣传"}
GUIDED = ("grand_rules", "phone_school", "away_call", "mood_school", "safety_coal", "no_beating")


def asked(county: County) -> list[Asked]:
    """The stories with children of villages that have a director; two of them in the village a visitor opens first."""
    rng = Random(f"{county.seed}/referrals")
    places = [one for one in county.places if one.director.holder is not None and one.unit.code != DEMO_VILLAGE]
    pool = [(one, child) for one in places for child in one.children if child.closed_on is None]
    rng.shuffle(pool)
    pool.sort(key=lambda each: each[0].unit.code != ORDINARY)  # the visitor's own first
    used, found, at_home = set[str](), list[Asked](), 0
    for story in sorted(STORIES, key=lambda one: -one.days_ago):
        fitting = [each for each in pool if each[1].id not in used and _fits(story.named, each[1])]
        if at_home >= 5:
            fitting = [each for each in fitting if each[0].unit.code != ORDINARY] or fitting
        if not fitting:
            continue
        place, child = fitting[0]
        at_home += place.unit.code == ORDINARY
        used.add(child.id)
        found.append(Asked(story, child, place))
    return found


def _fits(named: str, child: Child) -> bool:
    if named == "away":
        return Label.LEFT_BEHIND in child.labels
    if named == "disabled":
        return child.disability is not None
    return named != "pupil" or bool(child.school)
