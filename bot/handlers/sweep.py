"""拉网式排查: begun by the town or county, gone through household by household, two taps each, signed by name (H5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Rows, Work, in_twos
from db import deeds, people, reminders, sweeps
from db.drafts import Kept
from db.sweeps import RunsAlready, Sweep, Village
from domain.access import Action, allowed, may
from domain.forms import Answers, World
from domain.identity import mask_phone
from domain.people import Role, Unit, UnitKind
from domain.sweeps import SIGN, Found, Home, next_home
from files.sweep_list import Line, SweepList, sweep_pdf

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
PAGE, NEW_ROWS = 8, 5
MARKS = {Found.SEEN: "✅", Found.ABSENT: "🚪", Found.GONE: "🧳", None: "▫️"}
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
    there = [(code, one) for code in units if (one := _newest(work, code)) is not None]
    if not there:
        work.reply(work.say("sweep.none"))
    elif len(there) == 1:
        _village(work, there[0][0])
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
    return [cells[at : at + 3] for at in range(0, len(cells), 3)]  # type: ignore[return-value]


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


def _newest(work: Work, code: str) -> Sweep | None:
    above = work.tree.town_of(code)
    return sweeps.newest(work.conn, above.code) if above is not None else None


def _of(work: Work, code: str) -> Village:
    """A village's part of its town's newest sweep. Raises Refused."""
    work.demand_in(Action.SWEEP, code)
    found = _newest(work, code)
    one = next((each for each in sweeps.villages(work.conn, [found.id]) if each.unit == code), None) if found else None
    if one is None:
        raise Refused("sweep.none")
    return one


def village(work: Work, code: str, page: str = "0") -> None:
    work.toast()
    _village(work, code, int(page) if page.isdigit() else 0)


def _village(work: Work, code: str, page: int = 0) -> None:
    """The households by pages, each with its mark; the county sees how far it is and no family."""
    one = _of(work, code)
    lines = [
        work.say(
            "sweep.village", place=work.tree.path_name(code), seen=one.seen, absent=one.absent, gone=one.gone, left=one.left,
        )
    ]  # fmt: skip
    if one.signed_on is not None:
        lines.append(
            work.say("sweep.is_signed", name=one.signature or "", day=day_words(work.words, one.signed_on, work.today))
        )
    rows: list[list[Button]] = []
    mine = allowed(work.me, Action.LOG_CONTACT, code)
    if mine:
        order, found = sweeps.homes_of(work.conn, one)
        work.note("child.list", f"unit:{code}", count=sum(len(home.children) for home in order))
        last = max(0, (len(order) - 1) // PAGE)
        page = min(page, last)
        cells: list[Button] = [
            (f"{MARKS[found.get(home.key)]} {_label(work, home)}", do("sw.home", code, home.children[0].file_no))
            for home in order[page * PAGE : (page + 1) * PAGE]
        ]
        rows += in_twos(cells)  # type: ignore[arg-type]
        turns: list[Button] = []
        if page:
            turns.append((work.say("form.previous_page"), do("sw.village", code, str(page - 1))))
        if page < last:
            turns.append((work.say("form.next_page"), do("sw.village", code, str(page + 1))))
        rows.append(turns)
        if one.signed_on is None:
            rows.append(
                [(work.say("sweep.new"), do("go", "newchild")), (work.say("sweep.paper"), do("sw.paper", code))]
            )
            if one.left == 0:
                lines.append(
                    work.say("sweep.ready_absent", count=one.absent) if one.absent else work.say("sweep.ready")
                )
                rows.append([(work.say("sweep.sign"), do("sw.sign", code))])
            elif (following := next_home(order, found)) is not None:
                rows.insert(0, [(work.say("sweep.next"), do("sw.home", code, following.children[0].file_no))])
    if may(work.me, Action.START_SWEEP):
        rows.append([(work.say("sweep.back"), do("go", "sweep"))])
    work.show("\n".join(lines), rows)


def _label(work: Work, home: Home) -> str:
    carer = home.carer
    return work.say("sweep.home", name=carer.name if carer and carer.name else home.children[0].name)


def _home(work: Work, code: str, file_no: str) -> tuple[Village, list[Home], dict[str, Found | None], Home]:
    """A household by one of its children. Raises Refused where the list has changed."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = _of(work, code)
    order, found = sweeps.homes_of(work.conn, one)
    home = next((each for each in order if any(child.file_no == file_no for child in each.children)), None)
    if home is None:
        raise Refused("sweep.home_gone")
    return one, order, found, home


