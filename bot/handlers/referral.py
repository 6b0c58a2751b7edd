"""求助: asking another office for help with a child or a family, in at most four questions (domain.referrals).

Begun from a child's card, from a problem found, from 求助, or by saying it: 「小虎要看心理老师」. What tells of harm
is no referral: the emergency card comes up instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot import flow, harm, heard, referral_card, referral_news
from bot.buttons import do, short
from bot.child_card import entry_of
from bot.referral_lines import child_lines, child_name
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import drafts, file_rules, issues, referrals, roster_lines
from db.child_file import Hand
from db.drafts import Kept
from domain import forms
from domain.access import Action
from domain.children import Child
from domain.eligibility_rules import Rule
from domain.forms import Answers, Ask, Invalid, Question, Said, World
from domain.people import Role
from domain.reading.names import search
from domain.reading.roster import find_children
from domain.reading.signs import find_signs, is_alarming
from domain.referrals import asked
from domain.referrals.events import Act, Event
from domain.referrals.forms import HARM, LONGEST, REFERRAL, public_words
from domain.referrals.types import BENEFITS, DROPPED_OUT, FOR_CHILDREN, KINDS, OF_ISSUE
from domain.units import COUNTY

SHOWN = ("psychology", "schooling", "benefits", "social", "neglect", "mediation", "online", "work", "guardianship")
_NOBODY = "-"
_MORE = re.compile(r"\S[\s，。,、；]+\S")  # more than the bare request


# --- beginning ---


def need(work: Work, words: str) -> None:
    """求助, perhaps with what for behind it."""
    if words and _said(work, words):
        return
    _offer(work, None, "referral.menu")


def of_child(work: Work, file_no: str) -> None:
    """求助 on a child's card."""
    entry_of(work, file_no)
    work.toast()
    _offer(work, file_no, "referral.menu_child")


def _offer(work: Work, file_no: str | None, key: str) -> None:
    child = file_no or _NOBODY
    cells = [(work.say(f"referral.kind.{kind}"), do("referral.kind", kind, child)) for kind in SHOWN]
    last = [
        (work.say("referral.eligible"), do("go", "eligible", *([file_no] if file_no else []))),
        (work.say("referral.guidance"), do("guidance.menu", child)),
        *([(work.say("pair.new"), do("pair.new", file_no))] if file_no else []),
        (work.say("referral.list"), do("go", "referrals")),
    ]
    work.reply(work.say(key), in_twos([*cells, *last]))


def kind(work: Work, code: str, file_no: str = _NOBODY, topic: str = "") -> None:
    """Begin the form of one kind."""
    if code not in FOR_CHILDREN:
        raise Refused("referral.gone")
    answers: Answers = {"kind": code}
    if file_no != _NOBODY:
        entry_of(work, file_no)
        answers["child"] = file_no
    if code == "benefits" and topic in BENEFITS:
        answers["benefit"] = topic
    work.toast()
    flow.begin(work, "referral", answers)


def of_issue(work: Work, file_no: str, tail: str) -> None:
    """A problem found with a child is handed to whoever can solve it."""
    child = entry_of(work, file_no).child
    found = next((one for one in issues.open_of_child(work.conn, child.id) if one.id.endswith(tail)), None)
    if found is None:
        raise Refused("child.solved_already")
    work.toast()
    answers: Answers = {"child": file_no, "issue": found.id}
    if found.type in OF_ISSUE:
        answers["kind"] = OF_ISSUE[found.type]
    flow.begin(work, "referral", answers)


def _said(work: Work, words: str) -> bool:
    """「小虎要看心理老师」: opens the form with what was said; False where it is no request."""
    request = asked.request_in(words)
    if request is None or is_alarming(find_signs(words)):
        return False
    answers: Answers = {"kind": request.kind}
    if request.topic:
        answers["benefit"] = request.topic
    child = _whom(work, words, request.before)
    if child is not None:
        answers["child"] = child
    if _MORE.search(words) and request.kind not in ("social", "work"):  # why it is asked for was said already
        answers["words"] = words
    flow.begin(work, "referral", answers)
    return True


