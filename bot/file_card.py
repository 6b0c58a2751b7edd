"""How a child's file looks: its first screen, a screen for each block, and values in words. Sensitive ones are masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import child_cases
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.work import Refused, Rows, Work, in_rows_of, in_twos
from db import child_file, children, file_complete, file_rules, roster_notes
from domain.access import Action, allowed
from domain.child_file import ChildFile
from domain.children import Child, Guardian, Relation, Sex
from domain.completeness import Completeness, Part
from domain.eligibility_rules import Proposed, Reason
from domain.file_fields import AWAY, CONFINED, FIELDS, PERSON_FIELDS, Block, FileField, Reads, path_of, plain, tail
from domain.identity import mask_id, mask_phone
from domain.roster.columns import LABEL_WORDS, RELATION_WORDS, SEX_WORDS

Button = tuple[str, Any]
BLOCKS = (Block.BASIC, Block.SCHOOL, Block.HEALTH)
MOST_MISSING = 3
MOST_NOTES = 5
# what is only asked where it can apply: away since when, of whom a sentence ends
_ONLY_AWAY = ("away_since", "work_place", "trade", "returns", "last_call")


def open_file(work: Work, file_no: str) -> None:
    """The first screen of a file: how complete it is, what is missing, what the rules ask, a button for each block."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}")
    work.toast()
    file = child_file.file_of(work.conn, one)
    known = file_complete.completeness_of(work.conn, one, work.today)
    lines = [work.say("file.title", name=one.name, number=file_no, percent=known.percent), _parts(work, known)]
    missing = _missing(work, one, known)
    if missing:
        lines.append(work.say("file.missing", what="、".join(missing)))
    lines += _at_home(work, file)
    lines += _told(work, one)
    rows: list[list[Button]] = []
    may_change = one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit)
    asked = file_rules.asked(work.conn, one, work.today) if may_change else ()
    if asked:
        lines.append(work.say("file.rules", count=len(asked)))
        rows.append([(work.say("file.see_rules"), do("rule.of", file_no))])
    following = known.next() if may_change else None
    if following is not None:
        label = work.say("file.fill", what=missing_words(work, one, following.key))
        rows.append([(label, ask_button(file_no, following.key))])
    cells: list[Button] = [
        (work.say(f"file.block.{block.value}"), do("file.block", file_no, block.value)) for block in BLOCKS
    ]
    cells += [
        (work.say("file.block.people", count=len(one.guardians)), do("file.people", file_no)),
        (work.say("file.block.labels", count=len(one.labels)), do("file.labels", file_no)),
        (work.say("file.block.benefits", count=len(file.benefits)), do("benefit.list", file_no)),
        (work.say("file.block.helps", count=len(file.helps)), do("helped.list", file_no)),
        (work.say("file.block.issues"), do("child.issues", file_no)),
        (work.say("file.block.consents"), do("consent.list", file_no)),
        (work.say("file.block.log"), do("file.log", file_no)),
        (work.say("file.block.history"), do("file.history", file_no)),
        (work.say("child.back"), do("child.open", file_no)),
    ]
    reported = child_cases.about(work, one)  # nobody else learns that there is one
    if reported:
        cells.insert(0, (work.say("file.block.cases", count=len(reported)), do("file.cases", file_no)))
    work.reply("\n".join(lines), [*rows, *in_twos(cells)])


def _parts(work: Work, known: Completeness) -> str:
    """Each of the plan's five parts: whole, begun, or nothing there yet."""
    marks = {part: "✅" if share == 100 else "◐" if share else "○" for part, share in known.parts.items()}
    return "  ".join(work.say(f"file.part.{part.value}", mark=marks[part]) for part in Part)


def _missing(work: Work, one: Child, known: Completeness) -> list[str]:
    return [missing_words(work, one, each.key) for each in known.missing[:MOST_MISSING]]


def missing_words(work: Work, one: Child, key: str) -> str:
    """What is missing, in words: 民族, 奶奶王秀英的电话, 上门走访."""
    said = work.words.find(f"file.lack.{key}")
    return said or path_words(work, one, key)


def _at_home(work: Work, file: ChildFile) -> list[str]:
    names = "、".join(child.name for child in file.household if child.closed_on is None)
    return [work.say("file.household", names=names)] if names else []


def _told(work: Work, one: Child) -> list[str]:
    """What its rosters said besides, in columns a file has no place for."""
    told = roster_notes.notes_of(work.conn, [one.id]).get(one.id, [])
    return [work.say("file.roster_note", what=heading, words=said) for heading, said in told[-MOST_NOTES:]]


