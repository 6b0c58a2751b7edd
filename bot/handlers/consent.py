"""告知和同意: the notice to guardians, and each consent to what goes beyond the duty; given, refused, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.file_hand import hand, undo_button
from bot.photo_consent import WAITING, settle_photos
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import child_file, children, drives, helpers
from db.child_file import Hand
from db.drafts import Kept
from domain.access import Action, allowed
from domain.children import Child
from domain.consent import OWN_SAY, Consent, ConsentKind, ConsentState, How, Standing, Whose, consent_for, latest
from domain.file_reading import read_when
from domain.forms import Answers, Choice, Form, Question, Said, World, by_button, given, one_of, text

Button = tuple[str, Any]
MOST_ORGANISATIONS = 6
STATES = (ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN)


def _open(work: Work, file_no: str) -> tuple[Child, Hand]:
    """Also of a closed file: a consent may be taken back at any time (个人信息保护法 art. 15)."""
    one = entry_of(work, file_no).child
    return one, hand(work, one.unit)


def consents(work: Work, file_no: str) -> None:
    """How the notice and each consent stand, by whom and since when."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="consents")
    work.toast()
    found = child_file.consents_of(work.conn, [one.id])
    lines = [work.say("consent.title", name=one.name)]
    cells: list[Button] = []
    for kind in ConsentKind:
        lines.append(_line(work, one, found, kind))
        if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
            cells.append((work.say(f"consent.do.{kind.value}"), do("consent.new", file_no, kind.value)))
    cells.append((work.say("consent.read"), do("consent.text", file_no)))
    work.show(
        "\n".join(lines),
        [*in_twos(cells), [(work.say("file.back"), do("file.open", file_no)), *back_to(work, file_no)]],
    )


def _line(work: Work, one: Child, found: list[Consent], kind: ConsentKind) -> str:
    held = consent_for(found, one, kind, work.today)
    line = latest(found, kind)
    state = work.say(
        f"consent.standing.{'told' if kind is ConsentKind.NOTICE and held is Standing.GIVEN else held.value}"
    )
    said = work.say("consent.row", kind=work.say(f"consent.kind.{kind.value}"), state=state)
    if line is not None:
        said += work.say(
            "consent.by",
            whose=work.say(f"consent.whose.{line.whose.value}"),
            day=day_words(work.words, line.day, work.today),
        )
    for each in sorted({one.organisation for one in found if one.kind is kind and one.organisation}):
        own = consent_for(found, one, kind, work.today, each)
        said += "\n" + work.say("consent.with", organisation=each, state=work.say(f"consent.standing.{own.value}"))
    return said


def read_aloud(work: Work, file_no: str) -> None:
    """The notice in plain words, to be read to the guardians; then one tap says that it was."""
    one = entry_of(work, file_no).child
    work.toast()
    rows: list[list[Button]] = []
    if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
        rows.append([(work.say("consent.was_read"), do("consent.new", file_no, "notice", "aloud"))])
    work.reply(work.say("consent.text"), [*rows, back_to(work, file_no)])


# --- the form ------------------------------------------------------------------------------------------------------


def begin(work: Work, file_no: str, kind: str, how: str = "") -> None:
    _open(work, file_no)
    if kind not in set(ConsentKind):
        raise Refused("file.gone")
    work.toast()
    work.pressed = None
    known: Answers = {"child": file_no, "kind": kind}
    if kind == ConsentKind.NOTICE.value:
        known["state"] = ConsentState.GIVEN.value
    if how in set(How):
        known["how"] = how
    flow.begin(work, "consent", known, fresh=True)


def _whose(world: World, answers: Answers) -> tuple[Choice, ...]:
    found: tuple[Choice, ...] = world.facts["whose"](answers)
    return found


def _day(said: Said, world: World, answers: Answers) -> str:
    if said.choice is not None and said.choice.isdecimal():
        return date.fromordinal(world.now.date().toordinal() - int(said.choice)).isoformat()
    return read_when(said.text or "", world.now).isoformat()


def _organisations(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(str(place), name) for place, name in enumerate(world.facts["organisations"]))


def _organisation(said: Said, world: World, answers: Answers) -> str:
    if said.choice is not None and said.choice.isdecimal() and int(said.choice) < len(world.facts["organisations"]):
        return str(world.facts["organisations"][int(said.choice)])
    return str(_TYPED(said, world, answers))


_TYPED = text(40)
CONSENT = Form(
    "consent",
    (
        Question("child", by_button), Question("kind", by_button),
        Question("state", one_of(*ConsentState), choices=lambda world, answers: tuple(Choice(one.value) for one in STATES)),
        Question(
            "organisation", _organisation, choices=_organisations, skip=True, when=given("kind", ConsentKind.SHARING.value)
        ),
        Question("whose", one_of(*Whose), choices=_whose),
        Question("how", one_of(*How), choices=lambda world, answers: tuple(Choice(one.value) for one in How)),
        Question("day", _day, choices=lambda world, answers: tuple(Choice(str(n), label) for n, label in enumerate(world.facts["days"])), columns=3),
    ),
)  # fmt: skip


