"""The facts data quality looks at: one statement that brings only the files with something to ask.

What a number or a name says against the rest of a file is kept as a word beside it, so that nothing is opened here but
what was never compared: of files from before these words were kept, of agreements made or files changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, func, or_, select, update

from db.child_columns import number_says
from db.models import agreement_children, agreements, child_labels, children, guardians
from db.parts import parts
from db.rows import opened
from domain.children import Label, Sex, Tier
from domain.quality import PARENTS, FileFacts, Gap, ToAsk, grown_up_born, to_ask


def to_ask_about(conn: Connection, codes: Collection[str], today: date) -> list[ToAsk]:
    """The open files of these units with something missing or contradictory, by file number.

    Writes down what it had to compare for the first time: the connection must be one that may write.
    """
    here = (children.c.unit.in_(sorted(codes)), children.c.closed_on.is_(None))
    _compare_numbers(conn, here)
    _compare_carers(conn, here, today)
    return to_ask((_facts(row) for row in conn.execute(_files(here, today))), today)


def _facts(row: Row[Any]) -> FileFacts:
    number = None if row.number_says is None else frozenset(map(Gap, filter(None, row.number_says.split(","))))
    return FileFacts(
        row.id, row.file_no, row.unit, Tier(row.tier), row.birth_date, number, row.has_address, bool(row.left_behind),
        row.carers or 0, row.with_phone or 0, row.away or 0, row.parents_away or 0, bool(row.other_carer),
    )  # fmt: skip


# --- the files with something to ask ---


def _files(here: tuple[ColumnElement[bool], ...], today: date) -> Select[Any]:
    """The facts of every open file that can have a gap. domain.quality says which it has; this may bring one too many."""
    around, left, other = _around(here), _left_behind(here), _other_carer(here, today)
    carers, phones = func.coalesce(around.c.carers, 0), func.coalesce(around.c.with_phone, 0)
    parents = func.coalesce(around.c.parents_away, 0)
    worth_asking = or_(
        children.c.birth_date.is_(None), children.c.birth_date <= grown_up_born(today),
        children.c.number_says.is_(None), children.c.number_says != "", children.c.address.is_(None),
        phones == 0, around.c.away == carers, other.c.child_id.is_not(None),
        and_(left.c.child_id.is_not(None), parents == 0), and_(left.c.child_id.is_(None), parents == len(PARENTS)),
    )  # fmt: skip
    return (
        select(
            children.c.id, children.c.file_no, children.c.unit, children.c.tier, children.c.birth_date,
            children.c.number_says, children.c.address.is_not(None).label("has_address"),
            left.c.child_id.is_not(None).label("left_behind"), around.c.carers, around.c.with_phone, around.c.away,
            around.c.parents_away, other.c.child_id.is_not(None).label("other_carer"),
        )
        .outerjoin(around, around.c.child_id == children.c.id)
        .outerjoin(left, left.c.child_id == children.c.id)
        .outerjoin(other, other.c.child_id == children.c.id)
        .where(*here, worth_asking)
    )  # fmt: skip


def _around(here: tuple[ColumnElement[bool], ...]) -> Any:
    """By child: carers, those of them with a phone, those away, and how many of father and mother are away."""
    one = guardians.c

    def how_many(*where: Any) -> Any:
        return func.sum(case((and_(*where), 1), else_=0))

    def whether(*where: Any) -> Any:
        return func.max(case((and_(*where), 1), else_=0))

    parents = sum((whether(one.relation == each.value, one.away.is_(True)) for each in PARENTS[1:]),
                  whether(one.relation == PARENTS[0].value, one.away.is_(True)))  # fmt: skip
    return (
        select(
            one.child_id, how_many(one.carer.is_(True)).label("carers"),
            how_many(one.carer.is_(True), one.phone.is_not(None)).label("with_phone"),
            how_many(one.carer.is_(True), one.away.is_(True)).label("away"), parents.label("parents_away"),
        )
        .join(children, children.c.id == one.child_id)
        .where(*here)
        .group_by(one.child_id)
        .subquery("around")
    )  # fmt: skip


def _left_behind(here: tuple[ColumnElement[bool], ...]) -> Any:
    label = child_labels.c
    return (
        select(label.child_id)
        .join(children, children.c.id == label.child_id)
        .where(*here, label.label == Label.LEFT_BEHIND.value, label.until.is_(None))
        .distinct()
        .subquery("left_behind")
    )


def _other_carer(here: tuple[ColumnElement[bool], ...], today: date) -> Any:
    """Children whose newest agreement in force names a carer the file does not know."""
    paper = agreement_children.c
    newest = _in_force(select(func.max(paper.id).label("id")), here, today).group_by(paper.child_id).subquery("newest")
    return (
        select(paper.child_id)
        .join(newest, newest.c.id == paper.id)
        .where(paper.carer_fits.is_(False))
        .subquery("other_carer")
    )


def _in_force(query: Select[Any], here: tuple[ColumnElement[bool], ...], today: date) -> Select[Any]:
    paper = agreement_children.c
    return (
        query.select_from(agreement_children)
        .join(agreements, agreements.c.id == paper.agreement_id)
        .join(children, children.c.id == paper.child_id)
        .where(
            *here, paper.replaced_by.is_(None), paper.signed_on.is_not(None), paper.ended_on.is_(None),
            agreements.c.first <= today, agreements.c.last >= today,
        )
    )  # fmt: skip


# --- comparing what was never compared ---


def _compare_numbers(conn: Connection, here: tuple[ColumnElement[bool], ...]) -> None:
    """Open the numbers that nobody has compared with their file yet."""
    wanted = select(children.c.id, children.c.id_no, children.c.birth_date, children.c.sex).where(
        *here, children.c.id_no.is_not(None), children.c.number_says.is_(None)
    )
    found = []
    for row in conn.execute(wanted).all():
        number = opened(conn, children, {"id": row.id, "id_no": row.id_no})["id_no"]
        says = number_says(number, row.birth_date, Sex(row.sex) if row.sex else None)
        found.append({"the_child": row.id, "says": says})
    if found:
        conn.execute(
            update(children).where(children.c.id == bindparam("the_child")).values(number_says=bindparam("says")), found
        )


def _compare_carers(conn: Connection, here: tuple[ColumnElement[bool], ...], today: date) -> None:
    """Open the agreements in force that nobody has compared with their child's file yet, and the carers' names there."""
    paper = agreement_children.c
    query = _in_force(
        select(paper.id, paper.child_id, agreements.c.id.label("terms"), agreements.c.content), here, today
    )
    rows = conn.execute(query.where(paper.carer_fits.is_(None))).all()
    if not rows:
        return
    known = _carers(conn, sorted({row.child_id for row in rows}))
    found = []
    for row in rows:
        content = opened(conn, agreements, {"id": row.terms, "content": row.content})["content"]
        name = (content.get("carer") or {}).get("name")
        found.append({"the_paper": row.id, "fits": not name or name in known.get(row.child_id, {name})})
    conn.execute(
        update(agreement_children).where(paper.id == bindparam("the_paper")).values(carer_fits=bindparam("fits")), found
    )


def _carers(conn: Connection, ids: list[str]) -> Mapping[str, set[str]]:
    """The names of those whom these children live with."""
    names: dict[str, set[str]] = {}
    one = guardians.c
    for part in parts(ids):
        query = select(one.id, one.child_id, one.name).where(
            one.child_id.in_(part), one.carer.is_(True)
        )
        for row in conn.execute(query):
            names.setdefault(row.child_id, set()).add(opened(conn, guardians, {"id": row.id, "name": row.name})["name"])
    return names
