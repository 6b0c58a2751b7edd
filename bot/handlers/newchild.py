"""新孩子: a file opened by conversation in at most eight questions; everything else is asked later, a little at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import flow, sweep_view
from bot.buttons import do
from bot.child_card import back_to
from bot.file_news import after_change, one_question
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Subject
from bot.work import Refused, Work
from db import child_changes, children, duplicates, file_complete
from db.children import file_prefix, next_serial
from db.drafts import Kept
from db.households import shared
from db.types import new_id
from domain.access import Action
from domain.children import Child, Guardian, Label, Relation, Sex
from domain.duplicates import Ground
from domain.eligibility_rules import ADULT, reached
from domain.file_reading import read_label_words, read_mobile, read_name, read_number, read_when, refuse_carer
from domain.forms import Answers, Choice, Form, Given, Invalid, Question, Said, World, by_button, one_of, some_of
from domain.identity import IdNumber, is_demo_id, read_id
from domain.people import UnitKind
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS, SEX_WORDS

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
SAME = ("same", "other")  # the file on record is this child's, or another child's
MOST_ALIKE = 3


def begin(work: Work, words: str) -> None:
    """/newchild, 新孩子: the ID number first, because it says the birth date and sex; a name behind the word is kept."""
    work.demand(Action.CHANGE_FILE)
    villages = _villages(work)
    if not villages:
        raise Refused("newchild.no_village")
    known: Answers = {"unit": next(iter(villages))} if len(villages) == 1 else {}
    if words.strip():
        try:
            known["name"] = read_name(words)
        except Invalid:
            known.pop("name", None)
    flow.begin(work, "newchild", known)


def _villages(work: Work) -> dict[str, str]:
    codes = work.visible(Action.CHANGE_FILE)
    return {
        unit.code: work.tree.path_name(unit.code) for unit in work.tree if unit.code in codes and unit.kind in PLACES
    }


# --- questions ---


def _id_no(said: Said, world: World, answers: Answers) -> str:
    number = read_number(said.text or "")
    world.facts["free"](number)
    return number.text


def _name(said: Said, world: World, answers: Answers) -> str:
    return read_name(said.text or "")


def _birth(said: Said, world: World, answers: Answers) -> str:
    day = read_when(said.text or "", world.now, exact=True)
    if reached(Child("", "", "", "", birth_date=day), ADULT, world.now.date()):
        raise Invalid("newchild.problem.grown", day=day)
    return day.isoformat()


def _unit(said: Said, world: World, answers: Answers) -> str:
    places: Mapping[str, str] = world.facts["villages"]
    if said.choice in places:
        return str(said.choice)
    found = [code for code in world.facts["find"](said.text or "") if code in places]
    if len(found) != 1:
        raise Invalid("newchild.problem.village")
    return str(found[0])


def _units(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["villages"].items())


def _labels(said: Said, world: World, answers: Answers) -> list[str]:
    if said.choice is None:
        return read_label_words(said.text or "")
    return list(some_of(*Label, least=1)(said, world, answers))


def _carer_name(said: Said, world: World, answers: Answers) -> str:
    name = read_name(said.text or "")
    world.facts["fits"](answers, name)
    return name


NEWCHILD = Form(
    "newchild",
    (
        Question("id_no", _id_no, skip=True),
        Question("name", _name),
        Question("birth", _birth, when=Given("id_no", (None,))),
        Question("sex", one_of(*Sex), choices=lambda world, answers: tuple(Choice(one.value, SEX_WORDS[one]) for one in Sex), when=Given("id_no", (None,))),
        Question("unit", _unit, choices=_units),
        Question("labels", _labels, choices=lambda world, answers: tuple(Choice(one.value, LABEL_WORDS[one]) for one in Label), many=True, columns=3),
        Question("relation", one_of(*Relation), choices=lambda world, answers: tuple(Choice(one.value, RELATION_WORDS[one]) for one in Relation)),
        Question("carer", _carer_name),
        Question("phone", lambda said, world, answers: read_mobile(said.text or ""), skip=True, aside=True),
        Question("alike", by_button, aside=True),
        Question("same", one_of(*SAME), choices=lambda world, answers: tuple(Choice(one) for one in SAME), columns=1, when=Given("alike", (True,))),
    ),
)  # fmt: skip


def _facts(work: Work) -> Mapping[str, Any]:
    def free(number: IdNumber) -> None:
        if is_demo_id(number.text) is not work.demo:
            raise Invalid("file.problem.id_demo" if work.demo else "file.problem.id_real")
        if reached(Child("", "", "", "", birth_date=number.birth_date), ADULT, work.today):
            raise Invalid("newchild.problem.grown", day=number.birth_date)
        if number.birth_date > work.today:
            raise Invalid("visit.problem.future")
        other = children.by_id_no(work.conn, number.text)
        if other is not None:
            there = children.by_ids(work.conn, [other])[other].child
            mine = there.unit in work.visible(Action.SEE_CHILD)
            raise Invalid("file.problem.id_taken", whose=f"{there.name}（{there.file_no}）" if mine else there.file_no)

    def fits(answers: Answers, name: str) -> None:
        one = _child(answers, work.today)
        around = [entry.child for entry in children.in_units(work.conn, [one.unit])]
        refuse_carer(one, Guardian(Relation(answers["relation"]), name, carer=True), work.today, around)

    def find(words: str) -> list[str]:
        home = work.me.posts[0].unit if work.me else None
        return [unit.code for unit in work.tree.find(words, home)]

    return {"free": free, "fits": fits, "villages": _villages(work), "find": find}


def _child(answers: Answers, today: date) -> Child:
    number = read_id(answers["id_no"]) if answers.get("id_no") else None
    known = number if isinstance(number, IdNumber) else None
    return Child(
        "", "", answers["name"], answers["unit"], id_no=known.text if known else None,
        birth_date=known.birth_date if known else date.fromisoformat(answers["birth"]),
        sex=known.sex if known else Sex(answers["sex"]), labels=tuple(Label(one) for one in answers.get("labels") or ()),
        added_on=today,
    )  # fmt: skip


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "id_no" and answer:
        number = read_id(answer)
        assert isinstance(number, IdNumber)
        said = f"{day_words(work.words, number.birth_date, work.today)} {SEX_WORDS[number.sex]}"
        return work.say("newchild.from_id", tail=answer[-4:], said=said)
    if key == "birth" and answer:
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "sex" and answer:
        return SEX_WORDS[Sex(answer)]
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "labels":
        return "、".join(LABEL_WORDS[Label(one)] for one in answer)
    if key == "relation":
        return RELATION_WORDS[Relation(answer)]
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    if not answers.get("alike"):
        return work.say("newchild.heading")
    return "\n".join([work.say("newchild.maybe_there"), *(_alike(work, *one) for one in _doubles(work, answers))])


def _doubles(work: Work, answers: Answers) -> list[tuple[Child, tuple[Ground, ...]]]:
    """Files that may be this child's already."""
    carer = Guardian(Relation(answers["relation"]), answers["carer"], answers.get("phone"), carer=True)
    one = replace(_child(answers, work.today), id="-", guardians=(carer,))
    return duplicates.at_entry(work.conn, one, work.tree)[:MOST_ALIKE]


