"""微课: a few cards and five questions, at one's own pace, picked up where one left off. No marks for anybody else to see."""

from __future__ import annotations

from datetime import date

from bot import training_done
from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import lessons, training
from domain.access import Action, may
from domain.lessons import Lesson, lesson

PAGE = 6


def choose(work: Work, words: str) -> None:
    """/lessons: what there is; finished ones are ticked, one begun goes on where it was left."""
    work.demand(Action.LEARN)
    wanted = words.strip()
    found = [one for one in lessons.ALL if wanted and (wanted in one.title or wanted == one.code)]
    if len(found) == 1:
        _show(work, found[0])
        return
    _page(work, 0)


def page(work: Work, start: str) -> None:
    work.demand(Action.LEARN)
    work.toast()
    _page(work, int(start) if start.isascii() and start.isdecimal() else 0)


def _page(work: Work, start: int) -> None:
    assert work.me is not None
    mine = lessons.finished(work.conn, work.me.person_id)
    start = start if start < len(lessons.ALL) else 0
    cells: list[Cell] = []
    for one in lessons.ALL[start : start + PAGE]:
        step, day = mine.get(one.code, (0, None))
        mark = "✅ " if day else ("▶️ " if step else "")
        cells.append((mark + _title(work, one), do("lesson.open", one.code)))
    last: list[Cell] = []
    if len(lessons.ALL) > PAGE:
        more = start + PAGE if start + PAGE < len(lessons.ALL) else 0
        last.append((work.say("lesson.more"), do("lesson.page", str(more))))
    if may(work.me, Action.TRAIN):
        last.append((work.say("lesson.counts"), do("lesson.counts")))
    done = sum(day is not None for _, day in mine.values())
    work.show(work.say("lesson.title", count=len(lessons.ALL), done=done), [*in_twos(cells), last])


def _title(work: Work, one: Lesson) -> str:
    return one.title_en if work.words.language == "en" else one.title


def _lesson(code: str) -> Lesson:
    found = lesson(code)
    if found is None:
        raise Refused("lesson.gone")
    return found


def open_(work: Work, code: str) -> None:
    work.demand(Action.LEARN)
    work.toast()
    _show(work, _lesson(code))


def _show(work: Work, one: Lesson) -> None:
    """The card or question that comes next."""
    me = work.demand(Action.LEARN)
    place = lessons.place(work.conn, me.person_id, one.code)
    card, asked = one.card(place.step), one.question(place.step)
    title, back = _title(work, one), [(work.say("lesson.back"), do("go", "lessons"))]
    if card is not None:
        text = work.say("lesson.card", title=title, place=place.step + 1, count=len(one.cards), card=card)
        key = "lesson.next" if place.step + 1 < len(one.cards) else "lesson.to_questions"
        work.show(text, [[(work.say(key), do("lesson.next", one.code, str(place.step))), *back]])
    elif asked is not None:
        number = place.step - len(one.cards) + 1
        rows = [
            [(option, do("lesson.pick", one.code, str(place.step), str(n)))] for n, option in enumerate(asked.options)
        ]
        work.show(
            work.say("lesson.question", title=title, place=number, count=len(one.quiz), ask=asked.ask), [*rows, back]
        )
    else:
        text = work.say("lesson.finished", title=title, right=place.right, count=len(one.quiz), source=one.source)
        work.show(text, [[(work.say("lesson.again"), do("lesson.again", one.code)), *back]])


def next_(work: Work, code: str, step: str) -> None:
    """The next card; an old button shows where one is instead."""
    me, one = work.demand(Action.LEARN), _lesson(code)
    work.toast()
    place = lessons.place(work.conn, me.person_id, code)
    if step == str(place.step) and one.card(place.step) is not None:
        lessons.go(work.conn, me.person_id, code, place.step + 1, place.right, work.now)
    _show(work, one)


def pick(work: Work, code: str, step: str, choice: str) -> None:
    """An answer: right or not, the reason is told; then on to the next."""
    me, one = work.demand(Action.LEARN), _lesson(code)
    work.toast()
    place = lessons.place(work.conn, me.person_id, code)
    asked = one.question(place.step)
    if asked is None or step != str(place.step) or choice not in {str(n) for n in range(len(asked.options))}:
        _show(work, one)
        return
    good = int(choice) == asked.right
    last = place.step + 1 == one.end
    lessons.go(
        work.conn, me.person_id, code, place.step + 1, place.right + good, work.now, work.today if last else None
    )  # fmt: skip
    key = "lesson.right" if good else "lesson.not_quite"
    text = work.say(key, ask=asked.ask, answer=asked.options[asked.right], why=asked.why)
    label = work.say("lesson.see_end" if last else "lesson.next_question")
    work.show(text, [[(label, do("lesson.open", code))]])
    if last:
        work.note("lesson.finished", f"person:{me.person_id}", lesson=code)
        training_done.settle(work)


def again(work: Work, code: str) -> None:
    """From the first card on; that it was finished once stays."""
    me, one = work.demand(Action.LEARN), _lesson(code)
    work.toast()
    lessons.go(work.conn, me.person_id, code, 0, 0, work.now)
    _show(work, one)


def numbers(work: Work) -> None:
    """How many directors have finished each lesson this year: counts, and nothing else."""
    work.demand(Action.TRAIN)
    work.toast()
    posts = training.directors(work.conn, work.visible(Action.TRAIN))
    year = work.today.year
    holders = {post.holder for post in posts if post.holder}
    found = lessons.counts(work.conn, holders, date(year, 1, 1), date(year, 12, 31))
    lines = [work.say("lesson.counts_title", year=year, count=len(holders))]
    lines.append(
        "　".join(
            work.say("lesson.count", title=_title(work, one), count=found.get(one.code, 0)) for one in lessons.ALL
        )
    )
    work.show("\n".join(lines), [[(work.say("lesson.back"), do("go", "lessons"))]])


SUBJECT = Subject(
    "lesson",
    commands=(Command("lessons", choose, Action.LEARN, ("微课", "学习", "上课"), menu=False),),
    presses={
        "lesson.page": Press(page, Action.LEARN),
        "lesson.open": Press(open_, Action.LEARN),
        "lesson.next": Press(next_, Action.LEARN),
        "lesson.pick": Press(pick, Action.LEARN),
        "lesson.again": Press(again, Action.LEARN),
        "lesson.counts": Press(numbers, Action.TRAIN),
    },
)
