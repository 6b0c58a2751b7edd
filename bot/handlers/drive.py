"""走访慰问 and other campaigns: homes to go to, done or undone in one tap; what was brought goes into the child's file.

Progress is said by place in the order of the county's list: no ranking, and no count of persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import child_file, children, deeds, drives, people
from db.child_file import Hand
from db.drafts import Kept
from db.drives import Drive, Row
from domain.access import Action, granting, may
from domain.child_file import Help
from domain.consent import ConsentKind, Standing
from domain.drives import DRIVE, DRIVE_GIFT, GONE, THINGS, Sort, Whom, had_already
from domain.forms import Answers, World
from domain.people import Role
from domain.units import COUNTY
from files.workbook import Sheet, sheets_workbook

HOMES, NAMES = 4, 3


def drive(work: Work, words: str) -> None:
    """The campaigns that run here; for the county also what the calendar proposes."""
    work.demand(Action.CHANGE_FILE)
    runs = may(work.me, Action.RUN_DRIVE)
    found = [
        one for one in drives.listed(work.conn, "running", "proposed") if one.state == "running" or _is_county(work)
    ]
    lines: list[str] = []
    cells: list[Cell] = []
    codes = work.visible(Action.CHANGE_FILE)
    for one in found:
        per = drives.progress(work.conn, one.id, codes)
        if (
            one.state == "running"
            and not per
            and one.unit not in {post.unit.code for post in granting(work.me, Action.RUN_DRIVE)}
        ):
            continue
        done, count = sum(each[0] for each in per.values()), sum(each[1] for each in per.values())
        key = "drive.line_proposed" if one.state == "proposed" else "drive.line_done" if count == done else "drive.line"
        place = len(lines) + 1
        lines.append(
            work.say(
                key, place=place, name=one.name, last=_day(work, one.last), left=count - done, done=done, count=count
            )
        )
        cells.append((work.say("drive.open_nth", place=place), do("dr.open", one.id)))
    if not lines:
        lines = [work.say("drive.nothing")]
    rows: list[Sequence[Cell]] = list(in_twos(cells))
    if runs:
        rows.append([(work.say("drive.new"), do("dr.new"))])
    work.reply("\n".join(lines), rows)


def _is_county(work: Work) -> bool:
    return work.me is not None and work.me.with_role(Role.COUNTY) is not None


def _day(work: Work, day: date) -> str:
    return day_words(work.words, day, work.today)


def _drive(work: Work, drive_id: str) -> Drive:
    one = drives.get(work.conn, drive_id)
    if one is None or (one.state == "proposed" and not _is_county(work)):
        raise Refused("drive.gone")
    return one


def open_drive(work: Work, drive_id: str) -> None:
    """A director's homes; above, how far each place is."""
    work.demand(Action.CHANGE_FILE)
    one = _drive(work, drive_id)
    work.toast()
    if one.state == "proposed":
        work.show(
            work.say("drive.proposed", name=one.name, first=_day(work, one.first), last=_day(work, one.last)),
            [
                [
                    (work.say("drive.start"), do("dr.start", one.id)),
                    (work.say("drive.decline"), do("dr.decline", one.id)),
                ]
            ],
        )
        return
    if may(work.me, Action.RUN_DRIVE):
        _how_far(work, one)
    else:
        _homes(work, one, work.visible(Action.CHANGE_FILE))


# --- how far it is ---


