"""队伍: posts by town with their vacancies, the number to call, replacing and ending a post, a new phone (plan task 17).

Whoever may fill a post may end it: at once, with the old phone's way in closed. No scores and no activity of anybody.
"""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import dial
from bot.invite_link import pass_on
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import people, team
from db.drafts import Kept
from db.team import Seat
from domain.access import Action, allowed, granting
from domain.forms import Answers, World
from domain.people import Post, Role, UnitKind
from domain.team import ENDS_SOON, MAY_FILL, POST_TERM

PAGE = 10
MOST_VACANT = 6
HOURS = 72
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
    posts = [post for post in people.find_posts(work.conn) if post.unit.code in codes and _mine(work, post)]
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
        if _mine(work, post)
        and (
            post.unit.kind in (UnitKind.COUNTY, UnitKind.DEPARTMENT)
            if county
            else unit in (post.unit.code, post.unit.parent)
        )
    ]
    first = int(start) if start.isdigit() and int(start) < len(posts) else 0
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


def _mine(work: Work, post: Post) -> bool:
    """Whether I may fill this post, and so end it."""
    return allowed(work.me, Action.INVITE, post.unit.code) and any(
        post.role in MAY_FILL.get(own.role, ()) for own in granting(work.me, Action.INVITE)
    )


def _seat(work: Work, post_id: str) -> Seat:
    work.demand(Action.INVITE)
    post = people.post(work.conn, post_id)
    if post is None or not _mine(work, post):
        raise Refused("team.not_yours")
    return team.seats(work.conn, [post])[0]


def open_(work: Work, post_id: str) -> None:
    work.toast()
    _show(work, _seat(work, post_id))


def _show(work: Work, one: Seat) -> None:
    """One post: who, the number to tap, term and allowance, and what can be done."""
    post = one.post
    lines = [
        work.say(
            "team.post", post=escape(f"{work.tree.path_name(post.unit.code)} {work.say(f'role.{post.role.value}')}")
        )
    ]
    rows: list[list[Cell]] = []
    if one.holder is None:
        lines.append(work.say("team.nobody"))
        rows.append(
            [(work.say("team.fill"), do("team.fill", post.id)), (work.say("team.note"), do("team.note", post.id))]
        )
    else:
        number = dial(work, one.holder.phone) if one.holder.phone else escape(work.say("child.no_phone"))
        lines.append(work.say("team.holder", name=escape(one.holder.name), number=number))
        if one.holder.chat_id is None:
            lines.append(work.say("team.no_chat"))
        rows.append(
            [(work.say("team.replace"), do("team.fill", post.id)), (work.say("team.note"), do("team.note", post.id))]
        )
        if one.holder.id != (work.me.person_id if work.me else None):
            rows.append(
                [
                    (work.say("team.new_phone"), do("team.phone", post.id)),
                    (work.say("team.end"), do("team.end", post.id)),
                ]
            )
    if one.deputy is not None:
        lines.append(work.say("team.deputy", name=escape(one.deputy.name)))
    if one.until is not None:
        lines.append(work.say("team.until", day=day_words(work.words, one.until, work.today)))
    if one.allowance:
        lines.append(work.say("team.allowance", words=escape(one.allowance)))
    if one.in_national is not None:
        lines.append(work.say("team.national_yes" if one.in_national else "team.national_no"))
    if post.role is Role.CHILD_DIRECTOR:
        rows.append(
            [
                (work.say("help.deputy"), do("help.deputies", post.unit.code)),
                (work.say("team.handover"), do("go", "handover", post.unit.code)),
            ]
        )
    back = (
        post.unit.parent if post.unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY) else post.unit.code.split(".")[0]
    )
    work.note("team.read", f"post:{post.id}")
    work.show("\n".join(lines), [*rows, [(work.say("team.back"), do("team.town", back or "", "0"))]], html=True)


def fill(work: Work, post_id: str) -> None:
    """Invite whoever takes the post: the form with all but the name filled in."""
    post = _seat(work, post_id).post
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
    _show(work, _seat(work, people.ensure_post(work.conn, Role.CHILD_DIRECTOR, unit, work.today).id))


def end(work: Work, post_id: str) -> None:
    """Asked once more, because it works at once."""
    one = _seat(work, post_id)
    work.toast()
    if one.holder is None:
        raise Refused("team.nobody_there")
    rows: list[list[Cell]] = [
        [(work.say("team.end_yes"), do("team.end_now", post_id)), (work.say("team.end_no"), do("team.post", post_id))]
    ]
    work.show(work.say("team.end_sure", name=one.holder.name, post=_name(work, one.post)), rows)


def _name(work: Work, post: Post) -> str:
    return work.say(
        "start.post_name", unit=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}")
    )


