"""Who could stand in for a post, and the word to them. Shared by 请假 and 需要帮一把."""

from __future__ import annotations

from bot.buttons import do
from bot.work import Work
from db import people, reminder_people
from domain.people import Post


def others(work: Work, post: Post) -> list[Post]:
    """The filled posts of the same kind below the same unit, in the order of the county's list."""
    return [
        one
        for one in people.find_posts(work.conn)
        if one.role is post.role and one.unit.parent == post.unit.parent and one.unit.code != post.unit.code
        and one.holder is not None and one.holder not in (post.holder, post.deputy)
    ]  # fmt: skip


def tell(work: Work, person: str | None, key: str, **holes: object) -> None:
    """Tell somebody what changed in who looks after which place, with the way to today's list."""
    reader = reminder_people.recipients(work.conn, {person}).get(person) if person else None
    if reader is not None and reader.chat_id is not None:
        work.tell(reader.chat_id, work.say(key, **holes), [[(work.say("visit.to_today"), do("go", "today"))]])
