"""补训 and 证书: whoever missed a session makes it up by lessons and a talk; the certificate of who is trained."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot import training_done
from bot.buttons import do
from bot.seat_card import post_name
from bot.subject import Command, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import people, training
from domain.access import Action
from domain.people import Role
from domain.training import LESSONS_INSTEAD, Standing
from files.certificate import Certificate, certificate_pdf

SHOWN = 8


def make_up(work: Work, words: str) -> None:
    """补训: whom the year has not reached yet, and what would still do it. By town for the county."""
    work.demand(Action.TRAIN)
    _make_up(work, "")


def make_up_in(work: Work, unit: str) -> None:
    work.demand_in(Action.TRAIN, unit)
    work.toast()
    _make_up(work, unit)


def _make_up(work: Work, unit: str) -> None:
    codes = work.visible(Action.TRAIN) if not unit else frozenset(work.tree.under(unit))
    stand = training.standings(work.conn, work.today.year)
    missing = [
        post
        for post in training.directors(work.conn, codes)
        if post.holder and not (post.holder in stand and stand[post.holder].trained)
    ]
    back: list[Cell] = [(work.say("training.back"), do("go", "training"))]
    if not missing:
        work.show(work.say("training.nobody_missing"), [back])
        return
    towns = Counter(post.unit.parent for post in missing)
    lines = [work.say("training.missing", count=len(missing), most=LESSONS_INSTEAD)]
    if len(towns) > 1:
        cells: list[Cell] = [
            (f"{town.name} {towns[town.code]}", do("tr.makeup", town.code))
            for town in work.tree.towns
            if towns[town.code]
        ]
        work.show("\n".join(lines), [*in_twos(cells), back])
        return
    names = people.persons(work.conn, [post.holder for post in missing if post.holder])
    rows: list[list[Cell]] = []
    for post in missing[:SHOWN]:
        one = stand.get(post.holder or "", Standing(None, None))
        name = names[post.holder or ""].name
        talked = work.say("training.talked" if one.talked else "training.not_talked")
        lines.append(
            work.say(
                "training.missing_line",
                place=post.unit.name,
                name=name,
                lessons=min(one.lessons, LESSONS_INSTEAD),
                most=LESSONS_INSTEAD,
                talk=talked,
            )
        )
        if not one.talked:
            rows.append([(work.say("training.talk", place=post.unit.name), do("tr.talk", post.unit.code))])
    if len(missing) > SHOWN:
        lines.append(work.say("training.missing_more", count=len(missing) - SHOWN))
    work.show("\n".join(lines), [*in_twos([row[0] for row in rows]), back])


def talked(work: Work, unit: str) -> None:
    """I have gone through it with the director of this village."""
    me = work.demand_in(Action.TRAIN, unit)
    work.toast()
    post = next((post for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit) if post.holder), None)
    if post is None or post.holder is None:
        raise Refused("training.gone")
    if training.talk(work.conn, post.holder, work.today, work.now, me.person_id):
        work.note("training.talk", f"post:{post.id}")
        stand = training.standing_of(work.conn, post.holder, work.today.year)
        for chat in people.chats_of_post(work.conn, post):
            key = "training.talk_done" if stand.trained else "training.talk_noted"
            left = max(0, LESSONS_INSTEAD - stand.lessons)
            work.tell(chat, work.say(key, left=left), [[(work.say("more.lessons"), do("go", "lessons"))]])
        training_done.settle(work)
    _make_up(work, post.unit.parent or "")


def certificate(work: Work, words: str) -> None:
    """证书: my own, once this year's training is done; else last year's."""
    me = work.demand(Action.LEARN)
    for year in (work.today.year, work.today.year - 1):
        stand = training.standing_of(work.conn, me.person_id, year)
        if stand.trained_on is None:
            continue
        post = me.with_role(Role.CHILD_DIRECTOR) or me.posts[0]
        paper = Certificate(
            name=me.name, post=post_name(work, post), year=year, day=stand.trained_on, how=stand.how or "",
            number=f"{year}-{me.person_id.replace('-', '')[-8:].upper()}", topics=_topics(work, me.person_id, year),
        )  # fmt: skip
        work.note("training.certificate", f"person:{me.person_id}", year=year)
        work.document(
            certificate_pdf(paper, work.say, demo=work.demo),
            work.say("certificate.file", year=year),
            work.say("certificate.caption"),
        )
        return
    work.show(work.say("certificate.not_yet"), [[(work.say("more.training"), do("go", "training"))]])


def _topics(work: Work, person: str, year: int) -> tuple[str, ...]:
    found = training.of_units(work.conn, [unit.code for unit in work.tree], date(year, 1, 1), date(year, 12, 31))
    return tuple(one.topic for one in reversed(found) if person in training.seats(work.conn, one.id))[:3]


SUBJECT = Subject(
    "makeup",
    commands=(
        Command("makeup", make_up, Action.TRAIN, ("补训", "补训名单"), menu=False),
        Command("certificate", certificate, Action.LEARN, ("证书", "培训证书", "我的证书", "结业证"), menu=False),
    ),
    presses={
        "tr.makeup": Press(make_up_in, Action.TRAIN),
        "tr.talk": Press(talked, Action.TRAIN),
    },
)
