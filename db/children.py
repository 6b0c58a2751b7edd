"""Children's files. Every query takes the unit codes it may look into: access is not a later filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from db import contacts as contact_rows
from db import kin
from db.models import (
    agreement_children,
    child_history,
    child_labels,
    child_terms,
    children,
    guardians,
    proposal_answers,
)
from db.rows import add, add_many, change, keys_of, opened
from db.types import new_id
from domain.calendar import local_day
from domain.child_file import term_of
from domain.children import Capacity, Child, Guardian, Label, Relation, Returns, Sex, Tier
from domain.duties import DueDays, due_days
from domain.eligibility_rules import NOT_STUDYING, next_day
from domain.file_fields import differences, personal_changes
from domain.policy import Policy
from domain.quality import number_gaps

DETAILS = (
    "ethnicity", "school", "grade", "boarding", "school_status", "health", "disability", "hukou_status", "hukou_place",
    "living_with", "disease", "disability_cert", "psych", "no_help_needed",
)  # fmt: skip
SCHOOL = ("school", "grade", "boarding", "school_status")
IN = 900  # ids in one IN (...), below every database's limit


@dataclass(frozen=True)
class Entry:
    """A child with the due days as they stand in its row."""

    child: Child
    contact_due: date | None
    visit_due: date | None
    supervisor_due: date | None


def add_child(
    conn: Connection, child: Child, now: datetime, policy: Policy, *, by: str | None, source: str, demo: bool = False
) -> None:
    """Open a file. Raises IntegrityError if its number is taken."""
    add_children(conn, [child], now, policy, by=by, source=source, demo=demo)


def add_children(
    conn: Connection,
    new: Sequence[Child],
    now: datetime,
    policy: Policy,
    *,
    by: str | None,
    source: str,
    demo: bool = False,
) -> None:
    """Open many files in a few statements, each with its history line and its first due days.

    Guardians who are known already (by ID number, or name and phone) become the same person here too.
    """
    new, today = kin.joined(conn, new, now), local_day(now)
    add_many(
        conn, children, [_values(conn, child, due_days(child, (), policy), today) | {"demo": demo} for child in new]
    )
    add_many(conn, child_labels, [row for child in new for row in _label_rows(child)])
    add_many(conn, guardians, [row for child in new for row in _guardian_rows(child)])
    add_many(
        conn,
        child_history,
        [
            {
                "id": new_id(),
                "child_id": child.id,
                "at": now,
                "by_person": by,
                "source": source,
                "change": {"opened": 1},
            }
            for child in new
        ],
    )
    for child in new:
        if child.school_status in NOT_STUDYING:  # the alarm reads terms (db/school_terms.py)
            put_term(conn, child, now, by)


def change_child(
    conn: Connection, child: Child, now: datetime, policy: Policy, *, by: str | None, source: str, changed: dict[str, Any],
    spread: bool = False,
) -> None:  # fmt: skip
    """Write the file anew and keep what it was before: `changed` is {field: [before, after]}.

    With `spread`, what changed about a guardian as a person is written into the files of their other children too,
    each with its own line of history. Without it (a roster) another name or ID number makes another person.
    """
    before = by_ids(conn, [child.id])[child.id].child
    people = {one.id: one for one in before.guardians if one.id}
    if not spread:
        child = replace(
            child, guardians=tuple(_another_person(one, people.get(one.id or "")) for one in child.guardians)
        )
    child = kin.joined(conn, [child], now)[0]
    known = contact_rows.of_children(conn, [child.id])
    values = _values(
        conn,
        child,
        due_days(child, known.get(child.id, ()), policy),
        local_day(now),
        answered(conn, [child.id])[child.id],
    )
    change(conn, children, child.id, **{key: value for key, value in values.items() if key != "id"})
    _change_labels(conn, child, local_day(now))
    if _people_of(before) != _people_of(child):
        conn.execute(guardians.delete().where(guardians.c.child_id == child.id))
        add_many(conn, guardians, _guardian_rows(child))
        papers = agreement_children.c
        compared = update(agreement_children).where(papers.child_id == child.id, papers.carer_fits.is_not(None))
        conn.execute(compared.values(carer_fits=None))
    if any(getattr(before, key) != getattr(child, key) for key in SCHOOL):
        put_term(conn, child, now, by)
    add(conn, child_history, id=new_id(), child_id=child.id, at=now, by_person=by, source=source, change=changed)
    if spread:
        _spread(conn, before, child, now, policy, by, source)


def _another_person(one: Guardian, was: Guardian | None) -> Guardian:
    """Who got another name or ID number from a roster is not the person of the other children any more."""
    if was is None or one.kin_id is None:
        return one
    renamed = one.name != was.name
    renumbered = None not in (one.id_no, was.id_no) and one.id_no != was.id_no
    return replace(one, kin_id=None) if renamed or renumbered else one


def _people_of(child: Child) -> list[tuple[Guardian, str | None, str | None]]:
    return [(one, one.id, one.kin_id) for one in child.guardians]


def _spread(
    conn: Connection, before: Child, after: Child, now: datetime, policy: Policy, by: str | None, source: str
) -> None:
    """The same change for every other child of the person it is true of."""
    people = {one.id: one for one in before.guardians}
    for one in after.guardians:
        was = people.get(one.id)
        changed = personal_changes(was, one) if was is not None else {}
        if not changed or one.kin_id is None:
            continue
        kin.keep(conn, one, after.household)
        for other in of_kin(conn, one.kin_id):
            if other.id == after.id:
                continue
            put = replace(
                other,
                guardians=tuple(
                    replace(each, **changed) if each.kin_id == one.kin_id else each for each in other.guardians
                ),
            )
            if said := differences(other, put):
                # the same person by intent: the copy must not be taken for somebody else
                change_child(conn, put, now, policy, by=by, source=source, changed=said, spread=True)


def of_kin(conn: Connection, kin_id: str) -> list[Child]:
    """Every child this person is guardian or carer of, whoever asks: for the system's own work."""
    ids = conn.execute(select(guardians.c.child_id).where(guardians.c.kin_id == kin_id)).scalars()
    return [entry.child for entry in by_ids(conn, set(ids)).values()]


