"""What the screens and forms of a care agreement share: the child's file filled in, a paper in words, its buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.work import Refused, Work, in_twos
from db import agreements, children
from domain.access import Action, allowed
from domain.agreement_days import next_spring_festival
from domain.agreements import (
    BARRING,
    OLD,
    PARENTS,
    Fault,
    Lack,
    Paper,
    Person,
    State,
    carer_faults,
    current_of,
    lacks,
    needs_agreement,
    parents_of,
    standing_of,
    state_of,
)
from domain.calendar import DAY, add_months
from domain.children import Child, Guardian, Relation
from domain.festivals import LANTERN, festivals
from domain.forms import Answers, Invalid
from domain.identity import IdNumber, read_id
from domain.roster.columns import RELATION_WORDS

OUT_OF_REACH = ("死亡", "失踪", "撤销资格", "遣送出境")  # a parent who can sign nothing
SCHOOL_YEAR_ENDS = (7, 10)
Button = tuple[str, Any]


# --- the child's file, for the form ---------------------------------------------------------------------------------


def facts(work: Work) -> Mapping[str, Any]:
    """What the form's readers and choices may know (World.facts)."""
    files: dict[str, Child] = {}

    def child(file_no: str) -> Child:
        if file_no not in files:
            files[file_no] = entry_of(work, file_no).child
        return files[file_no]

    def check(carer: Mapping[str, Any], answers: Answers) -> None:
        fault = next(iter(_barred(work, [child(answers["child"])], carer)), None)
        if fault is not None:
            raise Invalid(f"agreement.fault.{fault.value}", name=carer["name"])

    return {
        "siblings": lambda file_no: {one.file_no: one.name for one in siblings(work, child(file_no))},
        "people": lambda file_no: people(work, child(file_no)),
        "check": check,
        "ends": _ends(work.today),
        "end_words": lambda key, day: work.say(f"agreement.until.{key}", day=day_words(work.words, day, work.today)),
        "emergency": lambda file_no: _emergency(child(file_no)),
        "papers": lambda tail: {short(one.paper_id): entry.name for one, entry in pass_of(work, tail)},
        "days": [work.say(f"deed.day.{back}") for back in range(3)],
    }  # fmt: skip


def siblings(work: Work, one: Child) -> list[Child]:
    """Other children of the household who need an agreement too, whatever theirs says now."""
    if not one.household:
        return []
    there = children.in_units(work.conn, [one.unit])
    return [
        entry.child
        for entry in there
        if entry.child.household == one.household
        and entry.child.id != one.id
        and needs_agreement(entry.child, work.today)
    ]


def people(work: Work, one: Child) -> dict[str, dict[str, Any]]:
    """Those of the file who could be the carer: everybody but the parents."""
    found = {}
    for place, each in enumerate(one.guardians):
        if each.relation not in PARENTS and each.name:
            found[f"g{place}"] = carer_of(work, one, each)
    return found


def carer_of(work: Work, one: Child, each: Guardian) -> dict[str, Any]:
    """A guardian of the file as the answer of the form: only what is known stands in it."""
    age = _age(each, work.today)
    values = {
        "name": each.name, "relation": each.relation.value, "phone": each.phone, "id_no": each.id_no,
        "age": str(age) if age is not None else None, "state": each.state, "address": one.address if each.carer else None,
        "label": work.say("agreement.person", relation=RELATION_WORDS[each.relation], name=each.name),
    }  # fmt: skip
    return {key: value for key, value in values.items() if value is not None}


def _age(each: Guardian, day: date) -> int | None:
    return Person(each.name, each.relation, id_no=each.id_no).age_on(day)


def _barred(work: Work, found: list[Child], carer: Mapping[str, Any]) -> list[Fault]:
    person = person_of(carer)
    return [fault for fault in faults(work, found, person) if fault in BARRING]


def faults(work: Work, found: list[Child], carer: Person) -> tuple[Fault, ...]:
    """What speaks against this carer, by the files of the village the children live in."""
    there = [entry.child for entry in children.in_units(work.conn, {one.unit for one in found})]
    chosen = {one.id for one in found}
    others = sum(
        one.id not in chosen and any(each.carer and each.name == carer.name for each in one.guardians) for one in there
    )
    return carer_faults(carer, found, there, work.today, others)


