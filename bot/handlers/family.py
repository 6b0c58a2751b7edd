"""家里人: who is added to a child's file and taken out of it. Somebody who stands on another file is found, not typed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.file_card import found_person, others_of, people, person, person_words
from bot.file_hand import CLASH, SEEN, changed_meanwhile, hand, seen, to_change, with_clash
from bot.file_news import after_change
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work
from db import child_file, children
from db.drafts import Kept
from domain.access import Action
from domain.children import Child, Guardian, Relation
from domain.file_fields import tail
from domain.file_reading import read_mobile, read_name, refuse_carer
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, one_of
from domain.kinship import Known, called, known_people, of_the_family
from domain.roster.columns import RELATION_WORDS

MOST_KNOWN = 5
ANOTHER = "new"  # nobody of those: a person of their own
PEOPLE = "g:"  # the paths of a file that speak of the people around the child
NAMED = 3  # children named behind a person


def new_person(work: Work, file_no: str, who: str = "") -> None:
    """Add a guardian or carer: who it is to the child, the name, a phone."""
    one = to_change(work, file_no)
    work.toast()
    work.pressed = None
    known: Answers = {"child": file_no, "carer": who == "carer", "seen": seen(work, one, PEOPLE)}
    if who in ("father", "mother"):
        known["relation"] = who
        if any(each.relation.value == who for each in one.guardians):
            raise Refused("file.is_there_already")
    flow.begin(work, "kin", known, fresh=True)


# --- the form ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Alike:
    """Somebody of that name, or that sounds so, is on file in the village."""

    def holds(self, answers: Answers) -> bool:
        name = answers.get("name")
        return isinstance(name, dict) and bool(name.get("alike"))


@dataclass(frozen=True)
class _NotOnFile:
    """A person of whom nothing is known yet: only then a phone number is asked for."""

    def holds(self, answers: Answers) -> bool:
        return _chosen(answers) is None


def _chosen(answers: Answers) -> str | None:
    """The person on file who was chosen: by a button beside the name, or as the one meant by it."""
    name, same = answers.get("name"), answers.get("same")
    if isinstance(name, dict) and name.get("kin"):
        return str(name["kin"])
    return str(same) if same not in (None, ANOTHER) else None


def _name(said: Said, world: World, answers: Answers) -> Any:
    """A name as typed, or with whom it may be; {"name", "kin"} where a person on file was tapped."""
    if said.choice is not None:
        known = world.facts["by_key"](answers, said.choice)
        world.facts["fits"](answers, known)
        return {"name": known.person.name, "kin": known.kin_id}
    name = read_name(said.text or "")
    world.facts["fits"](answers, name)
    alike = world.facts["called"](answers, name)
    return {"name": name, "alike": [one.kin_id for one in alike]} if alike else name


def _same(said: Said, world: World, answers: Answers) -> str:
    if said.choice is None:
        raise Invalid("form.problem.choose")
    if said.choice == ANOTHER:
        return ANOTHER
    known = world.facts["by_key"](answers, said.choice)
    world.facts["fits"](answers, known)
    return str(known.kin_id)


def _choices(name: str) -> Any:
    def of(world: World, answers: Answers) -> tuple[Choice, ...]:
        found: tuple[Choice, ...] = world.facts[name](answers)
        return found

    return of


KIN = Form(
    "kin",
    (
        Question("child", by_button), SEEN, CLASH, Question("carer", by_button),
        Question("relation", one_of(*Relation), choices=lambda world, answers: tuple(Choice(one.value, RELATION_WORDS[one]) for one in Relation)),
        Question("name", _name, choices=_choices("near")),
        Question("same", _same, choices=_choices("alike"), when=_Alike()),
        Question("phone", lambda said, world, answers: read_mobile(said.text or ""), skip=True, when=_NotOnFile()),
    ),
)  # fmt: skip


def _facts(work: Work) -> Mapping[str, Any]:
    def known(answers: Answers) -> list[Known]:
        one = to_change(work, answers["child"])
        return known_people(one, _village(work, one))

    def near(answers: Answers) -> tuple[Choice, ...]:
        one = to_change(work, answers["child"])
        if "relation" not in answers:
            return ()
        found = of_the_family(one, known_people(one, _village(work, one)), Relation(answers["relation"]))
        return tuple(_choice(work, each) for each in found[:MOST_KNOWN])

    def alike(answers: Answers) -> tuple[Choice, ...]:
        wanted = answers["name"]["alike"] if isinstance(answers.get("name"), dict) else []
        found = [each for each in known(answers) if each.kin_id in wanted][:MOST_KNOWN]
        return (*(_choice(work, each) for each in found), Choice(ANOTHER, work.say("kin.another")))

    def by_key(answers: Answers, key: str) -> Known:
        each = next((each for each in known(answers) if short(each.kin_id) == key), None)
        if each is None:
            raise Invalid("file.gone")
        return each

    def fits(answers: Answers, who: str | Known) -> None:
        one = to_change(work, answers["child"])
        refuse_carer(one, _guardian(answers, who), work.today, _village(work, one))

    return {
        "near": near, "alike": alike, "by_key": by_key, "fits": fits,
        "called": lambda answers, name: called(known(answers), name),
    }  # fmt: skip


def _village(work: Work, one: Child) -> list[Child]:
    """The children of the same village: their people may be this child's too, and none of them is anybody's guardian."""
    return [entry.child for entry in children.in_units(work.conn, [one.unit])]


def _choice(work: Work, each: Known) -> Choice:
    names = "、".join(child.name for child in each.children[:NAMED])
    return Choice(short(each.kin_id), work.say("kin.known", who=person_words(each.person), names=names))


def _guardian(answers: Answers, who: str | Known) -> Guardian:
    """The person as they will stand on this child's file; who is on file already comes with their number."""
    relation, carer = Relation(answers["relation"]), bool(answers["carer"])
    if isinstance(who, str):
        return Guardian(relation, who, answers.get("phone"), carer=carer)
    return replace(who.person, id=None, kin_id=who.kin_id, relation=relation, carer=carer, last_call=None)


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "relation":
        return RELATION_WORDS[Relation(answer)]
    if key == "name" and isinstance(answer, dict):
        return str(answer["name"])
    if key == "same":
        one = to_change(work, answers["child"])
        each = next((each for each in known_people(one, _village(work, one)) if each.kin_id == answer), None)
        return _choice(work, each).label if each else work.say("kin.another")
    return "" if key == "carer" else None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    one = to_change(work, answers["child"])
    if other := changed_meanwhile(work, one, answers.get("seen"), PEOPLE):
        flow.begin(work, "kin", with_clash(answers, other, seen(work, one, PEOPLE)), fresh=True)
        return
    carer = bool(answers["carer"]) or (
        not any(each.carer for each in one.guardians) and answers["relation"] not in ("father", "mother")
    )
    added = replace(_guardian(answers, _who(work, one, answers)), carer=carer)
    others = tuple(replace(each, carer=False) if carer else each for each in one.guardians)
    child_file.put_person(work.conn, one, added, others, hand(work, one.unit))
    work.note("child.changed", f"child:{one.id}", what="guardian")
    fresh = entry_of(work, one.file_no).child
    made = fresh.guardians[-1]
    lines = [work.say("file.person_added", who=person_words(made), name=one.name)]
    shared = others_of(work, fresh, made)
    if shared:
        lines.append(work.say("file.same_person", names="、".join(shared)))
    work.show(
        "\n".join(lines),
        [[(work.say("file.go_on", who=person_words(made)[:6]), do("person.open", one.file_no, tail(made)))], [(work.say("file.back"), do("file.open", one.file_no)), *back_to(work, one.file_no)]],
        old_message=kept.message_id,
    )  # fmt: skip
    after_change(work, one, fresh)