def put_term(conn: Connection, child: Child, now: datetime, by: str | None) -> None:
    """How it stands with school this half-year; a later word of the same term replaces the earlier one."""
    term = term_of(local_day(now))
    content = {"school": child.school, "grade": child.grade, "boarding": child.boarding}
    said: dict[str, Any] = {"status": child.school_status, "content": content, "by_person": by, "at": now}
    row = conn.execute(
        select(child_terms.c.id).where(child_terms.c.child_id == child.id, child_terms.c.term == term)
    ).scalar()
    if row is None:
        add(conn, child_terms, id=new_id(), child_id=child.id, term=term, **said)
    else:
        change(conn, child_terms, row, **said)


def answered(conn: Connection, ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """(rule, digest of its facts) that a person has answered, by child."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for part in _parts(list(ids)):
        rows = conn.execute(
            select(proposal_answers.c.child_id, proposal_answers.c.rule, proposal_answers.c.facts).where(
                proposal_answers.c.child_id.in_(part)
            )
        )
        for row in rows:
            found[row.child_id].add((row.rule, row.facts))
    return found


def _change_labels(conn: Connection, child: Child, today: date) -> None:
    """Labels that went are ended, not deleted; new ones begin today; those that stay keep their first day."""
    running = {
        row.label: row.id
        for row in conn.execute(
            select(child_labels).where(child_labels.c.child_id == child.id, child_labels.c.until.is_(None))
        )
    }
    wanted = {label.value for label in child.labels}
    gone = [row for label, row in running.items() if label not in wanted]
    if gone:
        conn.execute(update(child_labels).where(child_labels.c.id.in_(gone)).values(until=today))
    add_many(
        conn,
        child_labels,
        [
            {"id": new_id(), "child_id": child.id, "label": label.value, "since": today}
            for label in child.labels
            if label.value not in running
        ],
    )


@dataclass(frozen=True)
class Change:
    """One line of a file's history: {field: [before, after]}."""

    at: datetime
    by: str | None
    source: str
    changed: dict[str, Any]
    id: str = ""


def last_change(conn: Connection, child_id: str) -> Change | None:
    """The newest line of a file's history."""
    return next(iter(history(conn, child_id, 1)), None)


def history(conn: Connection, child_id: str, most: int) -> list[Change]:
    """The newest lines of a file's history."""
    query = (
        select(child_history)
        .where(child_history.c.child_id == child_id)
        .order_by(child_history.c.id.desc())
        .limit(most)
    )
    rows = [opened(conn, child_history, row) for row in conn.execute(query)]
    return [Change(row["at"], row["by_person"], row["source"], row["change"], row["id"]) for row in rows]


def _values(
    conn: Connection, child: Child, due: DueDays, today: date, answers: Collection[tuple[str, str]] = ()
) -> dict[str, Any]:
    keys = keys_of(conn)
    return {
        "id": child.id,
        "file_no": child.file_no,
        "unit": child.unit,
        "name": child.name,
        "id_no": child.id_no,
        "id_no_index": keys.blind("id_no", child.id_no.upper()) if child.id_no else None,
        "row_index": keys.blind("row", row_identity(child)),
        "address": child.address,
        "sex": child.sex.value if child.sex else None,
        "birth_date": child.birth_date,
        "tier": child.tier.value,
        "tier_since": child.tier_since,
        "household": child.household,
        "details": {key: getattr(child, key) for key in DETAILS if getattr(child, key) is not None},
        "added_on": child.added_on,
        "paused_until": child.paused_until,
        "closed_on": child.closed_on,
        "close_reason": child.close_reason,
        "contact_due": due.contact,
        "visit_due": due.visit,
        "supervisor_due": due.supervisor,
        "disability_until": child.disability_until,
        "number_says": number_says(child.id_no, child.birth_date, child.sex),
        "proposes_on": next_day(child, today, answers),
    }


def number_says(id_no: str | None, birth_date: date | None, sex: Sex | None) -> str | None:
    """What the ID number contradicts, as the column keeps it, so that asking for it opens no number."""
    return None if id_no is None else ",".join(sorted(number_gaps(id_no, birth_date, sex)))


def row_identity(child: Child) -> str:
    """What tells a child without an ID number from another: name, birth date, village, first guardian."""
    guardian = child.guardians[0].name if child.guardians else ""
    return "|".join((child.name, child.birth_date.isoformat() if child.birth_date else "", child.unit, guardian))


def _label_rows(child: Child) -> list[dict[str, Any]]:
    return [
        {"id": new_id(), "child_id": child.id, "label": label.value, "since": child.added_on} for label in child.labels
    ]


def _guardian_rows(child: Child) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id or new_id(), "child_id": child.id, "relation": one.relation.value, "name": one.name,
            "phone": one.phone, "id_no": one.id_no, "carer": one.carer, "away": one.away, "state": one.state,
            "work_place": one.work_place, "kin_id": one.kin_id, "state_since": one.state_since,
            "state_until": one.state_until, "capacity": one.capacity.value if one.capacity else None,
            "capacity_why": one.capacity_why, "away_since": one.away_since, "province": one.province, "city": one.city,
            "trade": one.trade, "returns": one.returns.value if one.returns else None, "last_call": one.last_call,
        }
        for one in child.guardians
    ]  # fmt: skip