def person_of(carer: Mapping[str, Any]) -> Person:
    """The carer of the form's answer."""
    said = carer.get("age")
    number = read_id(said) if said else None
    id_no = number.text if isinstance(number, IdNumber) else carer.get("id_no")
    return Person(
        carer.get("name") or "", Relation(carer.get("relation") or Relation.OTHER.value), carer.get("phone"), id_no,
        address=carer.get("address"), age=int(said) if said and said.isdecimal() and len(said) < 4 else None,
        state=carer.get("state"),
    )  # fmt: skip


def carer_answered(answers: Answers) -> Person:
    """The carer with what was asked beside: name, relation, phone and age of somebody new."""
    carer = dict(answers.get("carer") or {})
    for key in ("name", "relation", "phone", "age"):
        if answers.get(f"carer_{key}"):
            carer[key] = answers[f"carer_{key}"]
    return person_of(carer)


def parents_on_file(one: Child) -> tuple[Person, ...]:
    """甲方: the parents who can still sign something."""
    return tuple(
        Person(each.name, each.relation, each.phone, each.id_no, each.work_place, state=each.state)
        for each in parents_of(one)
        if each.name and each.state not in OUT_OF_REACH
    )


def _emergency(one: Child) -> dict[str, str]:
    found = {}
    for place, each in enumerate(sorted(one.guardians, key=lambda each: each.relation not in PARENTS)):
        if each.phone and each.name:
            found[f"e{place}"] = f"{RELATION_WORDS[each.relation]} {each.name} {each.phone}"
    return found


def _ends(today: date) -> dict[str, date]:
    """Likely last days: a year, the end of 春节 after next time the parents are home, the school year."""
    month, day = SCHOOL_YEAR_ENDS
    school = date(today.year, month, day)
    spring = next_spring_festival(today)
    return {
        "year": add_months(today, 12) - DAY,
        "spring": festivals(spring.year)[LANTERN],
        "spring_after": festivals(spring.year + 1)[LANTERN],
        "school": school if school > today else date(today.year + 1, month, day),
    }


def known_of(work: Work, one: Child, carer: bool = True) -> Answers:
    """The answers the file gives before the first question."""
    family = [one, *siblings(work, one)]
    known: Answers = {
        "child": one.file_no,
        "ages": {each.file_no: each.age_on(work.today) for each in family},
        "siblings": [each.file_no for each in family[1:]],
    }
    emergency = _emergency(one)
    if emergency:
        known["emergency"] = next(iter(emergency.values()))
    there = [each for each in one.guardians if each.carer and each.relation not in PARENTS and each.name]
    if carer and len(there) == 1:
        answer = carer_of(work, one, there[0])
        if not _barred(work, family, answer):
            known["carer"] = answer
    return known


# --- papers ---------------------------------------------------------------------------------------------------------


def paper_of(work: Work, file_no: str, tail: str) -> tuple[Paper, Child]:
    """This child's paper in its newest version. Raises Refused where there is none such, or it is not theirs to see."""
    one = entry_of(work, file_no).child
    for paper in agreements.of_children(work.conn, [one.id]).get(one.id, []):
        if short(paper.paper_id) == tail:
            return paper, one
    raise Refused("agreement.gone")


def pass_of(work: Work, which: str) -> list[tuple[Paper, Child]]:
    """The unsigned papers written in one pass with this one ('file number|end of its id'), each with its child."""
    paper, _ = paper_of(work, *which.partition("|")[::2])
    codes = work.visible(Action.LOG_CONTACT)
    found = []
    for each in agreements.of_pass(work.conn, paper.terms.id):
        entry = children.by_id(work.conn, each.child_id, codes)
        if entry is not None and each.signed_on is None and each.ended_on is None:
            found.append((each, entry.child))
    return found


def state_words(work: Work, state: State) -> str:
    return work.say(f"agreement.state.{state.value}")


