"""Two files of one child put together without losing anything, and taken apart again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from db import child_changes
from db import children as files
from db.links import links
from db.models import attachments, children, drafts, likenesses, merges, metadata
from db.rows import add, change, keys_of, opened
from db.snapshots import as_json, from_json
from db.types import new_id
from domain.children import Child
from domain.duplicates import Traits, choices, compared, merged
from domain.policy import Policy
from domain.roster import DUPLICATE


def merge(
    conn: Connection, pair_id: str, kept: Child, closed: Child, theirs: Mapping[str, bool], by: str, now: datetime,
    today: date, policy: Policy,
) -> str | None:  # fmt: skip
    """Make the two one: everything of the closed file moves to the kept one. The merge's id; None if it is too late.

    The closed file stays with its number, closed as a duplicate, and points to the kept one (`points_to`).
    """
    won = conn.execute(
        update(likenesses)
        .where(likenesses.c.id == pair_id, likenesses.c.state == "open")
        .values(state="merged", decided_at=now, decided_by=by)
    )
    if won.rowcount != 1:
        return None
    merge_id, source = new_id(), f"merge:{closed.file_no}"
    after = merged(kept, closed, theirs)
    taken = {key: theirs.get(key, False) for key in choices(kept, closed)}
    moved = _move(conn, closed.id, kept.id)
    _close(conn, closed, kept, merge_id, by, now, today, policy)
    said, was = as_json(after), as_json(kept)
    changed: dict[str, Any] = {
        key: [was.get(key), said.get(key)]
        for key in sorted({*said, *was})
        if key != "guardians" and said.get(key) != was.get(key)
    }
    changed["merged"] = [None, closed.file_no]
    child_changes.change_child(conn, after, now, policy, by=by, source=source, changed=changed)
    before = {"kept": as_json(kept), "closed": as_json(closed), "theirs": taken}
    add(
        conn, merges, id=merge_id, kept_id=kept.id, closed_id=closed.id, at=now, by_person=by, before=before, moved=moved
    )
    return merge_id


def _close(
    conn: Connection, closed: Child, kept: Child, merge_id: str, by: str, now: datetime, today: date, policy: Policy
) -> None:
    """The ID number goes with the child: a number stands on one open file only, so the closed one keeps it sealed in
    the merge's own record and not in its row."""
    after = replace(closed, id_no=None, household=None, closed_on=today, close_reason=DUPLICATE)
    changed = {"closed_on": [None, today.isoformat()], "close_reason": [None, DUPLICATE], "merged_into": [None, kept.file_no]}
    child_changes.change_child(conn, after, now, policy, by=by, source=f"merge:{kept.file_no}", changed=changed)


def _move(conn: Connection, closed: str, kept: str) -> dict[str, list[str]]:
    """Every row that points at the closed file points at the kept one; which rows these were, for the way back."""
    moved: dict[str, list[str]] = {}
    for table, column in links():
        key = next(iter(table.primary_key))
        ids = [str(one) for one in conn.execute(select(key).where(column == closed)).scalars()]
        done = [row_id for row_id in ids if _point(conn, table.name, column.name, row_id, kept)]
        if done:
            moved[f"{table.name}.{column.name}"] = done
    held = list(conn.execute(select(attachments.c.id).where(attachments.c.subject == f"child:{closed}")).scalars())
    if held:
        conn.execute(update(attachments).where(attachments.c.id.in_(held)).values(subject=f"child:{kept}"))
        moved["attachments.subject"] = held
    if waiting := _drafts_with(conn, closed, kept):
        moved["drafts.content"] = waiting
    return moved


def _point(conn: Connection, table_name: str, column: str, row_id: str, child_id: str) -> bool:
    """Let one row point at that file; False where the kept file has its like already (one row a term, a day):
    it then stays with the closed file, where it can still be read."""
    table = metadata.tables[table_name]
    key = next(iter(table.primary_key))
    try:
        with conn.begin_nested():
            conn.execute(update(table).where(key == row_id).values({column: child_id}))
    except IntegrityError:
        return False
    return True


def _drafts_with(conn: Connection, before: str, after: str) -> list[str]:
    """Half-written forms that name the closed file by its id go on with the kept one."""
    done = []
    for row in conn.execute(select(drafts)).all():
        content = opened(conn, drafts, row)["content"]
        other = _with(content, before, after)
        if other != content:
            change(conn, drafts, row.id, content=other)
            done.append(row.id)
    return done


def _with(value: Any, before: str, after: str) -> Any:
    if isinstance(value, dict):
        return {key: _with(each, before, after) for key, each in value.items()}
    if isinstance(value, list):
        return [_with(each, before, after) for each in value]
    return after if value == before else value


# --- taking apart again ---


@dataclass(frozen=True)
class Merge:
    id: str
    kept: Child
    closed: Child
    undone: bool


