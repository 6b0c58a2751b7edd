"""委托照护协议 in rows: what was agreed, and each child's paper. A change is a new version; the old one stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from db.deeds import begun
from db.models import agreement_children as papers_table
from db.models import agreements as terms_table
from db.models import attachments, child_labels, children, contacts, guardians
from db.rows import add, add_many, opened
from db.types import new_id
from domain.agreements import (
    AWAY,
    FIRST_WITHIN,
    PARENTS,
    Brief,
    Declared,
    Ending,
    Paper,
    Person,
    Signer,
    Terms,
    owed,
)
from domain.calendar import DAY, month_end, month_start
from domain.children import Child, Guardian, Label, Relation, Tier
from domain.duties import AGREEMENT_ENDS, OpenDuty
from domain.policy import Policy

IN = 900
SUBJECT = "agreement:"  # attachments: this and the paper_id, or the id of the terms where photos came for a whole pass


# --- writing -------------------------------------------------------------------------------------------------------


def put_terms(conn: Connection, terms: Terms, now: datetime, *, by: str | None, demo: bool = False) -> None:
    """Keep what was agreed. It is never changed: another text is another row and another paper."""
    add(conn, terms_table, **_terms_row(terms, now, by, demo))


def put_many(conn: Connection, passes: Sequence[tuple[Terms, list[Paper]]], now: datetime, *, demo: bool) -> None:
    """Keep many at once (the demo county's)."""
    add_many(conn, terms_table, [_terms_row(terms, now, None, demo) for terms, _ in passes])
    add_many(conn, papers_table, [_row(paper, now, None, demo) for _, papers in passes for paper in papers])


def _terms_row(terms: Terms, now: datetime, by: str | None, demo: bool) -> dict[str, Any]:
    content = {
        "parents": [_person(one) for one in terms.parents], "carer": _person(terms.carer), "money": terms.money,
        "promise": terms.promise, "emergency": terms.emergency, "returns": terms.returns, "extra": terms.extra,
        "declared": [one.value for one in terms.declared],
    }  # fmt: skip
    return {
        "id": terms.id, "first": terms.first, "last": terms.last, "content": content, "at": now, "by_person": by,
        "demo": demo,
    }  # fmt: skip


def _person(one: Person) -> dict[str, Any]:
    return {key: value for key, value in (asdict(one) | {"relation": one.relation.value}).items() if value is not None}


def put_paper(conn: Connection, paper: Paper, now: datetime, *, by: str | None, demo: bool = False) -> None:
    """A new paper, not yet signed as a rule."""
    add(conn, papers_table, **_row(paper, now, by, demo))


def change(
    conn: Connection, paper: Paper, now: datetime, *, by: str | None, demo: bool = False, **changes: Any
) -> Paper | None:
    """The next version of a paper; None if somebody else has changed it meanwhile: look again first."""
    following = replace(paper, id=new_id(), version=paper.version + 1, **changes)
    won = conn.execute(
        update(papers_table)
        .where(papers_table.c.id == paper.id, papers_table.c.replaced_by.is_(None))
        .values(replaced_by=following.id)
    )
    if won.rowcount != 1:
        return None
    add(conn, papers_table, **_row(following, now, by, demo))
    return following


def _row(paper: Paper, now: datetime, by: str | None, demo: bool) -> dict[str, Any]:
    return {
        "id": paper.id, "paper_id": paper.paper_id, "version": paper.version, "agreement_id": paper.terms.id,
        "child_id": paper.child_id, "heard": paper.heard, "school_told": paper.school_told,
        "village_told": paper.village_told, "signed_on": paper.signed_on,
        "signers": [one.value for one in paper.signers], "ended_on": paper.ended_on,
        "ended_why": paper.ended_why.value if paper.ended_why else None,
        "content": {"number": paper.number, "wish": paper.wish, "ended_words": paper.ended_words}, "at": now,
        "by_person": by, "demo": demo,
    }  # fmt: skip


# --- reading -------------------------------------------------------------------------------------------------------


def of_children(conn: Connection, ids: Iterable[str]) -> dict[str, list[Paper]]:
    """The papers of these children, each in its newest version, the latest made first."""
    found: dict[str, list[Paper]] = defaultdict(list)
    ids = list(ids)
    for start in range(0, len(ids), IN):
        part = ids[start : start + IN]
        for paper in _papers(conn, papers_table.c.child_id.in_(part), papers_table.c.replaced_by.is_(None)):
            found[paper.child_id].append(paper)
    return found


def of_pass(conn: Connection, terms_id: str) -> list[Paper]:
    """The papers written in one pass: one for each child, in the order they were made."""
    return _papers(conn, papers_table.c.agreement_id == terms_id, papers_table.c.replaced_by.is_(None))[::-1]


def versions(conn: Connection, paper_id: str) -> list[Paper]:
    """Every version of a paper, the newest first: who changed what, and when."""
    return sorted(_papers(conn, papers_table.c.paper_id == paper_id), key=lambda one: -one.version)


def _papers(conn: Connection, *where: Any) -> list[Paper]:
    rows = conn.execute(select(papers_table).where(*where).order_by(papers_table.c.paper_id.desc())).all()
    terms = _terms(conn, {row.agreement_id for row in rows})
    scans = _scans(conn, [one for row in rows for one in (row.paper_id, row.agreement_id)])
    return [_paper(opened(conn, papers_table, row), terms, scans) for row in rows]


def _paper(row: dict[str, Any], terms: dict[str, Terms], scans: dict[str, int]) -> Paper:
    content = row["content"]
    return Paper(
        row["id"], row["paper_id"], row["child_id"], terms[row["agreement_id"]], row["version"], row["heard"],
        content.get("wish"), row["school_told"], row["village_told"], row["signed_on"],
        tuple(Signer(one) for one in row["signers"]), content.get("number"),
        scans.get(row["paper_id"], 0) + scans.get(row["agreement_id"], 0),
        row["ended_on"], Ending(row["ended_why"]) if row["ended_why"] else None, content.get("ended_words"), row["at"],
        row["by_person"],
    )  # fmt: skip


def _terms(conn: Connection, ids: Collection[str]) -> dict[str, Terms]:
    found: dict[str, Terms] = {}
    ids = list(ids)
    for start in range(0, len(ids), IN):
        for row in conn.execute(select(terms_table).where(terms_table.c.id.in_(ids[start : start + IN]))):
            values = opened(conn, terms_table, row)
            content = values["content"]
            found[row.id] = Terms(
                row.id, tuple(_as_person(one) for one in content["parents"]), _as_person(content["carer"]),
                values["first"], values["last"], content["money"], content["promise"], content["emergency"],
                content["returns"], content["extra"], tuple(Declared(one) for one in content["declared"]),
            )  # fmt: skip
    return found


def _as_person(values: dict[str, Any]) -> Person:
    return Person(**(values | {"relation": Relation(values["relation"])}))


def _scans(conn: Connection, paper_ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    subjects = [SUBJECT + one for one in set(paper_ids)]
    for start in range(0, len(subjects), IN):
        query = (
            select(attachments.c.subject, func.count())
            .where(attachments.c.subject.in_(subjects[start : start + IN]))
            .group_by(attachments.c.subject)
        )
        found.update({subject.removeprefix(SUBJECT): count for subject, count in conn.execute(query).tuples()})
    return found


# --- what is owed --------------------------------------------------------------------------------------------------


def open_until(
    conn: Connection, missing: date, ends: date, today: date, policy: Policy, codes: Collection[str] | None = None
) -> list[OpenDuty]:
    """Agreements to be signed by `missing` and renewed by `ends`, from the facts dated up to today.

    The database leaves out who has one in force beyond `ends`: only what is owed, or soon will be, comes to us.
    """
    in_force = (
        select(papers_table.c.id)
        .join(terms_table, terms_table.c.id == papers_table.c.agreement_id)
        .where(
            papers_table.c.child_id == children.c.id, papers_table.c.replaced_by.is_(None),
            papers_table.c.signed_on <= today, terms_table.c.last > max(missing, ends),
            or_(papers_table.c.ended_on.is_(None), papers_table.c.ended_on > today),
        )
    )  # fmt: skip
    where = [~in_force.exists()]
    first = begun(conn, today)
    if first + FIRST_WITHIN * DAY > missing:
        # nobody owes a first one yet: only who had one can owe anything
        had = select(papers_table.c.id).where(papers_table.c.child_id == children.c.id)
        where.append(had.exists())
    found = _owed(conn, where, first, today, policy, codes)
    return [one for one in found if one.due <= (ends if one.duty is AGREEMENT_ENDS else missing)]


def of_child(conn: Connection, child_id: str, today: date, policy: Policy) -> list[OpenDuty]:
    """What this child is owed next, however far ahead; nothing where it needs none."""
    return _owed(conn, [children.c.id == child_id], begun(conn, today), today, policy, None)


def _owed(
    conn: Connection, where: Sequence[Any], first: date, today: date, policy: Policy, codes: Collection[str] | None
) -> list[OpenDuty]:
    """Nothing sensitive is opened: labels, who is away, and days."""
    labelled = select(child_labels.c.child_id).where(
        child_labels.c.label == Label.LEFT_BEHIND.value, child_labels.c.until.is_(None)
    )
    with_parent_away = select(guardians.c.child_id).where(
        guardians.c.relation.in_([one.value for one in PARENTS]),
        or_(guardians.c.away.is_(True), guardians.c.state == AWAY),
    )
    query = select(*_PLAIN).where(
        children.c.closed_on.is_(None), or_(children.c.added_on.is_(None), children.c.added_on <= today),
        or_(children.c.id.in_(labelled), children.c.id.in_(with_parent_away)), *where,
    )  # fmt: skip
    if codes is not None:
        query = query.where(children.c.unit.in_(list(codes)))
    rows = conn.execute(query.order_by(children.c.file_no)).all()
    ids = [row.id for row in rows]
    since, people, papers = _labels(conn, ids), _guardians(conn, ids), briefs(conn, ids)
    found = []
    for row in rows:
        child = Child(
            row.id, row.file_no, "", row.unit, birth_date=row.birth_date, tier=Tier(row.tier), tier_since=row.tier_since,
            added_on=row.added_on, paused_until=row.paused_until, guardians=tuple(people.get(row.id, ())),
            labels=(Label.LEFT_BEHIND,) if row.id in since else (), household=row.household,
        )  # fmt: skip
        start = max(row.added_on or first, since.get(row.id) or first, first)
        duty = owed(child, start, papers.get(row.id, ()), today, policy)
        if duty is not None:
            found.append(duty)
    return found


_PLAIN = (
    children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.tier_since, children.c.added_on,
    children.c.paused_until, children.c.birth_date, children.c.household,
)  # fmt: skip


def _labels(conn: Connection, ids: list[str]) -> dict[str, date | None]:
    """Since when each is 留守."""
    found: dict[str, date | None] = {}
    for start in range(0, len(ids), IN):
        query = select(child_labels.c.child_id, child_labels.c.since).where(
            child_labels.c.child_id.in_(ids[start : start + IN]), child_labels.c.label == Label.LEFT_BEHIND.value,
            child_labels.c.until.is_(None),
        )  # fmt: skip
        found.update(conn.execute(query).tuples().all())  # type: ignore[arg-type]
    return found


def _guardians(conn: Connection, ids: list[str]) -> dict[str, list[Guardian]]:
    """The parents without their names."""
    found: dict[str, list[Guardian]] = defaultdict(list)
    for start in range(0, len(ids), IN):
        query = select(
            guardians.c.child_id, guardians.c.relation, guardians.c.away, guardians.c.state, guardians.c.carer
        ).where(guardians.c.child_id.in_(ids[start : start + IN]))
        for row in conn.execute(query):
            found[row.child_id].append(
                Guardian(Relation(row.relation), "", away=row.away, state=row.state, carer=row.carer)
            )
    return found


def briefs(conn: Connection, ids: list[str]) -> dict[str, list[Brief]]:
    """The papers of these children as far as duties need them."""
    found: dict[str, list[Brief]] = defaultdict(list)
    for start in range(0, len(ids), IN):
        query = (
            select(
                papers_table.c.child_id, papers_table.c.signed_on, terms_table.c.last, papers_table.c.ended_on,
                papers_table.c.ended_why,
            )
            .join(terms_table, terms_table.c.id == papers_table.c.agreement_id)
            .where(papers_table.c.child_id.in_(ids[start : start + IN]), papers_table.c.replaced_by.is_(None))
        )  # fmt: skip
        for row in conn.execute(query):
            why = Ending(row.ended_why) if row.ended_why else None
            found[row.child_id].append(Brief(row.signed_on, row.last, row.ended_on, why))
    return found


def overdue_ones(conn: Connection, ids: Collection[str], today: date, policy: Policy) -> set[str]:
    """Of these children the ids of those whose agreement is overdue: never signed in time, ended, or run out."""
    wanted, yesterday = set(ids), today - DAY
    return {
        duty.child.id
        for duty in open_until(conn, yesterday, yesterday, today, policy)
        if duty.child is not None and duty.child.id in wanted
    }


# --- do the parents call each week (H8) ----------------------------------------------------------------------------


def last_calls(conn: Connection, child_id: str, most: int = 2) -> list[str]:
    """The newest answers to 上周爸妈联系过吗, yes or no; 不清楚 is no answer."""
    query = (
        select(contacts.c.parents_called)
        .where(
            contacts.c.child_id == child_id, contacts.c.replaced_by.is_(None),
            contacts.c.parents_called.in_(("yes", "no")),
        )
        .order_by(contacts.c.day.desc(), contacts.c.entered_at.desc())
        .limit(most)
    )  # fmt: skip
    return list(conn.execute(query).scalars())


def not_asked(conn: Connection, codes: Collection[str], day: date, child_id: str | None = None) -> int:
    """How many children were reached that month without anybody asking whether the parents call (plan task 5, H8)."""
    asked = func.max(func.coalesce(func.length(contacts.c.parents_called), 0))
    query = (
        select(contacts.c.child_id)
        .join(children, children.c.id == contacts.c.child_id)
        .join(child_labels, and_(child_labels.c.child_id == children.c.id, child_labels.c.label == Label.LEFT_BEHIND.value))
        .where(
            children.c.unit.in_(list(codes)), children.c.closed_on.is_(None), child_labels.c.until.is_(None),
            contacts.c.replaced_by.is_(None), contacts.c.reached.is_(True),
            contacts.c.day.between(month_start(day), month_end(day)),
        )
        .group_by(contacts.c.child_id)
        .having(asked == 0)
    )  # fmt: skip
    if child_id is not None:
        query = query.where(children.c.id == child_id)
    return int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())
