"""儿童类别: several may hold at once, each with its first day, its last day and what it rests on (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.file_hand import CLASH, SEEN, changed_meanwhile, opened, seen, undo_button, with_clash
from bot.file_news import after_change
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work, in_rows_of, in_twos
from db import child_file
from db.drafts import Kept
from domain.access import Action, allowed
from domain.child_file import LabelSpan
from domain.children import Label
from domain.file_reading import read_when
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, text
from domain.roster.columns import LABEL_WORDS

Button = tuple[str, Any]


def labels(work: Work, file_no: str) -> None:
    """The categories of a child, past ones too."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="labels")
    work.toast()
    lines = [work.say("label.title", name=one.name)]
    lines += [_line(work, each) for each in child_file.spans(work.conn, one.id)] or [work.say("label.none")]
    cells: list[Button] = []
    if one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit):
        cells = [
            (work.say("label.edit", label=LABEL_WORDS[each]), do("label.open", file_no, each.value))
            for each in one.labels
        ]
        cells.append((work.say("label.add"), do("label.more", file_no)))
    work.show(
        "\n".join(lines),
        [*in_twos(cells), [(work.say("file.back"), do("file.open", file_no)), *back_to(work, file_no)]],
    )


def _line(work: Work, each: LabelSpan) -> str:
    since = day_words(work.words, each.since, work.today) if each.since else "?"
    until = work.say("label.until", day=day_words(work.words, each.until, work.today)) if each.until else ""
    said = work.say("label.span", label=LABEL_WORDS[each.label], since=since, until=until)
    return said + (work.say("label.evidence", what=each.proof) if each.proof else "")


def more(work: Work, file_no: str) -> None:
    """Those the child does not have yet."""
    one, _ = opened(work, file_no)
    work.toast()
    cells: list[Button] = [
        (LABEL_WORDS[each], do("label.open", file_no, each.value)) for each in Label if each not in one.labels
    ]
    work.show(
        work.say("label.which", name=one.name),
        [*in_rows_of(3, cells), [(work.say("file.back"), do("file.open", file_no))]],
    )


def begin(work: Work, file_no: str, label: str) -> None:
    """Since when and on what it rests; for one that runs, also the way to end it."""
    one, _ = opened(work, file_no)
    if label not in set(Label):
        raise Refused("file.gone")
    work.toast()
    if Label(label) in one.labels:
        rows = [
            [
                (work.say("label.change"), do("label.set", file_no, label)),
                (work.say("label.end"), do("label.end", file_no, label)),
            ],
            [(work.say("file.back"), do("file.open", file_no))],
        ]
        work.show(work.say("label.running", label=LABEL_WORDS[Label(label)], name=one.name), rows)
        return
    ask(work, file_no, label)


def ask(work: Work, file_no: str, label: str) -> None:
    one, _ = opened(work, file_no)
    if label not in set(Label):
        raise Refused("file.gone")
    work.toast()
    work.pressed = None
    flow.begin(work, "label", {"child": file_no, "label": label, "seen": seen(work, one, *_paths(label))}, fresh=True)


def _paths(label: str) -> tuple[str, str]:
    """What of a file speaks of this category: whether it runs, and its days and proof."""
    return "labels", f"label:{label}"


def end(work: Work, file_no: str, label: str) -> None:
    """It does not hold any more, from today."""
    one, hand = opened(work, file_no)
    if label not in {each.value for each in one.labels}:
        raise Refused("file.gone")
    after = replace(one, labels=tuple(each for each in one.labels if each.value != label))
    child_file.put(work.conn, one, after, hand)
    work.note("child.changed", f"child:{one.id}", what="labels")
    work.toast()
    work.show(
        work.say("label.ended", name=one.name, label=LABEL_WORDS[Label(label)]),
        [[*undo_button(work, one), *back_to(work, file_no)]],
    )
    after_change(work, one, entry_of(work, file_no).child)


# --- the form ---


def _since(said: Said, world: World, answers: Answers) -> str:
    day = world.now.date() if said.choice == "0" else read_when(said.text or "", world.now)
    born = world.facts["born"](answers)
    if born is not None and day < born:
        raise Invalid("file.problem.before_birth", day=born)
    return day.isoformat()


LABEL = Form(
    "label",
    (
        Question("child", by_button), Question("label", by_button), SEEN, CLASH,
        Question("since", _since, choices=lambda world, answers: (Choice("0", world.facts["days"][0]),), skip=True),
        Question("evidence", text(80), skip=True),
    ),
)  # fmt: skip


def _facts(work: Work) -> Mapping[str, Any]:
    return {
        "born": lambda answers: entry_of(work, answers["child"]).child.birth_date,
        "days": [work.say(f"deed.day.{back}") for back in range(3)],
    }


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "label":
        return LABEL_WORDS[Label(answer)]
    return day_words(work.words, date.fromisoformat(answer), work.today) if key == "since" and answer else None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    one, hand = opened(work, answers["child"])
    label = Label(answers["label"])
    if other := changed_meanwhile(work, one, answers.get("seen"), *_paths(label.value)):
        flow.begin(work, "label", with_clash(answers, other, seen(work, one, *_paths(label.value))), fresh=True)
        return
    since = date.fromisoformat(answers["since"]) if answers.get("since") else None
    child_file.put_label(work.conn, one, label, hand, since=since, evidence=answers.get("evidence"))
    work.note("child.changed", f"child:{one.id}", what="labels")
    fresh = entry_of(work, one.file_no).child
    span = next(each for each in child_file.spans(work.conn, one.id) if each.label is label)
    lines = [work.say("label.kept", name=one.name, line=_line(work, span))]
    if since is not None and one.added_on is not None and since < one.added_on:
        lines.append(work.say("file.before_opened", day=day_words(work.words, one.added_on, work.today)))
    work.show(
        "\n".join(lines),
        [[*undo_button(work, one), (work.say("file.back"), do("file.open", one.file_no))], back_to(work, one.file_no)],
    )
    after_change(work, one, fresh)


SUBJECT = Subject(
    "category",
    conversations=(
        Conversation(
            LABEL,
            _done,
            Action.CHANGE_FILE,
            facts=_facts,
            value=_value,
            at_once=lambda answers: "clash" not in answers,
        ),
    ),
    presses={
        "file.labels": Press(labels, Action.SEE_CHILD),
        "label.more": Press(more, Action.CHANGE_FILE),
        "label.open": Press(begin, Action.CHANGE_FILE),
        "label.set": Press(ask, Action.CHANGE_FILE),
        "label.end": Press(end, Action.CHANGE_FILE),
    },
)
