"""The file of one child beyond its facts: categories with proof, benefits, help, notice and consent, school terms; its
history and taking a change back (domain.md 2.3). What the rules ask is db/file_rules.py, how complete a file is db/file_complete.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from db import child_changes, file_history, kin
from db import children as child_rows
from db.file_history import Change
from db.models import (
    benefits,
    child_history,
    child_labels,
    child_terms,
    children,
    consents,
    helps,
)
from db.parts import parts
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import local_day
from domain.child_file import Benefit, BenefitKind, BenefitStatus, ChildFile, Help, HelpKind, LabelSpan, SchoolTerm
from domain.children import Child, Guardian, Label
from domain.consent import Consent, ConsentKind, ConsentState, How, Standing, Whose, consent_for
from domain.file_fields import PERSONAL, NoSuchFact, differences, plain, taken_back, value_at
from domain.policy import Policy

RECENT = 50  # changes looked through for what somebody else did while a form was open


@dataclass(frozen=True)
class Hand:
    """Who changes something, when and from where: what every line of a file's history says."""

    now: datetime
    policy: Policy
    by: str | None
    source: str = "chat:file"
    demo: bool = False

    @property
    def today(self) -> date:
        return local_day(self.now)


# --- reading -------------------------------------------------------------------------------------------------------


def file_of(conn: Connection, child: Child) -> ChildFile:
    """The whole file of a child whose facts are in hand. Access was asked for when the child was found."""
    at_home: Iterable[str] = ()
    if child.household:
        query = select(children.c.id).where(children.c.household == child.household, children.c.id != child.id)
        at_home = conn.execute(query).scalars()
    others = child_rows.by_ids(conn, set(at_home))
    return ChildFile(
        child, tuple(spans(conn, child.id)), tuple(benefits_of(conn, [child.id])), tuple(helps_of(conn, [child.id])),
        tuple(consents_of(conn, [child.id])), tuple(terms_of(conn, child.id)),
        tuple(sorted((entry.child for entry in others.values()), key=lambda one: one.file_no)),
    )  # fmt: skip


def spans(conn: Connection, child_id: str) -> list[LabelSpan]:
    """Every category the child has or had, the present ones first."""
    rows = conn.execute(select(child_labels).where(child_labels.c.child_id == child_id).order_by(child_labels.c.id))
    found = [opened(conn, child_labels, row) for row in rows]
    made = [LabelSpan(Label(one["label"]), one["since"], one["until"], one["evidence"]) for one in found]
    return sorted(made, key=lambda one: one.until is not None)


def benefits_of(conn: Connection, ids: Collection[str]) -> list[Benefit]:
    """The benefits of these children, the running ones first."""
    order = list(BenefitStatus)
    found = [
        Benefit(
            row.id, row.child_id, BenefitKind(row.kind), BenefitStatus(row.status), row.applied_on, row.since, row.until,
            row.amount, row.by_person,
        )
        for row in _rows(conn, benefits, ids)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (order.index(one.status), one.id))


def helps_of(conn: Connection, ids: Collection[str]) -> list[Help]:
    """What these children were helped with, the newest first."""
    found = [opened(conn, helps, row) for row in _rows(conn, helps, ids)]
    made = [
        Help(
            row["id"],
            row["child_id"],
            row["day"],
            HelpKind(row["kind"]),
            row["what"],
            row["giver"],
            row["value"],
            row["by_person"],
        )
        for row in found
    ]
    return sorted(made, key=lambda one: (one.day, one.id), reverse=True)


def consents_of(conn: Connection, ids: Collection[str]) -> list[Consent]:
    """Every line of notice and consent of these children, the oldest first."""
    found = [opened(conn, consents, row) for row in _rows(conn, consents, ids)]
    made = [
        Consent(
            row["id"], row["child_id"], ConsentKind(row["kind"]), ConsentState(row["state"]), row["day"],
            Whose(row["whose"]), How(row["how"]), row["organisation"], row["by_person"],
        )
        for row in found
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one.day, one.id))


def standing(
    conn: Connection, child: Child, kind: ConsentKind, today: date, organisation: str | None = None
) -> Standing:
    """How a consent stands: asked before every photo, recording or sharing. Only Standing.GIVEN allows it."""
    return consent_for(consents_of(conn, [child.id]), child, kind, today, organisation)


def terms_of(conn: Connection, child_id: str) -> list[SchoolTerm]:
    """How it stood with school, the newest half-year first."""
    query = select(child_terms).where(child_terms.c.child_id == child_id).order_by(child_terms.c.term.desc())
    found = [opened(conn, child_terms, row) for row in conn.execute(query)]
    return [SchoolTerm(row["term"], row["status"], **(row["content"] or {})) for row in found]


