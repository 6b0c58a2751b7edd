"""风险等级: proposed from facts with its reasons, set by a person; lowering red is the supervisor's (domain.md 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.risk import may_know, proposals, reasons
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import children, people, tiers
from db.drafts import Kept
from domain.access import Action, allowed
from domain.calendar import local_day
from domain.children import Child, Tier
from domain.forms import Answers, Choice, Form, Question, Said, World, by_button, text
from domain.people import Role
from domain.tiers import Proposal, higher, may_decide, nothing_found

PAGE = 8
LONGEST_REASON = 300
KEPT = 4  # decisions shown
Button = tuple[str, Any]


# --- one child ---


def show(work: Work, file_no: str) -> None:
    """The tier, what the facts propose and why, and who decided before."""
    one = entry_of(work, file_no).child
    work.note("child.tier", f"child:{one.id}")
    work.toast()
    proposal = proposals(work, [one])[one.id]
    lines = [work.say("tier.of", name=one.name, number=one.file_no, tier=_tier(work, one.tier))]
    if one.tier_since is not None:
        lines.append(work.say("tier.since", day=day_words(work.words, one.tier_since, work.today)))
    lines += _proposed(work, one, proposal)
    for decision in tiers.history(work.conn, one.id)[:KEPT]:
        by = people.person(work.conn, decision.by) if decision.by else None
        lines.append(
            work.say(
                f"tier.past.{decision.state}", day=day_words(work.words, local_day(decision.at), work.today),
                before=_tier(work, decision.before), after=_tier(work, decision.after), by=by.name if by else "—",
                reason=_why_then(work, one, decision) or "—",
            )
        )  # fmt: skip
    rows: list[list[Button]] = []
    if one.closed_on is None and allowed(work.me, Action.SET_TIER, one.unit):
        rows += [_answer(work, each) for each in tiers.asked(work.conn, [one.id]) if _decides(work, one, each.after)]
        rows.append(
            [
                (work.say("tier.set", tier=_tier(work, tier)), do("tier.set", one.file_no, tier.value))
                for tier in Tier
                if tier is not one.tier
            ]
        )
    work.reply("\n".join(lines), [*rows, back_to(work, file_no)])


def _why_then(work: Work, one: Child, decision: tiers.Decision) -> str:
    """The words and grounds of a decision; nothing of a report to whoever may not open it."""
    known = may_know(work, one, decision.grounds)
    words = decision.reason if known == decision.grounds else None
    return words or reasons(work, known)


def _answer(work: Work, wish: tiers.Decision) -> list[Button]:
    tail = short(wish.id)
    return [(work.say("tier.grant"), do("tier.grant", tail)), (work.say("tier.refuse"), do("tier.refuse", tail))]


def _proposed(work: Work, one: Child, proposal: Proposal) -> list[str]:
    if not proposal.differs(one):
        why = reasons(work, proposal.grounds)
        return [work.say("tier.fits_because", why=why) if why else work.say("tier.fits")]
    key = "tier.proposed" if proposal.grounds else "tier.proposed_green"
    return [work.say(key, tier=_tier(work, proposal.tier), why=reasons(work, proposal.grounds))]


def _tier(work: Work, tier: Tier) -> str:
    return work.say("tier.name", mark=work.say(f"reminders.tier.{tier.value}"), tier=work.say(f"why.tier.{tier.value}"))


def _decides(work: Work, one: Child, after: Tier) -> bool:
    """Whether some post of mine over this village may make that change."""
    posts = [post for post in work.me.posts if allowed(work.me, Action.SET_TIER, one.unit)] if work.me else []
    return may_decide((post.role for post in posts), one.tier, after)


# --- setting it ---


def begin(work: Work, file_no: str, tier: str) -> None:
    """Ask why, then set it; where that is the supervisor's, ask the supervisor."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.SET_TIER, one.unit)
    if tier not in set(Tier) or one.tier is Tier(tier) or one.closed_on is not None:
        raise Refused("tier.is_so_already")
    work.toast()
    flow.begin(work, "tier", {"child": file_no, "to": tier})


def _why(said: Said, world: World, answers: Answers) -> str:
    """The reasons of the proposal by one tap, or words."""
    if said.choice == "proposal" and world.facts["proposed"](answers["child"], answers["to"]):
        return "proposal"
    return str(text(LONGEST_REASON, 2)(said, world, answers))


