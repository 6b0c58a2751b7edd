"""走访慰问 and other campaigns: homes to go to, done or undone in one tap; what was brought goes into the child's file.

Progress is said by place in the order of the county's list: no ranking, and no count of persons.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.buttons import do
from bot.drive_view import day_said, is_county, show_homes, the_drive, title
from bot.subject import Command, Press, Subject
from bot.work import Cell, Work, in_twos
from db import drives, people
from db.drives import Drive
from domain.access import Action, granting, may
from domain.people import Role


def drive(work: Work, words: str) -> None:
    """The campaigns that run here; for the county also what the calendar proposes."""
    work.demand(Action.CHANGE_FILE)
    runs = may(work.me, Action.RUN_DRIVE)
    found = [
        one for one in drives.listed(work.conn, "running", "proposed") if one.state == "running" or is_county(work)
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
                key,
                place=place,
                name=one.name,
                last=day_said(work, one.last),
                left=count - done,
                done=done,
                count=count,
            )
        )
        cells.append((work.say("drive.open_nth", place=place), do("dr.open", one.id)))
    if not lines:
        lines = [work.say("drive.nothing")]
    rows: list[Sequence[Cell]] = list(in_twos(cells))
    if runs:
        rows.append([(work.say("drive.new"), do("dr.new"))])
    work.reply("\n".join(lines), rows)


def open_drive(work: Work, drive_id: str) -> None:
    """A director's homes; above, how far each place is."""
    work.demand(Action.CHANGE_FILE)
    one = the_drive(work, drive_id)
    work.toast()
    if one.state == "proposed":
        work.show(
            work.say("drive.proposed", name=one.name, first=day_said(work, one.first), last=day_said(work, one.last)),
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
        show_homes(work, one, work.visible(Action.CHANGE_FILE))


# --- how far it is ---


def _how_far(work: Work, one: Drive) -> None:
    codes = work.visible(Action.RUN_DRIVE)
    per = drives.progress(work.conn, one.id, codes)
    lines = [title(work, one)]
    cells: list[Cell] = []
    if is_county(work):
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


def place(work: Work, drive_id: str, unit: str) -> None:
    """One village's homes, for the supervisor: 这村我去."""
    work.demand_in(Action.RUN_DRIVE, unit)
    work.toast()
    show_homes(work, the_drive(work, drive_id), {unit})


def town_goes(work: Work, drive_id: str, unit: str) -> None:
    """这村我去: the homes are on the supervisor's list now, and the director hears it."""
    work.demand_in(Action.RUN_DRIVE, unit)
    one = the_drive(work, drive_id)
    work.toast()
    rows = drives.rows_of(work.conn, one.id, {unit})
    town = not all(row.by_town for row in rows)
    drives.by_town(work.conn, one.id, unit, town=town)
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit):
        for chat in people.chats_of_post(work.conn, post):
            work.tell(chat, work.say("drive.town_goes" if town else "drive.you_go", name=one.name))
    show_homes(work, one, {unit})


def next_home(work: Work, drive_id: str, unit: str) -> None:
    """Back to the list of that village."""
    work.demand_in(Action.CHANGE_FILE, unit)
    work.toast()
    show_homes(work, the_drive(work, drive_id), {unit})


SUBJECT = Subject(
    "drive",
    commands=(
        Command(
            "drive", drive, Action.CHANGE_FILE, ("走访慰问", "慰问", "慰问名单", "返乡窗口", "活动名单"), menu=False
        ),
    ),
    presses={
        "dr.open": Press(open_drive, Action.CHANGE_FILE),
        "dr.place": Press(place, Action.RUN_DRIVE),
        "dr.next": Press(next_home, Action.CHANGE_FILE),
        "dr.town": Press(town_goes, Action.RUN_DRIVE),
    },
)