def _rows(conn: Connection, table: Any, ids: Collection[str]) -> list[Any]:
    found: list[Any] = []
    for part in parts(ids):
        query = select(table).where(table.c.child_id.in_(part), table.c.withdrawn_at.is_(None))
        found += conn.execute(query.order_by(table.c.id)).all()
    return found


# --- changing ------------------------------------------------------------------------------------------------------


def put(conn: Connection, before: Child, after: Child, hand: Hand) -> dict[str, list[Any]]:
    """Change facts of a file; what is true of a guardian is changed for all their children. What was changed."""
    changed = differences(before, after)
    if changed:
        child_changes.change_child(
            conn, after, hand.now, hand.policy, by=hand.by, source=hand.source, changed=changed, spread=True
        )
    return changed


def put_person(conn: Connection, before: Child, added: Guardian, others: tuple[Guardian, ...], hand: Hand) -> None:
    """Add somebody to the people around a child. Who is on file already, beside another child, is that same person:
    what is known of them there is known here too."""
    fresh = kin.joined(conn, [replace(before, guardians=(added,))], hand.now)[0].guardians[0]
    known = [
        each
        for child in (child_rows.of_kin(conn, fresh.kin_id) if fresh.kin_id else [])
        for each in child.guardians
        if each.kin_id == fresh.kin_id
    ]
    if known:
        facts = {key: getattr(known[0], key) for key in PERSONAL if getattr(fresh, key) is None}
        fresh = replace(fresh, **facts)
    put(conn, before, replace(before, guardians=(*others, fresh)), hand)


def newest(conn: Connection, child_id: str) -> Change | None:
    """The newest line of a file's history."""
    return file_history.last_change(conn, child_id)


def newest_of(conn: Connection, child_id: str, paths: Sequence[str]) -> Change | None:
    """The newest line of a file's history that touches one of these (a path, or its beginning); None if none does."""
    lines = file_history.history(conn, child_id, RECENT)
    return next((one for one in lines if any(touches(path, paths) for path in one.changed)), None)


def touches(path: str, paths: Sequence[str]) -> bool:
    """Whether a changed fact or record is one of these: `g:` all people, `g:1a2b3c4d` one, `benefit:` all benefits."""
    return path.startswith(tuple(paths))


def put_label(
    conn: Connection,
    child: Child,
    label: Label,
    hand: Hand,
    *,
    since: date | None,
    evidence: str | None,
    rule: str | None = None,
) -> None:
    """Give the running category its first day and its proof; beginning it if it does not run."""
    if label not in child.labels:
        after = replace(child, labels=tuple(one for one in Label if one in (*child.labels, label)))
        put(conn, child, after, hand)
    row = conn.execute(
        select(child_labels).where(
            child_labels.c.child_id == child.id, child_labels.c.label == label.value, child_labels.c.until.is_(None)
        )
    ).one()
    was = opened(conn, child_labels, row)
    said = {"since": since or was["since"], "evidence": evidence or was["evidence"]}
    change(conn, child_labels, was["id"], **said, **({"proof": f"rule:{rule}"} if rule else {}))
    old = {"since": plain(was["since"]), "evidence": was["evidence"]}
    new = {key: plain(value) for key, value in said.items()}
    if old != new:
        _remember(conn, child.id, hand, {f"label:{label.value}": [old, new]})


def put_benefit(conn: Connection, one: Benefit, hand: Hand) -> str:
    """Write a benefit down, or change the one with this id. Its id."""
    values = _benefit(one)
    row = conn.execute(select(benefits).where(benefits.c.id == one.id)).first() if one.id else None
    if row is None:
        made = one.id or new_id()
        add(conn, benefits, id=made, child_id=one.child_id, **values, by_person=hand.by, at=hand.now, demo=hand.demo)
        _remember(conn, one.child_id, hand, {f"benefit:{made}": [None, _plain(values)]})
        return made
    was = {key: getattr(row, key) for key in values}
    if was != values:
        change(conn, benefits, one.id, **values)
        _remember(conn, one.child_id, hand, {f"benefit:{one.id}": [_plain(was), _plain(values)]})
    return one.id


def _benefit(one: Benefit) -> dict[str, Any]:
    return {
        "kind": one.kind.value, "status": one.status.value, "applied_on": one.applied_on, "since": one.since,
        "until": one.until, "amount": one.amount,
    }  # fmt: skip


