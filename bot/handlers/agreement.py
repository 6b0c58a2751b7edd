"""委托照护协议: the list by state, making one from the child's file, the paper for signature (plan task 5; H9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from bot import flow
from bot.agreement_card import (
    carer_answered,
    facts,
    known_of,
    paper_of,
    parents_on_file,
    pass_of,
    show_child,
    state_words,
    warnings,
)
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import agreements, children, parents_calls
from db.drafts import Kept
from db.types import new_id
from domain.access import Action
from domain.agreement_days import next_spring_festival, to_renew, window
from domain.agreement_forms import AGREEMENT, PROMISES
from domain.agreements import (
    BARRING,
    Paper,
    State,
    Terms,
    carer_faults,
    current_of,
    needs_agreement,
    standing_of,
)
from domain.children import Child
from domain.forms import Answers, World
from domain.namesakes import children_told_apart
from domain.people import Role
from domain.roster.columns import RELATION_WORDS
from files.agreement import Sheet, agreement_pdf

PAGE = 8
MOST_PLACES = 12
# 未签 first, then what ends, then what has ended, then what is to be completed
ORDER = (State.UNSIGNED, State.EXPIRING, State.EXPIRED, State.TO_COMPLETE, State.VALID)
RENEW = "renew"  # the list of the 春节 window
HOLIDAY = ("春节", "过年", "返乡", "春节名单", "过年名单", "返乡名单")
COMING = 100  # days before 春节 from which that list is shown: parents are called and asked when they come
Row = tuple[Child, State, Paper | None]
Button = tuple[str, Any]


# --- the list ---


def agreement(work: Work, words: str) -> None:
    """/agreement, 协议: mine by state; 协议 小虎: that child's; 协议 春节: what is to be signed while the parents are home."""
    work.demand(Action.SEE_CHILD)
    if words in HOLIDAY:
        listed(work, RENEW, "0")
        return
    found = _found(work)
    named = [row for row in found if words and words in (row[0].name, row[0].file_no, row[0].name[1:])]
    if words and len(named) == 1:
        show_child(work, named[0][0].file_no)
        return
    work.reply(*_overview(work, named if len(named) > 1 else found))


def _found(work: Work, unit: str = "") -> list[Row]:
    """The children who need one, each with the state of today."""
    codes = work.visible(Action.SEE_CHILD)
    if unit:
        codes &= frozenset(work.tree.under(unit))
    there = [entry.child for entry in children.in_units(work.conn, codes) if needs_agreement(entry.child, work.today)]
    papers = agreements.of_children(work.conn, [one.id for one in there])
    work.note("agreement.list", count=len(there))
    return [
        (one, standing_of(papers.get(one.id, ()), work.today, one.age_on(work.today)), current_of(papers.get(one.id, ()), work.today))
        for one in there
    ]  # fmt: skip


def _overview(work: Work, found: list[Row]) -> tuple[str, list[list[Button]]]:
    if not found:
        return work.say("agreement.none_needed"), []
    counts = Counter(state for _, state, _ in found)
    lines = [work.say("agreement.title", count=len(found))]
    lines += [
        work.say("agreement.count", state=state_words(work, one), count=counts[one]) for one in ORDER if counts[one]
    ]
    rows: list[list[Button]] = []
    now = window(work.today)
    spring = next_spring_festival(work.today)
    if now is not None or (spring - work.today).days <= COMING:
        wanted = _of_sort(work, found, RENEW)
        if now is not None:
            last = day_words(work.words, now[1], work.today)
            lines.append(work.say("agreement.window", last=last, count=len(wanted)))
        elif wanted:
            lines.append(work.say("agreement.coming", spring=day_words(work.words, spring, work.today), count=len(wanted)))
        if wanted:
            rows.append([(work.say("agreement.see_renew", count=len(wanted)), do("agreement.list", RENEW, "0"))])
    if _is_directors(work) and len(found) <= PAGE:
        rows += _children(work, sorted(found, key=_urgency), lines)
        return "\n".join(lines), rows
    cells: list[Button] = [
        (
            work.say("agreement.see", state=state_words(work, one), count=counts[one]),
            do("agreement.list", one.value, "0"),
        )
        for one in ORDER
        if counts[one]
    ]
    rows += in_twos(cells)
    if not _is_directors(work):
        lines += _places(work, found)
        asked = parents_calls.not_asked(work.conn, work.visible(Action.SEE_CHILD), work.today)
        if asked:
            lines.append(work.say("agreement.not_asked", count=asked))
    return "\n".join(lines), rows