def home(work: Work, code: str, file_no: str) -> None:
    """One household: who should be there, and what was found."""
    one, order, found, here = _home(work, code, file_no)
    work.toast()
    _show_home(work, code, one, order, found, here)


def _show_home(
    work: Work, code: str, one: Village, order: list[Home], found: dict[str, Found | None], here: Home, said: str = ""
) -> None:
    carer, number = here.carer, here.children[0].file_no
    place = order.index(here) + 1
    lines = [said] if said else []
    lines.append(work.say("sweep.home_title", place=place, count=len(order), home=_label(work, here), group=here.place))
    for child in here.children:
        age = child.age_on(work.today)
        lines.append(
            work.say("sweep.child", name=child.name, age=work.say("move.age", age=age) if age is not None else "")
        )
    if carer is not None and carer.phone:
        lines.append(work.say("sweep.phone", phone=mask_phone(carer.phone)))
    was = found.get(here.key)
    if was is not None:
        lines.append(work.say("sweep.was", what=work.say(f"sweep.found.{was.value}")))
    rows: Rows = []
    if one.signed_on is None:
        rows = [
            [(work.say(f"sweep.found.{what.value}"), do("sw.found", code, number, what.value)) for what in Found],
            [
                (work.say("sweep.visit"), do("visit.start", number, "home_visit")),
                (work.say("sweep.new"), do("go", "newchild")),
            ],
        ]
    work.show("\n".join(lines), [*rows, [(work.say("sweep.list"), do("sw.village", code, str((place - 1) // PAGE)))]])


def found(work: Work, code: str, file_no: str, what: str) -> None:
    """The second tap; the next household comes up by itself."""
    if what not in set(Found):
        raise Refused("sweep.home_gone")
    one, order, known, here = _home(work, code, file_no)
    me = work.demand_in(Action.LOG_CONTACT, code)
    if one.signed_on is not None:
        raise Refused("sweep.signed_already")
    said = Found(what)
    sweeps.put(work.conn, one, here.key, said, work.now, me.person_id)
    work.note("sweep.found", f"unit:{code}", found=what)
    work.toast(work.say("sweep.noted", home=_label(work, here), what=work.say(f"sweep.found.{what}")))
    known[here.key] = said
    if said is Found.GONE:
        rows: list[list[Button]] = [
            [(work.say("sweep.where_to", name=child.name), do("move.begin", child.file_no))] for child in here.children
        ]
        following = next_home(order, known, here.key)
        on = do("sw.home", code, following.children[0].file_no) if following else do("sw.village", code)
        work.show(work.say("sweep.gone_where", home=_label(work, here)), [*rows, [(work.say("sweep.later"), on)]])
        return
    following = next_home(order, known, here.key)
    if following is None:
        _village(work, code)
        return
    note = work.say("sweep.noted", home=_label(work, here), what=work.say(f"sweep.found.{what}"))
    _show_home(work, code, one, order, known, following, note)


# --- the signature ---


def sign(work: Work, code: str) -> None:
    """确认签字: only when somebody was at every household."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = _of(work, code)
    if one.signed_on is not None:
        raise Refused("sweep.signed_already")
    if one.left:
        raise Refused("sweep.not_done", count=one.left)
    work.toast()
    flow.begin(work, "sweepsign", {"village": code})


def _signed(work: Work, answers: Answers, kept: Kept) -> None:
    code = answers["village"]
    me, one = work.demand_in(Action.LOG_CONTACT, code), _of(work, code)
    if one.left:
        raise Refused("sweep.not_done", count=one.left)
    if not sweeps.sign(work.conn, one, answers["name"], work.now, me.person_id):
        raise Refused("sweep.signed_already")
    work.note("sweep.signed", f"unit:{code}", sweep=one.sweep)
    above = work.tree.town_of(code)
    if above is not None and sweeps.close_if_done(work.conn, one.sweep, work.now):
        reached = sum(each.seen for each in sweeps.villages(work.conn, [one.sweep]))
        deeds.put(
            work.conn, "sweep", above.code, work.today, work.now, by=me.person_id, reached=reached, demo=work.demo
        )
        work.note("deed.done", f"unit:{above.code}", duty="sweep")
        persons = reminders.rota(work.conn).persons(Role.SUPERVISOR, above.code)
        for reader in reminders.recipients(work.conn, set(persons)).values():
            if reader.chat_id is not None and reader.chat_id != work.chat_id:
                work.tell(
                    reader.chat_id,
                    work.say("sweep.town_done", town=above.name),
                    [[(work.say("more.sweep"), do("go", "sweep"))]],
                )
    day = day_words(work.words, work.today, work.today)
    work.show(
        work.say(
            "sweep.signed",
            place=work.tree.path_name(code),
            name=answers["name"],
            day=day,
            seen=one.seen,
            absent=one.absent,
            gone=one.gone,
        )
    )


def _facts(work: Work) -> Mapping[str, Any]:
    return {"name": work.me.name if work.me else ""}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    return work.tree.path_name(answer) if key == "village" else None


def _heading(work: Work, world: World, answers: Answers) -> str:
    one = _of(work, answers["village"])
    return work.say(
        "sweep.statement", place=work.tree.path_name(one.unit), seen=one.seen, absent=one.absent, gone=one.gone
    )


# --- on paper ---


def paper(work: Work, code: str) -> None:
    """排查表: to carry along; it is journaled, and phones are printed in part."""
    work.demand_in(Action.LOG_CONTACT, code)
    one = _of(work, code)
    order, _ = sweeps.homes_of(work.conn, one)
    work.toast()
    work.note("sweep.printed", f"unit:{code}", count=sum(len(home.children) for home in order))
    say, place = work.say, work.tree.path_name(code)
    due = (_newest(work, code) or _dead(code)).due
    sheet = SweepList(
        title=say("sweeplist.title"), scope=(place, say("sweeplist.until", day=due.isoformat(), homes=len(order))),
        made=say("route.made", day=work.today.isoformat()), head=say("sweeplist.head"), pages=say("route.pages"),
        columns=tuple(say(f"sweeplist.column.{name}") for name in ("place", "home", "children", "phone", "seen", "absent", "gone", "notes")),
        rows=tuple(_line(work, each) for each in order), new_rows=NEW_ROWS, notes=(say("sweeplist.note"),),
        signatures=((say("sweeplist.director"), say("sweeplist.day")), (say("sweeplist.village"), say("sweeplist.day"))),
        mark=say("route.demo") if work.demo else None,
    )  # fmt: skip
    work.document(
        sweep_pdf(sheet),
        say("sweeplist.file_name", day=work.today.isoformat()),
        say("sweeplist.caption", homes=len(order)),
    )


def _dead(code: str) -> Sweep:
    raise Refused("sweep.none")


def _line(work: Work, here: Home) -> Line:
    carer = here.carer
    where = "\n".join(filter(None, (here.place, carer.name if carer else "")))
    kids = "\n".join(f"{child.name} {_age(child.birth_date, work.today)}".strip() for child in here.children)
    return Line(where, kids, mask_phone(carer.phone) if carer and carer.phone else "")


def _age(born: date | None, today: date) -> str:
    return f"{born.year}.{born.month}" if born else ""


SUBJECT = Subject(
    "sweep",
    commands=(Command("sweep", sweep, Action.SWEEP, ("排查", "拉网排查", "拉网式排查", "摸底排查", "排查进度", "哪些村还没排查"), menu=False),),
    conversations=(Conversation(SIGN, _signed, Action.LOG_CONTACT, facts=_facts, value=_value, heading=_heading),),
    presses={
        "sw.town": Press(town, Action.START_SWEEP),
        "sw.begin": Press(begin, Action.START_SWEEP),
        "sw.village": Press(village, Action.SWEEP),
        "sw.home": Press(home, Action.LOG_CONTACT),
        "sw.found": Press(found, Action.LOG_CONTACT),
        "sw.sign": Press(sign, Action.LOG_CONTACT),
        "sw.paper": Press(paper, Action.LOG_CONTACT),
    },
)
