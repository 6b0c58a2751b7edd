"""Photos of a visit are kept only where somebody agreed, or where they show a paper form and nobody (domain.md 5).

A picture waits under its visit until that is said. What nobody answers for in a week is swept away (db/retention.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.buttons import do
from bot.work import Refused, Work
from db import attachments, child_file, contacts
from db import children as child_rows
from db.child_file import Hand
from domain.access import Action
from domain.children import Child
from domain.consent import OWN_SAY, Consent, ConsentKind, ConsentState, How, Standing, Whose

WAITING = ("yes", "no", "paper")
Button = tuple[str, Any]


def keep_photos(
    work: Work, ids: Sequence[str], batch: str, found: Sequence[Child]
) -> tuple[list[str], list[list[Button]]]:
    """Keep the photos of a visit if every child's guardians agreed; else hold them and ask. What to say, and the buttons."""
    person = work.me.person_id if work.me else None
    settled = attachments.settled(work.conn, ids)
    attachments.attach(work.conn, sorted(settled), work.chat_id, f"contact:{batch}", person)
    new = [one for one in ids if one not in settled]
    if not new:
        return [], []
    states = {child_file.standing(work.conn, one, ConsentKind.PHOTO, work.today) for one in found}
    if states == {Standing.GIVEN}:
        attachments.attach(work.conn, new, work.chat_id, f"contact:{batch}", person)
        return [], []
    attachments.attach(work.conn, new, work.chat_id, f"{attachments.HELD}{batch}", person)
    said_no = bool(states & {Standing.REFUSED, Standing.WITHDRAWN})
    answers = ("paper", "no") if said_no else ("paper", "yes", "no")
    row: list[Button] = [(work.say(f"consent.photo.{one}"), do("consent.photos", batch, one)) for one in answers]
    return [work.say("consent.photo_refused" if said_no else "consent.photo_ask", count=len(new))], [row]


def refused(work: Work, found: Sequence[Child]) -> bool:
    """Whether somebody said no to photos of one of these children, or took a yes back."""
    states = {child_file.standing(work.conn, one, ConsentKind.PHOTO, work.today) for one in found}
    return bool(states & {Standing.REFUSED, Standing.WITHDRAWN})


def settle_photos(work: Work, batch: str, answer: str) -> str:
    """What becomes of the held photos; the sentence that says it. Raises Refused when they are not mine or settled."""
    me = work.demand(Action.LOG_CONTACT)
    records = contacts.of_batch(work.conn, batch, work.visible(Action.LOG_CONTACT))
    held = attachments.held(work.conn, batch)
    if not held or not any(record.contact.by_person == me.person_id for record in records):
        raise Refused("consent.photo_gone")
    if answer == "no":
        attachments.throw_away(work.conn, batch)
        work.note("consent.photos_dropped", f"contact:{batch}", count=held)
        return work.say("consent.photo_dropped", count=held)
    attachments.release(work.conn, batch)
    if answer == "yes":
        hand = Hand(work.now, work.policy, me.person_id, demo=work.demo)
        files = child_rows.by_ids(work.conn, [record.contact.child_id for record in records])
        for entry in files.values():
            if child_file.standing(work.conn, entry.child, ConsentKind.PHOTO, work.today) in (
                Standing.REFUSED,
                Standing.WITHDRAWN,
            ):
                raise Refused("consent.photo_no")
            own = (entry.child.age_on(work.today) or 0) >= OWN_SAY
            line = Consent(
                "", entry.child.id, ConsentKind.PHOTO, ConsentState.GIVEN, work.today,
                Whose.CHILD if own else Whose.GUARDIAN, How.ALOUD,
            )  # fmt: skip
            child_file.put_consent(work.conn, line, hand)
    work.note("consent.photos_kept", f"contact:{batch}", answer=answer)
    return work.say(f"consent.photo_kept_{answer}", count=held)
