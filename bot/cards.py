"""How a form looks: its open question with the buttons, its review card, the list of lines that can be changed."""

from __future__ import annotations

import re
from html import escape

from bot import buttons as b
from bot.buttons import short
from bot.subject import Conversation
from bot.work import Rows, Work, in_rows_of, in_twos
from db.drafts import Kept
from domain import forms
from domain.forms import Answers, Ask, Question, World, by_button

PAGE = 16  # choices on one screen


def question(work: Work, talk: Conversation, here: World, kept: Kept, ask: Ask, page: int) -> tuple[str, Rows]:
    form, question, answers = talk.form.name, ask.question, kept.draft.answers
    tail = short(kept.id)
    lines = []
    if ask.problem:
        said = work.say(ask.problem.key, **ask.problem.params)
        lines.append("⚠️ " + (escape(said) if talk.html else said))
    if talk.heading:
        lines.append(talk.heading(work, here, answers))
    lines.append(work.say(f"{form}.ask.{question.key}", **_holes(work, talk, here, answers)))
    hint = work.words.find(f"{form}.hint.{question.key}")
    if hint:
        lines.append(hint)
    rows: list[list[tuple[str, b.Button]]] = []
    options = question.choices(here, answers) if question.choices else ()
    shown = options[page * PAGE : (page + 1) * PAGE]
    cells: list[tuple[str, b.Button]] = []
    for option in shown:
        label = option.label or work.say(f"{form}.{question.key}.{option.key}")
        if question.many:
            mark = "☑ " if option.key in ask.picked else "☐ "
            cells.append((mark + label, b.Toggle(tail, form, question.key, option.key)))
        else:
            cells.append((label, b.Pick(tail, form, question.key, option.key)))
    rows += in_rows_of(question.columns, cells)
    turns: list[tuple[str, b.Button]] = []
    if page > 0:
        turns.append((work.say("form.previous_page"), b.Page(tail, form, question.key, str(page - 1))))
    if len(options) > (page + 1) * PAGE:
        turns.append((work.say("form.next_page"), b.Page(tail, form, question.key, str(page + 1))))
    if turns:
        rows.append(turns)
    if question.many:
        key = "form.picked" if ask.picked else f"{form}.{question.key}.none"
        label = work.words.find(key) or work.say("form.picked")
        rows.append([(label.format(count=len(ask.picked)), b.Done(tail, form, question.key))])
    last: list[tuple[str, b.Button]] = [
        (work.say(f"{form}.also.{key}"), b.Edit(tail, form, key)) for key in question.also if not ask.editing
    ]
    if question.skip:
        last.append((work.say("form.skip"), b.Skip(tail, form, question.key)))
    if last:
        rows.append(last)
    if talk.under:
        rows += [list(row) for row in talk.under(work, kept, question)]  # type: ignore[arg-type]
    if not ask.editing and forms.is_enough(talk.form, kept.draft):
        rows.append([(work.say(f"{form}.enough"), b.Enough(tail, form))])
    if ask.editing or any(key in answers for key in _asked_before(talk, question)):
        rows.append([(back(work, form, to_card=bool(ask.editing)), b.Back(tail, form)), (work.say("form.cancel"), b.Cancel(tail, form))])
    else:
        rows.append([(work.say("form.cancel"), b.Cancel(tail, form))])
    return "\n".join(lines), rows


def page_of(question: Question, here: World, answers: Answers, choice: str) -> int:
    """The page a choice stands on, so that ticking it does not turn the pages back."""
    keys = [option.key for option in question.choices(here, answers)] if question.choices else []
    return keys.index(choice) // PAGE if choice in keys else 0


def _asked_before(talk: Conversation, question: Question) -> list[str]:
    keys = [one.key for one in talk.form.questions if not one.aside]
    return keys[: keys.index(question.key)] if question.key in keys else []