def _alike(work: Work, one: Child, grounds: tuple[Ground, ...]) -> str:
    """By name where I may see it, else by number alone; with what speaks for it."""
    mine = one.unit in work.visible(Action.SEE_CHILD)
    why = "、".join(work.say(f"duplicates.ground.{ground.value}") for ground in grounds)
    return work.say(
        "newchild.double", name=one.name if mine else "", number=one.file_no, place=work.tree.path_name(one.unit), why=why
    )


def _the_same(work: Work, answers: Answers) -> None:
    """就是这个孩子: nothing is made; the way to the file that is there."""
    rows: list[list[Any]] = []
    for one, _ in _doubles(work, answers):
        if one.unit in work.visible(Action.SEE_CHILD):
            rows.append([(work.say("newchild.open_that", name=one.name), do("child.open", one.file_no))])
    work.show(work.say("newchild.not_made" if rows else "newchild.not_made_elsewhere"), rows)


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand_in(Action.CHANGE_FILE, answers["unit"])
    one = _child(answers, work.today)
    if one.id_no and children.by_id_no(work.conn, one.id_no) is not None:
        raise Refused("newchild.there_meanwhile")
    if answers.get("same") == "same":
        _the_same(work, answers)
        return
    if not answers.get("alike") and _doubles(work, answers):
        flow.begin(work, "newchild", {**answers, "alike": True}, fresh=True)
        return
    carer = Guardian(Relation(answers["relation"]), answers["carer"], answers.get("phone"), carer=True)
    prefix = file_prefix(one.unit)
    number = f"{prefix}{next_serial(work.conn, prefix):04}"
    made = replace(one, id=new_id(), file_no=number, guardians=(carer,))
    there = [entry.child for entry in children.in_units(work.conn, [one.unit])]
    roofs = shared([*there, made])
    home = roofs.get(made.id)
    child_changes.add_child(
        work.conn,
        replace(made, household=home),
        work.now,
        work.policy,
        by=me.person_id,
        source="chat:new",
        demo=work.demo,
    )
    work.note("child.opened", f"child:{made.id}")
    for kin in there:  # the brother or sister who was alone on file until now
        if home is not None and kin.household is None and roofs.get(kin.id) == home:
            child_changes.change_child(
                work.conn, replace(kin, household=home), work.now, work.policy, by=me.person_id, source=f"new:{number}",
                changed={"household": [None, home]},
            )  # fmt: skip
    fresh = children.by_ids(work.conn, [made.id])[made.id].child
    lines = [work.say("newchild.kept", name=made.name, number=number)]
    family = [child.name for child in there if home and roofs.get(child.id) == home]
    if family:
        lines.append(work.say("newchild.family", names="、".join(family)))
    known = file_complete.completeness_of(work.conn, fresh, work.today)
    lines.append(work.say("newchild.percent", percent=known.percent))
    asked = one_question(work, [fresh])
    rows = [
        *asked[1],
        *sweep_view.on_the_way(work, fresh),
        [
            (work.say("newchild.visit"), do("visit.start", number, "home_visit")),
            (work.say("child.file_button"), do("file.open", number)),
        ],
        back_to(work, number),
    ]
    work.show("\n".join([*lines, *asked[0]]), rows)
    after_change(work, one, fresh)


SUBJECT = Subject(
    "newchild",
    commands=(Command("newchild", begin, Action.CHANGE_FILE, ("新孩子", "新增孩子", "加孩子", "建档"), menu=False),),
    conversations=(
        Conversation(
            NEWCHILD,
            _done,
            Action.CHANGE_FILE,
            facts=_facts,
            value=_value,
            heading=_heading,
            at_once=lambda answers: answers.get("same") is not None,
        ),
    ),
)
