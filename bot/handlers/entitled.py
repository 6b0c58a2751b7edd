"""享受政策 and 关爱帮扶记录: what a child receives by right, and what somebody did for it, each in a few taps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.file_hand import CLASH, SEEN, changed_meanwhile, opened, seen, undo_button, with_clash
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import child_file
from db.drafts import Kept
from domain.access import Action, allowed
from domain.child_file import (
    BENEFIT_STATUS_WORDS,
    BENEFIT_WORDS,
    HELP_WORDS,
    Benefit,
    BenefitKind,
    BenefitStatus,
    Help,
    HelpKind,
)
from domain.children import Child
from domain.file_reading import read_when
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, one_of, text

Button = tuple[str, Any]
SHOWN = 8
MOST_MONEY = 1_000_000
BENEFITS = "benefit:"  # the paths of a file that speak of benefits


def _may(work: Work, one: Child) -> bool:
    return one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit)


def _back(work: Work, file_no: str) -> list[Button]:
    return [(work.say("file.back"), do("file.open", file_no)), *back_to(work, file_no)]


def _day(said: Said, world: World, answers: Answers) -> str:
    """A day that has come, by button or typed; long ago too, but not before the child was born."""
    if said.choice is not None and said.choice.isdecimal():
        day = date.fromordinal(world.now.date().toordinal() - int(said.choice))
    else:
        day = read_when(said.text or "", world.now)
    born = world.facts["born"](answers)
    if born is not None and day < born:
        raise Invalid("file.problem.before_birth", day=born)
    return day.isoformat()


def _days(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(str(back), label) for back, label in enumerate(world.facts["days"]))


def _money(said: Said, world: World, answers: Answers) -> int:
    words = "".join(char for char in (said.text or "") if char not in "元块￥¥,， 每月")
    if not words.isdecimal() or int(words) > MOST_MONEY:
        raise Invalid("file.problem.money")
    return int(words)


def _facts(work: Work) -> Mapping[str, Any]:
    return {
        "born": lambda answers: entry_of(work, answers["child"]).child.birth_date,
        "days": [work.say(f"deed.day.{back}") for back in range(3)],
    }


# --- benefits ------------------------------------------------------------------------------------------------------


def benefits(work: Work, file_no: str) -> None:
    """What the child and the family receive, applied for and received before."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="benefits")
    work.toast()
    found = child_file.benefits_of(work.conn, [one.id])
    lines = [work.say("benefit.title", name=one.name)]
    lines += [
        work.say("benefit.row", place=place, what=_benefit(work, each)) for place, each in enumerate(found, 1)
    ] or [work.say("benefit.none")]
    cells: list[Button] = []
    if _may(work, one):
        cells = [
            (work.say("benefit.open", place=place), do("benefit.open", file_no, short(each.id)))
            for place, each in enumerate(found, 1)
        ]
        cells.append((work.say("benefit.add"), do("benefit.new", file_no)))
    work.show("\n".join(lines), [*in_twos(cells), _back(work, file_no)])


def _benefit(work: Work, each: Benefit) -> str:
    said = f"{BENEFIT_WORDS[each.kind]} {BENEFIT_STATUS_WORDS[each.status]}"
    parts = [said]
    for key, day in (("applied", each.applied_on), ("since", each.since), ("until", each.until)):
        if day is not None:
            parts.append(work.say(f"benefit.day.{key}", day=day_words(work.words, day, work.today)))
    if each.amount is not None:
        parts.append(work.say("benefit.amount", amount=each.amount))
    return "，".join(parts)


BENEFIT = Form(
    "benefit",
    (
        Question("child", by_button), SEEN, CLASH,
        Question(
            "kind", one_of(*BenefitKind),
            choices=lambda world, answers: tuple(Choice(one.value, BENEFIT_WORDS[one]) for one in BenefitKind),
        ),
        Question(
            "status", one_of(*BenefitStatus),
            choices=lambda world, answers: tuple(Choice(one.value, BENEFIT_STATUS_WORDS[one]) for one in BenefitStatus),
        ),
        Question("day", _day, choices=_days, columns=3, skip=True),
        Question("amount", _money, skip=True, aside=True),
    ),
)  # fmt: skip


def new_benefit(work: Work, file_no: str) -> None:
    one, _ = opened(work, file_no)
    work.toast()
    work.pressed = None
    flow.begin(work, "benefit", {"child": file_no, "seen": seen(work, one, BENEFITS)}, fresh=True)


def _benefit_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "kind":
        return BENEFIT_WORDS[BenefitKind(answer)]
    if key == "status":
        return BENEFIT_STATUS_WORDS[BenefitStatus(answer)]
    return _common(work, key, answer)


def _common(work: Work, key: str, answer: Any) -> str | None:
    if key == "day" and answer:
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key in ("amount", "value") and answer is not None:
        return work.say("benefit.yuan", amount=answer)
    return None


def _benefit_done(work: Work, answers: Answers, kept: Kept) -> None:
    one, hand = opened(work, answers["child"])
    if other := changed_meanwhile(work, one, answers.get("seen"), BENEFITS):
        flow.begin(work, "benefit", with_clash(answers, other, seen(work, one, BENEFITS)), fresh=True)
        return
    status = BenefitStatus(answers["status"])
    day = date.fromisoformat(answers["day"]) if answers.get("day") else None
    applied = status in (BenefitStatus.APPLIED, BenefitStatus.REFUSED)
    made = Benefit(
        "", one.id, BenefitKind(answers["kind"]), status, applied_on=day if applied else None,
        since=day if status is BenefitStatus.GRANTED else None, until=day if status is BenefitStatus.STOPPED else None,
        amount=answers.get("amount"),
    )  # fmt: skip
    child_file.put_benefit(work.conn, made, hand)
    work.note("child.changed", f"child:{one.id}", what="benefit")
    work.show(
        work.say("benefit.kept", name=one.name, what=_benefit(work, made)),
        [
            [*undo_button(work, one), (work.say("benefit.all"), do("benefit.list", one.file_no))],
            _back(work, one.file_no),
        ],
    )


