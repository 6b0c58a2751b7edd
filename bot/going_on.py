"""What further words may be about: the card in hand, the record just kept, or something new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot import flow
from bot.heard import FORM, STILL_THE_SAME, Known
from bot.work import Work
from db import contacts
from db.drafts import Kept
from domain.access import Action
from domain.contacts import Kind
from domain.reading.message import Last, Message, continues
from domain.visit_children import named_children

_ELSEWHERE = re.compile(r"(?:去|到|走访|看)(?:了|过)?[^，。\s]{1,6}家")


def in_hand(work: Work) -> Kept | None:
    """The visit form this person is in the middle of, if its last step was not long ago.

    None too where the post it belongs to has ended (flow.in_hand).
    """
    kept = flow.in_hand(work)
    if kept is None or kept.draft.form != FORM or work.now - kept.touched_at > STILL_THE_SAME:
        return None
    return kept


def last_of(work: Work, kept: Kept | None, known: Sequence[Known]) -> Last | None:
    """What a further message could go on about."""
    if kept is not None:
        ids = {one.file_no: one.id for one in known}
        answers = kept.draft.answers
        day, how = answers.get("day"), answers.get("how")
        return Last(
            tuple(ids[one] for one in named_children(answers) if one in ids), date.fromisoformat(day) if day else None,
            Kind(how) if how else None, kept.touched_at.astimezone(work.local.tzinfo).replace(tzinfo=None),
        )  # fmt: skip
    records = just_kept(work)
    if not records:
        return None
    first = records[0]
    said_at = first.entered_at.astimezone(work.local.tzinfo).replace(tzinfo=None)
    return Last(tuple(one.contact.child_id for one in records), first.contact.day, first.contact.kind, said_at)


def just_kept(work: Work) -> list[contacts.Record]:
    """The records of this person's last submission, if it was made a few minutes ago and still stands."""
    codes = work.visible(Action.LOG_CONTACT)
    newest = contacts.latest_by(work.conn, work.me.person_id, within=codes) if work.me else []
    if not newest or work.now - newest[0].entered_at > STILL_THE_SAME:
        return []
    return [one for one in contacts.of_batch(work.conn, newest[0].batch, codes) if one.replaced_by is None]


def belongs(work: Work, kept: Kept, message: Message, known: Sequence[Known]) -> bool:
    """Whether a further message is about the visit in hand: the same children or none, and no other day or kind."""
    last = last_of(work, kept, known)
    if last is None or work.now - kept.touched_at > STILL_THE_SAME:
        return False
    reading = message.reading
    follows = continues(work.said, work.local.replace(tzinfo=None), reading, last)
    if "child" not in kept.draft.answers:
        return not kept.heard or not reading.children or follows
    if not reading.children and kept.heard:  # 今天又去了陈小明家: of somebody, though nobody knows of whom
        return follows or (reading.contact.kind in (None, last.kind) and not _ELSEWHERE.search(work.said))
    if not set(reading.children) <= set(last.children) or len(reading.visits) > 1:
        return False
    if reading.children and "date" in reading.spans and last.date not in (None, reading.date) and kept.heard:
        return False
    return not kept.heard or follows or reading.contact.kind in (None, last.kind)


def goes_on(work: Work, message: Message, known: Sequence[Known]) -> bool:
    """A further message about the record just kept: 对了 还缺双棉鞋."""
    last = last_of(work, None, known)
    return (
        last is not None
        and not message.reading.children
        and continues(work.said, work.local.replace(tzinfo=None), message.reading, last)
    )
