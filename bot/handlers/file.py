"""档案: one child's file by blocks, each fact changed by one tap and one answer, every change kept and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.file_card import block, open_file, others_of, path_words, person_words, value_words
from bot.file_hand import hand, to_change, who_words
from bot.file_news import after_change
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work
from db import child_changes, child_file, children
from db.drafts import Kept
from domain.access import Action
from domain.child_file import DISABILITY_GRADES, DISABILITY_KINDS
from domain.children import Child
from domain.file_fields import NoSuchFact, Reads, field_of, guardian_of, value_at
from domain.file_reading import check, read_value
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button
from domain.identity import read_phone

Button = tuple[str, Any]
NOTHING = "-"  # the choice that empties a fact


def begin(work: Work, file_no: str, path: str) -> None:
    """Ask for one fact."""
    one = to_change(work, file_no)
    try:
        field_of(path)
        seen = value_at(one, path)
    except NoSuchFact:
        raise Refused("file.gone") from None
    work.toast()
    work.pressed = None  # the block it was pressed on stays, to go on with
    flow.begin(work, "fact", {"child": file_no, "path": path, "was": seen}, fresh=True)


def put(work: Work, file_no: str, path: str, key: str) -> None:
    """One tap on an offered answer."""
    one = to_change(work, file_no)
    try:
        value, now = _chosen(path, _choices_of(path), key), value_at(one, path)
        if now not in (None, "", value):  # it was asked because nobody knew; somebody has said it since
            _clash(work, one, {"path": path, "was": None, "value": value}, now)
            return
        _keep(work, one, path, value)
    except NoSuchFact:
        raise Refused("file.gone") from None
    except Invalid as problem:
        raise Refused(problem.key, **problem.params) from None


def _read(said: Said, world: World, answers: Answers) -> Any:
    return world.facts["read"](said, answers)


def _choices(world: World, answers: Answers) -> tuple[Choice, ...]:
    found: tuple[Choice, ...] = world.facts["choices"](answers)
    return found


FACT = Form(
    "fact",
    (
        Question("child", by_button), Question("path", by_button), Question("was", by_button),
        Question("value", _read, choices=_choices), Question("clash", by_button, aside=True),
    ),
)  # fmt: skip


def _choices_of(path: str) -> tuple[Any, ...]:
    """The plain values offered for a fact. Kinds and grades of disability are too many for buttons: words do."""
    field = field_of(path)
    if field.reads is Reads.YES_NO:
        return (True, False)
    return field.choices


def _chosen(path: str, choices: tuple[Any, ...], key: str) -> Any:
    if key == NOTHING:
        return None
    if not key.isdecimal() or int(key) >= len(choices):
        raise Invalid("form.problem.choose")
    value = choices[int(key)]
    return getattr(value, "value", value)


def _facts(work: Work) -> Mapping[str, Any]:
    def choices(answers: Answers) -> tuple[Choice, ...]:
        field = field_of(answers["path"])
        offered = [
            Choice(str(at), value_words(work, field, getattr(one, "value", one)))
            for at, one in enumerate(_choices_of(answers["path"]))
        ]
        empty = (
            [Choice(NOTHING, work.say("file.empty"))]
            if answers.get("was") not in (None, "") and _may_be_empty(answers["path"])
            else []
        )
        return (*offered, *empty)

    def read(said: Said, answers: Answers) -> Any:
        one, path = to_change(work, answers["child"]), answers["path"]
        try:
            if said.choice is not None:
                value = _chosen(path, _choices_of(path), said.choice)
            else:
                value = read_value(field_of(path), _typed(path, said.text or ""), work.local)
            check(one, path, value, work.today, _around(work, one))
            _not_taken(work, one, path, value)
        except NoSuchFact:
            raise Invalid("file.gone") from None
        return value

    return {"choices": choices, "read": read}


def _typed(path: str, said: str) -> str:
    """智力 3级 → 智力三级."""
    if path != "disability":
        return said
    words = said.translate(str.maketrans("1234１２３４", "一二三四一二三四"))
    kind = next((one for one in DISABILITY_KINDS if one in words), "")
    grade = next((one for one in DISABILITY_GRADES if one[0] in words.replace(kind, "")), "")
    return kind + grade


def _may_be_empty(path: str) -> bool:
    return path not in ("name", "sex", "birth_date") and not path.endswith((".name", ".relation", ".carer"))


def _around(work: Work, one: Child) -> list[Child]:
    """The children of the village: nobody's guardians."""
    return [entry.child for entry in children.in_units(work.conn, [one.unit])]


def _not_taken(work: Work, one: Child, path: str, value: Any) -> None:
    """An ID number that another child's file carries: whose, by number; by name only where I may see it."""
    if not path.endswith("id_no") or value is None:
        return
    other = children.by_id_no(work.conn, value)
    if other is None or other == one.id:
        return
    entry = children.by_ids(work.conn, [other])[other]
    mine = entry.child.unit in work.visible(Action.SEE_CHILD)
    raise Invalid(
        "file.problem.id_taken", whose=f"{entry.child.name}（{entry.child.file_no}）" if mine else entry.child.file_no
    )


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key in ("path", "value", "was"):
        field = field_of(answers["path"])
        if key == "path":
            return path_words(work, entry_of(work, answers["child"]).child, answer)
        return value_words(work, field, answer, whole=key == "value")
    if key == "child":
        return entry_of(work, answer).child.name
    return None


