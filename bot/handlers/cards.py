"""安全卡: short texts to read aloud or pass on to parents; the county words them anew and picks the card of the month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import cards_library as library
from db.drafts import Kept
from domain.access import Action, may
from domain.calendar import local_day, month_start
from domain.cards_library import CARD_EDIT, Card, Topic, asked_for, in_season
from domain.forms import Answers, World
from domain.people import Role, UnitKind

VERSIONS = 4
PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)


def cards(work: Work, words: str) -> None:
    """The card of the week and those in season; or the one that was named."""
    work.demand(Action.RECORD_DEED)
    there = library.library(work.conn)
    if words:
        found = asked_for(words, there)
        if found is not None:
            _show(work, found)
            return
    season = in_season(work.today, there)
    week = library.of_the_week(work.conn, work.today)
    lines = [work.say("cards.title")]
    if words:
        lines.insert(0, work.say("cards.not_found", words=words[:20]))
    if week is not None:
        lines.append(work.say("cards.week", title=week.title))
    cells: list[Cell] = [(one.title, do("cd.open", one.code)) for one in season[:8]]
    rows: list[Sequence[Cell]] = [*in_twos(cells)]
    rows.append([(work.say(f"cards.topic.{topic.value}"), do("cd.topic", topic.value)) for topic in Topic])
    work.reply("\n".join(lines), rows)


def topic(work: Work, name: str) -> None:
    """Every card on one shelf."""
    work.demand(Action.RECORD_DEED)
    work.toast()
    found = [one for one in library.library(work.conn) if one.topic.value == name]
    work.show(work.say("cards.shelf"), in_twos([(one.title, do("cd.open", one.code)) for one in found]))


def _card(work: Work, code: str) -> Card:
    found = library.get(work.conn, code)
    if found is None:
        raise Refused("cards.gone")
    return found


def open_card(work: Work, code: str) -> None:
    work.demand(Action.RECORD_DEED)
    work.toast()
    _show(work, _card(work, code))


def _show(work: Work, one: Card) -> None:
    lines = [work.say("cards.card", title=one.title, text=one.text)]
    rows: list[Sequence[Cell]] = [
        [
            (work.say("cards.forward"), do("cd.forward", one.code)),
            (work.say("cards.forwarded"), do("cd.done", one.code)),
        ]
    ]
    if may(work.me, Action.ANNOUNCE):
        lines.append(_how_far(work, one))
    if may(work.me, Action.EDIT_CARDS):
        rows = [
            [
                (work.say("cards.edit"), do("cd.edit", one.code)),
                (work.say("cards.history"), do("cd.history", one.code)),
            ],
            [(work.say("cards.pick"), do("cd.pick", one.code))],
        ]
    work.show("\n\n".join(lines), rows)


def _how_far(work: Work, one: Card) -> str:
    """How many villages passed it on this month: a number, and no list of who did not."""
    codes = work.visible(Action.ANNOUNCE)
    there = sum((unit := work.tree.get(code)) is not None and unit.kind in PLACES for code in codes)
    done = library.villages(work.conn, codes, month_start(work.today), work.today, one.code)
    return work.say("cards.how_far", count=len(done), all=there)


def forward(work: Work, code: str) -> None:
    """The text alone, as it may go to parents: without names and without anything of ours around it."""
    work.demand(Action.RECORD_DEED)
    one = _card(work, code)
    work.toast()
    work.reply(work.say("cards.for_parents", title=one.title, text=one.text))
    work.reply(work.say("cards.press_long"), [[(work.say("cards.forwarded"), do("cd.done", one.code))]])


def done(work: Work, code: str) -> None:
    """已转发: into the village's publicity log, once a day."""
    me = work.demand(Action.RECORD_DEED)
    one = _card(work, code)
    units = [post.unit.code for post in me.posts if post.role in (Role.CHILD_DIRECTOR, Role.SUPERVISOR)]
    new = [
        unit
        for unit in units
        if library.forwarded(work.conn, one.code, unit, work.today, work.now, by=me.person_id, demo=work.demo)
    ]
    work.toast(work.say("cards.thanks" if new else "cards.thanks_again"))
    for unit in new:
        work.note("card.forwarded", f"unit:{unit}", card=one.code)
    work.show(work.say("cards.noted", title=one.title) if units else work.say("cards.no_village"))