def _how_far(work: Work, one: Drive) -> None:
    codes = work.visible(Action.RUN_DRIVE)
    per = drives.progress(work.conn, one.id, codes)
    lines = [_title(work, one)]
    cells: list[Cell] = []
    if _is_county(work):
        for town in work.tree.towns:
            here = [per[code] for code in work.tree.under(town.code) if code in per]
            if here:
                done, count = sum(each[0] for each in here), sum(each[1] for each in here)
                lines.append(work.say("drive.place", place=town.name, done=done, count=count))
    else:
        for unit in (unit for unit in work.tree if unit.code in per):
            done, count = per[unit.code]
            lines.append(work.say("drive.place", place=unit.name, done=done, count=count))
            if done < count and len(cells) < 6:
                cells.append((unit.name, do("dr.place", one.id, unit.code)))
    if not per:
        lines.append(work.say("drive.nobody"))
    rows: list[Sequence[Cell]] = list(in_twos(cells))
    rows.append([(work.say("drive.book"), do("dr.book", one.id))])
    if one.state == "running" and one.unit in {post.unit.code for post in granting(work.me, Action.RUN_DRIVE)}:
        rows[-1] = [*rows[-1], (work.say("drive.end"), do("dr.end", one.id))]
    work.show("\n".join(lines), rows)


def _title(work: Work, one: Drive) -> str:
    lines = [work.say("drive.title", name=one.name, last=_day(work, one.last))]
    if one.gift:
        lines.append(work.say("drive.brings", gift=one.gift, giver=one.giver or work.say("drive.own")))
    return "\n".join(lines)


def place(work: Work, drive_id: str, unit: str) -> None:
    """One village's homes, for the supervisor: 这村我去."""
    work.demand_in(Action.RUN_DRIVE, unit)
    work.toast()
    _homes(work, _drive(work, drive_id), {unit})


def town_goes(work: Work, drive_id: str, unit: str) -> None:
    """这村我去: the homes are on the supervisor's list now, and the director hears it."""
    work.demand_in(Action.RUN_DRIVE, unit)
    one = _drive(work, drive_id)
    work.toast()
    rows = drives.rows_of(work.conn, one.id, {unit})
    town = not all(row.by_town for row in rows)
    drives.by_town(work.conn, one.id, unit, town=town)
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit):
        for chat in people.chats_of_post(work.conn, post):
            work.tell(chat, work.say("drive.town_goes" if town else "drive.you_go", name=one.name))
    _homes(work, one, {unit})


# --- the homes ---


def _homes(work: Work, one: Drive, codes: frozenset[str] | set[str]) -> None:
    """Who is still to be gone to: those never helped first; what they have had lately stands with them."""
    rows = drives.rows_of(work.conn, one.id, codes)
    homes: dict[str, list[Row]] = {}
    for row in rows:
        homes.setdefault(row.home, []).append(row)
    waiting = [home for home in homes.values() if any(row.state == "open" for row in home)]
    finished = [home for home in homes.values() if all(row.state == "done" for row in home)]
    total = len(waiting) + len(finished)
    key = "drive.left" if waiting else "drive.all_done"
    lines = [_title(work, one), work.say(key, left=len(waiting), done=len(finished), count=total)]
    ids = [row.child for home in waiting[:HOMES] for row in home]
    files = children.by_ids(work.conn, ids)
    work.note("child.list", count=len(ids))
    had: dict[str, list[Help]] = {}
    for each in child_file.helps_of(work.conn, ids):
        had.setdefault(each.child_id, []).append(each)
    cells: list[Sequence[Cell]] = []
    for home in waiting[:HOMES]:
        names = work.say("reminders.comma").join(
            files[row.child].child.name for row in home[:NAMES] if row.child in files
        )
        lines.append("• " + names + _had(work, one, home, had))
        if one.sort is Sort.HOMECOMING:
            cells.append([(work.say("drive.do_home", name=names), do("dr.home", home[0].home))])
        else:
            cells.append(
                [
                    (work.say("drive.done", name=names), do("dr.done", home[0].home)),
                    (work.say("drive.other"), do("dr.home", home[0].home)),
                ]
            )
    if len(waiting) > HOMES:
        lines.append(work.say("drive.more", count=len(waiting) - HOMES))
    if finished:
        cells.append([(work.say("drive.finished"), do("dr.list", one.id))])
    unit = next(iter(codes)) if len(codes) == 1 else ""
    if unit and may(work.me, Action.RUN_DRIVE):
        town = all(row.by_town for row in rows)
        cells.append([(work.say("drive.director_goes" if town else "drive.i_go"), do("dr.town", one.id, unit))])
    work.show("\n".join(lines), cells)