def path_words(work: Work, one: Child, path: str) -> str:
    """A fact's name: 民族; of a person with whose it is: 爸爸殷建军的电话."""
    key = path.rpartition(".")[2]
    if not path.startswith("g:"):
        return work.words.find(f"file.field.{key}") or key
    person = next((each for each in one.guardians if tail(each) == path[2:].partition(".")[0]), None)
    what = work.words.find(f"file.person.{key}") or work.words.find(f"file.field.{key}") or key
    return work.say("file.of_person", who=person_words(person), what=what) if person else what


def person_words(person: Guardian) -> str:
    return f"{RELATION_WORDS[person.relation]}{person.name}"


def ask_button(file_no: str, key: str) -> Any:
    """The button that asks for something missing."""
    if key == "notice":
        return do("consent.new", file_no, "notice")
    if key == "labels":
        return do("file.labels", file_no)
    if key in ("father", "mother", "carer"):
        return do("person.new", file_no, key)
    return do("file.set", file_no, key)


# --- values ---


def value_words(work: Work, field: FileField, value: Any, *, whole: bool = False) -> str:
    """A plain value as it reads; sensitive ones masked unless `whole`."""
    if value is None or value == "":
        return work.say("file.unknown")
    if field.sensitive and not whole:
        if field.reads is Reads.PHONE:
            return mask_phone(value)
        return mask_id(value) if field.reads is Reads.ID_NO else work.say("file.is_there")
    if isinstance(value, bool):
        return work.say("file.yes" if value else "file.no")
    if field.reads in (Reads.DAY, Reads.LATER_DAY):
        return day_words(work.words, date.fromisoformat(value), work.today)
    if field.key == "sex":
        return SEX_WORDS[Sex(value)]
    if field.key == "relation":
        return RELATION_WORDS[Relation(value)]
    return work.words.find(f"file.value.{field.key}.{value}") or str(value)


def block(work: Work, file_no: str, name: str, whole: str = "") -> None:
    """The facts of one block, each with its button; 看全 shows what is masked and is written into the journal."""
    one = entry_of(work, file_no).child
    fields = [each for each in FIELDS if each.block.value == name]
    if not fields:
        raise Refused("form.gone", what="")
    shown = bool(whole)
    if shown:
        work.demand_in(Action.SEE_SENSITIVE, one.unit)
    work.note("child.sensitive" if shown else "child.file", f"child:{one.id}", block=name)
    work.toast()
    fields = [each for each in fields if _applies(one, each)]
    lines = [work.say("file.block_title", name=one.name, block=work.say(f"file.block.{name}"))]
    lines += [
        work.say(
            "file.line",
            what=work.say(f"file.field.{each.key}"),
            value=value_words(work, each, plain(getattr(one, each.key)), whole=shown),
        )
        for each in fields
    ]
    extra: list[Button] = []
    if name == Block.SCHOOL.value:
        terms = child_file.terms_of(work.conn, one.id)[:3]
        lines += [
            work.say(
                "file.term",
                term=term_words(work, each.term),
                what=" ".join(x for x in (each.status, each.school, each.grade) if x),
            )
            for each in terms
        ]
        extra.append((work.say("file.same_term"), do("file.term", file_no)))
    if (
        not shown
        and any(each.sensitive and getattr(one, each.key) for each in fields)
        and allowed(work.me, Action.SEE_SENSITIVE, one.unit)
    ):
        extra.append((work.say("file.reveal"), do("file.block", file_no, name, "1")))
    work.show("\n".join(lines), [*_change_buttons(work, one, fields, extra), *_back(work, file_no)])


def term_words(work: Work, term: str) -> str:
    year, half = term.split("-")
    return work.say(f"file.half.{half}", year=year)


def _applies(one: Child, field: FileField) -> bool:
    if field.key in ("disability_cert", "disability_until"):
        return bool(one.disability) or one.health == "残疾"
    return True


def _change_buttons(
    work: Work, one: Child, fields: list[FileField], extra: list[Button], person: Guardian | None = None
) -> Rows:
    cells: list[Button] = []
    if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
        for each in fields:
            key = f"file.person.{each.key}" if person else f"file.field.{each.key}"
            path = path_of(person, each.key) if person else each.key
            cells.append(
                (
                    work.say("file.edit", what=work.words.find(key) or work.say(f"file.field.{each.key}")),
                    do("file.set", one.file_no, path),
                )
            )
    columns = 3 if len(cells) > 8 else 2
    return [*in_rows_of(columns, cells), *in_twos(extra)]