def _who(work: Work, one: Child, answers: Answers) -> str | Known:
    """The person chosen from other files, or the name of a new one. Raises Refused where that person is gone."""
    kin = _chosen(answers)
    if kin is None:
        name = answers["name"]
        return str(name["name"] if isinstance(name, dict) else name)
    each = next((each for each in known_people(one, _village(work, one)) if each.kin_id == kin), None)
    if each is None:
        raise Refused("file.gone")
    return each


# --- taking out ----------------------------------------------------------------------------------------------------


def drop_person(work: Work, file_no: str, key: str, known: str = "") -> None:
    """Take somebody out of this child's file; the person stays with other children, and the history keeps them.

    `known` is the newest change of that person when it was asked; who was changed since is shown and asked about again.
    """
    one = to_change(work, file_no)
    each = found_person(one, key)
    now = short(seen(work, one, f"{PEOPLE}{key}")) or "1"
    if known != now:
        work.toast()
        said = work.say("file.drop_sure", who=person_words(each), name=one.name)
        if known:
            line = changed_meanwhile(work, one, known, f"{PEOPLE}{key}")
            said = "\n".join([*([line] if line else []), said])
        yes = (work.say("file.drop_yes"), do("person.drop", file_no, key, now))
        work.reply(said, [[yes, (work.say("file.back"), do("file.open", file_no))]])
        return
    after = replace(one, guardians=tuple(other for other in one.guardians if other is not each))
    child_file.put(work.conn, one, after, hand(work, one.unit))
    work.note("child.changed", f"child:{one.id}", what="guardian")
    work.toast()
    people(work, file_no)
    after_change(work, one, entry_of(work, file_no).child)


SUBJECT = Subject(
    "family",
    conversations=(Conversation(KIN, _done, Action.CHANGE_FILE, facts=_facts, value=_value),),
    presses={
        "file.people": Press(people, Action.SEE_CHILD),
        "person.open": Press(person, Action.SEE_CHILD),
        "person.new": Press(new_person, Action.CHANGE_FILE),
        "person.drop": Press(drop_person, Action.CHANGE_FILE),
    },
)
