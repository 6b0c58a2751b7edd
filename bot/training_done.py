"""When the last director in office is trained the county's duty is entered, and the county hears of it."""

from __future__ import annotations

from bot.work import Work
from db import people, training
from domain.people import Role
from domain.units import COUNTY


def settle(work: Work) -> None:
    """Ask after every sign-in, talk and lesson; it is done once a year and silent otherwise."""
    me = work.me.person_id if work.me else None
    count = training.settle_year(work.conn, work.tree, work.today, work.now, me, demo=work.demo)
    if not count:
        return
    for post in people.posts_at(work.conn, Role.COUNTY, COUNTY):
        for chat in people.chats_of_post(work.conn, post):
            work.tell(chat, work.say("training.all_done", year=work.today.year, count=count))
