"""Ending a post, and a lost phone: both asked once more, both at once, with the old phone's way in closed."""

from __future__ import annotations

from bot.buttons import do
from bot.invite_link import pass_on
from bot.seat_card import may_fill, post_name, seat_of
from bot.subject import Press, Subject
from bot.work import Cell, Refused, Work
from db import people, team
from db.team import Seat
from domain.access import Action
from domain.people import Role

HOURS = 72


def end(work: Work, post_id: str) -> None:
    """Asked once more, because it works at once."""
    one = seat_of(work, post_id)
    work.toast()
    if one.holder is None:
        raise Refused("team.nobody_there")
    rows: list[list[Cell]] = [
        [(work.say("team.end_yes"), do("team.end_now", post_id)), (work.say("team.end_no"), do("team.post", post_id))]
    ]
    work.show(work.say("team.end_sure", name=one.holder.name, post=post_name(work, one.post)), rows)


def end_now(work: Work, post_id: str) -> None:
    """From this moment on the person is out of the post; those who answer for it hear that it is vacant."""
    one = seat_of(work, post_id)
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
                    work.say("team.is_vacant", post=post_name(work, one.post)),
                    [[(work.say("team.fill"), do("team.fill", post_id))]],
                )
    rows: list[list[Cell]] = [[(work.say("team.fill"), do("team.fill", post_id))]]
    if one.post.role is Role.CHILD_DIRECTOR:
        rows[0].append((work.say("help.deputy"), do("help.deputies", one.post.unit.code)))
        rows.append([(work.say("team.handover"), do("go", "handover", one.post.unit.code))])
    work.show(
        work.say("team.ended" if gone else "team.ended_one", name=left.name, post=post_name(work, one.post)), rows
    )


def phone(work: Work, post_id: str) -> None:
    """丢了手机: asked once more, then the old phone is closed and a link for the new one made."""
    one = seat_of(work, post_id)
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
    if not all(may_fill(work, post) for post in people.posts_of(work.conn, one.holder.id)):
        raise Refused("team.not_yours")


def phone_now(work: Work, post_id: str) -> None:
    """The old phone is a stranger from now on; the link brings the same person back, with everything they had."""
    one, me = seat_of(work, post_id), work.demand(Action.INVITE)
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
    where = post_name(work, one.post)
    pass_on(work, made, one.holder.name, where, HOURS, [work.say("team.phone_closed", name=one.holder.name)])


SUBJECT = Subject(
    "team_change",
    presses={
        "team.end": Press(end, Action.INVITE),
        "team.end_now": Press(end_now, Action.INVITE),
        "team.phone": Press(phone, Action.INVITE),
        "team.phone_now": Press(phone_now, Action.INVITE),
    },
)
