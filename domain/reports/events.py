"""What can happen to a report, as facts: who did what, when, at which desk, in which words. Facts are only added.

A wrong report is closed with a reason and never deleted (未成年人保护法 art. 72 leaves no room for that; domain.md 1.9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COUNTY_LENGTH = 6  # a unit code of this length is the county bureau itself


class Act(StrEnum):
    """What can happen to a report. The values are what `report_events.kind` holds."""

    FILED = "filed"  # 登记
    CALLED = "called"  # 报警(人确认)
    SENT = "sent"  # 转送: `to` a unit
    VACANT = "vacant"  # nobody can be reached at `to`
    AROUND = "around"  # 回避: `to` was left out, somebody there is involved
    RECEIVED = "received"  # 签收
    SUPPLEMENT = "supplement"  # 补充
    JUDGED = "judged"  # 安全评估: detail {"safe": yes | moved | no}
    STEP = "step"  # 处置: detail {"step": one of STEPS}
    ANSWER = "answer"  # 反馈
    FORWARDED = "forwarded"  # 转办: `to` a unit
    RETURNED = "returned"  # 退回
    REFUSED = "refused"  # 不予受理
    CLOSED = "closed"  # 结案: detail {"outcome": …}
    GUARDIANSHIP = "guardianship"  # art. 92: detail {"items": "1,4"}; "" = none of the seven
    RISK = "risk"  # 风险等级: detail {"tier": red | kept}
    LOWERED = "lowered"  # a supervisor lowers the risk: the re-visits end
    VISITED = "visited"  # 结案回访
    FOLLOWED = "followed"  # the reporter answers 孩子今晚有安全的地方住吗: detail {"step": h2 | h24 | d3, "safe": …}
    ASKED = "asked"  # 求助 out of a case: detail {"need": one of NEEDS}
    OUTSIDE = "outside"  # the child is not of this county: somebody has to hand it to where it belongs
    TRANSFERRED = "transferred"  # 移送: to whom outside the county it was handed, in words
    LINKED = "linked"  # the same matter was reported by somebody else: detail {"report": id}; {"guess"} = it may be
    RETRACTED = "retracted"  # the reporter says it was wrong: a wish, it closes nothing
    VOIDED = "voided"  # closed by the county as wrong or withdrawn
    MISTAKEN = "mistaken"  # 误触: closed by the reporter before it was filed
    ESCALATED = "escalated"  # 升级(超时): detail {"clock", "desk", "rung"}
    ACKNOWLEDGED = "acknowledged"  # somebody it rose to has seen it: the same detail
    UNANSWERED = "unanswered"  # nothing was fed back in time: the reporter was told whom to call


class Part(StrEnum):
    """As what somebody may open a report."""

    RECEIVER = "receiver"
    WATCHER = "watcher"  # the supervisor, the county bureau: told of everything
    OVERSEER = "overseer"  # the procuratorate: reads, is not told, changes nothing (九部门意见 art. 17)
    REPORTER = "reporter"


# 处置 as data: what a department does, and which ones it is offered to first; anybody who holds the report may note any.
STEPS: dict[str, tuple[str, ...]] = {
    "accepted": ("police",),  # 受案
    "filed_case": ("police",),  # 立案
    "not_filed": ("police",),  # 不予立案
    "admonished": ("police",),  # 训诫
    "warning_letter": ("police",),  # 家庭暴力告诫书
    "suspect_held": ("police",),  # 控制嫌疑人
    "examined": ("police",),  # 伤情鉴定
    "protection_order": ("police", "court", "women", "civil_affairs"),  # 人身安全保护令
    "guidance": ("police", "procuratorate", "court"),  # 家庭教育指导
    "temporary_guardian": ("civil_affairs",),  # 临时监护
    "placed": ("civil_affairs",),  # 临时安置
    "revocation": ("civil_affairs", "procuratorate", "court"),  # 申请撤销监护人资格
    "support_suit": ("procuratorate", "court"),  # 支持起诉 (plan task 6)
    "relief": ("civil_affairs", "women", "disabled"),  # 救助帮扶
    "medical": ("health", "police"),  # 医疗救治
    "counselling": ("health", "education", "women"),  # 心理疏导
    "school_moved": ("education",),  # 转学
    "back_to_school": ("education",),  # 返校
    "legal_aid": ("justice",),  # 法律援助
    "taken_down": ("cyberspace",),  # 下架有害信息
    "made_safe": ("emergency", "water", "fire"),  # 隐患已处理
    "other": (),
}
# Help asked for out of a case, and what it is called in the child's file. Nothing of the report goes along.
NEEDS = {"care": "guardianship", "medical": "medical", "mind": "mind", "school": "school", "money": "aid"}
OUTCOMES = ("handled", "guardian", "unfounded", "elsewhere", "withdrawn")
SAFE_ANSWERS = ("yes", "no", "unknown")
JUDGEMENTS = ("yes", "moved", "no")  # 安全 / 已带离 / 不安全
FOLLOW_STEPS = ("h2", "h24", "d3")


@dataclass(frozen=True)
class Event:
    """One thing that happened. `unit` is the desk that did it; `to` the desk it went to."""

    kind: Act
    at: datetime
    unit: str | None = None
    person: str | None = None
    to: str | None = None
    note: str | None = None
    detail: Mapping[str, str] | None = None

    def said(self, key: str) -> str | None:
        """One value of the detail."""
        return (self.detail or {}).get(key)


@dataclass(frozen=True)
class Seat:
    """Who wants to act: as what, for which unit."""

    part: Part
    unit: str | None = None

    @property
    def county(self) -> bool:
        return self.unit is not None and len(self.unit) == COUNTY_LENGTH

    @property
    def supervisor(self) -> bool:
        return self.part is Part.WATCHER and not self.county and "." not in (self.unit or "")


class Impossible(Exception):
    """The step cannot be taken now. `why` names the sentence in locales/ (case.impossible.<why>)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def steps_for(unit: str) -> tuple[str, ...]:
    """The steps offered to a unit: its own first, then the rest."""
    slug = unit.partition(".")[2] or "civil_affairs"
    own = [step for step, slugs in STEPS.items() if slug in slugs]
    return (*own, *(step for step in STEPS if step not in own))