def _had(work: Work, one: Drive, home: Sequence[Row], had: Mapping[str, list[Help]]) -> str:
    """已有: what this home had lately, or from the same giver; nobody ever: said as such."""
    everything = [each for row in home for each in had.get(row.child, [])]
    if not everything:
        return work.say("drive.never")
    found = had_already(everything, one.giver, work.today)
    if not found:
        return ""
    newest = max(found, key=lambda each: each.day)
    return work.say("drive.had", day=_day(work, newest.day), giver=newest.giver or "", what=newest.what or "")


def _home(work: Work, home_id: str) -> tuple[Drive, list[Row]]:
    rows = drives.home(work.conn, home_id)
    if not rows or rows[0].unit not in work.visible(Action.CHANGE_FILE):
        raise Refused("drive.gone")
    one = _drive(work, rows[0].drive)
    if one.state != "running":
        raise Refused("drive.over")
    return one, rows


def _hand(work: Work) -> Hand:
    me = work.demand(Action.CHANGE_FILE)
    return Hand(work.now, work.policy, me.person_id, "chat:drive", work.demo)


def open_home(work: Work, home_id: str) -> None:
    """One home: what it had, what may be noted; an organisation is told of it only with the family's consent."""
    one, rows = _home(work, home_id)
    work.toast()
    files = children.by_ids(work.conn, [row.child for row in rows])
    names = work.say("reminders.comma").join(files[row.child].child.name for row in rows if row.child in files)
    for row in rows:
        work.note("child.read", f"child:{row.child}")
    lines = [work.say("drive.home", name=names)]
    for each in child_file.helps_of(work.conn, [row.child for row in rows])[:3]:
        lines.append(work.say("drive.had_line", day=_day(work, each.day), giver=each.giver or "", what=each.what or ""))
    if one.giver and not all(_agreed(work, one, row) for row in rows):
        lines.append(work.say("drive.no_consent", giver=one.giver))
    cells: list[Cell] = []
    if one.sort is Sort.HOMECOMING and one.asked_gone:
        lines.append(work.say("drive.gone_ask"))
        cells += [(work.say(f"drive.gone.{way}"), do("dr.tick", home_id, f"gone.{way}")) for way in GONE]
    elif one.sort is Sort.HOMECOMING:
        for thing in THINGS:
            if rows[0].ticks.get(thing):
                lines.append(work.say(f"drive.has.{thing}"))
            else:
                cells.append((work.say(f"drive.tick.{thing}"), do("dr.tick", home_id, thing)))
        cells.append((work.say("drive.all_things"), do("dr.tick", home_id, "all")))
    else:
        cells += [
            (work.say("drive.done_plain"), do("dr.done", home_id)),
            (work.say("drive.something"), do("dr.gift", home_id)),
        ]
    cells.append((work.say("drive.not_needed"), do("dr.not", home_id)))
    file_no = next((files[row.child].child.file_no for row in rows if row.child in files), "")
    if file_no:
        cells.append((work.say("mend.open"), do("child.open", file_no)))
    work.show("\n".join(lines), [*in_twos(cells), [(work.say("drive.back"), do("dr.open", one.id))]])


def _agreed(work: Work, one: Drive, row: Row) -> bool:
    entry = children.by_ids(work.conn, [row.child]).get(row.child)
    return (
        entry is not None
        and child_file.standing(work.conn, entry.child, ConsentKind.SHARING, work.today, one.giver) is Standing.GIVEN
    )


def done(work: Work, home_id: str) -> None:
    """办了: one tap, with what the campaign brings; it can be taken back by one tap."""
    one, rows = _home(work, home_id)
    what = one.gift or one.name
    count = drives.done(work.conn, rows, what, one.giver, _hand(work), gift=bool(one.gift))
    work.note("drive.done", f"drive:{one.id}", children=count)
    work.toast(work.say("drive.noted"))
    _after(work, one, rows, count)