# --- looking up ---


def in_units(conn: Connection, codes: Collection[str], *, closed: bool = False) -> list[Entry]:
    """The open files of these units, by file number. Guardians and labels included."""
    where = [children.c.unit.in_(list(codes))]
    if not closed:
        where.append(children.c.closed_on.is_(None))
    return _entries(conn, where)


def by_file_no(conn: Connection, file_no: str, codes: Collection[str]) -> Entry | None:
    return next(iter(_entries(conn, [children.c.file_no == file_no, children.c.unit.in_(list(codes))])), None)


def by_numbers(conn: Connection, file_nos: Collection[str], codes: Collection[str]) -> list[Entry]:
    """The files with these numbers within these units, by file number."""
    return _entries(conn, [children.c.file_no.in_(list(file_nos)), children.c.unit.in_(list(codes))])


def by_id(conn: Connection, child_id: str, codes: Collection[str]) -> Entry | None:
    return next(iter(_entries(conn, [children.c.id == child_id, children.c.unit.in_(list(codes))])), None)


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Entry]:
    """These files, whoever asks: for the system's own work (reminders), not for showing."""
    found: dict[str, Entry] = {}
    for part in _parts(list(ids)):
        found.update({entry.child.id: entry for entry in _entries(conn, [children.c.id.in_(part)])})
    return found