def _heading(work: Work, world: World, answers: Answers) -> str:
    one, field = entry_of(work, answers["child"]).child, field_of(answers["path"])
    lines = [work.say("file.asking", name=one.name, what=path_words(work, one, answers["path"]))]
    if answers.get("was") not in (None, ""):
        lines.append(work.say("file.now", value=value_words(work, field, answers["was"])))
    hint = work.words.find(f"file.hint.{field.key}") or work.words.find(f"file.reads.{field.reads.value}")
    return "\n".join([*lines, *([hint] if hint else [])])


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    """Keep it; if somebody else changed the same fact meanwhile, show that and ask."""
    one, path, value = to_change(work, answers["child"]), answers["path"], answers["value"]
    try:
        now = value_at(one, path)
        if now not in (answers["was"], value):
            _clash(work, one, answers, now)
            return
        _keep(work, one, path, value, kept)
    except NoSuchFact:
        raise Refused("file.gone") from None
    except Invalid as problem:
        raise Refused(problem.key, **problem.params) from None


def _clash(work: Work, one: Child, answers: Answers, now: Any) -> None:
    path = answers["path"]
    line = child_file.changed_since(work.conn, one, path, answers["was"])
    said = work.say(
        "file.clash", who=who_words(work, line) if line else work.say("file.somebody"),
        value=value_words(work, field_of(path), now, whole=True),
    )  # fmt: skip
    flow.begin(
        work,
        "fact",
        {"child": one.file_no, "path": path, "was": now, "value": answers["value"], "clash": said},
        fresh=True,
    )


def _keep(work: Work, one: Child, path: str, value: Any, kept: Kept | None = None) -> None:
    after = check(one, path, value, work.today, _around(work, one))
    _not_taken(work, one, path, value)
    changed = child_file.put(work.conn, one, after, hand(work, one.unit))
    work.toast()
    if not changed:
        work.show(work.say("file.same"), [back_to(work, one.file_no)], old_message=kept.message_id if kept else None)
        return
    work.note("child.changed", f"child:{one.id}", what=path.rpartition(".")[2])
    fresh = entry_of(work, one.file_no).child
    field = field_of(path)
    lines = [
        work.say("file.kept", name=one.name, what=path_words(work, fresh, path), value=value_words(work, field, value))
    ]
    if field.key in ("id_no",) and one.birth_date is None and fresh.birth_date is not None:
        lines.append(work.say("file.from_id", day=fresh.birth_date))
    whose = guardian_of(fresh, path)
    others = (
        others_of(work, fresh, whose)
        if whose is not None and field.key not in ("relation", "carer", "last_call")
        else []
    )
    if others:
        lines.append(work.say("file.spread", who=person_words(whose) if whose else "", names="、".join(others)))
    line = child_file.newest(work.conn, one.id)
    undo: list[Button] = [(work.say("change.undo"), do("file.undo", one.file_no, short(line.id)))] if line else []
    to_block = (
        do("person.open", one.file_no, path[2:].partition(".")[0])
        if path.startswith("g:")
        else do("file.block", one.file_no, field.block.value)
    )
    rows = [
        [*undo, (work.say("file.to_block"), to_block)],
        [(work.say("file.back"), do("file.open", one.file_no)), *back_to(work, one.file_no)],
    ]
    work.show("\n".join(lines), rows, old_message=kept.message_id if kept else None)
    after_change(work, one, fresh)


def phone(work: Work, file_no: str, guardian: str, number: str) -> None:
    """奶奶电话换了, told in a sentence: the number into the file, by one tap."""
    one, path = to_change(work, file_no), f"g:{guardian}.phone"
    try:
        value_at(one, path)
    except NoSuchFact:
        raise Refused("file.gone") from None
    _keep(work, one, path, read_phone(number))


def later(work: Work, file_no: str, path: str) -> None:
    """以后再说: not asked again for a while."""
    entry_of(work, file_no)
    work.toast(work.say("file.later_said"))
    if work.pressed is not None:
        work.strip(work.pressed)


def same_term(work: Work, file_no: str) -> None:
    """A new half-year and nothing changed at school."""
    one = to_change(work, file_no)
    child_changes.put_term(work.conn, one, work.now, work.me.person_id if work.me else None)
    work.note("child.changed", f"child:{one.id}", what="term")
    block(work, file_no, "school")


SUBJECT = Subject(
    "file",
    conversations=(
        Conversation(
            FACT, _done, Action.CHANGE_FILE, facts=_facts, value=_value, heading=_heading,
            at_once=lambda answers: "clash" not in answers,
        ),
    ),
    presses={
        "file.open": Press(open_file, Action.SEE_CHILD),
        "file.block": Press(block, Action.SEE_CHILD),
        "file.set": Press(begin, Action.CHANGE_FILE),
        "file.put": Press(put, Action.CHANGE_FILE),
        "file.phone": Press(phone, Action.CHANGE_FILE),
        "file.later": Press(later, Action.CHANGE_FILE),
        "file.term": Press(same_term, Action.CHANGE_FILE),
    },
)  # fmt: skip