def end_now(work: Work, post_id: str) -> None:
    """From this moment on the person is out of the post; those who answer for it hear that it is vacant."""
    one = _seat(work, post_id)
    work.toast()
    left = team.vacate(work.conn, one.post, work.today, work.now)
    if left is None:
        raise Refused("team.nobody_there")
    work.note("post.ended", f"post:{post_id}", who=left.id)
    gone = not people.posts_of(work.conn, left.id)
    if gone and left.chat_id is not None:
        work.sign_out(left.chat_id, work.say("team.signed_out"))
    mine = {work.chat_id, left.chat_id}
    for above in people.posts_above(work.conn, one.post):
        for chat in people.chats_of_post(work.conn, above):
            if chat not in mine:
                work.tell(
                    chat,
                    work.say("team.is_vacant", post=_name(work, one.post)),
                    [[(work.say("team.fill"), do("team.fill", post_id))]],
                )
    rows: list[list[Cell]] = [[(work.say("team.fill"), do("team.fill", post_id))]]
    if one.post.role is Role.CHILD_DIRECTOR:
        rows[0].append((work.say("help.deputy"), do("help.deputies", one.post.unit.code)))
        rows.append([(work.say("team.handover"), do("go", "handover", one.post.unit.code))])
    work.show(work.say("team.ended" if gone else "team.ended_one", name=left.name, post=_name(work, one.post)), rows)


def phone(work: Work, post_id: str) -> None:
    """丢了手机: asked once more, then the old phone is closed and a link for the new one made."""
    one = _seat(work, post_id)
    work.toast()
    _may_move(work, one)
    assert one.holder is not None
    rows: list[list[Cell]] = [
        [
            (work.say("team.phone_yes"), do("team.phone_now", post_id)),
            (work.say("team.end_no"), do("team.post", post_id)),
        ]
    ]
    work.show(work.say("team.phone_sure", name=one.holder.name), rows)


def _may_move(work: Work, one: Seat) -> None:
    """Whoever takes a person's chat over takes all their posts: so all must be mine to fill."""
    if one.holder is None:
        raise Refused("team.nobody_there")
    if not all(_mine(work, post) for post in people.posts_of(work.conn, one.holder.id)):
        raise Refused("team.not_yours")


def phone_now(work: Work, post_id: str) -> None:
    """The old phone is a stranger from now on; the link brings the same person back, with everything they had."""
    one, me = _seat(work, post_id), work.demand(Action.INVITE)
    work.toast()
    _may_move(work, one)
    assert one.holder is not None
    old = one.holder.chat_id
    team.unbind(work.conn, one.holder, work.now)
    deputy = one.post.holder != one.holder.id
    made = people.invite(
        work.conn,
        one.post,
        one.holder.name,
        work.now,
        by=me.person_id,
        as_deputy=deputy,
        valid_hours=HOURS,
        person=one.holder.id,
    )
    work.note("person.new_phone", f"post:{post_id}", who=one.holder.id)
    if old is not None:
        work.sign_out(old, work.say("team.signed_out"))
    where = _name(work, one.post)
    pass_on(work, made, one.holder.name, where, HOURS, [work.say("team.phone_closed", name=one.holder.name)])


def note(work: Work, post_id: str) -> None:
    """The phone, the term, the allowance, and whether the national system knows the post."""
    one = _seat(work, post_id)
    work.toast()
    flow.begin(work, "postterm", {"post": one.post.id})


def _noted(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.INVITE), _seat(work, answers["post"])
    until = date.fromisoformat(answers["until"]) if answers.get("until") else one.until
    team.note_term(
        work.conn, one.post, work.now, by=me.person_id, until=until, allowance=answers.get("allowance") or one.allowance,
        in_national=answers["national"] == "yes",
    )  # fmt: skip
    if answers.get("phone") and one.holder is not None:
        team.set_phone(work.conn, one.holder.id, answers["phone"])
    work.note("post.noted", f"post:{one.post.id}")
    _show(work, _seat(work, answers["post"]))


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "post":
        post = people.post(work.conn, answer)
        return _name(work, post) if post else None
    if key == "until":
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
    commands=(Command("team", overview, Action.INVITE, ("队伍", "岗位", "谁在岗"), menu=False),),
    conversations=(Conversation(POST_TERM, _noted, Action.INVITE, value=_value),),
    presses={
        "team.town": Press(town, Action.INVITE),
        "team.post": Press(open_, Action.INVITE),
        "team.place": Press(place, Action.INVITE),
        "team.fill": Press(fill, Action.INVITE),
        "team.end": Press(end, Action.INVITE),
        "team.end_now": Press(end_now, Action.INVITE),
        "team.phone": Press(phone, Action.INVITE),
        "team.phone_now": Press(phone_now, Action.INVITE),
        "team.note": Press(note, Action.INVITE),
        "newcomer.stop": Press(stop_week, Action.LEARN),
    },
)