def due_until(conn: Connection, last: date) -> list[Entry]:
    """Open files that owe something on or before that day."""
    due = or_(children.c.contact_due <= last, children.c.visit_due <= last, children.c.supervisor_due <= last)
    return _entries(conn, [children.c.closed_on.is_(None), due])


def by_id_no(conn: Connection, id_no: str) -> str | None:
    """The id of the file with this ID number, through the blind index."""
    found: str | None = conn.execute(
        select(children.c.id).where(children.c.id_no_index == keys_of(conn).blind("id_no", id_no.upper()))
    ).scalar()
    return found


def _entries(conn: Connection, where: list[Any]) -> list[Entry]:
    rows = conn.execute(select(children).where(*where).order_by(children.c.file_no)).all()
    ids = [row.id for row in rows]
    labels: dict[str, list[Label]] = defaultdict(list)
    carers: dict[str, list[Guardian]] = defaultdict(list)
    for part in _parts(ids):
        for row in conn.execute(
            select(child_labels).where(child_labels.c.child_id.in_(part), child_labels.c.until.is_(None))
        ):
            labels[row.child_id].append(Label(row.label))
        for row in conn.execute(select(guardians).where(guardians.c.child_id.in_(part)).order_by(guardians.c.id)):
            values = opened(conn, guardians, row)
            carers[values["child_id"]].append(_guardian(values))
    found = []
    for row in rows:
        values = opened(conn, children, row)
        child = Child(
            id=values["id"], file_no=values["file_no"], name=values["name"], unit=values["unit"],
            sex=Sex(values["sex"]) if values["sex"] else None, birth_date=values["birth_date"], id_no=values["id_no"],
            address=values["address"], tier=Tier(values["tier"]), tier_since=values["tier_since"], labels=tuple(labels[values["id"]]),
            guardians=tuple(carers[values["id"]]), household=values["household"], added_on=values["added_on"],
            paused_until=values["paused_until"], closed_on=values["closed_on"], close_reason=values["close_reason"],
            disability_until=values["disability_until"],
        )  # fmt: skip
        if values["details"]:
            child = replace(child, **{key: values["details"].get(key) for key in DETAILS})
        found.append(Entry(child, values["contact_due"], values["visit_due"], values["supervisor_due"]))
    return found


def _guardian(values: dict[str, Any]) -> Guardian:
    return Guardian(
        Relation(values["relation"]), values["name"], values["phone"], values["id_no"], values["away"],
        values["work_place"], values["state"], values["carer"], state_since=values["state_since"],
        state_until=values["state_until"], capacity=Capacity(values["capacity"]) if values["capacity"] else None,
        capacity_why=values["capacity_why"], away_since=values["away_since"], province=values["province"],
        city=values["city"], trade=values["trade"], returns=Returns(values["returns"]) if values["returns"] else None,
        last_call=values["last_call"], id=values["id"], kin_id=values["kin_id"],
    )  # fmt: skip


# --- numbers of files ---


def next_serial(conn: Connection, prefix: str) -> int:
    """The next free serial of file numbers that begin like this (GT-106-019-)."""
    last = conn.execute(select(func.max(children.c.file_no)).where(children.c.file_no.like(prefix + "%"))).scalar()
    return int(last[len(prefix) :]) + 1 if last else 1


def file_prefix(unit: str) -> str:
    """GT-<last three of the town's code>-<the village's three>- : domain.md 2.3."""
    return f"GT-{unit[6:9]}-{unit[9:12]}-"


def _parts(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + IN] for start in range(0, len(ids), IN))
