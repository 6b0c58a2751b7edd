"""A referral on a screen: what was asked, where it stands, what may be done. Codes unless the seat may see a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from bot.buttons import do
from bot.child_card import dial
from bot.reminders.rules import day_words
from bot.work import Rows, Work, in_twos
from db import children, helpers, people, referrals
from db.referrals import Listed, Referral
from domain.access import Action
from domain.calendar import local_day
from domain.online_clues import OF_PHONE_USE
from domain.referrals.clocks import clock_of
from domain.referrals.events import Act, Event
from domain.referrals.life import Life, State
from domain.referrals.steps import Part, Seat, may_name, possible
from domain.referrals.types import ASK_POLICE_AT, CONSENTING
from domain.units import COUNTY

LAST = 4  # of what happened
_ASKED = (
    "signs", "neglects", "whom", "serious", "art_92", "where_now", "quarrel", "benefit", "school_matter", "would", "skill",
    "phone_use", "threat", "need",
)  # fmt: skip
Cell = tuple[str, Any]


def kind_name(work: Work, one: Referral) -> str:
    """办补助·低保: the kind, and of some what exactly."""
    name = work.say(f"referral.kind.{one.kind_code}")
    topic = work.words.find(f"referral.benefit.{one.topic}") if one.kind_code == "benefits" else None
    return f"{name}·{topic}" if topic else name


def unit_name(work: Work, code: str | None) -> str:
    return work.say("referral.county") if code == COUNTY else work.tree.path_name(code or "")


def state_words(work: Work, now: Life) -> str:
    key = "by_village" if now.by_village and now.state in (State.ACCEPTED, State.WORKING) else now.state.value
    return work.say(f"referral.state.{key}", unit=unit_name(work, now.desk))


def line(work: Work, each: Listed) -> str:
    """A button of the list: nothing of the child on it."""
    late = (clock := clock_of(each.life, each.referral.kind_code, work.policy)) is not None and clock.late(work.today)
    mark = "⏰" if late else "⚪" if not each.life.open else "🟡"
    return f"{mark} {each.referral.number[-4:]} {kind_name(work, each.referral)} {state_words(work, each.life)}"[:60]


def text(work: Work, one: Referral, seat: Seat, now: Life, happened: Sequence[Event]) -> str:
    """The card. Whom it is about stands behind 看是谁, which is journaled."""
    lines = [work.say("referral.screen", number=one.number, kind=kind_name(work, one), state=state_words(work, now))]
    lines.append(work.say("referral.from", place=unit_name(work, one.unit), day=_day(work, one.raised_at)))
    lines += _answers(work, one, named=may_name(now, one.kind_code, seat))
    if one.kind_code in CONSENTING:
        key = {True: "yes", False: "no", None: "open"}[now.consent]
        lines.append(work.say(f"referral.agreed.{key}"))
    if now.helper is not None:
        helper = helpers.get(work.conn, now.helper)
        lines.append(work.say("referral.helper", name=helper.name if helper else "—"))
    if one.kind_code == "neglect" and one.child_id is not None and now.open:
        count = referrals.warnings_of(work.conn, one.child_id)
        if count >= ASK_POLICE_AT:
            lines.append(work.say("referral.third_time", count=count))
    told = [_event(work, event) for event in happened]
    lines += [said for said in told if said][-LAST:]
    clock = clock_of(now, one.kind_code, work.policy)
    if clock is not None:
        key = "late" if clock.late(work.today) else "due"
        lines.append(
            work.say(
                f"referral.clock_{key}",
                what=work.say(f"referral.clock.{clock.code}"),
                day=day_words(work.words, clock.due, work.today),
            )
        )
    elif now.next_on is not None:
        lines.append(work.say("referral.next_on", day=day_words(work.words, now.next_on, work.today)))
    if seat.part is Part.HOME and one.kind_code == "psychology" and now.open:
        lines.append(work.say("referral.hotline"))
    if now.state is State.DONE and (seat.part in (Part.HOME, Part.COUNTY, Part.ASKER) or now.by_village):
        lines.append(family_words(work, one, now))
    return "\n".join(lines)


def family_words(work: Work, one: Referral, now: Life) -> str:
    """What the director may say to the family, ready to be read out."""
    said = work.words.find(f"referral.family.{one.kind_code}.{now.outcome}") or work.words.find(
        f"referral.family.{one.kind_code}"
    )
    outcome = work.say(f"referral.outcome.{now.outcome}")
    return work.say("referral.family", words=(said or work.say("referral.family.any")).format(outcome=outcome))


def _answers(work: Work, one: Referral, *, named: bool) -> list[str]:
    """What was asked; free words may hold a name, so they wait for the guardian like the name itself."""
    lines = []
    for key in _ASKED:
        value = one.said.get(key)
        if value and value not in ("no", []):
            said = "、".join(choice(work, key, each) for each in (value if isinstance(value, list) else [value]))
            lines.append(work.say(f"referral.line.{key}", value=said))
    for key in ("public", "words", "about"):
        if one.said.get(key) and key == "words" and not named:
            lines.append(work.say("referral.words_wait"))
        elif one.said.get(key):
            lines.append(work.say("referral.said", words=one.said[key]))
    return lines


def choice(work: Work, key: str, value: str) -> str:
    return work.words.find(f"referral.{key}.{value}") or str(value)


def _event(work: Work, event: Event) -> str:
    """11月20日 县教育局：学校谈话。…"""
    if event.kind in (Act.RAISED, Act.NUDGED, Act.RISEN, Act.CONSENT, Act.CLAIMED, Act.UNCLAIMED):
        return ""
    what = work.say(
        f"referral.event.{event.kind.value}", unit=unit_name(work, event.to),
        step=work.say(f"referral.step.{event.said('step')}") if event.said("step") else "",
        outcome=work.say(f"referral.outcome.{event.said('outcome')}") if event.said("outcome") else "",
    )  # fmt: skip
    who = unit_name(work, event.unit) if event.unit else ""
    if not who:
        return work.say("referral.event_plain", day=_day(work, event.at), what=what)
    return work.say("referral.event", day=_day(work, event.at), who=who, what=what, note=event.note or "").rstrip()


def _day(work: Work, moment: datetime) -> str:
    return day_words(work.words, local_day(moment), work.today)


def buttons(work: Work, one: Referral, seat: Seat, now: Life) -> Rows:
    cells: list[Cell] = []
    for act in possible(now, one.kind, seat):
        if act is Act.CONSENT:
            cells += [
                (work.say(f"referral.do.consent_{said}"), do("referral.consent", one.id, said))
                for said in ("yes", "no")
            ]
        else:
            cells.append((work.say(f"referral.do.{act.value}"), do("referral.act", one.id, act.value)))
    if one.child_id is not None and may_name(now, one.kind_code, seat):
        cells.append((work.say("referral.who"), do("referral.who", one.id)))
    elif one.child_id is not None and now.open and seat.part is Part.LEAD:
        cells.append((work.say("referral.who_not_yet"), do("referral.who", one.id)))
    if one.kind_code == "social" and now.helper is None and now.open and seat.part in (Part.LEAD, Part.COUNTY):
        cells.append((work.say("board.claim"), do("board.claim", one.id)))
    rows = [list(row) for row in in_twos(cells)]
    if one.kind_code == "neglect" and now.by_village and now.open and seat.part in (Part.LEAD, Part.HOME):
        rows.append([(work.say("referral.to_police"), do("referral.police", one.id))])
    if one.kind_code == "work" and now.outcome == "returned" and one.child_id and seat.part in (Part.HOME, Part.LEAD):
        entry = children.by_ids(work.conn, [one.child_id]).get(one.child_id)
        if entry is not None:
            rows.append([(work.say("referral.close_label"), do("change.choose", entry.child.file_no))])
    if one.kind_code == "online" and now.did("reported_12377") and seat.part in (Part.LEAD, Part.HOME):
        rows.append([(work.say("referral.to_clues"), do("clues.add", OF_PHONE_USE.get(one.topic or "", "")))])
    rows.append([(work.say("referral.list"), do("go", "referrals"))])
    return rows  # type: ignore[return-value]


def who(work: Work, one: Referral) -> str:
    """Name, guardian and how to reach them: for the one who has to go there."""
    assert one.child_id is not None
    entry = children.by_ids(work.conn, [one.child_id]).get(one.child_id)
    if entry is None:
        return work.say("referral.child_gone")
    child = entry.child
    age = child.age_on(work.today)
    lines = [
        work.say(
            "referral.who_is", name=escape(child.name), number=child.file_no, place=work.tree.path_name(child.unit),
            age=age if age is not None else "—", school=escape(child.school or "—"),
        )
    ]  # fmt: skip
    carer = next((each for each in child.guardians if each.carer), next(iter(child.guardians), None))
    if carer is not None:
        lines.append(
            work.say(
                "referral.who_carer",
                name=escape(carer.name or "—"),
                phone=dial(work, carer.phone) if carer.phone else "—",
            )
        )
    director = next(
        (post for post in people.find_posts(work.conn) if post.unit.code == child.unit and post.holder), None
    )
    person = people.person(work.conn, director.holder) if director and director.holder else None
    if person is not None:
        lines.append(
            work.say(
                "referral.who_director",
                name=escape(person.name),
                phone=dial(work, person.phone) if person.phone else "—",
            )
        )
    return "\n".join(lines)


def open_list(work: Work) -> list[Listed]:
    me = work.demand(Action.REFER)
    return referrals.of_me(work.conn, me, work.visible(Action.REFER))
