"""队伍: posts by town with their vacancies, the number to call, replacing and ending a post, a new phone (plan task 17).

Whoever may fill a post may end it: at once, with the old phone's way in closed. No scores and no activity of anybody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.seat_card import may_fill, post_name, seat_of, show_seat
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import people, team
from db.drafts import Kept
from domain.access import Action
from domain.forms import Answers, World
from domain.people import Post, Role, UnitKind
from domain.team import ENDS_SOON, POST_TERM

PAGE = 10
MOST_VACANT = 6
_NEEDS_PLACE = {
    Role.CHILD_DIRECTOR: "village",
    Role.SUPERVISOR: "town",
    Role.DEPARTMENT: "department",
    Role.LEADER: "office",
}


def overview(work: Work, words: str) -> None:
    """/team: how many posts are filled, which are vacant, whose term ends; then by town."""
    work.demand(Action.INVITE)
    codes = work.visible(Action.INVITE)
    found = team.measure_posts_filled(work.conn, work.tree, work.today, codes)
    lines = [work.say("team.filled", posts=found.posts, held=found.held, vacant=len(found.vacant))]
    for code in found.vacant[:MOST_VACANT]:
        lines.append(work.say("team.vacant_line", place=work.tree.path_name(code)))
    if len(found.vacant) > MOST_VACANT:
        lines.append(work.say("team.vacant_more", count=len(found.vacant) - MOST_VACANT))
    posts = [post for post in people.find_posts(work.conn) if post.unit.code in codes and may_fill(work, post)]
    ending = [one for one in team.seats(work.conn, posts) if one.until and one.until <= work.today + ENDS_SOON]
    if ending:
        lines.append(
            work.say("team.ending", count=len(ending), places="、".join(one.post.unit.name for one in ending[:4]))
        )
    towns = [town for town in work.tree.towns if town.code in codes]
    cells: list[Cell] = [(town.name, do("team.town", town.code, "0")) for town in towns]
    last: list[Cell] = [(work.say("more.invite"), do("go", "invite"))]
    if any(post.unit.kind in (UnitKind.DEPARTMENT, UnitKind.COUNTY) for post in posts):
        last.append((work.say("team.offices"), do("team.town", towns[0].parent or "" if towns else "", "0")))
    work.show("\n".join(lines), [*in_twos(cells), last])


def town(work: Work, unit: str, start: str = "0") -> None:
    """The posts of one town, or of the county's offices: a tap opens one."""
    work.demand_in(Action.INVITE, unit)
    work.toast()
    place = work.tree.get(unit)
    county = place is not None and place.kind is UnitKind.COUNTY
    posts = [
        post
        for post in people.find_posts(work.conn)
        if may_fill(work, post)
        and (
            post.unit.kind in (UnitKind.COUNTY, UnitKind.DEPARTMENT)
            if county
            else unit in (post.unit.code, post.unit.parent)
        )
    ]
    first = int(start) if start.isdecimal() and int(start) < len(posts) else 0
    cells: list[Cell] = []
    for one in team.seats(work.conn, posts[first : first + PAGE]):
        name = one.post.unit.name if one.post.role is Role.CHILD_DIRECTOR else _role(work, one.post)
        who = one.holder.name if one.holder else work.say("team.vacant")
        cells.append(
            (
                work.say("team.cell" if one.holder else "team.cell_vacant", place=name, who=who),
                do("team.post", one.post.id),
            )
        )
    known = {post.unit.code for post in posts if post.role is Role.CHILD_DIRECTOR}
    empty = [] if county else [one for one in work.tree.children_of(unit) if one.code not in known]
    if first + PAGE >= len(posts):  # places nobody was ever invited for stand behind the last post
        vacant = work.say("team.vacant")
        cells += [
            (work.say("team.cell_vacant", place=one.name, who=vacant), do("team.place", one.code))
            for one in empty[:PAGE]
        ]
    turns: list[Cell] = []
    if len(posts) > PAGE:
        after = first + PAGE if first + PAGE < len(posts) else 0
        turns.append((work.say("team.more"), do("team.town", unit, str(after))))
    turns.append((work.say("team.back"), do("go", "team")))
    work.show(
        work.say("team.town", place=place.name if place else unit, count=len(posts) + len(empty)),
        [*in_twos(cells), turns],
    )


def _role(work: Work, post: Post) -> str:
    role = work.say(f"role.{post.role.value}")
    return role if post.unit.kind in (UnitKind.TOWN, UnitKind.COUNTY) else f"{post.unit.name} {role}"


def open_(work: Work, post_id: str) -> None:
    work.toast()
    show_seat(work, seat_of(work, post_id))


def fill(work: Work, post_id: str) -> None:
    """Invite whoever takes the post: the form with all but the name filled in."""
    post = seat_of(work, post_id).post
    work.toast()
    answers = {"role": post.role.value}
    if post.role is Role.CHILD_DIRECTOR:
        answers |= {"town": post.unit.parent or "", "village": post.unit.code}
    elif post.role in _NEEDS_PLACE:
        answers |= {_NEEDS_PLACE[post.role]: post.unit.code}
    flow.begin(work, "invite", answers, fresh=True)


def place(work: Work, unit: str) -> None:
    """A village that never had a director: the post is made and opened."""
    work.demand_in(Action.INVITE, unit)
    work.toast()
    where = work.tree.get(unit)
    if where is None or where.kind not in (UnitKind.VILLAGE, UnitKind.COMMUNITY):
        raise Refused("team.not_yours")
    show_seat(work, seat_of(work, people.ensure_post(work.conn, Role.CHILD_DIRECTOR, unit, work.today).id))


def note(work: Work, post_id: str) -> None:
    """The phone, the term, the allowance, and whether the national system knows the post."""
    one = seat_of(work, post_id)
    work.toast()
    flow.begin(work, "postterm", {"post": one.post.id})


def _noted(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.INVITE), seat_of(work, answers["post"])
    until = date.fromisoformat(answers["until"]) if answers.get("until") else one.until
    team.note_term(
        work.conn, one.post, work.now, by=me.person_id, until=until, allowance=answers.get("allowance") or one.allowance,
        in_national=answers["national"] == "yes",
    )  # fmt: skip
    if answers.get("phone") and one.holder is not None:
        team.set_phone(work.conn, one.holder.id, answers["phone"])
    work.note("post.noted", f"post:{one.post.id}")
    show_seat(work, seat_of(work, answers["post"]))


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "post":
        post = people.post(work.conn, answer)
        return post_name(work, post) if post else None
    if key == "until" and answer:
        return day_words(work.words, date.fromisoformat(answer), work.today)
    return None


def stop_week(work: Work) -> None:
    """A newcomer has had enough of the daily word."""
    me = work.demand(Action.LEARN)
    work.toast()
    team.stop_week(work.conn, me.person_id)
    work.show(work.say("newcomer.stopped"), [[(work.say("more.lessons"), do("go", "lessons"))]])


SUBJECT = Subject(
    "team",
    commands=(
        Command(
            "team",
            overview,
            Action.INVITE,
            ("队伍", "岗位", "谁在岗", "哪些村没有儿童主任", "哪个村没有儿童主任", "空岗"),
            menu=False,
        ),
    ),
    conversations=(Conversation(POST_TERM, _noted, Action.INVITE, value=_value),),
    presses={
        "team.town": Press(town, Action.INVITE),
        "team.post": Press(open_, Action.INVITE),
        "team.place": Press(place, Action.INVITE),
        "team.fill": Press(fill, Action.INVITE),
        "team.note": Press(note, Action.INVITE),
        "newcomer.stop": Press(stop_week, Action.LEARN),
    },
)