def _whom(work: Work, words: str, before: str = "") -> str | None:
    """The file number of the one child these words name; a tie and several are asked."""
    known = heard.roster(work)
    named = find_children(words, known)
    ids = named.ids if not named.ties else ()
    if not named.ids and not named.ties and before:  # 李家: a surname, a shortened name
        matches = search(before, roster_lines.lines(work.conn, work.visible(Action.REFER)))
        ids = tuple(one.id for one in matches if one.rank == matches[0].rank)
    return next((one.file_no for one in known if one.id == ids[0]), None) if len(ids) == 1 else None


def from_words(work: Work, code: str, draft: str) -> None:
    """The emergency card of a child out of school or cheated online: the office's help is asked for instead."""
    kept = next((one for one in drafts.of_chat(work.conn, work.chat_id) if short(one.id) == draft), None)
    if kept is None or kept.draft.form != "report":
        raise Refused("referral.gone")
    words = str(kept.draft.answers.get("seen", ""))
    if harm.referral_for(words) != code:
        raise Refused("referral.report_instead")
    answers: Answers = {"kind": code, "words": words[:LONGEST]}
    child = _whom(work, words)
    if child is not None:
        answers["child"] = child
    drafts.take_away(work.conn, kept.id)
    work.note("report.not_begun", by="referral")
    work.toast()
    if work.pressed is not None:
        work.strip(work.pressed)
    flow.begin(work, "referral", answers)


def hear(work: Work) -> bool:
    """Free words of those who work with children."""
    if work.me is None or not work.said or not work.me.with_role(Role.CHILD_DIRECTOR, Role.SUPERVISOR):
        return False
    return _said(work, work.said)


def held_back(work: Work) -> bool:
    """Words for the board that could tell who it is: asked for again, and never taken for anything else."""
    kept = flow.in_hand(work)
    if kept is None or kept.draft.form != "referral" or not work.said or work.files:
        return False
    now = forms.turn(REFERRAL, kept.draft)
    if not isinstance(now, Ask) or now.question.key != "public" or is_alarming(find_signs(work.said)):
        return False
    try:
        public_words(Said(text=work.said), World(work.local, facts(work)), kept.draft.answers)
    except Invalid as problem:
        if problem.key != "referral.problem.named":
            return False
        work.reply(work.say(problem.key, **problem.params))
        flow.repeat(work)
        return True
    return False


def in_danger(work: Work) -> None:
    """🆘 under a question whose ticks tell of harm: the emergency card, with what was ticked as its words."""
    kept = flow.in_hand(work)
    work.toast()
    if kept is None or kept.draft.form != "referral":
        work.go("report", "")
        return
    answers = kept.draft.answers
    open_now = REFERRAL.walk(answers)[1]
    key = open_now.key if open_now else ""
    ticked = kept.draft.picked or (["yes"] if key == "hurt" else [])
    words = "、".join(referral_card.choice(work, key, one) for one in ticked) or work.say("referral.harm_words")
    drafts.take_away(work.conn, kept.id)
    harm.offer_report(work, words, harm.child_of(work, answers.get("child")))


# --- the form ---


def facts(work: Work) -> Mapping[str, Any]:
    """The children one may ask help for; the names and places that must not stand on the board."""
    codes = work.visible(Action.REFER)

    def names() -> list[str]:
        town = {code for one in codes if (above := work.tree.town_of(one)) for code in work.tree.under(above.code)}
        found = roster_lines.lines(work.conn, town | set(codes))
        return list({name for one in found for name in (one.name, *one.guardian_names) if name})

    def places() -> list[str]:
        return [unit.name for unit in work.tree if len(unit.code) > len(COUNTY) and "." not in unit.code]

    return {"roster": lambda: child_lines(work), "names": names, "places": places}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "issue":
        return ""
    if key == "child":
        return child_name(work, str(answer))
    if key == "next" and isinstance(answer, str):
        return day_words(work.words, date.fromisoformat(answer), work.today)
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    code = answers.get("kind")
    name = child_name(work, str(answers["child"])) if answers.get("child") else ""
    return work.say("referral.heading", kind=work.say(f"referral.kind.{code}") if code else "", name=name).strip()


def _under(work: Work, kept: Kept, question: Question) -> Any:
    return [[(work.say("referral.danger"), do("referral.harm"))]] if question.key in HARM else []


