"""The file of one child beyond its facts: categories with proof, benefits, help, notice and consent, school terms; its
history and taking a change back; what the rules ask; how complete files are (domain.md 2.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from db import children as child_rows
from db import kin
from db.children import Change
from db.models import (
    benefits,
    child_history,
    child_labels,
    child_terms,
    children,
    consents,
    contacts,
    guardians,
    helps,
    issues,
    proposal_answers,
)
from db.rows import add, change, opened
from db.types import new_id
from domain.calendar import local_day
from domain.child_file import Benefit, BenefitKind, BenefitStatus, ChildFile, Help, HelpKind, LabelSpan, SchoolTerm
from domain.children import Child, Guardian, Label
from domain.completeness import Completeness, Records, completeness
from domain.consent import Consent, ConsentKind, ConsentState, How, Standing, Whose, consent_for
from domain.contacts import Kind
from domain.eligibility_rules import Act, Proposed, next_day, proposals
from domain.file_fields import PERSONAL, NoSuchFact, differences, plain, taken_back, value_at
from domain.policy import Policy

IN = 900
OLD_ISSUE = timedelta(days=90)


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
    for part in _parts(list(ids)):
        query = select(table).where(table.c.child_id.in_(part), table.c.withdrawn_at.is_(None))
        found += conn.execute(query.order_by(table.c.id)).all()
    return found


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + IN] for start in range(0, len(ids), IN))


# --- changing ------------------------------------------------------------------------------------------------------


def put(conn: Connection, before: Child, after: Child, hand: Hand) -> dict[str, list[Any]]:
    """Change facts of a file; what is true of a guardian is changed for all their children. What was changed."""
    changed = differences(before, after)
    if changed:
        child_rows.change_child(
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
    return child_rows.last_change(conn, child_id)


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
    lines = child_rows.history(conn, child.id, 500)
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
    return next((one for one in child_rows.history(conn, child.id, 50) if path in one.changed), None)


# --- what the rules ask --------------------------------------------------------------------------------------------


def asked(conn: Connection, child: Child, today: date) -> tuple[Proposed, ...]:
    """What the rules ask about this child and nobody has answered yet."""
    return proposals(child, today, child_rows.answered(conn, [child.id])[child.id])


def answer(conn: Connection, child: Child, one: Proposed, hand: Hand, *, yes: bool) -> None:
    """Keep what a person said. A no is not asked again until the facts change; a yes does what was proposed."""
    add(
        conn, proposal_answers, id=new_id(), child_id=child.id, rule=one.rule.value, facts=one.facts,
        answer="yes" if yes else "no", by_person=hand.by, at=hand.now,
    )  # fmt: skip
    if yes and one.act is Act.ADD and one.label is not None:
        put_label(conn, child, one.label, hand, since=one.since, evidence=None, rule=one.rule.value)
    elif yes and one.act is Act.END and one.label is not None:
        put(conn, child, replace(child, labels=tuple(label for label in child.labels if label is not one.label)), hand)
    refresh_asking(conn, [child.id], hand.today)


def refresh_asking(conn: Connection, ids: Collection[str], today: date) -> int:
    """Write anew from which day on the rules ask something of these children; how many changed."""
    given, changed = child_rows.answered(conn, ids), 0
    stored = {
        row.id: row.proposes_on
        for part in _parts(list(ids))
        for row in conn.execute(select(children.c.id, children.c.proposes_on).where(children.c.id.in_(part)))
    }
    for child_id, entry in child_rows.by_ids(conn, ids).items():
        day = next_day(entry.child, today, given[child_id])
        if day != stored[child_id]:
            conn.execute(update(children).where(children.c.id == child_id).values(proposes_on=day))
            changed += 1
    return changed


def link_and_ask(conn: Connection, now: datetime) -> int:
    """For files written before this was kept: guardians joined to the people they are, and from which day on the rules ask.

    `./run recompute`. Harmless twice; how many files changed.
    """
    unlinked = conn.execute(
        select(guardians.c.child_id).where(guardians.c.kin_id.is_(None), guardians.c.name.is_not(None))
    )
    ids, changed = sorted(set(unlinked.scalars())), 0
    for part in _parts(ids):
        for child in kin.joined(conn, [entry.child for entry in child_rows.by_ids(conn, part).values()], now):
            linked = [one for one in child.guardians if one.kin_id is not None]
            for one in linked:
                conn.execute(update(guardians).where(guardians.c.id == one.id).values(kin_id=one.kin_id))
            changed += bool(linked)
    everybody = list(conn.execute(select(children.c.id).where(children.c.closed_on.is_(None))).scalars())
    return changed + refresh_asking(conn, everybody, local_day(now))


def asking(conn: Connection, codes: Collection[str], today: date) -> list[tuple[Child, tuple[Proposed, ...]]]:
    """The children of these units about whom the rules ask something today. An index finds them, nothing is scanned."""
    query = select(children.c.id).where(
        children.c.proposes_on <= today, children.c.closed_on.is_(None), children.c.unit.in_(list(codes))
    )
    found = child_rows.by_ids(conn, list(conn.execute(query).scalars()))
    given = child_rows.answered(conn, list(found))
    made = [
        (entry.child, tuple(one for one in proposals(entry.child, today, given[child_id]) if one.presses))
        for child_id, entry in found.items()
    ]
    return sorted(((child, asks) for child, asks in made if asks), key=lambda one: one[0].file_no)


def count_asking(conn: Connection, codes: Collection[str], today: date) -> int:
    """How many children that is, from the index alone."""
    return int(
        conn.execute(
            select(func.count()).where(
                children.c.proposes_on <= today, children.c.closed_on.is_(None), children.c.unit.in_(list(codes))
            )
        ).scalar_one()
    )


# --- how complete --------------------------------------------------------------------------------------------------


def records_of(conn: Connection, ids: Collection[str], today: date) -> dict[str, Records]:
    """What there is beside the facts of these children: counts, nothing opened."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for part in _parts(list(ids)):
        seen = (
            (contacts.c.kind == Kind.HOME_VISIT.value) & contacts.c.reached.is_(True) & contacts.c.child_seen.is_(True)
        )
        valid = (contacts.c.child_id.in_(part), contacts.c.replaced_by.is_(None))
        for key, table, where in (
            ("visits", contacts, (*valid, seen)),
            ("contacts", contacts, (*valid, contacts.c.reached.is_(True))),
            ("helps", helps, (helps.c.child_id.in_(part), helps.c.withdrawn_at.is_(None))),
            ("benefits", benefits, (benefits.c.child_id.in_(part), benefits.c.withdrawn_at.is_(None))),
            (
                "old_issues", issues,
                (issues.c.child_id.in_(part), issues.c.closed_on.is_(None), issues.c.opened_on < today - OLD_ISSUE),
            ),
            (
                "notice", consents,
                (
                    consents.c.child_id.in_(part), consents.c.withdrawn_at.is_(None),
                    consents.c.kind == ConsentKind.NOTICE.value,
                ),
            ),
        ):  # fmt: skip
            for row in conn.execute(select(table.c.child_id, func.count()).where(*where).group_by(table.c.child_id)):
                counts[row[0]][key] = row[1]
    return {
        one: Records(
            got.get("visits", 0), got.get("contacts", 0), got.get("helps", 0) + got.get("benefits", 0),
            got.get("old_issues", 0), bool(got.get("notice")),
        )
        for one in ids
        for got in (counts[one],)
    }  # fmt: skip