def _found(work: Work, one: Child, key: str) -> Benefit:
    each = next((each for each in child_file.benefits_of(work.conn, [one.id]) if short(each.id) == key), None)
    if each is None:
        raise Refused("file.gone")
    return each


def open_benefit(work: Work, file_no: str, key: str) -> None:
    """One benefit and what may have become of it: granted, refused, stopped, as of today."""
    one, _ = opened(work, file_no)
    each = _found(work, one, key)
    work.toast()
    cells: list[Button] = [
        (work.say(f"benefit.now.{status.value}"), do("benefit.set", file_no, key, status.value, each.status.value))
        for status in BenefitStatus
        if status is not each.status
    ]
    work.show(work.say("benefit.row", place="🧾", what=_benefit(work, each)), [*in_twos(cells), _back(work, file_no)])


def set_benefit(work: Work, file_no: str, key: str, status: str, was: str = "") -> None:
    """What became of it. `was` is what the button's reader saw: if somebody changed it since, that is shown first."""
    one, hand = opened(work, file_no)
    each = _found(work, one, key)
    if status not in set(BenefitStatus):
        raise Refused("file.gone")
    now = BenefitStatus(status)
    if was and each.status.value not in (was, status):
        line = changed_meanwhile(work, one, "", f"{BENEFITS}{each.id}")
        if line is not None:
            work.reply(line)
            open_benefit(work, file_no, key)
            return
    after = replace(each, status=now)
    if now is BenefitStatus.GRANTED:
        after = replace(after, since=each.since or work.today, until=None)
    elif now is BenefitStatus.STOPPED:
        after = replace(after, until=work.today)
    elif now is BenefitStatus.APPLIED:
        after = replace(after, applied_on=each.applied_on or work.today, until=None)
    child_file.put_benefit(work.conn, after, hand)
    work.note("child.changed", f"child:{one.id}", what="benefit")
    work.toast()
    work.show(
        work.say("benefit.kept", name=one.name, what=_benefit(work, after)),
        [[*undo_button(work, one), (work.say("benefit.all"), do("benefit.list", file_no))], _back(work, file_no)],
    )


# --- help ----------------------------------------------------------------------------------------------------------


def helped(work: Work, file_no: str) -> None:
    """What the child was helped with, the newest first."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="helps")
    work.toast()
    found = child_file.helps_of(work.conn, [one.id])
    lines = [work.say("helped.title", name=one.name, count=len(found))]
    lines += [
        work.say("helped.row", place=place, what=_help(work, each)) for place, each in enumerate(found[:SHOWN], 1)
    ]
    cells: list[Button] = [(work.say("helped.add"), do("helped.new", file_no))] if _may(work, one) else []
    work.show("\n".join(lines), [cells, _back(work, file_no)])


def _help(work: Work, each: Help) -> str:
    day = day_words(work.words, each.day, work.today)
    value = work.say("benefit.yuan", amount=each.value) if each.value is not None else ""
    return " ".join(part for part in (day, HELP_WORDS[each.kind], each.what or "", each.giver or "", value) if part)


HELPED = Form(
    "helped",
    (
        Question("child", by_button),
        Question(
            "kind", one_of(*HelpKind), columns=3,
            choices=lambda world, answers: tuple(Choice(one.value, HELP_WORDS[one]) for one in HelpKind),
        ),
        Question("what", text(120)),
        Question("giver", text(60), skip=True),
        Question("day", _day, choices=_days, columns=3),
        Question("value", _money, skip=True, aside=True),
    ),
)  # fmt: skip


def new_help(work: Work, file_no: str) -> None:
    opened(work, file_no)
    work.toast()
    work.pressed = None
    flow.begin(work, "helped", {"child": file_no}, fresh=True)


def _help_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    return HELP_WORDS[HelpKind(answer)] if key == "kind" else _common(work, key, answer)


def _help_done(work: Work, answers: Answers, kept: Kept) -> None:
    one, hand = opened(work, answers["child"])
    made = Help(
        "", one.id, date.fromisoformat(answers["day"]), HelpKind(answers["kind"]), answers["what"], answers.get("giver"),
        answers.get("value"),
    )  # fmt: skip
    child_file.put_help(work.conn, made, hand)
    work.note("child.changed", f"child:{one.id}", what="help")
    lines = [work.say("helped.kept", name=one.name, what=_help(work, made))]
    if one.added_on is not None and made.day < one.added_on:
        lines.append(work.say("file.before_opened", day=day_words(work.words, one.added_on, work.today)))
    work.show(
        "\n".join(lines),
        [[*undo_button(work, one), (work.say("helped.all"), do("helped.list", one.file_no))], _back(work, one.file_no)],
    )


SUBJECT = Subject(
    "entitled",
    conversations=(
        Conversation(BENEFIT, _benefit_done, Action.CHANGE_FILE, facts=_facts, value=_benefit_value),
        Conversation(HELPED, _help_done, Action.CHANGE_FILE, facts=_facts, value=_help_value),
    ),
    presses={
        "benefit.list": Press(benefits, Action.SEE_CHILD),
        "benefit.new": Press(new_benefit, Action.CHANGE_FILE),
        "benefit.open": Press(open_benefit, Action.CHANGE_FILE),
        "benefit.set": Press(set_benefit, Action.CHANGE_FILE),
        "helped.list": Press(helped, Action.SEE_CHILD),
        "helped.new": Press(new_help, Action.CHANGE_FILE),
    },
)
