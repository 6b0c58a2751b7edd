"""Questions typed instead of buttons pressed (domain.md 3.6a): each its answer, or the screen that has it.

Everybody gets what their own posts let them see: a director names, a supervisor villages, a leader figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.asked import numbers, of_child, what_is_left
from bot.asked.of_child import Asking
from bot.buttons import Button, do
from bot.heard import Known
from bot.work import Rows, Work
from domain.access import Action, may
from domain.reading.asked import Asked, Question

_OF_WORK = (
    Asked.LEFT, Asked.ROUTE, Asked.TODAY, Asked.OVERDUE, Asked.COUNT, Asked.LIST, Asked.TIER, Asked.VILLAGES, Asked.SUMMARY,
    Asked.CHILD, Asked.LAST_CONTACT, Asked.AGE,
)  # fmt: skip
_OF_NAMES = (Asked.LEFT, Asked.ROUTE, Asked.LIST, Asked.CHILD, Asked.LAST_CONTACT, Asked.AGE)
_WITH_A_BUTTON = {
    "visit": "visit", "call": "visit", "photo": "visit", "report": "report", "police": "report", "child": "child",
    "export": "export", "invite": "invite", "bot": "help", "correct": "last",
    "agreement": "agreement",
}  # fmt: skip
_NEEDS = {
    "visit": Action.LOG_CONTACT, "last": Action.LOG_CONTACT, "child": Action.SEE_CHILD, "export": Action.EXPORT,
    "invite": Action.INVITE, "agreement": Action.SEE_CHILD,
}  # fmt: skip


def answer(work: Work, question: Question, known: Sequence[Known]) -> bool:
    """Answer it; False where nothing here can."""
    if question.asked is Asked.SUMMARY and may(work.me, Action.SEE_SUMMARY):
        return numbers.summary(Asking(work, question, {}))
    if question.asked in _OF_WORK and not may(work.me, Action.SEE_CHILD):
        return _without_children(work, question.asked)
    run = _ANSWERS.get(question.asked)
    return run is not None and run(Asking(work, question, {one.id: one for one in known}))


def _without_children(work: Work, what: Asked) -> bool:
    """Leaders see figures, departments what lies on their desk."""
    if may(work.me, Action.SEE_COUNTY):
        if what in _OF_NAMES:
            work.reply(work.say("asked.no_names"))
        return work.go("county", "")
    if what is Asked.TODAY and may(work.me, Action.SEE_DUTIES):
        return work.go("today", "")
    if may(work.me, Action.HANDLE_CASE):
        work.reply(work.say("asked.not_yours"), [[(work.say("key.cases"), do("go", "cases"))]])
        return True
    return False


def _how(ask: Asking) -> bool:
    topic = ask.question.topic
    said = ask.work.words.find(f"asked.how.{topic}") or ask.work.say("asked.how.bot")
    command = _WITH_A_BUTTON.get(topic, "help")
    if command in _NEEDS and not may(ask.work.me, _NEEDS[command]):
        command = "help"
    rows: Rows = [[(ask.work.say(f"asked.open.{command}"), do("go", command))]]
    ask.work.reply(said, rows)
    return True


# What a question about a benefit may be about → the benefit whose papers we can say.
_BENEFITS = {
    "孤儿": "orphan", "事实无人": "de_facto_unattended", "低保边缘": "near_low_income", "低保": "low_income", "特困": "destitute",
    "临时救助": "temporary", "康复": "rehabilitation", "辅具": "rehabilitation", "护理": "disabled_care", "两补": "disabled_care",
    "残疾": "disabled_living", "助学": "education", "圆梦": "education", "医疗救助": "medical",
}  # fmt: skip


def _policy(ask: Asking) -> bool:
    """Which papers, and where: what we know; sums change with every notice, so for those we say whom to ask."""
    call = (ask.work.say("asked.supervisor_phone"), do("asked.phone", "supervisor"))
    rows: Rows = [[call]]
    if not ask.question.topic and may(ask.work.me, Action.REFER):  # 小虎能享受啥: of one child, or of nobody in particular
        one = ask.named()
        return ask.work.go("eligible", one[0].file_no if len(one) == 1 else "")
    if may(ask.work.me, Action.REFER):
        meant = next((code for words, code in _BENEFITS.items() if words in ask.question.words), None)
        known = [(ask.work.say("asked.papers_of", name=ask.work.say(f"referral.benefit.{meant}")), do("eligible.show", meant))] if meant else []
        rows = [known, [(ask.work.say("referral.eligible"), do("go", "eligible")), call]]
    ask.work.reply(ask.work.say("asked.policy", what=ask.question.topic or ask.question.words[:20]), rows)
    return True


# Whose screen a question may ask for → who may open it; who may not is shown what they have instead.
_SCREENS = {
    "plan": Action.SEE_PLAN, "help_wanted": Action.REFER, "referrals": Action.REFER, "waters": Action.VILLAGE_WORK,
    "coming": Action.VILLAGE_WORK, "hazards": Action.VILLAGE_WORK, "lessons": Action.LEARN, "training": Action.LEARN,
    "mend": Action.LOG_CONTACT, "moves": Action.MOVE_CHILD, "warnings": Action.WARNINGS,
    "law_deputies": Action.VILLAGE_WORK, "jobs": Action.REFER,
}  # fmt: skip


def _screen(ask: Asking) -> bool:
    """The screen of another subject; a worker's own tasks where the plan is not theirs to see."""
    command = ask.question.topic
    if may(ask.work.me, _SCREENS[command]):
        return ask.work.go(command, ask.question.who)
    return command == "plan" and may(ask.work.me, Action.SEE_DUTIES) and ask.work.go("today", "")


def _again(ask: Asking) -> bool:
    rows = [[_go(ask.work, "feedback")]]
    if may(ask.work.me, Action.EXPORT):
        rows[0].insert(0, _go(ask.work, "export"))
    ask.work.reply(ask.work.say("asked.again"), rows)
    return True


def _go(work: Work, command: str) -> tuple[str, Button | str]:
    return work.say(f"asked.open.{command}"), do("go", command)


_ANSWERS: dict[Asked, Callable[[Asking], bool]] = {
    Asked.LEFT: what_is_left.left,
    Asked.ROUTE: what_is_left.route,
    Asked.VILLAGES: what_is_left.villages,
    Asked.TODAY: lambda ask: ask.work.go("today", ""),
    Asked.OVERDUE: lambda ask: ask.work.go("overdue", ask.place_words()),
    Asked.COUNT: numbers.count,
    Asked.TIER: numbers.tier,
    Asked.LIST: numbers.list_,
    Asked.SUMMARY: numbers.summary,
    Asked.REPORT_STATUS: lambda ask: ask.work.go("cases", ""),
    Asked.PHONE: of_child.phone,
    Asked.CHILD: of_child.child,
    Asked.LAST_CONTACT: of_child.last_contact,
    Asked.AGE: of_child.age,
    Asked.AGREEMENTS: lambda ask: ask.work.go("agreement", ""),
    Asked.HOW: _how,
    Asked.POLICY: _policy,
    Asked.AGAIN: _again,
    Asked.SCREEN: _screen,
}
