"""Everything a paper may say about one child, in the county's own words: the one source of every printed form.

PDF, Word and Excel are made from the same `Record`, so they cannot disagree; a county's own Word template finds its
values under these Chinese names. The words are data here, as in domain/roster/columns.py: a file is a Chinese document
whatever language its reader has. Reports are part of it only where somebody of the case team asks for them
(bot/child_cases.py): number, day, kind and state, never what was told; a case's own papers are bot/case_papers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain import agreements
from domain.agreements import Paper, State
from domain.child_file import BENEFIT_STATUS_WORDS, BENEFIT_WORDS, HELP_WORDS, ChildFile
from domain.children import Capacity, Child, Guardian, Returns, Tier
from domain.consent import ConsentKind, ConsentState
from domain.contacts import Contact, Kind
from domain.identity import IdNumber, read_id
from domain.people import Role
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS, SEX_WORDS

Facts = dict[str, str]

TIERS = {Tier.RED: "红（高）", Tier.YELLOW: "黄（中）", Tier.GREEN: "绿（低）"}
CAPACITIES = {Capacity.FULL: "有", Capacity.LIMITED: "受限", Capacity.NONE: "无"}
RETURNS = {
    Returns.SPRING_FESTIVAL: "春节", Returns.HARVEST: "农忙", Returns.NOW_AND_THEN: "不定", Returns.RARELY: "一年以上不回",
}  # fmt: skip
AGREEMENTS = {
    State.UNSIGNED: "未签", State.TO_COMPLETE: "有效（待补）", State.VALID: "有效", State.EXPIRING: "将到期",
    State.EXPIRED: "过期", State.ENDED: "终止",
}  # fmt: skip
KINDS = {
    Kind.HOME_VISIT: "上门走访", Kind.PHONE: "电话", Kind.VIDEO: "视频", Kind.IN_PERSON: "见面", Kind.OTHER: "发信息、捎话",
}  # fmt: skip
ROLES = {
    Role.CHILD_DIRECTOR: "儿童主任", Role.SUPERVISOR: "儿童督导员", Role.COUNTY: "县民政局", Role.DEPARTMENT: "接收单位",
    Role.LEADER: "领导", Role.ADMIN: "系统管理员", Role.AUDITOR: "审计员",
}  # fmt: skip
MET = {"both": "孩子和大人都在", "child": "只有孩子", "adult": "只见到大人", "nobody": "家里没人"}
OUTCOMES = {
    "child_fine": "联系上孩子本人，正常", "adult_fine": "联系上家里大人，正常", "worry": "联系上了，有要注意的",
    "no_answer": "没联系上", "wrong_number": "号码不对", "reached": "联系上了",
}  # fmt: skip
CHECKS = {
    "home": "居住", "food": "吃穿钱", "body": "身体", "study": "学习", "mood": "情绪行为", "guardian": "大人照看",
    "safety": "安全",
}  # fmt: skip
TALKS = {
    "drowning": "防溺水", "assault": "防性侵", "bullying": "防欺凌", "fire": "用火用电煤烟", "traffic": "交通",
    "internet": "手机上网",
}  # fmt: skip
NEEDS = {
    "clothes": "衣物用品", "money": "钱", "study": "学业辅导", "medical": "看病", "mind": "心理", "policy": "办政策",
    "company": "陪伴", "other_need": "其他",
}  # fmt: skip
PARENTS_CALLED = {"yes": "联系过", "no": "没有联系", "unknown": "不知道"}
ISSUES = {
    "life": "生活", "medical": "就医", "school": "就学", "guardianship": "监护", "mind": "心理", "safety": "安全",
    "registration": "户籍", "aid": "救助", "housing": "住房", "internet": "网络", "parents_silent": "父母不联系",
    "other": "其他",
}  # fmt: skip
CONSENTS = {
    ConsentKind.NOTICE: "收集使用告知", ConsentKind.PHOTO: "拍照", ConsentKind.AUDIO: "录音",
    ConsentKind.SHARING: "提供给社会组织",
}  # fmt: skip
CONSENT_STATES = {ConsentState.GIVEN: "同意", ConsentState.REFUSED: "不同意", ConsentState.WITHDRAWN: "已撤回"}
CLOSED = {
    "16": "满16周岁", "18": "满18周岁", "parents_back": "父母返乡", "moved": "迁出", "death": "死亡", "mistake": "误录",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One contact or visit in force, with everything that was written about it and who made it."""

    contact: Contact
    content: Mapping[str, Any]
    parents_called: str | None
    by: str