def _why_choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    return (Choice("proposal"),) if world.facts["proposed"](answers["child"], answers["to"]) else ()


TIER = Form("tier", (Question("child", by_button), Question("to", by_button), Question("why", _why, choices=_why_choices)))


def _facts(work: Work) -> Mapping[str, Any]:
    def proposed(file_no: str, to: str) -> bool:
        """Whether the facts by themselves propose this change."""
        one = entry_of(work, file_no).child
        proposal = proposals(work, [one])[one.id]
        return proposal.tier.value == to and bool(proposal.grounds)

    return {"proposed": proposed}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        one = entry_of(work, answer).child
        return work.say("tier.child", name=one.name, number=one.file_no)
    if key == "to":
        return _tier(work, Tier(answer))
    if key == "why" and answer == "proposal":
        one = entry_of(work, answers["child"]).child
        return reasons(work, proposals(work, [one])[one.id].grounds)
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    one = entry_of(work, answers["child"]).child
    lines = [work.say("tier.changing", name=one.name, before=_tier(work, one.tier), after=_tier(work, Tier(answers["to"])))]
    lines += _proposed(work, one, proposals(work, [one])[one.id])
    if not _decides(work, one, Tier(answers["to"])):
        lines.append(work.say("tier.supervisor_decides"))
    return "\n".join(lines)


def _decided(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.SET_TIER), entry_of(work, answers["child"]).child
    work.demand_in(Action.SET_TIER, one.unit)
    after = Tier(answers["to"])
    if one.tier is after:
        raise Refused("tier.is_so_already")
    proposal = proposals(work, [one])[one.id]
    reason = None if answers["why"] == "proposal" else answers["why"]
    grounds = proposal.grounds if proposal.tier is after else ()
    if _decides(work, one, after):
        tiers.set_tier(work.conn, one, after, grounds, work.now, work.today, by=me.person_id, reason=reason)
        work.note("tier.set", f"child:{one.id}", before=one.tier.value, after=after.value)
        key = "tier.is_red" if after is Tier.RED else "tier.is_set"
        work.show(work.say(key, name=one.name, tier=_tier(work, after)), [back_to(work, one.file_no)])
        if higher(after, one.tier):
            _tell_above(work, one, "tier.tell_raised")
        return
    tiers.ask(work.conn, one, after, grounds, work.now, by=me.person_id, reason=reason or work.say("tier.by_facts"))
    work.note("tier.asked", f"child:{one.id}", before=one.tier.value, after=after.value)
    work.show(work.say("tier.asked", name=one.name), [back_to(work, one.file_no)])
    _tell_above(work, one, "tier.tell_asked")


def _tell_above(work: Work, one: Child, key: str) -> None:
    """The supervisor hears by code: a tier changed, or is asked to be lowered."""
    if work.me is None or not work.me.with_role(Role.CHILD_DIRECTOR):
        return
    for chat in work.chats_above(Action.SET_TIER):
        work.tell(chat, work.say(key, number=one.file_no), [[(work.say("tier.look"), do("tier.show", one.file_no))]])


def grant(work: Work, tail: str) -> None:
    """The supervisor agrees that a red child is lowered."""
    wish, one = _wish(work, tail)
    work.toast()
    tiers.set_tier(
        work.conn, one, wish.after, wish.grounds, work.now, work.today, by=work.demand(Action.SET_TIER).person_id,
        reason=wish.reason,
    )  # fmt: skip
    work.note("tier.set", f"child:{one.id}", before=one.tier.value, after=wish.after.value)
    work.show(work.say("tier.is_set", name=one.name, tier=_tier(work, wish.after)), [back_to(work, one.file_no)])
    _tell_back(work, wish, one, "tier.tell_granted")


def refuse(work: Work, tail: str) -> None:
    """The supervisor keeps the child red."""
    wish, one = _wish(work, tail)
    work.toast()
    tiers.refuse(work.conn, wish.id, work.now, work.demand(Action.SET_TIER).person_id)
    work.note("tier.refused", f"child:{one.id}")
    work.show(work.say("tier.kept", name=one.name), [back_to(work, one.file_no)])
    _tell_back(work, wish, one, "tier.tell_refused")


