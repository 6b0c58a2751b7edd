"""拉网式排查: begun by the town or county, gone through household by household, two taps each, signed by name (H5)."""

from __future__ import annotations

from typing import Any

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.sweep_view import household, label, newest, show_home, show_village
from bot.work import Refused, Work, in_rows_of, in_twos
from db import people, sweeps
from db.sweeps import RunsAlready, Village
from domain.access import Action, may
from domain.people import Role, Unit, UnitKind
from domain.sweeps import Found, next_home

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
Button = tuple[str, Any]


# --- where I stand ---


def sweep(work: Work, words: str) -> None:
    """/sweep, 排查: my village; for a supervisor the town, for the county its towns."""
    if may(work.me, Action.START_SWEEP):
        _overview(work)
        return
    work.demand(Action.LOG_CONTACT)
    units = [
        code
        for code in sorted(work.visible(Action.LOG_CONTACT))
        if (unit := work.tree.get(code)) and unit.kind in PLACES
    ]
    there = [(code, one) for code in units if (one := newest(work, code)) is not None]
    if not there:
        work.reply(work.say("sweep.none"))
    elif len(there) == 1:
        show_village(work, there[0][0])
    else:
        work.reply(work.say("sweep.which"), in_twos([(_name(work, code), do("sw.village", code)) for code, _ in there]))


def _name(work: Work, code: str) -> str:
    unit = work.tree.get(code)
    return unit.name if unit else code


def _towns(work: Work) -> list[Unit]:
    codes = work.visible(Action.START_SWEEP)
    return [town for town in work.tree.towns if town.code in codes]


def _overview(work: Work) -> None:
    """How far each town or village is: what is not reached yet comes first, and nobody is compared."""
    towns = _towns(work)
    going = sweeps.running(work.conn, [town.code for town in towns])
    lines, rows = list[str](), list[list[Button]]()
    idle = [town for town in towns if town.code not in {one.unit for one in going}]
    if going:
        there = sweeps.villages(work.conn, [one.id for one in going])
        signed = sum(one.signed_on is not None for one in there)
        lines.append(
            work.say(
                "sweep.title", due=day_words(work.words, max(one.due for one in going), work.today), signed=signed,
                count=len(there), seen=sum(one.seen for one in there), homes=sum(one.count for one in there),
            )
        )  # fmt: skip
        if len(towns) == 1:
            rows += _of_villages(work, there, lines)
        else:
            cells = []
            for one in going:
                own = [each for each in there if each.sweep == one.id]
                done = sum(each.signed_on is not None for each in own)
                cells.append(
                    (
                        work.say("sweep.town", town=_name(work, one.unit), done=done, count=len(own)),
                        do("sw.town", one.unit),
                    )
                )
            rows += in_twos(cells)  # type: ignore[arg-type]
    else:
        lines.append(work.say("sweep.not_running"))
    if idle:
        lines.append(work.say("sweep.idle", count=len(idle)) if going else work.say("sweep.offer"))
        rows.append([(work.say("sweep.begin" if len(towns) == 1 else "sweep.begin_all"), do("sw.begin"))])
    work.show("\n".join(lines), rows)


def _of_villages(work: Work, there: list[Village], lines: list[str]) -> list[list[Button]]:
    """A button a village; those with most left first, the signed ones last."""
    order = sorted(there, key=lambda one: (one.signed_on is not None, one.seen + one.absent + one.gone > 0, one.unit))
    not_begun = [one for one in there if one.signed_on is None and not one.seen + one.absent + one.gone and one.count]
    if not_begun:
        lines.append(
            work.say(
                "sweep.not_begun",
                places="、".join(_name(work, one.unit) for one in not_begun[:6]),
                count=len(not_begun),
            )
        )
    cells = []
    for one in order:
        state = "✅" if one.signed_on is not None else f"{one.count - one.left}/{one.count}"
        cells.append((f"{_name(work, one.unit)} {state}", do("sw.village", one.unit)))
    return in_rows_of(3, cells)


