"""The invented reports of 示范镇甲村: fourteen in a year, each with what happened to it since (domain.md 7.10).

The only place where the demo speaks of harm. The words are what a director would write: what was seen, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.calendar import DAY, at
from domain.children import Child, Sex, Tier
from domain.demo.county import County
from domain.demo.staff import DEMO_TOWN, DEMO_VILLAGE, Worker
from domain.forms import Answers
from domain.people import Role
from domain.reports.case import Act
from domain.reports.form import REPORT
from domain.reports.situations import ASKS
from domain.units import COUNTY

REPORTER = ""  # the desk of whoever reported
BUREAU = "county"  # the county bureau, which watches


@dataclass(frozen=True)
class Step:
    """One thing that happened: after so many hours, at which desk, what was written."""

    hours: float
    desk: str
    act: Act
    note: str | None = None
    to: str | None = None
    outcome: str | None = None
    detail: Mapping[str, str] | None = None

    @property
    def said(self) -> dict[str, str] | None:
        """What the event keeps beside the words."""
        return {"outcome": self.outcome} if self.outcome else dict(self.detail) if self.detail else None


@dataclass(frozen=True)
class _Story:
    code: str
    days_ago: int
    group: str
    seen: str
    answers: Mapping[str, object]
    steps: tuple[Step, ...]
    reporter: Role = Role.CHILD_DIRECTOR
    girl: bool | None = None
    described: str | None = None  # a child that is on no roster
    hour: int = 10

    @property
    def open(self) -> bool:
        return all(step.act is not Act.CLOSED for step in self.steps)

    @property
    def grave(self) -> bool:
        """An open case of R1 to R9: its child is in the red tier (domain.md 2.6)."""
        return self.code.startswith("R") and self.open


@dataclass(frozen=True)
class Case:
    """A report as it was filed, and its steps by moment."""

    code: str
    child: Child | None
    reporter: Worker
    unit: str  # the reporter's
    filed_at: datetime
    answers: Answers
    steps: tuple[tuple[datetime, Step], ...]
    open: bool = False


def _signed(desk: str, hours: float = 0.6) -> Step:
    return Step(hours, desk, Act.RECEIVED)


def _answered(desk: str, hours: float, note: str) -> Step:
    return Step(hours, desk, Act.ANSWER, note)


def _closed(desk: str, hours: float, note: str, outcome: str = "handled") -> Step:
    return Step(hours, desk, Act.CLOSED, note, outcome=outcome)


def _tonight(step: str, hours: float) -> Step:
    """The reporter says where the child sleeps."""
    return Step(hours, REPORTER, Act.FOLLOWED, detail={"step": step, "safe": "yes"})


def _judged(desk: str, hours: float, note: str) -> Step:
    return Step(hours, desk, Act.JUDGED, note, detail={"safe": "yes"})


def _red(hours: float) -> Step:
    return Step(hours, BUREAU, Act.RISK, detail={"tier": "red"})


P, C, E, H = "police", "civil_affairs", "education", "health"
_CALLED = {"safe": "danger", "where": "home_adult"}
_STORIES = (
    _Story("R4", 352, "hurt", "胳膊上有几处青紫，问是咋弄的，前后说法不一样。", _CALLED, (
        _signed(P), _answered(P, 26, "已出警，孩子由姑姑接走照看，伤情已看过。"),
        _closed(P, 460, "监护人已训诫并签保证书，村里每周看一次。", "guardian"))),
    _Story("X6", 325, "school", "开学两周没来学校，说是跟人去外地打工了。", {"where": "unknown"}, (
        _signed(E, 3), _answered(E, 70, "学校已家访，正在劝返。"), _closed(E, 300, "孩子已返校上课。"))),
    _Story("R6", 301, "uncared", "家里几天没有大人，娃自己做饭，爸妈电话打不通。", {"where": "home_alone", "exact": "R6"}, (
        _signed(P), _signed(C, 1.5), _answered(P, 20, "已联系上父亲，正在返回。"),
        _answered(C, 30, "由镇上安排邻居临时照看，送去米面。"), _closed(P, 96, "父亲已到家。"),
        _closed(C, 240, "签了委托照护协议，姑姑照看。", "guardian"))),
    _Story("R4", 268, "hurt", "娃背上有一道道红印，不肯说是谁打的。", _CALLED, (
        _signed(P, 0.3), Step(5, REPORTER, Act.SUPPLEMENT, "今天又问了邻居，说前天晚上听见哭声。"),
        _answered(P, 30, "已立案调查，女民警陪同问话。"), _closed(P, 640, "案件已移送，孩子由外婆照看。", "guardian")),
        Role.SUPERVISOR),
    _Story("R5", 240, "mind", "手腕上有划痕，跟我说活着没意思。", {"exact": "R5", "where": "with_me", "safe": "unclear"}, (
        _signed(P, 0.4), _signed(H, 0.8), _answered(H, 24, "已安排心理医生面谈，家里人陪着。"),
        _answered(P, 28, "已上门了解，未发现他人侵害。"), _closed(P, 200, "无违法犯罪，转由卫健跟进。"),
        _closed(H, 700, "复诊三次，情绪平稳，学校心理老师接着陪。"))),
    _Story("R4", 215, "hurt", "脸上有巴掌印，娃说考试没考好。", {"where": "school", "safe": "safe"}, (
        _signed(P), _answered(P, 40, "民警和妇联一起上门，家长认错。"), _closed(P, 350, "已出具告诫书，回访正常。")),),
    _Story("R2", 188, "private", "娃说邻居叫她去屋里，动手动脚，她害怕。", {"exact": "R2", "where": "with_me", "involved": "village"}, (
        _signed(P, 0.2), _answered(P, 12, "已立案，嫌疑人已控制，女警办理，一次问清。"),
        Step(80, P, Act.FORWARDED, "请检察院提前介入。", to="procuratorate"), _signed("procuratorate", 84),
        _answered("procuratorate", 200, "已引导取证，安排心理救助和司法救助。"),
        _closed("procuratorate", 1400, "已提起公诉，孩子隐私严格保密。"),), Role.SUPERVISOR, girl=True),
    _Story("X6", 160, "school", "初二，半个多月没到校，在镇上饭馆洗碗。", {"where": "unknown"}, (
        _signed(E, 5), _answered(E, 60, "老师和镇干部上门两次，孩子愿意回来。"), _closed(E, 180, "已返校，补办了手续。"))),
    _Story("R6", 131, "uncared", "街上遇到一个男孩，说是外县的，一个人，没吃饭。", {"where": "with_me", "exact": "R6"}, (
        _signed(P, 0.2), _signed(C, 0.7), _answered(P, 6, "查到户籍地，已和当地派出所联系。"),
        _closed(P, 30, "家人已接走。", "elsewhere"),
        _closed(C, 48, "临时照料一天，移交户籍地民政。", "elsewhere")), described="十二三岁男孩，不是本县口音"),
    _Story("R7", 102, "missing", "昨晚没回家，同学也没见着。", {"exact": "R7", "where": "unknown", "safe": "danger"}, (
        _signed(P, 0.1), _answered(P, 9, "在客运站找到，人平安，已送回家。"), _closed(P, 120, "家里闹了别扭，已做工作。")), hour=7),
    _Story("R4", 74, "hurt", "几个大的围着他要钱，推倒了，膝盖破了。", {"where": "school", "safe": "safe"}, (
        _signed(P), _answered(P, 30, "已和学校核实，是校外几个少年。"), _closed(P, 400, "已训诫，学校加强巡护。"))),
    _Story("X6", 45, "school", "家里说不念了，在家带弟弟。", {"where": "home_adult"}, (
        _tonight("h2", 2), _signed(E, 4), _judged(E, 22, "在家带弟弟，家里有大人。"), _tonight("h24", 23), _tonight("d3", 71),
        _answered(E, 90, "已下劝返通知书，家长答应下周送来。"), _answered(E, 24 * 30, "又上门一次，答应期末前返校。"))),
    # feedback overdue: signed, and nothing since
    _Story("R4", 12, "hurt", "腿上有旧伤，说是叔叔拿棍子打的。", {"where": "home_adult", "safe": "unclear", "involved": "unsaid"}, (
        _tonight("h2", 0.3), _signed(P, 0.4), _red(1.5), _judged(P, 5, "孩子在姑姑家，姑姑陪着。"), _tonight("h24", 22),
        _tonight("d3", 70),)),
    # the police came last evening; civil affairs sign in the morning
    _Story("R6", 1, "uncared", "爷爷住院了，两个娃在家没人做饭，父母联系不上。", {"where": "home_alone", "exact": "R6"}, (
        Step(0.1, REPORTER, Act.CALLED), _signed(P, 0.2), _judged(P, 0.7, "两个孩子先住到姑姑家，姑姑陪着。"), _red(1.1),
        _tonight("h2", 1.6), _signed(C, 13.3), _tonight("h24", 15), _answered(P, 16, "已联系上父母，父亲明天到家。"),
        _answered(C, 16.5, "姑姑答应照看到爷爷出院，送去了米面。")), hour=20),
)  # fmt: skip


def cases(county: County) -> tuple[Case, ...]:
    """The reports in the order of filing, all before the county's day begins."""
    everybody = next(place for place in county.places if place.unit.code == DEMO_VILLAGE).children
    waiting = sorted((one for one in everybody if one.closed_on is None), key=lambda one: one.id)
    about: dict[int, Child] = {}
    for place, story in sorted(enumerate(_STORIES), key=lambda one: _narrow(*one)):
        if story.described is None:
            child = about[place] = _child(waiting, story, county.day - DAY * story.days_ago)
            waiting.remove(child)
            waiting.append(child)  # everybody once before anybody twice
    found = []
    for place, story in enumerate(_STORIES):
        filed_at = at(county.day - DAY * story.days_ago, time(story.hour, 7 * place % 60))
        unit = DEMO_VILLAGE if story.reporter is Role.CHILD_DIRECTOR else DEMO_TOWN
        reporter = county.staff.at(story.reporter, unit).holder
        assert reporter is not None
        steps = tuple((filed_at + timedelta(hours=step.hours), step) for step in _with_visit(story))
        answers = _answers(story, about.get(place), filed_at, reporter)
        found.append(Case(story.code, about.get(place), reporter, unit, filed_at, answers, steps, story.open))
    return tuple(found)


