"""A post as a card: who holds it, the number to tap, term and allowance, and what can be done."""

from __future__ import annotations

from html import escape

from bot.buttons import do
from bot.child_card import dial
from bot.reminders.rules import day_words
from bot.work import Cell, Refused, Work
from db import people, team
from db.team import Seat
from domain.access import Action, allowed, granting
from domain.people import Post, Role, UnitKind
from domain.team import MAY_FILL


def may_fill(work: Work, post: Post) -> bool:
    """Whether I may fill this post, and so end it."""
    return allowed(work.me, Action.INVITE, post.unit.code) and any(
        post.role in MAY_FILL.get(own.role, ()) for own in granting(work.me, Action.INVITE)
    )


def seat_of(work: Work, post_id: str) -> Seat:
    """A post I may fill; any other is refused."""
    work.demand(Action.INVITE)
    post = people.post(work.conn, post_id)
    if post is None or not may_fill(work, post):
        raise Refused("team.not_yours")
    return team.seats(work.conn, [post])[0]


def post_name(work: Work, post: Post) -> str:
    return work.say(
        "start.post_name", unit=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}")
    )


def show_seat(work: Work, one: Seat) -> None:
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