def _raised(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.REFER)
    child = entry_of(work, answers["child"]).child
    work.demand_in(Action.REFER, child.unit)
    code = answers["kind"]
    content = {key: value for key, value in answers.items() if key not in ("kind", "child", "issue", "next")}
    same = [
        one
        for one, now in referrals.of_child(work.conn, child.id)
        if one.kind_code == code and now.open and (code != "benefits" or one.topic == answers.get("benefit"))
    ]
    if same and code != "social":
        work.show(
            work.say("referral.there_already", number=same[-1].number),
            [[(work.say("referral.open"), do("referral.open", same[-1].id))]],
        )
        return
    again = KINDS[code].again
    next_on = (
        date.fromisoformat(answers["next"])
        if answers.get("next")
        else work.today + timedelta(days=again)
        if again
        else None
    )
    one = referrals.raise_(
        work.conn, code, child.unit, me.person_id, content, work.now, child_id=child.id, issue_id=answers.get("issue"),
        next_on=next_on, demo=work.demo,
    )  # fmt: skip
    work.note("referral.raised", f"child:{child.id}", referral=one.id, kind=code)
    if code == "work" and answers.get("would") == "no":  # asked for this year; nothing more to be done
        seat = referrals.seat_of(work.conn, one, me)
        assert seat is not None
        referrals.put(
            work.conn, one, Event(Act.RESULT, work.now, me.person_id, one.unit, detail={"outcome": "not_now"})
        )
        referrals.put(work.conn, one, Event(Act.TOLD, work.now, me.person_id, one.unit))
        referrals.follow(work.conn, one)
        work.show(work.say("referral.asked_for_this_year"))
        return
    if answers.get("benefit") == "education" or code == "schooling":
        _answered(work, child, Rule.OUT_OF_SCHOOL if code == "schooling" else Rule.DREAM_FUND, me.person_id)
    now = referrals.life_of(work.conn, one)
    wanted = next(
        (event.to for event in referrals.events(work.conn, one.id) if event.kind in (Act.VACANT, Act.SENT)), now.desk
    )
    referral_news.tell(work, one, Event(Act.SENT, work.now, me.person_id, to=wanted), now)
    if code == "schooling" and answers.get("school_matter") in DROPPED_OUT:
        referral_news.alarm(work, one)
    key = "by_village" if now.by_village else "vacant" if wanted != now.desk else "sent"
    lines = [work.say(f"referral.raised.{key}", number=one.number, unit=referral_card.unit_name(work, wanted))]
    if KINDS[code].consent and now.consent is not True:
        lines.append(work.say("referral.raised.no_name_yet"))
    if code == "psychology":
        lines.append(work.say("referral.hotline"))
    if code == "online":
        lines.append(work.say("referral.online_numbers"))
    if code == "guardianship":
        lines.append(work.say("referral.guardianship_papers"))
    if code == "neglect" and now.by_village and referrals.warnings_of(work.conn, child.id) >= 3:
        lines.append(work.say("referral.third_time", count=referrals.warnings_of(work.conn, child.id)))
    beside = {
        "work": (work.say("more.jobs"), do("go", "jobs")),
        "neglect": (work.say("referral.guidance_words"), do("guidance.topic", "duty", child.file_no)),
    }
    more = [beside[code]] if code in beside else []
    work.show("\n".join(lines), [[(work.say("referral.open"), do("referral.open", one.id)), *more]])


def _answered(work: Work, child: Child, rule: Rule, person: str) -> None:
    """What a rule asked for was asked for: nobody need be reminded of it this term."""
    for each in file_rules.asked(work.conn, child, work.today):
        if each.rule is rule:
            hand = Hand(work.now, work.policy, person, "chat:referral", work.demo)
            file_rules.answer(work.conn, child, each, hand, yes=True)


SUBJECT = Subject(
    "referral",
    commands=(Command("need", need, Action.REFER, ("转介给", "需要帮助"), menu=False),),
    conversations=(
        Conversation(
            REFERRAL, _raised, Action.REFER, facts=facts, value=_value, heading=_heading, hears=harm.hear, under=_under
        ),
    ),
    presses={
        "referral.kind": Press(kind, Action.REFER),
        "referral.for": Press(of_child, Action.REFER),
        "referral.issue": Press(of_issue, Action.REFER),
        "referral.words": Press(from_words, Action.REFER),
        "referral.harm": Press(in_danger, Action.REFER),
    },
    free=hear,
    first=held_back,
)