def show_child(work: Work, file_no: str) -> None:
    """A child's agreement: where it stands, what is missing, what can be done."""
    one = entry_of(work, file_no).child
    work.note("agreement.read", f"child:{one.id}")
    work.toast()
    papers = agreements.of_children(work.conn, [one.id]).get(one.id, [])
    age, current = one.age_on(work.today), current_of(papers, work.today)
    state = standing_of(papers, work.today, age)
    lines = [work.say("agreement.of", name=one.name, number=one.file_no, state=state_words(work, state))]
    if not needs_agreement(one, work.today):
        lines.append(work.say("agreement.not_needed"))
    if current is not None:
        lines += paper_lines(work, current, age)
    if len(papers) > 1:
        lines.append(work.say("agreement.earlier", count=len(papers) - 1))
    work.reply("\n".join(lines), [*_buttons(work, one, current, age), back_to(work, file_no)])


def paper_lines(work: Work, paper: Paper, age: int | None) -> list[str]:
    terms = paper.terms
    carer = work.say("agreement.person", relation=RELATION_WORDS[terms.carer.relation], name=terms.carer.name)
    lines = [
        work.say("agreement.line.carer", value=carer),
        work.say(
            "agreement.line.term", first=day_words(work.words, terms.first, work.today),
            last=day_words(work.words, terms.last, work.today),
        ),
    ]  # fmt: skip
    if terms.promise:
        lines.append(work.say("agreement.line.promise", value=terms.promise))
    if paper.signed_on is not None:
        number = work.say("agreement.numbered", number=paper.number) if paper.number else ""
        lines.append(
            work.say("agreement.line.signed", day=day_words(work.words, paper.signed_on, work.today), number=number)
        )
        missing = lacks(paper, age)
        if missing and paper.ended_on is None:
            words = work.say("agreement.and").join(work.say(f"agreement.lack.{lack.value}") for lack in missing)
            lines.append(work.say("agreement.line.lacks", value=words))
    else:
        lines.append(work.say("agreement.line.not_signed"))
    if paper.heard == "unwilling":
        lines.append(work.say("agreement.line.unwilling"))
    if paper.ended_on is not None and paper.ended_why is not None:
        why = paper.ended_words or work.say(f"ending.why.{paper.ended_why.value}")
        lines.append(work.say("agreement.line.ended", day=day_words(work.words, paper.ended_on, work.today), why=why))
    return lines


def _buttons(work: Work, one: Child, paper: Paper | None, age: int | None) -> list[list[Button]]:
    if not allowed(work.me, Action.LOG_CONTACT, one.unit) or one.closed_on is not None:
        return []
    number, cells = one.file_no, list[Button]()
    state = state_of(paper, work.today, age) if paper else State.ENDED
    tail = short(paper.paper_id) if paper else ""
    if paper is not None and state is State.UNSIGNED:
        cells += [
            (work.say("agreement.sign"), do("agreement.sign", number, tail)),
            (work.say("agreement.print"), do("agreement.print", number, tail)),
        ]
    elif paper is not None and state is not State.ENDED:
        for lack in lacks(paper, age):
            cells.append((work.say(f"agreement.fill.{lack.value}"), do("agreement.fill", number, tail, lack.value)))
    if state is not State.VALID:
        key = "agreement.make" if paper is None or state is State.ENDED else "agreement.renew"
        cells.append((work.say(key), do("agreement.make", number)))
    if paper is not None and state in (State.VALID, State.TO_COMPLETE, State.EXPIRING):
        cells.append((work.say("agreement.unfit"), do("agreement.unfit", number)))
    if paper is not None and state is not State.ENDED:
        cells.append((work.say("agreement.end"), do("agreement.end", number, tail)))
    if paper is not None and paper.scans:
        cells.append((work.say("agreement.scans", count=paper.scans), do("agreement.scans", number, tail)))
    if paper is not None and paper.version > 1:
        cells.append((work.say("agreement.undo"), do("agreement.undo", number, tail)))
    return in_twos(cells)


def warnings(work: Work, found: list[Child], carer: Person) -> list[str]:
    """What is pointed out about a carer and bars nobody: age, many children, an age nobody knows."""
    said = [fault for fault in faults(work, found, carer) if fault not in BARRING]
    return [work.say(f"agreement.fault.{one.value}", name=carer.name, old=OLD) for one in said]


FILLED_BY_ONE_TAP = (Lack.SCHOOL, Lack.VILLAGE, Lack.OPINION, Lack.PARENT, Lack.CARER)
