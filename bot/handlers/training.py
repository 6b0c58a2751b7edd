"""培训: sessions, sign-in by a code read out, who was there, who makes it up, and the certificate (plan task 17, H10).

No place, no photo and no ranking: whoever missed a session gets a second chance by lessons and a talk.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from bot import flow, training_done
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import people, training
from db.drafts import Kept
from db.outbox import Urgency
from db.training import Training
from domain.access import Action, allowed, granting, may
from domain.calendar import local, local_day
from domain.forms import Answers, World
from domain.people import Post, Role, UnitKind
from domain.training import LESSONS_INSTEAD, NEW_TRAINING, Standing, code_in
from files.certificate import Certificate, certificate_pdf
from files.workbook import Sheet, sheets_workbook

SHOWN, PEOPLE = 4, 32
BACK = timedelta(days=30)
AHEAD = timedelta(days=370)
LONGEST_CODE = 8  # characters of a message that is a code and nothing else
_SIGN_IN = re.compile(r"签\s*到\D{0,6}[0-9０-９]")


def overview(work: Work, words: str) -> None:
    """/training: where I stand this year, what comes, and for those who hold sessions theirs."""
    me = work.demand(Action.LEARN)
    if code_in(words):
        sign_in(work, words)
        return
    year, lines = work.today.year, []
    rows: list[list[Cell]] = []
    if me.with_role(Role.CHILD_DIRECTOR):
        stand = training.standing_of(work.conn, me.person_id, year)
        lines.append(_mine(work, stand))
        if stand.trained:
            rows.append([(work.say("more.certificate"), do("go", "certificate"))])
        else:
            rows.append(
                [(work.say("training.i_am_here"), do("go", "signin")), (work.say("more.lessons"), do("go", "lessons"))]
            )
    if may(me, Action.TRAIN):
        measured = training.measure_trained(work.conn, work.tree, work.today, work.visible(Action.TRAIN))
        lines.append(work.say("training.coverage", year=year, trained=measured.trained, held=measured.held))
    for one in reversed(training.of_units(work.conn, _seen(work), work.today - BACK, work.today + AHEAD)[:SHOWN]):
        lines.append(_line(work, one))
        if allowed(me, Action.TRAIN, one.unit):
            day = work.say("training.session", month=one.day.month, day=one.day.day, topic=one.topic[:10])
            rows.append([(day, do("tr.open", one.id))])
    if may(me, Action.TRAIN):
        rows.append([(work.say("training.plan"), do("tr.plan")), (work.say("more.makeup"), do("go", "makeup"))])
    work.show("\n".join(lines or [work.say("training.nothing")]), rows)


def _mine(work: Work, stand: Standing) -> str:
    if stand.trained_on is not None:
        return work.say(f"training.done_{stand.how}", day=day_words(work.words, stand.trained_on, work.today))
    talked = work.say("training.talked" if stand.talked else "training.not_talked")
    return work.say("training.not_yet", lessons=min(stand.lessons, LESSONS_INSTEAD), most=LESSONS_INSTEAD, talk=talked)


def _seen(work: Work) -> set[str]:
    """The units whose sessions concern me: my own, those above, and those I answer for."""
    assert work.me is not None
    mine = {post.unit.code for post in work.me.posts} | {post.unit.parent for post in work.me.posts if post.unit.parent}
    county = {code.split(".")[0][:6] for code in mine}
    return mine | county | set(work.visible(Action.TRAIN))


def _line(work: Work, one: Training) -> str:
    day = day_words(work.words, one.day, work.today) + (f" {one.hour}" if one.hour else "")
    return work.say("training.line", day=day, place=one.place, topic=one.topic)


# --- planning, and the session itself ---


def plan(work: Work) -> None:
    """A new session of the county or of my own town."""
    me = work.demand(Action.TRAIN)
    work.toast()
    post = me.with_role(Role.COUNTY) or granting(me, Action.TRAIN)[0]
    flow.begin(work, "newtraining", {"unit": post.unit.code})


def _planned(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand_in(Action.TRAIN, answers["unit"])
    day = date.fromisoformat(answers["day"])
    made = training.put(
        work.conn, answers["unit"], day, answers.get("hour"), answers["place"], answers["topic"], work.now,
        by=me.person_id, demo=work.demo,
    )  # fmt: skip
    work.note("training.planned", f"unit:{answers['unit']}", training=made)
    one = training.get(work.conn, made)
    assert one is not None
    told = 0
    for chat in _audience(work, one.unit):
        rows = [[(work.say("training.to_training"), do("go", "training"))]]
        work.tell(chat, work.say("training.invited", line=_line(work, one)), rows, urgency=Urgency.NOTICE)
        told += 1
    work.show(work.say("training.planned", count=told), [[(work.say("training.to_session"), do("tr.open", made))]])


def _audience(work: Work, unit: str) -> list[int]:
    """The chats of the directors a session is for, each once."""
    below = set(work.tree.under(unit))
    chats = [chat for post in training.directors(work.conn, below) for chat in people.chats_of_post(work.conn, post)]
    return [chat for chat in dict.fromkeys(chats) if chat != work.chat_id]


def _session(work: Work, training_id: str) -> Training:
    found = training.get(work.conn, training_id)
    if found is None:
        raise Refused("training.gone")
    work.demand_in(Action.TRAIN, found.unit)
    return found


def open_(work: Work, training_id: str) -> None:
    """One session: the code, how many have signed in, and what can be done."""
    one = _session(work, training_id)
    work.toast()
    _show(work, one)


def _show(work: Work, one: Training) -> None:
    there = training.seats(work.conn, one.id)
    wanted = [post for post in training.directors(work.conn, set(work.tree.under(one.unit))) if post.holder]
    here = sum(post.holder in there for post in wanted)
    lines = [_line(work, one), work.say("training.there", here=here, wanted=len(wanted))]
    rows: list[list[Cell]] = []
    if one.code is not None:
        lines.insert(1, work.say("training.read_out", code=" ".join(one.code)))
        rows.append(
            [
                (work.say("training.refresh"), do("tr.open", one.id)),
                (work.say("training.close"), do("tr.close", one.id)),
            ]
        )
    elif one.day == work.today:
        rows.append([(work.say("training.begin"), do("tr.begin", one.id))])
    elif one.day > work.today:
        rows.append([(work.say("training.cancel"), do("tr.cancel", one.id))])
    if one.day <= work.today:
        rows.append(
            [(work.say("training.list"), do("tr.who", one.id)), (work.say("training.sheet"), do("tr.sheet", one.id))]
        )
    work.show("\n".join(lines), [*rows, [(work.say("training.back"), do("go", "training"))]])


def begin(work: Work, training_id: str) -> None:
    """The session begins: four digits for the trainer to read out."""
    one = _session(work, training_id)
    work.toast()
    if one.day != work.today:
        raise Refused("training.not_today")
    training.open_(work.conn, one.id, work.now)
    work.note("training.begun", f"unit:{one.unit}", training=one.id)
    _show(work, _session(work, training_id))


def close(work: Work, training_id: str) -> None:
    one = _session(work, training_id)
    work.toast()
    if training.close(work.conn, one.id):
        work.note("training.closed", f"unit:{one.unit}", training=one.id, there=len(training.seats(work.conn, one.id)))
    _show(work, _session(work, training_id))


def cancel(work: Work, training_id: str) -> None:
    """Call it off, and tell those who were told."""
    one = _session(work, training_id)
    work.toast()
    if not training.cancel(work.conn, one.id, work.now):
        raise Refused("training.held_already")
    work.note("training.cancelled", f"unit:{one.unit}", training=one.id)
    for chat in _audience(work, one.unit):
        work.tell(chat, work.say("training.called_off", line=_line(work, one)))
    work.show(work.say("training.cancelled"), [[(work.say("training.back"), do("go", "training"))]])


# --- signing in ---


def sign_in(work: Work, words: str) -> None:
    """签到 4821: I am here. The trainer reads the digits out in the room."""
    me = work.demand(Action.LEARN)
    code = code_in(words)
    if code is None:
        work.reply(work.say("training.how_to_sign"))
        return
    one = training.by_code(work.conn, code, work.today)
    if one is None:
        work.note("training.wrong_code")
        raise Refused("training.wrong_code")
    fresh = training.sign(work.conn, one.id, me.person_id, "code", work.now)
    if fresh:
        work.note("training.signed", f"unit:{one.unit}", training=one.id)
    work.reply(work.say("training.signed" if fresh else "training.signed_already", topic=one.topic))
    training_done.settle(work)


def hears_code(work: Work) -> bool:
    """签到4821, 我要签到：4821: signed in whatever form is open, for nothing else is written like that."""
    if work.me is None or not _SIGN_IN.search(work.said):
        return False
    sign_in(work, work.said)
    return True


def hears_digits(work: Work) -> bool:
    """Only the four digits, while a session with them is open."""
    code = code_in(work.said) if len(work.said.strip()) <= LONGEST_CODE else None
    if work.me is None or code is None or training.by_code(work.conn, code, work.today) is None:
        return False
    sign_in(work, work.said)
    return True


def who(work: Work, training_id: str, unit: str = "") -> None:
    """Who was there: a county's session by town, a town's by village. A tap puts somebody down, or takes them off again."""
    one = _session(work, training_id)
    work.toast()
    there = training.seats(work.conn, one.id)
    posts = [post for post in training.directors(work.conn, set(work.tree.under(unit or one.unit))) if post.holder]
    place = work.tree.get(unit or one.unit)
    if place is not None and place.kind is UnitKind.COUNTY:
        cells: list[Cell] = []
        for town in work.tree.towns:
            mine = [post for post in posts if post.unit.parent == town.code]
            if mine:
                here = sum(post.holder in there for post in mine)
                cells.append((f"{town.name} {here}/{len(mine)}", do("tr.who", one.id, town.code)))
        work.show(
            work.say("training.by_town"), [*in_twos(cells), [(work.say("training.to_session"), do("tr.open", one.id))]]
        )
        return
    names = people.persons(work.conn, [post.holder for post in posts if post.holder])
    cells = [
        (
            ("✅ " if post.holder in there else "▫️ ") + f"{post.unit.name} {names[post.holder].name}",
            do("tr.hand", one.id, post.unit.code),
        )
        for post in posts[:PEOPLE]
        if post.holder in names
    ]
    work.show(
        work.say("training.by_village"), [*in_twos(cells), [(work.say("training.to_session"), do("tr.open", one.id))]]
    )


def by_hand(work: Work, training_id: str, unit: str) -> None:
    """Somebody without a phone was there, or somebody was put down by mistake."""
    one, me = _session(work, training_id), work.demand_in(Action.TRAIN, unit)
    post = next((post for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit) if post.holder), None)
    if post is None or post.holder is None or one.day > work.today:
        raise Refused("training.gone")
    if training.sign(work.conn, one.id, post.holder, "hand", work.now, me.person_id):
        work.note("training.by_hand", f"post:{post.id}", training=one.id)
        training_done.settle(work)
    elif training.strike(work.conn, one.id, post.holder):
        work.note("training.struck", f"post:{post.id}", training=one.id)
    who(work, training_id, post.unit.parent or one.unit)


def sheet(work: Work, training_id: str) -> None:
    """The attendance list as a workbook, for the file."""
    one = _session(work, training_id)
    work.toast()
    there = training.seats(work.conn, one.id)
    posts = [post for post in training.directors(work.conn, set(work.tree.under(one.unit))) if post.holder]
    names = people.persons(work.conn, [post.holder for post in posts if post.holder])
    rows = []
    for post in posts:
        if post.holder not in names:
            continue
        at, how = there.get(post.holder or "", (None, ""))
        when = local(at).strftime("%m-%d %H:%M") if at else ""
        rows.append(
            (
                work.tree.path_name(post.unit.code),
                names[post.holder].name,
                work.say(f"training.how.{how}") if how else work.say("training.how.none"),
                when,
            )
        )
    heads = tuple(work.say(f"training.column.{name}") for name in ("place", "name", "how", "when"))
    title = work.say("training.sheet_title", day=one.day.isoformat(), topic=one.topic)
    note = work.say("training.sheet_note", here=len(there), wanted=len(rows), place=one.place)
    work.note("training.sheet", f"unit:{one.unit}", training=one.id)
    book = sheets_workbook([Sheet(work.say("training.sheet_name"), heads, rows)], title, note, work.today)
    work.document(book, work.say("training.sheet_file", day=one.day.isoformat()))


# --- the second chance ---


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
    for post in missing[: SHOWN * 2]:
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
    if len(missing) > SHOWN * 2:
        lines.append(work.say("training.missing_more", count=len(missing) - SHOWN * 2))
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


# --- the certificate ---


def certificate(work: Work, words: str) -> None:
    """证书: my own, once this year's training is done; else last year's."""
    me = work.demand(Action.LEARN)
    for year in (work.today.year, work.today.year - 1):
        stand = training.standing_of(work.conn, me.person_id, year)
        if stand.trained_on is None:
            continue
        post = me.with_role(Role.CHILD_DIRECTOR) or me.posts[0]
        paper = Certificate(
            name=me.name, post=_post(work, post), year=year, day=stand.trained_on, how=stand.how or "",
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


def _post(work: Work, post: Post) -> str:
    return work.say(
        "start.post_name", unit=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}")
    )


def _topics(work: Work, person: str, year: int) -> tuple[str, ...]:
    found = training.of_units(work.conn, [unit.code for unit in work.tree], date(year, 1, 1), date(year, 12, 31))
    return tuple(one.topic for one in reversed(found) if person in training.seats(work.conn, one.id))[:3]


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), local_day(work.now))
    return None


SUBJECT = Subject(
    "training",
    commands=(
        Command(
            "training",
            overview,
            Action.LEARN,
            ("培训", "我的培训", "年度培训", "培训啥时候", "什么时候培训", "哪天培训"),
            menu=False,
        ),
        Command("signin", sign_in, Action.LEARN, ("签到", "培训签到"), menu=False),
        Command("makeup", make_up, Action.TRAIN, ("补训", "补训名单"), menu=False),
        Command("certificate", certificate, Action.LEARN, ("证书", "培训证书", "我的证书", "结业证"), menu=False),
    ),
    conversations=(Conversation(NEW_TRAINING, _planned, Action.TRAIN, value=_value),),
    presses={
        "tr.plan": Press(plan, Action.TRAIN),
        "tr.open": Press(open_, Action.TRAIN),
        "tr.begin": Press(begin, Action.TRAIN),
        "tr.close": Press(close, Action.TRAIN),
        "tr.cancel": Press(cancel, Action.TRAIN),
        "tr.who": Press(who, Action.TRAIN),
        "tr.hand": Press(by_hand, Action.TRAIN),
        "tr.sheet": Press(sheet, Action.TRAIN),
        "tr.makeup": Press(make_up_in, Action.TRAIN),
        "tr.talk": Press(talked, Action.TRAIN),
    },
    first=hears_code,
    free=hears_digits,
)