def _back(work: Work, file_no: str) -> Rows:
    return [[(work.say("file.back"), do("file.open", file_no)), *back_to(work, file_no)]]


# --- the people around the child ---


def people(work: Work, file_no: str) -> None:
    """Guardians and carers, a button each, and one to add somebody."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="people")
    work.toast()
    lines = [work.say("file.people_title", name=one.name)]
    lines += [work.say("file.one_person", who=person_words(each), what=_about(work, each)) for each in one.guardians]
    cells: list[Button] = [(person_words(each), do("person.open", file_no, tail(each))) for each in one.guardians]
    if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
        cells.append((work.say("file.add_person"), do("person.new", file_no)))
    work.show("\n".join(lines), [*in_twos(cells), *_back(work, file_no)])


def _about(work: Work, each: Guardian) -> str:
    parts = [
        work.say("file.is_carer") if each.carer else "",
        each.state or "",
        each.work_place or "" if each.away else "",
    ]
    return " ".join(part for part in parts if part) or work.say("file.unknown")


def person(work: Work, file_no: str, key: str, whole: str = "") -> None:
    """One person: what is known, and of which other children they are guardian."""
    one = entry_of(work, file_no).child
    each = found_person(one, key)
    shown = bool(whole)
    if shown:
        work.demand_in(Action.SEE_SENSITIVE, one.unit)
    work.note("child.sensitive" if shown else "child.file", f"child:{one.id}", block="person")
    work.toast()
    fields = [field for field in PERSON_FIELDS if _person_applies(each, field)]
    lines = [work.say("file.person_title", who=person_words(each), name=one.name)]
    lines += [
        work.say(
            "file.line",
            what=work.words.find(f"file.person.{field.key}") or work.say(f"file.field.{field.key}"),
            value=value_words(work, field, plain(getattr(each, field.key)), whole=shown),
        )
        for field in fields
        if field.key not in ("name", "relation")
    ]
    others = others_of(work, one, each)
    if others:
        lines.append(work.say("file.also_of", names="、".join(others)))
    extra: list[Button] = []
    if not shown and allowed(work.me, Action.SEE_SENSITIVE, one.unit):
        extra.append((work.say("file.reveal"), do("person.open", file_no, key, "1")))
    if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
        extra.append((work.say("file.drop_person"), do("person.drop", file_no, key)))
    back: list[Button] = [
        (work.say("file.block.people", count=len(one.guardians)), do("file.people", file_no)),
        *back_to(work, file_no),
    ]
    work.show("\n".join(lines), [*_change_buttons(work, one, fields, extra, each), back])


def found_person(one: Child, key: str) -> Guardian:
    """The person of this button. Raises Refused where they were taken out of the file meanwhile."""
    each = next((each for each in one.guardians if tail(each) == key), None)
    if each is None:
        raise Refused("file.gone")
    return each


def others_of(work: Work, one: Child, each: Guardian) -> list[str]:
    """The other children this person is guardian of: by name where I may see them, else only that there are some."""
    if each.kin_id is None:
        return []
    codes = work.visible(Action.SEE_CHILD)
    there = [
        child for child in children.of_kin(work.conn, each.kin_id) if child.id != one.id and child.closed_on is None
    ]
    return [child.name if child.unit in codes else child.file_no for child in there]


def _person_applies(each: Guardian, field: FileField) -> bool:
    away = each.away or each.state == AWAY
    if field.key in _ONLY_AWAY:
        return bool(away)
    if field.key == "state_until":
        return each.state in CONFINED
    if field.key == "state_since":
        return each.state not in (None, "正常", AWAY)
    if field.key == "capacity_why":
        return each.capacity is not None and each.capacity.value != "full"
    return True


# --- what the rules ask ---


def reason_words(work: Work, one: Reason) -> str:
    """爸爸外出打工，从2025年3月1日起."""
    day = day_words(work.words, one.day, work.today) if one.day else ""
    who = work.say(f"rule.who.{one.who}") if one.who else ""
    key = f"rule.why.{one.key}"
    if one.key in ("state", "home", "able") and one.day:
        key += "_since"
    return work.say(key, who=who, state=one.state or "", day=day)


def rule_words(work: Work, one: Proposed) -> str:
    why = "；".join(reason_words(work, reason) for reason in one.reasons)
    label = LABEL_WORDS[one.label] if one.label else ""
    return work.say(f"rule.{one.rule.value}", label=label, why=why)