def _after(work: Work, one: Drive, rows: Sequence[Row], count: int) -> None:
    left = sum(all_ - some for some, all_ in drives.progress(work.conn, one.id, {rows[0].unit}).values())
    if left == 0 and count:
        _all_visited(work, one, rows[0].unit)
    key = (
        ("drive.kept" if any(row.help_id for row in drives.home(work.conn, rows[0].home)) else "drive.kept_plain")
        if count
        else "drive.kept_already"
    )
    work.show(
        work.say(key, left=left),
        [
            [
                (work.say("drive.undo"), do("dr.undo", rows[0].home)),
                (work.say("drive.next"), do("dr.next", one.id, rows[0].unit)),
            ]
        ],
    )


def _all_visited(work: Work, one: Drive, unit: str) -> None:
    """The last home of a village: its visits around the holiday stand in the books, and nobody has to write them again."""
    if one.sort in (Sort.SAFETY, Sort.HOMECOMING, Sort.OTHER):
        return
    if any(
        deed.duty == "holiday_visits" and deed.note == one.name for deed in deeds.of_units(work.conn, [unit], one.first)
    ):
        return
    homes = drives.progress(work.conn, one.id, {unit}).get(unit, (0, 0))[0]
    me = work.demand(Action.CHANGE_FILE)
    made = deeds.put(
        work.conn,
        "holiday_visits",
        unit,
        work.today,
        work.now,
        by=me.person_id,
        reached=homes,
        note=one.name,
        demo=work.demo,
    )
    work.note("deed.done", f"unit:{unit}", deed=made, duty="holiday_visits")


def next_home(work: Work, drive_id: str, unit: str) -> None:
    """Back to the list of that village."""
    work.demand_in(Action.CHANGE_FILE, unit)
    work.toast()
    _homes(work, _drive(work, drive_id), {unit})


def undo(work: Work, home_id: str) -> None:
    """↩️ not done after all; the line in the file goes too."""
    one, rows = _home(work, home_id)
    count = drives.undone(work.conn, rows, _hand(work))
    work.note("drive.undone", f"drive:{one.id}", children=count)
    work.toast()
    work.show(work.say("drive.undone"), [[(work.say("drive.next"), do("dr.next", one.id, rows[0].unit))]])


def not_needed(work: Work, home_id: str) -> None:
    one, rows = _home(work, home_id)
    drives.not_needed(work.conn, rows, _hand(work))
    work.note("drive.not_needed", f"drive:{one.id}", children=len(rows))
    work.toast()
    _after(work, one, rows, len(rows))


def gift(work: Work, home_id: str) -> None:
    """送了别的: what, and from whom."""
    _home(work, home_id)
    work.toast()
    flow.begin(work, "drivegift", {"home": home_id}, fresh=True)


def _given(work: Work, answers: Answers, kept: Kept) -> None:
    one, rows = _home(work, answers["home"])
    count = drives.done(work.conn, rows, answers["what"], answers.get("giver") or one.giver, _hand(work), gift=True)
    work.note("drive.done", f"drive:{one.id}", children=count)
    _after(work, one, rows, count)


def tick(work: Work, home_id: str, thing: str) -> None:
    """One thing of a homecoming: 协议 电话 打工地, and after 元宵 whether the parents have left."""
    one, rows = _home(work, home_id)
    work.toast()
    name, _, way = thing.partition(".")
    if name == "gone" and way in GONE:
        ticks, whole = {"gone": way}, way != "not_yet"
    elif thing == "all":
        ticks, whole = dict.fromkeys(THINGS, "yes"), True
    elif thing in THINGS:
        ticks = {thing: "yes"}
        whole = all((rows[0].ticks | ticks).get(each) for each in THINGS)
    else:
        raise Refused("drive.gone")
    drives.tick(work.conn, rows, ticks, _hand(work), whole=whole)
    work.note("drive.tick", f"drive:{one.id}", thing=thing)
    if whole:
        _after(work, one, rows, len(rows))
    else:
        open_home(work, home_id)