def _wish(work: Work, tail: str) -> tuple[tiers.Decision, Child]:
    """A wish that still waits, where this person may answer it. Raises Refused."""
    found = [entry.child for entry in children.in_units(work.conn, work.visible(Action.SET_TIER))]
    by_id = {child.id: child for child in found}
    wish = next((one for one in tiers.asked(work.conn, list(by_id)) if short(one.id) == tail), None)
    if wish is None or not _decides(work, by_id[wish.child_id], wish.after):
        raise Refused("tier.answered_already")
    return wish, by_id[wish.child_id]


def _tell_back(work: Work, wish: tiers.Decision, one: Child, key: str) -> None:
    asker = people.person(work.conn, wish.by) if wish.by else None
    if asker is not None and asker.chat_id is not None and asker.chat_id != work.chat_id:
        work.tell(asker.chat_id, work.say(key, number=one.file_no), [[(work.say("tier.look"), do("tier.show", one.file_no))]])


# --- all of mine ---


def review(work: Work, words: str) -> None:
    """/tier: the children whose tier the facts would set otherwise, the higher ones first; wishes that wait."""
    work.demand(Action.SET_TIER)
    text, rows = _list(work, 0)
    work.reply(text, rows)


def page(work: Work, number: str) -> None:
    work.toast()
    work.show(*_list(work, int(number) if number.isdecimal() else 0))


def _list(work: Work, number: int) -> tuple[str, list[list[Button]]]:
    found = [entry.child for entry in children.in_units(work.conn, work.visible(Action.SET_TIER))]
    work.note("tier.listed", count=len(found))
    said = proposals(work, found)
    counts = {tier: sum(child.tier is tier for child in found) for tier in Tier}
    lines = [work.say("tier.counts", red=counts[Tier.RED], yellow=counts[Tier.YELLOW], green=counts[Tier.GREEN])]
    if nothing_found(counts) and work.me is not None and work.me.with_role(Role.COUNTY, Role.SUPERVISOR):
        lines.append(work.say("tier.suspicious"))
    waiting = {wish.child_id for wish in tiers.asked(work.conn, [child.id for child in found])}
    other = [child for child in found if said[child.id].differs(child) or child.id in waiting]
    other.sort(key=lambda one: (one.id not in waiting, not said[one.id].raises(one), list(Tier).index(said[one.id].tier), one.file_no))
    number = max(0, min(number, (len(other) - 1) // PAGE))
    rows: list[list[Button]] = []
    lines.append(work.say("tier.differ", count=len(other)) if other else work.say("tier.all_fit"))
    for child in other[number * PAGE : (number + 1) * PAGE]:
        proposal = said[child.id]
        key = "tier.line_waits" if child.id in waiting else "tier.line" if proposal.grounds else "tier.line_green"
        lines.append(
            work.say(
                key, name=child.name, before=work.say(f"reminders.tier.{child.tier.value}"),
                after=work.say(f"reminders.tier.{proposal.tier.value}"), why=reasons(work, proposal.grounds),
            )
        )  # fmt: skip
        rows.append([(work.say("tier.open", name=child.name), do("tier.show", child.file_no))])
    turns: list[Button] = []
    if number > 0:
        turns.append((work.say("form.previous_page"), do("tier.page", str(number - 1))))
    if len(other) > (number + 1) * PAGE:
        turns.append((work.say("form.next_page"), do("tier.page", str(number + 1))))
    pairs = [[button for row in few for button in row] for few in in_twos(rows)]
    return "\n".join(lines), [*pairs, turns] if turns else pairs


SUBJECT = Subject(
    "tier",
    commands=(Command("tier", review, Action.SET_TIER, ("风险等级", "风险", "等级", "分级"), menu=False),),
    conversations=(
        Conversation(TIER, _decided, Action.SET_TIER, facts=_facts, value=_value, heading=_heading),
    ),
    presses={
        "tier.show": Press(show, Action.SEE_CHILD),
        "tier.set": Press(begin, Action.SET_TIER),
        "tier.grant": Press(grant, Action.SET_TIER),
        "tier.refuse": Press(refuse, Action.SET_TIER),
        "tier.page": Press(page, Action.SET_TIER),
    },
)