def completeness_of(conn: Connection, child: Child, today: date) -> Completeness:
    """How complete one file is."""
    return completeness(child, records_of(conn, [child.id], today)[child.id], child.age_on(today))


def measure_file_completeness(conn: Connection, codes: Collection[str], today: date) -> dict[str, int]:
    """Open files of these units, how many are whole, how many reach 80 and 60 percent, and the mean (plan task 9)."""
    found = [entry.child for entry in child_rows.in_units(conn, codes)]
    known = records_of(conn, [child.id for child in found], today)
    shares = [completeness(child, known[child.id], child.age_on(today)).percent for child in found]
    return {
        "files": len(shares), "whole": sum(one == 100 for one in shares), "at_80": sum(one >= 80 for one in shares),
        "at_60": sum(one >= 60 for one in shares), "mean": sum(shares) // len(shares) if shares else 0,
    }  # fmt: skip


def measure_notices(conn: Connection, codes: Collection[str]) -> dict[str, int]:
    """Open files of these units, and how many of their guardians were given the notice (个人信息保护法 art. 17, 35)."""
    here = (children.c.unit.in_(list(codes)), children.c.closed_on.is_(None))
    told = select(consents.c.child_id).where(
        consents.c.kind == ConsentKind.NOTICE.value, consents.c.withdrawn_at.is_(None)
    )
    total = conn.execute(select(func.count()).select_from(children).where(*here)).scalar_one()
    known = conn.execute(select(func.count()).select_from(children).where(*here, children.c.id.in_(told))).scalar_one()
    return {"files": int(total), "told": int(known)}


def measure_benefits(conn: Connection, codes: Collection[str]) -> dict[str, dict[str, int]]:
    """{kind: {status: how many}} over the open files of these units."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    query = (
        select(benefits.c.kind, benefits.c.status, func.count())
        .join(children, children.c.id == benefits.c.child_id)
        .where(children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), benefits.c.withdrawn_at.is_(None))
        .group_by(benefits.c.kind, benefits.c.status)
    )
    for kind, status, count in conn.execute(query).tuples():
        found[kind][status] = count
    return dict(found)