@dataclass(frozen=True)
class Problem:
    """发现问题和解决方案: one problem or need, and how it ended."""

    type: str
    text: str
    opened_on: date
    closed_on: date | None = None
    solution: str | None = None
    contact_id: str | None = None
    due: date | None = None
    owner: str | None = None


@dataclass(frozen=True)
class Step:
    """A line of the work log about this child: a day and what was done."""

    day: date
    what: str
    by: str = ""


@dataclass(frozen=True)
class Record:
    """One child in words: single facts by their Chinese names, and the rows of each list the same way."""

    child: Child
    facts: Facts
    people: tuple[Facts, ...]
    labels: tuple[Facts, ...]
    benefits: tuple[Facts, ...]
    visits: tuple[Facts, ...]
    contacts: tuple[Facts, ...]
    helps: tuple[Facts, ...]
    problems: tuple[Facts, ...]
    log: tuple[Facts, ...]
    consents: tuple[Facts, ...]
    reports: tuple[Facts, ...] = ()  # empty in every paper but the one that the case team asked for


def day_of(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def yes_no(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def named(codes: Iterable[str] | None, words: Mapping[str, str]) -> str:
    """A list of codes in words; what has no word stands as it is."""
    return "、".join(words.get(code, code) for code in codes or ())


def record_of(
    file: ChildFile,
    place: str,
    today: date,
    *,
    entries: Sequence[Entry] = (),
    problems: Sequence[Problem] = (),
    papers: Sequence[Paper] = (),
    steps: Sequence[Step] = (),
) -> Record:
    """The words of one child's file as of that day; the newest first in every list. `place` is town and village."""
    child = file.child
    visits = [one for one in entries if one.contact.kind is Kind.HOME_VISIT]
    calls = [one for one in entries if one.contact.kind is not Kind.HOME_VISIT]
    return Record(
        child,
        _facts(file, place, today) | _agreement(child, papers, today) | _last(entries, problems),
        tuple(person(one) for one in in_order(child.guardians)),
        tuple(
            {"类别": LABEL_WORDS[one.label], "起": iso(one.since), "止": iso(one.until), "依据": one.proof or ""}
            for one in file.spans
        ),
        tuple(
            {
                "项目": BENEFIT_WORDS[one.kind], "状态": BENEFIT_STATUS_WORDS[one.status], "申请": iso(one.applied_on),
                "起": iso(one.since), "止": iso(one.until), "金额": f"{one.amount}元/月" if one.amount else "",
            }
            for one in file.benefits
        ),
        tuple(visit(one, problems) for one in _newest(visits)),
        tuple(call(one) for one in _newest(calls)),
        tuple(
            {
                "日期": iso(one.day), "类别": HELP_WORDS[one.kind], "内容": one.what or "", "提供方": one.giver or "",
                "价值": f"{one.value}元" if one.value else "",
            }
            for one in file.helps
        ),
        tuple(problem(one) for one in sorted(problems, key=lambda one: one.opened_on, reverse=True)),
        tuple(
            {"日期": iso(one.day), "内容": one.what, "经办": one.by}
            for one in sorted(steps, key=lambda one: one.day, reverse=True)
        ),
        tuple(
            {
                "事项": CONSENTS[one.kind] + (f"（{one.organisation}）" if one.organisation else ""),
                "结果": "已告知" if one.kind is ConsentKind.NOTICE and one.state is ConsentState.GIVEN else CONSENT_STATES[one.state],
                "日期": iso(one.day),
            }
            for one in file.consents
        ),
    )  # fmt: skip


def _newest(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: one.contact.day, reverse=True)


def in_order(people: Sequence[Guardian]) -> list[Guardian]:
    """Father, mother, then the rest as the file has them."""
    order = {"father": 0, "mother": 1}
    return sorted(people, key=lambda one: order.get(one.relation.value, 2))


def _facts(file: ChildFile, place: str, today: date) -> Facts:
    child = file.child
    age = child.age_on(today)
    return {
        "档案号": child.file_no,
        "姓名": child.name,
        "性别": SEX_WORDS[child.sex] if child.sex else "",
        "民族": child.ethnicity or "",
        "出生日期": day_of(child.birth_date),
        "年龄": f"{age}周岁" if age is not None else "",
        "身份证号": child.id_no or "",
        "户口登记": child.hukou_status or "",
        "户籍地": child.hukou_place or "",
        "所在村": place,
        "现居住地": child.address or "",
        "与谁同住": child.living_with or "",
        "健康状况": child.health or "",
        "患病类型": child.disease or "",
        "残疾类别等级": child.disability or "",
        "残疾证号": child.disability_cert or "",
        "残疾证有效期": iso(child.disability_until),
        "心理行为": child.psych or "",
        "学校": child.school or "",
        "年级": child.grade or "",
        "是否寄宿": yes_no(child.boarding),
        "就学状况": child.school_status or "",
        "儿童类别": "、".join(LABEL_WORDS[label] for label in child.labels),
        "风险等级": TIERS[child.tier],
        "风险等级起": iso(child.tier_since),
        "建档日期": iso(child.added_on),
        "随父母外出至": iso(child.paused_until),
        "结案日期": iso(child.closed_on),
        "结案原因": CLOSED.get(child.close_reason or "", child.close_reason or ""),
        "同户儿童": "、".join(f"{one.name}（{one.file_no}）" for one in file.household),
        "救助享受": "、".join(
            BENEFIT_WORDS[one.kind] for one in file.benefits if one.status.value == "granted" and one.until is None
        ),
    }


def person(one: Guardian) -> Facts:
    """A parent, guardian or carer in words."""
    number = read_id(one.id_no) if one.id_no else None
    where = one.work_place or "".join(part for part in (one.province, one.city) if part)
    return {
        "关系": RELATION_WORDS[one.relation],
        "姓名": one.name,
        "出生日期": iso(number.birth_date) if isinstance(number, IdNumber) else "",
        "身份证号": one.id_no or "",
        "电话": one.phone or "",
        "状况": one.state or "",
        "监护能力": (CAPACITIES[one.capacity] if one.capacity else "") + (f"（{one.capacity_why}）" if one.capacity_why else ""),
        "外出": yes_no(one.away),
        "外出时间": iso(one.away_since),
        "务工地": where,
        "行业": one.trade or "",
        "返乡": RETURNS[one.returns] if one.returns else "",
        "最近与孩子联系": iso(one.last_call),
        "照护人": "是" if one.carer else "",
    }  # fmt: skip


def _agreement(child: Child, papers: Sequence[Paper], today: date) -> Facts:
    paper = agreements.current_of(papers, today)
    carer = next((person(one) for one in child.guardians if one.carer), None)
    found = {
        "照护人姓名": carer["姓名"] if carer else "", "照护人关系": carer["关系"] if carer else "",
        "照护人电话": carer["电话"] if carer else "", "照护人身份证号": carer["身份证号"] if carer else "",
        "照护人住址": child.address or "" if carer else "",
        "委托照护协议": "", "协议起": "", "协议止": "", "协议签订日期": "", "协议编号": "", "每周联系约定": "",
    }  # fmt: skip
    if paper is None:
        need = agreements.needs_agreement(child, today)
        return found | {"委托照护协议": "未签" if need else ""}
    return found | {
        "委托照护协议": AGREEMENTS[agreements.state_of(paper, today, child.age_on(today))],
        "协议起": iso(paper.terms.first), "协议止": iso(paper.terms.last), "协议签订日期": iso(paper.signed_on),
        "协议编号": paper.number or "", "每周联系约定": paper.terms.promise or "",
    }  # fmt: skip


def _last(entries: Sequence[Entry], problems: Sequence[Problem]) -> Facts:
    reached = [one.contact.day for one in entries if one.contact.counts_as_contact]
    visited = [one.contact.day for one in entries if one.contact.counts_as_visit]
    unsolved = [one for one in problems if one.closed_on is None]
    return {
        "最近联系": iso(max(reached, default=None)),
        "最近走访": iso(max(visited, default=None)),
        "未解决问题": str(len(unsolved)) if unsolved else "",
    }


def _common(one: Entry) -> Facts:
    content = one.content
    flagged = list(content.get("state") or ())
    worries = str(content.get("worries") or "")
    situation = named(flagged, CHECKS)
    state = f"{situation}：{worries}" if situation and worries else situation or worries
    if (
        not state
        and one.contact.reached
        and ("state" in content or content.get("outcome") in ("child_fine", "adult_fine"))
    ):
        state = "都正常"
    needs = named(content.get("needs") or content.get("needs_too"), NEEDS)
    wish, note = str(content.get("wish") or ""), str(content.get("note") or "")
    return {
        "日期": iso(one.contact.day),
        "方式": KINDS[one.contact.kind],
        "走访人": one.by,
        "岗位": ROLES[one.contact.by_role],
        "情况": state,
        "父母联系": PARENTS_CALLED.get(one.parents_called or "", ""),
        "安全教育": named(content.get("talks"), TALKS),
        "需要": needs,
        "孩子心愿": wish,
        "备注": note,
        "心愿和备注": "\n".join(part for part in (wish, note) if part),
        "情况和备注": "\n".join(part for part in (state, needs, wish, note) if part),
        "编号": one.contact.id,
    }


def visit(one: Entry, problems: Iterable[Problem] = ()) -> Facts:
    """A home visit in words; the problems found at it stand with it."""
    content, seen = one.content, one.contact.child_seen
    met = MET.get(str(content.get("met") or ""), "")
    if not met:
        met = "家里没人" if not one.contact.reached else "见到孩子" if seen else "没见到孩子"
    found = [each for each in problems if each.contact_id == one.contact.id]
    checked = content.get("state")
    checks = {
        name: "" if checked is None or not one.contact.reached else "有情况" if code in checked else "正常"
        for code, name in CHECKS.items()
    }
    return _common(one) | checks | {
        "见到": met,
        "见到孩子": yes_no(seen) if one.contact.reached else "否",
        "问题": "；".join(f"{ISSUES.get(each.type, each.type)}：{each.text}" if each.text else ISSUES.get(each.type, each.type) for each in found),
        "处理": "；".join(each.solution for each in found if each.solution),
        "求助": {"self": "自己处理", "town": "请镇上帮忙"}.get(str(content.get("help") or ""), ""),
    }  # fmt: skip


def call(one: Entry) -> Facts:
    """A contact that is no visit, in words."""
    said = OUTCOMES.get(str(one.content.get("outcome") or ""), "")
    return _common(one) | {"结果": said or ("联系上了" if one.contact.reached else "没联系上")}


def problem(one: Problem) -> Facts:
    return {
        "发现日期": iso(one.opened_on),
        "类别": ISSUES.get(one.type, one.type),
        "问题": one.text,
        "责任": one.owner or "",
        "限期": iso(one.due),
        "状态": "已解决" if one.closed_on else "未解决",
        "解决日期": iso(one.closed_on),
        "解决方案": one.solution or "",
    }
