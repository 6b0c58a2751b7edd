"""转介: the list and the screen of a referral, and the steps each seat may take. Opening one is journaled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow, harm, referral_card, referral_effects, referral_list, referral_news
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import child_file, children, helpers, referrals, reports
from db.drafts import Kept
from db.referrals import Referral
from domain.access import Action
from domain.consent import ConsentKind, Standing
from domain.forms import Answers, World
from domain.people import UnitKind
from domain.referrals.events import Act, Event
from domain.referrals.forms import STEP, SUGGESTION
from domain.referrals.steps import Impossible, Seat, may_name
from domain.referrals.types import ISSUED_BY, next_units
from domain.units import COUNTY

AT_ONCE = (Act.ACCEPTED, Act.TOLD, Act.UNCLAIMED)


def listed(work: Work, words: str) -> None:
    """/referrals, perhaps with a number behind it."""
    if words:
        found = referrals.by_number(work.conn, words.strip().upper())
        if found is not None:
            open_(work, found.id)
            return
    referral_list.show(work, 0)


def turn(work: Work, page: str, which: str = referral_list.OPEN) -> None:
    work.toast()
    known = which if which in referral_list.FILTERS else referral_list.OPEN
    referral_list.show(work, int(page) if page.isdecimal() else 0, known)


def _found(work: Work, referral_id: str) -> tuple[Referral, Seat]:
    """The referral, for whoever has a seat at it; nobody else learns that it exists. Raises Refused."""
    me, one = work.demand(Action.REFER), referrals.get(work.conn, referral_id)
    seat = referrals.seat_of(work.conn, one, me) if one else None
    if one is None or seat is None:
        raise Refused("referral.gone")
    return one, seat


def open_(work: Work, referral_id: str) -> None:
    one, seat = _found(work, referral_id)
    work.toast()
    _show(work, one, seat)


def _show(work: Work, one: Referral, seat: Seat) -> None:
    work.note("referral.read", f"referral:{one.id}")
    now = referrals.life_of(work.conn, one)
    said = referral_card.text(work, one, seat, now, referrals.events(work.conn, one.id))
    work.show(said, referral_card.buttons(work, one, seat, now))


def who(work: Work, referral_id: str) -> None:
    """Name, carer, telephone: only for a seat that may see them, and journaled."""
    one, seat = _found(work, referral_id)
    if one.child_id is None or not may_name(referrals.life_of(work.conn, one), one.kind_code, seat):
        raise Refused("referral.consent_first")
    work.note("child.read", f"child:{one.child_id}", referral=one.id)
    work.toast()
    work.reply(referral_card.who(work, one), [[(work.say("referral.back"), do("referral.open", one.id))]], html=True)


# --- steps ---


def act(work: Work, referral_id: str, name: str) -> None:
    one, seat = _found(work, referral_id)
    if name not in set(Act):
        raise Refused("referral.gone")
    if Act(name) in AT_ONCE:
        _take(work, one, seat, Event(Act(name), work.now, work.demand(Action.REFER).person_id, _unit(one, seat)))
        return
    work.toast()
    flow.begin(work, "referral_step", {"referral": one.id, "act": name})


def consent(work: Work, referral_id: str, given: str) -> None:
    """The guardian agreed, or did not: written down by the village."""
    one, seat = _found(work, referral_id)
    if given not in ("yes", "no"):
        raise Refused("referral.gone")
    person = work.demand(Action.REFER).person_id
    _take(work, one, seat, Event(Act.CONSENT, work.now, person, _unit(one, seat), detail={"given": given}))


def police(work: Work, referral_id: str, sure: str = "") -> None:
    """The third time, or a serious one: the numbers to ring, and the record handed to the police (plan task 4)."""
    one, seat = _found(work, referral_id)
    if sure == "yes":
        event = Event(
            Act.FORWARDED, work.now, work.demand(Action.REFER).person_id, _unit(one, seat), to=f"{COUNTY}.police"
        )
        _take(work, one, seat, event)
        return
    work.toast()
    number = work.phones.get("police") or "110"
    work.reply(
        work.say("referral.police_card", number=number),
        [
            [(work.say("referral.police_yes"), do("referral.police", one.id, "yes"))],
            [(work.say("key.report"), do("go", "report"))],
        ],
    )


def _unit(one: Referral, seat: Seat) -> str | None:
    return seat.unit or one.unit


def _take(work: Work, one: Referral, seat: Seat, event: Event) -> bool:
    """Take the step, tell everybody concerned, show the screen; False when it could not be taken, which was said."""
    if event.said("step") == "matched" and not _may_match(work, one):
        return False
    try:
        with work.conn.begin_nested():
            now = referrals.act(work.conn, one, seat, event)
    except Impossible as impossible:
        words = work.say(f"referral.impossible.{impossible.why}")
        work.toast(words)
        work.reply(words, [[(work.say("referral.open"), do("referral.open", one.id))]])
        return False
    work.note(f"referral.{event.kind.value}", f"referral:{one.id}", unit=event.unit, to=event.to)
    work.toast(work.words.find(f"referral.done.{event.kind.value}") or "")
    referral_effects.follow(work, one, event, now)
    referral_news.tell(work, one, event, now)
    still = referrals.seat_of(work.conn, one, work.demand(Action.REFER))
    if still is None:
        work.show(work.words.find(f"referral.done.{event.kind.value}") or work.say("referral.done"))
    else:
        _show(work, one, still)
    return True


def _may_match(work: Work, one: Referral) -> bool:
    """Who takes a need up learns who it is: a no in the child's file, for this helper or for all, stands above the referral."""
    entry = children.by_ids(work.conn, [one.child_id]).get(one.child_id) if one.child_id else None
    helper_id = referrals.life_of(work.conn, one).helper
    helper = helpers.get(work.conn, helper_id) if helper_id else None
    if entry is None or helper is None:
        return True
    held = child_file.standing(work.conn, entry.child, ConsentKind.SHARING, work.today, helper.name)
    if held not in (Standing.REFUSED, Standing.WITHDRAWN, Standing.ASK_AGAIN):
        return True  # the village wrote the family's yes into the referral itself, or it is asked for there
    work.toast()
    words = work.say("sharing.no_match", organisation=helper.name)
    work.reply(words, [[(work.say("referral.open"), do("referral.open", one.id))]])
    return False