def town(work: Work, code: str) -> None:
    """The villages of one town, for the county."""
    work.demand_in(Action.START_SWEEP, code)
    found = sweeps.newest(work.conn, code)
    if found is None:
        raise Refused("sweep.none")
    work.toast()
    there = sweeps.villages(work.conn, [found.id])
    lines = [
        work.say(
            "sweep.of_town", town=_name(work, code), seen=sum(one.seen for one in there), homes=sum(one.count for one in there),
            due=day_words(work.words, found.due, work.today),
        )
    ]  # fmt: skip
    rows = _of_villages(work, there, lines)
    work.show("\n".join(lines), [*rows, [(work.say("sweep.back"), do("go", "sweep"))]])


def begin(work: Work, sure: str = "") -> None:
    """Start it: a supervisor in the own town, the county in every town where none is running."""
    me = work.demand(Action.START_SWEEP)
    towns = _towns(work)
    going = {one.unit for one in sweeps.running(work.conn, [one.code for one in towns])}
    idle = [one for one in towns if one.code not in going]
    if not idle:
        raise Refused("sweep.runs_already")
    work.toast()
    if not sure:
        names = "、".join(one.name for one in idle)
        work.show(work.say("sweep.sure", towns=names), [[(work.say("sweep.yes"), do("sw.begin", "1"))]])
        return
    for one in idle:
        places = [unit.code for unit in work.tree.children_of(one.code) if unit.kind in PLACES]
        try:
            made = sweeps.begin(work.conn, one.code, places, work.now, by=me.person_id, demo=work.demo)
        except RunsAlready:
            continue
        work.note("sweep.begun", f"unit:{one.code}", sweep=made, places=len(places))
        _tell_villages(work, places)
    _overview(work)


def _tell_villages(work: Work, places: list[str]) -> None:
    """Each director once; a village without one is the supervisor's, who sees it in the list."""
    told: set[int] = set()
    for post in people.find_posts(work.conn):
        if post.role is Role.CHILD_DIRECTOR and post.unit.code in places:
            for chat in people.chats_of_post(work.conn, post):
                if chat not in told and chat != work.chat_id:
                    told.add(chat)
                    work.tell(chat, work.say("sweep.please"), [[(work.say("more.sweep"), do("go", "sweep"))]])


# --- a village ---


def village(work: Work, code: str, page: str = "0") -> None:
    work.toast()
    show_village(work, code, int(page) if page.isdecimal() else 0)


def home(work: Work, code: str, file_no: str) -> None:
    """One household: who should be there, and what was found."""
    one, order, found, here = household(work, code, file_no)
    work.toast()
    show_home(work, code, one, order, found, here)


def found(work: Work, code: str, file_no: str, what: str) -> None:
    """The second tap; the next household comes up by itself."""
    if what not in set(Found):
        raise Refused("sweep.home_gone")
    one, order, known, here = household(work, code, file_no)
    me = work.demand_in(Action.LOG_CONTACT, code)
    if one.signed_on is not None:
        raise Refused("sweep.signed_already")
    said = Found(what)
    sweeps.put(work.conn, one, here.key, said, work.now, me.person_id)
    work.note("sweep.found", f"unit:{code}", found=what)
    work.toast(work.say("sweep.noted", home=label(work, here), what=work.say(f"sweep.found.{what}")))
    known[here.key] = said
    if said is Found.GONE:
        rows: list[list[Button]] = [
            [(work.say("sweep.where_to", name=child.name), do("move.begin", child.file_no))] for child in here.children
        ]
        following = next_home(order, known, here.key)
        on = do("sw.home", code, following.children[0].file_no) if following else do("sw.village", code)
        work.show(work.say("sweep.gone_where", home=label(work, here)), [*rows, [(work.say("sweep.later"), on)]])
        return
    following = next_home(order, known, here.key)
    if following is None:
        show_village(work, code)
        return
    note = work.say("sweep.noted", home=label(work, here), what=work.say(f"sweep.found.{what}"))
    show_home(work, code, one, order, known, following, note)


SUBJECT = Subject(
    "sweep",
    commands=(Command("sweep", sweep, Action.SWEEP, ("排查", "拉网排查", "拉网式排查", "摸底排查", "排查进度", "哪些村还没排查"), menu=False),),
    presses={
        "sw.town": Press(town, Action.START_SWEEP),
        "sw.begin": Press(begin, Action.START_SWEEP),
        "sw.village": Press(village, Action.SWEEP),
        "sw.home": Press(home, Action.LOG_CONTACT),
        "sw.found": Press(found, Action.LOG_CONTACT),
    },
)