def _facts(work: Work) -> Mapping[str, Any]:
    def whose(answers: Answers) -> tuple[Choice, ...]:
        age = entry_of(work, answers["child"]).child.age_on(work.today)
        own = age is not None and age >= OWN_SAY and answers.get("kind") != ConsentKind.NOTICE.value
        found = [one for one in Whose if one is not Whose.CHILD]
        return tuple(Choice(one.value) for one in ([Whose.CHILD, *found] if own else found))

    # who may be meant: spelled as it will be asked for, so that the consent is found again
    known = [one.name for one in helpers.all_of_them(work.conn) if one.declared_on is not None]
    known += [one.giver for one in drives.listed(work.conn, "running") if one.giver]
    return {
        "whose": whose, "days": [work.say(f"deed.day.{back}") for back in range(3)],
        "organisations": list(dict.fromkeys(known))[-MOST_ORGANISATIONS:],
    }  # fmt: skip


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "kind":
        return work.say(f"consent.kind.{answer}")
    if key == "state" and answers.get("kind") == ConsentKind.NOTICE.value:
        return work.say("consent.standing.told")
    if key == "organisation" and answer is None:
        return work.say("consent.any")
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    return None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    one, mine = _open(work, answers["child"])
    line = Consent(
        "", one.id, ConsentKind(answers["kind"]), ConsentState(answers["state"]), date.fromisoformat(answers["day"]),
        Whose(answers["whose"]), How(answers["how"]), answers.get("organisation"),
    )  # fmt: skip
    child_file.put_consent(work.conn, line, mine)
    work.note("consent.kept", f"child:{one.id}", kind=line.kind.value, state=line.state.value)
    others = [] if line.whose is Whose.CHILD else _siblings(work, one, line.kind)
    rows: list[list[Button]] = []
    if others:
        made = child_file.consents_of(work.conn, [one.id])[-1]
        rows.append(
            [
                (
                    work.say("consent.same_for", names="、".join(each.name for each in others)[:20]),
                    do("consent.same", one.file_no, short(made.id)),
                )
            ]
        )
    rows.append([*undo_button(work, one), (work.say("file.block.consents"), do("consent.list", one.file_no))])
    found = child_file.consents_of(work.conn, [one.id])
    work.show(
        work.say("consent.kept", name=one.name, line=_line(work, one, found, line.kind)),
        [*rows, back_to(work, one.file_no)],
    )


def _siblings(work: Work, one: Child, kind: ConsentKind) -> list[Child]:
    """Children of the same home for whom this was not asked yet: one sitting, separate lines."""
    if not one.household:
        return []
    there = [
        entry.child
        for entry in children.in_units(work.conn, [one.unit])
        if entry.child.household == one.household and entry.child.id != one.id
    ]
    return [each for each in there if child_file.standing(work.conn, each, kind, work.today) is Standing.NOT_ASKED]


def same(work: Work, file_no: str, key: str) -> None:
    """The same word holds for the brothers and sisters it was not asked for."""
    one, mine = _open(work, file_no)
    line = next((each for each in child_file.consents_of(work.conn, [one.id]) if short(each.id) == key), None)
    if line is None:
        raise Refused("file.gone")
    others = _siblings(work, one, line.kind)
    for each in others:
        child_file.put_consent(work.conn, replace(line, id="", child_id=each.id), mine)
        work.note("consent.kept", f"child:{each.id}", kind=line.kind.value, state=line.state.value)
    work.toast()
    work.show(
        work.say("consent.same_kept", names="、".join(each.name for each in others) or "—"), [back_to(work, file_no)]
    )


# --- the photos of a visit -----------------------------------------------------------------------------------------


def photos(work: Work, batch: str, answer: str) -> None:
    """Whether the pictures just sent may be kept: agreed, refused (they are thrown away), or of a paper only."""
    work.demand(Action.CHANGE_FILE)
    if answer not in WAITING:
        raise Refused("file.gone")
    work.toast()
    said = settle_photos(work, batch, answer)
    work.show(said)


SUBJECT = Subject(
    "consent",
    conversations=(Conversation(CONSENT, _done, Action.CHANGE_FILE, facts=_facts, value=_value),),
    presses={
        "consent.list": Press(consents, Action.SEE_CHILD),
        "consent.text": Press(read_aloud, Action.SEE_CHILD),
        "consent.new": Press(begin, Action.CHANGE_FILE),
        "consent.same": Press(same, Action.CHANGE_FILE),
        "consent.photos": Press(photos, Action.CHANGE_FILE),
    },
)
