"""The plan's 19 tasks, what the bot does for each, and how to try it in a minute: docs/plan.md is printed from this.

`./run plan table` puts the measures of the county it runs on beside it, so that the table stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from domain.people import Role
from domain.plan_desk import Plan
from domain.plan_measures import Measured, shown
from domain.units import UnitTree


@dataclass(frozen=True)
class Try:
    """A minute with one task: who plays it, what is typed, and what is then seen."""

    feature: str
    role: Role
    words: str
    see: str


_D, _C, _P = Role.CHILD_DIRECTOR, Role.COUNTY, Role.DEPARTMENT
TRY: dict[int, Try] = {
    1: Try(
        "活动记录、场所、没参加过的孩子；法治副校长名册",
        _D,
        "活动",
        "记一次，或一句话：今天在儿童之家讲防溺水 来了12个娃",
    ),
    2: Try(
        "心理苗头清单 → 转介学校和卫健 → 回音；一对一帮扶",
        _D,
        "转介给",
        "点“看心理老师”，选个孩子，看苗头清单；★的是急事",
    ),
    3: Try("活动日程、名额、报名、到场", _D, "活动报名", "点一个活动给孩子报名"),
    4: Try(
        "劝诫记录、复查日期、第三次转公安；指导令跟踪；劝的时候说啥、发给爸妈的话",
        _D,
        "转介给",
        "点“劝诫监护人”，选孩子，答几个问题，点“劝的时候这样说”",
    ),
    5: Try("委托照护协议向导、打印、到期提醒、每周联系", _D, "协议", "看谁没签、谁快到期，点开就签"),
    6: Try("强制报告、部门签收反馈时限、检察建议、保护令和支持起诉、宣传记录", _C, "报告情况", "看受理和反馈用了多久"),
    7: Try(
        "临时监护七项核对、要备的材料、安置、评估日期；夜间联系表（发“晚上打谁”）",
        _D,
        "转介给",
        "点“临时监护”，选孩子，七种情形里点",
    ),
    8: Try("按年龄和话题的家教短话；调解记录", _D, "家教", "选一个话题，念给家长听"),
    9: Try(
        "每月联系、每季入户、一人一档、抽查、拉网排查、国家系统",
        _C,
        "抽查",
        "看抽到的村和种子（谁来抽都一样），点一个村看孩子",
    ),
    10: Try("六个问题看可能享受什么、申请跟踪", _D, "能享受啥", "答几个问题，看要带什么"),
    11: Try(
        "每学期就学状况、档案写着没上学就预警、劝返步骤、一对一、福彩圆梦开学前提醒",
        _D,
        "转介给",
        "点“上学的事”，选孩子，点“不上学了”，教育局马上收到",
    ),
    12: Try("节日走访名单：谁去谁家、走到没走到、不重复", _C, "走访慰问", "点“看第1项”：谁去、走到没有"),
    13: Try(
        "家门口的活和培训，转给家长；一年问一次愿不愿回来；转人社；返乡消除标签",
        _D,
        "找活",
        "点“转发1”，长按转给在外的爸妈",
    ),
    14: Try("安全提醒卡、五部门进村计数、放假前安全课", _D, "安全卡", "拿一张本季的卡转发"),
    15: Try("水域台账四个一、隐患一句话上报、派单、复看；校车托管检查", _D, "隐患", "发一句：北渠边护栏断了"),
    16: Try(
        "走访时一学期问一次手机；网络线索转网信、公安；12377举报和回音（清朗）",
        _C,
        "清朗",
        "看举报了啥、哪条该问问了，点“记一条”",
    ),
    17: Try("岗位和空缺、培训、补训、微课、证书、交接", _C, "培训", "看谁还没训，发补训"),
    18: Try("不写名字的求助墙、认领、对接、结果；志愿者声明", _C, "求助墙", "看还没人认领的需求"),
    19: Try(
        "部门名单比对、请村里看一看、国家系统对照",
        _C,
        "名单核对",
        "看比对的结果；把带身份证号的表发来，写“核对”，只比对不留底",
    ),
}
PERSONAS: dict[Role, str] = {_D: "暖泉村儿童主任（柴玉兰）", _C: "县民政局（何静怡）", _P: "部门"}


def table(
    plan: Plan, tree: UnitTree, measures: Mapping[str, Measured | None], say: Callable[..., str]
) -> Iterator[str]:
    """The lines of docs/plan.md."""
    yield "| 任务 | 牵头 | 有什么 | 怎么试（一分钟） | 演示县的数 |"
    yield "|---|---|---|---|---|"
    for task in plan.tasks:
        one = TRY.get(task.no)
        lead = "、".join(unit.name if (unit := tree.get(code)) else code for code in task.lead)
        how = f"{PERSONAS[one.role]}，发“{one.words}”：{one.see}" if one else "—"
        numbers = "<br>".join(_figure(code, measures.get(code), say) for code in task.measures)
        yield f"| {task.no} {task.title} | {lead} | {one.feature if one else '—'} | {how} | {numbers or '—'} |"


def _figure(code: str, one: Measured | None, say: Callable[..., str]) -> str:
    called = say(f"plan.measure_name.{code}")
    if one is None:
        return say("plan.measure_none", name=called)
    return f"{called}：{say(f'plan.measure.{code}', **shown(one, say('plan.few'), all_of_it=True))}"
