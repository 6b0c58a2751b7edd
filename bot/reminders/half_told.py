"""Half-told reports: their writer is asked, then a person is told that one was begun; an heir takes up an orphan.

Nobody hears what was written. A draft never expires, so the county's duty officer hears of it once a day until somebody
takes it up or closes it with a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.buttons import Button, Resume, do, short
from bot.reminders import clock_words
from bot.reminders.telling import Look, say, say_together, words_of
from bot.words import Words
from db import journal
from db.reports import silent
from domain.calendar import local_day
from domain.people import Post
from domain.reports.silence import Nudge, To, daily, nudges

MOST_A_MESSAGE = 6


def silent_one(look: Look, kept: silent.Kept) -> int:
    """What the silence over one draft asks for now; how many messages were queued."""
    count = 0
    for nudge in nudges(kept.begun, look.now, look.policy.reports):
        for person in silent.hearers(kept, nudge.to, look.crew):
            count += _nudge(look, kept, nudge, person)
    return count


def _nudge(look: Look, kept: silent.Kept, nudge: Nudge, person: str) -> int:
    words, draft, day = words_of(look, person), kept.begun.id, local_day(nudge.moment)
    key = (f"clock.draft.{nudge.step}", f"draft:{draft}", person)
    if nudge.to is To.WORKER:
        rows: list[list[tuple[str, Button]]] = [[(words("clock.draft.go_on"), Resume(short(draft), silent.FORM))]]
        if nudge.step == "repeat":
            rows.append([(words("clock.draft.harm_no"), do("note.no_harm", short(draft)))])
        else:
            rows.append([(words("report.mistaken"), do("report.mistaken", short(draft)))])
        silence = f"{int(kept.begun.touched_at.timestamp()) // 60:x}"  # asked once for each silence
        key = (key[0], f"{key[1]}:{silence}", person)
        return say(look, key, words(f"clock.draft.{nudge.step}"), rows, awake=True, day=day)
    text = words("clock.draft.tell", **_about(look, kept, words))
    said = say(look, key, text, [[(words("clock.draft.phone"), do("clock.phone", draft))]], awake=True, day=day)
    if said:
        journal.note(look.conn, look.now, "report.silence_told", subject=f"draft:{draft}", step=nudge.step)
    return said


def every_day(look: Look, drafts: Sequence[silent.Kept]) -> int:
    """All that have been silent for long, in one message a day to whoever is on duty at the county."""
    due = [one for one in drafts if daily(one.begun, look.now, look.policy.reports, look.policy.digest_hour)]
    of: dict[str, list[silent.Kept]] = defaultdict(list)
    for one in due:
        for person in silent.hearers(one, To.COUNTY, look.crew):
            of[person].append(one)
    return sum(_once_more(look, person, found) for person, found in of.items())


def _once_more(look: Look, person: str, drafts: Sequence[silent.Kept]) -> int:
    words = words_of(look, person)
    lines = [words("clock.draft.daily", count=len(drafts))]
    rows = []
    for one in drafts[:MOST_A_MESSAGE]:
        about = _about(look, one, words)
        lines.append(words("clock.draft.daily_line", **about))
        rows.append([(words("clock.draft.phone_of", **about), do("clock.phone", one.begun.id))])
    keys = [("clock.draft.tellday", f"draft:{one.begun.id}") for one in drafts]
    said = say_together(look, person, keys, "\n".join(lines), rows)
    for one in drafts if said else ():
        journal.note(look.conn, look.now, "report.silence_told", subject=f"draft:{one.begun.id}", step="tellday")
    return said


def _about(look: Look, kept: silent.Kept, words: Words) -> dict[str, str]:
    """Whose it is and for how long nothing was said; nothing of what was."""
    post = _post_of(look, kept)
    return {
        "span": clock_words.span(words, look.now - kept.begun.touched_at),
        "post": words(f"role.{post.role.value}") if post else "",
        "place": look.tree.path_name(post.unit.code) if post else "",
    }


def _post_of(look: Look, kept: silent.Kept) -> Post | None:
    mine = [post for post in look.crew.posts if kept.begun.person in (post.holder, post.deputy)]
    return next((post for post in mine if post.unit.code == kept.unit), mine[0] if mine else None)


def passed_on(look: Look, kept: silent.Kept) -> int:
    """Its writer has another telephone, or has left: then somebody above takes it up. A mere suggestion is nobody else's."""
    again = silent.same_person(look.conn, kept, look.crew)
    heir = again or (None if kept.begun.suggested else silent.heir(kept, look.crew))
    if heir is None or silent.pass_on(look.conn, kept, heir, look.now) is None:
        return 0
    words, draft = words_of(look, heir), kept.begun.id
    journal.note(look.conn, look.now, "report.draft_passed", subject=f"draft:{draft}")
    rows = [[(words("clock.draft.go_on"), Resume(short(draft), silent.FORM))]]
    text = words("clock.draft.moved" if again else "clock.draft.passed")
    return say(look, ("clock.draft.passed", f"draft:{draft}", heir), text, rows, awake=True)