def _written(work: Work, answers: Answers, kept: Kept) -> None:
    one, seat = _found(work, answers["referral"])
    detail = {key: str(answers[key]) for key in ("step", "outcome", "until", "next") if answers.get(key)}
    note = answers.get("reason") or answers.get("note")
    kind = Act(answers["act"])
    to = COUNTY if kind is Act.RETURNED else answers.get("to")
    person = work.demand(Action.REFER).person_id
    _take(work, one, seat, Event(kind, work.now, person, _unit(one, seat), to, note, detail or None))


def _step_facts(work: Work) -> Mapping[str, Any]:
    def kind_of(referral_id: str) -> Referral:
        one = referrals.get(work.conn, referral_id)
        if one is None:
            raise Refused("referral.gone")
        return one

    def units(referral_id: str) -> list[tuple[str, str]]:
        one = kind_of(referral_id)
        held = referrals.life_of(work.conn, one).desk or ""
        return [(code, referral_card.unit_name(work, code)) for code in next_units(one.kind, held)]

    return {
        "steps": lambda one: [(key, work.say(f"referral.step.{key}")) for key in kind_of(one).kind.steps],
        "outcomes": lambda one: [(key, work.say(f"referral.outcome.{key}")) for key in kind_of(one).kind.outcomes],
        "units": units,
    }


def _step_value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key in ("referral", "act") or value is None:
        return ""
    if key in ("step", "outcome"):
        return work.say(f"referral.{key}.{value}")
    if key == "to":
        return referral_card.unit_name(work, value)
    return day_words(work.words, date.fromisoformat(value), work.today) if key in ("until", "next") else None


def _step_heading(work: Work, world: World, answers: Answers) -> str:
    one = referrals.get(work.conn, answers["referral"])
    return work.say(
        "referral_step.heading", number=one.number if one else "", act=work.say(f"referral.do.{answers['act']}")
    )


# --- 司法建议, 检察建议 ---


def suggest(work: Work) -> None:
    """Court and procuratorate issue a suggestion; its written reply is due in a month."""
    _issuer(work)
    work.toast()
    flow.begin(work, "suggestion")


def _issuer(work: Work) -> str:
    me = work.demand(Action.REFER)
    unit = next((post.unit.code for post in me.posts if post.unit.code.partition(".")[2] in ISSUED_BY), None)
    if unit is None:
        raise Refused("access.denied")
    return unit


def _suggested(work: Work, answers: Answers, kept: Kept) -> None:
    unit, me = _issuer(work), work.demand(Action.REFER)
    content = {"about": answers["about"], "to_unit": answers["to_unit"]}
    one = referrals.raise_(work.conn, "suggestion", unit, me.person_id, content, work.now, demo=work.demo)
    work.note("referral.raised", f"unit:{unit}", referral=one.id, kind="suggestion")
    now = referrals.life_of(work.conn, one)
    referral_news.tell(work, one, Event(Act.SENT, work.now, me.person_id, to=answers["to_unit"]), now)
    to = referral_card.unit_name(work, answers["to_unit"])
    work.show(
        work.say("suggestion.sent", number=one.number, unit=to),
        [[(work.say("referral.open"), do("referral.open", one.id))]],
    )


def _offices(work: Work) -> Mapping[str, Any]:
    own = {post.unit.code for post in work.me.posts} if work.me else set()
    found = [unit.code for unit in work.tree if unit.kind is UnitKind.DEPARTMENT and unit.code not in own]
    staffed = set(reports.staffed(work.conn, found))
    return {"offices": [(code, referral_card.unit_name(work, code)) for code in found if code in staffed]}


def _suggestion_value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return referral_card.unit_name(work, value) if key == "to_unit" else None


SUBJECT = Subject(
    "referral_desk",
    commands=(Command("referrals", listed, Action.REFER, ("转介", "转介单", "我的转介"), menu=False),),
    conversations=(
        Conversation(
            STEP, _written, Action.REFER, facts=_step_facts, value=_step_value, heading=_step_heading, hears=harm.hear
        ),
        Conversation(SUGGESTION, _suggested, Action.REFER, facts=_offices, value=_suggestion_value),
    ),
    presses={
        "referral.open": Press(open_, Action.REFER),
        "referral.act": Press(act, Action.REFER),
        "referral.consent": Press(consent, Action.REFER),
        "referral.who": Press(who, Action.REFER),
        "referral.police": Press(police, Action.REFER),
        "referral.list": Press(turn, Action.REFER),
        "suggestion.new": Press(suggest, Action.REFER),
    },
)