def _with_visit(story: _Story) -> tuple[Step, ...]:
    """Once every desk has closed, somebody goes to see the child: the file closes after that."""
    if story.open:
        return story.steps
    visit = Step(story.steps[-1].hours + 75, REPORTER, Act.VISITED, "上门看过，孩子精神好，家里有人照看。")
    return (*story.steps, visit)


def _narrow(place: int, story: _Story) -> tuple[bool, bool, int]:
    """The stories that fit the fewest children choose first."""
    return not story.girl, not story.grave, place


def _child(waiting: list[Child], story: _Story, day: date) -> Child:
    """Somebody of the right age and sex whose file was open then."""
    low, high = (11, 15) if story.code == "X6" else (9, 13) if story.girl else (5, 15)

    def fits(child: Child) -> bool:
        age = child.age_on(day)
        known = child.added_on is not None and child.added_on <= day
        return known and age is not None and low <= age <= high and (not story.girl or child.sex is Sex.FEMALE)

    fitting = [one for one in waiting if fits(one)] or waiting
    return min(fitting, key=lambda one: story.grave and one.tier is not Tier.RED)  # the first where all are equal


def _answers(story: _Story, child: Child | None, filed_at: datetime, reporter: Worker) -> Answers:
    """The report form as it was filled in (domain/reports/form.py)."""
    danger = story.answers.get("safe", "safe") != "safe"
    moment = filed_at.isoformat(timespec="minutes")
    answers: Answers = {
        "safe": "safe",
        "called": ["called", moment] if danger else ["not_yet", moment],
        "child": child.id if child else ["described", story.described],
        "where": "home_adult",
        "kind": story.group,
        "involved": "none",
        "seen": story.seen,
        "when": "today",
        "suspect": None,
        "phone": reporter.phone,
        **dict.fromkeys(ASKS),  # what a situation asks beside: passed over
    }
    if danger:
        answers["receipt"] = None
    else:
        answers["police"] = None
    return REPORT.walk(answers | dict(story.answers))[0]


def desk(slug: str) -> str:
    """The unit code of a department."""
    return f"{COUNTY}.{slug}"
