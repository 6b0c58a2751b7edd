"""委托照护协议 in rows: what was agreed, and each child's paper. A change is a new version; the old one stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from db.models import agreement_children as papers_table
from db.models import agreements as terms_table
from db.models import attachments
from db.parts import parts
from db.rows import add, add_many, opened
from db.types import new_id
from domain.agreements import (
    Declared,
    Ending,
    Paper,
    Person,
    Signer,
    Terms,
)
from domain.children import Relation

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
    for part in parts(ids):
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
    for part in parts(ids):
        for row in conn.execute(select(terms_table).where(terms_table.c.id.in_(part))):
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
    for part in parts(subjects):
        query = (
            select(attachments.c.subject, func.count())
            .where(attachments.c.subject.in_(part))
            .group_by(attachments.c.subject)
        )
        found.update({subject.removeprefix(SUBJECT): count for subject, count in conn.execute(query).tuples()})
    return found
