"""看依据 and 为什么提示: the words each value came from, in the message as it was typed, each value open to be changed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from bot import cards, flow, heard
from bot.buttons import Edit, Resume, short
from bot.work import Rows, Work, in_twos
from db.drafts import Kept
from domain.forms import Answers

MOST_TEXT = 900  # of a long message: the beginning, where the values are
ORDER = ("child", "children", "day", "how", "outcome", "met", "state", "worries", "needs", "needs_too", "talks", "wish")


def show(work: Work, kept: Kept) -> None:
    """The message with the words that were read, and below it each value with its words and a button to change it."""
    talk = flow.conversation(kept.draft.form)
    assert talk is not None
    here, answers = flow.world(work, talk), talk.form.walk(kept.draft.answers)[0]
    words, sources, read = heard.words_of(kept.heard), kept.heard.get("sources") or {}, kept.heard.get("read") or {}
    lines = [
        work.say("note.evidence_title"),
        marked(work, words, [tuple(place) for places in sources.values() for place in places]),
    ]
    cells: list[tuple[str, Any]] = []
    for key in ORDER:
        if key not in answers or not (value := cards.value_words(work, talk, here, key, answers)) or key == "worries":
            continue
        lines.append(
            work.say(
                "note.evidence_line",
                name=escape(work.say(f"visit.name.{key}")),
                value=escape(value.strip()),
                why=_why(work, key, words, sources, read, answers),
            )
        )
        cells.append((work.say("note.change", name=work.say(f"visit.name.{key}")), Edit(short(kept.id), "visit", key)))
    rows: Rows = in_twos(cells)
    work.show(
        "\n".join(lines),
        [*rows, [(work.say("form.back"), Resume(short(kept.id), "visit"))]],
        draft_id=kept.id,
        html=True,
    )


def _why(work: Work, key: str, words: str, sources: dict[str, Any], read: Answers, answers: Answers) -> str:
    if key not in read or read[key] != answers[key]:
        return work.say("note.by_hand")
    places = sources.get("child" if key == "children" else key) or []
    quoted = "、".join(dict.fromkeys(work.say("note.quoted", words=escape(words[start:end])) for start, end in places))
    return quoted or work.say("note.assumed_day" if key == "day" else "note.from_all")


def marked(work: Work, words: str, places: Iterable[tuple[int, ...]]) -> str:
    """The text with the words that mattered in bold brackets, HTML."""
    parts, at = [], 0
    for start, end in _merged(places):
        if start >= min(len(words), MOST_TEXT):
            break
        parts += [escape(words[at:start]), work.say("note.marked", words=escape(words[start:end]))]
        at = end
    rest = words[at : max(at, MOST_TEXT)]
    return "".join(parts) + escape(rest) + ("…" if at + len(rest) < len(words) else "")


def _merged(places: Iterable[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Overlapping stretches as one, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((one[0], one[1]) for one in places):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def sign_words(work: Work, code: str) -> str:
    """What a sign may be one of, in the words of the report form; without its code."""
    said = work.words.find(f"report.exact.{code}") or work.words.find(f"report.situation.{code}") or code
    return said.replace(f"（{code}）", "").replace(f" ({code})", "")


def show_signs(work: Work, kept: Kept) -> None:
    """Why the emergency card was shown: the words, and what they are a sign of. Nothing is concluded by it."""
    words = str(kept.draft.answers.get("seen") or "")
    # read as it was when it alarmed: with the names of the worker's own children known
    signs = [sign for sign in heard.read(work, words, heard.roster(work)).reading.signs if sign.alarming]
    lines = [work.say("note.why_harm"), marked(work, words, [(sign.start, sign.end) for sign in signs])]
    for code in dict.fromkeys(sign.code for sign in signs):
        said = "、".join(
            dict.fromkeys(
                work.say("note.quoted", words=escape(words[one.start : one.end])) for one in signs if one.code == code
            )
        )
        lines.append(work.say("note.sign_line", words=said, sign=escape(sign_words(work, code))))
    work.reply("\n".join([*lines, work.say("note.why_harm_end")]), html=True)