def finished(work: Work, drive_id: str) -> None:
    """What was done lately here, each with its way back."""
    one = _drive(work, drive_id)
    work.demand(Action.CHANGE_FILE)
    work.toast()
    rows = [
        row
        for row in drives.rows_of(work.conn, one.id, work.visible(Action.CHANGE_FILE))
        if row.state == "done" and row.id == row.home
    ]
    rows = sorted(rows, key=lambda row: (row.done_at is not None, row.done_at), reverse=True)[:6]
    files = children.by_ids(work.conn, [row.child for row in rows])
    work.note("child.list", count=len(files))
    lines, cells = [work.say("drive.finished_title", name=one.name)], list[Cell]()
    for row in rows:
        name = files[row.child].child.name if row.child in files else ""
        lines.append(work.say("drive.finished_line", name=name, what=row.what or "", giver=row.giver or ""))
        cells.append((work.say("drive.undo_of", name=name), do("dr.undo", row.home)))
    work.show("\n".join(lines), in_twos(cells))


# --- beginning and ending ---


def new(work: Work) -> None:
    work.demand(Action.RUN_DRIVE)
    work.toast()
    scopes = _scopes(work)
    flow.begin(work, "drive", {"scope": next(iter(scopes))} if len(scopes) == 1 else {})


def _scopes(work: Work) -> dict[str, str]:
    if _is_county(work):
        return {COUNTY: work.say("announce.whole_county"), **{town.code: town.name for town in work.tree.towns}}
    return {post.unit.code: post.unit.name for post in granting(work.me, Action.RUN_DRIVE)}


def _facts(work: Work) -> Mapping[str, Any]:
    return {"scopes": lambda: _scopes(work)}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "scope":
        return _scopes(work).get(str(value), str(value))
    if key == "until":
        return _day(work, date.fromisoformat(str(value)))
    return "" if key == "home" else None


def _made(work: Work, answers: Answers, kept: Kept) -> None:
    me, scope = work.demand_in(Action.RUN_DRIVE, answers["scope"]), str(answers["scope"])
    name = work.say("drive.name", sort=work.say(f"drive.sort.{answers['sort']}"), year=answers["until"][:4])
    made = drives.put(
        work.conn, Sort(answers["sort"]), name, scope, work.today, date.fromisoformat(answers["until"]), Whom(answers["whom"]),
        work.now, gift=answers.get("gift"), giver=answers.get("giver"), by=me.person_id, demo=work.demo,
    )  # fmt: skip
    _go(work, made)


def start(work: Work, drive_id: str) -> None:
    """The county says yes to what the calendar proposes."""
    me = work.demand_in(Action.RUN_DRIVE, COUNTY)
    one = _drive(work, drive_id)
    work.toast()
    if not drives.start(work.conn, one.id, me.person_id):
        raise Refused("drive.gone")
    _go(work, one.id)


def _go(work: Work, drive_id: str) -> None:
    """The list is made and everybody on whose list it stands hears of it once."""
    one = _drive(work, drive_id)
    homes = drives.fill(work.conn, one.id, work.tree.under(one.unit))
    work.note("drive.begun", f"drive:{one.id}", homes=homes)
    units = set(drives.progress(work.conn, one.id, work.tree.under(one.unit)))
    for post in people.find_posts(work.conn):
        if post.role is Role.CHILD_DIRECTOR and post.unit.code in units:
            for chat in people.chats_of_post(work.conn, post):
                text = work.say("drive.begins", name=one.name, last=_day(work, one.last))
                work.tell(chat, text, [[(work.say("drive.see_list"), do("dr.open", one.id))]])
    work.show(
        work.say("drive.begun", name=one.name, homes=homes, places=len(units)),
        [[(work.say("drive.see"), do("dr.open", one.id))]],
    )