def card(work: Work, talk: Conversation, here: World, kept: Kept, answers: Answers) -> tuple[str, Rows]:
    form, tail = talk.form.name, short(kept.id)
    lines = [work.say(f"{form}.card")]
    if kept.heard.get("of", 1) > 1:
        lines[0] += work.say("form.nth", nth=kept.heard["nth"], of=kept.heard["of"])
    for question in talk.form.questions:
        if question.key in answers:
            line = f"{form}.line.{question.key}"
            value = value_words(work, talk, here, question.key, answers) if work.words.find(line) else None
            if value:
                lines.append(work.say(line, value=escape(value) if talk.html else value))
    more: list[tuple[str, b.Button]] = [
        (work.say(f"{form}.add.{question.key}"), b.Edit(tail, form, question.key))
        for question in talk.form.questions
        if not kept.heard  # a card made from a message stays short: all of these are behind 修改
        and question.aside and question.key not in answers and talk.form.applies(question.key, answers)
        and work.words.find(f"{form}.add.{question.key}")
        and _offered(work, talk, question.key, answers)
        and (question.choices is None or question.choices(here, answers))
    ]  # fmt: skip
    rows: list[list[tuple[str, b.Button]]] = in_twos(more)
    rows.append(
        [
            (work.say("form.confirm"), b.Submit(tail, form)),
            (work.say("form.fix"), b.Fix(tail, form)),
            (work.say("form.cancel"), b.Cancel(tail, form)),
        ]
    )
    tail_line = work.words.find(f"{form}.card_end")
    if tail_line:
        lines.append(tail_line)
    return "\n".join(lines), [*rows, *(talk.extra(work, tail) if talk.extra else ())]


def lines(work: Work, talk: Conversation, kept: Kept) -> Rows:
    """修改: a button for each answer that can be changed or added."""
    form, tail = talk.form.name, short(kept.id)
    answers, _ = talk.form.walk(kept.draft.answers)
    cells: list[tuple[str, b.Button]] = []
    for one in talk.form.questions:
        label = work.words.find(f"{form}.name.{one.key}")
        there = one.key in answers or (one.aside and _offered(work, talk, one.key, answers))
        if label and there and one.read is not by_button and talk.form.applies(one.key, answers):
            cells.append((label, b.Edit(tail, form, one.key)))
    rows = in_twos(cells)
    return [*rows, [(back(work, form, to_card=True), b.Resume(tail, form))]]


def _offered(work: Work, talk: Conversation, key: str, answers: Answers) -> bool:
    return talk.offers is None or talk.offers(work, key, answers)


def back(work: Work, form: str, *, to_card: bool) -> str:
    """返回, and where to: a form may say so in words of its own (`<form>.back.card`, `<form>.back.question`)."""
    return work.words.find(f"{form}.back.{'card' if to_card else 'question'}") or work.say("form.back")


def value_words(work: Work, talk: Conversation, here: World, key: str, answers: Answers) -> str | None:
    """How an answer reads: the subject's own words, else the words of the choice, else as typed."""
    value, form = answers.get(key), talk.form.name
    if talk.value:
        said = talk.value(work, here, key, value, answers)
        if said is not None:
            return said
    if value is None:
        return work.say("form.skipped")
    if isinstance(value, list):
        if not value:
            return work.words.find(f"{form}.{key}.none_line") or work.say("form.none")
        return "、".join(work.words.find(f"{form}.{key}.{one}") or str(one) for one in value)
    return work.words.find(f"{form}.{key}.{value}") or str(value)


def _holes(work: Work, talk: Conversation, here: World, answers: Answers) -> dict[str, str]:
    """Earlier answers may be named in a question: {child}, {day}."""
    known = {
        question.key: (value_words(work, talk, here, question.key, answers) or "") if question.key in answers else ""
        for question in talk.form.questions
    }
    return {key: escape(words) for key, words in known.items()} if talk.html else known


_DECORATION = re.compile(r"[^\w]+")


def _plain(label: str) -> str:
    return _DECORATION.sub("", label)


def choice_meant(work: Work, here: World, talk: Conversation, question: Question, answers: Answers) -> str | None:
    """The choice whose label was typed instead of pressed, if just one fits."""
    if not work.said or not question.choices:
        return None
    typed = _plain(work.said)
    labels = {
        option.key: _plain(option.label or work.say(f"{talk.form.name}.{question.key}.{option.key}"))
        for option in question.choices(here, answers)
    }
    same = [key for key, label in labels.items() if label == typed]
    return same[0] if len(same) == 1 else None