def put_help(conn: Connection, one: Help, hand: Hand) -> str:
    """Write down what somebody did for the child. Its id."""
    made = one.id or new_id()
    values = {"day": one.day, "kind": one.kind.value, "what": one.what, "giver": one.giver, "value": one.value}
    add(conn, helps, id=made, child_id=one.child_id, **values, by_person=hand.by, at=hand.now, demo=hand.demo)
    _remember(conn, one.child_id, hand, {f"help:{made}": [None, _plain(values)]})
    return made


def put_consent(conn: Connection, one: Consent, hand: Hand) -> str:
    """Write a line of notice or consent. The newest of its kind holds; older ones stay as they were. Its id."""
    made = one.id or new_id()
    values = {
        "kind": one.kind.value, "state": one.state.value, "day": one.day, "whose": one.whose.value, "how": one.how.value,
        "organisation": one.organisation,
    }  # fmt: skip
    add(conn, consents, id=made, child_id=one.child_id, **values, by_person=hand.by, at=hand.now, demo=hand.demo)
    _remember(conn, one.child_id, hand, {f"consent:{made}": [None, _plain(values)]})
    return made


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in values.items()}


def _remember(conn: Connection, child_id: str, hand: Hand, changed: dict[str, Any]) -> None:
    add(
        conn, child_history, id=new_id(), child_id=child_id, at=hand.now, by_person=hand.by, source=hand.source,
        change=changed,
    )  # fmt: skip


# --- taking back ---------------------------------------------------------------------------------------------------

UNDO = "chat:undo"
RECORDS = {"benefit": benefits, "help": helps, "consent": consents}


class InTheWay(Exception):
    """A change that cannot be taken back, and the later one that stands in its way (None: it is not of that kind)."""

    def __init__(self, later: Change | None = None, path: str = "") -> None:
        super().__init__(path)
        self.later, self.path = later, path


def may_take_back(line: Change) -> bool:
    """Whether it is a change somebody made in the chat: an import or a tier decision is taken back where it was made."""
    return (
        line.source.startswith("chat:") and line.source != UNDO and bool(line.changed) and "undone" not in line.changed
    )


def take_back(conn: Connection, child: Child, line_id: str, hand: Hand) -> Change:
    """Undo one change of a file, if nothing it touched was changed since. Raises InTheWay."""
    lines = file_history.history(conn, child.id, 500)
    place = next((at for at, one in enumerate(lines) if one.id == line_id), None)
    if place is None or not may_take_back(lines[place]):
        raise InTheWay
    line, later = lines[place], lines[:place]
    facts = {path: pair for path, pair in line.changed.items() if path != "note"}
    for path in facts:
        for one in later:
            if _touches(one.changed, path):
                raise InTheWay(one, path)
    own = {path: pair for path, pair in facts.items() if ":" not in path or path.startswith("g:")}
    hand = replace(hand, source=UNDO)
    try:
        before = taken_back(child, own)
    except NoSuchFact as gone:
        raise InTheWay(None, str(gone)) from None
    if own:
        put(conn, child, before, hand)
    for path, (was, now) in facts.items():
        if path not in own:
            _take_back_record(conn, child, path, was, now, hand)
    return line


def _touches(changed: dict[str, Any], path: str) -> bool:
    """Whether a later line changed the same fact, or the person it belongs to came or went."""
    whole = path.partition(".")[0]
    return path in changed or (
        path.startswith("g:")
        and (whole in changed or any(one.startswith(whole + ".") for one in changed if path == whole))
    )


def _take_back_record(conn: Connection, child: Child, path: str, was: Any, now: Any, hand: Hand) -> None:
    kind, _, row_id = path.partition(":")
    if kind == "label":
        where = (child_labels.c.child_id == child.id, child_labels.c.label == row_id, child_labels.c.until.is_(None))
        row = conn.execute(select(child_labels.c.id).where(*where)).scalar()
        if row is None:
            raise InTheWay(None, path)
        change(conn, child_labels, row, since=_day(was["since"]), evidence=was["evidence"])
    elif was is None:
        conn.execute(update(RECORDS[kind]).where(RECORDS[kind].c.id == row_id).values(withdrawn_at=hand.now))
    else:
        days = {
            key: _day(value) if key in ("applied_on", "since", "until", "day") else value for key, value in was.items()
        }
        change(conn, RECORDS[kind], row_id, **days)
    _remember(conn, child.id, hand, {path: [now, was]})


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def changed_since(conn: Connection, child: Child, path: str, seen: Any) -> Change | None:
    """The line by which somebody changed this fact after another person had it before their eyes; None if nobody did."""
    if value_at(child, path) == seen:
        return None
    return next((one for one in file_history.history(conn, child.id, RECENT) if path in one.changed), None)