def merge_of(conn: Connection, merge_id: str, codes: Collection[str]) -> Merge | None:
    """This merge, if both files lie in these units."""
    row = conn.execute(select(merges).where(merges.c.id == merge_id)).first()
    if row is None:
        return None
    entries = files.by_ids(conn, [row.kept_id, row.closed_id])
    kept, closed = entries[row.kept_id].child, entries[row.closed_id].child
    if kept.unit not in codes or closed.unit not in codes:
        return None
    return Merge(row.id, kept, closed, row.undone_at is not None)


def points_to(conn: Connection, child_id: str) -> tuple[str, str] | None:
    """(merge, number of the kept file) of a file closed as a duplicate."""
    row = conn.execute(
        select(merges.c.id, children.c.file_no)
        .join(children, children.c.id == merges.c.kept_id)
        .where(merges.c.closed_id == child_id, merges.c.undone_at.is_(None))
    ).first()
    return (row.id, row.file_no) if row is not None else None


def undo(conn: Connection, merge_id: str, by: str, now: datetime, policy: Policy) -> list[str] | None:
    """Take a merge back: rows move to where they were, both files are as before.

    A fact of the kept file that somebody changed after the merge stays as it is now; its keys are given back. None if
    the merge was taken back before, or either file was put together with another one since.
    """
    row = conn.execute(select(merges).where(merges.c.id == merge_id)).first()
    if row is None or row.undone_at is not None or _further(conn, row):
        return None
    won = conn.execute(
        update(merges).where(merges.c.id == merge_id, merges.c.undone_at.is_(None)).values(undone_at=now, undone_by=by)
    )
    if won.rowcount != 1:
        return None
    before = opened(conn, merges, row)["before"]
    was_kept, was_closed = from_json(before["kept"]), from_json(before["closed"])
    entries = files.by_ids(conn, [row.kept_id, row.closed_id])
    now_kept = entries[row.kept_id].child
    after_merge = merged(was_kept, was_closed, before["theirs"])
    since = _changed_since(after_merge, now_kept)
    for place, ids in row.moved.items():
        _move_back(conn, place, ids, row.kept_id, row.closed_id)
    # the kept one first: it lets go of the ID number the other one gets back
    restored = replace(
        was_kept, **{key: getattr(now_kept, key) for key in since},
        tier=now_kept.tier, tier_since=now_kept.tier_since, closed_on=now_kept.closed_on,
        close_reason=now_kept.close_reason, paused_until=now_kept.paused_until, unit=now_kept.unit,
    )  # fmt: skip
    for child, source, other in (
        (restored, f"unmerge:{was_closed.file_no}", was_closed.file_no), (was_closed, f"unmerge:{was_kept.file_no}", was_kept.file_no),
    ):  # fmt: skip
        people = tuple(replace(person, id=None) for person in child.guardians)
        child_changes.change_child(
            conn, replace(child, guardians=people), now, policy, by=by, source=source, changed={"merged": [other, None]}
        )
    one, second = sorted((row.kept_id, row.closed_id))
    conn.execute(
        update(likenesses)
        .where(likenesses.c.one_id == one, likenesses.c.other_id == second)
        .values(state="apart", decided_at=now, decided_by=by)
    )
    _settle_facts(conn, one, second)
    return since


def _further(conn: Connection, row: Any) -> bool:
    later = and_(merges.c.undone_at.is_(None), merges.c.id > row.id)
    either = or_(
        merges.c.kept_id.in_([row.kept_id, row.closed_id]), merges.c.closed_id.in_([row.kept_id, row.closed_id])
    )
    return conn.execute(select(merges.c.id).where(later, either)).first() is not None


def _changed_since(then: Child, now: Child) -> list[str]:
    """What of the kept file is not as the merge left it, among what a merge may change."""
    said, was = as_json(now), as_json(then)
    skip = {"guardians", "tier", "tier_since", "closed_on", "close_reason", "paused_until", "unit", "household", "id"}
    return sorted(key for key in {*said, *was} - skip if said.get(key) != was.get(key))


def _move_back(conn: Connection, place: str, ids: Sequence[str], kept: str, closed: str) -> None:
    table, column = place.split(".")
    if place == "attachments.subject":
        conn.execute(
            update(attachments)
            .where(attachments.c.id.in_(list(ids)), attachments.c.subject == f"child:{kept}")
            .values(subject=f"child:{closed}")
        )
    elif place == "drafts.content":
        for row in conn.execute(select(drafts).where(drafts.c.id.in_(list(ids)))).all():
            change(conn, drafts, row.id, content=_with(opened(conn, drafts, row)["content"], kept, closed))
    else:
        for row_id in ids:
            _point(conn, table, column, row_id, closed)


def _settle_facts(conn: Connection, one: str, other: str) -> None:
    """Whoever takes a merge back has said 不是同一个 about the files as they are now."""
    entries = files.by_ids(conn, [one, other])
    facts = compared(Traits.of(entries[one].child), Traits.of(entries[other].child))
    conn.execute(
        update(likenesses)
        .where(likenesses.c.one_id == one, likenesses.c.other_id == other)
        .values(facts=keys_of(conn).blind("likeness", facts))
    )
