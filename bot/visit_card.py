"""How the visit form looks: who and when, a line for each child, what changes, and the buttons beside 确认."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.buttons import Button, Edit, do, short
from bot.photo_consent import refused
from bot.work import Rows, Work, in_twos
from db import children, drafts
from db.drafts import Kept
from domain.access import Action
from domain.forms import Answers, Question, World
from domain.people import Role
from domain.visit_children import MANY, Line, chosen_children, line_of, sibling_choices
from domain.visit_findings import answers_for, phone_unasked
from domain.visits import OURS

MOST_LINES = 8  # children with a button each on one card
SHORT_NOTE = 60
_UNSAID = ("maybe", "days", "each", "was", "phone_due", "phone_aside")


def roster_of(work: Work) -> list[Line]:
    """The children this person may log contacts with."""
    return [_line(work, entry) for entry in children.in_units(work.conn, work.visible(Action.LOG_CONTACT))]


def _line(work: Work, entry: children.Entry) -> Line:
    child = entry.child
    unit = work.tree.get(child.unit)
    supervisor_only = work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR) is None
    due = entry.supervisor_due if supervisor_only else min(
        (day for day in (entry.contact_due, entry.visit_due) if day), default=None
    )  # fmt: skip
    guardians = sorted(child.guardians, key=lambda one: not one.carer)
    return Line(
        child.id, child.file_no, child.name, unit.name if unit else "", tuple(one.name for one in guardians),
        child.household or "", due, child.unit,
    )  # fmt: skip


def facts(work: Work) -> Mapping[str, Any]:
    today = work.today
    labels = [work.say(f"visit.day.{name}") for name in ("today", "yesterday", "before_yesterday")]
    three = date.fromordinal(today.toordinal() - 3)
    results = {key.rsplit(".", 1)[-1]: words for key, words in work.words.all_of("visit.result.")}
    return {
        "roster": roster_of(work), "day_labels": [*labels, day_words(work, three)], "results": results,
        "day_words": lambda day: day_words(work, day),
    }  # fmt: skip


def day_words(work: Work, day: date) -> str:
    """今天 / 11月15日 星期日; with the year when it is not this one."""
    if day == work.today:
        return work.say("visit.day.today")
    key = "visit.day.full" if day.year == work.today.year else "visit.day.year"
    weekday = work.say(f"visit.weekday.{day.weekday()}")
    return work.say(key, year=day.year, month=day.month, day=day.day, weekday=weekday)


def offers(work: Work, key: str, answers: Answers) -> bool:
    """Photos are not even offered where the family said no to them."""
    return key != "photos" or not _photos_refused(work, answers)


def _photos_refused(work: Work, answers: Answers) -> bool:
    codes = work.visible(Action.LOG_CONTACT)
    entries = [children.by_file_no(work.conn, file_no, codes) for file_no in chosen_children(answers)]
    return refused(work, [entry.child for entry in entries if entry is not None])


# --- values ---


def value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    """How an answer reads on the card; "" for what is not shown. A correction shows the old value beside the new."""
    if key == "line":
        return _name(world, answer)  # named in the question about it, never on the card
    if key in _UNSAID:
        return ""
    said = _value(work, world, key, answer, answers)
    was: Answers = answers.get("was") or {}
    if not was or key in ("replaces", "note", "photos") or said == "" or was.get(key) == answer:
        return said
    said = said if said is not None else _plain_words(work, key, answer)
    if was.get(key) is None:
        return work.say("visit.new_value", value=said)
    old = _value(work, world, key, was[key], was)
    return work.say(
        "visit.changed_value", value=said, old=old if old is not None else _plain_words(work, key, was[key])
    )


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if answer is None:
        return ""  # left blank: said of nothing, asked of nobody
    if key == "child":
        return "" if answer == MANY else _name(world, answer)
    if key == "children":
        return _lines(work, world, answers)
    if key == "siblings":
        return "、".join(_name(world, one) for one in answer)
    if key in ("outcome", "met") and answers.get("child") == MANY and "children" in answers:
        return ""  # stands on each child's own line
    if key == "state" and not answer and any(one.get("state") for one in (answers.get("each") or {}).values()):
        return ""  # not all of them are fine: it stands on the lines of those it was said of
    if key == "day":
        return day_words(work, date.fromisoformat(answer))
    if key == "photos":
        said_no = bool(answer) and _photos_refused(work, answers)
        return work.say("visit.photos_refused" if said_no else "visit.photos", count=len(answer))
    if key == "replaces":
        return work.say("visit.replaces")
    if key == "note":
        said = str(answer).replace("\n", "；")
        return said if len(said) <= SHORT_NOTE else said[:SHORT_NOTE] + "…"
    return None


def _plain_words(work: Work, key: str, answer: Any) -> str:
    if isinstance(answer, list):
        said = "、".join(work.words.find(f"visit.{key}.{one}") or str(one) for one in answer)
        return said or work.words.find(f"visit.{key}.none_line") or work.say("form.none")
    return work.words.find(f"visit.{key}.{answer}") or str(answer)


def _lines(work: Work, world: World, answers: Answers) -> str:
    """One line for each child of several, with what happened with it."""
    lines = []
    for file_no in chosen_children(answers):
        result = result_words(work, answers_for(answers, file_no))
        own = (answers.get("each") or {}).get(file_no, {}).get("worries")
        line = work.say("visit.child_line", name=_name(world, file_no), result=result)
        lines.append(work.say("visit.child_line_with", line=line, worries=own[:SHORT_NOTE]) if own else line)
    return "\n" + "\n".join(lines) if lines else ""


def result_words(work: Work, answers: Answers) -> str:
    """What happened with one child, in a few words."""
    result = answers.get("met") or answers.get("outcome")
    said = work.say(f"visit.result.{result}") if result else "…"
    flagged = "、".join(work.say(f"visit.state.{one}") for one in answers.get("state") or ())
    return work.say("visit.result_with", result=said, flagged=flagged) if flagged else said


def _name(world: World, file_no: str) -> str:
    line = line_of(world, file_no)
    return f"{line.name}（{file_no[-4:]}）" if line else file_no


def heading(work: Work, world: World, answers: Answers) -> str:
    """Who and when, on every screen of the form; the words of a message that still lacks its child."""
    if "child" not in answers:
        if "note" in answers:
            return work.say("visit.kept_words", words=str(answers["note"])[:SHORT_NOTE].replace("\n", " "))
        return work.say("visit.heading")
    who = chosen_children(answers) if answers["child"] != MANY or "children" in answers else []
    names = "、".join(_name(world, one) for one in who[:4])
    if len(who) > 4:
        names += work.say("visit.and_more", count=len(who))
    day = day_words(work, date.fromisoformat(answers["day"])) if "day" in answers else "…"
    return work.say("visit.heading_with", who=names or "…", day=day)


# --- further buttons ---


def under_card(work: Work, tail: str) -> Rows:
    """Beside 确认 修改 取消: where the values come from, the child that was seen after all, each child's own line."""
    kept = next((one for one in drafts.of_chat(work.conn, work.chat_id) if short(one.id) == tail), None)
    if kept is None:
        return []
    answers = kept.draft.answers
    cells: list[tuple[str, Button | str]] = []
    if kept.heard:
        cells.append((work.say("note.evidence"), do("note.evidence", tail)))
        if answers.get("met") == "adult" and not kept.heard.get("unseen"):
            cells.append((work.say("visit.saw_child"), do("visit.saw", tail)))
        if _is_worried(answers) and answers.get("help") is None:
            cells.append((work.say("visit.add.help"), Edit(tail, "visit", "help")))
        if phone_unasked(answers):
            cells.append((work.say("visit.add.phone_too"), Edit(tail, "visit", "phone_too")))
        if "siblings" not in answers and sibling_choices(World(work.local, {"roster": roster_of(work)}), answers):
            cells.append((work.say("visit.add.siblings"), Edit(tail, "visit", "siblings")))
    if answers.get("child") == MANY and "how" in answers:
        found = children.by_numbers(work.conn, chosen_children(answers)[:MOST_LINES], work.visible(Action.LOG_CONTACT))
        cells += [
            (work.say("visit.line_of", name=one.child.name), do("visit.line", tail, one.child.file_no)) for one in found
        ]
    return in_twos(cells)


def _is_worried(answers: Answers) -> bool:
    return bool(answers.get("state")) or any(one.get("state") for one in (answers.get("each") or {}).values())


def under_question(work: Work, kept: Kept, question: Question) -> Rows:
    """A child nobody can find on the list; the whole list behind a tie; a card of its own for one of several."""
    tail, answers = short(kept.id), kept.draft.answers
    if question.key == "each" and answers.get("line"):
        return [[(work.say("visit.apart"), do("visit.apart", tail, answers["line"]))]]
    if question.key not in ("child", "children") or not kept.heard or ("child" in answers and question.key == "child"):
        return []
    row: list[tuple[str, Button | str]] = []
    if answers.get("maybe"):
        row.append((work.say("note.whole_list"), do("note.whole_list", tail)))
    row.append((work.say("note.off_list"), do("note.off_list", tail)))
    return [row, [(work.say("note.no_child"), do("note.no_child", tail))]]


def content_of(answers: Answers) -> Answers:
    """What is kept about one child: its own answers, without what the form holds for itself."""
    return {key: answer for key, answer in answers.items() if key not in OURS and answer is not None}
