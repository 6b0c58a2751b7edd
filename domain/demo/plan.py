"""What the demo county's units said of the plan: some far, some silent for months, one that never spoke. All invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Word:
    """One word about a task: how many days ago, who by kind (lead | answer), how far, and whether a paper came along."""

    task: int
    days_ago: int
    kind: str
    place: int  # the n-th lead or responsible unit
    text: str
    percent: int | None = None
    proof: str = ""


# task → (percent, words) from the first to the last; the days are drawn
_LEADS: dict[int, tuple[tuple[int, str], ...]] = {
    1: (
        (30, "开学第一课讲了法治，三所小学"),
        (60, "法治副校长配齐，进校园讲课12场"),
        (85, "红色教育走进两个镇，孩子写了读后感"),
    ),
    2: ((40, "建立心理档案，测评两轮"), (70, "心理老师培训两次，转介到县医院复诊")),
    3: ((35, "阅读陪伴进村，周末活动"), (65, "社会组织在四个村办了暑期小课堂")),
    4: ((30, "家庭教育宣讲，发了提示卡"), (60, "劝诫后回访，多数家长当面表了态")),
    5: (
        (40, "春节返乡集中签协议"),
        (75, "协议到期的补签，扫描存档"),
    ),
    6: ((45, "强制报告宣传进学校、医院"), (70, "检察建议两份，都有回复")),
    7: ((50, "临时监护工作规程印发到镇"),),
    8: ((30, "家长学校开课"), (55, "指导令有跟踪，调解队进村")),
    9: ((100, "全县摸底、建档完成，转入常态"),),
    10: ((100, "应保尽保核查完成，转入常态"),),
    11: ((50, "控辍保学台账，劝返一名"), (80, "一对一结对，两项助学宣传到户")),
    12: ((40, "六一走访慰问"), (70, "中秋走访，爱心妈妈结对")),
    13: ((25, "返乡就业招聘会一场，岗位信息发到村"),),
    14: ((45, "暑假前安全课全县开完"), (70, "防溺水宣传进村，五部门分头去")),
    15: ((50, "水域台账建起来，警示牌补齐一批"),),
    17: ((60, "岗位空缺补了两个，培训一期"), (90, "培训第二期，缺的人补训")),
    18: ((40, "两家社会组织备案，需求上墙"),),
    19: ((80, "部门名单比对试了一次，误报已核掉"),),
}
_SILENT_SINCE = {13: 96, 7: 71}  # days ago of the last word
_PROOFS = {1: "法治副校长聘任名单.txt", 5: "委托照护协议存档清单.txt", 6: "检察建议回复登记.txt", 9: "摸底排查总结.txt",
           10: "应保尽保核查表.txt", 11: "控辍保学台账封面.txt", 14: "安全知识进村签到表.txt", 17: "培训通知和签到.txt"}  # fmt: skip
_ANSWERS = ("参加了两次，派人讲课。", "配合摸排，按月对账。", "入村宣传一次，发了资料。", "结对帮扶，逢节走访。")
MILESTONES = (
    "各镇细化措施报齐。",
    "摸底排查完成，系统更新，全部建档。",
    "阶段性总结印发。",
    "中期评估，基本达到预期。",
)
INSPECTION = "抽看四个村：档案齐，两处协议到期没续。"
MENDED = "两处协议已续签，扫描件补存。"


def words_of(seed: int, shared: dict[int, int]) -> Iterator[Word]:
    """What was said, the earliest first. `shared`: how many responsible units each task has."""
    rng = Random(f"{seed}/plan")
    for task, said in _LEADS.items():
        last = _SILENT_SINCE.get(task, rng.randint(3, 40))
        for back, (percent, text) in enumerate(reversed(said)):
            proof = _PROOFS.get(task, "") if back == 0 else ""
            yield Word(task, last + back * rng.randint(50, 90), "lead", 0, text, percent, proof)
        for place in range(shared.get(task, 0)):
            if rng.random() < 0.4:
                yield Word(task, rng.randint(2, 60), "answer", place, rng.choice(_ANSWERS))