def decline(work: Work, drive_id: str) -> None:
    work.demand_in(Action.RUN_DRIVE, COUNTY)
    one = _drive(work, drive_id)
    work.toast()
    drives.end(work.conn, one.id, work.now, declined=True)
    work.note("drive.declined", f"drive:{one.id}")
    work.show(work.say("drive.declined", name=one.name))


def end(work: Work, drive_id: str) -> None:
    """结束: nothing more is owed; the list stays."""
    one = _drive(work, drive_id)
    work.demand_in(Action.RUN_DRIVE, one.unit)
    work.toast()
    drives.end(work.conn, one.id, work.now)
    work.note("drive.ended", f"drive:{one.id}")
    work.show(work.say("drive.ended", name=one.name), [[(work.say("drive.book"), do("dr.book", one.id))]])


def book(work: Work, drive_id: str) -> None:
    """The list as a workbook: codes instead of names, so that it may be laid before others; consent in a column."""
    one = _drive(work, drive_id)
    work.demand(Action.RUN_DRIVE)
    work.toast()
    codes = work.visible(Action.RUN_DRIVE)
    rows = drives.rows_of(work.conn, one.id, codes)
    work.note("drive.book", f"drive:{one.id}", rows=len(rows))
    files = children.by_ids(work.conn, [row.child for row in rows])
    states = {state: work.say(f"drive.state.{state}") for state in ("open", "done", "not")}
    per = drives.progress(work.conn, one.id, codes)
    cells = [
        (
            work.tree.path_name(row.unit), files[row.child].child.file_no if row.child in files else "", states[row.state],
            row.what or "", row.giver or "", row.done_at.astimezone(work.local.tzinfo).date() if row.done_at else None,
        )
        for row in rows
    ]  # fmt: skip
    columns = tuple(work.say(f"drive.column.{name}") for name in ("place", "file", "state", "what", "giver", "day"))
    places = [(work.tree.path_name(unit.code), *per[unit.code]) for unit in work.tree if unit.code in per]
    heads = tuple(work.say(f"drive.column.{name}") for name in ("place", "done", "homes"))
    content = sheets_workbook(
        (Sheet(work.say("drive.sheet_places"), heads, places), Sheet(work.say("drive.sheet_list"), columns, cells)),
        one.name, work.say("drive.note", day=work.today), work.today,
    )  # fmt: skip
    work.document(content, f"{one.name}.xlsx", work.say("drive.book_caption"))


def _at_once(answers: Answers) -> bool:
    return True  # ↩️ stands under what it says


SUBJECT = Subject(
    "drive",
    commands=(
        Command(
            "drive", drive, Action.CHANGE_FILE, ("走访慰问", "慰问", "慰问名单", "返乡窗口", "活动名单"), menu=False
        ),
    ),
    conversations=(
        Conversation(DRIVE, _made, Action.RUN_DRIVE, facts=_facts, value=_value),
        Conversation(DRIVE_GIFT, _given, Action.CHANGE_FILE, value=_value, at_once=_at_once),
    ),
    presses={
        "dr.open": Press(open_drive, Action.CHANGE_FILE),
        "dr.place": Press(place, Action.RUN_DRIVE),
        "dr.next": Press(next_home, Action.CHANGE_FILE),
        "dr.town": Press(town_goes, Action.RUN_DRIVE),
        "dr.home": Press(open_home, Action.CHANGE_FILE),
        "dr.done": Press(done, Action.CHANGE_FILE),
        "dr.undo": Press(undo, Action.CHANGE_FILE),
        "dr.not": Press(not_needed, Action.CHANGE_FILE),
        "dr.gift": Press(gift, Action.CHANGE_FILE),
        "dr.tick": Press(tick, Action.CHANGE_FILE),
        "dr.list": Press(finished, Action.CHANGE_FILE),
        "dr.new": Press(new, Action.RUN_DRIVE),
        "dr.start": Press(start, Action.RUN_DRIVE),
        "dr.decline": Press(decline, Action.RUN_DRIVE),
        "dr.end": Press(end, Action.RUN_DRIVE),
        "dr.book": Press(book, Action.RUN_DRIVE),
    },
)
