"""One home of a campaign: done in one tap, taken back in one; what was brought goes into the child's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import flow
from bot.buttons import do
from bot.drive_view import day_said, goes_said, show_homes, the_drive
from bot.subject import Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import child_file, children, deeds, drives, people
from db.child_file import Hand
from db.drafts import Kept
from db.drives import Drive, Row
from domain.access import Action, allowed
from domain.consent import ConsentKind, Standing
from domain.drives import DRIVE_GIFT, DRIVE_GOES, GONE, THINGS, Sort
from domain.forms import Answers, World
from domain.people import Post, Role


def _home(work: Work, home_id: str) -> tuple[Drive, list[Row]]:
    rows = drives.home(work.conn, home_id)
    if not rows or rows[0].unit not in work.visible(Action.CHANGE_FILE):
        raise Refused("drive.gone")
    one = the_drive(work, rows[0].drive)
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
    files, names = children.by_ids(work.conn, [row.child for row in rows]), _names(work, rows)
    lines = [work.say("drive.home", name=names) + goes_said(work, rows[0])]
    for each in child_file.helps_of(work.conn, [row.child for row in rows])[:3]:
        lines.append(
            work.say("drive.had_line", day=day_said(work, each.day), giver=each.giver or "", what=each.what or "")
        )
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
    if allowed(work.me, Action.RUN_DRIVE, rows[0].unit):
        cells.append((work.say("drive.who"), do("dr.who", home_id)))
    file_no = next((files[row.child].child.file_no for row in rows if row.child in files), "")
    if file_no:
        cells.append((work.say("mend.open"), do("child.open", file_no)))
    work.show("\n".join(lines), [*in_twos(cells), [(work.say("drive.back"), do("dr.open", one.id))]])


def who(work: Work, home_id: str) -> None:
    """谁去: the village's own, the supervisor, or anybody by name."""
    one, rows = _home(work, home_id)
    work.demand_in(Action.RUN_DRIVE, rows[0].unit)
    work.toast()
    posts = people.posts_at(work.conn, Role.CHILD_DIRECTOR, rows[0].unit)
    director = next((post.holder for post in posts if post.holder), None)
    names = people.persons(work.conn, [director] if director else [])
    village = work.say("drive.who_village", name=names[director].name if director in names else "").strip()
    cells: list[Cell] = [
        (village, do("dr.goes", home_id, "village")),
        (work.say("drive.who_town"), do("dr.goes", home_id, "town")),
        (work.say("drive.who_name"), do("dr.goes", home_id, "name")),
    ]
    back: list[Cell] = [(work.say("drive.back"), do("dr.place", one.id, rows[0].unit))]
    work.show(work.say("drive.who_ask", name=_names(work, rows)), [*in_twos(cells), back])


def goes(work: Work, home_id: str, way: str) -> None:
    """One home is given to somebody; the village's director hears how many, and no name of a child."""
    _, rows = _home(work, home_id)
    work.demand_in(Action.RUN_DRIVE, rows[0].unit)
    work.toast()
    if way == "name":
        flow.begin(work, "drivegoes", {"home": home_id}, fresh=True)
        return
    _give(work, home_id, town=way == "town")


def _named(work: Work, answers: Answers, kept: Kept) -> None:
    _, rows = _home(work, answers["home"])
    work.demand_in(Action.RUN_DRIVE, rows[0].unit)
    name = answers["name"].strip()
    post = _called(work, rows[0].unit, name)
    # the village's own and its supervisor have the home in their 今天; somebody of the county is told in the chat
    own = post is not None and post.role in (Role.CHILD_DIRECTOR, Role.SUPERVISOR)
    if post is not None and own:
        _give(work, answers["home"], town=post.role is Role.SUPERVISOR)
        return
    _give(work, answers["home"], town=False, name=name)
    if post is not None:
        one = the_drive(work, rows[0].drive)
        village = work.tree.path_name(rows[0].unit)
        told = work.say("drive.you_go", name=one.name, village=village, day=day_said(work, one.last))
        for chat in people.chats_of_post(work.conn, post):
            work.tell(chat, told, [[(work.say("drive.see_list"), do("dr.open", one.id))]])


def _give(work: Work, home_id: str, *, town: bool, name: str | None = None) -> None:
    one, rows = _home(work, home_id)
    drives.who_goes(work.conn, rows, town=town, name=name)
    work.note("drive.who", f"drive:{one.id}", unit=rows[0].unit)
    who_said = name or work.say("drive.who_town" if town else "drive.who_director")
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, rows[0].unit):
        for chat in people.chats_of_post(work.conn, post):
            work.tell(
                chat,
                work.say("drive.one_home", name=one.name, who=who_said),
                [[(work.say("drive.see_list"), do("dr.open", one.id))]],
            )
    show_homes(work, one, {rows[0].unit})


def _posts_around(work: Work, village: str) -> list[Post]:
    """The posts that work with this village's families: its own, its town's, the county's."""
    above, codes = work.tree.get(village), []
    while above is not None:
        codes.append(above.code)
        above = work.tree.get(above.parent or "")
    roles = (Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.COUNTY)
    return [post for role in roles for code in codes for post in people.posts_at(work.conn, role, code)]


def _called(work: Work, village: str, name: str) -> Post | None:
    """The post around this village whose holder is called so; None where nobody is, or more than one."""
    posts = [post for post in _posts_around(work, village) if post.holder]
    known = people.persons(work.conn, [post.holder for post in posts if post.holder])
    called = [post for post in posts if post.holder in known and known[post.holder].name == name]
    return called[0] if len({post.holder for post in called}) == 1 else None


def _names(work: Work, rows: Sequence[Row]) -> str:
    files = children.by_ids(work.conn, [row.child for row in rows])
    for row in rows:
        work.note("child.read", f"child:{row.child}")
    return work.say("reminders.comma").join(files[row.child].child.name for row in rows if row.child in files)


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
    one = the_drive(work, drive_id)
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


def _at_once(answers: Answers) -> bool:
    return True  # ↩️ stands under what it says


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return "" if key == "home" else None


SUBJECT = Subject(
    "drive_home",
    conversations=(
        Conversation(DRIVE_GIFT, _given, Action.CHANGE_FILE, value=_value, at_once=_at_once),
        Conversation(DRIVE_GOES, _named, Action.RUN_DRIVE, value=_value, at_once=_at_once),
    ),
    presses={
        "dr.home": Press(open_home, Action.CHANGE_FILE),
        "dr.who": Press(who, Action.RUN_DRIVE),
        "dr.goes": Press(goes, Action.RUN_DRIVE),
        "dr.done": Press(done, Action.CHANGE_FILE),
        "dr.undo": Press(undo, Action.CHANGE_FILE),
        "dr.not": Press(not_needed, Action.CHANGE_FILE),
        "dr.gift": Press(gift, Action.CHANGE_FILE),
        "dr.tick": Press(tick, Action.CHANGE_FILE),
        "dr.list": Press(finished, Action.CHANGE_FILE),
    },
)