def _is_directors(work: Work) -> bool:
    return work.me is not None and work.me.with_role(Role.SUPERVISOR, Role.COUNTY) is None


def _places(work: Work, found: Iterable[Row]) -> list[str]:
    """Where help with signing is wanted: places and counts, never people."""
    missing = Counter(child.unit for child, state, _ in found if state in (State.UNSIGNED, State.EXPIRED))
    lines = [work.say("agreement.places")] if missing else []
    for unit, count in sorted(missing.items(), key=lambda one: (-one[1], one[0]))[:MOST_PLACES]:
        lines.append(work.say("agreement.place", unit=work.tree.path_name(unit), count=count))
    return lines


def _urgency(row: Row) -> tuple[int, date, str]:
    child, state, paper = row
    return ORDER.index(state), paper.terms.last if paper else date.min, child.file_no


def _of_sort(work: Work, found: Iterable[Row], which: str) -> list[Row]:
    if which == RENEW:
        wanted = [row for row in found if to_renew(row[1], row[2].terms.last if row[2] else None, work.today)]
    else:
        wanted = [row for row in found if row[1].value == which]
    return sorted(wanted, key=_urgency)


def listed(work: Work, which: str, number: str) -> None:
    """The children of one state, by pages."""
    work.toast()
    found = _of_sort(work, _found(work), which)
    last = max(0, (len(found) - 1) // PAGE)
    page = min(int(number) if number.isdecimal() else 0, last)
    title = (
        work.say("agreement.renew_title")
        if which == RENEW or which not in set(State)
        else state_words(work, State(which))
    )
    lines = [work.say("agreement.sort_title", title=title, count=len(found))]
    rows = _children(work, found[page * PAGE : (page + 1) * PAGE], lines)
    turns: list[Button] = []
    if page > 0:
        turns.append((work.say("form.previous_page"), do("agreement.list", which, str(page - 1))))
    if page < last:
        turns.append((work.say("form.next_page"), do("agreement.list", which, str(page + 1))))
    back: list[Button] = [(work.say("agreement.to_list"), do("go", "agreement"))]
    work.show("\n".join(lines), [*rows, turns, back])


def _children(work: Work, found: list[Row], lines: list[str]) -> list[list[Button]]:
    several = len({child.unit for child, *_ in found}) > 1
    cells: list[Button] = []
    called = children_told_apart(child for child, *_ in found)
    for child, state, paper in found:
        unit = work.tree.get(child.unit)
        place = work.say("today.village", unit=unit.name) if several and unit else ""
        signed = paper is not None and state not in (State.UNSIGNED, State.ENDED)
        key = "agreement.item" if signed else "agreement.item_bare"
        last = day_words(work.words, paper.terms.last, work.today) if signed and paper else ""
        lines.append(work.say(key, name=called[child.file_no], place=place, state=state_words(work, state), last=last))
        cells.append((work.say("agreement.open", name=called[child.file_no]), do("agreement.of", child.file_no)))
    return in_twos(cells)


# --- making one ---


def make(work: Work, file_no: str, without: str = "") -> None:
    """The form with everything the file knows filled in; after a carer proved unfit, without that one."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    if not needs_agreement(one, work.today):
        raise Refused("agreement.not_needed")
    if not parents_on_file(one):
        raise Refused("agreement.no_parents")
    work.toast()
    flow.begin(work, "agreement", known_of(work, one, carer=not without))


def _family(work: Work, answers: Answers) -> list[Child]:
    found = [entry_of(work, number).child for number in (answers["child"], *(answers.get("siblings") or []))]
    for one in found:
        work.demand_in(Action.LOG_CONTACT, one.unit)
    return found


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return "、".join(one.name for one in _family(work, answers))
    if key == "carer":
        carer = carer_answered(answers)
        return (
            work.say("agreement.person", relation=RELATION_WORDS[carer.relation], name=carer.name) if carer.name else ""
        )
    if key == "siblings" and answer:
        return "、".join(entry_of(work, one).child.name for one in answer)
    if key in ("until", "from") and answer:
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "declared":
        return work.say("agreement.declared_none")
    if key in ("carer_name", "carer_relation", "ages"):
        return ""
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    names = "、".join(one.name for one in _family(work, answers))
    return work.say("agreement.for", names=names)


def _made(work: Work, answers: Answers, kept: Kept) -> None:
    """One text, one paper for each child; the PDF comes at once."""
    me, family = work.demand(Action.LOG_CONTACT), _family(work, answers)
    carer = carer_answered(answers)
    there = [entry.child for entry in children.in_units(work.conn, {one.unit for one in family})]
    barred = [fault for fault in carer_faults(carer, family, there, work.today) if fault in BARRING]
    if barred:
        raise Refused(f"agreement.fault.{barred[0].value}", name=carer.name)
    money, promise = answers.get("money"), answers["promise"]
    terms = Terms(
        new_id(), parents_on_file(family[0]), carer, date.fromisoformat(answers.get("from") or work.today.isoformat()),
        date.fromisoformat(answers["until"]), work.say("agreement.money.none") if money == "none" else money,
        work.say(f"agreement.promise.{promise}") if promise in PROMISES else promise, answers.get("emergency"),
        answers.get("returns"), answers.get("extra"),
    )  # fmt: skip
    agreements.put_terms(work.conn, terms, work.now, by=me.person_id, demo=work.demo)
    told, made = answers.get("told") or [], []
    for one in family:
        age = one.age_on(work.today)
        heard = answers.get("heard") if age is None or age >= 8 else None
        paper = Paper(
            new_id(), new_id(), one.id, terms, heard=None if heard == "later" else heard,
            wish=answers.get("wish") if heard else None, school_told="school" in told, village_told="village" in told,
        )  # fmt: skip
        agreements.put_paper(work.conn, paper, work.now, by=me.person_id, demo=work.demo)
        work.note("agreement.made", f"child:{one.id}", paper=paper.paper_id)
        made.append((paper, one))
    lines = [work.say("agreement.made", names="、".join(one.name for one in family), count=len(family))]
    lines += warnings(work, family, carer)
    if answers.get("heard") == "unwilling":
        lines.append(work.say("agreement.unwilling"))
    number, tail = made[0][1].file_no, short(made[0][0].paper_id)
    sign = [
        (work.say("agreement.sign"), do("agreement.sign", number, tail)),
        (work.say("agreement.to_list"), do("go", "agreement")),
    ]
    work.show("\n".join(lines), [sign])
    _print(work, made)


def print_again(work: Work, file_no: str, tail: str) -> None:
    """The papers of that pass that wait for signatures, once more."""
    paper, one = paper_of(work, file_no, tail)
    work.demand_in(Action.LOG_CONTACT, one.unit)
    work.toast()
    _print(work, pass_of(work, f"{file_no}|{tail}") or [(paper, one)])


def _print(work: Work, made: list[tuple[Paper, Child]]) -> None:
    """One PDF, a page for each child. Names and phones are on it: journaled, and forgotten by the gateway in a week."""
    sheets = [Sheet(paper, one, work.tree.path_name(one.unit)) for paper, one in made]
    for paper, one in made:
        work.note("agreement.printed", f"child:{one.id}", paper=paper.paper_id)
    content = agreement_pdf(sheets, work.say, work.today, demo=work.demo)
    name = work.say("agreement.file_name", number=made[0][1].file_no)
    work.document(content, name, work.say("agreement.caption", count=len(made)), [back_to(work, made[0][1].file_no)])


SUBJECT = Subject(
    "agreement",
    commands=(
        Command(
            "agreement",
            agreement,
            Action.SEE_CHILD,
            ("协议", "委托照护", "签协议", "照护协议", "委托照护协议"),
            menu=False,
        ),
    ),
    conversations=(Conversation(AGREEMENT, _made, Action.LOG_CONTACT, facts=facts, value=_value, heading=_heading),),
    presses={
        "agreement.of": Press(show_child, Action.SEE_CHILD),
        "agreement.list": Press(listed, Action.SEE_CHILD),
        "agreement.make": Press(make, Action.LOG_CONTACT),
        "agreement.print": Press(print_again, Action.LOG_CONTACT),
    },
)
