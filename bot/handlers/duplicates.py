"""查重: files that may be one child's, put before a person; made one by choice, taken apart again.

Only for who may see both files: a pair across villages comes to the supervisor, across towns to the county.
"""

from __future__ import annotations

import re

from bot.buttons import do
from bot.likeness_card import choosing, headings, read_taken, side_by_side
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work
from db import children, duplicates, merging
from db.duplicates import Likeness
from domain.access import Action

_NUMBER = re.compile(r"GT-[\d-]{4,14}", re.IGNORECASE)


def command(work: Work, words: str) -> None:
    """/duplicates: the open pairs. With two file numbers: these two."""
    numbers = [number.upper() for number in _NUMBER.findall(words)]
    codes = work.visible(Action.IMPORT_ROSTER)
    if len(numbers) == 2 and numbers[0] != numbers[1]:
        two = [entry.child for entry in children.by_numbers(work.conn, numbers, codes)]
        if len(two) != 2 or any(child.closed_on for child in two):
            raise Refused("duplicates.not_both")
        _show(work, duplicates.by_hand(work.conn, two[0], two[1], work.now), 0)
        return
    _next(work, None)


def _next(work: Work, after: str | None) -> None:
    waiting = duplicates.open_pairs(work.conn, work.visible(Action.IMPORT_ROSTER))
    if not waiting:
        work.reply(work.say("duplicates.none"))
        return
    place = waiting.index(after) + 1 if after in waiting else 0
    if after is not None and place >= len(waiting):
        work.reply(work.say("duplicates.seen_all", count=len(waiting)))
        return
    _show(work, waiting[place], len(waiting))


def _found(work: Work, pair_id: str) -> Likeness:
    """The pair, if this person may see both files and nobody settled it meanwhile. Reading it is journaled."""
    found = duplicates.pair(work.conn, pair_id, work.visible(Action.IMPORT_ROSTER))
    if found is None or found.state != "open":
        raise Refused("duplicates.over")
    for child in (found.one, found.other):
        work.note("child.read", f"child:{child.id}")
    return found


def _show(work: Work, pair_id: str, left: int) -> None:
    found = _found(work, pair_id)
    rows = [
        [(work.say("duplicates.same"), do("dup.same", pair_id, "0", "0")), (work.say("duplicates.apart"), do("dup.apart", pair_id))],
        [(number, do("child.open", number)) for number in (found.one.file_no, found.other.file_no)],
        [(work.say("duplicates.later"), do("dup.next", pair_id))],
    ]
    work.reply(side_by_side(work, found, left), rows)


def following(work: Work, pair_id: str) -> None:
    """以后再说: it stays open, the next one is shown."""
    work.toast()
    if work.pressed is not None:
        work.strip(work.pressed)
    _next(work, pair_id)


def apart(work: Work, pair_id: str) -> None:
    """不是同一个: both stay, and nobody is asked again while the facts are the same."""
    me, found = work.demand(Action.IMPORT_ROSTER), _found(work, pair_id)
    if not duplicates.apart(work.conn, pair_id, me.person_id, work.now):
        raise Refused("duplicates.over")
    work.note("duplicates.apart", f"child:{found.one.id}", other=f"child:{found.other.id}")
    work.toast()
    work.show(work.say("duplicates.kept_apart", one=found.one.file_no, other=found.other.file_no))
    if duplicates.open_pairs(work.conn, work.visible(Action.IMPORT_ROSTER)):
        _next(work, None)


def same(work: Work, pair_id: str, mask: str, page: str) -> None:
    """是同一个: which file stays, and for each fact in which they differ, whose word holds."""
    found = _found(work, pair_id)
    work.toast()
    text, rows = choosing(work, found, read_taken(mask), int(page) if page.isdecimal() else 0)
    work.show(text, rows)


def merge(work: Work, pair_id: str, mask: str) -> None:
    me, found, taken = work.demand(Action.IMPORT_ROSTER), _found(work, pair_id), read_taken(mask)
    kept, closed = taken.two(found)
    merge_id = merging.merge(
        work.conn, pair_id, kept, closed, taken.theirs(found), me.person_id, work.now, work.today, work.policy
    )
    if merge_id is None:
        raise Refused("duplicates.over")
    work.note("duplicates.merged", f"child:{kept.id}", other=f"child:{closed.id}", merge=merge_id)
    work.toast()
    work.show(
        work.say("duplicates.merged", number=kept.file_no, other=closed.file_no),
        [
            [(work.say("duplicates.open"), do("child.open", kept.file_no))],
            [(work.say("duplicates.undo"), do("dup.undo", merge_id))],
        ],
    )


def undo(work: Work, merge_id: str) -> None:
    """撤销合并: everything goes back to where it was."""
    me = work.demand(Action.IMPORT_ROSTER)
    found = merging.merge_of(work.conn, merge_id, work.visible(Action.IMPORT_ROSTER))
    if found is None or found.undone:
        raise Refused("duplicates.over")
    since = merging.undo(work.conn, merge_id, me.person_id, work.now, work.policy)
    if since is None:
        raise Refused("duplicates.further")
    work.note("duplicates.unmerged", f"child:{found.kept.id}", other=f"child:{found.closed.id}", merge=merge_id)
    work.toast()
    lines = [work.say("duplicates.unmerged", number=found.kept.file_no, other=found.closed.file_no)]
    if said := headings(since):
        lines.append(work.say("duplicates.stayed", number=found.kept.file_no, columns=said))
    work.show("\n".join(lines))


SUBJECT = Subject(
    "duplicates",
    commands=(Command("duplicates", command, Action.IMPORT_ROSTER, ("查重", "重复档案", "合并档案"), menu=False),),
    presses={
        "dup.next": Press(following, Action.IMPORT_ROSTER),
        "dup.apart": Press(apart, Action.IMPORT_ROSTER),
        "dup.same": Press(same, Action.IMPORT_ROSTER),
        "dup.merge": Press(merge, Action.IMPORT_ROSTER),
        "dup.undo": Press(undo, Action.IMPORT_ROSTER),
    },
)
