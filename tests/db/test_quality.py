"""What is worth asking about files: found anew when a file or an agreement changes, and nothing is opened twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from db import agreements, child_changes, quality
from db.models import children as children_table
from db.rows import opened
from db.session import Database
from domain.agreements import Paper, Person, Terms
from domain.children import Child, Guardian, Relation, Sex, Tier
from domain.policy import COUNTY_DEFAULTS
from domain.quality import Gap
from tests import cast
from tests.house import KEYS, NOON, copy_template

TODAY = date(2026, 11, 18)
GRANDMA = Guardian(Relation.PATERNAL_GRANDPARENT, "王秀英", "10012345678", carer=True)
FATHER = Guardian(Relation.FATHER, "殷建军", "10087654321", away=True)
WHOLE = replace(cast.XIAOHU, address="暖泉村一社12号", guardians=(GRANDMA, FATHER))


def put(conn: Connection, child: Child) -> None:
    child_changes.change_child(conn, child, NOON, COUNTY_DEFAULTS, by=None, source="chat", changed={})


def asked(conn: Connection, child: Child = WHOLE) -> tuple[Gap, ...]:
    found = quality.to_ask_about(conn, {child.unit}, TODAY)
    return next((one.gaps for one in found if one.child_id == child.id), ())


def sign(conn: Connection, carer: str, terms_id: str) -> None:
    terms = Terms(
        terms_id,
        (Person("殷建军", Relation.FATHER),),
        Person(carer, Relation.PATERNAL_GRANDPARENT),
        TODAY,
        date(2027, 11, 17),
    )
    agreements.put_terms(conn, terms, NOON, by=None)
    paper = Paper(f"{terms_id}-p", f"{terms_id}-p", WHOLE.id, terms, signed_on=TODAY)
    agreements.put_paper(conn, paper, NOON, by=None)


async def test_gaps_follow_every_change_and_what_was_compared_is_not_opened_again(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def noticed(conn: Connection, table: Any, row: Mapping[str, Any]) -> dict[str, Any]:
        looked.append(table.name)
        return opened(conn, table, row)

    monkeypatch.setattr(quality, "opened", noticed)

    def story(conn: Connection) -> None:
        put(conn, WHOLE)
        assert asked(conn) == ()
        for changed, gap in (
            (replace(WHOLE, sex=Sex.FEMALE), Gap.SEX),
            (replace(WHOLE, birth_date=date(2016, 8, 5)), Gap.BIRTH_DATE),
            (replace(WHOLE, id_no=None), Gap.NO_ID_NUMBER),
            (replace(WHOLE, address=None), Gap.NO_ADDRESS),
            (replace(WHOLE, guardians=()), Gap.NO_CARER),
            (replace(WHOLE, guardians=(replace(GRANDMA, phone=None), FATHER)), Gap.CARER_NO_PHONE),
            (replace(WHOLE, guardians=(replace(GRANDMA, away=True), FATHER)), Gap.CARER_AWAY),
            (replace(WHOLE, guardians=(GRANDMA, replace(FATHER, away=False))), Gap.NO_PARENT_AWAY),
        ):
            put(conn, changed)
            assert gap in asked(conn)
        put(conn, replace(WHOLE, tier=Tier.RED))
        assert asked(conn) == ()
        looked.clear()
        sign(conn, "李桂兰", "t1")
        assert asked(conn) == (Gap.OTHER_CARER,)
        assert sorted(looked) == ["agreements", "guardians"]
        put(conn, replace(WHOLE, guardians=(replace(GRANDMA, name="李桂兰"), FATHER)))
        assert asked(conn) == ()
        sign(conn, "王秀英", "t2")
        assert asked(conn) == (Gap.OTHER_CARER,)
        looked.clear()
        assert asked(conn) == (Gap.OTHER_CARER,)
        assert looked == []
        conn.execute(update(children_table).values(number_says=None))  # files from before the words were kept
        assert asked(conn) == (Gap.OTHER_CARER,)
        assert looked == ["children"]  # the one with a number

    async with Database(f"sqlite+aiosqlite:///{copy_template(template, tmp_path / 'x.sqlite3')}", KEYS) as db:
        await db.run(story)
