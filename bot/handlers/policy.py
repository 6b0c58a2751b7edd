"""设置: the county's own numbers, changed in the chat: tried on the real data first, asked twice, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import Button, do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import people
from db import policy as policies
from db.drafts import Kept
from domain.access import Action
from domain.calendar import DAY, add_months, month_start
from domain.children import Tier
from domain.dry_run import DryRun
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice
from domain.policy import PolicyRefused
from domain.settings import ADDS_UP, GROUPS, SETTINGS, Change, Setting, Value, first_day, read

NEWEST = 8  # changes shown
Cells = list[tuple[str, Button]]


# --- what is in force ---


def overview(work: Work, words: str) -> None:
    """/policy: the numbers in force in a few lines, and what can be changed."""
    work.demand(Action.SET_POLICY)
    lines = [work.say("policy.now")]
    for tier in Tier:
        often = work.policy.frequency(tier)
        holes = {name: _words(work, SETTINGS[f"{tier.value}.{name}"], getattr(often, name)) for name in _OFTEN}
        lines.append(work.say("policy.tier", tier=work.say(f"why.tier.{tier.value}"), **holes))
    lines.append(
        work.say("policy.hours", hour=_now(work, SETTINGS["digest_hour"]), quiet=_now(work, SETTINGS["quiet_hours"]))
    )
    lines.append(
        work.say(
            "policy.help",
            supervisor=_now(work, SETTINGS["help_after.supervisor"]),
            county=_now(work, SETTINGS["help_after.county"]),
        )
    )
    year = work.today.year + 1
    if work.policy.calendar.provisional(date(year, 1, 1)) and work.today.month >= 11:
        lines.append(work.say("policy.provisional", year=year))
    coming = [one for one in policies.history(work.conn) if one.change.from_on > work.today]
    if coming:
        lines.append(work.say("policy.coming", count=len(coming)))
    lines.append(work.say("policy.which"))
    cells: Cells = [(work.say(f"policy.group.{group}"), do("policy.group", group)) for group in GROUPS]
    work.show("\n".join(lines), [cells[:2], cells[2:], [(work.say("policy.history"), do("policy.history"))]])


_OFTEN = ("contact_days", "visit_months", "supervisor_months")


def group(work: Work, name: str) -> None:
    """One group of settings, each with the value in force."""
    found = [setting for setting in SETTINGS.values() if setting.group == name]
    if not found:
        raise Refused("policy.gone")
    work.toast()
    cells = [[(f"{_name(work, one)}:{_now(work, one)}"[:60], do("policy.change", one.key))] for one in found]
    back: Cells = [(work.say("policy.back"), do("go", "policy"))]
    work.show(work.say("policy.group_ask", group=work.say(f"policy.group.{name}")), [*cells, back])


def history(work: Work) -> None:
    """The newest changes: who, when, from when; one that does not hold yet can be taken back."""
    work.toast()
    kept = policies.history(work.conn)[::-1][:NEWEST]
    if not kept:
        work.show(work.say("policy.no_history"), [[(work.say("policy.back"), do("go", "policy"))]])
        return
    lines, cells = [work.say("policy.history_head")], []
    for one in kept:
        setting = SETTINGS.get(one.change.key)
        if setting is None:
            continue
        lines.append(
            work.say(
                "policy.history_line",
                name=_name(work, setting),
                value=_words(work, setting, one.change.value),
                day=day_words(work.words, one.change.from_on, work.today),
                by=_who(work, one.by),
            )
        )
        if one.change.from_on > work.today:
            cells.append([(work.say("policy.withdraw", name=_name(work, setting)), do("policy.withdraw", one.id[-12:]))])
    work.show("\n".join(lines), [*cells, [(work.say("policy.back"), do("go", "policy"))]])


def withdraw(work: Work, tail: str) -> None:
    """Take back a change that does not hold yet."""
    kept = policies.withdraw(work.conn, tail, work.today)
    if kept is None:
        raise Refused("policy.holds_already")
    work.note("policy.withdrawn", f"setting:{kept.change.key}", from_on=kept.change.from_on.isoformat())
    work.toast(work.say("policy.withdrawn"))
    history(work)


# --- words ---


def _name(work: Work, setting: Setting) -> str:
    return work.say(f"policy.name.{setting.key}")


def _now(work: Work, setting: Setting) -> str:
    return _words(work, setting, setting.get(work.policy))


def _words(work: Work, setting: Setting, value: Value) -> str:
    """The value as people say it: 每2个月, 09:00, 21:00–07:30."""
    if setting.key == "quiet_hours":
        return work.say("policy.and").join(f"{since}–{until}" for since, until in value)
    if setting.key == "holidays":
        if isinstance(value, Mapping):
            return work.say("policy.value.holidays", year=value["year"], off=len(value["holidays"]), on=len(value["make_up"]))
        return work.say("policy.value.years", years=work.say("policy.and").join(map(str, value)))
    if setting.key == "breaks":
        said = [work.say(f"policy.break.{name}", first=first, last=last) for name, first, last in value]
        return work.say("policy.and").join(said) or work.say("policy.value.no_breaks")
    if setting.key == "farm_seasons":
        return work.say("policy.and").join(f"{first}–{last}" for first, last in value) or work.say("policy.value.none")
    special = work.words.find(f"policy.value.{setting.unit}.{value}")  # 每年一次 rather than 每12个月
    if special or value is None:
        return special or work.say("policy.value.none")
    if isinstance(value, list):
        return work.say("policy.value.before", days="、".join(map(str, value))) if value else work.say("policy.value.none")
    return work.say(f"policy.value.{setting.unit}", value=value)


def _who(work: Work, person: str | None) -> str:
    found = people.person(work.conn, person) if person else None
    return found.name if found else work.say("policy.by_file")


# --- changing one ---


def change(work: Work, key: str) -> None:
    """Ask for the new value of one setting."""
    if key not in SETTINGS:
        raise Refused("policy.gone")
    work.toast()
    flow.begin(work, "policy", {"setting": key})


def _read_value(said: Said, world: World, answers: Answers) -> Value:
    setting = SETTINGS[answers["setting"]]
    if said.choice is not None:
        if not said.choice.isdecimal() or int(said.choice) >= len(setting.offers):
            raise Invalid("form.problem.choose")
        value = setting.offers[int(said.choice)]
    else:
        value = _tried(read, setting.key, (said.text or "").strip(), world.now.date())
    _tried(world.facts["fits"], Change(setting.key, value, world.now.date() + DAY))
    return value


def _tried(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except PolicyRefused as refused:
        holes = dict(refused.params)
        raise Invalid(refused.key, **holes) from None


def _offers(world: World, answers: Answers) -> tuple[Choice, ...]:
    found = world.facts["offers"](SETTINGS[answers["setting"]])
    return tuple(Choice(str(place), label) for place, label in enumerate(found))


def _read_first_day(said: Said, world: World, answers: Answers) -> str:
    today = world.now.date()
    days = {"tomorrow": today + DAY, "next_month": add_months(month_start(today), 1)}
    if said.choice in days:
        return days[said.choice].isoformat()
    return str(_tried(first_day, (said.text or "").strip(), today).isoformat())


POLICY = Form(
    "policy",
    (
        Question("setting", by_button),
        Question("value", _read_value, choices=_offers, columns=3),
        Question("from", _read_first_day, choices=lambda world, answers: (Choice("tomorrow"), Choice("next_month"))),
        choice("sure", "yes"),
    ),
)


def _facts(work: Work) -> Mapping[str, Any]:
    def offers(setting: Setting) -> list[str]:
        return [_words(work, setting, value) for value in setting.offers]

    return {"offers": offers, "fits": lambda wanted: policies.with_change(work.conn, wanted)}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "setting":
        return _name(work, SETTINGS[answer])
    if key == "value":
        return _words(work, SETTINGS[answers["setting"]], answer)
    if key == "from":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "sure":
        return "\n".join(_effect(work, policies.try_out(work.conn, _wanted(answers), work.today)))
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    """The setting with its value in force; once value and day are known, what the change would do."""
    setting = SETTINGS[answers["setting"]]
    lines = [work.say("policy.changing", name=_name(work, setting), value=_now(work, setting))]
    if "value" not in answers:
        how = work.words.find(f"policy.how.{setting.unit}") or work.words.find(f"policy.how.{setting.key}")
        return "\n".join([*lines, how] if how else lines)
    lines.append(work.say("policy.to", value=_words(work, setting, answers["value"])))
    if "from" in answers and "sure" not in answers:
        lines += _effect(work, policies.try_out(work.conn, _wanted(answers), work.today))
    return "\n".join(lines)


def _wanted(answers: Answers) -> Change:
    return Change(answers["setting"], answers["value"], date.fromisoformat(answers["from"]))


def _effect(work: Work, found: DryRun) -> list[str]:
    """What it would do, in numbers of the children there are now."""
    if found.same:
        return [work.say("policy.dry.same")]
    lines = [work.say("policy.dry.head")]
    for tier in Tier:
        before, after = found.before[tier], found.after[tier]
        if before == after or not after.children:
            continue
        holes = {"tier": work.say(f"why.tier.{tier.value}"), "count": after.children}
        for name in ("contacts_a_month", "visits_a_month", "supervisor_a_year"):
            was, will = round(getattr(before, name)), round(getattr(after, name))
            if was != will:
                lines.append(work.say(f"policy.dry.{name}", was=was, will=will, **holes))
    was, will = (
        sum(load.contacts_a_month for load in side.values()) / max(1, found.places) for side in (found.before, found.after)
    )
    if round(was, 1) != round(will, 1):
        lines.append(work.say("policy.dry.director", was=round(was, 1), will=round(will, 1)))
    if found.overdue_before != found.overdue_after:
        lines.append(work.say("policy.dry.overdue", was=found.overdue_before, will=found.overdue_after))
    return lines


def _decided(work: Work, answers: Answers, kept: Kept) -> None:
    me, wanted = work.demand(Action.SET_POLICY), _wanted(answers)
    if wanted.from_on <= work.today:  # the draft lay over midnight
        wanted = Change(wanted.key, wanted.value, work.today + DAY)
    setting = SETTINGS[wanted.key]
    before = None if wanted.key in ADDS_UP else setting.get(work.policy)
    try:
        policies.enter(work.conn, wanted, me.person_id, work.now)
    except PolicyRefused as refused:
        raise Refused(refused.key, **refused.params) from None
    work.note("policy.changed", f"setting:{wanted.key}", before=before, after=wanted.value, from_on=wanted.from_on.isoformat())
    day = day_words(work.words, wanted.from_on, work.today)
    text = work.say("policy.changed", name=_name(work, setting), value=_words(work, setting, wanted.value), day=day)
    work.show(text, [[(work.say("policy.back"), do("go", "policy"))]])


SUBJECT = Subject(
    "policy",
    commands=(Command("policy", overview, Action.SET_POLICY, ("设置", "规矩", "频次"), menu=True),),
    conversations=(Conversation(POLICY, _decided, Action.SET_POLICY, facts=_facts, value=_value, heading=_heading),),
    presses={
        "policy.group": Press(group, Action.SET_POLICY),
        "policy.change": Press(change, Action.SET_POLICY),
        "policy.history": Press(history, Action.SET_POLICY),
        "policy.withdraw": Press(withdraw, Action.SET_POLICY),
    },
)