# --- the county's own words ---


def edit(work: Work, code: str) -> None:
    work.demand(Action.EDIT_CARDS)
    one = _card(work, code)
    work.toast()
    work.reply(one.text)  # to be copied and changed
    flow.begin(work, "cardedit", {"card": one.code, "title": one.title}, fresh=True)


def _edited(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.EDIT_CARDS), _card(work, answers["card"])
    number = library.put_version(
        work.conn, one.code, answers.get("title") or one.title, answers["text"], work.now, me.person_id
    )
    work.note("card.changed", f"card:{one.code}", version=number)
    work.show(
        work.say("cards.changed", title=one.title, number=number + 1),
        [[(work.say("cards.look"), do("cd.open", one.code))]],
    )


def history(work: Work, code: str) -> None:
    """Earlier wordings, with the way back to each."""
    work.demand(Action.EDIT_CARDS)
    one = _card(work, code)
    work.toast()
    lines, cells = [work.say("cards.versions", title=one.title)], list[Cell]()
    for each in library.history(work.conn, code)[:VERSIONS]:
        day = day_words(work.words, local_day(each.day), work.today) if each.day else work.say("cards.delivered")
        lines.append(work.say("cards.version", number=each.number + 1, day=day, text=each.text[:40]))
        if each.number != one.version:
            cells.append((work.say("cards.back_to", number=each.number + 1), do("cd.back", code, str(each.number))))
    work.show("\n".join(lines), in_twos(cells))


def back(work: Work, code: str, number: str) -> None:
    """An earlier wording holds again, as a new version."""
    me, one = work.demand(Action.EDIT_CARDS), _card(work, code)
    found = next((each for each in library.history(work.conn, code) if str(each.number) == number), None)
    if found is None:
        raise Refused("cards.gone")
    work.toast()
    if (found.title, found.text) != (one.title, one.text):
        made = library.put_version(work.conn, code, found.title, found.text, work.now, me.person_id)
        work.note("card.changed", f"card:{code}", version=made, back_to=found.number)
    _show(work, _card(work, code))


def pick(work: Work, code: str) -> None:
    """📌 the card of this month: it comes with the first digest of the month's first week, and stands on top."""
    me, one = work.demand(Action.EDIT_CARDS), _card(work, code)
    work.toast()
    library.pick_of_month(work.conn, one.code, work.today, work.now, me.person_id)
    work.note("card.of_month", f"card:{one.code}")
    work.show(work.say("cards.picked", title=one.title, month=work.today.month))


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return _card(work, str(value)).title if key == "card" else None


SUBJECT = Subject(
    "cards",
    commands=(Command("cards", cards, Action.RECORD_DEED, ("安全卡", "卡片", "宣传卡", "安全提醒"), menu=False),),
    conversations=(Conversation(CARD_EDIT, _edited, Action.EDIT_CARDS, value=_value),),
    presses={
        "cd.open": Press(open_card, Action.RECORD_DEED),
        "cd.topic": Press(topic, Action.RECORD_DEED),
        "cd.forward": Press(forward, Action.RECORD_DEED),
        "cd.done": Press(done, Action.RECORD_DEED),
        "cd.edit": Press(edit, Action.EDIT_CARDS),
        "cd.history": Press(history, Action.EDIT_CARDS),
        "cd.back": Press(back, Action.EDIT_CARDS),
        "cd.pick": Press(pick, Action.EDIT_CARDS),
    },
)
